//===- TypeParser.h - Parses "f32[batch,28]" ------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_TYPEPARSER_H
#define GRADUS_COMPILER_FRONTEND_TYPEPARSER_H

#include "compiler/Frontend/ModelFile.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringMap.h"
#include <optional>

namespace gradus {

/// The tensor type that a model file gives as a string.
struct TensorSpec {
  /// Stands for the size of the batch in `shape`.
  static constexpr int64_t kBatch = -1;

  mlir::Type element;
  llvm::SmallVector<int64_t> shape;

  /// The type for a batch of this size.
  mlir::RankedTensorType withBatch(int64_t batch) const;
};

/// Reads type strings such as "f32[batch,28]", and knows the sizes of named
/// dimensions.
class TypeParser {
public:
  /// Sizes in `given` (of the command line) win over those of the file. Refers to
  /// `file`, which must outlive it.
  TypeParser(const ModelFile &file, mlir::MLIRContext &context, const llvm::StringMap<int64_t> &given);

  /// The type that the field `type` of a message holds. Reports errors with the
  /// caret inside of the string.
  mlir::FailureOr<TensorSpec> parse(const SourceNode &owner) const;

  /// The size of a dimension, if it has one.
  std::optional<int64_t> sizeOf(llvm::StringRef dimension) const;

  /// Fails, after an error, if the command line gives a size to a dimension that
  /// the model neither declares nor uses in a type.
  llvm::LogicalResult checkGiven() const;

private:
  const ModelFile &file;
  mlir::MLIRContext &context;
  llvm::SmallVector<llvm::StringRef> given; // by the command line
  llvm::StringMap<int64_t> sizes;

  /// The size of one dimension of a type. Calls `fail(part, code, message, hint)` on errors.
  template <typename Fail>
  mlir::FailureOr<int64_t> parseDimension(llvm::StringRef part, Fail fail) const;
};

/// Fails, after an error at `position`, if a tensor of this shape would hold no
/// element, or more than 2^40.
llvm::LogicalResult checkElementCount(llvm::ArrayRef<int64_t> shape, const SourcePosition &position,
                                      Diagnostics &diagnostics);

} // namespace gradus

#endif
