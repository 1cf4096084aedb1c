//===- TrainAttrs.cpp - Recipes, datasets and schedules -------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/train/IR/TrainDialect.h"
#include "mlir/IR/Builders.h"
#include "mlir/IR/DialectImplementation.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include "llvm/ADT/TypeSwitch.h"

using namespace mlir;
using namespace gradus::train;

using ErrorEmitter = function_ref<InFlightDiagnostic()>;

/// Reads a floating-point literal as an f64.
static FailureOr<APFloat> parseF64(AsmParser &parser) {
  double value = 0;
  if (failed(parser.parseFloat(value)))
    return failure();
  return APFloat(value);
}

#include "dialects/train/IR/TrainEnums.cpp.inc"

#define GET_ATTRDEF_CLASSES
#include "dialects/train/IR/TrainAttrs.cpp.inc"

void TrainDialect::registerAttributes() {
  addAttributes<
#define GET_ATTRDEF_LIST
#include "dialects/train/IR/TrainAttrs.cpp.inc"
      >();
}

bool gradus::train::leavesFolder(StringRef path) {
  return path.starts_with("/") || llvm::is_contained(llvm::split(path, '/'), "..");
}

//===----------------------------------------------------------------------===//
// Initial values
//===----------------------------------------------------------------------===//

LogicalResult ConstantInitAttr::verify(ErrorEmitter error, APFloat value) {
  if (!value.isFinite()) // C1
    return error() << "value must be finite";
  return success();
}

LogicalResult UniformInitAttr::verify(ErrorEmitter error, APFloat low, APFloat high) {
  if (!low.isFinite() || !high.isFinite()) // C1
    return error() << "low and high must be finite";
  if (high < low) // C2
    return error() << "low is above high";
  return success();
}

LogicalResult NormalInitAttr::verify(ErrorEmitter error, APFloat mean, APFloat stddev) {
  if (!mean.isFinite() || !stddev.isFinite()) // C1
    return error() << "mean and stddev must be finite";
  if (stddev.isNegative() && !stddev.isZero()) // C2
    return error() << "stddev is negative";
  return success();
}

//===----------------------------------------------------------------------===//
// Recipes
//===----------------------------------------------------------------------===//

LogicalResult DataPartAttr::verify(ErrorEmitter error, StringRef input, StringRef path, APFloat scale, int64_t first,
                                   int64_t last, int64_t shift) {
  if (input.empty() || path.empty()) // C1
    return error() << "a data part needs an input and a path";
  if (leavesFolder(path)) // C2
    return error() << "'" << path << "' leaves the data folder";
  if (first < 0 || last < first) // C3
    return error() << "columns " << first << " to " << last << " are no range";
  if (shift != 0 && shift != 1) // C4
    return error() << "shift is " << shift << ", not 0 or 1";
  if (scale.isZero() || !scale.isFinite()) // C5
    return error() << "scale must be finite and not 0";
  return success();
}

LogicalResult DataSourceAttr::verify(ErrorEmitter error, DataKind kind, bool header, StringRef delimiter,
                                     DataPartsAttr parts) {
  bool csv = kind == DataKind::Csv;
  if (parts.empty()) // C1
    return error() << "a data source needs at least one part";
  if (!csv && (header || delimiter != ",")) // C2
    return error() << "only a csv source has a header and a delimiter";
  if (delimiter.size() != 1) // C4
    return error() << "a delimiter is one character, not '" << delimiter << "'";
  llvm::StringSet<> fed;
  for (DataPartAttr part : parts) {
    if (!fed.insert(part.getInput()).second) // C1
      return error() << "input '" << part.getInput() << "' is fed twice";
    if (!csv && part.getLast() > 0) // C2
      return error() << "only parts of a csv source have columns";
    if (kind != DataKind::Text && part.getShift() != 0) // C3
      return error() << "only parts of a text source have a shift";
  }
  return success();
}

LogicalResult CheckpointAttr::verify(ErrorEmitter error, StringRef, int64_t everySteps, int64_t keep) {
  if (everySteps < 0) // C1
    return error() << "every_steps must not be negative";
  if (keep < 1) // C2
    return error() << "at least one checkpoint must be kept";
  return success();
}

