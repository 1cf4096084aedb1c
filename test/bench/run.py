# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gradus against its peers, alternating, in one run; see run.sh.

Each round runs the program of Gradus, then the peer, as fresh processes with
the same number of threads. A figure is the median over rounds of the medians
the processes report; a ratio is the median of the rounds' ratios (peer / Gradus,
so more is better), with its smallest and largest. --json FILE appends each figure
to FILE as a JSON object on a line of its own, for compare.py.
"""
import argparse
import datetime
import json
import os
import platform
import statistics
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
GRADUS = os.path.join(HERE, "..", "..", "build", "release", "bin", "gradus")

# case: (model, extra options of compile, entry, peer's case)
CASES = {
    "digits_train": ("digits_sgd.txtpb", [], "train", "digits_train"),
    "wide_train": ("wide.txtpb", [], "train", "wide_train"),
    "digits_predict": ("digits_sgd.txtpb", [], "predict", "digits_predict"),
    "sgemm": ("sgemm.txtpb", ["--dim", "batch=1024"], "predict", None),
}


def output(command):
    return json.loads(subprocess.run(command, check=True, capture_output=True, text=True).stdout)


def cpu_name():
    """What the kernel calls this CPU."""
    try:
        with open("/proc/cpuinfo") as file:
            facts = dict(line.split(":", 1) for line in file.read().split("\n\n")[0].splitlines() if ":" in line)
        facts = {key.strip(): value.strip() for key, value in facts.items()}
        return f"{facts['model name']}, family {facts['cpu family']} model {facts['model']}"
    except (OSError, KeyError):
        return platform.machine()


def commit():
    """The commit that is measured, with a + if the tree differs from it; unknown without git."""
    def git(*args):
        return subprocess.run(["git", "-C", HERE, *args], capture_output=True, text=True).stdout.strip()
    changed = git("status", "--porcelain", "--untracked-files=no")
    return (git("rev-parse", "--short=12", "HEAD") or "unknown") + ("+" if changed else "")


class Peers:
    """The peers that are here. Measuring one gives its time in us and its name."""

    def __init__(self, folder, samples):
        self.samples = samples
        self.blas = os.path.join(folder, "openblas")
        self.have_torch = subprocess.run(["/usr/bin/python3", "-c", "import torch"], capture_output=True).returncode == 0
        self.have_blas = subprocess.run(["cc", "-O2", "-o", self.blas, os.path.join(HERE, "peer_openblas.c"), "-lopenblas"],
                                        capture_output=True).returncode == 0
        for name, have in [("PyTorch (python3-torch)", self.have_torch), ("OpenBLAS (libopenblas-dev)", self.have_blas)]:
            if not have:
                print(f"{name} is missing: its cases have no peer")

    def measure(self, case, threads):
        """(None, "") if the peer of the case is missing."""
        if case and self.have_torch:
            r = output(["/usr/bin/python3", os.path.join(HERE, "peer_torch.py"), "--threads", str(threads),
                        "--case", case, "--samples", str(self.samples)])
            return r["median_us"], f"PyTorch {r['torch']}, {r.get('variant', '')}"
        if not case and self.have_blas:
            r = output([self.blas, str(threads), "1024", "30", "3"])
            return r["median_us"], f"{r['openblas'].split(' NO_')[0]}, {r['core']}"
        return None, ""


def measure(case, program, threads, rounds, peers):
    """A row of the table, as an object."""
    entry, peer_case = CASES[case][2:]
    ours, theirs, name = [], [], ""
    for _ in range(rounds):
        ours.append(output([program, "bench", "--threads", str(threads), "--json"])[entry]["median_us"])
        peer, name = peers.measure(peer_case, threads)
        theirs += [peer] if peer else []
    row = {"name": case, "threads": threads, "ours": statistics.median(ours), "rounds": rounds}
    if theirs:
        ratios = [t / o for t, o in zip(theirs, ours)]
        row |= {"peer": statistics.median(theirs), "ratio": statistics.median(ratios), "ratio_min": min(ratios),
                "ratio_max": max(ratios), "peer_name": name}
    return row


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--case", choices=CASES, action="append")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--samples", type=int, default=300)
    parser.add_argument("--json", metavar="FILE", help="append the figures there")
    args = parser.parse_args()
    folder = tempfile.TemporaryDirectory()
    peers = Peers(folder.name, args.samples)
    run = {"commit": commit(), "cpu": cpu_name(),
           "date": datetime.datetime.now(datetime.timezone.utc).isoformat(timespec="seconds")}
    print(f"{run['cpu']}, {os.cpu_count()} processors\n")
    print(f"{'case':16}{'threads':>8}{'Gradus us':>12}{'peer us':>12}{'ratio':>8}  (min … max)  peer")
    for case in args.case or CASES:
        model, options = CASES[case][:2]
        program = os.path.join(folder.name, case)
        subprocess.run([GRADUS, "compile", os.path.join(HERE, model), "-o", program, "--quiet"] + options, check=True)
        for threads in [int(t) for t in args.threads.split(",")]:
            if case == "digits_predict" and threads > 1:
                continue  # one sample is one thread's work
            row = measure(case, program, threads, args.rounds, peers)
            line = f"{case:16}{threads:>8}{row['ours']:>12.2f}"
            if "peer" in row:
                line += (f"{row['peer']:>12.2f}{row['ratio']:>8.2f}"
                         f"  ({row['ratio_min']:.2f} … {row['ratio_max']:.2f})  {row['peer_name']}")
            print(line, flush=True)
            if args.json:
                with open(args.json, "a") as file:
                    file.write(json.dumps(row | run) + "\n")


sys.exit(main())
