//===- NNBase.td - Types, enums and bases of the nn dialect's ops ---------===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#ifndef GRADUS_DIALECTS_NN_IR_NNBASE_TD
#define GRADUS_DIALECTS_NN_IR_NNBASE_TD

include "dialects/nn/IR/NNDialect.td"
include "dialects/nn/IR/NNInterfaces.td"
include "mlir/IR/EnumAttr.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

//===----------------------------------------------------------------------===//
// Types and enums
//===----------------------------------------------------------------------===//

def NN_Tensor : StaticShapeTensorOf<[F32, F64, BF16, I32, I64, I1]>;
def NN_NumberTensor : StaticShapeTensorOf<[F32, F64, I32, I64]>;
def NN_FloatTensor : StaticShapeTensorOf<[F32, F64]>;
def NN_StoredTensor : StaticShapeTensorOf<[F32, F64, BF16, I32, I64]>; // can be stored in memory: all but i1
def NN_MatmulTensor : StaticShapeTensorOf<[F32, F64, BF16]>; // operands of nn.matmul
def NN_IntTensor : StaticShapeTensorOf<[I32, I64]>;
def NN_BoolTensor : StaticShapeTensorOf<[I1]>;
def NN_Counter : 0DTensorOf<[I64]>,
                 BuildableType<"::mlir::RankedTensorType::get({}, $_builder.getI64Type())">; // a seed or a step

def NN_ReduceKind : I32EnumAttr<"ReduceKind", "how elements are combined", [
    I32EnumAttrCase<"Sum", 0, "sum">, I32EnumAttrCase<"Max", 1, "max">, I32EnumAttrCase<"Min", 2, "min">]> {
  let cppNamespace = "::gradus::nn";
}
def NN_ComparePredicate : I32EnumAttr<"ComparePredicate", "an ordered comparison", [
    I32EnumAttrCase<"Eq", 0, "eq">, I32EnumAttrCase<"Ne", 1, "ne">, I32EnumAttrCase<"Lt", 2, "lt">,
    I32EnumAttrCase<"Le", 3, "le">, I32EnumAttrCase<"Gt", 4, "gt">, I32EnumAttrCase<"Ge", 5, "ge">]> {
  let cppNamespace = "::gradus::nn";
}

def NN_Precision : I32EnumAttr<"Precision", "the precision to which a matmul may round its f32 operands", [
    I32EnumAttrCase<"F32", 0, "f32">, I32EnumAttrCase<"TF32", 1, "tf32">, I32EnumAttrCase<"BF16", 2, "bf16">]> {
  let cppNamespace = "::gradus::nn";
}

//===----------------------------------------------------------------------===//
// Bases
//===----------------------------------------------------------------------===//

/// An op of the dialect. All are pure: what changes between steps belongs to train.
class NN_Op<string mnemonic, list<Trait> traits = []> : Op<NN_Dialect, mnemonic, !listconcat([Pure], traits)>;

/// An elementwise op: the value of one element and its derivative, as C++
/// expressions over an algebra `a` (ScalarAlgebra.h). `operands` are the names by
/// which the expressions know the operands: x, or l and r. `gradients` has one
/// expression per operand, from g (the gradient of the result), the operands and
/// y (the result); an empty one for an operand without a derivative. What takes
/// more than a call or two is a function in ScalarBodies.h.
class NN_ElementwiseOp<string mnemonic, list<string> operands, string value, list<string> gradients,
                       list<Trait> traits = []>
    : NN_Op<mnemonic, !listconcat([DeclareOpInterfaceMethods<NN_ElementwiseOpInterface>], traits)> {
  defvar names = !interleave(!foreach(i, !range(!size(operands)),
      "[[maybe_unused]] auto " # operands[i] # " = in[" # !cast<string>(i) # "];"), " ");
  defvar appends = !interleave(!foreach(g, gradients,
      "out.push_back(" # !if(!empty(g), "{}", g) # ");"), " ");
  let extraClassDeclaration = [{
    /// The value of one element, from those of the operands, over any algebra of
    /// ScalarAlgebra.h.
    template <ScalarAlgebra A>
    typename A::Value scalar(A &a, const typename A::Value *in);
  }];
  let extraClassDefinition = [{
    template <ScalarAlgebra A>
    typename A::Value $cppClass::scalar(A &a, const typename A::Value *in) {
      }] # names # [{
      return }] # value # [{;
    }
    ::mlir::Value $cppClass::buildScalar(::mlir::OpBuilder &builder, ::mlir::Location loc,
                                         ::mlir::ValueRange operands) {
      ::gradus::nn::ScalarBuilder algebra(builder, loc, operands);
      ::llvm::SmallVector<::mlir::Value> in(operands.begin(), operands.end());
      return scalar(algebra, in.data());
    }
    double $cppClass::evalScalar(::llvm::ArrayRef<double> operands) {
      ::gradus::nn::ScalarEvaluator algebra;
      return scalar(algebra, operands.data());
    }
    ::llvm::LogicalResult $cppClass::buildOperandGradients(::mlir::OpBuilder &builder, ::mlir::Location loc,
        ::mlir::Value g, ::llvm::SmallVectorImpl<::mlir::Value> &out) {
      [[maybe_unused]] ::gradus::nn::GraphAlgebra a(builder, loc, g);
      ::llvm::SmallVector<::mlir::Value> in(getOperation()->operand_begin(), getOperation()->operand_end());
      [[maybe_unused]] ::mlir::Value y = getResult();
      }] # names # [{
      }] # appends # [{
      return ::llvm::success();
    }
  }];
}

/// An elementwise op on one operand x. `formula` is its summary and documentation.
class NN_UnaryOp<string mnemonic, string formula, string value, string gradient, Type type = NN_FloatTensor>
    : NN_ElementwiseOp<mnemonic, ["x"], value, [gradient], [SameOperandsAndResultType]> {
  let summary = formula;
  let description = "Computes `" # formula # "` for every element.";
  let arguments = (ins type:$input);
  let results = (outs type:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

/// An elementwise op on operands l and r of one type.
class NN_BinaryOp<string mnemonic, string formula, string value, string gradientLhs, string gradientRhs,
                  list<Trait> traits = []>
    : NN_ElementwiseOp<mnemonic, ["l", "r"], value, [gradientLhs, gradientRhs],
                       !listconcat([SameOperandsAndResultType], traits)> {
  let summary = formula;
  let description = "Computes `" # formula # "` for every pair of elements at the same index.";
  let arguments = (ins NN_NumberTensor:$lhs, NN_NumberTensor:$rhs);
  let results = (outs NN_NumberTensor:$result);
  let assemblyFormat = "$lhs `,` $rhs attr-dict `:` type($result)";
}

#endif
