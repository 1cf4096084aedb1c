# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Every op on every device: one table of small models, and what must hold of each.

    conformance.py GRADUS FOLDER GROUP [NAME]

Each case is a model with trainable parameters before and after what it is about,
so that a training step goes through its backward pass. For each case of the group
(with NAME, only those that have it in their names):

  * on every device of this machine, `gradus verify` compares prediction, one
    training step and gradients with the reference evaluator;
  * its kernels become PTX for two generations of GPUs; where a CUDA toolkit is at
    hand, its assembler takes them, and matmuls in f32 spill no register.

A new layer, activation, loss, optimizer or op needs a line here; complete.py asks
for it. Models stay in FOLDER; a command that fails is printed and can be repeated.
"""
import ctypes
import os
import re
import subprocess
import sys
from dataclasses import dataclass, replace
from string import Template

from ptxas import assemble, find_ptxas

HERE = os.path.dirname(os.path.abspath(__file__))


@dataclass
class Case:
    group: str
    name: str
    text: str               # the model
    batch: int = 5
    verify: tuple = ()      # more flags of `gradus verify`
    gradients: bool = True  # finite differences see what autodiff sees: no stop_gradient, no rounding cast
    spills: bool = False    # registers may spill


CASES = []


# ---- models from snippets ----------------------------------------------------
#
# $type in a snippet stands for an element type: it makes one case per type of `types`.

ONE, BOTH = ("f32",), ("f32", "f64")

SQUARES = "mean_squared_error {}"
SGD = "sgd { learning_rate { constant: 0.1 } }"


def add(group, name, body, types=BOTH, **fields):
    """A network as it is: `body` holds inputs, layers and recipe."""
    for type in types:
        text = Template(f'format_version: 1\nname: "conformance"\n{body}').substitute(type=type)
        # Matmuls are made to fit a thread's registers.
        spills = group != "matmuls"
        CASES.append(Case(group, f"{name}-{type}", text, **{"spills": spills, **fields}))


def layer(name, op, *inputs, activation=None):
    source = "input: [" + ", ".join(f'"{i}"' for i in inputs) + "] " if inputs else ""
    return f'layer {{ name: "{name}" {source}{op}{" activation: " + activation if activation else ""} }}\n'


def value(name, type):
    return f'input {{ name: "{name}" type: "{type}" }}\n'


def weight(name, shape, low=0.5, high=1.5, type="$type"):
    """A trainable parameter."""
    return layer(name, f'parameter {{ type: "{type}[{shape}]" init {{ uniform {{ low: {low} high: {high} }} }} }}')


def train(loss=SQUARES, optimizer=SGD, more=""):
    return f"train {{ {loss} {optimizer} {more} }}\n"


# A sample of 11 x 19: five of them are more than the elements of one block of threads.
def between(group, name, body, before="11,19", after=None, inputs="", number="$type", recipe=train(), **fields):
    """`body` reads the layer `before`, a product with a parameter, and ends with
    the layer `op`, which is multiplied by another one. Shapes are those of a
    sample. Elementwise products compile fast and let `op` fuse with what is
    around it."""
    after = before if after is None else after
    target = f"{number}[batch,{after}]" if after else f"{number}[batch]"
    network = (value("x", f"{number}[batch,{before}]") + inputs + value("t", target) +
               weight("left", before, -2, 2, number) + layer("before", "mul {}", "x", "left") + body +
               weight("right", after, type=number) + layer("after", "mul {}", "op", "right") + recipe)
    add(group, name, network, **fields)


# ---- elementwise -------------------------------------------------------------

POSITIVE = layer("size", "abs {}") + layer("positive", "scale { offset: 0.5 }")

for name, types, body in [
    ("relu", ONE, layer("op", "relu {}")),
    ("leaky-relu", ONE, layer("op", "leaky_relu {}")),
    ("leaky-relu-slope", ONE, layer("op", "leaky_relu { slope: 0.2 }")),
    ("neg", ONE, layer("op", "neg {}")),
    ("abs", ONE, layer("op", "abs {}")),
    ("scale", ONE, layer("op", "scale { factor: -1.5 offset: 0.25 }")),
    ("identity", ONE, layer("op", "identity {}")),
    ("sigmoid", BOTH, layer("op", "sigmoid {}")),
    ("tanh", BOTH, layer("op", "tanh {}")),
    ("gelu-tanh", BOTH, layer("op", "gelu { tanh: true }")),
    ("silu", BOTH, layer("op", "silu {}")),
    ("exp", BOTH, layer("op", "exp {}")),
    ("log", BOTH, POSITIVE + layer("op", "log {}")),
    ("sqrt", BOTH, POSITIVE + layer("op", "sqrt {}")),
    ("dropout", BOTH, layer("op", "dropout {}")),
    # Each draws its own numbers.
    ("dropout-twice", ONE, layer("some", "dropout { rate: 0.25 }") + layer("op", "dropout { rate: 0.1 }")),
    # What is a single instruction in f32 and in f64.
    ("instructions", ("f64",),
     layer("a", "leaky_relu {}") + layer("b", "neg {}") + layer("c", "abs {}") +
     layer("d", "scale { factor: -1.5 offset: 1.25 }") + layer("op", "relu {}")),
]:
    between("elementwise", name, body, types=types)

for name in ["erf", "gelu"]:
    between("elementwise", name, layer("op", name + " {}"))

between("elementwise", "stop-gradient",
        layer("fixed", "stop_gradient {}") + layer("op", "mul {}", "before", "fixed"), gradients=False)

# Activations make the ops of layers: what is new is that a layer has them.
for name, first, second in [("rectifiers", "LEAKY_RELU", "RELU"), ("curves", "TANH", "SIGMOID"),
                            ("units", "SILU", "GELU"), ("shares", "LOG_SOFTMAX", "SOFTMAX")]:
    between("elementwise", "activation-" + name,
            layer("a", "scale { factor: 1.5 }", activation=first) + layer("op", "identity {}", activation=second),
            types=ONE)



def summed(name, ops, source="before"):
    """The sum of what several layers make of `source`: many functions at the price of one case."""
    body = "".join(layer(f"{name}{i}", op, source) for i, op in enumerate(ops))
    parts = [f"{name}{i}" for i in range(len(ops))]
    for i in range(1, len(ops)):
        body += layer(f"{name}_sum{i}", "add {}", f"{name}_sum{i - 1}" if i > 1 else parts[0], parts[i])
    return body


between("elementwise", "activation-more",
        "".join(layer(f"l{i}", "identity {}", activation=name) for i, name in enumerate(
            ["SELU", "RELU6", "ELU", "HARDSWISH", "MISH", "SOFTSIGN", "SOFTPLUS", "LOG_SIGMOID"])) +
        layer("op", "identity {}", activation="HARDSIGMOID"), types=ONE)
between("elementwise", "units", summed("u", [
    "softplus {}", "softplus { beta: 1.5 }", "elu { alpha: 0.75 }", "selu {}", "celu { alpha: 1.25 }", "mish {}",
    "softsign {}", "log_sigmoid {}"]) + layer("op", "identity {}"))
between("elementwise", "units-hard", layer("wide", "scale { factor: 5 }") + summed("u", [
    "relu6 {}", "hardsigmoid {}", "hardswish {}", "clamp { min: -1.5 max: 2.25 }", "clamp { max: 3 }"], "wide") +
    layer("op", "identity {}"))
between("elementwise", "prelu",
        layer("a", "prelu {}") + layer("b", "prelu { per_channel: true init { uniform { low: 0.1 high: 0.5 } } }") +
        layer("op", "neg {}"), types=ONE)
between("elementwise", "functions",
        summed("f", ["sin {}", "cos {}", "expm1 {}", "pow { exponent: 2 }", "pow { exponent: 3 }"]) +
        layer("size", "abs {}") + layer("positive", "scale { offset: 0.5 }") +
        summed("g", ["log1p {}", "reciprocal {}", "pow { exponent: -1.5 }"], "positive") +
        weight("w", "19") + layer("p", "pow {}", "positive", "w") + layer("op", "add {}", "p", "g_sum2"))
between("elementwise", "rounding",
        layer("wide", "scale { factor: 5 }") + summed("r", ["floor {}", "ceil {}", "round {}", "sign {}"], "wide") +
        layer("op", "mul {}", "before", "r_sum3"))


# ---- arithmetic, integers, casts ----------------------------------------------

# An operand of the same shape, then one that is repeated along each dimension. For
# `div`, what stands on the right is not zero.
for name, types in {"add": BOTH, "sub": ONE, "mul": ONE, "div": BOTH, "maximum": BOTH, "minimum": ONE}.items():
    op = name + " {}"
    between("arithmetic", name,
            weight("same", "11,19") + layer("a", op, "before", "same") +
            weight("row", "19") + layer("b", op, "a", "row") +
            weight("column", "11,1") + layer("op", op, "b", "column"), types=types)

# Repeated along all dimensions, along all but the samples, along those alone; both at once.
between("arithmetic", "repeated",
        weight("scalar", "") + layer("a", "mul {}", "scalar", "before") +
        layer("sample", "tanh {}", "z") + layer("b", "sub {}", "sample", "a") +
        weight("row", "19") + weight("column", "11,1") + layer("table", "mul {}", "row", "column") +
        layer("op", "sub {}", "table", "b"), inputs=value("z", "$type[batch,1,1]"))

# Integers of an input are 0 and 1; these are made of floats. Powers of two scale
# without rounding, so that all devices truncate the same number.
INTEGERS = (layer("wide", "scale { factor: 64 }", "x") + layer("n", 'cast { type: "$type" }') +
            layer("narrow", "scale { factor: -8 offset: 2.5 }", "x") + layer("m", 'cast { type: "$type" }'))
BACK = (layer("real", 'cast { type: "f32" }') + layer("small", "scale { factor: 0.0078125 }") +
        layer("op", "mul {}", "before", "small"))

# Divides by zero, too.
between("arithmetic", "integers",
        INTEGERS + layer("sum", "add {}", "n", "m") + layer("product", "mul {}", "sum", "m") +
        layer("quotient", "div {}", "n", "m") + layer("difference", "sub {}", "product", "quotient") +
        layer("most", "maximum {}", "difference", "n") + layer("least", "minimum {}", "most", "sum") + BACK,
        number="f32", types=("i32", "i64"), gradients=False)

between("arithmetic", "mod",
        layer("wide", "scale { factor: 9 }") + weight("w", "19", 0.5, 1.5) + layer("m", "mod {}", "wide", "w") +
        weight("n", "11,1", -1.5, -0.5) + layer("op", "mod {}", "m", "n"))
# By zero, too.
between("arithmetic", "integers-mod", INTEGERS + layer("rest", "mod {}", "n", "m") + BACK,
        number="f32", types=("i32", "i64"), gradients=False)

# Comparisons of floats, of which none are equal but where they are the same; logic; a choice by each.
COMPARISONS = ["equal", "not_equal", "less", "less_equal", "greater", "greater_equal"]
between("arithmetic", "comparisons",
        weight("w", "19", -1, 1) + layer("same", "maximum {}", "before", "w") +
        "".join(layer(name, name + " {}", "before", "same") for name in COMPARISONS) +
        layer("and", "logical_and {}", "less_equal", "not_equal") + layer("or", "logical_or {}", "equal", "before") +
        layer("xor", "logical_xor {}", "and", "greater_equal") + layer("not", "logical_not {}", "greater") +
        layer("all", "add {}", "or", "xor") + layer("more", "add {}", "all", "not") + layer("most", "add {}", "more", "less") +
        layer("number", 'cast { type: "$type" }') + layer("p", "mul {}", "before", "number") +
        layer("op", "where {}", "less", "p", "w"), gradients=False)
between("arithmetic", "integers-compared",
        INTEGERS + "".join(layer(name, name + " {}", "n", "m") for name in COMPARISONS) +
        layer("a", "add {}", "less", "equal") + layer("b", "where {}", "greater_equal", "n", "m") +
        layer("c", "where {}", "not_equal", "b", "n") + layer("d", "where {}", "a", "c", "m") + BACK,
        number="f32", types=("i32", "i64"), gradients=False)

# From every type to every other.
NUMBERS = ["f32", "f64", "i32", "i64"]
PAIRS = [(a, b) for a in NUMBERS for b in NUMBERS if a != b]
between("arithmetic", "cast",
        layer("wide", "scale { factor: 64 }", "before") +
        "".join(layer(a, f'cast {{ type: "{a}" }}', "wide") for a in NUMBERS) +
        "".join(layer(f"{a}_{b}", f'cast {{ type: "{b}" }}', a) for a, b in PAIRS) +
        "".join(layer(f"{a}_{b}_back", 'cast { type: "$type" }', f"{a}_{b}") for a, b in PAIRS) +
        layer("all", "concat { axis: 1 }", "before", *[f"{a}_{b}_back" for a, b in PAIRS]) +
        layer("op", "scale { factor: 0.0625 }"),
        before="3,7", after="39,7", gradients=False)


# ---- shapes ------------------------------------------------------------------

for name, types, before, body, after in [
    ("reshape", BOTH, "6,35", layer("op", "reshape { shape: [14, 15] }"), "14,15"),
    ("reshape-rest", ONE, "6,35", layer("op", "reshape { shape: [-1, 10] }"), "21,10"),
    ("flatten", ONE, "6,5,7", layer("op", "flatten {}"), "210"),
    ("transpose", BOTH, "11,19", layer("op", "transpose { perm: [0, 2, 1] }"), "19,11"),
    ("transpose-first", ONE, "3,5,7", layer("op", "transpose { perm: [0, 3, 1, 2] }"), "7,3,5"),
    ("transpose-last", ONE, "3,5,7", layer("op", "transpose { perm: [0, 2, 3, 1] }"), "5,7,3"),
    ("transpose-samples", ONE, "11,19",
     layer("turned", "transpose { perm: [2, 0, 1] }") + weight("w", "11") + layer("p", "mul {}", "turned", "w") +
     layer("op", "transpose { perm: [1, 0, 2] }"), "19,11"),
    ("slice", ONE, "11,19", layer("op", "slice { axis: 1 start: 2 limit: 9 }"), "7,19"),
    ("slice-strides", BOTH, "11,19",
     layer("op", "slice { axis: [2, 1] start: [-16, 1] limit: [-1, 11] stride: [3, 2] }"), "5,5"),
    ("slice-samples", ONE, "11,19",
     layer("one", "slice { axis: 0 start: 0 limit: 1 }") + layer("op", "add {}", "before", "one"), "11,19"),
    ("concat", BOTH, "11,19",
     weight("w", "19") + layer("p", "mul {}", "before", "w") + layer("part", "slice { axis: 1 start: 3 limit: 7 }") +
     layer("op", "concat { axis: 1 }", "before", "part", "p"), "26,19"),
    ("concat-last", ONE, "11,19", layer("e", "tanh {}") + layer("op", "concat {}", "e", "before", "e"), "11,57"),
    ("concat-samples", ONE, "11,19",
     layer("e", "exp {}") + layer("double", "concat { axis: 0 }", "before", "e") +
     layer("most", "reduce { kind: MAX axis: 0 keep_dims: true }") + layer("op", "add {}", "before", "most"), "11,19"),
    ("flip", BOTH, "3,5,19", layer("a", "flip {}") + layer("op", "flip { axis: [1, -2] }"), "3,5,19"),
    ("roll", ONE, "11,19", layer("op", "roll { axis: [1, 2] shift: [-2, 23] }"), "11,19"),
    ("tile", ONE, "3,5", layer("op", "tile { repeat: [2, 3] }"), "6,15"),
    ("pad", BOTH, "5,7", layer("op", "pad { axis: [1, 2] low: [1, 0] high: [2, 3] value: 0.75 }"), "8,10"),
    ("pad-reflect", ONE, "5,7", layer("op", "pad { mode: REFLECT axis: [1, 2] low: [1, 6] high: [4, 0] }"), "10,13"),
    ("pad-edge", ONE, "5,7", layer("op", "pad { mode: EDGE axis: [2, 1] low: [1, 0] high: [0, 9] }"), "14,8"),
    ("pixel-shuffle", ONE, "12,3,5", layer("op", "pixel_shuffle { factor: 2 }"), "3,6,10"),
    ("pixel-unshuffle", ONE, "2,6,9", layer("op", "pixel_unshuffle { factor: 3 }"), "18,2,3"),
    ("repeat", ONE, "11,19",
     layer("op", "repeat { count: 3\n" + layer("e", "tanh {}") + weight("w", "19") + layer("p", "mul {}", "e", "w") +
           "}"), "11,19"),
]:
    between("shapes", name, body, before=before, after=after, types=types)

between("shapes", "call",
        'function { name: "block" input: "a" input: "b" output: "difference"\n' +
        weight("w", "19") + layer("p", "mul {}", "a", "w") + layer("difference", "sub {}", "p", "b") +
        layer("unused", "exp {}") + "}\n" +
        'layer { name: "first" output: "called" input: ["before", "x"] call { function: "block" } }\n' +
        layer("op", 'call { function: "block" }', "called", "before"), types=ONE)

# The second call takes another activation, another shape of the weight and another op.
between("shapes", "call-with",
        'function { name: "block" input: "a"\n' + weight("w", "19") + layer("p", "mul {}", "w", "a", activation="TANH") +
        layer("q", "scale { factor: 2 }") + "}\n" +
        layer("first", 'call { function: "block" }') +
        'layer { name: "op" call { function: "block" with { name: "p" activation: SIGMOID }\n' +
        '  with { name: "w" parameter { type: "$type[11,1]" } } with { name: "q" sin {} } } }\n', types=ONE)

# One output is an input; one is also read by the loss; two are of one kernel.
between("shapes", "outputs",
        weight("w", "19") + layer("op", "mul {}", "before", "w") +
        "".join(f'output: "{name}"\n' for name in ["op", "before", "x", "after"]),
        recipe=train('mean_squared_error { prediction: "after" target: "t" }'), types=ONE)

for index in ["i32", "i64"]:
    ids = value("ids", index + "[batch,4]")
    between("shapes", f"gather-{index}",
            weight("table", "17,23") + layer("rows", "gather {}", "table", "ids") +
            layer("op", "add {}", "before", "rows"),
            before="4,23", inputs=ids, types=BOTH if index == "i32" else ONE)
    between("shapes", f"embedding-{index}",
            layer("rows", "embedding { rows: 17 units: 23 }", "ids") + layer("op", "add {}", "before", "rows"),
            before="4,23", inputs=ids, types=ONE)
    between("shapes", f"one-hot-{index}",
            layer("hot", "one_hot { depth: 6 }", "ids") + layer("op", "mul {}", "before", "hot"),
            before="4,6", inputs=ids, types=ONE)

# Rows of many vectors and a rest, of several dimensions, and of one number.
for row in ["1301", "3,5", ""]:
    between("shapes", f"gather-rows-{row.replace(',', 'x') or 'scalar'}",
            weight("table", f"9,{row}".rstrip(",")) + layer("rows", "gather {}", "table", "ids") +
            layer("op", "add {}", "before", "rows"),
            before=f"4,{row}".rstrip(","), inputs=value("ids", "i32[batch,4]"), types=ONE)

# Clamped where out of range; all that falls on one row is added up.
between("shapes", "gather-clamped",
        weight("table", "17,23") + layer("wide", "scale { factor: 32 }", "z") + layer("ids", 'cast { type: "i32" }') +
        layer("rows", "gather {}", "table", "ids") + layer("op", "add {}", "before", "rows"),
        before="4,23", inputs=value("z", "$type[batch,4]"), types=ONE, gradients=False)
between("shapes", "gather-scalars",
        weight("table", "17") + layer("squares", "mul {}", "table", "table") +
        layer("picked", "gather {}", "squares", "ids") + layer("op", "add {}", "before", "picked"),
        before="23", inputs=value("ids", "i32[batch,23]"), types=ONE)

between("shapes", "integers-moved",
        INTEGERS +
        layer("turned", "transpose { perm: [0, 2, 1] }", "n") + layer("view", "reshape { shape: [11, 19] }") +
        layer("start", "slice { axis: 1 start: 1 limit: 7 stride: 2 }", "m") +
        layer("end", "slice { axis: 1 start: 3 limit: 11 }", "view") +
        layer("both", "concat { axis: 1 }", "start", "end") + layer("picked", "gather {}", "n", "ids") +
        layer("sum", "add {}", "both", "picked") + BACK,
        inputs=value("ids", "$type[batch]"), number="f32", types=("i32", "i64"), gradients=False)


# ---- windows -----------------------------------------------------------------

# Odd sizes, so that windows leave a rest; paddings and strides that differ by dimension.
for name, types, before, op, after in [
    ("conv", BOTH, "3,9,8", "conv { channels: 5 kernel: [3, 2] }", "5,7,7"),
    ("conv-stride", ONE, "3,9,8", "conv { channels: 5 kernel: 3 stride: [2, 3] padding: [1, 0] }", "5,5,2"),
    ("conv-dilation", ONE, "2,9,8", "conv { channels: 4 kernel: [3, 2] dilation: [2, 3] padding: 2 padding_end: [0, 3] }", "4,7,10"),
    ("conv-same", ONE, "3,6,5", "conv { channels: 4 kernel: [4, 3] same: true bias: false }", "4,6,5"),
    ("conv-1-channel", ONE, "1,9,8", "conv { channels: 17 kernel: 5 padding: 2 }", "17,9,8"),
    ("conv-1d", ONE, "4,19", "conv { channels: 3 kernel: 5 stride: 2 }", "3,8"),
    ("conv-3d", ONE, "2,4,5,6", "conv { channels: 3 kernel: [2, 3, 2] stride: [1, 2, 1] }", "3,3,2,5"),
    ("conv-groups", BOTH, "6,7,5", "conv { channels: 4 kernel: 3 padding: 1 groups: 2 }", "4,7,5"),
    ("conv-depthwise", ONE, "17,7,6", "conv { channels: 17 kernel: 3 stride: 2 padding: 1 groups: 17 }", "17,4,3"),
    ("conv-multiplier", ONE, "3,7,5", "conv { multiplier: 2 kernel: 1 depthwise: true }", "6,7,5"),
    ("conv-transpose", BOTH, "3,4,5", "conv_transpose { channels: 5 kernel: [3, 2] stride: 2 }", "5,9,10"),
    ("conv-transpose-padding", ONE, "3,4,5",
     "conv_transpose { channels: 2 kernel: 4 stride: [2, 3] padding: 1 padding_end: [2, 1] output_padding: [0, 2] }", "2,7,16"),
    ("conv-transpose-dilation", ONE, "3,4,5",
     "conv_transpose { multiplier: 2 kernel: 3 dilation: [2, 1] output_padding: [1, 0] bias: false }", "6,9,7"),
    ("conv-transpose-groups", ONE, "6,4,5", "conv_transpose { channels: 4 kernel: 3 stride: 2 groups: 2 }", "4,9,11"),
    ("conv-transpose-depthwise", ONE, "17,4,3", "conv_transpose { kernel: 3 stride: 2 padding: 1 groups: 17 }", "17,7,5"),
    ("conv-transpose-1d", ONE, "4,9", "conv_transpose { channels: 3 kernel: 5 stride: 2 }", "3,21"),
    ("resize-nearest", BOTH, "2,4,5", "resize { scale: [2, 3] }", "2,8,15"),
    ("resize-nearest-size", ONE, "2,4,5", "resize { size: [6, 3] coordinates: HALF_PIXEL }", "2,6,3"),
    ("resize-nearest-corners", ONE, "2,9", "resize { size: 4 coordinates: ALIGN_CORNERS }", "2,4"),
    ("resize-linear", BOTH, "2,4,5", "resize { mode: LINEAR scale: 2 }", "2,8,10"),
    ("resize-linear-corners", ONE, "2,4,5", "resize { mode: LINEAR size: [3, 11] coordinates: ALIGN_CORNERS }", "2,3,11"),
    ("resize-linear-asymmetric", ONE, "2,7", "resize { mode: LINEAR size: 10 coordinates: ASYMMETRIC }", "2,10"),
    ("adaptive-average", BOTH, "3,6,5", "adaptive_average_pool { size: [3, 2] }", "3,3,2"),
    ("adaptive-max", ONE, "3,6,7", "adaptive_max_pool { size: 3 }", "3,3,3"),
    ("lp-pool", ONE, "3,9,8", "lp_pool { kernel: 3 stride: 2 }", "3,4,3"),
    ("lp-pool-norm", ONE, "3,8", "lp_pool { kernel: 2 norm: 3 }", "3,4"),
    ("max-pool", BOTH, "3,9,8", "max_pool { kernel: [2, 3] }", "3,4,2"),
    ("max-pool-overlap", ONE, "3,9,8", "max_pool { kernel: 3 stride: 2 padding: 1 padding_end: [1, 0] }", "3,5,4"),
    ("max-pool-dilation", ONE, "2,9,8", "max_pool { kernel: 2 stride: 1 dilation: [3, 2] }", "2,6,6"),
    ("max-pool-ceil", ONE, "3,9,8", "max_pool { kernel: 3 stride: 2 ceil_mode: true }", "3,4,4"),
    ("average-pool", BOTH, "3,9,8", "average_pool { kernel: 3 stride: [2, 1] padding: 1 }", "3,5,8"),
    ("average-pool-input-only", BOTH, "3,9,8",
     "average_pool { kernel: 3 stride: 2 padding: 1 ceil_mode: true count_padding: false }", "3,5,5"),
    ("average-pool-same", ONE, "2,5,6", "average_pool { kernel: [2, 3] stride: 1 same: true }", "2,5,6"),
    ("average-pool-1d", ONE, "17,19", "average_pool { kernel: 5 }", "17,3"),
]:
    between("windows", name, layer("op", op), before=before, after=after, types=types)

# Layers behind each other: the transpositions between them cancel.
between("windows", "conv-block",
        layer("a", "conv { channels: 8 kernel: 3 padding: 1 }", activation="RELU") + layer("p", "max_pool { kernel: 2 }") +
        layer("b", "conv { channels: 8 kernel: 3 padding: 1 }", activation="GELU") + layer("op", "add {}", "b", "p"),
        before="3,8,6", after="8,4,3", types=ONE)


# ---- normalizations ----------------------------------------------------------

STARTS = "weight_init { uniform { low: 0.5 high: 1.5 } } bias_init { uniform { low: -1 high: 1 } }"
for name, types, before, op in [
    ("batch-norm", BOTH, "7,5,3", f"batch_norm {{ {STARTS} }}"),
    ("batch-norm-plain", ONE, "19", "batch_norm { affine: false epsilon: 0.01 momentum: 0.25 }"),
    ("layer-norm", BOTH, "7,19", f"layer_norm {{ {STARTS} }}"),
    ("layer-norm-axes", ONE, "3,7,5", f"layer_norm {{ axis: [3, 1] epsilon: 0.1 {STARTS} }}"),
    ("layer-norm-channels", ONE, "19,5,3", "layer_norm { axis: 1 affine: false }"),
    ("rms-norm", BOTH, "7,19", "rms_norm { weight_init { uniform { low: 0.5 high: 1.5 } } }"),
    ("group-norm", BOTH, "6,5,3", f"group_norm {{ groups: 2 epsilon: 0.01 {STARTS} }}"),
    ("group-norm-plain", ONE, "6,5", "group_norm { groups: 3 affine: false }"),
    ("local-response-norm", BOTH, "7,5,3", "local_response_norm { size: 4 alpha: 0.5 beta: 0.6 k: 2 }"),
    ("instance-norm", ONE, "6,5,3", f"instance_norm {{ affine: true epsilon: 0.01 {STARTS} }}"),
]:
    between("normalizations", name, layer("op", op), before=before, types=types)

# Between convolutions, where channels are last; the mean over the positions is, too.
between("normalizations", "norm-block",
        layer("a", "conv { channels: 19 kernel: 3 padding: 1 bias: false }") + layer("n", "batch_norm {}", activation="RELU") +
        layer("op", "reduce { kind: MEAN axis: [2, 3] }"),
        before="3,7,6", after="19", types=ONE)


# ---- reductions --------------------------------------------------------------

for kind in ["SUM", "MEAN", "MAX", "MIN"]:
    for name, types, axes, before, after in [
        ("row", ONE if kind == "MEAN" else BOTH, "axis: -1", "11,19", "11"),
        ("column", BOTH if kind == "SUM" else ONE, "axis: 1", "11,19", "19"),
        ("kept", ONE, "axis: 1 keep_dims: true", "11,19", "1,19"),
        ("sample", ONE, "axis: [1, 2]", "11,19", ""),
        ("apart", ONE, "axis: [1, 3]", "3,5,7", "5"),
        # Longer than a block of threads.
        ("long", ONE, "axis: 1", "1100", ""),
    ][:6 if kind in ("SUM", "MAX") else 3]:  # MEAN and MIN take the same ways
        between("reductions", f"{kind.lower()}-{name}", layer("op", f"reduce {{ kind: {kind} {axes} }}"),
                before=before, after=after, types=types)

# Over samples, then over everything, both read through a broadcast.
for kind in ["SUM", "MAX"]:
    between("reductions", f"{kind.lower()}-samples",
            layer("m", f"reduce {{ kind: {kind} axis: 0 keep_dims: true }}") + layer("d", "sub {}", "before", "m") +
            layer("n", f"reduce {{ kind: {kind} axis: [0, 1, 2] keep_dims: true }}", "d") +
            layer("op", "sub {}", "before", "n"), types=ONE)

for name in ["softmax", "log_softmax"]:
    stem = name.replace("_", "-")
    between("reductions", stem, layer("op", name + " {}"))
    between("reductions", stem + "-column", layer("op", name + " { axis: 1 }"))
    between("reductions", stem + "-samples", layer("op", name + " { axis: 0 }"), types=ONE)
    between("reductions", stem + "-long", layer("op", name + " {}"), before="1100", types=ONE)

between("reductions", "logsumexp", layer("op", "reduce { kind: LOGSUMEXP }"), after="11")
between("reductions", "logsumexp-column", layer("op", "reduce { kind: LOGSUMEXP axis: 1 }"), after="19", types=ONE)
between("reductions", "logsumexp-sample", layer("op", "reduce { kind: LOGSUMEXP axis: [1, 2] }"), after="", types=ONE)
between("reductions", "logsumexp-samples",
        layer("m", "reduce { kind: LOGSUMEXP axis: [0, 1] keep_dims: true }") + layer("op", "sub {}", "before", "m"),
        types=ONE)
# Longer than a block of threads.
between("reductions", "logsumexp-long", layer("op", "reduce { kind: LOGSUMEXP }"), before="1100", after="", types=ONE)
# Rows that hold -inf beside numbers, -inf alone, +inf; e^-inf ends them well.
between("reductions", "logsumexp-infinities",
        layer("zero", "scale { factor: 0 }") + layer("fixed", "stop_gradient {}") + layer("least", "log {}") +
        layer("most", "neg {}") + layer("some", "concat { axis: 2 }", "before", "least") +
        layer("none", "concat { axis: 2 }", "least", "least") + layer("masked", "concat { axis: 1 }", "some", "none") +
        layer("a", "reduce { kind: LOGSUMEXP }") + layer("wide", "concat { axis: 2 }", "before", "most") +
        layer("b", "reduce { kind: LOGSUMEXP }") + layer("c", "neg {}") +
        layer("both", "concat { axis: 1 }", "a", "c") + layer("op", "exp {}"), after="33", gradients=False)

between("reductions", "var", layer("op", "reduce { kind: VAR }"), after="11")
between("reductions", "var-correction", layer("op", "reduce { kind: VAR axis: 1 correction: 0 }"), after="19", types=ONE)

between("reductions", "cumsum", layer("op", "cumsum {}"))
between("reductions", "cumsum-column", layer("op", "cumsum { axis: 1 exclusive: true reverse: true }"), types=ONE)

between("reductions", "argmax",
        layer("pick", "argmax {}") + layer("hot", "one_hot { depth: 19 }") + layer("op", "mul {}", "before", "hot"),
        types=ONE)
between("reductions", "argmax-column",
        layer("pick", "argmax { axis: 1 }") + layer("number", 'cast { type: "$type" }') +
        layer("kept", "reshape { shape: [1, 19] }") + layer("op", "mul {}", "before", "kept"), types=("f64",))

# Of few values many are equal; argmax means the first.
between("reductions", "integers-reduced",
        INTEGERS + layer("few", "scale { factor: 2 }", "x") + layer("k", 'cast { type: "$type" }') +
        layer("pick", "argmax {}") + layer("hot", "one_hot { depth: 19 }") +
        layer("sum", "reduce { kind: SUM axis: 2 keep_dims: true }", "n") +
        layer("most", "reduce { kind: MAX axis: 1 keep_dims: true }", "n") +
        layer("least", "reduce { kind: MIN axis: [1, 2] keep_dims: true }", "n") +
        layer("span", "sub {}", "most", "least") + layer("all", "add {}", "span", "sum") +
        layer("real", 'cast { type: "f32" }') + layer("small", "scale { factor: 0.0078125 }") +
        layer("both", "add {}", "small", "hot") + layer("op", "mul {}", "before", "both"),
        number="f32", types=("i32", "i64"), gradients=False)


# ---- matmuls -----------------------------------------------------------------

OPTIMIZERS = {
    "sgd": SGD,
    "momentum": "sgd { learning_rate { constant: 0.1 } momentum: 0.9 }",
    "nesterov": "sgd { learning_rate { constant: 0.1 } momentum: 0.9 nesterov: true weight_decay: 0.05 }",
    "adam": "adam { learning_rate { constant: 0.01 } }",
    "adam-options": "adam { learning_rate { constant: 0.01 } beta1: 0.8 beta2: 0.95 epsilon: 1e-4 weight_decay: 0.05 }",
    "adamw": "adamw { learning_rate { constant: 0.01 } }",
    "adam-amsgrad": "adam { learning_rate { constant: 0.01 } amsgrad: true }",
    "adagrad": "adagrad { learning_rate { constant: 0.01 } rate_decay: 0.1 epsilon: 1e-4 weight_decay: 0.05 }",
    "adadelta": "adadelta { learning_rate { constant: 0.1 } rho: 0.8 epsilon: 1e-4 weight_decay: 0.05 }",
    "lamb": "lamb { learning_rate { constant: 0.01 } beta1: 0.8 beta2: 0.95 epsilon: 1e-4 weight_decay: 0.05 }",
    "lion": "lion { learning_rate { constant: 0.01 } beta1: 0.8 beta2: 0.95 weight_decay: 0.05 }",
    "rmsprop": "rmsprop { learning_rate { constant: 0.01 } }",
    "rmsprop-options":
        "rmsprop { learning_rate { constant: 0.01 } alpha: 0.9 epsilon: 1e-4 momentum: 0.8 weight_decay: 0.05 }",
}


def dense(name, features, body, target, recipe=train(), **fields):
    """Dense layers, next to inputs and loss."""
    network = value("x", f"$type[batch,{features}]") + value("t", f"$type[batch,{target}]") + body + recipe
    add("matmuls", name, network, **fields)


dense("dense", "37", layer("op", "dense { units: 29 }"), "29")
dense("dense-one-unit", "37", layer("op", "dense { units: 1 }"), "1", types=ONE)
dense("dense-one-feature", "1", layer("op", "dense { units: 9 }"), "9", types=ONE)
dense("dense-one-sample", "37", layer("op", "dense { units: 9 }"), "9", batch=1, types=ONE)
dense("dense-rows", "3,37", layer("op", "dense { units: 9 }"), "3,9")
# More than one tile of 64 x 64 x 16 each way, and a remainder.
dense("dense-tiles", "35", layer("op", "dense { units: 67 }"), "67", batch=66, types=ONE)
for activation in ["RELU", "GELU"]:
    dense(f"dense-{activation.lower()}", "37",
          layer("hidden", "dense { units: 19 }", activation=activation) + layer("op", "dense { units: 5 }"), "5",
          types=ONE)
# An update takes place where the gradient of the weights is computed, unless all are clipped.
for name in ["adam", "rmsprop-options"]:
    dense("dense-" + name, "37", layer("op", "dense { units: 5 }"), "5", train(optimizer=OPTIMIZERS[name]), types=ONE)
dense("dense-clip", "37", layer("op", "dense { units: 5 }"), "5", train(more="clip_norm: 0.05"), types=ONE)

for name, types, left, right, op in [
    ("matmul", BOTH, "7,19", "19,11", "matmul {}"),
    ("matmul-left", ONE, "19,7", "19,11", "matmul { transpose_a: true }"),
    ("matmul-right", ONE, "7,19", "11,19", "matmul { transpose_b: true }"),
    ("matmul-both", ONE, "19,7", "11,19", "matmul { transpose_a: true transpose_b: true }"),
]:
    between("matmuls", name,
            weight("w", right) + layer("other", "mul {}", "z", "w") + layer("op", op, "before", "other"),
            before=left, after="7,11", inputs=value("z", f"$type[batch,{right}]"), types=types)
# All samples at once, with a matrix of parameters and with one made of the samples.
between("matmuls", "matmul-flat",
        layer("gram", "matmul { transpose_a: true }", "before", "before") + weight("w", "23,9", -1, 1) +
        layer("p", "matmul {}", "gram", "w") + layer("op", "matmul {}", "before", "p"), before="23", after="9",
        types=ONE)
between("matmuls", "matmul-tiles",
        weight("w", "5,67") + layer("other", "mul {}", "z", "w") + layer("op", "matmul {}", "before", "other"),
        before="66,5", after="66,67", inputs=value("z", "$type[batch,5,67]"), batch=2, types=ONE)
for name, types, right, equation, after in [
    ("einsum", BOTH, "7,19", "bij,bkj->bki", "7,11"),
    ("einsum-outer", ONE, "5", "bij,bk->bkji", "5,19,11"),
    # Its sums cancel, so that operands of few bits leave few digits.
    ("einsum-sums", ("f64",), "7,19", "bij,bkj->b", ""),
]:
    between("matmuls", name, weight("w", right) + layer("other", "mul {}", "z", "w") +
            layer("op", f'einsum {{ equation: "{equation}" }}', "before", "other"),
            after=after, inputs=value("z", f"$type[batch,{right}]"), types=types)
between("matmuls", "einsum-alone", layer("op", 'einsum { equation: "bij->bj" }'), after="19", types=ONE)
dense("attention", "7,16",
      "".join(layer(name, "dense { units: 9 bias: false }", "x") for name in ["q", "k", "v"]) +
      layer("scores", "matmul { transpose_b: true }", "q", "k") + layer("scaled", "scale { factor: 0.3333 }") +
      layer("shares", "softmax {}") + layer("mixed", "matmul {}", "shares", "v") + layer("op", "dense { units: 16 }"),
      "7,16", types=ONE)


# ---- learning ----------------------------------------------------------------


def learning(name, recipe, **fields):
    """A vector of parameters, and a matrix that takes more than one block to update."""
    between("learning", name, weight("bias", "37") + layer("op", "add {}", "before", "bias"), before="29,37", batch=3,
            recipe=recipe, **fields)


for name, optimizer in OPTIMIZERS.items():
    learning(name, train(optimizer=optimizer), types=BOTH if name in ("momentum", "adam", "rmsprop-options") else ONE)
learning("clip", train(more="clip_norm: 0.05"))
learning("clip-adam", train(optimizer=OPTIMIZERS["adam"], more="clip_norm: 1e-3"), types=ONE)
# verify is at step 3: in the middle of a warm-up, after it, on the way down.
for name, schedule in {
    "step": "step { initial: 0.1 factor: 0.5 every_steps: 2 }",
    "cosine": "cosine { peak: 0.1 final: 0.01 steps: 10 }",
    "cosine-whole-run": "cosine { peak: 0.1 }",
    "polynomial": "polynomial { initial: 0.1 final: 0.01 power: 1.5 steps: 10 }",
    "exponential": "exponential { initial: 0.1 factor: 0.5 every_steps: 2 }",
    "one-cycle": "one_cycle { peak: 0.1 divisor: 10 final_divisor: 100 rise: 0.5 steps: 10 }",
    "cosine-restarts": "cosine_restarts { peak: 0.1 final: 0.01 first_steps: 2 factor: 1.5 }",
    "piecewise": "piecewise { initial: 0.1 step: [2, 9] rate: [0.05, 0.01] }",
    "warm-up": "constant: 0.1 warmup_steps: 7",
    "warm-up-cosine": "cosine { peak: 0.1 steps: 10 } warmup_steps: 2",
}.items():
    learning(name, train(optimizer=f"sgd {{ learning_rate {{ {schedule} }} }}"), types=ONE)

between("learning", "freeze",
        layer("fixed", 'parameter { type: "$type[19]" init { ones {} } } freeze: true') +
        layer("p", "mul {}", "before", "fixed") + layer("q", "add {}", "p", "fixed") + layer("op", "tanh {}"),
        types=ONE)


def classes(name, logits, labels, recipe, **fields):
    network = (value("x", f"$type[batch,{logits}]") + value("y", labels) + weight("w", logits, -2, 2) +
               layer("p", "mul {}", "x", "w") + weight("bias", logits.split(",")[-1]) +
               layer("scores", "add {}", "p", "bias") + recipe)
    add("learning", name, network, **fields)


CROSS_ENTROPY = "softmax_cross_entropy {}"
classes("cross-entropy-i32", "11", "i32[batch]", train(CROSS_ENTROPY), types=ONE)
classes("cross-entropy-i64", "11", "i64[batch]", train(CROSS_ENTROPY))
classes("cross-entropy-rows", "3,7", "i32[batch,3]", train(CROSS_ENTROPY), types=ONE)
classes("cross-entropy-metrics", "11", "i32[batch]",
        train(CROSS_ENTROPY, more='metric: ["loss", "accuracy", "top3"]'), batch=33, types=ONE)
classes("cross-entropy-names", "11", "i32[batch]",
        layer("double", "scale { factor: 2 }") +
        train('softmax_cross_entropy { logits: "scores" label: "y" }', OPTIMIZERS["adam"]), types=ONE)
classes("cross-entropy-weights", "5", "i32[batch]",
        train("softmax_cross_entropy { label_smoothing: 0.1 class_weight: [0.5, 1.5, 0, 2, 1] ignore_label: 3 }"),
        types=ONE)
classes("likelihood", "5", "i32[batch]",
        layer("logp", "log_softmax {}") +
        train('negative_log_likelihood { log_probabilities: "logp" label: "y" class_weight: [0.5, 1.5, 0, 2, 1] ignore_label: 3 }'))

for name, loss in {
    "distance": "mean_absolute_error { prediction: \"after\" target: \"t\" }",
    "huber": "huber { prediction: \"after\" target: \"t\" delta: 0.5 }",
    "binary": "binary_cross_entropy { logits: \"after\" target: \"t\" positive_weight: 1.5 }",
    "divergence": "kl_divergence { log_probabilities: \"after\" target: \"t\" }",
}.items():
    between("learning", name, layer("op", "neg {}"), recipe=train(loss), types=ONE)


# ---- precision ---------------------------------------------------------------

# Matmuls on tensor cores. A CPU computes them in f32, as above.
for case in [c for c in CASES if c.group == "matmuls" and c.name.endswith("f32")]:
    for precision in ["TF32", "BF16"]:
        text = case.text.replace('name: "conformance"', f'name: "conformance"\nprecision: {precision}')
        CASES.append(replace(case, group="precision", name=f"{case.name}-{precision.lower()}", text=text))


# ---- running -----------------------------------------------------------------

ARCHITECTURES = ["sm_80", "sm_90a"]


def devices():
    """Name and flags of every device that this machine has."""
    yield "the CPU", []
    yield "a simulated GPU", ["--target=cuda", "--simulate"]
    try:
        ctypes.CDLL("libcuda.so.1")
        present = os.path.exists("/dev/nvidia0")
    except OSError:
        present = False
    if present:
        yield "an NVIDIA GPU", ["--target=cuda"]


def run(command):
    """Output, and whether it came to a good end."""
    try:
        done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=600)
    except subprocess.TimeoutExpired as expired:
        return f"{expired.stdout}\nno end after {expired.timeout} seconds", False
    return f"{done.stdout}exit code {done.returncode}\n", done.returncode == 0


def verify(gradus, case, path, flags):
    """What is wrong; empty if nothing is."""
    command = [gradus, "verify", path, "--dim", f"batch={case.batch}", *flags, *case.verify]
    output, good = run(command)
    # No comparison may be missing without notice.
    expected = ["predict ", "train loss", "step ", "verified"] + ["gradient "] * case.gradients
    missing = [line for line in expected if not re.search("^" + line, output, re.MULTILINE)]
    return "" if good and not missing else f"{' '.join(command)}\n{output}missing: {missing}\n"


def compile_for(gradus, case, path, architecture, ptxas):
    """What is wrong; how many kernels were assembled and how many of them spill."""
    ptx = path.replace(".txtpb", f".{architecture}.ptx")
    command = [gradus, "compile", path, "--dim", f"batch={case.batch}", "--target=cuda", "--gpu", architecture,
               "--emit=ptx", "--quiet", "-o", ptx]
    output, good = run(command)
    if not good:
        return f"{' '.join(command)}\n{output}", 0, 0
    try:
        kernels, spilling = assemble(ptxas, architecture, ptx)
    except AssertionError as wrong:
        return f"{' '.join(command)}\n{wrong}\n", 0, 0
    if spilling and not case.spills:
        return f"{' '.join(command)}\nregisters spill: {', '.join(spilling)}\n", kernels, len(spilling)
    return "", kernels, len(spilling)


def main(gradus, folder, group, name=""):
    os.makedirs(folder, exist_ok=True)
    cases = [case for case in CASES if case.group == group and name in case.name]
    paths = {case.name: os.path.join(folder, case.name + ".txtpb") for case in cases}
    assert cases and len(paths) == len(cases), f"{group} {name}: no case, or two of one name"
    for case in cases:
        with open(paths[case.name], "w") as file:
            file.write(case.text)
    failures = []
    for device, flags in devices():
        if group == "precision" and not flags:
            continue
        wrong = [verify(gradus, case, paths[case.name], flags) for case in cases]
        print(f"{group} on {device}: {wrong.count('')} cases verified")
        failures += filter(None, wrong)
    ptxas = find_ptxas()
    for architecture in ARCHITECTURES:
        results = [compile_for(gradus, case, paths[case.name], architecture, ptxas) for case in cases]
        kernels, spilling = sum(r[1] for r in results), sum(r[2] for r in results)
        done = f"{kernels} kernels assembled, {spilling} of them spill" if ptxas else "no ptxas here: nothing assembled"
        print(f"{group} for {architecture}: {done}")
        failures += filter(None, (r[0] for r in results))
    print("\n".join(failures), end="", file=sys.stderr)
    return len(failures) > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
