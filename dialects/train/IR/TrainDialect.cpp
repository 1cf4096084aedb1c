//===- TrainDialect.cpp - The train dialect and its discardable attributes ===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "llvm/ADT/SmallPtrSet.h"

using namespace mlir;
using namespace gradus::train;

#include "dialects/train/IR/TrainDialect.cpp.inc"

#include "dialects/train/IR/TrainAttrInterfaces.cpp.inc"
#include "dialects/train/IR/TrainOpInterfaces.cpp.inc"

void TrainDialect::initialize() {
  registerAttributes();
  addOperations<
#define GET_OP_LIST
#include "dialects/train/IR/TrainOps.cpp.inc"
      >();
}

std::optional<Entry> gradus::train::getEntry(Operation *op) {
  auto entry = op->getAttrOfType<EntryAttr>(kEntryAttr);
  return entry ? std::optional(entry.getValue()) : std::nullopt;
}

/// C1 of train.entry: no variable is written twice in `function`.
static LogicalResult verifyWrites(FunctionOpInterface function) {
  llvm::SmallPtrSet<Attribute, 16> written;
  for (WriteOp write : function.getFunctionBody().getOps<WriteOp>()) {
    // Its own verifier, which runs later, refuses a write of nothing.
    FlatSymbolRefAttr variable = write.getVariableAttr();
    if (variable && !written.insert(variable).second)
      return write.emitOpError() << variable << " is written twice in one step";
  }
  return success();
}

/// C2 of train.entry.
static LogicalResult verifySignature(FunctionOpInterface function) {
  if (function.isExternal())
    return function.emitOpError("is an entry point without a body");
  for (Type type : llvm::concat<const Type>(function.getArgumentTypes(), function.getResultTypes()))
    if (auto tensor = dyn_cast<RankedTensorType>(type); !tensor || !tensor.hasStaticShape())
      return function.emitOpError() << "is an entry point, which takes and returns tensors of static shape, not "
                                    << type;
  return success();
}

LogicalResult TrainDialect::verifyOperationAttribute(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() == kEntryAttr) {
    auto function = dyn_cast<FunctionOpInterface>(op);
    if (!function || !isa<EntryAttr>(attribute.getValue()))
      return op->emitOpError() << "'" << kEntryAttr << "' must be a #train.entry on a function";
    return success(succeeded(verifySignature(function)) && succeeded(verifyWrites(function)));
  }
  if (attribute.getName() == kMixesSamplesAttr) {
    if (!isa<FunctionOpInterface>(op) || !isa<StringAttr>(attribute.getValue()))
      return op->emitOpError() << "'" << kMixesSamplesAttr << "' must be a string on a function";
    return success();
  }
  if (attribute.getName() == kRecipeAttr) {
    if (!isa<ModuleOp>(op) || !isa<RecipeAttr>(attribute.getValue()))
      return op->emitOpError() << "'" << kRecipeAttr << "' must be a #train.recipe on a module";
    return success();
  }
  return op->emitOpError() << "the train dialect has no attribute " << attribute.getName();
}

/// For arguments and results of a function: `train.name` is a string, and there is nothing else.
static LogicalResult verifyName(Operation *op, NamedAttribute attribute) {
  if (attribute.getName() != kNameAttr)
    return op->emitOpError() << "the train dialect has no attribute " << attribute.getName()
                             << " of arguments or results";
  if (!isa<StringAttr>(attribute.getValue()))
    return op->emitOpError() << "'" << kNameAttr << "' must be a string";
  return success();
}

LogicalResult TrainDialect::verifyRegionArgAttribute(Operation *op, unsigned, unsigned argument,
                                                     NamedAttribute attribute) {
  if (attribute.getName() == kIndicesAttr) {
    auto bound = dyn_cast<IntegerAttr>(attribute.getValue());
    auto function = dyn_cast<FunctionOpInterface>(op);
    if (!function || !getElementTypeOrSelf(function.getArgumentTypes()[argument]).isInteger() || !bound ||
        !bound.getType().isInteger(64) || bound.getInt() <= 0)
      return op->emitOpError() << "'" << kIndicesAttr << "' must be a positive i64, on an argument of integers";
    return success();
  }
  return verifyName(op, attribute);
}

LogicalResult TrainDialect::verifyRegionResultAttribute(Operation *op, unsigned, unsigned, NamedAttribute attribute) {
  return verifyName(op, attribute);
}
