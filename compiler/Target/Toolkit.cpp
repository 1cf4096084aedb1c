//===- Toolkit.cpp - A CUDA toolkit, where there is one -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Toolkit.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace gradus;

static Error fail(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

static std::string ptxasIn(StringRef folder) {
  SmallString<128> path(folder);
  sys::path::append(path, "bin", "ptxas");
  return sys::fs::can_execute(path) ? path.str().str() : "";
}

std::string gradus::findPtxas(StringRef folder) {
  if (folder == "none")
    return "";
  if (!folder.empty())
    return ptxasIn(folder);
  for (const char *variable : {"CUDA_HOME", "CUDA_PATH", "CUDA_ROOT"})
    if (std::optional<std::string> home = sys::Process::GetEnv(variable); home && !home->empty())
      if (std::string path = ptxasIn(*home); !path.empty())
        return path;
  if (std::string path = ptxasIn("/usr/local/cuda"); !path.empty())
    return path;
  ErrorOr<std::string> found = sys::findProgramByName("ptxas");
  return found ? *found : "";
}

Expected<SmallVector<char>> gradus::assemblePTX(StringRef ptxas, StringRef gpu, StringRef ptx) {
  SmallString<128> paths[3];
  std::vector<FileRemover> removers;
  constexpr StringLiteral suffixes[] = {"ptx", "cubin", "log"};
  for (auto [path, suffix] : zip_equal(paths, suffixes)) {
    if (std::error_code error = sys::fs::createTemporaryFile("gradus", suffix, path))
      return fail("cannot create a temporary file: " + error.message());
    removers.emplace_back(path);
  }
  auto &[input, output, log] = paths;
  std::error_code error;
  raw_fd_ostream stream(input, error);
  stream << ptx;
  stream.close();
  if (error || stream.has_error()) {
    stream.clear_error();
    return fail("cannot write " + input);
  }
  std::string architecture = ("-arch=" + gpu).str(), message;
  StringRef arguments[] = {ptxas, architecture, input, "-o", output};
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log), StringRef(log)};
  int rc = sys::ExecuteAndWait(ptxas, arguments, std::nullopt, redirects, 0, 0, &message);
  auto printed = MemoryBuffer::getFile(log);
  if (rc)
    return fail(ptxas + " fails: " + message + (printed ? (*printed)->getBuffer().trim() : StringRef()));
  auto code = MemoryBuffer::getFile(output, /*IsText=*/false, /*RequiresNullTerminator=*/false);
  if (!code || (*code)->getBuffer().empty())
    return fail(ptxas + " wrote nothing");
  return SmallVector<char>((*code)->getBuffer().begin(), (*code)->getBuffer().end());
}
