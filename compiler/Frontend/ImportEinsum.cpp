//===- ImportEinsum.cpp - Sums of products by an equation -----------------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Frontend/LayerImporter.h"
#include "llvm/ADT/DenseSet.h"
#include "llvm/ADT/StringExtras.h"

using namespace mlir;
using namespace gradus;

namespace {

/// An equation like "bij,bjk->bik": a letter for each dimension of an operand or of the result.
struct Equation {
  SmallVector<std::string> operands;
  std::string result;
};

/// A tensor and the letters of its dimensions.
struct Lettered {
  Value v;
  std::string letters;
};

/// Builds one einsum.
struct Einsum {
  LayerImporter &in;

  RankedTensorType typeLike(Value v, ArrayRef<int64_t> shape) const { return typeOf(v).clone(shape); }
  int64_t sizeOf(const Lettered &x, char letter) const { return shapeOf(x.v)[x.letters.find(letter)]; }

  /// `x` without the dimensions whose letters are not in `kept`: sums along them.
  Lettered sumOthers(Lettered x, StringRef kept) const {
    SmallVector<int64_t> dims;
    std::string left;
    for (auto [dim, letter] : llvm::enumerate(x.letters)) {
      if (kept.contains(letter))
        left += letter;
      else
        dims.push_back(static_cast<int64_t>(dim));
    }
    if (!dims.empty())
      x.v = nn::ReduceOp::create(in.b, in.loc, nn::ReduceKind::Sum, x.v, dims);
    return {x.v, left};
  }

  /// `x` with its dimensions in the order of `letters`, which are the same ones.
  Value inOrder(const Lettered &x, StringRef letters) const {
    SmallVector<int64_t> perm;
    for (char letter : letters)
      perm.push_back(static_cast<int64_t>(x.letters.find(letter)));
    return nn::TransposeOp::create(in.b, in.loc, x.v, perm);
  }

  /// One matmul: of letters in both operands and in the result there is one for each, those of one operand are its rows
  /// or columns, and the rest is summed.
  Value multiply(Lettered lhs, Lettered rhs, StringRef result) const {
    lhs = sumOthers(lhs, rhs.letters + result.str());
    rhs = sumOthers(rhs, lhs.letters + result.str());
    std::string batch, rows, columns, summed;
    SmallVector<int64_t> shape;
    for (char letter : lhs.letters) {
      bool inRight = StringRef(rhs.letters).contains(letter), inResult = result.contains(letter);
      (inRight ? inResult ? batch : summed : rows) += letter;
    }
    for (char letter : rhs.letters)
      if (!StringRef(lhs.letters).contains(letter))
        columns += letter;
    auto count = [&](const Lettered &x, StringRef letters) {
      int64_t product = 1;
      for (char letter : letters)
        product *= sizeOf(x, letter);
      return product;
    };
    int64_t b = count(lhs, batch), m = count(lhs, rows), k = count(lhs, summed), n = count(rhs, columns);
    auto matrices = [&](Value v, ArrayRef<int64_t> sizes) -> Value {
      return nn::ReshapeOp::create(in.b, in.loc, typeLike(v, batch.empty() ? sizes.drop_front() : sizes), v);
    };
    Value left = matrices(inOrder(lhs, batch + rows + summed), {b, m, k});
    Value right = matrices(inOrder(rhs, batch + summed + columns), {b, k, n});
    Value product = nn::MatmulOp::create(in.b, in.loc, left, right, false, false,
                                         in.matmulPrecision(typeOf(left).getElementType()));
    for (char letter : batch + rows)
      shape.push_back(sizeOf(lhs, letter));
    for (char letter : columns)
      shape.push_back(sizeOf(rhs, letter));
    product = nn::ReshapeOp::create(in.b, in.loc, typeLike(product, shape), product);
    return inOrder({product, batch + rows + columns}, result);
  }
};

} // namespace

/// Whether these are letters, each once.
static bool areLetters(StringRef letters) {
  llvm::SmallDenseSet<char> seen;
  return llvm::all_of(letters, [&](char c) { return llvm::isAlpha(c) && seen.insert(c).second; });
}

