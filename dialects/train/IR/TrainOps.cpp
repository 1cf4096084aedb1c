//===- TrainOps.cpp - Verifiers of the train ops --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Support/ForEachOp.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/SetVector.h"

using namespace mlir;
using namespace gradus::train;

#define GET_OP_CLASSES
#include "dialects/train/IR/TrainOps.cpp.inc"

/// Fails, after an error at `op`, unless `symbol` names a `variables` (such as
/// "parameter or state") whose type, `actual`, is `type`. Null: it names none.
static LogicalResult verifyVariable(Operation *op, FlatSymbolRefAttr symbol, Type type, Type actual,
                                    StringRef variables) {
  if (!actual)
    return op->emitOpError() << symbol << " does not name a " << variables;
  if (actual != type)
    return op->emitOpError() << symbol << " has type " << actual << ", not " << type;
  return success();
}

/// C1 of read and write: the symbol is a parameter or state of `type`.
static LogicalResult verifyVariableUse(Operation *op, FlatSymbolRefAttr symbol, Type type,
                                       SymbolTableCollection &symbols) {
  Operation *target = symbols.lookupNearestSymbolFrom(op, symbol);
  Type actual;
  if (auto parameter = dyn_cast_or_null<ParameterOp>(target))
    actual = parameter.getType();
  else if (auto state = dyn_cast_or_null<StateOp>(target))
    actual = state.getType();
  return verifyVariable(op, symbol, type, actual, "parameter or state");
}

LogicalResult gradus::train::verifyParameterUse(Operation *op, FlatSymbolRefAttr symbol, Type type,
                                                SymbolTableCollection &symbols) {
  auto parameter = symbols.lookupNearestSymbolFrom<ParameterOp>(op, symbol);
  return verifyVariable(op, symbol, type, parameter ? parameter.getType() : Type(), "parameter");
}

llvm::SmallVector<StringRef> gradus::train::allStateNames() {
  llvm::SetVector<StringRef, llvm::SmallVector<StringRef>> names;
  forEachOp<
#define GET_OP_LIST
#include "dialects/train/IR/TrainOps.cpp.inc"
      >([&]<typename Op>(std::in_place_type_t<Op>) {
    if constexpr (requires { Op::getStateNames(); })
      names.insert_range(Op::getStateNames());
  });
  return names.takeVector();
}

LogicalResult ReadOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariableUse(*this, getVariableAttr(), getType(), symbols);
}

LogicalResult WriteOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariableUse(*this, getVariableAttr(), getValue().getType(), symbols);
}

LogicalResult GradOp::verify() {
  if (getWrt().getTypes() != getGradients().getTypes()) // C2
    return emitOpError("results must have the types of the tensors differentiated by");
  return success();
}

LogicalResult ClipNormOp::verify() {
  if (getGradients().getTypes() != getResults().getTypes()) // C1
    return emitOpError("results must have the types of the gradients");
  if (getMaxNorm().convertToDouble() <= 0) // C2
    return emitOpError("max norm must be positive");
  return success();
}
