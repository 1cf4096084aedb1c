#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Runs clang-tidy with the checks of .clang-tidy. Looks at the sources that differ
# from the main branch, and at those beside a header that does; with --all, at every
# source that the build compiles.
#   tools/tidy.sh [--all] BUILD-FOLDER
set -euo pipefail
cd "$(dirname "$0")/.."
all=
if [ "${1:-}" = --all ]; then
  all=yes
  shift
fi
build=${1:?which build folder?}

# The newest commit that main has, too: what came after it is what is looked at.
base() {
  local main
  for main in origin/main main; do
    git rev-parse --verify --quiet "$main" >/dev/null && git merge-base HEAD "$main" && return
  done
  return 1
}

candidates() {
  if [ -n "$all" ]; then
    git ls-files '*.c' '*.cpp'
  else
    { git diff --name-only "$1" -- '*.c' '*.cpp' '*.h'; git ls-files --others --exclude-standard '*.c' '*.cpp' '*.h'; } |
      sed 's/\.h$/.cpp/'
  fi | sort -u
}

from=
if [ -z "$all" ] && ! from=$(base); then
  echo "clang-tidy: no main branch to compare with; --all looks at every source"
  exit 0
fi
files=()
while read -r file; do
  # Only what the build compiles has flags: no inputs of tests, no deleted file.
  if [ -f "$file" ] && grep -qF "\"$PWD/$file\"" "$build/compile_commands.json"; then
    files+=("$file")
  fi
done < <(candidates "$from")
echo "clang-tidy: ${#files[@]} sources"
[ ${#files[@]} -eq 0 ] || printf '%s\0' "${files[@]}" |
  xargs -0 -n 1 -P "$(nproc)" clang-tidy-22 -p "$build" --quiet --warnings-as-errors='*'
