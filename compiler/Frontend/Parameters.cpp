//===- Parameters.cpp - The parameters of a model -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Parameters.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

//===----------------------------------------------------------------------===//
// Initial values
//===----------------------------------------------------------------------===//

static Initializer constant(double value) { return {train::InitKind::Constant, value, 0}; }
static Initializer uniform(double low, double high) { return {train::InitKind::Uniform, low, high}; }
static Initializer normal(double mean, double stddev) { return {train::InitKind::Normal, mean, stddev}; }

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
  if (init.kind == train::InitKind::Normal && init.b < 0)
    return "stddev is negative";
  if (init.kind == train::InitKind::Uniform && init.b < init.a)
    return "low is above high";
  return "";
}

FailureOr<Initializer> gradus::getInitializer(const proto::Init &init, int64_t fanIn, int64_t fanOut,
                                              const SourcePosition &position, Diagnostics &diagnostics) {
  Initializer result = initializerOf(init, static_cast<double>(std::max<int64_t>(1, fanIn)),
                                     static_cast<double>(std::max<int64_t>(1, fanOut)));
  if (StringRef reason = whyInvalid(result); !reason.empty())
    return diagnostics.error(position, ErrorCode::Setting, "the initial values are invalid: " + reason,
                             "for example uniform { low: -0.1 high: 0.1 }");
  return result;
}

//===----------------------------------------------------------------------===//
// Parameters
//===----------------------------------------------------------------------===//

/// What train-expand-updates adds to a parameter's name for the state that an
/// optimizer keeps of it.
static constexpr llvm::StringLiteral kStateSuffixes[] = {".velocity", ".m", ".v", ".square"};

void ParameterTable::beginEntry() {
  readHere.clear();
  trainable.clear();
}

/// Names of entry points, and of optimizer state, are symbols of the module too.
LogicalResult ParameterTable::checkReserved(StringRef name, const SourcePosition &position) const {
  if (train::symbolizeEntry(name))
    return in.diagnostics.error(position, ErrorCode::Name, "a parameter cannot be named '" + name + "'",
                                "rename the layer");
  for (StringRef suffix : kStateSuffixes) {
    StringRef owner = name;
    if (owner.consume_back(suffix) && declared.contains(owner))
      return in.diagnostics.error(position, ErrorCode::Name,
                                  "'" + name + "' is reserved for optimizer state of parameter '" + owner + "'",
                                  "rename the layer");
    std::string state = (name + suffix).str();
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
  last = train::ParameterOp::create(in.b, parameter.loc, parameter.name, parameter.type, parameter.init.kind,
                                    APFloat(parameter.init.a), APFloat(parameter.init.b), parameter.frozen);
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
