//===- Passes.td - The passes of the compiler -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// In the order in which a model meets them. Each pass is one file of the same
// stem with one test of the same stem. compiler/Pipelines composes them.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMPILER_PASSES_PASSES_TD
#define GRADUS_COMPILER_PASSES_PASSES_TD

include "mlir/Pass/PassBase.td"

//===----------------------------------------------------------------------===//
// Learning: train -> nn
//===----------------------------------------------------------------------===//

def InferIndexRangesPass : Pass<"train-infer-index-ranges", "::mlir::func::FuncOp"> {
  let summary = "Find the inputs that index, and what they may hold";
  let description = [{
    An integer argument of an entry point that, itself or reshaped, broadcast,
    transposed, joined to others or cast to integers, is the index operand of an op
    (nn::IndexingOpInterface) gets `train.indices`: it may hold integers from 0 to this
    number, not included; the smallest where several ops read it. The runtime
    checks what enters. Indices that the model computes are not looked at.
  }];
}

def FindSampleMixingPass : Pass<"train-find-sample-mixing", "::mlir::func::FuncOp"> {
  let summary = "Find the layers that mix the samples of a batch";
  let description = [{
    Follows the samples from the arguments of eval and predict to their results. An op
    whose result for one sample depends on another one, such as a mean over the batch,
    is noted in `train.mixes_samples` of the function: there, rows that only fill up
    the last batch would take part, so that the runtime refuses a batch that is not
    full. What the pass does not know counts as mixing. Changes nothing else.
  }];
}

def AutodiffPass : Pass<"train-autodiff"> {
  let summary = "Replace train.grad with the backward graph";
  let description = [{
    Walks from the loss to the tensors differentiated by and asks each op for
    its adjoint (DifferentiableOpInterface), adding up where a value is used
    more than once. Backward ops carry the location of their forward op under
    the name `bwd(layer)`. Afterwards no `train.grad` is left, nor an update of a
    parameter that the loss does not depend on. An op on the way
    without a derivative is an error at its line of the model.
  }];
  let dependentDialects = ["nn::NNDialect"];
}

def ExpandUpdatesPass : Pass<"train-expand-updates", "::mlir::ModuleOp"> {
  let summary = "Expand optimizer steps, schedules and clipping into nn ops";
  let description = [{
    Each `train.update.*` becomes the arithmetic of its formula
    (train::UpdateOpInterface), between reads and writes of the parameter and of
    `train.state` variables named `<parameter>.<state>` that the pass creates. A
    state with the name of a parameter is an error. `train.learning_rate`
    becomes the formula of its schedule (train::ScheduleAttrInterface); it and
    bias corrections are computed in f64 scalars. `train.clip_norm` becomes one
    norm over all gradients and a scale for each.
  }];
  let dependentDialects = ["nn::NNDialect", "train::TrainDialect"];
}

//===----------------------------------------------------------------------===//
// Simplification: nn -> nn
//===----------------------------------------------------------------------===//

def DecomposePass : Pass<"nn-decompose"> {
  let summary = "Decompose composite ops into primitives";
  let description = [{
    Composites (softmax, dropout, one_hot and others) become
    reductions, broadcasts and elementwise ops, so that kernel formation sees
    one small set; a concat of many operands becomes several of few. What forward
    and backward have in common becomes equal and is merged by CSE.
  }];
  let dependentDialects = ["nn::NNDialect"];
}

def SimplifyPass : Pass<"nn-simplify"> {
  let summary = "Fold, and eliminate dead code and common subexpressions";
  let description = [{
    Folds of the nn dialect and the patterns below, to a fixpoint, followed by
    CSE. None changes a result by more than the sign of a zero.
    - matmul(transpose(x), y) -> matmul(x, y) transposed
    - transpose(broadcast(x)) -> broadcast(x) where the kept dimensions stay in order
  }];
  let dependentDialects = ["nn::NNDialect"];
}

def LowerPrecisionPass : Pass<"nn-lower-precision"> {
  let summary = "Cast matmul operands to bf16";
  let description = [{
    For targets that multiply bf16: the operands of each `nn.matmul` of precision
    bf16 are cast to it, each value once and where it is computed, so that the
    kernel that computes it stores the copy. A matmul of precision tf32 reads f32
    and rounds in registers. Sums, results and all other ops stay f32, and so do
    parameters. bf16 has the exponents of f32, so that no gradient underflows that
    would not in f32, and losses need no scaling.
  }];
  let dependentDialects = ["nn::NNDialect"];
}

//===----------------------------------------------------------------------===//
// Kernels and memory: nn -> rt
//===----------------------------------------------------------------------===//

