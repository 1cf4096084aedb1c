//===- VerifyModel.h - Compiled code against the reference ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_VERIFY_VERIFYMODEL_H
#define GRADUS_COMPILER_VERIFY_VERIFYMODEL_H

#include "compiler/Driver/CompileOptions.h"

namespace gradus {

/// Compiles the model of `options` as a shared library, loads it into this process,
/// runs a prediction, an evaluation and a training step of it on random inputs
/// drawn from `seed`, and compares every output and every variable with the
/// reference evaluator in f64; then gradients with finite differences of the loss.
/// Prints a line per comparison to standard output. Returns kMismatch if one is
/// beyond its tolerance; other codes for errors, which are printed.
ExitCode verifyModel(CompileOptions options, uint64_t seed);

} // namespace gradus

#endif
