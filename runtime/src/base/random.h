//===- random.h - Philox, initial values, shuffling -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// All of it depends on its arguments only: the same on every machine, with any
// number of threads, and after a checkpoint.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_BASE_RANDOM_H
#define GRADUS_BASE_RANDOM_H

#include "gradus/model_abi.h"

/// Philox4x32-10 (Salmon et al., SC'11): four words from counter and key.
void gradus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);

/// Fills `out` with a variable's initial values, as many and of the type that its
/// table says: zeros for optimizer state. The stream is chosen by the variable's
/// name, so that other parameters do not change it.
void gradus_initialize(const gradus_variable_t *variable, uint64_t seed, void *out);

/// Fills `order` with a permutation of 0…count-1, count < 2^32, by seed and epoch
/// (Fisher and Yates).
void gradus_shuffle(uint32_t *order, uint64_t count, uint64_t seed, uint64_t epoch);

#endif
