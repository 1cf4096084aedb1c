//===- VectorTarget.h - What generated code depends on of a CPU -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_VECTORTARGET_H
#define GRADUS_COMPILER_CODEGEN_CPU_VECTORTARGET_H

#include <cstdint>

namespace gradus::cpu {

/// The facts about a CPU that loops and tiles depend on.
struct VectorTarget {
  /// Bytes of a vector register: 64 with AVX-512, 32 with AVX2.
  int64_t vectorBytes = 64;
  /// Vector registers that instructions can name: 32 with AVX-512, 16 with AVX2.
  int64_t registers = 32;

  // The rest holds for the x86 cores with FMA that we compile for, Haswell and
  // Zen 2 and later: it is not asked of the machine, so that a model compiles to
  // the same code for all of them.

  /// FMAs on vectors that can start per cycle.
  int64_t fmasPerCycle = 2;
  /// Loads of vectors, or of a scalar into all lanes, that can start per cycle.
  int64_t loadsPerCycle = 2;
  /// Cycles from the start of an FMA until its result can be used.
  int64_t fmaLatency = 4;
  /// Bytes of the L1 data cache.
  int64_t l1Bytes = 32 << 10;
  /// Bytes of the L2 cache that one thread may count on: all of a Skylake server
  /// core's, half of that of its successors.
  int64_t l2Bytes = 1 << 20;

  /// Lanes of a vector of elements of so many bytes.
  int64_t lanes(int64_t elementBytes) const { return vectorBytes / elementBytes; }
};

} // namespace gradus::cpu

#endif
