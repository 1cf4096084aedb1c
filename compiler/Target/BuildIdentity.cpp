//===- BuildIdentity.cpp - Which compiler this is -------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/BuildIdentity.h"
#include "compiler/Support/Config.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Config/llvm-config.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Path.h"
#include <elf.h>
#include <link.h>

using namespace llvm;

/// The build ID in the notes of a loaded file, in hexadecimal; empty if it has none.
static std::string buildIdOf(const dl_phdr_info &file) {
  for (const ElfW(Phdr) &header : ArrayRef(file.dlpi_phdr, file.dlpi_phnum)) {
    if (header.p_type != PT_NOTE)
      continue;
    uint64_t align = header.p_align == 8 ? 8 : 4;
    StringRef notes(reinterpret_cast<const char *>(file.dlpi_addr + header.p_vaddr), header.p_memsz);
    while (notes.size() >= sizeof(ElfW(Nhdr))) {
      const auto *note = reinterpret_cast<const ElfW(Nhdr) *>(notes.data());
      StringRef name = notes.substr(sizeof(*note), note->n_namesz);
      uint64_t start = alignTo(sizeof(*note) + note->n_namesz, align);
      if (note->n_type == NT_GNU_BUILD_ID && name == StringRef("GNU\0", 4))
        return toHex(notes.substr(start, note->n_descsz));
      notes = notes.drop_front(std::min<size_t>(notes.size(), alignTo(start + note->n_descsz, align)));
    }
  }
  return "";
}

/// Adds what identifies a loaded file to `identity`, a std::string.
static int addFile(dl_phdr_info *file, size_t, void *identity) {
  StringRef path = file->dlpi_name, name = sys::path::filename(path);
  if (!path.empty() && !name.starts_with("libLLVM") && !name.starts_with("libMLIR"))
    return 0;
  std::string text = buildIdOf(*file);
  if (text.empty()) {
    sys::fs::file_status status;
    if (!sys::fs::status(path.empty() ? "/proc/self/exe" : path, status))
      text = utostr(status.getSize()) + "," + itostr(status.getLastModificationTime().time_since_epoch().count());
  }
  *static_cast<std::string *>(identity) += " " + text;
  return 0;
}

std::string gradus::buildIdentity() {
  std::string identity = "gradus " GRADUS_VERSION ", LLVM " LLVM_VERSION_STRING;
  dl_iterate_phdr(addFile, &identity);
  return identity;
}
