//===- Compile.cpp - From a model file to any stage -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/gradus/Compile.h"
#include "compiler/InitAll.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Support/Locations.h"
#include "compiler/Target/Simulate.h"
#include "compiler/Target/Toolkit.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/IR/AsmState.h"
#include "mlir/Parser/Parser.h"
#include "mlir/Pass/Pass.h"
#include "mlir/Pass/PassManager.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/SHA256.h"
#include "llvm/Support/raw_ostream.h"
#include <chrono>

using namespace llvm;
using namespace gradus;

static constexpr StringLiteral kCPUStages[] = {"import", "gradient", "kernels", "linalg", "vector", "llvm"};
static constexpr StringLiteral kGPUStages[] = {"import", "gradient", "kernels", "linalg", "gpu", "nvvm"};

ArrayRef<StringLiteral> Compilation::stages() const { return forGPU() ? ArrayRef(kGPUStages) : ArrayRef(kCPUStages); }

static mlir::DialectRegistry makeRegistry() {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  return registry;
}

Compilation::Compilation(const CompileOptions &options)
    : options(options), context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED),
      diagnosticHandler(&context, [this](mlir::Diagnostic &diagnostic) { report(diagnostic); }) {}

void Compilation::report(mlir::Diagnostic &diagnostic) {
  std::string message = diagnostic.str();
  if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
    return; // notes with IR in them say nothing to whoever wrote the model
  mlir::FileLineColLoc loc = fileLoc(diagnostic.getLocation());
  if (!file || !loc) {
    errs() << options.model;
    if (loc && loc.getFilename().getValue() == options.model)
      errs() << ":" << loc.getLine() << ":" << loc.getColumn();
    errs() << ": error: " << message << "\n";
    return;
  }
  SourcePosition position;
  position.line = loc.getLine();
  position.column = loc.getColumn();
  file->diagnostics->report(position, ErrorCode::Unsupported, message, "gradus explain G206 says more");
}

static ExitCode fail(const Twine &message, ExitCode code = kInputError) {
  errs() << "error: " << message << "\n";
  return code;
}

ExitCode Compilation::load() {
  if (!forGPU() && (options.simulate || !options.gpu.empty() || !options.gpuSpec.empty() || !options.cudaPath.empty()))
    return fail("--gpu, --gpu-spec, --cuda-path and --simulate go with --target=cuda", kUsage);
  if (forGPU()) {
    if (!options.gpuSpec.empty()) {
      FailureOr<GPUSpec> spec = readGPUSpec(options.gpuSpec);
      if (failed(spec))
        return kInputError;
      gpu = std::move(*spec);
      if (!options.gpu.empty() && options.gpu != gpu.target)
        return fail("--gpu " + options.gpu + " is not the target of " + options.gpuSpec + ", " + gpu.target);
      options.gpu = gpu.target;
    } else {
      options.gpu = options.gpu.empty() ? "sm_80" : options.gpu;
      gpu = gpuSpecOf(options.gpu);
    }
  }
  Expected<std::unique_ptr<TargetMachine>> target =
      forGPU() ? createGPUTargetMachine(options.gpu, options.optLevel)
               : createTargetMachine(options.triple, options.cpu, options.features, options.optLevel);
  if (!target)
    return fail(toString(target.takeError()));
  machine = std::move(*target);
  if (forGPU()) {
    Expected<std::unique_ptr<TargetMachine>> cpu =
        createTargetMachine("", options.cpu, options.features, options.optLevel);
    if (!cpu)
      return fail(toString(cpu.takeError()));
    host = std::move(*cpu);
  }
  std::optional<proto::Model::Precision> precision;
  if (options.precision) {
    proto::Model::Precision given;
    if (!proto::Model::Precision_Parse(*options.precision, &given))
      return fail("there is no precision '" + *options.precision + "'; choose F32, TF32 or BF16", kUsage);
    precision = given;
  }
  if (forGPU() && !options.cudaPath.empty() && options.cudaPath != "none" && findPtxas(options.cudaPath).empty())
    return fail("--cuda-path " + options.cudaPath + " holds no bin/ptxas");
  if (StringRef(options.model).ends_with(".mlir"))
    return precision ? fail("--precision goes with a model; products in " + options.model + " say theirs", kUsage)
                     : loadStage();
  file = readModelFile(options.model);
  if (!file)
    return kInputError;
  sourceText = file->text;
  ImportOptions import;
  import.dims = options.dims;
  import.precision = precision;
  module = importModel(*file, context, import);
  stagesRun = 1;
  return module ? kOk : kInputError;
}

