//===- plot.c - The loss as a picture -------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "commands/plot.h"
#include "base/error.h"
#include "base/writer.h"
#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum {
  kWidth = 720,
  kHeight = 400,
  kLeft = 60,
  kBottom = 40,
  kTop = 40,
  kRight = 20,
  kPlotWidth = kWidth - kLeft - kRight,
  kPlotHeight = kHeight - kTop - kBottom,
  kPoints = 600,
};

/// The points of the curve, and the range of the axis beside it.
typedef struct {
  double mean[kPoints]; ///< each over the steps that the point stands for
  uint64_t points, steps;
  double low, high;
} curve_t;

static void thin(const float *losses, uint64_t count, curve_t *curve) {
  curve->steps = count;
  curve->points = count < kPoints ? count : kPoints;
  curve->low = INFINITY;
  curve->high = -INFINITY;
  for (uint64_t i = 0; i < curve->points; ++i) {
    uint64_t begin = count * i / curve->points, end = count * (i + 1) / curve->points;
    double sum = 0;
    for (uint64_t k = begin; k < end; ++k)
      sum += losses[k];
    curve->mean[i] = sum / (double)(end - begin);
    curve->low = fmin(curve->low, curve->mean[i]);
    curve->high = fmax(curve->high, curve->mean[i]);
  }
  if (!(curve->high > curve->low))
    curve->high = curve->low + 1;
  if (curve->low > 0 && curve->low < curve->high / 2)
    curve->low = 0;
}

static void print_axes(FILE *out, const char *title, const curve_t *curve) {
  fprintf(out,
          "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" height=\"%d\" font-family=\"sans-serif\" "
          "font-size=\"12\">\n"
          "<rect width=\"100%%\" height=\"100%%\" fill=\"white\"/>\n<text x=\"%d\" y=\"24\" font-size=\"15\">%s: "
          "training loss</text>\n",
          kWidth, kHeight, kLeft, title);
  for (int i = 0; i <= 4; ++i) {
    double y = kTop + (double)kPlotHeight * i / 4, value = curve->high - (curve->high - curve->low) * i / 4;
    fprintf(out,
            "<line x1=\"%d\" y1=\"%.1f\" x2=\"%d\" y2=\"%.1f\" stroke=\"#ddd\"/><text x=\"%d\" y=\"%.1f\" "
            "text-anchor=\"end\">%.3g</text>\n",
            kLeft, y, kWidth - kRight, y, kLeft - 6, y + 4, value);
    fprintf(out, "<text x=\"%.1f\" y=\"%d\" text-anchor=\"middle\">%llu</text>\n", kLeft + (double)kPlotWidth * i / 4,
            kHeight - 18, (unsigned long long)(curve->steps * (uint64_t)i / 4));
  }
  fprintf(out, "<text x=\"%d\" y=\"%d\" text-anchor=\"end\">step</text>\n", kWidth - kRight, kHeight - 4);
}

static void print_curve(FILE *out, const curve_t *curve) {
  fputs("<polyline fill=\"none\" stroke=\"#1f6fb4\" stroke-width=\"1.5\" points=\"", out);
  for (uint64_t i = 0; i < curve->points; ++i)
    fprintf(out, "%.1f,%.1f ", kLeft + kPlotWidth * ((double)i + 0.5) / (double)curve->points,
            kTop + kPlotHeight * (curve->high - curve->mean[i]) / (curve->high - curve->low));
  fputs("\"/>\n</svg>\n", out);
}

int gradus_plot_svg(const char *path, const char *title, const float *losses, uint64_t count, gradus_error_t *error) {
  curve_t curve;
  char *text = NULL;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  if (!out)
    return gradus_fail_memory(error);
  thin(losses, count, &curve);
  print_axes(out, title, &curve);
  print_curve(out, &curve);
  int rc = fclose(out) ? gradus_fail_memory(error) : gradus_write_file(path, text, size, error);
  free(text);
  return rc;
}
