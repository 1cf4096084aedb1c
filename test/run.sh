#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Installs what is needed, builds, checks the sources, runs every test. Ends with
# "N passed, N failed".
#   test/run.sh [--preset release|dev|asan|coverage] [--tidy-all] [lit arguments…]
# clang-tidy looks at what differs from the main branch, with --tidy-all at all sources.
set -uo pipefail
cd "$(dirname "$0")/.."
preset=release tidy=
while :; do
  case "${1:-}" in
  --preset)
    preset=$2
    shift 2
    ;;
  --tidy-all)
    tidy=--all
    shift
    ;;
  *) break ;;
  esac
done
bash tools/setup.sh || exit 1
cmake --preset "$preset" >/dev/null || exit 1
echo "building ($preset)"
cmake --build --preset "$preset" 2>&1 | tail -n 3
[ "${PIPESTATUS[0]}" -eq 0 ] || exit 1
build=build/$preset

# For the asan preset: the packaged LLVM is not instrumented, so what its headers
# poison in our code its library would not unpoison.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:allow_user_poisoning=0}

passed=0 failed=0
# check NAME COMMAND…: counts a command as a test and prints what it says if it fails.
check() {
  local name=$1 out
  shift
  if out=$("$@" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s\nFAIL: %s\n' "$out" "$name"
  fi
}

echo "checks of the sources"
check style python3 tools/check-style.py
check format bash tools/format.sh --check
# shellcheck disable=SC2086 # no option, or one
check clang-tidy bash tools/tidy.sh $tidy "$build"

echo "unit tests"
while read -r test; do
  check "$test" "$test"
done < <(find "$build/bin" -name 'test-*' -type f | sort)

echo "lit tests"
log=$(mktemp)
# All IR that gradus-opt reads is printed and read back, too; 0 leaves that out.
export GRADUS_ROUNDTRIP="${GRADUS_ROUNDTRIP:-1}"
seconds=300 # for one test
[ "$preset" = asan ] && seconds=1200
"$build/bin/gradus-lit" -s -v --timeout $seconds test "$@" 2>&1 | tee "$log"
count() { sed -n "s/^ *$1 *: *\([0-9]*\).*/\1/p" "$log" | tail -n 1; }
ok=$(count Passed) xfail=$(count 'Expectedly Failed')
bad=0
for kind in Failed Unresolved 'Timed Out' 'Unexpectedly Passed'; do
  n=$(count "$kind")
  bad=$((bad + ${n:-0}))
done
rm -f "$log"
passed=$((passed + ${ok:-0} + ${xfail:-0}))
failed=$((failed + bad))
echo "$passed passed, $failed failed"
[ "$failed" -eq 0 ] && [ "${ok:-0}" -gt 0 ]
