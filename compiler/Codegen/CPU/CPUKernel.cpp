//===- CPUKernel.cpp - A kernel and the func.func that it becomes ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/Body/KernelShape.h"
#include "compiler/Codegen/CPU/CPUEmit.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace gradus;
using gradus::cpu::CPUKernel;

CPUKernel::CPUKernel(rt::KernelOp kernel, VectorTarget target, int64_t elementBytes, bool flat)
    : KernelEmitter(kernel), function(createFunction(flat)), target(target), width(target.lanes(elementBytes)),
      evaluator(b, entry(), width) {
  bindArguments(evaluator);
}

func::FuncOp CPUKernel::createFunction(bool flat) {
  SmallVector<Type> types = bufferTypes(kernel, flat);
  types.append({b.getIndexType(), b.getIndexType(), MemRefType::get({0}, b.getI8Type())});
  b.setInsertionPoint(kernel);
  auto function = func::FuncOp::create(b, (kernel.getSymName() + ".function").str(), b.getFunctionType(types, {}));
  if (rt::CostAttr cost = kernel.getCostAttr())
    function->setAttr(rt::kCostAttr, cost);
  entryBlock = function.addEntryBlock();
  b.setInsertionPointToStart(entryBlock);
  func::ReturnOp::create(b);
  b.setInsertionPointToStart(entryBlock);
  return function;
}

void CPUKernel::setWorkItems(int64_t count) {
  function->setAttr(rt::kConfigAttr, rt::CPULaunchAttr::get(b.getContext(), count));
}

void CPUKernel::setScratchBytes(int64_t bytes) {
  auto type = MemRefType::get({bytes}, b.getI8Type());
  scratch().setType(type);
  SmallVector<Type> types(function.getArgumentTypes());
  types.back() = type;
  function.setFunctionType(b.getFunctionType(types, {}));
}

void CPUKernel::loop(Value lo, Value hi, int64_t step, function_ref<void(Value)> body) {
  loop(lo, hi, step, {}, [&](Value i, ValueRange) {
    body(i);
    return SmallVector<Value>();
  });
}

SmallVector<Value> CPUKernel::loop(Value lo, Value hi, int64_t step, ValueRange init,
                                   function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  return LoopBuilder::loop(lo, hi, index(step), init, [&](Value i, ValueRange carried) {
    evaluator.newScope();
    SmallVector<Value> next = body(i, carried);
    evaluator.newScope();
    return next;
  });
}

void CPUKernel::ifElse(Value condition, function_ref<void(bool)> body) {
  auto ifOp = scf::IfOp::create(b, condition, /*withElseRegion=*/true);
  OpBuilder::InsertionGuard guard(b);
  for (bool holds : {true, false}) {
    b.setInsertionPointToStart(holds ? ifOp.thenBlock() : ifOp.elseBlock());
    evaluator.newScope();
    body(holds);
    evaluator.newScope();
  }
}
