//===- ModelHeader.cpp - The C header of a compiled model -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/ModelHeader.h"
#include "dialects/train/IR/TrainDialect.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/raw_ostream.h"

using namespace llvm;
using namespace gradus;

std::string gradus::modelHeader(const ModelTable &table) {
  std::string name = symbolOfModel(table.name), upper = StringRef(name).upper(), text;
  raw_string_ostream os(text);
  os << "// " << name << ".h - the model '" << table.name << "', compiled by " << table.compiler << ".\n"
     << "//\n"
     << "// Link with the library of the same compilation; a static library needs the\n"
     << "// runtime beside it (libgradus_runtime.a). gradus/runtime.h says how to run it.\n"
     << "#ifndef GRADUS_MODEL_" << upper << "_H\n#define GRADUS_MODEL_" << upper
     << "_H\n\n#include \"gradus/runtime.h\"\n\n"
     << "#ifdef __cplusplus\nextern \"C\" {\n#endif\n"
     << "/// The model's table, or null if the runtime's headers are of another version.\n"
     << "GRADUS_DECLARE_MODEL(" << name << ");\n"
     << "#ifdef __cplusplus\n}\n#endif\n\n";
  for (int e = 0; e < GRADUS_ENTRY_COUNT; ++e) {
    const EntryInfo &entry = table.entries[e];
    if (!entry.present)
      continue;
    std::string prefix = upper + "_" + train::stringifyEntry(static_cast<train::Entry>(e)).upper();
    os << "#define " << prefix << "_BATCH " << entry.batch << "\n";
    auto tensors = [&](ArrayRef<TensorInfo> list, StringRef what) {
      for (auto [i, t] : enumerate(list)) {
        std::string id;
        for (char c : t.name)
          id += isAlnum(c) ? toUpper(c) : '_';
        os << "#define " << prefix << "_" << what << "_" << id << " " << i << " /* ";
#define GRADUS_NAME(suffix, number, type, safetensors, npy, text) text,
        static const char *const types[] = {GRADUS_DTYPES(GRADUS_NAME)};
#undef GRADUS_NAME
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
