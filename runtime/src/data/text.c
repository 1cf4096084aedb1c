//===- text.c - Windows of raw bytes --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "data/text.h"

int gradus_text_parse(const char *path, gradus_source_t *source, const gradus_data_part_t *part, uint64_t elements,
                      uint64_t window, gradus_error_t *error) {
  if (elements != 1 && elements != window)
    return gradus_fail(error, "%s: a text's target is the window itself or one value, not %llu", path,
                       (unsigned long long)elements);
  if (source->file.size < window + 1)
    return gradus_fail(error, "%s: %llu bytes are less than one window of %llu and the byte after it", path,
                       (unsigned long long)source->file.size, (unsigned long long)window);
  source->kind = GRADUS_SOURCE_U8;
  source->count = (source->file.size - 1) / window;
  source->elements = elements;
  source->row_bytes = window;
  source->rows = source->file.data;
  if (part->shift)
    source->rows += elements == window ? 1 : window;
  return 0;
}
