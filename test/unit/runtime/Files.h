//===- Files.h - Files that a test makes ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TEST_UNIT_RUNTIME_FILES_H
#define GRADUS_TEST_UNIT_RUNTIME_FILES_H

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

namespace gradus::test {

/// A folder that goes away with its contents when the test ends.
class TempFolder {
public:
  TempFolder() {
    char name[] = "/tmp/gradus-test-XXXXXX";
    folder = mkdtemp(name);
  }
  ~TempFolder() { std::filesystem::remove_all(folder); }
  TempFolder(const TempFolder &) = delete;
  TempFolder &operator=(const TempFolder &) = delete;

  /// The path of the folder, or of a file in it.
  const std::string &path() const { return folder; }
  std::string path(const std::string &name) const { return folder + "/" + name; }

  /// Writes a file; returns its path.
  std::string write(const std::string &name, const std::string &bytes) const {
    std::ofstream(path(name), std::ios::binary) << bytes;
    return path(name);
  }

  /// The bytes of a file.
  std::string read(const std::string &name) const {
    std::ifstream in(path(name), std::ios::binary);
    return {std::istreambuf_iterator<char>(in), {}};
  }

  /// How many files there are.
  size_t count() const {
    std::filesystem::directory_iterator begin(folder), end;
    return static_cast<size_t>(std::distance(begin, end));
  }

private:
  std::string folder;
};

/// The bytes of a number, little-endian.
template <typename T>
std::string bytesOf(T value) {
  return {reinterpret_cast<const char *>(&value), sizeof value};
}

/// Whether a message says something.
inline bool says(const char *message, const char *something) {
  return std::string(message).find(something) != std::string::npos;
}

} // namespace gradus::test

#endif
