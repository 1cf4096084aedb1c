//===- runtime.h - What an application calls ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A session holds a compiled model's memory and runs its entry points.
//
// Functions that return int return 0 on success; otherwise they return -1 and
// leave a message in `error`, which may be null where no message is wanted. The
// message is in English, without a newline, and may name a file or a layer.
//
// Sessions share no state, and one session belongs to one thread at a time. What
// the process sees of them: with several threads, each of them, the calling one
// too, is bound to a processor of its own while the session exists; on a GPU the
// driver's library stays loaded, and the GPU's primary context is used.
// gradus_main is for programs: it handles SIGINT and SIGTERM while it trains.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_RUNTIME_H
#define GRADUS_RUNTIME_H

#include "gradus/model_abi.h"
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/// Room for one message, which always ends in a zero byte.
typedef struct gradus_error_t {
  char text[1024];
} gradus_error_t;

/// A model's memory: variables, counters, and on one device all that a run needs.
typedef struct gradus_session_t gradus_session_t;

/// Makes a session of `model`: allocates its memory, starts `threads` - 1 threads
/// (1 to 1024 with the calling one; bound to processors if there are enough), and
/// fills the parameters from `seed`, the same values for the same seed on every
/// machine. `model` must stay loaded as long as the session exists. A model for a
/// GPU opens the first one. The caller destroys `*out_session` from the thread
/// that created it. On failure `*out_session` is null and nothing is left behind.
int gradus_session_create(const gradus_model_t *model, int threads, uint64_t seed, gradus_session_t **out_session,
                          gradus_error_t *error);

/// Frees a session and all that it handed out; null is allowed.
void gradus_session_destroy(gradus_session_t *session);

/// Runs entry point `entry` (GRADUS_ENTRY_*) once. `inputs` holds an address for
/// each of the entry's inputs in the order of its table: row-major, of the table's
/// shape, type and bytes, on a 64-byte boundary. They stay the caller's; they are
/// read during the call only. `inputs` may be null if the entry has none.
///
/// `train` updates the variables and then adds 1 to the step counter; do not count
/// yourself. On a GPU the call may return before the GPU is done, and an error of
/// the GPU may show in a later call.
///
/// Fails, and runs nothing, if the model has no such entry, if an input is missing or
/// not aligned, or if an index is out of range; also if the GPU has failed: then the
/// session is of no more use.
int gradus_session_run(gradus_session_t *session, int entry, void *const *inputs, gradus_error_t *error);

/// Output `index` of the last run of `entry`: row-major, of the table's shape,
/// type and bytes. Belongs to the session; valid until its next run of any entry.
/// Waits for the GPU. Null if there is no such output, if `entry` has not run, or
/// if the GPU has failed.
const void *gradus_session_output(gradus_session_t *session, int entry, uint64_t index);

/// The memory of variable `index` of the model's table, to read or to write, of
/// the table's bytes. Belongs to the session. On a GPU it is a copy, good until
/// the next run, which takes over what was written to it: ask again afterwards.
/// Null if there is no such variable.
void *gradus_session_variable(gradus_session_t *session, uint64_t index);

/// What went wrong on the GPU, once something has: from then on nothing runs and
/// no result means anything. Null otherwise, and always on a CPU. Belongs to the
/// session.
const char *gradus_session_failure(const gradus_session_t *session);

/// Three counters, to read or to write between runs: the steps done, which
/// training advances; the steps planned, which schedules of the learning rate
/// read and the caller sets; the seed. Belongs to the session.
int64_t *gradus_session_counters(gradus_session_t *session);

/// Reads the parameters, by name, from a safetensors file; tensors that the model
/// does not know are passed over. Checks all of it first: on failure the session
/// is as it was.
int gradus_session_load_weights(gradus_session_t *session, const char *path, gradus_error_t *error);

/// Writes the parameters, and with `with_state` the optimizer's state, as a
/// safetensors file, complete or not at all.
int gradus_session_save_weights(gradus_session_t *session, const char *path, int with_state, gradus_error_t *error);

/// The command line of a compiled program: train, eval, predict, bench, info.
/// Returns the exit code: 0; 1 for wrong input; 2 for wrong usage; 70 for a model
/// of another version; 130 if interrupted. In libgradus_main.a.
int gradus_main(const gradus_model_t *model, int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif
