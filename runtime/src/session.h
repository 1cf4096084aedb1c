/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* session.h - A model's memory and the walk over its launches. */
#ifndef GRADUS_SESSION_H
#define GRADUS_SESSION_H

#include "cuda/device.h"
#include "safetensors.h"
#include "threads.h"

struct gradus_session_t {
  const gradus_model_t *model;
  gradus_pool_t *pool;
  uint8_t *arena, *variables, *scratch; /* scratch: one piece per thread */
  uint64_t scratch_bytes;
  int64_t counters[3];
  void **args[GRADUS_ENTRY_COUNT];   /* addresses of all launches' arguments */
  void **inputs[GRADUS_ENTRY_COUNT]; /* what they are bound to */
  double *seconds;                   /* per launch of the entry being measured, or null */
  gradus_device_t *device;           /* null on a CPU */
  bool device_newer, host_newer;     /* whose variables are */
  gradus_error_t failure;            /* of the device */
  bool failed;
  bool trace_nan;
  const gradus_launch_t *nan_launch; /* the first launch whose result was not finite */
};

/** Writes "name=value" style facts about memory: bytes held by the session. */
uint64_t gradus_session_bytes(const gradus_session_t *session);
/** How many runs back results may be asked for: on a GPU one, so that it need not
 * wait for the host to have read them; on a CPU none. */
int gradus_session_lag(const gradus_session_t *session);
/** Output `index` of the last run, or of the one |age| runs before it, up to the
 * lag; only outputs of a few bytes have an age. */
const void *gradus_session_result(gradus_session_t *session, int entry, uint64_t index, int age);
/** Fails if something went wrong on the GPU. */
int gradus_session_check(const gradus_session_t *session, gradus_error_t *error);
/** Fills the counters' seed and all variables anew. */
void gradus_session_reset(gradus_session_t *session, uint64_t seed);
/** Loads parameters, and with |with_state| optimizer state, from an open file. */
int gradus_session_load(gradus_session_t *session, const gradus_st_t *st, const char *path, bool with_state,
                        gradus_error_t *error);
/** Saves with metadata, see gradus_st_write. */
int gradus_session_save(gradus_session_t *session, const char *path, bool with_state, const char *const *metadata,
                        gradus_error_t *error);

#endif
