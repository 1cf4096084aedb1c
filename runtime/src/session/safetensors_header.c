//===- safetensors_header.c - The JSON header of a safetensors file -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The header is a flat object of objects, so a reader of exactly that shape is
// shorter and stricter than a general one.
//
//===----------------------------------------------------------------------===//
#include "session/safetensors_header.h"
#include "base/memory.h"
#include "base/tensor.h"
#include <stdlib.h>
#include <string.h>

/// A cursor over the header.
typedef struct {
  const char *p, *end;
  const char *path;
  gradus_error_t *error;
} json_t;

static int bad(json_t *j, const char *why) {
  return gradus_fail(j->error, "%s: not a valid safetensors file: %s", j->path, why);
}

static void skip_space(json_t *j) {
  while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\n' || *j->p == '\r'))
    ++j->p;
}

/// Takes the next character if it is `c`.
static bool take(json_t *j, char c) {
  skip_space(j);
  if (j->p >= j->end || *j->p != c)
    return false;
  ++j->p;
  return true;
}

/// The character that an escape stands for, or 0 for one that names do not need.
static char unescaped(char c) {
  switch (c) {
  case 'n':
    return '\n';
  case 't':
    return '\t';
  case '"':
  case '\\':
  case '/':
    return c;
  default:
    return 0;
  }
}

/// Copies the string [from, to), unescaped. Null with a message if it is invalid.
static char *copy_string(json_t *j, const char *from, const char *to) {
  char *out = malloc((size_t)(to - from) + 1);
  if (!out) {
    gradus_fail_memory(j->error);
    return NULL;
  }
  size_t length = 0;
  for (const char *s = from; s < to; ++s) {
    char c = *s;
    const char *why = NULL;
    if (c == '\\') {
      c = unescaped(*++s);
      if (!c)
        why = "an escape that names do not need";
    } else if ((unsigned char)c < 0x20 && c != '\n' && c != '\t') {
      why = "a control character in a string";
    }
    if (why) {
      free(out);
      bad(j, why);
      return NULL;
    }
    out[length++] = c;
  }
  out[length] = 0;
  return out;
}

/// Takes a string; the caller frees it. Null with a message if there is none.
static char *take_string(json_t *j) {
  if (!take(j, '"')) {
    bad(j, "a string is missing");
    return NULL;
  }
  const char *start = j->p;
  while (j->p < j->end && *j->p != '"')
    j->p += *j->p == '\\' ? 2 : 1;
  if (j->p >= j->end) {
    bad(j, "a string does not end");
    return NULL;
  }
  return copy_string(j, start, j->p++);
}

/// Takes a number without sign, point or exponent.
static bool take_number(json_t *j, uint64_t *out) {
  skip_space(j);
  const char *start = j->p;
  uint64_t value = 0;
  for (; j->p < j->end && *j->p >= '0' && *j->p <= '9'; ++j->p)
    if (__builtin_mul_overflow(value, 10, &value) || __builtin_add_overflow(value, (uint64_t)(*j->p - '0'), &value))
      return false;
  *out = value;
  return j->p > start && j->p - start < 20;
}

static int parse_dtype(json_t *j, gradus_safetensors_entry_t *entry) {
  char *name = take_string(j);
  if (!name)
    return -1;
  entry->dtype = 0;
  while (entry->dtype < GRADUS_DTYPE_COUNT && strcmp(name, gradus_dtype(entry->dtype)->safetensors))
    ++entry->dtype;
  int rc = 0;
  if (entry->dtype == GRADUS_DTYPE_COUNT)
    rc = gradus_fail(j->error, "%s: tensors of type %.20s are not supported", j->path, name);
  free(name);
  return rc;
}

static int parse_shape(json_t *j, gradus_safetensors_entry_t *entry, uint64_t *out_elements) {
  *out_elements = 1;
  if (!take(j, '['))
    return bad(j, "a shape is not a list");
  while (!take(j, ']')) {
    uint64_t size;
    if (entry->rank == GRADUS_SAFETENSORS_MAX_RANK || (entry->rank && !take(j, ',')) || !take_number(j, &size) ||
        !gradus_mul(*out_elements, size, out_elements))
      return bad(j, "a shape is not a list of at most 16 sizes");
    entry->shape[entry->rank++] = (int64_t)size;
  }
  return 0;
}

static int parse_offsets(json_t *j, gradus_safetensors_entry_t *entry) {
  uint64_t end;
  if (!take(j, '[') || !take_number(j, &entry->offset) || !take(j, ',') || !take_number(j, &end) || !take(j, ']') ||
      end < entry->offset)
    return bad(j, "data_offsets are not [begin, end] with begin <= end");
  entry->bytes = end - entry->offset;
  return 0;
}

