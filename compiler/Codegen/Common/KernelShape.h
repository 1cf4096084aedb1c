//===- KernelShape.h - What every target asks of a kernel's body ----------===//
#ifndef GRADUS_COMPILER_CODEGEN_COMMON_KERNELSHAPE_H
#define GRADUS_COMPILER_CODEGEN_COMMON_KERNELSHAPE_H

#include "dialects/rt/IR/RTDialect.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"

namespace gradus {

llvm::ArrayRef<int64_t> shapeOf(mlir::Value tensor);

/// The buffers of a kernel's arguments, then of its results. With `flat`, they
/// are one-dimensional.
llvm::SmallVector<mlir::Type> bufferTypes(rt::KernelOp kernel, bool flat);

/// Fails, with an error, if an argument or a result has no form in memory.
llvm::LogicalResult verifyStorable(rt::KernelOp kernel);

/// True if an elementwise kernel can run over all elements as one row.
bool isFlat(rt::KernelOp kernel);

bool isReduction(mlir::Operation &op);

/// The reduction or product of a kernel that has one; the first, if several.
mlir::linalg::GenericOp firstReduction(rt::KernelOp kernel);

/// The value a reduction starts from.
mlir::TypedAttr identityOf(mlir::linalg::GenericOp reduction);

} // namespace gradus

#endif
