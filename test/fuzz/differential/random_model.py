# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Models put together at random, all of them valid.

A model is a list of layers that each read layers before it. Shapes are kept along,
so that operands fit, and sizes are few and small, so that equal ones meet: square
matrices, ones, and sums over dimensions of the same size are what fusion can
confuse. Values stay near one by the choice of layers, so that f32 can be compared
with f64.
"""
import random
from dataclasses import dataclass, field, replace
from math import prod

SIZES = [1, 2, 3, 4, 4, 5, 7, 8, 8, 9, 16, 17, 33]
ACTIVATIONS = ["RELU", "LEAKY_RELU", "SIGMOID", "TANH", "GELU", "SILU", "SOFTMAX", "LOG_SOFTMAX"]
SAFE = ["tanh {}", "sigmoid {}", "relu {}", "leaky_relu { slope: 0.2 }", "gelu {}", "gelu { tanh: true }", "silu {}",
        "erf {}", "neg {}", "abs {}", "scale { factor: 1.5 offset: 0.1 }", "identity {}"]
OPTIMIZERS = ["sgd { RATE }", "sgd { RATE momentum: 0.9 }", "sgd { RATE momentum: 0.9 nesterov: true weight_decay: 0.01 }",
              "adam { RATE }", "adamw { RATE }", "rmsprop { RATE momentum: 0.5 }"]
RATES = ["constant: 0.05", "step { initial: 0.05 factor: 0.5 every_steps: 2 }", "cosine { peak: 0.1 steps: 7 } warmup_steps: 2"]
MANY = 40_000  # elements of a value, without the batch


@dataclass(frozen=True)
class Layer:
    """What the network computes at one place: a layer, an input or a parameter."""
    name: str
    body: str            # the layer without name and inputs; the type of an input
    inputs: tuple = ()
    shape: tuple = ()    # without the batch
    batched: bool = True
    kind: str = "layer"  # or "input"
    element: str = "f32"

    def text(self):
        if self.kind == "input":
            return f'input {{ name: "{self.name}" type: "{self.body}" }}'
        source = f' input: [{", ".join(quoted(i) for i in self.inputs)}]' if self.inputs else ""
        return f'layer {{ name: "{self.name}"{source} {self.body} }}'


@dataclass(frozen=True)
class Model:
    """The layers in order, what is predicted, and the recipe."""
    layers: tuple
    head: str               # the loss reads it
    outputs: tuple = ()     # more that `predict` returns
    element: str = "f32"
    classes: bool = False   # the loss is a cross-entropy
    optimizer: str = "sgd { learning_rate { constant: 0.05 } }"
    clip: bool = False
    batch: int = 5

    def find(self, name):
        return next(l for l in self.layers if l.name == name)

    def needed(self):
        """The same model without layers that nothing reads."""
        used = {self.head, *self.outputs}
        for layer in reversed(self.layers):
            if layer.name in used:
                used.update(layer.inputs)
        return replace(self, layers=tuple(l for l in self.layers if l.name in used))

    def text(self):
        head = self.find(self.head)
        names = [self.head] + [o for o in self.outputs if o != self.head]
        if self.classes:
            loss, target = f'softmax_cross_entropy {{ logits: "{self.head}" label: "target" }}', "i32[batch]"
        else:
            loss = f'mean_squared_error {{ prediction: "{self.head}" target: "target" }}'
            target = f"{self.element}[{dims(head.shape, True)}]"
        lines = ["format_version: 1", 'name: "random"'] + [l.text() for l in self.layers if l.kind == "input"]
        lines += [f'input {{ name: "target" type: "{target}" }}'] + [l.text() for l in self.layers if l.kind == "layer"]
        lines += [f"output: [{', '.join(quoted(n) for n in names)}]", "train {", f"  {loss}", f"  {self.optimizer}"]
        lines += ["  clip_norm: 0.5"] if self.clip else []
        return "\n".join(lines + [f"  data {{ batch: {self.batch} }}", "}"]) + "\n"


def quoted(name):
    return f'"{name}"'


def dims(shape, batched):
    return ",".join((["batch"] if batched else []) + [str(n) for n in shape])


class Generator:
    """Adds layers until there are enough."""

    def __init__(self, seed):
        self.r = random.Random(seed)
        self.layers = []
        self.element = self.r.choice(["f32", "f32", "f32", "f64"])
        self.mixes = self.r.random() < 0.1  # layers may mix the samples of a batch

    # ---- parts ---------------------------------------------------------------

    def add(self, body, inputs=(), shape=(), batched=True, kind="layer", element=None):
        prefix = "x" if kind == "input" else "l"
        layer = Layer(f"{prefix}{len(self.layers)}", body, tuple(i.name for i in inputs), tuple(shape), batched, kind,
                      element or self.element)
        self.layers.append(layer)
        return layer

    def operand(self, where=lambda l: True):
        """A layer, rather a late one, for which `where` holds; None without one."""
        fits = [l for l in self.layers if l.element == self.element and where(l)]
        return fits[max(self.r.randrange(len(fits)), self.r.randrange(len(fits)))] if fits else None

    def parameter(self, shape):
        init = self.r.choice(["uniform { low: 0.5 high: 1.5 }", "normal { stddev: 0.5 }", "uniform { low: -1 high: 1 }"])
        return self.add(f'parameter {{ type: "{self.element}[{dims(shape, False)}]" init {{ {init} }} }}', (), shape, False)

    def rank(self, x):
        return len(x.shape) + x.batched

    def axis(self, x):
        """A dimension of `x`, and its place in `shape`; not the batch's."""
        i = self.r.randrange(len(x.shape))
        return i + x.batched, i

    # ---- kinds of layers; None where there is no fitting operand -------------

    def dense(self):
        x = self.operand(lambda l: l.batched and l.shape)
        units = self.r.choice([x.shape[-1], *self.r.sample(SIZES, 2)])
        activation = f" activation: {self.r.choice(ACTIVATIONS)}" if self.r.random() < 0.5 else ""
        bias = " bias: false" if self.r.random() < 0.2 else ""
        return self.add(f"dense {{ units: {units}{bias} }}{activation}", [x], x.shape[:-1] + (units,))

    def unary(self):
        x = self.operand()
        body = self.r.choice(SAFE)
        return self.add(body, [x], x.shape, x.batched)

    def guarded(self):
        """A function whose operand must be positive, or small."""
        x = self.operand()
        if self.r.random() < 0.4:
            y = self.add("tanh {}", [x], x.shape, x.batched)
            return self.add("exp {}", [y], x.shape, x.batched)
        y = self.add("abs {}", [x], x.shape, x.batched)
        y = self.add("scale { offset: 0.5 }", [y], x.shape, x.batched)
        return self.add(self.r.choice(["log {}", "sqrt {}"]), [y], x.shape, x.batched)

    def softmax(self):
        x = self.operand(lambda l: l.shape)
        axis = f"axis: {self.axis(x)[0]}" if self.r.random() < 0.5 else ""
        return self.add(f"{self.r.choice(['softmax', 'log_softmax'])} {{ {axis} }}", [x], x.shape, x.batched)

    def binary(self):
        """Two values of broadcastable shapes: one of the network and another one, or a
        parameter with ones in place of some sizes."""
        x = self.operand()
        op = self.r.choice(["add", "add", "sub", "mul", "maximum", "minimum"])

        def broadcastable(l):
            a, b = full(l), full(x)
            if l is x or not all(m == n or 1 in (m, n) for m, n in zip(reversed(a), reversed(b))):
                return False
            return "batch" not in broadcast(a, b)[1:]

        y = self.operand(broadcastable) if self.r.random() < 0.6 else None
        if y is None:
            shape = [1 if self.r.random() < 0.3 else n for n in x.shape]
            y = self.parameter(shape[self.r.randrange(len(shape) + 1):] if self.r.random() < 0.4 else shape)
        if self.r.random() < 0.3:
            x, y = y, x
        shape = broadcast(full(x), full(y))
        batched = bool(shape) and shape[0] == "batch"
        shape = shape[1:] if batched else shape
        return self.add(f"{op} {{}}", [x, y], shape, batched) if prod(shape) <= MANY else None

    def divide(self):
        x = self.operand()
        y = self.add("abs {}", [x], x.shape, x.batched)
        y = self.add("scale { offset: 1 }", [y], x.shape, x.batched)
        return self.add("div {}", [x, y], x.shape, x.batched)

    def transpose(self):
        x = self.operand(lambda l: len(l.shape) > 1)
        if x is None:
            return None
        perm = list(range(len(x.shape)))
        self.r.shuffle(perm)
        places = [0] + [p + 1 for p in perm] if x.batched else perm
        return self.add(f"transpose {{ perm: {places} }}", [x], [x.shape[p] for p in perm], x.batched)

    def reshape(self):
        x = self.operand(lambda l: l.batched)
        count, shape = prod(x.shape), []
        for _ in range(self.r.randint(0, 3)):
            factors = [f for f in range(1, min(count, 40) + 1) if count % f == 0]
            shape.append(self.r.choice(factors))
            count //= shape[-1]
        shape.insert(self.r.randrange(len(shape) + 1), count)
        return self.add(f"reshape {{ shape: {shape} }}", [x], shape)

    def reduce(self):
        x = self.operand(lambda l: l.shape)
        axes = sorted(self.r.sample(range(len(x.shape)), self.r.randint(1, len(x.shape))))
        keep = self.r.random() < 0.5
        kind = self.r.choice(["SUM", "MEAN", "MAX", "MIN", "LOGSUMEXP"])
        shape = [1 if i in axes else n for i, n in enumerate(x.shape) if keep or i not in axes]
        places = [a + x.batched for a in axes]
        return self.add(f"reduce {{ kind: {kind} axis: {places}{' keep_dims: true' if keep else ''} }}", [x], shape, x.batched)

    def normalise(self):
        """A value less its mean, or with the root of its squares divided out, as norms do."""
        x = self.operand(lambda l: l.shape)
        place, i = self.axis(x)
        kept = [1 if k == i else n for k, n in enumerate(x.shape)]
        if self.mixes and x.batched and self.r.random() < 0.5:
            place, kept = 0, list(x.shape)  # over the batch
            mean = self.add("reduce { kind: MEAN axis: [0] keep_dims: true }", [x], (1, *kept), False)
            return self.add("sub {}", [x, mean], x.shape)
        mean = self.add(f"reduce {{ kind: MEAN axis: [{place}] keep_dims: true }}", [x], kept, x.batched)
        x = self.add("sub {}", [x, mean], x.shape, x.batched)
        if self.r.random() < 0.5:
            return x
        square = self.add("mul {}", [x, x], x.shape, x.batched)
        size = self.add(f"reduce {{ kind: MEAN axis: [{place}] keep_dims: true }}", [square], kept, x.batched)
        size = self.add("scale { offset: 0.1 }", [size], kept, x.batched)
        return self.add("div {}", [x, self.add("sqrt {}", [size], kept, x.batched)], x.shape, x.batched)

    def slice(self):
        x = self.operand(lambda l: l.shape)
        place, i = self.axis(x)
        n = x.shape[i]
        start = self.r.randrange(n)
        limit, stride = self.r.randint(start + 1, n), self.r.choice([1, 1, 2, 3])
        shape = list(x.shape)
        shape[i] = -(-(limit - start) // stride)
        return self.add(f"slice {{ start: {start} limit: {limit} stride: {stride} axis: {place} }}", [x], shape, x.batched)

    def concat(self):
        x = self.operand(lambda l: l.shape)
        place, i = self.axis(x)
        alike = [l for l in self.layers if l.batched == x.batched and len(l.shape) == len(x.shape) and
                 l.element == self.element and all(m == n or k == i for k, (m, n) in enumerate(zip(l.shape, x.shape)))]
        parts = [x] + self.r.sample(alike, min(len(alike), self.r.randint(1, 2)))
        self.r.shuffle(parts)
        shape = list(x.shape)
        shape[i] = sum(p.shape[i] for p in parts)
        return self.add(f"concat {{ axis: {place} }}", parts, shape, x.batched) if prod(shape) <= MANY else None

    def matmul(self):
        x = self.operand(lambda l: l.batched and len(l.shape) >= 2)
        if x is None:
            return None
        m, k = x.shape[-2:]
        if self.r.random() < 0.5:  # with itself, as scores of attention are
            left = self.r.random() < 0.5
            flags, n = ("transpose_b: true", m) if left else ("transpose_a: true", k)
            y = self.add("matmul { %s }" % flags, [x, x], x.shape[:-2] + (n, n))
        elif len(x.shape) == 2 and self.r.random() < 0.5:
            # A weight of its own: a dense layer without the batch's rows in between.
            x = self.add("reduce { kind: MEAN axis: [1] }", [x], (k,))
            n, transposed = self.r.choice(SIZES), self.r.random() < 0.5
            weight = self.parameter((n, k) if transposed else (k, n))
            y = self.add(f"matmul {{ {'transpose_b: true' if transposed else ''} }}", [x, weight], (n,))
        else:
            y = self.operand(lambda l: l.batched and len(l.shape) == len(x.shape) and l.shape[:-2] == x.shape[:-2] and
                             k in l.shape[-2:])
            transposed = y.shape[-2] != k
            y = self.add(f"matmul {{ {'transpose_b: true' if transposed else ''} }}", [x, y],
                         x.shape[:-1] + (y.shape[-2 if transposed else -1],))
        return self.add("scale { factor: 0.3 }", [y], y.shape) if prod(y.shape) <= MANY else None

    def lookup(self):
        rows, units = self.r.choice(SIZES), self.r.choice(SIZES)
        shape = self.r.choice([(), (3,), (4,), (2, 3)])
        index = self.add(f"i32[{dims(shape, True)}]", (), shape, kind="input", element="i32")
        kind = self.r.choice(["embedding", "one_hot"])
        if kind == "embedding":
            return self.add(f"embedding {{ rows: {rows} units: {units} }}", [index], shape + (units,)) if self.element == "f32" else None
        hot = self.add(f"one_hot {{ depth: {rows} }}", [index], shape + (rows,), element="f32")
        return hot if self.element == "f32" else self.add('cast { type: "f64" }', [hot], hot.shape)

    def dropout(self):
        x = self.operand(lambda l: l.batched)
        return self.add(f"dropout {{ rate: {self.r.choice([0.1, 0.5])} }}", [x], x.shape)

    # ---- the whole -----------------------------------------------------------

    def model(self):
        r = self.r
        for _ in range(r.choice([1, 1, 2])):
            shape = [r.choice(SIZES) for _ in range(r.choice([1, 1, 2, 2, 3]))]
            self.add(f"{self.element}[{dims(shape, True)}]", (), shape, kind="input")
        kinds = ([self.dense] * 3 + [self.binary] * 4 + [self.reduce, self.unary, self.transpose, self.reshape, self.slice] * 2 +
                 [self.guarded, self.softmax, self.divide, self.normalise, self.concat, self.matmul, self.lookup, self.dropout])
        for _ in range(r.choice([1, 2, 3, 4, 5, 6, 8])):
            r.choice(kinds)()
        # The newest layer must train something: a parameter before it, or one of its own.
        x = self.operand(lambda l: l.batched)
        if r.random() < 0.4 and x.shape:
            x = self.add(f"dense {{ units: {r.choice([2, 3, 10])} }}", [x], x.shape[:-1] + (0,))
            x = self.layers[-1] = replace(x, shape=x.shape[:-1] + (int(x.body.split()[3]),))
        else:
            x = self.add("mul {}", [x, self.parameter(x.shape)], x.shape)
        others = [l.name for l in self.layers if l.kind == "layer" and l.batched and l.element == self.element]
        outputs = tuple(r.sample(others, min(len(others), r.choice([0, 0, 1, 2]))))
        rate = r.choice(RATES)
        return Model(tuple(self.layers), x.name, outputs, self.element, len(x.shape) == 1 and x.shape[0] > 1 and r.random() < 0.5,
                     r.choice(OPTIMIZERS).replace("RATE", f"learning_rate {{ {rate} }}"), r.random() < 0.3,
                     r.choice([1, 2, 3, 4, 5, 8, 16, 17, 33])).needed()


def full(layer):
    """The shape with the batch in front."""
    return (("batch",) if layer.batched else ()) + layer.shape


def broadcast(a, b):
    """The shape that two broadcastable ones make."""
    longer, shorter = (a, b) if len(a) >= len(b) else (b, a)
    shorter = (1,) * (len(longer) - len(shorter)) + tuple(shorter)
    return tuple(n if m == 1 else m for m, n in zip(longer, shorter))


def random_model(seed):
    """The model of this seed."""
    return Generator(seed).model()
