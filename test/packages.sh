# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Debian packages that building and testing need, in one place. Sourced by test/demo and test/run.

# To build the programs and the simulator.
# shellcheck disable=SC2034  # used by who sources this
build_packages='cmake ninja-build g++ libboost-dev libboost-filesystem-dev libpcre2-dev libcli11-dev nlohmann-json3-dev libkainjow-mustache-dev libnfs-dev libxxhash-dev nettle-dev doctest-dev'
# To test them: shells of the postscript and its tests; compiler and checkers of version 19, which Debian 12 and 13 both
# have, so that both judge alike; checks of shell, spelling and the manual; ps, which bare Debian lacks; bindfs, a FUSE file
# system that can be stopped; NFS servers, and what user-mode Linux needs (test/uml unpacks its packages below build/);
# what makes packages.
# shellcheck disable=SC2034
test_packages='rpm dpkg-dev file bats jq rsync xxhash shellcheck dash ksh93u+m mksh procps python3 clang-19 libclang-rt-19-dev clang-format-19 clang-tidy-19 cppcheck codespell mandoc pdsh clustershell chromium bindfs nfs-ganesha nfs-ganesha-vfs kmod busybox-static iproute2 util-linux'

# need PACKAGE...: installs those that are missing, with a word about it; touches no network when none is.
need() {
  local package log missing=()
  if ! command -v dpkg-query >/dev/null; then
    printf 'This is not Debian: nothing is installed. Needed are, by their Debian names: %s\n' "$*"
    return 0
  fi
  for package in "$@"; do
    [[ $(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null) == installed ]] || missing+=("$package")
  done
  [[ ${#missing[@]} -gt 0 ]] || return 0
  if [[ $EUID -ne 0 ]]; then
    printf 'Missing packages. As root: apt-get install --no-install-recommends %s\n' "${missing[*]}" >&2
    return 1
  fi
  printf 'Installing with apt-get: %s\n' "${missing[*]}"
  log=$(mktemp -p /tmp hanfs-apt.XXXXXX)  # not in TMPDIR, which the caller may remove
  if { apt-get -q update && DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
      -o DPkg::Lock::Timeout=300 install "${missing[@]}"; } >"$log" 2>&1 </dev/null; then
    rm -f "$log"
    return 0
  fi
  tail -n 20 "$log" >&2
  printf 'apt-get failed, all it said is in %s\n' "$log" >&2
  return 1
}
