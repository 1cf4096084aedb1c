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

/// Doubles the memory of `out`, of `*room` bytes; its size stays.
static bool grow(gradus_file_t *out, uint64_t *room) {
  uint64_t wanted = *room ? *room * 2 : 1 << 20;
  uint8_t *grown = realloc(out->data, wanted);
  if (!grown)
    return false;
  out->data = grown;
  *room = wanted;
  return true;
}

/// Whether another gzip member begins here. What follows the last one, such as
/// zeros of a tape, does not count.
static bool begins_member(const uint8_t *bytes, uint64_t size) { return size > 1 && bytes[0] == 31 && bytes[1] == 139; }

/// Unpacks the members of a .gz file, each with its checksum and length. The caller
/// ends `stream`, which is for gzip only.
static int unpack_all(const char *path, const uint8_t *packed, uint64_t size, z_stream *stream, gradus_file_t *out,
                      gradus_error_t *error) {
  static const uint64_t kMaxPart = 1 << 20;
  const uint8_t *end = packed + size;
  uint64_t room = 0;
  stream->next_in = (z_const Bytef *)packed;
  while (true) {
    if (out->size == room && !grow(out, &room))
      return unpack_error(path, "out of memory", out, error);
    uint64_t left = (uint64_t)(end - stream->next_in), free_bytes = room - out->size;
    stream->avail_in = (unsigned)(left < kMaxPart ? left : kMaxPart);
    unsigned part = (unsigned)(free_bytes < kMaxPart ? free_bytes : kMaxPart);
    stream->avail_out = part;
    stream->next_out = out->data + out->size;
    int rc = inflate(stream, Z_NO_FLUSH);
    out->size += part - stream->avail_out;
    if (out->size > kMaxUnpacked)
      return unpack_error(path, "unpacks to more than 8 GiB", out, error);
    if (rc == Z_STREAM_END) {
      if (!begins_member(stream->next_in, (uint64_t)(end - stream->next_in)))
        return 0;
      rc = inflateReset(stream);
    } else if (stream->next_in == end && stream->avail_out) {
      rc = rc == Z_OK ? Z_BUF_ERROR : rc; // all is read, and the end has not come
    } else if (rc == Z_BUF_ERROR) {
      rc = Z_OK; // wants more room
    }
    if (rc == Z_BUF_ERROR)
      return unpack_error(path, "the compressed file is cut short", out, error);
    if (rc != Z_OK)
      return unpack_error(path, rc == Z_MEM_ERROR ? "out of memory" : "not a valid .gz file", out, error);
  }
}

int gradus_file_unpack(const char *path, const uint8_t *packed, uint64_t size, gradus_file_t *out,
                       gradus_error_t *error) {
  memset(out, 0, sizeof *out);
  z_stream stream = {0};
  if (inflateInit2(&stream, MAX_WBITS + 16) != Z_OK) // 16: gzip, with its trailer checked
    return gradus_fail(error, "%s: out of memory", path);
  int rc = unpack_all(path, packed, size, &stream, out, error);
  inflateEnd(&stream);
  return rc;
}

/// Maps a file of at least one byte.
static int map(int fd, uint64_t size, const char *path, gradus_file_t *out, gradus_error_t *error) {
  out->data = mmap(NULL, size, PROT_READ, MAP_PRIVATE, fd, 0);
  if (out->data == MAP_FAILED) {
    out->data = NULL;
    return gradus_fail(error, "%s: %s", path, strerror(errno));
  }
  out->size = size;
  out->mapped = true;
  return 0;
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
  else if (status.st_size > 0)
    rc = map(fd, (uint64_t)status.st_size, path, out, error);
  if (!rc && ends_with(path, ".gz")) {
    gradus_file_t packed = *out;
    rc = gradus_file_unpack(path, packed.data, packed.size, out, error);
    gradus_file_close(&packed);
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
