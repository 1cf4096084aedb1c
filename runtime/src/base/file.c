//===- file.c - Reading files ---------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/file.h"
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>

/// No file unpacks to more; a small one must not take the machine's memory.
static const uint64_t kMaxUnpacked = (uint64_t)1 << 33;

static bool ends_with(const char *text, const char *suffix) {
  size_t length = strlen(text), end = strlen(suffix);
  return length >= end && !strcmp(text + length - end, suffix);
}

/// Frees what has been unpacked, and fails.
static int unpack_error(const char *path, const char *what, gradus_file_t *out, gradus_error_t *error) {
  free(out->data);
  out->data = NULL;
  out->size = 0;
  return gradus_fail(error, "%s: %s", path, what);
}

/// Reads all that `gz` holds. The caller closes `gz`.
static int unpack_all(const char *path, gzFile gz, gradus_file_t *out, gradus_error_t *error) {
  uint64_t room = 1 << 20;
  out->data = malloc(room);
  out->size = 0;
  while (out->data) {
    int n = gzread(gz, out->data + out->size, room - out->size > 1 << 20 ? 1 << 20 : (unsigned)(room - out->size));
    if (n < 0 || (n == 0 && !gzeof(gz)))
      return unpack_error(path, "not a valid .gz file", out, error);
    if (n == 0)
      return 0;
    out->size += (uint64_t)n;
    if (out->size > kMaxUnpacked)
      return unpack_error(path, "unpacks to more than 8 GiB", out, error);
    if (out->size == room) {
      room *= 2;
      uint8_t *grown = realloc(out->data, room);
      if (!grown)
        break;
      out->data = grown;
    }
  }
  return unpack_error(path, "out of memory", out, error);
}

static int unpack(const char *path, int fd, gradus_file_t *out, gradus_error_t *error) {
  int copy = dup(fd);
  gzFile gz = copy < 0 ? NULL : gzdopen(copy, "rb");
  if (!gz) {
    if (copy >= 0)
      close(copy);
    return gradus_fail(error, "%s: out of memory", path);
  }
  int rc = unpack_all(path, gz, out, error);
  if (gzclose_r(gz) != Z_OK && !rc)
    return unpack_error(path, "the compressed file is cut short", out, error);
  return rc;
}

/// Maps or unpacks a file that has been opened, and closes it.
static int open_fd(int fd, const char *path, gradus_file_t *out, gradus_error_t *error) {
  memset(out, 0, sizeof *out);
  struct stat status;
  int rc = 0;
  if (fstat(fd, &status))
    rc = gradus_fail(error, "%s: %s", path, strerror(errno));
  else if (!S_ISREG(status.st_mode))
    rc = gradus_fail(error, "%s: not a regular file", path);
  else if (ends_with(path, ".gz"))
    rc = unpack(path, fd, out, error);
  else if (status.st_size > 0) {
    out->size = (uint64_t)status.st_size;
    out->data = mmap(NULL, out->size, PROT_READ, MAP_PRIVATE, fd, 0);
    out->mapped = true;
    if (out->data == MAP_FAILED) {
      memset(out, 0, sizeof *out);
      rc = gradus_fail(error, "%s: %s", path, strerror(errno));
    }
  }
  close(fd);
  return rc;
}

int gradus_file_open(const char *path, gradus_file_t *out, gradus_error_t *error) {
  int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
  if (fd < 0)
    return gradus_fail(error, "%s: %s", path, strerror(errno));
  return open_fd(fd, path, out, error);
}

int gradus_file_open_in(const char *folder, const char *name, gradus_file_t *out, char *out_path, size_t path_bytes,
                        gradus_error_t *error) {
  struct stat status;
  if (stat(folder, &status))
    return gradus_fail(error, "%s: %s; --data names the folder that holds the data files", folder, strerror(errno));
  if (!S_ISDIR(status.st_mode))
    return gradus_fail(error, "%s: not a folder; --data names the folder that holds the data files", folder);
  if (name[0] == '/' || strstr(name, ".."))
    return gradus_fail(error, "'%s' leaves the data folder", name);
  for (int packed = 0; packed < 2; ++packed) {
    snprintf(out_path, path_bytes, "%s/%s%s", folder, name, packed ? ".gz" : "");
    int fd = open(out_path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd >= 0)
      return open_fd(fd, out_path, out, error);
    if (errno != ENOENT)
      return gradus_fail(error, "%s: %s", out_path, strerror(errno));
  }
  return gradus_fail(error, "%s/%s: neither this file nor %s.gz is there; --data names the folder that holds it",
                     folder, name, name);
}

void gradus_file_close(gradus_file_t *file) {
  if (file->mapped && file->data)
    munmap(file->data, file->size);
  else
    free(file->data);
  memset(file, 0, sizeof *file);
}
