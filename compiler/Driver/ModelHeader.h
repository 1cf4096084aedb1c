//===- ModelHeader.h - The C header of a compiled model -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_DRIVER_MODELHEADER_H
#define GRADUS_COMPILER_DRIVER_MODELHEADER_H

#include "compiler/Target/ModelTable.h"
#include <string>

namespace gradus {

/// The text of a C header with the indices and sizes of the model's inputs and
/// outputs as macros, for use with gradus/runtime.h.
std::string modelHeader(const ModelTable &table);

} // namespace gradus

#endif
