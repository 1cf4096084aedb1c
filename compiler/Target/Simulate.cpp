//===- Simulate.cpp - GPU kernels as code for the host --------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Target/Simulate.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Analysis/ValueTracking.h"
#include "llvm/IR/IRBuilder.h"
#include "llvm/IR/InstIterator.h"
#include "llvm/IR/IntrinsicsNVPTX.h"
#include "llvm/IR/ReplaceConstant.h"
#include "llvm/Linker/Linker.h"

using namespace llvm;
using namespace gradus;

namespace {

/// Address space of shared memory in NVPTX.
constexpr unsigned kShared = 3;

/// Builds calls of the simulator's entry points: one function for each that
/// runtime/src/simulator/simulator.h declares, where they are explained.
class SimulatorCalls {
public:
  explicit SimulatorCalls(Module &module)
      : module(module), i16(Type::getInt16Ty(module.getContext())), i32(Type::getInt32Ty(module.getContext())),
        pointer(PointerType::get(module.getContext(), 0)), none(Type::getVoidTy(module.getContext())) {}

  Value *thread(IRBuilder<> &b) { return call(b, "gradus_sim_thread", i32, {}); }
  Value *block(IRBuilder<> &b) { return call(b, "gradus_sim_block", i32, {}); }
  Value *threads(IRBuilder<> &b) { return call(b, "gradus_sim_threads", i32, {}); }
  Value *barrier(IRBuilder<> &b, Value *site) { return call(b, "gradus_sim_barrier", none, {site}); }
  Value *shuffleXor(IRBuilder<> &b, Value *value, Value *laneMask) {
    return call(b, "gradus_sim_shuffle_xor", i32, {value, laneMask});
  }
  Value *mma(IRBuilder<> &b, Value *tf32, Value *operands, Value *sums) {
    return call(b, "gradus_sim_mma", none, {tf32, operands, sums});
  }
  Value *loadMatrices(IRBuilder<> &b, Value *row, Value *transposed, Value *out) {
    return call(b, "gradus_sim_load_matrices", none, {row, transposed, out});
  }
  Value *copyAsync(IRBuilder<> &b, Value *shared, Value *global, Value *bytes, Value *read) {
    return call(b, "gradus_sim_copy_async", none, {shared, global, bytes, read});
  }
  Value *commit(IRBuilder<> &b) { return call(b, "gradus_sim_commit", none, {}); }
  Value *wait(IRBuilder<> &b, Value *groups) { return call(b, "gradus_sim_wait", none, {groups}); }
  Value *toTF32(IRBuilder<> &b, Value *value) { return call(b, "gradus_sim_to_tf32", i32, {value}); }
  Value *toBF16(IRBuilder<> &b, Value *value) { return call(b, "gradus_sim_to_bf16", i16, {value}); }
  Value *shared(IRBuilder<> &b, Value *id, Value *bytes, Value *alignment) {
    return call(b, "gradus_sim_shared", pointer, {id, bytes, alignment});
  }
  Value *access(IRBuilder<> &b, Value *address, Value *bytes, Value *alignment, Value *flags) {
    return call(b, "gradus_sim_access", none, {address, bytes, alignment, flags});
  }
  Value *accessConstant(IRBuilder<> &b, Value *address, Value *bytes, Value *alignment, Value *constant, Value *size) {
    return call(b, "gradus_sim_access_constant", none, {address, bytes, alignment, constant, size});
  }

private:
  Module &module;
  Type *i16, *i32, *pointer, *none;

  Value *call(IRBuilder<> &b, StringRef name, Type *result, ArrayRef<Value *> arguments) {
    SmallVector<Type *> types;
    for (Value *argument : arguments)
      types.push_back(argument->getType());
    return b.CreateCall(module.getOrInsertFunction(name, FunctionType::get(result, types, /*isVarArg=*/false)),
                        arguments);
  }
};

class Simulation {
public:
  explicit Simulation(Module &module)
      : module(module), simulator(module), i16(Type::getInt16Ty(module.getContext())),
        i32(Type::getInt32Ty(module.getContext())), pointer(PointerType::get(module.getContext(), 0)) {}

  Error run() {
    for (Function &f : module)
      if (!f.isDeclaration()) {
        f.setCallingConv(CallingConv::C);
        for (StringRef attribute : {"nvvm.maxntid", "nvvm.minctasm"})
          f.removeFnAttr(attribute);
        instrumentAccesses(f);
        replaceTruncations(f);
        if (Error e = replaceIntrinsics(f))
          return e;
      }
    replaceSharedBuffers();
    return Error::success();
  }

private:
  Module &module;
  SimulatorCalls simulator;
  Type *i16, *i32;
  PointerType *pointer;
  int32_t barriers = 0; // sites so far