ExitCode Compilation::loadStage() {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(options.model);
  if (!buffer)
    return fail(options.model + ": " + buffer.getError().message());
  sourceText = (*buffer)->getBuffer().str();
  module = mlir::parseSourceString<mlir::ModuleOp>(sourceText, &context, options.model);
  if (!module)
    return kInputError;
  // What stands in it says how far it has come.
  bool kernels = false, linalg = false, gpu = false, beyond = false;
  module->walk([&](mlir::Operation *op) {
    kernels |= isa<rt::KernelOp>(op);
    linalg |= isa<mlir::linalg::LinalgOp>(op);
    gpu |= isa<mlir::gpu::GPUFuncOp>(op);
    beyond |= op->hasAttr(rt::kUnitsAttr) || isa<mlir::LLVM::LLVMFuncOp>(op);
  });
  StringRef stage = gpu ? "gpu" : linalg ? "linalg" : kernels ? "kernels" : "import";
  // What copies ahead and multiplies on tensor cores cannot be undone.
  if (forGPU() && !usesTensorCores()) {
    mlir::WalkResult fits = module->walk([&](mlir::Operation *op) {
      if (!isa_and_nonnull<mlir::nvgpu::NVGPUDialect>(op->getDialect()))
        return mlir::WalkResult::advance();
      op->emitError("needs a GPU from sm_80 on; compile from the kernels or linalg stage for ") << options.gpu;
      return mlir::WalkResult::interrupt();
    });
    if (fits.wasInterrupted())
      return kInputError;
  }
  auto known = llvm::find(stages(), stage);
  if (beyond || known == stages().end())
    return fail(options.model + " is IR of a stage that this compilation cannot take up; it can go on from import, "
                                "kernels and linalg, and from gpu with --target=cuda");
  stagesRun = known - stages().begin() + 1;
  return kOk;
}

std::string Compilation::printed(bool locations) {
  std::string text;
  raw_string_ostream os(text);
  mlir::OpPrintingFlags flags;
  if (locations)
    flags.enableDebugInfo(true, /*prettyForm=*/false);
  module->print(os, flags);
  return text;
}

ExitCode Compilation::runStage(StringRef stage) {
  mlir::PassManager pm(&context, mlir::ModuleOp::getOperationName());
  if (stage == "gradient")
    buildGradientPipeline(pm);
  else if (stage == "kernels") {
    KernelsOptions kernels;
    kernels.tensorCores = usesTensorCores();
    if (forGPU())
      kernels.noAliasBytes = 256 << 10; // see gpu-fuse-horizontally
    buildKernelsPipeline(pm, kernels);
  } else if (stage == "linalg") {
    buildLinalgPipeline(pm);
  } else if (stage == "vector") {
    VectorOptions vector;
    cpu::VectorTarget target = vectorTargetOf(*machine);
    vector.vectorBytes = target.vectorBytes;
    vector.registers = target.registers;
    buildVectorPipeline(pm, vector);
  } else if (stage == "gpu") {
    GPUOptions gpuOptions;
    gpuOptions.tensorCores = usesTensorCores();
    gpuOptions.fuseHorizontally = options.optLevel > 0;
    buildGPUPipeline(pm, gpuOptions);
  } else if (stage == "llvm" || stage == "nvvm") {
    table = collectModelTable(*module);
    table.compiler = "gradus 0.1.0";
    table.target = machine->getTargetTriple().str() + " " + machine->getTargetCPU().str();
    if (options.simulate)
      table.target += ", simulated";
    // What makes two training runs comparable: the model file and its sizes.
    std::string identity = sourceText;
    for (const TensorInfo &input : table.entries[GRADUS_ENTRY_TRAIN].inputs)
      for (int64_t size : input.shape)
        identity += "," + std::to_string(size);
    table.recipeHash = toHex(SHA256::hash(arrayRefFromStringRef(identity)), /*LowerCase=*/true);
    forGPU() ? buildNVVMPipeline(pm) : buildLLVMPipeline(pm);
  }
  pm.enableVerifier(stage == "gradient" || stage == "vector" || stage == "gpu");
  if (!options.printAfter.empty()) {
    auto wanted = [this](mlir::Pass *pass, mlir::Operation *) {
      return is_contained(options.printAfter, "all") || is_contained(options.printAfter, pass->getArgument().str());
    };
    pm.enableIRPrinting([](mlir::Pass *, mlir::Operation *) { return false; }, wanted, /*printModuleScope=*/true,
                        /*printAfterOnlyOnChange=*/false, /*printAfterOnlyOnFailure=*/false, errs());
  }
  if (options.timing)
    pm.enableTiming();
  if (mlir::failed(pm.run(*module)))
    return kInputError;
  return kOk;
}

