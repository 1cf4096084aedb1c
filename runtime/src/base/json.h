//===- json.h - Writing JSON ----------------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_JSON_H
#define GRADUS_BASE_JSON_H

#include <stdbool.h>
#include <stdio.h>

/// Prints `text`, UTF-8, with JSON's quotes and escapes.
void gradus_json_string(FILE *out, const char *text);

/// Prints a number with as few digits as read back the same, as f32 if `single`;
/// NaN and the infinities as null.
void gradus_json_number(FILE *out, double value, bool single);

#endif
