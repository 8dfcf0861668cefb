#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Without the helper: hanfs.conf is read with the helper's care, and what only the helper can do is refused.
load world

conf() { # LINE...: hanfs.conf beside the script
  printf '%s\n' "$@" >"$X/hanfs.conf"
}
untouched() { [ ! -s "$S/calls" ] || { echo "touched: $(cat "$S/calls")"; return 1; }; }

single_mounts() {
  table /usr /home
  local line
  for line in "exclude = /home" "exclude=/nowhere" "mount_timeo = /usr=5" "mount-retrans = /usr=5"; do
    conf "# of the site" "" "[setupnfsv4replication]" "$line"
    tune
    status_is 3 && verdict status=refused failed=1 && says "$X/hanfs.conf:4: '" && says "needs the helper" && untouched || return 1
  done
}
@test "settings of single mounts: refused, nothing is touched" { each_shell single_mounts; }

values() {
  table /usr
  conf $'\xEF\xBB\xBFtimeo = 50 # 5 s' "[domain a]" "servers = asn01 asn02" "[setuphanfs]" "timeo = 7" $'[ setupnfsv4replication ]\t# a=b' \
    $'\t retrans="4" \r' "; end"
  tune && status_is 0 && verdict status=changed warnings=1 && calls "$(pairs 50 4 /usr)" && : >"$S/calls" || return 1
  HANFS_TIMEO=7 tune retrans=9 && calls "$(pairs 7 9 /usr)" || return 1
  mkdir "$X/hanfs" && echo "timeo = 8" >"$X/hanfs/hanfs.conf" && printf 'timeo = 9' >"$W/mine.conf" && : >"$S/calls"
  tune && calls "$(pairs 8 3 /usr)" && : >"$S/calls" || return 1
  tune --config "$W/mine.conf" && calls "$(pairs 9 3 /usr)" && : >"$S/calls" || return 1
  rm -r "$X/hanfs" "$X/hanfs.conf" && mkdir "$R/etc" && echo "timeo = 6" >"$R/etc/hanfs.conf"
  tune && calls "$(pairs 6 3 /usr)"
}
@test "timeo and retrans: command line, environment, file, default; and which file" { each_shell values; }

mistakes() {
  table /usr
  local line
  for line in "timeo = 0" "timeo = 6001" "timeo = 05" "timeo =" "timeo" "timo = 5" "[other]" "[domain" "= 5" "timeo = 3 4" \
    "timeo = 3#4" "timeo = # 3" "retrans = 4" "jobs = 0" "jobs = 257" "command_deadline = 0" "command-deadline = 86401" \
    $'\xEF\xBB\xBFtimeo = 5' "deadline = x"; do
    conf "retrans = 4" "$line"
    tune
    status_is 2 && verdict status=refused && says "$X/hanfs.conf:2: " && untouched || { echo "line: $line"; return 1; }
  done
  rm "$X/hanfs.conf"
  tune --config "$W/nowhere"
  status_is 2 && says "no such regular file" && untouched || return 1
  for line in hanfs.conf hanfs/hanfs.conf; do # also one that nobody named, and reading a FIFO would wait for ever
    mkdir -p "$X/hanfs" && mkfifo "$X/$line"
    tune
    status_is 2 && says "$X/$line: no such regular file" && untouched || return 1
    rm "$X/$line" && mkdir "$X/$line"
    tune
    status_is 2 && says "$X/$line: no such regular file" && untouched || return 1
    rmdir "$X/$line"
  done
}
words_as_the_helper() {
  table /usr
  local words
  for words in "timeo=1 timeo=5" "retrans=3 retrans=3" "dgd=off dgd=off" jobs=0 jobs=257 command_deadline=0; do
    # shellcheck disable=SC2086  # words
    tune $words
    status_is 2 && verdict status=refused && untouched || { echo "words: $words"; return 1; }
  done
  tune timeo=1 persist=true && status_is 0 && verdict status=changed gateways=notset && says "not done: persist" || return 1
  for words in "dgd=off gateways=none" "gateways=none dgd=off" "persist=no hosts_first=0" "gateways=auto gateways=none"; do
    # shellcheck disable=SC2086  # words
    tune $words
    status_is 0 && says_not "sets no gateways" && says_not gateways=notset || { echo "words: $words"; return 1; }
  done
  tune gateways=203.0.113.14 gateways=203.0.113.15 dgd=passive && status_is 0 && says "not done: gateways dgd"
}
@test "words mean what they mean to the helper" { each_shell words_as_the_helper; }

@test "a line that cannot be read: status 2, nothing is touched" { each_shell mistakes; }

writable() {
  table /usr
  conf "timeo = 5" && chmod 666 "$X/hanfs.conf"
  tune
  status_is 2 && says "$X/hanfs.conf is writable by group or others (chmod go-w" && untouched || return 1
  chmod 644 "$X/hanfs.conf" && chmod 777 "$X"
  tune
  status_is 2 && says "$X/ is writable" && untouched
}
@test "a file that others may write is refused" { each_shell writable; }

not_done() {
  table /usr
  conf "gateways = auto" "dgd_ping_time = 2" "jobs = 4" "persist = false" "deadline = 30"
  tune && status_is 0 && verdict status=changed gateways=notset warnings=2 && says "sets no gateways" || return 1
  conf "gateways = none" "hosts_first = no"
  tune && verdict warnings=1 && says_not "sets no gateways" || return 1
  conf "gateways = auto"
  tune gateways=none && verdict warnings=1
}
@test "what is not done for the file is said" { each_shell not_done; }

file_deadline() {
  table /1 /2 /3 /4 /5 /6
  echo 1 >"$S/slow"
  conf "deadline = 3"
  run "$X/setupnfsv4replication" --sysroot "$R" </dev/null
  status_is 1 && verdict status=fail || return 1
  [ "$(wc -l <"$S/calls")" -le 4 ] || { cat "$S/calls"; return 1; }
}
@test "the deadline of the file" { each_shell file_deadline; }
