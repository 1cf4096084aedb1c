//===- main.cpp - The gradus driver ---------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Support/Config.h"
#include "compiler/TextFormat/Diagnostics.h"
#include "tools/gradus/Commands.h"
#include "tools/gradus/Options.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/Format.h"
#include "llvm/Support/InitLLVM.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace gradus;

namespace {

struct Command {
  StringLiteral name, arguments, help;
  int (*run)(ArrayRef<StringRef> args);
};

constexpr Command kCommands[] = {
    {"compile", "MODEL -o OUT", "compile a model to a program, a library, or any stage of the IR", commandCompile},
    {"train", "MODEL --data DIR …", "compile, then OUT train", commandTrain},
    {"eval", "MODEL --data DIR --weights FILE", "compile, then OUT eval", commandEval},
    {"predict", "MODEL --weights FILE --input NAME=@X.npy", "compile, then OUT predict", commandPredict},
    {"bench", "MODEL [--threads T] [--kernels]", "compile, then OUT bench", commandBench},
    {"verify", "MODEL [--seed N]",
     "compare compiled code with the reference evaluator, gradients with finite differences", commandVerify},
    {"show", "MODEL [--kernels] [--decisions]", "parameters, layers, memory and kernels of a model", commandShow},
    {"check", "MODEL…", "report errors in models", commandCheck},
    {"fmt", "[--check] MODEL…", "format models", commandFmt},
    {"explain", "CODE", "what an error code means", commandExplain},
    {"doctor", "", "what this machine offers", commandDoctor},
};

void usage(raw_ostream &os) {
  os << "Gradus compiles models to programs that train and predict.\n\nusage: gradus COMMAND …\n\n";
  for (const Command &c : kCommands)
    os << "  " << left_justify(c.name, 9) << c.help << "\n";
  os << "\ngradus COMMAND --help says more. A compiled program has its own --help.\n";
}

void commandUsage(raw_ostream &os, const Command &c) {
  os << "usage: gradus " << c.name << (c.arguments.empty() ? "" : " ") << c.arguments << "\n\n" << c.help << "\n";
  if (c.run == commandFmt || c.run == commandCheck || c.run == commandExplain || c.run == commandDoctor)
    return;
  os << "\noptions\n";
  for (const OptionInfo &o : compileOptionTable())
    if (!o.help.empty())
      os << "  " << left_justify((o.name + (o.value.empty() ? "" : " ") + o.value).str(), 24) << o.help << "\n";
  if (c.run == commandTrain || c.run == commandEval || c.run == commandPredict || c.run == commandBench)
    os << "All other options go to the program; see OUT --help.\n";
}

} // namespace

int main(int argc, char **argv) {
  InitLLVM init(argc, argv);
  setBugReportMsg("This is a bug in Gradus; please report it with the model file.\n");
  if (argc < 2) {
    usage(errs());
    return kUsage;
  }
  StringRef name = argv[1];
  if (name == "--help" || name == "-h" || name == "help") {
    usage(outs());
    return kOk;
  }
  if (name == "--version" || name == "version") {
    outs() << "gradus " GRADUS_VERSION " (LLVM " << LLVM_VERSION_MAJOR << ")\n";
    return kOk;
  }
  SmallVector<StringRef> args(argv + 2, argv + argc), names;
  for (const Command &c : kCommands) {
    names.push_back(c.name);
    if (c.name != name)
      continue;
    if (is_contained(args, "--help")) {
      commandUsage(outs(), c);
      return kOk;
    }
    return c.run(args);
  }
  StringRef guess = closest(name, names);
  errs() << "error: there is no command '" << name << "'"
         << (guess.empty() ? "" : "; did you mean '" + guess.str() + "'?") << "\ntry: gradus --help\n";
  return kUsage;
}
