//===- TrainDialect.h - The train dialect: ops and attributes -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_TRAIN_IR_TRAINDIALECT_H
#define GRADUS_DIALECTS_TRAIN_IR_TRAINDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/ImplicitLocOpBuilder.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include <optional>

namespace gradus::train {
/// C1 of the update ops, for their verifiers: `symbol`, used by `op`, names a
/// parameter of `type`. Fails after an error at `op`.
llvm::LogicalResult verifyParameterUse(mlir::Operation *op, mlir::FlatSymbolRefAttr symbol, mlir::Type type,
                                       mlir::SymbolTableCollection &symbols);
} // namespace gradus::train

#include "dialects/train/IR/TrainDialect.h.inc"
#include "dialects/train/IR/TrainEnums.h.inc"

#include "dialects/train/IR/TrainAttrInterfaces.h.inc"
#include "dialects/train/IR/TrainOpInterfaces.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/train/IR/TrainAttrs.h.inc"

#define GET_OP_CLASSES
#include "dialects/train/IR/TrainOps.h.inc"

namespace gradus::train {
/// On a func.func: that it is an entry point, and which; an EntryAttr.
inline constexpr llvm::StringLiteral kEntryAttr = "train.entry";
/// On arguments and results of an entry point: the name by which users know
/// them; a StringAttr.
inline constexpr llvm::StringLiteral kNameAttr = "train.name";
/// On an entry point where results depend on several samples: the layer that mixes them.
inline constexpr llvm::StringLiteral kMixesSamplesAttr = "train.mixes_samples";
/// On an integer argument of an entry point that holds indices: the first number that is none.
inline constexpr llvm::StringLiteral kIndicesAttr = "train.indices";
/// On a module that can be trained: a RecipeAttr.
inline constexpr llvm::StringLiteral kRecipeAttr = "train.recipe";

/// Which entry point `op` is; nothing if it is none.
std::optional<Entry> getEntry(mlir::Operation *op);

/// The names of the states that optimizers may keep of a parameter, each once: a
/// parameter `w` reserves the symbols `w.<state>`.
llvm::SmallVector<llvm::StringRef> allStateNames();

/// True if `path`, taken relative to a folder, names a file outside of it: it is
/// absolute or has `..` as a component.
bool leavesFolder(llvm::StringRef path);
} // namespace gradus::train

#endif
