//===- CompileOptions.h - What a compilation is asked for -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_DRIVER_COMPILEOPTIONS_H
#define GRADUS_COMPILER_DRIVER_COMPILEOPTIONS_H

#include "llvm/ADT/StringMap.h"
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace gradus {

/// Exit codes of the tools.
enum ExitCode {
  kOk = 0,
  kInputError = 1, ///< in a file or value that the user gave
  kUsage = 2,      ///< in the command line
  kMismatch = 3,   ///< compiled code and reference differ
  kInternal = 70,  ///< a bug in Gradus
};

/// The two ways through the compiler.
enum class TargetKind { CPU, GPU };

/// What a compilation reads, makes and prints. Defaults are those of
/// `gradus compile`.
struct CompileOptions {
  std::string model;        ///< a model file, or IR of a stage (.mlir)
  std::string output;       ///< "-" for standard output; a name made from the model's if empty
  std::string name;         ///< of the model, an identifier of C; the file's own if empty
  std::string emit = "exe"; ///< a stage (Stages.h) or an artifact (Artifacts.h)

  TargetKind target = TargetKind::CPU;
  std::string triple;         ///< of the CPU; this machine's if empty
  std::string cpu = "native"; ///< as clang's -mcpu
  std::string features;       ///< as clang's -mattr, on top of the CPU's
  int optLevel = 3;           ///< of LLVM, 0 to 3; on a GPU, 0 also keeps kernels apart

  std::string gpu;       ///< such as "sm_80", which is the default
  std::string gpuSpec;   ///< a file that describes a GPU and names its target
  std::string cudaPath;  ///< a CUDA toolkit; "none": do not look for one
  bool simulate = false; ///< GPU kernels run on the host, with checks

  /// Keeps the objects of kernels for later compilations: a directory; "none": keeps
  /// nothing; absent: the user's own, if it can be written.
  std::optional<std::string> cacheDir;
  unsigned jobs = 0; ///< threads that compile; 0: one per processor

  std::optional<std::string> precision; ///< F32, TF32 or BF16, instead of the model's own
  llvm::StringMap<int64_t> dims;        ///< sizes of symbolic dimensions

  std::vector<std::string> printAfter; ///< pass flags; "all" for every pass
  std::string dumpDir;                 ///< gets the IR after each stage; none if empty
  bool timing = false;                 ///< time per pass, to standard error
  bool locations = false;              ///< IR is printed with its locations
  bool quiet = false;                  ///< no summary
};

} // namespace gradus

#endif
