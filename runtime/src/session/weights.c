//===- weights.c - Variables from and to files ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/tensor.h"
#include "session/session.h"
#include <stdlib.h>
#include <string.h>

/// The tensor of a file that is a variable's value; null with a message if there is
/// none of its name, type and shape.
static const gradus_safetensors_entry_t *find(const gradus_safetensors_t *st, const char *path,
                                              const gradus_tensor_t *tensor, gradus_error_t *error) {
  const gradus_safetensors_entry_t *entry = gradus_safetensors_find(st, tensor->name);
  if (!entry) {
    gradus_fail(error, "%s: holds no tensor '%s', which the model needs", path, tensor->name);
    return NULL;
  }
  if (entry->rank == tensor->rank && entry->dtype == tensor->dtype &&
      (!entry->rank || !memcmp(entry->shape, tensor->shape, entry->rank * sizeof *entry->shape)))
    return entry;
  char has[160], wants[160];
  gradus_type_text(has, sizeof has, entry->dtype, entry->shape, entry->rank);
  gradus_type_text(wants, sizeof wants, tensor->dtype, tensor->shape, tensor->rank);
  gradus_fail(error, "%s: tensor '%s' is %s, the model needs %s", path, tensor->name, has, wants);
  return NULL;
}

static bool is_wanted(const gradus_variable_t *variable, bool with_state) {
  return with_state || !(variable->flags & GRADUS_VARIABLE_STATE);
}

int gradus_session_load(gradus_session_t *s, const gradus_safetensors_t *st, const char *path, bool with_state,
                        gradus_error_t *error) {
  // Check everything, then copy: a bad file leaves the session as it was.
  const gradus_variable_t *variables = s->model->variables;
  for (uint64_t i = 0; i < s->model->variable_count; ++i)
    if (is_wanted(&variables[i], with_state) && !find(st, path, &variables[i].tensor, error))
      return -1;
  for (uint64_t i = 0; i < s->model->variable_count; ++i)
    if (is_wanted(&variables[i], with_state)) {
      const gradus_safetensors_entry_t *entry = gradus_safetensors_find(st, variables[i].tensor.name);
      memcpy(gradus_session_variable(s, i), st->data + entry->offset, entry->bytes);
    }
  return 0;
}

int gradus_session_save(gradus_session_t *s, const char *path, bool with_state, const char *const *metadata,
                        gradus_error_t *error) {
  gradus_safetensors_item_t *items = calloc(s->model->variable_count + 1, sizeof *items);
  uint64_t count = 0;
  if (!items)
    return gradus_fail_memory(error);
  for (uint64_t i = 0; i < s->model->variable_count; ++i)
    if (is_wanted(&s->model->variables[i], with_state))
      items[count++] = (gradus_safetensors_item_t){&s->model->variables[i].tensor, gradus_session_variable(s, i)};
  int rc = gradus_session_check(s, error);
  if (!rc)
    rc = gradus_safetensors_write(path, items, count, metadata, error);
  free(items);
  return rc;
}

int gradus_session_load_weights(gradus_session_t *s, const char *path, gradus_error_t *error) {
  gradus_safetensors_t st;
  if (gradus_safetensors_open(path, &st, error))
    return -1;
  int rc = gradus_safetensors_verify(&st, path, error);
  if (!rc)
    rc = gradus_session_load(s, &st, path, false, error);
  gradus_safetensors_close(&st);
  return rc;
}

int gradus_session_save_weights(gradus_session_t *s, const char *path, int with_state, gradus_error_t *error) {
  const char *metadata[] = {"format", "gradus", "model", s->model->name, NULL};
  return gradus_session_save(s, path, with_state != 0, metadata, error);
}
