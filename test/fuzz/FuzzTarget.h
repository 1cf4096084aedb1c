//===- FuzzTarget.h - What a fuzz target is -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A target defines LLVMFuzzerTestOneInput. It is linked with libFuzzer in the preset
// fuzz and with Replay.cpp in all others.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_TEST_FUZZ_FUZZTARGET_H
#define GRADUS_TEST_FUZZ_FUZZTARGET_H

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>

/// Gives `size` bytes to the part of Gradus that the target is about. Returns 0; a
/// finding ends the process.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

namespace gradus::fuzz {

/// Ends the process with a finding unless `holds`, which `what` is the opposite of.
inline void require(bool holds, const char *what) {
  if (holds)
    return;
  fprintf(stderr, "finding: %s\n", what);
  abort();
}

} // namespace gradus::fuzz

#endif
