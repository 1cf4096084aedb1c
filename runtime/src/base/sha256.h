//===- sha256.h - SHA-256 (FIPS 180-4) ------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_BASE_SHA256_H
#define GRADUS_BASE_SHA256_H

#include <stdint.h>

/// A digest under way.
typedef struct {
  uint32_t h[8];
  uint8_t block[64];
  uint64_t length;
} gradus_sha256_t;

/// Begins a digest.
void gradus_sha256_init(gradus_sha256_t *sha);

/// Adds `bytes` bytes.
void gradus_sha256_add(gradus_sha256_t *sha, const void *data, uint64_t bytes);

/// Ends the digest: 64 hexadecimal digits and a zero byte.
void gradus_sha256_hex(gradus_sha256_t *sha, char out[65]);

#endif
