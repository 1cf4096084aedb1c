//===- RTOps.td - The rt dialect: execution -------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_RT_IR_RTOPS_TD
#define GRADUS_DIALECTS_RT_IR_RTOPS_TD

include "dialects/rt/IR/RTAttrs.td"
include "dialects/train/IR/TrainAttrs.td"
include "mlir/IR/SymbolInterfaces.td"
include "mlir/Interfaces/CallInterfaces.td"
include "mlir/Interfaces/ControlFlowInterfaces.td"
include "mlir/Interfaces/FunctionInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class RT_Op<string mnemonic, list<Trait> traits = []> : Op<RT_Dialect, mnemonic, traits>;

/// A tensor that can be an operand or a result of a kernel.
def RT_Tensor : StaticShapeTensorOf<[AnyInteger, AnyFloat]>;
/// A tensor that a program keeps, takes or returns (GRADUS_F32 and the like).
def RT_StoredTensor : StaticShapeTensorOf<[F32, F64, I32, I64]>;

//===----------------------------------------------------------------------===//
// Kernels and launches
//===----------------------------------------------------------------------===//

def RT_KernelOp : RT_Op<"kernel", [IsolatedFromAbove, Symbol, FunctionOpInterface]> {
  let summary = "a fused group of operations, compiled as one function";
  let description = [{
    The body computes on tensors, in `nn` and later in `linalg`. `kind` is the
    loop structure chosen; `cost` the work of one launch; `decisions` says, for
    every op that was a candidate, whether it was drawn in and why.
    C1: operands and results are tensors of numbers, of static shape.
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
    ::llvm::LogicalResult verifyType();
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
    compiled to (for a GPU, one in a `gpu.module`), which takes at least as many
    arguments. C2: operands and results both
    have slots, or neither. C3: there is a slot for each. C4: a result is stored in
    the arena or in a variable.
    ```mlir
    %y = rt.launch @"hidden1+relu" as "hidden2+relu"(%x, %w) slots [inputs 0, variables 64] -> [arena 0]
        : (tensor<3x5xf32>, tensor<5x5xf32>) -> tensor<3x5xf32>
    ```
  }];
  let arguments = (ins SymbolRefAttr:$kernel, OptionalAttr<StrAttr>:$label, Variadic<RT_Tensor>:$inputs,
                       OptionalAttr<RT_SlotsAttr>:$operand_slots, OptionalAttr<RT_SlotsAttr>:$result_slots);
  let results = (outs Variadic<RT_Tensor>:$outputs);
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

//===----------------------------------------------------------------------===//
// The model's table
//===----------------------------------------------------------------------===//

def RT_ModelOp : RT_Op<"model", [SymbolTable, NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "everything a program knows about its model";
  let description = [{
    What the runtime needs instead of the IR: variables, kernels, and for each entry
    point the launches in order. `rt-collect-model` writes it, `convert-rt-to-llvm`
    turns it into constant data in the layout of `gradus/model_abi.h`.
    `recipe` is the module's `train.recipe`. For a GPU, `gpu` is the architecture,
    `ptx` and `cubin` its kernels as text and machine code; they are known only
    when the GPU's module has been compiled.
    C1: a module has one model. C2: the body holds variables, then kernels, then
    entry points, each of another kind.
    C3: the hash consists of 64 hexadecimal digits. C4: `variables_bytes` is not
    negative, and each variable ends within them. C5: the recipe, if there is one, is a `#train.recipe`.
    ```mlir
    rt.model "digits" by "gradus" for "x86_64-unknown-linux-gnu" recipe_hash "…" variables_bytes 64 {
      rt.model.variable @fc.weight : tensor<2x3xf32> at 0 init #train.uniform_init<low = -0.1, high = 0.1>
      rt.model.kernel @fc calls "fc" config #rt.cpu_launch<units = 4> cost <flops = 48, bytes = 104>
      rt.model.entry predict batch 4 arena_bytes 64 {
        rt.model.input "x" : tensor<4x3xf32>
        rt.model.launch @fc slots [inputs 0, variables 0] -> [arena 0] : [tensor<4x2xf32>]
        rt.model.output "y" at <arena, 0> : tensor<4x2xf32>
      }
    }
    ```
  }];
  let arguments = (ins StrAttr:$name, StrAttr:$compiler, StrAttr:$target, StrAttr:$recipe_hash,
                       I64Attr:$variables_bytes, OptionalAttr<AnyAttr>:$recipe, OptionalAttr<StrAttr>:$gpu,
                       OptionalAttr<StrAttr>:$ptx, OptionalAttr<StrAttr>:$cubin);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $name `by` $compiler `for` $target `recipe_hash` $recipe_hash `variables_bytes` $variables_bytes
    attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
}

class RT_ModelPart<string mnemonic, string parent, list<Trait> traits = []>
    : RT_Op<"model." # mnemonic, !listconcat([HasParent<parent>], traits)>;

def RT_ModelVariableOp : RT_ModelPart<"variable", "ModelOp", [Symbol]> {
  let summary = "a parameter, with how it starts, or an optimizer's state, which starts at zero";
  let description = [{
    C1: the offset is a multiple of 64. C2: a state is not frozen. C3: the bytes
    fit into 63 bits.
    ```mlir
    rt.model.variable @fc.weight : tensor<2x3xf32> at 0 init #train.uniform_init<low = -0.1, high = 0.1> frozen
    rt.model.variable @fc.weight.m : tensor<2x3xf32> at 64
    ```
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, TypeAttrOf<RT_StoredTensor>:$type, I64Attr:$offset,
                       OptionalAttr<Train_AnyInitAttr>:$init, UnitAttr:$frozen);
  let assemblyFormat = "$sym_name `:` $type `at` $offset (`init` $init^)? (`frozen` $frozen^)? attr-dict";
  let hasVerifier = 1;
}

def RT_ModelKernelOp : RT_ModelPart<"kernel", "ModelOp", [Symbol]> {
  let summary = "a kernel as the runtime sees it";
  let description = [{
    `function` is the symbol of the code, in the module or in its PTX; kernels
    of equal layers share it. `label` is what profiles and errors say, if that is
    not the symbol. For a GPU, `shared_bytes` is the shared memory of a block,
    which with `dynamic_shared` the launch asks for, and `arg_bytes` the sizes of
    operands and results.
    C1: sizes are not negative.
  }];
  let arguments = (ins SymbolNameAttr:$sym_name, OptionalAttr<StrAttr>:$label, StrAttr:$function,
                       DefaultValuedAttr<StrAttr, "\"\"">:$location, RT_AnyLaunchAttr:$config, RT_CostAttr:$cost,
                       DefaultValuedAttr<I64Attr, "0">:$scratch_bytes, DefaultValuedAttr<I64Attr, "0">:$shared_bytes,
                       UnitAttr:$dynamic_shared, OptionalAttr<RT_PrecisionAttr>:$precision,
                       OptionalAttr<DenseI64ArrayAttr>:$arg_bytes);
  let assemblyFormat = [{
    $sym_name (`as` $label^)? `calls` $function (`location` $location^)? `config` $config `cost` $cost
    (`scratch_bytes` $scratch_bytes^)? (`shared_bytes` $shared_bytes^)? (`dynamic_shared` $dynamic_shared^)?
    (`precision` $precision^)? (`arg_bytes` $arg_bytes^)? attr-dict
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// What profiles and errors call it.
    ::llvm::StringRef getDisplayName() { return getLabel().value_or(getSymName()); }
    /// Its configuration on a GPU, or null.
    GPULaunchAttr getGPULaunch() { return ::llvm::dyn_cast<GPULaunchAttr>(getConfig()); }
    /// Work items on a CPU, blocks on a GPU.
    int64_t getUnits() {
      return getGPULaunch() ? getGPULaunch().getBlocks() : ::llvm::cast<CPULaunchAttr>(getConfig()).getUnits();
    }
  }];
}

def RT_ModelEntryOp : RT_ModelPart<"entry", "ModelOp", [NoTerminator, SingleBlock, NoRegionArguments]> {
  let summary = "an entry point: inputs, launches in order, outputs";
  let description = [{
    C1: sizes are not negative. C2: the body holds inputs, then launches, then
    outputs. C3: slots in the arena are within it, inputs are those that there are.
    `mixes`: the layer that mixes the samples of a batch, if one does.
  }];
  let arguments = (ins EnumProp<Train_Entry>:$kind, I64Attr:$batch, I64Attr:$arena_bytes,
                       OptionalAttr<StrAttr>:$mixes);
  let regions = (region SizedRegion<1>:$body);
  let assemblyFormat = [{
    $kind `batch` $batch `arena_bytes` $arena_bytes (`mixes` $mixes^)? attr-dict-with-keyword $body
  }];
  let hasRegionVerifier = 1;
}

def RT_ModelInputOp : RT_ModelPart<"input", "ModelEntryOp"> {
  let summary = "an input, by the name users know it by";
  let description = [{
    `indices`: the input holds indices, integers from 0 to this number, not included.
    C1: only for integers.
  }];
  let arguments = (ins StrAttr:$name, OptionalAttr<ConfinedAttr<I64Attr, [IntPositive]>>:$indices,
                       TypeAttrOf<RT_StoredTensor>:$type);
  let assemblyFormat = "$name (`indices` $indices^)? attr-dict `:` $type";
  let hasVerifier = 1;
}

def RT_ModelLaunchOp : RT_ModelPart<"launch", "ModelEntryOp", [DeclareOpInterfaceMethods<SymbolUserOpInterface>]> {
  let summary = "a launch of a kernel";
  let description = [{
    `parallel` says that the launch is large enough to be shared among threads.
    C1: the symbol names a kernel of this model. C2: there is a slot for each
    result, in the arena or in a variable.
  }];
  let arguments = (ins FlatSymbolRefAttr:$kernel, RT_SlotsAttr:$operand_slots, RT_SlotsAttr:$result_slots,
                       TypeArrayAttr:$result_types, UnitAttr:$parallel);
  let assemblyFormat = [{
    $kernel (`parallel` $parallel^)? `slots` custom<Slots>($operand_slots) `->` custom<Slots>($result_slots)
    attr-dict `:` $result_types
  }];
  let hasVerifier = 1;
}

def RT_ModelOutputOp : RT_ModelPart<"output", "ModelEntryOp"> {
  let summary = "an output, by the name users know it by, and where it is stored";
  let arguments = (ins StrAttr:$name, RT_SlotAttr:$slot, TypeAttrOf<RT_StoredTensor>:$type);
  let assemblyFormat = "$name `at` $slot attr-dict `:` $type";
}

#endif
