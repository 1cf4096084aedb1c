# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Records the PyTorch training curves that the tests compare Gradus with.

Run by hand, from anywhere; the tests only read what it wrote:

    PYTHONPATH=test/support python3 test/curves/record.py

Needs PyTorch (written with 1.13.1) and NumPy. The curves were recorded on one
thread; another BLAS or CPU may round differently, within the f32-f64
difference that this script prints at the end.

Three models, 50 steps each, in f32:

  regression  13-9-1, tanh, mean squared error; SGD lr 0.05, momentum 0.9,
              Nesterov; batch 12, on x.npy [600,13] and y.npy [600,1]
  digits      784-16-16-10, ReLU, mean softmax cross-entropy; Adam lr 1e-3,
              betas (0.9, 0.999), eps 1e-8; batch 16
  deep        784-48-40-33-24-10, GELU (erf), mean softmax cross-entropy; AdamW
              betas (0.9, 0.95), eps 1e-8, weight decay 0.05 on every parameter;
              gradients clipped to global L2 norm 1; batch 16; the lr warms up
              linearly over 10 steps to 3e-3, then falls as a cosine to 1e-5

Step t takes samples t*batch up to (t+1)*batch, in file order. digits and deep
read examples/digits/data; a pixel is float32(byte) * float32(1/255).

Written for each model:

  MODEL/init.safetensors  initial weights: fc1.weight [out,in], fc1.bias [out], ...
  MODEL/torch.json
    torch        version that recorded it
    loss         loss of each step, before that step's update
    lr           learning rate of each step
    final        first 5 values (row-major) of each parameter after 50 steps
    change_l2    L2 norm of (parameter after 50 steps - initial parameter). The
                 first values of fc1.weight belong to pixels that are always 0
                 in the digits, so `final` alone says little about that one.
    grad_norm    (deep only) global gradient norm of each step, before clipping
    *_f64        the same from a run in f64 from the same f32 weights and data
    tf32, bf16   loss and change_l2 of runs in which every product, forward and
                 backward, reads factors rounded to that precision and sums in
                 f32; loss_f64 and change_l2_f64, with sums in f64

What PyTorch does, where definitions differ between frameworks:
  SGD    v = momentum*v + g, v = g at the first step; Nesterov: w -= lr*(g + momentum*v)
  Adam   w -= lr/(1-b1^t) * m / (sqrt(v)/sqrt(1-b2^t) + eps), t from 1
  AdamW  first w *= 1 - lr*decay, then as Adam
  clip   g *= min(1, max_norm / (norm + 1e-6))
