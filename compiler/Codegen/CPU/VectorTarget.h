//===- VectorTarget.h - A CPU, as far as loops depend on it ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CODEGEN_CPU_VECTORTARGET_H
#define GRADUS_COMPILER_CODEGEN_CPU_VECTORTARGET_H

#include <cstdint>

namespace gradus::cpu {

/// The CPU to generate code for, as far as loops depend on it.
struct VectorTarget {
  int64_t vectorBytes = 64;
  int64_t registers = 32;
};

} // namespace gradus::cpu

#endif
