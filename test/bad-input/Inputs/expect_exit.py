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
import tempfile

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

    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, preexec_fn=prepare)
        late = False

        def give_up(*_):
            nonlocal late
            late = True
            process.kill()

        signal.signal(signal.SIGALRM, give_up)
        signal.setitimer(signal.ITIMER_REAL, seconds)
        _, status, usage = os.wait4(process.pid, 0)
        signal.setitimer(signal.ITIMER_REAL, 0)
        process.returncode = got = os.waitstatus_to_exitcode(status)
        for stream in (out, err):
            stream.seek(0)
            text = stream.read().decode(errors="replace")
            sys.stdout.write(text)
    complaints = [f"it says '{mark}'" for mark in CRASH if mark in text]
    if late:
        complaints.append(f"it ran for more than {seconds} s")
    elif got != code:
        complaints.append(f"it exited with {got}, not {code}")
    if usage.ru_maxrss > rss * 1024 and "ASAN_OPTIONS" not in os.environ:
        complaints.append(f"it used {usage.ru_maxrss / 1024:.0f} MB, more than {rss:.0f}")
    if complaints:
        sys.exit(f"expect_exit.py: {'; '.join(complaints)}: {' '.join(command)}")


main()
