//===- TableConstants.h - Constant data in the layout of model_abi.h ------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_COMPILER_CONVERSION_TABLECONSTANTS_H
#define GRADUS_COMPILER_CONVERSION_TABLECONSTANTS_H

#include "gradus/model_abi.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include <vector>

namespace gradus {

/// A constant that the initializer of a global can hold: a number, the address of a
/// symbol, a struct or array of constants, or, with none of these, zero.
struct Constant {
  /// Its type in the LLVM dialect.
  mlir::Type type;
  /// A number's value, or null.
  mlir::TypedAttr value;
  /// The symbol whose address this is, or null.
  mlir::FlatSymbolRefAttr symbol;
  /// The fields of a struct or the elements of an array.
  std::vector<Constant> fields;
};

// A row per struct of the table: a constant for each field of its list.
#define GRADUS_ROW_FIELD(type, name, text) Constant name;
#define GRADUS_ROW_VALUE(type, name, text) name,
#define GRADUS_ROW(Noun, FIELDS)                                                                                       \
  struct Noun##Row {                                                                                                   \
    FIELDS(GRADUS_ROW_FIELD)                                                                                           \
    std::vector<Constant> fields() const { return {FIELDS(GRADUS_ROW_VALUE)}; }                                        \
  }
GRADUS_ROW(Slot, GRADUS_SLOT_FIELDS);
GRADUS_ROW(Tensor, GRADUS_TENSOR_FIELDS);
GRADUS_ROW(Variable, GRADUS_VARIABLE_FIELDS);
GRADUS_ROW(Kernel, GRADUS_KERNEL_FIELDS);
GRADUS_ROW(Launch, GRADUS_LAUNCH_FIELDS);
GRADUS_ROW(Entry, GRADUS_ENTRY_FIELDS);
GRADUS_ROW(DataPart, GRADUS_DATA_PART_FIELDS);
GRADUS_ROW(Dataset, GRADUS_DATASET_FIELDS);
GRADUS_ROW(Recipe, GRADUS_RECIPE_FIELDS);
GRADUS_ROW(Model, GRADUS_MODEL_FIELDS);
#undef GRADUS_ROW
#undef GRADUS_ROW_VALUE
#undef GRADUS_ROW_FIELD

/// Makes constants, and globals of the LLVM dialect that hold them.
class ConstantBuilder {
public:
  explicit ConstantBuilder(mlir::MLIRContext *context) : b(context) {}

  /// A number of `width` bits.
  Constant integer(uint64_t value, unsigned width);
  /// A double.
  Constant real(const llvm::APFloat &value);
  /// A null pointer.
  Constant null();
  /// The address of a function or global.
  Constant symbol(mlir::StringAttr name);
  /// A struct of these fields, without padding of its own.
  Constant structure(std::vector<Constant> fields);
  /// A struct of the table.
  template <typename Row>
  Constant record(const Row &row) {
    return structure(row.fields());
  }
  /// Elements of one type, one after the other in memory; at least one.
  Constant array(llvm::ArrayRef<Constant> elements);

  /// Appends the ops that compute the constant; returns its value.
  mlir::Value build(mlir::OpBuilder &at, mlir::Location loc, const Constant &constant);

  /// Creates an internal constant global that holds `value`, aligned to 8 bytes.
  mlir::LLVM::GlobalOp global(mlir::OpBuilder &at, mlir::Location loc, llvm::StringRef name, const Constant &value);
  /// The same for an array of 64-bit integers; at least one.
  mlir::LLVM::GlobalOp integers(mlir::OpBuilder &at, mlir::Location loc, llvm::StringRef name,
                                llvm::ArrayRef<int64_t> values);
  /// The same for bytes, aligned as given.
  mlir::LLVM::GlobalOp bytes(mlir::OpBuilder &at, mlir::Location loc, llvm::StringRef name, llvm::StringRef value,
                             uint64_t alignment);

private:
  mlir::Builder b;
};

} // namespace gradus

#endif
