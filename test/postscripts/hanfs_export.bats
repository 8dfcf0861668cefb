#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The prescript of the service node, as mkdsklsnode starts it, under every shell. The helper is a fake that writes down
# how it was called and ends as $S/rc says.
load world

SCRIPT=$SOURCE/postscripts/hanfs_export
MAIN=hanfs/setuphanfs

prescript() { # [WORD...]: its status and output
  MARKER=$W run "$X/hanfs_export" "$@" </dev/null 3>&-  # bats would wait for the alarm
}

world() { # the prescript beside a good helper; what would be installed in /opt is looked for below $R
  INSTALLED=$R/opt/hanfs/bin/setuphanfs
  install_script "$X/hanfs_export.as-shipped"
  sed "s|/opt/hanfs/bin|$R/opt/hanfs/bin|g" "$X/hanfs_export.as-shipped" >"$X/hanfs_export" && chmod 755 "$X/hanfs_export"
  good "$X/$MAIN"
  unset NODES ACTION
  export NODES=cn017,cn018 ACTION=diskless
}

good() { # FILE [SHELL TEXT for --self-test]
  mkdir -p "${1%/*}"
  cat >"$1" <<EOF
#!/bin/sh
if [ "\$1" = --self-test ]; then ${2-exit 0}; fi
{ printf '<%s>' "\$@"; echo; } >>'$S/helper'
cat >'$S/stdin'
echo "HANFS tool=setuphanfs by=$1"
[ ! -f '$S/rc' ] || exit "\$(cat '$S/rc')"
EOF
  chmod 755 "$1"
}

called_with() { # EXPECTED behind --members-only, or nothing for: not called
  local got
  [ -z "${1-}" ] || set -- "<--members-only>${1#<>}"
  got=$(cat "$S/helper" 2>/dev/null || true)
  rm -f "$S/helper"
  [ "$got" = "${1-}" ] || { echo "helper got '$got', not '${1-}': $output"; return 1; }
}

does_its_work() {
  world
  prescript && status_is 0 && called_with '<>' && says "by=$X/$MAIN" && [ ! -s "$S/stdin" ] || return 1
  prescript --sysroot "/a b" '*' && status_is 0 && called_with '<--sysroot></a b><*>' || return 1
  unset NODES ACTION # by hand
  prescript && status_is 0 && called_with '<>'
}
@test "starts the helper beside it with the same words" { each_shell does_its_work; }

actions() {
  world
  local action
  for action in standalone netboot Diskless diskless2 'disk less' ''; do
    ACTION=$action prescript
    status_is 0 && called_with && says "hanfs_export: ACTION is $action, not diskless: nothing to do" || return 1
  done
}
@test "another ACTION is none of its business" { each_shell actions; }

nodes() {
  world
  local names
  for names in '' ' ' ',' ' , ,'; do
    NODES=$names prescript
    status_is 0 && called_with && says 'no nodes: nothing to do' || return 1
  done
  for names in cn017 ',cn017' '*' '-n' "cn017,\$(touch gone)" "cn017
cn018"; do
    NODES=$names prescript
    status_is 0 && called_with '<>' || { echo "NODES: $names"; return 1; }
  done
  [ ! -e gone ]
}
@test "no NODES, no work" { each_shell nodes; }

settings() {
  world
  mkdir -p "$X/hanfs"
  : >"$X/hanfs.conf"
  prescript && called_with "<--config><$X/hanfs.conf>" || return 1
  : >"$X/hanfs/hanfs.conf" # beside the helper it comes first
  prescript && called_with "<--config><$X/hanfs/hanfs.conf>" || return 1
  prescript --dry-run && called_with "<--config><$X/hanfs/hanfs.conf><--dry-run>" || return 1
  rm "$X/hanfs/hanfs.conf" && mkdir "$X/hanfs/hanfs.conf" # not a file
  prescript && called_with "<--config><$X/hanfs.conf>" || return 1
  rm "$X/hanfs.conf" # none: the helper looks for /etc/hanfs.conf itself
  prescript && called_with '<>'
}
@test "settings: hanfs/hanfs.conf, then hanfs.conf beside it, then what the helper finds" { each_shell settings; }

odd_folder() {
  world
  local dir="$W/pre scripts; \$(touch gone) 'x'"
  mv "$X" "$dir" && X=$dir
  : >"$X/hanfs.conf"
  prescript && status_is 0 && called_with "<--config><$X/hanfs.conf>" || return 1
  cd "$X" && [ ! -e gone ] || return 1
  run ./hanfs_export </dev/null
  status_is 0 && called_with '<--config><./hanfs.conf>' || return 1
  run ${SHELL_LINE} hanfs_export </dev/null
  status_is 0 && called_with '<--config><./hanfs.conf>' || return 1
  PATH=$X:/usr/bin run hanfs_export </dev/null
  status_is 0 && called_with "<--config><$X/hanfs.conf>"
}
@test "absolute, relative, no slash, PATH, blanks and quotes in the folder" { each_shell odd_folder; }

