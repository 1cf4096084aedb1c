# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Gradus against its peers, alternating, in one run; see run.sh.

Each round runs the program of Gradus, then the peer, as fresh processes with
the same number of threads. A figure is the median over rounds of the medians
the processes report; a ratio is the median of the rounds' ratios (peer / Gradus,
so more is better), with its smallest and largest.
"""
import argparse
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


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--case", choices=CASES, action="append")
    parser.add_argument("--threads", default="1,2")
    parser.add_argument("--samples", type=int, default=300)
    args = parser.parse_args()
    folder = tempfile.TemporaryDirectory()
    have_torch = subprocess.run(["/usr/bin/python3", "-c", "import torch"], capture_output=True).returncode == 0
    blas = os.path.join(folder.name, "openblas")
    have_blas = subprocess.run(["cc", "-O2", "-o", blas, os.path.join(HERE, "peer_openblas.c"), "-lopenblas"],
                               capture_output=True).returncode == 0
    for name, have in [("PyTorch (python3-torch)", have_torch), ("OpenBLAS (libopenblas-dev)", have_blas)]:
        if not have:
            print(f"{name} is missing: its cases have no peer")
    print(f"{platform.processor() or platform.machine()}, {os.cpu_count()} processors\n")
    print(f"{'case':16}{'threads':>8}{'Gradus us':>12}{'peer us':>12}{'ratio':>8}  (least … most)  peer")
    for case in args.case or CASES:
        model, extra, entry, peer_case = CASES[case]
        program = os.path.join(folder.name, case)
        subprocess.run([GRADUS, "compile", os.path.join(HERE, model), "-o", program, "--quiet"] + extra, check=True)
        for threads in [int(t) for t in args.threads.split(",")]:
            if case == "digits_predict" and threads > 1:
                continue  # one sample is one thread's work
            ours, theirs, what = [], [], ""
            for _ in range(args.rounds):
                ours.append(output([program, "bench", "--threads", str(threads), "--json"])[entry]["median_us"])
                if peer_case and have_torch:
                    r = output(["/usr/bin/python3", os.path.join(HERE, "peer_torch.py"), "--threads", str(threads),
                                "--case", peer_case, "--samples", str(args.samples)])
                    theirs.append(r["median_us"])
                    what = f"PyTorch {r['torch']}, {r.get('variant', '')}"
                elif not peer_case and have_blas:
                    r = output([blas, str(threads), "1024", "30", "3"])
                    theirs.append(r["median_us"])
                    what = f"{r['openblas'].split(' NO_')[0]}, {r['core']}"
            line = f"{case:16}{threads:>8}{statistics.median(ours):>12.2f}"
            if theirs:
                ratios = [t / o for t, o in zip(theirs, ours)]
                line += (f"{statistics.median(theirs):>12.2f}{statistics.median(ratios):>8.2f}"
                         f"  ({min(ratios):.2f} … {max(ratios):.2f})  {what}")
            print(line, flush=True)


sys.exit(main())
