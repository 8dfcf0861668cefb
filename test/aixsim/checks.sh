# shellcheck shell=bash disable=SC2154
# SPDX-License-Identifier: Apache-2.0
# What both tests of the simulator count with; the caller sets work, a folder.
checks=0
failures=0

same() { # NAME EXPECTED ACTUAL
  checks=$((checks + 1))
  [[ $2 == "$3" ]] && return
  failures=$((failures + 1))
  printf 'FAIL %s\n  expected |%s|\n  got      |%s|\n' "$1" "$2" "$3"
}
ok() { # NAME COMMAND...
  local name=$1
  shift
  checks=$((checks + 1))
  "$@" >"$work/out" 2>&1 && return
  failures=$((failures + 1))
  printf 'FAIL %s: status %s: %s\n' "$name" "$?" "$(head -c 300 "$work/out")"
}
status() { # NAME EXPECTED-STATUS COMMAND...
  local name=$1 want=$2
  shift 2
  { "$@"; } >"$work/out" 2>"$work/err"  # the shell's own "Killed" goes there too
  same "$name" "$want" "$?"
}
has() { # NAME REGEX TEXT
  checks=$((checks + 1))
  [[ $3 =~ $2 ]] && return
  failures=$((failures + 1))
  printf 'FAIL %s: no match for %s in |%s|\n' "$1" "$2" "$3"
}
lacks() {
  checks=$((checks + 1))
  [[ ! $3 =~ $2 ]] && return
  failures=$((failures + 1))
  printf 'FAIL %s: unwanted match for %s in |%s|\n' "$1" "$2" "$3"
}
