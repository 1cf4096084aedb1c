//===- writer.h - Writing files whole -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_WRITER_H
#define GRADUS_BASE_WRITER_H

#include "base/error.h"

/// A file that is being written: to a temporary name in the same folder, then
/// synced and renamed. Until gradus_writer_commit has succeeded, whatever was there
/// before is there still. Pipes and devices are written to as they are.
typedef struct {
  int fd;          ///< -1 once closed
  char temp[4200]; ///< the temporary name; empty for a pipe or device
  char path[4096]; ///< the final one
} gradus_writer_t;

/// Begins to write to `path`. The caller ends it with gradus_writer_commit or
/// gradus_writer_abandon; on failure there is nothing to end.
int gradus_writer_open(const char *path, gradus_writer_t *out, gradus_error_t *error);

/// Adds `bytes` bytes. On failure the writer is abandoned.
int gradus_writer_write(gradus_writer_t *writer, const void *data, uint64_t bytes, gradus_error_t *error);

/// Ends with the file in place. On failure the writer is abandoned.
int gradus_writer_commit(gradus_writer_t *writer, gradus_error_t *error);

/// Ends without a file; allowed once the writer has ended.
void gradus_writer_abandon(gradus_writer_t *writer);

/// Writes a file of `bytes` bytes, complete or not at all.
int gradus_write_file(const char *path, const void *data, uint64_t bytes, gradus_error_t *error);

#endif
