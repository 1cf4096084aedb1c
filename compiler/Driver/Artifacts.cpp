//===- Artifacts.cpp - From the last stage to code, text and programs -----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/Artifacts.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Driver/CompileParts.h"
#include "compiler/Driver/ModelHeader.h"
#include "compiler/Driver/Report.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Target/Object.h"
#include "compiler/Target/PTX.h"
#include "compiler/Target/Simulate.h"
#include "compiler/Target/Toolkit.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

using namespace llvm;
using namespace gradus;

static constexpr ArtifactInfo kArtifacts[] = {
    {Artifact::LLVMIR, "llvm-ir", true, true, "", ".ll"},
    {Artifact::PTX, "ptx", false, true, "", ".ptx"},
    {Artifact::Cubin, "cubin", false, true, "", ".cubin"},
    {Artifact::Assembly, "asm", true, false, "", ".s"},
    {Artifact::Object, "obj", true, true, "", ".o"},
    {Artifact::Executable, "exe", true, true, "", ""},
    {Artifact::SharedLibrary, "shared-lib", true, true, "lib", ".so"},
    {Artifact::StaticLibrary, "static-lib", true, true, "lib", ".a"},
    {Artifact::Header, "header", true, true, "", ".h"},
};

ArrayRef<ArtifactInfo> gradus::allArtifacts() { return kArtifacts; }

const ArtifactInfo *gradus::findArtifact(StringRef name, bool onGPU) {
  const ArtifactInfo *found =
      find_if(kArtifacts, [&](const ArtifactInfo &a) { return a.name == name && (onGPU ? a.onGPU : a.onCPU); });
  return found == std::end(kArtifacts) ? nullptr : found;
}

//===----------------------------------------------------------------------===//
// LLVM IR
//===----------------------------------------------------------------------===//

ExitCode Compilation::translateHost() {
  ProgramOptions program;
  program.withMain = options.emit == "exe";
  program.simulate = options.simulate;
  mlir::PassManager pm(&context, mlir::ModuleOp::getOperationName());
  buildHostPipeline(pm, program);
  if (mlir::failed(pm.run(*module)))
    return kInternal;
  llvmModule = mlir::translateModuleToLLVMIR(*module, llvmContext, table.name);
  if (!llvmModule)
    return printError("translation to LLVM IR failed; this is a bug in Gradus", kInternal);
  llvmModule->setTargetTriple(host->getTargetTriple());
  llvmModule->setDataLayout(host->createDataLayout());
  return kOk;
}

ExitCode Compilation::translate() {
  if (forGPU())
    return translateForGPU();
  llvmModule = mlir::translateModuleToLLVMIR(*module, llvmContext, table.name);
  if (!llvmModule)
    return printError("translation to LLVM IR failed; this is a bug in Gradus", kInternal);
  optimizeModule(*llvmModule, *machine, options.optLevel);
  return kOk;
}

ExitCode Compilation::translateForGPU() {
  Expected<std::unique_ptr<Module>> kernels = translateKernels(*module, llvmContext, *machine);
  if (!kernels)
    return printError(toString(kernels.takeError()), kInternal);
  llvmModule = std::move(*kernels);
  if (!options.simulate) {
    placeDynamicShared(*llvmModule);
    runOptimizer(*llvmModule, *machine, options.optLevel);
    return kOk;
  }
  if (Error e = simulateKernels(*llvmModule))
    return printError(toString(std::move(e)), kInternal);
  std::unique_ptr<Module> simulated = std::move(llvmModule);
  if (ExitCode code = translateHost())
    return code;
  if (Error e = linkKernels(*llvmModule, std::move(simulated)))
    return printError(toString(std::move(e)), kInternal);
  optimizeModule(*llvmModule, *host, options.optLevel);
  return kOk;
}

ExitCode Compilation::embedKernels() {
  Expected<std::string> ptx = emitPTX(*llvmModule, *machine);
  if (!ptx)
    return printError(toString(ptx.takeError()), kInternal);
  rt::ModelOp model = *module->getOps<rt::ModelOp>().begin();
  model.setPtx(*ptx);
  // Machine code spares the driver's compiler at start-up; PTX is enough.
  if (std::string ptxas = findPtxas(options.cudaPath); !ptxas.empty()) {
    Expected<SmallVector<char>> cubin = assemblePTX(ptxas, options.gpu, *ptx);
    if (cubin)
      model.setCubin(StringRef(cubin->data(), cubin->size()));
    else
      errs() << "warning: the program holds PTX only: " << toString(cubin.takeError()) << "\n";
  }
  if (ExitCode code = translateHost())
    return code;
  optimizeModule(*llvmModule, *host, options.optLevel);
  return kOk;
}

//===----------------------------------------------------------------------===//
// Output
//===----------------------------------------------------------------------===//

ExitCode Compilation::writeText(StringRef text) {
  if (Error e = writeOutput(options.output.empty() ? "-" : StringRef(options.output), text))
    return printError(toString(std::move(e)));
  return kOk;
}

ExitCode Compilation::emitText(Artifact artifact) {
  if (artifact == Artifact::Header)
    return writeText(modelHeader(table));
  if (ExitCode code = translate())
    return code;
  std::string text;
  raw_string_ostream os(text);
  llvmModule->print(os, nullptr);
  return writeText(text);
}

