/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* safetensors.c - Reading and writing weights and checkpoints. */
#include "safetensors.h"
#include <stdlib.h>
#include <string.h>

static const uint64_t kMaxHeader = 100000000; /* the format's own limit */

/* A cursor over the JSON header. The header is a flat object of objects, so a
 * reader of exactly that shape is shorter and stricter than a general one. */
typedef struct {
  const char *p, *end;
  const char *path;
  gradus_error_t *error;
} json_t;

static int bad(json_t *j, const char *why) {
  return gradus_fail(j->error, "%s: not a valid safetensors file: %s", j->path, why);
}
static void space(json_t *j) {
  while (j->p < j->end && (*j->p == ' ' || *j->p == '\t' || *j->p == '\n' || *j->p == '\r'))
    ++j->p;
}
static bool take(json_t *j, char c) {
  space(j);
  if (j->p >= j->end || *j->p != c)
    return false;
  ++j->p;
  return true;
}

/* A string, unescaped; the caller frees it. */
static char *string(json_t *j) {
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
  char *out = malloc(j->p - start + 1), *o = out;
  for (const char *s = start; out && s < j->p; ++s) {
    unsigned char c = *s;
    if (c == '\\') {
      c = *++s;
      if (c == 'n')
        c = '\n';
      else if (c == 't')
        c = '\t';
      else if (c != '"' && c != '\\' && c != '/') {
        free(out);
        bad(j, "an escape that names do not need");
        return NULL;
      }
    }
    if (c < 0x20 && c != '\n' && c != '\t') {
      free(out);
      bad(j, "a control character in a string");
      return NULL;
    }
    *o++ = (char)c;
  }
  ++j->p;
  if (out)
    *o = 0;
  return out;
}

static bool number(json_t *j, uint64_t *out) {
  space(j);
  const char *start = j->p;
  uint64_t v = 0;
  while (j->p < j->end && *j->p >= '0' && *j->p <= '9')
    if (__builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *j->p++ - '0', &v))
      return false;
  *out = v;
  return j->p > start && j->p - start < 20;
}

static int parse_entry(json_t *j, gradus_st_entry_t *e) {
  bool dtype = false, shape = false, offsets = false;
  uint64_t begin = 0, end = 0, elements = 1;
  if (!take(j, '{'))
    return bad(j, "an entry is not an object");
  do {
    char *key = string(j);
    if (!key)
      return -1;
    char k = !strcmp(key, "dtype") && !dtype            ? 'd'
             : !strcmp(key, "shape") && !shape          ? 's'
             : !strcmp(key, "data_offsets") && !offsets ? 'o'
                                                        : 0;
    free(key);
    if (!k || !take(j, ':'))
      return bad(j, "an entry has an unknown or repeated key");
    if (k == 'd') {
      char *name = string(j);
      if (!name)
        return -1;
      e->dtype = !strcmp(name, "F32")   ? GRADUS_F32
                 : !strcmp(name, "F64") ? GRADUS_F64
                 : !strcmp(name, "I32") ? GRADUS_I32
                 : !strcmp(name, "I64") ? GRADUS_I64
                                        : 99;
      if (e->dtype == 99)
        gradus_fail(j->error, "%s: tensors of type %.20s are not supported", j->path, name);
      free(name);
      if (e->dtype == 99)
        return -1;
      dtype = true;
    } else if (k == 's') {
      if (!take(j, '['))
        return bad(j, "a shape is not a list");
      while (!take(j, ']')) {
        uint64_t size;
        if (e->rank == 16 || (e->rank && !take(j, ',')) || !number(j, &size) || !gradus_mul(elements, size, &elements))
          return bad(j, "a shape makes no sense");
        e->shape[e->rank++] = (int64_t)size;
      }
      shape = true;
    } else {
      if (!take(j, '[') || !number(j, &begin) || !take(j, ',') || !number(j, &end) || !take(j, ']') || end < begin)
        return bad(j, "data_offsets make no sense");
      offsets = true;
    }
  } while (take(j, ','));
  if (!take(j, '}') || !dtype || !shape || !offsets)
    return bad(j, "an entry is incomplete");
  e->offset = begin;
  e->bytes = end - begin;
  uint64_t expected;
  if (!gradus_mul(elements, gradus_dtype_bytes(e->dtype), &expected) || expected != e->bytes)
    return bad(j, "a tensor's size does not match its shape");
  return 0;
}

