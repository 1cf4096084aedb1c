//===- NetworkImporter.h - Builds the layers of an entry point ------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_NETWORKIMPORTER_H
#define GRADUS_COMPILER_FRONTEND_NETWORKIMPORTER_H

#include "compiler/Frontend/LayerImporter.h"

namespace gradus {

/// Builds the layers of one entry point, those of functions and repeats included.
class NetworkImporter {
public:
  using Layers = google::protobuf::RepeatedPtrField<proto::Layer>;

  /// `parameters` must be at the beginning of this entry point.
  NetworkImporter(ImportContext &in, ParameterTable &parameters, EntryPoint &entry)
      : in(in), parameters(parameters), entry(entry) {}

  /// Builds `layers`, the field `layer` of the message at `owner`, one after the other.
  /// Their names and the last result are in `scope` then. Fails after the first error.
  llvm::LogicalResult importLayers(const Layers &layers, const SourceNode &owner, Scope &scope);
  /// The same for layers that are not all written in one place; `nodes` has one for each.
  llvm::LogicalResult importLayers(const Layers &layers, llvm::ArrayRef<SourceNode> nodes, Scope &scope);

  /// Counts a layer, or one round of a repeat, and fails, after an error at `position`,
  /// if the model expands to too many.
  llvm::LogicalResult countLayer(const SourcePosition &position);

  ImportContext &in;
  ParameterTable &parameters;
  EntryPoint &entry;

private:
  llvm::LogicalResult importLayer(const proto::Layer &layer, SourceNode node, int index, Scope &scope);
  llvm::LogicalResult findInputs(LayerImporter &layer);
  mlir::FailureOr<mlir::Value> activate(LayerImporter &layer, mlir::Value x);
  llvm::LogicalResult defineNames(LayerImporter &layer, mlir::Value result);
};

} // namespace gradus

#endif
