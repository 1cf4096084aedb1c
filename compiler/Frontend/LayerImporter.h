//===- LayerImporter.h - Import handlers, and what they work with ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// A layer of model.proto is imported by a handler, a free function:
//
//   static FailureOr<LayerOutputs> importDense(LayerImporter &in, const proto::Dense &dense);
//
// Handlers are grouped in files ImportFAMILY.cpp, each of which ends with a function
// registerFAMILYLayers that tells the registry which field of `Layer.op` they are for.
// CMakeLists.txt lists the families; a layer of a family is added in its file only.
//
//===----------------------------------------------------------------------===//
#ifndef GRADUS_COMPILER_FRONTEND_LAYERIMPORTER_H
#define GRADUS_COMPILER_FRONTEND_LAYERIMPORTER_H

#include "compiler/Frontend/Parameters.h"
#include "compiler/Frontend/Scope.h"
#include "llvm/ADT/DenseMap.h"
#include <functional>

namespace gradus {

class NetworkImporter;

/// More than any tensor has elements along a dimension: the most that counts and sizes of a layer may be.
inline constexpr int64_t kMaxSetting = 1 << 30;

/// The values that a layer computes. `main` is the one that the layer's name, its
/// activation and the next layer refer to.
struct LayerOutputs {
  mlir::Value main;
};

/// A parameter as a handler describes it.
struct LayerParameter {
  llvm::StringRef name; // within the layer, as "weight"; empty for the name of the layer itself
  mlir::RankedTensorType type;
  const proto::Init &init;
  llvm::StringRef initField; // the field of the op's message that holds `init`, for errors
  int64_t fanIn, fanOut;     // see getInitializer
  bool isFrozen = false;     // whatever the layer says: no optimizer changes it
};

/// One layer that is imported: its message, its inputs, and the checks and builders
/// that handlers share. Checks report their errors; handlers only pass failure on.
struct LayerImporter {
  /// `node` is that of `layer`; `name` is the full one, as in parameter names.
  LayerImporter(NetworkImporter &network, Scope &scope, const proto::Layer &layer, SourceNode node, std::string name);

  NetworkImporter &network;
  ImportContext &context;
  EntryPoint &entry;
  Scope &scope;
  const proto::Layer &layer;
  SourceNode node; // of the layer
  SourceNode op;   // of the message in `Layer.op`; the layer's own if there is none
  std::string name;
  mlir::Location loc;
  llvm::SmallVector<mlir::Value> inputs;
  mlir::OpBuilder &b; // where the layer's ops go

  /// Reports an error in this layer.
  llvm::LogicalResult error(const SourcePosition &position, ErrorCode code, const llvm::Twine &message,
                            const llvm::Twine &hint) const {
    return context.diagnostics.error(position, code, message, hint);
  }
  /// The type of a value as models write it, for messages.
  std::string describe(mlir::Value v) const { return describeType(typeOf(v), entry.batch, entry.symbols); }

  /// Checks that there are `count` inputs.
  llvm::LogicalResult checkInputCount(size_t count) const;
  /// Checks that there are `count` inputs or more.
  llvm::LogicalResult checkMinInputCount(size_t count) const;
  /// Checks that there is one input, of floating-point values.
  llvm::LogicalResult checkFloatInput() const;
  /// Checks that a number in `field` of the op's message is finite.
  llvm::LogicalResult checkFinite(double value, llvm::StringRef field) const;
  /// Checks that a tensor of this shape is not too large; errors are those of the op.
  llvm::LogicalResult checkSize(llvm::ArrayRef<int64_t> shape) const;

  /// The dimension of the first input that `axis` means: negative ones count from
  /// the end. Fails after an error at `position`.
  mlir::FailureOr<int64_t> dimension(int64_t axis, const SourcePosition &position) const;
  /// The same for an op with one axis, which defaults to the last dimension.
  mlir::FailureOr<int64_t> dimension(const proto::Axis &axis) const;
  /// The same for the field `axis` of an op with several, each once and in increasing order;
  /// the last dimension if it is empty.
  mlir::FailureOr<llvm::SmallVector<int64_t>> dimensions(const google::protobuf::RepeatedField<int64_t> &axes) const;
  /// The dimensions that the field `axis` names, in its order; one that is named twice is an error.
  mlir::FailureOr<llvm::SmallVector<int64_t>>
  distinctDimensions(const google::protobuf::RepeatedField<int64_t> &axes) const;

  /// Reads a parameter of this layer.
  mlir::FailureOr<mlir::Value> parameter(const LayerParameter &parameter);
  /// What matmuls of `element` may round their operands to.
  nn::Precision matmulPrecision(mlir::Type element) const;

private:
  llvm::LogicalResult inputCountError(size_t count, llvm::StringRef orMore) const;
};

/// Which handler imports which kind of layer.
class LayerRegistry {
public:
  /// A handler for layers whose op is a `Message`.
  template <typename Message>
  using Handler = mlir::FailureOr<LayerOutputs> (*)(LayerImporter &in, const Message &op);

  /// The handlers of all families.
  static const LayerRegistry &get();

  /// Registers the handler of a kind of layer, whose message must be a `Message`.
  template <typename Message>
  void add(proto::Layer::OpCase kind, Handler<Message> handler) {
    checkMessage(kind, Message::descriptor());
    handlers[kind] = [handler](LayerImporter &in, const google::protobuf::Message &op) {
      return handler(in, static_cast<const Message &>(op));
    };
  }

  /// Imports a layer whose name, inputs and the like are known. Fails after an error.
  mlir::FailureOr<LayerOutputs> import(LayerImporter &in) const;

private:
  using AnyHandler = std::function<mlir::FailureOr<LayerOutputs>(LayerImporter &, const google::protobuf::Message &)>;
  llvm::DenseMap<int, AnyHandler> handlers;

  static void checkMessage(proto::Layer::OpCase kind, const google::protobuf::Descriptor *message);
};

/// registerFAMILYLayers for each family: adds the handlers of its file.
#define GRADUS_LAYER_FAMILY(family) void register##family##Layers(LayerRegistry &layers);
#include "compiler/Frontend/LayerFamilies.def"

} // namespace gradus

#endif