ExitCode Compilation::lowerTo(StringRef stage) {
  if (!module)
    if (ExitCode code = load())
      return code;
  for (;; ++stagesRun) {
    if (!options.dumpDir.empty()) {
      if (std::error_code error = sys::fs::create_directories(options.dumpDir))
        return fail("cannot create " + options.dumpDir + ": " + error.message());
      SmallString<128> path(options.dumpDir);
      sys::path::append(path, std::to_string(stagesRun) + "-" + stages()[stagesRun - 1].str() + ".mlir");
      if (Error e = writeOutput(path, printed(options.locations)))
        return fail(toString(std::move(e)));
    }
    if (stages()[stagesRun - 1] == stage)
      return kOk;
    if (ExitCode code = runStage(stages()[stagesRun]))
      return code;
  }
}

ExitCode Compilation::translate() {
  if (forGPU()) {
    Expected<std::unique_ptr<Module>> kernels = translateKernels(*module, llvmContext, *machine);
    if (!kernels)
      return fail(toString(kernels.takeError()), kInternal);
    llvmModule = std::move(*kernels);
    table.gpu = options.gpu;
    if (!options.simulate) {
      placeDynamicShared(*llvmModule);
      runOptimizer(*llvmModule, *machine, options.optLevel);
      return is_contained({"ptx", "cubin", "llvm-ir"}, options.emit) ? kOk : embedKernels();
    }
    if (Error e = simulateKernels(*llvmModule))
      return fail(toString(std::move(e)), kInternal);
    llvmModule->setTargetTriple(host->getTargetTriple());
    llvmModule->setDataLayout(host->createDataLayout());
    emitModelTable(table, *llvmModule);
    optimizeModule(*llvmModule, *host, options.optLevel);
    return kOk;
  }
  llvmModule = mlir::translateModuleToLLVMIR(*module, llvmContext, table.name);
  if (!llvmModule)
    return fail("translation to LLVM IR failed; this is a bug in Gradus", kInternal);
  emitModelTable(table, *llvmModule);
  optimizeModule(*llvmModule, *machine, options.optLevel);
  return kOk;
}

ExitCode Compilation::emitCode(bool assembly, SmallVector<char> &code) {
  if (!llvmModule)
    if (ExitCode rc = translate())
      return rc;
  Expected<SmallVector<char>> result = emitMachineCode(*llvmModule, host ? *host : *machine, assembly);
  if (!result)
    return fail(toString(result.takeError()), kInternal);
  code = std::move(*result);
  return kOk;
}

ExitCode Compilation::writeText(StringRef text) {
  if (Error e = writeOutput(options.output.empty() ? "-" : StringRef(options.output), text))
    return fail(toString(std::move(e)));
  return kOk;
}

ExitCode Compilation::embedKernels() {
  Expected<std::string> ptx = emitPTX(*llvmModule, *machine);
  if (!ptx)
    return fail(toString(ptx.takeError()), kInternal);
  table.ptx = std::move(*ptx);
  // Machine code spares the driver's compiler at start-up; PTX is enough.
  if (std::string ptxas = findPtxas(options.cudaPath); !ptxas.empty()) {
    Expected<SmallVector<char>> cubin = assemblePTX(ptxas, options.gpu, table.ptx);
    if (cubin)
      table.cubin = std::move(*cubin);
    else
      errs() << "warning: the program holds PTX only: " << toString(cubin.takeError()) << "\n";
  }
  llvmModule = std::make_unique<Module>(table.name, llvmContext);
  llvmModule->setTargetTriple(host->getTargetTriple());
  llvmModule->setDataLayout(host->createDataLayout());
  emitModelTable(table, *llvmModule);
  optimizeModule(*llvmModule, *host, options.optLevel);
  return kOk;
}

