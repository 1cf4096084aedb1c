/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* data.c - Samples from files: IDX, npy, CSV, raw text. */
#include "data.h"
#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

static const int kKindBytes[] = {1, 1, 4, 8, 4, 8};

void gradus_source_close(gradus_source_t *s) {
  gradus_file_close(&s->file);
  free(s->owned);
  memset(s, 0, sizeof *s);
}

static uint32_t big32(const uint8_t *p) { return (uint32_t)p[0] << 24 | p[1] << 16 | p[2] << 8 | p[3]; }

/* IDX: 0 0 type rank, big-endian sizes, row-major big-endian data. */
static int idx_parse(const char *path, gradus_source_t *s, gradus_error_t *error) {
  const gradus_file_t *f = &s->file;
  if (f->size < 4 || f->data[0] || f->data[1])
    return gradus_fail(error, "%s: not an IDX file: it does not begin with two zero bytes", path);
  int rank = f->data[3];
  switch (f->data[2]) {
  case 0x08:
    s->kind = GRADUS_SOURCE_U8;
    break;
  case 0x09:
    s->kind = GRADUS_SOURCE_I8;
    break;
  case 0x0c:
    s->kind = GRADUS_SOURCE_I32;
    break;
  case 0x0d:
    s->kind = GRADUS_SOURCE_F32;
    break;
  case 0x0e:
    s->kind = GRADUS_SOURCE_F64;
    break;
  default:
    return gradus_fail(error, "%s: IDX element type 0x%02x is not supported", path, f->data[2]);
  }
  if (rank < 1 || rank > 8 || f->size < 4 + 4 * (uint64_t)rank)
    return gradus_fail(error, "%s: the IDX header is cut short or makes no sense", path);
  s->count = big32(f->data + 4);
  s->elements = 1;
  for (int i = 1; i < rank; ++i)
    if (!gradus_mul(s->elements, big32(f->data + 4 + 4 * i), &s->elements))
      return gradus_fail(error, "%s: the IDX sizes overflow", path);
  uint64_t bytes;
  s->row_bytes = s->elements * kKindBytes[s->kind];
  if (!gradus_mul(s->count, s->row_bytes, &bytes) || bytes != f->size - 4 - 4 * rank)
    return gradus_fail(
        error, "%s: the IDX header promises %llu samples of %llu bytes, the file holds %llu bytes of data", path,
        (unsigned long long)s->count, (unsigned long long)s->row_bytes, (unsigned long long)(f->size - 4 - 4 * rank));
  s->rows = f->data + 4 + 4 * rank;
  s->swapped = kKindBytes[s->kind] > 1;
  return 0;
}

