//===- RTAttrs.td - Slots, plans, launch configurations and costs ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_RT_IR_RTATTRS_TD
#define GRADUS_DIALECTS_RT_IR_RTATTRS_TD

include "dialects/rt/IR/RTDialect.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

//===----------------------------------------------------------------------===//
// Enums
//===----------------------------------------------------------------------===//

class RT_Enum<string name, string summary, list<I32EnumAttrCase> cases> : I32EnumAttr<name, summary, cases> {
  let cppNamespace = "::gradus::rt";
}

def RT_KernelKind : RT_Enum<"KernelKind", "the loop structure of a kernel", [
    I32EnumAttrCase<"Elementwise", 0, "elementwise">, I32EnumAttrCase<"Row", 1, "row">,
    I32EnumAttrCase<"Column", 2, "column">, I32EnumAttrCase<"Matmul", 3, "matmul">,
    I32EnumAttrCase<"Generic", 4, "generic">, I32EnumAttrCase<"Scatter", 5, "scatter">]>;

// The numbers are those of GRADUS_SEGMENT_* in gradus/model_abi.h.
def RT_Segment : RT_Enum<"Segment", "a block of memory", [
    I32EnumAttrCase<"Arena", 0, "arena">, I32EnumAttrCase<"Variables", 1, "variables">,
    I32EnumAttrCase<"Counters", 2, "counters">, I32EnumAttrCase<"Inputs", 3, "inputs">]>;

def RT_Precision : I32Enum<"Precision", "what tensor cores multiply", [
    I32EnumCase<"TF32", 0, "tf32">, I32EnumCase<"BF16", 1, "bf16">]> {
  let cppNamespace = "::gradus::rt";
}

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

class RT_Attr<string name, string attrMnemonic> : AttrDef<RT_Dialect, name> {
  let mnemonic = attrMnemonic;
  let genVerifyDecl = 1;
}

def RT_SlotAttr : RT_Attr<"Slot", "slot"> {
  let summary = "where a value is stored: a segment and a byte offset; for inputs, their index";
  let description = "C1: the offset is not negative. C2: counters are at 0, 8 and 16.";
  let parameters = (ins EnumParameter<RT_Segment>:$segment, "int64_t":$offset);
  let assemblyFormat = "`<` $segment `,` $offset `>`";
}

def RT_SlotsAttr : TypedArrayAttrBase<RT_SlotAttr, "slots">;

def RT_PlanAttr : RT_Attr<"Plan", "plan"> {
  let summary = "the memory of an entry point: size of its arena, slots of its results";
  let description = [{
    C1: the size is not negative. On an entry point (`rt.plan`): C2: there is a slot
    for each result. C3: what is stored in the arena ends within it. C4: an input
    is one that there is.
    ```mlir
    func.func @predict(…) -> tensor<4xf32> attributes {rt.plan = #rt.plan<arena_bytes = 512, results = [<arena, 64>]>}
    ```
  }];
  let parameters = (ins "int64_t":$arenaBytes, OptionalArrayRefParameter<"SlotAttr">:$results);
  let assemblyFormat = "`<` `arena_bytes` `=` $arenaBytes (`,` `results` `=` `[` $results^ `]`)? `>`";
}

def RT_CPULaunchAttr : RT_Attr<"CPULaunch", "cpu_launch"> {
  let summary = "how a CPU kernel is launched: the work items that threads may share";
  let description = "C1: the number is not negative; an empty tensor has none.";
  let parameters = (ins "int64_t":$units);
  let assemblyFormat = "`<` struct(params) `>`";
}

def RT_GPULaunchAttr : RT_Attr<"GPULaunch", "gpu_launch"> {
  let summary = "how a GPU kernel is launched: one-dimensional blocks and threads";
  let description = "C1: the number of blocks is not negative. C2: a block has 1 to 1024 threads.";
  let parameters = (ins "int64_t":$blocks, "int64_t":$threads);
  let assemblyFormat = "`<` struct(params) `>`";
}

def RT_CostAttr : RT_Attr<"Cost", "cost"> {
  let summary = "the work of one launch of a kernel";
  let description = [{
    Floating-point operations, and the bytes of operands and results. C1: neither is negative.
  }];
  let parameters = (ins "int64_t":$flops, "int64_t":$bytes);
  let assemblyFormat = "`<` struct(params) `>`";
}

def RT_PrecisionAttr : EnumAttr<RT_Dialect, RT_Precision, "precision"> {
  let assemblyFormat = "`<` $value `>`";
}

/// The configuration of a launch, on either target.
def RT_AnyLaunchAttr : AnyAttrOf<[RT_CPULaunchAttr, RT_GPULaunchAttr], "a launch configuration">;

#endif
