//===- Philox.h - Counter-based random numbers, for the reference ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_REFERENCE_PHILOX_H
#define GRADUS_COMPILER_REFERENCE_PHILOX_H

#include <cstdint>

namespace gradus::reference {

/// First word of Philox4x32-10 (Salmon et al., SC'11): counter c0 to c3, key k0, k1.
inline uint32_t philox(uint32_t c0, uint32_t c1, uint32_t c2, uint32_t c3, uint32_t k0, uint32_t k1) {
  for (int round = 0; round < 10; ++round) {
    uint64_t p0 = uint64_t(0xD2511F53u) * c0, p1 = uint64_t(0xCD9E8D57u) * c2;
    uint32_t n0 = uint32_t(p1 >> 32) ^ c1 ^ k0, n2 = uint32_t(p0 >> 32) ^ c3 ^ k1;
    c1 = uint32_t(p1);
    c3 = uint32_t(p0);
    c0 = n0;
    c2 = n2;
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  return c0;
}

/// Element `i` of nn.random_uniform, in [0, 1). `seed` and `step` are integers.
inline double philoxUniform(double seed, double step, uint64_t stream, uint64_t i) {
  uint64_t s = static_cast<uint64_t>(static_cast<int64_t>(seed)), t = static_cast<uint64_t>(static_cast<int64_t>(step));
  uint32_t word = philox(uint32_t(i), uint32_t(i >> 32) ^ uint32_t(stream), uint32_t(t), uint32_t(t >> 32), uint32_t(s),
                         uint32_t(s >> 32));
  return (word >> 8) * 0x1p-24;
}

} // namespace gradus::reference

#endif
