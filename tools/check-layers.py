#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that rooms include only headers of the rooms they depend on.

usage: check-layers.py LAYERS ROOT

LAYERS has a line per library, "FOLDER: NAME DEPENDENCY…", as CMake writes it. A
dependency counts with its own ones. What is in a folder below a room's, and is no
room itself, belongs to that room. C, C++ and TableGen are read, however an include
is written. Prints FILE:LINE of each include that reaches elsewhere, and exits with 1.
"""
import pathlib
import re
import sys

INCLUDE = re.compile(r'\s*(?:#\s*)?include\s*[<"]([^">]*)/[^/">]*[>"]')
SOURCES = {".c", ".cpp", ".def", ".h", ".td"}

layers_file, root = map(pathlib.Path, sys.argv[1:])
folder_of, uses = {}, {}
for line in layers_file.read_text().splitlines():
    folder, rest = line.split(": ")
    name, *direct = rest.split()
    folder_of[name] = folder
    uses[name] = direct
rooms = set(folder_of.values())


def allowed_folders(name):
    """The folders of a library and of all it depends on."""
    seen, todo = set(), [name]
    while todo:
        library = todo.pop()
        if library in folder_of and library not in seen:
            seen.add(library)
            todo += uses[library]
    return {folder_of[library] for library in seen}


def room_of(folder):
    """The room that a folder is, or is in; None if it is in none."""
    while folder and folder not in rooms:
        folder = folder.rpartition("/")[0]
    return folder or None


wrong = 0
for name, folder in folder_of.items():
    allowed = allowed_folders(name)
    for source in sorted((root / folder).rglob("*")):
        if source.suffix not in SOURCES or room_of(str(source.parent.relative_to(root))) != folder:
            continue
        for number, text in enumerate(source.read_text().splitlines(), 1):
            include = INCLUDE.match(text)
            room = include and room_of(include[1])
            if room and room not in allowed:
                print(f"{source}:{number}: error: {folder} includes {room}, which {name} does not depend on")
                wrong = 1
sys.exit(wrong)
