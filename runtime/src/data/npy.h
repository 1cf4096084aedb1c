//===- npy.h - Reading and writing .npy files -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DATA_NPY_H
#define GRADUS_DATA_NPY_H

#include "data/source.h"

/// Makes a source of `source->file`, a whole .npy file of numpy. A row holds
/// `row_elements` elements, or if that is 0 what stands at an index of the first
/// dimension. Checks the header against the file's size. `path` is for messages.
/// The source stays the caller's to close.
int gradus_npy_parse(const char *path, gradus_source_t *source, uint64_t row_elements, gradus_error_t *error);

/// Opens and parses a file, with scale 1. The caller closes `*out`; on failure there
/// is nothing to close.
int gradus_npy_open(const char *path, gradus_source_t *out, uint64_t row_elements, gradus_error_t *error);

/// Writes `rows` rows as a .npy file of the tensor's type, complete or not at all.
/// The shape is the tensor's, with `rows` as its first dimension.
int gradus_npy_write(const char *path, const gradus_tensor_t *tensor, uint64_t rows, const void *data,
                     gradus_error_t *error);

#endif
