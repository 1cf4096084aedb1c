//===- TrainDialect.td - The train dialect: learning ----------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_TRAIN_IR_TRAINDIALECT_TD
#define GRADUS_DIALECTS_TRAIN_IR_TRAINDIALECT_TD

include "mlir/IR/DialectBase.td"

def Train_Dialect : Dialect {
  let name = "train";
  let cppNamespace = "::gradus::train";
  let summary = "Learning: what persists between steps and how it changes.";
  let description = [{
    Parameters and optimizer state are module-level symbols; a step reads them
    as they were at its start and writes them at its end. `train.grad` asks for
    gradients and is removed by `train-autodiff`; the update ops are expanded
    by `train-expand-updates` so that fusion sees their arithmetic.

    The dialect has five discardable attributes:
    - `train.entry`, a `#train.entry`, on each `func.func` that is an entry
      point of the program. C1: a variable is written at most once in it. C2:
      it has a body, and takes and returns tensors of static shape.
    - `train.name`, a string, on the arguments and results of an entry point:
      the name by which users know them.
    - `train.indices`, a positive i64, on an integer argument of an entry point that
      holds indices: they are from 0 to this number, not included.
    - `train.mixes_samples`, a string, on an entry point where a sample's result depends
      on other samples of its batch: the name of the layer and its place in the file.
    - `train.recipe`, a `#train.recipe`, on a module that can be trained: the
      data and the settings of the training loop, for the runtime.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let hasRegionArgAttrVerify = 1;
  let hasRegionResultAttrVerify = 1;
  let extraClassDeclaration = [{
    /// Adds the attributes to the dialect; for initialize().
    void registerAttributes();
  }];
}

#endif
