//===- report.c - What people see: errors, progress, numbers --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "commands/report.h"
#include "base/clock.h"
#include <stdio.h>
#include <string.h>
#include <unistd.h>

int gradus_report_error(const gradus_error_t *error) {
  fprintf(stderr, "error: %s\n", error->text);
  return 1;
}

/// Writes a number in units of powers of `base`, of which there are five.
static const char *human(double value, double base, const char *space, const char *const units[5], char out[32]) {
  int unit = 0;
  for (; value >= base && unit < 4; ++unit)
    value /= base;
  snprintf(out, 32, "%.*f%s%s", unit ? 1 : 0, value, space, units[unit]);
  return out;
}

const char *gradus_human_bytes(double bytes, char out[32]) {
  static const char *const kUnits[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  return human(bytes, 1024, " ", kUnits, out);
}

const char *gradus_human_count(double count, char out[32]) {
  static const char *const kUnits[] = {"", "k", "M", "G", "T"};
  return human(count, 1000, "", kUnits, out);
}

void gradus_progress_begin(gradus_progress_t *p, uint64_t step, bool quiet) {
  memset(p, 0, sizeof *p);
  p->terminal = isatty(STDERR_FILENO);
  p->quiet = quiet;
  p->start = p->last_paint = gradus_seconds();
  p->first_step = step;
}

/// Paints the line; `stays` if it is the last of its epoch.
static void paint(const gradus_progress_t *p, uint64_t step, uint64_t steps, uint64_t per_epoch, int64_t batch,
                  double loss, bool stays) {
  double seconds = gradus_seconds() - p->start;
  double rate = (double)(step - p->first_step) / (seconds > 0 ? seconds : 1e-9);
  int eta = rate > 0 ? (int)((double)(steps - step) / rate + 0.5) : 0;
  uint64_t epoch = (step - 1) / per_epoch + 1, epochs = (steps + per_epoch - 1) / per_epoch;
  uint64_t in_epoch = (step - 1) % per_epoch + 1;
  char bar[11] = "..........", samples[32];
  memset(bar, '#', in_epoch * 10 / per_epoch);
  if (p->terminal)
    fputs("\r\033[K", stderr);
  fprintf(stderr, "epoch %llu/%llu [%s] %llu/%llu  loss %.4f  %s samples/s  eta %d:%02d%s", (unsigned long long)epoch,
          (unsigned long long)epochs, bar, (unsigned long long)in_epoch, (unsigned long long)per_epoch, loss,
          gradus_human_count(rate * (double)batch, samples), eta / 60, eta % 60, p->terminal && !stays ? "" : "\n");
  fflush(stderr);
}

void gradus_progress_step(gradus_progress_t *p, uint64_t step, uint64_t steps, uint64_t per_epoch, int64_t batch,
                          double loss) {
  if (p->quiet)
    return;
  p->sum += loss;
  ++p->count;
  double mean = p->sum / (double)p->count, now = gradus_seconds();
  bool epoch_end = step % per_epoch == 0, stays = epoch_end || step == steps;
  if (epoch_end) {
    p->sum = 0;
    p->count = 0;
  }
  if (!stays && now - p->last_paint < (p->terminal ? 0.1 : 5))
    return;
  p->last_paint = now;
  paint(p, step, steps, per_epoch, batch, mean, stays);
}

void gradus_progress_end(gradus_progress_t *p) {
  if (p->terminal && !p->quiet)
    fputs("\r\033[K", stderr);
}
