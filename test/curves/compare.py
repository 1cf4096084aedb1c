# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compares a training run of a compiled program with what PyTorch recorded.

    compare.py MODEL_DIR METRICS.jsonl FINAL.safetensors [tf32|bf16]

Tests run it through train_curve.py. MODEL_DIR holds torch.json and init.safetensors (see record.py). Every loss,
every learning rate and, for every parameter, the L2 norm of its change over
the run must agree.

The tolerance is 2e-6 relative. It has to lie above what rounding does:
PyTorch's own runs in f32 and in f64 differ by at most 5.7e-7 in a loss and
3.0e-7 in change_l2 on these models. And below what a mistake does; measured by
changing the recipe: ten times the epsilon of Adam moves a loss of `digits` by
5.8e-6 and change_l2 by 1.1e-4; in `deep`, GELU's tanh form 9.5e-5, twice the
epsilon 4.7e-5, 1 % less weight decay 3.1e-5, no clipping 2.7e-2, a warm-up one
step shorter 1.2e-2; in `regression`, momentum 0.8999 for 0.9 moves it by 1.3e-3.

With a precision, PyTorch's products read rounded factors too. Then a difference
of one rounding of f32 in a value halfway between two roundings becomes one of
2^-11 or 2^-8: PyTorch's own runs with sums in f32 and in f64 part by up to
1.5e-3 after some steps. All steps must agree within 2e-3, the first ten within
2e-5. Without any rounding, bf16's loss of `regression` is off by 2.1e-2, and
change_l2 of `digits` by 1.2e-2 (tf32) and 1.3e-2 (bf16).
"""
import json
import math
import sys

from tensor_files import read_safetensors

RTOL = 2e-6
RTOL_ROUNDED, RTOL_ROUNDED_FIRST = 2e-3, 2e-5
RTOL_LR = 1e-12  # computed in f64 on both sides


def main():
    folder, metrics, final, *precision = sys.argv[1:]
    with open(f"{folder}/torch.json") as f:
        torch = json.load(f)
    if precision:
        torch |= torch[precision[0]]
    rtol = RTOL_ROUNDED if precision else RTOL
    rtol_first = RTOL_ROUNDED_FIRST if precision else RTOL
    with open(metrics) as f:
        lines = [json.loads(line) for line in f]
    initial, trained = read_safetensors(f"{folder}/init.safetensors"), read_safetensors(final)
    bad = 0

    def compare(what, got, want, rtol):
        nonlocal bad
        relative = abs(got - want) / abs(want)
        if not relative <= rtol:
            bad += 1
            print(f"{what}: got {got!r}, PyTorch {want!r}, relative difference {relative:.2e} > {rtol}")
        return relative

    if [line["step"] for line in lines] != list(range(1, len(torch["loss"]) + 1)):
        sys.exit(f"{metrics}: steps are {[line['step'] for line in lines]}")
    worst_loss = max(compare(f"loss of step {i + 1}", line["loss"], torch["loss"][i], rtol_first if i < 10 else rtol)
                     for i, line in enumerate(lines))
    worst_lr = max(compare(f"rate of step {i + 1}", line["lr"], torch["lr"][i], RTOL_LR)
                   for i, line in enumerate(lines))
    if set(trained) != set(initial):
        sys.exit(f"{final}: holds {sorted(trained)}, not {sorted(initial)}")
    worst_change = 0
    for name, want in torch["change_l2"].items():
        assert trained[name][0] == initial[name][0], name
        change = math.sqrt(math.fsum((a - b) ** 2 for a, b in zip(trained[name][1], initial[name][1])))
        worst_change = max(worst_change, compare(f"change_l2 of {name}", change, want, rtol))
    print(f"loss {worst_loss:.1e}, lr {worst_lr:.1e}, change_l2 {worst_change:.1e}")
    sys.exit(f"{bad} values differ" if bad else 0)


main()
