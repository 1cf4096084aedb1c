//===- file.h - Reading files ---------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_FILE_H
#define GRADUS_BASE_FILE_H

#include "base/error.h"
#include <stdbool.h>

/// A file's bytes, unpacked if the name ends in .gz. They stay until
/// gradus_file_close; nobody else may write to the file meanwhile.
typedef struct {
  uint8_t *data; ///< null if the file is empty
  uint64_t size; ///< in bytes
  bool mapped;   ///< by mmap, else by malloc
} gradus_file_t;

/// Opens a regular file, read-only. The caller closes `*out`; on failure there is
/// nothing to close.
int gradus_file_open(const char *path, gradus_file_t *out, gradus_error_t *error);

/// The same for `folder`/`name`, or `name`.gz beside it where `name` is missing.
/// The name cannot lead out of the folder. `out_path`, of `path_bytes` bytes, gets
/// the path that was opened.
int gradus_file_open_in(const char *folder, const char *name, gradus_file_t *out, char *out_path, size_t path_bytes,
                        gradus_error_t *error);

/// Unpacks the `size` bytes of a .gz file; `path` is for messages. The caller closes
/// `*out`; on failure there is nothing to close.
int gradus_file_unpack(const char *path, const uint8_t *packed, uint64_t size, gradus_file_t *out,
                       gradus_error_t *error);

/// Frees the bytes; allowed on zeros and twice.
void gradus_file_close(gradus_file_t *file);

#endif
