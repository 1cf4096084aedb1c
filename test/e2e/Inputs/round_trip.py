# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Prints a stage of a model and checks that gradus-opt prints the same again.

    round_trip.py GRADUS GRADUS-OPT MODEL STAGE
"""
import subprocess
import sys

gradus, opt, model, stage = sys.argv[1], sys.argv[2:-2], sys.argv[-2], sys.argv[-1]
first = subprocess.run([gradus, "compile", model, f"--emit={stage}", "-o", "-"], capture_output=True, text=True, check=True).stdout
again = subprocess.run(opt, input=first, capture_output=True, text=True)
if again.returncode:
    sys.exit(f"gradus-opt refuses the {stage} stage: {again.stderr[:2000]}")
if again.stdout.rstrip() != first.rstrip():  # the tools end with one newline or two
    a, b = first.splitlines(), again.stdout.splitlines()
    for i, (l, r) in enumerate(zip(a, b)):
        if l != r:
            sys.exit(f"{stage}: line {i + 1} changes from\n{l}\nto\n{r}")
    sys.exit(f"{stage}: {len(a)} lines become {len(b)}")
print(first)
