//===- SessionTest.cpp - Sessions of a model written by hand --------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
extern "C" {
#include "session/session.h"
}
#include "Files.h"
#include <cmath>
#include <gtest/gtest.h>

using namespace gradus::test;

extern "C" {
// test/runtime/twin_model.c
GRADUS_DECLARE_MODEL(twin);
}

namespace {

class SessionTest : public testing::Test {
protected:
  const gradus_model_t *model = twin_query(GRADUS_ABI_VERSION);
  gradus_session_t *session = nullptr;
  gradus_error_t error = {};
  alignas(64) float x[2] = {1.0f, 0.5f};
  alignas(64) float t[2] = {3.0f, 1.5f};
  void *inputs[2] = {x, t};

  void SetUp() override { ASSERT_EQ(gradus_session_create(model, 3, 7, &session, &error), 0) << error.text; }
  ~SessionTest() override { gradus_session_destroy(session); }

  float weight(gradus_session_t *s) { return *static_cast<float *>(gradus_session_variable(s, 0)); }
};

TEST_F(SessionTest, TrainingCountsItsSteps) {
  int64_t *counters = gradus_session_counters(session);
  EXPECT_EQ(counters[0], 0);
  EXPECT_EQ(counters[2], 7);
  for (int i = 0; i < 60; ++i)
    ASSERT_EQ(gradus_session_run(session, GRADUS_ENTRY_TRAIN, inputs, &error), 0) << error.text;
  EXPECT_EQ(counters[0], 60);
  // The error shrinks by 1 - 0.5 * 2 * mean(x^2) = 0.375 a step.
  EXPECT_NEAR(weight(session), 3, 1e-5);
  ASSERT_EQ(gradus_session_run(session, GRADUS_ENTRY_PREDICT, inputs, &error), 0) << error.text;
  EXPECT_EQ(counters[0], 60);
  const float *y = static_cast<const float *>(gradus_session_output(session, GRADUS_ENTRY_PREDICT, 0));
  EXPECT_NEAR(y[0], 3, 1e-5);
  EXPECT_NEAR(y[1], 1.5, 1e-5);
  EXPECT_EQ(gradus_session_failure(session), nullptr);
}

TEST_F(SessionTest, WrongRunsRunNothing) {
  float before = weight(session);
  for (int entry : {-1, GRADUS_ENTRY_EVAL + 0, GRADUS_ENTRY_COUNT + 0, 1 << 30}) {
    EXPECT_EQ(gradus_session_run(session, entry, inputs, &error), -1) << entry;
    EXPECT_TRUE(says(error.text, "the model has no entry point")) << error.text;
  }
  EXPECT_EQ(gradus_session_run(session, GRADUS_ENTRY_TRAIN, nullptr, &error), -1);
  EXPECT_STREQ(error.text, "input 'x' is missing");
  void *half[] = {x, nullptr};
  EXPECT_EQ(gradus_session_run(session, GRADUS_ENTRY_TRAIN, half, &error), -1);
  EXPECT_STREQ(error.text, "input 't' is missing");
  void *shifted[] = {x, t + 1};
  EXPECT_EQ(gradus_session_run(session, GRADUS_ENTRY_TRAIN, shifted, &error), -1);
  EXPECT_STREQ(error.text, "input 't' is not on a 64-byte boundary");
  EXPECT_EQ(gradus_session_run(session, 17, inputs, nullptr), -1); // nobody wants the message
  EXPECT_EQ(weight(session), before);
  EXPECT_EQ(gradus_session_counters(session)[0], 0);
}

TEST_F(SessionTest, WhatIsNotThereIsNull) {
  EXPECT_EQ(gradus_session_output(session, GRADUS_ENTRY_TRAIN, 0), nullptr); // has not run
  ASSERT_EQ(gradus_session_run(session, GRADUS_ENTRY_TRAIN, inputs, &error), 0) << error.text;
  EXPECT_NE(gradus_session_output(session, GRADUS_ENTRY_TRAIN, 1), nullptr);
  EXPECT_EQ(gradus_session_output(session, GRADUS_ENTRY_TRAIN, 2), nullptr);
  EXPECT_EQ(gradus_session_output(session, GRADUS_ENTRY_EVAL, 0), nullptr);
  EXPECT_EQ(gradus_session_output(session, -1, 0), nullptr);
  EXPECT_EQ(gradus_session_variable(session, 1), nullptr);
}

TEST_F(SessionTest, InputsMayMove) {
  alignas(64) float other[2] = {-2, 4};
  void *moved[] = {other};
  ASSERT_EQ(gradus_session_run(session, GRADUS_ENTRY_PREDICT, inputs, &error), 0);
  ASSERT_EQ(gradus_session_run(session, GRADUS_ENTRY_PREDICT, moved, &error), 0);
  const float *y = static_cast<const float *>(gradus_session_output(session, GRADUS_ENTRY_PREDICT, 0));
  EXPECT_EQ(y[0], -2 * weight(session));
  EXPECT_EQ(y[1], 4 * weight(session));
}

TEST_F(SessionTest, SeedDecidesInitialValues) {
  gradus_session_t *same, *other;
  ASSERT_EQ(gradus_session_create(model, 1, 7, &same, &error), 0) << error.text;
  ASSERT_EQ(gradus_session_create(model, 1, 8, &other, &error), 0) << error.text;
  EXPECT_EQ(weight(session), weight(same));
  EXPECT_NE(weight(session), weight(other));
  gradus_session_destroy(same);
  gradus_session_destroy(other);
}

TEST_F(SessionTest, WeightsGoThroughFiles) {
  TempFolder folder;
  gradus_session_t *other;
  std::string path = folder.path("w");
  ASSERT_EQ(gradus_session_run(session, GRADUS_ENTRY_TRAIN, inputs, &error), 0);
  ASSERT_EQ(gradus_session_save_weights(session, path.c_str(), 1, &error), 0) << error.text;
  ASSERT_EQ(gradus_session_create(model, 1, 8, &other, &error), 0) << error.text;
  ASSERT_EQ(gradus_session_load_weights(other, path.c_str(), &error), 0) << error.text;
  EXPECT_EQ(weight(session), weight(other));

  // A flipped bit of the data is noticed, and the session stays as it was.
  std::string bytes = folder.read("w");
  bytes.back() ^= 1;
  folder.write("w", bytes);
  float before = weight(other);
  EXPECT_EQ(gradus_session_load_weights(other, path.c_str(), &error), -1);
  EXPECT_TRUE(says(error.text, "damaged")) << error.text;
  EXPECT_EQ(weight(other), before);
  EXPECT_EQ(gradus_session_load_weights(other, folder.path("none").c_str(), &error), -1);
  EXPECT_EQ(gradus_session_save_weights(session, folder.path("none/w").c_str(), 0, &error), -1);
  gradus_session_destroy(other);
}

TEST_F(SessionTest, FirstResultThatIsNotFiniteIsFound) {
  session->trace.find_nan = true;
  ASSERT_EQ(gradus_session_run(session, GRADUS_ENTRY_TRAIN, inputs, &error), 0);
  EXPECT_EQ(session->trace.nan_launch, nullptr);
  t[1] = INFINITY;
  ASSERT_EQ(gradus_session_run(session, GRADUS_ENTRY_TRAIN, inputs, &error), 0);
  ASSERT_NE(session->trace.nan_launch, nullptr);
  EXPECT_STREQ(session->trace.nan_launch->kernel->name, "step");
}

TEST(Session, CreateRefuses) {
  gradus_model_t model = *twin_query(GRADUS_ABI_VERSION);
  gradus_error_t error;
  gradus_session_t *session = reinterpret_cast<gradus_session_t *>(&model);
  EXPECT_EQ(twin_query(GRADUS_ABI_VERSION + 1), nullptr);
  for (int threads : {0, -1, 1025}) {
    EXPECT_EQ(gradus_session_create(&model, threads, 0, &session, &error), -1);
    EXPECT_EQ(session, nullptr);
  }
  EXPECT_EQ(gradus_session_create(nullptr, 1, 0, &session, &error), -1);
  model.abi_version = 99;
  EXPECT_EQ(gradus_session_create(&model, 1, 0, &session, &error), -1);
  EXPECT_TRUE(says(error.text, "another version")) << error.text;
  model = *twin_query(GRADUS_ABI_VERSION);
  model.variables_bytes = uint64_t{1} << 60;
  EXPECT_EQ(gradus_session_create(&model, 1, 0, &session, &error), -1);
  EXPECT_TRUE(says(error.text, "could not be allocated")) << error.text;
  EXPECT_EQ(session, nullptr);
  gradus_session_destroy(nullptr);
}

} // namespace
