//===- FusionRoles.cpp - How each nn op takes part in kernels -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Fusion/FusionRoles.h"
#include "compiler/Interfaces/OpInterfaces.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/MLIRContext.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

int64_t elements(Value v) { return cast<RankedTensorType>(v.getType()).getNumElements(); }

/// Roles and costs; overloads win over the templates.
template <typename Op>
FusionRole roleOf(Op op) {
  if constexpr (!Op::template hasTrait<ElementwiseOpInterface::Trait>())
    return FusionRole::Generic;
  return FusionRole::Elementwise;
}
FusionRole roleOf(BroadcastOp) { return FusionRole::Duplicable; }
// A splat is free everywhere; other constants are data.
FusionRole roleOf(ConstantOp op) {
  return isa<SplatElementsAttr>(op.getValue()) ? FusionRole::Duplicable : FusionRole::Generic;
}
// Conditions have no form in memory: they are computed where they are used.
FusionRole roleOf(CompareOp) { return FusionRole::Duplicable; }
FusionRole roleOf(IotaOp) { return FusionRole::Duplicable; }
FusionRole roleOf(MatmulOp) { return FusionRole::Matmul; }
FusionRole roleOf(RandomUniformOp) { return FusionRole::Elementwise; }
FusionRole roleOf(ReduceOp) { return FusionRole::Reduction; }
FusionRole roleOf(ReshapeOp) { return FusionRole::View; }

template <typename Op>
int64_t flopsOf(Op op) {
  if constexpr (!Op::template hasTrait<ElementwiseOpInterface::Trait>())
    return 0;
  return elements(op->getResult(0));
}
int64_t flopsOf(MatmulOp op) {
  auto lhs = cast<RankedTensorType>(op.getLhs().getType());
  int64_t k = lhs.getDimSize(lhs.getRank() - (op.getTransposeLhs() ? 2 : 1));
  return 2 * k * elements(op.getResult());
}
int64_t flopsOf(ReduceOp op) { return elements(op.getInput()); }
int64_t flopsOf(CastOp) { return 0; }
int64_t flopsOf(StopGradientOp) { return 0; }

template <typename Op>
struct Model : FusibleOpInterface::ExternalModel<Model<Op>, Op> {
  FusionRole getFusionRole(Operation *op) const { return roleOf(cast<Op>(op)); }
  int64_t getFlops(Operation *op) const { return flopsOf(cast<Op>(op)); }
};

template <typename... Ops>
void attach(MLIRContext *context) {
  (Ops::template attachInterface<Model<Ops>>(*context), ...);
}

} // namespace

void gradus::registerNNFusibleOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NNDialect *) {
    attach<
#define GET_OP_LIST
#include "dialects/nn/IR/NNOps.cpp.inc"
        >(context);
  });
}
