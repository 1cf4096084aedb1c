# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""The same samples in every format, and what must come of them.

    formats.py write DIR        writes idx/, gz/, npy/, csv/, and inputs for predict
    formats.py predictions DIR WEIGHTS JSON NPY...
                                checks predictions of `x` by hand from the weights
Nine samples of 2x3 bytes, labels 0 to 3.
"""
import gzip
import json
import math
import os
import struct
import sys

from tensor_files import read_npy, read_safetensors, write_npy

N, ROWS, COLUMNS = 9, 2, 3
BYTES = [[(i * 29 + j * j * 17 + 3) % 256 for j in range(ROWS * COLUMNS)] for i in range(N)]
LABELS = [(i * 7 + 1) % 4 for i in range(N)]
SCALE = 0.01


def write():
    for folder in ("idx", "gz", "npy", "csv"):
        os.makedirs(folder, exist_ok=True)
    flat = [b for row in BYTES for b in row]
    images = bytes([0, 0, 8, 3]) + struct.pack(">3I", N, ROWS, COLUMNS) + bytes(flat)
    labels = bytes([0, 0, 8, 1]) + struct.pack(">I", N) + bytes(LABELS)
    for name, data in (("images", images), ("labels", labels)):
        with open(f"idx/{name}", "wb") as f:
            f.write(data)
        with gzip.open(f"gz/{name}.gz", "wb") as f:
            f.write(data)
    # The loader multiplies in f32: so do these.
    def f32(x):
        return struct.unpack("<f", struct.pack("<f", x))[0]
    floats = [f32(b * f32(SCALE)) for b in flat]
    write_npy("npy/x.npy", (N, ROWS, COLUMNS), floats)
    write_npy("npy/y.npy", (N,), LABELS, "<i8")
    write_npy("bytes.npy", (N, ROWS, COLUMNS), flat, "|u1")
    write_npy("doubles.npy", (N, ROWS, COLUMNS), floats, "<f8")
    with open("csv/d.csv", "w") as f:
        f.write('label;"a";b;c;d;e;f\r\n')
        for row, label in zip(BYTES, LABELS):
            f.write(";".join([str(label)] + [f'"{b}"' if b % 2 else f" {b} " for b in row]) + "\r\n")
        f.write("\n")


def predictions(weights, answer, *files):
    tensors = read_safetensors(weights)
    (w_shape, w), (b_shape, b) = tensors["fc.weight"], tensors["fc.bias"]
    assert w_shape == [4, 6] and b_shape == [4]
    want = []
    for row in BYTES:
        want.append([b[k] + math.fsum(w[6 * k + j] * (row[j] * SCALE) for j in range(6)) for k in range(4)])
    with open(answer) as f:
        got = json.load(f)
    assert list(got) == ["fc", "class"], list(got)
    assert len(got["fc"]) == N
    for g, v in zip(got["fc"], want):
        assert len(g) == 4 and all(abs(p - q) <= 1e-5 * (1 + abs(q)) for p, q in zip(g, v)), (g, v)
    assert got["class"] == [v.index(max(v)) for v in want], got["class"]
    for path in files:
        shape, values = read_npy(path)
        if len(shape) == 2:
            assert shape == (N, 4) and [list(values[4 * i : 4 * i + 4]) for i in range(N)] == [
                [struct.unpack("<f", struct.pack("<f", p))[0] for p in row] for row in got["fc"]], path
        else:
            assert shape == (N,) and list(values) == got["class"], (shape, values)


if sys.argv[1] == "write":
    os.makedirs(sys.argv[2], exist_ok=True)
    os.chdir(sys.argv[2])
    write()
else:
    predictions(*sys.argv[2:])
