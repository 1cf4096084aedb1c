# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole networks, compared with what PyTorch computes: the losses of some steps, and what the first step changes.

    models.py check GRADUS FOLDER NAME   trains NAME.txtpb and compares with NAME.json; builds in FOLDER
    models.py record NAME                writes NAME.json anew; needs PyTorch (written with 1.13)

Weights and samples are a function of their number. The first step changes each parameter by its gradient times the
learning rate, and running statistics by those of the batch: the sum of the changes' absolute values is compared.
"""
import json
import math
import os
import subprocess
import sys

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH, SIZE, STEPS = 4, 64, 3
# Sums of up to 4608 products of f32, through 20 layers. With AVX2 the losses part from PyTorch's by 2e-6 at most, the
# changes by 8e-6 of themselves; both leave ten times as much for the sums of other vector widths.
LOSS_TOLERANCE, CHANGE_TOLERANCE = 2e-5, 1e-4


def values(count, seed, scale, offset=0.0):
    """Numbers around `offset` that do not repeat."""
    return [offset + scale * math.sin(1.7 * i * i + seed) for i in range(count)]


def initial(name, shape):
    """The values that a parameter or a running statistic starts from."""
    count, seed = math.prod(shape), sum(map(ord, name))
    if name.endswith("running_mean"):
        return [0.0] * count
    if name.endswith("running_var"):
        return [1.0] * count
    if len(shape) == 1:
        return values(count, seed, 0.1, offset=float(name.endswith("weight")))
    return values(count, seed, math.sqrt(4 / math.prod(shape[1:])))  # sin has half the variance of its amplitude


def samples():
    return values(BATCH * 3 * SIZE * SIZE, 1, 1.0), [(37 * i + 11) % 1000 for i in range(BATCH)]


def resnet18(torch):
    """ResNet-18 with torchvision's names."""
    nn, F = torch.nn, torch.nn.functional

    class Basic(nn.Module):
        def __init__(self, inputs, outputs, stride):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False), nn.BatchNorm2d(outputs)
            self.conv2, self.bn2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False), nn.BatchNorm2d(outputs)
            if stride != 1:
                shortcut = nn.Conv2d(inputs, outputs, 1, stride, bias=False)
                self.downsample = nn.Sequential(shortcut, nn.BatchNorm2d(outputs))

        def forward(self, x):
            y = self.bn2(self.conv2(F.relu(self.bn1(self.conv1(x)))))
            return F.relu(y + (self.downsample(x) if hasattr(self, "downsample") else x))

    class ResNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(3, 64, 7, 2, 3, bias=False), nn.BatchNorm2d(64)
            widths = [64, 64, 128, 256, 512]
            for i in range(1, 5):
                first = Basic(widths[i - 1], widths[i], 1 if i == 1 else 2)
                setattr(self, f"layer{i}", nn.Sequential(first, Basic(widths[i], widths[i], 1)))
            self.fc = nn.Linear(512, 1000)

        def forward(self, x):
            x = F.max_pool2d(F.relu(self.bn1(self.conv1(x))), 3, 2, 1)
            for i in range(1, 5):
                x = getattr(self, f"layer{i}")(x)
            return self.fc(x.mean((2, 3)))

    return ResNet()


NETWORKS = {"resnet18": resnet18}


def record(name):
    import torch

    net = NETWORKS[name](torch)
    state = {key: v for key, v in net.state_dict().items() if not key.endswith("num_batches_tracked")}
    with torch.no_grad():
        for key, v in state.items():
            v.copy_(torch.tensor(initial(key, v.shape), dtype=torch.float64).reshape(v.shape))
    image, label = samples()
    x, t = torch.tensor(image).reshape(BATCH, 3, SIZE, SIZE), torch.tensor(label)
    optimizer = torch.optim.SGD(net.parameters(), 0.01, momentum=0.9, weight_decay=1e-4)
    before = {key: v.clone() for key, v in state.items()}
    losses, changes = [], {}
    for step in range(STEPS):
        optimizer.zero_grad()
        loss = torch.nn.functional.cross_entropy(net(x), t)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step == 0:
            changes = {key: float(f"{(v - before[key]).double().abs().sum().item():.6g}") for key, v in state.items()}
    with open(os.path.join(HERE, name + ".json"), "w") as file:
        json.dump({"losses": losses, "changes": changes}, file, indent=1)
        file.write("\n")


def check(gradus, folder, name):
    import tensor_files

    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(HERE, name + ".json")) as file:
        recorded = json.load(file)
    with open(os.path.join(HERE, name + ".txtpb")) as file:
        text = file.read().replace("constant: 0.1 }", "constant: 0.01 }")
    os.chdir(folder)
    with open("m.txtpb", "w") as file:
        file.write(text)
    subprocess.run([gradus, "compile", "m.txtpb", "--dim", f"size={SIZE}", "--dim", f"batch={BATCH}", "-o", "m", "--quiet"],
                   check=True)
    image, label = samples()
    tensor_files.write_npy("image.npy", (BATCH, 3, SIZE, SIZE), image)
    tensor_files.write_npy("label.npy", (BATCH,), label, "<i4")
    train = [os.path.join(".", "m"), "train", "--data", ".", "--threads", "2", "--quiet"]
    # The shapes of all variables are those of the file that the program writes.
    subprocess.run([*train, "--steps", "1", "--weights-out", "shapes.safetensors"], check=True)
    shapes = {key: shape for key, (shape, _) in tensor_files.read_safetensors("shapes.safetensors").items()}
    assert set(shapes) == set(recorded["changes"]), set(shapes) ^ set(recorded["changes"])
    tensor_files.write_safetensors("before.safetensors", {key: (shape, initial(key, shape)) for key, shape in shapes.items()})
    before = tensor_files.read_safetensors("before.safetensors")
    train += ["--weights", "before.safetensors"]
    subprocess.run([*train, "--steps", "1", "--weights-out", "after.safetensors"], check=True)
    for key, (_, after) in tensor_files.read_safetensors("after.safetensors").items():
        change, want = sum(abs(a - b) for a, b in zip(after, before[key][1], strict=True)), recorded["changes"][key]
        assert abs(change - want) <= CHANGE_TOLERANCE * want, f"{key} changes by {change}, in PyTorch by {want}"
    subprocess.run([*train, "--steps", str(STEPS), "--metrics", "metrics.jsonl"], check=True)
    with open("metrics.jsonl") as file:
        losses = [json.loads(line)["loss"] for line in file]
    assert len(losses) == STEPS, losses
    for loss, want in zip(losses, recorded["losses"], strict=True):
        assert abs(loss - want) <= LOSS_TOLERANCE * max(1, want), (losses, recorded["losses"])
    print(f"{name}: {STEPS} losses and the changes of {len(shapes)} variables as in PyTorch")


if __name__ == "__main__":
    if sys.argv[1] == "record":
        record(sys.argv[2])
    else:
        check(*sys.argv[2:])
