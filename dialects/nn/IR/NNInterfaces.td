//===- NNInterfaces.td - What an nn op can be asked -----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_NN_IR_NNINTERFACES_TD
#define GRADUS_DIALECTS_NN_IR_NNINTERFACES_TD

include "mlir/IR/OpBase.td"

def NN_ElementwiseOpInterface : OpInterface<"ElementwiseOpInterface"> {
  let cppNamespace = "::gradus::nn";
  let description = [{
    An op whose result element depends only on the operand elements at the same
    index. Its mathematics is stated once, in its ODS record, and instantiated
    three times: as `arith`/`math` ops on scalars or vectors (code generation),
    on doubles (reference evaluator) and as `nn` ops (derivatives).
  }];
  let methods = [
    InterfaceMethod<"Builds the scalar body with `arith` and `math` ops; operands may be vectors.",
      "::mlir::Value", "buildScalar",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::ValueRange":$operands)>,
    InterfaceMethod<"Evaluates the scalar body in f64.",
      "double", "evalScalar", (ins "::llvm::ArrayRef<double>":$operands)>,
    InterfaceMethod<[{
      Builds the gradients of the operands, given that of the result, as `nn` ops.
      A null value means that the operand has no derivative (an index, a
      condition). Fails for ops that are not differentiable.}],
      "::llvm::LogicalResult", "buildOperandGradients",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::Location":$loc, "::mlir::Value":$resultGradient,
           "::llvm::SmallVectorImpl<::mlir::Value> &":$gradients)>,
  ];
}

def NN_IndexingOpInterface : OpInterface<"IndexingOpInterface"> {
  let cppNamespace = "::gradus::nn";
  let description = [{
    An op of which one operand holds indices or class labels: integers from 0 to a
    bound that the shapes give.
  }];
  let methods = [
    InterfaceMethod<"The operand of indices.", "::mlir::OpOperand &", "getIndexOperand">,
    InterfaceMethod<"The first number that is no index.", "int64_t", "getIndexBound">,
  ];
}

#endif
