//===- MathTest.cpp - Largest errors of the f32 functions -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Compiles a model whose layers are the functions, runs it over f32 bit
// patterns and compares with f64. Default: every 97th pattern (a prime, so that
// all exponents and mantissas occur); --all scans every one.
//
//===----------------------------------------------------------------------===//
#include "gradus/runtime.h"
#include "compiler/Driver/Compilation.h"
#include "compiler/Target/Object.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/FileUtilities.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/raw_ostream.h"
#include <cmath>
#include <cstring>
#include <dlfcn.h>

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

int main(int argc, char **argv) {
  bool all = argc > 1 && !strcmp(argv[1], "--all");
  llvm::SmallString<128> model, library;
  if (llvm::sys::fs::createTemporaryFile("functions", "txtpb", model) ||
      llvm::sys::fs::createTemporaryFile("functions", "so", library))
    return 1;
  llvm::FileRemover removeModel(model), removeLibrary(library);
  llvm::cantFail(writeOutput(model, kModel));
  CompileOptions options;
  options.model = model.str().str();
  options.output = library.str().str();
  options.emit = "shared-lib";
  options.quiet = true;
  if (Compilation(options).run() != kOk)
    return 1;
  void *handle = dlopen(options.output.c_str(), RTLD_NOW);
  auto query = reinterpret_cast<gradus_query_fn_t>(dlsym(handle, "functions_query"));
  auto create = reinterpret_cast<decltype(&gradus_session_create)>(dlsym(handle, "gradus_session_create"));
  auto run = reinterpret_cast<decltype(&gradus_session_run)>(dlsym(handle, "gradus_session_run"));
  auto output = reinterpret_cast<decltype(&gradus_session_output)>(dlsym(handle, "gradus_session_output"));
  auto destroy = reinterpret_cast<decltype(&gradus_session_destroy)>(dlsym(handle, "gradus_session_destroy"));
  gradus_session_t *session;
  gradus_error_t error;
  if (create(query(GRADUS_ABI_VERSION), 1, 0, &session, &error))
    return 1;
  constexpr int kCount = 65536;
  alignas(64) static float x[kCount];
  struct Function {
    const char *name;
    double (*exact)(double);
    double bound, worst = 0;
    float at = 0;
  } functions[] = {{"exp", std::exp, 1.1}, {"log", std::log, 1.0}, {"tanh", std::tanh, 2.0}, {"erf", std::erf, 1.3}};
  uint64_t step = all ? 1 : 97;
  for (uint64_t first = 0; first < (1ull << 32); first += step * kCount) {
    for (int i = 0; i < kCount; ++i) {
      uint32_t bits = static_cast<uint32_t>(std::min<uint64_t>(first + step * i, 0xffffffff));
      memcpy(&x[i], &bits, 4);
      if (std::fabs(x[i]) < 1.1754944e-38f)
        x[i] = 0; // subnormal arguments count as zero
    }
    void *inputs[] = {x};
    if (run(session, GRADUS_ENTRY_PREDICT, inputs, &error))
      return 1;
    for (int f = 0; f < 4; ++f) {
      const float *y = static_cast<const float *>(output(session, GRADUS_ENTRY_PREDICT, f));
      for (int i = 0; i < kCount; ++i) {
        double e = ulps(y[i], functions[f].exact(x[i]));
        if (!(e <= functions[f].worst)) {
          functions[f].worst = e;
          functions[f].at = x[i];
        }
      }
    }
  }
  destroy(session);
  bool good = true;
  for (const Function &f : functions) {
    llvm::outs() << f.name << ": largest error " << llvm::format("%.3f", f.worst) << " ulp, at "
                 << llvm::format("%.9g", f.at) << "\n";
    good &= f.worst <= f.bound;
  }
  return good ? 0 : 1;
}