ExitCode Compilation::emitKernels() {
  std::string ptxas = options.emit == "cubin" ? findPtxas(options.cudaPath) : "";
  if (options.emit == "cubin" && ptxas.empty())
    return fail("--emit=cubin needs ptxas of a CUDA toolkit; name the toolkit with --cuda-path DIR or CUDA_HOME");
  if (ExitCode code = translate())
    return code;
  Expected<std::string> ptx = emitPTX(*llvmModule, *machine);
  if (!ptx)
    return fail(toString(ptx.takeError()), kInternal);
  if (options.emit == "ptx")
    return writeText(*ptx);
  Expected<SmallVector<char>> cubin = assemblePTX(ptxas, options.gpu, *ptx);
  if (!cubin)
    return fail(toString(cubin.takeError()));
  if (Error e = writeOutput(options.output.empty() ? table.name + ".cubin" : options.output,
                            StringRef(cubin->data(), cubin->size())))
    return fail(toString(std::move(e)));
  return kOk;
}

ExitCode Compilation::run() {
  auto start = std::chrono::steady_clock::now();
  static constexpr StringLiteral kOutputs[] = {"llvm-ir", "asm", "obj", "exe", "shared-lib", "static-lib", "header"};
  static constexpr StringLiteral kGPUOutputs[] = {"llvm-ir", "ptx",        "cubin",      "obj",
                                                  "exe",     "shared-lib", "static-lib", "header"};
  ArrayRef<StringLiteral> outputs = forGPU() && !options.simulate ? ArrayRef(kGPUOutputs) : ArrayRef(kOutputs);
  bool isStage = is_contained(stages(), options.emit);
  if (!isStage && !is_contained(outputs, options.emit)) {
    SmallVector<StringRef> names(stages().begin(), stages().end());
    names.append(outputs.begin(), outputs.end());
    return fail("there is no stage '" + options.emit + "'; stages: " + join(names, ", "), kUsage);
  }
  if (isStage) {
    if (ExitCode code = lowerTo(options.emit))
      return code;
    return writeText(printed(options.locations));
  }
  if (ExitCode code = lowerWhole())
    return code;
  if (options.emit == "ptx" || options.emit == "cubin")
    return emitKernels();
  if (options.emit == "header")
    return writeText(modelHeader(table));
  if (options.emit == "llvm-ir") {
    if (ExitCode code = translate())
      return code;
    std::string text;
    raw_string_ostream os(text);
    llvmModule->print(os, nullptr);
    return writeText(text);
  }
  SmallVector<char> code;
  if (ExitCode rc = emitCode(options.emit == "asm", code))
    return rc;
  if (options.emit == "asm")
    return writeText(StringRef(code.data(), code.size()));
  std::string output = options.output;
  if (output.empty())
    output = options.emit == "obj"          ? table.name + ".o"
             : options.emit == "shared-lib" ? "lib" + table.name + ".so"
             : options.emit == "static-lib" ? "lib" + table.name + ".a"
                                            : table.name;
  if (options.emit == "obj") {
    if (Error e = writeOutput(output, StringRef(code.data(), code.size())))
      return fail(toString(std::move(e)));
  } else {
    if (output == "-")
      return fail("a program cannot go to standard output; name a file with -o", kUsage);
    LinkKind kind = options.emit == "exe"          ? LinkKind::Executable
                    : options.emit == "shared-lib" ? LinkKind::SharedLibrary
                                                   : LinkKind::StaticLibrary;
    if (Error e = linkProgram(code, output, kind, options.simulate))
      return fail(toString(std::move(e)));
  }
  if (!options.quiet)
    printSummary(output, std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count());
  return kOk;
}

static std::string human(double v, bool binary) {
  static const char *const units[] = {"", "k", "M", "G", "T"}, *const bytes[] = {"B", "KiB", "MiB", "GiB", "TiB"};
  double base = binary ? 1024 : 1000;
  int u = 0;
  for (; v >= base && u < 4; ++u)
    v /= base;
  std::string text;
  raw_string_ostream os(text);
  os << format(u ? "%.1f" : "%.0f", v) << (binary ? " " : "") << (binary ? bytes[u] : units[u]);
  return text;
}

