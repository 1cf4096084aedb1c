//===- SplitProgram.cpp - The parts of a program --------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Driver/SplitProgram.h"
#include "compiler/Conversion/KernelEntry.h"
#include "compiler/Target/JoinObjects.h"
#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "mlir/IR/SymbolTable.h"
#include "llvm/ADT/SetVector.h"
#include "llvm/ADT/StringSet.h"

using namespace mlir;
using namespace gradus;

std::string gradus::entryNameOf(StringRef kernel) { return (kernel + ".entry").str(); }

/// The rt.model alone; its kernels are entry functions that other parts define.
static ProgramPart modelPart(ModuleOp module, rt::ModelOp model) {
  ProgramPart part;
  part.module = ModuleOp::create(module.getLoc());
  OpBuilder b = OpBuilder::atBlockEnd(part.module->getBody());
  auto clone = cast<rt::ModelOp>(b.clone(*model));
  llvm::StringSet<llvm::MallocAllocator> declared;
  clone.walk([&](Operation *op) {
    ++part.size;
    auto kernel = dyn_cast<rt::ModelKernelOp>(op);
    if (!kernel)
      return;
    std::string entry = entryNameOf(kernel.getFunction());
    kernel.setFunction(entry);
    if (!declared.insert(entry).second)
      return;
    auto function = LLVM::LLVMFuncOp::create(b, kernel.getLoc(), entry, kernelEntryType(b.getContext()));
    function.setVisibility_(LLVM::Visibility::Hidden);
  });
  return part;
}

/// One kernel and the constants it reads.
static ProgramPart kernelPart(ModuleOp module, const SymbolTable &symbols, func::FuncOp kernel) {
  ProgramPart part;
  part.module = ModuleOp::create(module.getLoc());
  part.kernel = kernel.getSymName();
  OpBuilder b = OpBuilder::atBlockEnd(part.module->getBody());
  auto clone = cast<func::FuncOp>(b.clone(*kernel));
  llvm::SetVector<Attribute> used;
  clone.walk([&](Operation *op) {
    ++part.size;
    for (NamedAttribute attribute : op->getAttrs())
      attribute.getValue().walk([&](FlatSymbolRefAttr symbol) { used.insert(symbol.getAttr()); });
  });
  for (Attribute name : used)
    if (Operation *op = symbols.lookup(cast<StringAttr>(name)))
      b.clone(*op);
  clone.setSymName(kPartFunction);
  return part;
}

std::vector<ProgramPart> gradus::splitProgram(ModuleOp module) {
  std::vector<ProgramPart> parts;
  SymbolTable symbols(module);
  for (auto model : module.getOps<rt::ModelOp>())
    parts.push_back(modelPart(module, model));
  for (auto kernel : module.getOps<func::FuncOp>())
    if (!kernel.isDeclaration())
      parts.push_back(kernelPart(module, symbols, kernel));
  return parts;
}
