# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""PyTorch as a benchmark peer; prints one JSON object.

    python3 test/bench/peer_torch.py --threads 1 --case digits_train --samples 500

Cases (all f32, CPU):
  digits_train    784-16-16-10 ReLU, batch 64, SGD lr 0.01: zero_grad, forward,
                  mean cross-entropy, backward, optimizer step
  wide_train      784-512-512-10 ReLU, batch 128, Adam lr 1e-3, likewise
  digits_predict  784-16-16-10 ReLU on one sample, inference mode
  sgemm           1024 x 1024 x 1024 matrix product

Each case is timed in several equivalent configurations; the fastest by median
is the peer. Its name is `variant`, and `variants_us` has the median of each.
They differ only in how PyTorch is called, never in what is computed:

  plain / foreach / fused     implementation of the optimizer
  eager / traced / optimized  eager module, torch.jit.trace (and freeze, for
                              prediction), and optimize_for_inference as well
  functional / direct         prediction without torch.nn.Module: F.linear, or
                              torch.addmm with weights transposed beforehand
  new / out                   matrix product into a new or a given tensor
  +blas1 / +omp1              (2 threads and more) one thread for the BLAS, or
                              for everything but the BLAS: splitting small work
                              can lose, and the two pools compete for cores

A sample is one step, timed on its own. The variants take turns of at most 200
samples, so that a disturbance on the machine does not hit only one. Each turn
builds the model anew and begins with 50 untimed steps. (Without that, Adam's
averages for dead ReLU units decay into denormals after some 700 steps on the
same batch, which makes wide_train more than twice as slow.) The training batch
is one fixed random batch in memory; nothing reads the loss back.

