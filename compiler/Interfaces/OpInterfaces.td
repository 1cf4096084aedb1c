//===- OpInterfaces.td - What the compiler asks of an op ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_INTERFACES_OPINTERFACES_TD
#define GRADUS_COMPILER_INTERFACES_OPINTERFACES_TD

include "mlir/IR/OpBase.td"

def DifferentiableOpInterface : OpInterface<"DifferentiableOpInterface"> {
  let cppNamespace = "::gradus";
  let description = "An op that can build its own adjoint.";
  let methods = [
    InterfaceMethod<[{
      Builds, at the insertion point, the gradient of each operand from those of
      the results (null where a result does not matter). A null operand gradient
      means that there is none: an index, a condition, or zero everywhere.}],
      "::llvm::LogicalResult", "buildAdjoint",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$resultGradients,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$operandGradients)>,
  ];
}

def ReferenceOpInterface : OpInterface<"ReferenceOpInterface"> {
  let cppNamespace = "::gradus";
  let description = "An op that the reference evaluator can run.";
  let methods = [
    InterfaceMethod<[{
      Computes the results from the operands, plainly, in f64, and appends them to
      `results`. Reads variables and counters from `state`, and leaves what the op
      writes in `state.writes`. Fails with a located error.}],
      "::llvm::LogicalResult", "evaluate",
      (ins "::llvm::ArrayRef<const ::gradus::reference::Tensor *>":$inputs, "::gradus::reference::State &":$state,
           "::llvm::SmallVectorImpl<::gradus::reference::Tensor> &":$results)>,
  ];
}

def FusibleOpInterface : OpInterface<"FusibleOpInterface"> {
  let cppNamespace = "::gradus";
  let description = "An op that kernel formation and the cost model understand.";
  let methods = [
    InterfaceMethod<"How the op takes part in kernels.", "::gradus::FusionRole", "getFusionRole">,
    InterfaceMethod<"Floating-point operations of one execution (an estimate for transcendentals).",
      "int64_t", "getFlops">,
  ];
}

#endif
