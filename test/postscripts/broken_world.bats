#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Without the helper, in a world that is broken before the run: one deadline for everything, and nobody who does not listen
# stops the work.
load world

back_again() {
  table /1 /usr
  printf '%s\n' "setfsoptions /1" >"$S/hang-once"
  bounds 2
  tune && status_is 0 && verdict status=changed changed=2 failed=0 && says "/1: nfs4cl took longer than 2 s; again when all others are done"
}
@test "what answers at the end is tuned" { each_shell back_again; }

slow() {
  table /1 /2 /3 /4 /5 /6
  echo 1 >"$S/slow"
  DEADLINE=5 tune && status_is 1 && verdict status=fail && says "the time is used up" || return 1
  [ "$(wc -l <"$S/calls")" -le 6 ] || { cat "$S/calls"; return 1; }
}
@test "slow commands use up the deadline as well" { each_shell slow; }

clock() { # is set from 1970 to now, and begins anew at midnight
  table /1 /2 /3
  in_front date "n=\$(cat '$S/dates' 2>/dev/null); echo \$((n + 1)) >'$S/dates'
case \$((n / 4 % 3)) in 0) echo '100*3600+100*60+101' ;; 1) echo '119*3600+137*60+111' ;; *) echo '100*3600+100*60+100' ;; esac"
  DEADLINE=80 tune && status_is 0 && verdict status=changed changed=3
}
@test "a clock that is set during the run is no time that has passed" { each_shell clock; }

no_reader() {
  table /1 /2
  "$X/setupnfsv4replication" --sysroot "$R" </dev/null 2>/dev/null | exec 0<&-
  calls "$(pairs 1 3 /1 /2)" && grep -q 'HANFS tool=.* status=changed' "$S/syslog"
}
@test "nobody reads what it says: all is tuned" { each_shell no_reader; }

blocked_reader() { # a terminal in XOFF, or `| more`: more than fits into the pipe
  local paths=() n pid reader try
  for n in 1 2 3 4 5 6 7 8 9; do paths+=("/$(printf '%08000d' "$n")"); done
  table "${paths[@]}"
  mkfifo "$W/pipe"
  # shellcheck disable=SC2217  # it holds the pipe open
  sleep 1000 <"$W/pipe" 3>&- &
  reader=$!
  "$X/setupnfsv4replication" --sysroot "$R" >"$W/pipe" </dev/null 3>&- &
  pid=$!
  for ((try = 0; try < 600; try++)); do ! grep -q 'warning: the helper' "$S/syslog" 2>/dev/null || break; sleep 0.2; done
  calls "$(pairs 1 3 "${paths[@]}")" || { kill -9 $pid $reader; return 1; }
  sleep 1
  kill $pid
  for ((try = 0; try < 300; try++)); do kill -0 $pid 2>/dev/null || break; sleep 0.2; done
  kill $reader
  ! kill -9 $pid 2>/dev/null || { echo "SIGTERM did not end it"; return 1; }
}
@test "a reader that does not read stops nothing, and SIGTERM ends the writing" { each_shell blocked_reader; }

dead_syslogd() {
  table /1 /2
  echo /1 >"$S/fail" && echo /1 >"$S/silent"
  touch "$S/logger-hangs"
  tune && status_is 1 && verdict status=fail changed=1 && calls "$(pairs 1 3 /1 /2)" && [ "$(wc -l <"$S/syslog")" = 1 ] && no_orphans
}
@test "a syslogd that hangs is asked once, when the work is done" { each_shell dead_syslogd; }

long_lines() {
  table
  row sn01 /install /usr nfs4 "vers=4,$(printf '%0100000d' 7)"
  echo /usr >"$S/long"
  local tool
  for tool in sed awk; do # AIX's refuse lines that are too long
    in_front "$tool" "exec perl -e 'while (<STDIN>) { exit 2 if length > 2048; \$all .= \$_ } open(F, \"|-\", @ARGV); print F \$all' /usr/bin/$tool \"\$@\""
  done
  tune && status_is 0 && verdict status=changed changed=1 warnings=1
}
@test "lines that are longer than AIX's sed and awk take" { each_shell long_lines; }

no_sleep() { # nothing can be bounded, so nothing is done, and nothing is said to have taken its time
  ! "${SHELL_LINE%% *}" -c 'PATH=/; sleep 0' 2>/dev/null || return 0  # this shell brings its own
  local tool how
  table /usr && helper "$X/hanfs/setupnfsv4replication" 'exec /usr/bin/sleep 1000'
  printf '#!/bin/sh\nexec /usr/bin/sleep 1000\n' >"$R/usr/sbin/mount"
  mkdir "$W/few" && for tool in awk date grep id ls printf ps; do ln -s "/usr/bin/$tool" "$W/few"; done
  sed -i "s|PATH=/usr/bin:/usr/sbin:/etc|PATH=$W/few|" "$X/setupnfsv4replication"
  for how in none broken; do
    [ $how = none ] || { printf '#!/bin/dash\nexit 1\n' >"$W/few/sleep" && chmod 755 "$W/few/sleep"; }
    tune && status_is 3 && verdict status=fail && says "the self-test of $X/hanfs/setupnfsv4replication is not done, as sleep does not work" || return 1
    says "cannot tell what is mounted: $R/usr/sbin/mount is not done, as sleep" && says_not "took longer" && no_orphans || return 1
  done
}
@test "without a sleep that works: the reason is said" { each_shell no_sleep; }
