//===- ImportLayers.cpp - Layers to nn ops --------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Importer.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace gradus;

/// One handler per kind of layer; a new kind is one line here and a function.
const DenseMap<int, Importer::Handler> &Importer::handlers() {
  static const DenseMap<int, Handler> table = {
      {proto::Layer::kAbs, &Importer::unary<nn::AbsOp>},
      {proto::Layer::kAdd, &Importer::arithmetic<nn::AddOp>},
      {proto::Layer::kArgmax, &Importer::argmax},
      {proto::Layer::kCast, &Importer::cast},
      {proto::Layer::kConcat, &Importer::concat},
      {proto::Layer::kDense, &Importer::dense},
      {proto::Layer::kDiv, &Importer::arithmetic<nn::DivOp>},
      {proto::Layer::kDropout, &Importer::dropout},
      {proto::Layer::kEmbedding, &Importer::embedding},
      {proto::Layer::kErf, &Importer::unary<nn::ErfOp>},
      {proto::Layer::kExp, &Importer::unary<nn::ExpOp>},
      {proto::Layer::kFlatten, &Importer::flatten},
      {proto::Layer::kGather, &Importer::gather},
      {proto::Layer::kGelu, &Importer::gelu},
      {proto::Layer::kIdentity, &Importer::identity},
      {proto::Layer::kLeakyRelu, &Importer::leakyRelu},
      {proto::Layer::kLog, &Importer::unary<nn::LogOp>},
      {proto::Layer::kLogSoftmax, &Importer::logSoftmax},
      {proto::Layer::kMatmul, &Importer::matmul},
      {proto::Layer::kMaximum, &Importer::arithmetic<nn::MaximumOp>},
      {proto::Layer::kMinimum, &Importer::arithmetic<nn::MinimumOp>},
      {proto::Layer::kMul, &Importer::arithmetic<nn::MulOp>},
      {proto::Layer::kNeg, &Importer::unary<nn::NegOp>},
      {proto::Layer::kOneHot, &Importer::oneHot},
      {proto::Layer::kParameter, &Importer::parameter},
      {proto::Layer::kReduce, &Importer::reduce},
      {proto::Layer::kRelu, &Importer::unary<nn::ReluOp>},
      {proto::Layer::kReshape, &Importer::reshape},
      {proto::Layer::kScale, &Importer::scale},
      {proto::Layer::kSigmoid, &Importer::unary<nn::SigmoidOp>},
      {proto::Layer::kSilu, &Importer::unary<nn::SiluOp>},
      {proto::Layer::kSlice, &Importer::slice},
      {proto::Layer::kSoftmax, &Importer::softmax},
      {proto::Layer::kSqrt, &Importer::unary<nn::SqrtOp>},
      {proto::Layer::kStopGradient, &Importer::unary<nn::StopGradientOp>},
      {proto::Layer::kSub, &Importer::arithmetic<nn::SubOp>},
      {proto::Layer::kTanh, &Importer::unary<nn::TanhOp>},
      {proto::Layer::kTranspose, &Importer::transpose},
  };
  return table;
}

//===----------------------------------------------------------------------===//
// Helpers
//===----------------------------------------------------------------------===//

LogicalResult Importer::checkInputs(LayerContext &c, size_t least, size_t most) {
  if (c.inputs.size() >= least && c.inputs.size() <= most)
    return success();
  return diagnostics.error(c.node.at("input"), "G203",
                           "the layer takes " + Twine(least) + (most > least ? " or more" : "") +
                               (least == 1 ? " input" : " inputs") + ", not " + Twine(c.inputs.size()),
                           "write input: [\"a\", \"b\"]");
}

LogicalResult Importer::checkFloat(LayerContext &c) {
  if (isFloat(c.inputs[0]))
    return success();
  return diagnostics.error(c.node.position(), "G202",
                           "needs floating-point values, not " + Twine(describe(c.inputs[0])),
                           "put a cast { type: \"f32\" } before it");
}

LogicalResult Importer::checkFinite(LayerContext &c, double v, StringRef what) {
  if (std::isfinite(v))
    return success();
  return diagnostics.error(c.node.position(), "G204", what + " is not a finite number", "give it one");
}

