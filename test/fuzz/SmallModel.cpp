//===- SmallModel.cpp - The model that the runtime's targets use ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "SmallModel.h"
#include <cstring>

static constexpr int64_t kBatch = 2;

static void copyKernel(void *const *args, int64_t, int64_t, void *) { memcpy(args[1], args[0], 24); }

static const int64_t kRows[] = {kBatch, 3}, kPairs[] = {kBatch, 2}, kSingles[] = {kBatch};
static const gradus_tensor_t kInputs[] = {{"x", kRows, 2, GRADUS_F32, 24, 0},
                                          {"class", kSingles, 1, GRADUS_I32, 8, 5},
                                          {"n", kPairs, 2, GRADUS_I64, 32, 0},
                                          {"d", kSingles, 1, GRADUS_F64, 16, 0}};
static const gradus_tensor_t kOutput = {"y", kRows, 2, GRADUS_F32, 24, 0};
static const gradus_variable_t kVariables[] = {
    {{"w", kRows, 2, GRADUS_F32, 24, 0}, 0, GRADUS_INIT_UNIFORM, -1, 1, 0},
    {{"steps", nullptr, 0, GRADUS_I64, 8, 0}, 64, GRADUS_INIT_CONSTANT, 1, 0, 0},
    {{"w.momentum", kRows, 2, GRADUS_F32, 24, 0}, 128, GRADUS_INIT_CONSTANT, 0, 0, GRADUS_VARIABLE_STATE}};

static const gradus_kernel_t kCopy = {"copy", "", copyKernel, 1, 0, 0, 48, nullptr, 0, 0};
static const gradus_slot_t kArgs[] = {{GRADUS_SEGMENT_INPUTS, 0}, {GRADUS_SEGMENT_ARENA, 0}};
static const uint64_t kFloats[] = {6};
static const gradus_launch_t kLaunch = {&kCopy, kArgs, 2, 1, 0, kFloats};
static const gradus_entry_t kPredict = {kBatch, kInputs, 4, &kOutput, &kArgs[1], 1, &kLaunch, 1, 64, nullptr};

static constexpr gradus_dataset_t kNoData = {GRADUS_DATA_NONE, nullptr, 0, 0, 0, ','};

const gradus_model_t gradus::fuzz::kSmallModel = {GRADUS_ABI_MAGIC,
                                                  GRADUS_ABI_VERSION,
                                                  sizeof(gradus_model_t),
                                                  "small",
                                                  "by hand",
                                                  "any",
                                                  "00",
                                                  kVariables,
                                                  3,
                                                  192,
                                                  {nullptr, nullptr, &kPredict},
                                                  {1, 7, "", 0, 3, kNoData, kNoData},
                                                  nullptr,
                                                  nullptr,
                                                  nullptr};
