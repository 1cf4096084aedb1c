//===- csv.h - Reading CSV files ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DATA_CSV_H
#define GRADUS_DATA_CSV_H

#include "data/source.h"

/// Makes a source of `source->file`, a whole CSV file, one sample a record: columns
/// `part->first` to `part->last` of each record that is not empty, as f64, checked for
/// `input`. Quotes as in RFC 4180. `dataset` says what stands between columns and
/// whether the first record holds names. `path` is for messages, which name line and
/// column. The source stays the caller's to close.
int gradus_csv_parse(const char *path, gradus_source_t *source, const gradus_dataset_t *dataset,
                     const gradus_data_part_t *part, const gradus_tensor_t *input, gradus_error_t *error);

#endif
