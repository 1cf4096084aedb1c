#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Adds a pass to the tree: its record, its source, its test.

    python3 tools/new-pass.py Transforms nn-fold-scales --summary 'Fold scales into matmuls'
    python3 tools/new-pass.py Codegen/GPU gpu-split-launches --on module

ROOM is a folder of compiler/. NAME is the flag; the stem of class, file and test is
the same in CamelCase, without the dialect in front (nn, rt, train; of cpu and gpu it
keeps the letters). The pass builds, changes nothing, and passes its test as written;
compiler/docs/new-pass.md says what to do then. --dry-run prints a unified diff.
"""
import argparse
import pathlib
import re
import sys

from scaffold import Tree, camel

PASSES = "compiler/Passes/Passes.td"


def stem_of(flag):
    prefix, rest = flag.split("-", 1)
    if prefix in ("nn", "rt", "train"):
        return camel(rest, "-")
    return (prefix.upper() if prefix in ("cpu", "gpu") else camel(prefix)) + camel(rest, "-")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("room", help="a folder of compiler/, such as Transforms or Codegen/GPU")
    parser.add_argument("name", help="the flag, such as nn-fold-scales")
    parser.add_argument("--summary", default="Change nothing", help="what it does, in the imperative")
    parser.add_argument("--on", choices=["function", "module"], default="function", help="what it runs on")
    parser.add_argument("--dry-run", action="store_true", help="print a unified diff, write nothing")
    parser.add_argument("--root", default=pathlib.Path(__file__).resolve().parent.parent, type=pathlib.Path,
                        help="the source tree (default: the script's)")
    args = parser.parse_args()
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)+", args.name):
        sys.exit(f"error: '{args.name}' is not a flag: a dialect or target, then words, with hyphens")
    tree, stem = Tree(args.root), stem_of(args.name)
    if re.search(rf'"{args.name}"|def {stem}Pass\b', tree.read(PASSES)):
        sys.exit(f"error: there is a pass {args.name} or {stem}Pass already")
    lists = f"compiler/{args.room}/CMakeLists.txt"
    if not (tree.root / lists).exists():
        sys.exit(f"error: compiler/{args.room} is no room: it has no CMakeLists.txt")

    op = "::mlir::ModuleOp" if args.on == "module" else "::mlir::func::FuncOp"
    tree.insert_before(PASSES, r"^//===-+===//\n// Testing", f"""\
def {stem}Pass : Pass<"{args.name}", "{op}"> {{
  let summary = "{args.summary}";
  let description = [{{
    What holds before and after, and what it leaves alone, goes here.
  }}];
}}

""")
    banner = f"//===- {stem}.cpp - {args.summary} "
    tree.create(f"compiler/{args.room}/{stem}.cpp", f"""\
{banner}{'-' * max(0, 75 - len(banner))}===//
// SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "compiler/Passes/Passes.h"
#include "mlir/IR/BuiltinOps.h"
#include "llvm/Support/DebugLog.h"

#define DEBUG_TYPE "{args.name}"

namespace gradus {{
#define GEN_PASS_DEF_{stem.upper()}PASS
#include "compiler/Passes/Passes.h.inc"
}} // namespace gradus

using namespace mlir;

namespace {{

struct {stem}Pass : gradus::impl::{stem}PassBase<{stem}Pass> {{
  using Base::Base;
  void runOnOperation() override {{ LDBG() << "visits " << getOperation().getSymName(); }}
}};

}} // namespace
""")
    tree.replace(lists, r"(gradus_add_library\(\w+ SRCS )((?:\w+\.cpp\s+)+)",
                 lambda m: m[1] + with_source(m[2], f"{stem}.cpp"))
    file = re.sub(r"^(nn|rt|train)-", "", args.name)
    tree.create(f"test/compiler/{args.room.split('/')[0]}/{file}.mlir", f"""\
// RUN: gradus-opt %s --{args.name} | FileCheck %s

// What it must leave alone.
// CHECK-LABEL: func.func @unchanged
//  CHECK-SAME: (%[[X:.*]]: tensor<3x5xf32>)
func.func @unchanged(%x: tensor<3x5xf32>) -> tensor<3x5xf32> {{
  // CHECK-NEXT: %[[Y:.*]] = nn.neg %[[X]]
  // CHECK-NEXT: return %[[Y]]
  %y = nn.neg %x : tensor<3x5xf32>
  return %y : tensor<3x5xf32>
}}
""")
    tree.finish(args.dry_run)
    if not args.dry_run:
        print(f"next: move the record in {PASSES} to where a model meets the pass, and give it\n"
              "its step in compiler/Pipelines/Pipelines.cpp")


def with_source(sources, new):
    """The list of sources of a library with one more, sorted, in the same lines as far as possible."""
    for match in re.finditer(r"\w+\.cpp", sources):
        if match[0] > new:
            return sources[:match.start()] + new + " " + sources[match.start():]
    last = match.end()
    return sources[:last] + " " + new + sources[last:]


main()
