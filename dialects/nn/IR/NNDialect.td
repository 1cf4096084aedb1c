//===- NNDialect.td - The nn dialect: tensor mathematics ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_NN_IR_NNDIALECT_TD
#define GRADUS_DIALECTS_NN_IR_NNDIALECT_TD

include "mlir/IR/OpBase.td"

def NN_Dialect : Dialect {
  let name = "nn";
  let cppNamespace = "::gradus::nn";
  let summary = "Tensor mathematics at the level at which people think of networks.";
  let description = [{
    Value-semantic operations on statically shaped tensors. Elementwise ops
    take operands of one shape (`nn.broadcast` makes shapes equal), carry their
    scalar body and their derivative in their ODS record, and are evaluated,
    differentiated and compiled from these. Composites are decomposed into them by
    `nn-decompose` before kernels are formed.
  }];
  let hasConstantMaterializer = 1;
}

#endif
