//===- Activations.cpp - Activation functions -----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Activations.h"
#include "dialects/Support/TensorUtils.h"
#include "dialects/nn/IR/NNDialect.h"
#include "dialects/nn/IR/ScalarAlgebra.h"

using namespace mlir;
using namespace gradus;

/// The constants of Klambauer et al., "Self-Normalizing Neural Networks", 2017.
static constexpr double kSeluAlpha = 1.6732632423543772, kSeluScale = 1.0507009873554805;

/// x between 0 and 6; at both bounds, the gradient is 0, as in PyTorch.
static Value relu6(nn::GraphAlgebra &a, OpBuilder &b, Location loc, Value x) {
  Value six = a.lit(6);
  return a.select(a.ge(x, six), six, nn::ReluOp::create(b, loc, x));
}

/// x min(max(x + 3, 0), 6) / 6; at both bounds, the gradient is that between them, as in PyTorch.
static Value hardswish(nn::GraphAlgebra &a, OpBuilder &b, Location loc, Value x) {
  Value clamped = nn::ClampOp::create(b, loc, x.getType(), a.add(x, a.lit(3)), APFloat(0.0), APFloat(6.0));
  return a.mul(x, a.mul(clamped, a.lit(1.0 / 6)));
}

Value gradus::buildActivation(OpBuilder &b, Location loc, proto::Layer::Activation activation, Value x) {
  Type type = x.getType();
  int64_t last = rankOf(x) - 1;
  nn::GraphAlgebra a(b, loc, x);
  switch (activation) {
  case proto::Layer::NONE:
    return x;
  case proto::Layer::RELU:
    return nn::ReluOp::create(b, loc, x);
  case proto::Layer::LEAKY_RELU:
    return nn::LeakyReluOp::create(b, loc, type, x, APFloat(0.01));
  case proto::Layer::SIGMOID:
    return nn::SigmoidOp::create(b, loc, x);
  case proto::Layer::TANH:
    return nn::TanhOp::create(b, loc, x);
  case proto::Layer::GELU:
    return nn::GeluOp::create(b, loc, type, x, false);
  case proto::Layer::SILU:
    return nn::SiluOp::create(b, loc, x);
  case proto::Layer::SOFTMAX:
    return nn::SoftmaxOp::create(b, loc, x, last);
  case proto::Layer::LOG_SOFTMAX:
    return nn::LogSoftmaxOp::create(b, loc, x, last);
  case proto::Layer::RELU6:
    return relu6(a, b, loc, x);
  case proto::Layer::ELU:
    return nn::EluOp::create(b, loc, type, x, APFloat(1.0));
  case proto::Layer::SELU:
    return a.mul(nn::EluOp::create(b, loc, type, x, APFloat(kSeluAlpha)), a.lit(kSeluScale));
  case proto::Layer::SOFTPLUS:
    return nn::SoftplusOp::create(b, loc, x);
  case proto::Layer::HARDSIGMOID:
    return a.mul(relu6(a, b, loc, a.add(x, a.lit(3))), a.lit(1.0 / 6));
  case proto::Layer::HARDSWISH:
    return hardswish(a, b, loc, x);
  case proto::Layer::MISH:
    return a.mul(x, a.tanh(nn::SoftplusOp::create(b, loc, x)));
  case proto::Layer::SOFTSIGN:
    return a.div(x, a.add(a.lit(1), a.abs(x)));
  case proto::Layer::LOG_SIGMOID:
    return a.neg(nn::SoftplusOp::create(b, loc, a.neg(x)));
  default:
    llvm_unreachable("unknown activation");
  }
}
