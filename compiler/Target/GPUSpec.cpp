//===- GPUSpec.cpp - What a GPU can do at most ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/GPUSpec.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>

using namespace llvm;
using namespace gradus;

/// Data sheets of NVIDIA; tensor cores without sparsity, with sums in f32.
static const GPUSpec kKnown[] = {
    {"V100", "sm_70", 900, 15.7, 0, 0},       {"T4", "sm_75", 320, 8.1, 0, 0},
    {"A100", "sm_80", 1555, 19.5, 156, 312},  {"A10", "sm_86", 600, 31.2, 62.5, 125},
    {"L4", "sm_89", 300, 30.3, 60, 121},      {"H100 SXM", "sm_90", 3350, 66.9, 494.7, 989.4},
    {"B200", "sm_100", 8000, 80, 1100, 2250}, {"RTX 5090", "sm_120", 1792, 104.8, 104.8, 209.5},
};

GPUSpec gradus::gpuSpecOf(StringRef target) {
  for (const GPUSpec &spec : kKnown)
    if (target.rtrim("af") == spec.target) {
      GPUSpec found = spec;
      found.target = target.str();
      return found;
    }
  GPUSpec other = kKnown[2];
  other.name = "like " + other.name;
  other.target = target.str();
  return other;
}

Expected<GPUSpec> gradus::readGPUSpec(StringRef path) {
  auto fail = [&](const Twine &message) { return createStringError(inconvertibleErrorCode(), path + message); };
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return fail(": " + buffer.getError().message());
  GPUSpec spec;
  SmallVector<StringRef> lines;
  (*buffer)->getBuffer().split(lines, '\n');
  for (auto [i, line] : enumerate(lines)) {
    StringRef text = line.split('#').first.trim();
    if (text.empty())
      continue;
    auto [key, value] = text.split(':');
    key = key.trim();
    value = value.trim().trim('"');
    double *number = StringSwitch<double *>(key)
                         .Case("memory_gb_per_s", &spec.memoryGBs)
                         .Case("f32_tflops", &spec.f32TFLOPs)
                         .Case("tf32_tflops", &spec.tf32TFLOPs)
                         .Case("bf16_tflops", &spec.bf16TFLOPs)
                         .Default(nullptr);
    if (key == "name")
      spec.name = value.str();
    else if (key == "target")
      spec.target = value.str();
    else if (!number)
      return fail(":" + Twine(i + 1) + ":1: error: there is no '" + key +
                  "'; a GPU has name, target, memory_gb_per_s, f32_tflops, tf32_tflops and bf16_tflops");
    else if (!to_float(value, *number) || !std::isfinite(*number) || *number <= 0)
      return fail(":" + Twine(i + 1) + ":1: error: " + key + " is a number above 0, not '" + value + "'");
  }
  if (spec.target.empty() || !spec.memoryGBs || !spec.f32TFLOPs)
    return fail(": error: a GPU needs target, memory_gb_per_s and f32_tflops");
  if (spec.name.empty())
    spec.name = spec.target;
  return spec;
}
