# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Compiles models to PTX and assembles it, where a CUDA toolkit is present.

    ptxas.py GRADUS ARCH FOLDER MODEL... [--precision P]

Leaves FOLDER/MODEL.ptx. Fails on an error, on spilled registers and on a function
that stays unresolved. Says how many kernels it assembled; without a toolkit, that
there is none.
"""
import os
import re
import shutil
import subprocess
import sys


def find_ptxas():
    """The assembler of a CUDA toolkit, or None."""
    homes = [os.environ.get(name, "") for name in ("CUDA_HOME", "CUDA_PATH", "CUDA_ROOT")] + ["/usr/local/cuda"]
    candidates = [os.path.join(home, "bin", "ptxas") for home in homes if home] + [shutil.which("ptxas") or ""]
    return next((path for path in candidates if path and os.path.exists(path)), None)


def assemble(ptxas, arch, path):
    """How many kernels were assembled, and the names of those that spill. Without
    a ptxas, only looks at the text."""
    text = open(path).read()
    assert f".target {arch}" in text, f"{path} is not for {arch}"
    unresolved = re.findall(r"\.extern \.func.*", text)
    assert not unresolved, f"{path}: {unresolved}"
    kernels = len(re.findall(r"\.visible \.entry", text))
    assert kernels, f"{path} has no kernel"
    if ptxas is None:
        return 0, []
    run = subprocess.run([ptxas, f"-arch={arch}", "-v", path, "-o", os.devnull], capture_output=True, text=True)
    report = run.stdout + run.stderr
    assert run.returncode == 0, report
    spills = re.findall(r"Function properties for (\S+)\n.*, (\d+) bytes spill stores, (\d+) bytes spill loads", report)
    assert len(spills) >= kernels, f"not every kernel of {path} is accounted for\n{report}"
    return kernels, [name for name, stores, loads in spills if int(stores) or int(loads)]


def main(gradus, arch, folder, *models):
    flags = models[models.index("--precision") :] if "--precision" in models else ()
    models = models[: len(models) - len(flags)]
    ptxas = find_ptxas()
    count = 0
    for model in models:
        path = os.path.join(folder, os.path.basename(model).replace(".txtpb", ".ptx"))
        subprocess.run([gradus, "compile", model, "--target=cuda", "--gpu", arch, "--emit=ptx", "-o", path, *flags],
                       check=True)
        kernels, spilling = assemble(ptxas, arch, path)
        assert not spilling, f"{path}: registers spill in {', '.join(spilling)}"
        count += kernels
    print(f"{count} kernels assembled for {arch}" if ptxas else "no ptxas here: nothing assembled")


if __name__ == "__main__":
    main(*sys.argv[1:])
