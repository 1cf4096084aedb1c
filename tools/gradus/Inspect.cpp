//===- Inspect.cpp - show, check, fmt, explain, doctor --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "dialects/rt/IR/RTDialect.h"
#include "tools/gradus/Commands.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Program.h"
#include "llvm/Support/raw_ostream.h"
#include "llvm/TargetParser/Host.h"
#include <thread>

using namespace llvm;
using namespace gradus;

static std::string shapeText(const TensorInfo &t) {
  static const char *const types[] = {"f32", "f64", "i32", "i64"};
  std::string text = types[t.dtype];
  raw_string_ostream os(text);
  os << "[";
  interleave(t.shape, os, [&](int64_t size) { os << size; }, ",");
  os << "]";
  return text;
}

int gradus::commandShow(ArrayRef<StringRef> args) {
  CompileOptions options;
  std::vector<std::string> rest;
  if (std::string error = parseCompileOptions(args, options, rest, /*keepUnknown=*/true); !error.empty())
    return usageError(error);
  bool kernels = is_contained(rest, "--kernels"), decisions = is_contained(rest, "--decisions");
  for (const std::string &r : rest)
    if (r != "--kernels" && r != "--decisions")
      return usageError("show does not know " + r);
  Compilation compilation(options);
  if (ExitCode code = compilation.lowerTo("kernels"))
    return code;
  if (decisions) {
    compilation.getModule().walk([](rt::KernelOp kernel) {
      outs() << kernel.getSymName() << " (" << rt::stringifyKernelKind(kernel.getKind()) << ")\n";
      if (mlir::ArrayAttr lines = kernel.getDecisionsAttr())
        for (mlir::Attribute line : lines)
          outs() << "  " << cast<mlir::StringAttr>(line).getValue() << "\n";
    });
    return kOk;
  }
  if (ExitCode code = compilation.lowerWhole())
    return code;
  const ModelTable &t = compilation.getTable();
  outs() << "model " << t.name << "\n\n";
  outs() << left_justify("parameter", 32) << left_justify("type", 24) << "elements\n";
  uint64_t total = 0;
  for (const VariableInfo &v : t.variables) {
    if (v.flags & GRADUS_VARIABLE_STATE)
      continue;
    uint64_t n = 1;
    for (int64_t size : v.tensor.shape)
      n *= size;
    total += n;
    outs() << left_justify(v.tensor.name, 32) << left_justify(shapeText(v.tensor), 24) << n
           << (v.flags & GRADUS_VARIABLE_FROZEN ? " (frozen)" : "") << "\n";
  }
  outs() << left_justify("total", 56) << total << "\n\n";
  static const char *const names[] = {"train", "eval", "predict"};
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    const EntryInfo &entry = t.entries[e];
    if (!entry.present)
      continue;
    outs() << names[e] << ": batch " << entry.batch << ", " << t.flops(e) << " FLOPs, " << entry.launches.size()
           << " kernels, arena " << entry.arenaBytes << " bytes\n";
    for (const TensorInfo &input : entry.inputs)
      outs() << "  input  " << left_justify(input.name, 16) << shapeText(input) << "\n";
    for (const TensorInfo &output : entry.outputs)
      outs() << "  output " << left_justify(output.name, 16) << shapeText(output) << "\n";
    if (!kernels)
      continue;
    outs() << "  " << right_justify("FLOPs", 12) << right_justify("bytes", 12) << right_justify("units", 8)
           << "  kernel\n";
    for (const LaunchInfo &launch : entry.launches) {
      const KernelInfo &k = t.kernels[launch.kernel];
      outs() << "  "
             << format("%12llu%12llu%8lld", (unsigned long long)k.flops, (unsigned long long)k.bytes,
                       (long long)k.units)
             << "  " << k.name << "  (" << k.location << ")\n";
    }
  }
  outs() << "peak memory " << t.peakBytes(1) << " bytes with one thread\n";
  return kOk;
}

int gradus::commandCheck(ArrayRef<StringRef> args) {
  int worst = kOk;
  if (args.empty())
    return usageError("which model?");
  for (StringRef path : args) {
    CompileOptions options;
    options.model = path.str();
    Compilation compilation(options);
    if (ExitCode code = compilation.lowerTo("kernels"))
      worst = code;
    else
      outs() << path << ": ok\n";
  }
  return worst;
}

int gradus::commandFmt(ArrayRef<StringRef> args) {
  bool checkOnly = false;
  int status = kOk;
  for (StringRef path : args) {
    if (path == "--check") {
      checkOnly = true;
      continue;
    }
    if (path.starts_with("--"))
      return usageError("fmt does not know " + path);
    std::unique_ptr<ModelFile> file = readModelFile(path);
    if (!file) {
      status = kInputError;
      continue;
    }
    if (file->binary) {
      errs() << path << ": error: binary models cannot be formatted\n";
      status = kInputError;
      continue;
    }
    std::string text = formatText(file->text);
    if (text == file->text)
      continue;
    if (checkOnly) {
      outs() << path << "\n";
      status = kInputError;
    } else if (Error e = writeOutput(path, text)) {
      errs() << "error: " << toString(std::move(e)) << "\n";
      status = kInputError;
    }
  }
  return status;
}

int gradus::commandExplain(ArrayRef<StringRef> args) {
  if (args.empty()) {
    for (const ErrorCodeInfo &info : allErrorCodes())
      outs() << info.code << "  " << info.explanation << "\n";
    return kOk;
  }
  StringRef text = explainErrorCode(args[0]);
  if (text.empty())
    return usageError("there is no error code '" + args[0] + "'; gradus explain lists them");
  outs() << args[0] << ": " << text << "\n";
  return kOk;
}

int gradus::commandDoctor(ArrayRef<StringRef>) {
  StringMap<bool> features = sys::getHostCPUFeatures();
  auto yes = [&](StringRef f) { return features.lookup(f) ? "yes" : "no"; };
  outs() << "CPU        " << sys::getHostCPUName() << ", " << std::thread::hardware_concurrency() << " processors\n"
         << "AVX2, FMA  " << yes("avx2") << ", " << yes("fma") << "\n"
         << "AVX-512    " << yes("avx512f") << "\n";
  ErrorOr<std::string> cc = sys::findProgramByName("cc");
  outs() << "linker     " << (cc ? *cc : "missing: apt-get install gcc") << "\n";
  std::string runtime = runtimeArchive("libgradus_runtime.a");
  bool present = sys::fs::exists(runtime);
  outs() << "runtime    " << runtime << (present ? "" : " (missing: build Gradus again)") << "\n";
  bool good = features.lookup("avx2") && features.lookup("fma") && cc && present;
  outs() << (good ? "all is well\n" : "something is missing\n");
  return good ? kOk : kInputError;
}
