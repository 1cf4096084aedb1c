//===- GPUSpec.h - What a GPU can do at most ------------------------------===//
#ifndef GRADUS_COMPILER_TARGET_GPUSPEC_H
#define GRADUS_COMPILER_TARGET_GPUSPEC_H

#include "llvm/Support/Error.h"
#include <algorithm>
#include <string>

namespace gradus {

/// A GPU as a roofline: figures of its data sheet. It need not be present.
struct GPUSpec {
  std::string name;
  std::string target;   // sm_80, …
  double memoryGBs = 0; // bandwidth of its memory, 10^9 bytes per second
  double f32TFLOPs = 0; // without tensor cores, 10^12 operations per second

  /// The least time for so much work, in microseconds.
  double microseconds(double flops, double bytes) const {
    return std::max(flops / f32TFLOPs * 1e-6, bytes / memoryGBs * 1e-3);
  }
};

/// The GPU that one thinks of first at `target`.
GPUSpec gpuSpecOf(llvm::StringRef target);

/// Reads a description: lines of `name`, `target`, `memory_gb_per_s` and
/// `f32_tflops`, each with a colon and a value; # begins a comment.
llvm::Expected<GPUSpec> readGPUSpec(llvm::StringRef path);

} // namespace gradus

#endif
