#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adds an nn op to the tree, in all its parts and with its tests.

    python3 tools/new-op.py cube --elementwise --formula 'x^3' \\
        --body 'a.mul(x, a.mul(x, x))' --gradient 'a.mul(g, a.mul(a.lit(3), a.mul(x, x)))'
    python3 tools/new-op.py norm --reduction --formula 'sqrt sum x^2'
    python3 tools/new-op.py normalize

Without --body an elementwise op is the identity; a --reduction begins as the sum
along dimensions, any other op as the identity on a float tensor. All build and pass
their tests as written; compiler/docs/new-op.md says what to change then. --dry-run
prints a unified diff and writes nothing.
"""
import argparse
import math
import pathlib
import re
import sys

from scaffold import Tree, camel

OPS, BODIES = "dialects/nn/IR/NNOps.td", "dialects/nn/IR/ScalarBodies.h"
REFERENCE, GRADIENTS = "compiler/Reference/ReferenceModels.cpp", "compiler/Autodiff/Gradients.cpp"
DECOMPOSE, PROTO = "compiler/Transforms/Decompose.cpp", "compiler/Frontend/model.proto"
REDUCTIONS = "compiler/Frontend/ImportReduction.cpp"

# The inputs of the tests: distinct values away from 0, in an odd shape.
VALUES = [[-1.5, -1.0, -0.75, 0.5, 0.25], [0.125, 1.25, 2.0, 1.5, 1.75], [0.375, 1.0, 0.625, -0.5, -2.0]]


class PythonAlgebra:
    """The algebra of ScalarAlgebra.h on Python's floats, for the values of a test."""

    lit = staticmethod(float)
    neg, abs = staticmethod(lambda x: -x), staticmethod(abs)
    exp, log, sqrt = staticmethod(math.exp), staticmethod(math.log), staticmethod(math.sqrt)
    sin, cos, erf, tanh = (staticmethod(f) for f in (math.sin, math.cos, math.erf, math.tanh))
    floor, round = staticmethod(math.floor), staticmethod(round)
    sigmoid = staticmethod(lambda x: 1 / (1 + math.exp(-x)))
    add, sub = staticmethod(lambda l, r: l + r), staticmethod(lambda l, r: l - r)
    mul, div = staticmethod(lambda l, r: l * r), staticmethod(lambda l, r: l / r)
    pow, max, min = staticmethod(math.pow), staticmethod(max), staticmethod(min)
    lt, le = staticmethod(lambda l, r: l < r), staticmethod(lambda l, r: l <= r)
    gt, ge = staticmethod(lambda l, r: l > r), staticmethod(lambda l, r: l >= r)
    select = staticmethod(lambda c, l, r: l if c else r)


def dense(rows):
    return "dense<[" + ", ".join("[" + ", ".join(repr(float(v)) for v in row) + "]" for row in rows) + "]>"


