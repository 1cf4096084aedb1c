#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Runs every fuzz target on its corpus and on mutations of it; see Replay.cpp.
#   test/fuzz/replay.sh BIN-FOLDER
set -uo pipefail
bin=$1 corpus=$(dirname "$0")/corpus
failed=0
for target in "$bin"/fuzz-*; do
  name=${target##*/fuzz-}
  case $name in
  model-cpu | model-gpu) mutations=10 ;;
  model-* | ir-*) mutations=40 ;;
  *) mutations=1000 ;;
  esac
  if ! "$target" --mutations $mutations "$corpus/$name" >replay.log 2>&1; then
    tail -n 60 replay.log
    echo "FAIL: $name"
    failed=1
  fi
done
for folder in "$corpus"/*; do
  [ -x "$bin/fuzz-${folder##*/}" ] || { echo "$folder: there is no such target" && failed=1; }
done
exit $failed
