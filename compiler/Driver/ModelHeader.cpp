//===- ModelHeader.cpp - The C header of a compiled model -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/ModelHeader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace gradus;

std::string gradus::modelHeader(const ModelTable &table) {
  std::string name;
  for (char c : table.name)
    name += isAlnum(c) ? toLower(c) : '_';
  std::string upper = StringRef(name).upper(), text;
  raw_string_ostream os(text);
  static const char *const entries[] = {"train", "eval", "predict"};
  os << "/* " << table.name << ".h - the model '" << table.name << "', compiled by " << table.compiler << ".\n"
     << " * Link with the library of the same compilation; see gradus/runtime.h for\n"
     << " * gradus_session_create and gradus_session_run. */\n"
     << "#ifndef GRADUS_MODEL_" << upper << "_H\n#define GRADUS_MODEL_" << upper
     << "_H\n\n#include \"gradus/runtime.h\"\n\n";
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    const EntryInfo &entry = table.entries[e];
    if (!entry.present)
      continue;
    std::string prefix = upper + "_" + StringRef(entries[e]).upper();
    os << "#define " << prefix << "_BATCH " << entry.batch << "\n";
    auto tensors = [&](ArrayRef<TensorInfo> list, StringRef what) {
      for (auto [i, t] : enumerate(list)) {
        std::string id;
        for (char c : t.name)
          id += isAlnum(c) ? toUpper(c) : '_';
        os << "#define " << prefix << "_" << what << "_" << id << " " << i << " /* ";
        static const char *const types[] = {"f32", "f64", "i32", "i64"};
        os << types[t.dtype] << "[";
        interleave(t.shape, os, [&](int64_t size) { os << size; }, ",");
        os << "], " << t.bytes << " bytes */\n";
      }
    };
    tensors(entry.inputs, "INPUT");
    tensors(entry.outputs, "OUTPUT");
    os << "\n";
  }
  os << "#define " << upper << "_VARIABLES_BYTES " << table.variablesBytes << "\n\n#endif\n";
  return text;
}