class Op:
    """An op to be added: `name` as in the IR and in models, the class `camel`Op."""

    def __init__(self, tree, name, formula):
        self.tree, self.name, self.formula = tree, name, formula
        self.camel, self.stem = camel(name), name.replace("_", "-")
        if re.search(rf'<"{name}"', tree.read(OPS)):
            sys.exit(f"error: nn.{name} exists already")

    def fill(self, text):
        return (text.replace("@NAME@", self.name).replace("@CAMEL@", self.camel).replace("@FORMULA@", self.formula)
                .replace("@KIND@", self.name.upper()).replace("@STEM@", self.stem))

    def new_file(self, path, text):
        self.tree.create(path, self.fill(text))

    def add_overload(self, path, result, function, text):
        """An overload of a function on the op, among the others in order."""
        self.tree.insert_sorted(path, rf"^{result} {function}\((\w+)Op\b", self.camel, self.fill(text))

    def add_import(self, message, like):
        """The field of model.proto, and its handler, which is that of the layer `like`."""
        numbers = re.search(r"  oneof op \{\n(.*?)\n  \}", self.tree.read(PROTO), re.DOTALL)[1]
        number = max(int(n) for n in re.findall(r"= (\d+);", numbers)) + 1
        self.tree.replace(PROTO, r"^  oneof op \{\n(?:    .*\n)+",
                          lambda match: f"{match[0]}    {message} {self.name} = {number};\n")
        # protoc writes a letter behind a digit large: kLog1P.
        kind = re.sub(r"\d[a-z]", lambda match: match[0].upper(), self.camel)
        for file in sorted((self.tree.root / "compiler/Frontend").glob("Import*.cpp")):
            path = str(file.relative_to(self.tree.root))
            text = self.tree.read(path)
            # The lines that say which handler is for which layer.
            lines = list(re.finditer(r"^.*\bproto::Layer::k(\w+), .*\n", text, re.MULTILINE))
            for line in lines:
                if line[1] == like:
                    new = line[0].replace(f"k{like},", f"k{kind},").replace(f"{like}Op", f"{self.camel}Op")
                    later = [l.start() for l in lines if l[1] > self.camel]
                    place = later[0] if later else lines[-1].end()
                    self.tree.edited[path] = text[:place] + new + text[place:]
                    return
        sys.exit(f"error: no compiler/Frontend/Import*.cpp has a handler for {like}")

    def add_kind(self):
        """The kind of the layer `reduce` in model.proto, and what the importer makes of it."""
        def with_kind(match):
            number = max(int(n) for n in re.findall(r"= (\d+);", match[0])) + 1
            return self.fill(f"{match[1]} @KIND@ = {number}; }}")
        self.tree.replace(PROTO, r"(^message Reduce \{\n  enum Kind \{.*;) \}", with_kind)
        self.tree.replace(REDUCTIONS, r"^  default:\n    return reduce\(", lambda match: self.fill("""\
  case proto::Reduce::@KIND@:
    return nn::@CAMEL@Op::create(in.b, in.loc, x, dims);
""") + match[0])

    def add_conformance(self, group, lines):
        """The cases at the end of a group's section of conformance.py."""
        self.tree.replace("test/devices/conformance.py", rf"^# ---- {group} -+\n(?:(?!# ----)(?:.*)\n)*?(?=\n\n# ----)",
                          lambda match: match[0] + "\n" + self.fill(lines))

    def add_printed(self, check, text):
        self.tree.append("test/dialects/nn/ops.mlir", self.fill(f"""\
// CHECK-LABEL: func.func @@NAME@
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @@NAME@(%x: tensor<3x5xf32>) {{
  // CHECK: {check}
  {text}
  return
}}
"""))


# ---- elementwise -------------------------------------------------------------


def as_body(op, function, comment, expression, operands):
    """What the record holds for an expression: itself if it is a call or two, else
    the call of a function that this adds to ScalarBodies.h."""
    calls = re.findall(r"\ba\.(\w+)\(", expression)
    if len(calls) <= 2 and "lit" not in calls:
        return expression
    used = [name for name in operands if re.search(rf"\b{name}\b", expression)]
    parameters = "".join(f", ValueOf<A> {name}" for name in used)
    op.tree.insert_sorted(BODIES, r"^ValueOf<A> (\w+)\(", function, f"""\
/// {comment}
template <ScalarAlgebra A>
ValueOf<A> {function}(A &a{parameters}) {{
  return {expression};
}}
""")
    return f"bodies::{function}(a, {', '.join(used)})"


def evaluated(body, rows):
    return [[eval(body, {"a": PythonAlgebra, "x": x}) for x in row] for row in rows]


def add_elementwise(op, body, gradient):
    inputs = VALUES
    try:
        try:
            values = evaluated(body, inputs)
        except (ValueError, ArithmeticError):  # such as the logarithm of what is negative
            inputs = [[abs(x) for x in row] for row in inputs]
            values = evaluated(body, inputs)
    except (NameError, SyntaxError, AttributeError, TypeError, ValueError, ArithmeticError) as error:
        sys.exit(f"error: cannot evaluate the body '{body}' at {inputs}: {error}")
    function = op.camel[0].lower() + op.camel[1:]
    value = as_body(op, function, op.formula, body, ["x"])
    slope = as_body(op, function + "Gradient", f"Gradient of {op.formula}.", gradient, ["g", "x", "y"])
    record = f'def NN_{op.camel}Op : NN_UnaryOp<"{op.name}", "{op.formula}", "{value}", "{slope}">;'
    if len(record) > 120:
        record = record.replace(f', "{value}"', f',\n    "{value}"')
    op.tree.insert_after(OPS, r"^def NN_\w+Op : NN_UnaryOp<(?:[^;{]|\n)*(?:;|\{(?:.|\n)*?\})\n", record + "\n")
    op.add_printed("nn.@NAME@ %[[X]] : tensor<3x5xf32>", "%0 = nn.@NAME@ %x : tensor<3x5xf32>")
    op.new_file(f"test/reference/nn/{op.stem}.mlir", f"""\
// RUN: gradus-opt %s --reference-run

func.func @values() {{
  %x = nn.constant {dense(inputs)} : tensor<3x5xf64>
  %y = nn.@NAME@ %x : tensor<3x5xf64>
  // new-op.py evaluated the body; check some of these in another way.
  %expected = nn.constant {dense(values)} : tensor<3x5xf64>
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : tensor<3x5xf64>
  return
}}
""")
    # Between 0.25 and 2 most functions are smooth.
    op.new_file(f"test/gradients/nn/{op.stem}.mlir", """\
// RUN: gradus-opt %s --check-gradients="low=0.25 high=2"

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.@NAME@ %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}
""")
    op.add_import("Empty", "Abs")
    op.add_conformance("elementwise", """\
between("elementwise", "@STEM@", POSITIVE + layer("op", "@NAME@ {}"))
""")


