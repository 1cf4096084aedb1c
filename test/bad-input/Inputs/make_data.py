# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Writes good and broken data for the models of data.test: make_data.py DIR.

Each broken case is a folder DIR/<format>/<case> that differs from the good one
in one file. Eight samples of six values; every value is distinct.
"""
import gzip
import os
import struct
import sys

from tensor_files import npy, pack

N, W = 8, 6
VALUES = [i * 0.37 - 5 for i in range(N * W)]
TARGETS = [i * 0.11 - 0.4 for i in range(N)]


def idx(kind, shape, data):
    return bytes([0, 0, kind, len(shape)]) + b"".join(struct.pack(">I", n) for n in shape) + data


def folder(name, files):
    path = os.path.join(sys.argv[1], name)
    os.makedirs(path, exist_ok=True)
    for file, data in files.items():
        with open(os.path.join(path, file), "wb") as f:
            f.write(data.encode() if isinstance(data, str) else data)
    return path


def idx_cases():
    images, labels = idx(8, (N, 3, 2), bytes(range(N * W))), idx(8, (N,), bytes(i % 3 for i in range(N)))
    packed = gzip.compress(images, mtime=0)

    def case(name, data, file="images"):
        return folder("idx/" + name, {"images": images, "labels": labels, file: data})

    case("good", images)
    case("magic", b"\1" + images[1:])
    case("type", idx(0x0A, (N, 3, 2), images[16:]))
    case("rank-0", idx(8, (), images[16:]))
    case("rank-200", b"\0\0\x08\xc8" + images[4:])
    case("header-cut", images[:11])
    case("empty", b"")
    case("data-cut", images[:-1])
    case("data-long", images + b"\0")
    case("lying", idx(8, (N + 1, 3, 2), images[16:]))
    case("overflow", idx(8, (0xFFFFFFFF,) * 4, images[16:]))
    case("huge", idx(8, (0xFFFFFFFF, 3, 2), images[16:]))
    case("sample-size", idx(8, (N * W // 4, 2, 2), images[16:]))
    case("rank-1", idx(8, (N * W,), images[16:]))
    case("no-samples", idx(8, (0, 3, 2), b""))
    case("fewer-labels", idx(8, (N - 1,), labels[8:-1]), "labels")
    few = case("less-than-a-batch", idx(8, (2, 3, 2), images[16:28]))
    folder("idx/less-than-a-batch", {"labels": idx(8, (2,), labels[8:10])})
    case("doubles", idx(0x0E, (N, 3, 2), images[16:]))
    for name, data in (("gz-cut", packed[:-9]), ("gz-tail", packed[:-1]), ("gz-text", b"no such thing"), ("gz-flip", packed[:20] + bytes([packed[20] ^ 255]) + packed[21:]),
                       ("gz-crc", packed[:-8] + b"abcd" + packed[-4:]), ("gz-empty", b"")):
        os.remove(os.path.join(case(name, b""), "images"))
        folder("idx/" + name, {"images.gz": data})
    os.remove(os.path.join(case("missing", b""), "images"))
    path = os.path.join(case("directory", b""), "images")
    os.remove(path)
    os.mkdir(path)
    path = os.path.join(case("pipe", b""), "images")
    os.remove(path)
    os.mkfifo(path)
    path = os.path.join(case("dangling", b""), "images")
    os.remove(path)
    os.symlink("/no/such/file", path)


def npy_cases():
    x, y = npy((N, W), pack(VALUES)), npy((N, 1), pack(TARGETS))

    def case(name, data, file="x.npy"):
        folder("npy/" + name, {"x.npy": x, "y.npy": y, file: data})

    case("good", x)
    case("magic", b"\x93NUMPI" + x[6:])
    case("short", x[:9])
    case("version", x[:6] + b"\x09" + x[7:])
    case("header-long", x[:8] + b"\xff\xff" + x[10:])
    case("no-descr", npy(0, pack(VALUES), header="{'fortran_order': False, 'shape': (8, 6), }"))
    case("no-shape", npy(0, pack(VALUES), header="{'descr': '<f4', 'fortran_order': False, }"))
    case("object", npy((N, W), pack(VALUES), descr="|O"))
    case("half", npy((N, W), pack(VALUES)[: N * W * 2], descr="<f2"))
    case("big-endian", npy((N, W), pack(VALUES), descr=">f4"))
    case("structured", npy(0, pack(VALUES), header="{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (48,), }"))
    case("fortran", npy((N, W), pack(VALUES), fortran_order=True))
    case("lying", npy((N + 1, W), pack(VALUES)))
    case("long", x + b"\0")
    case("negative", npy((-N, W), pack(VALUES)))
    case("overflow", npy((2**63, 2**63), pack(VALUES)))
    case("digits", npy(0, pack(VALUES), header="{'descr': '<f4', 'fortran_order': False, 'shape': (" + "9" * 400 + ",), }"))
    case("letters", npy(0, pack(VALUES), header="{'descr': '<f4', 'fortran_order': False, 'shape': (8, six), }"))
    case("row", npy((12, 4), pack(VALUES)))
    case("scalar", npy((), pack(VALUES[:1])))
    case("no-rows", npy((0, W), b""))
    case("count", npy((N - 1, 1), pack(TARGETS[:-1])), "y.npy")
    case("nan", npy((N, W), pack([float("nan")] + VALUES[1:])))
    folder("npy/version-2", {"x.npy": npy((N, W), pack(VALUES), version=2), "y.npy": y})


def csv_cases():
    rows = [[f"{v:.3f}" for v in VALUES[W * i : W * i + W] + [TARGETS[i]]] for i in range(N)]

    def case(name, change=None, raw=None):
        mine = [list(row) for row in rows]
        if change:
            change(mine)
        folder("csv/" + name, {"d.csv": raw if raw is not None else "".join(",".join(row) + "\n" for row in mine)})

    case("good")
    case("word", lambda r: r[3].__setitem__(2, "abc"))
    case("tail", lambda r: r[3].__setitem__(2, "1.5x"))
    case("hole", lambda r: r[3].__setitem__(6, ""))
    case("narrow", lambda r: r[5].pop())
    case("header", lambda r: r.insert(0, list("abcdefg")))
    case("semicolons", raw="\n".join(";".join(row) for row in rows))
    case("empty", raw="")
    case("blank", raw="\n\n\n")
    case("long-cell", lambda r: r[0].__setitem__(0, "z" * 5000))
    case("zero-byte", raw="1,2,3\0,4,5,6,7\n")


def text_cases():
    text = bytes(32 + i * 7 % 90 for i in range(4096))
    folder("text/good", {"t": text})
    folder("text/short", {"t": text[:5]})
    folder("text/empty", {"t": b""})


idx_cases()
npy_cases()
csv_cases()
text_cases()
