//===- ObjectCache.cpp - Compiled parts of programs, kept on disk ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/ObjectCache.h"
#include "llvm/Support/BLAKE3.h"
#include "llvm/Support/CachePruning.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include <cstdlib>

using namespace llvm;
using namespace gradus;

/// An entry: this line, a digest of the object, the object.
static constexpr StringLiteral kMagic = "gradus object 1\n";
/// What LLVM's pruning counts as entries; temporary files that a killed process left
/// are called so, too.
static constexpr StringLiteral kPrefix = "llvmcache-";

/// Of a digest.
static constexpr size_t kDigestBytes = 32;

static std::string digestOf(StringRef object) {
  std::array<uint8_t, kDigestBytes> digest = BLAKE3::hash<kDigestBytes>(arrayRefFromStringRef(object));
  return std::string(digest.begin(), digest.end());
}

std::string ObjectCache::defaultDirectory() {
  SmallString<128> path;
  const char *cache = std::getenv("XDG_CACHE_HOME"), *home = std::getenv("HOME");
  // The specification of base directories has relative ones ignored.
  if (cache && sys::path::is_absolute(cache))
    sys::path::append(path, cache, "gradus");
  else if (home && sys::path::is_absolute(home))
    sys::path::append(path, home, ".cache", "gradus");
  return path.str().str();
}

std::string ObjectCache::pathOf(StringRef key) const {
  SmallString<128> path(directory);
  sys::path::append(path, kPrefix + key);
  return path.str().str();
}

std::optional<SmallVector<char>> ObjectCache::find(StringRef key) const {
  if (directory.empty())
    return std::nullopt;
  auto file = MemoryBuffer::getFile(pathOf(key), /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!file)
    return std::nullopt;
  StringRef entry = (*file)->getBuffer();
  if (!entry.consume_front(kMagic))
    return std::nullopt;
  StringRef object = entry.drop_front(std::min<size_t>(entry.size(), kDigestBytes));
  if (entry.drop_back(object.size()) != digestOf(object))
    return std::nullopt;
  return SmallVector<char>(object.begin(), object.end());
}

Error ObjectCache::store(StringRef key, ArrayRef<char> object) const {
  if (directory.empty())
    return Error::success();
  auto failure = [&](std::error_code error) {
    return createStringError(error, "cannot keep objects in " + directory + ": " + error.message());
  };
  if (std::error_code error = sys::fs::create_directories(directory))
    return failure(error);
  // Others see the entry when it is whole.
  std::string path = pathOf(key);
  Expected<sys::fs::TempFile> file = sys::fs::TempFile::create(path + "-%%%%%%%%");
  if (!file)
    return failure(errorToErrorCode(file.takeError()));
  raw_fd_ostream stream(file->FD, /*shouldClose=*/false);
  StringRef bytes(object.data(), object.size());
  stream << kMagic << digestOf(bytes) << bytes;
  stream.flush();
  std::error_code error = stream.error();
  stream.clear_error();
  if (error) {
    consumeError(file->discard());
    return failure(error);
  }
  if (Error e = file->keep(path))
    return failure(errorToErrorCode(std::move(e)));
  return Error::success();
}

void ObjectCache::prune(uint64_t maxBytes, std::chrono::seconds interval) const {
  if (directory.empty())
    return;
  CachePruningPolicy policy;
  policy.Interval = interval;
  policy.Expiration = std::chrono::seconds(0); // none
  policy.MaxSizePercentageOfAvailableSpace = 0;
  policy.MaxSizeBytes = maxBytes;
  pruneCache(directory, policy);
}