# ---- reductions --------------------------------------------------------------


def add_reduction(op):
    op.tree.insert_before(OPS, r"^#endif", op.fill("""\
def NN_@CAMEL@Op : NN_Op<"@NAME@", [InferTypeOpAdaptor]> {
  let summary = "@FORMULA@, along dimensions, which are dropped";
  let description = [{
    C1: `dims` is strictly increasing and within rank(input).
    ```mlir
    %0 = nn.@NAME@ %x dims [1] : tensor<3x5xf32>   // tensor<3xf32>
    ```
  }];
  let arguments = (ins NN_FloatTensor:$input, DenseI64ArrayAttr:$dims);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input `dims` $dims attr-dict `:` type($input)";
}

"""))
    indent = " " * len(f"LogicalResult {op.camel}Op::inferReturnTypes(")
    op.tree.append("dialects/nn/IR/NNDialect.cpp", op.fill("""\
LogicalResult @CAMEL@Op::inferReturnTypes(MLIRContext *, std::optional<Location> loc, Adaptor op,
@INDENT@SmallVectorImpl<Type> &types) {
  return inferReduced(loc, op.getInput(), op.getDims(), types);
}
""").replace("@INDENT@", indent))
    op.add_overload(REFERENCE, "(?:void|LogicalResult)", "run", """\
// The sum: put here what the op computes.
void run(@CAMEL@Op op, Inputs in, Tensor &y) {
  forEachElement(in[0].shape(), stridesWithout(in[0].shape(), op.getDims()),
                 [&](int64_t i, int64_t o) { y.data[o] += in[0].data[i]; });
}
""")
    op.add_overload(GRADIENTS, "void", "adjoint", """\
void adjoint(@CAMEL@Op op, OpBuilder &b, Location loc, Value g, Gradients &out) {
  // Of the sum, each element of which counts once.
  out.push_back(broadcastAlong(b, loc, g, op.getInput(), op.getDims()));
}
""")
    op.tree.insert_after(DECOMPOSE, r"^Value decompose\((?:.|\n)*?\n\}\n", op.fill("""
// Pattern: @NAME@(x) -> sum(x)
Value decompose(@CAMEL@Op op, OpBuilder &b, Location loc) {
  return sumAlong(b, loc, op.getInput(), op.getDims());
}
"""))
    op.add_printed("nn.@NAME@ %[[X]] dims [1] : tensor<3x5xf32>", "%0 = nn.@NAME@ %x dims [1] : tensor<3x5xf32>")
    op.tree.append("test/dialects/nn/invalid.mlir", op.fill("""\
// -----

func.func @@NAME@_c1_order(%x: tensor<3x5xf32>) {
  // expected-error@+1 {{dims must be strictly increasing and within rank 2}}
  %0 = nn.@NAME@ %x dims [1, 0] : tensor<3x5xf32>
  return
}

// -----

func.func @@NAME@_c1_range(%x: tensor<3x5xf32>) {
  // expected-error@+1 {{dims must be strictly increasing and within rank 2}}
  %0 = nn.@NAME@ %x dims [2] : tensor<3x5xf32>
  return
}
"""))
    rows, columns = [sum(row) for row in VALUES], [sum(column) for column in zip(*VALUES)]

    def case(name, dims, expected, type):
        return f"""
func.func @{name}() {{
  %x = nn.constant {dense(VALUES)} : tensor<3x5xf64>
  %y = nn.@NAME@ %x dims {dims} : tensor<3x5xf64>
  %expected = nn.constant dense<{expected}> : {type}
  // Literals of 16 digits; the C library errs by an ulp.
  check.expect_close %y, %expected atol 1.0e-15 rtol 1.0e-14 : {type}
  return
}}
"""
    op.new_file(f"test/reference/nn/{op.stem}.mlir", """\
// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run
// Values of the sum that new-op.py began with: replace them by those of the op.
""" + case("rows", [1], rows, "tensor<3xf64>") + case("columns", [0], columns, "tensor<5xf64>") +
                case("all", [0, 1], sum(rows), "tensor<f64>"))
    op.new_file(f"test/gradients/nn/{op.stem}.mlir", """\
// RUN: gradus-opt %s --check-gradients

func.func @rows(%x: tensor<3x5xf64>) -> tensor<3xf64> {
  %y = nn.@NAME@ %x dims [1] : tensor<3x5xf64>
  return %y : tensor<3xf64>
}

func.func @outer(%x: tensor<2x3x5xf64>) -> tensor<3xf64> {
  %y = nn.@NAME@ %x dims [0, 2] : tensor<2x3x5xf64>
  return %y : tensor<3xf64>
}
""")
    op.add_kind()
    op.add_conformance("reductions", """\
between("reductions", "@STEM@", layer("op", "reduce { kind: @KIND@ }"), after="11")
between("reductions", "@STEM@-column", layer("op", "reduce { kind: @KIND@ axis: 1 }"), after="19", types=ONE)
between("reductions", "@STEM@-sample", layer("op", "reduce { kind: @KIND@ axis: [1, 2] }"), after="", types=ONE)
""")


