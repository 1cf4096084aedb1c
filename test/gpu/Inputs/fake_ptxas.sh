#!/bin/sh
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# A stand-in for ptxas: ptxas -arch=GPU INPUT -o OUTPUT. Its machine code is the
# PTX behind the first bytes of an ELF file.
[ -n "$FAKE_PTXAS_FAULT" ] && echo "fake_ptxas: no such arch" && exit 255
[ "$1" = -arch=sm_80 ] && [ "$3" = -o ] && grep -q '^.target sm_80' "$2" || exit 1
{ printf '\177ELF'; cat "$2"; } > "$4"
