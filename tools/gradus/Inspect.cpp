//===- Inspect.cpp - show, check, fmt, explain, doctor --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/Compilation.h"
#include "compiler/Driver/Report.h"
#include "compiler/Target/Object.h"
#include "dialects/rt/IR/RTDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "tools/gradus/Commands.h"
#include "tools/gradus/Options.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include <thread>

using namespace llvm;
using namespace gradus;

/// Prints each kernel with the fusion decisions that formed it.
static void printDecisions(mlir::ModuleOp module) {
  module.walk([](rt::KernelOp kernel) {
    outs() << kernel.getSymName() << " (" << rt::stringifyKernelKind(kernel.getKind()) << ")\n";
    if (mlir::ArrayAttr lines = kernel.getDecisionsAttr())
      for (mlir::Attribute line : lines)
        outs() << "  " << cast<mlir::StringAttr>(line).getValue() << "\n";
  });
}

int gradus::commandShow(ArrayRef<StringRef> args) {
  CompileOptions options;
  std::vector<std::string> rest;
  if (std::string error = parseCompileOptions(args, options, rest, /*keepUnknown=*/true); !error.empty())
    return usageError(error);
  bool kernels = is_contained(rest, "--kernels"), decisions = is_contained(rest, "--decisions");
  for (const std::string &r : rest)
    if (r != "--kernels" && r != "--decisions")
      return usageError("show does not know " + r);
  Compilation compilation(options);
  if (ExitCode code = compilation.lowerTo("kernels"))
    return code;
  if (decisions) {
    printDecisions(compilation.getModule());
    return kOk;
  }
  if (ExitCode code = compilation.lowerTo("model"))
    return code;
  printModel(outs(), compilation.getTable(), kernels);
  return kOk;
}

int gradus::commandCheck(ArrayRef<StringRef> args) {
  int worst = kOk;
  if (args.empty())
    return usageError("which model?");
  for (StringRef path : args) {
    CompileOptions options;
    options.model = path.str();
    Compilation compilation(options);
    if (ExitCode code = compilation.lowerTo("kernels"))
      worst = code;
    else
      outs() << path << ": ok\n";
  }
  return worst;
}

int gradus::commandFmt(ArrayRef<StringRef> args) {
  bool checkOnly = false;
  int status = kOk;
  for (StringRef path : args) {
    if (path == "--check") {
      checkOnly = true;
      continue;
    }
    if (path.starts_with("--"))
      return usageError("fmt does not know " + path);
    std::unique_ptr<ModelFile> file = readModelFile(path);
    if (!file) {
      status = kInputError;
      continue;
    }
    if (file->binary) {
      errs() << path << ": error: binary models cannot be formatted\n";
      status = kInputError;
      continue;
    }
    std::string text = formatText(file->text);
    if (text == file->text)
      continue;
    if (checkOnly) {
      outs() << path << "\n";
      status = kInputError;
    } else if (Error e = writeOutput(path, text)) {
      errs() << "error: " << toString(std::move(e)) << "\n";
      status = kInputError;
    }
  }
  return status;
}

int gradus::commandExplain(ArrayRef<StringRef> args) {
  if (args.empty()) {
    for (const ErrorCodeInfo &info : allErrorCodes())
      outs() << info.code << "  " << info.explanation << "\n";
    return kOk;
  }
  StringRef text = explainErrorCode(args[0]);
  if (text.empty())
    return usageError("there is no error code '" + args[0] + "'; gradus explain lists them");
  outs() << args[0] << ": " << text << "\n";
  return kOk;
}

int gradus::commandDoctor(ArrayRef<StringRef>) {
  StringMap<bool> features = sys::getHostCPUFeatures();
  auto yes = [&](StringRef f) { return features.lookup(f) ? "yes" : "no"; };
  outs() << "CPU        " << sys::getHostCPUName() << ", " << std::thread::hardware_concurrency() << " processors\n"
         << "AVX2, FMA  " << yes("avx2") << ", " << yes("fma") << "\n"
         << "AVX-512    " << yes("avx512f") << "\n";
  ErrorOr<std::string> cc = sys::findProgramByName("cc");
  outs() << "linker     " << (cc ? *cc : "missing: apt-get install gcc") << "\n";
  std::string runtime = runtimeArchive("libgradus_runtime.a");
  bool present = sys::fs::exists(runtime);
  outs() << "runtime    " << runtime << (present ? "" : " (missing: build Gradus again)") << "\n";
  bool good = features.lookup("avx2") && features.lookup("fma") && cc && present;
  outs() << (good ? "all is well\n" : "something is missing\n");
  return good ? kOk : kInputError;
}
