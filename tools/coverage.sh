#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Runs the tests of the coverage preset and prints which share of the lines of
# compiler, dialects, runtime and tools they run. Lines of the runtime count where the
# unit tests or a compiled program run them.
#   tools/coverage.sh [lit arguments…]
# build/coverage/report holds the sources with a count for each line.
set -euo pipefail
cd "$(dirname "$0")/.."
build=$PWD/build/coverage
profiles=$build/profiles
rm -rf "$profiles"
mkdir -p "$profiles"
# A file per process would be tens of thousands: processes of one binary merge theirs.
export LLVM_PROFILE_FILE="$profiles/%m.profraw"
bash test/run.sh --preset coverage "$@" || echo "some tests failed; the figures stand for what ran"

tools=$(sed -n "s/^llvm_tools=//p" "$build/test-config")
find "$profiles" -name '*.profraw' > "$profiles/list"
"$tools/llvm-profdata" merge --sparse --input-files="$profiles/list" -o "$build/coverage.profdata"
binaries=()
for binary in "$build"/bin/gradus-opt "$build"/bin/gradus-lsp-server "$build"/bin/test-* "$build"/lib/libgradus_*.a; do
  binaries+=(--object "$binary")
done
sources=(compiler dialects runtime tools)
show() {
  "$tools/llvm-cov" "$1" "$build/bin/gradus" "${binaries[@]}" --instr-profile "$build/coverage.profdata" \
    --ignore-filename-regex "^$build/" "${@:2}"
}
show show --format html --output-dir "$build/report" "${sources[@]}"
total() { # NAME SOURCE…: the share of lines that ran
  show export --summary-only "${@:2}" | /usr/bin/python3 -c '
import json, sys
lines = json.load(sys.stdin)["data"][0]["totals"]["lines"]
print("{:10} {:6.2f} % of {} lines".format(sys.argv[1], lines["percent"], lines["count"]))' "$1"
}
for folder in "${sources[@]}"; do
  total "$folder" "$folder"
done
total all "${sources[@]}"
