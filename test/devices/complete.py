# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Asks conformance.py for what it lacks.

    python3 complete.py GRADUS FOLDER

Its cases must use every field of a layer and of a recipe in the model language,
with every value of an enum, and must reach every op of the nn dialect, in f32 and
in f64. Fails with a list of what they do not, and of exceptions that are none.
It is itself tried with a layer, an activation, a loss, an optimizer and an op that
do not exist.
"""
import os
import re
import subprocess
import sys

from conformance import CASES, HERE

ROOT = os.path.join(HERE, os.pardir, os.pardir)

# What no device computes: messages, fields and values of model.proto.
NOT_COMPUTED = {
    "Init": "the host draws parameters",
    "Dataset": "the host reads samples",
    "Checkpoint": "the host saves variables",
    "Layer.doc": "text",
    "Function.doc": "text",
    "Train.data": "the host reads samples",
    "Train.validation": "the host reads samples",
    "Train.checkpoint": "the host saves variables",
    "Train.epochs": "the host counts steps",
    "Train.seed": "a counter, which verify sets",
    "Activation.NONE": "the default",
}

# Ops that no model leads to.
NOT_REACHED = {
    "rsqrt": "no layer, gradient or update makes one",
    "sin": "arises only as the gradient of cos, which only learning rates use",
}

# Ops that models lead to in one type.
ONE_TYPE_ONLY = {
    "cos": "learning rates are f64",
    "pow": "learning rates and moments of Adam are f64",
}


def parse_schema(text):
    """Message -> field -> type, and enum -> values."""
    tokens = re.findall(r"[\w.]+|[{}=;]", re.sub(r"//.*", "", text))
    messages, enums = {}, {}

    def parse_enum(i):
        values = enums[tokens[i + 1]] = []
        i += 3
        while tokens[i] != "}":
            values.append(tokens[i])  # NAME = NUMBER ;
            i += 4
        return i + 1

    def parse_message(i):
        fields = messages[tokens[i + 1]] = {}
        i += 3
        depth = 1
        while depth:
            if tokens[i] == "enum":
                i = parse_enum(i)
            elif tokens[i] == "oneof":
                depth, i = depth + 1, i + 3
            elif tokens[i] == "}":
                depth, i = depth - 1, i + 1
            else:
                i += tokens[i] in ("optional", "repeated")
                fields[tokens[i + 1]] = tokens[i]  # TYPE NAME = NUMBER ;
                i += 5
        return i

    i = 0
    while i < len(tokens):
        i = parse_message(i) if tokens[i] == "message" else parse_enum(i) if tokens[i] == "enum" else i + 1
    return messages, enums


def required(messages, enums):
    """Every Message.field and Enum.VALUE that a layer or a recipe can hold."""
    found, left = set(), ["Layer", "Function", "Train"]
    visited = set(NOT_COMPUTED)
    while left:
        message = left.pop()
        if message in visited:
            continue
        visited.add(message)
        for field, type in messages[message].items():
            name = f"{message}.{field}"
            if name in NOT_COMPUTED or type in NOT_COMPUTED:
                continue
            found.add(name)
            found.update(f"{type}.{value}" for value in enums.get(type, []))
            left += [type] if type in messages else []
    return found - set(NOT_COMPUTED)


def used(text, messages, enums):
    """Every Message.field and Enum.VALUE that a model holds."""
    tokens = re.findall(r'"[^"]*"|[\w.+-]+|[{}\[\]:,]', text)
    found, message, i = set(), ["Model"], 0
    while i < len(tokens):
        if tokens[i] == "}":
            message.pop()
            i += 1
            continue
        field, type = tokens[i], messages[message[-1]][tokens[i]]
        found.add(f"{message[-1]}.{field}")
        i += 1
        if tokens[i] == "{":
            message.append(type)
            i += 1
            continue
        i += 1  # the colon
        end = tokens.index("]", i) if tokens[i] == "[" else i
        found.update(f"{type}.{value}" for value in tokens[i:end + 1] if value in enums.get(type, []))
        i = end + 1
    return found


def reached(gradus, folder, case):
    """The ops of a case with the element types that they meet, before and after
    autodiff: softmax and its like are decomposed there."""
    path, dump = os.path.join(folder, case.name + ".txtpb"), os.path.join(folder, case.name)
    with open(path, "w") as file:
        file.write(case.text)
    subprocess.run([gradus, "compile", path, "--target=cuda", "--emit=gradient", "--quiet", "-o", os.devnull,
                    "--dump-dir", dump], check=True)
    found = set()
    for stage in os.listdir(dump):
        for line in open(os.path.join(dump, stage)):
            op = re.search(r"\bnn\.(\w+) ", line)
            if op:
                found.update((op[1], type) for type in re.findall(r"(?:x|<)([fi]\d+)>", line))
    return found


def lacks(proto, dialect, written, found):
    """What the cases lack, as sentences; how much there is."""
    messages, enums = parse_schema(proto)
    language = required(messages, enums)
    ops = set(re.findall(r'def NN_\w+Op\s*:\s*NN_\w+<\s*"(\w+)"', dialect))
    names = {op for op, type in found}
    in_both = {op for op, type in found if {(op, "f32"), (op, "f64")} <= found}
    of_floats = {op for op, type in found if type in ("f32", "f64")}
    wrong = [f"no case has {name}" for name in language - written]
    wrong += [f"no case reaches nn.{op}" for op in ops - names - set(NOT_REACHED)]
    wrong += [f"no case reaches nn.{op} in both f32 and f64" for op in of_floats - in_both - set(ONE_TYPE_ONLY)]
    wrong += [f"nn.{op} needs no exception" for op in names & set(NOT_REACHED) | in_both & set(ONE_TYPE_ONLY)]
    wrong += [f"nn.{op} is an exception, but not an op" for op in (set(NOT_REACHED) | set(ONE_TYPE_ONLY)) - ops]
    return sorted(wrong), f"{len(language)} fields and values of the model language, {len(ops)} ops"


def main(gradus, folder):
    os.makedirs(folder, exist_ok=True)
    with open(os.path.join(ROOT, "compiler", "Frontend", "model.proto")) as file:
        proto = file.read()
    with open(os.path.join(ROOT, "dialects", "nn", "IR", "NNOps.td")) as file:
        dialect = file.read()
    schema = parse_schema(proto)
    written, found = set(), set()
    for case in CASES:
        written |= used(case.text, *schema)
        found |= reached(gradus, folder, case)
    wrong, count = lacks(proto, dialect, written, found)
    wrong += [f"no {group}.test runs that group" for group in sorted({case.group for case in CASES})
              if not os.path.exists(os.path.join(HERE, group + ".test"))]
    print("\n".join(wrong + [f"{len(CASES)} cases for {count}"]))
    # What is made up must be missed, or this looks at nothing.
    proto = re.sub(r"(oneof (op|loss|optimizer) \{|enum Activation \{)", r"\1 Empty cube_\2 = 99;", proto)
    proto = proto.replace("Empty cube_ = 99;", "CUBE = 99;")
    made_up = lacks(proto, dialect + 'def NN_CubeOp : NN_UnaryOp<"cube", "x^3"', written, found)[0]
    missed = ["no case has Activation.CUBE", "no case has Layer.cube_op", "no case has Train.cube_loss",
              "no case has Train.cube_optimizer", "no case reaches nn.cube"]
    assert set(made_up) - set(wrong) == set(missed), made_up
    return len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
