//===- VerifyModel.cpp - Compiled code against the reference --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Verify/VerifyModel.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Verify/Verifier.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/raw_ostream.h"
#include <dlfcn.h>

using namespace llvm;
using namespace gradus;

/// Runs and compares all entry points, then gradients; on a CPU, also with more threads.
static ExitCode compareAll(LoadedModel &library, Verifier &verifier, uint64_t seed, bool onCPU) {
  gradus_error_t error;
  gradus_session_t *session = nullptr;
  if (library.create(library.model, 1, seed, &session, &error))
    return printError(error.text);
  bool good = true;
  // Training last: it changes the variables, from which gradients are then taken.
  for (int entry : {GRADUS_ENTRY_PREDICT, GRADUS_ENTRY_EVAL, GRADUS_ENTRY_TRAIN})
    if (library.model->entries[entry])
      good &= verifier.compareEntry(session, entry);
  library.destroy(session);
  if (library.model->entries[GRADUS_ENTRY_TRAIN])
    good &= verifier.compareGradients();
  if (onCPU)
    good &= verifier.compareThreads();
  outs() << (good ? "verified\n" : "MISMATCH\n");
  return good ? kOk : kMismatch;
}

ExitCode gradus::verifyModel(CompileOptions options, uint64_t seed) {
  // A small batch says as much as a large one; odd, so that tails are met.
  options.dims.try_emplace("batch", 5);
  SmallString<128> path;
  if (std::error_code error = sys::fs::createTemporaryFile("gradus-verify", "so", path))
    return printError("cannot create a temporary file: " + error.message());
  FileRemover remover(path);
  options.output = path.str().str();
  options.emit = "shared-lib";
  options.quiet = true;
  Compilation compiled(options);
  if (ExitCode code = compiled.run())
    return code;
  CompileOptions plain = options;
  plain.printAfter.clear();
  plain.dumpDir.clear();
  Compilation reference(plain);
  if (ExitCode code = reference.load())
    return code;
  if (failed(prepareReference(reference.getModule())))
    return kInternal;
  LoadedModel library;
  if (!library.open(options.output, symbolOfModel(compiled.getTable().name) + "_query"))
    return printError(Twine("the compiled library cannot be loaded: ") + dlerror(), kInternal);
  Tolerances tolerances = tolerancesOf(reference.getModule(), compiled.usesTensorCores());
  Verifier verifier(library, reference.getModule(), seed, tolerances);
  return compareAll(library, verifier, seed, options.target == TargetKind::CPU);
}
