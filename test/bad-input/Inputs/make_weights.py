# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes broken safetensors files from a good one: make_weights.py GOOD DIR.

GOOD holds fc.weight [1,6] and fc.bias [1] in f32.
"""
import json
import os
import struct
import sys

from tensor_files import safetensors, split_safetensors


def main():
    with open(sys.argv[1], "rb") as f:
        good = f.read()
    header, data = split_safetensors(sys.argv[1])
    os.makedirs(sys.argv[2], exist_ok=True)

    def raw(name, content):
        with open(os.path.join(sys.argv[2], name + ".safetensors"), "wb") as f:
            f.write(content)

    def text(name, text, body=data):
        raw(name, safetensors(text, body))

    def entries(name, body=data, **changes):
        mine = json.loads(json.dumps(header))
        for key, change in changes.items():
            tensor = "fc." + key.split("_", 1)[0]
            mine[tensor][key.split("_", 1)[1]] = change
        text(name, json.dumps(mine), body)

    w, b = header["fc.weight"]["data_offsets"], header["fc.bias"]["data_offsets"]
    plain = json.dumps(header)
    first = json.dumps("fc.bias") + ":" + json.dumps(header["fc.bias"])
    second = json.dumps("fc.weight") + ":" + json.dumps(header["fc.weight"])

    entries("good")
    text("padded", plain + " " * 64)
    raw("empty", b"")
    raw("short", good[:7])
    raw("header-long", struct.pack("<Q", len(good)) + good[8:])
    raw("header-huge", struct.pack("<Q", 2**64 - 1) + good[8:])
    raw("header-negative", struct.pack("<q", -8) + good[8:])
    raw("header-zero", struct.pack("<Q", 0) + good[8:])
    raw("data-cut", good[:-4])
    raw("data-long", good + b"1234")
    text("not-json", "weights of fc, as f32")
    text("list", "[1, 2]")
    text("unclosed", plain[:-1])
    text("unclosed-string", '{"fc.wei')
    text("escape-at-end", '{"fc.wei\\')
    text("after", plain + "{}")
    text("no-colon", plain.replace(": {", " {", 1))
    text("deep", '{"a":' + "[" * 100000)
    text("control", plain.replace("fc.bias", "fc.bi\x01s"))
    text("unicode-escape", plain.replace("fc.bias", "fc.\\u0062ias"))
    text("number-name", '{7:{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}')
    text("twice", "{" + first + "," + first + "," + second + "}")
    text("twice-elsewhere", "{" + first + "," + second + ',"fc.bias":{"dtype":"F32","shape":[1],"data_offsets":[28,32]}}', data + b"abcd")
    text("key-twice", plain.replace('"dtype"', '"shape": [1], "dtype"', 1))
    text("key-unknown", plain.replace('"dtype"', '"stride": 1, "dtype"', 1))
    text("key-missing", '{"fc.bias":{"dtype":"F32","shape":[1]}}', b"")
    text("metadata-twice", '{"__metadata__":{"a":"b"},"__metadata__":{"c":"d"},' + plain[1:])
    text("metadata-number", '{"__metadata__":{"a":1},' + plain[1:])
    text("metadata-list", '{"__metadata__":[],' + plain[1:])
    text("digest", '{"__metadata__":{"digest":"' + "0" * 64 + '"},' + plain[1:])
    entries("overlap", weight_data_offsets=[w[0], w[1]], bias_data_offsets=[w[0], w[0] + 4])
    entries("hole", data + b"1234", bias_data_offsets=[b[0] + 4, b[1] + 4], weight_data_offsets=[w[0] + 4, w[1] + 4])
    entries("beyond", bias_data_offsets=[2**40, 2**40 + 4])
    entries("wrap", bias_data_offsets=[2**63, 2**63 + 4])
    entries("backwards", bias_data_offsets=[b[1], b[0]])
    text("negative", plain.replace("[%d, %d]" % tuple(b), "[-4, 0]"))
    text("fraction", plain.replace('"shape": [1]', '"shape": [1.0]'))
    text("twenty-digits", plain.replace('"shape": [1]', '"shape": [18446744073709551617]'))
    entries("size", bias_shape=[2])
    entries("shape", weight_shape=[6, 1])
    entries("rank", weight_shape=[6])
    entries("rank-17", bias_shape=[1] * 17)
    entries("overflow", bias_shape=[2**33, 2**33])
    entries("zeros", bias_shape=[0, 2**62], bias_data_offsets=[0, 0])
    entries("dtype", bias_dtype="I32")
    entries("bf16", bias_dtype="BF16")
    entries("dtype-unknown", bias_dtype="F" * 5000)
    text("missing", "{" + json.dumps("fc.weight") + ":" + json.dumps({"dtype": "F32", "shape": [1, 6], "data_offsets": [0, 24]}) + "}", data[:24])
    text("other-names", plain.replace("fc.", "fd."))
    text("none", "{}", b"")


main()
