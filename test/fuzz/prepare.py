# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""prepare.py ROOT OUT: what run.sh gives libFuzzer beside the corpus.

Writes dictionaries, OUT/model.dict and OUT/ir.dict, of the words that are in the sources
now, and OUT/seeds/model, OUT/seeds/small-model and OUT/seeds/ir, the models and the IR of
the lit tests.
"""
import hashlib
import pathlib
import re
import sys

root, out = map(pathlib.Path, sys.argv[1:])


def write_words(name, words):
    (out / name).write_text("".join(f'"{word}"\n' for word in sorted(words)))


def write_seeds(name, texts):
    folder = out / "seeds" / name
    folder.mkdir(parents=True, exist_ok=True)
    for text in texts:
        (folder / hashlib.sha256(text.encode()).hexdigest()[:16]).write_text(text)


def without_comments(text):
    return "\n".join(line for line in text.split("\n") if not line.lstrip().startswith(("//", "#", "RUN", "CHECK")))


def main():
    out.mkdir(parents=True, exist_ok=True)
    proto = re.sub(r"//.*", "", (root / "compiler/Frontend/model.proto").read_text())
    write_words("model.dict", set(re.findall(r"\w+(?= = \d)", proto)) | {"f32[batch,", "i64[batch,"})
    ods = "\n".join(path.read_text() for path in (root / "dialects").rglob("*.td"))
    dialects = "|".join(path.name for path in (root / "dialects").iterdir() if (path / "IR").is_dir())
    tests = [path.read_text() for path in sorted((root / "test").rglob("*.mlir")) if "corpus" not in path.parts]
    mnemonics = set(re.findall(r'<"([a-z_.]+)"', ods))
    write_words("ir.dict", mnemonics | set(re.findall(rf"[#!]?\b(?:{dialects}|arith|linalg|scf|vector|gpu)\.[a-z_]\w*",
                                                      "\n".join(tests))))
    write_seeds("ir", (without_comments(part) for test in tests for part in re.split(r"^// -----.*$", test, flags=re.M)))
    models = [path.read_text() for path in sorted(root.rglob("*.txtpb")) if "build" not in path.parts]
    files = [part for path in sorted((root / "test").rglob("*.test"))
             for part in re.findall(r"^#--- \S+\.txtpb\n(.*?)(?=^#---|\Z)", path.read_text(), re.M | re.S)]
    write_seeds("model", models + files)
    # What goes through whole pipelines: large matmuls become much code.
    write_seeds("small-model", (text for text in models + files
                                if len(text) < 1000 and not re.search(r"(?<![.\d])\d{3}", text)))


main()
