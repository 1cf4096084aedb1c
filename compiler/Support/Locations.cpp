//===- Locations.cpp - From an op back to the line of the model -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Support/Locations.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;

StringRef gradus::layerName(Location loc) {
  if (auto name = dyn_cast<NameLoc>(loc))
    return name.getName();
  if (auto fused = dyn_cast<FusedLoc>(loc))
    for (Location part : fused.getLocations())
      if (StringRef name = layerName(part); !name.empty())
        return name;
  return {};
}

Location gradus::backwardLoc(Location loc) {
  StringRef name = layerName(loc);
  if (name.empty())
    return loc;
  FileLineColLoc file = fileLoc(loc);
  auto text = StringAttr::get(loc.getContext(), "bwd(" + name + ")");
  return file ? NameLoc::get(text, file) : NameLoc::get(text);
}

FileLineColLoc gradus::fileLoc(Location loc) {
  FileLineColLoc found;
  loc->walk([&](Location part) {
    if (auto file = dyn_cast<FileLineColLoc>(part)) {
      found = file;
      return WalkResult::interrupt();
    }
    return WalkResult::advance();
  });
  return found;
}

std::string gradus::locationText(Location at) {
  FileLineColLoc loc = fileLoc(at);
  return loc ? (loc.getFilename().getValue() + ":" + Twine(loc.getLine()) + ":" + Twine(loc.getColumn())).str() : "";
}

std::string gradus::groupName(ArrayRef<Location> locs) {
  SmallVector<StringRef> parts;
  for (Location loc : locs) {
    StringRef name = layerName(loc);
    if (name.empty() || llvm::is_contained(parts, name))
      continue;
    // "fc1+relu" says all that "fc1" says.
    if (!parts.empty() && name.starts_with(parts.back()) && name.drop_front(parts.back().size()).starts_with("+"))
      parts.back() = name;
    else if (llvm::none_of(parts, [&](StringRef p) { return p.starts_with((name + "+").str()); }))
      parts.push_back(name);
  }
  if (parts.size() > 4)
    return llvm::join(ArrayRef(parts).take_front(3), "+") + "+" + llvm::utostr(parts.size() - 3) + "more";
  return llvm::join(parts, "+");
}