FailureOr<int64_t> Importer::axisOf(LayerContext &c, bool given, int64_t axis, int64_t rank,
                                    const SourcePosition &position) {
  int64_t dim = given ? axis : -1;
  if (dim < 0)
    dim += rank;
  if (dim < 0 || dim >= rank)
    return diagnostics.error(position, "G204",
                             "axis " + Twine(axis) + " does not exist in " + Twine(describe(c.inputs[0])),
                             "axes count from 0, or from -1 at the end");
  return dim;
}

FailureOr<Value> Importer::readParameter(LayerContext &c, StringRef name, ArrayRef<int64_t> shape, Type element,
                                         const proto::Init &init, int64_t fanIn, int64_t fanOut,
                                         const SourcePosition &position) {
  if (failed(checkSize(shape, position)))
    return failure();
  std::string full = c.name + (name.empty() ? "" : "." + name.str());
  if (full == "train" || full == "eval" || full == "predict")
    return diagnostics.error(position, "G101", "a parameter cannot be named '" + Twine(full) + "'", "rename the layer");
  auto type = RankedTensorType::get(shape, element);
  double in = std::max<int64_t>(1, fanIn), out = std::max<int64_t>(1, fanOut);
  auto kindOf = train::InitKind::Uniform;
  double a = -1 / std::sqrt(in), z = 1 / std::sqrt(in);
  auto uniform = [&](double bound) { a = -bound, z = bound; };
  auto normal = [&](double mean, double stddev) { kindOf = train::InitKind::Normal, a = mean, z = stddev; };
  auto constant = [&](double v) { kindOf = train::InitKind::Constant, a = v, z = 0; };
  switch (init.kind_case()) {
  case proto::Init::kConstant:
    constant(init.constant());
    break;
  case proto::Init::kZeros:
    constant(0);
    break;
  case proto::Init::kOnes:
    constant(1);
    break;
  case proto::Init::kNormal:
    normal(init.normal().mean(), init.normal().has_stddev() ? init.normal().stddev() : 1);
    break;
  case proto::Init::kUniform:
    a = init.uniform().has_low() ? init.uniform().low() : 0;
    z = init.uniform().has_high() ? init.uniform().high() : 1;
    break;
  case proto::Init::kHeNormal:
    normal(0, std::sqrt(2 / in));
    break;
  case proto::Init::kHeUniform:
    uniform(std::sqrt(6 / in));
    break;
  case proto::Init::kGlorotNormal:
    normal(0, std::sqrt(2 / (in + out)));
    break;
  case proto::Init::kGlorotUniform:
    uniform(std::sqrt(6 / (in + out)));
    break;
  case proto::Init::kFanInUniform:
  case proto::Init::KIND_NOT_SET:
    break;
  }
  if (!std::isfinite(a) || !std::isfinite(z) || (kindOf == train::InitKind::Normal && z < 0) ||
      (kindOf == train::InitKind::Uniform && z < a))
    return diagnostics.error(position, "G204", "the initial values make no sense", "check the bounds of init");

  // Every entry point reads the same parameters; the first declares them.
  Operation *declared = module.lookupSymbol(full);
  if (declared && llvm::any_of(parametersRead, [&](auto &p) { return p.first == full; }))
    return diagnostics.error(position, "G101", "two parameters are named '" + Twine(full) + "'",
                             "name the layers differently");
  if (auto before = dyn_cast_or_null<train::ParameterOp>(declared); before && before.getType() != type)
    return diagnostics.error(position, "G202", "the shape of parameter '" + Twine(full) + "' depends on the batch",
                             "a parameter is the same for every batch: reduce or reshape before");
  if (!declared) {
    OpBuilder::InsertionGuard guard(b);
    Operation *after = nullptr;
    for (auto parameter : module.getOps<train::ParameterOp>())
      after = parameter;
    if (after)
      b.setInsertionPointAfter(after);
    else
      b.setInsertionPointToStart(module.getBody());
    train::ParameterOp::create(b, c.loc, full, type, kindOf, APFloat(a), APFloat(z), c.layer.freeze());
  }
  Value value = train::ReadOp::create(b, c.loc, type, full);
  if (!c.layer.freeze() && isa<FloatType>(element))
    parametersRead.emplace_back(full, value);
  return value;
}

