//===- CheckDialect.h - The check dialect ---------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_CHECK_IR_CHECKDIALECT_H
#define GRADUS_DIALECTS_CHECK_IR_CHECKDIALECT_H

#include "mlir/Bytecode/BytecodeOpInterface.h"
#include "mlir/IR/BuiltinTypes.h"
#include "mlir/IR/Dialect.h"
#include "mlir/IR/OpDefinition.h"
#include "mlir/IR/OpImplementation.h"

#include "dialects/check/IR/CheckDialect.h.inc"

#define GET_OP_CLASSES
#include "dialects/check/IR/CheckOps.h.inc"

#endif
