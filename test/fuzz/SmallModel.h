//===- SmallModel.h - The model that the runtime's targets use ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TEST_FUZZ_SMALLMODEL_H
#define GRADUS_TEST_FUZZ_SMALLMODEL_H

#include "gradus/model_abi.h"

namespace gradus::fuzz {

/// A table as the compiler writes it: `predict` has an input of each element type, one
/// of them of indices, and copies the first; there are parameters and optimizer state.
extern const gradus_model_t kSmallModel;

} // namespace gradus::fuzz

#endif
