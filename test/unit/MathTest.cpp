//===- MathTest.cpp - Largest errors of the f32 functions -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles a model whose layers are the functions, runs it over f32 bit
// patterns and compares with f64. Default: every 97th pattern (a prime, so that
// all exponents and mantissas occur); --all scans every one.
//
//===----------------------------------------------------------------------===//
#include "compiler/Driver/Compilation.h"
#include "compiler/Target/Object.h"
#include "gradus/runtime.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>
#include <dlfcn.h>
#include <gtest/gtest.h>

using namespace gradus;

static constexpr char kModel[] = R"(
format_version: 1 name: "functions"
input { name: "x" type: "f32[batch,65536]" }
layer { exp {} input: "x" output: "exp" }
layer { log {} input: "x" output: "log" }
layer { tanh {} input: "x" output: "tanh" }
layer { erf {} input: "x" output: "erf" }
output: "exp" output: "log" output: "tanh" output: "erf"
)";

/// Error of `got` in units of the last place of the f32 nearest `want`.
static double ulps(float got, double want) {
  float nearest = static_cast<float>(want);
  if (std::isnan(want) || std::isinf(nearest) || std::isinf(got) || std::isnan(got))
    return (std::isnan(want) && std::isnan(got)) || got == nearest ? 0
           // The largest finite number and infinity are neighbours.
           : std::isinf(got) != std::isinf(nearest) && std::fabs(want) > 3.4028e38 ? 1
                                                                                   : INFINITY;
  if (std::fabs(want) < 1.1754944e-38)
    return std::fabs(got) <= 1.1754944e-38 ? 0 : INFINITY; // flushed to zero
  int exponent;
  std::frexp(nearest, &exponent);
  return std::fabs(got - want) / std::ldexp(1.0, exponent - 24);
}

/// A function of the model, and what was found of it.
struct Function {
  const char *name;
  double (*exact)(double);
  double bound; // in units of the last place; see compiler/docs/math.md
  double worst = 0;
  float at = 0;
};

/// In the order of the model's outputs.
static Function functions[] = {
    {"exp", std::exp, 1.1}, {"log", std::log, 1.0}, {"tanh", std::tanh, 2.0}, {"erf", std::erf, 1.3}};

/// Whether every f32 is an argument (--all).
static bool scanAll = false;

namespace {

/// The compiled model. `session` is null if something failed.
class CompiledModel {
public:
  CompiledModel() {
    llvm::SmallString<128> model, library;
    if (llvm::sys::fs::createTemporaryFile("functions", "txtpb", model) ||
        llvm::sys::fs::createTemporaryFile("functions", "so", library))
      return;
    llvm::FileRemover removeModel(model), removeLibrary(library);
    llvm::cantFail(writeOutput(model, kModel));
    CompileOptions options;
    options.model = model.str().str();
    options.output = library.str().str();
    options.emit = "shared-lib";
    options.quiet = true;
    if (Compilation(options).run() != kOk)
      return;
    handle = dlopen(options.output.c_str(), RTLD_NOW);
    if (!handle)
      return;
    auto query = symbol<gradus_query_fn_t>("functions_query");
    auto create = symbol<decltype(&gradus_session_create)>("gradus_session_create");
    gradus_error_t error;
    if (create(query(GRADUS_ABI_VERSION), 1, 0, &session, &error))
      session = nullptr;
  }
  ~CompiledModel() {
    if (session)
      symbol<decltype(&gradus_session_destroy)>("gradus_session_destroy")(session);
  }

  template <typename T>
  T symbol(const char *name) const {
    return reinterpret_cast<T>(dlsym(handle, name));
  }

  void *handle = nullptr;
  gradus_session_t *session = nullptr;
};

/// Finds the largest error of each function.
class MathTest : public testing::TestWithParam<int> {
protected:
  static void SetUpTestSuite() {
    CompiledModel model;
    ASSERT_TRUE(model.session);
    auto run = model.symbol<decltype(&gradus_session_run)>("gradus_session_run");
    auto output = model.symbol<decltype(&gradus_session_output)>("gradus_session_output");
    constexpr int kCount = 65536;
    alignas(64) static float x[kCount];
    uint64_t step = scanAll ? 1 : 97;
    for (uint64_t first = 0; first < (1ull << 32); first += step * kCount) {
      for (int i = 0; i < kCount; ++i) {
        uint32_t bits = static_cast<uint32_t>(std::min<uint64_t>(first + step * i, 0xffffffff));
        memcpy(&x[i], &bits, 4);
        if (std::fabs(x[i]) < 1.1754944e-38f)
          x[i] = 0; // subnormal arguments count as zero
      }
      void *inputs[] = {x};
      gradus_error_t error;
      ASSERT_EQ(run(model.session, GRADUS_ENTRY_PREDICT, inputs, &error), 0) << error.text;
      for (auto [f, function] : llvm::enumerate(functions))
        compare(x, static_cast<const float *>(output(model.session, GRADUS_ENTRY_PREDICT, f)), kCount, function);
    }
    scanned = true;
  }

  static void compare(const float *x, const float *y, int count, Function &f) {
    for (int i = 0; i < count; ++i) {
      double error = ulps(y[i], f.exact(x[i]));
      if (!(error <= f.worst)) {
        f.worst = error;
        f.at = x[i];
      }
    }
  }

  static inline bool scanned = false;
};

TEST_P(MathTest, LargestErrorIsWithinItsBound) {
  ASSERT_TRUE(scanned);
  const Function &f = functions[GetParam()];
  llvm::outs() << f.name << ": largest error " << llvm::format("%.3f", f.worst) << " ulp, at "
               << llvm::format("%.9g", f.at) << "\n";
  llvm::outs().flush();
  EXPECT_LE(f.worst, f.bound);
}

INSTANTIATE_TEST_SUITE_P(Functions, MathTest, testing::Range(0, 4),
                         [](const testing::TestParamInfo<int> &info) { return functions[info.param].name; });

} // namespace

int main(int argc, char **argv) {
  testing::InitGoogleTest(&argc, argv);
  scanAll = argc > 1 && !strcmp(argv[1], "--all");
  return RUN_ALL_TESTS();
}
