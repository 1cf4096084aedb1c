//===- GPUKernel.cpp - What emitters of GPU kernels share -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/Emit.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace gradus;
using gradus::cuda::GPUKernel;

std::string gradus::cuda::kernelSymbol(StringRef name, mlir::gpu::GPUModuleOp module) {
  // PTX allows letters, digits, _ and $ in names.
  std::string plain = "k_";
  for (char c : name)
    plain += llvm::isAlnum(c) ? c : '_';
  std::string symbol = plain;
  for (int i = 1; module.lookupSymbol(symbol); ++i)
    symbol = plain + "_" + std::to_string(i);
  return symbol;
}

GPUKernel::GPUKernel(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, bool flat)
    : kernel(kernel), b(kernel.getLoc(), kernel.getContext()) {
  SmallVector<Type> types = bufferTypes(kernel, flat);
  types.push_back(MemRefType::get({0}, b.getI8Type()));
  b.setInsertionPointToEnd(module.getBody());
  function = mlir::gpu::GPUFuncOp::create(b, kernelSymbol(kernel.getSymName(), module), b.getFunctionType(types, {}));
  function->setAttr(mlir::gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  for (NamedAttribute attr : kernel->getDiscardableAttrs())
    function->setAttr(attr.getName(), attr.getValue());
  function->setAttr(rt::kKernelAttr, kernel.getSymNameAttr());
  b.setInsertionPointToStart(entry());
  mlir::gpu::ReturnOp::create(b);
  b.setInsertionPointToStart(entry());
}

SmallVector<Value> GPUKernel::resultBuffers() {
  SmallVector<Value> buffers;
  for (unsigned i = 0; i < kernel.getNumResults(); ++i)
    buffers.push_back(resultBuffer(i));
  return buffers;
}

void GPUKernel::bindArguments(KernelEvaluator &evaluator) {
  for (auto [i, argument] : llvm::enumerate(kernel.getBody().getArguments()))
    evaluator.bind(argument, argumentBuffer(i));
}

void GPUKernel::setLaunch(int64_t blocks, int64_t threads) {
  function->setAttr(rt::kBlocksAttr, b.getI64IntegerAttr(blocks));
  function->setAttr(rt::kThreadsAttr, b.getI64IntegerAttr(threads));
  // ptxas may use as many registers as a block of this size can have; without the
  // second line it spills some for the sake of more blocks at once.
  function->setAttr("nvvm.maxntid", b.getDenseI32ArrayAttr({static_cast<int32_t>(threads), 1, 1}));
  function->setAttr("nvvm.minctasm", b.getI32IntegerAttr(1));
}

Value GPUKernel::shared(ArrayRef<int64_t> shape, Type element) {
  auto space = mlir::gpu::AddressSpaceAttr::get(b.getContext(), mlir::gpu::AddressSpace::Workgroup);
  auto type = MemRefType::get(shape, element, MemRefLayoutAttrInterface(), space);
  Value buffer = function.addWorkgroupAttribution(type, b.getLoc());
  // It is read 16 bytes at a time.
  function.setWorkgroupAttributionAttr(function.getNumWorkgroupAttributions() - 1,
                                       LLVM::LLVMDialect::getAlignAttrName(), b.getI64IntegerAttr(16));
  return buffer;
}

SmallVector<Value> GPUKernel::delinearize(Value linear, ArrayRef<int64_t> sizes) {
  SmallVector<Value> at(sizes.size());
  for (int64_t i = sizes.size() - 1; i >= 0; --i) {
    at[i] = i ? rem(linear, sizes[i]) : linear;
    if (i)
      linear = div(linear, sizes[i]);
  }
  return at;
}

void GPUKernel::when(Value condition, function_ref<void()> body) {
  if (!condition)
    return body();
  auto ifOp = scf::IfOp::create(b, condition, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  body();
}

void GPUKernel::loop(Value lo, Value hi, Value step, function_ref<void(Value)> body) {
  auto forOp = scf::ForOp::create(b, lo, hi, step);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPoint(forOp.getBody()->getTerminator());
  body(forOp.getInductionVar());
}

SmallVector<Value> GPUKernel::loop(Value lo, Value hi, Value step, ValueRange init,
                                   function_ref<SmallVector<Value>(Value, ValueRange)> body) {
  auto forOp = scf::ForOp::create(b, lo, hi, step, init);
  OpBuilder::InsertionGuard guard(b);
  if (init.empty())
    b.setInsertionPoint(forOp.getBody()->getTerminator());
  else
    b.setInsertionPointToStart(forOp.getBody());
  SmallVector<Value> next = body(forOp.getInductionVar(), forOp.getRegionIterArgs());
  if (!init.empty())
    scf::YieldOp::create(b, next);
  return SmallVector<Value>(forOp.getResults());
}

void gradus::cuda::keepRolled(ValueRange results) {
  MLIRContext *context = results[0].getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(context, /*disable=*/BoolAttr::get(context, true), {}, {}, {}, {}, {}, {});
  auto annotation =
      LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
  results[0].getDefiningOp<scf::ForOp>()->setAttr(kLoopAnnotationAttr, annotation);
}