FailureOr<Value> Importer::activate(proto::Layer::Activation activation, Value x, Location loc) {
  Type type = x.getType();
  int64_t last = typeOf(x).getRank() - 1;
  switch (activation) {
  case proto::Layer::RELU:
    return Value(nn::ReluOp::create(b, loc, x));
  case proto::Layer::LEAKY_RELU:
    return Value(nn::LeakyReluOp::create(b, loc, type, x, APFloat(0.01)));
  case proto::Layer::SIGMOID:
    return Value(nn::SigmoidOp::create(b, loc, x));
  case proto::Layer::TANH:
    return Value(nn::TanhOp::create(b, loc, x));
  case proto::Layer::GELU:
    return Value(nn::GeluOp::create(b, loc, type, x, false));
  case proto::Layer::SILU:
    return Value(nn::SiluOp::create(b, loc, x));
  case proto::Layer::SOFTMAX:
    return Value(nn::SoftmaxOp::create(b, loc, x, last));
  case proto::Layer::LOG_SOFTMAX:
    return Value(nn::LogSoftmaxOp::create(b, loc, x, last));
  default:
    return x;
  }
}

//===----------------------------------------------------------------------===//
// Elementwise
//===----------------------------------------------------------------------===//

template <typename Op>
FailureOr<Value> Importer::unary(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  if (!isFloat(c.inputs[0]))
    return diagnostics.error(c.node.position(), "G202",
                             "needs floating-point values, not " + Twine(describe(c.inputs[0])),
                             "put a cast { type: \"f32\" } before it");
  return Value(Op::create(b, c.loc, c.inputs[0]));
}

FailureOr<Value> Importer::binary(LayerContext &c, function_ref<Value(Value, Value)> build) {
  if (failed(checkInputs(c, 2, 2)))
    return failure();
  Value l = c.inputs[0], r = c.inputs[1];
  if (typeOf(l).getElementType() != typeOf(r).getElementType())
    return diagnostics.error(c.node.at("input"), "G202", "cannot combine " + Twine(describe(l)) + " and " + describe(r),
                             "cast one of them");
  FailureOr<SmallVector<int64_t>> shape = nn::broadcastShapes(typeOf(l).getShape(), typeOf(r).getShape());
  if (failed(shape))
    return diagnostics.error(c.node.at("input"), "G202",
                             "cannot broadcast " + Twine(describe(l)) + " and " + describe(r) + " to one shape",
                             "trailing dimensions must be equal or 1");
  if (failed(checkSize(*shape, c.node.position())))
    return failure();
  auto type = typeOf(l).clone(*shape);
  return build(nn::broadcastTo(b, c.loc, l, type), nn::broadcastTo(b, c.loc, r, type));
}

template <typename Op>
FailureOr<Value> Importer::arithmetic(LayerContext &c) {
  return binary(c, [&](Value l, Value r) -> Value { return Op::create(b, c.loc, l, r); });
}

FailureOr<Value> Importer::leakyRelu(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  if (failed(checkFloat(c)))
    return failure();
  const proto::LeakyRelu &o = c.layer.leaky_relu();
  if (failed(checkFinite(c, o.slope(), "slope")))
    return failure();
  return Value(
      nn::LeakyReluOp::create(b, c.loc, c.inputs[0].getType(), c.inputs[0], APFloat(o.has_slope() ? o.slope() : 0.01)));
}

FailureOr<Value> Importer::gelu(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  if (failed(checkFloat(c)))
    return failure();
  return Value(nn::GeluOp::create(b, c.loc, c.inputs[0].getType(), c.inputs[0], c.layer.gelu().tanh()));
}

FailureOr<Value> Importer::scale(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  if (failed(checkFloat(c)))
    return failure();
  const proto::Scale &o = c.layer.scale();
  if (failed(checkFinite(c, o.factor(), "factor")) || failed(checkFinite(c, o.offset(), "offset")))
    return failure();
  Value x = c.inputs[0];
  x = nn::MulOp::create(b, c.loc, x, nn::splat(b, c.loc, x.getType(), o.has_factor() ? o.factor() : 1));
  return Value(nn::AddOp::create(b, c.loc, x, nn::splat(b, c.loc, x.getType(), o.offset())));
}

