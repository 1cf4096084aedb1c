//===- PTX.cpp - From NVVM to PTX -----------------------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/PTX.h"
#include "compiler/Codegen/GPU/GPUTarget.h"
#include "compiler/Target/Object.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/ADT/MapVector.h"
#include "llvm/IR/Constants.h"
#include "llvm/IR/LegacyPassManager.h"
#include "llvm/IR/ReplaceConstant.h"
#include "llvm/MC/MCSubtargetInfo.h"
#include "llvm/MC/TargetRegistry.h"
#include "llvm/Support/TargetSelect.h"

using namespace llvm;
using namespace gradus;

static Error fail(const Twine &message) { return createStringError(inconvertibleErrorCode(), message); }

Expected<std::unique_ptr<TargetMachine>> gradus::createGPUTargetMachine(StringRef gpu, int optLevel) {
  LLVMInitializeNVPTXTargetInfo();
  LLVMInitializeNVPTXTarget();
  LLVMInitializeNVPTXTargetMC();
  LLVMInitializeNVPTXAsmPrinter();
  Triple triple("nvptx64-nvidia-cuda");
  std::string error;
  const Target *target = TargetRegistry::lookupTarget(triple, error);
  if (!target)
    return fail("LLVM was built without NVPTX: " + error);
  std::unique_ptr<MCSubtargetInfo> any(target->createMCSubtargetInfo(triple, "", ""));
  if (!any || !gpu.starts_with("sm_") || !any->isCPUStringValid(gpu))
    return fail("unknown GPU '" + gpu + "'; for example sm_80 (A100), sm_89 (L4), sm_90a (H100)");
  if (!gpu::gpuTargetOf(gpu))
    return fail("GPU '" + gpu + "' is too old: warps of independent threads begin with sm_70");
  TargetOptions options;
  options.AllowFPOpFusion = FPOpFusion::Fast; // a * b + c is an fma
  std::unique_ptr<TargetMachine> machine(target->createTargetMachine(
      triple, gpu, "", options, std::nullopt, std::nullopt, static_cast<CodeGenOptLevel>(optLevel)));
  if (!machine)
    return fail("LLVM cannot generate code for " + gpu);
  return machine;
}

Expected<std::unique_ptr<Module>> gradus::translateKernels(mlir::ModuleOp module, LLVMContext &context,
                                                           TargetMachine &machine) {
  // The kernels, alone in a module of their own.
  mlir::OwningOpRef<mlir::ModuleOp> kernels = mlir::ModuleOp::create(module.getLoc());
  for (auto part : module.getOps<mlir::gpu::GPUModuleOp>())
    for (mlir::Operation &op : *part.getBody())
      kernels->push_back(op.clone());
  std::unique_ptr<Module> translated = mlir::translateModuleToLLVMIR(*kernels, context, "kernels");
  if (!translated)
    return fail("translation to LLVM IR failed; this is a bug in Gradus");
  for (Function &f : *translated)
    if (!f.isDeclaration())
      f.addFnAttr("denormal-fp-math-f32", "preserve-sign,preserve-sign");
  translated->setTargetTriple(machine.getTargetTriple());
  translated->setDataLayout(machine.createDataLayout());
  return translated;
}

bool gradus::isSharedDynamic(uint64_t bytes) { return bytes > gpu::kMaxStaticSharedBytes; }

void gradus::placeDynamicShared(Module &kernels) {
  constexpr unsigned kShared = 3;
  const DataLayout &layout = kernels.getDataLayout();
  MapVector<Function *, SmallVector<GlobalVariable *>> buffers;
  for (GlobalVariable &g : kernels.globals())
    if (g.getAddressSpace() == kShared) {
      convertUsersOfConstantsToInstructions({&g});
      if (!g.use_empty()) // a buffer belongs to one kernel
        buffers[cast<Instruction>(*g.user_begin())->getFunction()].push_back(&g);
    }
  auto bytesOf = [&](GlobalVariable *g) { return alignTo(layout.getTypeAllocSize(g->getValueType()), 16); };
  GlobalVariable *dynamic = nullptr;
  for (auto &[function, list] : buffers) {
    uint64_t total = 0;
    for (GlobalVariable *g : list)
      total += bytesOf(g);
    if (!isSharedDynamic(total))
      continue;
    Type *i8 = Type::getInt8Ty(kernels.getContext());
    if (!dynamic) {
      // PTX's way: an array without a size, defined elsewhere.
      dynamic = new GlobalVariable(kernels, ArrayType::get(i8, 0), /*isConstant=*/false, GlobalValue::ExternalLinkage,
                                   nullptr, "gradus_dynamic_shared", nullptr, GlobalValue::NotThreadLocal, kShared);
      dynamic->setAlignment(Align(16));
    }
    uint64_t offset = 0;
    for (GlobalVariable *g : list) {
      g->replaceAllUsesWith(
          ConstantExpr::getGetElementPtr(i8, dynamic, ConstantInt::get(Type::getInt64Ty(i8->getContext()), offset)));
      offset += bytesOf(g);
      g->eraseFromParent();
    }
  }
}

Expected<std::string> gradus::emitPTX(Module &kernels, TargetMachine &machine) {
  for (const Function &f : kernels)
    if (f.isDeclaration() && !f.isIntrinsic() && !f.use_empty())
      return fail("a kernel calls '" + f.getName() + "', which no GPU has; this is a bug in Gradus");
  SmallString<0> text;
  raw_svector_ostream stream(text);
  legacy::PassManager passes;
  if (machine.addPassesToEmitFile(passes, stream, nullptr, CodeGenFileType::AssemblyFile))
    return fail("the target cannot emit PTX");
  passes.run(kernels);
  return text.str().str();
}
