//===- RTOps.td - The rt dialect: execution -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_RT_IR_RTOPS_TD
#define GRADUS_DIALECTS_RT_IR_RTOPS_TD

include "dialects/rt/IR/RTAttrs.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class RT_Op<string mnemonic, list<Trait> traits = []> : Op<RT_Dialect, mnemonic, traits>;

//===----------------------------------------------------------------------===//
// Kernels and launches
//===----------------------------------------------------------------------===//

def RT_KernelOp : RT_Op<"kernel", [IsolatedFromAbove, Symbol, FunctionOpInterface]> {
  let summary = "a fused group of operations, compiled as one function";
  let description = [{
    The body computes on tensors, in `nn` and later in `linalg`. `kind` is the
    loop structure chosen; `cost` the work of one launch; `decisions` says, for
    every op that was a candidate, whether it was drawn in and why.
    ```mlir
    rt.kernel @"hidden1+relu"(%x: tensor<64x784xf32>, …) -> tensor<64x16xf32>
        kind matmul cost <flops = 1606656, bytes = 254976> { … rt.yield %y : … }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type, RT_KernelKind:$kind,
                       OptionalAttr<RT_CostAttr>:$cost, OptionalAttr<StrArrayAttr>:$decisions,
                       OptionalAttr<DictArrayAttr>:$arg_attrs, OptionalAttr<DictArrayAttr>:$res_attrs);
  let regions = (region SizedRegion<1>:$body);
  let hasCustomAssemblyFormat = 1;
  let skipDefaultBuilders = 1;
  let builders = [OpBuilder<(ins "::llvm::StringRef":$name, "::mlir::FunctionType":$type, "KernelKind":$kind)>];
  let extraClassDeclaration = [{
    ::mlir::Region *getCallableRegion() { return &getBody(); }
    ::llvm::ArrayRef<::mlir::Type> getArgumentTypes() { return getFunctionType().getInputs(); }
    ::llvm::ArrayRef<::mlir::Type> getResultTypes() { return getFunctionType().getResults(); }
  }];
}

def RT_YieldOp : RT_Op<"yield", [Pure, Terminator, ReturnLike, HasParent<"KernelOp">]> {
  let summary = "the results of a kernel";
  let arguments = (ins Variadic<AnyType>:$results);
  let assemblyFormat = "attr-dict ($results^ `:` type($results))?";
  let hasVerifier = 1;
}

def RT_CopyOp : RT_Op<"copy", [Pure, SameOperandsAndResultType]> {
  let summary = "the same tensor, stored once more";
  let description = [{
    For a variable that is written with a value that no op of the step computes,
    or with one that is stored elsewhere already. Folding would lose that.
    ```mlir
    %y = rt.copy %x : tensor<3x5xf32>
    ```
  }];
  let arguments = (ins AnyRankedTensor:$input);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input)";
}

def RT_LaunchOp : RT_Op<"launch", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a kernel";
  let description = [{
    A launch of a kernel that was formed for other layers says its own after `as`.
    After `rt-plan-arena`, `slots` says where each operand and each result is
    stored.
    C1: the symbol names an `rt.kernel` of these types, or the function it was
    compiled to (for a GPU, one in a `gpu.module`). C2: operands and results both
    have slots, or neither. C3: there is a slot for each. C4: a result is stored in
    the arena or in a variable.
    ```mlir
    %y = rt.launch @"hidden1+relu" as "hidden2+relu"(%x, %w) slots [inputs 0, variables 64] -> [arena 0]
        : (tensor<3x5xf32>, tensor<5x5xf32>) -> tensor<3x5xf32>
    ```
  }];
  let arguments = (ins SymbolRefAttr:$kernel, OptionalAttr<StrAttr>:$label, Variadic<AnyRankedTensor>:$inputs,
                       OptionalAttr<RT_SlotsAttr>:$operand_slots, OptionalAttr<RT_SlotsAttr>:$result_slots);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let extraClassDeclaration = [{
    /// The symbol of the kernel, or of its function.
    ::llvm::StringRef getKernelName() { return getKernel().getLeafReference(); }
    /// What this launch computes, by its layers.
    ::llvm::StringRef getName() { return getLabel().value_or(getKernelName()); }
  }];
  let assemblyFormat = [{
    $kernel (`as` $label^)? `(` $inputs `)` (`slots` custom<Slots>($operand_slots)^ `->` custom<Slots>($result_slots))?
    attr-dict `:` functional-type($inputs, $outputs)
  }];
  let hasVerifier = 1;
}

def RT_VariableOp : RT_Op<"variable", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "where a parameter or state is stored";
  let description = [{
    Written by `rt-plan-arena`, in the order in which variables are stored.
    C1: the symbol names a `train.parameter` or `train.state` of this type.
    C2: the offset in the variables segment is a multiple of 64.
    ```mlir
    rt.variable @fc1.weight at 192 : tensor<16x784xf32>
    ```
  }];
  let arguments = (ins FlatSymbolRefAttr:$variable, I64Attr:$offset, TypeAttrOf<AnyRankedTensor>:$type);
  let assemblyFormat = "$variable `at` $offset attr-dict `:` $type";
  let hasVerifier = 1;
}

#endif
