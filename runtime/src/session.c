/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* session.c - A model's memory and the walk over its launches. */
#include "session.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>

int gradus_session_create(const gradus_model_t *model, int threads, uint64_t seed, gradus_session_t **out,
                          gradus_error_t *error) {
  *out = NULL;
  if (threads < 1 || threads > 1024)
    return gradus_fail(error, "%d threads: give a number from 1 to 1024", threads);
  if (!model || model->magic != GRADUS_ABI_MAGIC || model->abi_version != GRADUS_ABI_VERSION ||
      model->struct_bytes != sizeof *model)
    return gradus_fail(error, "the model was compiled for another version of the runtime; compile it again");
  gradus_session_t *s = calloc(1, sizeof *s);
  if (!s)
    return gradus_fail(error, "out of memory");
  s->model = model;
  uint64_t arena = 0;
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    const gradus_entry_t *entry = model->entries[e];
    if (!entry)
      continue;
    arena = entry->arena_bytes > arena ? entry->arena_bytes : arena;
    uint64_t args = 0;
    for (uint64_t l = 0; l < entry->launch_count; ++l) {
      args += entry->launches[l].arg_count;
      if (entry->launches[l].kernel->scratch_bytes > s->scratch_bytes)
        s->scratch_bytes = (entry->launches[l].kernel->scratch_bytes + 63) / 64 * 64;
    }
    s->args[e] = calloc(args + 1, sizeof(void *));
    s->inputs[e] = calloc(entry->input_count + 1, sizeof(void *));
    if (!s->args[e] || !s->inputs[e])
      goto memory;
  }
  if (!(s->arena = gradus_alloc(arena, error)) || !(s->variables = gradus_alloc(model->variables_bytes, error)) ||
      !(s->scratch = gradus_alloc(s->scratch_bytes * threads, error)) || gradus_pool_create(threads, &s->pool, error)) {
    gradus_session_destroy(s);
    return -1;
  }
  if (model->ptx && gradus_device_create(model, arena, s->scratch_bytes, &s->device, error)) {
    gradus_session_destroy(s);
    return -1;
  }
  gradus_session_reset(s, seed);
  *out = s;
  return 0;
memory:
  gradus_session_destroy(s);
  return gradus_fail(error, "out of memory");
}

void gradus_session_destroy(gradus_session_t *s) {
  if (!s)
    return;
  gradus_device_destroy(s->device);
  gradus_pool_destroy(s->pool);
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    free(s->args[e]);
    free(s->inputs[e]);
  }
  free(s->arena);
  free(s->variables);
  free(s->scratch);
  free(s);
}

void gradus_session_reset(gradus_session_t *s, uint64_t seed) {
  s->counters[0] = 0;
  s->counters[2] = (int64_t)seed;
  for (uint64_t i = 0; i < s->model->variable_count; ++i)
    gradus_initialize(&s->model->variables[i], seed, gradus_session_variable(s, i));
}

uint64_t gradus_session_bytes(const gradus_session_t *s) {
  uint64_t arena = 0;
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e)
    if (s->model->entries[e] && s->model->entries[e]->arena_bytes > arena)
      arena = s->model->entries[e]->arena_bytes;
  return arena + s->model->variables_bytes + s->scratch_bytes * gradus_pool_size(s->pool);
}

static void *resolve(gradus_session_t *s, const gradus_slot_t *slot, void *const *inputs) {
  switch (slot->segment) {
  case GRADUS_SEGMENT_ARENA:
    return s->arena + slot->offset;
  case GRADUS_SEGMENT_VARIABLES:
    return s->variables + slot->offset;
  case GRADUS_SEGMENT_COUNTERS:
    return (uint8_t *)s->counters + slot->offset;
  default:
    return inputs[slot->offset];
  }
}

/* Resolves all arguments of an entry, unless they are those of the last run. */
static void bind(gradus_session_t *s, int e, void *const *inputs) {
  const gradus_entry_t *entry = s->model->entries[e];
  if (s->inputs[e][entry->input_count] && !memcmp(s->inputs[e], inputs, entry->input_count * sizeof(void *)))
    return;
  memcpy(s->inputs[e], inputs, entry->input_count * sizeof(void *));
  s->inputs[e][entry->input_count] = s; /* bound */
  void **args = s->args[e];
  for (uint64_t l = 0; l < entry->launch_count; ++l)
    for (uint64_t a = 0; a < entry->launches[l].arg_count; ++a)
      *args++ = resolve(s, &entry->launches[l].args[a], inputs);
}

