/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* data.h - Samples from files. */
#ifndef GRADUS_DATA_H
#define GRADUS_DATA_H

#include "base.h"

/** How the elements of a source are stored. */
enum { GRADUS_SOURCE_U8, GRADUS_SOURCE_I8, GRADUS_SOURCE_I32, GRADUS_SOURCE_I64, GRADUS_SOURCE_F32, GRADUS_SOURCE_F64 };

/** One input's data: rows of equal length, somewhere in memory. */
typedef struct {
  gradus_file_t file;
  const uint8_t *rows;
  uint64_t count, elements; /* rows; elements of a row */
  uint64_t row_bytes;       /* from one row to the next (text: 1) */
  int kind;
  double scale;
  bool swapped; /* big-endian */
  void *owned;
} gradus_source_t;

/** A dataset bound to an entry's inputs: sources[i] feeds input i. */
typedef struct {
  gradus_source_t *sources;
  uint64_t source_count;
  uint64_t samples;
} gradus_data_t;

/** Opens and checks all files: formats, shapes, equal numbers of samples. */
int gradus_data_open(const gradus_dataset_t *dataset, const gradus_entry_t *entry, const char *folder,
                     gradus_data_t *out, gradus_error_t *error);
void gradus_data_close(gradus_data_t *data);
/** Converts |count| samples, numbers order[0…], into the entry's input buffers;
 * without |order|, those from |first| on. Rows behind them are zeroed. */
void gradus_data_fill(const gradus_data_t *data, const gradus_entry_t *entry, const uint32_t *order, uint64_t first,
                      uint64_t count, void *const *buffers);

/** Reads a .npy file as a source: rows are its first dimension unless |flat|. */
int gradus_npy_open(const char *path, gradus_source_t *out, uint64_t row_elements, gradus_error_t *error);
/** Writes a .npy file of the tensor's type; |rows| replaces its first dimension. */
int gradus_npy_write(const char *path, const gradus_tensor_t *tensor, uint64_t rows, const void *data,
                     gradus_error_t *error);
void gradus_source_close(gradus_source_t *source);

#endif
