//===- Simulate.cpp - GPU kernels as code for the host --------------------===//
#include "compiler/Target/Simulate.h"
#include "llvm/ADT/StringSwitch.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/ReplaceConstant.h"

using namespace llvm;
using namespace gradus;

namespace {

/// Address space of shared memory in NVPTX.
constexpr unsigned kShared = 3;

class Simulation {
public:
  explicit Simulation(Module &module)
      : module(module), context(module.getContext()), i32(Type::getInt32Ty(context)), i64(Type::getInt64Ty(context)),
        pointer(PointerType::get(context, 0)), none(Type::getVoidTy(context)) {}

  Error run() {
    for (Function &f : module)
      if (!f.isDeclaration()) {
        f.setCallingConv(CallingConv::C);
        for (StringRef attribute : {"nvvm.maxntid", "nvvm.reqntid"})
          f.removeFnAttr(attribute);
        announceAccesses(f);
        if (Error e = replaceIntrinsics(f))
          return e;
      }
    askForShared();
    return Error::success();
  }

private:
  Module &module;
  LLVMContext &context;
  Type *i32, *i64;
  PointerType *pointer;
  Type *none;
  int32_t sites = 0;

  FunctionCallee callee(StringRef name, Type *result, ArrayRef<Type *> arguments) {
    return module.getOrInsertFunction(name, FunctionType::get(result, arguments, false));
  }

  void announceAccesses(Function &f) {
    FunctionCallee access = callee("gradus_sim_access", none, {pointer, i64, i64, i32});
    SmallVector<Instruction *> list;
    for (Instruction &i : instructions(f))
      if (isa<LoadInst, StoreInst>(i))
        list.push_back(&i);
    for (Instruction *i : list) {
      IRBuilder<> b(i);
      Value *address = getLoadStorePointerOperand(i);
      bool shared = address->getType()->getPointerAddressSpace() == kShared;
      uint64_t bytes = module.getDataLayout().getTypeStoreSize(getLoadStoreType(i));
      int32_t flags = (isa<StoreInst>(i) ? 1 : 0) | (shared ? 2 : 0);
      b.CreateCall(access, {b.CreateAddrSpaceCast(address, pointer), b.getInt64(bytes),
                            b.getInt64(getLoadStoreAlignment(i).value()), b.getInt32(flags)});
    }
  }

  Error replaceIntrinsics(Function &f) {
    SmallVector<CallInst *> calls;
    for (Instruction &i : instructions(f))
      if (auto *call = dyn_cast<CallInst>(&i))
        if (call->getCalledFunction() && call->getCalledFunction()->getName().starts_with("llvm.nvvm."))
          calls.push_back(call);
    for (CallInst *call : calls) {
      IRBuilder<> b(call);
      Value *value = nullptr;
      StringRef number = StringSwitch<StringRef>(call->getCalledFunction()->getName())
                             .Case("llvm.nvvm.read.ptx.sreg.tid.x", "gradus_sim_thread")
                             .Case("llvm.nvvm.read.ptx.sreg.ctaid.x", "gradus_sim_block")
                             .Case("llvm.nvvm.read.ptx.sreg.ntid.x", "gradus_sim_threads")
                             .Default("");
      if (!number.empty()) {
        value = b.CreateCall(callee(number, i32, {}));
      } else if (call->getIntrinsicID() == Intrinsic::nvvm_barrier_cta_sync_aligned_all) {
        value = b.CreateCall(callee("gradus_sim_barrier", none, {i32}), {b.getInt32(sites++)});
      } else if (call->getIntrinsicID() == Intrinsic::nvvm_shfl_sync_bfly_f32 ||
                 call->getIntrinsicID() == Intrinsic::nvvm_shfl_sync_bfly_i32) {
        Value *offered = b.CreateBitCast(call->getArgOperand(1), i32);
        value = b.CreateCall(callee("gradus_sim_shuffle_xor", i32, {i32, i32}), {offered, call->getArgOperand(2)});
        value = b.CreateBitCast(value, call->getType());
      } else {
        return createStringError(inconvertibleErrorCode(),
                                 "the simulator does not know " + call->getCalledFunction()->getName());
      }
      call->replaceAllUsesWith(value);
      call->eraseFromParent();
    }
    return Error::success();
  }

  /// Buffers in shared memory belong to the block that runs.
  void askForShared() {
    FunctionCallee ask = callee("gradus_sim_shared", pointer, {i32, i64, i64});
    SmallVector<GlobalVariable *> buffers;
    for (GlobalVariable &g : module.globals())
      if (g.getAddressSpace() == kShared)
        buffers.push_back(&g);
    DenseMap<Function *, int32_t> counts;
    for (GlobalVariable *g : buffers) {
      convertUsersOfConstantsToInstructions({g});
      DenseMap<Function *, Value *> bases;
      for (Use &use : make_early_inc_range(g->uses())) {
        auto *user = cast<Instruction>(use.getUser());
        Function *f = user->getFunction();
        Value *&base = bases[f];
        if (!base) {
          IRBuilder<> b(&*f->getEntryBlock().getFirstInsertionPt());
          uint64_t bytes = module.getDataLayout().getTypeAllocSize(g->getValueType());
          uint64_t alignment =
              module.getDataLayout().getValueOrABITypeAlignment(g->getAlign(), g->getValueType()).value();
          base = b.CreateAddrSpaceCast(
              b.CreateCall(ask, {b.getInt32(counts[f]++), b.getInt64(bytes), b.getInt64(alignment)}), g->getType());
        }
        use.set(base);
      }
      g->eraseFromParent();
    }
  }
};

} // namespace

Error gradus::simulateKernels(Module &kernels) { return Simulation(kernels).run(); }
