//===- NNOps.td - Operations of the nn dialect ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_NN_IR_NNOPS_TD
#define GRADUS_DIALECTS_NN_IR_NNOPS_TD

include "dialects/nn/IR/NNBase.td"

//===----------------------------------------------------------------------===//
// Constants and random numbers
//===----------------------------------------------------------------------===//

def NN_ConstantOp : NN_Op<"constant", [ConstantLike, AllTypesMatch<["value", "result"]>]> {
  let summary = "a tensor known at compile time";
  let description = [{
    ```mlir
    %0 = nn.constant dense<[1.0, 2.0]> : tensor<2xf32>
    ```
  }];
  let arguments = (ins ElementsAttr:$value);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "attr-dict $value";
  let hasFolder = 1;
}

def NN_IotaOp : NN_Op<"iota"> {
  let summary = "the index of each element along one dimension";
  let description = [{
    `result[i0, …] = i_dim`, converted to the element type.
    C1: `0 <= dim < rank(result)`.
    ```mlir
    %0 = nn.iota dim 1 : tensor<2x3xi32>   // [[0, 1, 2], [0, 1, 2]]
    ```
  }];
  let arguments = (ins I64Attr:$dim);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "`dim` $dim attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def NN_RandomUniformOp : NN_Op<"random_uniform"> {
  let summary = "uniform random numbers in [0, 1), the same on every device";
  let description = [{
    Element `i` (row-major) is the first word of Philox4x32-10 with key
    `(low(seed), high(seed))` and counter `(low(i), high(i) xor stream, low(step), high(step))`,
    its upper 24 bits times 2^-24. Counter-based: neither order nor number of
    threads changes it, and backward recomputes it instead of storing it.
    ```mlir
    %0 = nn.random_uniform %seed, %step stream 3 : tensor<8x16xf32>
    ```
  }];
  let arguments = (ins NN_Counter:$seed, NN_Counter:$step, I64Attr:$stream);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$seed `,` $step `stream` $stream attr-dict `:` type($result)";
}

//===----------------------------------------------------------------------===//
// Elementwise: one record, one scalar body, one derivative
//===----------------------------------------------------------------------===//

def NN_NegOp : NN_UnaryOp<"neg", "-x", "a.neg(x)", "a.neg(g)", NN_NumberTensor> { let hasFolder = 1; }
def NN_AbsOp : NN_UnaryOp<"abs", "|x|", "a.abs(x)", "bodies::absGradient(a, g, x)">;
def NN_ExpOp : NN_UnaryOp<"exp", "e^x", "a.exp(x)", "a.mul(g, y)">;
def NN_LogOp : NN_UnaryOp<"log", "ln x", "a.log(x)", "a.div(g, x)">;
def NN_SqrtOp : NN_UnaryOp<"sqrt", "sqrt x", "a.sqrt(x)", "bodies::sqrtGradient(a, g, y)">;
def NN_RsqrtOp : NN_UnaryOp<"rsqrt", "1 / sqrt x", "bodies::rsqrt(a, x)", "bodies::rsqrtGradient(a, g, y)">;
def NN_SinOp : NN_UnaryOp<"sin", "sin x", "a.sin(x)", "a.mul(g, a.cos(x))">;
def NN_CosOp : NN_UnaryOp<"cos", "cos x", "a.cos(x)", "a.neg(a.mul(g, a.sin(x)))">;
def NN_ErfOp : NN_UnaryOp<"erf", "erf x", "a.erf(x)", "bodies::erfGradient(a, g, x)">;
def NN_TanhOp : NN_UnaryOp<"tanh", "tanh x", "a.tanh(x)", "bodies::tanhGradient(a, g, y)">;
def NN_SigmoidOp : NN_UnaryOp<"sigmoid", "1 / (1 + e^-x)", "a.sigmoid(x)", "bodies::sigmoidGradient(a, g, y)">;
def NN_ReluOp : NN_UnaryOp<"relu", "max(x, 0)", "bodies::relu(a, x)", "bodies::reluGradient(a, g, y)"> {
  let hasFolder = 1;
}
def NN_SiluOp : NN_UnaryOp<"silu", "x / (1 + e^-x)", "a.mul(x, a.sigmoid(x))", "bodies::siluGradient(a, g, x, y)">;
def NN_StopGradientOp : NN_UnaryOp<"stop_gradient", "x, constant under differentiation", "x", "", NN_NumberTensor>;
def NN_SoftplusOp : NN_UnaryOp<"softplus", "ln(1 + e^x)", "bodies::softplus(a, x)", "a.mul(g, a.sigmoid(x))">;
def NN_FloorOp : NN_UnaryOp<"floor", "the largest integer that is not above x", "a.floor(x)", "">;
def NN_RoundOp : NN_UnaryOp<"round", "the nearest integer; of two, the even one", "a.round(x)", "">;
def NN_SignOp : NN_UnaryOp<"sign", "1, 0 or -1 with the sign of x", "bodies::sign(a, x)", "">;
def NN_Expm1Op : NN_UnaryOp<"expm1", "e^x - 1", "bodies::expm1(a, x)", "bodies::expm1Gradient(a, g, y)">;
def NN_Log1pOp : NN_UnaryOp<"log1p", "ln(1 + x)", "bodies::log1p(a, x)", "bodies::log1pGradient(a, g, x)">;

