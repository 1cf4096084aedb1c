//===- OptionsTest.cpp - The options of a compiled program ----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "commands/options.h"
}
#include <gtest/gtest.h>
#include <string>
#include <vector>

namespace {

gradus_parsed_t parse(std::vector<std::string> words, gradus_options_t &options) {
  words.insert(words.begin(), {"program", "train"});
  std::vector<char *> argv;
  static std::vector<std::string> kept; // options point into argv
  kept = words;
  for (std::string &word : kept)
    argv.push_back(word.data());
  return gradus_parse_options(static_cast<int>(argv.size()), argv.data(), &options);
}

/// What is printed on standard error for wrong words.
std::string complaint(const std::vector<std::string> &words) {
  gradus_options_t options;
  testing::internal::CaptureStderr();
  EXPECT_EQ(parse(words, options), GRADUS_PARSED_ERROR);
  std::string text = testing::internal::GetCapturedStderr();
  return text.substr(0, text.find('\n'));
}

TEST(Options, ValuesAndFlags) {
  gradus_options_t o;
  ASSERT_EQ(parse({"--data", "d", "--steps=5", "--seed", "18446744073709551615", "--json", "--resume=ck", "--input",
                   "x=1,2", "--input=xy=@f", "--threads", "3"},
                  o),
            GRADUS_PARSED);
  EXPECT_STREQ(o.data, "d");
  EXPECT_EQ(o.steps, 5);
  EXPECT_EQ(o.epochs, 0);
  EXPECT_TRUE(o.has_seed);
  EXPECT_EQ(o.seed, UINT64_MAX);
  EXPECT_TRUE(o.json);
  EXPECT_FALSE(o.quiet);
  EXPECT_TRUE(o.resume);
  EXPECT_STREQ(o.resume_path, "ck");
  EXPECT_EQ(o.threads, 3);
  EXPECT_STREQ(gradus_binding(&o.inputs, "x"), "1,2");
  EXPECT_STREQ(gradus_binding(&o.inputs, "xy"), "@f");
  EXPECT_EQ(gradus_binding(&o.inputs, "z"), nullptr);
  EXPECT_EQ(parse({"--help"}, o), GRADUS_PARSED_HELP);
}

TEST(Options, Refusals) {
  EXPECT_EQ(complaint({"--nosuch", "1"}), "error: there is no option --nosuch");
  EXPECT_EQ(complaint({"--data"}), "error: a value is missing for --data");
  EXPECT_EQ(complaint({"--json=1"}), "error: no value is taken by --json");
  EXPECT_EQ(complaint({"--steps", "0"}), "error: a number is expected, and a sensible one, for --steps");
  EXPECT_EQ(complaint({"--steps", "5x"}), "error: a number is expected, and a sensible one, for --steps");
  EXPECT_EQ(complaint({"--seed", "-1"}), "error: a number is expected for --seed");
  EXPECT_EQ(complaint({"--input", "x"}), "error: NAME=VALUE is expected for --input");
  std::vector<std::string> many;
  for (int i = 0; i <= GRADUS_MAX_BINDINGS; ++i)
    many.push_back("--input=x=1");
  EXPECT_EQ(complaint(many), "error: too many --input");
}

} // namespace
