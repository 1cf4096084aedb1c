//===- Object.cpp - From LLVM to machine code and programs ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Object.h"
#include "compiler/Support/Config.h"
#include "compiler/Target/CopyLoops.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Passes/PassBuilder.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/TargetSelect.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include <cerrno>
#include <cstring>
#include <fcntl.h>

using namespace llvm;
using namespace gradus;

static Error fail(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

Expected<std::unique_ptr<TargetMachine>> gradus::createTargetMachine(StringRef triple, StringRef cpu,
                                                                     StringRef features, int optLevel) {
  InitializeNativeTarget();
  InitializeNativeTargetAsmPrinter();
  InitializeNativeTargetAsmParser();
  Triple target(triple.empty() ? sys::getDefaultTargetTriple() : Triple::normalize(triple));
  std::string error;
  const Target *found = TargetRegistry::lookupTarget(target, error);
  if (!found)
    return fail("unknown target '" + target.str() + "'; this build compiles for x86_64-linux-gnu");
  std::string name = cpu.empty() || cpu == "native" ? sys::getHostCPUName().str() : cpu.str();
  std::vector<std::string> list;
  if (cpu.empty() || cpu == "native")
    for (auto &feature : sys::getHostCPUFeatures())
      list.push_back((feature.second ? "+" : "-") + feature.first().str());
  if (!features.empty())
    list.push_back(features.str());
  std::unique_ptr<TargetMachine> machine(found->createTargetMachine(target, name, join(list, ","), TargetOptions(),
                                                                    Reloc::PIC_, std::nullopt,
                                                                    static_cast<CodeGenOptLevel>(optLevel)));
  if (!machine || !machine->getMCSubtargetInfo()->isCPUStringValid(name))
    return fail("unknown CPU '" + name + "'; for example native, x86-64-v3, skylake-avx512");
  if (!machine->getMCSubtargetInfo()->checkFeatures("+avx2,+fma"))
    return fail("CPU '" + name + "' lacks AVX2 and FMA, which generated code needs; the least is x86-64-v3");
  return machine;
}

std::unique_ptr<TargetMachine> gradus::copyOf(const TargetMachine &machine) {
  return std::unique_ptr<TargetMachine>(machine.getTarget().createTargetMachine(
      machine.getTargetTriple(), machine.getTargetCPU(), machine.getTargetFeatureString(), machine.Options,
      machine.getRelocationModel(), std::nullopt, machine.getOptLevel()));
}

cpu::VectorTarget gradus::vectorTargetOf(TargetMachine &machine) {
  bool avx512 = machine.getMCSubtargetInfo()->checkFeatures("+avx512f,+avx512vl,+avx512dq,+avx512bw");
  return avx512 ? cpu::VectorTarget{64, 32} : cpu::VectorTarget{32, 16};
}

void gradus::optimizeModule(Module &module, TargetMachine &machine, int optLevel) {
  std::string width = std::to_string(8 * vectorTargetOf(machine).vectorBytes);
  for (Function &f : module) {
    if (f.isDeclaration())
      continue;
    f.addFnAttr("target-cpu", machine.getTargetCPU());
    f.addFnAttr("target-features", machine.getTargetFeatureString());
    f.addFnAttr("prefer-vector-width", width);
    f.addFnAttr(Attribute::NoUnwind);
  }
  runOptimizer(module, machine, optLevel);
}

void gradus::runOptimizer(Module &module, TargetMachine &machine, int optLevel) {
  module.setTargetTriple(machine.getTargetTriple());
  module.setDataLayout(machine.createDataLayout());
  LoopAnalysisManager lam;
  FunctionAnalysisManager fam;
  CGSCCAnalysisManager cgam;
  ModuleAnalysisManager mam;
  PipelineTuningOptions tuning;
  tuning.LoopVectorization = true;
  PassBuilder builder(&machine, tuning);
  // Behind the pass that finds copies, before the one that unrolls.
  builder.registerLateLoopOptimizationsEPCallback(
      [](LoopPassManager &loops, OptimizationLevel) { loops.addPass(KeepCopyLoopsPass()); });
  builder.registerModuleAnalyses(mam);
  builder.registerCGSCCAnalyses(cgam);
  builder.registerFunctionAnalyses(fam);
  builder.registerLoopAnalyses(lam);
  builder.crossRegisterProxies(lam, fam, cgam, mam);
  OptimizationLevel level = optLevel == 0   ? OptimizationLevel::O0
                            : optLevel == 1 ? OptimizationLevel::O1
                            : optLevel == 2 ? OptimizationLevel::O2
                                            : OptimizationLevel::O3;
  ModulePassManager passes =
      optLevel == 0 ? builder.buildO0DefaultPipeline(level) : builder.buildPerModuleDefaultPipeline(level);
  passes.run(module, mam);
}

Expected<SmallVector<char>> gradus::emitMachineCode(Module &module, TargetMachine &machine, bool assembly) {
  SmallVector<char> code;
  raw_svector_ostream stream(code);
  legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr,
                                  assembly ? CodeGenFileType::AssemblyFile : CodeGenFileType::ObjectFile))
    return fail("the target cannot emit machine code");
  passes.run(module);
  return code;
}

