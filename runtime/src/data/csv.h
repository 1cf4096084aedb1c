//===- csv.h - Reading CSV files ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DATA_CSV_H
#define GRADUS_DATA_CSV_H

#include "data/source.h"

/// Makes a source of `source->file`, a whole CSV file of numbers, quoted or not,
/// one sample a line: columns `part->first` to `part->last` of each line that is not
/// empty, as f64. `dataset` says what stands between columns and whether the first
/// line holds names. `path` is for messages, which name line and column. The source
/// stays the caller's to close.
int gradus_csv_parse(const char *path, gradus_source_t *source, const gradus_dataset_t *dataset,
                     const gradus_data_part_t *part, gradus_error_t *error);

#endif
