//===- IRPasses.h - What passes a fuzz target runs ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TEST_FUZZ_IRPASSES_H
#define GRADUS_TEST_FUZZ_IRPASSES_H

namespace gradus::fuzz {

/// What IRStage.cpp runs, as gradus-opt has it on its command line.
extern const char *const kPasses;

} // namespace gradus::fuzz

#endif
