//===- ObjectCacheTest.cpp - What is kept, and for how long ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/ObjectCache.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include <gtest/gtest.h>

using namespace llvm;
using gradus::ObjectCache;

namespace {

/// A cache in a directory that is removed with it.
struct CacheTest : testing::Test {
  SmallString<128> directory;

  CacheTest() { EXPECT_FALSE(sys::fs::createUniqueDirectory("gradus-cache", directory)); }
  ~CacheTest() override { (void)sys::fs::remove_directories(directory); }

  SmallString<128> pathOf(StringRef key) const {
    SmallString<128> path(directory);
    sys::path::append(path, "llvmcache-" + key);
    return path;
  }
};

SmallVector<char> bytes(StringRef text) { return SmallVector<char>(text.begin(), text.end()); }

void store(const ObjectCache &cache, StringRef key, StringRef text) {
  EXPECT_EQ(toString(cache.store(key, bytes(text))), "");
}

TEST_F(CacheTest, FindsWhatWasStored) {
  ObjectCache cache(directory);
  EXPECT_EQ(cache.find("a"), std::nullopt);
  store(cache, "a", StringRef("x\0y", 3));
  store(cache, "empty", "");
  EXPECT_EQ(cache.find("a"), bytes(StringRef("x\0y", 3)));
  EXPECT_EQ(cache.find("empty"), bytes(""));
  EXPECT_EQ(cache.find("b"), std::nullopt);
  store(cache, "a", "again");
  EXPECT_EQ(ObjectCache(directory).find("a"), bytes("again"));
}

TEST_F(CacheTest, ACutEntryIsNone) {
  ObjectCache cache(directory);
  store(cache, "a", "some bytes");
  uint64_t size = 0;
  ASSERT_FALSE(sys::fs::file_size(pathOf("a"), size));
  for (uint64_t left = size; left-- > 0;) {
    int fd;
    ASSERT_FALSE(sys::fs::openFileForReadWrite(pathOf("a"), fd, sys::fs::CD_OpenExisting, sys::fs::OF_None));
    ASSERT_FALSE(sys::fs::resize_file(fd, left));
    sys::fs::file_t file = sys::fs::convertFDToNativeFile(fd);
    sys::fs::closeFile(file);
    EXPECT_EQ(cache.find("a"), std::nullopt) << left << " of " << size << " bytes";
  }
}

TEST_F(CacheTest, TheOldestGo) {
  ObjectCache cache(directory);
  sys::TimePoint<> now = std::chrono::system_clock::now();
  std::string large(1000, 'x');
  for (auto [i, key] : enumerate(std::vector<std::string>{"old", "older", "new"})) {
    store(cache, key, large);
    int fd;
    ASSERT_FALSE(sys::fs::openFileForReadWrite(pathOf(key), fd, sys::fs::CD_OpenExisting, sys::fs::OF_None));
    sys::TimePoint<> used = now - std::chrono::hours(key == "new" ? 0 : i + 1);
    ASSERT_FALSE(sys::fs::setLastAccessAndModificationTime(fd, used, used));
    sys::fs::file_t file = sys::fs::convertFDToNativeFile(fd);
    sys::fs::closeFile(file);
  }
  cache.prune(/*maxBytes=*/2500, std::chrono::seconds(0));
  EXPECT_NE(cache.find("new"), std::nullopt);
  EXPECT_NE(cache.find("old"), std::nullopt);
  EXPECT_EQ(cache.find("older"), std::nullopt);
}

TEST(ObjectCache, WithoutADirectoryKeepsNothing) {
  ObjectCache cache;
  store(cache, "a", "x");
  EXPECT_EQ(cache.find("a"), std::nullopt);
  cache.prune(0, std::chrono::seconds(0));
}

} // namespace
