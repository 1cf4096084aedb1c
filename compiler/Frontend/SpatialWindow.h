//===- SpatialWindow.h - Windows of convolutions and poolings -------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_SPATIALWINDOW_H
#define GRADUS_COMPILER_FRONTEND_SPATIALWINDOW_H

#include "compiler/Frontend/LayerImporter.h"

namespace gradus {

/// How a window slides over the spatial dimensions of a layer's input, [batch, channels,
/// size…]; all arrays have a number for each.
struct SpatialWindow {
  llvm::SmallVector<int64_t> input;  ///< sizes
  llvm::SmallVector<int64_t> kernel; ///< elements of the window
  llvm::SmallVector<int64_t> stride, dilation;
  llvm::SmallVector<int64_t> low, high; ///< padding at the beginning and at the end

  /// How many spatial dimensions there are.
  int64_t rank() const { return input.size(); }
  /// Elements from the first to the last of a window along `dim`.
  int64_t extent(int64_t dim) const { return (kernel[dim] - 1) * dilation[dim] + 1; }
  /// Positions of the window along `dim`; at least 1 where it has been checked.
  int64_t positions(int64_t dim) const { return (input[dim] + low[dim] + high[dim] - extent(dim)) / stride[dim] + 1; }
  /// Positions along each dimension.
  llvm::SmallVector<int64_t> positions() const;

  /// `x`, of shape [batch, size…, …], padded with `value`.
  mlir::Value pad(LayerImporter &in, mlir::Value x, double value) const;
  /// The windows of such an `x` once it is padded; their dimensions come in before
  /// dimension `at`.
  mlir::Value windowsOf(LayerImporter &in, mlir::Value x, int64_t at) const;
};

/// The settings of a layer's message; empty where it says nothing.
struct SpatialSettings {
  llvm::ArrayRef<int64_t> kernel, stride, dilation, padding, paddingEnd;
  bool same;
};

/// The numbers of a repeated field, which owns them.
inline llvm::ArrayRef<int64_t> numbersOf(const google::protobuf::RepeatedField<int64_t> &field) {
  return {field.data(), static_cast<size_t>(field.size())};
}

/// The numbers of one setting, one for each of `rank` spatial dimensions; `absent`, which has as
/// many, where the layer says nothing. Fails, after an error, if one is below `least` or too large.
mlir::FailureOr<llvm::SmallVector<int64_t>> readNumbers(LayerImporter &in, llvm::ArrayRef<int64_t> values,
                                                        llvm::StringRef field, int64_t least,
                                                        llvm::ArrayRef<int64_t> absent);

/// Reads the window of a layer with one input, without asking whether it fits. Fails, after an
/// error, unless the input has one to three spatial dimensions and all numbers fit these.
mlir::FailureOr<SpatialWindow> readWindowSettings(LayerImporter &in, const SpatialSettings &settings);

/// Reads the window of a layer with one input. Fails, after an error, unless the input
/// has one to three spatial dimensions, all numbers fit it, and the window fits into the
/// padded input.
mlir::FailureOr<SpatialWindow> readWindow(LayerImporter &in, const SpatialSettings &settings);

/// `x`, of shape [batch, channels, size…], with the channels last, which is how
/// convolutions and poolings are computed; and the same back.
mlir::Value channelsLast(LayerImporter &in, mlir::Value x);
mlir::Value channelsFirst(LayerImporter &in, mlir::Value x);

} // namespace gradus

#endif
