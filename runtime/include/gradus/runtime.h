/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/*===- runtime.h - What an application calls ------------------------------===*
 *
 * A session holds a compiled model's memory and runs its entry points.
 * Functions that can fail return 0 on success and leave a message in
 * `gradus_error_t` otherwise. Nothing here is global; one session belongs to
 * one thread at a time.
 *
 *===----------------------------------------------------------------------===*/
#ifndef GRADUS_RUNTIME_H
#define GRADUS_RUNTIME_H

#include "gradus/model_abi.h"
#include <stddef.h>

#ifdef __cplusplus
extern "C" {
#endif

/** Room for one message, always terminated. */
typedef struct {
  char text[1024];
} gradus_error_t;

typedef struct gradus_session_t gradus_session_t;

/** Allocates variables, arena and threads (1 to 1024) for `model`, and initialises
 * the parameters from `seed`. With more than one thread, and processors enough,
 * each is bound to one; the calling thread until the session is destroyed. The caller destroys |out_session|. */
int gradus_session_create(const gradus_model_t *model, int threads, uint64_t seed, gradus_session_t **out_session,
                          gradus_error_t *error);
void gradus_session_destroy(gradus_session_t *session);

/** Runs an entry point on `inputs` (in the order of its table, each of the
 * table's size, 64-byte aligned; not owned). Results lie in the session until
 * the next run: `gradus_session_output`. */
void gradus_session_run(gradus_session_t *session, int entry, void *const *inputs);
const void *gradus_session_output(const gradus_session_t *session, int entry, uint64_t index);

/** The memory of a variable; index as in the model's table. On a GPU this is a
 * copy, good until the next run, which takes over what was written to it: ask
 * again afterwards. */
void *gradus_session_variable(gradus_session_t *session, uint64_t index);
/** What went wrong on the GPU, once something has; results since then mean
 * nothing. Null otherwise, and always on a CPU. */
const char *gradus_session_failure(const gradus_session_t *session);
/** step, total_steps, seed. Running `train` advances the step. */
int64_t *gradus_session_counters(gradus_session_t *session);

/** Reads parameters by name from a safetensors file, checking all of it first. */
int gradus_session_load_weights(gradus_session_t *session, const char *path, gradus_error_t *error);
/** Writes parameters (and, if asked, optimizer state) as safetensors, complete
 * or not at all. */
int gradus_session_save_weights(gradus_session_t *session, const char *path, int with_state, gradus_error_t *error);

/** The command line of a compiled program: train, eval, predict, bench, info. */
int gradus_main(const gradus_model_t *model, int argc, char **argv);

#ifdef __cplusplus
}
#endif

#endif
