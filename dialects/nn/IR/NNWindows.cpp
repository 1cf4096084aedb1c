//===- NNWindows.cpp - Ops that read by a linear function of the index ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/Support/LinearMaps.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "mlir/IR/Builders.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/MathExtras.h"

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;

namespace {

/// The attributes of an op with windows.
struct Windows {
  ArrayRef<int64_t> dims, size, stride, dilation;
  int64_t at;

  template <typename Op>
  explicit Windows(Op op)
      : dims(op.getDims()), size(op.getSize()), stride(op.getStride()), dilation(op.getDilation()),
        at(static_cast<int64_t>(op.getAt())) {}

  /// The shape of all windows of a tensor of `shape`, or a reason why there are none.
  FailureOr<SmallVector<int64_t>> shapeFrom(ArrayRef<int64_t> shape, std::string &why) const {
    auto rank = static_cast<int64_t>(shape.size());
    auto allPositive = [](ArrayRef<int64_t> values) { return llvm::all_of(values, [](int64_t v) { return v >= 1; }); };
    bool increasing = llvm::adjacent_find(dims, std::greater_equal<int64_t>()) == dims.end();
    if (!increasing || (!dims.empty() && (dims.front() < 0 || dims.back() >= rank)))
      return why = "dims are not increasing, or outside of the rank", failure();
    if (size.size() != dims.size() || stride.size() != dims.size() || dilation.size() != dims.size() ||
        !allPositive(size) || !allPositive(stride) || !allPositive(dilation)) // C1
      return why = "needs a size, stride and dilation of at least 1 for each of dims", failure();
    if (at < 0 || at > rank) // C2
      return why = "at is outside of the rank", failure();
    SmallVector<int64_t> result(shape);
    for (auto [dim, n, by, apart] : llvm::zip_equal(dims, size, stride, dilation)) {
      int64_t extent, left;
      if (llvm::MulOverflow(n - 1, apart, extent) || llvm::SubOverflow(shape[dim] - 1, extent, left) || left < 0) // C3
        return why =
                   "a window does not fit dimension " + std::to_string(dim) + " of size " + std::to_string(shape[dim]),
               failure();
      result[dim] = left / by + 1;
    }
    result.insert(result.begin() + at, size.begin(), size.end());
    return result;
  }

  /// From an index of all windows to one of the tensor of `rank` dimensions.
  AffineMap readMap(MLIRContext *context, int64_t rank) const {
    auto count = static_cast<int64_t>(dims.size());
    SmallVector<AffineExpr> exprs;
    for (int64_t i = 0; i < rank; ++i)
      exprs.push_back(getAffineDimExpr(i < at ? i : i + count, context));
    for (auto [i, dim] : llvm::enumerate(dims))
      exprs[dim] = exprs[dim] * stride[i] + getAffineDimExpr(at + i, context) * dilation[i];
    return AffineMap::get(rank + count, 0, exprs, context);
  }
};

} // namespace

LogicalResult WindowOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                         SmallVectorImpl<Type> &types) {
  auto input = cast<RankedTensorType>(op.getInput().getType());
  std::string why;
  FailureOr<SmallVector<int64_t>> shape = Windows(op).shapeFrom(input.getShape(), why);
  if (failed(shape))
    return emitOptionalError(loc, why);
  types.push_back(input.clone(*shape));
  return success();
}

AffineMap WindowOp::getReadMap() { return Windows(*this).readMap(getContext(), getInput().getType().getRank()); }

LogicalResult SumWindowsOp::verify() {
  std::string why;
  FailureOr<SmallVector<int64_t>> shape = Windows(*this).shapeFrom(shapeOf(getResult()), why);
  if (failed(shape))
    return emitOpError(why);
  RankedTensorType expected = getType().clone(*shape);
  if (expected != getInput().getType()) // C1
    return emitOpError() << "the windows of " << getType() << " are " << expected << ", not " << getInput().getType();
  return success();
}

AffineMap SumWindowsOp::getReadMap() { return Windows(*this).readMap(getContext(), getType().getRank()); }

/// The lowest and highest value of each result of a linear `map` on the indices of a tensor of shape `from`; nothing
/// if one is no number of 64 bits.
static std::optional<SmallVector<std::pair<int64_t, int64_t>>> rangesOf(AffineMap map, ArrayRef<int64_t> from) {
  SmallVector<std::pair<int64_t, int64_t>> ranges;
  for (ArrayRef<int64_t> terms : linearTermsOf(map)) {
    std::optional<int64_t> low = terms.back(), high = terms.back();
    for (auto [factor, size] : llvm::zip_equal(terms.drop_back(), from))
      if (std::optional<int64_t> &end = factor < 0 ? low : high)
        end = llvm::checkedMulAdd(factor, size - 1, *end);
    if (!low || !high)
      return std::nullopt;
    ranges.emplace_back(*low, *high);
  }
  return ranges;
}

