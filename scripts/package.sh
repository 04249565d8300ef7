#!/bin/bash
# SPDX-License-Identifier: LGPL-2.1-or-later
# package.sh [bookworm] [trixie]: builds the Debian packages of what is committed in a clean root of each release, checks them with lintian,
# runs all tests there, and installs and tries the packages in another clean root, as a user who has just heard of them would.
# Needs root (debootstrap, chroot) and Debian's mirror. Packages end up in _build-package/RELEASE/.
set -euo pipefail

top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
mirror=${SMIMED_MIRROR:-http://deb.debian.org/debian}
work=$top/_build-package
[ "$(id -u)" = 0 ] || { echo "package: debootstrap and chroot need root: sudo ./dev package" >&2; exit 1; }

say () { printf '\n== %s\n' "$*" >&2; }

# in_root ROOT COMMAND...: in a mount namespace of its own: what is mounted there goes with it
in_root () {
  local root=$1
  shift
  unshare --mount --propagation slave --pid --fork --kill-child bash -euc '
    root=$1; shift
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    mount -t tmpfs tmpfs "$root/run"
    mount -t tmpfs -o mode=1777 tmpfs "$root/tmp"
    exec env -i PATH=/usr/sbin:/usr/bin:/sbin:/bin HOME=/root LANG=C.UTF-8 TERM=dumb DEBIAN_FRONTEND=noninteractive \
      SMIMED_CORPORA=/shared/corpora ${http_proxy:+http_proxy="$http_proxy"} chroot "$root" "$@"' _ "$root" "$@"
}

# make_root RELEASE NAME: a copy of a fresh minimal system
make_root () {
  local base=$work/$1/base root=$work/$1/$2
  if [ ! -e "$base/.complete" ]; then
    rm -rf "$base"
    mkdir -p "$work/$1"
    debootstrap --variant=minbase --include=ca-certificates "$1" "$base" "$mirror" >"$work/$1/debootstrap.log" 2>&1 ||
      { tail -5 "$work/$1/debootstrap.log" >&2; return 1; }
    touch "$base/.complete"
  fi
  rm -rf "$root"
  cp -a "$base" "$root"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  echo "$root"
}

copy_source () {
  local root=$1
  local version
  version=$(sed -n "1s/.*(\(.*\)-[^-]*).*/\1/p" "$top/debian/changelog")
  mkdir -p "$root/build/smimed" "$root/shared"
  git -C "$top" archive HEAD | tar -x -C "$root/build/smimed"
  git -C "$top" archive --prefix="smimed-$version/" HEAD -- . ':(exclude)debian' | xz -1 >"$root/build/smimed_$version.orig.tar.xz"
  [ ! -d "${SMIMED_CORPORA:-$top/../shared/corpora}" ] || cp -r "${SMIMED_CORPORA:-$top/../shared/corpora}" "$root/shared/corpora"
}

# build RELEASE: the packages, lintian at error and warning level, all tests
build () {
  local root
  root=$(make_root "$1" build)
  copy_source "$root"
  say "$1: building the packages"
  in_root "$root" bash -euc '
    apt-get -q update
    apt-get -q -y install --no-install-recommends build-essential lintian git
    cd /build/smimed
    apt-get -q -y build-dep --no-install-recommends ./
    dpkg-buildpackage -us -uc' >"$work/$1/build.log" 2>&1 || { tail -40 "$work/$1/build.log" >&2; return 1; }
  say "$1: lintian"
  in_root "$root" bash -c 'cd /build && lintian --allow-root --fail-on error,warning --display-level ">=warning" --tag-display-limit 0 *.changes'
  rm -rf "$work/$1/packages"
  mkdir "$work/$1/packages"
  cp "$root"/build/*.deb "$root"/build/*.changes "$work/$1/packages/"
}

run_all_tests () {
  say "$1: all tests"
  in_root "$work/$1/build" bash -euc 'cd /build/smimed; git init -q; SMIMED_FUZZ_SECONDS=0 ./dev test' >"$work/$1/test.log" 2>&1 ||
    { grep -E '^(FAILED|skipped)' "$work/$1/test.log" >&2; tail -1 "$work/$1/test.log" >&2; return 1; }
  tail -1 "$work/$1/test.log"
}

# try_it RELEASE: the packages alone, without recommendations but the keyring, tried by a user of that system
try_it () {
  local root
  root=$(make_root "$1" try)
  mkdir "$root/packages"
  cp "$work/$1"/packages/*.deb "$top/debian/tests/first-session" "$top/data/demo/invitation.eml" "$root/packages/"
  say "$1: installing and trying them"
  in_root "$root" bash -euc '
    apt-get -q update
    apt-get -q -y install --no-install-recommends /packages/*.deb gnome-keyring dbus-daemon openssl python3-gi
    useradd -m user' >"$work/$1/install.log" 2>&1 || { tail -40 "$work/$1/install.log" >&2; return 1; }
  in_root "$root" su user -c 'cd; sh -e /packages/first-session'
  in_root "$root" bash -euc '
    apt-get -q -y install --no-install-recommends gcc libc6-dev pkgconf' >"$work/$1/install-gcc.log" 2>&1
  tar -C "$top" -c debian/tests client-lib/examples data/demo | tar -C "$root/packages" -x
  in_root "$root" su user -c 'cd /packages; AUTOPKGTEST_TMP=$(mktemp -d) sh -e debian/tests/build'
  in_root "$root" bash -euc 'apt-get -q -y remove --purge smimed libsmimed-1-0' >"$work/$1/remove.log" 2>&1
}

releases=("$@")
[ $# != 0 ] || releases=(bookworm trixie)
for release in "${releases[@]}"; do
  build "$release"
  try_it "$release"
  [ "${SMIMED_PACKAGE_TESTS:-yes}" = no ] || run_all_tests "$release"
done
say "packages: $work/{$(IFS=,; echo "${releases[*]}")}/packages"