static int parse_metadata(json_t *j, gradus_st_t *st) {
  size_t used = 0;
  if (st->metadata)
    return bad(j, "metadata stands twice");
  if (!take(j, '{'))
    return bad(j, "metadata is not an object");
  st->metadata = calloc(1, 2);
  if (take(j, '}'))
    return 0;
  do {
    for (int part = 0; part < 2; ++part) {
      if (part && !take(j, ':'))
        return bad(j, "a colon is missing");
      char *text = string(j);
      if (!text)
        return -1;
      size_t n = strlen(text) + 1;
      char *grown = realloc(st->metadata, used + n + 2);
      if (grown) {
        st->metadata = grown;
        memcpy(grown + used, text, n);
        used += n;
        grown[used] = grown[used + 1] = 0;
      }
      free(text);
    }
  } while (take(j, ','));
  return take(j, '}') ? 0 : bad(j, "metadata does not end");
}

static int by_offset(const void *l, const void *r) {
  const gradus_st_entry_t *a = l, *b = r;
  if (a->offset != b->offset)
    return a->offset < b->offset ? -1 : 1;
  return a->bytes < b->bytes ? -1 : a->bytes > b->bytes;
}
static int by_name(const void *l, const void *r) {
  return strcmp(((const gradus_st_entry_t *)l)->name, ((const gradus_st_entry_t *)r)->name);
}

