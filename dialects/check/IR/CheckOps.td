//===- CheckOps.td - The check dialect: expectations in tests -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_CHECK_IR_CHECKOPS_TD
#define GRADUS_DIALECTS_CHECK_IR_CHECKOPS_TD

include "mlir/IR/OpBase.td"

def Check_Dialect : Dialect {
  let name = "check";
  let cppNamespace = "::gradus::check";
  let summary = "Expectations about values; for tests only.";
}

def Check_ExpectCloseOp : Op<Check_Dialect, "expect_close", [SameTypeOperands]> {
  let summary = "fails unless |actual - expected| <= atol + rtol * |expected| for every element";
  let description = [{
    Evaluated by `gradus-opt --reference-run`. NaN equals NaN.
    ```mlir
    check.expect_close %y, %expected atol 1.0e-6 rtol 1.0e-5 : tensor<2xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$actual, AnyRankedTensor:$expected, F64Attr:$atol, F64Attr:$rtol);
  let assemblyFormat = "$actual `,` $expected `atol` $atol `rtol` $rtol attr-dict `:` type($actual)";
}

#endif
