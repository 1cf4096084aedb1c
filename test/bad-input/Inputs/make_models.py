# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes model files that are too large or too odd to stand in a test: make_models.py DIR."""
import os
import sys

HEAD = 'format_version: 1\nname: "m"\ninput { name: "x" type: "f32[batch,6]" }\n'


def varint(x):
    out = b""
    while x > 127:
        out, x = out + bytes([x & 127 | 128]), x >> 7
    return out + bytes([x])


def field(number, payload):
    return varint(number << 3 | 2) + varint(len(payload)) + payload


def main():
    os.makedirs(sys.argv[1], exist_ok=True)
    os.chdir(sys.argv[1])

    def write(name, data):
        with open(name, "wb") as f:
            f.write(data.encode() if isinstance(data, str) else data)

    n = 100000
    write("nested.txtpb", HEAD + "layer {\nrepeat { count: 1 " * n + "layer { relu {} }" + " } }" * n + "\n")
    write("nested-60.txtpb", HEAD + "layer { repeat { count: 1 " * 60 + "layer { relu {} }" + " } }" * 60 + "\n")
    write("large.txtpb", HEAD + "# " + "x" * (20 << 20) + "\n")
    write("large.pb", b"\0" * (20 << 20))
    write("zero.txtpb", HEAD + 'layer { name: "a\0b" relu {} }\n')
    write("empty.txtpb", "")
    write("empty.pb", "")
    write("latin1.txtpb", HEAD.encode() + b'layer { name: "\xe9t\xe9" relu {} }\n')
    write("binary.txtpb", bytes(range(1, 256)))
    write("no-newline.txtpb", HEAD + "layer { relus {} }")
    write("carriage-return.txtpb", (HEAD + "layer {\n  relus {}\n}\n").replace("\n", "\r\n"))
    os.makedirs("folder.txtpb", exist_ok=True)

    # A good binary model, and what can go wrong with it.
    dense = field(16, varint(1 << 3) + varint(3))
    body = varint(1 << 3) + b"\1" + field(2, b"m") + field(5, field(1, b"x") + field(2, b"f32[batch,6]"))
    good = body + field(7, field(1, b"a") + dense)
    unknown = varint(1000 << 3) + b"\1"
    write("good.pb", good)
    write("cut.pb", good[:-3])
    write("text.pb", HEAD)
    write("unknown.pb", good + unknown)
    write("unknown-inside.pb", body + field(7, field(1, b"a") + unknown + dense))
    write("bad-units.pb", body + field(7, field(1, b"a") + field(16, b"")))
    write("nested.pb", good + deep(4000))
    write("bad-utf8.pb", good + field(3, b"\xff\xfe"))


def deep(levels):
    inner = field(24, b"")  # relu {}
    for _ in range(levels):  # repeat { count: 1 layer { … } }
        inner = field(51, varint(1 << 3) + b"\1" + field(2, inner))
    return field(7, inner)


main()