void Compilation::printSummary(StringRef output, double seconds) {
  uint64_t parameters = 0, size = 0;
  for (const VariableInfo &v : table.variables)
    if (!(v.flags & GRADUS_VARIABLE_STATE))
      parameters += v.tensor.bytes / (v.tensor.dtype == GRADUS_F64 || v.tensor.dtype == GRADUS_I64 ? 8 : 4);
  (void)sys::fs::file_size(output, size);
  bool trains = table.entries[GRADUS_ENTRY_TRAIN].present;
  int entry = trains ? GRADUS_ENTRY_TRAIN : GRADUS_ENTRY_PREDICT;
  errs() << output << ": " << human(parameters, false) << " parameters, " << human(table.flops(entry), false)
         << " FLOPs per " << (trains ? "training step" : "sample") << " of batch " << table.entries[entry].batch << "\n"
         << "  " << table.entries[entry].launches.size() << " kernels, peak memory " << human(table.peakBytes(1), true)
         << " (variables " << human(table.variablesBytes, true) << ", arena "
         << human(table.entries[entry].arenaBytes, true) << "), program " << human(size, true) << ", compiled in "
         << format("%.2f", seconds) << " s for " << table.target << "\n";
  if (forGPU())
    printRoofline(entry);
}

void Compilation::printRoofline(int entry) {
  errs() << "  on " << gpu.name << " (" << gpu.target << ", " << format("%.0f", gpu.memoryGBs) << " GB/s, "
         << format("%.1f", gpu.f32TFLOPs) << " TFLOP/s in f32";
  for (auto [name, rate] : {std::pair("tf32", gpu.tf32TFLOPs), std::pair("bf16", gpu.bf16TFLOPs)})
    if (any_of(table.entries[entry].launches,
               [&](const LaunchInfo &launch) { return table.kernels[launch.kernel].precision == name; }))
      rate > 0 ? errs() << ", " << format("%.0f", rate) << " in " << name : errs() << ", unknown in " << name;
  errs() << "), at least:\n"
         << "    blocks threads  shared     FLOPs     bytes  FLOP/B       us  kernel\n";
  double floor = 0;
  for (const LaunchInfo &launch : table.entries[entry].launches) {
    const KernelInfo &k = table.kernels[launch.kernel];
    double us = gpu.microseconds(k.flops, k.bytes, k.precision);
    floor += us;
    errs() << format("  %8lld %7lld %7llu %9s %9s", static_cast<long long>(k.units), static_cast<long long>(k.threads),
                     static_cast<unsigned long long>(k.sharedBytes), human(k.flops, false).c_str(),
                     human(k.bytes, false).c_str())
           << format(" %7.2f %8.3f  ", static_cast<double>(k.flops) / std::max<double>(1, k.bytes), us) << k.name
           << (k.precision.empty() ? "" : ", in " + k.precision) << "\n";
  }
  errs() << "    " << table.entries[entry].launches.size() << " launches, " << format("%.2f", floor) << " us\n";
}

std::string gradus::modelHeader(const ModelTable &table) {
  std::string name;
  for (char c : table.name)
    name += isAlnum(c) ? toLower(c) : '_';
  std::string upper = StringRef(name).upper(), text;
  raw_string_ostream os(text);
  static const char *const entries[] = {"train", "eval", "predict"};
  os << "/* " << table.name << ".h - the model '" << table.name << "', compiled by " << table.compiler << ".\n"
     << " * Link with the library of the same compilation; see gradus/runtime.h for\n"
     << " * gradus_session_create and gradus_session_run. */\n"
     << "#ifndef GRADUS_MODEL_" << upper << "_H\n#define GRADUS_MODEL_" << upper
     << "_H\n\n#include \"gradus/runtime.h\"\n\n";
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    const EntryInfo &entry = table.entries[e];
    if (!entry.present)
      continue;
    std::string prefix = upper + "_" + StringRef(entries[e]).upper();
    os << "#define " << prefix << "_BATCH " << entry.batch << "\n";
    auto tensors = [&](ArrayRef<TensorInfo> list, StringRef what) {
      for (auto [i, t] : enumerate(list)) {
        std::string id;
        for (char c : t.name)
          id += isAlnum(c) ? toUpper(c) : '_';
        os << "#define " << prefix << "_" << what << "_" << id << " " << i << " /* ";
        static const char *const types[] = {"f32", "f64", "i32", "i64"};
        os << types[t.dtype] << "[";
        interleave(t.shape, os, [&](int64_t size) { os << size; }, ",");
        os << "], " << t.bytes << " bytes */\n";
      }
    };
    tensors(entry.inputs, "INPUT");
    tensors(entry.outputs, "OUTPUT");
    os << "\n";
  }
  os << "#define " << upper << "_VARIABLES_BYTES " << table.variablesBytes << "\n\n#endif\n";
  return text;
}
