#!/usr/bin/env bash
# SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
# Builds the Debian package and tries it where none of this machine's packages are:
# in a fresh Debian of the same release, it installs the package with what it depends
# on and nothing else, then compiles, trains and evaluates the digits model. Needs
# root and Debian's mirror; takes some minutes and a gigabyte below $TMPDIR.
#   tools/test-deb.sh [BUILD-FOLDER]
set -euo pipefail
cd "$(dirname "$0")/.."
build=${1:-build/release}

if [ "${2:-}" != inside ]; then
  command -v mmdebstrap >/dev/null || apt-get install -y -q --no-install-recommends mmdebstrap
  cmake --build "$build" --target package
  # In namespaces of its own, nothing stays mounted whatever happens.
  exec unshare --mount --pid --fork bash "tools/$(basename "$0")" "$build" inside
fi

deb=$(find "$build" -maxdepth 1 -name 'gradus_*.deb' -printf '%T@ %p\n' | sort -n | tail -n 1 | cut -d' ' -f2)
root=$(mktemp -d)
trap 'umount "$root/proc" 2>/dev/null; rm -rf --one-file-system "$root"' EXIT
release=$(. /etc/os-release && echo "$VERSION_CODENAME")
echo "== a fresh Debian $release"
mmdebstrap --quiet --variant=minbase --skip=cleanup/apt "$release" "$root" /etc/apt/sources.list.d/debian.sources
mount -t proc proc "$root/proc"
cp "$deb" "$root/gradus.deb"

echo "== $(basename "$deb")"
dpkg-deb --field "$deb" Package Version Architecture Installed-Size Section Depends
chroot "$root" env -u TMPDIR /bin/sh -eu <<'END'
cd "$(mktemp -d)"
dpkg-query -W -f '${Package}\n' | sort > before
apt-get install -y -q --no-install-recommends /gradus.deb > install.log 2>&1 || { cat install.log; exit 1; }
dpkg-query -W -f '${Package}\n' | sort > after
echo "== packages that came with it"
comm -13 before after | tr '\n' ' '
echo
echo "== the digits model"
gradus --version
gradus doctor
digits=/usr/share/doc/gradus/examples/digits
gradus compile $digits/digits.txtpb -o digits
./digits train --data $digits/data --epochs 3 --seed 1 --weights-out weights.safetensors
./digits eval --data $digits/data --weights weights.safetensors
END
