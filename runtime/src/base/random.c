//===- random.c - Philox, initial values, shuffling -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "base/random.h"
#include "base/tensor.h"
#include <math.h>
#include <string.h>

void gradus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    c0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0;
    c1 = (uint32_t)p1;
    c2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c3 = (uint32_t)p0;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  out[0] = c0;
  out[1] = c1;
  out[2] = c2;
  out[3] = c3;
}

/// FNV-1a: which stream a name draws from.
static uint64_t name_hash(const char *name) {
  uint64_t hash = 0xcbf29ce484222325u;
  for (; *name; ++name)
    hash = (hash ^ (unsigned char)*name) * 0x100000001b3u;
  return hash;
}

/// One value of a distribution, from 64 random bits.
static double draw(const gradus_variable_t *v, const uint32_t bits[4]) {
  double u = (bits[0] + 0.5) * 0x1p-32, w = (bits[1] + 0.5) * 0x1p-32;
  if (v->init == GRADUS_INIT_UNIFORM)
    return v->a + (v->b - v->a) * u;
  return v->a + v->b * sqrt(-2 * log(u)) * cos(6.283185307179586 * w); // Box and Muller
}

void gradus_initialize(const gradus_variable_t *v, uint64_t seed, void *out) {
  uint64_t count = gradus_elements(&v->tensor), stream = name_hash(v->tensor.name);
  uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)}, bits[4];
  if (v->flags & GRADUS_VARIABLE_STATE) {
    memset(out, 0, v->tensor.bytes);
    return;
  }
  for (uint64_t i = 0; i < count; ++i) {
    double value = v->a;
    if (v->init != GRADUS_INIT_CONSTANT) {
      uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)};
      gradus_philox(counter, key, bits);
      value = draw(v, bits);
    }
    gradus_store(v->tensor.dtype, out, i, value);
  }
}

void gradus_shuffle(uint32_t *order, uint64_t count, uint64_t seed, uint64_t epoch) {
  uint32_t key[2] = {(uint32_t)seed ^ 0x5eed0da7u, (uint32_t)(seed >> 32)}, bits[4];
  for (uint64_t i = 0; i < count; ++i)
    order[i] = (uint32_t)i;
  for (uint64_t i = count; i > 1; --i) {
    uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), (uint32_t)epoch, (uint32_t)(epoch >> 32)};
    gradus_philox(counter, key, bits);
    // 64 random bits scaled to [0, i): the bias is below 2^-32.
    uint64_t j = (uint64_t)(((unsigned __int128)(((uint64_t)bits[0] << 32) | bits[1]) * i) >> 64);
    uint32_t last = order[i - 1];
    order[i - 1] = order[j];
    order[j] = last;
  }
}
