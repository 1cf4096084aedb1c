//===- safetensors.c - Files of weights and checkpoints -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "session/safetensors.h"
#include "base/json.h"
#include "base/sha256.h"
#include "base/tensor.h"
#include "base/writer.h"
#include "session/safetensors_header.h"
#include <stdlib.h>
#include <string.h>

static const uint64_t kMaxHeader = 100000000; // the format's own limit

int gradus_safetensors_parse(const char *path, gradus_safetensors_t *st, gradus_error_t *error) {
  uint64_t length;
  if (st->file.size < sizeof length)
    return gradus_fail(error, "%s: not a valid safetensors file: shorter than its own header", path);
  memcpy(&length, st->file.data, sizeof length);
  if (length > kMaxHeader || length > st->file.size - sizeof length)
    return gradus_fail(error, "%s: not a valid safetensors file: the header is longer than the file", path);
  const uint8_t *header = st->file.data + sizeof length;
  st->data = header + length;
  st->data_bytes = st->file.size - sizeof length - length;
  return gradus_safetensors_parse_header(path, (const char *)header, length, st, error);
}

int gradus_safetensors_open(const char *path, gradus_safetensors_t *out, gradus_error_t *error) {
  memset(out, 0, sizeof *out);
  if (gradus_file_open(path, &out->file, error))
    return -1;
  int rc = gradus_safetensors_parse(path, out, error);
  if (rc)
    gradus_safetensors_close(out);
  return rc;
}

void gradus_safetensors_close(gradus_safetensors_t *st) {
  for (uint64_t i = 0; i < st->count; ++i)
    free(st->entries[i].name);
  free(st->entries);
  free(st->metadata);
  gradus_file_close(&st->file);
  memset(st, 0, sizeof *st);
}

static int compare_name(const void *name, const void *entry) {
  return strcmp(name, ((const gradus_safetensors_entry_t *)entry)->name);
}

const gradus_safetensors_entry_t *gradus_safetensors_find(const gradus_safetensors_t *st, const char *name) {
  return st->count ? bsearch(name, st->entries, st->count, sizeof *st->entries, compare_name) : NULL;
}

const char *gradus_safetensors_meta(const gradus_safetensors_t *st, const char *key) {
  for (const char *p = st->metadata; p && *p;) {
    const char *value = p + strlen(p) + 1;
    if (!strcmp(p, key))
      return value;
    p = value + strlen(value) + 1;
  }
  return NULL;
}

static void digest_items(const gradus_safetensors_item_t *items, uint64_t count, const char *const *metadata,
                         char out[65]) {
  gradus_sha256_t sha;
  gradus_sha256_init(&sha);
  for (const char *const *text = metadata; text && *text; ++text)
    gradus_sha256_add(&sha, *text, strlen(*text) + 1);
  for (uint64_t i = 0; i < count; ++i)
    gradus_sha256_add(&sha, items[i].data, items[i].tensor->bytes);
  gradus_sha256_hex(&sha, out);
}

/// Prints the header's JSON.
static void print_header(FILE *out, const gradus_safetensors_item_t *items, uint64_t count,
                         const char *const *metadata) {
  char digest[65];
  digest_items(items, count, metadata, digest);
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
    const gradus_tensor_t *tensor = items[i].tensor;
    fputc(',', out);
    gradus_json_string(out, tensor->name);
    fprintf(out, ":{\"dtype\":\"%s\",\"shape\":[", gradus_dtype(tensor->dtype)->safetensors);
    for (uint64_t d = 0; d < tensor->rank; ++d)
      fprintf(out, "%s%lld", d ? "," : "", (long long)tensor->shape[d]);
    fprintf(out, "],\"data_offsets\":[%llu,%llu]}", (unsigned long long)offset,
            (unsigned long long)(offset + tensor->bytes));
    offset += tensor->bytes;
  }
  fputc('}', out);
}

int gradus_safetensors_write(const char *path, const gradus_safetensors_item_t *items, uint64_t count,
                             const char *const *metadata, gradus_error_t *error) {
  char *header = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&header, &size);
  if (!out)
    return gradus_fail(error, "cannot write %s: out of memory", path);
  print_header(out, items, count, metadata);
  fflush(out);
  for (size_t end = (size + 7) / 8 * 8, at = size; at < end; ++at) // the data begins at a multiple of 8
    fputc(' ', out);
  bool failed = ferror(out);
  if (fclose(out) || failed) {
    free(header);
    return gradus_fail(error, "cannot write %s: out of memory", path);
  }
  gradus_writer_t writer;
  uint64_t length = size;
  int rc = gradus_writer_open(path, &writer, error);
  if (!rc)
    rc = gradus_writer_write(&writer, &length, sizeof length, error);
  if (!rc)
    rc = gradus_writer_write(&writer, header, size, error);
  for (uint64_t i = 0; !rc && i < count; ++i)
    rc = gradus_writer_write(&writer, items[i].data, items[i].tensor->bytes, error);
  if (!rc)
    rc = gradus_writer_commit(&writer, error);
  free(header);
  return rc;
}

int gradus_safetensors_verify(const gradus_safetensors_t *st, const char *path, gradus_error_t *error) {
  const char *expected = gradus_safetensors_meta(st, "digest");
  if (!expected)
    return 0; // written by somebody else
  char digest[65];
  gradus_sha256_t sha;
  gradus_sha256_init(&sha);
  for (const char *key = st->metadata; *key;) {
    const char *value = key + strlen(key) + 1, *next = value + strlen(value) + 1;
    if (strcmp(key, "digest"))
      gradus_sha256_add(&sha, key, (uint64_t)(next - key));
    key = next;
  }
  gradus_sha256_add(&sha, st->data, st->data_bytes);
  gradus_sha256_hex(&sha, digest);
  if (strcmp(digest, expected))
    return gradus_fail(error, "%s: damaged: it does not have the digest it was written with", path);
  return 0;
}