static int parse(gradus_st_t *st, json_t *j) {
  uint64_t room = 0;
  if (!take(j, '{'))
    return bad(j, "the header is not an object");
  if (!take(j, '}')) {
    do {
      char *name = string(j);
      if (!name)
        return -1;
      if (!take(j, ':')) {
        free(name);
        return bad(j, "a colon is missing");
      }
      if (!strcmp(name, "__metadata__")) {
        free(name);
        if (parse_metadata(j, st))
          return -1;
        continue;
      }
      if (st->count == room) {
        room = room ? 2 * room : 16;
        gradus_st_entry_t *grown = realloc(st->entries, room * sizeof *grown);
        if (!grown) {
          free(name);
          return bad(j, "out of memory");
        }
        st->entries = grown;
      }
      gradus_st_entry_t *e = &st->entries[st->count++];
      memset(e, 0, sizeof *e);
      e->name = name;
      if (parse_entry(j, e))
        return -1;
    } while (take(j, ','));
    if (!take(j, '}'))
      return bad(j, "the header does not end");
  }
  space(j);
  if (j->p != j->end)
    return bad(j, "text follows the header's object");
  /* No holes, no overlap, nothing behind the last tensor. */
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

int gradus_st_open(const char *path, gradus_st_t *out, gradus_error_t *error) {
  memset(out, 0, sizeof *out);
  if (gradus_file_open(path, &out->file, error))
    return -1;
  json_t j = {NULL, NULL, path, error};
  uint64_t header = 0;
  int rc = -1;
  if (out->file.size < 8) {
    bad(&j, "shorter than its own header");
  } else {
    memcpy(&header, out->file.data, 8);
    if (header > kMaxHeader || header > out->file.size - 8) {
      bad(&j, "the header is longer than the file");
    } else {
      j.p = (const char *)out->file.data + 8;
      j.end = j.p + header;
      out->data = out->file.data + 8 + header;
      out->data_bytes = out->file.size - 8 - header;
      rc = parse(out, &j);
    }
  }
  if (rc)
    gradus_st_close(out);
  return rc;
}

void gradus_st_close(gradus_st_t *st) {
  for (uint64_t i = 0; i < st->count; ++i)
    free(st->entries[i].name);
  free(st->entries);
  free(st->metadata);
  gradus_file_close(&st->file);
  memset(st, 0, sizeof *st);
}

const gradus_st_entry_t *gradus_st_find(const gradus_st_t *st, const char *name) {
  gradus_st_entry_t key = {.name = (char *)name};
  return st->count ? bsearch(&key, st->entries, st->count, sizeof key, by_name) : NULL;
}

const char *gradus_st_meta(const gradus_st_t *st, const char *key) {
  for (const char *p = st->metadata; p && *p;) {
    const char *value = p + strlen(p) + 1;
    if (!strcmp(p, key))
      return value;
    p = value + strlen(value) + 1;
  }
  return NULL;
}

int gradus_st_write(const char *path, const gradus_st_item_t *items, uint64_t count, const char *const *metadata,
                    gradus_error_t *error) {
  static const char *const names[] = {"F32", "F64", "I32", "I64"};
  char *header = NULL, digest[65];
  size_t size = 0;
  gradus_sha256_t sha;
  gradus_sha256_init(&sha);
  for (const char *const *m = metadata; m && *m; ++m)
    gradus_sha256_add(&sha, *m, strlen(*m) + 1);
  for (uint64_t i = 0; i < count; ++i)
    gradus_sha256_add(&sha, items[i].data, items[i].tensor->bytes);
  gradus_sha256_hex(&sha, digest);
  FILE *out = open_memstream(&header, &size);
  if (!out)
    return gradus_fail(error, "cannot write %s: out of memory", path);
  fputs("{\"__metadata__\":{", out);
  for (; metadata && *metadata; metadata += 2) {
    gradus_json_string(out, metadata[0]);
    fputc(':', out);
    gradus_json_string(out, metadata[1]);
    fputc(',', out);
  }
  fprintf(out, "\"digest\":\"%s\"}", digest);
  uint64_t offset = 0;
  for (uint64_t i = 0; i < count; ++i) {
    const gradus_tensor_t *t = items[i].tensor;
    fputc(',', out);
    gradus_json_string(out, t->name);
    fprintf(out, ":{\"dtype\":\"%s\",\"shape\":[", names[t->dtype]);
    for (uint64_t d = 0; d < t->rank; ++d)
      fprintf(out, "%s%lld", d ? "," : "", (long long)t->shape[d]);
    fprintf(out, "],\"data_offsets\":[%llu,%llu]}", (unsigned long long)offset,
            (unsigned long long)(offset + t->bytes));
    offset += t->bytes;
  }
  fputc('}', out);
  fflush(out);
  while (size % 8) {
    fputc(' ', out);
    fflush(out);
  }
  fclose(out);
  gradus_writer_t w;
  uint64_t length = size;
  int rc = gradus_writer_open(path, &w, error);
  if (!rc)
    rc = gradus_writer_write(&w, &length, 8, error);
  if (!rc)
    rc = gradus_writer_write(&w, header, size, error);
  for (uint64_t i = 0; !rc && i < count; ++i)
    rc = gradus_writer_write(&w, items[i].data, items[i].tensor->bytes, error);
  if (!rc)
    rc = gradus_writer_commit(&w, error);
  free(header);
  return rc;
}

int gradus_st_verify(const gradus_st_t *st, const char *path, gradus_error_t *error) {
  const char *expected = gradus_st_meta(st, "digest");
  if (!expected)
    return 0; /* written by somebody else */
  char digest[65];
  gradus_sha256_t sha;
  gradus_sha256_init(&sha);
  for (const char *p = st->metadata; *p;) {
    const char *value = p + strlen(p) + 1, *next = value + strlen(value) + 1;
    if (strcmp(p, "digest"))
      gradus_sha256_add(&sha, p, next - p);
    p = next;
  }
  gradus_sha256_add(&sha, st->data, st->data_bytes);
  gradus_sha256_hex(&sha, digest);
  if (strcmp(digest, expected))
    return gradus_fail(error, "%s: damaged: it does not have the digest it was written with", path);
  return 0;
}