/* npy: magic, version, length of a Python dictionary literal, data. */
static int npy_parse(const char *path, gradus_source_t *s, uint64_t row_elements, gradus_error_t *error) {
  const gradus_file_t *f = &s->file;
  if (f->size < 12 || memcmp(f->data, "\x93NUMPY", 6))
    return gradus_fail(error, "%s: not a .npy file", path);
  uint64_t start = f->data[6] == 1 ? 10 : 12;
  uint64_t length = f->data[8] | f->data[9] << 8;
  if (f->data[6] != 1)
    length |= (uint64_t)f->data[10] << 16 | (uint64_t)f->data[11] << 24;
  if (f->data[6] < 1 || f->data[6] > 3 || length > 65536 || length > f->size - start)
    return gradus_fail(error, "%s: the .npy header is cut short or makes no sense", path);
  char *header = strndup((const char *)f->data + start, length);
  if (!header)
    return gradus_fail(error, "out of memory");
  int rc = 0;
  char *descr = strstr(header, "'descr'"), *order = strstr(header, "'fortran_order'"),
       *shape = strstr(header, "'shape'");
  char *type = descr ? strchr(descr + 7, '\'') : NULL;
  char *list = shape ? strchr(shape, '(') : NULL;
  uint64_t total = 1, first = 1, rank = 0;
  if (!type || !order || !list) {
    rc = gradus_fail(error, "%s: the .npy header lacks descr, fortran_order or shape", path);
  } else {
    static const struct {
      const char *name;
      int kind;
    } kinds[] = {{"|u1", GRADUS_SOURCE_U8},  {"|i1", GRADUS_SOURCE_I8},  {"<i4", GRADUS_SOURCE_I32},
                 {"<i8", GRADUS_SOURCE_I64}, {"<f4", GRADUS_SOURCE_F32}, {"<f8", GRADUS_SOURCE_F64}};
    s->kind = -1;
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; ++i)
      if (!strncmp(type + 1, kinds[i].name, 3) && type[4] == '\'')
        s->kind = kinds[i].kind;
    const char *value = order + 15;
    while (*value == ':' || *value == ' ')
      ++value;
    if (s->kind < 0)
      rc = gradus_fail(error, "%s: element type %.8s is not supported; save as float32, float64, int32, int64 or uint8",
                       path, type + 1);
    else if (strncmp(value, "False", 5))
      rc = gradus_fail(error, "%s: is in Fortran order; save it with numpy.ascontiguousarray", path);
    for (char *p = list + 1; !rc && *p && *p != ')';) {
      if (*p == ',' || *p == ' ') {
        ++p;
        continue;
      }
      char *end;
      if (!isdigit((unsigned char)*p))
        rc = gradus_fail(error, "%s: the .npy shape makes no sense", path);
      else {
        uint64_t size = strtoull(p, &end, 10);
        p = end;
        if (rank++ == 0)
          first = size;
        if (!gradus_mul(total, size, &total))
          rc = gradus_fail(error, "%s: the .npy sizes overflow", path);
      }
    }
  }
  free(header);
  if (rc)
    return -1;
  uint64_t bytes;
  if (!gradus_mul(total, kKindBytes[s->kind], &bytes) || bytes != f->size - start - length)
    return gradus_fail(error, "%s: the .npy header promises %llu elements, the file holds %llu bytes", path,
                       (unsigned long long)total, (unsigned long long)(f->size - start - length));
  if (row_elements) {
    if (total % row_elements || !total)
      return gradus_fail(error, "%s: %llu elements do not make rows of %llu", path, (unsigned long long)total,
                         (unsigned long long)row_elements);
    first = total / row_elements;
  }
  s->count = first;
  s->elements = first ? total / first : 0;
  s->row_bytes = s->elements * kKindBytes[s->kind];
  s->rows = f->data + start + length;
  return 0;
}

int gradus_npy_open(const char *path, gradus_source_t *s, uint64_t row_elements, gradus_error_t *error) {
  memset(s, 0, sizeof *s);
  s->scale = 1;
  if (gradus_file_open(path, &s->file, error))
    return -1;
  if (npy_parse(path, s, row_elements, error)) {
    gradus_source_close(s);
    return -1;
  }
  return 0;
}

int gradus_npy_write(const char *path, const gradus_tensor_t *t, uint64_t rows, const void *data,
                     gradus_error_t *error) {
  static const char *const types[] = {"<f4", "<f8", "<i4", "<i8"};
  char header[512];
  int n = snprintf(header, sizeof header, "{'descr': '%s', 'fortran_order': False, 'shape': (%llu,", types[t->dtype],
                   (unsigned long long)rows);
  for (uint64_t i = 1; i < t->rank && n < 400; ++i)
    n += snprintf(header + n, sizeof header - n, " %lld,", (long long)t->shape[i]);
  n += snprintf(header + n, sizeof header - n, "), }");
  while ((10 + n + 1) % 64)
    header[n++] = ' ';
  header[n++] = '\n';
  uint8_t prefix[10] = {0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0, (uint8_t)n, (uint8_t)(n >> 8)};
  gradus_writer_t w;
  uint64_t bytes = rows * gradus_sample_elements(t) * gradus_dtype_bytes(t->dtype);
  if (gradus_writer_open(path, &w, error) || gradus_writer_write(&w, prefix, 10, error) ||
      gradus_writer_write(&w, header, n, error) || gradus_writer_write(&w, data, bytes, error))
    return -1;
  return gradus_writer_commit(&w, error);
}

