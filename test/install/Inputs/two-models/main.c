// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Trains two models in one program, one of them under two names, step by step in
// turn: main DATA OUT STEPS. DATA holds x.npy and y.npy, OUT gets the weights.
#include "curve.h"
#include "curve_again.h"
#include "wave.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kSeed = 7, kMaxInputs = 2, kFloats = 1 << 16 };

// A model in training.
struct trainee {
  const gradus_model_t *model;
  gradus_session_t *session;
};

static void fail(const char *what) {
  fprintf(stderr, "error: %s\n", what);
  exit(1);
}

// Reads the f32 numbers of an .npy file, version 1, into `values`.
static void read_npy(const char *folder, const char *name, float *values) {
  char path[1024];
  unsigned char start[10];
  snprintf(path, sizeof path, "%s/%s", folder, name);
  FILE *file = fopen(path, "rb");
  if (!file || fread(start, 1, sizeof start, file) != sizeof start || fseek(file, start[8] + 256 * start[9], SEEK_CUR))
    fail(path);
  if (!fread(values, sizeof *values, kFloats, file) || !feof(file))
    fail(path);
  fclose(file);
}

static struct trainee start(const gradus_model_t *model, int steps) {
  gradus_error_t error;
  struct trainee result = {model, NULL};
  if (!model)
    fail("the model is of another version than the runtime");
  if (gradus_session_create(model, 1, kSeed, &result.session, &error))
    fail(error.text);
  gradus_session_counters(result.session)[1] = steps;
  return result;
}

// Trains on the batch of this step: samples in their order, as without shuffling.
static void step(const struct trainee *trainee, int number, const float *x, const float *y) {
  static float *batches[kMaxInputs];
  const gradus_entry_t *entry = trainee->model->entries[GRADUS_ENTRY_TRAIN];
  const float *sources[kMaxInputs] = {x, y};
  void *inputs[kMaxInputs];
  gradus_error_t error;
  for (uint64_t i = 0; i < entry->input_count; ++i) {
    uint64_t bytes = entry->inputs[i].bytes;
    if (!batches[i])
      batches[i] = (float *)aligned_alloc(64, kFloats * sizeof(float));
    memcpy(batches[i], sources[i] + number * (bytes / sizeof(float)), bytes);
    inputs[i] = batches[i];
  }
  if (gradus_session_run(trainee->session, GRADUS_ENTRY_TRAIN, inputs, &error))
    fail(error.text);
}

static void finish(const struct trainee *trainee, const char *folder) {
  char path[1024];
  gradus_error_t error;
  snprintf(path, sizeof path, "%s/%s.safetensors", folder, trainee->model->name);
  if (gradus_session_save_weights(trainee->session, path, 0, &error))
    fail(error.text);
  gradus_session_destroy(trainee->session);
}

int main(int argc, char **argv) {
  static float x[kFloats], y[kFloats];
  if (argc != 4)
    fail("usage: DATA OUT STEPS");
  int steps = atoi(argv[3]);
  read_npy(argv[1], "x.npy", x);
  read_npy(argv[1], "y.npy", y);
  struct trainee curve = start(curve_query(GRADUS_ABI_VERSION), steps);
  struct trainee wave = start(wave_query(GRADUS_ABI_VERSION), steps);
  struct trainee again = start(curve_again_query(GRADUS_ABI_VERSION), steps);
  for (int i = 0; i < steps; ++i) {
    step(&curve, i, x, y);
    step(&wave, i, x, y);
    step(&again, i, x, y);
  }
  printf("batches of %d and %d\n", CURVE_TRAIN_BATCH, WAVE_TRAIN_BATCH);
  finish(&curve, argv[2]);
  finish(&wave, argv[2]);
  finish(&again, argv[2]);
  return 0;
}
