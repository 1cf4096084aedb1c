//===- Run.cpp - compile, and the commands that compile and run -----------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/Compilation.h"
#include "compiler/Target/Object.h"
#include "tools/gradus/Commands.h"
#include "tools/gradus/Options.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/raw_ostream.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <unistd.h>

using namespace llvm;
using namespace gradus;

int gradus::usageError(const Twine &message) {
  errs() << "error: " << message << "\ntry: gradus --help\n";
  return kUsage;
}

int gradus::commandCompile(ArrayRef<StringRef> args) {
  CompileOptions options;
  std::vector<std::string> rest;
  if (std::string error = parseCompileOptions(args, options, rest, /*keepUnknown=*/false); !error.empty())
    return usageError(error);
  return Compilation(options).run();
}

/// Compiles into a private temporary folder and becomes the program.
static int compileAndRun(StringRef command, ArrayRef<StringRef> args) {
  CompileOptions options;
  std::vector<std::string> rest;
  if (std::string error = parseCompileOptions(args, options, rest, /*keepUnknown=*/true); !error.empty())
    return usageError(error);
  SmallString<128> program;
  if (std::error_code error = sys::fs::createUniqueDirectory("gradus", program)) {
    errs() << "error: cannot create a temporary folder: " << error.message() << "\n";
    return kInputError;
  }
  SmallString<128> folder(program);
  sys::path::append(program, "program");
  options.output = program.str().str();
  options.emit = "exe";
  ExitCode code = Compilation(options).run();
  int status = code;
  if (code == kOk) {
    int fd = open(program.c_str(), O_RDONLY | O_CLOEXEC);
    // The file is gone before the program runs: nothing is left behind.
    sys::fs::remove(program);
    sys::fs::remove(folder);
    std::vector<char *> argv{const_cast<char *>(options.model.c_str()), const_cast<char *>(command.data())};
    for (std::string &arg : rest)
      argv.push_back(arg.data());
    if (options.quiet)
      argv.push_back(const_cast<char *>("--quiet"));
    argv.push_back(nullptr);
    fexecve(fd, argv.data(), environ);
    errs() << "error: cannot run the compiled program: " << strerror(errno) << "\n";
    return kInternal;
  }
  sys::fs::remove(folder);
  return status;
}

int gradus::commandTrain(ArrayRef<StringRef> args) { return compileAndRun("train", args); }
int gradus::commandEval(ArrayRef<StringRef> args) { return compileAndRun("eval", args); }
int gradus::commandPredict(ArrayRef<StringRef> args) { return compileAndRun("predict", args); }
int gradus::commandBench(ArrayRef<StringRef> args) { return compileAndRun("bench", args); }
