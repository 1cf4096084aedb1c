//===- ImportComparison.cpp - Comparisons, logic and choices --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Models have no type of truth values: comparisons and logic give i32, and any number but
// 0 is true. What was a comparison before is one again when it is asked: the cast folds.
//
//===----------------------------------------------------------------------===//
#include "compiler/Frontend/Broadcasting.h"
#include "dialects/nn/IR/ScalarAlgebra.h"

using namespace mlir;
using namespace gradus;
using nn::ComparePredicate;

/// A tensor of i1 as i32.
static LayerOutputs asNumber(LayerImporter &in, Value condition) {
  return {nn::CastOp::create(in.b, in.loc, typeOf(condition).clone(in.b.getI32Type()), condition)};
}

/// Where `x` is not 0, as a tensor of i1.
static Value isTrue(LayerImporter &in, Value x) {
  nn::GraphAlgebra a(in.b, in.loc, x);
  return a.compare(ComparePredicate::Ne, x, a.lit(0));
}

template <ComparePredicate predicate>
static FailureOr<LayerOutputs> importCompare(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(2)) || failed(broadcastTogether(in, in.inputs)))
    return failure();
  nn::GraphAlgebra a(in.b, in.loc, in.inputs[0]);
  return asNumber(in, a.compare(predicate, in.inputs[0], in.inputs[1]));
}

/// What is logic on truth values is arithmetic on 0 and 1: min is and, max is or, != is exclusive or.
enum class Logic { And, Or, Xor };

template <Logic logic>
static FailureOr<LayerOutputs> importLogic(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(2)) || failed(broadcastShapes(in, in.inputs)))
    return failure();
  Value l = asNumber(in, isTrue(in, in.inputs[0])).main, r = asNumber(in, isTrue(in, in.inputs[1])).main;
  nn::GraphAlgebra a(in.b, in.loc, l);
  switch (logic) {
  case Logic::And:
    return LayerOutputs{a.min(l, r)};
  case Logic::Or:
    return LayerOutputs{a.max(l, r)};
  case Logic::Xor:
    return asNumber(in, a.compare(ComparePredicate::Ne, l, r));
  }
  llvm_unreachable("unknown logic");
}

static FailureOr<LayerOutputs> importNot(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(1)))
    return failure();
  nn::GraphAlgebra a(in.b, in.loc, in.inputs[0]);
  return asNumber(in, a.compare(ComparePredicate::Eq, in.inputs[0], a.lit(0)));
}

static FailureOr<LayerOutputs> importWhere(LayerImporter &in, const proto::Empty &) {
  if (failed(in.checkInputCount(3)))
    return failure();
  if (typeOf(in.inputs[1]).getElementType() != typeOf(in.inputs[2]).getElementType())
    return in.error(in.node.at("input"), ErrorCode::InputType,
                    "cannot choose between " + in.describe(in.inputs[1]) + " and " + in.describe(in.inputs[2]),
                    "cast one of them");
  if (failed(broadcastShapes(in, in.inputs)))
    return failure();
  nn::GraphAlgebra a(in.b, in.loc, in.inputs[1]);
  return LayerOutputs{a.select(isTrue(in, in.inputs[0]), in.inputs[1], in.inputs[2])};
}

void gradus::registerComparisonLayers(LayerRegistry &layers) {
  layers.add(proto::Layer::kEqual, importCompare<ComparePredicate::Eq>);
  layers.add(proto::Layer::kGreater, importCompare<ComparePredicate::Gt>);
  layers.add(proto::Layer::kGreaterEqual, importCompare<ComparePredicate::Ge>);
  layers.add(proto::Layer::kLess, importCompare<ComparePredicate::Lt>);
  layers.add(proto::Layer::kLessEqual, importCompare<ComparePredicate::Le>);
  layers.add(proto::Layer::kLogicalAnd, importLogic<Logic::And>);
  layers.add(proto::Layer::kLogicalNot, importNot);
  layers.add(proto::Layer::kLogicalOr, importLogic<Logic::Or>);
  layers.add(proto::Layer::kLogicalXor, importLogic<Logic::Xor>);
  layers.add(proto::Layer::kNotEqual, importCompare<ComparePredicate::Ne>);
  layers.add(proto::Layer::kWhere, importWhere);
}
