# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Files of tensors for tests: npy and safetensors, without numpy.

As a module: lit puts its folder on PYTHONPATH. As a command (`%tensor_files` in a
test):

    tensor_files.py npy FILE SHAPE      0, 1, 2, … in f32; SHAPE is like 2,3
    tensor_files.py waves FILE SHAPE    sines in f32, no two rows alike
    tensor_files.py weights FILE [NAME=VALUE…]
                                        safetensors of vectors of one f32 number
"""
import ast
import json
import math
import struct
import sys

FORMATS = {"<f4": "f", "<f8": "d", "<i4": "i", "<i8": "q", "|u1": "B"}


def npy(shape, data, descr="<f4", fortran_order=False, version=1, header=None):
    """The bytes of an npy file around `data`; `header` replaces the usual dictionary."""
    text = header or f"{{'descr': '{descr}', 'fortran_order': {fortran_order}, 'shape': {shape}, }}"
    text += " " * (-(10 + len(text) + 1) % 64) + "\n"
    return b"\x93NUMPY" + struct.pack("<BB" + ("H" if version == 1 else "I"), version, 0, len(text)) + text.encode() + data


def pack(values, descr="<f4"):
    """Numbers as the data of a tensor."""
    return struct.pack(f"<{len(values)}{FORMATS[descr]}", *values)


def write_npy(path, shape, values, descr="<f4"):
    with open(path, "wb") as file:
        file.write(npy(tuple(shape), pack(values, descr), descr))


def read_npy(path):
    """Shape and values of an npy file of version 1."""
    with open(path, "rb") as file:
        data = file.read()
    assert data[:8] == b"\x93NUMPY\x01\x00", path
    (length,) = struct.unpack("<H", data[8:10])
    assert (10 + length) % 64 == 0, path
    header = ast.literal_eval(data[10 : 10 + length].decode())
    assert header["fortran_order"] is False, path
    body = data[10 + length :]
    form = FORMATS[header["descr"]]
    return header["shape"], struct.unpack(f"<{len(body) // struct.calcsize('<' + form)}{form}", body)


def safetensors(header, data=b""):
    """The bytes of a safetensors file; `header` is an object or the header's own text."""
    text = json.dumps(header) if isinstance(header, dict) else header
    text = text.encode() if isinstance(text, str) else text
    return struct.pack("<Q", len(text)) + text + data


def write_safetensors(path, tensors):
    """Writes f32 tensors: name -> (shape, values)."""
    header, data = {}, b""
    for name, (shape, values) in tensors.items():
        blob = pack(values)
        header[name] = {"dtype": "F32", "shape": list(shape), "data_offsets": [len(data), len(data) + len(blob)]}
        data += blob
    text = json.dumps(header, separators=(",", ":"))
    with open(path, "wb") as file:
        file.write(safetensors(text + " " * (-len(text) % 8), data))


def split_safetensors(path):
    """Header, without its metadata, and data of a safetensors file."""
    with open(path, "rb") as file:
        content = file.read()
    (length,) = struct.unpack("<Q", content[:8])
    header = json.loads(content[8 : 8 + length])
    header.pop("__metadata__", None)
    return header, content[8 + length :]


def read_safetensors(path):
    """Tensors of a file that holds only f32: name -> (shape, values)."""
    header, data = split_safetensors(path)
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", f"{path}: {name} is {entry['dtype']}"
        begin, end = entry["data_offsets"]
        tensors[name] = (entry["shape"], struct.unpack(f"<{(end - begin) // 4}f", data[begin:end]))
    return tensors


def main(kind, path, *rest):
    if kind == "weights":
        write_safetensors(path, {name: ([1], [float(value)]) for name, value in (item.split("=") for item in rest)})
        return
    shape = [int(size) for size in rest[0].split(",")]
    count = math.prod(shape)
    write_npy(path, shape, range(count) if kind == "npy" else [math.sin(0.7 * i + 0.01 * i * i) for i in range(count)])


if __name__ == "__main__":
    main(*sys.argv[1:])
