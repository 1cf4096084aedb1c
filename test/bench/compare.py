# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares two benchmark runs: python3 test/bench/compare.py BEFORE.jsonl AFTER.jsonl [--tolerance 0.05]

The files are what `test/bench/run.sh --json FILE` appends to; of rows with the same
name and number of threads, the median counts, so that runs of two commits can
alternate. What counts is the ratio to the peer, which other work on the machine
changes little, or where there was no peer the time. Exit code 1 if a figure is worse
than before by more than the tolerance, or missing.
"""
import argparse
import json
import statistics
import sys


def read(path):
    """(name, threads) -> list of rows."""
    rows = {}
    with open(path) as file:
        for line in filter(str.strip, file):
            row = json.loads(line)
            rows.setdefault((row["name"], row["threads"]), []).append(row)
    return rows


def figure(rows, key):
    """The median of a figure; for a ratio, more is better."""
    return statistics.median(row[key] for row in rows)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("before")
    parser.add_argument("after")
    parser.add_argument("--tolerance", type=float, default=0.05)
    args = parser.parse_args()
    before, after = read(args.before), read(args.after)
    cpus = {row["cpu"] for rows in [*before.values(), *after.values()] for row in rows}
    if len(cpus) > 1:
        print(f"note: measured on different CPUs: {', '.join(sorted(cpus))}")
    worse = 0
    print(f"{'case':16}{'threads':>8}{'before':>10}{'after':>10}{'change':>9}")
    for name, threads in before:
        old, new = before[name, threads], after.get((name, threads))
        if not new:
            print(f"{name:16}{threads:>8}  is missing in {args.after}")
            worse += 1
            continue
        by_ratio = all("ratio" in row for row in old + new)
        key = "ratio" if by_ratio else "ours"
        a, b = figure(old, key), figure(new, key)
        change = b / a - 1 if by_ratio else a / b - 1
        bad = change < -args.tolerance
        worse += bad
        print(f"{name:16}{threads:>8}{a:>10.2f}{b:>10.2f}{change:>+9.1%}{'' if by_ratio else '  us'}{'  WORSE' if bad else ''}")
    return worse > 0


if __name__ == "__main__":
    sys.exit(main())
