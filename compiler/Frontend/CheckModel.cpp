//===- CheckModel.cpp - Version, name, dimensions, inputs, functions ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ImportContext.h"
#include "compiler/Frontend/Scope.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"

using namespace llvm;
using namespace gradus;

static LogicalResult checkVersionAndName(const ImportContext &in) {
  SourceNode root = in.file.root();
  if (int version = in.model.format_version(); version != 1)
    return in.diagnostics.error(root.at("format_version"), ErrorCode::FormatVersion,
                                version ? "format_version " + Twine(version) + " is not known to this compiler"
                                        : Twine("format_version is missing"),
                                "begin the file with format_version: 1");
  StringRef name = in.model.name();
  if (name.empty())
    return in.diagnostics.error(root.position(), ErrorCode::Name, "the model has no name", "add name: \"my_model\"");
  if (failed(checkName(name, root.at("name"), in.diagnostics)))
    return failure();
  // It becomes the name of a file and of symbols.
  if (name.contains('/') || name.contains('.'))
    return in.diagnostics.error(root.at("name"), ErrorCode::Name, "the model's name '" + name + "' holds / or .",
                                "use letters, digits, _ and -");
  return success();
}

static LogicalResult checkDimensions(const ImportContext &in) {
  StringSet<> seen;
  for (int i = 0; i < in.model.dim_size(); ++i) {
    const proto::Dim &dim = in.model.dim(i);
    SourceNode node = in.file.root().nested("dim", i);
    if (failed(checkName(dim.name(), node.at("name"), in.diagnostics)))
      return failure();
    if (!seen.insert(dim.name()).second)
      return in.diagnostics.error(node.at("name"), ErrorCode::Name,
                                  "dimension '" + Twine(dim.name()) + "' is declared twice", "rename one of them");
    if (dim.size() < 0)
      return in.diagnostics.error(node.at("size"), ErrorCode::DimensionSize,
                                  "dimension '" + Twine(dim.name()) + "' has a negative size", "sizes are at least 1");
  }
  return success();
}

static LogicalResult checkInputs(ImportContext &in) {
  SourceNode root = in.file.root();
  if (in.model.input_size() == 0)
    return in.diagnostics.error(root.position(), ErrorCode::UndefinedName, "the model has no input",
                                "add input { name: \"x\" type: \"f32[batch,4]\" }");
  if (in.model.layer_size() == 0)
    return in.diagnostics.error(root.position(), ErrorCode::UndefinedName, "the model has no layer",
                                "add layer { dense { units: 10 } }");
  StringSet<> seen;
  for (int i = 0; i < in.model.input_size(); ++i) {
    StringRef name = in.model.input(i).name();
    SourceNode node = root.nested("input", i);
    if (failed(checkName(name, node.at("name"), in.diagnostics)))
      return failure();
    if (!seen.insert(name).second)
      return in.diagnostics.error(node.at("name"), ErrorCode::Name, "input '" + name + "' is given twice",
                                  "rename one of them");
    mlir::FailureOr<TensorSpec> type = in.types.parse(node);
    if (failed(type))
      return failure();
    if (type->shape.empty() || type->shape[0] != TensorSpec::kBatch || count(type->shape, TensorSpec::kBatch) != 1)
      return in.diagnostics.error(node.at("type"), ErrorCode::Type,
                                  "the first dimension of an input, and only it, is batch", "write f32[batch,…]");
    in.inputs.push_back(*type);
  }
  return success();
}

static LogicalResult checkFunctions(const ImportContext &in) {
  StringSet<> seen;
  for (int i = 0; i < in.model.function_size(); ++i)
    if (StringRef name = in.model.function(i).name(); !seen.insert(name).second)
      return in.diagnostics.error(in.file.root().nested("function", i).at("name"), ErrorCode::Name,
                                  "function '" + name + "' is given twice", "rename one of them");
  return success();
}

LogicalResult gradus::checkModel(ImportContext &in) {
  if (failed(checkVersionAndName(in)) || failed(in.types.checkGiven()) || failed(checkDimensions(in)) ||
      failed(checkInputs(in)))
    return failure();
  return checkFunctions(in);
}
