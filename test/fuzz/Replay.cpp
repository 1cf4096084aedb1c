//===- Replay.cpp - Runs a fuzz target without libFuzzer ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// usage: fuzz-TARGET [--mutations N] FILE-OR-FOLDER…
//
// Gives the target each file, and N mutations of each that are the same in every run.
// The input of a finding is written to finding-input in the current folder.
//
//===----------------------------------------------------------------------===//
#include "FuzzTarget.h"
#include <algorithm>
#include <csignal>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <vector>
#if __has_feature(address_sanitizer)
#include <sanitizer/common_interface_defs.h>
#endif

/// Of targets that have one.
extern "C" size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t maxSize, unsigned seed)
    __attribute__((weak));

using Bytes = std::vector<uint8_t>;

static constexpr size_t kMaxBytes = 1 << 16;
static std::minstd_rand randomNumbers;

/// What the target is looking at, for keepInput.
static const Bytes *current;

/// Writes down the input of a finding.
static void keepInput() {
  std::ofstream("finding-input", std::ios::binary)
      .write(reinterpret_cast<const char *>(current->data()), static_cast<std::streamsize>(current->size()));
  fputs("the input is in ./finding-input\n", stderr);
}

/// Ends the process by `signal`, with the input kept.
static void die(int signal) {
  std::signal(signal, SIG_DFL);
  keepInput();
  raise(signal);
}

static void run(const Bytes &bytes) {
  current = &bytes;
  // A copy of just this size, so that sanitizers see what reads beyond it.
  Bytes copy(bytes);
  copy.shrink_to_fit();
  LLVMFuzzerTestOneInput(copy.data(), copy.size());
}

/// What libFuzzer has under this name, in small: changes, adds or removes some bytes.
extern "C" size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t maxSize) {
  size_t at = size ? randomNumbers() % size : 0, count = std::min<size_t>(1 + randomNumbers() % 4, size - at);
  switch (randomNumbers() % 4) {
  case 0:
    memmove(data + at, data + at + count, size - at - count);
    return size - count;
  case 1:
    if (size + count > maxSize)
      return size;
    memmove(data + at + count, data + at, size - at);
    return size + count;
  case 2:
    return at;
  default:
    for (size_t i = at; i < at + count; ++i)
      data[i] ^= static_cast<uint8_t>(1u << randomNumbers() % 8);
    return size;
  }
}

static Bytes mutate(Bytes bytes) {
  size_t size = bytes.size(), room = size + 256;
  bytes.resize(room);
  if (LLVMFuzzerCustomMutator)
    size = LLVMFuzzerCustomMutator(bytes.data(), size, room, static_cast<unsigned>(randomNumbers()));
  else
    size = LLVMFuzzerMutate(bytes.data(), size, room);
  bytes.resize(size);
  return bytes;
}

/// The files that a path names, in a fixed order.
static std::vector<std::string> filesOf(const std::string &path) {
  if (!std::filesystem::is_directory(path))
    return {path};
  std::vector<std::string> files;
  for (const auto &entry : std::filesystem::directory_iterator(path))
    files.push_back(entry.path());
  std::sort(files.begin(), files.end());
  return files;
}

int main(int argc, char **argv) {
#if __has_feature(address_sanitizer)
  __sanitizer_set_death_callback(keepInput);
#endif
  for (int signal : {SIGABRT, SIGSEGV, SIGFPE, SIGILL, SIGBUS, SIGTERM})
    std::signal(signal, die);
  long mutations = 0;
  int first = 1;
  if (argc > 2 && !strcmp(argv[1], "--mutations")) {
    mutations = strtol(argv[2], nullptr, 10);
    first = 3;
  }
  for (int i = first; i < argc; ++i)
    for (const std::string &path : filesOf(argv[i])) {
      std::ifstream in(path, std::ios::binary);
      if (!in) {
        fprintf(stderr, "%s: cannot be read\n", path.c_str());
        return 1;
      }
      Bytes bytes{std::istreambuf_iterator<char>(in), {}};
      bytes.resize(std::min(bytes.size(), kMaxBytes));
      run(bytes);
      randomNumbers.seed(1);
      Bytes mutated = bytes;
      for (long n = 0; n < mutations; ++n) {
        // A few steps away from the file at most: far from it nothing is understood.
        mutated = mutate(n % 4 ? mutated : bytes);
        run(mutated);
      }
    }
}
