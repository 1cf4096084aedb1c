//===- Options.cpp - Fuzzes the command line of programs ------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "commands/commands.h"
}
#include "FuzzTarget.h"
#include "SmallModel.h"
#include <string>
#include <vector>

/// Leaves out what names files: predict must not read, and not write, just any.
static void keepValues(gradus_bindings_t *inputs) {
  int kept = 0;
  for (int i = 0; i < inputs->count; ++i)
    if (std::string(inputs->texts[i]).find("=@") == std::string::npos)
      inputs->texts[kept++] = inputs->texts[i];
  inputs->count = kept;
}

/// Each line is an argument of `program predict`, which runs with the values that
/// --input gives.
extern "C" int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size) {
  static const gradus_model_t model = [] {
    gradus_model_t withoutWeights = gradus::fuzz::kSmallModel;
    withoutWeights.variable_count = 0;
    return withoutWeights;
  }();
  std::vector<std::string> texts = {"program", "predict", ""};
  for (size_t i = 0; i < size; ++i) {
    if (data[i] == '\n')
      texts.emplace_back();
    else if (data[i])
      texts.back() += static_cast<char>(data[i]);
  }
  std::vector<char *> argv;
  for (std::string &text : texts)
    argv.push_back(text.data());
  gradus_options_t options;
  if (gradus_parse_options(static_cast<int>(argv.size()), argv.data(), &options) != GRADUS_PARSED)
    return 0;
  keepValues(&options.inputs);
  options.outputs.count = 0;
  options.weights = nullptr;
  options.threads = 1;
  int code = gradus_command_predict(&model, &options);
  gradus::fuzz::require(code == 0 || code == 1, "another exit code than 0 and 1");
  return 0;
}
