# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Layers whose rules are PyTorch's, compared with what PyTorch computes: models in f64 with an output per case.

    layers.py check GRADUS FOLDER   predicts all cases, takes their gradients and compares with layers.json
    layers.py record                writes layers.json anew; needs PyTorch (written with 1.13)

Of the result, and of the gradient of its weighted sum by the input, the shape, the sum, and a sum with weights that are
different for each element are recorded, so that none may be in another place. Sums of some hundred terms in f64 part by
less than 1e-12 of the largest. Among the inputs are numbers where slopes jump.
"""
import json
import os
import subprocess
import sys
import zlib

import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
SHAPE = (2, 4, 6, 5)
TOLERANCE = 1e-12

# Layer in the model language; the same in PyTorch, of x and F, and of w for a layer with a weight. PyTorch's own gradient
# of hardsigmoid has 1/6 in f32, and that of hardswish at 3 depends on the width of its vectors: both are spelt out.
CASES = {
    "softplus": ("softplus { beta: 2 }", lambda F, x: F.softplus(x, 2, 1e9)),
    "elu": ("elu { alpha: 0.5 }", lambda F, x: F.elu(x, 0.5)),
    "selu": ("selu {}", lambda F, x: F.selu(x)),
    "celu": ("celu { alpha: 0.5 }", lambda F, x: F.celu(x, 0.5)),
    "relu6": ("relu6 {}", lambda F, x: F.relu6(x)),
    "hardsigmoid": ("hardsigmoid {}", lambda F, x: F.relu6(x + 3) / 6),
    "hardswish": ("hardswish {}", lambda F, x: x * (x + 3).clamp(0, 6) / 6),
    "mish": ("mish {}", lambda F, x: F.mish(x)),
    "softsign": ("softsign {}", lambda F, x: F.softsign(x)),
    "log_sigmoid": ("log_sigmoid {}", lambda F, x: F.logsigmoid(x)),
    "clamp": ("clamp { min: -1 max: 0.5 }", lambda F, x: x.clamp(-1, 0.5)),
    "round": ("round {}", lambda F, x: x.round()),
    "floor": ("floor {}", lambda F, x: x.floor()),
    "ceil": ("ceil {}", lambda F, x: x.ceil()),
    "sign": ("sign {}", lambda F, x: x.sign()),
    "pow": ("pow { exponent: 3 }", lambda F, x: x.pow(3)),
    "expm1": ("expm1 {}", lambda F, x: x.expm1()),
    "flip": ("flip { axis: [2, 3] }", lambda F, x: x.flip(2, 3)),
    "roll_twice": ("roll { axis: [3, 3, 2] shift: [4, -5, 6] }", lambda F, x: x.roll((4, -5, 6), (3, 3, 2))),
    "roll": ("roll { axis: [2, 3] shift: [2, -1] }", lambda F, x: x.roll((2, -1), (2, 3))),
    "tile": ("tile { repeat: [2, 1, 3] }", lambda F, x: x.tile(1, 2, 1, 3)),
    "pad": ("pad { axis: [2, 3] low: [1, 0] high: [0, 2] value: 0.5 }", lambda F, x: F.pad(x, (0, 2, 1, 0), value=0.5)),
    "pad_reflect": ("pad { mode: REFLECT axis: [2, 3] low: [1, 4] high: [3, 2] }",
                    lambda F, x: F.pad(x, (4, 2, 1, 3), "reflect")),
    "pad_edge": ("pad { mode: EDGE axis: [2, 3] low: [1, 4] high: [3, 2] }",
                 lambda F, x: F.pad(x, (4, 2, 1, 3), "replicate")),
    "pixel_shuffle": ("pixel_shuffle { factor: 2 }", lambda F, x: F.pixel_shuffle(x, 2)),
    "pixel_unshuffle": ("slice { axis: 3 start: 0 limit: 4 }", "pixel_unshuffle { factor: 2 }",
                        lambda F, x: F.pixel_unshuffle(x[..., :4], 2)),
    "var": ("reduce { kind: VAR axis: [1, 3] }", lambda F, x: x.var((1, 3))),
    "var_biased": ("reduce { kind: VAR axis: 2 correction: 0 }", lambda F, x: x.var(2, unbiased=False)),
    "pow_0": ("pow { exponent: 0 }", lambda F, x: x.pow(0)),
    "cumsum": ("cumsum { axis: 2 }", lambda F, x: x.cumsum(2)),
    "cumsum_reverse": ("cumsum { axis: 3 reverse: true }", lambda F, x: x.flip(3).cumsum(3).flip(3)),
    "cumsum_exclusive": ("cumsum { axis: 1 exclusive: true }", lambda F, x: x.cumsum(1) - x),
    "nearest": ("resize { size: [4, 8] }", lambda F, x: F.interpolate(x, (4, 8), mode="nearest")),
    "nearest_exact": ("resize { size: [4, 8] coordinates: HALF_PIXEL }",
                      lambda F, x: F.interpolate(x, (4, 8), mode="nearest-exact")),
    "nearest_double": ("resize { scale: 2 }", lambda F, x: F.interpolate(x, scale_factor=2, mode="nearest")),
    "nearest_scale": ("resize { scale: [1.3, 0.7] }", lambda F, x: F.interpolate(x, scale_factor=(1.3, 0.7), mode="nearest")),
    "bilinear_scale": ("resize { mode: LINEAR scale: [1.3, 2.5] }",
                       lambda F, x: F.interpolate(x, scale_factor=(1.3, 2.5), mode="bilinear")),
    "bilinear": ("resize { mode: LINEAR size: [4, 13] }", lambda F, x: F.interpolate(x, (4, 13), mode="bilinear")),
    "bilinear_double": ("resize { mode: LINEAR scale: 2 }", lambda F, x: F.interpolate(x, scale_factor=2, mode="bilinear")),
    "bilinear_corners": ("resize { mode: LINEAR size: [11, 3] coordinates: ALIGN_CORNERS }",
                         lambda F, x: F.interpolate(x, (11, 3), mode="bilinear", align_corners=True)),
    "adaptive_average": ("adaptive_average_pool { size: [4, 2] }", lambda F, x: F.adaptive_avg_pool2d(x, (4, 2))),
    "adaptive_max": ("adaptive_max_pool { size: [4, 3] }", lambda F, x: F.adaptive_max_pool2d(x, (4, 3))),
    "adaptive_equal": ("adaptive_average_pool { size: [3, 1] }", lambda F, x: F.adaptive_avg_pool2d(x, (3, 1))),
    "lp_pool": ("lp_pool { kernel: 2 norm: 2 ceil_mode: false }", lambda F, x: F.lp_pool2d(x, 2, 2)),
    "lp_pool_zeros": ("clamp { min: 0 }", "lp_pool { kernel: 2 stride: 1 norm: 3 }",
                      lambda F, x: F.lp_pool2d(x.clamp(0), 3, 2, 1)),
    "lp_pool_4": ("lp_pool { kernel: 3 stride: 1 norm: 4 }", lambda F, x: F.lp_pool2d(x, 4, 3, 1)),
    "local_response_norm": ("local_response_norm { size: 4 alpha: 0.5 beta: 0.6 k: 2 }",
                            lambda F, x: F.local_response_norm(x, 4, 0.5, 0.6, 2)),
    "conv_transpose": ("conv_transpose { channels: 3 kernel: [3, 2] stride: 2 padding: 1 output_padding: 1 bias: false }",
                       lambda F, x, w: F.conv_transpose2d(x, w, None, 2, 1, 1), (4, 3, 3, 2)),
    "conv_transpose_dilated": ("conv_transpose { channels: 6 kernel: 3 dilation: 2 groups: 2 bias: false }",
                               lambda F, x, w: F.conv_transpose2d(x, w, None, 1, 0, 0, 2, 2), (4, 3, 3, 3)),
    "conv_transpose_depthwise": ("conv_transpose { kernel: 2 stride: 3 groups: 4 bias: false }",
                                 lambda F, x, w: F.conv_transpose2d(x, w, None, 3, 0, 0, 4), (4, 1, 2, 2)),
    "prelu": ("prelu { per_channel: true }", lambda F, x, w: F.prelu(x, w), (4,)),
}


def numbers(name, shape):
    """Random numbers, the same for one name on every machine: numpy froze this generator."""
    return np.random.RandomState(zlib.crc32(name.encode())).standard_normal(shape) * 1.5


def inputs():
    """Those of all cases; among them are bounds of clamp, relu6 and hardsigmoid, once each."""
    x = numbers("x", SHAPE)
    x.flat[:6] = 0, 6, 3, -3, -1, 0.5
    return x


def parts(name):
    """Layers, function and the shape of the weight, or none, of a case."""
    case = CASES[name]
    layers = [part for part in case if isinstance(part, str)]
    return layers, case[len(layers)], case[len(layers) + 1] if len(case) > len(layers) + 1 else None


def summary(name, y):
    """What is compared of a result or, named "gradient of …", a gradient."""
    return {"shape": list(y.shape), "sum": float(y.sum()), "weighted": float((y * numbers("of " + name, y.shape)).sum())}


def record():
    import torch

    figures = {}
    for name in CASES:
        _, function, shape = parts(name)
        x = torch.tensor(inputs(), requires_grad=True)
        weight = [torch.tensor(numbers(name, shape))] if shape else []
        y = function(torch.nn.functional, x, *weight)
        (y * torch.tensor(numbers("of " + name, tuple(y.shape)))).sum().backward()
        figures[name] = [summary(name, y.detach().numpy()), summary("gradient of " + name, x.grad.numpy())]
    with open(os.path.join(HERE, "layers.json"), "w") as file:
        json.dump(figures, file, indent=1)
        file.write("\n")


# ---- checking ----------------------------------------------------------------

class Model:
    """A model file that grows, and the weights that it is loaded with."""

    def __init__(self, name):
        self.text, self.header, self.data = f'format_version: 1\nname: "{name}"\n', {}, b""

    def layer(self, name, inputs, text):
        source = f" input: {json.dumps(inputs)}" if inputs else ""
        self.text += f'layer {{ name: "{name}"{source} {text} }}\n'

    def weight(self, name, values):
        begin, self.data = len(self.data), self.data + values.tobytes()
        self.header[name] = {"dtype": "F64", "shape": list(values.shape), "data_offsets": [begin, len(self.data)]}

    def parameter(self, name, values, frozen):
        shape = ",".join(map(str, values.shape))
        self.layer(name, [], f'parameter {{ type: "f64[{shape}]" }} freeze: {str(frozen).lower()}')
        self.weight(name, values)

    def case(self, name, source):
        """The layers of a case, which read `source`."""
        layers, _, shape = parts(name)
        for i, layer in enumerate(layers):
            known = name if i + 1 == len(layers) else f"{name}_{i}"
            self.layer(known, [source] if i == 0 else [], layer)
        if shape:
            self.weight(name + ".weight", numbers(name, shape))

    def compile(self, gradus, *options):
        import tensor_files

        with open("m.txtpb", "w") as file:
            file.write(self.text)
        with open("w.safetensors", "wb") as file:
            file.write(tensor_files.safetensors(self.header, self.data))
        subprocess.run([gradus, "compile", "m.txtpb", *options, "-o", "m", "--quiet"], check=True)


def run(*arguments):
    subprocess.run([os.path.join(".", "m"), *arguments, "--weights", "w.safetensors", "--quiet"], check=True,
                   stdout=subprocess.DEVNULL)


def values(gradus):
    """The results of all cases."""
    model = Model("layers")
    model.text += f'input {{ name: "x" type: "f64[batch,{",".join(map(str, SHAPE[1:]))}]" }}\n'
    for name in CASES:
        model.case(name, "x")
        model.text += f'output: "{name}"\n'
    model.compile(gradus, "--dim", f"batch={SHAPE[0]}")
    np.save("x.npy", inputs())
    run("predict", "--input", "x=@x.npy", *(flag for name in CASES for flag in ("--output", f"{name}=@{name}.npy")))
    return {name: np.load(name + ".npy") for name in CASES}


def gradients(gradus, shapes):
    """Those of all cases: what one step of rate 1 takes from each input, a parameter here. The loss is the sum of all
    weighted sums, so far above the target that its slope is 1."""
    import tensor_files

    model, total = Model("gradients"), "start"
    model.text += 'input { name: "t" type: "f64[batch]" }\n'
    model.layer(total, ["t"], "scale { offset: 1e9 }")
    for name in CASES:
        model.parameter("x_" + name, inputs(), False)
        model.case(name, "x_" + name)
        model.parameter("w_" + name, numbers("of " + name, shapes[name]), True)
        model.layer("y_" + name, [name, "w_" + name], "mul {}")
        model.layer("sum_" + name, ["y_" + name], f"reduce {{ axis: {list(range(len(shapes[name])))} }}")
        model.layer("total_" + name, [total, "sum_" + name], "add {}")
        total = "total_" + name
    model.text += ('train { mean_absolute_error { target: "t" } sgd { learning_rate { constant: 1 } } '
                   'data { npy { file { input: "t" path: "t.npy" } } batch: 1 } }\n')
    model.compile(gradus)
    np.save("t.npy", np.zeros(1))
    run("train", "--data", ".", "--steps", "1", "--weights-out", "out.safetensors")
    header, data = tensor_files.split_safetensors("out.safetensors")
    result = {}
    for name in CASES:
        begin, end = header["x_" + name]["data_offsets"]
        result[name] = inputs() - np.frombuffer(data[begin:end], np.float64).reshape(SHAPE)
    return result


def compare(name, got, want):
    assert got["shape"] == want["shape"], f"{name}: {got}, in PyTorch {want}"
    for key in ("sum", "weighted"):
        assert abs(got[key] - want[key]) <= TOLERANCE * max(1, abs(want[key])), f"{name}: {got}, in PyTorch {want}"


def check(gradus, folder):
    os.makedirs(folder)
    os.chdir(folder)
    with open(os.path.join(HERE, "layers.json")) as file:
        figures = json.load(file)
    assert set(figures) == set(CASES), "record again"
    results = values(gradus)
    slopes = gradients(gradus, {name: y.shape for name, y in results.items()})
    for name, (value, slope) in figures.items():
        compare(name, summary(name, results[name]), value)
        compare("gradient of " + name, summary("gradient of " + name, slopes[name]), slope)
    print(f"{len(figures)} layers as in PyTorch")


if __name__ == "__main__":
    if sys.argv[1] == "record":
        record()
    else:
        check(*sys.argv[2:])
