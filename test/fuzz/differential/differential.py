# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Random models through every way of computing them.

    differential.py GRADUS FOLDER FIRST LAST [--jobs N] [--cpu-only | --gpu-only]

The seeds FIRST … LAST - 1 each make a model (random_model.py). `gradus verify` compares
its predictions, one training step and its gradients with the reference evaluator, and
one thread with three: compiled for every width of vectors that this processor has, with
and without LLVM's optimisations, and as GPU kernels in the simulator. A model that fails
is made smaller while it fails in the same way, and stays in FOLDER with what was printed.
"""
import argparse
import os
import subprocess
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from random_model import dims, random_model

TIMEOUT = 600  # seconds for one run of verify; a model takes one or two


def widths():
    """--mcpu for each width of vectors that this processor has."""
    with open("/proc/cpuinfo") as file:
        wide = " avx512vl " in file.read()
    return ["x86-64-v3", "x86-64-v4"] if wide else ["x86-64-v3"]


def configurations(seed, cpu, gpu):
    """The flags of each run of verify. Both levels of optimisation take turns, since
    compiling is most of the time."""
    level = ["-O3", "-O0"][seed % 2]
    runs = [["--mcpu", name, level] for name in widths()] if cpu else []
    return runs + ([["--target=cuda", "--simulate", ["-O0", "-O3"][seed % 2]]] if gpu else [])


class Checker:
    def __init__(self, gradus, folder):
        self.gradus, self.folder = gradus, folder

    def outcome(self, model, seed, flags):
        """How a run ended ("verified", "mismatch", "refused: …", "crashed", "timeout") and
        what it printed."""
        path = os.path.join(self.folder, f"tried-{seed}.txtpb")
        with open(path, "w") as file:
            file.write(model.text())
        command = [self.gradus, "verify", path, "--dim", f"batch={model.batch}", "--seed", str(seed),
                   "--jobs", "1", "--cache-dir", "none", *flags]
        try:
            run = subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=TIMEOUT)
        except subprocess.TimeoutExpired:
            return "timeout", ""
        finally:
            os.remove(path)
        said = run.stdout + run.stderr
        if run.returncode == 0 and run.stdout.endswith("verified\n"):
            return "verified", said
        if run.returncode == 1:  # a refusal: other ones are other findings
            return "refused: " + said.split("\n")[0].rpartition("error: ")[2], said
        return "mismatch" if "MISMATCH" in said else "crashed", said

    def check(self, seed, cpu, gpu):
        """The kinds of outcomes of one model; writes down what fails."""
        model = random_model(seed)
        outcomes = []
        for flags in configurations(seed, cpu, gpu):
            kind, said = self.outcome(model, seed, flags)
            outcomes.append(kind)
            if kind != "verified":
                small = self.shrink(model, seed, flags, kind)
                said = self.outcome(small, seed, flags)[1]
                path = os.path.join(self.folder, f"{kind.partition(':')[0]}-{seed}.txtpb")
                with open(path, "w") as file:
                    file.write(small.text())
                with open(path + ".log", "w") as file:
                    file.write(said)
                print(f"seed {seed}: {kind}: gradus verify {path} --dim batch={small.batch} --seed {seed} {' '.join(flags)}",
                      flush=True)
                break
        return outcomes

    def shrink(self, model, seed, flags, kind):
        """The smallest model found that fails in the same way."""
        progress = True
        while progress:
            progress = False
            for smaller in candidates(model):
                if self.outcome(smaller, seed, flags)[0] == kind:
                    model, progress = smaller, True
                    break
        return model


def candidates(model):
    """Models that are a little simpler, the most different ones first."""
    for layer in model.layers:
        if layer.kind == "layer" and layer.batched and layer.name != model.head:
            yield replace(model, head=layer.name, classes=False, outputs=()).needed()
    if model.outputs:
        yield replace(model, outputs=()).needed()
    for layer in reversed(model.layers):
        if layer.kind == "input":
            continue
        for name in layer.inputs:  # an operand instead, if it is alike
            other = model.find(name)
            if (other.shape, other.batched) == (layer.shape, layer.batched):
                yield without(model, layer, other)
        if layer.inputs:  # an input or a parameter instead
            type = f"{model.element}[{dims(layer.shape, layer.batched)}]"
            leaf = replace(layer, body=type, inputs=(), kind="input") if layer.batched else replace(
                layer, body=f'parameter {{ type: "{type}" }}', inputs=())
            yield replace(model, layers=tuple(leaf if l is layer else l for l in model.layers)).needed()
    plain = "sgd { learning_rate { constant: 0.05 } }"
    yield from (replace(model, **{name: value}) for name, value in
                [("classes", False), ("optimizer", plain), ("clip", False)] if getattr(model, name) != value)
    yield from (replace(model, batch=n) for n in (1, 2, 3, 5) if n < model.batch)


def without(model, layer, other):
    """The model that reads `other` wherever it read `layer`."""
    rename = lambda name: other.name if name == layer.name else name
    layers = tuple(replace(l, inputs=tuple(map(rename, l.inputs))) for l in model.layers if l is not layer)
    return replace(model, layers=layers, head=rename(model.head), outputs=tuple(map(rename, model.outputs))).needed()


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("gradus")
    parser.add_argument("folder")
    parser.add_argument("first", type=int)
    parser.add_argument("last", type=int)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--cpu-only", action="store_true")
    parser.add_argument("--gpu-only", action="store_true")
    options = parser.parse_args()
    os.makedirs(options.folder, exist_ok=True)
    checker = Checker(options.gradus, options.folder)
    with ThreadPoolExecutor(options.jobs) as pool:
        work = lambda seed: checker.check(seed, not options.gpu_only, not options.cpu_only)
        found = list(pool.map(work, range(options.first, options.last)))
    counts = Counter(kind.partition(":")[0] for outcomes in found for kind in outcomes)
    failed = sum(any(kind != "verified" for kind in outcomes) for outcomes in found)
    print(f"{len(found)} models, {failed} failed; runs:", ", ".join(f"{n} {kind}" for kind, n in sorted(counts.items())))
    return failed > 0


if __name__ == "__main__":
    raise SystemExit(main())
