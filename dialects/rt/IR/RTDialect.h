//===- RTDialect.h - The rt dialect and its operations --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_RT_IR_RTDIALECT_H
#define GRADUS_DIALECTS_RT_IR_RTDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinAttributes.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"
#include "mlir/IR/SymbolTable.h"
#include "mlir/Interfaces/ControlFlowInterfaces.h"
#include "mlir/Interfaces/FunctionInterfaces.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"

#include "dialects/rt/IR/RTDialect.h.inc"
#include "dialects/rt/IR/RTEnums.h.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/rt/IR/RTAttrs.h.inc"

#define GET_OP_CLASSES
#include "dialects/rt/IR/RTOps.h.inc"

namespace gradus::rt {
/// On the entry function, after rt-plan-arena: bytes of arena it needs.
inline constexpr llvm::StringLiteral kArenaBytesAttr = "rt.arena_bytes";
/// On an entry function's results: their slots, in order.
inline constexpr llvm::StringLiteral kResultSlotsAttr = "rt.result_slots";
/// On a kernel function: the number of units it is split into.
inline constexpr llvm::StringLiteral kUnitsAttr = "rt.units";
/// On a GPU kernel's function: the kernel's name, and how many blocks of how
/// many threads run it.
inline constexpr llvm::StringLiteral kKernelAttr = "rt.kernel";
inline constexpr llvm::StringLiteral kBlocksAttr = "rt.blocks";
inline constexpr llvm::StringLiteral kThreadsAttr = "rt.threads";
/// On a function for tensor cores: what they multiply, "tf32" or "bf16".
inline constexpr llvm::StringLiteral kPrecisionAttr = "rt.precision";
/// On a kernel: its cost (CostModel), for tables and reports.
inline constexpr llvm::StringLiteral kFlopsAttr = "rt.flops";
inline constexpr llvm::StringLiteral kBytesAttr = "rt.bytes";
/// On a parameter or state: its byte offset in the variables segment.
inline constexpr llvm::StringLiteral kOffsetAttr = "rt.offset";
} // namespace gradus::rt

#endif
