//===- TypeString.cpp - Parses "f32[batch,28]" ----------------------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/Import.h"
#include "mlir/IR/BuiltinTypes.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace gradus;

LogicalResult gradus::parseTypeString(StringRef text, const SourcePosition &position, Diagnostics &diagnostics,
                                      const StringMap<int64_t> &dims, mlir::MLIRContext &context, mlir::Type &element,
                                      SmallVectorImpl<int64_t> &shape) {
  // The caret stands inside the string: behind the field's name, colon and quote.
  auto fail = [&](StringRef at, StringRef code, const Twine &message, const Twine &hint) {
    SourcePosition inside = position;
    if (inside.line > 0)
      inside.column += sizeof("type: \"") - 1 + (at.data() - text.data());
    return diagnostics.error(inside, code, message, hint);
  };
  StringRef rest = text;
  StringRef name = rest.take_while([](char c) { return isAlnum(c); });
  rest = rest.drop_front(name.size());
  element = StringSwitch<mlir::Type>(name)
                .Case("f32", mlir::Float32Type::get(&context))
                .Case("f64", mlir::Float64Type::get(&context))
                .Case("i32", mlir::IntegerType::get(&context, 32))
                .Case("i64", mlir::IntegerType::get(&context, 64))
                .Default({});
  if (!element)
    return fail(text, "G102", "unknown element type '" + name + "'", "use f32, f64, i32 or i64, as in f32[batch,28]");
  if (rest.empty())
    return success();
  if (!rest.consume_front("[") || !rest.ends_with("]"))
    return fail(rest, "G102", "a type is an element type and a shape in brackets", "write f32[batch,28]");
  rest = rest.drop_back();
  if (rest.trim().empty())
    return success();
  SmallVector<StringRef> parts;
  rest.split(parts, ',');
  if (parts.size() > 8)
    return fail(text, "G102", "more than 8 dimensions", "reshape to fewer");
  int64_t total = 1;
  for (StringRef part : parts) {
    StringRef dim = part.trim();
    int64_t size = 0;
    if (dim == "batch") {
      shape.push_back(-1);
      continue;
    }
    if (to_integer(dim, size, 10)) {
      if (size < 1)
        return fail(part, "G102", "dimension " + dim + " is not positive", "sizes are at least 1");
    } else if (auto it = dims.find(dim); it != dims.end()) {
      size = it->second;
    } else if (!dim.empty() && all_of(dim, isDigit)) {
      return fail(part, "G104", "dimension " + dim + " is too large", "sizes are at most 2^40");
    } else {
      return fail(part, "G103", "dimension '" + dim + "' has no size",
                  "declare dim { name: \"" + dim + "\" size: … } or compile with --dim " + dim + "=N");
    }
    if (MulOverflow(total, size, total) || total > (int64_t(1) << 40))
      return fail(part, "G104", "the tensor would hold more than 2^40 elements", "check the dimensions");
    shape.push_back(size);
  }
  return success();
}
