//===- ImportRecipe.cpp - The settings of a recipe ------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/ImportRecipe.h"

using namespace mlir;
using namespace gradus;

/// Checkpoints that stay where the recipe does not say.
static constexpr int64_t kDefaultKeep = 3;

FailureOr<train::RecipeAttr> gradus::importRecipe(ImportContext &in) {
  const proto::Train &train = in.model.train();
  Diagnostics &diagnostics = in.diagnostics;
  SourceNode node = in.file.root().nested("train");
  if (train.epochs() < 0)
    return diagnostics.error(node.at("epochs"), ErrorCode::Recipe, "epochs must not be negative",
                             "for example epochs: 10");
  const proto::Checkpoint &checkpoint = train.checkpoint();
  if (checkpoint.every_steps() < 0 || checkpoint.keep() < 0)
    return diagnostics.error(node.at("checkpoint"), ErrorCode::Recipe, "every_steps and keep must not be negative",
                             "leave them out");
  train::CheckpointAttr checkpointAttr;
  if (train.has_checkpoint())
    checkpointAttr = train::CheckpointAttr::get(&in.context, checkpoint.dir(), checkpoint.every_steps(),
                                                checkpoint.keep() ? checkpoint.keep() : kDefaultKeep);
  FailureOr<train::DatasetAttr> data = importDataset(in, train.data(), node.nested("data"));
  if (failed(data))
    return failure();
  FailureOr<train::DatasetAttr> validation = importDataset(in, train.validation(), node.nested("validation"));
  if (failed(validation))
    return failure();
  int64_t epochs = train.epochs() ? train.epochs() : 1;
  return train::RecipeAttr::get(&in.context, epochs, train.seed(), checkpointAttr, *data, *validation);
}
