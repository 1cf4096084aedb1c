//===- TableConstants.cpp - Constant data in the layout of model_abi.h ----===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Conversion/TableConstants.h"
#include "mlir/IR/BuiltinAttributes.h"

using namespace mlir;
using namespace gradus;

/// Every pointer of the table points to data of this alignment or less.
static constexpr uint64_t kAlignment = 8;

/// An array of more elements is a struct of arrays of so many: LLVM builds a
/// constant from its parts one by one and keeps every state on the way.
static constexpr size_t kMaxElements = 64;

Constant ConstantBuilder::integer(uint64_t value, unsigned width) {
  auto type = b.getIntegerType(width);
  return {type, b.getIntegerAttr(type, APInt(width, value, /*isSigned=*/false, /*implicitTrunc=*/true)), {}, {}};
}

Constant ConstantBuilder::real(const APFloat &value) {
  return {b.getF64Type(), b.getF64FloatAttr(value.convertToDouble()), {}, {}};
}

Constant ConstantBuilder::null() { return {LLVM::LLVMPointerType::get(b.getContext()), {}, {}, {}}; }

Constant ConstantBuilder::symbol(StringAttr name) {
  return {LLVM::LLVMPointerType::get(b.getContext()), {}, FlatSymbolRefAttr::get(name), {}};
}

Constant ConstantBuilder::structure(std::vector<Constant> fields) {
  SmallVector<Type> types;
  for (const Constant &field : fields)
    types.push_back(field.type);
  return {LLVM::LLVMStructType::getLiteral(b.getContext(), types), {}, {}, std::move(fields)};
}

Constant ConstantBuilder::array(ArrayRef<Constant> elements) {
  if (elements.size() <= kMaxElements)
    return {LLVM::LLVMArrayType::get(elements.front().type, elements.size()), {}, {}, elements.vec()};
  std::vector<Constant> parts;
  for (; !elements.empty(); elements = elements.drop_front(std::min(kMaxElements, elements.size())))
    parts.push_back(array(elements.take_front(kMaxElements)));
  return structure(std::move(parts));
}

Value ConstantBuilder::build(OpBuilder &at, Location loc, const Constant &constant) {
  if (constant.value)
    return LLVM::ConstantOp::create(at, loc, constant.type, constant.value);
  if (constant.symbol)
    return LLVM::AddressOfOp::create(at, loc, constant.type, constant.symbol);
  if (constant.fields.empty())
    return LLVM::ZeroOp::create(at, loc, constant.type);
  Value whole = LLVM::PoisonOp::create(at, loc, constant.type);
  for (auto [i, field] : llvm::enumerate(constant.fields))
    whole =
        LLVM::InsertValueOp::create(at, loc, whole, build(at, loc, field), ArrayRef<int64_t>(static_cast<int64_t>(i)));
  return whole;
}

LLVM::GlobalOp ConstantBuilder::global(OpBuilder &at, Location loc, StringRef name, const Constant &value) {
  auto global = LLVM::GlobalOp::create(at, loc, value.type, /*isConstant=*/true, LLVM::Linkage::Internal, name,
                                       /*value=*/Attribute(), kAlignment);
  OpBuilder body = OpBuilder::atBlockBegin(&global.getInitializerRegion().emplaceBlock());
  LLVM::ReturnOp::create(body, loc, build(body, loc, value));
  return global;
}

LLVM::GlobalOp ConstantBuilder::integers(OpBuilder &at, Location loc, StringRef name, ArrayRef<int64_t> values) {
  auto type = LLVM::LLVMArrayType::get(b.getI64Type(), values.size());
  return LLVM::GlobalOp::create(at, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal, name,
                                b.getI64TensorAttr(values), kAlignment);
}

LLVM::GlobalOp ConstantBuilder::bytes(OpBuilder &at, Location loc, StringRef name, StringRef value,
                                      uint64_t alignment) {
  auto type = LLVM::LLVMArrayType::get(b.getIntegerType(8), value.size());
  auto global = LLVM::GlobalOp::create(at, loc, type, /*isConstant=*/true, LLVM::Linkage::Internal, name,
                                       b.getStringAttr(value), alignment);
  global.setUnnamedAddr(LLVM::UnnamedAddr::Global);
  return global;
}
