//===- twin_model.c - What the compiler emits, written by hand ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The model y = w x with one weight, trained by SGD (rate 0.5) on the squared error
// of a batch of two: loss = mean (w x - t)^2. It is the readable specification of
// the tables of a compiled model; gradus/model_abi.h lists their fields.
//
//===----------------------------------------------------------------------===//
#include "gradus/model_abi.h"

enum { kBatch = 2 };

// args: x, t, w, counters; loss, rate, w (in place)
static void step_kernel(void *const *args, int64_t begin, int64_t end, void *scratch) {
  const float *x = args[0], *t = args[1];
  float *w = args[6], *loss = args[4], gradient = 0;
  double *rate = args[5];
  (void)begin;
  (void)end;
  (void)scratch;
  *loss = 0;
  *rate = 0.5;
  for (int i = 0; i < kBatch; ++i) {
    float d = *w * x[i] - t[i];
    *loss += d * d / kBatch;
    gradient += 2 * d * x[i] / kBatch;
  }
  *w -= (float)*rate * gradient;
}

// args: x, w; y. A work item is one sample.
static void predict_kernel(void *const *args, int64_t begin, int64_t end, void *scratch) {
  const float *x = args[0], *w = args[1];
  float *y = args[2];
  (void)scratch;
  for (int64_t i = begin; i < end; ++i)
    y[i] = *w * x[i];
}

static const int64_t kShape[] = {kBatch}, kOne[] = {1};
static const gradus_variable_t kVariables[] = {
    {{"w", kOne, 1, GRADUS_F32, 4, 0}, 0, GRADUS_INIT_UNIFORM, -1, 1, 0},
};
static const gradus_kernel_t kStep = {"step", "twin.txtpb:1:1", step_kernel, 1, 0, 10, 32, 0, 0, 0};
static const gradus_kernel_t kPredict = {"predict", "twin.txtpb:1:1", predict_kernel, kBatch, 64, 2, 20, 0, 0, 0};

static const gradus_tensor_t kTrainInputs[] = {{"x", kShape, 1, GRADUS_F32, 8, 0}, {"t", kShape, 1, GRADUS_F32, 8, 0}};
static const gradus_tensor_t kTrainOutputs[] = {{"loss", 0, 0, GRADUS_F32, 4, 0}, {"lr", 0, 0, GRADUS_F64, 8, 0}};
static const gradus_slot_t kTrainSlots[] = {{GRADUS_SEGMENT_ARENA, 0}, {GRADUS_SEGMENT_ARENA, 64}};
static const gradus_slot_t kStepArgs[] = {
    {GRADUS_SEGMENT_INPUTS, 0}, {GRADUS_SEGMENT_INPUTS, 1}, {GRADUS_SEGMENT_VARIABLES, 0}, {GRADUS_SEGMENT_COUNTERS, 0},
    {GRADUS_SEGMENT_ARENA, 0},  {GRADUS_SEGMENT_ARENA, 64}, {GRADUS_SEGMENT_VARIABLES, 0}};
static const uint64_t kStepFloats[] = {1, 0, 1};
static const gradus_launch_t kStepLaunch[] = {{&kStep, kStepArgs, 7, 4, 0, kStepFloats}};
static const gradus_entry_t kTrain = {kBatch, kTrainInputs, 2, kTrainOutputs, kTrainSlots, 2, kStepLaunch, 1, 128, 0};

static const gradus_tensor_t kPredictOutputs[] = {{"y", kShape, 1, GRADUS_F32, 8, 0}};
static const gradus_slot_t kPredictArgs[] = {
    {GRADUS_SEGMENT_INPUTS, 0}, {GRADUS_SEGMENT_VARIABLES, 0}, {GRADUS_SEGMENT_ARENA, 64}};
static const uint64_t kPredictFloats[] = {kBatch};
static const gradus_launch_t kPredictLaunch[] = {{&kPredict, kPredictArgs, 3, 2, 1, kPredictFloats}};
static const gradus_entry_t kPredictEntry = {
    kBatch, kTrainInputs, 1, kPredictOutputs, kPredictArgs + 2, 1, kPredictLaunch, 1, 128, 0};

static const gradus_model_t kModel = {
    GRADUS_ABI_MAGIC,
    GRADUS_ABI_VERSION,
    sizeof(gradus_model_t),
    "twin",
    "by hand",
    "any",
    "00",
    kVariables,
    1,
    64,
    {&kTrain, 0, &kPredictEntry},
    {1, 7, "", 0, 3, {GRADUS_DATA_NONE, 0, 0, 0, 0, ','}, {GRADUS_DATA_NONE, 0, 0, 0, 0, ','}},
    0,
    0,
    0};

GRADUS_DECLARE_MODEL(twin);

const gradus_model_t *twin_query(uint32_t abi_version) { return abi_version == GRADUS_ABI_VERSION ? &kModel : 0; }

// In a program: what main() calls.
const gradus_model_t *gradus_model_query(uint32_t abi_version) { return twin_query(abi_version); }