/* CSV: numbers, one sample a line; quoted numbers are read too. */
static int csv_parse(const char *path, gradus_source_t *s, const gradus_dataset_t *d, const gradus_data_part_t *part,
                     gradus_error_t *error) {
  uint64_t width = part->last - part->first + 1, room = 1024;
  /* A column takes a byte at least: do not make room for what cannot be there.
   * Short files are left to the reader, which says more. */
  if ((uint64_t)part->last >= s->file.size + 4096)
    return gradus_fail(error, "%s:1:1: has fewer columns than the column %lld that is asked for", path,
                       (long long)part->last);
  double *values = malloc(room * width * sizeof *values);
  const char *p = (const char *)s->file.data, *end = p + s->file.size;
  uint64_t line = 0;
  while (values && p < end) {
    const char *eol = memchr(p, '\n', end - p);
    const char *stop = eol ? eol : end, *next = eol ? eol + 1 : end;
    if (stop > p && stop[-1] == '\r')
      --stop;
    ++line;
    if ((line == 1 && d->header) || stop == p) {
      p = next;
      continue;
    }
    if (s->count == room) {
      room *= 2;
      double *grown = realloc(values, room * width * sizeof *values);
      if (!grown)
        break;
      values = grown;
    }
    int64_t column = 0;
    for (const char *cell = p; cell <= stop; ++column) {
      const char *finish = memchr(cell, (char)d->delimiter, stop - cell);
      if (!finish)
        finish = stop;
      if (column >= part->first && column <= part->last) {
        char text[512], *rest;
        const char *from = cell, *to = finish;
        while (from < to && (*from == ' ' || *from == '"'))
          ++from;
        while (to > from && (to[-1] == ' ' || to[-1] == '"'))
          --to;
        bool strange = to - from > 511 || memchr(from, 0, to - from);
        size_t n = to - from > 511 ? 511 : (size_t)(to - from);
        memcpy(text, from, n);
        text[n] = 0;
        values[s->count * width + column - part->first] = strtod(text, &rest);
        if (!n || *rest || strange) {
          free(values);
          return gradus_fail(error, "%s:%llu:%lld: '%s' is not a number%s", path, (unsigned long long)line,
                             (long long)(cell - p + 1), text,
                             line == 1 ? "; if the first line holds names, say header: true" : "");
        }
      }
      cell = finish + 1;
    }
    if (column <= part->last) {
      free(values);
      return gradus_fail(error, "%s:%llu:1: has %lld columns, but column %lld is asked for", path,
                         (unsigned long long)line, (long long)column, (long long)part->last);
    }
    ++s->count;
    p = next;
  }
  if (!values)
    return gradus_fail(error, "%s: out of memory", path);
  s->owned = values;
  s->rows = (const uint8_t *)values;
  s->kind = GRADUS_SOURCE_F64;
  s->elements = width;
  s->row_bytes = width * sizeof(double);
  return 0;
}

/* Raw bytes: sample i is the window that begins at byte i * window. */
static int text_parse(const char *path, gradus_source_t *s, const gradus_data_part_t *part, uint64_t elements,
                      uint64_t window, gradus_error_t *error) {
  if (elements != 1 && elements != window)
    return gradus_fail(error, "%s: a text's target is the window itself or one value, not %llu", path,
                       (unsigned long long)elements);
  if (s->file.size < window + 1)
    return gradus_fail(error, "%s: %llu bytes are less than one window of %llu and the byte after it", path,
                       (unsigned long long)s->file.size, (unsigned long long)window);
  s->kind = GRADUS_SOURCE_U8;
  s->count = (s->file.size - 1) / window;
  s->elements = elements;
  s->row_bytes = window;
  /* A target of one value per sample is the byte behind the window. */
  s->rows = s->file.data + (part->shift ? (elements == window ? 1 : window) : 0);
  return 0;
}

int gradus_data_open(const gradus_dataset_t *d, const gradus_entry_t *entry, const char *folder, gradus_data_t *out,
                     gradus_error_t *error) {
  memset(out, 0, sizeof *out);
  if (d->kind == GRADUS_DATA_NONE)
    return gradus_fail(
        error,
        "the model's recipe names no data for this; add data { idx { … } } or npy, csv, text to its train block");
  out->sources = calloc(entry->input_count + 1, sizeof *out->sources);
  if (!out->sources)
    return gradus_fail(error, "out of memory");
  out->source_count = entry->input_count;
  for (uint64_t i = 0; i < entry->input_count; ++i) {
    const gradus_tensor_t *input = &entry->inputs[i];
    gradus_source_t *s = &out->sources[i];
    const gradus_data_part_t *part = NULL;
    for (uint64_t k = 0; k < d->part_count; ++k)
      if (!strcmp(d->parts[k].input, input->name))
        part = &d->parts[k];
    char path[4200];
    int rc = part ? gradus_file_open_in(folder, part->path, &s->file, path, sizeof path, error)
                  : gradus_fail(error, "the recipe's data does not feed input '%s'", input->name);
    uint64_t elements = gradus_sample_elements(input);
    if (!rc) {
      s->scale = part->scale;
      switch (d->kind) {
      case GRADUS_DATA_IDX:
        rc = idx_parse(path, s, error);
        break;
      case GRADUS_DATA_NPY:
        rc = npy_parse(path, s, 0, error);
        break;
      case GRADUS_DATA_CSV:
        rc = csv_parse(path, s, d, part, error);
        break;
      default: {
        uint64_t window = 1;
        for (uint64_t k = 0; k < entry->input_count; ++k)
          if (gradus_sample_elements(&entry->inputs[k]) > window)
            window = gradus_sample_elements(&entry->inputs[k]);
        rc = text_parse(path, s, part, elements, window, error);
      }
      }
    }
    if (!rc && s->elements != elements)
      rc = gradus_fail(error, "%s: a sample has %llu values, input '%s' needs %llu", path,
                       (unsigned long long)s->elements, input->name, (unsigned long long)elements);
    if (!rc && !s->count)
      rc = gradus_fail(error, "%s: holds no sample", path);
    if (!rc && s->count > UINT32_MAX)
      rc = gradus_fail(error, "%s: more than 2^32 samples", path);
    if (!rc && i && s->count != out->samples)
      rc = gradus_fail(error, "%s: has %llu samples, the data of input '%s' has %llu", path,
                       (unsigned long long)s->count, entry->inputs[0].name, (unsigned long long)out->samples);
    if (rc) {
      gradus_data_close(out);
      return -1;
    }
    out->samples = s->count;
  }
  return 0;
}