Error gradus::writeOutput(StringRef path, StringRef data, bool executable) {
  auto writeTo = [&](raw_fd_ostream &stream) -> Error {
    stream << data;
    stream.flush();
    if (!stream.has_error())
      return Error::success();
    std::string why = stream.error().message();
    stream.clear_error();
    return fail("cannot write " + path + ": " + why);
  };
  if (path == "-")
    return writeTo(outs());
  // A pipe or a device is written to; only files are replaced.
  sys::fs::file_status status;
  if (!sys::fs::status(path, status) && !sys::fs::is_regular_file(status)) {
    // Without O_NONBLOCK a pipe that nobody reads would hold us for ever.
    int fd = ::open(path.str().c_str(), O_WRONLY | O_CLOEXEC | O_NONBLOCK);
    if (fd < 0)
      return fail("cannot write " + path + ": " + std::strerror(errno));
    ::fcntl(fd, F_SETFL, O_WRONLY);
    raw_fd_ostream stream(fd, /*shouldClose=*/true);
    return writeTo(stream);
  }
  unsigned mode = sys::fs::all_read | sys::fs::owner_write | (executable ? sys::fs::all_exe : 0);
  Expected<sys::fs::TempFile> temp = sys::fs::TempFile::create(path + ".tmp-%%%%%%", mode);
  if (!temp)
    return fail("cannot write " + path + ": " + toString(temp.takeError()));
  raw_fd_ostream stream(temp->FD, /*shouldClose=*/false);
  stream << data;
  stream.flush();
  if (stream.has_error()) {
    std::string why = stream.error().message();
    stream.clear_error();
    consumeError(temp->discard());
    return fail("cannot write " + path + ": " + why);
  }
  if (Error e = temp->keep(path))
    return fail("cannot write " + path + ": " + toString(std::move(e)));
  return Error::success();
}

std::string gradus::runtimeArchive(StringRef name) {
  std::string self = sys::fs::getMainExecutable(nullptr, reinterpret_cast<void *>(&runtimeArchive));
  SmallString<256> path(sys::path::parent_path(sys::path::parent_path(self)));
  sys::path::append(path, "lib", name);
  return path.str().str();
}

Error gradus::linkProgram(ArrayRef<char> object, StringRef output, LinkKind kind, bool simulated) {
  SmallString<128> objectPath;
  if (std::error_code error = sys::fs::createTemporaryFile("gradus", "o", objectPath))
    return fail("cannot create a temporary file: " + error.message());
  FileRemover removeObject(objectPath);
  if (Error e = writeOutput(objectPath, StringRef(object.data(), object.size())))
    return e;
  sys::fs::file_status status;
  if (!sys::fs::status(output, status) && !sys::fs::is_regular_file(status))
    return fail(output + " is not a file that a program could replace");
  std::string staged = (output + ".tmp-" + utostr(sys::Process::getProcessId())).str();
  FileRemover removeStaged(staged);
  std::string runtime = runtimeArchive("libgradus_runtime.a"), mainArchive = runtimeArchive("libgradus_main.a");
  SmallVector<std::string> args;
  if (kind == LinkKind::StaticLibrary) {
    // The model alone: several models share one runtime, which the user links.
    args = {"ar", "rcsD", staged, objectPath.str().str()};
  } else {
    SmallVector<StringRef> linker;
    StringRef(GRADUS_PROGRAM_LINKER).split(linker, ' ');
    args.assign(linker.begin(), linker.end());
    args.insert(args.end(), {"-o", staged, objectPath.str().str(), "-O1"});
    if (kind == LinkKind::SharedLibrary)
      args.insert(args.end(), {"-shared", "-Wl,--whole-archive", runtime, "-Wl,--no-whole-archive"});
    else
      args.insert(args.end(), {mainArchive, runtime, "-pie", "-Wl,--gc-sections", "-s"});
    if (simulated)
      args.push_back(runtimeArchive("libgradus_simulator.a"));
    args.insert(args.end(), {"-Wl,-z,noexecstack", "-Wl,-z,relro,-z,now", "-pthread", "-lz", "-lm", "-ldl"});
  }
  ErrorOr<std::string> program = sys::findProgramByName(args[0]);
  if (!program)
    return fail("'" + args[0] + "' was not found; install a C toolchain (apt-get install gcc)");
  SmallVector<StringRef> argv(args.begin(), args.end());
  std::string message;
  SmallString<128> log;
  if (std::error_code error = sys::fs::createTemporaryFile("gradus-link", "log", log))
    return fail("cannot create a temporary file: " + error.message());
  FileRemover removeLog(log);
  std::optional<StringRef> redirects[] = {std::nullopt, StringRef(log), StringRef(log)};
  if (int rc = sys::ExecuteAndWait(*program, argv, std::nullopt, redirects, 0, 0, &message)) {
    auto text = MemoryBuffer::getFile(log);
    return fail("linking failed (" + Twine(rc) + "): " + message + (text ? (*text)->getBuffer() : StringRef()));
  }
  if (std::error_code error = sys::fs::rename(staged, output))
    return fail("cannot write " + output + ": " + error.message());
  removeStaged.releaseFile();
  return Error::success();
}
