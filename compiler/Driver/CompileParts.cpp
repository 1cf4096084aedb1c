//===- CompileParts.cpp - The parts of a program, on all cores ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/CompileParts.h"
#include "compiler/Conversion/KernelEntry.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Driver/SplitProgram.h"
#include "compiler/Pipelines/Pipelines.h"
#include "compiler/Target/BuildIdentity.h"
#include "compiler/Target/JoinObjects.h"
#include "compiler/Target/Object.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/IR/Threading.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/IR/DiagnosticInfo.h"
#include "llvm/IR/DiagnosticPrinter.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/Support/BLAKE3.h"
#include <mutex>

using namespace llvm;
using namespace gradus;

/// Adds an error of LLVM to `text`, a std::string.
static void noteError(const DiagnosticInfo *info, void *text) {
  if (info->getSeverity() != DS_Error)
    return;
  raw_string_ostream os(*static_cast<std::string *>(text));
  DiagnosticPrinterRawOStream printer(os);
  os << "LLVM: ";
  info->print(printer);
}

namespace {

/// What became of a part: its object, or an error and what to say of it; nothing if
/// a pass has said it.
struct PartResult {
  SmallVector<char> object;
  ExitCode code = kOk;
  std::string message;

  void fail(ExitCode why, const Twine &text) {
    code = why;
    message = text.str();
  }
};

/// Machines for the threads that compile: making one takes as long as a small kernel.
class MachinePool {
public:
  explicit MachinePool(const TargetMachine &model) : model(model) {}

  std::unique_ptr<TargetMachine> take() {
    std::lock_guard lock(mutex);
    return idle.empty() ? copyOf(model) : idle.pop_back_val();
  }
  void giveBack(std::unique_ptr<TargetMachine> machine) {
    std::lock_guard lock(mutex);
    idle.push_back(std::move(machine));
  }

private:
  const TargetMachine &model;
  std::mutex mutex;
  SmallVector<std::unique_ptr<TargetMachine>> idle;
};

/// Compiles parts; its functions may run on several threads.
class PartCompiler {
public:
  PartCompiler(const TargetMachine &machine, const CompileOptions &options, const ObjectCache &cache,
               mlir::TimingScope &timing)
      : options(options), cache(cache), timing(timing), machines(machine), identity(identityOf(machine, options)) {}

  /// The object of a part, from the cache if that has it.
  PartResult run(ProgramPart &part) {
    PartResult result;
    std::string key = keyOf(part);
    if (std::optional<SmallVector<char>> object = cache.find(key)) {
      result.object = std::move(*object);
      return result;
    }
    compile(part, result);
    if (result.code)
      return result;
    Error kept = cache.store(key, result.object);
    // Only where the user wants it kept must it be.
    if (kept && options.cacheDir)
      result.fail(kInputError, toString(std::move(kept)));
    else
      consumeError(std::move(kept));
    return result;
  }

  /// Loads what the passes of parts need: no thread may do that later.
  static void loadDialects(mlir::MLIRContext &context) {
    mlir::PassManager passes(&context, mlir::ModuleOp::getOperationName());
    buildLLVMPipeline(passes);
    mlir::DialectRegistry dialects;
    passes.getDependentDialects(dialects);
    context.appendDialectRegistry(dialects);
    for (StringRef name : dialects.getDialectNames())
      context.getOrLoadDialect(name);
  }

private:
  const CompileOptions &options;
  const ObjectCache &cache;
  mlir::TimingScope &timing;
  MachinePool machines;
  std::string identity;

  /// All that the object of a part depends on, but the part.
  static std::string identityOf(const TargetMachine &machine, const CompileOptions &options) {
    return buildIdentity() + "\n" + machine.getTargetTriple().str() + " " + machine.getTargetCPU().str() + " " +
           machine.getTargetFeatureString().str() + " -O" + std::to_string(options.optLevel) + "\n";
  }

  bool withMain() const { return options.emit == "exe"; }

  /// Equal for parts with equal objects: it does not say what the kernel is called,
  /// nor where in the model it comes from.
  std::string keyOf(ProgramPart &part) const {
    std::string text = identity + (part.kernel.empty() && withMain() ? "main\n" : "\n");
    raw_string_ostream os(text);
    part.module->print(os, mlir::OpPrintingFlags().assumeVerified());
    return toHex(BLAKE3::hash<20>(arrayRefFromStringRef(text)), /*LowerCase=*/true);
  }

