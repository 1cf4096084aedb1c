//===- Compile.h - From a model file to any stage -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TOOLS_GRADUS_COMPILE_H
#define GRADUS_TOOLS_GRADUS_COMPILE_H

#include "compiler/Frontend/Import.h"
#include "compiler/Target/GPUSpec.h"
#include "compiler/Target/ModelTable.h"
#include "compiler/Target/PTX.h"
#include "compiler/Target/Object.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "tools/gradus/Options.h"

namespace gradus {

/// Exit codes of the tools.
enum ExitCode { kOk = 0, kInputError = 1, kUsage = 2, kMismatch = 3, kInternal = 70 };

/// One compilation. Stages run in order, as far as asked for.
class Compilation {
public:
  explicit Compilation(const CompileOptions &options);

  /// Reads and imports the model. Errors are printed.
  ExitCode load();
  /// Runs the MLIR stages up to `stage` (see stages()), the import included.
  ExitCode lowerTo(llvm::StringRef stage);
  /// Runs all of them.
  ExitCode lowerWhole() { return lowerTo(stages().back()); }
  /// After "llvm": translates, adds the table, optimises, emits machine code.
  ExitCode emitCode(bool assembly, llvm::SmallVector<char> &code);
  /// Everything `--emit` can ask for, written to the output.
  ExitCode run();

  mlir::ModuleOp getModule() { return *module; }
  mlir::MLIRContext &getContext() { return context; }
  const ModelTable &getTable() const { return table; }
  const ModelFile &getFile() const { return *file; }

  /// Whether products of lower precision are computed so.
  bool usesTensorCores() const { return forGPU() && hasTensorCores(options.gpu); }

  /// The MLIR stages for this target, in order.
  llvm::ArrayRef<llvm::StringLiteral> stages() const;

private:
  CompileOptions options;
  mlir::MLIRContext context;
  mlir::ScopedDiagnosticHandler diagnosticHandler;
  std::unique_ptr<ModelFile> file; // null if IR of a stage was read instead
  std::string sourceText;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<llvm::TargetMachine> machine; // of the kernels
  std::unique_ptr<llvm::TargetMachine> host;    // of the program around them, if that is another
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule;
  GPUSpec gpu;
  ModelTable table;
  size_t stagesRun = 0;

  /// Prints an error of a pass in the way of the front end.
  void report(mlir::Diagnostic &diagnostic);
  /// Takes up a compilation at the stage that an .mlir file is of.
  ExitCode loadStage();
  ExitCode runStage(llvm::StringRef stage);
  bool forGPU() const { return options.triple == "cuda"; }
  ExitCode translate();
  /// PTX or a cubin, alone.
  ExitCode emitKernels();
  /// After translation for a GPU: the program around the kernels, as PTX text.
  ExitCode embedKernels();
  std::string printed(bool locations);
  ExitCode writeText(llvm::StringRef text);
  /// The launches of a training step on the GPU, and the least time they take.
  void printRoofline(int entry);
  void printSummary(llvm::StringRef output, double seconds);
};

/// A C header that names the model's inputs, outputs and sizes.
std::string modelHeader(const ModelTable &table);

} // namespace gradus

#endif
