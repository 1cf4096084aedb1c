//===- IRContext.h - The MLIR context of a fuzz target --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_TEST_FUZZ_IRCONTEXT_H
#define GRADUS_TEST_FUZZ_IRCONTEXT_H

#include "FuzzTarget.h"
#include "compiler/InitAll.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Diagnostics.h"
#include "mlir/IR/MLIRContext.h"
#include "mlir/IR/Verifier.h"
#include "mlir/Pass/PassManager.h"
#include <memory>
#include <optional>

namespace gradus::fuzz {

/// A context that inputs share, with all dialects; errors are counted, not printed. It
/// is made anew from time to time, since what it has uniqued stays in it.
class IRContext {
public:
  /// The context for the next input.
  mlir::MLIRContext &next() {
    if (uses++ % kUses == 0) {
      handler.reset();
      mlir::DialectRegistry registry;
      registerAllDialects(registry);
      context = std::make_unique<mlir::MLIRContext>(registry, mlir::MLIRContext::Threading::DISABLED);
      handler.emplace(context.get(), [this](mlir::Diagnostic &diagnostic) {
        errors += diagnostic.getSeverity() == mlir::DiagnosticSeverity::Error;
      });
    }
    errors = 0;
    return *context;
  }

  /// Runs passes on a module that is valid: it is valid afterwards, or there is an error,
  /// and this is false.
  bool run(mlir::PassManager &pm, mlir::ModuleOp module) {
    if (mlir::succeeded(pm.run(module))) {
      require(mlir::succeeded(mlir::verify(module)), "passes leave IR that is not valid");
      return true;
    }
    require(errors > 0, "a pass failed and did not say why");
    return false;
  }

private:
  static constexpr int kUses = 500;
  std::unique_ptr<mlir::MLIRContext> context;
  std::optional<mlir::ScopedDiagnosticHandler> handler;
  int uses = 0, errors = 0;
};

} // namespace gradus::fuzz

#endif
