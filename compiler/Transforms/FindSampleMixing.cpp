//===- FindSampleMixing.cpp - Layers that mix the samples of a batch ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "compiler/Support/Locations.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/train/IR/TrainDialect.h"
#include "llvm/ADT/TypeSwitch.h"

namespace gradus {
#define GEN_PASS_DEF_FINDSAMPLEMIXINGPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;
using namespace gradus;

namespace {

/// The dimension of a value whose equal shares, in order, belong to one sample each;
/// nothing for a value that is the same for all samples.
using SampleDim = std::optional<int64_t>;

/// Where the samples are in a result; fails where one depends on another.
class SampleTracker {
public:
  explicit SampleTracker(func::FuncOp function) {
    for (BlockArgument argument : function.getArguments())
      if (typeOf(argument).getRank() > 0) {
        dims[argument] = 0;
        batch = typeOf(argument).getDimSize(0);
      }
  }

  /// Notes where the samples are in the results of `op`.
  LogicalResult visit(Operation *op) {
    bool independent = llvm::none_of(op->getOperands(), [&](Value v) { return of(v); });
    SampleDim result;
    if (!independent) {
      FailureOr<SampleDim> found = resultDim(op);
      if (failed(found))
        return failure();
      result = *found;
    }
    for (Value v : op->getResults())
      dims[v] = result;
    return success();
  }

  SampleDim of(Value v) const { return dims.lookup(v); }

private:
  DenseMap<Value, SampleDim> dims;
  int64_t batch = 1;

  /// `dim`, as a result.
  static FailureOr<SampleDim> at(SampleDim dim) { return dim; }
  /// `dim` if `apart` holds; else samples are mixed.
  static FailureOr<SampleDim> at(SampleDim dim, bool apart) {
    if (apart)
      return dim;
    return failure();
  }

  /// For an op that depends on samples by one operand at least.
  FailureOr<SampleDim> resultDim(Operation *op) const {
    using Result = FailureOr<SampleDim>;
    return llvm::TypeSwitch<Operation *, Result>(op)
        .Case([&](nn::BroadcastOp o) { return at(o.getDims()[*of(o.getInput())]); })
        .Case([&](nn::ReshapeOp o) { return reshaped(o); })
        .Case([&](nn::TransposeOp o) { return at(llvm::find(o.getPerm(), *of(o.getInput())) - o.getPerm().begin()); })
        .Case<nn::SliceOp, nn::PadOp>([&](auto o) {
          int64_t dim = *of(o.getInput());
          return at(dim, o.getType().getDimSize(dim) == typeOf(o.getInput()).getDimSize(dim));
        })
        .Case(
            [&](nn::ReverseOp o) { return at(of(o.getInput()), !llvm::is_contained(o.getDims(), *of(o.getInput()))); })
        .Case([&](nn::WindowOp o) {
          int64_t dim = *of(o.getInput()), before = o.getAt();
          return at(dim < before ? dim : dim + static_cast<int64_t>(o.getDims().size()),
                    !llvm::is_contained(o.getDims(), dim));
        })
        .Case([&](nn::ConvOp o) { return at(of(o.getInput()), of(o.getInput()) == 0 && !of(o.getWeight())); })
        .Case([&](nn::ConcatOp o) { return unless(common(op), o.getDim()); })
        .Case([&](nn::GatherOp o) { return at(of(o.getIndices()), !of(o.getTable())); })
        .Case([&](nn::OneHotOp o) { return at(of(o.getIndices())); })
        .Case([&](nn::MatmulOp o) { return multiplied(o); })
        .Case([&](nn::ReduceOp o) { return reduced(*of(o.getInput()), o.getDims()); })
        .Case([&](nn::NormalizeOp o) {
          return at(of(o.getInput()), !llvm::is_contained(o.getDims(), *of(o.getInput())));
        })
        .Case([&](nn::LogsumexpOp o) { return reduced(*of(o.getInput()), o.getDims()); })
        .Case([&](nn::ArgmaxOp o) { return reduced(*of(o.getInput()), {static_cast<int64_t>(o.getDim())}); })
        .Case<nn::SoftmaxOp, nn::LogSoftmaxOp>([&](auto o) { return unless(common(op), o.getDim()); })
        .Case([&](nn::SoftmaxCrossEntropyOp o) { return unless(common(op), typeOf(o.getLogits()).getRank() - 1); })
        .Case([&](nn::ElementwiseOpInterface) { return common(op); })
        .Default([](Operation *) { return failure(); });
  }