void gradus_data_close(gradus_data_t *data) {
  for (uint64_t i = 0; i < data->source_count; ++i)
    gradus_source_close(&data->sources[i]);
  free(data->sources);
  memset(data, 0, sizeof *data);
}

static double element(const gradus_source_t *s, const uint8_t *p) {
  uint8_t turned[8];
  int n = kKindBytes[s->kind];
  if (s->swapped) {
    for (int i = 0; i < n; ++i)
      turned[i] = p[n - 1 - i];
    p = turned;
  }
  union {
    int32_t i;
    int64_t l;
    float f;
    double d;
  } u;
  memcpy(&u, p, n);
  switch (s->kind) {
  case GRADUS_SOURCE_U8:
    return *p;
  case GRADUS_SOURCE_I8:
    return *(const int8_t *)p;
  case GRADUS_SOURCE_I32:
    return u.i;
  case GRADUS_SOURCE_I64:
    return (double)u.l;
  case GRADUS_SOURCE_F32:
    return u.f;
  default:
    return u.d;
  }
}

static int64_t to_integer(double v) {
  return v >= -9.2e18 && v <= 9.2e18 ? (int64_t)v : 0; /* NaN and the like: the model clamps */
}

static void convert_row(const gradus_source_t *s, const uint8_t *row, uint64_t dtype, void *out) {
  uint64_t n = s->elements;
  float scale = (float)s->scale;
  if (dtype == GRADUS_F32 && s->kind == GRADUS_SOURCE_U8) { /* images: the common case, vectorized */
    for (uint64_t i = 0; i < n; ++i)
      ((float *)out)[i] = row[i] * scale;
    return;
  }
  if (dtype == GRADUS_F32 && s->kind == GRADUS_SOURCE_F32 && !s->swapped && s->scale == 1) {
    memcpy(out, row, n * sizeof(float));
    return;
  }
  for (uint64_t i = 0; i < n; ++i) {
    double v = element(s, row + i * kKindBytes[s->kind]);
    switch (dtype) {
    case GRADUS_F32:
      ((float *)out)[i] = (float)v * scale;
      break;
    case GRADUS_F64:
      ((double *)out)[i] = v * s->scale;
      break;
    case GRADUS_I32: {
      int64_t l = to_integer(v * s->scale);
      ((int32_t *)out)[i] = l > INT32_MAX ? INT32_MAX : l < INT32_MIN ? INT32_MIN : (int32_t)l;
      break;
    }
    default:
      ((int64_t *)out)[i] = to_integer(v * s->scale);
    }
  }
}

void gradus_data_fill(const gradus_data_t *data, const gradus_entry_t *entry, const uint32_t *order, uint64_t first,
                      uint64_t count, void *const *buffers) {
  for (uint64_t i = 0; i < data->source_count; ++i) {
    const gradus_source_t *s = &data->sources[i];
    const gradus_tensor_t *t = &entry->inputs[i];
    uint64_t bytes = t->bytes / entry->batch;
    uint8_t *out = buffers[i];
    for (uint64_t r = 0; r < count; ++r)
      convert_row(s, s->rows + (order ? order[r] : first + r) * s->row_bytes, t->dtype, out + r * bytes);
    memset(out + count * bytes, 0, (entry->batch - count) * bytes);
  }
}
