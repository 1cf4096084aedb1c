//===- PrepareReference.cpp - A module that the evaluator can run ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Verify/Verifier.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/Pass/PassManager.h"

using namespace llvm;
using namespace gradus;

/// Makes `clone`, a copy of the training step, return the loss and its gradients.
static void returnGradients(mlir::func::FuncOp clone) {
  train::GradOp grad;
  clone.walk([&](train::GradOp op) { grad = op; });
  SmallVector<mlir::Value> results{grad.getLoss()};
  append_range(results, grad.getGradients());
  mlir::OpBuilder b(clone);
  SmallVector<mlir::Attribute> names;
  for (mlir::Value v : grad.getWrt())
    names.push_back(b.getStringAttr(v.getDefiningOp<train::ReadOp>().getVariable()));
  clone->setAttr(kWrtAttr, b.getArrayAttr(names));
  clone.getBody().front().getTerminator()->setOperands(results);
  clone.setFunctionType(b.getFunctionType(clone.getArgumentTypes(), mlir::ValueRange(results).getTypes()));
  SmallVector<mlir::DictionaryAttr> resultAttrs(results.size(), b.getDictionaryAttr({}));
  clone.setAllResultAttrs(ArrayRef<mlir::DictionaryAttr>(resultAttrs));
  for (mlir::Operation &op : make_early_inc_range(reverse(clone.getBody().front())))
    if (isa<train::UpdateOpInterface>(op) || (op.use_empty() && isa<train::ClipNormOp, train::LearningRateOp>(op)))
      op.erase();
}

/// Adds a copy of the function of gradients that returns the loss alone.
static void addLossFunction(mlir::ModuleOp module, mlir::func::FuncOp gradients) {
  mlir::func::FuncOp loss = gradients.clone();
  loss.setSymName(kLossFunction);
  module.push_back(loss);
  mlir::Operation *terminator = loss.getBody().front().getTerminator();
  terminator->setOperands(terminator->getOperands().take_front());
  loss.setFunctionType(
      mlir::FunctionType::get(module.getContext(), loss.getArgumentTypes(), terminator->getOperandTypes()));
  for (mlir::Operation &op : make_early_inc_range(reverse(loss.getBody().front())))
    if (op.use_empty() && &op != terminator)
      op.erase();
}

LogicalResult gradus::prepareReference(mlir::ModuleOp module) {
  if (auto step = module.lookupSymbol<mlir::func::FuncOp>("train")) {
    mlir::func::FuncOp clone = step.clone();
    clone.setSymName(kGradientsFunction);
    module.push_back(clone);
    returnGradients(clone);
  }
  mlir::PassManager pm(module.getContext());
  pm.addNestedPass<mlir::func::FuncOp>(createInferIndexRangesPass());
  pm.addPass(createAutodiffPass());
  pm.addPass(createExpandUpdatesPass());
  if (failed(pm.run(module)))
    return failure();
  if (auto gradients = module.lookupSymbol<mlir::func::FuncOp>(kGradientsFunction))
    addLossFunction(module, gradients);
  return success();
}

Tolerances gradus::tolerancesOf(mlir::ModuleOp module, bool tensorCores) {
  Tolerances t;
  module.walk([&](nn::MatmulOp op) {
    if (!tensorCores || op.getPrecision() == nn::Precision::F32)
      return;
    t.outputs = std::max(t.outputs, op.getPrecision() == nn::Precision::BF16 ? 0x1p-7 : 0x1p-10);
    t.steps = 5e-2;
    t.rounded = true;
  });
  return t;
}
