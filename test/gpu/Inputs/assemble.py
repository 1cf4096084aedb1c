"""Compiles models to PTX and assembles it, where a CUDA toolkit is present.

    python3 assemble.py GRADUS ARCH FOLDER MODEL... [--precision P]

Leaves FOLDER/MODEL.ptx. Fails on an error, on spilled registers and on a function
that stays unresolved. Says how many kernels it assembled; without a toolkit, that
there is none.
"""
import os
import re
import shutil
import subprocess
import sys

gradus, arch, folder, models = sys.argv[1], sys.argv[2], sys.argv[3], sys.argv[4:]
flags = models[models.index("--precision") :] if "--precision" in models else []
models = models[: len(models) - len(flags)]
homes = [os.environ.get(name, "") for name in ("CUDA_HOME", "CUDA_PATH", "CUDA_ROOT")] + ["/usr/local/cuda"]
candidates = [os.path.join(home, "bin", "ptxas") for home in homes if home] + [shutil.which("ptxas") or ""]
ptxas = next((path for path in candidates if path and os.path.exists(path)), None)
count = 0
for model in models:
    path = os.path.join(folder, os.path.basename(model).replace(".txtpb", ".ptx"))
    subprocess.run([gradus, "compile", model, "--target=cuda", "--gpu", arch, "--emit=ptx", "-o", path, *flags], check=True)
    text = open(path).read()
    assert f".target {arch}" in text, f"{path} is not for {arch}"
    unresolved = re.findall(r"\.extern \.func.*", text)
    assert not unresolved, f"{path}: {unresolved}"
    kernels = len(re.findall(r"\.visible \.entry", text))
    assert kernels, f"{path} has no kernel"
    if ptxas is None:
        continue
    run = subprocess.run([ptxas, f"-arch={arch}", "-v", path, "-o", os.devnull], capture_output=True, text=True)
    assert run.returncode == 0, run.stdout + run.stderr
    spills = [int(n) for n in re.findall(r"(\d+) bytes spill", run.stdout + run.stderr)]
    assert not any(spills), f"{path}: registers are spilled\n" + run.stderr
    count += kernels
print(f"{count} kernels assembled for {arch}" if ptxas else "no ptxas here: nothing assembled")
