//===- csv.c - Reading CSV files ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "data/csv.h"
#include "base/memory.h"
#include <stdlib.h>
#include <string.h>

/// A file under way.
typedef struct {
  const char *path;
  const gradus_dataset_t *dataset;
  const gradus_data_part_t *part;
  uint64_t line; ///< counted from 1
  gradus_error_t *error;
} csv_t;

/// Reads the number in [from, to); `start` is where its line begins.
static int parse_cell(const csv_t *csv, const char *start, const char *from, const char *to, double *out) {
  char text[512], *rest;
  long long column = from - start + 1;
  while (from < to && (*from == ' ' || *from == '"'))
    ++from;
  while (to > from && (to[-1] == ' ' || to[-1] == '"'))
    --to;
  size_t length = (size_t)(to - from), kept = length < sizeof text ? length : sizeof text - 1;
  memcpy(text, from, kept);
  text[kept] = 0;
  *out = strtod(text, &rest);
  if (length && length == kept && !*rest && strlen(text) == length)
    return 0;
  return gradus_fail(csv->error, "%s:%llu:%lld: '%s' is not a number%s", csv->path, (unsigned long long)csv->line,
                     column, text, csv->line == 1 ? "; if the first line holds names, say header: true" : "");
}

/// Reads the columns that are asked for of the line [start, stop).
static int parse_line(const csv_t *csv, const char *start, const char *stop, double *row) {
  const gradus_data_part_t *part = csv->part;
  int64_t column = 0;
  for (const char *cell = start; cell <= stop; ++column) {
    const char *end = memchr(cell, (char)csv->dataset->delimiter, (size_t)(stop - cell));
    if (!end)
      end = stop;
    if (column >= part->first && column <= part->last && parse_cell(csv, start, cell, end, &row[column - part->first]))
      return -1;
    cell = end + 1;
  }
  if (column <= part->last)
    return gradus_fail(csv->error, "%s:%llu:1: has %lld columns, but column %lld is asked for", csv->path,
                       (unsigned long long)csv->line, (long long)column, (long long)part->last);
  return 0;
}

/// Reads all lines into `source->owned`, rows of `source->elements` numbers.
static int parse_lines(csv_t *csv, gradus_source_t *source) {
  uint64_t room = 0, width = source->elements;
  const char *next = (const char *)source->file.data, *end = next + source->file.size;
  while (next < end) {
    const char *start = next, *newline = memchr(start, '\n', (size_t)(end - start));
    const char *stop = newline ? newline : end;
    next = newline ? newline + 1 : end;
    if (stop > start && stop[-1] == '\r')
      --stop;
    ++csv->line;
    if ((csv->line == 1 && csv->dataset->header) || stop == start)
      continue;
    if (source->count == room) {
      room = room ? 2 * room : 1024;
      double *grown = realloc(source->owned, room * width * sizeof *grown);
      if (!grown)
        return gradus_fail(csv->error, "%s: out of memory", csv->path);
      source->owned = grown;
    }
    if (parse_line(csv, start, stop, (double *)source->owned + source->count * width))
      return -1;
    ++source->count;
  }
  return 0;
}

int gradus_csv_parse(const char *path, gradus_source_t *source, const gradus_dataset_t *dataset,
                     const gradus_data_part_t *part, gradus_error_t *error) {
  // A column takes a byte at least: do not make room for what cannot be there.
  // Short files are left to the reader, which says more.
  if ((uint64_t)part->last >= source->file.size + 4096)
    return gradus_fail(error, "%s:1:1: has fewer columns than the column %lld that is asked for", path,
                       (long long)part->last);
  csv_t csv = {path, dataset, part, 0, error};
  source->kind = GRADUS_SOURCE_F64;
  source->elements = (uint64_t)(part->last - part->first + 1);
  source->row_bytes = source->elements * sizeof(double);
  if (parse_lines(&csv, source))
    return -1;
  source->rows = source->owned;
  return 0;
}
