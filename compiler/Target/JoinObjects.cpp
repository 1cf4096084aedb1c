//===- JoinObjects.cpp - One object of several ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/JoinObjects.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringMap.h"
#include "llvm/MC/StringTableBuilder.h"
#include "llvm/Object/ELF.h"
#include <cstring>
#include <deque>

using namespace llvm;
using namespace gradus;
using File = object::ELFFile<object::ELF64LE>;
using Header = object::ELF64LE::Ehdr;
using SectionHeader = object::ELF64LE::Shdr;
using SymbolRow = object::ELF64LE::Sym;
using RelocationRow = object::ELF64LE::Rela;

static Error fail(const Twine &message) {
  return createStringError(inconvertibleErrorCode(), "objects cannot be joined: " + message);
}

namespace {

struct Section;

/// A symbol of the whole: of a section, a definition, or a name without one.
struct Symbol {
  std::string name;
  unsigned char info = 0;
  Section *section = nullptr; // null: defined nowhere
  uint64_t value = 0, size = 0;
  uint32_t index = 0; // in the table of symbols
  bool isLocal() const { return info >> 4 == ELF::STB_LOCAL; }
};

struct Relocation {
  uint64_t offset;
  uint32_t type;
  Symbol *symbol;
  int64_t addend;
};

/// A section of the whole.
struct Section {
  std::string name;
  uint32_t type;
  uint64_t flags, entrySize, align = 1, size = 0;
  SmallVector<char> bytes; // empty for SHT_NOBITS
  std::vector<Relocation> relocations;
  Symbol *symbol;
  uint32_t index = 0; // in the table of sections
};

/// Where a section of a part went.
struct Place {
  Section *section = nullptr; // null: dropped
  uint64_t base = 0;
};

/// What a symbol of a part is in the whole.
struct Reference {
  Symbol *symbol = nullptr;
  int64_t moved = 0; // how far its bytes are from where the part says
};

class Joiner {
public:
  Error add(const ObjectPart &part) {
    Expected<File> file = File::create(StringRef(part.bytes.data(), part.bytes.size()));
    if (!file)
      return file.takeError();
    if (file->getHeader().e_type != ELF::ET_REL || file->getHeader().e_machine != ELF::EM_X86_64)
      return fail("a part is no relocatable file for x86-64");
    auto headers = file->sections();
    if (!headers)
      return headers.takeError();
    std::vector<Place> places;
    for (const SectionHeader &header : *headers)
      if (Error e = addSection(*file, header, places))
        return e;
    std::vector<Reference> references;
    for (const SectionHeader &header : *headers)
      if (header.sh_type == ELF::SHT_SYMTAB)
        if (Error e = addSymbols(*file, header, part.name, places, references))
          return e;
    for (const SectionHeader &header : *headers)
      if (header.sh_type == ELF::SHT_RELA)
        if (Error e = addRelocations(*file, header, places, references))
          return e;
    return Error::success();
  }

  SmallVector<char> write() {
    std::vector<Symbol *> order = orderedSymbols();
    std::vector<std::string> relocationNames;
    for (const Section &section : sections)
      relocationNames.push_back(".rela" + section.name);
    StringTableBuilder names(StringTableBuilder::ELF), sectionNames(StringTableBuilder::ELF);
    for (Symbol *symbol : order)
      names.add(symbol->name);
    for (StringRef name : {".note.GNU-stack", ".symtab", ".strtab", ".shstrtab"})
      sectionNames.add(name);
    for (const Section &section : sections)
      sectionNames.add(section.name);
    for (StringRef name : relocationNames)
      sectionNames.add(name);
    names.finalize();
    sectionNames.finalize();

    out.assign(sizeof(Header), 0);
    table.push_back(SectionHeader{});
    for (Section &section : sections)
      writeSection(section, sectionNames.getOffset(section.name));
    size_t symtab = table.size() + count_if(sections, hasRelocations) + 1;
    for (auto [section, name] : zip_equal(sections, relocationNames))
      if (hasRelocations(section))
        writeRelocations(section, symtab, sectionNames.getOffset(name));
    addHeader(sectionNames.getOffset(".note.GNU-stack"), ELF::SHT_PROGBITS, 0, 1, 0);
    writeSymbols(order, names, sectionNames.getOffset(".symtab"));
    writeNames(names, sectionNames.getOffset(".strtab"));
    writeNames(sectionNames, sectionNames.getOffset(".shstrtab"));
    writeHeaders();
    return std::move(out);
  }

private:
  std::deque<Section> sections; // addresses stay
  std::deque<Symbol> symbols;
  StringMap<Symbol *> global; // by name: what parts declare or define for each other
  SmallVector<char> out;
  std::vector<SectionHeader> table; // of sections, as written so far

