//===- train.c - Training a compiled model from C -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
//   gradus compile curve.txtpb --emit=header -o curve.h
//   gradus compile curve.txtpb --emit=shared-lib -o libcurve.so
//   cc train.c -I . -I RUNTIME/include -L . -lcurve -Wl,-rpath,. -o train
//   ./train curve.csv 500 curve.safetensors
//
// does what the compiled program does with `train --data . --steps 500`, to the
// last bit: the same loss, the same weights.
//
//===----------------------------------------------------------------------===//
#include "curve.h"
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { kBatch = CURVE_TRAIN_BATCH, kSamples = 40 };

/// Reads the points of the curve. Returns 0 on success.
static int read_points(const char *path, float *x, float *y) {
  FILE *file = fopen(path, "r");
  if (!file) {
    perror(path);
    return -1;
  }
  int count = 0;
  while (count < kSamples && fscanf(file, "%f,%f", &x[count], &y[count]) == 2)
    ++count;
  fclose(file);
  if (count == kSamples)
    return 0;
  fprintf(stderr, "%s: has %d points, %d are needed\n", path, count, kSamples);
  return -1;
}

/// Trains for `steps` steps and prints what came of it. Returns 0 on success.
static int train(gradus_session_t *session, const float *x, const float *y, int64_t steps, gradus_error_t *error) {
  // Inputs are on a 64-byte boundary and hold one batch.
  static _Alignas(64) float batch_x[kBatch], batch_y[kBatch];
  void *inputs[2];
  inputs[CURVE_TRAIN_INPUT_X] = batch_x;
  inputs[CURVE_TRAIN_INPUT_Y] = batch_y;

  // Counters: steps done, steps planned, seed. Every run of `train` counts its
  // step by itself; the schedule of the learning rate reads how many are planned.
  int64_t *counters = gradus_session_counters(session);
  counters[1] = steps;
  float loss = 0;
  while (counters[0] < steps) {
    size_t first = (size_t)(counters[0] % (kSamples / kBatch)) * kBatch;
    memcpy(batch_x, x + first, sizeof batch_x);
    memcpy(batch_y, y + first, sizeof batch_y);
    if (gradus_session_run(session, GRADUS_ENTRY_TRAIN, inputs, error))
      return -1;
    memcpy(&loss, gradus_session_output(session, GRADUS_ENTRY_TRAIN, CURVE_TRAIN_OUTPUT_LOSS), sizeof loss);
  }
  printf("{\"steps\": %lld, \"loss\": %.9g}\n", (long long)counters[0], (double)loss);
  return 0;
}

int main(int argc, char **argv) {
  float x[kSamples], y[kSamples];
  if (argc != 4) {
    fprintf(stderr, "usage: %s curve.csv STEPS WEIGHTS\n", argv[0]);
    return 2;
  }
  if (read_points(argv[1], x, y))
    return 1;

  // The table is null if the library and the headers are of different versions.
  const gradus_model_t *model = curve_query(GRADUS_ABI_VERSION);
  if (!model) {
    fprintf(stderr, "the model was compiled for another version of the runtime\n");
    return 1;
  }

  gradus_error_t error;
  gradus_session_t *session;
  int failed = gradus_session_create(model, 1, model->recipe.seed, &session, &error);
  if (!failed)
    failed = train(session, x, y, strtoll(argv[2], NULL, 10), &error);
  if (!failed)
    failed = gradus_session_save_weights(session, argv[3], 0, &error);
  if (failed)
    fprintf(stderr, "error: %s\n", error.text);
  gradus_session_destroy(session); // null after a failed create
  return failed ? 1 : 0;
}
