# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What ODS files define, as llvm-tblgen prints it.

lit puts this module's folder on PYTHONPATH for programs run by `%python`.
"""
import json
import os
import subprocess


def records(llvm_tools, root, td):
    """All records of `td`, a path below `root`: name -> fields."""
    include = os.path.join(os.path.dirname(llvm_tools), "include")
    tblgen = os.path.join(llvm_tools, "llvm-tblgen")
    printed = subprocess.run([tblgen, "--dump-json", "-I", root, "-I", include, os.path.join(root, td)],
                             check=True, capture_output=True, text=True).stdout
    return json.loads(printed)


def of_class(defined, name):
    """The records of a class."""
    return [defined[record] for record in defined["!instanceof"].get(name, [])]


def ops(llvm_tools, root, td, dialect):
    """Mnemonics of the ops of a dialect."""
    defined = records(llvm_tools, root, td)
    return sorted(op["opName"] for op in of_class(defined, "Op")
                  if defined[op["opDialect"]["def"]]["name"] == dialect)


def passes(llvm_tools, root, td):
    """Flags of the passes, without dashes."""
    return sorted(p["argument"] for p in of_class(records(llvm_tools, root, td), "PassBase"))
