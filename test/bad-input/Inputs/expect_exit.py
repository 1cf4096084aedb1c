# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""Runs a command and insists on how it ends.

    expect_exit.py CODE [--rss MB] [--seconds S] [--file-limit BYTES] -- COMMAND...

The exit code must be CODE; a command killed by a signal has -N. It may use at
most --rss MB of memory (600 unless told) and --seconds S (20), and must not say
on stderr that it crashed. --file-limit stands for a full disk: files cannot
grow beyond so many bytes. Output passes through: stdout, then stderr.
"""
import os
import resource
import signal
import subprocess
import sys

CRASH = ("Stack dump", "PLEASE submit a bug report", "This is a bug in Gradus", "Assertion", "assertion failed",
         "LLVM ERROR", "UNREACHABLE executed", "terminate called", "AddressSanitizer", "runtime error:",
         "Segmentation fault", "what():")


def main():
    split = sys.argv.index("--")
    code, settings, command = int(sys.argv[1]), sys.argv[2:split], sys.argv[split + 1 :]
    options = dict(zip(settings[0::2], map(float, settings[1::2])))
    rss, seconds, limit = options.pop("--rss", 600), options.pop("--seconds", 20), options.pop("--file-limit", None)
    if options:
        sys.exit(f"expect_exit.py: unknown option {options}")

    def prepare():
        if limit is not None:
            signal.signal(signal.SIGXFSZ, signal.SIG_IGN)  # writes fail instead
            resource.setrlimit(resource.RLIMIT_FSIZE, (int(limit), int(limit)))

    process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                               preexec_fn=prepare)
    late = False
    try:
        out, err = process.communicate(timeout=seconds)
    except subprocess.TimeoutExpired:
        late = True
        process.kill()
        out, err = process.communicate()
    got = process.returncode
    sys.stdout.write(out.decode(errors="replace") + err.decode(errors="replace"))
    text = err.decode(errors="replace")
    complaints = [f"it says '{mark}'" for mark in CRASH if mark in text]
    if late:
        complaints.append(f"it ran for more than {seconds} s")
    elif got != code:
        complaints.append(f"it exited with {got}, not {code}")
    used = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    if used > rss and "ASAN_OPTIONS" not in os.environ:
        complaints.append(f"it used {used:.0f} MB, more than {rss:.0f}")
    if complaints:
        sys.exit(f"expect_exit.py: {'; '.join(complaints)}: {' '.join(command)}")


main()