  /// Calls the simulator before each load and store.
  void instrumentAccesses(Function &f) {
    SmallVector<Instruction *> accesses;
    for (Instruction &i : instructions(f))
      if (isa<LoadInst, StoreInst>(i))
        accesses.push_back(&i);
    for (Instruction *i : accesses) {
      IRBuilder<> b(i);
      Value *address = getLoadStorePointerOperand(i);
      bool shared = address->getType()->getPointerAddressSpace() == kShared;
      uint64_t bytes = module.getDataLayout().getTypeStoreSize(getLoadStoreType(i));
      auto *constant = dyn_cast<GlobalVariable>(getUnderlyingObject(address, /*MaxLookup=*/0));
      if (constant && constant->isConstant() && isa<LoadInst>(i)) { // a table of the module itself
        uint64_t size = module.getDataLayout().getTypeAllocSize(constant->getValueType());
        simulator.accessConstant(b, address, b.getInt64(bytes), b.getInt64(getLoadStoreAlignment(i).value()), constant,
                                 b.getInt64(size));
        continue;
      }
      int32_t flags = (isa<StoreInst>(i) ? 1 : 0) | (shared ? 2 : 0);
      simulator.access(b, b.CreateAddrSpaceCast(address, pointer), b.getInt64(bytes),
                       b.getInt64(getLoadStoreAlignment(i).value()), b.getInt32(flags));
    }
  }