  static bool hasRelocations(const Section &section) { return !section.relocations.empty(); }

  //===--------------------------------------------------------------------===//
  // Reading
  //===--------------------------------------------------------------------===//

  Error addSection(const File &file, const SectionHeader &header, std::vector<Place> &places) {
    Place &place = places.emplace_back();
    if (!(header.sh_flags & ELF::SHF_ALLOC) || header.sh_size == 0)
      return Error::success();
    if (header.sh_flags & (ELF::SHF_GROUP | ELF::SHF_LINK_ORDER))
      return fail("a section belongs to others");
    Expected<StringRef> name = file.getSectionName(header);
    if (!name)
      return name.takeError();
    place.section = &sectionLike(*name, header);
    place.base = alignTo(place.section->size, std::max<uint64_t>(1, header.sh_addralign));
    place.section->align = std::max<uint64_t>(place.section->align, header.sh_addralign);
    place.section->size = place.base + header.sh_size;
    if (header.sh_type == ELF::SHT_NOBITS)
      return Error::success();
    Expected<ArrayRef<uint8_t>> bytes = file.getSectionContents(header);
    if (!bytes)
      return bytes.takeError();
    constexpr char kNop = '\x90';
    place.section->bytes.resize(place.base, header.sh_flags & ELF::SHF_EXECINSTR ? kNop : '\0');
    place.section->bytes.append(bytes->begin(), bytes->end());
    return Error::success();
  }

  Section &sectionLike(StringRef name, const SectionHeader &header) {
    for (Section &section : sections)
      if (section.name == name && section.type == header.sh_type && section.flags == header.sh_flags &&
          section.entrySize == header.sh_entsize)
        return section;
    Section &section = sections.emplace_back();
    section.name = name;
    section.type = header.sh_type;
    section.flags = header.sh_flags;
    section.entrySize = header.sh_entsize;
    section.symbol = &symbols.emplace_back();
    section.symbol->info = ELF::STB_LOCAL << 4 | ELF::STT_SECTION;
    section.symbol->section = &section;
    return section;
  }

  Error addSymbols(const File &file, const SectionHeader &header, StringRef name, ArrayRef<Place> places,
                   std::vector<Reference> &references) {
    auto rows = file.symbols(&header);
    if (!rows)
      return rows.takeError();
    Expected<StringRef> strings = file.getStringTableForSymtab(header);
    if (!strings)
      return strings.takeError();
    for (const SymbolRow &row : *rows) {
      Reference &reference = references.emplace_back();
      bool defined = row.st_shndx != ELF::SHN_UNDEF;
      if (row.st_shndx == ELF::SHN_ABS || (!defined && row.st_name == 0))
        continue; // the name of the source; the symbol of no name
      if (defined && (row.st_shndx >= places.size() || row.st_shndx >= ELF::SHN_LORESERVE))
        return fail("a symbol is in no section");
      Place place = defined ? places[row.st_shndx] : Place();
      if (defined && !place.section)
        continue; // of an empty section
      if (row.getType() == ELF::STT_SECTION) {
        reference = {place.section->symbol, static_cast<int64_t>(place.base)};
        continue;
      }
      Expected<StringRef> text = row.getName(*strings);
      if (!text)
        return text.takeError();
      bool ours = !name.empty() && text->starts_with(kPartFunction);
      std::string whole = ours ? name.str() + text->drop_front(kPartFunction.size()).str() : text->str();
      Symbol *symbol = row.getBinding() == ELF::STB_LOCAL ? nullptr : global.lookup(whole);
      if (!symbol) {
        symbol = &symbols.emplace_back();
        symbol->name = whole;
        symbol->info = row.st_info;
        if (row.getBinding() != ELF::STB_LOCAL)
          global[whole] = symbol;
      } else if (defined && symbol->section) {
        return fail("two parts define " + whole);
      }
      reference.symbol = symbol;
      if (!defined)
        continue;
      symbol->info = row.st_info;
      if (row.getVisibility() == ELF::STV_HIDDEN)
        symbol->info = ELF::STB_LOCAL << 4 | row.getType();
      symbol->section = place.section;
      symbol->value = place.base + row.st_value;
      symbol->size = row.st_size;
    }
    return Error::success();
  }

  Error addRelocations(const File &file, const SectionHeader &header, ArrayRef<Place> places,
                       ArrayRef<Reference> references) {
    if (header.sh_info >= places.size())
      return fail("relocations are of no section");
    Place target = places[header.sh_info];
    if (!target.section)
      return Error::success();
    auto rows = file.relas(header);
    if (!rows)
      return rows.takeError();
    for (const RelocationRow &row : *rows) {
      uint32_t index = row.getSymbol(/*isMips64EL=*/false);
      if (index >= references.size() || !references[index].symbol)
        return fail("a relocation has no symbol");
      auto [symbol, moved] = references[index];
      target.section->relocations.push_back(
          {target.base + row.r_offset, row.getType(/*isMips64EL=*/false), symbol, row.r_addend + moved});
    }
    return Error::success();
  }