def ReadInPlacePass : Pass<"nn-read-in-place"> {
  let summary = "Read operands where they are instead of moving them";
  let description = [{
    Transpositions, slices and paddings become `nn.affine_read`, which kernels compute where they need it. Reductions of
    dimensions in the middle read them as the last ones.
    With `contract`, a matmul whose lhs is a reshaped `nn.affine_read` that stays inside of its input, as convolutions
    are, becomes an `nn.contract`, so that the windows are not written to memory. For the CPU; a GPU's matmuls copy
    tiles of memory as it is.
    ```mlir
    %0 = nn.affine_read %x through affine_map<(o, k) -> (o + k)> : tensor<9xf32> -> tensor<7x3xf32>
    %1 = nn.reshape %0 : tensor<7x3xf32> -> tensor<7x3xf32>
    %2 = nn.matmul %1, %w : tensor<7x3xf32>, tensor<3x5xf32>
    // becomes
    %2 = nn.contract %x, %w rows [7] terms [3] through affine_map<(o, k) -> (o + k)> : tensor<9xf32>, tensor<3x5xf32>
    ```
  }];
  let options = [Option<"contract", "contract", "bool", "true", "whether matmuls read windows in place, too">];
  let dependentDialects = ["nn::NNDialect"];
}

def CollapseDimsPass : Pass<"nn-collapse-dims"> {
  let summary = "Compute on fewer dimensions where a reshape parts loops";
  let description = [{
    Moves reshapes that add dimensions behind the elementwise ops and reductions that
    read them, and reshapes that merge dimensions before those that compute what they
    read, so that a dense layer on `[batch, step, channel]` and what surrounds it have
    the same loops. Ops that tell the merged dimensions apart (transposes, batched
    matmuls, a broadcast along one of them) keep their shape.
    ```mlir
    %0 = nn.reshape %x : tensor<6x4xf32> -> tensor<2x3x4xf32>
    %1 = nn.gelu %0 : tensor<2x3x4xf32>
    // becomes
    %0 = nn.gelu %x : tensor<6x4xf32>
    %1 = nn.reshape %0 : tensor<6x4xf32> -> tensor<2x3x4xf32>
    ```
  }];
  let dependentDialects = ["nn::NNDialect"];
}

def FormKernelsPass : Pass<"rt-form-kernels", "::mlir::ModuleOp"> {
  let summary = "Group the ops of each entry point into rt.kernels";
  let description = [{
    Takes ops in order and fuses each with the kernels of its producers where the
    loop structures agree and no cycle arises; cheap ops (broadcasts, constants,
    conditions) are cloned into every kernel that needs them. Kernels are launched
    in an order that lets parameters be updated in place. Each decision is recorded,
    with its reason, in the kernel's `decisions`. Afterwards entry points consist of
    launches, reshapes, and reads and writes of variables. A tensor of i1 that would
    have to be stored is an error.
  }];
  let dependentDialects = ["rt::RTDialect", "nn::NNDialect"];
}

def DeduplicateKernelsPass : Pass<"rt-deduplicate-kernels", "::mlir::ModuleOp"> {
  let summary = "Deduplicate identical kernels";
  let description = [{
    Kernels of equal kind, types and bodies, whatever their layers and lines, become
    one: it is compiled once and launched as often as before. A launch keeps the name
    of its own layers after `as`; timings and messages use that.
  }];
  let dependentDialects = ["rt::RTDialect"];
}

def PlanArenaPass : Pass<"rt-plan-arena", "::mlir::ModuleOp"> {
  let summary = "Give every value of a step a slot in memory";
  let description = [{
    Parameters and state get offsets in the variables segment. All other values
    of an entry point share one arena: offsets are assigned by decreasing size,
    best fit, against the values alive at the same time. An elementwise result
    reuses the memory of an operand of its size that is read for the last time; a
    written parameter is stored over its old value. Afterwards an `rt.variable`
    says where each parameter and state is, every `rt.launch` has slots, and each
    entry point an `rt.plan`.
    Values of at most `no-alias-bytes` never share memory, for targets on which
    independent launches can run together.
  }];
  let options = [
    Option<"noAliasBytes", "no-alias-bytes", "int64_t", "0", "size in bytes up to which values never share memory">];
  let dependentDialects = ["rt::RTDialect"];
}

//===----------------------------------------------------------------------===//
// Code for the CPU: nn -> linalg -> vector
//===----------------------------------------------------------------------===//

def ConvertNNToLinalgPass : Pass<"convert-nn-to-linalg"> {
  let summary = "Lower nn ops to linalg on tensors";
  let description = [{
    Elementwise ops become `linalg.generic` with their scalar body; broadcasts,
    reductions, data movement and matmuls become `linalg.generic` too, whose
    indexing maps express the access: a transposed operand is an indexing map.
    `nn.affine_read` stays, as linalg has no reads beyond an operand.
    A composite is an error: `nn-decompose` comes first.
  }];
  let dependentDialects = ["::mlir::linalg::LinalgDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::tensor::TensorDialect"];
}

