# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""hot_loop.py FILE.s REGISTER COUNT: the innermost loops with most FMAs spill nothing.

Finds every basic block that jumps back to itself, takes those with at least
COUNT fused multiply-adds on REGISTER, and fails if there is none, or if one
stores a vector or reads what was spilled.
"""
import re
import sys


def main():
    path, register, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    block, label, hot = [], None, 0
    for line in open(path):
        text = line.split("#")[0].strip()
        if re.match(r"\.L\w+:", text):
            block, label = [], text.rstrip(":")
            continue
        if not text or text.startswith("."):
            continue
        block.append(text)
        jump = re.match(r"j\w+\s+(\.L\w+)$", text)
        if jump and jump.group(1) == label:
            fmas = [i for i in block if i.startswith("vfmadd") and register in i]
            if len(fmas) >= count:
                hot += 1
                for i in block:
                    stores = re.match(r"vmov\w*\s+%[xyz]mm\d+, .*\(", i)
                    if stores or "(%rsp" in i:
                        sys.exit(f"{label}: the hot loop spills: {i}")
            block, label = [], None
    if not hot:
        sys.exit(f"no loop with {count} multiply-adds on {register} was found")
    print(f"{hot} hot loops, no spill")


main()