  //===--------------------------------------------------------------------===//
  // Writing
  //===--------------------------------------------------------------------===//

  /// Local ones first, as the format has it, each with its index.
  std::vector<Symbol *> orderedSymbols() {
    std::vector<Symbol *> order;
    for (bool local : {true, false})
      for (Symbol &symbol : symbols)
        if (symbol.isLocal() == local)
          order.push_back(&symbol);
    for (auto [i, symbol] : enumerate(order))
      symbol->index = i + 1;
    return order;
  }

  /// Appends a section's header; its bytes begin at the end of what is written.
  SectionHeader &addHeader(uint32_t name, uint32_t type, uint64_t flags, uint64_t align, uint64_t size) {
    out.resize(alignTo(out.size(), align));
    SectionHeader &header = table.emplace_back(SectionHeader{});
    header.sh_name = name;
    header.sh_type = type;
    header.sh_flags = flags;
    header.sh_addralign = align;
    header.sh_offset = out.size();
    header.sh_size = size;
    return header;
  }

  template <typename Row>
  void append(const Row &row) {
    const char *bytes = reinterpret_cast<const char *>(&row);
    out.append(bytes, bytes + sizeof(Row));
  }

  void writeSection(Section &section, uint32_t name) {
    section.index = table.size();
    addHeader(name, section.type, section.flags, section.align, section.size).sh_entsize = section.entrySize;
    out.append(section.bytes.begin(), section.bytes.end());
  }

  void writeRelocations(const Section &section, uint32_t symtab, uint32_t name) {
    SectionHeader &header =
        addHeader(name, ELF::SHT_RELA, ELF::SHF_INFO_LINK, 8, section.relocations.size() * sizeof(RelocationRow));
    header.sh_link = symtab;
    header.sh_info = section.index;
    header.sh_entsize = sizeof(RelocationRow);
    for (const Relocation &relocation : section.relocations) {
      RelocationRow row{};
      row.r_offset = relocation.offset;
      row.setSymbolAndType(relocation.symbol->index, relocation.type, /*IsMips64EL=*/false);
      row.r_addend = relocation.addend;
      append(row);
    }
  }

  void writeSymbols(ArrayRef<Symbol *> order, const StringTableBuilder &names, uint32_t name) {
    SectionHeader &header = addHeader(name, ELF::SHT_SYMTAB, 0, 8, (order.size() + 1) * sizeof(SymbolRow));
    header.sh_link = table.size(); // the names are behind
    header.sh_info = count_if(order, [](const Symbol *symbol) { return symbol->isLocal(); }) + 1;
    header.sh_entsize = sizeof(SymbolRow);
    append(SymbolRow{});
    for (const Symbol *symbol : order) {
      SymbolRow row{};
      row.st_name = symbol->name.empty() ? 0 : names.getOffset(symbol->name);
      row.st_info = symbol->info;
      row.st_shndx = symbol->section ? symbol->section->index : uint32_t(ELF::SHN_UNDEF);
      row.st_value = symbol->value;
      row.st_size = symbol->size;
      append(row);
    }
  }

  void writeNames(const StringTableBuilder &names, uint32_t name) {
    addHeader(name, ELF::SHT_STRTAB, 0, 1, names.getSize());
    size_t start = out.size();
    out.resize(start + names.getSize());
    names.write(reinterpret_cast<uint8_t *>(out.data() + start));
  }

  void writeHeaders() {
    out.resize(alignTo(out.size(), 8));
    Header header{};
    memcpy(header.e_ident, ELF::ElfMagic, 4);
    header.e_ident[ELF::EI_CLASS] = ELF::ELFCLASS64;
    header.e_ident[ELF::EI_DATA] = ELF::ELFDATA2LSB;
    header.e_ident[ELF::EI_VERSION] = ELF::EV_CURRENT;
    header.e_type = ELF::ET_REL;
    header.e_machine = ELF::EM_X86_64;
    header.e_version = ELF::EV_CURRENT;
    header.e_shoff = out.size();
    header.e_ehsize = sizeof(Header);
    header.e_shentsize = sizeof(SectionHeader);
    header.e_shnum = table.size();
    header.e_shstrndx = table.size() - 1;
    memcpy(out.data(), &header, sizeof(Header));
    for (const SectionHeader &row : table)
      append(row);
  }
};

} // namespace

Expected<SmallVector<char>> gradus::joinObjects(ArrayRef<ObjectPart> parts) {
  Joiner joiner;
  for (const ObjectPart &part : parts)
    if (Error e = joiner.add(part))
      return e;
  return joiner.write();
}