FailureOr<Value> Importer::cast(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  Type element;
  SmallVector<int64_t> shape;
  SourcePosition position = c.node.nested("cast").at("type");
  if (failed(parseTypeString(c.layer.cast().type(), position, diagnostics, dims, context, element, shape)))
    return failure();
  if (!shape.empty())
    return diagnostics.error(position, "G102", "a cast takes an element type only", "write cast { type: \"f32\" }");
  return Value(nn::CastOp::create(b, c.loc, typeOf(c.inputs[0]).clone(element), c.inputs[0]));
}

FailureOr<Value> Importer::identity(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  return c.inputs[0];
}

FailureOr<Value> Importer::dropout(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  const proto::Dropout &o = c.layer.dropout();
  double rate = o.has_rate() ? o.rate() : 0.5;
  if (!(rate >= 0 && rate < 1))
    return diagnostics.error(c.node.nested("dropout").at("rate"), "G204", "rate must be at least 0 and below 1",
                             "for example rate: 0.1");
  if (!isFloat(c.inputs[0]))
    return diagnostics.error(c.node.position(), "G202",
                             "needs floating-point values, not " + Twine(describe(c.inputs[0])), "cast them");
  ++dropoutCount;
  if (kind != EntryKind::Train || rate == 0)
    return c.inputs[0];
  return Value(nn::DropoutOp::create(b, c.loc, c.inputs[0], seed, step, b.getF64FloatAttr(rate),
                                     b.getI64IntegerAttr(dropoutCount)));
}

//===----------------------------------------------------------------------===//
// Products and reductions
//===----------------------------------------------------------------------===//

nn::Precision Importer::productPrecision(Type element) {
  if (!element.isF32())
    return nn::Precision::F32;
  return precision == proto::Model::TF32   ? nn::Precision::TF32
         : precision == proto::Model::BF16 ? nn::Precision::BF16
                                           : nn::Precision::F32;
}

FailureOr<Value> Importer::dense(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  const proto::Dense &o = c.layer.dense();
  SourceNode node = c.node.nested("dense");
  Value x = c.inputs[0];
  if (o.units() < 1)
    return diagnostics.error(node.at("units"), "G204", "units must be at least 1", "for example dense { units: 10 }");
  if (!isFloat(x) || typeOf(x).getRank() < 2)
    return diagnostics.error(c.node.position(), "G202", "dense needs floating-point rows, not " + Twine(describe(x)),
                             "give it f32[batch,features]");
  auto type = typeOf(x);
  int64_t features = type.getShape().back(), units = o.units();
  Type element = type.getElementType();
  FailureOr<Value> w =
      readParameter(c, "weight", {units, features}, element, o.weight_init(), features, units, node.position());
  if (failed(w))
    return failure();
  // More than two dimensions: the leading ones are rows.
  SmallVector<int64_t> out(type.getShape());
  out.back() = units;
  if (failed(checkSize(out, node.position())))
    return failure();
  int64_t rows = type.getNumElements() / features;
  if (type.getRank() > 2)
    x = nn::ReshapeOp::create(b, c.loc, type.clone({rows, features}), x);
  Value y = nn::MatmulOp::create(b, c.loc, x, *w, false, true, productPrecision(element));
  if (!o.has_bias() || o.bias()) {
    FailureOr<Value> bias = readParameter(c, "bias", {units}, element, o.bias_init(), features, units, node.position());
    if (failed(bias))
      return failure();
    y = nn::AddOp::create(b, c.loc, y, nn::BroadcastOp::create(b, c.loc, y.getType(), *bias, ArrayRef<int64_t>{1}));
  }
  if (type.getRank() > 2)
    y = nn::ReshapeOp::create(b, c.loc, type.clone(out), y);
  return y;
}

FailureOr<Value> Importer::matmul(LayerContext &c) {
  if (failed(checkInputs(c, 2, 2)))
    return failure();
  Value l = c.inputs[0], r = c.inputs[1];
  auto lt = typeOf(l), rt = typeOf(r);
  const proto::Matmul &o = c.layer.matmul();
  int64_t rank = lt.getRank();
  auto bad = [&](const Twine &why) {
    return diagnostics.error(c.node.at("input"), "G202",
                             "cannot multiply " + Twine(describe(l)) + " and " + describe(r) + ": " + why,
                             "see transpose_a and transpose_b");
  };
  if (lt.getElementType() != rt.getElementType() || !isFloat(l))
    return bad("both must be of one floating-point type");
  if (rank < 2 || rank != rt.getRank() || lt.getShape().drop_back(2) != rt.getShape().drop_back(2))
    return bad("ranks and leading dimensions must be equal");
  if (lt.getDimSize(rank - (o.transpose_a() ? 2 : 1)) != rt.getDimSize(rank - (o.transpose_b() ? 1 : 2)))
    return bad("the inner dimensions differ");
  return Value(
      nn::MatmulOp::create(b, c.loc, l, r, o.transpose_a(), o.transpose_b(), productPrecision(lt.getElementType())));
}

