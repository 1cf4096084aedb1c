//===- BuildIdentity.h - Which compiler this is ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_BUILDIDENTITY_H
#define GRADUS_COMPILER_TARGET_BUILDIDENTITY_H

#include <string>

namespace gradus {

/// Names this build of Gradus and the LLVM that it has loaded: by the build IDs that
/// the linker put into them, or else by size and time of the files. A version number
/// would not do: it does not change while somebody works on a pass.
std::string buildIdentity();

} // namespace gradus

#endif
