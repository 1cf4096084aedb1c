//===- ObjectCache.h - Compiled parts of programs, kept on disk -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_TARGET_OBJECTCACHE_H
#define GRADUS_COMPILER_TARGET_OBJECTCACHE_H

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"
#include <chrono>
#include <optional>
#include <string>

namespace gradus {

/// Objects in a directory, by key. Processes and threads may share one: an entry
/// appears whole or not at all, and what is damaged is not found.
class ObjectCache {
public:
  /// About a hundred thousand kernels.
  static constexpr uint64_t kMaxBytes = 512 << 20;

  /// Keeps nothing.
  ObjectCache() = default;
  /// Keeps objects in `directory`, which `store` creates.
  explicit ObjectCache(llvm::StringRef directory) : directory(directory) {}

  /// The user's own: gradus in $XDG_CACHE_HOME or else ~/.cache; empty if there is none.
  static std::string defaultDirectory();

  /// The object that was stored under `key`, letters and digits; none if there is none.
  std::optional<llvm::SmallVector<char>> find(llvm::StringRef key) const;
  /// Stores an object. Fails where the directory cannot be written.
  llvm::Error store(llvm::StringRef key, llvm::ArrayRef<char> object) const;
  /// Removes what has not been used for longest until at most `maxBytes` are left, if
  /// that was last done longer than `interval` ago.
  void prune(uint64_t maxBytes = kMaxBytes, std::chrono::seconds interval = std::chrono::minutes(20)) const;

private:
  std::string directory; // empty: keeps nothing

  std::string pathOf(llvm::StringRef key) const;
};

} // namespace gradus

#endif
