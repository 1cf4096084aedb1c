//===- GPUConvertToNVVM.cpp - gpu.func to functions of LLVM and NVVM ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
//
// Upstream's patterns in one conversion. Upstream's own pass would turn math
// into calls of NVIDIA's libdevice; here math-expand-* has run before, and what
// is left (sqrt, rint, fma and the like) are intrinsics of LLVM that NVPTX has
// instructions for.
//
//===----------------------------------------------------------------------===//
#include "compiler/Codegen/GPU/GPUKernel.h"
#include "compiler/Passes/Passes.h"
#include "mlir/Conversion/ArithToLLVM/ArithToLLVM.h"
#include "mlir/Conversion/ControlFlowToLLVM/ControlFlowToLLVM.h"
#include "mlir/Conversion/GPUToNVVM/GPUToNVVMPass.h"
#include "mlir/Conversion/IndexToLLVM/IndexToLLVM.h"
#include "mlir/Conversion/LLVMCommon/ConversionTarget.h"
#include "mlir/Conversion/LLVMCommon/Pattern.h"
#include "mlir/Conversion/LLVMCommon/TypeConverter.h"
#include "mlir/Conversion/MathToLLVM/MathToLLVM.h"
#include "mlir/Conversion/MemRefToLLVM/MemRefToLLVM.h"
#include "mlir/Conversion/NVGPUToNVVM/NVGPUToNVVM.h"
#include "mlir/Conversion/UBToLLVM/UBToLLVM.h"
#include "mlir/Conversion/VectorToLLVM/ConvertVectorToLLVM.h"
#include "mlir/Dialect/GPU/IR/GPUDialect.h"
#include "mlir/Dialect/GPU/Transforms/Passes.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/NVGPU/IR/NVGPUDialect.h"
#include "mlir/Dialect/Vector/Transforms/LoweringPatterns.h"
#include "mlir/Transforms/DialectConversion.h"
#include "mlir/Transforms/GreedyPatternRewriteDriver.h"

namespace gradus {
#define GEN_PASS_DEF_GPUCONVERTTONVVMPASS
#include "compiler/Passes/Passes.h.inc"
} // namespace gradus

using namespace mlir;

