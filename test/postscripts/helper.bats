#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The script finds the helper, proves it and becomes it; or says why not.
load world

HELPER=hanfs/setupnfsv4replication

called_with() { # EXPECTED
  [ "$(cat "$S/helper" 2>/dev/null)" = "$1" ] || { echo "helper got $(cat "$S/helper"), not $1: $output"; return 1; }
}

beside() {
  helper "$X/$HELPER"
  helper "$R/opt/$HELPER"
  tune timeo=1 --retrans 3 && status_is 0 &&
    called_with "<--sysroot><$R><--deadline><20><timeo=1><--retrans><3>" && [ ! -s "$S/stdin" ] && [ "${#lines[@]}" = 1 ]
}
@test "the helper beside the script comes first and gets the same words" { each_shell beside; }

bytes() {
  helper "$X/$HELPER"
  local odd=("a  b" '' "it's" '"q"' '$(touch gone)' '`id`' '*' '\n\\' '-n' $'new\nline' $'\303\244\377' "$(printf %1000s x)")
  run "$X/setupnfsv4replication" "${odd[@]}"
  called_with "$(printf '<%s>' "${odd[@]}")"
}
@test "arguments arrive byte for byte" { each_shell bytes; }

installed() {
  helper "$R/opt/hanfs/bin/setupnfsv4replication"
  tune && status_is 0 && says "by=$R/opt/hanfs/bin"
}
@test "installed helper when none lies beside" { each_shell installed; }

broken_then_installed() {
  helper "$X/$HELPER" 'echo "dlopen: cannot load libstdc++.a" >&2; exit 127'
  helper "$R/opt/hanfs/bin/setupnfsv4replication"
  tune && says "ended with status 127: dlopen: cannot load libstdc++.a; using $R/opt" && says "by=$R/opt"
}
@test "a broken helper beside the script, a good one installed" { each_shell broken_then_installed; }

missing() {
  table /usr
  tune && status_is 0 && says "the helper is missing" && verdict status=changed changed=1 failed=0 warnings=1 node=cn017
}
@test "no helper" { each_shell missing; }

not_executable() {
  helper "$X/$HELPER" && chmod 644 "$X/$HELPER"
  table /usr
  tune && says "not executable" && verdict status=changed && [ ! -f "$S/helper" ]
}
@test "helper without execute bit" { each_shell not_executable; }

rubbish() {
  mkdir -p "$X/hanfs" && : >"$X/$HELPER" && chmod 755 "$X/$HELPER"
  table /usr
  tune && says "is empty" && verdict status=changed || return 1
  head -c 300 /usr/bin/ls >"$X/$HELPER"
  tune && says "self-test" && verdict status=changed
}
@test "empty and truncated helper" { each_shell rubbish; }

failing() {
  helper "$X/$HELPER" 'echo fine; echo "throw/catch broken" >&2; exit 6'
  table /usr
  tune && says "ended with status 6: throw/catch broken" && verdict status=changed warnings=1 && [ ! -f "$S/helper" ]
}
@test "self-test fails" { each_shell failing; }

killed() {
  helper "$X/$HELPER" 'kill -SEGV $$'
  table /usr
  tune && says "self-test" && verdict status=changed
}
@test "self-test dies of a signal" { each_shell killed; }

hanging() {
  helper "$X/$HELPER" 'trap "" TERM; sleep 1000 & sleep 1000'
  table /usr
  SECONDS=0
  DEADLINE=4 tune && says "took longer than 2 s" && [ $SECONDS -lt 60 ] && no_orphans && verdict
}
@test "self-test hangs: bounded, nothing is left running" { each_shell hanging; }

config() {
  helper "$X/$HELPER"
  : >"$X/hanfs.conf"
  run "$X/setupnfsv4replication" timeo=2
  called_with "<--config><$X/hanfs.conf><timeo=2>" && rm "$S/helper" || return 1
  : >"$X/hanfs/hanfs.conf"
  run "$X/setupnfsv4replication"
  called_with "<--config><$X/hanfs/hanfs.conf>" && rm "$S/helper" || return 1
  local given
  for given in "--config /x" --config=/x config=/x; do
    # shellcheck disable=SC2086
    run "$X/setupnfsv4replication" $given
    called_with "<${given/ /><}>" && rm "$S/helper" || return 1
  done
}
@test "--config is added when the caller gave none" { each_shell config; }

untrusted() {
  table /usr
  local how
  for how in file folder link owner; do
    [ "$how" != owner ] || [ "$(id -u)" = 0 ] || continue  # only root can give files away
    rm -rf "$X/hanfs" "$W/elsewhere"
    helper "$X/$HELPER"
    case $how in
      file) chmod 775 "$X/$HELPER" ;;
      folder) chmod 757 "$X/hanfs" ;;
      link) mkdir "$W/elsewhere" && mv "$X/$HELPER" "$W/elsewhere/it" && ln -s ../../elsewhere/it "$X/$HELPER" && chmod 777 "$W/elsewhere" ;;
      owner) chown nobody "$X/$HELPER" ;;
    esac
    rm -f "$S"/fs.*
    tune && status_is 0 && verdict status=changed warnings=1 && says "not started: " && [ ! -f "$S/helper" ] || { echo "$how"; return 1; }
    case $how in owner) says "must be root (chown root $X/$HELPER)" ;; *) says "writable by group or others (chmod go-w " ;; esac || return 1
  done
  rm -rf "$X/hanfs"
  helper "$R/opt/hanfs/bin/setupnfsv4replication" && chmod 777 "$R/opt/hanfs/bin"
  tune && says "not started: $R/opt/hanfs/bin/ is writable" && [ ! -f "$S/helper" ]
}
@test "a helper that others may write, or whose folder they may, is not started" { each_shell untrusted; }

trusted_link() {
  helper "$W/good/it" && mkdir "$X/hanfs" && ln -s "$W/good/it" "$X/$HELPER"
  tune && says "by=$W/good/it"
}
@test "a link to a helper that only root may write is followed" { each_shell trusted_link; }

closed_pipe() {
  helper "$X/$HELPER" 'exit 6'
  helper "$R/opt/hanfs/bin/setupnfsv4replication"
  "$X/setupnfsv4replication" --sysroot "$R" </dev/null 2>&1 | exec 0<&-
  [ -s "$S/helper" ]
}
@test "nobody reads the warning about a broken helper: the installed one is started all the same" { each_shell closed_pipe; }

status_through() {
  helper "$X/$HELPER"
  echo 'exit 75' >>"$X/$HELPER"
  tune && status_is 75
}
@test "the helper's exit status is the script's" { each_shell status_through; }

signal_through() {
  helper "$X/$HELPER"
  echo 'exec sleep 30' >>"$X/$HELPER"
  "$X/setupnfsv4replication" </dev/null >/dev/null 2>&1 3>&- &
  local pid=$! _
  for _ in 1 2 3 4 5 6 7 8 9 10; do [ -f "$S/helper-pid" ] || sleep 0.1; done
  [ "$(cat "$S/helper-pid")" = "$pid" ] || { kill "$pid"; echo "not the same process"; return 1; }
  kill "$pid"
  run wait "$pid"
  ! kill -0 "$pid" 2>/dev/null || sleep 0.2
}
@test "the script becomes the helper: same process" { each_shell signal_through; }