LogicalResult RecipeAttr::verify(ErrorEmitter error, int64_t epochs, uint64_t, CheckpointAttr, DatasetAttr,
                                 DatasetAttr) {
  if (epochs < 1) // C1
    return error() << "epochs must be at least 1";
  return success();
}

//===----------------------------------------------------------------------===//
// Schedules
//===----------------------------------------------------------------------===//

/// Fails, after an error, unless `value` is finite and 0 or more.
static LogicalResult verifyRate(ErrorEmitter error, StringRef name, const APFloat &value) {
  if (value.isFinite() && (!value.isNegative() || value.isZero()))
    return success();
  return error() << name << " must be finite and not negative";
}

LogicalResult ConstantScheduleAttr::verify(ErrorEmitter error, APFloat rate) {
  return verifyRate(error, "rate", rate); // C1
}

LogicalResult StepScheduleAttr::verify(ErrorEmitter error, APFloat initial, APFloat factor, int64_t every) {
  if (failed(verifyRate(error, "initial", initial))) // C1
    return failure();
  if (!factor.isFiniteNonZero() || factor.isNegative()) // C2
    return error() << "factor must be positive and finite";
  if (every < 1) // C3
    return error() << "every must be at least 1";
  return success();
}

LogicalResult CosineScheduleAttr::verify(ErrorEmitter error, APFloat initial, APFloat final, int64_t steps) {
  if (failed(verifyRate(error, "initial", initial)) || failed(verifyRate(error, "final", final))) // C1, C2
    return failure();
  if (steps < 0) // C3
    return error() << "steps must not be negative";
  return success();
}

LogicalResult PolynomialScheduleAttr::verify(ErrorEmitter error, APFloat initial, APFloat final, APFloat power,
                                             int64_t steps) {
  if (failed(verifyRate(error, "initial", initial)) || failed(verifyRate(error, "final", final))) // C1, C2
    return failure();
  if (!power.isFiniteNonZero() || power.isNegative()) // C3
    return error() << "power must be positive and finite";
  if (steps < 0) // C4
    return error() << "steps must not be negative";
  return success();
}

LogicalResult ExponentialScheduleAttr::verify(ErrorEmitter error, APFloat initial, APFloat factor, int64_t every) {
  return StepScheduleAttr::verify(error, initial, factor, every); // C1, C2, C3
}

LogicalResult OneCycleScheduleAttr::verify(ErrorEmitter error, APFloat peak, APFloat divisor, APFloat finalDivisor,
                                           APFloat rise, int64_t steps) {
  if (failed(verifyRate(error, "peak", peak))) // C1
    return failure();
  for (const APFloat &value : {divisor, finalDivisor})
    if (!value.isFiniteNonZero() || value.isNegative()) // C2
      return error() << "both divisors must be positive and finite";
  if (!(rise.convertToDouble() >= 0 && rise.convertToDouble() <= 1)) // C3
    return error() << "rise must be between 0 and 1";
  if (steps < 0) // C4
    return error() << "steps must not be negative";
  return success();
}

LogicalResult CosineRestartsScheduleAttr::verify(ErrorEmitter error, APFloat initial, APFloat final, int64_t first,
                                                 APFloat factor) {
  if (failed(verifyRate(error, "initial", initial)) || failed(verifyRate(error, "final", final))) // C1, C2
    return failure();
  if (first < 1) // C3
    return error() << "first must be at least 1";
  if (!factor.isFinite() || factor.convertToDouble() < 1) // C4
    return error() << "factor must be finite and at least 1";
  return success();
}

LogicalResult PiecewiseScheduleAttr::verify(ErrorEmitter error, APFloat initial, DenseI64ArrayAttr steps,
                                            DenseF64ArrayAttr rates) {
  if (failed(verifyRate(error, "initial", initial))) // C1
    return failure();
  for (double rate : rates.asArrayRef())
    if (failed(verifyRate(error, "each rate", APFloat(rate)))) // C1
      return failure();
  ArrayRef<int64_t> at = steps.asArrayRef();
  bool increases = !at.empty() && at.front() >= 1 && llvm::adjacent_find(at, std::greater_equal<>()) == at.end();
  if (!increases || steps.size() != rates.size()) // C2
    return error() << "steps must increase from 1 on, with a rate for each";
  return success();
}