  /// Replaces truncations to bf16: the host may lack them, even as library
  /// functions.
  void replaceTruncations(Function &f) {
    SmallVector<FPTruncInst *> truncations;
    for (Instruction &i : instructions(f))
      if (auto *truncation = dyn_cast<FPTruncInst>(&i); truncation && i.getType()->getScalarType()->isBFloatTy())
        truncations.push_back(truncation);
    for (FPTruncInst *i : truncations) {
      IRBuilder<> b(i);
      Value *from = i->getOperand(0), *bits = nullptr;
      if (auto *vector = dyn_cast<FixedVectorType>(i->getType())) {
        bits = PoisonValue::get(FixedVectorType::get(i16, vector->getNumElements()));
        for (unsigned lane = 0; lane < vector->getNumElements(); ++lane)
          bits = b.CreateInsertElement(bits, simulator.toBF16(b, b.CreateExtractElement(from, lane)), lane);
      } else {
        bits = simulator.toBF16(b, from);
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

  /// What an intrinsic's call is replaced by; null if the simulator has
  /// nothing.
  Value *replacement(IRBuilder<> &b, CallInst &call) {
    switch (call.getIntrinsicID()) {
    case Intrinsic::nvvm_read_ptx_sreg_tid_x:
      return simulator.thread(b);
    case Intrinsic::nvvm_read_ptx_sreg_ctaid_x:
      return simulator.block(b);
    case Intrinsic::nvvm_read_ptx_sreg_ntid_x:
      return simulator.threads(b);
    case Intrinsic::nvvm_barrier_cta_sync_aligned_all:
      return simulator.barrier(b, b.getInt32(barriers++));
    case Intrinsic::nvvm_shfl_sync_bfly_f32:
    case Intrinsic::nvvm_shfl_sync_bfly_i32: {
      Value *offered = b.CreateBitCast(call.getArgOperand(1), i32);
      return b.CreateBitCast(simulator.shuffleXor(b, offered, call.getArgOperand(2)), call.getType());
    }
    case Intrinsic::nvvm_f2tf32_rna:
      return simulator.toTF32(b, call.getArgOperand(0));
    case Intrinsic::nvvm_cp_async_ca_shared_global_4:
    case Intrinsic::nvvm_cp_async_ca_shared_global_8:
    case Intrinsic::nvvm_cp_async_ca_shared_global_16:
    case Intrinsic::nvvm_cp_async_cg_shared_global_16:
    case Intrinsic::nvvm_cp_async_ca_shared_global_4_s:
    case Intrinsic::nvvm_cp_async_ca_shared_global_8_s:
    case Intrinsic::nvvm_cp_async_ca_shared_global_16_s:
    case Intrinsic::nvvm_cp_async_cg_shared_global_16_s:
      return copyAsync(b, call);
    case Intrinsic::nvvm_cp_async_commit_group:
      return simulator.commit(b);
    case Intrinsic::nvvm_cp_async_wait_group:
      return simulator.wait(b, call.getArgOperand(0));
    case Intrinsic::nvvm_ldmatrix_sync_aligned_m8n8_x4_b16:
      return loadMatrices(b, call, /*transposed=*/false);
    case Intrinsic::nvvm_ldmatrix_sync_aligned_m8n8_x4_trans_b16:
      return loadMatrices(b, call, /*transposed=*/true);
    case Intrinsic::nvvm_mma_m16n8k16_row_col_bf16:
      return mma(b, call, /*tf32=*/false);
    case Intrinsic::nvvm_mma_m16n8k8_row_col_tf32:
      return mma(b, call, /*tf32=*/true);
    default:
      return nullptr;
    }
  }

  /// The call's argument `i`, an address of any kind of memory.
  Value *address(IRBuilder<> &b, CallInst &call, unsigned i) {
    return b.CreateAddrSpaceCast(call.getArgOperand(i), pointer);
  }

  Value *copyAsync(IRBuilder<> &b, CallInst &call) {
    // The name ends in the number of bytes, and in .s if fewer may be read.
    StringRef name = call.getCalledFunction()->getName();
    name.consume_back(".s");
    int32_t bytes = 0;
    if (!to_integer(name.rsplit('.').second, bytes))
      return nullptr;
    Value *read = call.arg_size() > 2 ? call.getArgOperand(2) : b.getInt32(bytes);
    Value *shared = address(b, call, 0);
    Value *global = address(b, call, 1);
    return simulator.copyAsync(b, shared, global, b.getInt64(bytes), read);
  }

  Value *loadMatrices(IRBuilder<> &b, CallInst &call, bool transposed) {
    AllocaInst *out = onStack(call, call.getType());
    simulator.loadMatrices(b, address(b, call, 0), b.getInt32(transposed), out);
    return b.CreateLoad(call.getType(), out);
  }

  /// Arguments are the four words of a fragment of the lhs, the two of one of
  /// the rhs, and four sums.
  Value *mma(IRBuilder<> &b, CallInst &call, bool tf32) {
    constexpr unsigned kOperands = 6, kSums = 4;
    AllocaInst *operands = onStack(call, ArrayType::get(i32, kOperands)), *sums = onStack(call, call.getType());
    for (unsigned i = 0; i < kOperands; ++i)
      b.CreateStore(call.getArgOperand(i), b.CreateConstGEP1_32(i32, operands, i));
    for (unsigned i = 0; i < kSums; ++i)
      b.CreateStore(call.getArgOperand(kOperands + i), b.CreateConstGEP1_32(i32, sums, i));
    simulator.mma(b, b.getInt32(tf32), operands, sums);
    return b.CreateLoad(call.getType(), sums);
  }

  static AllocaInst *onStack(CallInst &call, Type *type) {
    IRBuilder<> b(&*call.getFunction()->getEntryBlock().getFirstInsertionPt());
    return b.CreateAlloca(type);
  }

  /// Replaces buffers in shared memory by those of the block that runs.
  void replaceSharedBuffers() {
    SmallVector<GlobalVariable *> buffers;
    for (GlobalVariable &g : module.globals())
      if (g.getAddressSpace() == kShared)
        buffers.push_back(&g);
    DenseMap<Function *, int32_t> counts;
    for (GlobalVariable *g : buffers) {
      convertUsersOfConstantsToInstructions({g});
      DenseMap<Function *, Value *> bases;
      for (Use &use : make_early_inc_range(g->uses())) {
        Function *f = cast<Instruction>(use.getUser())->getFunction();
        Value *&base = bases[f];
        if (!base)
          base = sharedBuffer(*f, counts[f]++, *g);
        use.set(base);
      }
      g->eraseFromParent();
    }
  }

  /// The address of the shared buffer number `id` of a function, which replaces
  /// `g`.
  Value *sharedBuffer(Function &f, int32_t id, GlobalVariable &g) {
    IRBuilder<> b(&*f.getEntryBlock().getFirstInsertionPt());
    const DataLayout &layout = module.getDataLayout();
    uint64_t bytes = layout.getTypeAllocSize(g.getValueType());
    uint64_t alignment = layout.getValueOrABITypeAlignment(g.getAlign(), g.getValueType()).value();
    Value *address = simulator.shared(b, b.getInt32(id), b.getInt64(bytes), b.getInt64(alignment));
    return b.CreateAddrSpaceCast(address, g.getType());
  }
};

} // namespace

Error gradus::simulateKernels(Module &kernels) { return Simulation(kernels).run(); }

Error gradus::linkKernels(Module &program, std::unique_ptr<Module> kernels) {
  kernels->setTargetTriple(program.getTargetTriple());
  kernels->setDataLayout(program.getDataLayout());
  std::vector<std::string> names;
  for (const Function &f : *kernels)
    if (!f.isDeclaration())
      names.push_back(f.getName().str());
  if (Linker::linkModules(program, std::move(kernels)))
    return createStringError(inconvertibleErrorCode(), "simulated kernels cannot be linked; this is a bug in Gradus");
  for (const std::string &name : names)
    program.getFunction(name)->setLinkage(GlobalValue::InternalLinkage);
  return Error::success();
}
