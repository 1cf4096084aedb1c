//===- SlotVerifiers.h - What the verifiers of slots share ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_RT_IR_SLOTVERIFIERS_H
#define GRADUS_DIALECTS_RT_IR_SLOTVERIFIERS_H

#include "dialects/rt/IR/RTDialect.h"

namespace gradus::rt {

/// Checks one value of an entry point: its size is known, in the arena it ends
/// within `arenaBytes`, and an input is one of `inputs`. A null type is a value of any
/// size. Reports at `op`.
llvm::LogicalResult verifySlot(mlir::Operation *op, SlotAttr slot, mlir::Type type, int64_t arenaBytes, int64_t inputs);

/// Results of kernels go to the arena or to variables. Reports at `op`.
llvm::LogicalResult verifyResultSlots(mlir::Operation *op, mlir::ArrayAttr slots);

} // namespace gradus::rt

#endif
