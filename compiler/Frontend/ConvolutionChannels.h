//===- ConvolutionChannels.h - Channels and groups of convolutions --------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_CONVOLUTIONCHANNELS_H
#define GRADUS_COMPILER_FRONTEND_CONVOLUTIONCHANNELS_H

#include "compiler/Frontend/LayerImporter.h"

namespace gradus {

/// The channels of the result of `op`, for `inputs` of the input. Fails after an error.
mlir::FailureOr<int64_t> resultChannels(LayerImporter &in, const proto::Conv &op, int64_t inputs);
mlir::FailureOr<int64_t> resultChannels(LayerImporter &in, const proto::ConvTranspose &op, int64_t inputs);

/// The number of groups that `field` says, 1 for 0. Fails, after an error, unless it divides the
/// `inputs` and the `outputs`, both channels.
mlir::FailureOr<int64_t> readGroups(LayerImporter &in, int64_t groups, llvm::StringRef field, int64_t inputs,
                                    int64_t outputs);

/// `y`, with the channels last, plus the parameter `bias` of the layer. Fails after an error.
mlir::FailureOr<mlir::Value> addChannelBias(LayerImporter &in, mlir::Value y, const proto::Init &init, int64_t fanIn,
                                            int64_t fanOut);

} // namespace gradus

#endif
