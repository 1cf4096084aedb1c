//===- GPUSpec.cpp - What a GPU can do at most ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/GPUSpec.h"
#include "compiler/Target/gpu.pb.h"
#include "compiler/TextFormat/TextFormat.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/MemoryBuffer.h"
#include <cmath>

using namespace llvm;
using namespace gradus;

/// Data sheets of NVIDIA; tensor cores without sparsity, with sums in f32.
static const GPUSpec kKnown[] = {
    {"V100", "sm_70", 900, 15.7, 0, 0},       {"T4", "sm_75", 320, 8.1, 0, 0},
    {"A100", "sm_80", 1555, 19.5, 156, 312},  {"A10", "sm_86", 600, 31.2, 62.5, 125},
    {"L4", "sm_89", 300, 30.3, 60, 121},      {"H100 SXM", "sm_90", 3350, 66.9, 494.7, 989.4},
    {"B200", "sm_100", 8000, 80, 1100, 2250}, {"RTX 5090", "sm_120", 1792, 104.8, 104.8, 209.5},
};

GPUSpec gradus::gpuSpecOf(StringRef target) {
  for (const GPUSpec &spec : kKnown)
    if (target.rtrim("af") == spec.target) {
      GPUSpec found = spec;
      found.target = target.str();
      return found;
    }
  GPUSpec other = kKnown[2];
  other.name = "like " + other.name;
  other.target = target.str();
  return other;
}

/// Files may give a name and a target without quotes, which protobuf's text form
/// wants: the text with quotes around them. Fields keep their lines and columns.
static std::string quoteWords(StringRef text) {
  std::string out;
  SmallVector<StringRef> lines;
  text.split(lines, '\n');
  for (StringRef line : lines) {
    auto [key, value] = line.split(':');
    StringRef word = value.split('#').first.trim();
    bool bare = (key.trim() == "name" || key.trim() == "target") && !word.empty() && !word.contains('"') &&
                !word.contains('\'') && !word.contains('\\');
    out += bare ? (key + ": \"" + word + "\"").str() : line.str();
    out += "\n";
  }
  return out;
}

/// Checks that a field is a number above 0 if it is given.
static LogicalResult checkFigure(const SourceNode &node, StringRef field, bool given, double value,
                                 Diagnostics &diagnostics) {
  if (!given || (std::isfinite(value) && value > 0))
    return success();
  return diagnostics.error(node.at(field), ErrorCode::GPU, field + " must be a number above 0",
                           "see the data sheet of the GPU");
}

FailureOr<GPUSpec> gradus::readGPUSpec(StringRef path) {
  ErrorOr<std::unique_ptr<MemoryBuffer>> buffer = MemoryBuffer::getFile(path);
  if (!buffer)
    return Diagnostics(path).error({}, ErrorCode::UnreadableFile, "cannot read: " + buffer.getError().message(),
                                   "give the path of a description of a GPU");
  return parseGPUSpec(path, (*buffer)->getBuffer());
}

FailureOr<GPUSpec> gradus::parseGPUSpec(StringRef name, StringRef text) {
  if (text.size() > kMaxTextBytes)
    return Diagnostics(name).error({}, ErrorCode::UnreadableFile, "larger than 16 MiB",
                                   "give the path of a description of a GPU");
  Diagnostics diagnostics(name, text);
  device::v1::GPU gpu;
  SourceNode::Tree tree;
  if (failed(parseText(quoteWords(text), gpu, tree, diagnostics)))
    return failure();
  SourceNode root(gpu, &tree);
  if (failed(checkFigure(root, "memory_gb_per_s", gpu.has_memory_gb_per_s(), gpu.memory_gb_per_s(), diagnostics)) ||
      failed(checkFigure(root, "f32_tflops", gpu.has_f32_tflops(), gpu.f32_tflops(), diagnostics)) ||
      failed(checkFigure(root, "tf32_tflops", gpu.has_tf32_tflops(), gpu.tf32_tflops(), diagnostics)) ||
      failed(checkFigure(root, "bf16_tflops", gpu.has_bf16_tflops(), gpu.bf16_tflops(), diagnostics)))
    return failure();
  if (gpu.target().empty() || !gpu.has_memory_gb_per_s() || !gpu.has_f32_tflops())
    return diagnostics.error(root.position(), ErrorCode::GPU, "a GPU needs target, memory_gb_per_s and f32_tflops",
                             "for example target: \"sm_90\" memory_gb_per_s: 3350 f32_tflops: 66.9");
  return GPUSpec{gpu.name().empty() ? gpu.target() : gpu.name(),
                 gpu.target(),
                 gpu.memory_gb_per_s(),
                 gpu.f32_tflops(),
                 gpu.tf32_tflops(),
                 gpu.bf16_tflops()};
}
