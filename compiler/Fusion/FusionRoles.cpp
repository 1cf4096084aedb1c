//===- FusionRoles.cpp - How each nn op takes part in kernels -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Fusion/FusionRoles.h"
#include "compiler/Interfaces/OpInterfaces.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/IR/MLIRContext.h"
#include "llvm/ADT/STLExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

int64_t elements(Value v) { return typeOf(v).getNumElements(); }

/// How an op takes part in kernels: elementwise ops as such, others in a kernel of
/// their own, unless an overload for the op says more.
template <typename Op>
FusionRole roleOf(Op op) {
  if constexpr (!Op::template hasTrait<ElementwiseOpInterface::Trait>())
    return FusionRole::Generic;
  return FusionRole::Elementwise;
}
FusionRole roleOf(AffineReadOp) { return FusionRole::Duplicable; }
FusionRole roleOf(BroadcastOp) { return FusionRole::Duplicable; }
// A splat is free everywhere; other constants are data.
FusionRole roleOf(ConstantOp op) {
  return isa<SplatElementsAttr>(op.getValue()) ? FusionRole::Duplicable : FusionRole::Generic;
}
// Conditions cannot be stored in memory (i1): they are computed where they are used.
FusionRole roleOf(CompareOp) { return FusionRole::Duplicable; }
FusionRole roleOf(IotaOp) { return FusionRole::Duplicable; }
FusionRole roleOf(ContractOp) { return FusionRole::Matmul; }
FusionRole roleOf(MatmulOp) { return FusionRole::Matmul; }
FusionRole roleOf(RandomUniformOp) { return FusionRole::Elementwise; }
FusionRole roleOf(ReduceOp) { return FusionRole::Reduction; }
FusionRole roleOf(ReshapeOp) { return FusionRole::View; }
FusionRole roleOf(ScatterAddOp) { return FusionRole::Scatter; }

/// Floating-point operations of one execution: one per element of an elementwise
/// op, none for others, unless an overload for the op says more.
template <typename Op>
int64_t flopsOf(Op op) {
  if constexpr (!Op::template hasTrait<ElementwiseOpInterface::Trait>())
    return 0;
  return elements(op->getResult(0));
}
int64_t flopsOf(ContractOp op) { return 2 * llvm::product_of(op.getTerms()) * elements(op.getResult()); }
int64_t flopsOf(MatmulOp op) {
  ArrayRef<int64_t> lhs = shapeOf(op.getLhs());
  int64_t k = lhs[lhs.size() - (op.getTransposeLhs() ? 2 : 1)];
  return 2 * k * elements(op.getResult());
}
int64_t flopsOf(ReduceOp op) { return elements(op.getInput()); }
int64_t flopsOf(ScatterAddOp op) { return elements(op.getUpdates()); }
int64_t flopsOf(CastOp) { return 0; }
int64_t flopsOf(StopGradientOp) { return 0; }

template <typename Op>
struct Model : FusibleOpInterface::ExternalModel<Model<Op>, Op> {
  FusionRole getFusionRole(Operation *op) const { return roleOf(cast<Op>(op)); }
  int64_t getFlops(Operation *op) const { return flopsOf(cast<Op>(op)); }
};

/// rt.copy: an elementwise op whose body is its operand.
struct CopyBody : ElementwiseOpInterface::ExternalModel<CopyBody, rt::CopyOp> {
  Value buildScalar(Operation *, OpBuilder &, Location, ValueRange operands) const { return operands[0]; }
  double evalScalar(Operation *, ArrayRef<double> operands) const { return operands[0]; }
  LogicalResult buildOperandGradients(Operation *, OpBuilder &, Location, Value resultGradient,
                                      SmallVectorImpl<Value> &gradients) const {
    gradients.push_back(resultGradient);
    return success();
  }
};
struct CopyRole : FusibleOpInterface::ExternalModel<CopyRole, rt::CopyOp> {
  FusionRole getFusionRole(Operation *) const { return FusionRole::Elementwise; }
  int64_t getFlops(Operation *) const { return 0; }
};

template <typename... Ops>
void attach(MLIRContext *context) {
  (Ops::template attachInterface<Model<Ops>>(*context), ...);
}

} // namespace

void gradus::registerFusibleOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NNDialect *) {
    attach<
#define GET_OP_LIST
#include "dialects/nn/IR/NNOps.cpp.inc"
        >(context);
  });
  registry.addExtension(
      +[](MLIRContext *context, rt::RTDialect *) { rt::CopyOp::attachInterface<CopyBody, CopyRole>(*context); });
}
