//===- value.h - What an input takes --------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DATA_VALUE_H
#define GRADUS_DATA_VALUE_H

#include "data/source.h"

/// Room for a reason of gradus_value_check.
enum { GRADUS_REASON_BYTES = 256 };

/// Whether `input` takes `value` times `scale`, a number of a file and its scale: an
/// integer input takes integers that its type holds and, if the model reads with them,
/// that are indices (gradus_tensor_t.indices); a float input takes NaN, infinities and
/// what its type does not round to one. Otherwise returns -1 and says why in `reason`
/// (GRADUS_REASON_BYTES): "7 is not …".
int gradus_value_check(const gradus_tensor_t *input, double value, double scale, char *reason);

/// Checks all values of an open source for `input`. An error begins with `name`, the
/// file or option that the source is from, and the number of the sample, from 0.
int gradus_source_check(const char *name, const gradus_source_t *source, const gradus_tensor_t *input,
                        gradus_error_t *error);

#endif