def NN_LeakyReluOp : NN_ElementwiseOp<"leaky_relu", ["x"],
    "bodies::leakyRelu(a, x, getSlope().convertToDouble())",
    ["bodies::leakyReluGradient(a, g, x, getSlope().convertToDouble())"],
    [SameOperandsAndResultType]> {
  let summary = "x if x > 0, else slope * x";
  let description = "Computes `x > 0 ? x : slope * x` for every element.";
  let arguments = (ins NN_FloatTensor:$input, DefaultValuedAttr<F64Attr, "0.01">:$slope);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

def NN_EluOp : NN_ElementwiseOp<"elu", ["x"],
    "bodies::elu(a, x, getAlpha().convertToDouble())",
    ["bodies::eluGradient(a, g, x, y, getAlpha().convertToDouble())"], [SameOperandsAndResultType]> {
  let summary = "x if x > 0, else alpha * (e^x - 1)";
  let description = "Computes `x > 0 ? x : alpha * expm1(x)` for every element (Clevert et al., 2015).";
  let arguments = (ins NN_FloatTensor:$input, DefaultValuedAttr<F64Attr, "1.0">:$alpha);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

def NN_ClampOp : NN_ElementwiseOp<"clamp", ["x"],
    "bodies::clamp(a, x, getLow().convertToDouble(), getHigh().convertToDouble())",
    ["bodies::clampGradient(a, g, x, getLow().convertToDouble(), getHigh().convertToDouble())"],
    [SameOperandsAndResultType]> {
  let summary = "min(max(x, low), high)";
  let description = [{
    Computes `min(max(x, low), high)` for every element. The gradient passes where `low <= x <= high`, bounds included.
    C1: `low <= high`.
    ```mlir
    %0 = nn.clamp %x from 0.0 to 6.0 : tensor<4xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, F64Attr:$low, F64Attr:$high);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input `from` $low `to` $high attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def NN_GeluOp : NN_ElementwiseOp<"gelu", ["x"],
    "bodies::gelu(a, x, getTanh())", ["bodies::geluGradient(a, g, x, getTanh())"], [SameOperandsAndResultType]> {
  let summary = "x * Phi(x), Phi the normal distribution function";
  let description = [{
    `0.5 x (1 + erf(x / sqrt 2))`, or with `tanh` the approximation
    `0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))` (Hendrycks and Gimpel, 2016).
  }];
  let arguments = (ins NN_FloatTensor:$input, UnitAttr:$tanh);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "(`tanh` $tanh^)? $input attr-dict `:` type($result)";
}

def NN_AddOp : NN_BinaryOp<"add", "l + r", "a.add(l, r)", "g", "g", [Commutative]> { let hasFolder = 1; }
def NN_SubOp : NN_BinaryOp<"sub", "l - r", "a.sub(l, r)", "g", "a.neg(g)"> { let hasFolder = 1; }
def NN_MulOp : NN_BinaryOp<"mul", "l * r", "a.mul(l, r)", "a.mul(g, r)", "a.mul(g, l)", [Commutative]> {
  let hasFolder = 1;
}
// Integers: towards zero; x / 0 is 0.
def NN_DivOp : NN_BinaryOp<"div", "l / r", "a.div(l, r)", "a.div(g, r)", "bodies::divGradientRhs(a, g, r, y)"> {
  let hasFolder = 1;
}
def NN_MaximumOp : NN_BinaryOp<"maximum", "max(l, r)", "a.max(l, r)",
    "bodies::extremumGradient(a, g, a.lt(l, r), l, r)", "bodies::extremumGradient(a, g, a.lt(r, l), r, l)",
    [Commutative]>;
def NN_MinimumOp : NN_BinaryOp<"minimum", "min(l, r)", "a.min(l, r)",
    "bodies::extremumGradient(a, g, a.gt(l, r), l, r)", "bodies::extremumGradient(a, g, a.gt(r, l), r, l)",
    [Commutative]>;
def NN_PowOp : NN_BinaryOp<"pow", "l ^ r", "a.pow(l, r)",
    "bodies::powGradientLhs(a, g, l, r)", "bodies::powGradientRhs(a, g, l, r, y)">;

def NN_CompareOp : NN_ElementwiseOp<"compare", ["l", "r"], "a.compare(getPredicate(), l, r)", ["", ""],
    [SameTypeOperands, SameOperandsAndResultShape]> {
  let summary = "compares elements; the result is a tensor of i1";
  let description = [{
    Ordered comparison: with a NaN all predicates but `ne` are false.
    ```mlir
    %0 = nn.compare gt %a, %b : tensor<4xf32> -> tensor<4xi1>
    ```
  }];
  let arguments = (ins NN_ComparePredicate:$predicate, NN_NumberTensor:$lhs, NN_NumberTensor:$rhs);
  let results = (outs NN_BoolTensor:$result);
  let assemblyFormat = "$predicate $lhs `,` $rhs attr-dict `:` type($lhs) `->` type($result)";
}

def NN_SelectOp : NN_ElementwiseOp<"select", ["c", "l", "r"], "a.select(c, l, r)",
    ["", "bodies::gradientIf(a, c, g)", "bodies::gradientUnless(a, c, g)"],
    [SameOperandsAndResultShape, AllTypesMatch<["lhs", "rhs", "result"]>]> {
  let summary = "condition ? l : r";
  let description = "Takes the element of `lhs` where the condition holds, else that of `rhs`.";
  let arguments = (ins NN_BoolTensor:$condition, NN_NumberTensor:$lhs, NN_NumberTensor:$rhs);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$condition `,` $lhs `,` $rhs attr-dict `:` type($condition) `,` type($result)";
  let hasFolder = 1;
}

def NN_CastOp : NN_ElementwiseOp<"cast", ["x"],
    "a.cast(x, ::mlir::getElementTypeOrSelf(getInput()), ::mlir::getElementTypeOrSelf(getResult()))",
    ["a.castGradient(x, g)"], [SameOperandsAndResultShape]> {
  let summary = "converts the element type";
  let description = [{
    Float to integer truncates towards zero; what is beyond the type becomes its
    nearest integer and NaN becomes 0, on every target. An integer keeps the low bits
    that a narrower type has; i1 becomes 0 or 1.
  }];
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_StoredTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasFolder = 1;
}

//===----------------------------------------------------------------------===//
// Shapes and data movement
//===----------------------------------------------------------------------===//

def NN_BroadcastOp : NN_Op<"broadcast"> {
  let summary = "repeats a tensor along new dimensions";
  let description = [{
    Dimension `i` of the input becomes dimension `dims[i]` of the result; along
    all others the input is repeated.
    C1: `dims` has one entry per input dimension, strictly increasing, below rank(result).
    C2: `shape(input)[i] == shape(result)[dims[i]]`.
    ```mlir
    %0 = nn.broadcast %bias dims [1] : tensor<10xf32> -> tensor<64x10xf32>
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$dims);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `dims` $dims attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_ReshapeOp : NN_Op<"reshape"> {
  let summary = "the same elements in row-major order under another shape";
  let description = "C1: both types hold the same number of elements of the same type.";
  let arguments = (ins NN_Tensor:$input);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
  let hasFolder = 1;
}

def NN_TransposeOp : NN_Op<"transpose", [InferTypeOpAdaptor]> {
  let summary = "permutes dimensions";
  let description = [{
    `result[i_perm[0], i_perm[1], …] = input[i0, i1, …]`: dimension `k` of the
    result is dimension `perm[k]` of the input.
    C1: `perm` is a permutation of the input's dimensions.
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$perm);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `perm` $perm attr-dict `:` type($input)";
  let hasFolder = 1;
}

def NN_SliceOp : NN_Op<"slice", [InferTypeOpAdaptor]> {
  let summary = "a strided box of the input";
  let description = [{
    Takes the indices `start, start + stride, … < limit` of each dimension.
    C1: one start, limit and stride per dimension.
    C2: `0 <= start < limit <= size`, `stride >= 1`.
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$start, DenseI64ArrayAttr:$limit, DenseI64ArrayAttr:$stride);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = "$input `from` $start `to` $limit `by` $stride attr-dict `:` type($input)";
}

def NN_PadOp : NN_Op<"pad", [InferTypeOpAdaptor]> {
  let summary = "one value around and between the elements";
  let description = [{
    Element `i` of the input becomes element `low + i * stride`; all others are `value`. With zeros it is the
    adjoint of `nn.slice`.
    C1: one `low`, `stride` and `size` per dimension. C2: every element lies inside.
    ```mlir
    %0 = nn.pad %x low [1] by [2] size [6] : tensor<2xf32>   // [0, x0, 0, x1, 0, 0]
    ```
  }];
  let arguments = (ins NN_NumberTensor:$input, DenseI64ArrayAttr:$low, DenseI64ArrayAttr:$stride,
                       DenseI64ArrayAttr:$size, DefaultValuedAttr<F64Attr, "0.0">:$value);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$input `low` $low `by` $stride `size` $size (`value` $value^)? attr-dict `:` type($input)";
}

def NN_ReverseOp : NN_Op<"reverse", [SameOperandsAndResultType]> {
  let summary = "the elements in reverse order along some dimensions";
  let description = [{
    `result[…, i, …] = input[…, size - 1 - i, …]` along each dimension of `dims`. Its own adjoint.
    C1: `dims` is strictly increasing, and within the rank.
    ```mlir
    %0 = nn.reverse %x dims [1] : tensor<2x3xf32>
    ```
  }];
  let arguments = (ins NN_StoredTensor:$input, DenseI64ArrayAttr:$dims);
  let results = (outs NN_StoredTensor:$result);
  let assemblyFormat = "$input `dims` $dims attr-dict `:` type($result)";
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Which element of the input each element of the result is.
    ::mlir::AffineMap getReadMap();
  }];
}

def NN_WindowOp : NN_Op<"window", [InferTypeOpAdaptor]> {
  let summary = "all positions of a window that slides over the input";
  let description = [{
    Along each dimension of `dims` a window of `size` elements, `dilation` apart, moves by `stride`, as long as it lies
    inside. The dimension becomes that of the positions, and the dimensions of `size` come in before dimension `at` of
    the input: `result[…, o, …, k, …] = input[…, o * stride + k * dilation, …]`.
    What a convolution multiplies and a pooling reduces; `nn.pad` comes before it.
    C1: `dims` is strictly increasing and within rank(input), with a `size`, `stride` and `dilation` of at least 1 each.
    C2: `0 <= at <= rank(input)`. C3: the window fits at least once.
    ```mlir
    %0 = nn.window %x dims [0] size [2] stride [3] dilation [1] at 1 : tensor<5xf32>   // [[x0, x1], [x3, x4]]
    ```
  }];
  let arguments = (ins NN_Tensor:$input, DenseI64ArrayAttr:$dims, DenseI64ArrayAttr:$size, DenseI64ArrayAttr:$stride,
                       DenseI64ArrayAttr:$dilation, I64Attr:$at);
  let results = (outs NN_Tensor:$result);
  let assemblyFormat = [{
    $input `dims` $dims `size` $size `stride` $stride `dilation` $dilation `at` $at attr-dict `:` type($input)
  }];
  let extraClassDeclaration = [{
    /// Which element of the input each element of the result is.
    ::mlir::AffineMap getReadMap();
  }];
}

def NN_SumWindowsOp : NN_Op<"sum_windows"> {
  let summary = "adds up windows where they overlap; the adjoint of window";
  let description = [{
    Element `x` of the result is the sum of all elements of the input that are `x` in `nn.window` of the result.
    C1: the input has the type of `nn.window` of the result with the same attributes.
    ```mlir
    // [w00, w01, 0, w10, w11]
    %0 = nn.sum_windows %w dims [0] size [2] stride [3] dilation [1] at 1 : tensor<2x2xf32> -> tensor<5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, DenseI64ArrayAttr:$dims, DenseI64ArrayAttr:$size,
                       DenseI64ArrayAttr:$stride, DenseI64ArrayAttr:$dilation, I64Attr:$at);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $input `dims` $dims `size` $size `stride` $stride `dilation` $dilation `at` $at attr-dict
    `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Which element of the result each element of the input is added to.
    ::mlir::AffineMap getReadMap();
  }];
}

def NN_AffineReadOp : NN_Op<"affine_read"> {
  let summary = "elements of the input by a linear function of the index";
  let description = [{
    `result[i…] = input[map(i…)]`. What windows, slices, transpositions and paddings become: kernels read their
    operands so, without a copy. With `else`, the map may lead outside of the input, where there is that value; with
    `every`, only each `every[d]`-th index along dimension `d` has an element: `map(i…) / every`.
    C1: `map` takes an index of the result and returns one of the input; each of its results is a sum of dimensions
    with factors and a constant. C2: all of them lie inside of the input, unless there is an `else`. C3: `every` comes
    with `else`, and has a positive number for each dimension of the input.
    ```mlir
    %0 = nn.affine_read %x through affine_map<(i, j) -> (i + 2 * j)> : tensor<9xf32> -> tensor<3x4xf32>
    // [0, x0, 0, x1, 0, 0]
    %1 = nn.affine_read %y through affine_map<(i) -> (i - 1)> every [2] else 0.0 : tensor<2xf32> -> tensor<6xf32>
    ```
  }];
  let arguments = (ins NN_StoredTensor:$input, AffineMapAttr:$map, OptionalAttr<DenseI64ArrayAttr>:$every,
                       OptionalAttr<F64Attr>:$fill);
  let results = (outs NN_StoredTensor:$result);
  let builders = [OpBuilder<(ins "::mlir::Type":$result, "::mlir::Value":$input, "::mlir::AffineMap":$map), [{
    build($_builder, $_state, result, input, ::mlir::AffineMapAttr::get(map), nullptr, nullptr);
  }]>];
  let assemblyFormat = [{
    $input `through` $map (`every` $every^)? (`else` $fill^)? attr-dict `:` type($input) `->` type($result)
  }];
  let hasVerifier = 1;
  let extraClassDeclaration = [{
    /// Indices per element along dimension `dim` of the input.
    int64_t getEveryOf(unsigned dim) { return getEvery() ? (*getEvery())[dim] : 1; }
    /// The lowest and the highest index along each dimension of the input, times `every`.
    ::llvm::SmallVector<std::pair<int64_t, int64_t>> getRanges();
  }];
}

def NN_ConvOp : NN_Op<"conv", [InferTypeOpAdaptor]> {
  let summary = "a convolution with the channels last";
  let description = [{
    `result[n, o…, c] = sum over k…, i of input[n, o * stride + k * dilation…, i] * weight[c, k…, i]`, as far as
    windows fit; `nn.pad` comes before it. Its gradients are convolutions of the same kind.
    C1: the input is `[batch, size…, channels]` and the weight `[result channels, kernel…, channels]`, of equal rank
    and element type. C2: the kernel fits the input, with a `stride` and `dilation` of at least 1 for each size.
    C3: a `precision` other than `f32` needs f32.
    ```mlir
    %0 = nn.conv %x, %w stride [1] dilation [2] : tensor<4x9x3xf32>, tensor<5x3x3xf32>   // tensor<4x5x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, NN_FloatTensor:$weight, DenseI64ArrayAttr:$stride,
                       DenseI64ArrayAttr:$dilation,
                       DefaultValuedAttr<NN_Precision, "::gradus::nn::Precision::F32">:$precision);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $input `,` $weight `stride` $stride `dilation` $dilation (`precision` $precision^)? attr-dict
    `:` type($input) `,` type($weight)
  }];
}

def NN_ContractOp : NN_Op<"contract", [InferTypeOpAdaptor]> {
  let summary = "a matmul whose lhs is read through a linear map";
  let description = [{
    `result[m, n] = sum over k of lhs[map(rows of m, terms of k)] * rhs[k, n]`, where `m` counts the indices of a
    tensor of shape `rows` in row-major order, and `k` those of `terms`. With `transpose_rhs`, the rhs is `[n, k]`.
    A matmul of windows that reads them where they are.
    C1: `map` takes an index of `rows` and one of `terms` and returns one of the lhs; each of its results is a sum of
    dimensions with factors and a constant. C2: all of them lie inside of the lhs. C3: the rhs is a matrix with as many
    `k` as `terms` has elements, of the lhs's element type.
    ```mlir
    %0 = nn.contract %x, %w rows [4, 7] terms [3, 2] through affine_map<(b, o, k, i) -> (b, o + k, i)>
        : tensor<4x9x2xf32>, tensor<6x5xf32>   // tensor<28x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$lhs, NN_FloatTensor:$rhs, DenseI64ArrayAttr:$rows, DenseI64ArrayAttr:$terms,
                       AffineMapAttr:$map, UnitAttr:$transpose_rhs);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs (`transpose_rhs` $transpose_rhs^)? `rows` $rows `terms` $terms `through` $map attr-dict
    `:` type($lhs) `,` type($rhs)
  }];
}

def NN_ConcatOp : NN_Op<"concat", [InferTypeOpAdaptor]> {
  let summary = "joins tensors along one dimension";
  let description = "C1: `0 <= dim < rank`. C2: element type and all other dimensions are equal.";
  let arguments = (ins Variadic<NN_NumberTensor>:$inputs, I64Attr:$dim);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$inputs `dim` $dim attr-dict `:` type($inputs)";
}

def NN_GatherOp : NN_Op<"gather", [InferTypeOpAdaptor, DeclareOpInterfaceMethods<NN_IndexingOpInterface>]> {
  let summary = "rows of a table, by index";
  let description = [{
    `result[i…, j…] = table[indices[i…], j…]`. An index out of range is clamped
    into it. C1: rank(table) >= 1.
  }];
  let arguments = (ins NN_NumberTensor:$table, NN_IntTensor:$indices);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$table `[` $indices `]` attr-dict `:` type($table) `,` type($indices)";
  let extraClassDefinition = [{
    ::mlir::OpOperand &$cppClass::getIndexOperand() { return getIndicesMutable(); }
    int64_t $cppClass::getIndexBound() { return getTable().getType().getDimSize(0); }
  }];
}

def NN_ScatterAddOp : NN_Op<"scatter_add", [DeclareOpInterfaceMethods<NN_IndexingOpInterface>]> {
  let summary = "adds rows into a zero table, by index; the adjoint of gather";
  let description = [{
    `result[indices[i…], j…] += updates[i…, j…]`, in ascending order of `i`,
    starting from zero. C1: shape(updates) = shape(indices) ++ shape(result)[1:].
  }];
  let arguments = (ins NN_FloatTensor:$updates, NN_IntTensor:$indices);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$updates `at` $indices attr-dict `:` type($updates) `,` type($indices) `->` type($result)";
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::mlir::OpOperand &$cppClass::getIndexOperand() { return getIndicesMutable(); }
    int64_t $cppClass::getIndexBound() { return getType().getDimSize(0); }
  }];
}

