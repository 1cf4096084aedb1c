# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Asks conformance.py for what it lacks.

    complete.py GRADUS FOLDER LLVM-TOOLS

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
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

import ods
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
    "contract": "made of matmuls by nn-read-in-place, behind the stage that is looked at",
}

# Ops that models lead to in one type.
ONE_TYPE_ONLY = {}


def load_schema(proto):
    """The descriptors of a .proto file, as protoc makes them."""
    with tempfile.NamedTemporaryFile() as out:
        subprocess.run(["protoc", f"--proto_path={os.path.dirname(proto)}", f"--descriptor_set_out={out.name}", proto],
                       check=True)
        files = descriptor_pb2.FileDescriptorSet.FromString(out.read())
    return files.file[0]


def message_types(schema):
    """The messages of a file by their names, each to be asked for its fields."""
    pool = descriptor_pool.DescriptorPool()
    pool.Add(schema)
    return pool.FindFileByName(schema.name).message_types_by_name


def names(field):
    """Message.field, and Enum.VALUE of each value that an enum can have."""
    yield f"{field.containing_type.name}.{field.name}"
    if field.enum_type:
        yield from (f"{field.enum_type.name}.{value.name}" for value in field.enum_type.values)


def required(types):
    """Every Message.field and Enum.VALUE that a layer or a recipe can hold."""
    found, left = set(), [types[name] for name in ("Layer", "Function", "Train")]
    visited = set(NOT_COMPUTED)
    while left:
        message = left.pop()
        if message.name in visited:
            continue
        visited.add(message.name)
        for field in message.fields:
            name = f"{message.name}.{field.name}"
            if name in NOT_COMPUTED or field.message_type and field.message_type.name in NOT_COMPUTED:
                continue
            found.update(names(field))
            left += [field.message_type] if field.message_type else []
    return found - set(NOT_COMPUTED)


def used(message):
    """Every Message.field that a model sets, and Enum.VALUE that it holds, be it by default."""
    found = set()
    for field in message.DESCRIPTOR.fields:
        values = getattr(message, field.name)
        values = list(values) if field.label == field.LABEL_REPEATED else [values]
        if field.enum_type:
            found.update(f"{field.enum_type.name}.{field.enum_type.values_by_number[value].name}" for value in values)
    for field, value in message.ListFields():
        found.add(f"{message.DESCRIPTOR.name}.{field.name}")
        if field.message_type:
            for part in value if field.label == field.LABEL_REPEATED else [value]:
                found |= used(part)
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


def lacks(schema, ops, written, found):
    """What the cases lack, as sentences; how much there is."""
    language = required(message_types(schema))
    reached = {op for op, type in found}
    in_both = {op for op, type in found if {(op, "f32"), (op, "f64")} <= found}
    of_floats = {op for op, type in found if type in ("f32", "f64")}
    wrong = [f"no case has {name}" for name in language - written]
    wrong += [f"no case reaches nn.{op}" for op in ops - reached - set(NOT_REACHED)]
    wrong += [f"no case reaches nn.{op} in both f32 and f64" for op in of_floats - in_both - set(ONE_TYPE_ONLY)]
    wrong += [f"nn.{op} needs no exception" for op in reached & set(NOT_REACHED) | in_both & set(ONE_TYPE_ONLY)]
    wrong += [f"nn.{op} is an exception, but not an op" for op in (set(NOT_REACHED) | set(ONE_TYPE_ONLY)) - ops]
    return sorted(wrong), f"{len(language)} fields and values of the model language, {len(ops)} ops"


def with_inventions(schema):
    """The model language with a layer, a loss, an optimizer and an activation more."""
    more = descriptor_pb2.FileDescriptorProto.FromString(schema.SerializeToString())
    types = {message.name: message for message in more.message_type}
    for message, oneof in [("Layer", "op"), ("Train", "loss"), ("Train", "optimizer")]:
        index = [group.name for group in types[message].oneof_decl].index(oneof)
        fields = types[message].field
        cube = descriptor_pb2.FieldDescriptorProto(
            name=f"cube_{oneof}", number=9000 + index, oneof_index=index, type_name=f".{more.package}.Empty",
            label=descriptor_pb2.FieldDescriptorProto.LABEL_OPTIONAL,
            type=descriptor_pb2.FieldDescriptorProto.TYPE_MESSAGE)
        # The fields of a oneof stand together.
        end = max(i for i, field in enumerate(fields) if field.HasField("oneof_index") and field.oneof_index == index)
        rest = list(fields[end + 1:])
        del fields[end + 1:]
        fields.extend([cube, *rest])
    next(enum for enum in types["Layer"].enum_type if enum.name == "Activation").value.add(name="CUBE", number=9000)
    return more


def main(gradus, folder, llvm_tools):
    os.makedirs(folder, exist_ok=True)
    schema = load_schema(os.path.join(ROOT, "compiler", "Frontend", "model.proto"))
    ops = set(ods.ops(llvm_tools, ROOT, os.path.join("dialects", "nn", "IR", "NNOps.td"), "nn"))
    model = message_factory.MessageFactory().GetPrototype(message_types(schema)["Model"])
    written, found = set(), set()
    for case in CASES:
        written |= used(text_format.Parse(case.text, model()))
        found |= reached(gradus, folder, case)
    wrong, count = lacks(schema, ops, written, found)
    wrong += [f"no {group}.test runs that group" for group in sorted({case.group for case in CASES})
              if not os.path.exists(os.path.join(HERE, group + ".test"))]
    print("\n".join(wrong + [f"{len(CASES)} cases for {count}"]))
    # What is made up must be missed, or this looks at nothing.
    made_up = lacks(with_inventions(schema), ops | {"cube"}, written, found)[0]
    missed = ["no case has Activation.CUBE", "no case has Layer.cube_op", "no case has Train.cube_loss",
              "no case has Train.cube_optimizer", "no case reaches nn.cube"]
    assert set(made_up) - set(wrong) == set(missed), made_up
    return len(wrong) > 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
