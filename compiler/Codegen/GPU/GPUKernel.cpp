//===- GPUKernel.cpp - A kernel that becomes a gpu.func -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Codegen/GPU/GPUKernel.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"

using namespace mlir;
using namespace gradus;
using gradus::gpu::GPUKernel;

std::string gradus::gpu::kernelSymbol(StringRef name, mlir::gpu::GPUModuleOp module) {
  // PTX allows letters, digits, _ and $ in names.
  std::string plain = "k_";
  for (char c : name)
    plain += llvm::isAlnum(c) ? c : '_';
  std::string symbol = plain;
  for (int i = 1; module.lookupSymbol(symbol); ++i)
    symbol = plain + "_" + std::to_string(i);
  return symbol;
}

GPUKernel::GPUKernel(rt::KernelOp kernel, mlir::gpu::GPUModuleOp module, const GPUTarget &target, bool flat)
    : LoopBuilder(kernel.getLoc()), kernel(kernel), target(target) {
  SmallVector<Type> types = bufferTypes(kernel, flat);
  types.push_back(MemRefType::get({0}, b.getI8Type()));
  b.setInsertionPointToEnd(module.getBody());
  function = mlir::gpu::GPUFuncOp::create(b, kernelSymbol(kernel.getSymName(), module), b.getFunctionType(types, {}));
  function->setAttr(mlir::gpu::GPUDialect::getKernelFuncAttrName(), b.getUnitAttr());
  if (rt::CostAttr cost = kernel.getCostAttr())
    function->setAttr(rt::kCostAttr, cost);
  function->setAttr(rt::kNameAttr, kernel.getSymNameAttr());
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
  function->setAttr(rt::kConfigAttr, rt::GPULaunchAttr::get(b.getContext(), blocks, threads));
  // ptxas may use as many registers as a block of this size can have; without
  // the second line it spills some for the sake of more blocks at once.
  function->setAttr("nvvm.maxntid", b.getDenseI32ArrayAttr({static_cast<int32_t>(threads), 1, 1}));
  function->setAttr("nvvm.minctasm", b.getI32IntegerAttr(1));
}

Value GPUKernel::shared(ArrayRef<int64_t> shape, Type element) {
  auto space = mlir::gpu::AddressSpaceAttr::get(b.getContext(), mlir::gpu::AddressSpace::Workgroup);
  auto type = MemRefType::get(shape, element, MemRefLayoutAttrInterface(), space);
  Value buffer = function.addWorkgroupAttribution(type, b.getLoc());
  // So that it can be read by the widest accesses.
  function.setWorkgroupAttributionAttr(function.getNumWorkgroupAttributions() - 1,
                                       LLVM::LLVMDialect::getAlignAttrName(),
                                       b.getI64IntegerAttr(target.maxAccessBytes));
  return buffer;
}

void gradus::gpu::keepRolled(ValueRange results) {
  MLIRContext *context = results[0].getContext();
  auto unroll = LLVM::LoopUnrollAttr::get(context, /*disable=*/BoolAttr::get(context, true), {}, {}, {}, {}, {}, {});
  auto annotation =
      LLVM::LoopAnnotationAttr::get(context, {}, {}, {}, unroll, {}, {}, {}, {}, {}, {}, {}, {}, {}, {}, {});
  results[0].getDefiningOp<scf::ForOp>()->setAttr(kLoopAnnotationAttr, annotation);
}