typedef struct {
  gradus_session_t *session;
  const gradus_kernel_t *kernel;
  void *const *args;
} shared_t;

static void run_share(void *context, int index, int count) {
  const shared_t *w = context;
  int64_t units = w->kernel->units, begin = units * index / count, end = units * (index + 1) / count;
  if (begin < end)
    w->kernel->function(w->args, begin, end, w->session->scratch + w->session->scratch_bytes * index);
}

/* Remembers the first launch of a step that produced a NaN or an infinity. */
static void look_for_nan(gradus_session_t *s, const gradus_launch_t *launch, void *const *args) {
  if (s->nan_launch)
    return;
  for (uint64_t r = 0; r + launch->operand_count < launch->arg_count; ++r) {
    const float *v = args[launch->operand_count + r];
    for (uint64_t i = 0; i < launch->float_elements[r]; ++i)
      if (!isfinite(v[i])) {
        s->nan_launch = launch;
        return;
      }
  }
}

/* Notes the outcome of what was asked of the GPU. */
static void after(gradus_session_t *s, int rc) { s->failed |= rc != 0; }

static void run_on_device(gradus_session_t *s, int e, void *const *inputs) {
  memcpy(s->inputs[e], inputs, s->model->entries[e]->input_count * sizeof(void *));
  if (s->host_newer && !s->failed)
    after(s, gradus_device_upload(s->device, s->variables, &s->failure));
  s->host_newer = false;
  if (!s->failed)
    after(s, gradus_device_run(s->device, e, inputs, s->counters, s->seconds, &s->failure));
  s->device_newer |= e == GRADUS_ENTRY_TRAIN;
}

void gradus_session_run(gradus_session_t *s, int e, void *const *inputs) {
  const gradus_entry_t *entry = s->model->entries[e];
  if (s->device) {
    run_on_device(s, e, inputs);
    if (e == GRADUS_ENTRY_TRAIN)
      ++s->counters[0];
    return;
  }
  bind(s, e, inputs);
  void **args = s->args[e];
  bool several = gradus_pool_size(s->pool) > 1;
  unsigned mode = gradus_flush_denormals();
  for (uint64_t l = 0; l < entry->launch_count; ++l) {
    const gradus_launch_t *launch = &entry->launches[l];
    const gradus_kernel_t *kernel = launch->kernel;
    double start = s->seconds ? gradus_seconds() : 0;
    if (several && launch->parallel) {
      shared_t work = {s, kernel, args};
      gradus_pool_run(s->pool, run_share, &work);
    } else {
      kernel->function(args, 0, kernel->units, s->scratch);
    }
    if (s->seconds)
      s->seconds[l] += gradus_seconds() - start;
    if (s->trace_nan)
      look_for_nan(s, launch, args);
    args += launch->arg_count;
  }
  gradus_restore_denormals(mode);
  if (e == GRADUS_ENTRY_TRAIN)
    ++s->counters[0];
}

const void *gradus_session_result(gradus_session_t *s, int e, uint64_t index, int age) {
  const gradus_entry_t *entry = s->model->entries[e];
  const gradus_slot_t *slot = &entry->output_slots[index];
  void *result = resolve(s, slot, s->inputs[e]);
  /* An output that is an input lies where the caller has it. */
  if (!s->device || s->failed || slot->segment == GRADUS_SEGMENT_INPUTS)
    return result;
  const void *copy = NULL;
  after(s, gradus_device_result(s->device, e, index, age, &copy, &s->failure));
  if (copy)
    return copy;
  if (!s->failed)
    after(s, gradus_device_read(s->device, e, slot, result, entry->outputs[index].bytes, &s->failure));
  return result;
}

const void *gradus_session_output(const gradus_session_t *session, int e, uint64_t index) {
  return gradus_session_result((gradus_session_t *)session, e, index, 0); /* may fetch the result */
}

