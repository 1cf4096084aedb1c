/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* safetensors.h - Reading and writing weights and checkpoints. */
#ifndef GRADUS_SAFETENSORS_H
#define GRADUS_SAFETENSORS_H

#include "base.h"

typedef struct {
  char *name;
  uint64_t dtype, rank, offset, bytes; /* offset from the start of the data */
  int64_t shape[16];
} gradus_st_entry_t;

/** A safetensors file, checked whole: header size, UTF-8, no duplicate names,
 * shapes that match sizes, no holes and no overlap. */
typedef struct {
  gradus_file_t file;
  const uint8_t *data;
  uint64_t data_bytes;
  gradus_st_entry_t *entries;
  uint64_t count;
  char *metadata; /* "key\0value\0…\0\0" */
} gradus_st_t;

int gradus_st_open(const char *path, gradus_st_t *out, gradus_error_t *error);
void gradus_st_close(gradus_st_t *st);
const gradus_st_entry_t *gradus_st_find(const gradus_st_t *st, const char *name);
/** A metadata value, or null. */
const char *gradus_st_meta(const gradus_st_t *st, const char *key);

typedef struct {
  const gradus_tensor_t *tensor;
  const void *data;
} gradus_st_item_t;
/** Writes items in order, with metadata (null-terminated pairs) and a digest of
 * both under "digest". Complete or not at all. */
int gradus_st_write(const char *path, const gradus_st_item_t *items, uint64_t count, const char *const *metadata,
                    gradus_error_t *error);
/** Fails unless metadata and data have the digest that the metadata says. */
int gradus_st_verify(const gradus_st_t *st, const char *path, gradus_error_t *error);

#endif
