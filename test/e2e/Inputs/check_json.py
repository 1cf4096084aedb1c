# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks JSON that a program wrote.

    check_json.py object FILE KEY...   one object with exactly these keys, numbers all
    check_json.py lines FILE KEY...    one such object a line; "step" rises by --every (1)
"""
import json
import math
import sys


def number(v):
    return isinstance(v, (int, float)) and not isinstance(v, bool) and math.isfinite(v)


def main():
    kind, path, *keys = sys.argv[1:]
    every = 1
    if keys[0].startswith("--every="):
        every = int(keys.pop(0)[8:])
    with open(path) as f:
        text = f.read()
    assert text.endswith("\n"), "no newline at the end"
    objects = [json.loads(line) for line in text.splitlines()]
    assert objects, "nothing was written"
    assert kind == "lines" or len(objects) == 1, "more than one line"
    for i, o in enumerate(objects):
        assert list(o) == keys, f"line {i + 1}: keys are {list(o)}, not {keys}"
        assert all(number(v) for v in o.values()), f"line {i + 1}: {o}"
        assert kind != "lines" or o["step"] == every * (i + 1), f"line {i + 1}: step {o['step']}"


main()
