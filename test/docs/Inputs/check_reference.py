# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""check_reference.py ROOT DOCS LLVM-TOOLS: the generated reference lists all ops and passes."""
import re
import sys

import ods

root, docs, llvm_tools = sys.argv[1:]


def page(name):
    with open(f"{docs}/{name}.md") as file:
        return file.read()


def check(name, kind, expected, section):
    """Each expected name must have a section of its own, with text in it."""
    sections = dict(section.findall(page(name)))
    assert expected and set(sections) == set(expected), set(sections) ^ set(expected)
    bare = [item for item, text in sections.items() if not re.search(r"^\S.*\w", text, re.MULTILINE)]
    assert not bare, f"without a description: {bare}"
    print(f"{name}: {len(sections)} {kind}")


for dialect, stem in [("nn", "NN"), ("train", "Train"), ("rt", "RT"), ("check", "Check")]:
    names = ods.ops(llvm_tools, root, f"dialects/{dialect}/IR/{stem}Ops.td", dialect)
    check(dialect, "ops", [f"{dialect}.{name}" for name in names],
          re.compile(r"^### `([\w.]+)` \([\w:]+\)\n(.*?)(?=^##|\Z)", re.MULTILINE | re.DOTALL))
check("passes", "passes", ods.passes(llvm_tools, root, "compiler/Passes/Passes.td"),
      re.compile(r"^### `-([\w-]+)`\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL))
