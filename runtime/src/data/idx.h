//===- idx.h - Reading IDX files ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DATA_IDX_H
#define GRADUS_DATA_IDX_H

#include "data/source.h"

/// Makes a source of `source->file`, a whole IDX file (MNIST's format): a row for
/// each index of the first dimension. Checks the header against the file's size.
/// `path` is for messages. The source stays the caller's to close.
int gradus_idx_parse(const char *path, gradus_source_t *source, gradus_error_t *error);

#endif