def CPULowerKernelsPass : Pass<"cpu-lower-kernels", "::mlir::ModuleOp"> {
  let summary = "Lower rt.kernels to functions of loops over vectors";
  let description = [{
    Every kernel becomes a `func.func` of the same name on memrefs. A kernel is split
    into work items (units), pieces that can run in any order and on any thread; the
    function computes items [begin, end) and carries their number in `rt.config`.

    - Elementwise, row and column kernels become loops over vectors with masked tails
      in which intermediate values stay in registers; where rows are shorter than a
      vector, lanes are rows.
    - Matmuls become a register-tiled microkernel whose accumulators are carried by
      the loop over k, the rhs packed into scratch memory where it pays, or dot
      products where few rows meet a transposed rhs; the fused epilogue is applied
      before the only store.
    - Kernels of kind `generic` go through upstream's bufferization and
      linalg-to-loops, as one work item.

    Arguments and results of i1 or bf16 cannot be stored in memory and are errors.
  }];
  let dependentDialects = ["::mlir::func::FuncDialect", "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
                           "::mlir::bufferization::BufferizationDialect"];
  let options = [
    Option<"vectorBytes", "vector-bytes", "int64_t", "64", "bytes of a vector register">,
    Option<"registers", "registers", "int64_t", "32", "number of vector registers">];
}

def GPULowerKernelsPass : Pass<"gpu-lower-kernels", "::mlir::ModuleOp"> {
  let summary = "Lower rt.kernels to functions of a gpu.module";
  let description = [{
    Every kernel becomes a `gpu.func` on memrefs, launched in one dimension:
    `rt.config` says in how many blocks of how many threads. Elementwise kernels compute four
    elements per thread with accesses of 16 bytes; row kernels a row per warp or
    per block, read once where it fits the registers; column kernels 32 columns per
    block. Matmuls are software-pipelined: tiles of the operands go through
    multistage buffers in shared memory, which cp.async fills, and the epilogue is
    applied before the only store. Those of bf16, and of f32 with precision tf32, run on tensor
    cores (`nvgpu.mma.sync`) where `chip` has them. Kernels of kind `generic` go
    through upstream's bufferization, and their threads share each op's parallel
    loops.
  }];
  let options = [Option<"chip", "chip", "std::string", "\"sm_80\"", "GPU to generate code for, sm_70 or later">];
  let dependentDialects = ["::mlir::gpu::GPUDialect", "::mlir::nvgpu::NVGPUDialect", "::mlir::NVVM::NVVMDialect",
                           "::mlir::memref::MemRefDialect", "::mlir::scf::SCFDialect",
                           "::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect", "::mlir::math::MathDialect",
                           "::mlir::linalg::LinalgDialect", "::mlir::tensor::TensorDialect",
                           "::mlir::bufferization::BufferizationDialect"];
}

def GPUFuseHorizontallyPass : Pass<"gpu-fuse-horizontally", "::mlir::ModuleOp"> {
  let summary = "Fuse independent small kernels horizontally";
  let description = [{
    Sorts the launches of an entry point by level, the length of the longest chain
    of launches that each has to wait for, which follows from their slots in
    memory. Small ones of a level, of equal block size, become one launch of a
    function that has the blocks of all, each part behind a condition on the
    block's number. Updates of all parameters thus take few launches. Without slots
    (`rt-plan-arena`) nothing is changed.
  }];
  let options = [Option<"chip", "chip", "std::string", "\"sm_80\"", "GPU to generate code for, sm_70 or later">];
  let dependentDialects = ["::mlir::scf::SCFDialect", "::mlir::arith::ArithDialect"];
}

def GPUConvertToNVVMPass : Pass<"gpu-convert-to-nvvm", "::mlir::gpu::GPUModuleOp"> {
  let summary = "Lower gpu.func to functions of the LLVM and NVVM dialects";
  let description = [{
    Upstream's patterns for gpu, memref, vector, arith and math in one conversion,
    with bare pointers as arguments. Functions of libdevice are never called: math
    that `math-expand-*` leaves becomes intrinsics that NVPTX has instructions for.
  }];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect", "::mlir::NVVM::NVVMDialect"];
}

