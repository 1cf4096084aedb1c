//===- checkpoint.c - Training state in a folder --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "commands/checkpoint.h"
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/// A checkpoint in a folder.
typedef struct {
  int64_t step;
  char path[4096];
} found_t;

static int newest_first(const void *l, const void *r) {
  int64_t a = ((const found_t *)l)->step, b = ((const found_t *)r)->step;
  return a < b ? 1 : a > b ? -1 : 0;
}

/// The step that a file's name tells of, or -1 if it is no checkpoint's.
static int64_t step_of(const char *name) {
  int64_t step;
  int length = 0;
  bool matches = sscanf(name, "step-%" SCNd64 ".safetensors%n", &step, &length) == 1 && length && !name[length];
  return matches ? step : -1;
}

/// The checkpoints in a folder, newest first. The caller frees the list.
static found_t *list_checkpoints(const char *folder, int *out_count) {
  *out_count = 0;
  DIR *dir = opendir(folder);
  if (!dir)
    return NULL;
  found_t *list = NULL;
  int count = 0;
  for (struct dirent *entry = readdir(dir); entry; entry = readdir(dir)) {
    int64_t step = step_of(entry->d_name);
    if (step < 0)
      continue;
    found_t *grown = realloc(list, ((size_t)count + 1) * sizeof *list);
    if (!grown)
      break;
    list = grown;
    list[count].step = step;
    snprintf(list[count].path, sizeof list->path, "%s/%s", folder, entry->d_name);
    ++count;
  }
  closedir(dir);
  if (list)
    qsort(list, (size_t)count, sizeof *list, newest_first);
  *out_count = count;
  return list;
}

int gradus_checkpoint_count(const char *folder) {
  int count;
  free(list_checkpoints(folder, &count));
  return count;
}

int gradus_checkpoint_save(gradus_session_t *s, const char *folder, int64_t keep, gradus_error_t *error) {
  char path[4096], step[24], total[24], seed[24];
  snprintf(path, sizeof path, "%s/step-%010" PRId64 ".safetensors", folder, s->counters[0]);
  snprintf(step, sizeof step, "%" PRId64, s->counters[0]);
  snprintf(total, sizeof total, "%" PRId64, s->counters[1]);
  snprintf(seed, sizeof seed, "%" PRIu64, (uint64_t)s->counters[2]);
  const char *metadata[] = {"format",      "gradus-checkpoint",
                            "model",       s->model->name,
                            "recipe",      s->model->recipe_hash,
                            "step",        step,
                            "total_steps", total,
                            "seed",        seed,
                            NULL};
  if (gradus_session_save(s, path, true, metadata, error))
    return -1;
  int count;
  found_t *list = list_checkpoints(folder, &count);
  for (int i = (int)keep; i < count; ++i)
    unlink(list[i].path);
  free(list);
  return 0;
}

/// Loads a checkpoint that is open.
static int load_open(gradus_session_t *s, const gradus_safetensors_t *st, const char *path, gradus_error_t *error) {
  const char *format = gradus_safetensors_meta(st, "format"), *recipe = gradus_safetensors_meta(st, "recipe");
  const char *step = gradus_safetensors_meta(st, "step"), *seed = gradus_safetensors_meta(st, "seed");
  if (!format || strcmp(format, "gradus-checkpoint") || !recipe || !step || !seed)
    return gradus_fail(error, "%s: holds weights but no training state; use --weights to start from it", path);
  if (strcmp(recipe, s->model->recipe_hash))
    return gradus_fail(error, "%s: belongs to another model or recipe; use --weights to start from its parameters",
                       path);
  if (gradus_safetensors_verify(st, path, error))
    return -1;
  int64_t steps = strtoll(step, NULL, 10);
  if (steps < 0)
    return gradus_fail(error, "%s: damaged: a negative step", path);
  if (gradus_session_load(s, st, path, true, error))
    return -1;
  s->counters[0] = steps;
  s->counters[2] = (int64_t)strtoull(seed, NULL, 10);
  return 0;
}

static int load_file(gradus_session_t *s, const char *path, gradus_error_t *error) {
  gradus_safetensors_t st;
  if (gradus_safetensors_open(path, &st, error))
    return -1;
  int rc = load_open(s, &st, path, error);
  gradus_safetensors_close(&st);
  return rc;
}

static bool is_folder(const char *path) {
  struct stat status;
  return !stat(path, &status) && S_ISDIR(status.st_mode);
}

int gradus_checkpoint_load(gradus_session_t *s, const char *path, bool *out_loaded, gradus_error_t *error) {
  gradus_error_t why;
  int count, rc = 0;
  *out_loaded = false;
  if (!is_folder(path)) {
    rc = load_file(s, path, error);
    *out_loaded = !rc;
    return rc;
  }
  found_t *list = list_checkpoints(path, &count);
  for (int i = 0; i < count && !*out_loaded; ++i) {
    rc = load_file(s, list[i].path, &why);
    *out_loaded = !rc;
    if (rc && i + 1 < count)
      fprintf(stderr, "warning: %s; trying the one before it\n", why.text);
  }
  free(list);
  return rc ? gradus_fail(error, "%s", why.text) : 0;
}

int gradus_make_folder(const char *folder, gradus_error_t *error) {
  char path[4096];
  size_t length = strlen(folder);
  if (length >= sizeof path)
    return gradus_fail(error, "%.80s…: the name is too long", folder);
  for (size_t end = 1; end <= length; ++end) {
    if (folder[end] && folder[end] != '/')
      continue;
    memcpy(path, folder, end);
    path[end] = 0;
    if (mkdir(path, 0777) && errno != EEXIST)
      return gradus_fail(error, "%s: %s", path, strerror(errno));
    if (!is_folder(path))
      return gradus_fail(error, "%s: not a folder", path);
  }
  return 0;
}
