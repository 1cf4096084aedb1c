# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Builds a gradus-opt from a copy of the sources in which a few are edited.

    python3 build_parts.py BUILD ROOT COPY OUT LOG [SOURCE…]

A new op in NNOps.td rebuilds most of the compiler, in minutes, but only the sources
that are edited with it do anything with it. So the sources that LOG, which is what the
scripts in tools/ printed, calls edited or written are compiled, and each SOURCE, with
the flags that the build folder BUILD has for the sources of ROOT, against headers that
are generated from COPY, and linked with the libraries of BUILD for all else. Those of
compiler/Frontend are checked only. OUT/bin/gradus-opt is the result.
"""
import concurrent.futures
import json
import os
import pathlib
import re
import shlex
import shutil
import subprocess
import sys

build, root, copy, out, log = map(pathlib.Path, sys.argv[1:6])
sources = sorted({*re.findall(r"^(?:edited|wrote) (.*\.cpp)$", log.read_text(), re.MULTILINE), *sys.argv[6:]})
generated = out / "generated"


def run(arguments, folder=None):
    done = subprocess.run([str(a) for a in arguments], cwd=folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                          text=True)
    if done.returncode:
        sys.exit(f"{shlex.join(map(str, arguments))}\n{done.stdout}")
    return done.stdout


def generate():
    """The headers that TableGen and protobuf make of the files that may differ."""
    includes = ["-I", copy, "-I", run(["llvm-config", "--includedir"]).strip()]
    for td, name, flags in [
        ("dialects/nn/IR/NNOps.td", "NNOps.h.inc", ["-gen-op-decls"]),
        ("dialects/nn/IR/NNOps.td", "NNOps.cpp.inc", ["-gen-op-defs"]),
        ("compiler/Passes/Passes.td", "Passes.h.inc", ["-gen-pass-decls", "-name", "Gradus"]),
    ]:
        folder = generated / pathlib.Path(td).parent
        folder.mkdir(parents=True, exist_ok=True)
        run(["mlir-tblgen", *flags, *includes, copy / td, "-o", folder / name])
    folder = generated / "compiler/Frontend"
    folder.mkdir(parents=True, exist_ok=True)
    run(["protoc", f"--cpp_out={folder}", f"-I{copy}/compiler/Frontend", copy / "compiler/Frontend/model.proto"])


def compile_source(source):
    """Compiles a source; returns its object, or null where it is checked only."""
    check_only = source.startswith("compiler/Frontend/")
    # A new source takes the flags of another one.
    known = source if source in commands else next(s for s in sources if s in commands)
    arguments = list(commands[known])
    object_file = out / (source.replace("/", "_") + ".o")
    arguments[arguments.index("-o") + 1] = object_file
    arguments[arguments.index("-c") + 1] = copy / source
    if check_only:
        arguments[arguments.index("-c")] = "-fsyntax-only"
    # It is run on a few lines: no optimization takes less time. Another -O would not
    # fit the precompiled header.
    arguments += ["-Xclang", "-disable-llvm-passes"]
    place = arguments.index(f"-I{build}")
    arguments[place:place] = [f"-I{generated}"]
    arguments[arguments.index(f"-I{root}")] = f"-I{copy}"
    run(arguments, build)
    return None if check_only else object_file


generate()
commands = {
    os.path.relpath(entry["file"], root): shlex.split(entry["command"])
    for entry in json.loads((build / "compile_commands.json").read_text())
}
with concurrent.futures.ThreadPoolExecutor(2) as pool:
    objects = [o for o in pool.map(compile_source, sources) if o]
link = run(["ninja", "-C", build, "-t", "commands", "bin/gradus-opt"]).splitlines()[-1]
arguments = shlex.split(link.removeprefix(": && ").removesuffix(" && :"))
place = arguments.index("-o")
(out / "bin").mkdir(exist_ok=True)
# What an object defines is not taken from a library; lit asks the other file.
arguments[place:place + 2] = [*objects, "-o", out / "bin/gradus-opt"]
run(arguments, build)
shutil.copy(build / "test-config", out)