  /// The dimension that all operands which depend on samples have in common.
  FailureOr<SampleDim> common(Operation *op) const {
    SampleDim dim;
    for (Value v : op->getOperands())
      if (SampleDim own = of(v)) {
        if (dim && *dim != *own)
          return failure();
        dim = own;
      }
    return at(dim);
  }

  /// `dim`, unless it is the one along which elements are combined.
  static FailureOr<SampleDim> unless(FailureOr<SampleDim> dim, int64_t combined) {
    return succeeded(dim) ? at(*dim, **dim != combined) : dim;
  }

  static FailureOr<SampleDim> reduced(int64_t dim, ArrayRef<int64_t> dims) {
    if (llvm::is_contained(dims, dim))
      return failure();
    return at(dim - llvm::count_if(dims, [&](int64_t d) { return d < dim; }));
  }

  /// Row-major order keeps the samples apart if as many elements are before a dimension
  /// that the batch divides.
  FailureOr<SampleDim> reshaped(nn::ReshapeOp op) const {
    ArrayRef<int64_t> from = typeOf(op.getInput()).getShape(), to = op.getType().getShape();
    int64_t before = 1, passed = 1;
    for (int64_t size : from.take_front(*of(op.getInput())))
      before *= size;
    for (auto [i, size] : llvm::enumerate(to)) {
      if (passed == before && size % batch == 0)
        return at(static_cast<int64_t>(i));
      passed *= size;
    }
    return failure();
  }

  FailureOr<SampleDim> multiplied(nn::MatmulOp op) const {
    int64_t rank = op.getType().getRank();
    SampleDim lhs = of(op.getLhs()), rhs = of(op.getRhs());
    if (lhs && rhs) // each sample has a matrix of its own on both sides
      return at(lhs, *lhs == *rhs && *lhs < rank - 2);
    int64_t dim = lhs ? *lhs : *rhs;
    int64_t free = lhs ? (op.getTransposeLhs() ? rank - 1 : rank - 2) : (op.getTransposeRhs() ? rank - 2 : rank - 1);
    if (dim < rank - 2)
      return at(dim);
    return at(lhs ? rank - 2 : rank - 1, dim == free);
  }
};

struct FindSampleMixingPass : gradus::impl::FindSampleMixingPassBase<FindSampleMixingPass> {
  using Base::Base;
  void runOnOperation() override {
    func::FuncOp function = getOperation();
    std::optional<train::Entry> entry = train::getEntry(function);
    // A step of training has a whole batch always.
    if (!entry || *entry == train::Entry::Train || function.isExternal() ||
        !llvm::all_of(function.getArgumentTypes(), llvm::IsaPred<RankedTensorType>))
      return;
    SampleTracker samples(function);
    for (Operation &op : function.getBody().front().without_terminator())
      if (failed(samples.visit(&op)))
        return mark(function, op.getLoc());
    for (Value result : function.getBody().front().getTerminator()->getOperands())
      if (samples.of(result).value_or(0) != 0)
        return mark(function, result.getLoc());
  }

  void mark(func::FuncOp function, Location loc) {
    std::string layer = ("'" + layerName(loc) + "' (" + locationText(loc) + ")").str();
    function->setAttr(train::kMixesSamplesAttr, StringAttr::get(&getContext(), layer));
  }
};

} // namespace