ExitCode Compilation::emitKernels(Artifact artifact) {
  std::string ptxas = artifact == Artifact::Cubin ? findPtxas(options.cudaPath) : "";
  if (artifact == Artifact::Cubin && ptxas.empty())
    return printError("--emit=cubin needs ptxas of a CUDA toolkit; name the toolkit with --cuda-path DIR or CUDA_HOME");
  if (ExitCode code = translate())
    return code;
  Expected<std::string> ptx = emitPTX(*llvmModule, *machine);
  if (!ptx)
    return printError(toString(ptx.takeError()), kInternal);
  if (artifact == Artifact::PTX)
    return writeText(*ptx);
  Expected<SmallVector<char>> cubin = assemblePTX(ptxas, options.gpu, *ptx);
  if (!cubin)
    return printError(toString(cubin.takeError()));
  std::string output = options.output.empty() ? table.name + ".cubin" : options.output;
  if (Error e = writeOutput(output, StringRef(cubin->data(), cubin->size())))
    return printError(toString(std::move(e)));
  return kOk;
}

/// The cache that `options` ask for.
static ObjectCache cacheOf(const CompileOptions &options) {
  if (!options.cacheDir)
    return ObjectCache(ObjectCache::defaultDirectory());
  return *options.cacheDir == "none" ? ObjectCache() : ObjectCache(*options.cacheDir);
}

ExitCode Compilation::compileInParts(SmallVectorImpl<char> &code) {
  mlir::DefaultTimingManager manager;
  manager.setEnabled(options.timing);
  mlir::TimingScope timing = manager.getRootScope();
  if (ExitCode failed = compileProgram(*module, *machine, options, cacheOf(options), timing, code))
    return failed;
  // What is asked to be seen is shown for the whole module.
  return options.dumpDir.empty() && options.printAfter.empty() ? kOk : lowerWhole();
}

ExitCode Compilation::compileWhole(bool assembly, SmallVectorImpl<char> &code) {
  if (ExitCode failed = translate())
    return failed;
  if (forGPU() && !options.simulate)
    if (ExitCode failed = embedKernels())
      return failed;
  Expected<SmallVector<char>> whole = emitMachineCode(*llvmModule, host ? *host : *machine, assembly);
  if (!whole)
    return printError(toString(whole.takeError()), kInternal);
  code = std::move(*whole);
  return kOk;
}

/// True for artifacts whose code nobody reads: it can be compiled in parts.
static bool isBinary(Artifact artifact) {
  return artifact != Artifact::LLVMIR && artifact != Artifact::Assembly && artifact != Artifact::Header;
}

ExitCode Compilation::emitProgram(Artifact artifact) {
  bool assembly = artifact == Artifact::Assembly;
  SmallVector<char> code;
  if (ExitCode failed = forGPU() || !isBinary(artifact) ? compileWhole(assembly, code) : compileInParts(code))
    return failed;
  StringRef bytes(code.data(), code.size());
  if (assembly)
    return writeText(bytes);
  if (artifact == Artifact::Object) {
    if (Error e = writeOutput(options.output, bytes))
      return printError(toString(std::move(e)));
    return kOk;
  }
  if (options.output == "-")
    return printError("a program cannot go to standard output; name a file with -o", kUsage);
  LinkKind kind = artifact == Artifact::Executable      ? LinkKind::Executable
                  : artifact == Artifact::SharedLibrary ? LinkKind::SharedLibrary
                                                        : LinkKind::StaticLibrary;
  if (Error e = linkProgram(code, options.output, kind, options.simulate))
    return printError(toString(std::move(e)));
  return kOk;
}

ExitCode Compilation::run() {
  auto start = std::chrono::steady_clock::now();
  bool kernelsOnGPU = forGPU() && !options.simulate;
  if (any_of(stages(), [&](const Stage &s) { return s.name == options.emit; })) {
    if (ExitCode code = lowerTo(options.emit))
      return code;
    return writeText(printed());
  }
  const ArtifactInfo *info = findArtifact(options.emit, kernelsOnGPU);
  if (!info) {
    SmallVector<StringRef> names;
    for (const Stage &stage : stages())
      names.push_back(stage.name);
    for (const ArtifactInfo &a : allArtifacts())
      if (kernelsOnGPU ? a.onGPU : a.onCPU)
        names.push_back(a.name);
    return printError("there is no stage '" + options.emit + "'; stages: " + join(names, ", "), kUsage);
  }
  bool inParts = !forGPU() && isBinary(info->artifact);
  if (ExitCode code = inParts || info->artifact == Artifact::Header ? lowerTo("model") : lowerWhole())
    return code;
  switch (info->artifact) {
  case Artifact::LLVMIR:
  case Artifact::Header:
    return emitText(info->artifact);
  case Artifact::PTX:
  case Artifact::Cubin:
    return emitKernels(info->artifact);
  case Artifact::Assembly:
    return emitProgram(info->artifact);
  case Artifact::Object:
  case Artifact::Executable:
  case Artifact::SharedLibrary:
  case Artifact::StaticLibrary:
    break;
  }
  if (options.output.empty())
    options.output = (info->prefix + table.name + info->suffix).str();
  if (ExitCode code = emitProgram(info->artifact))
    return code;
  if (options.quiet)
    return kOk;
  double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
  printSummary(errs(), table, options.output, seconds);
  if (forGPU())
    printRoofline(errs(), table, gpu);
  return kOk;
}