def NN_OneHotOp : NN_Op<"one_hot", [DeclareOpInterfaceMethods<NN_IndexingOpInterface>]> {
  let summary = "1 at the index, 0 elsewhere, along a new last dimension";
  let description = "`result[i…, j] = (indices[i…] == j)`. C1: shape(result) = shape(indices) ++ [depth].";
  let arguments = (ins NN_IntTensor:$indices);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$indices attr-dict `:` type($indices) `->` type($result)";
  let hasVerifier = 1;
  let extraClassDefinition = [{
    ::mlir::OpOperand &$cppClass::getIndexOperand() { return getIndicesMutable(); }
    int64_t $cppClass::getIndexBound() { return getType().getShape().back(); }
  }];
}

//===----------------------------------------------------------------------===//
// Matrix products and reductions
//===----------------------------------------------------------------------===//

def NN_MatmulOp : NN_Op<"matmul", [InferTypeOpAdaptor]> {
  let summary = "matrix product, batched over leading dimensions";
  let description = [{
    `result[b…, m, n] = sum_k lhs[b…, m, k] * rhs[b…, k, n]`, with the last two
    dimensions of an operand swapped where it is marked transposed. Each accumulator adds in ascending `k`.

    `precision` allows a target to round the operands before it multiplies them:
    to tf32 (10 mantissa bits) or bf16 (7), whose exponents are those
    of f32. Sums and the result stay f32. A target without such units computes in
    f32; so does the reference evaluator. `nn-lower-precision` makes a matmul of
    bf16 operands of it, whose result is f32.

    C1: equal element types. C2: equal ranks >= 2 and equal batch dimensions.
    C3: contracted dimensions are equal. C4: a `precision` only for f32 operands.
    ```mlir
    %y = nn.matmul %x, %w transpose_rhs : tensor<64x784xf32>, tensor<16x784xf32>
    %z = nn.matmul %x, %w transpose_rhs precision tf32 : tensor<64x784xf32>, tensor<16x784xf32>
    ```
  }];
  let arguments = (ins NN_MatmulTensor:$lhs, NN_MatmulTensor:$rhs, UnitAttr:$transposeLhs, UnitAttr:$transposeRhs,
                       DefaultValuedAttr<NN_Precision, "::gradus::nn::Precision::F32">:$precision);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = [{
    $lhs `,` $rhs (`transpose_lhs` $transposeLhs^)? (`transpose_rhs` $transposeRhs^)? (`precision` $precision^)?
    attr-dict `:` type($lhs) `,` type($rhs)
  }];
}

