//===- ImportDataset.cpp - Which files feed which inputs ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ImportRecipe.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/ADT/StringSet.h"
#include <cmath>

using namespace mlir;
using namespace gradus;

namespace {

/// The fields of a train::DataPartAttr.
struct DataPart {
  StringRef input, path;
  double scale = 1;
  int64_t first = 0, last = 0, shift = 0;
};

/// Builds the attribute of one dataset.
class DatasetImporter {
public:
  explicit DatasetImporter(ImportContext &in)
      : model(in.model), context(in.context), diagnostics(in.diagnostics), inputs(in.inputs) {}

  /// The dataset that `node` names, or null if it has no source.
  FailureOr<train::DatasetAttr> run(const proto::Dataset &dataset, SourceNode node) {
    FailureOr<train::DataSourceAttr> source = importSource(dataset, node);
    if (failed(source))
      return failure();
    if (dataset.batch() < 0)
      return diagnostics.error(node.at("batch"), ErrorCode::Dataset, "batch must be positive", "for example batch: 64");
    if (!*source)
      return train::DatasetAttr();
    return train::DatasetAttr::get(&context, dataset.shuffle(), *source);
  }

private:
  const proto::Model &model;
  MLIRContext &context;
  Diagnostics &diagnostics;
  ArrayRef<TensorSpec> inputs; // of the model
  SmallVector<train::DataPartAttr> parts;
  llvm::StringSet<> fed;

  /// The source of the dataset, or null if there is none.
  FailureOr<train::DataSourceAttr> importSource(const proto::Dataset &dataset, SourceNode node) {
    switch (dataset.source_case()) {
    case proto::Dataset::kIdx:
      return finish(train::DataKind::Idx, importIdx(dataset.idx(), node.nested("idx")), node);
    case proto::Dataset::kNpy:
      return finish(train::DataKind::Npy, importNpy(dataset.npy(), node.nested("npy")), node);
    case proto::Dataset::kCsv: {
      const proto::Csv &csv = dataset.csv();
      StringRef delimiter = csv.delimiter().empty() ? StringRef(",") : StringRef(csv.delimiter());
      return finish(train::DataKind::Csv, importCsv(csv, delimiter, node.nested("csv")), node, csv.header(), delimiter);
    }
    case proto::Dataset::kText:
      return finish(train::DataKind::Text, importText(dataset.text(), node.nested("text")), node);
    case proto::Dataset::SOURCE_NOT_SET:
      return train::DataSourceAttr();
    }
    llvm_unreachable("unknown data source");
  }

  /// The source of the parts that were imported, once they feed every input.
  FailureOr<train::DataSourceAttr> finish(train::DataKind kind, LogicalResult imported, SourceNode node,
                                          bool header = false, StringRef delimiter = ",") {
    if (failed(imported))
      return failure();
    for (const proto::Value &input : model.input())
      if (!fed.contains(input.name()))
        return diagnostics.error(node.position(), ErrorCode::Dataset,
                                 "the dataset does not feed input '" + Twine(input.name()) + "'",
                                 "name it in the dataset");
    return train::DataSourceAttr::get(&context, kind, header, delimiter, train::DataPartsAttr::get(&context, parts));
  }

  LogicalResult checkInputName(StringRef name, const SourcePosition &position) {
    SmallVector<StringRef> names;
    for (const proto::Value &input : model.input())
      names.push_back(input.name());
    if (llvm::is_contained(names, name))
      return success();
    return diagnostics.error(position, ErrorCode::Dataset,
                             "the model has no input '" + name + "'" + didYouMean(name, names),
                             "its inputs are: " + llvm::join(names, ", "));
  }

