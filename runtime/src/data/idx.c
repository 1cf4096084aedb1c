//===- idx.c - Reading IDX files ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Two zero bytes, the element type, the rank, big-endian sizes of 32 bits, then
// the elements, row-major and big-endian.
//
//===----------------------------------------------------------------------===//
#include "data/idx.h"
#include "base/memory.h"

static uint32_t big32(const uint8_t *p) {
  return (uint32_t)p[0] << 24 | (uint32_t)p[1] << 16 | (uint32_t)p[2] << 8 | p[3];
}

/// The kind of an IDX element type, or -1.
static int kind_of(uint8_t code) {
  switch (code) {
  case 0x08:
    return GRADUS_SOURCE_U8;
  case 0x09:
    return GRADUS_SOURCE_I8;
  case 0x0c:
    return GRADUS_SOURCE_I32;
  case 0x0d:
    return GRADUS_SOURCE_F32;
  case 0x0e:
    return GRADUS_SOURCE_F64;
  default:
    return -1;
  }
}

int gradus_idx_parse(const char *path, gradus_source_t *source, gradus_error_t *error) {
  const gradus_file_t *file = &source->file;
  if (file->size < 4 || file->data[0] || file->data[1])
    return gradus_fail(error, "%s: not an IDX file: it does not begin with two zero bytes", path);
  source->kind = kind_of(file->data[2]);
  if (source->kind < 0)
    return gradus_fail(error, "%s: IDX element type 0x%02x is not supported", path, file->data[2]);
  uint64_t rank = file->data[3], start = 4 + 4 * rank;
  if (rank < 1 || rank > 8)
    return gradus_fail(error, "%s: the IDX header is invalid: it has %d dimensions", path, (int)rank);
  if (file->size < start)
    return gradus_fail(error, "%s: the IDX header is cut short", path);
  source->count = big32(file->data + 4);
  source->elements = 1;
  for (uint64_t i = 1; i < rank; ++i)
    if (!gradus_mul(source->elements, big32(file->data + 4 + 4 * i), &source->elements))
      return gradus_fail(error, "%s: the IDX sizes overflow", path);
  uint64_t size = gradus_source_bytes(source->kind), bytes;
  source->row_bytes = source->elements * size;
  if (!gradus_mul(source->count, source->row_bytes, &bytes) || bytes != file->size - start)
    return gradus_fail(error,
                       "%s: the IDX header promises %llu samples of %llu bytes, the file holds %llu bytes of data",
                       path, (unsigned long long)source->count, (unsigned long long)source->row_bytes,
                       (unsigned long long)(file->size - start));
  source->rows = file->data + start;
  source->swapped = size > 1;
  return 0;
}