def NN_ReduceOp : NN_Op<"reduce", [InferTypeOpAdaptor]> {
  let summary = "combines the elements along dimensions and drops these";
  let description = [{
    C1: `dims` is strictly increasing and within rank(input).
    ```mlir
    %0 = nn.reduce sum %x dims [0] : tensor<64x10xf32>   // tensor<10xf32>
    ```
  }];
  let arguments = (ins NN_ReduceKind:$kind, NN_NumberTensor:$input, DenseI64ArrayAttr:$dims);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$kind $input `dims` $dims attr-dict `:` type($input)";
  let hasFolder = 1;
}

def NN_ArgmaxOp : NN_Op<"argmax"> {
  let summary = "the index of the largest element along one dimension";
  let description = [{
    The first one where several are equal. NaN counts as the largest, as in NumPy
    and PyTorch.
    C1: `dim` within rank. C2: the result has the shape of the input without that dimension.
  }];
  let arguments = (ins NN_NumberTensor:$input, I64Attr:$dim);
  let results = (outs NN_IntTensor:$result);
  let assemblyFormat = "$input `dim` $dim attr-dict `:` type($input) `->` type($result)";
  let hasVerifier = 1;
}

//===----------------------------------------------------------------------===//
// Composites: differentiated as a whole, decomposed before kernels are formed
//===----------------------------------------------------------------------===//