/// Splits an equation; without "->", the result has the letters that occur once, in alphabetical order. Fails after an
/// error.
static FailureOr<Equation> parseEquation(LayerImporter &in, StringRef text) {
  auto error = [&](const Twine &message, StringRef hint) {
    return in.error(in.op.at("equation"), ErrorCode::Setting, message, hint);
  };
  StringRef example = "for example einsum { equation: \"bij,bjk->bik\" }";
  std::string packed;
  llvm::copy_if(text, std::back_inserter(packed), [](char c) { return c != ' '; });
  std::string shown = "'" + text.take_front(60).str() + (text.size() > 60 ? "…'" : "'");
  if (StringRef(packed).contains("..."))
    return error("an einsum does not know '...'", "give each dimension a letter");
  auto [left, right] = StringRef(packed).split("->");
  if (left.count(',') > 1)
    return error("an einsum has one or two operands", "write one einsum after the other");
  Equation equation;
  std::string all;
  for (StringRef operand : llvm::split(left, ',')) {
    if (llvm::all_of(operand, llvm::isAlpha) && !areLetters(operand))
      return error(shown + " has a letter twice in one operand: an einsum takes no diagonals",
                   "give each dimension its own letter");
    if (!areLetters(operand))
      return error(shown + " is no equation: each letter stands for a dimension", example);
    equation.operands.push_back(operand.str());
    all += operand;
  }
  equation.result = right.str();
  if (!StringRef(packed).contains("->")) {
    llvm::sort(all);
    llvm::copy_if(all, std::back_inserter(equation.result), [&](char c) { return llvm::count(all, c) == 1; });
  }
  bool fromOperands = llvm::all_of(equation.result, [&](char c) { return StringRef(all).contains(c); });
  if (!areLetters(equation.result) || !fromOperands)
    return error(shown + " is no equation: the letters of the result are of the operands, each once", example);
  return equation;
}

/// Fails, after an error, unless each letter of the equation stands for one size.
static LogicalResult checkLetters(LayerImporter &in, const Equation &equation) {
  llvm::SmallDenseMap<char, int64_t> sizes;
  for (auto [i, letters] : llvm::enumerate(equation.operands)) {
    ArrayRef<int64_t> shape = shapeOf(in.inputs[i]);
    if (letters.size() != shape.size())
      return in.error(in.op.at("equation"), ErrorCode::Setting,
                      "'" + Twine(letters) + "' does not have a letter for each dimension of " +
                          in.describe(in.inputs[i]),
                      "the batch is a dimension, too");
    for (auto [letter, size] : llvm::zip_equal(letters, shape))
      if (auto [it, isNew] = sizes.try_emplace(letter, size); !isNew && it->second != size)
        return in.error(in.op.at("equation"), ErrorCode::Setting,
                        "'" + Twine(letter) + "' is both " + Twine(it->second) + " and " + Twine(size),
                        "a letter stands for one size");
  }
  SmallVector<int64_t> result;
  for (char letter : equation.result)
    result.push_back(sizes.lookup(letter));
  return in.checkSize(result);
}

static FailureOr<LayerOutputs> importEinsum(LayerImporter &in, const proto::Einsum &op) {
  FailureOr<Equation> equation = parseEquation(in, op.equation());
  if (failed(equation))
    return failure();
  if (failed(in.checkInputCount(equation->operands.size())) || failed(checkLetters(in, *equation)))
    return failure();
  for (Value v : in.inputs)
    if (!isFloat(v) || typeOf(v).getElementType() != typeOf(in.inputs[0]).getElementType())
      return in.error(in.node.at("input"), ErrorCode::InputType,
                      "needs floating-point values of one type, not " + in.describe(v), "cast them");
  Einsum einsum{in};
  Lettered lhs{in.inputs[0], equation->operands[0]};
  if (in.inputs.size() == 1)
    return LayerOutputs{einsum.inOrder(einsum.sumOthers(lhs, equation->result), equation->result)};
  return LayerOutputs{einsum.multiply(lhs, {in.inputs[1], equation->operands[1]}, equation->result)};
}

void gradus::registerEinsumLayers(LayerRegistry &layers) { layers.add(proto::Layer::kEinsum, importEinsum); }
