//===- TrainDialect.cpp - The train dialect: registration and verifiers ---===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace gradus::train;

#include "dialects/train/IR/TrainDialect.cpp.inc"
#include "dialects/train/IR/TrainEnums.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/train/IR/TrainOps.cpp.inc"

void TrainDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/train/IR/TrainOps.cpp.inc"
      >();
}

/// C1 of read and write, and of the updates: the symbol is a variable of `type`.
static LogicalResult verifyVariable(Operation *op, FlatSymbolRefAttr symbol, Type type, SymbolTableCollection &symbols,
                                    bool parameterOnly = false) {
  Operation *target = symbols.lookupNearestSymbolFrom(op, symbol);
  Type actual;
  if (auto parameter = dyn_cast_or_null<ParameterOp>(target))
    actual = parameter.getType();
  else if (auto state = dyn_cast_or_null<StateOp>(target); state && !parameterOnly)
    actual = state.getType();
  if (!actual)
    return op->emitOpError() << symbol << " does not name a " << (parameterOnly ? "parameter" : "parameter or state");
  if (actual != type)
    return op->emitOpError() << symbol << " has type " << actual << ", not " << type;
  return success();
}

LogicalResult ReadOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, getVariableAttr(), getType(), symbols);
}
LogicalResult LearningRateOp::verify() {
  if (getKind() != "constant" && getKind() != "step" && getKind() != "cosine")
    return emitOpError("there is no schedule \"") << getKind() << "\"; use constant, step or cosine";
  if (getKind() == "step" && static_cast<int64_t>(getSteps()) < 1)
    return emitOpError("a step schedule needs a length of at least 1");
  return success();
}
LogicalResult WriteOp::verifySymbolUses(SymbolTableCollection &symbols) {
  for (Operation *next = (*this)->getNextNode(); next; next = next->getNextNode())
    if (auto other = dyn_cast<WriteOp>(next); other && other.getVariable() == getVariable())
      return other.emitOpError() << getVariableAttr() << " is written twice in one step";
  return verifyVariable(*this, getVariableAttr(), getValue().getType(), symbols);
}
LogicalResult UpdateSgdOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, getParameterAttr(), getGradient().getType(), symbols, true);
}
LogicalResult UpdateAdamOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, getParameterAttr(), getGradient().getType(), symbols, true);
}
LogicalResult UpdateRmspropOp::verifySymbolUses(SymbolTableCollection &symbols) {
  return verifyVariable(*this, getParameterAttr(), getGradient().getType(), symbols, true);
}

LogicalResult GradOp::verify() {
  if (getWrt().getTypes() != getGradients().getTypes()) // C2
    return emitOpError("results must have the types of the tensors differentiated by");
  return success();
}

LogicalResult ClipNormOp::verify() {
  if (getGradients().getTypes() != getResults().getTypes())
    return emitOpError("results must have the types of the gradients");
  if (getMaxNorm().convertToDouble() <= 0)
    return emitOpError("max norm must be positive");
  return success();
}
