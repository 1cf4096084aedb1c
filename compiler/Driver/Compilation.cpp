//===- Compilation.cpp - From a model file through the MLIR stages --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/Compilation.h"
#include "compiler/InitAll.h"
#include "compiler/Support/Config.h"
#include "compiler/Support/Locations.h"
#include "compiler/Target/Object.h"
#include "compiler/Target/PTX.h"
#include "compiler/Target/Toolkit.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace gradus;

ExitCode gradus::printError(const Twine &message, ExitCode code) {
  errs() << "error: " << message << "\n";
  return code;
}

static mlir::DialectRegistry makeRegistry() {
  mlir::DialectRegistry registry;
  registerAllDialects(registry);
  return registry;
}

Compilation::Compilation(CompileOptions given)
    : options(std::move(given)), context(makeRegistry(), mlir::MLIRContext::Threading::DISABLED),
      diagnosticHandler(&context, [this](mlir::Diagnostic &diagnostic) { report(diagnostic); }) {
  // IR of the whole module can be printed only while no other thread changes it.
  if (options.jobs == 1 || !options.printAfter.empty())
    return;
  threads = std::make_unique<DefaultThreadPool>(hardware_concurrency(options.jobs));
  context.setThreadPool(*threads);
}

void Compilation::report(mlir::Diagnostic &diagnostic) {
  if (diagnostic.getSeverity() != mlir::DiagnosticSeverity::Error)
    return; // notes show IR, which says nothing to the author of a model
  std::string message = diagnostic.str();
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

//===----------------------------------------------------------------------===//
// Target
//===----------------------------------------------------------------------===//

ExitCode Compilation::selectGPU() {
  if (!options.cudaPath.empty() && options.cudaPath != "none" && findPtxas(options.cudaPath).empty())
    return printError("--cuda-path " + options.cudaPath + " holds no bin/ptxas");
  if (options.gpuSpec.empty()) {
    options.gpu = options.gpu.empty() ? "sm_80" : options.gpu;
    gpu = gpuSpecOf(options.gpu);
    return kOk;
  }
  FailureOr<GPUSpec> spec = readGPUSpec(options.gpuSpec);
  if (failed(spec))
    return kInputError;
  gpu = std::move(*spec);
  if (!options.gpu.empty() && options.gpu != gpu.target)
    return printError("--gpu " + options.gpu + " is not the target of " + options.gpuSpec + ", " + gpu.target);
  options.gpu = gpu.target;
  return kOk;
}

ExitCode Compilation::createMachines() {
  bool gpuOptions = options.simulate || !options.gpu.empty() || !options.gpuSpec.empty() || !options.cudaPath.empty();
  if (!forGPU() && gpuOptions)
    return printError("--gpu, --gpu-spec, --cuda-path and --simulate go with --target=cuda", kUsage);
  Expected<std::unique_ptr<TargetMachine>> cpu =
      createTargetMachine(options.triple, options.cpu, options.features, options.optLevel);
  if (!forGPU()) {
    if (!cpu)
      return printError(toString(cpu.takeError()));
    machine = std::move(*cpu);
    return kOk;
  }
  if (!cpu)
    return printError(toString(cpu.takeError()));
  host = std::move(*cpu);
  if (ExitCode code = selectGPU())
    return code;
  Expected<std::unique_ptr<TargetMachine>> target = createGPUTargetMachine(options.gpu, options.optLevel);
  if (!target)
    return printError(toString(target.takeError()));
  machine = std::move(*target);
  return kOk;
}

//===----------------------------------------------------------------------===//
// Import
//===----------------------------------------------------------------------===//

/// The precision that `options` asks for, or the model's own; fails for an unknown
/// name.
static FailureOr<std::optional<proto::Model::Precision>> givenPrecision(const CompileOptions &options) {
  if (!options.precision)
    return std::optional<proto::Model::Precision>();
  proto::Model::Precision given;
  if (!proto::Model::Precision_Parse(*options.precision, &given)) {
    printError("there is no precision '" + *options.precision + "'; choose F32, TF32 or BF16");
    return failure();
  }
  return std::optional(given);
}

ExitCode Compilation::load() {
  if (ExitCode code = createMachines())
    return code;
  FailureOr<std::optional<proto::Model::Precision>> precision = givenPrecision(options);
  if (failed(precision))
    return kUsage;
  bool isStage = StringRef(options.model).ends_with(".mlir");
  if (isStage && *precision)
    return printError("--precision goes with a model; matmuls in " + options.model + " have their own", kUsage);
  if (ExitCode code = isStage ? loadStage() : loadModel(*precision))
    return code;
  if (!options.name.empty())
    module->setSymName(options.name);
  return kOk;
}

ExitCode Compilation::loadModel(std::optional<proto::Model::Precision> precision) {
  ImportOptions import;
  import.dims = options.dims;
  import.precision = precision;
  file = readModelFile(options.model);
  if (!file)
    return kInputError;
  sourceText = file->text;
  module = importModel(*file, context, import);
  stagesRun = 1;
  if (!module)
    return kInputError;
  noteIdentity();
  return kOk;
}

//===----------------------------------------------------------------------===//
// Stages
//===----------------------------------------------------------------------===//

std::string Compilation::printed() const {
  std::string text;
  raw_string_ostream os(text);
  mlir::OpPrintingFlags flags;
  if (options.locations)
    flags.enableDebugInfo(true, /*prettyForm=*/false);
  module.get().print(os, flags);
  return text;
}

ExitCode Compilation::dumpStage() {
  if (std::error_code error = sys::fs::create_directories(options.dumpDir))
    return printError("cannot create " + options.dumpDir + ": " + error.message());
  SmallString<128> path(options.dumpDir);
  sys::path::append(path, std::to_string(stagesRun) + "-" + stages()[stagesRun - 1].name.str() + ".mlir");
  if (Error e = writeOutput(path, printed()))
    return printError(toString(std::move(e)));
  return kOk;
}

void Compilation::noteIdentity() {
  if ((*module)->hasAttr(rt::kRecipeHashAttr))
    return;
  // Two training runs can be compared if the model file and its sizes are equal.
  std::string identity = sourceText;
  for (auto function : module->getOps<mlir::func::FuncOp>())
    if (train::getEntry(function) == train::Entry::Train)
      for (mlir::Type type : function.getArgumentTypes())
        for (int64_t size : cast<mlir::ShapedType>(type).getShape())
          identity += "," + std::to_string(size);
  (*module)->setAttr(rt::kRecipeHashAttr, mlir::StringAttr::get(&context, rt::hashOf(identity)));
}

ExitCode Compilation::runStage(const Stage &stage) {
  StageOptions stageOptions;
  if (!forGPU())
    stageOptions.vector = vectorTargetOf(*machine);
  stageOptions.chip = options.gpu;
  stageOptions.fuseHorizontally = options.optLevel > 0;
  stageOptions.compiler = "gradus " GRADUS_VERSION;
  stageOptions.machine =
      machine->getTargetTriple().str() + " " + machine->getTargetCPU().str() + (options.simulate ? ", simulated" : "");
  stageOptions.withMain = options.emit == "exe";
  mlir::PassManager pm(&context, mlir::ModuleOp::getOperationName());
  stage.build(pm, stageOptions);
  pm.enableVerifier(stage.verifyPasses);
  if (!options.printAfter.empty()) {
    auto never = [](mlir::Pass *, mlir::Operation *) { return false; };
    auto wanted = [this](mlir::Pass *pass, mlir::Operation *) {
      return is_contained(options.printAfter, "all") || is_contained(options.printAfter, pass->getArgument().str());
    };
    pm.enableIRPrinting(never, wanted, /*printModuleScope=*/true, /*printAfterOnlyOnChange=*/false,
                        /*printAfterOnlyOnFailure=*/false, errs());
  }
  if (options.timing)
    pm.enableTiming();
  if (mlir::failed(pm.run(*module)))
    return kInputError;
  for (auto model : module->getOps<rt::ModelOp>())
    table = readModelTable(model);
  return kOk;
}

ExitCode Compilation::lowerTo(StringRef stage) {
  if (!module)
    if (ExitCode code = load())
      return code;
  while (true) {
    if (!options.dumpDir.empty())
      if (ExitCode code = dumpStage())
        return code;
    if (stages()[stagesRun - 1].name == stage)
      return kOk;
    if (ExitCode code = runStage(stages()[stagesRun]))
      return code;
    ++stagesRun;
  }
}
