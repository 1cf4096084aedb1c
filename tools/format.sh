#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Brings all C and C++ into the form of .clang-format; with --check, only says what is not.
#   tools/format.sh [--check]
set -euo pipefail
cd "$(dirname "$0")/.."
case "${1:-}" in
--check) mode=(--dry-run --Werror) ;;
"") mode=(-i) ;;
*)
  sed -n '3,4s/^# //p' "$0"
  exit 2
  ;;
esac
git ls-files -z '*.c' '*.h' '*.cpp' | xargs -0 clang-format-22 "${mode[@]}"
