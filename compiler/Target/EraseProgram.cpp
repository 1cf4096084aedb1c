//===- EraseProgram.cpp - Keep only the kernels' functions ----------------===//
#include "compiler/Passes.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"

namespace gradus {
#define GEN_PASS_DEF_ERASEPROGRAMPASS
#include "compiler/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

/// Marks buffers that only one argument refers to.
void markNoAlias(rt::LaunchOp launch, func::FuncOp kernel) {
  SmallVector<Attribute> places(launch.getOperandPlacesAttr().begin(), launch.getOperandPlacesAttr().end());
  llvm::append_range(places, launch.getResultPlacesAttr());
  for (auto [i, place] : llvm::enumerate(places))
    if (llvm::count(places, place) == 1)
      kernel.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), UnitAttr::get(kernel.getContext()));
}

struct EraseProgramPass : gradus::impl::EraseProgramPassBase<EraseProgramPass> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    module.walk([&](rt::LaunchOp launch) {
      if (auto kernel = module.lookupSymbol<func::FuncOp>(launch.getKernel()); kernel && launch.getOperandPlaces())
        markNoAlias(launch, kernel);
    });
    for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
      if (isa<train::ParameterOp, train::StateOp>(op) || op.hasAttr(train::kEntryAttr))
        op.erase();
  }
};

} // namespace
