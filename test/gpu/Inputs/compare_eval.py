# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""compare_eval.py CPU GPU OTHER: what `eval --json` says of one set of weights on
both devices, and of the weights that the other device made."""
import json
import sys

cpu, gpu, other = (json.load(open(path)) for path in sys.argv[1:])
print(cpu, gpu, other)
assert cpu["accuracy"] > 0.8
assert abs(cpu["loss"] - gpu["loss"]) < 1e-5
assert abs(cpu["accuracy"] - other["accuracy"]) <= 0.01
