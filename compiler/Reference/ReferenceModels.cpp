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
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include <cmath>
#include <limits>

using namespace mlir;
using namespace gradus;
using namespace gradus::nn;
using reference::forEachIndex;
using reference::Inputs;
using reference::State;
using reference::Tensor;

namespace {

using Index = SmallVector<int64_t>;

/// `index` without the dimensions in `dims`.
Index without(ArrayRef<int64_t> index, ArrayRef<int64_t> dims) {
  Index rest;
  for (auto [i, v] : llvm::enumerate(index))
    if (!llvm::is_contained(dims, static_cast<int64_t>(i)))
      rest.push_back(v);
  return rest;
}

/// `index` clamped into [0, size).
int64_t clampIndex(double index, int64_t size) {
  return static_cast<int64_t>(std::min<double>(std::max<double>(index, 0), size - 1));
}

void run(ArgmaxOp op, Inputs in, Tensor &y) {
  Tensor best(in[0].type.clone(y.shape()));
  llvm::fill(best.data, -std::numeric_limits<double>::infinity());
  forEachIndex(in[0].shape(), [&](ArrayRef<int64_t> i) {
    Index o = without(i, {static_cast<int64_t>(op.getDim())});
    double x = in[0].at(i);
    if (x > best.at(o) || (std::isnan(x) && !std::isnan(best.at(o)))) {
      best.at(o) = x;
      y.at(o) = i[op.getDim()];
    }
  });
}

void run(BroadcastOp op, Inputs in, Tensor &y) {
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) {
    Index source;
    for (int64_t dim : op.getDims())
      source.push_back(i[dim]);
    y.at(i) = in[0].at(source);
  });
}

void run(ConcatOp op, Inputs in, Tensor &y) {
  int64_t offset = 0, dim = op.getDim();
  for (const Tensor &x : in) {
    forEachIndex(x.shape(), [&](ArrayRef<int64_t> i) {
      Index o(i);
      o[dim] += offset;
      y.at(o) = x.at(i);
    });
    offset += x.shape()[dim];
  }
}

LogicalResult run(ConstantOp op, Inputs, Tensor &y) {
  if (!isa<DenseElementsAttr>(op.getValue()))
    return op.emitError("the evaluator reads dense constants only");
  y = Tensor::fromAttr(op.getValue());
  return success();
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
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) { y.at(i) = i[op.getDim()]; });
}

void run(LogSoftmaxOp op, Inputs in, Tensor &y) {
  Index dims{static_cast<int64_t>(op.getDim())};
  Tensor max(in[0].type.clone(without(in[0].shape(), dims))), sum(max.type);
  llvm::fill(max.data, -std::numeric_limits<double>::infinity());
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) {
    double &m = max.at(without(i, dims));
    m = std::max(m, in[0].at(i));
  });
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) {
    sum.at(without(i, dims)) += std::exp(in[0].at(i) - max.at(without(i, dims)));
  });
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) {
    y.at(i) = in[0].at(i) - max.at(without(i, dims)) - std::log(sum.at(without(i, dims)));
  });
}

void run(LogsumexpOp op, Inputs in, Tensor &y) {
  Tensor max(y.type);
  llvm::fill(max.data, -std::numeric_limits<double>::infinity());
  forEachIndex(in[0].shape(), [&](ArrayRef<int64_t> i) {
    double &m = max.at(without(i, op.getDims()));
    m = std::max(m, in[0].at(i));
  });
  for (double &m : max.data)
    m = std::isinf(m) ? 0 : m; // infinity minus infinity is no number
  forEachIndex(in[0].shape(), [&](ArrayRef<int64_t> i) {
    y.at(without(i, op.getDims())) += std::exp(in[0].at(i) - max.at(without(i, op.getDims())));
  });
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

void run(PadOp op, Inputs in, Tensor &y) {
  forEachIndex(in[0].shape(), [&](ArrayRef<int64_t> i) {
    Index o(i);
    for (size_t d = 0; d < o.size(); ++d)
      o[d] = op.getLow()[d] + i[d] * op.getStride()[d];
    y.at(o) = in[0].at(i);
  });
}

void run(RandomUniformOp op, Inputs in, Tensor &y) {
  for (int64_t i = 0; i < y.size(); ++i)
    y.data[i] = reference::philoxUniform(in[0].data[0], in[1].data[0], op.getStream(), i);
}

void run(ReduceOp op, Inputs in, Tensor &y) {
  double infinity = std::numeric_limits<double>::infinity();
  llvm::fill(y.data, op.getKind() == ReduceKind::Sum ? 0 : op.getKind() == ReduceKind::Max ? -infinity : infinity);
  forEachIndex(in[0].shape(), [&](ArrayRef<int64_t> i) {
    double &sum = y.at(without(i, op.getDims()));
    double x = in[0].at(i);
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

void run(ScatterAddOp op, Inputs in, Tensor &y) {
  int64_t rows = y.shape()[0], row = y.size() / rows;
  for (int64_t i = 0; i < in[1].size(); ++i)
    for (int64_t j = 0; j < row; ++j)
      y.data[clampIndex(in[1].data[i], rows) * row + j] += in[0].data[i * row + j];
}

void run(SliceOp op, Inputs in, Tensor &y) {
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) {
    Index source(i);
    for (size_t d = 0; d < source.size(); ++d)
      source[d] = op.getStart()[d] + i[d] * op.getStride()[d];
    y.at(i) = in[0].at(source);
  });
}

void run(SoftmaxOp op, Inputs in, Tensor &y) {
  Index dims{static_cast<int64_t>(op.getDim())};
  Tensor max(in[0].type.clone(without(in[0].shape(), dims))), sum(max.type);
  llvm::fill(max.data, -std::numeric_limits<double>::infinity());
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) {
    double &m = max.at(without(i, dims));
    m = std::max(m, in[0].at(i));
  });
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) {
    y.at(i) = std::exp(in[0].at(i) - max.at(without(i, dims)));
    sum.at(without(i, dims)) += y.at(i);
  });
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) { y.at(i) /= sum.at(without(i, dims)); });
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

void run(TransposeOp op, Inputs in, Tensor &y) {
  forEachIndex(y.shape(), [&](ArrayRef<int64_t> i) {
    Index source(i.size());
    for (auto [k, dim] : llvm::enumerate(op.getPerm()))
      source[dim] = i[k];
    y.at(i) = in[0].at(source);
  });
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
