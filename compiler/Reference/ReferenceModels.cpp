//===- ReferenceModels.cpp - What each nn op means ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The plainest loops: this is the oracle for compiled code, gradients and fuzzing,
// and is written to be read. One overload of `run` per op, sorted by name: it fills
// `y`, the result, which begins as zeros. An op of several results takes
// MutableArrayRef<Tensor> instead. Elementwise ops bring their scalar body.
//
//===----------------------------------------------------------------------===//
#include "compiler/Interfaces/OpInterfaces.h"
#include "compiler/Reference/Evaluator.h"
#include "compiler/Reference/Philox.h"
#include "dialects/Support/LinearMaps.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;
using reference::forEachElement;
using reference::Inputs;
using reference::State;
using reference::stridesOf;
using reference::Tensor;

namespace {

using Index = SmallVector<int64_t>;

/// What an index of `shape` is multiplied with to find its element in a tensor that
/// lacks the dimensions in `dims`.
Index stridesWithout(ArrayRef<int64_t> shape, ArrayRef<int64_t> dims) {
  Index strides(shape.size());
  int64_t stride = 1;
  for (int64_t dim = shape.size() - 1; dim >= 0; --dim)
    if (!llvm::is_contained(dims, dim)) {
      strides[dim] = stride;
      stride *= shape[dim];
    }
  return strides;
}

/// `shape` without the dimensions in `dims`.
Index without(ArrayRef<int64_t> shape, ArrayRef<int64_t> dims) {
  Index rest;
  for (auto [i, v] : llvm::enumerate(shape))
    if (!llvm::is_contained(dims, static_cast<int64_t>(i)))
      rest.push_back(v);
  return rest;
}

/// `index` clamped into [0, size).
int64_t clampIndex(double index, int64_t size) {
  return static_cast<int64_t>(std::min<double>(std::max<double>(index, 0), size - 1));
}

/// What an index that `map` takes is multiplied with to find the element of a tensor of
/// `shape` that it reads, from the element of index zero on, which is put into `first`.
Index stridesThrough(AffineMap map, ArrayRef<int64_t> shape, int64_t &first) {
  Index strides(map.getNumDims()), source = stridesOf(shape);
  first = 0;
  for (auto [terms, stride] : llvm::zip_equal(linearTermsOf(map), source)) {
    for (auto [total, factor] : llvm::zip_equal(strides, ArrayRef(terms).drop_back()))
      total += factor * stride;
    first += terms.back() * stride;
  }
  return strides;
}

/// The same where indices may lie outside of the input, or between its elements.
void runGuarded(AffineReadOp op, Inputs in, Tensor &y) {
  SmallVector<SmallVector<int64_t>> terms = linearTermsOf(op.getMap());
  Index source = stridesOf(in[0].shape()), index(y.rank(), 0);
  for (double &value : y.data) {
    value = op.getFill()->convertToDouble();
    int64_t from = 0;
    bool inside = true;
    for (auto [d, row] : llvm::enumerate(terms)) {
      int64_t at = row.back(), every = op.getEveryOf(d);
      for (auto [factor, i] : llvm::zip_equal(ArrayRef(row).drop_back(), index))
        at += factor * i;
      inside &= at >= 0 && at % every == 0 && at / every < in[0].shape()[d];
      from += at / every * source[d];
    }
    if (inside)
      value = in[0].data[from];
    for (int64_t d = y.rank() - 1; d >= 0 && ++index[d] == y.shape()[d]; --d)
      index[d] = 0;
  }
}

void run(AffineReadOp op, Inputs in, Tensor &y) {
  if (op.getFill())
    return runGuarded(op, in, y);
  int64_t first;
  Index strides = stridesThrough(op.getMap(), in[0].shape(), first);
  forEachElement(y.shape(), strides, [&](int64_t i, int64_t k) { y.data[i] = in[0].data[first + k]; });
}

void run(ArgmaxOp op, Inputs in, Tensor &y) {
  auto dim = static_cast<int64_t>(op.getDim());
  int64_t size = in[0].shape()[dim], stride = stridesOf(in[0].shape())[dim];
  Tensor best(in[0].type.clone(y.shape()));
  llvm::fill(best.data, -std::numeric_limits<double>::infinity());
  forEachElement(in[0].shape(), stridesWithout(in[0].shape(), dim), [&](int64_t i, int64_t o) {
    double x = in[0].data[i];
    if (x > best.data[o] || (std::isnan(x) && !std::isnan(best.data[o]))) {
      best.data[o] = x;
      y.data[o] = i / stride % size;
    }
  });
}

void run(BroadcastOp op, Inputs in, Tensor &y) {
  Index strides(y.rank()), source = stridesOf(in[0].shape());
  for (auto [k, dim] : llvm::enumerate(op.getDims()))
    strides[dim] = source[k];
  forEachElement(y.shape(), strides, [&](int64_t i, int64_t k) { y.data[i] = in[0].data[k]; });
}

void run(ConcatOp op, Inputs in, Tensor &y) {
  Index strides = stridesOf(y.shape());
  int64_t offset = 0, dim = op.getDim();
  for (const Tensor &x : in) {
    forEachElement(x.shape(), strides, [&](int64_t i, int64_t o) { y.data[offset + o] = x.data[i]; });
    offset += x.shape()[dim] * strides[dim];
  }
}

LogicalResult run(ConstantOp op, Inputs, Tensor &y) {
  if (!isa<DenseElementsAttr>(op.getValue()))
    return op.emitError("the evaluator reads dense constants only");
  y = Tensor::fromAttr(op.getValue());
  return success();
}

void run(ContractOp op, Inputs in, Tensor &y) {
  // Where the lhs is read is a sum of what the row says and of what the term says.
  int64_t first, n = y.shape()[1], k = llvm::product_of(op.getTerms());
  Index strides = stridesThrough(op.getMap(), in[0].shape(), first);
  ArrayRef<int64_t> rowStrides = ArrayRef(strides).take_front(op.getRows().size());
  ArrayRef<int64_t> termStrides = ArrayRef(strides).drop_front(op.getRows().size());
  auto rhs = [&](int64_t t, int64_t j) { return in[1].data[op.getTransposeRhs() ? j * k + t : t * n + j]; };
  forEachElement(op.getRows(), rowStrides, [&](int64_t i, int64_t row) {
    forEachElement(op.getTerms(), termStrides, [&](int64_t t, int64_t term) {
      for (int64_t j = 0; j < n; ++j)
        y.data[i * n + j] += in[0].data[first + row + term] * rhs(t, j);
    });
  });
}

void run(ConvOp op, Inputs in, Tensor &y) {
  // A sum over the elements of the kernel, its channels last, at each position.
  Index x = stridesOf(in[0].shape()), positions = x, kernel = x;
  for (size_t d = 0; d < op.getStride().size(); ++d) {
    positions[1 + d] *= op.getStride()[d];
    kernel[1 + d] *= op.getDilation()[d];
  }
  ArrayRef<int64_t> weight = in[1].shape();
  int64_t k = in[1].size() / weight[0];
  forEachElement(y.shape().drop_back(), ArrayRef(positions).drop_back(), [&](int64_t o, int64_t at) {
    forEachElement(weight.drop_front(), ArrayRef(kernel).drop_front(), [&](int64_t t, int64_t element) {
      for (int64_t c = 0; c < weight[0]; ++c)
        y.data[o * weight[0] + c] += in[0].data[at + element] * in[1].data[c * k + t];
    });
  });
}

void run(DropoutOp op, Inputs in, Tensor &y) {
  double rate = op.getRate().convertToDouble();
  for (int64_t i = 0; i < y.size(); ++i) {
    double random = reference::philoxUniform(in[1].data[0], in[2].data[0], op.getStream(), i);
    y.data[i] = random >= rate ? in[0].data[i] / (1 - rate) : 0;
  }
}

void run(GatherOp op, Inputs in, Tensor &y) {
  int64_t rows = in[0].shape()[0], row = in[0].size() / rows;
  for (int64_t i = 0; i < in[1].size(); ++i)
    for (int64_t j = 0; j < row; ++j)
      y.data[i * row + j] = in[0].data[clampIndex(in[1].data[i], rows) * row + j];
}

void run(IotaOp op, Inputs, Tensor &y) {
  int64_t size = y.shape()[op.getDim()], stride = stridesOf(y.shape())[op.getDim()];
  for (int64_t i = 0; i < y.size(); ++i)
    y.data[i] = i / stride % size;
}

void run(LogSoftmaxOp op, Inputs in, Tensor &y) {
  auto dim = static_cast<int64_t>(op.getDim());
  const std::vector<double> &x = in[0].data;
  Index rows = stridesWithout(y.shape(), dim);
  Tensor max(in[0].type.clone(without(y.shape(), dim))), sum(max.type);
  llvm::fill(max.data, -std::numeric_limits<double>::infinity());
  forEachElement(y.shape(), rows, [&](int64_t i, int64_t r) { max.data[r] = std::max(max.data[r], x[i]); });
  forEachElement(y.shape(), rows, [&](int64_t i, int64_t r) { sum.data[r] += std::exp(x[i] - max.data[r]); });
  forEachElement(y.shape(), rows,
                 [&](int64_t i, int64_t r) { y.data[i] = x[i] - max.data[r] - std::log(sum.data[r]); });
}

void run(LogsumexpOp op, Inputs in, Tensor &y) {
  const std::vector<double> &x = in[0].data;
  Index rows = stridesWithout(in[0].shape(), op.getDims());
  Tensor max(y.type);
  llvm::fill(max.data, -std::numeric_limits<double>::infinity());
  forEachElement(in[0].shape(), rows, [&](int64_t i, int64_t r) { max.data[r] = std::max(max.data[r], x[i]); });
  for (double &m : max.data)
    m = std::isinf(m) ? 0 : m; // infinity minus infinity is no number
  forEachElement(in[0].shape(), rows, [&](int64_t i, int64_t r) { y.data[r] += std::exp(x[i] - max.data[r]); });
  for (int64_t i = 0; i < y.size(); ++i)
    y.data[i] = max.data[i] + std::log(y.data[i]);
}

void run(MatmulOp op, Inputs in, Tensor &y) {
  int64_t rank = y.rank(), rows = y.shape()[rank - 2], columns = y.shape()[rank - 1];
  int64_t depth = in[0].shape()[op.getTransposeLhs() ? rank - 2 : rank - 1];
  if (y.size() == 0)
    return;
  std::vector<double> rhs(depth * columns);
  for (int64_t b = 0; b < y.size() / (rows * columns); ++b) {
    const double *l = in[0].data.data() + b * rows * depth, *r = in[1].data.data() + b * depth * columns;
    for (int64_t k = 0; k < depth; ++k)
      for (int64_t n = 0; n < columns; ++n)
        rhs[k * columns + n] = op.getTransposeRhs() ? r[n * depth + k] : r[k * columns + n];
    for (int64_t m = 0; m < rows; ++m) {
      double *out = y.data.data() + (b * rows + m) * columns;
      for (int64_t k = 0; k < depth; ++k) { // the sums of a row side by side, each in ascending k
        double x = op.getTransposeLhs() ? l[k * rows + m] : l[m * depth + k];
        for (int64_t n = 0; n < columns; ++n)
          out[n] += x * rhs[k * columns + n];
      }
    }
  }
}

void run(OneHotOp op, Inputs in, Tensor &y) {
  int64_t depth = y.shape().back();
  for (int64_t i = 0; i < in[0].size(); ++i)
    for (int64_t j = 0; j < depth; ++j)
      y.data[i * depth + j] = in[0].data[i] == j;
}

void run(NormalizeOp op, Inputs in, Tensor &y) {
  const std::vector<double> &x = in[0].data;
  Index rows = stridesWithout(in[0].shape(), op.getDims());
  Tensor mean(in[0].type.clone(without(in[0].shape(), op.getDims()))), variance(mean.type);
  double count = static_cast<double>(y.size()) / static_cast<double>(mean.size());
  if (!op.getUncentered())
    forEachElement(in[0].shape(), rows, [&](int64_t i, int64_t r) { mean.data[r] += x[i] / count; });
  forEachElement(in[0].shape(), rows, [&](int64_t i, int64_t r) {
    variance.data[r] += (x[i] - mean.data[r]) * (x[i] - mean.data[r]) / count;
  });
  double epsilon = op.getEpsilon().convertToDouble();
  forEachElement(in[0].shape(), rows, [&](int64_t i, int64_t r) {
    y.data[i] = (x[i] - mean.data[r]) / std::sqrt(variance.data[r] + epsilon);
  });
}

void run(PadOp op, Inputs in, Tensor &y) {
  llvm::fill(y.data, op.getValue().convertToDouble());
  Index strides = stridesOf(y.shape());
  int64_t first = 0;
  for (size_t d = 0; d < strides.size(); ++d) {
    first += op.getLow()[d] * strides[d];
    strides[d] *= op.getStride()[d];
  }
  forEachElement(in[0].shape(), strides, [&](int64_t i, int64_t o) { y.data[first + o] = in[0].data[i]; });
}

void run(RandomUniformOp op, Inputs in, Tensor &y) {
  for (int64_t i = 0; i < y.size(); ++i)
    y.data[i] = reference::philoxUniform(in[0].data[0], in[1].data[0], op.getStream(), i);
}

void run(ReduceOp op, Inputs in, Tensor &y) {
  double infinity = std::numeric_limits<double>::infinity();
  llvm::fill(y.data, op.getKind() == ReduceKind::Sum ? 0 : op.getKind() == ReduceKind::Max ? -infinity : infinity);
  forEachElement(in[0].shape(), stridesWithout(in[0].shape(), op.getDims()), [&](int64_t i, int64_t o) {
    double &sum = y.data[o];
    double x = in[0].data[i];
    switch (op.getKind()) {
    case ReduceKind::Sum:
      sum += x;
      break;
    case ReduceKind::Max:
      sum = std::isnan(x) || x > sum ? x : sum;
      break;
    case ReduceKind::Min:
      sum = std::isnan(x) || x < sum ? x : sum;
      break;
    }
  });
}

void run(ReshapeOp op, Inputs in, Tensor &y) { y.data = in[0].data; }

// The identity: put here what the op computes.
void run(ReverseOp op, Inputs in, Tensor &y) {
  ArrayRef<int64_t> shape = y.shape();
  Index index(shape.size(), 0), strides = stridesOf(shape);
  for (double &value : y.data) {
    int64_t from = 0;
    for (auto [d, i] : llvm::enumerate(index))
      from += strides[d] * (llvm::is_contained(op.getDims(), static_cast<int64_t>(d)) ? shape[d] - 1 - i : i);
    value = in[0].data[from];
    for (int64_t d = y.rank() - 1; d >= 0 && ++index[d] == shape[d]; --d)
      index[d] = 0;
  }
}

void run(ScatterAddOp op, Inputs in, Tensor &y) {
  int64_t rows = y.shape()[0], row = y.size() / rows;
  for (int64_t i = 0; i < in[1].size(); ++i)
    for (int64_t j = 0; j < row; ++j)
      y.data[clampIndex(in[1].data[i], rows) * row + j] += in[0].data[i * row + j];
}

void run(SliceOp op, Inputs in, Tensor &y) {
  Index strides = stridesOf(in[0].shape());
  int64_t first = 0;
  for (size_t d = 0; d < strides.size(); ++d) {
    first += op.getStart()[d] * strides[d];
    strides[d] *= op.getStride()[d];
  }
  forEachElement(y.shape(), strides, [&](int64_t i, int64_t k) { y.data[i] = in[0].data[first + k]; });
}

void run(SoftmaxOp op, Inputs in, Tensor &y) {
  auto dim = static_cast<int64_t>(op.getDim());
  const std::vector<double> &x = in[0].data;
  Index rows = stridesWithout(y.shape(), dim);
  Tensor max(in[0].type.clone(without(y.shape(), dim))), sum(max.type);
  llvm::fill(max.data, -std::numeric_limits<double>::infinity());
  forEachElement(y.shape(), rows, [&](int64_t i, int64_t r) { max.data[r] = std::max(max.data[r], x[i]); });
  forEachElement(y.shape(), rows, [&](int64_t i, int64_t r) {
    y.data[i] = std::exp(x[i] - max.data[r]);
    sum.data[r] += y.data[i];
  });
  forEachElement(y.shape(), rows, [&](int64_t i, int64_t r) { y.data[i] /= sum.data[r]; });
}

void run(SoftmaxCrossEntropyOp op, Inputs in, Tensor &y) {
  int64_t classes = in[0].shape().back();
  for (int64_t i = 0; i < y.size(); ++i) {
    const double *x = &in[0].data[i * classes];
    double max = *std::max_element(x, x + classes), sum = 0, label = in[1].data[i];
    for (int64_t j = 0; j < classes; ++j)
      sum += std::exp(x[j] - max);
    bool inside = label >= 0 && label < classes;
    y.data[i] =
        inside ? std::log(sum) - (x[static_cast<int64_t>(label)] - max) : std::numeric_limits<double>::infinity();
  }
}

void run(SumWindowsOp op, Inputs in, Tensor &y) {
  int64_t first;
  Index strides = stridesThrough(op.getReadMap(), y.shape(), first);
  forEachElement(in[0].shape(), strides, [&](int64_t i, int64_t o) { y.data[first + o] += in[0].data[i]; });
}

void run(TransposeOp op, Inputs in, Tensor &y) {
  Index strides, source = stridesOf(in[0].shape());
  for (int64_t dim : op.getPerm())
    strides.push_back(source[dim]);
  forEachElement(y.shape(), strides, [&](int64_t i, int64_t k) { y.data[i] = in[0].data[k]; });
}

void run(WindowOp op, Inputs in, Tensor &y) {
  int64_t first;
  Index strides = stridesThrough(op.getReadMap(), in[0].shape(), first);
  forEachElement(y.shape(), strides, [&](int64_t i, int64_t k) { y.data[i] = in[0].data[first + k]; });
}

/// The scalar body for every element; integers truncate towards zero.
void runElementwise(ElementwiseOpInterface op, Inputs in, Tensor &y) {
  bool isInteger = isa<IntegerType>(y.type.getElementType());
  SmallVector<double> scalars(in.size());
  for (int64_t i = 0; i < y.size(); ++i) {
    for (size_t k = 0; k < in.size(); ++k)
      scalars[k] = in[k].data[i];
    y.data[i] = op.evalScalar(scalars);
    if (isInteger)
      y.data[i] = std::isfinite(y.data[i]) ? std::trunc(y.data[i]) : 0;
  }
}

template <typename Op>
concept HasRun = requires(Op op, Inputs in, Tensor &y) { run(op, in, y); };
template <typename Op>
concept HasRunOfAllResults = requires(Op op, Inputs in, MutableArrayRef<Tensor> ys) { run(op, in, ys); };
template <typename Op>
concept HasRunThatCanFail = requires(Op op, Inputs in, Tensor &y) {
  { run(op, in, y) } -> std::same_as<LogicalResult>;
};

/// Calls the function above that fits the op.
template <typename Op>
struct Model : ReferenceOpInterface::ExternalModel<Model<Op>, Op> {
  LogicalResult evaluate(Operation *op, Inputs inputs, State &, SmallVectorImpl<Tensor> &results) const {
    for (Value result : op->getResults())
      results.emplace_back(typeOf(result));
    if constexpr (HasRunOfAllResults<Op>)
      run(cast<Op>(op), inputs, MutableArrayRef<Tensor>(results));
    else if constexpr (HasRunThatCanFail<Op>)
      return run(cast<Op>(op), inputs, results[0]);
    else if constexpr (HasRun<Op>)
      run(cast<Op>(op), inputs, results[0]);
    else
      runElementwise(cast<ElementwiseOpInterface>(op), inputs, results[0]);
    return success();
  }
};

/// Attaches the interface to `Op` if it can be run; the evaluator names the others.
template <typename Op>
void attachModel(MLIRContext *context) {
  if constexpr (HasRun<Op> || HasRunOfAllResults<Op> || Op::template hasTrait<ElementwiseOpInterface::Trait>())
    Op::template attachInterface<Model<Op>>(*context);
}

template <typename... Ops>
void attachModels(MLIRContext *context) {
  (attachModel<Ops>(context), ...);
}

} // namespace

void gradus::registerNNReferenceOpInterfaceExternalModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, NNDialect *) {
    attachModels<
#define GET_OP_LIST
#include "dialects/nn/IR/NNOps.cpp.inc"
        >(context);
  });
}
