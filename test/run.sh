#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Installs what is needed, builds, runs every test. Ends with "N passed, N failed".
#   test/run.sh [--preset release|dev|asan] [lit arguments…]
set -uo pipefail
cd "$(dirname "$0")/.."
preset=release
if [ "${1:-}" = --preset ]; then
  preset=$2
  shift 2
fi
bash tools/setup.sh || exit 1
cmake --preset "$preset" >/dev/null || exit 1
echo "building ($preset)"
cmake --build --preset "$preset" 2>&1 | tail -n 3
[ "${PIPESTATUS[0]}" -eq 0 ] || exit 1

# For the asan preset: the packaged LLVM is not instrumented, so what its headers
# poison in our code its library would not unpoison.
export ASAN_OPTIONS=${ASAN_OPTIONS:-detect_leaks=0:allow_user_poisoning=0}

passed=0 failed=0
echo "unit tests"
while read -r test; do
  if out=$("$test" 2>&1); then
    passed=$((passed + 1))
  else
    failed=$((failed + 1))
    printf '%s\nFAIL: %s\n' "$out" "$test"
  fi
done < <(find "build/$preset/bin" -name 'test-*' -type f | sort)

echo "lit tests"
export GRADUS_BIN="$PWD/build/$preset/bin"
log=$(mktemp)
/usr/lib/llvm-22/bin/lit -s -v --timeout 300 test "$@" 2>&1 | tee "$log"
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
[ "$failed" -eq 0 ] && [ "$passed" -gt 0 ]
