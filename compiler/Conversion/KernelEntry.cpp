//===- KernelEntry.cpp - What the runtime calls of a kernel ---------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/KernelEntry.h"

using namespace mlir;
using namespace gradus;

LLVM::LLVMFunctionType gradus::kernelEntryType(MLIRContext *context) {
  Type pointer = LLVM::LLVMPointerType::get(context), i64 = IntegerType::get(context, 64);
  return LLVM::LLVMFunctionType::get(LLVM::LLVMVoidType::get(context), {pointer, i64, i64, pointer});
}

void gradus::callWithBuffers(OpBuilder &b, Location loc, LLVM::LLVMFuncOp kernel, Value array, ValueRange others) {
  Type pointer = LLVM::LLVMPointerType::get(b.getContext());
  SmallVector<Value> args;
  for (unsigned i = 0; i + others.size() < kernel.getNumArguments(); ++i) {
    Value slot = LLVM::GEPOp::create(b, loc, pointer, pointer, array, LLVM::GEPArg(static_cast<int32_t>(i)));
    args.push_back(LLVM::LoadOp::create(b, loc, pointer, slot));
  }
  llvm::append_range(args, others);
  LLVM::CallOp::create(b, loc, kernel, args);
}

void gradus::buildKernelEntry(LLVM::LLVMFuncOp entry, LLVM::LLVMFuncOp kernel) {
  OpBuilder b(entry.getContext());
  b.setInsertionPointToStart(entry.addEntryBlock(b));
  // Inlined, it would be optimised a second time, and lose its noalias arguments.
  kernel.setNoInline(true);
  callWithBuffers(b, entry.getLoc(), kernel, entry.getArgument(0), entry.getArguments().drop_front());
  LLVM::ReturnOp::create(b, entry.getLoc(), ValueRange());
}
