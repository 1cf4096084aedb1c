//===- writer.c - Writing files whole -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/writer.h"
#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

int gradus_writer_open(const char *path, gradus_writer_t *out, gradus_error_t *error) {
  out->fd = -1;
  if (strlen(path) >= sizeof out->path)
    return gradus_fail(error, "%.80s…: the name is too long", path);
  snprintf(out->path, sizeof out->path, "%s", path);
  // A pipe or a device is written to; only files are replaced.
  struct stat status;
  out->temp[0] = 0;
  if (!stat(path, &status) && !S_ISREG(status.st_mode)) {
    // Without O_NONBLOCK a pipe that nobody reads would hold us for ever.
    out->fd = open(path, O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (out->fd >= 0)
      fcntl(out->fd, F_SETFL, O_WRONLY);
    if (out->fd < 0)
      return gradus_fail(error, "cannot write %s: %s", path, strerror(errno));
    return 0;
  }
  snprintf(out->temp, sizeof out->temp, "%s.tmp-%d", path, (int)getpid());
  out->fd = open(out->temp, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (out->fd < 0)
    return gradus_fail(error, "cannot write %s: %s", path, strerror(errno));
  return 0;
}

int gradus_writer_write(gradus_writer_t *writer, const void *data, uint64_t bytes, gradus_error_t *error) {
  const char *p = data;
  while (bytes) {
    ssize_t n = write(writer->fd, p, bytes > 1 << 30 ? 1 << 30 : bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      gradus_fail(error, "cannot write %s: %s", writer->path, n ? strerror(errno) : "no progress");
      gradus_writer_abandon(writer);
      return -1;
    }
    p += n;
    bytes -= (uint64_t)n;
  }
  return 0;
}

/// Makes a new name in a file's folder last; where that cannot be done, it is not.
static void sync_folder(const char *path) {
  char folder[4096];
  snprintf(folder, sizeof folder, "%s", path);
  char *slash = strrchr(folder, '/');
  if (slash)
    slash[slash == folder] = 0;
  int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
}

int gradus_writer_commit(gradus_writer_t *writer, gradus_error_t *error) {
  if (!writer->temp[0]) {
    int fd = writer->fd;
    writer->fd = -1;
    return close(fd) ? gradus_fail(error, "cannot write %s: %s", writer->path, strerror(errno)) : 0;
  }
  bool synced = !fsync(writer->fd);
  int why = errno;
  if (close(writer->fd) && synced) {
    synced = false;
    why = errno;
  }
  writer->fd = -1;
  if (!synced || rename(writer->temp, writer->path)) {
    gradus_fail(error, "cannot write %s: %s", writer->path, strerror(synced ? errno : why));
    gradus_writer_abandon(writer);
    return -1;
  }
  writer->temp[0] = 0;
  sync_folder(writer->path);
  return 0;
}

void gradus_writer_abandon(gradus_writer_t *writer) {
  if (writer->fd >= 0)
    close(writer->fd);
  writer->fd = -1;
  if (writer->temp[0])
    unlink(writer->temp);
  writer->temp[0] = 0;
}

int gradus_write_file(const char *path, const void *data, uint64_t bytes, gradus_error_t *error) {
  gradus_writer_t writer;
  if (gradus_writer_open(path, &writer, error) || gradus_writer_write(&writer, data, bytes, error))
    return -1;
  return gradus_writer_commit(&writer, error);
}
