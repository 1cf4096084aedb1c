# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""compare_losses.py CPU.jsonl GPU.jsonl: 20 losses each, equal but for the order of sums."""
import json
import sys

cpu, gpu = ([json.loads(line)["loss"] for line in open(path)] for path in sys.argv[1:])
assert len(cpu) == len(gpu) == 20
worst = max(abs(p - q) / q for p, q in zip(gpu, cpu))
print(worst)
assert 0 < worst < 1e-5
