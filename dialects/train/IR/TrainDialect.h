//===- TrainDialect.h - The train dialect and its operations --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_TRAIN_IR_TRAINDIALECT_H
#define GRADUS_DIALECTS_TRAIN_IR_TRAINDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/train/IR/TrainDialect.h.inc"
#include "dialects/train/IR/TrainEnums.h.inc"

#define GET_OP_CLASSES
#include "dialects/train/IR/TrainOps.h.inc"

namespace gradus::train {
/// On a func.func: that it is an entry point, and which ("train", "eval", "predict").
inline constexpr llvm::StringLiteral kEntryAttr = "train.entry";
/// On arguments and results of an entry point: the name users know them by.
inline constexpr llvm::StringLiteral kNameAttr = "train.name";
} // namespace gradus::train

#endif
