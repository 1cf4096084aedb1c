//===- ModelFile.h - Reading model files ----------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_FRONTEND_MODELFILE_H
#define GRADUS_COMPILER_FRONTEND_MODELFILE_H

#include "compiler/Frontend/model.pb.h"
#include "compiler/TextFormat/TextFormat.h"
#include <memory>

namespace gradus {

/// The messages of model.proto.
namespace proto = model::v1;

/// A parsed model file.
struct ModelFile {
  std::string name, text; // the path as given, and the whole content
  proto::Model model;
  SourceNode::Tree tree; // where fields are written; empty if binary
  std::unique_ptr<Diagnostics> diagnostics;
  bool binary = false;

  /// The model and where its fields are written.
  SourceNode root() const { return SourceNode(model, binary ? nullptr : &tree); }
};

/// Reads `path` ("-" for standard input): protobuf text, or binary where the
/// name ends in .pb. Errors are printed. Returns null on failure.
std::unique_ptr<ModelFile> readModelFile(llvm::StringRef path);

/// The same for the content of a file, which is called `name` in messages.
std::unique_ptr<ModelFile> parseModelFile(llvm::StringRef name, llvm::StringRef content);

} // namespace gradus

#endif