/// A composite on one float operand along dimension `dim`.
class NN_AxisOp<string mnemonic, string formula> : NN_Op<mnemonic, [SameOperandsAndResultType]> {
  let summary = formula;
  let description = [{
    Along dimension `dim`, after subtracting the largest element so that nothing overflows.
    C1: `dim` within rank.
  }];
  let arguments = (ins NN_FloatTensor:$input, I64Attr:$dim);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input `dim` $dim attr-dict `:` type($result)";
  let hasVerifier = 1;
}
def NN_SoftmaxOp : NN_AxisOp<"softmax", "e^x / sum e^x">;
def NN_LogSoftmaxOp : NN_AxisOp<"log_softmax", "x - ln sum e^x">;

def NN_SoftmaxCrossEntropyOp : NN_Op<"softmax_cross_entropy",
                                     [InferTypeOpAdaptor, DeclareOpInterfaceMethods<NN_IndexingOpInterface>]> {
  let summary = "-log_softmax(logits)[label], for each sample";
  let description = [{
    A label out of range gives an infinite loss, which stops training with a message.
    C1: shape(labels) = shape(logits) without the last dimension.
  }];
  let arguments = (ins NN_FloatTensor:$logits, NN_IntTensor:$labels);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$logits `,` $labels attr-dict `:` type($logits) `,` type($labels)";
  let extraClassDefinition = [{
    ::mlir::OpOperand &$cppClass::getIndexOperand() { return getLabelsMutable(); }
    int64_t $cppClass::getIndexBound() { return getLogits().getType().getShape().back(); }
  }];
}

