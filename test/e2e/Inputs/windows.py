# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Convolutions and poolings, compared with what PyTorch computes.

    windows.py check GRADUS FOLDER      predictions against windows.json; builds in FOLDER
    windows.py record                   writes windows.json anew; needs PyTorch (written with 1.13)

Values are a function of their number, so that the file holds PyTorch's results only.
"""
import json
import math
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
RECORDED = os.path.join(HERE, "windows.json")
BATCH = 2
# Sums of up to 36 products of values up to 1, in another order than PyTorch's: some 1e-6.
TOLERANCE = 1e-5

# The layer, the shape of a sample, the shape of the weight, and PyTorch's function of x, w and b.
CASES = [
    ("conv { channels: 6 kernel: [3,2] stride: [2,1] padding: [1,2] dilation: [1,2] groups: 2 }", (4, 9, 8), (6, 2, 3, 2),
     lambda F, x, w, b: F.conv2d(x, w, b, stride=(2, 1), padding=(1, 2), dilation=(1, 2), groups=2)),
    ("conv { channels: 5 kernel: 3 padding: 1 stride: 2 }", (3, 9, 8), (5, 3, 3, 3),
     lambda F, x, w, b: F.conv2d(x, w, b, stride=2, padding=1)),
    ("conv { channels: 3 kernel: [4,3] same: true }", (4, 6, 5), (3, 4, 4, 3),
     lambda F, x, w, b: F.conv2d(x, w, b, padding="same")),
    ("conv { channels: 4 kernel: 3 groups: 4 }", (4, 6, 7), (4, 1, 3, 3), lambda F, x, w, b: F.conv2d(x, w, b, groups=4)),
    ("conv { channels: 3 kernel: [2,3,2] }", (2, 3, 4, 5), (3, 2, 2, 3, 2), lambda F, x, w, b: F.conv3d(x, w, b)),
    ("conv { channels: 3 kernel: 4 stride: 3 padding: 2 }", (2, 13), (3, 2, 4),
     lambda F, x, w, b: F.conv1d(x, w, b, stride=3, padding=2)),
    ("max_pool { kernel: 3 stride: 2 padding: 1 ceil_mode: true }", (3, 10, 9), None,
     lambda F, x, w, b: F.max_pool2d(x, 3, 2, 1, ceil_mode=True)),
    ("max_pool { kernel: [2,3] dilation: [2,1] stride: 1 }", (2, 6, 7), None,
     lambda F, x, w, b: F.max_pool2d(x, (2, 3), 1, 0, dilation=(2, 1))),
    ("average_pool { kernel: 3 stride: 2 padding: 1 ceil_mode: true }", (3, 10, 9), None,
     lambda F, x, w, b: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True)),
    ("average_pool { kernel: 3 stride: 2 padding: 1 ceil_mode: true count_padding: false }", (3, 10, 8), None,
     lambda F, x, w, b: F.avg_pool2d(x, 3, 2, 1, ceil_mode=True, count_include_pad=False)),
    ("average_pool { kernel: 4 }", (3, 11), None, lambda F, x, w, b: F.avg_pool1d(x, 4)),
]


def values(shape, seed):
    """Numbers in [-1, 1] that do not repeat."""
    return [math.sin(1.7 * i * i + seed) for i in range(math.prod(shape))]


def record():
    import torch

    def tensor(shape, seed):
        return torch.tensor(values(shape, seed)).reshape(shape)

    found = []
    for layer, sample, weight, function in CASES:
        w, b = (tensor(weight, 1), tensor(weight[:1], 2)) if weight else (None, None)
        y = function(torch.nn.functional, tensor((BATCH, *sample), 0), w, b)
        found.append({"layer": layer, "shape": list(y.shape), "values": [float(f"{v:.7g}") for v in y.flatten().tolist()]})
    with open(RECORDED, "w") as file:
        file.write("[\n" + ",\n".join(json.dumps(case) for case in found) + "\n]\n")


def check(gradus, folder):
    import tensor_files

    os.makedirs(folder, exist_ok=True)
    os.chdir(folder)
    with open(RECORDED) as file:
        recorded = json.load(file)
    for (layer, sample, weight, _), want in zip(CASES, recorded, strict=True):
        assert layer == want["layer"], "record again"
        with open("m.txtpb", "w") as file:
            file.write(f'format_version: 1\nname: "m"\ninput {{ name: "x" type: "f32[batch,{",".join(map(str, sample))}]" }}\n'
                       f'layer {{ name: "y" {layer} }}\noutput: "y"\n')
        subprocess.run([gradus, "compile", "m.txtpb", "--dim", f"batch={BATCH}", "-o", "m", "--quiet"], check=True)
        shape = (BATCH, *sample)
        tensor_files.write_npy("x.npy", shape, values(shape, 0))
        command = [os.path.join(".", "m"), "predict", "--input", "x=@x.npy", "--output", "y=@y.npy"]
        if weight:
            tensor_files.write_safetensors("w.safetensors", {"y.weight": (weight, values(weight, 1)),
                                                             "y.bias": (weight[:1], values(weight[:1], 2))})
            command += ["--weights", "w.safetensors"]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        shape, got = tensor_files.read_npy("y.npy")
        worst = max(abs(a - b) for a, b in zip(got, want["values"], strict=True))
        print(f"{worst:.1e}  {layer}")
        assert list(shape) == want["shape"] and worst <= TOLERANCE
    print(len(CASES), "layers as in PyTorch")


if sys.argv[1] == "record":
    record()
else:
    check(*sys.argv[2:])
