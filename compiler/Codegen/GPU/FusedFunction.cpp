//===- FusedFunction.cpp - One GPU function for several launches ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/FusedFunction.h"
#include "compiler/Codegen/GPU/GPUKernel.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/IR/IRMapping.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::gpu;
using mlir::gpu::GPUFuncOp;

/// Maps the shared buffers of `part` to those of `fused` of the same type, and
/// adds what is missing.
static void mapSharedBuffers(GPUFuncOp part, GPUFuncOp fused, IRMapping &map) {
  DenseSet<Value> taken;
  for (auto [i, buffer] : llvm::enumerate(part.getWorkgroupAttributions())) {
    Value own;
    for (Value known : fused.getWorkgroupAttributions())
      if (!own && known.getType() == buffer.getType() && !taken.contains(known))
        own = known;
    if (!own) {
      own = fused.addWorkgroupAttribution(buffer.getType(), buffer.getLoc());
      if (std::optional<ArrayAttr> attrs = part.getWorkgroupAttribAttrs())
        for (NamedAttribute attr : cast<DictionaryAttr>((*attrs)[i]))
          fused.setWorkgroupAttributionAttr(fused.getNumWorkgroupAttributions() - 1, attr.getName(), attr.getValue());
    }
    taken.insert(own);
    map.map(Value(buffer), own);
  }
}

/// Clones the body of `part` for the `count` blocks from `first` on. `block` is
/// the number of the block.
static void clonePart(ImplicitLocOpBuilder &b, GPUFuncOp part, IRMapping &map, Value block, int64_t first,
                      int64_t count) {
  Value own = arith::SubIOp::create(b, block, arith::ConstantIndexOp::create(b, first));
  Value here = arith::CmpIOp::create(b, arith::CmpIPredicate::ult, own, arith::ConstantIndexOp::create(b, count));
  auto ifOp = scf::IfOp::create(b, here, /*withElseRegion=*/false);
  OpBuilder::InsertionGuard guard(b);
  b.setInsertionPointToStart(ifOp.thenBlock());
  for (Operation &op : part.getBody().front().without_terminator())
    b.clone(op, map);
  ifOp.walk([&](mlir::gpu::BlockIdOp id) {
    id.replaceAllUsesWith(own);
    id.erase();
  });
}

/// Creates the function without a body, at the insertion point.
static GPUFuncOp createFunction(ImplicitLocOpBuilder &b, ArrayRef<Launch *> parts, StringRef name,
                                mlir::gpu::GPUModuleOp kernels) {
  SmallVector<Type> operandTypes, types;
  for (Launch *part : parts) {
    ArrayRef<Type> all = part->function.getArgumentTypes();
    llvm::append_range(operandTypes, all.take_front(part->reads.size()));
    llvm::append_range(types, all.slice(part->reads.size(), part->writes.size()));
  }
  types.insert(types.begin(), operandTypes.begin(), operandTypes.end());
  types.push_back(MemRefType::get({0}, b.getI8Type()));
  auto function = GPUFuncOp::create(b, kernelSymbol(name, kernels), b.getFunctionType(types, {}));
  function->setAttr(mlir::gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  function->setAttr(rt::kNameAttr, b.getStringAttr(name));
  return function;
}

GPUFuncOp gradus::gpu::buildFusedFunction(ArrayRef<Launch *> parts, StringRef name, mlir::gpu::GPUModuleOp kernels) {
  ImplicitLocOpBuilder b(parts[0]->op.getLoc(), kernels.getContext());
  b.setInsertionPointToEnd(kernels.getBody());
  GPUFuncOp function = createFunction(b, parts, name, kernels);
  b.setInsertionPointToStart(&function.getBody().front());
  Value block = mlir::gpu::BlockIdOp::create(b, mlir::gpu::Dimension::x);
  int64_t blocks = 0, flops = 0, bytes = 0;
  size_t operand = 0, result = 0;
  for (Launch *part : parts)
    result += part->reads.size();
  for (Launch *part : parts) {
    IRMapping map;
    GPUFuncOp from = part->function;
    for (size_t i = 0; i < part->reads.size(); ++i)
      map.map(from.getArgument(i), function.getArgument(operand++));
    for (size_t i = 0; i < part->writes.size(); ++i)
      map.map(from.getArgument(part->reads.size() + i), function.getArgument(result++));
    map.map(from.getArguments().back(), function.getArguments().back());
    mapSharedBuffers(from, function, map);
    clonePart(b, from, map, block, blocks, part->config().getBlocks());
    blocks += part->config().getBlocks();
    flops += part->cost().getFlops();
    bytes += part->cost().getBytes();
    if (Attribute precision = from->getAttr(rt::kPrecisionAttr))
      function->setAttr(rt::kPrecisionAttr, precision);
  }
  mlir::gpu::ReturnOp::create(b);
  int64_t threads = parts[0]->config().getThreads();
  function->setAttr(rt::kConfigAttr, rt::GPULaunchAttr::get(b.getContext(), blocks, threads));
  function->setAttr(rt::kCostAttr, rt::CostAttr::get(b.getContext(), flops, bytes));
  for (StringRef same : {"nvvm.maxntid", "nvvm.minctasm"})
    if (Attribute attr = parts[0]->function->getAttr(same))
      function->setAttr(same, attr);
  return function;
}
