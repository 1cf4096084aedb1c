// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
// Predicts once with a model that was compiled for the simulator of a GPU.
#include "simulated.h"
#include <stdio.h>

static _Alignas(64) float x[SIMULATED_PREDICT_BATCH][3];

int main(void) {
  gradus_error_t error;
  gradus_session_t *session;
  void *inputs[] = {x};
  if (gradus_session_create(simulated_query(GRADUS_ABI_VERSION), 1, 7, &session, &error) ||
      gradus_session_run(session, GRADUS_ENTRY_PREDICT, inputs, &error)) {
    fprintf(stderr, "error: %s\n", error.text);
    return 1;
  }
  puts("simulated");
  gradus_session_destroy(session);
  return 0;
}
