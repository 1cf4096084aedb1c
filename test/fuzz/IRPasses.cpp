//===- IRPasses.cpp - What passes a fuzz target runs ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "IRPasses.h"

// In a file of its own: IRStage.cpp, which is slow to compile, is compiled once.
const char *const gradus::fuzz::kPasses = GRADUS_FUZZ_PASSES;
