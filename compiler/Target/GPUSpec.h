//===- GPUSpec.h - What a GPU can do at most ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_GPUSPEC_H
#define GRADUS_COMPILER_TARGET_GPUSPEC_H

#include "llvm/ADT/StringRef.h"
#include "llvm/Support/LogicalResult.h"
#include <algorithm>
#include <string>

namespace gradus {

/// A GPU as a roofline: figures of its data sheet. It need not be present.
struct GPUSpec {
  std::string name;
  std::string target;                    // sm_80, …
  double memoryGBs = 0;                  // bandwidth of its memory, 10^9 bytes per second
  double f32TFLOPs = 0;                  // without tensor cores, 10^12 operations per second
  double tf32TFLOPs = 0, bf16TFLOPs = 0; // of tensor cores, dense; 0: not known

  /// A lower bound of the time for `flops` operations and `bytes` moved to and from
  /// memory, in microseconds. With `precision` tf32 or bf16, tensor cores compute.
  double microseconds(double flops, double bytes, llvm::StringRef precision = "") const {
    double tensor = precision == "tf32" ? tf32TFLOPs : precision == "bf16" ? bf16TFLOPs : 0;
    return std::max(flops / (tensor > 0 ? tensor : f32TFLOPs) * 1e-6, bytes / memoryGBs * 1e-3);
  }
};

/// The usual GPU of an architecture such as sm_90a. Unknown architectures get the
/// figures of an A100, and a name that says so.
GPUSpec gpuSpecOf(llvm::StringRef target);

/// Reads a description of a GPU, a message GPU of gpu.proto in text form; `name` and
/// `target` may lack their quotes. Errors are printed; fails after any.
llvm::FailureOr<GPUSpec> readGPUSpec(llvm::StringRef path);

/// The same for the text of a file, which is called `name` in messages.
llvm::FailureOr<GPUSpec> parseGPUSpec(llvm::StringRef name, llvm::StringRef text);

} // namespace gradus

#endif
