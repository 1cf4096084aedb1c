#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Lays down the test files of a new nn op and lists what is left to write.

    python3 tools/new-op.py softsign --elementwise
    python3 tools/new-op.py cumsum

See compiler/docs/new-op.md for the whole checklist.
"""
import argparse
import pathlib
import re
import sys

REFERENCE = """// RUN: gradus-opt %s --reference-run
// Values worked out by hand; say why the tolerance is what it is.

func.func @{name}_3x5() {{
  // Give distinct values and an odd shape, then:
  //   %y = nn.{name} %x : tensor<3x5xf32>
  //   check.expect_close %y, %expected atol 1.0e-6 rtol 1.0e-6 : tensor<3x5xf32>
  return
}}
"""

GRADIENT = """// RUN: gradus-opt %s --check-gradients
// Finite differences in f64; see the pass's options for another range of inputs.

func.func @{name}_3x5(%x: tensor<3x5xf64>) -> tensor<3x5xf64> {{
  %y = nn.{name} %x : tensor<3x5xf64>
  return %y : tensor<3x5xf64>
}}
"""


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("name", help="mnemonic, such as softsign")
    parser.add_argument("--elementwise", action="store_true", help="one result element per operand element")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent, type=pathlib.Path)
    args = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9_]*", args.name):
        sys.exit(f"error: '{args.name}' is not a mnemonic: lower case, digits and _")
    stem = args.name.replace("_", "-")
    files = {
        f"test/reference/nn/{stem}.mlir": REFERENCE,
        f"test/gradients/nn/{stem}.mlir": GRADIENT,
    }
    for path in files:
        if (args.root / path).exists():
            sys.exit(f"error: {path} exists already")
    for path, text in files.items():
        (args.root / path).write_text(text.format(name=args.name))
        print(f"wrote {path}")
    camel = "".join(part.capitalize() for part in args.name.split("_"))
    print("now edit:")
    if args.elementwise:
        print(f'  dialects/nn/IR/NNOps.td       def NN_{camel}Op : NN_UnaryOp<"{args.name}", FORMULA, BODY, GRADIENT>;')
    else:
        for place, what in [
            ("dialects/nn/IR/NNOps.td", f"def NN_{camel}Op, with its constraints"),
            ("dialects/nn/IR/NNDialect.cpp", f"{camel}Op::inferReturnTypes or ::verify"),
            ("compiler/Reference/ReferenceModels.cpp", f"void run({camel}Op, Inputs, Tensor &)"),
            ("compiler/Autodiff/Gradients.cpp", f"void adjoint({camel}Op, …), and the list at the end"),
            ("compiler/Fusion/FusionRoles.cpp", "its role, if it is not a kernel of its own"),
            ("compiler/Conversion/NNToLinalg.cpp", f"struct Convert{camel}"),
        ]:
            print(f"  {place:42}{what}")
    print("  compiler/Frontend/model.proto, Import*.cpp: register*Layers   to write it in models")
    print("  test/dialects/nn/ops.mlir, invalid.mlir                       printed and rejected")
    print("  test/devices/conformance.py                                   the same on every device")


main()
