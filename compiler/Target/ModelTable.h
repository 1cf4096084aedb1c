//===- ModelTable.h - What the artefact knows about its model -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The C++ counterpart of gradus/model_abi.h: collected from the IR when every
// value has its place, written into the object file as constant data.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMPILER_TARGET_MODELTABLE_H
#define GRADUS_COMPILER_TARGET_MODELTABLE_H

#include "gradus/model_abi.h"
#include "mlir/IR/BuiltinOps.h"
#include <string>
#include <vector>

namespace llvm {
class Module;
}

namespace gradus {

struct TensorInfo {
  std::string name;
  std::vector<int64_t> shape;
  uint64_t dtype = 0, bytes = 0;
};
struct VariableInfo {
  TensorInfo tensor;
  uint64_t offset = 0, init = 0, flags = 0;
  double a = 0, b = 0;
};
struct KernelInfo {
  std::string name, symbol, location;
  int64_t units = 1;
  uint64_t scratchBytes = 0, flops = 0, bytes = 0;
  int64_t threads = 0;           // GPU: of each of `units` blocks; 0 on a CPU
  uint64_t sharedBytes = 0;      // GPU: per block
  std::string precision;         // GPU: of tensor cores, tf32 or bf16; empty without
  std::vector<int64_t> argBytes; // GPU: sizes of operands and results
};
struct LaunchInfo {
  size_t kernel = 0; // index into ModelTable::kernels
  std::vector<gradus_slot_t> args;
  uint64_t operandCount = 0;
  std::vector<int64_t> floatElements; // per result
  bool parallel = false;
};
struct EntryInfo {
  bool present = false;
  int64_t batch = 0;
  std::vector<TensorInfo> inputs, outputs;
  std::vector<gradus_slot_t> outputSlots;
  std::vector<LaunchInfo> launches;
  uint64_t arenaBytes = 0;
};
struct DataPartInfo {
  std::string input, path;
  double scale = 1;
  int64_t first = 0, last = 0, shift = 0;
};
struct DatasetInfo {
  uint64_t kind = GRADUS_DATA_NONE;
  std::vector<DataPartInfo> parts;
  bool shuffle = false, header = false;
  uint64_t delimiter = ',';
};
struct ModelTable {
  std::string name, compiler, target, recipeHash;
  std::string gpu, ptx;          // a program for a GPU: what for, and its kernels
  llvm::SmallVector<char> cubin; // the same as machine code, or empty
  std::vector<VariableInfo> variables;
  uint64_t variablesBytes = 0;
  std::vector<KernelInfo> kernels;
  EntryInfo entries[GRADUS_ENTRY_COUNT];
  int64_t epochs = 1, checkpointEvery = 0, checkpointKeep = 3;
  uint64_t seed = 0;
  std::string checkpointDir;
  DatasetInfo data, validation;

  uint64_t flops(int entry) const;
  /// Bytes a process of `threads` threads needs for training (or, without a
  /// recipe, predicting): variables, arena, scratch, two batches of input.
  uint64_t peakBytes(int threads) const;
};

/// Reads the table off a module after `gradus-vector-pipeline` or
/// `gradus-gpu-pipeline`.
ModelTable collectModelTable(mlir::ModuleOp module);

/// A model's name as a part of symbols, macros and file names: lower case, `_` for
/// what is neither letter nor digit, `model_` in front of a digit.
std::string symbolOfModel(llvm::StringRef name);

/// Adds the table, the kernels' entry functions and `<model>_query` to an LLVM
/// module that holds the kernels, and makes all other functions internal. With
/// `withMain`, `gradus_model_query` too, which main() of the runtime calls.
void emitModelTable(const ModelTable &table, llvm::Module &module, bool withMain);

} // namespace gradus

#endif