statuses() {
  world
  local rc
  for rc in 1 2 3 75 127 139; do
    echo "$rc" >"$S/rc"
    prescript
    # Not more than 1: then mkdsklsnode would leave out the prescripts of others.
    status_is 1 && called_with '<>' && says "hanfs_export: $X/$MAIN ended with status $rc; by hand: $X/$MAIN --members-only --dry-run" || return 1
    says "HANFS tool=setuphanfs by=" || return 1
  done
  : >"$X/hanfs.conf"
  prescript --replica 203.0.113.15
  status_is 1 && says "by hand: $X/$MAIN --members-only --config $X/hanfs.conf --replica 203.0.113.15 --dry-run" || return 1
  rm "$S/helper" "$X/hanfs.conf"
  echo 0 >"$S/rc"
  prescript
  status_is 0 && called_with '<>' && says_not 'ended with'
}
@test "0 stays 0, all other statuses become 1" { each_shell statuses; }

killed() {
  world
  printf '#!/bin/sh\n[ "$1" = --self-test ] || kill -9 $$\n' >"$X/$MAIN"
  prescript
  status_is 1 && says 'ended with status' # 137, or 265 in ksh93
}
@test "a helper that is killed" { each_shell killed; }

no_helper() {
  world
  local how
  for how in missing empty not-executable a-folder not-a-program; do
    rm -rf "${X:?}/$MAIN"
    case $how in
      empty) : >"$X/$MAIN" && chmod 755 "$X/$MAIN" ;;
      not-executable) good "$X/$MAIN" && chmod 644 "$X/$MAIN" ;;
      a-folder) mkdir "$X/$MAIN" ;;
      not-a-program) head -c 300 /usr/bin/ls >"$X/$MAIN" && chmod 755 "$X/$MAIN" ;;
    esac
    prescript
    status_is 1 && called_with && says "hanfs_export: no working setuphanfs beside this script ($X/hanfs) or in $R/opt/hanfs/bin: /install is NOT set up for failover" ||
      { echo "helper: $how"; return 1; }
  done
}
@test "no helper: it says that nothing is set up" { each_shell no_helper; }

self_test() {
  world
  local how
  for how in 'exit 1' 'exit 127' 'kill -11 $$' 'echo "cannot load libstdc++.a" >&2; exit 127'; do
    good "$X/$MAIN" "$how"
    prescript
    status_is 1 && called_with && says "the self-test of $X/$MAIN failed" && says 'NOT set up' && says_not 'libstdc' || return 1
  done
}
@test "a helper that fails its self-test is not used" { each_shell self_test; }

installed() {
  world
  good "$INSTALLED"
  prescript && called_with '<>' && says "by=$X/$MAIN" || return 1 # the one beside it comes first
  good "$X/$MAIN" 'exit 127'
  prescript && status_is 0 && called_with '<>' && says "the self-test of $X/$MAIN failed" && says "by=$INSTALLED" || return 1
  rm "$X/$MAIN"
  prescript && status_is 0 && called_with '<>' && says "by=$INSTALLED" && says_not 'self-test'
}
@test "the installed helper where none beside it works" { each_shell installed; }

secrets() {
  world
  export ROOTPW=tops3cret
  prescript && says_not tops3cret || return 1
  echo 1 >"$S/rc"
  prescript && says_not tops3cret
}
@test "prints nothing of the environment" { each_shell secrets; }

no_stdin() {
  world
  run env -i NODES=cn017 ACTION=diskless "$X/hanfs_export" <&-
  status_is 0 && called_with '<>'
}
@test "by a daemon: no stdin, no HOME, no PATH" { each_shell no_stdin; }

syntax() { "${SHELL_LINE%% *}" -n "$SCRIPT"; }
@test "every shell reads it" { each_shell syntax; }

untrusted() {
  world
  local place
  for place in "$X/$MAIN" "$X/hanfs"; do
    chmod o+w "$place"
    prescript
    status_is 1 && called_with && says "$X/$MAIN is not started, as others may change it" || return 1
    chmod o-w "$place"
  done
  if [ "$(id -u)" = 0 ]; then
    chown 4711 "$X/$MAIN"
    prescript
    status_is 1 && called_with || return 1
    chown 0 "$X/$MAIN"
  fi
  good "$INSTALLED" && chmod o+w "$X/$MAIN"  # the healthy one does it
  prescript && status_is 0 && says "by=$INSTALLED"
}
@test "starts no helper that others may change" { each_shell untrusted; }

hung_self_test() {
  world
  good "$X/$MAIN" 'exec sleep 60'
  local began=$SECONDS
  prescript
  status_is 1 && says "the self-test of $X/$MAIN failed" && [ $((SECONDS - began)) -lt 25 ]
}
@test "a self-test that hangs is ended after 10 s" { hung_self_test; }
