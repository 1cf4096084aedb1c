//===- Verify.cpp - gradus verify -----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Verify/VerifyModel.h"
#include "tools/gradus/Commands.h"
#include "tools/gradus/Options.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace gradus;

int gradus::commandVerify(ArrayRef<StringRef> args) {
  CompileOptions options;
  std::vector<std::string> rest;
  if (std::string error = parseCompileOptions(args, options, rest, /*keepUnknown=*/true); !error.empty())
    return usageError(error);
  uint64_t seed = 1;
  for (size_t i = 0; i < rest.size(); ++i) {
    StringRef value = rest[i];
    bool known = value.consume_front("--seed=");
    if (!known && value == "--seed" && i + 1 < rest.size()) {
      known = true;
      value = rest[++i];
    }
    if (!known)
      return usageError("verify does not know " + rest[i]);
    if (!to_integer(value, seed, 10))
      return usageError("--seed takes a number");
  }
  if (StringRef(options.model).ends_with(".mlir"))
    return usageError("verify needs a model file, not IR of a stage");
  return verifyModel(std::move(options), seed);
}
