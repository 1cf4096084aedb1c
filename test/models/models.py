# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Whole networks, compared with what PyTorch computes: the losses of some steps, and what the first step changes.

    models.py check GRADUS FOLDER NAME   trains NAME.txtpb and compares with NAME.json; builds in FOLDER
    models.py record NAME                writes NAME.json anew; needs PyTorch (written with 1.13)

Weights and samples are a function of their number. The first step changes each parameter by its gradient times the
learning rate, and running statistics by those of the batch: the sum of the changes' absolute values is compared.
"""
import json
import os
import re
import subprocess
import sys
import zlib

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
BATCH, STEPS = 4, 3
SIZES = {"unet": 32}  # of images; others: 64
# What both train with, whatever the recipe says.
OPTIMIZER = "sgd { learning_rate { constant: 0.002 } momentum: 0.9 weight_decay: 1e-4 }"
# Figures are recorded in f64. ResNet-18 is compared in f32, where its losses part from them by 2e-5. A number that
# rounding takes to the other side of a kink (relu, max_pool) changes the gradients of all layers before it, by 7e-4 of
# themselves in this network; without one, they agree to 4e-5, as PyTorch's own in f32 do. Through 50 layers of batch
# normalization over four samples, PyTorch in f32 misses its own gradients by 5e-3, so the others are compared in f64.
# There, sums in another order make 1e-10; the smallest changes, of biases that a normalization behind them cancels, are
# sums that cancel by a factor of 1e5.
TYPES = {"resnet18": "f32"}  # others: f64
LOSS_TOLERANCE = {"f32": 1e-4, "f64": 1e-9}
CHANGE_TOLERANCE = {"f32": 2e-3, "f64": 1e-6}


def normal(name, shape, scale, offset=0.0):
    """Random numbers around `offset`, the same for one name on every machine: numpy froze this generator."""
    random = np.random.RandomState(zlib.crc32(name.encode()))
    return (offset + scale * random.standard_normal(shape)).astype(np.float32).astype(np.float64)


def initial(name, shape):
    """The values that a parameter or a running statistic starts from."""
    if name.endswith("running_mean"):
        return np.zeros(shape)
    if name.endswith("running_var"):
        return np.ones(shape)
    fan_in = int(np.prod(shape[1:]))
    if fan_in == 1:
        return normal(name, shape, 0.1, offset=0.5 if len(shape) == 1 and name.endswith("weight") else 0)
    return normal(name, shape, np.sqrt(2 / fan_in))


def samples(name):
    """Images, and a class for each: of all pixels for a network whose labels have a size."""
    size = SIZES.get(name, 64)
    image = normal("image", (BATCH, 3, size, size), 1.0)
    shape = (BATCH, size, size) if name == "unet" else (BATCH,)
    classes = 21 if name == "unet" else 1000
    label = (37 * np.arange(int(np.prod(shape))) + 11) % classes
    return image, label.astype(np.int32).reshape(shape)


# ---- the networks in PyTorch -------------------------------------------------


class Layers:
    """Layers that make their parameters at first use, and the variables of the network by their names."""

    def __init__(self, torch):
        self.torch, self.F, self.state = torch, torch.nn.functional, {}

    def variable(self, name, *shape):
        if name not in self.state:
            v = self.torch.tensor(initial(name, shape))
            self.state[name] = v.requires_grad_() if "running" not in name else v
        return self.state[name]

    def conv(self, x, name, channels, kernel, stride=1, padding=0, groups=1, bias=False):
        w = self.variable(name + ".weight", channels, x.shape[1] // groups, kernel, kernel)
        return self.F.conv2d(x, w, self.variable(name + ".bias", channels) if bias else None, stride, padding, 1, groups)

    def conv_transpose(self, x, name, channels, kernel, stride):
        w = self.variable(name + ".weight", x.shape[1], channels, kernel, kernel)
        return self.F.conv_transpose2d(x, w, self.variable(name + ".bias", channels), stride)

    def batch_norm(self, x, name):
        c = x.shape[1]
        mean, var = self.variable(name + ".running_mean", c), self.variable(name + ".running_var", c)
        return self.F.batch_norm(x, mean, var, self.variable(name + ".weight", c), self.variable(name + ".bias", c), True)

    def layer_norm(self, x, name):
        """Of the channels, which are the second or the last dimension."""
        c = x.shape[1]
        w, b = self.variable(name + ".weight", c), self.variable(name + ".bias", c)
        return self.F.layer_norm(x.transpose(1, -1), (c,), w, b, 1e-6).transpose(1, -1)

    def dense(self, x, name, units):
        w = self.variable(name + ".weight", units, x.shape[1])
        return self.F.linear(x, w, self.variable(name + ".bias", units))


def residual(n, x, name, layers, stride, channels, shortcut):
    """`layers` are (kernel, channels); the stride is that of the first one of 3x3."""
    y = x
    for i, (kernel, width) in enumerate(layers, 1):
        by = stride if kernel == 3 and all(k != 3 for k, _ in layers[: i - 1]) else 1
        y = n.batch_norm(n.conv(y, f"{name}.conv{i}", width, kernel, by, kernel // 2), f"{name}.bn{i}")
        y = n.F.relu(y) if i < len(layers) else y
    if shortcut:
        x = n.batch_norm(n.conv(x, name + ".downsample.0", channels, 1, stride), name + ".downsample.1")
    return n.F.relu(y + x)


def resnet(n, x, counts, bottleneck):
    x = n.F.relu(n.batch_norm(n.conv(x, "conv1", 64, 7, 2, 3), "bn1"))
    x = n.F.max_pool2d(x, 3, 2, 1)
    for i, count in enumerate(counts):
        width = 64 << i
        channels = 4 * width if bottleneck else width
        layers = [(1, width), (3, width), (1, channels)] if bottleneck else [(3, width), (3, width)]
        for k in range(count):
            stride = 2 if i > 0 and k == 0 else 1
            x = residual(n, x, f"layer{i + 1}.{k}", layers, stride, channels, x.shape[1] != channels)
    return n.dense(x.mean((2, 3)), "fc", 1000)


def resnet18(n, x):
    return resnet(n, x, (2, 2, 2, 2), False)


def resnet50(n, x):
    return resnet(n, x, (3, 4, 6, 3), True)


def mobilenet_v2(n, x):
    def layer(x, conv, norm, channels, kernel, stride=1, groups=1):
        return n.batch_norm(n.conv(x, conv, channels, kernel, stride, kernel // 2, groups), norm)

    x = n.F.relu6(layer(x, "features.0.0", "features.0.1", 32, 3, 2))
    number = 0
    for expand, channels, count, first in [(1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1),
                                           (6, 160, 3, 2), (6, 320, 1, 1)]:
        for k in range(count):
            number += 1
            y, at, width = x, f"features.{number}.conv.", x.shape[1] * expand
            part = 0
            if expand != 1:
                y, part = n.F.relu6(layer(y, at + "0.0", at + "0.1", width, 1)), 1
            y = n.F.relu6(layer(y, f"{at}{part}.0", f"{at}{part}.1", width, 3, first if k == 0 else 1, width))
            y = layer(y, f"{at}{part + 1}", f"{at}{part + 2}", channels, 1)
            x = x + y if k > 0 else y
    x = n.F.relu6(layer(x, "features.18.0", "features.18.1", 1280, 1))
    return n.dense(x.mean((2, 3)), "classifier.1", 1000)


def efficientnet_b0(n, x):
    silu = n.F.silu

    def layer(x, name, channels, kernel, stride=1, groups=1):
        return n.batch_norm(n.conv(x, name + ".0", channels, kernel, stride, kernel // 2, groups), name + ".1")

    x = silu(layer(x, "features.0", 32, 3, 2))
    for i, (expand, kernel, channels, count, first) in enumerate(
            [(1, 3, 16, 1, 1), (6, 3, 24, 2, 2), (6, 5, 40, 2, 2), (6, 3, 80, 3, 2), (6, 5, 112, 3, 1), (6, 5, 192, 4, 2),
             (6, 3, 320, 1, 1)], 1):
        for k in range(count):
            y, at, width, squeezed = x, f"features.{i}.{k}.block.", x.shape[1] * expand, x.shape[1] // 4
            part = 0
            if expand != 1:
                y, part = silu(layer(y, at + "0", width, 1)), 1
            y = silu(layer(y, f"{at}{part}", width, kernel, first if k == 0 else 1, width))
            s = silu(n.conv(y.mean((2, 3), keepdim=True), f"{at}{part + 1}.fc1", squeezed, 1, bias=True))
            y = y * n.torch.sigmoid(n.conv(s, f"{at}{part + 1}.fc2", width, 1, bias=True))
            y = layer(y, f"{at}{part + 2}", channels, 1)
            x = x + y if k > 0 else y
    x = silu(layer(x, "features.8", 1280, 1))
    return n.dense(x.mean((2, 3)), "classifier.1", 1000)


def densenet121(n, x):
    def active(x, name):
        return n.F.relu(n.batch_norm(x, name))

    x = n.F.max_pool2d(active(n.conv(x, "conv0", 64, 7, 2, 3), "norm0"), 3, 2, 1)
    for i, count in enumerate((6, 12, 24, 16), 1):
        for k in range(count):
            at = f"block{i}.{k}.layer."
            y = n.conv(active(x, at + "norm1"), at + "conv1", 128, 1)
            y = n.conv(active(y, at + "norm2"), at + "conv2", 32, 3, 1, 1)
            x = n.torch.cat([x, y], 1)
        if i < 4:
            x = n.conv(active(x, f"transition{i}.norm"), f"transition{i}.conv", x.shape[1] // 2, 1)
            x = n.F.avg_pool2d(x, 2)
    return n.dense(active(x, "norm5").mean((2, 3)), "classifier", 1000)


def unet(n, x):
    def double(x, name, channels):
        for i in (1, 2):
            x = n.F.relu(n.batch_norm(n.conv(x, f"{name}.conv{i}", channels, 3, 1, 1), f"{name}.bn{i}"))
        return x

    down = [double(x, "down1", 64)]
    for i in range(2, 6):
        down.append(double(n.F.max_pool2d(down[-1], 2), f"down{i}", 32 << i))
    x = down.pop()
    for i in range(4, 0, -1):
        channels = x.shape[1] // 2
        x = n.torch.cat([down.pop(), n.conv_transpose(x, f"up{i}.up", channels, 2, 2)], 1)
        x = double(x, f"up{i}", channels)
    return n.conv(x, "head", 21, 1, bias=True).permute(0, 2, 3, 1)


def convnext_tiny(n, x):
    x = n.layer_norm(n.conv(x, "stem.conv", 96, 4, 4, bias=True), "stem.norm")
    for i, count in enumerate((3, 3, 9, 3), 1):
        for k in range(count):
            at, c = f"stage{i}.{k}.block.", x.shape[1]
            y = n.layer_norm(n.conv(x, at + "dwconv", c, 7, 1, 3, c, bias=True), at + "norm")
            y = n.F.gelu(n.conv(y, at + "pwconv1", 4 * c, 1, bias=True))
            y = n.conv(y, at + "pwconv2", c, 1, bias=True)
            x = x + n.conv(y, at + "scale", c, 1, groups=c)
        if i < 4:
            x = n.conv(n.layer_norm(x, f"down{i}.norm"), f"down{i}.conv", 2 * c, 2, 2, bias=True)
    return n.dense(n.layer_norm(x.mean((2, 3)), "norm"), "head", 1000)


NETWORKS = {f.__name__: f for f in (resnet18, resnet50, mobilenet_v2, efficientnet_b0, densenet121, unet, convnext_tiny)}


# ---- the two commands --------------------------------------------------------


def record(name):
    import torch

    layers, (image, label) = Layers(torch), samples(name)
    x, t = torch.tensor(image), torch.tensor(label, dtype=torch.int64)
    optimizer, before, losses, changes = None, {}, [], {}
    for step in range(STEPS):
        logits = NETWORKS[name](layers, x)
        loss = torch.nn.functional.cross_entropy(logits.reshape(-1, logits.shape[-1]), t.reshape(-1))
        if optimizer is None:
            before = {key: initial(key, v.shape) for key, v in layers.state.items()}
            parameters = [v for v in layers.state.values() if v.requires_grad]
            optimizer = torch.optim.SGD(parameters, 0.002, momentum=0.9, weight_decay=1e-4)
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
        if step == 0:
            changes = {key: float(f"{difference(v.detach().numpy(), before[key]):.10g}") for key, v in layers.state.items()}
    with open(os.path.join(HERE, name + ".json"), "w") as file:
        json.dump({"losses": losses, "changes": changes}, file, indent=1)
        file.write("\n")


def difference(a, b):
    return float(np.abs(a.astype(np.float64) - b).sum())


def read_weights(path):
    import tensor_files

    header, data = tensor_files.split_safetensors(path)
    types = {"F32": np.float32, "F64": np.float64}
    return {key: np.frombuffer(data[slice(*entry["data_offsets"])], types[entry["dtype"]]).reshape(entry["shape"])
            for key, entry in header.items()}


def write_weights(path, tensors):
    import tensor_files

    header, end = {}, 0
    for key, v in tensors.items():
        header[key] = {"dtype": "F32" if v.dtype == np.float32 else "F64", "shape": list(v.shape), "data_offsets": [end, end + v.nbytes]}
        end += v.nbytes
    with open(path, "wb") as file:
        file.write(tensor_files.safetensors(header, b"".join(v.tobytes() for v in tensors.values())))


def check(gradus, folder, name):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(HERE, name + ".json")) as file:
        recorded = json.load(file)
    with open(os.path.join(HERE, name + ".txtpb")) as file:
        text, count = re.subn(r"^  (sgd|adamw) .*$", f"  {OPTIMIZER}", file.read(), flags=re.MULTILINE)
    assert count == 1, "where is the optimizer?"
    os.chdir(folder)
    type = TYPES.get(name, "f64")
    with open("m.txtpb", "w") as file:
        # Dropout draws other numbers than PyTorch's.
        file.write(text.replace("dropout { rate: 0.2 }", "dropout { rate: 0 }").replace("f32[", type + "["))
    size = SIZES.get(name, 64)
    subprocess.run([gradus, "compile", "m.txtpb", "--dim", f"size={size}", "--dim", f"batch={BATCH}", "-o", "m", "--quiet"],
                   check=True)
    image, label = samples(name)
    number = np.float32 if type == "f32" else np.float64
    np.save("image.npy", image.astype(number))
    np.save("label.npy", label)
    train = [os.path.join(".", "m"), "train", "--data", ".", "--threads", "2", "--quiet"]
    # The shapes of all variables are those of the file that the program writes.
    subprocess.run([*train, "--steps", "1", "--weights-out", "shapes.safetensors"], check=True)
    before = {key: initial(key, v.shape).astype(number) for key, v in read_weights("shapes.safetensors").items()}
    assert set(before) == set(recorded["changes"]), set(before) ^ set(recorded["changes"])
    write_weights("before.safetensors", before)
    train += ["--weights", "before.safetensors"]
    subprocess.run([*train, "--steps", "1", "--weights-out", "after.safetensors"], check=True)
    for key, after in read_weights("after.safetensors").items():
        change, want = difference(after, before[key]), recorded["changes"][key]
        assert abs(change - want) <= CHANGE_TOLERANCE[type] * want, f"{key} changes by {change}, in PyTorch by {want}"
    subprocess.run([*train, "--steps", str(STEPS), "--metrics", "metrics.jsonl"], check=True)
    with open("metrics.jsonl") as file:
        losses = [json.loads(line)["loss"] for line in file]
    assert len(losses) == STEPS, losses
    for loss, want in zip(losses, recorded["losses"], strict=True):
        assert abs(loss - want) <= LOSS_TOLERANCE[type] * max(1, want), (losses, recorded["losses"])
    print(f"{name}: {STEPS} losses and the changes of {len(before)} variables as in PyTorch")


if __name__ == "__main__":
    if sys.argv[1] == "record":
        record(sys.argv[2])
    else:
        check(*sys.argv[2:])