  LogicalResult addPart(const DataPart &part, const SourcePosition &position) {
    if (part.path.empty())
      return diagnostics.error(position, ErrorCode::Dataset, "a file name is missing", "paths are relative to --data");
    if (train::leavesFolder(part.path))
      return diagnostics.error(position, ErrorCode::Dataset, "'" + part.path + "' leaves the data folder",
                               "paths are relative to --data");
    if (failed(checkInputName(part.input, position)))
      return failure();
    if (!fed.insert(part.input).second)
      return diagnostics.error(position, ErrorCode::Dataset, "input '" + part.input + "' is fed twice", "remove one");
    if (!std::isfinite(part.scale))
      return diagnostics.error(position, ErrorCode::Dataset, "the scale of input '" + part.input + "' is not finite",
                               "for example scale: 0.00392");
    double scale = part.scale == 0 ? 1 : part.scale;
    parts.push_back(
        train::DataPartAttr::get(&context, part.input, part.path, APFloat(scale), part.first, part.last, part.shift));
    return success();
  }

  /// The first input that is not fed yet and holds floats, or else integers; empty if there is none.
  StringRef defaultInput(bool floats) {
    for (const proto::Value &input : model.input())
      if (!fed.contains(input.name()) && (input.type()[0] == 'f') == floats)
        return input.name();
    return "";
  }

  LogicalResult importIdx(const proto::Idx &idx, SourceNode node) {
    StringRef images = idx.image_input().empty() ? defaultInput(true) : StringRef(idx.image_input());
    if (failed(addPart({.input = images, .path = idx.images(), .scale = idx.scale()}, node.at("images"))))
      return failure();
    if (idx.labels().empty())
      return success();
    StringRef labels = idx.label_input().empty() ? defaultInput(false) : StringRef(idx.label_input());
    return addPart({.input = labels, .path = idx.labels()}, node.at("labels"));
  }

  LogicalResult importNpy(const proto::Npy &npy, SourceNode node) {
    for (auto [i, part] : llvm::enumerate(npy.file()))
      if (failed(addPart({.input = part.input(), .path = part.path(), .scale = part.scale()},
                         node.nested("file", static_cast<int>(i)).at("path"))))
        return failure();
    return success();
  }

  LogicalResult importCsv(const proto::Csv &csv, StringRef delimiter, SourceNode node) {
    if (delimiter.size() != 1)
      return diagnostics.error(node.at("delimiter"), ErrorCode::Dataset, "the delimiter is one character",
                               "for example \";\"");
    for (auto [i, columns] : llvm::enumerate(csv.columns())) {
      SourceNode at = node.nested("columns", static_cast<int>(i));
      std::string range =
          ("columns " + Twine(columns.first()) + " to " + Twine(columns.last()) + " are invalid: ").str();
      if (columns.first() < 0)
        return diagnostics.error(at.at("first"), ErrorCode::Dataset, range + "the first is negative",
                                 "columns count from 0");
      if (columns.last() < columns.first())
        return diagnostics.error(at.at("last"), ErrorCode::Dataset, range + "the first is above the last",
                                 "columns count from 0; last is included");
      if (failed(addPart({.input = columns.input(),
                          .path = csv.path(),
                          .scale = columns.scale(),
                          .first = columns.first(),
                          .last = columns.last()},
                         at.position())))
        return failure();
    }
    return success();
  }

  /// The number of values in one sample of an input; 0 if there is no such input.
  int64_t sampleSize(StringRef name) {
    for (auto [input, spec] : llvm::zip_equal(model.input(), inputs))
      if (input.name() == name)
        return llvm::product_of(ArrayRef<int64_t>(spec.shape).drop_front()); // without batch
    return 0;
  }

  LogicalResult importText(const proto::Text &text, SourceNode node) {
    int64_t window = sampleSize(text.input()), target = sampleSize(text.target());
    if (window && target && target != 1 && target != window)
      return diagnostics.error(node.at("target"), ErrorCode::Dataset,
                               "a text's target is the window of " + Twine(window) + " or one value, not " +
                                   Twine(target),
                               "make it the shape of the input, or [batch]");
    if (failed(addPart({.input = text.input(), .path = text.path()}, node.at("input"))))
      return failure();
    return addPart({.input = text.target(), .path = text.path(), .shift = 1}, node.at("target"));
  }
};

} // namespace

FailureOr<train::DatasetAttr> gradus::importDataset(ImportContext &in, const proto::Dataset &dataset, SourceNode node) {
  return DatasetImporter(in).run(dataset, node);
}