# ---- others ------------------------------------------------------------------


def add_general(op):
    op.tree.insert_before(OPS, r"^#endif", op.fill("""\
def NN_@CAMEL@Op : NN_Op<"@NAME@", [SameOperandsAndResultType]> {
  let summary = "@FORMULA@";
  let description = "What it computes, its constraints C1 to Cn, and an example go here.";
  let arguments = (ins NN_FloatTensor:$input);
  let results = (outs NN_FloatTensor:$result);
  let assemblyFormat = "$input attr-dict `:` type($result)";
}

"""))
    op.add_overload(REFERENCE, "(?:void|LogicalResult)", "run", """\
// The identity: put here what the op computes.
void run(@CAMEL@Op op, Inputs in, Tensor &y) { y.data = in[0].data; }
""")
    op.add_overload(GRADIENTS, "void", "adjoint", """\
// Of the identity.
void adjoint(@CAMEL@Op op, OpBuilder &, Location, Value g, Gradients &out) { out.push_back(g); }
""")
    op.tree.insert_after(DECOMPOSE, r"^Value decompose\((?:.|\n)*?\n\}\n", op.fill("""
// Pattern: @NAME@(x) -> x
Value decompose(@CAMEL@Op op, OpBuilder &, Location) { return op.getInput(); }
"""))
    op.add_printed("nn.@NAME@ %[[X]] : tensor<3x5xf32>", "%0 = nn.@NAME@ %x : tensor<3x5xf32>")
    op.new_file(f"test/reference/nn/{op.stem}.mlir", f"""\
// RUN: gradus-opt %s --reference-run
// RUN: gradus-opt %s --nn-decompose --reference-run
// Values of the identity that new-op.py began with: replace them by those of the op.

func.func @values() {{
  %x = nn.constant {dense(VALUES)} : tensor<3x5xf64>
  %y = nn.@NAME@ %x : tensor<3x5xf64>
  %expected = nn.constant {dense(VALUES)} : tensor<3x5xf64>
  // Exact: a copy.
  check.expect_close %y, %expected atol 0.0 rtol 0.0 : tensor<3x5xf64>
  return
}}
""")
    op.new_file(f"test/gradients/nn/{op.stem}.mlir", """\
// RUN: gradus-opt %s --check-gradients

func.func @values(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {
  %y = nn.@NAME@ %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}
""")
    op.add_import("Empty", "Abs")
    op.add_conformance("elementwise", """\
between("elementwise", "@STEM@", layer("op", "@NAME@ {}"))
""")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="mnemonic, such as softsign")
    kind = parser.add_mutually_exclusive_group()
    kind.add_argument("--elementwise", action="store_true", help="one result element per operand element x")
    kind.add_argument("--reduction", action="store_true", help="along dimensions, which are dropped")
    parser.add_argument("--formula", default="x", help="what it computes, for people")
    parser.add_argument("--body", help="elementwise: the value, a C++ expression in the algebra a and x")
    parser.add_argument("--gradient", help="elementwise: that of x, in a, g (of the result), x and y (the result)")
    parser.add_argument("--dry-run", action="store_true", help="print a unified diff, write nothing")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent, type=pathlib.Path,
                        help="the source tree (default: the script's)")
    args = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", args.name):
        sys.exit(f"error: '{args.name}' is not a mnemonic: lower case, digits and _")
    if (args.body is None) != (args.gradient is None):
        sys.exit("error: --body and --gradient go together")
    if args.body and not args.elementwise:
        sys.exit("error: --body is for --elementwise ops")
    tree = Tree(args.root)
    op = Op(tree, args.name, args.formula)
    if args.elementwise:
        add_elementwise(op, args.body or "x", args.gradient or "g")
    elif args.reduction:
        add_reduction(op)
    else:
        add_general(op)
    tree.finish(args.dry_run)


main()
