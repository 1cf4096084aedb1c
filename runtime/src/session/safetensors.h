//===- safetensors.h - Files of weights and checkpoints -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The format: the header's length (8 bytes, little-endian), a JSON object with the
// type, shape and place of each tensor, and the data. See
// https://github.com/huggingface/safetensors.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_SESSION_SAFETENSORS_H
#define GRADUS_SESSION_SAFETENSORS_H

#include "base/file.h"

/// The most dimensions of a tensor that are read.
enum { GRADUS_SAFETENSORS_MAX_RANK = 16 };

/// A tensor of a file.
typedef struct {
  char *name;
  uint64_t dtype;  ///< GRADUS_F32 and the like
  uint64_t rank;   ///< number of dimensions
  uint64_t offset; ///< in bytes, from the start of the data
  uint64_t bytes;  ///< what type and shape say
  int64_t shape[GRADUS_SAFETENSORS_MAX_RANK];
} gradus_safetensors_entry_t;

/// A safetensors file, checked whole: size of the header, no names twice, shapes
/// that match sizes, no holes and no overlap.
typedef struct {
  gradus_file_t file;
  const uint8_t *data; ///< not aligned
  uint64_t data_bytes;
  gradus_safetensors_entry_t *entries; ///< by name
  uint64_t count;                      ///< of entries
  char *metadata;                      ///< "key\0value\0…\0\0", or null
} gradus_safetensors_t;

/// Checks `st->file`, a whole file that is open, and finds what is in it. `path` is for
/// messages. The caller closes `st` even on failure.
int gradus_safetensors_parse(const char *path, gradus_safetensors_t *st, gradus_error_t *error);

/// Opens and checks a file. The caller closes `*out`; on failure there is nothing to
/// close.
int gradus_safetensors_open(const char *path, gradus_safetensors_t *out, gradus_error_t *error);

/// Frees it; allowed on zeros and twice.
void gradus_safetensors_close(gradus_safetensors_t *st);

/// The tensor of this name, or null. Belongs to `st`.
const gradus_safetensors_entry_t *gradus_safetensors_find(const gradus_safetensors_t *st, const char *name);

/// The value of a key of the metadata, or null. Belongs to `st`.
const char *gradus_safetensors_meta(const gradus_safetensors_t *st, const char *key);

/// A tensor to write.
typedef struct {
  const gradus_tensor_t *tensor;
  const void *data;
} gradus_safetensors_item_t;

/// Writes `count` tensors in order, with `metadata` (keys and values in turn, then
/// null; or null) and under "digest" the SHA-256 of metadata and data. Complete or
/// not at all.
int gradus_safetensors_write(const char *path, const gradus_safetensors_item_t *items, uint64_t count,
                             const char *const *metadata, gradus_error_t *error);

/// Fails unless metadata and data have the digest that the metadata says; a file
/// without one, written by somebody else, is taken as it is. `path` is for messages.
int gradus_safetensors_verify(const gradus_safetensors_t *st, const char *path, gradus_error_t *error);

#endif
