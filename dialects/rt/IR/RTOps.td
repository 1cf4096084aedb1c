//===- RTOps.td - The rt dialect: execution -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_RT_IR_RTOPS_TD
#define GRADUS_DIALECTS_RT_IR_RTOPS_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def RT_Dialect : Dialect {
  let name = "rt";
  let cppNamespace = "::gradus::rt";
  let summary = "Execution: kernels, their launches, and where values lie.";
  let description = [{
    A step is a straight list of `rt.launch`es of `rt.kernel`s. A kernel is one
    thing to print, to time and to run alone. `rt-plan-arena` gives each value a
    slot; from then on the list is a table in the artefact that the runtime
    walks (`gradus/model_abi.h`).
  }];
  let useDefaultAttributePrinterParser = 1;
}

def RT_KernelKind : I32EnumAttr<"KernelKind", "the loop structure of a kernel", [
    I32EnumAttrCase<"Elementwise", 0, "elementwise">, I32EnumAttrCase<"Row", 1, "row">,
    I32EnumAttrCase<"Column", 2, "column">, I32EnumAttrCase<"Matmul", 3, "matmul">,
    I32EnumAttrCase<"Generic", 4, "generic">]> {
  let cppNamespace = "::gradus::rt";
}
def RT_Segment : I32EnumAttr<"Segment", "a block of memory", [
    I32EnumAttrCase<"Arena", 0, "arena">, I32EnumAttrCase<"Variables", 1, "variables">,
    I32EnumAttrCase<"Counters", 2, "counters">, I32EnumAttrCase<"Inputs", 3, "inputs">]> {
  let cppNamespace = "::gradus::rt";
}

def RT_SlotAttr : AttrDef<RT_Dialect, "Slot"> {
  let mnemonic = "slot";
  let summary = "where a value lies: a segment and a byte offset; for inputs, their index";
  let parameters = (ins EnumParameter<RT_Segment>:$segment, "int64_t":$offset);
  let assemblyFormat = "`<` $segment `,` $offset `>`";
}

class RT_Op<string mnemonic, list<Trait> traits = []> : Op<RT_Dialect, mnemonic, traits>;

def RT_KernelOp : RT_Op<"kernel", [IsolatedFromAbove, Symbol, FunctionOpInterface]> {
  let summary = "a fused group of operations, compiled as one function";
  let description = [{
    The body computes on tensors, in `nn` and later in `linalg`. `kind` is the
    loop structure chosen; `decisions` says, for every op that was a candidate,
    whether it was drawn in and why.
    ```mlir
    rt.kernel @"hidden1+relu"(%x: tensor<64x784xf32>, …) -> tensor<64x16xf32> kind matmul { … rt.yield %y : … }
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<FunctionType>:$function_type, RT_KernelKind:$kind,
                       OptionalAttr<StrArrayAttr>:$decisions,
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

def RT_LaunchOp : RT_Op<"launch", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "runs a kernel";
  let description = [{
    C1: the symbol names an `rt.kernel` of these types, or the function it was compiled to (for a GPU, one in a
    `gpu.module`). A launch of a kernel that
    was formed for other layers says its own after `as`. After `rt-plan-arena`, `operand_slots` and `result_slots`
    say where each value lies.
    ```mlir
    %y = rt.launch @"hidden1+relu" as "hidden2+relu"(%x, %w) : (tensor<3x5xf32>, tensor<5x5xf32>) -> tensor<3x5xf32>
    ```
  }];
  let arguments = (ins SymbolRefAttr:$kernel, OptionalAttr<StrAttr>:$label, Variadic<AnyRankedTensor>:$inputs,
                       OptionalAttr<TypedArrayAttrBase<RT_SlotAttr, "slots">>:$operand_slots,
                       OptionalAttr<TypedArrayAttrBase<RT_SlotAttr, "slots">>:$result_slots);
  let results = (outs Variadic<AnyRankedTensor>:$outputs);
  let extraClassDeclaration = [{
    /// The symbol of the kernel, or of its function.
    ::llvm::StringRef getKernelName() { return getKernel().getLeafReference(); }
    /// What this launch computes, by its layers.
    ::llvm::StringRef getName() { return getLabel().value_or(getKernelName()); }
  }];
  let assemblyFormat = "$kernel (`as` $label^)? `(` $inputs `)` attr-dict `:` functional-type($inputs, $outputs)";
}

#endif
