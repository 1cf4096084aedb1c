#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Measures Gradus against its peers in one run: PyTorch and OpenBLAS of the
# distribution. Installs them, or says which one is missing.
#   test/bench/run.sh [--rounds N] [--case NAME] [--threads LIST] [--json FILE]
# --json keeps the figures, one JSON object a line; compare.py compares two such files.
set -euo pipefail
cd "$(dirname "$0")/../.."
bash tools/setup.sh
cmake --preset release >/dev/null
cmake --build --preset release | tail -n 1
if ! dpkg-query -W -f='${Status}' python3-torch libopenblas-dev 2>/dev/null | grep -q 'ok installed'; then
  echo "installing the peers: python3-torch, libopenblas-dev"
  DEBIAN_FRONTEND=noninteractive apt-get install -y -q --no-install-recommends python3-torch python3-numpy libopenblas-dev gcc libc6-dev >/dev/null 2>&1 ||
    echo "they could not be installed: only Gradus is measured"
fi
exec /usr/bin/python3 test/bench/run.py "$@"
