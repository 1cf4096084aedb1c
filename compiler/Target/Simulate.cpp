//===- Simulate.cpp - GPU kernels as code for the host --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Simulate.h"
#include "llvm/ADT/StringExtras.h"
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
      : module(module), context(module.getContext()), i16(Type::getInt16Ty(context)), i32(Type::getInt32Ty(context)),
        i64(Type::getInt64Ty(context)), pointer(PointerType::get(context, 0)), none(Type::getVoidTy(context)) {}

  Error run() {
    for (Function &f : module)
      if (!f.isDeclaration()) {
        f.setCallingConv(CallingConv::C);
        for (StringRef attribute : {"nvvm.maxntid", "nvvm.minctasm"})
          f.removeFnAttr(attribute);
        announceAccesses(f);
        replaceNarrowings(f);
        if (Error e = replaceIntrinsics(f))
          return e;
      }
    askForShared();
    return Error::success();
  }

private:
  Module &module;
  LLVMContext &context;
  Type *i16, *i32, *i64;
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

  /// The host may lack conversions to bf16, even as library functions.
  void replaceNarrowings(Function &f) {
    FunctionCallee narrow = callee("gradus_sim_to_bf16", i16, {Type::getFloatTy(context)});
    SmallVector<FPTruncInst *> list;
    for (Instruction &i : instructions(f))
      if (auto *truncation = dyn_cast<FPTruncInst>(&i); truncation && i.getType()->getScalarType()->isBFloatTy())
        list.push_back(truncation);
    for (FPTruncInst *i : list) {
      IRBuilder<> b(i);
      Value *from = i->getOperand(0), *bits = nullptr;
      if (auto *vector = dyn_cast<FixedVectorType>(i->getType())) {
        bits = PoisonValue::get(FixedVectorType::get(i16, vector->getNumElements()));
        for (unsigned lane = 0; lane < vector->getNumElements(); ++lane)
          bits = b.CreateInsertElement(bits, b.CreateCall(narrow, {b.CreateExtractElement(from, lane)}), lane);
      } else {
        bits = b.CreateCall(narrow, {from});
      }
      i->replaceAllUsesWith(b.CreateBitCast(bits, i->getType()));
      i->eraseFromParent();
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
      Value *value = replacement(b, *call);
      if (!value)
        return createStringError(inconvertibleErrorCode(),
                                 "the simulator does not know " + call->getCalledFunction()->getName());
      call->replaceAllUsesWith(value);
      call->eraseFromParent();
    }
    return Error::success();
  }

  /// What stands for a call of an intrinsic; null if there is nothing.
  Value *replacement(IRBuilder<> &b, CallInst &call) {
    auto argument = [&](unsigned i) { return call.getArgOperand(i); };
    auto address = [&](unsigned i) { return b.CreateAddrSpaceCast(argument(i), pointer); };
    switch (call.getIntrinsicID()) {
    case Intrinsic::nvvm_read_ptx_sreg_tid_x:
      return b.CreateCall(callee("gradus_sim_thread", i32, {}));
    case Intrinsic::nvvm_read_ptx_sreg_ctaid_x:
      return b.CreateCall(callee("gradus_sim_block", i32, {}));
    case Intrinsic::nvvm_read_ptx_sreg_ntid_x:
      return b.CreateCall(callee("gradus_sim_threads", i32, {}));
    case Intrinsic::nvvm_barrier_cta_sync_aligned_all:
      return b.CreateCall(callee("gradus_sim_barrier", none, {i32}), {b.getInt32(sites++)});
    case Intrinsic::nvvm_shfl_sync_bfly_f32:
    case Intrinsic::nvvm_shfl_sync_bfly_i32: {
      Value *offered = b.CreateBitCast(argument(1), i32);
      Value *received = b.CreateCall(callee("gradus_sim_shuffle_xor", i32, {i32, i32}), {offered, argument(2)});
      return b.CreateBitCast(received, call.getType());
    }
    case Intrinsic::nvvm_f2tf32_rna:
      return b.CreateCall(callee("gradus_sim_to_tf32", i32, {Type::getFloatTy(context)}), {argument(0)});
    case Intrinsic::nvvm_cp_async_ca_shared_global_4:
    case Intrinsic::nvvm_cp_async_ca_shared_global_8:
    case Intrinsic::nvvm_cp_async_ca_shared_global_16:
    case Intrinsic::nvvm_cp_async_cg_shared_global_16:
    case Intrinsic::nvvm_cp_async_ca_shared_global_4_s:
    case Intrinsic::nvvm_cp_async_ca_shared_global_8_s:
    case Intrinsic::nvvm_cp_async_ca_shared_global_16_s:
    case Intrinsic::nvvm_cp_async_cg_shared_global_16_s: {
      // The name ends in the number of bytes, and in .s if fewer may be read.
      StringRef name = call.getCalledFunction()->getName();
      int32_t bytes = 0;
      name.consume_back(".s");
      (void)to_integer(name.rsplit('.').second, bytes);
      Value *read = call.arg_size() > 2 ? argument(2) : b.getInt32(bytes);
      return b.CreateCall(callee("gradus_sim_copy_async", none, {pointer, pointer, i64, i32}),
                          {address(0), address(1), b.getInt64(bytes), read});
    }
    case Intrinsic::nvvm_cp_async_commit_group:
      return b.CreateCall(callee("gradus_sim_commit", none, {}));
    case Intrinsic::nvvm_cp_async_wait_group:
      return b.CreateCall(callee("gradus_sim_wait", none, {i32}), {argument(0)});
    case Intrinsic::nvvm_ldmatrix_sync_aligned_m8n8_x4_b16:
    case Intrinsic::nvvm_ldmatrix_sync_aligned_m8n8_x4_trans_b16: {
      bool transposed = call.getIntrinsicID() == Intrinsic::nvvm_ldmatrix_sync_aligned_m8n8_x4_trans_b16;
      AllocaInst *out = onStack(call, call.getType());
      b.CreateCall(callee("gradus_sim_load_matrices", none, {pointer, i32, pointer}),
                   {address(0), b.getInt32(transposed), out});
      return b.CreateLoad(call.getType(), out);
    }
    case Intrinsic::nvvm_mma_m16n8k16_row_col_bf16:
    case Intrinsic::nvvm_mma_m16n8k8_row_col_tf32: {
      bool tf32 = call.getIntrinsicID() == Intrinsic::nvvm_mma_m16n8k8_row_col_tf32;
      AllocaInst *factors = onStack(call, ArrayType::get(i32, 6)), *sums = onStack(call, call.getType());
      for (unsigned i = 0; i < 10; ++i)
        b.CreateStore(argument(i), b.CreateConstGEP1_32(i32, i < 6 ? factors : sums, i < 6 ? i : i - 6));
      b.CreateCall(callee("gradus_sim_mma", none, {i32, pointer, pointer}), {b.getInt32(tf32), factors, sums});
      return b.CreateLoad(call.getType(), sums);
    }
    default:
      return nullptr;
    }
  }

  static AllocaInst *onStack(CallInst &call, Type *type) {
    IRBuilder<> b(&*call.getFunction()->getEntryBlock().getFirstInsertionPt());
    return b.CreateAlloca(type);
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
