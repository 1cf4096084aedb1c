/* SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception */
/* random.c - Philox, initial values, shuffling; SHA-256. */
#include "base.h"
#include <math.h>
#include <string.h>

void gradus_philox(const uint32_t counter[4], const uint32_t key[2], uint32_t out[4]) {
  uint32_t c0 = counter[0], c1 = counter[1], c2 = counter[2], c3 = counter[3], k0 = key[0], k1 = key[1];
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = (uint64_t)0xD2511F53u * c0, p1 = (uint64_t)0xCD9E8D57u * c2;
    uint32_t n0 = (uint32_t)(p1 >> 32) ^ c1 ^ k0, n2 = (uint32_t)(p0 >> 32) ^ c3 ^ k1;
    c0 = n0, c1 = (uint32_t)p1, c2 = n2, c3 = (uint32_t)p0;
    k0 += 0x9E3779B9u, k1 += 0xBB67AE85u;
  }
  out[0] = c0, out[1] = c1, out[2] = c2, out[3] = c3;
}

/* FNV-1a: which stream a name draws from. */
static uint64_t name_hash(const char *name) {
  uint64_t h = 0xcbf29ce484222325u;
  for (; *name; ++name)
    h = (h ^ (unsigned char)*name) * 0x100000001b3u;
  return h;
}

void gradus_initialize(const gradus_variable_t *v, uint64_t seed, void *out) {
  uint64_t n = gradus_elements(&v->tensor), stream = name_hash(v->tensor.name);
  uint32_t key[2] = {(uint32_t)seed, (uint32_t)(seed >> 32)};
  if (v->flags & GRADUS_VARIABLE_STATE) {
    memset(out, 0, v->tensor.bytes);
    return;
  }
  for (uint64_t i = 0; i < n; ++i) {
    uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), (uint32_t)stream, (uint32_t)(stream >> 32)}, r[4];
    double value = v->a;
    if (v->init != GRADUS_INIT_CONSTANT) {
      gradus_philox(counter, key, r);
      double u = (r[0] + 0.5) * 0x1p-32, w = (r[1] + 0.5) * 0x1p-32;
      value = v->init == GRADUS_INIT_UNIFORM
                  ? v->a + (v->b - v->a) * u
                  : v->a + v->b * sqrt(-2 * log(u)) * cos(6.283185307179586 * w); /* Box and Muller */
    }
    switch (v->tensor.dtype) {
    case GRADUS_F32:
      ((float *)out)[i] = (float)value;
      break;
    case GRADUS_F64:
      ((double *)out)[i] = value;
      break;
    case GRADUS_I32:
      ((int32_t *)out)[i] = (int32_t)value;
      break;
    default:
      ((int64_t *)out)[i] = (int64_t)value;
    }
  }
}

void gradus_shuffle(uint32_t *order, uint64_t count, uint64_t seed, uint64_t epoch) {
  uint32_t key[2] = {(uint32_t)seed ^ 0x5eed0da7u, (uint32_t)(seed >> 32)}, r[4];
  for (uint64_t i = 0; i < count; ++i)
    order[i] = (uint32_t)i;
  for (uint64_t i = count; i > 1; --i) {
    uint32_t counter[4] = {(uint32_t)i, (uint32_t)(i >> 32), (uint32_t)epoch, (uint32_t)(epoch >> 32)};
    gradus_philox(counter, key, r);
    /* 64 random bits scaled to [0, i): the bias is below 2^-32. */
    uint64_t j = (uint64_t)(((unsigned __int128)(((uint64_t)r[0] << 32) | r[1]) * i) >> 64);
    uint32_t t = order[i - 1];
    order[i - 1] = order[j];
    order[j] = t;
  }
}

/* SHA-256, FIPS 180-4. */
static const uint32_t kRound[64] = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2};

static uint32_t rotr(uint32_t x, int n) { return x >> n | x << (32 - n); }

static void sha_block(gradus_sha256_t *s) {
  uint32_t w[64], v[8];
  for (int i = 0; i < 16; ++i)
    w[i] = (uint32_t)s->block[4 * i] << 24 | s->block[4 * i + 1] << 16 | s->block[4 * i + 2] << 8 | s->block[4 * i + 3];
  for (int i = 16; i < 64; ++i)
    w[i] = w[i - 16] + w[i - 7] + (rotr(w[i - 15], 7) ^ rotr(w[i - 15], 18) ^ w[i - 15] >> 3) +
           (rotr(w[i - 2], 17) ^ rotr(w[i - 2], 19) ^ w[i - 2] >> 10);
  memcpy(v, s->h, sizeof v);
  for (int i = 0; i < 64; ++i) {
    uint32_t t1 =
        v[7] + (rotr(v[4], 6) ^ rotr(v[4], 11) ^ rotr(v[4], 25)) + ((v[4] & v[5]) ^ (~v[4] & v[6])) + kRound[i] + w[i];
    uint32_t t2 = (rotr(v[0], 2) ^ rotr(v[0], 13) ^ rotr(v[0], 22)) + ((v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2]));
    memmove(v + 1, v, 7 * sizeof *v);
    v[4] += t1;
    v[0] = t1 + t2;
  }
  for (int i = 0; i < 8; ++i)
    s->h[i] += v[i];
}

void gradus_sha256_init(gradus_sha256_t *s) {
  static const uint32_t h[8] = {0x6a09e667, 0xbb67ae85, 0x3c6ef372, 0xa54ff53a,
                                0x510e527f, 0x9b05688c, 0x1f83d9ab, 0x5be0cd19};
  memcpy(s->h, h, sizeof h);
  s->length = 0;
}

void gradus_sha256_add(gradus_sha256_t *s, const void *data, uint64_t bytes) {
  const uint8_t *p = data;
  while (bytes) {
    uint64_t at = s->length % 64, n = 64 - at < bytes ? 64 - at : bytes;
    memcpy(s->block + at, p, n);
    s->length += n, p += n, bytes -= n;
    if (s->length % 64 == 0)
      sha_block(s);
  }
}

void gradus_sha256_hex(gradus_sha256_t *s, char out[65]) {
  uint64_t bits = s->length * 8;
  uint8_t end = 0x80, zero = 0, length[8];
  gradus_sha256_add(s, &end, 1);
  while (s->length % 64 != 56)
    gradus_sha256_add(s, &zero, 1);
  for (int i = 0; i < 8; ++i)
    length[i] = (uint8_t)(bits >> (56 - 8 * i));
  gradus_sha256_add(s, length, 8);
  for (int i = 0; i < 8; ++i)
    snprintf(out + 8 * i, 9, "%08x", s->h[i]);
}
