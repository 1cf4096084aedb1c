//===- EraseProgram.cpp - Keep only the functions and the rt.model --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/ADT/SmallBitVector.h"

namespace gradus {
#define GEN_PASS_DEF_ERASEPROGRAMPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

/// The slot of an argument of a launch, and the bytes that its value has there.
struct Place {
  rt::SlotAttr slot;
  int64_t bytes;
};

/// True if both are of one segment and share a byte. Inputs are buffers of their own.
bool overlap(const Place &lhs, const Place &rhs) {
  if (lhs.slot.getSegment() != rhs.slot.getSegment())
    return false;
  if (lhs.slot.getSegment() == rt::Segment::Inputs)
    return lhs.slot == rhs.slot;
  int64_t l = lhs.slot.getOffset(), r = rhs.slot.getOffset();
  return l < r + rhs.bytes && r < l + lhs.bytes;
}

/// Notes the arguments that share memory with another argument of this launch.
void noteAliases(rt::LaunchOp launch, llvm::SmallBitVector &shared) {
  SmallVector<Place> places;
  auto addPlaces = [&](ArrayAttr slots, ValueRange values) {
    for (auto [slot, value] : llvm::zip_equal(slots, values))
      places.push_back({cast<rt::SlotAttr>(slot), byteSize(value.getType())});
  };
  addPlaces(launch.getOperandSlotsAttr(), launch.getInputs());
  addPlaces(launch.getResultSlotsAttr(), launch.getOutputs());
  shared.resize(places.size());
  for (size_t i = 0; i < places.size(); ++i)
    for (size_t j = 0; j < i; ++j)
      if (overlap(places[i], places[j])) {
        shared.set(i);
        shared.set(j);
      }
}

/// Removes the attributes of our dialects that are in the rt.model now.
void eraseOurAttributes(Operation *op) {
  for (NamedAttribute attr : llvm::to_vector(op->getDiscardableAttrs()))
    if (isa_and_nonnull<rt::RTDialect, train::TrainDialect>(attr.getNameDialect()))
      op->removeDiscardableAttr(attr.getName());
}

struct EraseProgramPass : gradus::impl::EraseProgramPassBase<EraseProgramPass> {
  using Base::Base;
  void runOnOperation() override {
    ModuleOp module = getOperation();
    llvm::MapVector<SymbolRefAttr, llvm::SmallBitVector> shared; // by kernel, over all its launches
    module.walk([&](rt::LaunchOp launch) {
      if (launch.getOperandSlots())
        noteAliases(launch, shared[launch.getKernel()]);
    });
    SymbolTableCollection symbols;
    for (auto &[name, arguments] : shared)
      if (auto kernel = symbols.lookupSymbolIn<FunctionOpInterface>(module, name))
        for (unsigned i = 0; i < arguments.size(); ++i)
          if (!arguments.test(i))
            kernel.setArgAttr(i, LLVM::LLVMDialect::getNoAliasAttrName(), UnitAttr::get(&getContext()));
    for (Operation &op : llvm::make_early_inc_range(*module.getBody()))
      if (isa<train::ParameterOp, train::StateOp, rt::VariableOp>(op) || op.hasAttr(train::kEntryAttr))
        op.erase();
    module.walk([](Operation *op) { eraseOurAttributes(op); });
  }
};

} // namespace
