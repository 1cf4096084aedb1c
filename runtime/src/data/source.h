//===- source.h - Rows of numbers in memory -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DATA_SOURCE_H
#define GRADUS_DATA_SOURCE_H

#include "base/file.h"

/// How the elements of a source are stored.
enum { GRADUS_SOURCE_U8, GRADUS_SOURCE_I8, GRADUS_SOURCE_I32, GRADUS_SOURCE_I64, GRADUS_SOURCE_F32, GRADUS_SOURCE_F64 };

/// One input's data: rows of equal length, a row a sample, somewhere in memory.
typedef struct {
  gradus_file_t file;  ///< what the rows are a part of, if anything
  const uint8_t *rows; ///< the first row; not aligned
  uint64_t count;      ///< rows
  uint64_t elements;   ///< of a row
  uint64_t row_bytes;  ///< from one row to the next
  int kind;            ///< GRADUS_SOURCE_*
  double scale;        ///< what elements are multiplied by
  bool swapped;        ///< big-endian
  void *owned;         ///< the rows, if they are not a part of a file
} gradus_source_t;

/// Bytes of an element of `kind`.
uint64_t gradus_source_bytes(int kind);

/// Element `index` of row `row` as it is stored, not scaled; i64 beyond 2^53 is rounded.
double gradus_source_element(const gradus_source_t *source, uint64_t row, uint64_t index);

/// Converts row `index` to elements of type `dtype` (GRADUS_F32 and the like),
/// scaled; `out` has room for `source->elements` of them. For an integer type the
/// source must have passed gradus_source_check.
void gradus_source_row(const gradus_source_t *source, uint64_t index, uint64_t dtype, void *out);

/// Frees what a source owns; allowed on zeros and twice.
void gradus_source_close(gradus_source_t *source);

#endif
