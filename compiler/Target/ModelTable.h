//===- ModelTable.h - A view of an rt.model, for reports ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The source is the rt.model; what a program holds is made of that by
// convert-rt-to-llvm. This copy outlives the IR, for summaries and headers.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMPILER_TARGET_MODELTABLE_H
#define GRADUS_COMPILER_TARGET_MODELTABLE_H

#include "dialects/rt/IR/RTDialect.h"
#include "gradus/model_abi.h"
#include <string>
#include <vector>

namespace gradus {

/// Name, shape and type of a tensor; `dtype` is GRADUS_F32 and the like.
struct TensorInfo {
  std::string name;
  std::vector<int64_t> shape;
  uint64_t dtype = 0, bytes = 0;
};
/// A parameter or an optimizer's state; `flags` are GRADUS_VARIABLE_*.
struct VariableInfo {
  TensorInfo tensor;
  uint64_t flags = 0;
};
/// A kernel, under one name.
struct KernelInfo {
  std::string name, location;    ///< location: "file:line:col", or empty
  int64_t units = 1;             ///< work items; on a GPU blocks
  uint64_t scratchBytes = 0;     ///< per thread
  uint64_t flops = 0, bytes = 0; ///< per launch
  int64_t threads = 0;           ///< GPU: per block; 0 on a CPU
  uint64_t sharedBytes = 0;      ///< GPU: per block
  std::string precision;         ///< GPU: of tensor cores, tf32 or bf16; else empty
};
/// A launch: the index of its kernel in ModelTable::kernels.
struct LaunchInfo {
  size_t kernel = 0;
};
/// An entry point; absent ones are empty.
struct EntryInfo {
  bool present = false;
  int64_t batch = 0;
  std::vector<TensorInfo> inputs, outputs;
  std::vector<LaunchInfo> launches; ///< in order
  uint64_t arenaBytes = 0;
};
/// What a program knows about its model.
struct ModelTable {
  std::string name, compiler, target;
  std::vector<VariableInfo> variables;
  uint64_t variablesBytes = 0;
  std::vector<KernelInfo> kernels;
  EntryInfo entries[GRADUS_ENTRY_COUNT]; ///< by GRADUS_ENTRY_*

  /// Floating-point operations of one run of an entry point, one of GRADUS_ENTRY_*.
  uint64_t flops(int entry) const;
  /// Bytes a process of `threads` threads needs for training (or, without a
  /// recipe, predicting): variables, arena, scratch, two batches of input.
  uint64_t peakBytes(int threads) const;
};

/// A copy of what the model says. The model must have been verified.
ModelTable readModelTable(rt::ModelOp model);

/// The name of a model as a part of symbols: see rt::symbolOfModel.
using rt::symbolOfModel;

} // namespace gradus

#endif
