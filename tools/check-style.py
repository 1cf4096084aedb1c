#!/usr/bin/env python3
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Checks what no compiler checks: the form of every file that git knows or would add.

usage: check-style.py [--fix]

Prints FILE:LINE of each fault and exits with 1. --fix first mends what can be
mended without thinking: licence lines, white space at line ends, the newline at
the end of a file.
"""
import pathlib
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parent.parent
LICENCE = "SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception"
WIDTH = 120
C_LIKE = {".h", ".c", ".cpp", ".td"}
# Data, licence texts and inputs of fuzz targets are as they came.
BINARY = {".gz", ".safetensors", ".npy", ".pb"}
VERBATIM = {"LICENSE"}
CORPUS = pathlib.PurePath("test/fuzz/corpus")
# A path that exists only on somebody's machine; spelled so that this line is none.
MACHINE_PATH = re.compile(r"(?<![\w./$}-])/(?:wor[k]|hom[e]|roo[t]|User[s])/\w")


def needs_licence(path):
    """True for sources: code, build files and scripts, but no tests' inputs, documents or data."""
    return (
        path.suffix in C_LIKE | {".py", ".sh", ".cmake", ".proto", ".cfg", ".in"}
        or path.name == "CMakeLists.txt"
        or str(path) == ".ci/run"
    )


def with_licence(path, text):
    """The text with the licence line: below a shebang or a `//===-` banner, else on top."""
    if path.suffix in C_LIKE | {".proto"}:
        line = f"/* {LICENCE} */\n" if text.startswith("/*") else f"// {LICENCE}\n"
    else:
        line = f"# {LICENCE}\n"
    first, rest = text.split("\n", 1) if "\n" in text else (text, "")
    if first.startswith(("#!", "//===-")):
        return f"{first}\n{line}{rest}"
    return line + text


def fixed(path, text):
    text = re.sub(r"[ \t\r]+$", "", text, flags=re.MULTILINE)
    if text and not text.endswith("\n"):
        text += "\n"
    if needs_licence(path) and LICENCE not in text[:400]:
        text = with_licence(path, text)
    return text


def faults(path, text):
    """Yields (line number, what is wrong)."""
    if text and not text.endswith("\n"):
        yield text.count("\n") + 1, "no newline at the end of the file"
    if needs_licence(path) and LICENCE not in text[:400]:
        yield 1, f"no line '{LICENCE}'; tools/check-style.py --fix adds it"
    for number, line in enumerate(text.split("\n"), 1):
        if line != line.rstrip():
            yield number, "white space at the end of the line"
        if "\t" in line:
            yield number, "a tab"
        if path.suffix in C_LIKE and len(line) > WIDTH:
            yield number, f"{len(line)} columns, {WIDTH} are allowed"
        if found := MACHINE_PATH.search(line):
            yield number, f"the path {found[0]}… exists on one machine only"


def main():
    fix = sys.argv[1:] == ["--fix"]
    if sys.argv[1:] and not fix:
        sys.exit(__doc__)
    names = subprocess.run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], cwd=ROOT,
                           check=True, capture_output=True, text=True).stdout
    count = 0
    for name in sorted(filter(None, names.split("\0"))):
        path = pathlib.Path(name)
        if path.suffix in BINARY or path.name in VERBATIM or CORPUS in path.parents or not (ROOT / path).is_file():
            continue
        text = (ROOT / path).read_text(encoding="utf-8")
        if fix:
            mended = fixed(path, text)
            if mended != text:
                (ROOT / path).write_text(mended, encoding="utf-8")
                text = mended
        for number, fault in faults(path, text):
            print(f"{name}:{number}: {fault}")
            count += 1
    if count:
        sys.exit(f"{count} faults of style")


if __name__ == "__main__":
    main()
