//===- CheckEverySize.cpp - A model means the same at every size ----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Importer.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace gradus;

/// All numbers without a point that a text holds.
static SmallVector<int64_t> integersOf(StringRef text) {
  SmallVector<int64_t> integers;
  while (!text.empty()) {
    text = text.drop_until(isDigit);
    int64_t value;
    if (to_integer(text.take_while(isDigit), value, 10))
      integers.push_back(value);
    text = text.drop_while(isDigit);
  }
  return integers;
}

static bool isPrime(int64_t n) {
  for (int64_t d = 2; d * d <= n; ++d)
    if (n % d == 0)
      return false;
  return n > 1;
}

/// The batch, and the dimensions to which only the command line gives a size: one that
/// the file gives is a number with a name.
static std::vector<std::string> symbolicDimensions(const ModelFile &file, const ImportOptions &options) {
  StringSet<> seen;
  seen.insert("batch");
  for (const proto::Dim &dim : file.model.dim())
    if (dim.size())
      seen.insert(dim.name());
  std::vector<std::string> names;
  for (const auto &given : options.dims)
    if (seen.insert(given.getKey()).second)
      names.push_back(given.getKey().str());
  llvm::sort(names);
  names.insert(names.begin(), "batch");
  return names;
}

LogicalResult gradus::checkEverySize(const ModelFile &file, mlir::MLIRContext &context, const ImportOptions &options) {
  // Primes: a product of sizes is a multiple of one only if that dimension is in it.
  // Large enough not to be a sum of a few sizes; small, since tensors are limited.
  constexpr int64_t kSmallest = 251;
  SmallVector<int64_t> integers = integersOf(file.model.ShortDebugString());
  std::vector<Symbol> symbols;
  ImportOptions every = options;
  int64_t size = kSmallest;
  for (const std::string &name : symbolicDimensions(file, options)) {
    while (!isPrime(size) || any_of(integers, [&](int64_t n) { return n != 0 && n % size == 0; }))
      ++size;
    symbols.emplace_back(name, size);
    every.dims[name] = size++;
  }
  return Importer(file, context, every).tryEntries(symbols);
}
