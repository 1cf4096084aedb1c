//===- JsonTest.cpp - Writing JSON ----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "base/json.h"
}
#include <cmath>
#include <cstdlib>
#include <functional>
#include <gtest/gtest.h>
#include <string>

namespace {

std::string printed(const std::function<void(FILE *)> &print) {
  char *text = nullptr;
  size_t size = 0;
  FILE *out = open_memstream(&text, &size);
  print(out);
  fclose(out);
  std::string result(text, size);
  free(text);
  return result;
}

std::string number(double value, bool single) {
  return printed([&](FILE *out) { gradus_json_number(out, value, single); });
}

TEST(Json, NumbersReadBackTheSame) {
  EXPECT_EQ(number(0.1f, true), "0.1");
  EXPECT_EQ(number(0.1, false), "0.1");
  EXPECT_EQ(number(-3, true), "-3");
  for (double v : {1.0 / 3, 1e300, 5e-324, -2.5e-7})
    EXPECT_EQ(strtod(number(v, false).c_str(), nullptr), v);
  for (float v : {1.0f / 3, 3e38f, 1e-45f, -2.5e-7f})
    EXPECT_EQ(strtof(number(v, true).c_str(), nullptr), v);
}

TEST(Json, WhatIsNoNumberIsNull) {
  EXPECT_EQ(number(NAN, true), "null");
  EXPECT_EQ(number(-INFINITY, false), "null");
}

TEST(Json, StringsAreEscaped) {
  auto string = [](const char *text) { return printed([&](FILE *out) { gradus_json_string(out, text); }); };
  EXPECT_EQ(string("a \"b\" \\ \n é"), R"("a \"b\" \\ \u000a é")");
}

} // namespace
