//===- json.c - Writing JSON ----------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/json.h"
#include <math.h>
#include <stdlib.h>

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

void gradus_json_number(FILE *out, double value, bool single) {
  if (!isfinite(value)) {
    fputs("null", out);
    return;
  }
  char text[40];
  for (int digits = single ? 6 : 15; digits <= 17; ++digits) {
    snprintf(text, sizeof text, "%.*g", digits, value);
    if (single ? strtof(text, NULL) == (float)value : strtod(text, NULL) == value)
      break;
  }
  fputs(text, out);
}