def NN_DropoutOp : NN_Op<"dropout", [AllTypesMatch<["input", "result"]>]> {
  let summary = "zeroes elements at random and scales the others by 1 / (1 - rate)";
  let description = [{
    An element is kept where `nn.random_uniform` of the same seed, step and
    stream is at least `rate`. C1: `0 <= rate < 1`.
  }];
  let arguments = (ins NN_FloatTensor:$input, NN_Counter:$seed, NN_Counter:$step, F64Attr:$rate, I64Attr:$stream);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input `,` $seed `,` $step `rate` $rate `stream` $stream attr-dict `:` type($result)";
  let hasVerifier = 1;
}

def NN_LogsumexpOp : NN_Op<"logsumexp", [InferTypeOpAdaptor]> {
  let summary = "ln sum e^x, along dimensions, which are dropped";
  let description = [{
    The largest element is subtracted before, so that nothing overflows. Where all elements are -inf, so is the result,
    and their gradients are 0. With +inf among them it is +inf, whose own gradient is NaN; with NaN it is NaN.
    C1: `dims` is strictly increasing and within rank(input).
    ```mlir
    %0 = nn.logsumexp %x dims [1] : tensor<3x5xf32>   // tensor<3xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, DenseI64ArrayAttr:$dims);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input `dims` $dims attr-dict `:` type($input)";
  let hasFolder = 1;
}

def NN_NormalizeOp : NN_Op<"normalize", [AllTypesMatch<["input", "result"]>]> {
  let summary = "(x - mean) / sqrt(variance + epsilon), both taken along dimensions";
  let description = [{
    What batch, layer, group and instance normalization have in common: they differ in `dims`, along which the mean and
    the variance are taken, by the number of elements. With `uncentered`, the mean counts as zero: x divided by its root
    mean square.
    C1: `dims` is strictly increasing, not empty, and within rank(input). C2: `epsilon` is finite and not negative.
    ```mlir
    %0 = nn.normalize %x dims [1] epsilon 1.0e-05 : tensor<3x5xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, DenseI64ArrayAttr:$dims, F64Attr:$epsilon, UnitAttr:$uncentered);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input `dims` $dims `epsilon` $epsilon (`uncentered` $uncentered^)? attr-dict `:` type($input)";
  let hasVerifier = 1;
}

#endif
