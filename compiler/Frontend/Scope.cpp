//===- Scope.cpp - Names in a model ---------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Scope.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace gradus;

static constexpr size_t kMaxNameLength = 200;

Scope Scope::inner(StringRef layerName, mlir::Value first) const {
  Scope scope;
  scope.current = first;
  scope.prefix = (layerName + ".").str();
  scope.depth = depth + 1;
  scope.functions = functions;
  return scope;
}

std::string Scope::suggest(StringRef name) const {
  SmallVector<StringRef> names(values.keys());
  return didYouMean(name, names);
}

LogicalResult gradus::checkName(StringRef name, const SourcePosition &position, Diagnostics &diagnostics) {
  bool good = !name.empty() && name.size() <= kMaxNameLength && (isAlpha(name[0]) || name[0] == '_');
  good &= !name.starts_with("__"); // "__metadata__" and the like belong to file formats
  for (char c : name)
    good &= isAlnum(c) || StringRef("_./-").contains(c);
  if (!good)
    return diagnostics.error(position, ErrorCode::Name, "'" + name + "' is not a name",
                             "use letters, digits and _ . / -, beginning with a letter");
  return success();
}
