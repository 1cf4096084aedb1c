//===- session.h - A model's memory, and how it is run --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_SESSION_SESSION_H
#define GRADUS_SESSION_SESSION_H

#include "devices/device.h"
#include "devices/host/threads.h"
#include "session/safetensors.h"

/// What a session owns: see gradus_session_create.
struct gradus_session_t {
  const gradus_model_t *model;
  gradus_pool_t *pool;
  gradus_device_t *device;
  uint8_t *variables; ///< on a GPU a copy
  int64_t counters[3];
  gradus_trace_t trace;          ///< what runs leave behind
  bool ran[GRADUS_ENTRY_COUNT];  ///< so that there are outputs
  bool device_newer, host_newer; ///< which copy of the variables is current; neither: both are
  bool failed;                   ///< the device has
  gradus_error_t failure;        ///< how
};

/// How many runs back outputs of at most GRADUS_SMALL_OUTPUT bytes may be asked for.
int gradus_session_lag(const gradus_session_t *session);

/// gradus_session_output of the last run, or of the one `age` runs before it, up to
/// the lag; only small outputs have an age.
const void *gradus_session_result(gradus_session_t *session, int entry, uint64_t index, int age);

/// Output `index` of the last run as a number: its element `i`. NaN if there is none.
double gradus_session_number(gradus_session_t *session, int entry, uint64_t index, int age, uint64_t i);

/// Fails with the message of what went wrong on the GPU, once something has.
int gradus_session_check(const gradus_session_t *session, gradus_error_t *error);

/// Sets the counters to no step done and to `seed`, and fills all variables anew.
void gradus_session_reset(gradus_session_t *session, uint64_t seed);

/// Loads parameters, and with `with_state` optimizer state, from an open file, of
/// which `path` is the name for messages. On failure the session is as it was.
int gradus_session_load(gradus_session_t *session, const gradus_safetensors_t *st, const char *path, bool with_state,
                        gradus_error_t *error);

/// Saves them, with metadata; see gradus_safetensors_write.
int gradus_session_save(gradus_session_t *session, const char *path, bool with_state, const char *const *metadata,
                        gradus_error_t *error);

#endif
