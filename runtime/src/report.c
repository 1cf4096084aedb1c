/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* report.c - What people see: progress, plots, tables. */
#include "report.h"
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

const char *gradus_human_bytes(double bytes, char *out) {
  static const char *const units[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  int u = 0;
  for (; bytes >= 1024 && u < 4; ++u)
    bytes /= 1024;
  snprintf(out, 32, u ? "%.1f %s" : "%.0f %s", bytes, units[u]);
  return out;
}

const char *gradus_human_count(double n, char *out) {
  static const char *const units[] = {"", "k", "M", "G", "T"};
  int u = 0;
  for (; n >= 1000 && u < 4; ++u)
    n /= 1000;
  snprintf(out, 32, u ? "%.1f%s" : "%.0f%s", n, units[u]);
  return out;
}

void gradus_progress_begin(gradus_progress_t *p, uint64_t step, bool quiet) {
  memset(p, 0, sizeof *p);
  p->terminal = isatty(STDERR_FILENO);
  p->quiet = quiet;
  p->start = p->last_paint = gradus_seconds();
  p->first_step = step;
}

void gradus_progress_step(gradus_progress_t *p, uint64_t step, uint64_t steps, uint64_t per_epoch, int64_t batch,
                          double loss) {
  if (p->quiet)
    return;
  p->sum += loss;
  loss = p->sum / (double)++p->count;
  bool last = step == steps, epoch_end = per_epoch && step % per_epoch == 0;
  if (epoch_end) {
    p->sum = 0;
    p->count = 0;
  }
  double now = gradus_seconds();
  if (!last && !epoch_end && now - p->last_paint < (p->terminal ? 0.1 : 5))
    return;
  p->last_paint = now;
  double seconds = now - p->start, rate = (double)(step - p->first_step) / (seconds > 0 ? seconds : 1e-9);
  int eta = rate > 0 ? (int)((double)(steps - step) / rate + 0.5) : 0;
  uint64_t in_epoch = per_epoch ? (step - 1) % per_epoch + 1 : step;
  char bar[11] = "..........", samples[32];
  memset(bar, '#', per_epoch ? in_epoch * 10 / per_epoch : 0);
  if (p->terminal)
    fprintf(stderr, "\r\033[K");
  fprintf(stderr, "epoch %llu/%llu [%s] %llu/%llu  loss %.4f  %s samples/s  eta %d:%02d%s",
          (unsigned long long)(per_epoch ? (step - 1) / per_epoch + 1 : 1),
          (unsigned long long)(per_epoch ? (steps + per_epoch - 1) / per_epoch : 1), bar, (unsigned long long)in_epoch,
          (unsigned long long)(per_epoch ? per_epoch : steps), loss, gradus_human_count(rate * batch, samples),
          eta / 60, eta % 60, p->terminal && !epoch_end && !last ? "" : "\n");
  fflush(stderr);
}

void gradus_progress_end(gradus_progress_t *p) {
  if (p->terminal && !p->quiet)
    fprintf(stderr, "\r\033[K");
}

int gradus_plot_svg(const char *path, const char *title, const float *loss, uint64_t count, gradus_error_t *error) {
  enum { kWidth = 720, kHeight = 400, kLeft = 60, kBottom = 40, kTop = 40, kRight = 20, kPoints = 600 };
  char *text = NULL;
  size_t size = 0;
  FILE *f = open_memstream(&text, &size);
  if (!f)
    return gradus_fail(error, "out of memory");
  /* Each point is the mean over the steps it stands for. */
  uint64_t points = count < kPoints ? count : kPoints;
  double low = INFINITY, high = -INFINITY, mean[kPoints];
  for (uint64_t i = 0; i < points; ++i) {
    uint64_t a = count * i / points, b = count * (i + 1) / points;
    double sum = 0;
    for (uint64_t k = a; k < b; ++k)
      sum += loss[k];
    mean[i] = sum / (double)(b - a);
    low = fmin(low, mean[i]);
    high = fmax(high, mean[i]);
  }
  if (!(high > low))
    high = low + 1;
  low = low > 0 && low < high / 2 ? 0 : low;
  double w = kWidth - kLeft - kRight, h = kHeight - kTop - kBottom;
  fprintf(f,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" "
          "font-size=\"12\">\n"
          "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n<text x=\"%d\" y=\"24\" font-size=\"15\">%s: "
          "training loss</text>\n",
          kWidth, kHeight, kLeft, title);
  for (int i = 0; i <= 4; ++i) {
    double y = kTop + h * i / 4, v = high - (high - low) * i / 4;
    fprintf(f,
            "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" "
            "text-anchor=\"end\">%.3g</text>\n",
            kLeft, y, kWidth - kRight, y, kLeft - 6, y + 4, v);
    fprintf(f, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%llu</text>\n", kLeft + w * i / 4, kHeight - 18,
            (unsigned long long)(count * i / 4));
  }
  fprintf(f,
          "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">step</text>\n<polyline fill=\"none\" stroke=\"#1f6fb4\" "
          "stroke-width=\"1.5\" points=\"",
          kWidth - kRight, kHeight - 4);
  for (uint64_t i = 0; i < points; ++i)
    fprintf(f, "%.1f,%.1f ", kLeft + w * (i + 0.5) / points, kTop + h * (high - mean[i]) / (high - low));
  fprintf(f, "\"/>\n</svg>\n");
  fclose(f);
  gradus_writer_t writer;
  int rc = gradus_writer_open(path, &writer, error);
  if (!rc)
    rc = gradus_writer_write(&writer, text, size, error);
  if (!rc)
    rc = gradus_writer_commit(&writer, error);
  free(text);
  return rc;
}