namespace {

/// nvgpu.mma.sync of bf16, which upstream's pattern does not support: fragments
/// are pairs of bf16 in words of 32 bits.
struct ConvertMmaOfBF16 : ConvertOpToLLVMPattern<nvgpu::MmaSyncOp> {
  using ConvertOpToLLVMPattern::ConvertOpToLLVMPattern;
  LogicalResult matchAndRewrite(nvgpu::MmaSyncOp op, OpAdaptor adaptor, ConversionPatternRewriter &b) const override {
    auto lhs = cast<VectorType>(op.getMatrixA().getType()), sums = cast<VectorType>(op.getMatrixC().getType());
    if (!lhs.getElementType().isBF16() || sums.getShape() != ArrayRef<int64_t>{2, 2})
      return b.notifyMatchFailure(op, "not of bf16");
    Location loc = op.getLoc();
    Type i32 = b.getI32Type(), f32 = b.getF32Type();
    auto words = [&](Value fragment, Type type) {
      SmallVector<Value> parts;
      for (uint64_t i = 0; i < cast<LLVM::LLVMArrayType>(fragment.getType()).getNumElements(); ++i) {
        Value row = LLVM::ExtractValueOp::create(b, loc, fragment, i);
        if (type == i32) {
          parts.push_back(LLVM::BitcastOp::create(b, loc, i32, row));
          continue;
        }
        for (int64_t j : {0, 1})
          parts.push_back(LLVM::ExtractElementOp::create(b, loc, row, LLVM::ConstantOp::create(b, loc, i32, j)));
      }
      return parts;
    };
    std::array<int64_t, 3> shape = op.getMmaShapeAsArray();
    Type result = LLVM::LLVMStructType::getLiteral(b.getContext(), SmallVector<Type>(4, f32));
    Value all = NVVM::MmaOp::create(b, loc, result, words(adaptor.getMatrixA(), i32), words(adaptor.getMatrixB(), i32),
                                    words(adaptor.getMatrixC(), f32), shape, /*b1Op=*/std::nullopt,
                                    /*intOverflow=*/std::nullopt,
                                    std::array<NVVM::MMATypes, 2>{NVVM::MMATypes::bf16, NVVM::MMATypes::bf16},
                                    std::array<NVVM::MMALayout, 2>{NVVM::MMALayout::row, NVVM::MMALayout::col});
    Value fragment = LLVM::PoisonOp::create(b, loc, getTypeConverter()->convertType(sums));
    for (int64_t i : {0, 1}) {
      Value row = LLVM::PoisonOp::create(b, loc, VectorType::get({2}, f32));
      for (int64_t j : {0, 1})
        row = LLVM::InsertElementOp::create(b, loc, row, LLVM::ExtractValueOp::create(b, loc, all, 2 * i + j),
                                            LLVM::ConstantOp::create(b, loc, i32, j));
      fragment = LLVM::InsertValueOp::create(b, loc, fragment, row, i);
    }
    b.replaceOp(op, fragment);
    return success();
  }
};

struct GPUConvertToNVVMPass : gradus::impl::GPUConvertToNVVMPassBase<GPUConvertToNVVMPass> {
  using Base::Base;
  void runOnOperation() override {
    mlir::gpu::GPUModuleOp module = getOperation();
    // Shuffles exist for 32 bits; vector.step becomes constants; vectors of
    // vectors are built row by row.
    RewritePatternSet before(&getContext());
    populateGpuShufflePatterns(before);
    vector::populateVectorStepLoweringPatterns(before);
    vector::populateVectorFromElementsUnrollPatterns(before);
    if (failed(applyPatternsGreedily(module, std::move(before))))
      return signalPassFailure();

    LowerToLLVMOptions options(&getContext(), DataLayout(module));
    options.useBarePtrCallConv = true;
    LLVMTypeConverter converter(&getContext(), options);
    configureGpuToNVVMTypeConverter(converter);
    RewritePatternSet patterns(&getContext());
    arith::populateArithToLLVMConversionPatterns(converter, patterns);
    cf::populateControlFlowToLLVMConversionPatterns(converter, patterns);
    index::populateIndexToLLVMConversionPatterns(converter, patterns);
    populateMathToLLVMConversionPatterns(converter, patterns, /*approximateLog1p=*/false, /*benefit=*/10);
    populateFinalizeMemRefToLLVMConversionPatterns(converter, patterns);
    ub::populateUBToLLVMConversionPatterns(converter, patterns);
    populateVectorToLLVMConversionPatterns(converter, patterns);
    populateGpuToNVVMConversionPatterns(converter, patterns);
    // Nothing reads the token of a copy: groups are waited for by their order.
    converter.addConversion([&](nvgpu::DeviceAsyncTokenType) -> Type { return IntegerType::get(&getContext(), 32); });
    populateNVGPUToNVVMConversionPatterns(converter, patterns);
    patterns.add<ConvertMmaOfBF16>(converter, /*benefit=*/10);
    LLVMConversionTarget target(getContext());
    target.addLegalDialect<NVVM::NVVMDialect>();
    target.addIllegalDialect<mlir::gpu::GPUDialect, nvgpu::NVGPUDialect, math::MathDialect>();
    target.addLegalOp<mlir::gpu::GPUModuleOp>();
    if (failed(applyPartialConversion(module, target, std::move(patterns))))
      return signalPassFailure();
    // Upstream carries a loop's annotation as far as the branch, as an
    // attribute that the translation to LLVM IR does not read.
    module.walk([&](LLVM::BrOp branch) {
      if (auto annotation = branch->getAttrOfType<LLVM::LoopAnnotationAttr>(gradus::gpu::kLoopAnnotationAttr)) {
        branch.setLoopAnnotationAttr(annotation);
        branch->removeAttr(gradus::gpu::kLoopAnnotationAttr);
      }
    });
  }
};

} // namespace
