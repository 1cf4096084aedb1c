//===- CompareThreads.cpp - One thread against several --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Verify/Verifier.h"
#include "dialects/train/IR/TrainDialect.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/ScopeExit.h"
#include "llvm/Support/FormatVariadic.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace gradus;

/// More than two, and odd: shares of a kernel's work are then of unequal size.
static constexpr int kThreads = 3;

bool Verifier::runAll(int threads, std::vector<std::pair<std::string, std::string>> &bytes) const {
  gradus_error_t error;
  gradus_session_t *session = nullptr;
  if (library.create(library.model, threads, seed, &session, &error)) {
    errs() << "error: " << error.text << "\n";
    return false;
  }
  auto destroy = llvm::scope_exit([&] { library.destroy(session); });
  (void)stateOf(session); // fills the optimizer's
  auto note = [&](const Twine &name, const void *data, const gradus_tensor_t &tensor) {
    bytes.emplace_back(name.str(), std::string(static_cast<const char *>(data), tensor.bytes));
  };
  for (int e : {GRADUS_ENTRY_PREDICT, GRADUS_ENTRY_EVAL, GRADUS_ENTRY_TRAIN}) {
    const gradus_entry_t *entry = library.model->entries[e];
    if (!entry)
      continue;
    library.counters(session)[0] = 3;
    if (!run(session, e, randomInputs(e)))
      return false;
    for (uint64_t i = 0; i < entry->output_count; ++i)
      note(train::stringifyEntry(static_cast<train::Entry>(e)) + " " + entry->outputs[i].name,
           library.output(session, e, i), entry->outputs[i]);
  }
  for (uint64_t i = 0; i < library.model->variable_count; ++i) {
    const gradus_tensor_t &tensor = library.model->variables[i].tensor;
    note(Twine("step ") + tensor.name, library.variable(session, i), tensor);
  }
  return true;
}

bool Verifier::compareThreads() {
  std::vector<std::pair<std::string, std::string>> one, several;
  if (!runAll(1, one) || !runAll(kThreads, several))
    return false;
  std::string differs;
  for (auto [a, b] : zip_equal(one, several))
    if (a.second != b.second)
      differs += " " + a.first + ";";
  outs() << formatv("{0,-40}{1}\n", formatv("1 and {0} threads", kThreads),
                    differs.empty() ? "same bits" : "differ in" + differs);
  return differs.empty();
}
