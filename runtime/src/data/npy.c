//===- npy.c - Reading and writing .npy files -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// "\x93NUMPY", a version of two bytes, the length of the header (2 bytes in
// version 1, then 4), the header, which is the literal of a Python dictionary, and
// the elements.
//
//===----------------------------------------------------------------------===//
#include "data/npy.h"
#include "base/memory.h"
#include "base/tensor.h"
#include "base/writer.h"
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/// Finds the header: its text, and where the elements start.
static int find_header(const char *path, const gradus_file_t *file, uint64_t *out_start, uint64_t *out_length,
                       gradus_error_t *error) {
  if (file->size < 12 || memcmp(file->data, "\x93NUMPY", 6))
    return gradus_fail(error, "%s: not a .npy file", path);
  int version = file->data[6];
  if (version < 1 || version > 3)
    return gradus_fail(error, "%s: the .npy header is invalid: it is of version %d", path, version);
  *out_start = version == 1 ? 10 : 12;
  *out_length = file->data[8] | (uint64_t)file->data[9] << 8;
  if (version != 1)
    *out_length |= (uint64_t)file->data[10] << 16 | (uint64_t)file->data[11] << 24;
  if (*out_length > 65536 || *out_length > file->size - *out_start)
    return gradus_fail(error, "%s: the .npy header is cut short", path);
  return 0;
}

/// Reads the element type, a string behind the key 'descr'.
static int parse_type(const char *path, const char *type, int *out_kind, gradus_error_t *error) {
  static const struct {
    const char *name;
    int kind;
  } kKinds[] = {{"|u1'", GRADUS_SOURCE_U8},  {"|i1'", GRADUS_SOURCE_I8},  {"<i4'", GRADUS_SOURCE_I32},
                {"<i8'", GRADUS_SOURCE_I64}, {"<f4'", GRADUS_SOURCE_F32}, {"<f8'", GRADUS_SOURCE_F64}};
  for (size_t i = 0; i < sizeof kKinds / sizeof *kKinds; ++i)
    if (!strncmp(type, kKinds[i].name, 4)) {
      *out_kind = kKinds[i].kind;
      return 0;
    }
  return gradus_fail(error, "%s: element type %.*s is not supported; save as float32, float64, int32, int64 or uint8",
                     path, (int)(strcspn(type, "'") > 16 ? 16 : strcspn(type, "'")), type);
}

/// Reads a shape, behind its parenthesis: the product of all sizes, and the first.
static int parse_shape(const char *path, const char *p, uint64_t *out_total, uint64_t *out_first,
                       gradus_error_t *error) {
  uint64_t rank = 0;
  *out_total = *out_first = 1;
  while (*p && *p != ')') {
    if (*p == ',' || *p == ' ') {
      ++p;
      continue;
    }
    if (!isdigit((unsigned char)*p))
      return gradus_fail(error, "%s: the .npy shape is invalid: '%.8s' is not a size", path, p);
    char *end;
    uint64_t size = strtoull(p, &end, 10);
    p = end;
    if (rank++ == 0)
      *out_first = size;
    if (!gradus_mul(*out_total, size, out_total))
      return gradus_fail(error, "%s: the .npy sizes overflow", path);
  }
  return 0;
}

/// Reads a header's text.
static int parse_header(const char *path, const char *header, gradus_source_t *source, uint64_t *out_total,
                        gradus_error_t *error) {
  static const char kDescr[] = "'descr'", kOrder[] = "'fortran_order'", kShape[] = "'shape'";
  const char *descr = strstr(header, kDescr), *order = strstr(header, kOrder), *shape = strstr(header, kShape);
  const char *type = descr ? strchr(descr + strlen(kDescr), '\'') : NULL, *list = shape ? strchr(shape, '(') : NULL;
  if (!type || !order || !list)
    return gradus_fail(error, "%s: the .npy header lacks descr, fortran_order or shape", path);
  const char *value = descr + strlen(kDescr);
  if (value[strspn(value, ": ")] != '\'')
    return gradus_fail(error, "%s: elements of several fields are not supported; save each field as an array", path);
  if (parse_type(path, type + 1, &source->kind, error))
    return -1;
  order += strlen(kOrder);
  order += strspn(order, ": ");
  if (strncmp(order, "False", 5))
    return gradus_fail(error, "%s: is in Fortran order; save it with numpy.ascontiguousarray", path);
  return parse_shape(path, list + 1, out_total, &source->count, error);
}

int gradus_npy_parse(const char *path, gradus_source_t *source, uint64_t row_elements, gradus_error_t *error) {
  const gradus_file_t *file = &source->file;
  uint64_t start, length, total, bytes;
  if (find_header(path, file, &start, &length, error))
    return -1;
  char *header = strndup((const char *)file->data + start, length);
  if (!header)
    return gradus_fail_memory(error);
  int rc = parse_header(path, header, source, &total, error);
  free(header);
  if (rc)
    return -1;
  uint64_t size = gradus_source_bytes(source->kind), held = file->size - start - length;
  if (!gradus_mul(total, size, &bytes) || bytes != held)
    return gradus_fail(error, "%s: the .npy header promises %llu elements, the file holds %llu bytes", path,
                       (unsigned long long)total, (unsigned long long)held);
  if (row_elements) {
    if (total % row_elements || !total)
      return gradus_fail(error, "%s: %llu elements do not make rows of %llu", path, (unsigned long long)total,
                         (unsigned long long)row_elements);
    source->count = total / row_elements;
  }
  source->elements = source->count ? total / source->count : 0;
  source->row_bytes = source->elements * size;
  source->rows = file->data + start + length;
  return 0;
}

int gradus_npy_open(const char *path, gradus_source_t *out, uint64_t row_elements, gradus_error_t *error) {
  memset(out, 0, sizeof *out);
  out->scale = 1;
  if (gradus_file_open(path, &out->file, error))
    return -1;
  if (gradus_npy_parse(path, out, row_elements, error)) {
    gradus_source_close(out);
    return -1;
  }
  return 0;
}

int gradus_npy_write(const char *path, const gradus_tensor_t *tensor, uint64_t rows, const void *data,
                     gradus_error_t *error) {
  const gradus_dtype_t *type = gradus_dtype(tensor->dtype);
  char header[512];
  int n = snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%llu,", type->npy,
                   (unsigned long long)rows);
  for (uint64_t i = 1; i < tensor->rank && n < 400; ++i)
    n += snprintf(header + n, sizeof header - (size_t)n, " %lld,", (long long)tensor->shape[i]);
  n += snprintf(header + n, sizeof header - (size_t)n, "), }");
  while ((10 + n + 1) % 64)
    header[n++] = ' ';
  header[n++] = '\n';
  uint8_t prefix[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (uint8_t)n, (uint8_t)(n >> 8)};
  gradus_writer_t writer;
  uint64_t bytes = rows * gradus_sample_elements(tensor) * type->bytes;
  if (gradus_writer_open(path, &writer, error) || gradus_writer_write(&writer, prefix, sizeof prefix, error) ||
      gradus_writer_write(&writer, header, (uint64_t)n, error) || gradus_writer_write(&writer, data, bytes, error))
    return -1;
  return gradus_writer_commit(&writer, error);
}
