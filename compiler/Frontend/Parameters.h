//===- Parameters.h - The parameters of a model ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_PARAMETERS_H
#define GRADUS_COMPILER_FRONTEND_PARAMETERS_H

#include "compiler/Frontend/ImportContext.h"
#include "llvm/ADT/StringSet.h"

namespace gradus {

/// The initial values that a message describes, as the `init` of a train.parameter
/// whose values each feed `fanOut` results, of which each reads `fanIn` values.
/// Fails, after an error at `position`, if there are none such.
mlir::FailureOr<mlir::Attribute> getInitializer(const proto::Init &init, int64_t fanIn, int64_t fanOut,
                                                const SourcePosition &position, ImportContext &in);

/// The parameters of a model: every entry point reads the same ones, and the first
/// that does declares them in the module, in the order of reading.
class ParameterTable {
public:
  /// What a layer says about one of its parameters.
  struct Declaration {
    std::string name; // "hidden1.weight"
    mlir::RankedTensorType type;
    mlir::Attribute init; // of train.parameter
    bool frozen;
    mlir::Location loc;
    SourcePosition position; // for errors
  };

  explicit ParameterTable(ImportContext &in) : in(in) {}

  /// Begins another entry point: it has read nothing yet.
  void beginEntry();
  /// Reads a parameter, which is declared if no entry point before has read it. Fails,
  /// after an error, if the name is taken in this entry point or reserved, or if the
  /// type is another one than before.
  mlir::FailureOr<mlir::Value> read(const Declaration &parameter);
  /// What the optimizer changes: the floating-point parameters that are read in this
  /// entry point and not frozen, in the order of reading.
  llvm::ArrayRef<NamedValue> getTrainable() const { return trainable; }

private:
  ImportContext &in;
  llvm::StringMap<train::ParameterOp> declared;
  train::ParameterOp last;    // the parameter that was declared last
  llvm::StringSet<> readHere; // by this entry point
  llvm::SmallVector<NamedValue> trainable;

  llvm::LogicalResult checkReserved(llvm::StringRef name, const SourcePosition &position) const;
  void declare(const Declaration &parameter);
};

} // namespace gradus

#endif
