//===- Parameters.cpp - The parameters of a model -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Parameters.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

//===----------------------------------------------------------------------===//
// Initial values
//===----------------------------------------------------------------------===//

namespace {

enum class InitKind { Constant, Uniform, Normal };

/// Initial values, not checked. Constant: the value `a`. Uniform: from `a` to `b`.
/// Normal: mean `a`, standard deviation `b`.
struct Initializer {
  InitKind kind;
  double a, b;
};

} // namespace

static Initializer constant(double value) { return {InitKind::Constant, value, 0}; }
static Initializer uniform(double low, double high) { return {InitKind::Uniform, low, high}; }
static Initializer normal(double mean, double stddev) { return {InitKind::Normal, mean, stddev}; }

static Initializer initializerOf(const proto::Init &init, double fanIn, double fanOut) {
  auto within = [](double bound) { return uniform(-bound, bound); };
  switch (init.kind_case()) {
  case proto::Init::kConstant:
    return constant(init.constant());
  case proto::Init::kZeros:
    return constant(0);
  case proto::Init::kOnes:
    return constant(1);
  case proto::Init::kNormal:
    return normal(init.normal().mean(), init.normal().has_stddev() ? init.normal().stddev() : 1);
  case proto::Init::kUniform:
    return uniform(init.uniform().has_low() ? init.uniform().low() : 0,
                   init.uniform().has_high() ? init.uniform().high() : 1);
  case proto::Init::kHeNormal:
    return normal(0, std::sqrt(2 / fanIn));
  case proto::Init::kHeUniform:
    return within(std::sqrt(6 / fanIn));
  case proto::Init::kGlorotNormal:
    return normal(0, std::sqrt(2 / (fanIn + fanOut)));
  case proto::Init::kGlorotUniform:
    return within(std::sqrt(6 / (fanIn + fanOut)));
  case proto::Init::kFanInUniform:
  case proto::Init::KIND_NOT_SET:
    return within(1 / std::sqrt(fanIn));
  }
  llvm_unreachable("unknown kind of initial values");
}

/// Why no values can be drawn so; empty if they can.
static StringRef whyInvalid(const Initializer &init) {
  if (!std::isfinite(init.a) || !std::isfinite(init.b))
    return "a number is not finite";
  if (init.kind == InitKind::Normal && init.b < 0)
    return "stddev is negative";
  if (init.kind == InitKind::Uniform && init.b < init.a)
    return "low is above high";
  return "";
}

static Attribute attributeOf(const Initializer &init, MLIRContext *context) {
  APFloat a(init.a), b(init.b);
  switch (init.kind) {
  case InitKind::Constant:
    return train::ConstantInitAttr::get(context, a);
  case InitKind::Uniform:
    return train::UniformInitAttr::get(context, a, b);
  case InitKind::Normal:
    return train::NormalInitAttr::get(context, a, b);
  }
  llvm_unreachable("unknown kind of initial values");
}

FailureOr<Attribute> gradus::getInitializer(const proto::Init &init, int64_t fanIn, int64_t fanOut,
                                            const SourcePosition &position, ImportContext &in) {
  Initializer result = initializerOf(init, static_cast<double>(std::max<int64_t>(1, fanIn)),
                                     static_cast<double>(std::max<int64_t>(1, fanOut)));
  if (StringRef reason = whyInvalid(result); !reason.empty())
    return in.diagnostics.error(position, ErrorCode::Setting, "the initial values are invalid: " + reason,
                                "for example uniform { low: -0.1 high: 0.1 }");
  return attributeOf(result, &in.context);
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

void ParameterTable::beginEntry() {
  readHere.clear();
  trainable.clear();
}

/// Names of entry points, and of optimizer state, are symbols of the module too.
LogicalResult ParameterTable::checkReserved(StringRef name, const SourcePosition &position) const {
  if (train::symbolizeEntry(name))
    return in.diagnostics.error(position, ErrorCode::Name, "a parameter cannot be named '" + name + "'",
                                "rename the layer");
  for (StringRef stateName : train::allStateNames()) {
    StringRef owner = name;
    if (owner.consume_back(stateName) && owner.consume_back(".") && declared.contains(owner))
      return in.diagnostics.error(position, ErrorCode::Name,
                                  "'" + name + "' is reserved for optimizer state of parameter '" + owner + "'",
                                  "rename the layer");
    std::string state = (name + "." + stateName).str();
    if (declared.contains(state))
      return in.diagnostics.error(position, ErrorCode::Name,
                                  "parameter '" + name + "' reserves the name '" + Twine(state) +
                                      "' for optimizer state, but another parameter has it",
                                  "rename one of the layers");
  }
  return success();
}

void ParameterTable::declare(const Declaration &parameter) {
  OpBuilder::InsertionGuard guard(in.b);
  if (last)
    in.b.setInsertionPointAfter(last);
  else
    in.b.setInsertionPointToStart(in.module.getBody());
  last =
      train::ParameterOp::create(in.b, parameter.loc, parameter.name, parameter.type, parameter.init, parameter.frozen);
  declared[parameter.name] = last;
}

FailureOr<Value> ParameterTable::read(const Declaration &parameter) {
  if (!readHere.insert(parameter.name).second)
    return in.diagnostics.error(parameter.position, ErrorCode::Name,
                                "two parameters are named '" + Twine(parameter.name) + "'",
                                "name the layers differently");
  auto before = declared.find(parameter.name);
  if (before == declared.end()) {
    if (failed(checkReserved(parameter.name, parameter.position)))
      return failure();
    declare(parameter);
  } else if (before->second.getType() != parameter.type) {
    return in.diagnostics.error(parameter.position, ErrorCode::InputType,
                                "the shape of parameter '" + Twine(parameter.name) + "' depends on the batch",
                                "a parameter is the same for every batch: reduce or reshape before");
  }
  Value value = train::ReadOp::create(in.b, parameter.loc, parameter.type, parameter.name);
  if (!parameter.frozen && isFloat(value))
    trainable.emplace_back(parameter.name, value);
  return value;
}
