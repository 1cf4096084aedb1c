"""Compares a training run of a compiled program with what PyTorch recorded.

    compare.py MODEL_DIR METRICS.jsonl FINAL.safetensors

MODEL_DIR holds torch.json and init.safetensors (see record.py). Every loss,
every learning rate and, for every parameter, the L2 norm of its change over
the run must agree.

The tolerance is 2e-6 relative. PyTorch's own runs in f32 and f64 differ by at
most 1e-6 on these models, and every deliberate mistake tried (another epsilon,
no weight decay, GELU's tanh form, clipping left out, the schedule off by one
step) moves a loss by 5.9e-6 or more: 2e-6 lies between.
"""
import json
import math
import struct
import sys

RTOL = 2e-6
RTOL_LR = 1e-12  # computed in f64 on both sides


def read_safetensors(path):
    with open(path, "rb") as f:
        data = f.read()
    (length,) = struct.unpack("<Q", data[:8])
    header = json.loads(data[8 : 8 + length])
    header.pop("__metadata__", None)
    tensors = {}
    for name, entry in header.items():
        assert entry["dtype"] == "F32", name
        begin, end = entry["data_offsets"]
        blob = data[8 + length + begin : 8 + length + end]
        tensors[name] = (entry["shape"], struct.unpack(f"<{len(blob) // 4}f", blob))
    return tensors


def main():
    folder, metrics, final = sys.argv[1:]
    with open(f"{folder}/torch.json") as f:
        torch = json.load(f)
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
    worst_loss = max(compare(f"loss of step {i + 1}", line["loss"], torch["loss"][i], RTOL) for i, line in enumerate(lines))
    worst_lr = max(compare(f"rate of step {i + 1}", line["lr"], torch["lr"][i], RTOL_LR) for i, line in enumerate(lines))
    if set(trained) != set(initial):
        sys.exit(f"{final}: holds {sorted(trained)}, not {sorted(initial)}")
    worst_change = 0
    for name, want in torch["change_l2"].items():
        assert trained[name][0] == initial[name][0], name
        change = math.sqrt(math.fsum((a - b) ** 2 for a, b in zip(trained[name][1], initial[name][1])))
        worst_change = max(worst_change, compare(f"change_l2 of {name}", change, want, RTOL))
    print(f"loss {worst_loss:.1e}, lr {worst_lr:.1e}, change_l2 {worst_change:.1e}")
    sys.exit(f"{bad} values differ" if bad else 0)


main()
