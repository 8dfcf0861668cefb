#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Without the helper, beside dead servers: the healthy first, and nobody is asked again and again who does not answer.
load world

dead() { # PATH...: nfs4cl hangs for them
  local path
  for path in "$@"; do printf '%s\n' "setfsoptions $path" "showfs $path" >>"$S/hang"; done
}
of_server() { # SERVER PATH...
  local server=$1 path
  shift
  for path in "$@"; do row "$server" /vol "$path" nfs4; done
}

many_dead_servers() {
  table
  of_server nas1 /1 && of_server nas2 /2 && of_server nas3 /3 && of_server nas4 /4 && of_server sn01 /usr /apps
  dead /1 /2 /3 /4
  DEADLINE=20 tune && status_is 1 && verdict status=fail changed=2 failed=4 && says "/usr: set" && says "/apps: set" && no_orphans
}
@test "dead servers in front of the healthy ones, more than there is time for" { each_shell many_dead_servers; }

many_dead_mounts() {
  table
  of_server nas1 /1 /2 /3 /4 /5 /6 && of_server sn01 /usr && of_server nas1 /7
  dead /1 /2 /3 /4 /5 /6 /7
  bounds 2
  tune && status_is 1 && verdict status=fail changed=1 failed=7 && says "/usr: set" || return 1
  [ "$(asked /1)" = 1 ] && [ "$(asked /2)" = 1 ] && [ "$(asked /3)" = 0 ] && [ "$(asked /7)" = 0 ] || { cat "$S/calls"; return 1; }
  says "/1: not as wanted: not tried, its server nas1 did not answer for another mount" || return 1
  : >"$S/calls"
  tune --check && status_is 1 && verdict failed=7 && says "/usr: as wanted" && [ "$(asked /1)" = 1 ] && [ "$(asked /3)" = 0 ]
}
@test "a dead server is asked once, and once more at the very end, however many mounts it has" { each_shell many_dead_mounts; }

one_dead_mount() {
  table
  of_server sn01 /1 /usr && of_server '' /2 /home
  dead /1 /2
  bounds 2
  tune && status_is 1 && verdict status=fail changed=2 failed=2 && says "/usr: set" && says "/home: set" || return 1
  [ "$(asked /1)" = 2 ] && [ "$(asked /2)" = 2 ] || { cat "$S/calls"; return 1; }
}
@test "the other mounts of a server that hung for one of them, and mounts without a server's name" { each_shell one_dead_mount; }