"""
import gzip
import json
import math
import os
import struct

os.environ["OMP_NUM_THREADS"] = "1"  # before torch loads its BLAS
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np
import torch
import torch.nn.functional as F
from tensor_files import write_safetensors

STEPS = 50
HERE = os.path.dirname(os.path.abspath(__file__))
DIGITS = os.path.join(HERE, "..", "..", "examples", "digits", "data")


def to_tf32(x):
    """The nearest number with 10 bits behind the point, ties away from zero."""
    bits = x.float().contiguous().view(torch.int32)
    return ((bits + 0x1000) & ~0x1FFF).view(torch.float32).to(x.dtype)


def to_bf16(x):
    """The nearest number with 7 bits behind the point, ties to even."""
    return x.float().bfloat16().float().to(x.dtype)


class RoundedLinear(torch.autograd.Function):
    """x w^T + b, whose three products, two of them backward, read rounded factors."""

    @staticmethod
    def forward(ctx, x, w, b, rounding):
        ctx.rounding = rounding
        ctx.save_for_backward(rounding(x), rounding(w))
        return F.linear(rounding(x), rounding(w)) + b

    @staticmethod
    def backward(ctx, g):
        x, w = ctx.saved_tensors
        r = ctx.rounding(g)
        return r @ w, r.t() @ x, g.sum(0), None


class Mlp(torch.nn.Module):
    """Linear layers fc1, fc2, ... with `act` between them."""

    def __init__(self, sizes, act, rounding=None):
        super().__init__()
        self.act = act
        self.rounding = rounding
        self.depth = len(sizes) - 1
        for i in range(self.depth):
            setattr(self, f"fc{i + 1}", torch.nn.Linear(sizes[i], sizes[i + 1]))

    def linear(self, i, x):
        layer = getattr(self, f"fc{i}")
        if self.rounding:
            return RoundedLinear.apply(x, layer.weight, layer.bias, self.rounding)
        return layer(x)

    def forward(self, x):
        for i in range(1, self.depth):
            x = self.act(self.linear(i, x))
        return self.linear(self.depth, x)


def make_regression_data():
    """A smooth target with a little noise, about unit scale."""
    rng = np.random.default_rng(7)
    x = rng.standard_normal((600, 13))
    a = rng.standard_normal(13) / math.sqrt(13)
    b = rng.standard_normal(13) / math.sqrt(13)
    y = np.sin(x @ a) + 0.5 * (x @ b) + 0.05 * rng.standard_normal(600)
    return x.astype(np.float32), y.reshape(600, 1).astype(np.float32)


def read_digits(count):
    """The first `count` training samples: f32 [count,784], i64 [count]."""
    with gzip.open(os.path.join(DIGITS, "train-images-idx3-ubyte.gz")) as f:
        magic, total, rows, cols = struct.unpack(">4I", f.read(16))
        assert magic == 0x803 and total >= count
        pixels = np.frombuffer(f.read(count * rows * cols), np.uint8)
    with gzip.open(os.path.join(DIGITS, "train-labels-idx1-ubyte.gz")) as f:
        magic, total = struct.unpack(">2I", f.read(8))
        assert magic == 0x801 and total >= count
        labels = np.frombuffer(f.read(count), np.uint8)
    x = pixels.astype(np.float32) * np.float32(0.00392156862745098)
    return x.reshape(count, rows * cols), labels.astype(np.int64)


def warmup_cosine(t, peak=3e-3, final=1e-5, warm=10, steps=STEPS):
    """Learning rate of step t, counted from 0."""
    if t < warm:
        return peak * (t + 1) / warm
    return final + (peak - final) * 0.5 * (1 + math.cos(math.pi * (t - warm) / (steps - warm)))


# name, seed, layer sizes, activation, loss, batch, optimizer, lr of step t, clip
MODELS = [
    ("regression", 11, [13, 9, 1], torch.tanh, F.mse_loss, 12,
     lambda p: torch.optim.SGD(p, lr=0.05, momentum=0.9, nesterov=True),
     lambda t: 0.05, None),
    ("digits", 12, [784, 16, 16, 10], F.relu, F.cross_entropy, 16,
     lambda p: torch.optim.Adam(p, lr=1e-3, betas=(0.9, 0.999), eps=1e-8),
     lambda t: 1e-3, None),
    ("deep", 13, [784, 48, 40, 33, 24, 10], F.gelu, F.cross_entropy, 16,
     lambda p: torch.optim.AdamW(p, lr=3e-3, betas=(0.9, 0.95), eps=1e-8, weight_decay=0.05),
     warmup_cosine, 1.0),
]


def train(init, x, y, sizes, act, loss_fn, batch, make_opt, lr_of, clip, dtype, rounding=None):
    """Trains 50 steps from `init`; returns what torch.json records."""
    net = Mlp(sizes, act, rounding).to(dtype)
    net.load_state_dict(init)  # upcasts when dtype is f64
    x = torch.from_numpy(x).to(dtype)
    y = torch.from_numpy(y)
    if y.is_floating_point():
        y = y.to(dtype)
    opt = make_opt(net.parameters())
    out = {"loss": [], "lr": [], "grad_norm": []}
    for t in range(STEPS):
        lr = lr_of(t)
        for group in opt.param_groups:
            group["lr"] = lr
        rows = slice(t * batch, (t + 1) * batch)
        opt.zero_grad()
        loss = loss_fn(net(x[rows]), y[rows])
        loss.backward()
        if clip is not None:
            norm = torch.nn.utils.clip_grad_norm_(net.parameters(), clip)
            out["grad_norm"].append(norm.item())
        opt.step()
        out["loss"].append(loss.item())
        out["lr"].append(lr)
    state = net.state_dict()
    out["final"] = {k: v.flatten()[:5].tolist() for k, v in state.items()}
    out["change_l2"] = {k: (v.double() - init[k].double()).norm().item()
                        for k, v in state.items()}
    return out


def worst(a, b):
    """Largest |a-b|/|b| over two equally long lists."""
    return max(abs(p - q) / abs(q) for p, q in zip(a, b))


def main():
    torch.set_num_threads(1)
    for name, seed, sizes, act, loss_fn, batch, make_opt, lr_of, clip in MODELS:
        folder = os.path.join(HERE, name)
        os.makedirs(folder, exist_ok=True)
        if name == "regression":
            x, y = make_regression_data()
            np.save(os.path.join(folder, "x.npy"), x)
            np.save(os.path.join(folder, "y.npy"), y)
        else:
            x, y = read_digits(STEPS * batch)
        torch.manual_seed(seed)
        init = {k: v.clone() for k, v in Mlp(sizes, act).state_dict().items()}
        write_safetensors(os.path.join(folder, "init.safetensors"),
                          {name: (value.shape, value.flatten().tolist()) for name, value in init.items()})

        f32, f64 = (train(init, x, y, sizes, act, loss_fn, batch, make_opt, lr_of, clip, dtype)
                    for dtype in (torch.float32, torch.float64))
        record = {"torch": torch.__version__, "loss": f32["loss"], "lr": f32["lr"],
                  "final": f32["final"], "change_l2": f32["change_l2"],
                  "loss_f64": f64["loss"], "final_f64": f64["final"],
                  "change_l2_f64": f64["change_l2"]}
        if clip is not None:
            record["grad_norm"] = f32["grad_norm"]
            record["grad_norm_f64"] = f64["grad_norm"]
        for precision, rounding in (("tf32", to_tf32), ("bf16", to_bf16)):
            r32, r64 = (train(init, x, y, sizes, act, loss_fn, batch, make_opt, lr_of, clip, dtype, rounding)
                        for dtype in (torch.float32, torch.float64))
            record[precision] = {"loss": r32["loss"], "change_l2": r32["change_l2"],
                                 "loss_f64": r64["loss"], "change_l2_f64": r64["change_l2"]}
            print(f"{name}, {precision}: max f32-f64 difference: loss {worst(r32['loss'], r64['loss']):.2e}, change_l2 "
                  f"{worst(r32['change_l2'].values(), r64['change_l2'].values()):.2e}; from f32: loss "
                  f"{worst(r32['loss'], f32['loss']):.2e}, change_l2 "
                  f"{worst(r32['change_l2'].values(), f32['change_l2'].values()):.2e}")
        with open(os.path.join(folder, "torch.json"), "w") as f:
            json.dump(record, f, indent=1)
            f.write("\n")

        final_abs = max(abs(p - q) for k in f32["final"]
                        for p, q in zip(f32["final"][k], f64["final"][k]))
        print(f"{name}: loss {f32['loss'][0]:.4f} -> {f32['loss'][-1]:.4f}; max f32-f64 difference: "
              f"loss {worst(f32['loss'], f64['loss']):.2e} relative, "
              f"change_l2 {worst(f32['change_l2'].values(), f64['change_l2'].values()):.2e} relative, "
              f"final {final_abs:.2e} absolute")
        if clip is not None:
            clipped = sum(n > clip for n in f32["grad_norm"])
            print(f"{name}: gradients clipped in {clipped} of {STEPS} steps; "
                  f"grad_norm {worst(f32['grad_norm'], f64['grad_norm']):.2e} relative")


if __name__ == "__main__":
    main()
