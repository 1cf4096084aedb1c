# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""deep_model.py N: prints a model of N equal dense layers."""
import sys

print('''format_version: 1
name: "n"
input { name: "x" type: "f32[batch,16]" }
input { name: "t" type: "f32[batch,16]" }''')
for _ in range(int(sys.argv[1])):
    print("layer { dense { units: 16 } activation: TANH }")
print("train { mean_squared_error {} adam { learning_rate { constant: 0.01 } } data { batch: 8 } }")
