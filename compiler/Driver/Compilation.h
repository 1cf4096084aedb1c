//===- Compilation.h - From a model file to any stage or artifact ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_DRIVER_COMPILATION_H
#define GRADUS_COMPILER_DRIVER_COMPILATION_H

#include "compiler/Codegen/GPU/GPUTarget.h"
#include "compiler/Driver/Artifacts.h"
#include "compiler/Driver/CompileOptions.h"
#include "compiler/Driver/Stages.h"
#include "compiler/Frontend/Import.h"
#include "compiler/Target/GPUSpec.h"
#include "compiler/Target/ModelTable.h"
#include "compiler/Target/PTX.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/OwningOpRef.h"
#include "llvm/IR/LLVMContext.h"
#include "llvm/IR/Module.h"
#include "llvm/Support/ThreadPool.h"
#include "llvm/Target/TargetMachine.h"
#include <memory>

namespace gradus {

/// One compilation. Stages run in order, as far as asked for. Every function
/// that returns an ExitCode has printed the error if it is not kOk.
class Compilation {
public:
  explicit Compilation(CompileOptions options);

  /// Chooses the target, then reads and imports the model, or the IR of a stage.
  ExitCode load();
  /// Runs the MLIR stages up to the one of this name, which must be in `stages()`.
  /// Loads first if that has not been done.
  ExitCode lowerTo(llvm::StringRef stage);
  /// Runs all of them.
  ExitCode lowerWhole() { return lowerTo(stages().back().name); }
  /// Makes what `options.emit` asks for and writes it to the output.
  ExitCode run();

  /// The module as it is now. Valid after load().
  mlir::ModuleOp getModule() { return *module; }
  /// The model's table. Valid once the last stage has run.
  const ModelTable &getTable() const { return table; }
  /// True if matmuls of lower precision run on tensor cores.
  bool usesTensorCores() const { return forGPU() && gpu::gpuTargetOf(options.gpu)->tensorCores; }
  /// The MLIR stages for this target, in order.
  llvm::ArrayRef<Stage> stages() const { return stagesOf(options.target); }

private:
  CompileOptions options;
  std::unique_ptr<llvm::DefaultThreadPool> threads; // of the context; null: only the caller's
  mlir::MLIRContext context;
  mlir::ScopedDiagnosticHandler diagnosticHandler;
  std::unique_ptr<ModelFile> file; // null if IR of a stage was read instead
  std::string sourceText;
  mlir::OwningOpRef<mlir::ModuleOp> module;
  std::unique_ptr<llvm::TargetMachine> machine; // of the kernels
  std::unique_ptr<llvm::TargetMachine> host;    // GPU: of the program around them
  llvm::LLVMContext llvmContext;
  std::unique_ptr<llvm::Module> llvmModule; // null before translate()
  GPUSpec gpu;
  ModelTable table;
  size_t stagesRun = 0; // index of the next one

  bool forGPU() const { return options.target == TargetKind::GPU; }

  /// Prints an error of a pass as the front end prints its own.
  void report(mlir::Diagnostic &diagnostic);

  ExitCode selectGPU();
  ExitCode createMachines();
  /// Resumes a compilation from the IR of a stage.
  ExitCode loadStage();
  /// Imports a model file; with `precision`, instead of the model's own.
  ExitCode loadModel(std::optional<proto::Model::Precision> precision);

  ExitCode runStage(const Stage &stage);
  /// Notes in the module what makes two training runs comparable, unless it is there.
  void noteIdentity();
  ExitCode dumpStage();
  std::string printed() const;

  /// MLIR to optimised LLVM IR of the whole program; for a GPU without simulation
  /// and an artifact of the kernels alone, of these.
  ExitCode translate();
  ExitCode translateForGPU();
  /// The program around GPU kernels, which it holds as PTX and, if there is an
  /// assembler, as machine code.
  ExitCode embedKernels();
  /// GPU: the program around the kernels as LLVM IR, not optimised.
  ExitCode translateHost();

  ExitCode emitText(Artifact artifact);
  /// PTX or a cubin of the kernels alone.
  ExitCode emitKernels(Artifact artifact);
  ExitCode emitProgram(Artifact artifact);
  /// The object of the whole program, or its assembly text, from one LLVM module.
  ExitCode compileWhole(bool assembly, llvm::SmallVectorImpl<char> &code);
  /// CPU: the object of the program, compiled in parts from the stage `model`.
  ExitCode compileInParts(llvm::SmallVectorImpl<char> &code);
  ExitCode writeText(llvm::StringRef text);
};

/// Prints "error: " and the message to standard error; returns `code`.
ExitCode printError(const llvm::Twine &message, ExitCode code = kInputError);

} // namespace gradus

#endif
