//===- dataset.c - Samples for an entry point's inputs --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "data/dataset.h"
#include "base/tensor.h"
#include "data/csv.h"
#include "data/idx.h"
#include "data/npy.h"
#include "data/text.h"
#include "data/value.h"
#include <stdlib.h>
#include <string.h>

/// The length of a text's window: the largest sample among the inputs.
static uint64_t window_of(const gradus_entry_t *entry) {
  uint64_t window = 1;
  for (uint64_t i = 0; i < entry->input_count; ++i) {
    uint64_t elements = gradus_sample_elements(&entry->inputs[i]);
    window = elements > window ? elements : window;
  }
  return window;
}

static const gradus_data_part_t *part_of(const gradus_dataset_t *dataset, const char *input) {
  for (uint64_t i = 0; i < dataset->part_count; ++i)
    if (!strcmp(dataset->parts[i].input, input))
      return &dataset->parts[i];
  return NULL;
}

/// Reads the file of one part in the dataset's format.
static int parse(const char *path, gradus_source_t *source, const gradus_dataset_t *dataset,
                 const gradus_data_part_t *part, const gradus_entry_t *entry, const gradus_tensor_t *input,
                 gradus_error_t *error) {
  switch (dataset->kind) {
  case GRADUS_DATA_IDX:
    return gradus_idx_parse(path, source, error);
  case GRADUS_DATA_NPY:
    return gradus_npy_parse(path, source, 0, error);
  case GRADUS_DATA_CSV:
    return gradus_csv_parse(path, source, dataset, part, input, error);
  default:
    return gradus_text_parse(path, source, part, gradus_sample_elements(input), window_of(entry), error);
  }
}

/// Opens what feeds input `index`; the caller closes the source even on failure.
static int open_source(const gradus_dataset_t *dataset, const gradus_entry_t *entry, uint64_t index, const char *folder,
                       gradus_source_t *source, gradus_error_t *error) {
  const gradus_tensor_t *input = &entry->inputs[index];
  const gradus_data_part_t *part = part_of(dataset, input->name);
  uint64_t elements = gradus_sample_elements(input);
  char path[4200];
  if (!part)
    return gradus_fail(error, "the recipe's data does not feed input '%s'", input->name);
  source->scale = part->scale;
  if (gradus_file_open_in(folder, part->path, &source->file, path, sizeof path, error) ||
      parse(path, source, dataset, part, entry, input, error))
    return -1;
  if (source->elements != elements)
    return gradus_fail(error, "%s: a sample has %llu values, input '%s' needs %llu", path,
                       (unsigned long long)source->elements, input->name, (unsigned long long)elements);
  if (!source->count)
    return gradus_fail(error, "%s: holds no sample", path);
  if (source->count > UINT32_MAX)
    return gradus_fail(error, "%s: more than 2^32 samples", path);
  const gradus_source_t *first = source - index;
  if (source->count != first->count)
    return gradus_fail(error, "%s: has %llu samples, the data of input '%s' has %llu", path,
                       (unsigned long long)source->count, entry->inputs[0].name, (unsigned long long)first->count);
  // A CSV file's values were checked where their lines and columns are known.
  return dataset->kind == GRADUS_DATA_CSV ? 0 : gradus_source_check(path, source, input, error);
}

int gradus_data_open(const gradus_dataset_t *dataset, const gradus_entry_t *entry, const char *folder,
                     gradus_data_t *out, gradus_error_t *error) {
  memset(out, 0, sizeof *out);
  if (dataset->kind == GRADUS_DATA_NONE)
    return gradus_fail(
        error,
        "the model's recipe names no data for this; add data { idx { … } } or npy, csv, text to its train block");
  out->sources = calloc(entry->input_count + 1, sizeof *out->sources);
  if (!out->sources)
    return gradus_fail_memory(error);
  out->source_count = entry->input_count;
  for (uint64_t i = 0; i < entry->input_count; ++i)
    if (open_source(dataset, entry, i, folder, &out->sources[i], error)) {
      gradus_data_close(out);
      return -1;
    }
  out->samples = out->sources[0].count;
  return 0;
}

void gradus_data_close(gradus_data_t *data) {
  for (uint64_t i = 0; i < data->source_count; ++i)
    gradus_source_close(&data->sources[i]);
  free(data->sources);
  memset(data, 0, sizeof *data);
}

int gradus_data_check_batches(const gradus_entry_t *entry, uint64_t samples, gradus_error_t *error) {
  uint64_t batch = (uint64_t)entry->batch;
  if (!entry->mixes || samples % batch == 0)
    return 0;
  return gradus_fail(
      error,
      "%s mixes the samples of a batch, and %llu samples do not fill batches of %llu; give a multiple of "
      "it, or compile for another batch",
      entry->mixes, (unsigned long long)samples, (unsigned long long)batch);
}

void gradus_data_fill(const gradus_data_t *data, const gradus_entry_t *entry, const uint32_t *order, uint64_t first,
                      uint64_t count, void *const *buffers) {
  uint64_t batch = (uint64_t)entry->batch;
  for (uint64_t i = 0; i < data->source_count; ++i) {
    const gradus_tensor_t *input = &entry->inputs[i];
    uint64_t bytes = input->bytes / batch;
    uint8_t *out = buffers[i];
    for (uint64_t row = 0; row < count; ++row)
      gradus_source_row(&data->sources[i], order ? order[row] : first + row, input->dtype, out + row * bytes);
    memset(out + count * bytes, 0, (batch - count) * bytes);
  }
}
