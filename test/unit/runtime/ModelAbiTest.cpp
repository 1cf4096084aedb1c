//===- ModelAbiTest.cpp - The layout that the compiler writes -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "gradus/model_abi.h"
#include <cstddef>
#include <gtest/gtest.h>

namespace {

// What a program checks before it reads anything else never moves.
static_assert(offsetof(gradus_model_t, magic) == 0);
static_assert(offsetof(gradus_model_t, abi_version) == 8);
static_assert(offsetof(gradus_model_t, struct_bytes) == 12);

// The rest moves with the version only.
static_assert(GRADUS_ABI_VERSION == 5);
static_assert(offsetof(gradus_slot_t, offset) == 8);
static_assert(offsetof(gradus_tensor_t, indices) == 40);
static_assert(offsetof(gradus_variable_t, flags) == 80);
static_assert(offsetof(gradus_kernel_t, function) == 16);
static_assert(offsetof(gradus_kernel_t, symbol) == 56);
static_assert(offsetof(gradus_launch_t, float_elements) == 40);
static_assert(offsetof(gradus_entry_t, output_slots) == 32);
static_assert(offsetof(gradus_data_part_t, scale) == 16);
static_assert(offsetof(gradus_dataset_t, shuffle) == 24);
static_assert(offsetof(gradus_recipe_t, validation) == 88);
static_assert(offsetof(gradus_model_t, entries) == 72);
static_assert(offsetof(gradus_model_t, gpu) == 248);

TEST(ModelAbi, ListsNameEachFieldOnce) {
  int fields = 0;
#define GRADUS_COUNT(type, name, text)                                                                                 \
  static_assert(sizeof(text) > 1);                                                                                     \
  ++fields;
  GRADUS_MODEL_FIELDS(GRADUS_COUNT)
#undef GRADUS_COUNT
  EXPECT_EQ(fields, 15);
}

TEST(ModelAbi, NumbersOfTypesAndEntriesAreTheirPlaces) {
  int next = 0;
#define GRADUS_NEXT(suffix, number, ...) EXPECT_EQ(number, next++);
  GRADUS_DTYPES(GRADUS_NEXT)
  next = 0;
  GRADUS_ENTRIES(GRADUS_NEXT)
#undef GRADUS_NEXT
  EXPECT_EQ(next, GRADUS_ENTRY_COUNT);
}

} // namespace
