#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Training a compiled model from Python: train.c over ctypes.

usage: train.py libcurve.so curve.csv STEPS WEIGHTS
"""
import ctypes
import json
import sys

# Of gradus/model_abi.h, and of the model's header.
ABI_VERSION = 5
TRAIN = 0
BATCH, INPUT_X, INPUT_Y, OUTPUT_LOSS = 8, 0, 1, 0
SEED = 7


class Error(ctypes.Structure):
    """gradus_error_t: room for one message."""

    _fields_ = [("text", ctypes.c_char * 1024)]


def load(path):
    """The library, with the types of the functions that are called here."""
    library = ctypes.CDLL(path)
    pointer, error = ctypes.c_void_p, ctypes.POINTER(Error)
    for name, result, *arguments in [
        ("curve_query", pointer, ctypes.c_uint32),
        ("gradus_session_create", ctypes.c_int, pointer, ctypes.c_int, ctypes.c_uint64, ctypes.POINTER(pointer), error),
        ("gradus_session_destroy", None, pointer),
        ("gradus_session_run", ctypes.c_int, pointer, ctypes.c_int, ctypes.POINTER(pointer), error),
        ("gradus_session_output", ctypes.POINTER(ctypes.c_float), pointer, ctypes.c_int, ctypes.c_uint64),
        ("gradus_session_counters", ctypes.POINTER(ctypes.c_int64), pointer),
        ("gradus_session_save_weights", ctypes.c_int, pointer, ctypes.c_char_p, ctypes.c_int, error),
    ]:
        function = getattr(library, name)
        function.restype, function.argtypes = result, arguments
    return library


def aligned_floats(count):
    """An array of floats on a 64-byte boundary."""
    memory = ctypes.create_string_buffer(count * 4 + 64)
    return (ctypes.c_float * count).from_buffer(memory, -ctypes.addressof(memory) % 64)


def main(path, data, steps, weights):
    library, error = load(path), Error()

    def check(failed):
        if failed:
            sys.exit("error: " + error.text.decode())

    with open(data) as file:
        points = [tuple(map(float, line.split(","))) for line in file]
    model = library.curve_query(ABI_VERSION)
    if not model:
        sys.exit("error: the model was compiled for another version of the runtime")
    session = ctypes.c_void_p()
    check(library.gradus_session_create(model, 1, SEED, ctypes.byref(session), error))

    x, y = aligned_floats(BATCH), aligned_floats(BATCH)
    inputs = (ctypes.c_void_p * 2)()
    inputs[INPUT_X], inputs[INPUT_Y] = ctypes.addressof(x), ctypes.addressof(y)
    counters = library.gradus_session_counters(session)  # steps done, steps planned, seed
    counters[1] = steps
    while counters[0] < steps:
        first = counters[0] % (len(points) // BATCH) * BATCH
        x[:], y[:] = zip(*points[first : first + BATCH])
        check(library.gradus_session_run(session, TRAIN, inputs, error))
    loss = library.gradus_session_output(session, TRAIN, OUTPUT_LOSS)[0]
    print(json.dumps({"steps": counters[0], "loss": loss}))
    check(library.gradus_session_save_weights(session, weights.encode(), 0, error))
    library.gradus_session_destroy(session)


if __name__ == "__main__":
    if len(sys.argv) != 5:
        sys.exit(__doc__)
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), sys.argv[4])
