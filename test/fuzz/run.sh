#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Builds the fuzz targets, runs each for SECONDS (60), and prints a table. Exits with 1 if
# there is a finding; its input is then in build/fuzz/findings/TARGET.
#   test/fuzz/run.sh [SECONDS [TARGET…]]
set -uo pipefail
cd "$(dirname "$0")/../.."
seconds=${1:-60}
shift
build=build/fuzz
cmake --preset fuzz >/dev/null || exit 1
echo "building (fuzz)"
cmake --build --preset fuzz --target fuzz-targets | tail -n 1
[ "${PIPESTATUS[0]}" -eq 0 ] || exit 1
python3 test/fuzz/prepare.py . $build || exit 1
targets=("$@")
[ ${#targets[@]} -gt 0 ] || mapfile -t targets < <(ls test/fuzz/corpus)

# run TARGET: runs it on what it has learned, on the corpus, and on seeds of its kind.
run() {
  local name=$1 learned=$build/learned/$1 findings=$build/findings/$1 options=() timeout=5
  mkdir -p "$learned" "$findings"
  case $name in
  model-text) options=("$build/seeds/model" "-dict=$build/model.dict") ;;
  model-cpu | model-gpu) options=("$build/seeds/small-model" "-dict=$build/model.dict") timeout=25 ;;
  ir-*) options=("$build/seeds/ir" "-dict=$build/ir.dict") timeout=25 ;;
  esac
  # An input that takes so many seconds, or 2 GiB, is a finding, too: whole pipelines
  # are some thirty times slower than in the release preset.
  "$build/bin/fuzz-$name" "$learned" "test/fuzz/corpus/$name" "${options[@]}" -max_total_time="$seconds" \
    -timeout="$timeout" -rss_limit_mb=2048 -max_len=12288 -artifact_prefix="$findings/" -close_fd_mask=3 \
    -print_final_stats=1 >"$learned.log" 2>&1
}
# last NAME LOG: the last value that libFuzzer has printed.
last() { grep -oP "$1\s*\K\d+" "$2" | tail -n 1; }

found=0
printf '%-14s %10s %8s %7s %9s %9s\n' target executions per-s edges features findings
for name in "${targets[@]}"; do
  run "$name" || found=1
  log=$build/learned/$name.log
  printf '%-14s %10s %8s %7s %9s %9s\n' "$name" "$(last number_of_executed_units: "$log")" \
    "$(last average_exec_per_sec: "$log")" "$(last cov: "$log")" "$(last ft: "$log")" \
    "$(find "$build/findings/$name" -type f ! -name 'slow-unit-*' | wc -l)"
done
[ $found -eq 0 ]