/// Parses the object of one tensor, whose three keys come in any order.
static int parse_entry(json_t *j, gradus_safetensors_entry_t *entry) {
  bool dtype = false, shape = false, offsets = false;
  uint64_t elements = 1, expected;
  if (!take(j, '{'))
    return bad(j, "an entry is not an object");
  do {
    char *key = take_string(j);
    if (!key)
      return -1;
    bool is_dtype = !strcmp(key, "dtype") && !dtype, is_shape = !strcmp(key, "shape") && !shape;
    bool is_offsets = !strcmp(key, "data_offsets") && !offsets;
    free(key);
    if (!(is_dtype || is_shape || is_offsets) || !take(j, ':'))
      return bad(j, "an entry has an unknown or repeated key");
    if ((is_dtype && parse_dtype(j, entry)) || (is_shape && parse_shape(j, entry, &elements)) ||
        (is_offsets && parse_offsets(j, entry)))
      return -1;
    dtype |= is_dtype;
    shape |= is_shape;
    offsets |= is_offsets;
  } while (take(j, ','));
  if (!take(j, '}') || !dtype || !shape || !offsets)
    return bad(j, "an entry is incomplete");
  if (!gradus_mul(elements, gradus_dtype(entry->dtype)->bytes, &expected) || expected != entry->bytes)
    return bad(j, "a tensor's size does not match its shape");
  return 0;
}

/// Appends a string and its zero byte to the metadata, of which `*used` bytes are.
static int append_metadata(json_t *j, gradus_safetensors_t *st, size_t *used, const char *text) {
  size_t bytes = strlen(text) + 1;
  char *grown = realloc(st->metadata, *used + bytes + 2);
  if (!grown)
    return gradus_fail_memory(j->error);
  st->metadata = grown;
  memcpy(grown + *used, text, bytes);
  *used += bytes;
  grown[*used] = grown[*used + 1] = 0;
  return 0;
}

static int parse_metadata(json_t *j, gradus_safetensors_t *st) {
  size_t used = 0;
  if (st->metadata)
    return bad(j, "metadata stands twice");
  if (!take(j, '{'))
    return bad(j, "metadata is not an object");
  st->metadata = calloc(1, 2);
  if (!st->metadata)
    return gradus_fail_memory(j->error);
  if (take(j, '}'))
    return 0;
  do {
    for (int part = 0; part < 2; ++part) {
      if (part && !take(j, ':'))
        return bad(j, "a colon is missing");
      char *text = take_string(j);
      if (!text)
        return -1;
      int rc = append_metadata(j, st, &used, text);
      free(text);
      if (rc)
        return -1;
    }
  } while (take(j, ','));
  return take(j, '}') ? 0 : bad(j, "metadata does not end");
}

/// Parses one member of the header: a tensor, or the metadata.
static int parse_member(json_t *j, gradus_safetensors_t *st, uint64_t *room) {
  char *name = take_string(j);
  if (!name)
    return -1;
  if (!take(j, ':')) {
    free(name);
    return bad(j, "a colon is missing");
  }
  if (!strcmp(name, "__metadata__")) {
    free(name);
    return parse_metadata(j, st);
  }
  if (st->count == *room) {
    *room = *room ? 2 * *room : 16;
    gradus_safetensors_entry_t *grown = realloc(st->entries, *room * sizeof *grown);
    if (!grown) {
      free(name);
      return gradus_fail_memory(j->error);
    }
    st->entries = grown;
  }
  gradus_safetensors_entry_t *entry = &st->entries[st->count++];
  memset(entry, 0, sizeof *entry);
  entry->name = name;
  return parse_entry(j, entry);
}

static int by_offset(const void *l, const void *r) {
  const gradus_safetensors_entry_t *a = l, *b = r;
  if (a->offset != b->offset)
    return a->offset < b->offset ? -1 : 1;
  return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}

static int by_name(const void *l, const void *r) {
  return strcmp(((const gradus_safetensors_entry_t *)l)->name, ((const gradus_safetensors_entry_t *)r)->name);
}

/// Checks that the tensors fill the data, each once; leaves them sorted by name.
static int check_entries(json_t *j, gradus_safetensors_t *st) {
  if (st->count)
    qsort(st->entries, st->count, sizeof *st->entries, by_offset);
  uint64_t at = 0;
  for (uint64_t i = 0; i < st->count; ++i) {
    if (st->entries[i].offset != at)
      return bad(j, "tensors overlap or leave holes");
    at += st->entries[i].bytes;
  }
  if (at != st->data_bytes)
    return gradus_fail(j->error, "%s: cut short or too long: the header tells of %llu bytes of data, the file has %llu",
                       j->path, (unsigned long long)at, (unsigned long long)st->data_bytes);
  if (st->count)
    qsort(st->entries, st->count, sizeof *st->entries, by_name);
  for (uint64_t i = 1; i < st->count; ++i)
    if (!strcmp(st->entries[i].name, st->entries[i - 1].name))
      return bad(j, "a name stands twice");
  return 0;
}

int gradus_safetensors_parse_header(const char *path, const char *text, uint64_t length, gradus_safetensors_t *st,
                                    gradus_error_t *error) {
  json_t cursor = {text, text + length, path, error}, *j = &cursor;
  uint64_t room = 0;
  if (!take(j, '{'))
    return bad(j, "the header is not an object");
  if (!take(j, '}')) {
    do {
      if (parse_member(j, st, &room))
        return -1;
    } while (take(j, ','));
    if (!take(j, '}'))
      return bad(j, "the header does not end");
  }
  skip_space(j);
  if (j->p != j->end)
    return bad(j, "text follows the header's object");
  return check_entries(j, st);
}
