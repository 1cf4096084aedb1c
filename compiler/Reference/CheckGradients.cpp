//===- CheckGradients.cpp - Derivatives against finite differences --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/FiniteDifference.h"
#include "compiler/Reference/Philox.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/Pass/PassManager.h"
#include <cmath>

namespace gradus {
#define GEN_PASS_DEF_CHECKGRADIENTSPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;
using reference::Tensor;

namespace {

struct CheckGradientsPass : gradus::impl::CheckGradientsPassBase<CheckGradientsPass> {
  using Base::Base;

  void runOnOperation() override {
    for (auto function : llvm::make_early_inc_range(getOperation().getOps<func::FuncOp>()))
      if (!function.isDeclaration() && failed(check(function)))
        return signalPassFailure();
  }

  /// Inputs from [low, high); integers from {0, 1, 2}, which are valid indices
  /// wherever a table has at least three rows.
  Tensor randomInput(Value argument, uint64_t stream) {
    Tensor t(typeOf(argument));
    for (int64_t i = 0; i < t.size(); ++i) {
      double u = reference::philoxUniform(seed, 0, stream, i);
      t.data[i] = isFloat(argument) ? low + (high - low) * u : std::floor(3 * u);
    }
    return t;
  }

  LogicalResult check(func::FuncOp function) {
    // loss = sum over results of <result, random weights>
    func::FuncOp clone = function.clone();
    OpBuilder b(&getContext());
    OwningOpRef<ModuleOp> scratch = ModuleOp::create(function.getLoc());
    scratch->push_back(clone);
    Operation *terminator = clone.getBody().front().getTerminator();
    b.setInsertionPoint(terminator);
    Location loc = function.getLoc();
    auto scalar = RankedTensorType::get({}, b.getF64Type());
    Value loss = nn::splat(b, loc, scalar, 0);
    for (auto [i, result] : llvm::enumerate(terminator->getOperands())) {
      if (!isFloat(result))
        continue;
      RankedTensorType type = typeOf(result);
      SmallVector<APFloat> weights;
      for (int64_t j = 0; j < type.getNumElements(); ++j) {
        APFloat w(reference::philoxUniform(seed, 1, i, j) + 0.5);
        bool lossy;
        w.convert(cast<FloatType>(type.getElementType()).getFloatSemantics(), APFloat::rmNearestTiesToEven, &lossy);
        weights.push_back(w);
      }
      Value w = nn::ConstantOp::create(b, loc, type, DenseElementsAttr::get(type, weights));
      Value part = nn::ReduceOp::create(b, loc, nn::ReduceKind::Sum, nn::MulOp::create(b, loc, result, w),
                                        llvm::to_vector(llvm::seq<int64_t>(0, type.getRank())));
      loss = nn::AddOp::create(b, loc, loss, nn::CastOp::create(b, loc, scalar, part));
    }
    SmallVector<Value> wrt;
    for (Value argument : clone.getArguments())
      if (isFloat(argument))
        wrt.push_back(argument);
    auto grad = train::GradOp::create(b, loc, ValueRange(wrt).getTypes(), loss, wrt);
    SmallVector<Value> outputs{loss};
    llvm::append_range(outputs, grad.getGradients());
    terminator->setOperands(outputs);
    clone.setFunctionType(b.getFunctionType(clone.getArgumentTypes(), ValueRange(outputs).getTypes()));
    // A pass manager of its own: `scratch` is not part of the module this pass runs on.
    PassManager pm(&getContext(), ModuleOp::getOperationName());
    pm.addPass(createAutodiffPass());
    if (failed(pm.run(*scratch)))
      return failure();
    return compare(function, clone);
  }

  LogicalResult compare(func::FuncOp original, func::FuncOp differentiated) {
    std::vector<Tensor> inputs;
    for (auto [i, argument] : llvm::enumerate(differentiated.getArguments()))
      inputs.push_back(randomInput(argument, i + 100));
    auto run = [&](ArrayRef<Tensor> at) -> FailureOr<std::vector<Tensor>> {
      reference::State state;
      return reference::evaluate(differentiated, at, state);
    };
    FailureOr<std::vector<Tensor>> analytic = run(inputs);
    if (failed(analytic))
      return failure();
    constexpr double h = 1e-3;
    size_t next = 1;
    for (auto [i, argument] : llvm::enumerate(differentiated.getArguments())) {
      if (!isFloat(argument))
        continue;
      const Tensor &gradient = (*analytic)[next++];
      for (int64_t j = 0; j < gradient.size(); ++j) {
        auto lossAt = [&](double offset) -> double {
          std::vector<Tensor> moved = inputs;
          moved[i].data[j] += offset;
          FailureOr<std::vector<Tensor>> out = run(moved);
          return succeeded(out) ? (*out)[0].data[0] : std::nan("");
        };
        double numeric = reference::centralDifference(lossAt, h);
        double difference = std::fabs(numeric - gradient.data[j]);
        if (!(difference <= tolerance * std::max(1.0, std::fabs(numeric))))
          return original.emitError() << "gradient of argument " << i << ", element " << j << " is " << gradient.data[j]
                                      << ", finite differences say " << numeric;
      }
    }
    return success();
  }
};

} // namespace
