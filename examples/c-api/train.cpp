//===- train.cpp - Training a compiled model from C++ ---------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// The program of train.c in C++: the session is owned by a smart pointer, and
// errors are exceptions.
//
//===----------------------------------------------------------------------===//
#include "curve.h"
#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <memory>
#include <stdexcept>
#include <string>
#include <vector>

namespace {

constexpr size_t kBatch = CURVE_TRAIN_BATCH;

/// Throws the message of a call that failed.
void check(int failed, const gradus_error_t &error) {
  if (failed)
    throw std::runtime_error(error.text);
}

struct DestroySession {
  void operator()(gradus_session_t *session) const { gradus_session_destroy(session); }
};
using Session = std::unique_ptr<gradus_session_t, DestroySession>;

Session createSession(const gradus_model_t &model) {
  gradus_error_t error;
  gradus_session_t *session;
  check(gradus_session_create(&model, 1, model.recipe.seed, &session, &error), error);
  return Session(session);
}

void train(const std::string &data, int64_t steps, const std::string &weights) {
  std::vector<float> x, y;
  std::ifstream file(data);
  char comma;
  for (float a, b; file >> a >> comma >> b;) {
    x.push_back(a);
    y.push_back(b);
  }
  if (x.size() < kBatch)
    throw std::runtime_error(data + ": holds less than a batch");

  const gradus_model_t *model = curve_query(GRADUS_ABI_VERSION);
  if (!model)
    throw std::runtime_error("the model was compiled for another version of the runtime");
  Session session = createSession(*model);
  alignas(64) float batchX[kBatch], batchY[kBatch];
  void *inputs[2];
  inputs[CURVE_TRAIN_INPUT_X] = batchX;
  inputs[CURVE_TRAIN_INPUT_Y] = batchY;

  gradus_error_t error;
  float loss = 0;
  int64_t *counters = gradus_session_counters(session.get()); // steps done, steps planned, seed
  counters[1] = steps;
  while (counters[0] < steps) {
    size_t first = counters[0] % (x.size() / kBatch) * kBatch;
    std::copy_n(&x[first], kBatch, batchX);
    std::copy_n(&y[first], kBatch, batchY);
    check(gradus_session_run(session.get(), GRADUS_ENTRY_TRAIN, inputs, &error), error);
    loss =
        *static_cast<const float *>(gradus_session_output(session.get(), GRADUS_ENTRY_TRAIN, CURVE_TRAIN_OUTPUT_LOSS));
  }
  std::printf("{\"steps\": %lld, \"loss\": %.9g}\n", static_cast<long long>(counters[0]), static_cast<double>(loss));
  check(gradus_session_save_weights(session.get(), weights.c_str(), 0, &error), error);
}

} // namespace

int main(int argc, char **argv) {
  if (argc != 4) {
    std::cerr << "usage: " << argv[0] << " curve.csv STEPS WEIGHTS\n";
    return 2;
  }
  try {
    train(argv[1], std::atoll(argv[2]), argv[3]);
  } catch (const std::exception &e) {
    std::cerr << "error: " << e.what() << "\n";
    return 1;
  }
}
