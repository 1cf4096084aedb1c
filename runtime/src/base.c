/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* base.c - errors, memory, files, JSON text. */
#include "base.h"
#include <errno.h>
#include <fcntl.h>
#include <math.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>
#include <zlib.h>

/* No input needs more; a lying header must not take the machine's memory. */
static const uint64_t kMaxBytes = (uint64_t)1 << 46;
static const uint64_t kMaxUnpacked = (uint64_t)1 << 33;

int gradus_fail(gradus_error_t *error, const char *format, ...) {
  va_list args;
  va_start(args, format);
  vsnprintf(error->text, sizeof error->text, format, args);
  va_end(args);
  return -1;
}

void *gradus_alloc(uint64_t bytes, gradus_error_t *error) {
  void *p = NULL;
  if (bytes > kMaxBytes || posix_memalign(&p, 64, bytes ? (bytes + 63) / 64 * 64 : 64)) {
    gradus_fail(error, "out of memory: %.1f MiB could not be had; a smaller batch needs less", bytes / 1048576.0);
    return NULL;
  }
  memset(p, 0, bytes);
  return p;
}

bool gradus_mul(uint64_t a, uint64_t b, uint64_t *out) {
  return !__builtin_mul_overflow(a, b, out) && *out <= kMaxBytes;
}

static bool ends_with(const char *text, const char *suffix) {
  size_t n = strlen(text), m = strlen(suffix);
  return n >= m && !strcmp(text + n - m, suffix);
}

static int unpack(const char *path, int fd, gradus_file_t *out, gradus_error_t *error) {
  gzFile gz = gzdopen(dup(fd), "rb");
  if (!gz)
    return gradus_fail(error, "%s: out of memory", path);
  uint64_t room = 1 << 20;
  out->data = malloc(room);
  out->size = 0;
  while (out->data) {
    int n = gzread(gz, out->data + out->size, room - out->size > 1 << 20 ? 1 << 20 : (unsigned)(room - out->size));
    if (n < 0 || (n == 0 && !gzeof(gz)))
      break;
    if (n == 0) {
      int rc = gzclose_r(gz);
      if (rc == Z_OK)
        return 0;
      free(out->data);
      out->data = NULL;
      return gradus_fail(error, "%s: the compressed file is cut short", path);
    }
    out->size += n;
    if (out->size > kMaxUnpacked) {
      gzclose_r(gz);
      free(out->data);
      out->data = NULL;
      return gradus_fail(error, "%s: unpacks to more than 8 GiB", path);
    }
    if (out->size == room) {
      room *= 2;
      uint8_t *grown = realloc(out->data, room);
      if (!grown)
        break;
      out->data = grown;
    }
  }
  free(out->data);
  out->data = NULL;
  gzclose_r(gz);
  return gradus_fail(error, "%s: not a valid .gz file", path);
}

static int open_fd(int fd, const char *path, gradus_file_t *out, gradus_error_t *error) {
  memset(out, 0, sizeof *out);
  struct stat st;
  int rc = 0;
  if (fstat(fd, &st))
    rc = gradus_fail(error, "%s: %s", path, strerror(errno));
  else if (!S_ISREG(st.st_mode))
    rc = gradus_fail(error, "%s: not a regular file", path);
  else if (ends_with(path, ".gz"))
    rc = unpack(path, fd, out, error);
  else if (st.st_size > 0) {
    out->size = st.st_size;
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
  struct stat st;
  if (stat(folder, &st))
    return gradus_fail(error, "%s: %s; --data names the folder that holds the data files", folder, strerror(errno));
  if (!S_ISDIR(st.st_mode))
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

int gradus_writer_open(const char *path, gradus_writer_t *out, gradus_error_t *error) {
  out->fd = -1;
  if (strlen(path) >= sizeof out->path)
    return gradus_fail(error, "%s: the name is too long", path);
  snprintf(out->path, sizeof out->path, "%s", path);
  /* A pipe or a device is written to; only files are replaced. */
  struct stat st;
  out->temp[0] = 0;
  if (!stat(path, &st) && !S_ISREG(st.st_mode)) {
    /* Without O_NONBLOCK a pipe that nobody reads would hold us for ever. */
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

int gradus_writer_write(gradus_writer_t *w, const void *data, uint64_t bytes, gradus_error_t *error) {
  const char *p = data;
  while (bytes) {
    ssize_t n = write(w->fd, p, bytes > 1 << 30 ? 1 << 30 : bytes);
    if (n < 0 && errno == EINTR)
      continue;
    if (n <= 0) {
      gradus_fail(error, "cannot write %s: %s", w->path, n ? strerror(errno) : "no progress");
      gradus_writer_abandon(w);
      return -1;
    }
    p += n;
    bytes -= n;
  }
  return 0;
}

int gradus_writer_commit(gradus_writer_t *w, gradus_error_t *error) {
  if (!w->temp[0]) {
    int fd = w->fd;
    w->fd = -1;
    return close(fd) ? gradus_fail(error, "cannot write %s: %s", w->path, strerror(errno)) : 0;
  }
  if (fsync(w->fd) || close(w->fd)) {
    gradus_fail(error, "cannot write %s: %s", w->path, strerror(errno));
    gradus_writer_abandon(w);
    return -1;
  }
  w->fd = -1;
  if (rename(w->temp, w->path)) {
    gradus_fail(error, "cannot write %s: %s", w->path, strerror(errno));
    unlink(w->temp);
    return -1;
  }
  char folder[4096];
  snprintf(folder, sizeof folder, "%s", w->path);
  char *slash = strrchr(folder, '/');
  if (slash)
    slash[slash == folder] = 0;
  int fd = open(slash ? folder : ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  if (fd >= 0) {
    fsync(fd);
    close(fd);
  }
  return 0;
}

void gradus_writer_abandon(gradus_writer_t *w) {
  if (w->fd >= 0)
    close(w->fd);
  w->fd = -1;
  if (w->temp[0])
    unlink(w->temp);
}

void gradus_json_string(FILE *out, const char *text) {
  fputc('"', out);
  for (const unsigned char *p = (const unsigned char *)text; *p; ++p) {
    if (*p == '"' || *p == '\\')
      fprintf(out, "\\%c", *p);
    else if (*p < 0x20)
      fprintf(out, "\\u%04x", *p);
    else
      fputc(*p, out);
  }
  fputc('"', out);
}

void gradus_json_number(FILE *out, double v, bool single) {
  if (!isfinite(v)) {
    fputs("null", out);
    return;
  }
  char text[40];
  for (int digits = single ? 6 : 15; digits <= 17; ++digits) {
    snprintf(text, sizeof text, "%.*g", digits, v);
    if (single ? strtof(text, NULL) == (float)v : strtod(text, NULL) == v)
      break;
  }
  fputs(text, out);
}

uint64_t gradus_dtype_bytes(uint64_t dtype) { return dtype == GRADUS_F64 || dtype == GRADUS_I64 ? 8 : 4; }

uint64_t gradus_elements(const gradus_tensor_t *tensor) {
  uint64_t n = 1;
  for (uint64_t i = 0; i < tensor->rank; ++i)
    n *= tensor->shape[i];
  return n;
}

uint64_t gradus_sample_elements(const gradus_tensor_t *tensor) {
  return tensor->rank ? gradus_elements(tensor) / tensor->shape[0] : 1;
}

double gradus_seconds(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}
