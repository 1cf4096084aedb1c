//===- RTDialect.h - The rt dialect and its operations --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_RT_IR_RTDIALECT_H
#define GRADUS_DIALECTS_RT_IR_RTDIALECT_H

#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/InferTypeOpInterface.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/rt/IR/RTDialect.h.inc"
#include "dialects/rt/IR/RTEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/rt/IR/RTAttrs.h.inc"

#define GET_OP_CLASSES
#include "dialects/rt/IR/RTOps.h.inc"

namespace gradus::rt {

/// Every slot starts on a cache line, which is also the widest vector; in bytes.
inline constexpr int64_t kSlotAlignment = 64;

/// On a kernel's function: how it is launched, a CPULaunchAttr or GPULaunchAttr.
inline constexpr llvm::StringLiteral kConfigAttr = "rt.config";
/// On a kernel's function: its work, a CostAttr.
inline constexpr llvm::StringLiteral kCostAttr = "rt.cost";
/// On the function of a kernel for tensor cores: what they multiply, a PrecisionAttr.
inline constexpr llvm::StringLiteral kPrecisionAttr = "rt.precision";
/// On a GPU kernel's function: the kernel's name, a StringAttr.
inline constexpr llvm::StringLiteral kNameAttr = "rt.name";
/// On an entry point, after rt-plan-arena: its memory, a PlanAttr.
inline constexpr llvm::StringLiteral kPlanAttr = "rt.plan";
/// On a module: what makes two training runs comparable, a StringAttr of 64
/// hexadecimal digits; a checkpoint of another hash does not resume.
inline constexpr llvm::StringLiteral kRecipeHashAttr = "rt.recipe_hash";

/// The launch configuration of a kernel's function if it is of type `Attr`, else null.
template <typename Attr>
Attr getConfig(mlir::Operation *function) {
  return function->getAttrOfType<Attr>(kConfigAttr);
}

/// The cost of a kernel's function; zeros where none is known.
CostAttr getCost(mlir::Operation *function);

/// The 64 hexadecimal digits of the SHA-256 of `text`.
std::string hashOf(llvm::StringRef text);

/// True if `text` could be such a hash.
bool isHash(llvm::StringRef text);

/// A model's name as a part of symbols: lower case, `_` for what is neither letter
/// nor digit, `model_` in front of a digit.
std::string symbolOfModel(llvm::StringRef name);

} // namespace gradus::rt

#endif
