//===- csv.c - Reading CSV files ------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// RFC 4180: a record ends with a line, except within quotes; a field in quotes may
// hold delimiters, line ends and doubled quotes. Beyond it: spaces around fields, any
// delimiter, empty lines, a byte order mark in front.
//
//===----------------------------------------------------------------------===//
#include "data/csv.h"
#include "base/memory.h"
#include "data/value.h"
#include <stdlib.h>
#include <string.h>

/// A file under way.
typedef struct {
  const char *path;
  const gradus_dataset_t *dataset;
  const gradus_data_part_t *part;
  const gradus_tensor_t *input;
  const char *next; ///< what has not been read yet
  const char *end;
  const char *line_start;
  uint64_t line; ///< counted from 1
  uint64_t records;
  gradus_error_t *error;
} csv_t;

/// A field: its text without quotes and the spaces around it, and where it begins.
typedef struct {
  char text[512]; ///< ends in a zero byte; longer ones are cut
  size_t length;  ///< of all of it
  uint64_t line;
  long long column; ///< in bytes, counted from 1
} field_t;

static void append(field_t *field, char c) {
  if (field->length < sizeof field->text - 1)
    field->text[field->length] = c;
  ++field->length;
}

/// Ends the text of a field, without what spaces stand at its end.
static void finish(field_t *field) {
  size_t kept = field->length < sizeof field->text ? field->length : sizeof field->text - 1;
  while (kept == field->length && kept && field->text[kept - 1] == ' ')
    kept = --field->length;
  field->text[kept] = 0;
}

/// Moves over a character, which may end a line.
static void advance(csv_t *csv) {
  if (*csv->next++ == '\n') {
    ++csv->line;
    csv->line_start = csv->next;
  }
}

static bool at_line_end(const csv_t *csv) {
  const char *p = csv->next;
  return p == csv->end || *p == '\n' || (*p == '\r' && (p + 1 == csv->end || p[1] == '\n'));
}

static bool at_field_end(const csv_t *csv) { return at_line_end(csv) || *csv->next == (char)csv->dataset->delimiter; }

static void skip_spaces(csv_t *csv) {
  while (csv->next < csv->end && *csv->next == ' ' && !at_field_end(csv))
    ++csv->next;
}

/// Reads a field in quotes; `next` is behind the first of them.
static int read_quoted(csv_t *csv, field_t *field) {
  while (csv->next < csv->end) {
    if (*csv->next == '"') {
      ++csv->next;
      if (csv->next == csv->end || *csv->next != '"') {
        skip_spaces(csv);
        if (at_field_end(csv))
          return 0;
        return gradus_fail(csv->error, "%s:%llu:%lld: text behind the quote that ends a field", csv->path,
                           (unsigned long long)csv->line, (long long)(csv->next - csv->line_start + 1));
      }
    }
    append(field, *csv->next);
    advance(csv);
  }
  return gradus_fail(csv->error, "%s:%llu:%lld: the quote that begins this field is not closed", csv->path,
                     (unsigned long long)field->line, field->column);
}

static int read_field(csv_t *csv, field_t *field) {
  field->length = 0;
  field->line = csv->line;
  field->column = csv->next - csv->line_start + 1;
  skip_spaces(csv);
  if (csv->next < csv->end && *csv->next == '"') {
    ++csv->next;
    if (read_quoted(csv, field))
      return -1;
  } else {
    while (!at_field_end(csv))
      append(field, *csv->next++);
  }
  finish(field);
  return 0;
}

/// The number in a field; fails unless the input takes it.
static int parse_number(const csv_t *csv, const field_t *field, double *out) {
  char *rest, reason[GRADUS_REASON_BYTES];
  *out = strtod(field->text, &rest);
  if (!field->length || *rest || strlen(field->text) != field->length)
    return gradus_fail(csv->error, "%s:%llu:%lld: '%s' is not a number%s", csv->path, (unsigned long long)field->line,
                       field->column, field->text,
                       csv->records == 0 ? "; if the first line holds names, say header: true" : "");
  if (gradus_value_check(csv->input, *out, csv->part->scale, reason))
    return gradus_fail(csv->error, "%s:%llu:%lld: %s", csv->path, (unsigned long long)field->line, field->column,
                       reason);
  return 0;
}

/// Reads a record; `row` gets the columns that are asked for, or is null.
static int read_record(csv_t *csv, double *row) {
  const gradus_data_part_t *part = csv->part;
  uint64_t line = csv->line;
  field_t field;
  int64_t column = 0;
  for (;; ++column) {
    if (read_field(csv, &field))
      return -1;
    if (row && column >= part->first && column <= part->last && parse_number(csv, &field, &row[column - part->first]))
      return -1;
    if (at_line_end(csv))
      break;
    ++csv->next; // the delimiter
  }
  if (row && column < part->last)
    return gradus_fail(csv->error, "%s:%llu:1: has %lld columns, but column %lld is asked for", csv->path,
                       (unsigned long long)line, (long long)column + 1, (long long)part->last);
  ++csv->records;
  return 0;
}

/// Moves behind the end of a line.
static void skip_line_end(csv_t *csv) {
  if (csv->next < csv->end && *csv->next == '\r')
    ++csv->next;
  if (csv->next < csv->end)
    advance(csv);
}

/// Reads all records into `source->owned`, rows of `source->elements` numbers.
static int read_records(csv_t *csv, gradus_source_t *source) {
  uint64_t room = 0, width = source->elements;
  for (; csv->next < csv->end; skip_line_end(csv)) {
    if (at_line_end(csv))
      continue;
    if (csv->dataset->header && !csv->records) {
      if (read_record(csv, NULL))
        return -1;
      continue;
    }
    if (source->count == room) {
      room = room ? 2 * room : 1024;
      double *grown = realloc(source->owned, room * width * sizeof *grown);
      if (!grown)
        return gradus_fail(csv->error, "%s: out of memory", csv->path);
      source->owned = grown;
    }
    if (read_record(csv, (double *)source->owned + source->count * width))
      return -1;
    ++source->count;
  }
  return 0;
}

int gradus_csv_parse(const char *path, gradus_source_t *source, const gradus_dataset_t *dataset,
                     const gradus_data_part_t *part, const gradus_tensor_t *input, gradus_error_t *error) {
  // A column takes a byte at least: do not make room for what cannot be there.
  // Short files are left to the reader, which says more.
  if ((uint64_t)part->last >= source->file.size + 4096)
    return gradus_fail(error, "%s:1:1: has fewer columns than the column %lld that is asked for", path,
                       (long long)part->last);
  const char *data = (const char *)source->file.data;
  csv_t csv = {.path = path,
               .dataset = dataset,
               .part = part,
               .input = input,
               .next = data,
               .end = data + source->file.size,
               .line = 1,
               .error = error};
  if (source->file.size >= 3 && !memcmp(data, "\xef\xbb\xbf", 3))
    csv.next += 3;
  csv.line_start = csv.next;
  source->kind = GRADUS_SOURCE_F64;
  source->elements = (uint64_t)(part->last - part->first + 1);
  source->row_bytes = source->elements * sizeof(double);
  if (read_records(&csv, source))
    return -1;
  source->rows = source->owned;
  return 0;
}