def ExpandF32Pass : Pass<"math-expand-f32"> {
  let summary = "Expand exp, log, tanh and erf of f32 into arithmetic";
  let description = [{
    Transcendentals on f32 vectors and scalars become straight-line arithmetic
    whose error is stated and tested (compiler/docs/math.md). Those of f64 stay: on a
    CPU they call the C library.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect", "::mlir::vector::VectorDialect"];
}

def ExpandF64Pass : Pass<"math-expand-f64"> {
  let summary = "Expand f64 math for targets without a C library";
  let description = [{
    exp, log, pow, sin, cos, tanh and erf of f64 become series whose errors are a few
    ulp; those of f32 that `math-expand-f32` leaves are computed in f64. A power of
    integers has no expansion and is an error at its line.
  }];
  let dependentDialects = ["::mlir::arith::ArithDialect", "::mlir::math::MathDialect"];
}

def CPULowerVectorsPass : Pass<"cpu-lower-vectors"> {
  let summary = "Lower vector.transpose and vector.step before conversion to LLVM";
  let description = [{
    Transposes of 16 x 16 squares become shuffles, which convert-vector-to-llvm would
    make element by element; steps become constants.
  }];
  let dependentDialects = ["::mlir::vector::VectorDialect", "::mlir::arith::ArithDialect"];
}

//===----------------------------------------------------------------------===//
// The program: rt -> LLVM
//===----------------------------------------------------------------------===//

def CollectModelPass : Pass<"rt-collect-model", "::mlir::ModuleOp"> {
  let summary = "Write down the model's table as an rt.model";
  let description = [{
    Variables, kernels and, for each entry point, its inputs, launches and outputs:
    all that a program keeps of the IR beside the kernels' code. The recipe and its
    hash come from the module's attributes; without `rt.recipe_hash`, the hash is
    that of the module's text. Tensors of other types than f32, f64, i32 and i64
    cannot be variables, inputs or outputs.
  }];
  let options = [
    Option<"compiler", "compiler", "std::string", "\"gradus-opt\"", "name and version of the compiler, for the table">,
    Option<"target", "target", "std::string", "\"\"", "triple and CPU or GPU, for the table">,
    Option<"gpu", "gpu", "std::string", "\"\"", "what GPU kernels are compiled for, such as sm_80">];
  let dependentDialects = ["rt::RTDialect"];
}

def EraseProgramPass : Pass<"rt-erase-program", "::mlir::ModuleOp"> {
  let summary = "Keep only the kernels' functions and the rt.model";
  let description = [{
    Entry points, launches and variables are in the `rt.model` now, and so are the
    `rt` attributes of functions. What the launches say about buffers stays: an
    argument that shares memory with no other is `llvm.noalias`.
  }];
}

def ConvertRTToLLVMPass : Pass<"convert-rt-to-llvm", "::mlir::ModuleOp"> {
  let summary = "Lower the rt.model to constant data and a query function";
  let description = [{
    The model becomes globals of the LLVM dialect in the layout of
    `gradus/model_abi.h`, one entry function per kernel, and the query function
    `<model>_query`, the only symbol that stays visible; with `main` its alias
    `gradus_model_query` too, which main() of a program calls. Kernels must be
    functions of the LLVM dialect by now. GPU kernels are in the model's `ptx`, and
    their module is dropped; with `simulate` they are functions that the simulator
    of the runtime runs, declared here and defined elsewhere.
  }];
  let options = [
    Option<"withMain", "main", "bool", "false", "define gradus_model_query, for a program with a main()">,
    Option<"simulate", "simulate", "bool", "false", "call GPU kernels by way of the simulator">];
  let dependentDialects = ["::mlir::LLVM::LLVMDialect"];
}

//===----------------------------------------------------------------------===//
// Testing
//===----------------------------------------------------------------------===//

def ReferenceRunPass : Pass<"reference-run", "::mlir::ModuleOp"> {
  let summary = "Evaluate functions without arguments on the reference evaluator";
  let description = "Runs every `func.func` without arguments; a `check.expect_close` that does not hold is an error.";
}

def CheckGradientsPass : Pass<"check-gradients", "::mlir::ModuleOp"> {
  let summary = "Compare derivatives with finite differences";
  let description = [{
    For every function: random inputs, a random linear functional of its float
    results, autodiff by the rules of the ops, and central differences in f64
    on the reference evaluator. A difference beyond `tolerance`, relative to
    max(1, |value|), is an error. Inputs are drawn from [low, high).
  }];
  let dependentDialects = ["nn::NNDialect", "train::TrainDialect"];
  let options = [
    Option<"tolerance", "tolerance", "double", "1e-6", "largest difference">,
    Option<"seed", "seed", "uint64_t", "1", "seed of the random inputs">,
    Option<"low", "low", "double", "-2.0", "smallest input">,
    Option<"high", "high", "double", "2.0", "largest input">];
}

#endif
