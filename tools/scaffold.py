# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""What new-op.py and new-pass.py share: edits of a source tree, made all or none."""
import difflib
import pathlib
import re
import sys


class Tree:
    """The files below `root`, with the edits that finish() writes or prints."""

    def __init__(self, root):
        self.root = pathlib.Path(root)
        self.edited = {}  # path -> new text

    def read(self, path):
        if path not in self.edited:
            file = self.root / path
            if not file.exists():
                sys.exit(f"error: there is no {file}")
            return file.read_text(encoding="utf-8")
        return self.edited[path]

    def create(self, path, text):
        """A file that must not exist yet."""
        if (self.root / path).exists():
            sys.exit(f"error: {path} exists already")
        self.edited[path] = text

    def replace(self, path, pattern, replacement):
        """Replaces the only match of a regular expression by a string or function."""
        text = self.read(path)
        text, count = re.subn(pattern, replacement, text, flags=re.MULTILINE)
        if count != 1:
            sys.exit(f"error: {path} has {count} places that match {pattern!r}, not one")
        self.edited[path] = text

    def insert_before(self, path, pattern, block):
        """Inserts `block` before the line of the last match."""
        text = self.read(path)
        start = self._last(path, text, pattern).start()
        self.edited[path] = text[:start] + block + text[start:]

    def insert_after(self, path, pattern, block):
        """Inserts `block` after the last match."""
        text = self.read(path)
        end = self._last(path, text, pattern).end()
        self.edited[path] = text[:end] + block + text[end:]

    def append(self, path, block):
        """Adds `block` at the end of the file, after an empty line."""
        self.edited[path] = self.read(path) + "\n" + block

    def insert_sorted(self, path, pattern, name, block):
        """Inserts a function among others that are sorted by name and end with a `}`
        in the first column. `pattern` matches the first line of each, its group 1 is
        the name. Comments above a function belong to it."""
        text = self.read(path)
        functions = list(re.finditer(pattern, text, flags=re.MULTILINE))
        if not functions:
            sys.exit(f"error: nothing in {path} matches {pattern!r}")
        later = [f for f in functions if f[1].lower() > name.lower()]
        if later:
            start = text.rfind("\n\n", 0, later[0].start()) + 2
            self.edited[path] = text[:start] + block + "\n" + text[start:]
        else:
            # A function of one line ends there, others at the next `}` in the first column.
            line = text.index("\n", functions[-1].start())
            end = line + 1 if text[line - 1] == "}" else text.index("\n}\n", functions[-1].start()) + 3
            self.edited[path] = text[:end] + "\n" + block + text[end:]

    def finish(self, dry_run):
        """Writes the edits, or prints them as a unified diff."""
        for path, text in sorted(self.edited.items()):
            file = self.root / path
            if not dry_run:
                file.parent.mkdir(parents=True, exist_ok=True)
                print(f"{'edited' if file.exists() else 'wrote'} {path}")
                file.write_text(text, encoding="utf-8")
                continue
            old = file.read_text(encoding="utf-8") if file.exists() else ""
            sys.stdout.writelines(difflib.unified_diff(
                old.splitlines(keepends=True), text.splitlines(keepends=True),
                f"a/{path}" if old else "/dev/null", f"b/{path}"))

    @staticmethod
    def _last(path, text, pattern):
        found = list(re.finditer(pattern, text, flags=re.MULTILINE))
        if not found:
            sys.exit(f"error: nothing in {path} matches {pattern!r}")
        return found[-1]


def camel(name, separator="_"):
    """log_softmax -> LogSoftmax"""
    return "".join(part[:1].upper() + part[1:] for part in name.split(separator))
