# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Kills a training run and goes on with it, until it is done: the last
checkpoint must be that of a run left alone, bit for bit.

    resume.py FOLDER KILLS SIGNAL -- PROGRAM train OPTIONS...

SIGNAL is KILL or INT. The moments are drawn from a fixed seed, over the time
the whole run takes. After SIGINT the program must exit with 130 and have saved.
"""
import os
import random
import shutil
import signal
import subprocess
import sys
import time


def checkpoints(folder):
    return sorted(f for f in os.listdir(folder) if f.startswith("step-") and f.endswith(".safetensors"))


def main():
    split = sys.argv.index("--")
    folder, kills, how = sys.argv[1:split]
    command = sys.argv[split + 1 :]
    sent = {"KILL": signal.SIGKILL, "INT": signal.SIGINT}[how]
    whole, parts = os.path.join(folder, "whole"), os.path.join(folder, "parts")
    shutil.rmtree(folder, ignore_errors=True)
    os.makedirs(folder)
    start = time.monotonic()
    subprocess.run(command + ["--checkpoint-dir", whole], check=True, timeout=300)
    seconds = time.monotonic() - start
    draw, interrupted, moved = random.Random(5), 0, 0
    resuming = command + ["--checkpoint-dir", parts, "--resume"]
    for attempt in range(int(kills)):
        before = checkpoints(parts)[-1:] if os.path.isdir(parts) else []
        process = subprocess.Popen(resuming)
        time.sleep(draw.uniform(0, 1.5 * seconds / int(kills)) + (0.02 if how == "INT" else 0))
        process.send_signal(sent)
        code = process.wait(timeout=300)
        if code == 0:  # it was done before the signal came
            break
        want = (-signal.SIGKILL,) if how == "KILL" else (130, -signal.SIGINT)  # before the handler stands
        if code not in want:
            sys.exit(f"the interrupted run exited with {code}")
        interrupted += 1
        after = checkpoints(parts)[-1:] if os.path.isdir(parts) else []
        if how == "INT" and code == 130 and not after:
            sys.exit("Ctrl-C saved no checkpoint")
        moved += after > before
    subprocess.run(resuming, check=True, timeout=300)
    print(f"{interrupted} interruptions, {moved} of them after a new checkpoint")
    if interrupted < 3 or moved < 2:
        sys.exit("the run was too short to be interrupted")
    last, mine = checkpoints(whole)[-1], checkpoints(parts)[-1]
    if last != mine:
        sys.exit(f"the last checkpoint is {mine}, not {last}")
    with open(os.path.join(whole, last), "rb") as a, open(os.path.join(parts, mine), "rb") as b:
        if a.read() != b.read():
            sys.exit("the last checkpoints differ")


main()
