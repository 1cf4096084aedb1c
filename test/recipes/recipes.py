# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Losses, optimizers and schedules, compared with what PyTorch computes: a vector of parameters in f64, some steps each.

    recipes.py check GRADUS FOLDER GROUP   trains each case of losses, optimizers or schedules; builds in FOLDER
    recipes.py record                      writes recipes.json anew; needs PyTorch (written with 1.13)

LAMB and Lion, which PyTorch lacks, are recorded from the formulas of their papers. All is f64: sums of at most 20 terms
in another order, through 52 steps, part from PyTorch by less than 1e-13 of themselves.
"""
import json
import os
import subprocess
import sys
import zlib

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH, CLASSES, STEPS = 4, 5, 52
TOLERANCE = 1e-12
PRINTED = 1e-7  # metrics have eight digits
IGNORED = 255
SQUARES, RATE, SGD = "mean_squared_error {}", "learning_rate { constant: 0.05 }", "sgd { learning_rate { constant: 0.05 } }"
WEIGHTS = [0.5, 1.25, 0.25, 2, 0.75]

# Each case: its loss, and what PyTorch calls it.
LOSSES = {
    "cross-entropy": ("softmax_cross_entropy {}", lambda F, y, t: F.cross_entropy(y, t)),
    "cross-entropy-smooth": ("softmax_cross_entropy { label_smoothing: 0.1 }",
                             lambda F, y, t: F.cross_entropy(y, t, label_smoothing=0.1)),
    "cross-entropy-weights": (f"softmax_cross_entropy {{ class_weight: {WEIGHTS} }}",
                              lambda F, y, t: F.cross_entropy(y, t, weight=tensor(WEIGHTS))),
    "cross-entropy-ignored": (f"softmax_cross_entropy {{ ignore_label: {IGNORED} }}",
                              lambda F, y, t: F.cross_entropy(y, t, ignore_index=IGNORED)),
    "cross-entropy-all": (
        f"softmax_cross_entropy {{ label_smoothing: 0.2 class_weight: {WEIGHTS} ignore_label: {IGNORED} }}",
        lambda F, y, t: F.cross_entropy(y, t, weight=tensor(WEIGHTS), ignore_index=IGNORED, label_smoothing=0.2)),
    "likelihood": (f"negative_log_likelihood {{ class_weight: {WEIGHTS} ignore_label: {IGNORED} }}",
                   lambda F, y, t: F.nll_loss(y, t, weight=tensor(WEIGHTS), ignore_index=IGNORED)),
    "squares": (SQUARES, lambda F, y, t: F.mse_loss(y, t)),
    "distance": ("mean_absolute_error {}", lambda F, y, t: F.l1_loss(y, t)),
    "huber": ("huber {}", lambda F, y, t: F.huber_loss(y, t)),
    "huber-delta": ("huber { delta: 0.25 }", lambda F, y, t: F.huber_loss(y, t, delta=0.25)),
    "binary": ("binary_cross_entropy {}", lambda F, y, t: F.binary_cross_entropy_with_logits(y, t)),
    "binary-weight": ("binary_cross_entropy { positive_weight: 2.5 }",
                      lambda F, y, t: F.binary_cross_entropy_with_logits(y, t, pos_weight=tensor([2.5] * CLASSES))),
    "divergence": ("kl_divergence {}", lambda F, y, t: F.kl_div(y, t, reduction="batchmean")),
}

OPTIMIZERS = {
    "adagrad": (f"adagrad {{ {RATE} }}", lambda o, p: o.Adagrad(p, 0.05)),
    "adagrad-options": (f"adagrad {{ {RATE} rate_decay: 0.1 epsilon: 1e-3 weight_decay: 0.02 }}",
                        lambda o, p: o.Adagrad(p, 0.05, lr_decay=0.1, eps=1e-3, weight_decay=0.02)),
    "adadelta": (f"adadelta {{ {RATE} }}", lambda o, p: o.Adadelta(p, 0.05)),
    "adadelta-options": (f"adadelta {{ {RATE} rho: 0.8 epsilon: 1e-3 weight_decay: 0.02 }}",
                         lambda o, p: o.Adadelta(p, 0.05, rho=0.8, eps=1e-3, weight_decay=0.02)),
    "adam-amsgrad": (f"adam {{ {RATE} amsgrad: true beta2: 0.5 }}",
                     lambda o, p: o.Adam(p, 0.05, betas=(0.9, 0.5), amsgrad=True)),
    "adamw-amsgrad": (f"adamw {{ {RATE} amsgrad: true beta2: 0.5 }}",
                      lambda o, p: o.AdamW(p, 0.05, betas=(0.9, 0.5), amsgrad=True)),
    "lamb": (f"lamb {{ {RATE} }}", lambda o, p: Lamb(p, 0.05, 0)),
    "lamb-decay": (f"lamb {{ {RATE} weight_decay: 0.02 }}", lambda o, p: Lamb(p, 0.05, 0.02)),
    "lion": (f"lion {{ {RATE} }}", lambda o, p: Lion(p, 0.05, 0)),
    "lion-decay": (f"lion {{ {RATE} weight_decay: 0.02 }}", lambda o, p: Lion(p, 0.05, 0.02)),
}

# Each with the rate that PyTorch's optimizer is made with; for the last one the rate of each step.
SCHEDULES = {
    "linear": ("polynomial { initial: 0.2 final: 0.02 steps: 20 }", 0.2,
               lambda s, o: s.LambdaLR(o, lambda t: 1 - 0.9 * min(t / 20, 1))),
    "polynomial": ("polynomial { initial: 0.2 power: 2.5 }", 0.2, lambda s, o: s.PolynomialLR(o, STEPS, 2.5)),
    "exponential": ("exponential { initial: 0.2 factor: 0.9 }", 0.2, lambda s, o: s.ExponentialLR(o, 0.9)),
    "exponential-every": ("exponential { initial: 0.2 factor: 0.5 every_steps: 8 }", 0.2,
                          lambda s, o: s.ExponentialLR(o, 0.5**0.125)),
    "one-cycle": ("one_cycle { peak: 0.2 }", 0.2, lambda s, o: s.OneCycleLR(o, 0.2, STEPS, cycle_momentum=False)),
    "one-cycle-options": ("one_cycle { peak: 0.2 divisor: 10 final_divisor: 100 rise: 0.5 steps: 52 }", 0.2,
                          lambda s, o: s.OneCycleLR(o, 0.2, STEPS, pct_start=0.5, div_factor=10, final_div_factor=100,
                                                    cycle_momentum=False)),
    "restarts": ("cosine_restarts { peak: 0.2 final: 0.01 first_steps: 7 }", 0.2,
                 lambda s, o: s.CosineAnnealingWarmRestarts(o, 7, eta_min=0.01)),
    "restarts-rounded": ("cosine_restarts { peak: 0.2 first_steps: 49 }", 0.2,  # 49 times the rounded 1/49 is below 1
                         lambda s, o: s.CosineAnnealingWarmRestarts(o, 49)),
    "restarts-longer": ("cosine_restarts { peak: 0.2 first_steps: 3 factor: 2 }", 0.2,
                        lambda s, o: s.CosineAnnealingWarmRestarts(o, 3, 2)),
    "piecewise": ("piecewise { initial: 0.2 step: [5, 6, 20] rate: [0.1, 0.05, 0.15] }", 1,
                  lambda s, o: s.LambdaLR(o, lambda t: 0.2 if t < 5 else 0.1 if t < 6 else 0.05 if t < 20 else 0.15)),
}


def case_of(group, name):
    """Loss and optimizer of a case in the model language."""
    if group == "losses":
        return LOSSES[name][0], SGD
    if group == "optimizers":
        return SQUARES, OPTIMIZERS[name][0]
    return SQUARES, f"sgd {{ learning_rate {{ {SCHEDULES[name][0]} }} }}"


def has_classes(loss):
    return loss.startswith(("softmax", "negative"))


def samples(loss):
    """Factors of the parameters, and targets that fit the loss."""
    random = np.random.RandomState(zlib.crc32(b"samples"))
    x = random.standard_normal((STEPS * BATCH, CLASSES))
    label = random.randint(0, CLASSES, STEPS * BATCH)
    if "ignore" in loss:
        label[::3] = IGNORED
    target = random.standard_normal((STEPS * BATCH, CLASSES))
    if loss.startswith(("binary", "kl")):  # probabilities; some are 0
        target = np.maximum(np.sin(target), 0)
        target = target / np.maximum(target.sum(1, keepdims=True), 1) if loss.startswith("kl") else target
    return x, label.astype(np.int32) if has_classes(loss) else target


def start():
    return np.random.RandomState(zlib.crc32(b"weights")).standard_normal(CLASSES)


def cases(group):
    return {"losses": LOSSES, "optimizers": OPTIMIZERS, "schedules": SCHEDULES}[group]


# ---- recording ---------------------------------------------------------------


def tensor(values):
    import torch

    return torch.tensor(values, dtype=torch.float64)


class Lamb:
    """You et al., arXiv:1904.00962, algorithm 2."""

    def __init__(self, parameters, rate, decay):
        self.p, self.rate, self.decay = parameters[0], rate, decay
        self.m, self.v, self.t = 0 * self.p.detach(), 0 * self.p.detach(), 0

    def zero_grad(self):
        self.p.grad = None

    def step(self):
        g, p, self.t = self.p.grad, self.p.data, self.t + 1
        self.m, self.v = 0.9 * self.m + 0.1 * g, 0.999 * self.v + 0.001 * g * g
        r = self.m / (1 - 0.9**self.t) / ((self.v / (1 - 0.999**self.t)).sqrt() + 1e-6) + self.decay * p
        p -= self.rate * p.norm() / r.norm() * r


class Lion(Lamb):
    """Chen et al., arXiv:2302.06675, program 1."""

    def step(self):
        g, p = self.p.grad, self.p.data
        p *= 1 - self.rate * self.decay
        p -= self.rate * (0.9 * self.m + 0.1 * g).sign()
        self.m = 0.99 * self.m + 0.01 * g


def recorded(group, name):
    import torch

    loss_text = case_of(group, name)[0]
    x, t = samples(loss_text)
    x, t, w = tensor(x), torch.tensor(t).long() if has_classes(loss_text) else tensor(t), tensor(start()).requires_grad_()
    loss_of = LOSSES[name][1] if group == "losses" else lambda F, y, t: F.mse_loss(y, t)
    optimizer = (OPTIMIZERS[name][1](torch.optim, [w]) if group == "optimizers" else
                 torch.optim.SGD([w], SCHEDULES[name][1] if group == "schedules" else 0.05))
    schedule = SCHEDULES[name][2](torch.optim.lr_scheduler, optimizer) if group == "schedules" else None
    losses, rates = [], []
    for step in range(STEPS):
        rows = slice(step * BATCH, (step + 1) * BATCH)
        loss = loss_of(torch.nn.functional, x[rows] * w, t[rows])
        losses.append(loss.item())
        rates.append(optimizer.param_groups[0]["lr"] if schedule else 0.05)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        if schedule and step + 1 < STEPS:
            schedule.step()
    figures = {"loss": losses, "lr": rates, "w": w.detach().tolist()}
    if group == "losses":
        y = x * w
        figures["eval"] = {"loss": loss_of(torch.nn.functional, y, t).item()}
        if has_classes(loss_text):
            counts = t != IGNORED
            figures["eval"]["accuracy"] = (y.argmax(1) == t)[counts].double().mean().item()
    return figures


def record():
    figures = {group: {name: recorded(group, name) for name in cases(group)} for group in ("losses", "optimizers", "schedules")}
    with open(os.path.join(HERE, "recipes.json"), "w") as file:
        json.dump(figures, file, indent=1)
        file.write("\n")


# ---- checking ----------------------------------------------------------------

MODEL = """format_version: 1
name: "recipe"
input {{ name: "x" type: "f64[batch,{classes}]" }}
input {{ name: "t" type: "{target}" }}
layer {{ name: "w" parameter {{ type: "f64[{classes}]" }} }}
layer {{ name: "y" input: ["x", "w"] mul {{}} }}
train {{
  {loss}
  {optimizer}
  data {{ npy {{ file {{ input: "x" path: "x.npy" }} file {{ input: "t" path: "t.npy" }} }} batch: {batch} }}
  validation {{ npy {{ file {{ input: "x" path: "x.npy" }} file {{ input: "t" path: "t.npy" }} }} }}
}}
"""


def evaluated(place):
    """The metrics of the trained weights over all samples, which ignored labels and weights of classes do not spread
    evenly over the batches."""
    result = subprocess.run([os.path.join(".", "m"), "eval", "--data", ".", "--weights", "out.safetensors", "--json"],
                            cwd=place, check=True, capture_output=True, text=True)
    return json.loads(result.stdout)


def close(got, want, tolerance=TOLERANCE):
    got, want = np.array(got), np.array(want)
    return got.shape == want.shape and bool(np.all(np.abs(got - want) <= tolerance * np.maximum(1, np.abs(want))))


def check(gradus, folder, group):
    import tensor_files

    with open(os.path.join(HERE, "recipes.json")) as file:
        figures = json.load(file)[group]
    assert set(figures) == set(cases(group)), "record again"
    for name, want in figures.items():
        place = os.path.join(folder, name)
        os.makedirs(place)
        loss, optimizer = case_of(group, name)
        x, t = samples(loss)
        np.save(os.path.join(place, "x.npy"), x)
        np.save(os.path.join(place, "t.npy"), t)
        header = {"w": {"dtype": "F64", "shape": [CLASSES], "data_offsets": [0, 8 * CLASSES]}}
        with open(os.path.join(place, "w.safetensors"), "wb") as file:
            file.write(tensor_files.safetensors(header, start().tobytes()))
        with open(os.path.join(place, "m.txtpb"), "w") as file:
            target = "i32[batch]" if has_classes(loss) else f"f64[batch,{CLASSES}]"
            file.write(MODEL.format(classes=CLASSES, target=target, loss=loss, optimizer=optimizer, batch=BATCH))
        subprocess.run([gradus, "compile", "m.txtpb", "-o", "m", "--quiet"], cwd=place, check=True)
        subprocess.run([os.path.join(".", "m"), "train", "--data", ".", "--weights", "w.safetensors", "--steps", str(STEPS),
                        "--metrics", "metrics.jsonl", "--weights-out", "out.safetensors", "--quiet"], cwd=place, check=True)
        with open(os.path.join(place, "metrics.jsonl")) as file:
            lines = [json.loads(line) for line in file]
        _, data = tensor_files.split_safetensors(os.path.join(place, "out.safetensors"))
        got = {"loss": [line["loss"] for line in lines], "lr": [line["lr"] for line in lines],
               "w": np.frombuffer(data, np.float64)[:CLASSES]}
        for key, value in got.items():
            assert close(value, want[key]), f"{name}: {key} is {value}, in PyTorch {want[key]}"
        for metric, value in evaluated(place).items() if group == "losses" else ():
            assert close(value, want["eval"][metric], PRINTED), f"{name}: {metric} is {value}, in PyTorch {want['eval']}"
    print(f"{group}: {len(figures)} cases as in PyTorch")


if __name__ == "__main__":
    if sys.argv[1] == "record":
        record()
    else:
        check(*sys.argv[2:])
