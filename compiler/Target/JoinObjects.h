//===- JoinObjects.h - One object of several ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_JOINOBJECTS_H
#define GRADUS_COMPILER_TARGET_JOINOBJECTS_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Error.h"
#include <string>

namespace gradus {

/// How the function of a part is called in its object, whatever its name in the
/// program: so that equal functions of different names have equal objects.
inline constexpr llvm::StringLiteral kPartFunction = "kernel";

/// An object of a program, for 64-bit x86 and as LLVM writes it.
struct ObjectPart {
  /// The file.
  llvm::ArrayRef<char> bytes;
  /// What `kPartFunction` is called in the whole, also as the beginning of a longer
  /// name; empty: names stay.
  std::string name;
};

/// Joins objects to one, as `ld -r` does, in their order: sections of a name are one
/// behind the other, and what a part declares another defines. Symbols of hidden
/// visibility are local to the whole. Fails for what LLVM does not write for us.
llvm::Expected<llvm::SmallVector<char>> joinObjects(llvm::ArrayRef<ObjectPart> parts);

} // namespace gradus

#endif
