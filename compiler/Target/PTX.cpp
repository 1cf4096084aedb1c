//===- PTX.cpp - From NVVM to PTX -----------------------------------------===//
#include "compiler/Target/PTX.h"
#include "compiler/Target/Object.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/IR/OwningOpRef.h"
#include "mlir/Target/LLVMIR/Export.h"
#include "llvm/IR/LegacyPassManager.h"
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
  unsigned number = 0;
  std::unique_ptr<MCSubtargetInfo> any(target->createMCSubtargetInfo(triple, "", ""));
  if (!any || !gpu.starts_with("sm_") || !any->isCPUStringValid(gpu))
    return fail("unknown GPU '" + gpu + "'; for example sm_80 (A100), sm_89 (L4), sm_90a (H100)");
  if (!gpu.drop_front(3).rtrim("af").getAsInteger(10, number) && number < 70)
    return fail("GPU '" + gpu + "' is too old: warps of independent threads begin with sm_70");
  TargetOptions options;
  options.AllowFPOpFusion = FPOpFusion::Fast; // a * b + c in one rounding, as the hardware has it
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
