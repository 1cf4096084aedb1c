//===- safetensors_header.h - The JSON header of a safetensors file -------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_SESSION_SAFETENSORS_HEADER_H
#define GRADUS_SESSION_SAFETENSORS_HEADER_H

#include "session/safetensors.h"

/// Parses the header, `length` bytes of `text`, into entries and metadata of `st`,
/// whose `data_bytes` is set, and checks what gradus_safetensors_t promises. `path` is for
/// messages. The caller closes `st` even on failure.
int gradus_safetensors_parse_header(const char *path, const char *text, uint64_t length, gradus_safetensors_t *st,
                                    gradus_error_t *error);

#endif