An OpenBLAS that does not know the CPU falls back to SSE kernels, several times
slower than its best (0.3.21 does so on CPUs newer than itself). In that case
this script names a kernel set that the CPU supports. `blas_core` says what was
used; a value of OPENBLAS_CORETYPE set by the caller stays.
"""
import argparse
import ctypes
import gc
import json
import os
import statistics
import subprocess
import sys
import time

WARMUP = 50
MIN_TURNS = 5
MAX_TURN_SAMPLES = 200


def openblas_core():
    """Kernel set chosen by the OpenBLAS that torch would load; None without one."""
    try:
        lib = ctypes.CDLL("libopenblas.so.0")
        lib.openblas_get_corename.restype = ctypes.c_char_p
        return lib.openblas_get_corename().decode()
    except (OSError, AttributeError):
        return None


def better_core(core):
    """A faster kernel set than the fallback `core` for this CPU, or None."""
    if core not in ("Prescott", "Core2", "Generic"):
        return None
    try:
        with open("/proc/cpuinfo") as f:
            flags = next((line for line in f if line.startswith("flags")), "").split()
    except OSError:
        return None
    if {"avx512f", "avx512dq", "avx512bw", "avx512vl", "avx512cd"} <= set(flags):
        return "SkylakeX"
    return "Haswell" if {"avx2", "fma"} <= set(flags) else None


# ---- The worker: one process per division of the threads. Its environment,
# ---- which the BLAS reads when it loads, is set by the parent.


def mlp(sizes):
    import torch
    layers = []
    for i in range(len(sizes) - 1):
        layers += [torch.nn.Linear(sizes[i], sizes[i + 1]), torch.nn.ReLU()]
    return torch.nn.Sequential(*layers[:-1])


def train_step(sizes, batch, optimizer, lr, traced, options):
    """A closure that does one whole training step."""
    import torch
    import torch.nn.functional as F
    torch.manual_seed(1)
    net = mlp(sizes)
    x = torch.rand(batch, sizes[0])
    y = torch.randint(sizes[-1], (batch,))
    opt = optimizer(net.parameters(), lr=lr, **options)
    forward = torch.jit.trace(net, x) if traced else net

    def step():
        opt.zero_grad(set_to_none=True)
        loss = F.cross_entropy(forward(x), y)
        loss.backward()
        opt.step()
    return step


def train_variants(sizes, batch, optimizer, lr):
    for kind, options in (("plain", {"foreach": False}), ("foreach", {"foreach": True}),
                          ("fused", {"fused": True})):
        for mode in ("eager", "traced"):
            yield f"{mode}+{kind}", lambda o=options, m=mode: train_step(
                sizes, batch, optimizer, lr, m == "traced", o)


def predict_variants():
    import torch
    import torch.nn.functional as F
    torch.manual_seed(1)
    net = mlp([784, 16, 16, 10]).eval()
    x = torch.rand(1, 784)

    def traced():
        return torch.jit.freeze(torch.jit.trace(net, x))

    def functional():
        w1, b1, w2, b2, w3, b3 = [p.detach() for p in net.parameters()]
        return lambda x: F.linear(torch.relu_(F.linear(
            torch.relu_(F.linear(x, w1, b1)), w2, b2)), w3, b3)

    def direct():
        w1, b1, w2, b2, w3, b3 = [p.detach().t().contiguous() for p in net.parameters()]
        addmm, relu_ = torch.addmm, torch.relu_
        return lambda x: addmm(b3, relu_(addmm(b2, relu_(addmm(b1, x, w1)), w2)), w3)

    for name, build in (("eager", lambda: net), ("traced", traced),
                        ("optimized", lambda: torch.jit.optimize_for_inference(traced())),
                        ("functional", functional), ("direct", direct)):
        def make(build=build):
            with torch.no_grad():
                forward = build()
                if not torch.allclose(forward(x), net(x), atol=1e-5):
                    raise RuntimeError("variant computes something else")
            return lambda: forward(x)
        yield name, make


def sgemm_variants():
    import torch
    torch.manual_seed(1)
    a, b, c = (torch.rand(1024, 1024) for _ in range(3))
    yield "new", lambda: lambda: torch.mm(a, b)
    yield "out", lambda: lambda: torch.mm(a, b, out=c)


def timed(step, samples):
    """Times of `samples` steps after the warm-up, in microseconds."""
    for _ in range(WARMUP):
        step()
    gc.collect()
    gc.disable()
    times = []
    clock = time.perf_counter_ns
    for _ in range(samples):
        start = clock()
        step()
        times.append(clock() - start)
    gc.enable()
    return [t / 1000 for t in times]


def worker(args):
    import torch
    torch.set_num_threads(int(os.environ["OMP_NUM_THREADS"]))
    if args.case == "digits_train":
        variants = list(train_variants([784, 16, 16, 10], 64, torch.optim.SGD, 0.01))
    elif args.case == "wide_train":
        variants = list(train_variants([784, 512, 512, 10], 128, torch.optim.Adam, 1e-3))
    elif args.case == "digits_predict":
        variants = list(predict_variants())
    else:
        variants = list(sgemm_variants())

    inference = args.case in ("digits_predict", "sgemm")
    turns = max(MIN_TURNS, -(-args.samples // MAX_TURN_SAMPLES))
    times, skipped = {}, {}
    for turn in range(turns):
        # Parts that add up to args.samples.
        part = args.samples * (turn + 1) // turns - args.samples * turn // turns
        for name, make in variants:
            if name in skipped:
                continue
            try:
                step = make()
                with torch.inference_mode(inference):
                    times.setdefault(name, []).extend(timed(step, part))
            except (RuntimeError, TypeError, AttributeError) as error:
                # This PyTorch has no such variant.
                skipped[name] = str(error).splitlines()[0]
    for name in skipped:
        times.pop(name, None)
    return {"torch": torch.__version__, "blas_core": openblas_core(),
            "times": times, "skipped": skipped}


# ---- The parent: never loads torch itself.


def main():
    parser = argparse.ArgumentParser(description="PyTorch benchmark peer")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--case", required=True,
                        choices=["digits_train", "wide_train", "digits_predict", "sgemm"])
    parser.add_argument("--samples", type=int, default=500)
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.threads < 1 or args.samples < 1:
        parser.error("--threads and --samples must be at least 1")
    if args.worker:
        print(json.dumps(worker(args)))
        return

    env = dict(os.environ)
    core = openblas_core()
    if core and "OPENBLAS_CORETYPE" not in env and better_core(core):
        env["OPENBLAS_CORETYPE"] = better_core(core)
    # (suffix, threads of torch itself, threads of the BLAS)
    splits = [("", args.threads, args.threads)]
    if args.threads > 1:
        splits += [("+blas1", args.threads, 1), ("+omp1", 1, args.threads)]
    times, skipped = {}, {}
    for suffix, omp, blas in splits:
        env["OMP_NUM_THREADS"] = str(omp)
        env["OPENBLAS_NUM_THREADS"] = env["MKL_NUM_THREADS"] = str(blas)
        done = subprocess.run([sys.executable] + sys.argv + ["--worker"], env=env,
                              stdout=subprocess.PIPE, check=True)
        part = json.loads(done.stdout)
        times.update({name + suffix: t for name, t in part["times"].items()})
        skipped.update(part["skipped"])

    medians = {name: statistics.median(t) for name, t in times.items()}
    best = min(medians, key=medians.get)
    result = {"case": args.case, "median_us": round(medians[best], 3),
              "min_us": round(min(times[best]), 3), "samples": args.samples,
              "threads": args.threads, "torch": part["torch"], "variant": best,
              "blas_core": part["blas_core"],
              "variants_us": {k: round(v, 3) for k, v in medians.items()}}
    if args.case == "sgemm":
        result["gflops"] = round(2 * 1024 ** 3 / medians[best] / 1e3, 2)
    if skipped:
        result["skipped"] = skipped
    print(json.dumps(result))


if __name__ == "__main__":
    main()
