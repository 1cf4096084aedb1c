#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks that rooms include only headers of the rooms they depend on.

usage: check-layers.py LAYERS ROOT

LAYERS has a line per library, "FOLDER: NAME DEPENDENCY…", as CMake writes it.
A dependency counts with its own ones. Prints FILE:LINE of each include that
reaches elsewhere, and exits with 1.
"""
import pathlib
import re
import sys

layers_file, root = map(pathlib.Path, sys.argv[1:])
folder_of, uses = {}, {}
for line in layers_file.read_text().splitlines():
    folder, rest = line.split(": ")
    name, *direct = rest.split()
    folder_of[name] = folder
    uses[name] = direct


def allowed_folders(name):
    """The folders of a library and of all it depends on."""
    seen, todo = set(), [name]
    while todo:
        library = todo.pop()
        if library in folder_of and library not in seen:
            seen.add(library)
            todo += uses[library]
    return {folder_of[library] for library in seen}


rooms, wrong = set(folder_of.values()), 0
for name, folder in folder_of.items():
    allowed = allowed_folders(name)
    for source in sorted((root / folder).glob("*.[ch]*")):
        for number, text in enumerate(source.read_text().splitlines(), 1):
            include = re.match(r'#include "(.*)/[^/]*"', text)
            if include and include[1] in rooms and include[1] not in allowed:
                print(f"{source}:{number}: error: {folder} includes {include[1]}, which {name} does not depend on")
                wrong = 1
sys.exit(wrong)