int gradus_session_lag(const gradus_session_t *s) { return s->device ? 1 : 0; }

const char *gradus_session_failure(const gradus_session_t *s) { return s->failed ? s->failure.text : NULL; }

int gradus_session_check(const gradus_session_t *s, gradus_error_t *error) {
  return s->failed ? gradus_fail(error, "%s", s->failure.text) : 0;
}

void *gradus_session_variable(gradus_session_t *s, uint64_t index) {
  if (s->device) {
    if (s->device_newer && !s->failed)
      after(s, gradus_device_download(s->device, s->variables, &s->failure));
    s->device_newer = false;
    s->host_newer = true;
  }
  return s->variables + s->model->variables[index].offset;
}

int64_t *gradus_session_counters(gradus_session_t *s) { return s->counters; }

static void shape_text(char *out, size_t size, uint64_t dtype, const int64_t *shape, uint64_t rank) {
  static const char *const names[] = {"F32", "F64", "I32", "I64"};
  size_t n = (size_t)snprintf(out, size, "%s[", names[dtype]);
  for (uint64_t i = 0; i < rank && n < size; ++i)
    n += (size_t)snprintf(out + n, size - n, "%s%lld", i ? "," : "", (long long)shape[i]);
  if (n < size)
    snprintf(out + n, size - n, "]");
}

int gradus_session_load(gradus_session_t *s, const gradus_st_t *st, const char *path, bool with_state,
                        gradus_error_t *error) {
  /* Check everything, then copy: a bad file leaves the session as it was. */
  for (int copy = 0; copy < 2; ++copy) {
    for (uint64_t i = 0; i < s->model->variable_count; ++i) {
      const gradus_variable_t *v = &s->model->variables[i];
      if ((v->flags & GRADUS_VARIABLE_STATE) && !with_state)
        continue;
      const gradus_st_entry_t *e = gradus_st_find(st, v->tensor.name);
      if (!e)
        return gradus_fail(error, "%s: holds no tensor '%s', which the model needs", path, v->tensor.name);
      bool same = e->rank == v->tensor.rank && e->dtype == v->tensor.dtype &&
                  !memcmp(e->shape, v->tensor.shape, e->rank * sizeof(int64_t));
      if (!same) {
        char has[160], wants[160];
        shape_text(has, sizeof has, e->dtype, e->shape, e->rank);
        shape_text(wants, sizeof wants, v->tensor.dtype, v->tensor.shape, v->tensor.rank);
        return gradus_fail(error, "%s: tensor '%s' is %s, the model needs %s", path, v->tensor.name, has, wants);
      }
      if (copy)
        memcpy(gradus_session_variable(s, i), st->data + e->offset, e->bytes);
    }
  }
  return 0;
}

int gradus_session_save(gradus_session_t *s, const char *path, bool with_state, const char *const *metadata,
                        gradus_error_t *error) {
  gradus_st_item_t *items = calloc(s->model->variable_count + 1, sizeof *items);
  uint64_t count = 0;
  if (!items)
    return gradus_fail(error, "out of memory");
  for (uint64_t i = 0; i < s->model->variable_count; ++i)
    if (with_state || !(s->model->variables[i].flags & GRADUS_VARIABLE_STATE))
      items[count++] = (gradus_st_item_t){&s->model->variables[i].tensor, gradus_session_variable(s, i)};
  int rc = gradus_session_check(s, error);
  if (!rc)
    rc = gradus_st_write(path, items, count, metadata, error);
  free(items);
  return rc;
}

int gradus_session_load_weights(gradus_session_t *s, const char *path, gradus_error_t *error) {
  gradus_st_t st;
  if (gradus_st_open(path, &st, error))
    return -1;
  int rc = gradus_st_verify(&st, path, error);
  if (!rc)
    rc = gradus_session_load(s, &st, path, false, error);
  gradus_st_close(&st);
  return rc;
}

int gradus_session_save_weights(gradus_session_t *s, const char *path, int with_state, gradus_error_t *error) {
  const char *metadata[] = {"format", "gradus", "model", s->model->name, NULL};
  return gradus_session_save(s, path, with_state != 0, metadata, error);
}
