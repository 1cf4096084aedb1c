//===- CheckDialect.cpp - The check dialect -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/check/IR/CheckDialect.h"
#include "mlir/IR/Builders.h"

using namespace mlir;
using namespace gradus::check;

#include "dialects/check/IR/CheckDialect.cpp.inc"

#define GET_OP_CLASSES
#include "dialects/check/IR/CheckOps.cpp.inc"

void CheckDialect::initialize() {
  addOperations<
#define GET_OP_LIST
#include "dialects/check/IR/CheckOps.cpp.inc"
      >();
}
