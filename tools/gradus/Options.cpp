//===- Options.cpp - The command line of gradus ---------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "tools/gradus/Options.h"
#include "compiler/TextFormat/Diagnostics.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace gradus;

static constexpr OptionInfo kOptions[] = {
    {"-o", "FILE", "where the result goes; - is standard output", [](CompileOptions &o, StringRef v) { o.output = v; }},
    {"--emit", "STAGE",
     "import, gradient, kernels, linalg, vector, model, llvm, llvm-ir, asm, obj, exe, shared-lib, static-lib, header; "
     "with --target=cuda: import, gradient, kernels, linalg, gpu, model, nvvm, llvm-ir, ptx, cubin, obj, exe, …",
     [](CompileOptions &o, StringRef v) { o.emit = v; }},
    {"--name", "NAME", "what the model is called in symbols, headers and files, instead of the name in its file",
     [](CompileOptions &o, StringRef v) { o.name = v; }},
    {"--dim", "NAME=N", "the size of a symbolic dimension, such as batch=64", nullptr},
    {"--target", "TRIPLE", "what to compile for: cuda, or a CPU's triple (this machine)",
     [](CompileOptions &o, StringRef v) {
       o.target = v == "cuda" ? TargetKind::GPU : TargetKind::CPU;
       o.triple = v == "cuda" ? "" : v.str();
     }},
    {"--mcpu", "CPU", "native, x86-64-v3, skylake-avx512, …", [](CompileOptions &o, StringRef v) { o.cpu = v; }},
    {"--gpu", "GPU", "with --target=cuda: sm_80, sm_90a, …; it need not be present",
     [](CompileOptions &o, StringRef v) { o.gpu = v; }},
    {"--gpu-spec", "FILE", "with --target=cuda: what a GPU can do: target, memory_gb_per_s, f32_tflops, …",
     [](CompileOptions &o, StringRef v) { o.gpuSpec = v; }},
    {"--cuda-path", "DIR", "a CUDA toolkit, to embed machine code beside PTX (CUDA_HOME, /usr/local/cuda); or none",
     [](CompileOptions &o, StringRef v) { o.cudaPath = v; }},
    {"--simulate", "", "with --target=cuda: a program that runs the GPU's kernels on this machine, with checks",
     [](CompileOptions &o, StringRef) { o.simulate = true; }},
    {"--precision", "P", "F32, TF32 or BF16: how a GPU may multiply, instead of what the model says",
     [](CompileOptions &o, StringRef v) { o.precision = v.str(); }},
    {"--mattr", "LIST", "CPU features, such as +avx512f,-avx512vnni",
     [](CompileOptions &o, StringRef v) { o.features = v; }},
    {"-O0", "", "no optimisation by LLVM; on a GPU, a launch per kernel",
     [](CompileOptions &o, StringRef) { o.optLevel = 0; }},
    {"-O1", "", "", [](CompileOptions &o, StringRef) { o.optLevel = 1; }},
    {"-O2", "", "", [](CompileOptions &o, StringRef) { o.optLevel = 2; }},
    {"-O3", "", "all optimisations (the default)", [](CompileOptions &o, StringRef) { o.optLevel = 3; }},
    {"--cache-dir", "DIR", "where compiled kernels are kept ($XDG_CACHE_HOME/gradus or ~/.cache/gradus); or none",
     [](CompileOptions &o, StringRef v) { o.cacheDir = v.str(); }},
    {"--jobs", "N", "how many threads compile (as many as there are processors)", nullptr},
    {"--print-ir-after", "PASS", "print the IR after this pass; see gradus-opt --help",
     [](CompileOptions &o, StringRef v) { o.printAfter.push_back(v.str()); }},
    {"--print-ir-after-all", "", "print the IR after every pass",
     [](CompileOptions &o, StringRef) { o.printAfter.push_back("all"); }},
    {"--dump-dir", "DIR", "write the IR after every stage there",
     [](CompileOptions &o, StringRef v) { o.dumpDir = v; }},
    {"--locations", "", "print file, line and column of every op",
     [](CompileOptions &o, StringRef) { o.locations = true; }},
    {"--timing", "", "time per pass", [](CompileOptions &o, StringRef) { o.timing = true; }},
    {"--quiet", "", "no summary", [](CompileOptions &o, StringRef) { o.quiet = true; }},
};

/// True for what can be a part of C identifiers and of file names.
static bool isIdentifier(StringRef name) {
  return !name.empty() && isAlpha(name[0]) && llvm::all_of(name, [](char c) { return isAlnum(c) || c == '_'; });
}

ArrayRef<OptionInfo> gradus::compileOptionTable() { return kOptions; }

std::string gradus::parseCompileOptions(ArrayRef<StringRef> args, CompileOptions &options,
                                        std::vector<std::string> &rest, bool keepUnknown) {
  for (size_t i = 0; i < args.size(); ++i) {
    StringRef arg = args[i];
    if (!arg.starts_with("-") || arg == "-") {
      if (options.model.empty())
        options.model = arg.str();
      else if (keepUnknown)
        rest.push_back(arg.str());
      else
        return ("one model at a time: " + arg).str();
      continue;
    }
    auto [name, value] = arg.split('=');
    bool inlineValue = arg.contains('=');
    const OptionInfo *info = llvm::find_if(kOptions, [&](const OptionInfo &o) { return o.name == name; });
    if (info == std::end(kOptions)) {
      if (keepUnknown) {
        rest.push_back(arg.str());
        // A value of an option that is not ours.
        if (!inlineValue && i + 1 < args.size() && !args[i + 1].starts_with("-") &&
            (!options.model.empty() || !(args[i + 1].ends_with(".txtpb") || args[i + 1].ends_with(".pb"))))
          rest.push_back(args[++i].str());
        continue;
      }
      SmallVector<StringRef> names;
      for (const OptionInfo &o : kOptions)
        names.push_back(o.name);
      StringRef guess = closest(name, names);
      return ("there is no option " + name + (guess.empty() ? "" : "; did you mean " + guess.str() + "?")).str();
    }
    if (info->value.empty()) {
      if (inlineValue)
        return (name + " takes no value").str();
    } else if (!inlineValue) {
      if (i + 1 == args.size())
        return (name + " needs " + info->value).str();
      value = args[++i];
    }
    if (name == "--dim") {
      auto [dim, number] = value.split('=');
      int64_t size;
      if (dim.empty() || !to_integer(number, size, 10) || size < 1)
        return ("--dim " + value + ": write NAME=N with N at least 1").str();
      options.dims[dim] = size;
      continue;
    }
    if (name == "--jobs") {
      if (!to_integer(value, options.jobs, 10) || options.jobs < 1)
        return ("--jobs " + value + ": write a number, at least 1").str();
      continue;
    }
    if (name == "--name" && !isIdentifier(value))
      return ("--name " + value + ": use letters, digits and _, beginning with a letter").str();
    info->set(options, value);
  }
  if (options.model.empty())
    return "which model? give a .txtpb or .pb file";
  return "";
}
