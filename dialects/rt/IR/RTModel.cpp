//===- RTModel.cpp - The model's table: its verifiers ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Support/TensorUtils.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/rt/IR/SlotVerifiers.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::rt;

/// The number of the kind of `op` among `Ops`, from 1 on; 0 if it is of none.
template <typename... Ops>
static unsigned kindOf(Operation &op) {
  unsigned count = 0, kind = 0;
  auto check = [&](bool matches) {
    ++count;
    if (matches)
      kind = count;
  };
  (check(isa<Ops>(op)), ...);
  return kind;
}

/// Fails unless the ops of `body` are of the kinds `Ops`, those of an earlier kind first.
template <typename... Ops>
static LogicalResult verifyOrder(Operation *parent, Block &body, StringRef kinds) {
  unsigned last = 1;
  for (Operation &op : body) {
    unsigned kind = kindOf<Ops...>(op);
    if (kind < last)
      return parent->emitOpError() << "holds " << kinds << ", in this order; '" << op.getName() << "' is out of place";
    last = kind;
  }
  return success();
}

LogicalResult ModelOp::verifyRegions() {
  auto module = dyn_cast_or_null<ModuleOp>((*this)->getParentOp());
  if (module && !llvm::hasSingleElement(module.getOps<ModelOp>())) // C1
    return emitOpError("is not the only one of its module");
  if (failed(verifyOrder<ModelVariableOp, ModelKernelOp, ModelEntryOp>(*this, getBody().front(), // C2
                                                                       "variables, kernels and entry points")))
    return failure();
  if (!isHash(getRecipeHash())) // C3
    return emitOpError("recipe_hash must be 64 hexadecimal digits");
  if (getRecipeAttr() && !isa<gradus::train::RecipeAttr>(getRecipeAttr())) // C5
    return emitOpError("recipe must be a #train.recipe");
  bool seen[3] = {};
  for (auto entry : getBody().getOps<ModelEntryOp>()) {
    bool &known = seen[static_cast<unsigned>(entry.getKind())];
    if (known)
      return entry.emitOpError() << "is the second of kind '" << train::stringifyEntry(entry.getKind()) << "'";
    known = true;
  }
  auto bytes = static_cast<int64_t>(getVariablesBytes());
  if (bytes < 0) // C4
    return emitOpError() << "has " << bytes << " bytes of variables";
  for (auto variable : getBody().getOps<ModelVariableOp>()) // C4
    if (*checkedByteSize(variable.getType()) > bytes - static_cast<int64_t>(variable.getOffset()))
      return variable.emitOpError() << "does not end within the " << getVariablesBytes() << " bytes of variables";
  return success();
}

LogicalResult ModelInputOp::verify() {
  if (getIndices() && !cast<RankedTensorType>(getType()).getElementType().isInteger())
    return emitOpError() << "of " << getType() << " cannot hold indices";
  return success();
}

LogicalResult ModelVariableOp::verify() {
  if (static_cast<int64_t>(getOffset()) < 0 || getOffset() % kSlotAlignment != 0) // C1
    return emitOpError() << "offset " << static_cast<int64_t>(getOffset()) << " is not a multiple of "
                         << kSlotAlignment;
  if (!checkedByteSize(getType())) // C3
    return emitOpError() << "has the type " << getType() << ", which is too large";
  if (getFrozen() && !getInit()) // C2
    return emitOpError("is a state, and those are not frozen");
  return success();
}

LogicalResult ModelKernelOp::verify() {
  if (static_cast<int64_t>(getScratchBytes()) < 0 || static_cast<int64_t>(getSharedBytes()) < 0) // C1
    return emitOpError("has a negative size");
  return success();
}

LogicalResult ModelEntryOp::verifyRegions() {
  if (static_cast<int64_t>(getBatch()) < 0 || static_cast<int64_t>(getArenaBytes()) < 0) // C1
    return emitOpError("has a negative size");
  Block &body = getBody().front();
  if (failed(
          verifyOrder<ModelInputOp, ModelLaunchOp, ModelOutputOp>(*this, body, "inputs, launches and outputs"))) // C2
    return failure();
  int64_t inputs = llvm::range_size(body.getOps<ModelInputOp>());
  for (auto launch : body.getOps<ModelLaunchOp>()) { // C3
    for (auto slot : launch.getOperandSlots().getAsRange<SlotAttr>())
      if (failed(verifySlot(launch, slot, /*type=*/{}, getArenaBytes(), inputs)))
        return failure();
    for (auto [slot, type] :
         llvm::zip(launch.getResultSlots().getAsRange<SlotAttr>(), launch.getResultTypes().getAsValueRange<TypeAttr>()))
      if (failed(verifySlot(launch, slot, type, getArenaBytes(), inputs)))
        return failure();
  }
  for (auto output : body.getOps<ModelOutputOp>())
    if (failed(verifySlot(output, output.getSlot(), output.getType(), getArenaBytes(), inputs)))
      return failure();
  return success();
}

LogicalResult ModelLaunchOp::verify() {
  if (getResultSlots().size() != getResultTypes().size()) // C2
    return emitOpError() << "has " << getResultTypes().size() << " results, but slots for " << getResultSlots().size();
  for (Type type : getResultTypes().getAsValueRange<TypeAttr>())
    if (!isa<RankedTensorType>(type) || !checkedByteSize(type))
      return emitOpError() << "has a result of type " << type;
  return verifyResultSlots(*this, getResultSlots());
}

LogicalResult ModelLaunchOp::verifySymbolUses(SymbolTableCollection &symbols) {
  auto model = (*this)->getParentOfType<ModelOp>();
  if (!isa_and_nonnull<ModelKernelOp>(symbols.lookupSymbolIn(model, getKernelAttr()))) // C1
    return emitOpError() << getKernelAttr() << " does not name a kernel of the model";
  return success();
}
