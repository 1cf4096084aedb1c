//===- Report.h - What a compilation tells about its result ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_DRIVER_REPORT_H
#define GRADUS_COMPILER_DRIVER_REPORT_H

#include "compiler/Target/GPUSpec.h"
#include "compiler/Target/ModelTable.h"
#include "llvm/Support/raw_ostream.h"

namespace gradus {

/// Prints parameters, FLOPs, kernels, peak memory and the size in bytes of the file
/// `output`, and the compile time in seconds.
void printSummary(llvm::raw_ostream &os, const ModelTable &table, llvm::StringRef output, double seconds);

/// Prints each launch of the training step (of prediction, where the model does not
/// train) on a GPU, with the least time in microseconds that `gpu` allows it.
void printRoofline(llvm::raw_ostream &os, const ModelTable &table, const GPUSpec &gpu);

/// Prints parameters with their types, then for each entry point its batch, FLOPs,
/// inputs and outputs and, with `kernels`, every launch; last the peak memory.
void printModel(llvm::raw_ostream &os, const ModelTable &table, bool kernels);

} // namespace gradus

#endif
