//===- text.h - Windows of raw bytes --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DATA_TEXT_H
#define GRADUS_DATA_TEXT_H

#include "data/source.h"

/// Makes a source of `source->file`, raw bytes: sample i is the window of `window`
/// bytes that begins at byte i * `window`. With `part->shift`, it is what follows:
/// the window one byte later if `elements` is `window`, or the one byte behind it
/// if `elements` is 1. `path` is for messages. The source stays the caller's to close.
int gradus_text_parse(const char *path, gradus_source_t *source, const gradus_data_part_t *part, uint64_t elements,
                      uint64_t window, gradus_error_t *error);

#endif
