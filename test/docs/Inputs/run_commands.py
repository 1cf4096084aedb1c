# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
"""run_commands.py FILE: runs the commands of a document.

Takes the lines of the ```sh blocks of FILE that run gradus, what it made, or the
installation, runs them in order in the current folder, which is their home, and
fails at the first that fails.
"""
import os
import subprocess
import sys


def main():
    document, prefixes = sys.argv[1], ("gradus ", "./digits", "cmake --install ")
    os.environ["HOME"] = os.getcwd()
    inside, ran = False, 0
    for line in open(document):
        line = line.rstrip("\n")
        if line.startswith("```"):
            inside = line == "```sh"
            continue
        command = line.split("  #")[0]
        if not inside or not command.startswith(prefixes):
            continue
        result = subprocess.run(command, shell=True, capture_output=True, text=True)
        ran += 1
        if result.returncode:
            sys.exit(f"{command}\nexit code {result.returncode}\n{result.stdout}{result.stderr}")
    if not ran:
        sys.exit(f"{document}: no command was found")
    print(f"{ran} commands ran")


main()
