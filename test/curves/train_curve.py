# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Trains a model of this folder as PyTorch did, and compares the curves.

    train_curve.py GRADUS OUT MODEL [--recipe FILE] [--threads N…] [--against tf32|bf16] [OPTION…]

MODEL is regression, digits or deep; --recipe compiles FILE instead, with MODEL's
data and curve. The program trains 50 steps from PyTorch's initial weights, the
samples in file order, once for each number of threads. OPTIONs go to `gradus
compile`; with one of `--precision TF32` or `BF16` on a GPU, say `--against`, too.
"""
import argparse
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
DIGITS = os.path.join(HERE, os.pardir, os.pardir, "examples", "digits", "data")
STEPS = 50


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("gradus")
    parser.add_argument("out")
    parser.add_argument("model")
    parser.add_argument("--recipe")
    parser.add_argument("--threads", nargs="+", default=[""])
    parser.add_argument("--against", choices=["tf32", "bf16"])
    args, options = parser.parse_known_args()
    folder = os.path.join(HERE, args.model)
    data = folder if args.model == "regression" else DIGITS
    os.makedirs(args.out, exist_ok=True)
    stem = os.path.join(args.out, args.model)
    subprocess.run([args.gradus, "compile", args.recipe or folder + ".txtpb", *options, "-o", stem, "--quiet"], check=True)
    different = 0
    for threads in args.threads:
        metrics, weights = stem + ".jsonl", stem + ".safetensors"
        subprocess.run([stem, "train", "--data", data, "--no-shuffle", "--steps", str(STEPS),
                        *(["--threads", threads] if threads else []), "--weights", os.path.join(folder, "init.safetensors"),
                        "--weights-out", weights, "--metrics", metrics, "--log-every", "1", "--quiet"], check=True)
        against = [args.against] if args.against else []
        different += subprocess.run([sys.executable, os.path.join(HERE, "compare.py"), folder, metrics, weights,
                                     *against]).returncode
    return different


sys.exit(main())