FailureOr<Value> Importer::softmax(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  const proto::Axis &o = c.layer.softmax();
  FailureOr<int64_t> dim =
      axisOf(c, o.has_axis(), o.axis(), typeOf(c.inputs[0]).getRank(), c.node.nested("softmax").at("axis"));
  if (failed(dim) || !isFloat(c.inputs[0]))
    return failed(dim)
               ? failure()
               : diagnostics.error(c.node.position(), "G202", "softmax needs floating-point values", "cast them");
  return Value(nn::SoftmaxOp::create(b, c.loc, c.inputs[0], *dim));
}

FailureOr<Value> Importer::logSoftmax(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  const proto::Axis &o = c.layer.log_softmax();
  FailureOr<int64_t> dim =
      axisOf(c, o.has_axis(), o.axis(), typeOf(c.inputs[0]).getRank(), c.node.nested("log_softmax").at("axis"));
  if (failed(dim) || !isFloat(c.inputs[0]))
    return failed(dim)
               ? failure()
               : diagnostics.error(c.node.position(), "G202", "log_softmax needs floating-point values", "cast them");
  return Value(nn::LogSoftmaxOp::create(b, c.loc, c.inputs[0], *dim));
}

FailureOr<Value> Importer::reduce(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  const proto::Reduce &o = c.layer.reduce();
  Value x = c.inputs[0];
  auto type = typeOf(x);
  SmallVector<int64_t> axes;
  for (int i = 0; i < o.axis_size(); ++i) {
    FailureOr<int64_t> dim = axisOf(c, true, o.axis(i), type.getRank(), c.node.nested("reduce").at("axis", i));
    if (failed(dim))
      return failure();
    if (!llvm::is_contained(axes, *dim))
      axes.push_back(*dim);
  }
  if (axes.empty()) {
    FailureOr<int64_t> dim = axisOf(c, true, -1, type.getRank(), c.node.position());
    if (failed(dim))
      return failure();
    axes.push_back(*dim);
  }
  llvm::sort(axes);
  auto kindOf = o.kind() == proto::Reduce::MAX   ? nn::ReduceKind::Max
                : o.kind() == proto::Reduce::MIN ? nn::ReduceKind::Min
                                                 : nn::ReduceKind::Sum;
  Value y = nn::ReduceOp::create(b, c.loc, kindOf, x, axes);
  if (o.kind() == proto::Reduce::MEAN) {
    if (!isFloat(x))
      return diagnostics.error(c.node.position(), "G202",
                               "a mean needs floating-point values, not " + Twine(describe(x)), "cast them");
    y = nn::MulOp::create(b, c.loc, y,
                          nn::splat(b, c.loc, y.getType(), double(typeOf(y).getNumElements()) / type.getNumElements()));
  }
  if (o.keep_dims()) {
    SmallVector<int64_t> shape(type.getShape());
    for (int64_t axis : axes)
      shape[axis] = 1;
    y = nn::ReshapeOp::create(b, c.loc, type.clone(shape), y);
  }
  return y;
}

FailureOr<Value> Importer::argmax(LayerContext &c) {
  if (failed(checkInputs(c, 1, 1)))
    return failure();
  auto type = typeOf(c.inputs[0]);
  const proto::Axis &o = c.layer.argmax();
  FailureOr<int64_t> dim = axisOf(c, o.has_axis(), o.axis(), type.getRank(), c.node.nested("argmax").at("axis"));
  if (failed(dim))
    return failure();
  SmallVector<int64_t> shape(type.getShape());
  shape.erase(shape.begin() + *dim);
  return Value(nn::ArgmaxOp::create(b, c.loc, RankedTensorType::get(shape, b.getI32Type()), c.inputs[0], *dim));
}