  void compile(ProgramPart &part, PartResult &result) {
    mlir::TimingScope whole = timing.nest(part.kernel.empty() ? "table of the model" : part.kernel);
    mlir::TimingScope step = whole.nest("lower");
    if (mlir::failed(lower(part)))
      return result.fail(kInputError, "");
    step = whole.nest("translate");
    std::string errors;
    LLVMContext context;
    context.setDiagnosticHandlerCallBack(noteError, &errors);
    std::unique_ptr<Module> module = mlir::translateModuleToLLVMIR(*part.module, context, kPartFunction);
    if (!module)
      return result.fail(kInternal, "translation to LLVM IR failed; this is a bug in Gradus");
    step = whole.nest("optimize");
    std::unique_ptr<TargetMachine> machine = machines.take();
    optimizeModule(*module, *machine, options.optLevel);
    step = whole.nest("emit");
    Expected<SmallVector<char>> object = emitMachineCode(*module, *machine, /*assembly=*/false);
    machines.giveBack(std::move(machine));
    if (!object)
      return result.fail(kInternal, toString(object.takeError()));
    if (!errors.empty())
      return result.fail(kInternal, errors);
    result.object = std::move(*object);
  }

  /// From the stage `model` to the LLVM dialect.
  LogicalResult lower(ProgramPart &part) const {
    mlir::PassManager passes(part.module->getContext(), mlir::ModuleOp::getOperationName());
    passes.enableVerifier(false);
    ProgramOptions program;
    program.withMain = withMain();
    if (part.kernel.empty())
      buildHostPipeline(passes, program);
    else
      buildLLVMPipeline(passes, program);
    if (mlir::failed(passes.run(*part.module)))
      return failure();
    if (!part.kernel.empty())
      addEntry(*part.module);
    return success();
  }

  static void addEntry(mlir::ModuleOp module) {
    auto kernel = module.lookupSymbol<mlir::LLVM::LLVMFuncOp>(kPartFunction);
    kernel.setLinkage(mlir::LLVM::Linkage::Internal);
    mlir::OpBuilder b = mlir::OpBuilder::atBlockEnd(module.getBody());
    auto entry =
        mlir::LLVM::LLVMFuncOp::create(b, kernel.getLoc(), entryNameOf(kPartFunction), kernelEntryType(b.getContext()));
    entry.setVisibility_(mlir::LLVM::Visibility::Hidden);
    buildKernelEntry(entry, kernel);
  }
};

} // namespace

ExitCode gradus::compileProgram(mlir::ModuleOp module, const TargetMachine &machine, const CompileOptions &options,
                                const ObjectCache &cache, mlir::TimingScope &timing, SmallVectorImpl<char> &object) {
  mlir::MLIRContext &context = *module.getContext();
  PartCompiler::loadDialects(context);
  PartCompiler compiler(machine, options, cache, timing);
  std::vector<ProgramPart> parts = splitProgram(module);
  // The longest first, so that no core waits for one that began late.
  SmallVector<size_t> order = to_vector(seq<size_t>(0, parts.size()));
  sort(order, [&](size_t lhs, size_t rhs) {
    return std::make_pair(parts[rhs].size, lhs) < std::make_pair(parts[lhs].size, rhs);
  });
  std::vector<PartResult> results(parts.size());
  {
    // Passes speak in the order of the parts, whichever thread was first.
    mlir::ParallelDiagnosticHandler diagnostics(&context);
    mlir::parallelForEach(&context, order, [&](size_t i) {
      diagnostics.setOrderIDForThread(i);
      results[i] = compiler.run(parts[i]);
      diagnostics.eraseOrderIDForThread();
    });
  }
  std::vector<ObjectPart> objects;
  for (auto [part, result] : zip_equal(parts, results)) {
    if (result.code)
      return result.message.empty() ? result.code : printError(result.message, result.code);
    objects.push_back({result.object, part.kernel});
  }
  cache.prune();
  Expected<SmallVector<char>> whole = joinObjects(objects);
  if (!whole)
    return printError(toString(whole.takeError()), kInternal);
  object = std::move(*whole);
  return kOk;
}
