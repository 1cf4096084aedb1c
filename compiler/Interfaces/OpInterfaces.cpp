//===- OpInterfaces.cpp - What the compiler asks of an op -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Interfaces/OpInterfaces.h"
#include "compiler/Interfaces/OpInterfaces.cpp.inc"
