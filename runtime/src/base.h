/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* base.h - errors, memory, files, JSON text. */
#ifndef GRADUS_BASE_H
#define GRADUS_BASE_H

#include "gradus/runtime.h"
#include <stdbool.h>
#include <stdio.h>

/** Writes a message; returns -1, so that callers can `return gradus_fail(…)`. */
int gradus_fail(gradus_error_t *error, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Zeroed memory on a 64-byte boundary, or null with a message. Freed with free(). */
void *gradus_alloc(uint64_t bytes, gradus_error_t *error);

/** Checked products of sizes: false on overflow or beyond 2^46. */
bool gradus_mul(uint64_t a, uint64_t b, uint64_t *out);

/** A file's bytes, unpacked if the name ends in .gz. */
typedef struct {
  uint8_t *data;
  uint64_t size;
  bool mapped;
} gradus_file_t;
/** Opens a regular file, read-only. The caller closes |out|. */
int gradus_file_open(const char *path, gradus_file_t *out, gradus_error_t *error);
/** The same for `folder`/`name`, or `name`.gz beside it where `name` is missing.
 * The name cannot lead out of the folder. |out_path| gets what was opened. */
int gradus_file_open_in(const char *folder, const char *name, gradus_file_t *out, char *out_path, size_t path_bytes,
                        gradus_error_t *error);
void gradus_file_close(gradus_file_t *file);

/** Writes a whole file: to a temporary name, synced, renamed, folder synced. On
 * failure whatever was there before is there still. */
typedef struct {
  int fd;
  char temp[4200], path[4096];
} gradus_writer_t;
int gradus_writer_open(const char *path, gradus_writer_t *out, gradus_error_t *error);
int gradus_writer_write(gradus_writer_t *writer, const void *data, uint64_t bytes, gradus_error_t *error);
int gradus_writer_commit(gradus_writer_t *writer, gradus_error_t *error);
void gradus_writer_abandon(gradus_writer_t *writer);

/** Prints a string with JSON's escapes and quotes. */
void gradus_json_string(FILE *out, const char *text);
/** Prints a number so that it reads back the same; NaN and infinities as null. */
void gradus_json_number(FILE *out, double v, bool single);

uint64_t gradus_dtype_bytes(uint64_t dtype);
/** Elements of one sample: the shape without its first dimension. */
uint64_t gradus_sample_elements(const gradus_tensor_t *tensor);
uint64_t gradus_elements(const gradus_tensor_t *tensor);

/** Seconds since some fixed moment. */
double gradus_seconds(void);

/** SHA-256 of some bytes; 65 characters with the terminator. */
typedef struct {
  uint32_t h[8];
  uint8_t block[64];
  uint64_t length;
} gradus_sha256_t;
void gradus_sha256_init(gradus_sha256_t *s);
void gradus_sha256_add(gradus_sha256_t *s, const void *data, uint64_t bytes);
void gradus_sha256_hex(gradus_sha256_t *s, char out[65]);

/** Philox4x32-10 (Salmon et al., SC'11): four words from counter and key. */
void gradus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]);
/** A parameter's initial values: stream chosen by its name, so that other
 * parameters do not change it. */
void gradus_initialize(const gradus_variable_t *variable, uint64_t seed, void *out);
/** A permutation of 0…count-1, by seed and epoch (Fisher and Yates). */
void gradus_shuffle(uint32_t *order, uint64_t count, uint64_t seed, uint64_t epoch);

#endif