/// Fails with a reason unless `map` is linear, from an index of `from` to one of `to`, or, if it `mayLeave`, to one
/// around it.
static LogicalResult checkRead(AffineMap map, ArrayRef<int64_t> from, ArrayRef<int64_t> to, bool mayLeave,
                               std::string &why) {
  if (map.getNumDims() != from.size() || map.getNumResults() != to.size() || !isLinear(map))
    return why = "needs a linear map from an index of the result to one of the input", failure();
  auto ranges = rangesOf(map, from);
  if (!ranges)
    return why = "needs indices of 64 bits", failure();
  for (auto [i, range] : llvm::enumerate(*ranges))
    if (!mayLeave && (range.first < 0 || range.second >= to[i]))
      return why = "reads outside of dimension " + std::to_string(i) + " of size " + std::to_string(to[i]), failure();
  return success();
}

LogicalResult AffineReadOp::verify() {
  if (getElementTypeOrSelf(getInput().getType()) != getElementTypeOrSelf(getType()))
    return emitOpError("changes the element type");
  std::string why;
  ArrayRef<int64_t> shape = shapeOf(getInput());
  if (failed(checkRead(getMap(), shapeOf(getResult()), shape, getFill().has_value(), why))) // C1, C2
    return emitOpError(why);
  if (std::optional<ArrayRef<int64_t>> every = getEvery()) { // C3
    bool isPositive = llvm::all_of(*every, [](int64_t v) { return v >= 1; });
    if (!getFill() || every->size() != shape.size() || !isPositive)
      return emitOpError("every needs an else, and a positive number for each dimension of the input");
    for (auto [size, v] : llvm::zip_equal(shape, *every))
      if (!llvm::checkedMul(size, v))
        return emitOpError("needs indices of 64 bits");
  }
  return success();
}

SmallVector<std::pair<int64_t, int64_t>> AffineReadOp::getRanges() { return *rangesOf(getMap(), shapeOf(getResult())); }

/// The product of `sizes`; nothing if one is not positive, or the product too large.
static std::optional<int64_t> checkedProduct(ArrayRef<int64_t> sizes) {
  std::optional<int64_t> product = 1;
  for (int64_t size : sizes)
    product = product && size >= 1 ? llvm::checkedMul(*product, size) : std::nullopt;
  return product;
}

LogicalResult ContractOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                           SmallVectorImpl<Type> &types) {
  auto lhs = cast<RankedTensorType>(op.getLhs().getType()), rhs = cast<RankedTensorType>(op.getRhs().getType());
  std::optional<int64_t> m = checkedProduct(op.getRows()), k = checkedProduct(op.getTerms());
  if (!m || !k)
    return emitOptionalError(loc, "rows and terms must be positive");
  SmallVector<int64_t> loops(op.getRows());
  llvm::append_range(loops, op.getTerms());
  std::string why;
  if (failed(checkRead(op.getMap(), loops, lhs.getShape(), /*mayLeave=*/false, why))) // C1, C2
    return emitOptionalError(loc, why);
  if (rhs.getRank() != 2 || rhs.getDimSize(op.getTransposeRhs() ? 1 : 0) != *k ||
      rhs.getElementType() != lhs.getElementType()) // C3
    return emitOptionalError(loc, "the rhs must be a matrix with ", *k, " terms of the lhs's element type, not ", rhs);
  types.push_back(rhs.clone({*m, rhs.getDimSize(op.getTransposeRhs() ? 0 : 1)}));
  return success();
}

LogicalResult ConvOp::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
                                       SmallVectorImpl<Type> &types) {
  auto input = cast<RankedTensorType>(op.getInput().getType()),
       weight = cast<RankedTensorType>(op.getWeight().getType());
  int64_t rank = input.getRank();
  if (rank < 3 || weight.getRank() != rank || weight.getElementType() != input.getElementType() ||
      weight.getShape().back() != input.getShape().back()) // C1
    return emitOptionalError(loc, "needs [batch, size…, channels] and [result channels, kernel…, channels], not ",
                             input, " and ", weight);
  if (op.getStride().size() + 2 != static_cast<size_t>(rank) || op.getDilation().size() != op.getStride().size()) // C2
    return emitOptionalError(loc, "needs a stride and a dilation for each of ", rank - 2, " sizes");
  SmallVector<int64_t> shape(input.getShape());
  shape.back() = weight.getDimSize(0);
  for (int64_t i = 0; i < rank - 2; ++i) {
    int64_t stride = op.getStride()[i], dilation = op.getDilation()[i], extent, left;
    if (stride < 1 || dilation < 1 || llvm::MulOverflow(weight.getDimSize(1 + i) - 1, dilation, extent) ||
        llvm::SubOverflow(input.getDimSize(1 + i) - 1, extent, left) || left < 0) // C2
      return emitOptionalError(loc, "the kernel does not fit dimension ", 1 + i, " of size ", input.getDimSize(1 + i));
    shape[1 + i] = left / stride + 1;
  }
  // The default is not there yet while an op is parsed.
  PrecisionAttr precision = op.getProperties().precision;
  if (precision && precision.getValue() != Precision::F32 && !input.getElementType().isF32()) // C3
    return emitOptionalError(loc, "precision ", stringifyPrecision(precision.getValue()), " needs f32 operands, not ",
                             input);
  types.push_back(input.clone(shape));
  return success();
}
