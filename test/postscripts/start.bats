#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# All the ways in which the script is started.
load world

HELPER=hanfs/setupnfsv4replication
found() { [ -f "$S/helper" ] && rm "$S/helper" || { echo "helper not found: $output"; return 1; }; }

paths() {
  local dir="$W/a folder; with \$(odd) 'name'" elsewhere=$W/else/where
  mkdir -p "$dir" "$elsewhere"
  install_script "$dir/setupnfsv4replication"
  helper "$dir/$HELPER"
  cd "$dir" || return
  run ./setupnfsv4replication && found || return 1
  run ${SHELL_LINE} setupnfsv4replication && found || return 1
  PATH=$dir:/usr/bin run setupnfsv4replication && found || return 1
  cd "$elsewhere" || return
  run "../../${dir##*/}/setupnfsv4replication" && found || return 1
  run "$dir/setupnfsv4replication" && found || return 1
  PATH=/nowhere:$dir:/usr/bin run setupnfsv4replication && found || return 1
  cd "$dir" && mv "$dir" "$W/-n" && cd "$W" || return  # a folder that looks like an option
  run ./-n/setupnfsv4replication && found
}
@test "absolute, relative, no slash, PATH, blanks and quotes in the folder" { each_shell paths; }

links() {
  helper "$X/$HELPER"
  mkdir -p "$W/links/deep"
  ln -s "$X/setupnfsv4replication" "$W/links/absolute"
  ln -s ../../xcatpost/setupnfsv4replication "$W/links/deep/relative"
  ln -s deep/relative "$W/links/two hops"
  ln -s xcatpost "$W/linked"
  local name
  for name in links/absolute links/deep/relative "links/two hops" linked/setupnfsv4replication; do
    run "$W/$name" && found || return 1
  done
  cd "$W/links" && run ./absolute && found
}
@test "by symbolic links" { each_shell links; }

# The function that xCAT generates (xcataixpost 327-345), and its way to run it: backticks, 2>&1, cwd, tee.
generated() { # HOW: what run_ps does with its words
  cat >"$X/myxcatpost_cn017" <<EOF
NODE='cn017'; export NODE
ROOTPW='tops3cret'; export ROOTPW
HANFS_TIMEO=''; export HANFS_TIMEO
PATH="\`dirname \$0\`:\$PATH"
PATH=$X:\$PATH
run_ps () {
 mkdir -p '$W/log'
 if [ -f \$1 ]; then
  echo "Running postscript: \$@"
  $1 2>&1 | tee -a '$W/log/xcat.log'
 else
  echo "Postscript \$1 does NOT exist."
 fi
 return 0
}
run_ps setupnfsv4replication --sysroot $R timeo=1 retrans=4
echo next postscript
EOF
  run env -i PATH=/usr/bin $SHELL_LINE -c "cd '$X'; $SHELL_LINE '$X/myxcatpost_cn017' 2>&1" <&-
}

as_xcat() {
  table /usr
  local how
  for how in './$@' '. ./$@'; do
    : >"$S/calls"
    generated "$how"
    status_is 0 && says "next postscript" && says_not tops3cret || return 1
    unset 'lines[${#lines[@]}-1]'
    verdict status=changed changed=1 node=cn017 && calls '<setfsoptions></usr><timeo=1>
<setfsoptions></usr><retrans=4>' || return 1
    [ "$(tail -n 1 "$W/log/xcat.log")" = "${lines[${#lines[@]}-1]}" ] || return 1
  done
  helper "$X/$HELPER"
  for how in './$@' '. ./$@'; do
    generated "$how"
    says "by=$X" && says "next postscript" && [ "$(cat "$S/helper")" = "<--sysroot><$R><timeo=1><retrans=4>" ] && found || return 1
  done
}
@test "by xCAT's run_ps: executed or sourced, with and without the helper" { each_shell as_xcat; }

planted() {
  table /usr
  mkdir "$W/tmp" && chmod 777 "$W/tmp"
  printf '#!/bin/sh\nHANFS_VERSION=1\ntouch "%s"\n' "$W/evil" >"$W/tmp/setupnfsv4replication"
  printf '. "%s/setupnfsv4replication" --sysroot "%s"\n' "$X" "$R" >"$W/tmp/install.sh"
  helper "$W/tmp/$HELPER"
  chmod 755 "$W"/tmp/*
  run env -i PATH=/usr/bin $SHELL_LINE "$W/tmp/install.sh" --sysroot "$R" </dev/null
  [ ! -e "$W/evil" ] && [ ! -e "$S/helper" ] && verdict status=changed || return 1
  # Read from stdin the script has no file: one with the shell's name in the present folder is not its.
  local shell=${SHELL_LINE%% *}
  shell=${shell##*/}
  printf '#!/bin/sh\nHANFS_VERSION=1\n' >"$W/tmp/$shell" && chmod 755 "$W/tmp/$shell"
  run env -i PATH=/usr/bin sh -c "cd '$W/tmp' && $shell -s -- --sysroot '$R' <'$X/setupnfsv4replication'"
  [ ! -e "$W/evil" ] && [ ! -e "$S/helper" ] && verdict
}
@test "what lies beside the caller of a sourced script, or in the present folder, is not started" { each_shell planted; }

as_init() {
  table /usr
  cd /
  run env -i "$X/setupnfsv4replication" --sysroot "$R" <&-
  status_is 0 && verdict status=changed changed=1 || return 1
  helper "$X/$HELPER"
  run env -i "$X/setupnfsv4replication" <&-
  found
}
@test "by init: no stdin, no HOME, no PATH" { each_shell as_init; }

no_children_signal() { # an ancestor that ignores SIGCHLD hands that down
  table /usr
  echo "setfsoptions /usr" >"$S/hang"
  SECONDS=0
  run perl -e '$SIG{CHLD} = "IGNORE"; $SIG{PIPE} = "IGNORE"; exec @ARGV' "$X/setupnfsv4replication" --sysroot "$R" --deadline 1 </dev/null
  verdict && [ $SECONDS -lt 60 ] || return 1
  rm "$S/hang"
  run perl -e '$SIG{CHLD} = "IGNORE"; $SIG{PIPE} = "IGNORE"; exec @ARGV' "$X/setupnfsv4replication" --sysroot "$R" </dev/null
  verdict status=changed
}
@test "started with SIGCHLD and SIGPIPE ignored" { each_shell no_children_signal; }

from_stdin() {
  table /usr
  run sh -c "cd '$W' && $SHELL_LINE -s -- --sysroot '$R' <'$X/setupnfsv4replication'"
  verdict status=changed
}
@test "read from stdin (ssh node sh -s)" { each_shell from_stdin; }

program_in_path() {  # it has the script's name, and is nothing for sh
  table /usr
  mkdir -p "$W/opt" && printf '\177ELF\002\001)(\000' >"$W/opt/setupnfsv4replication" && chmod 755 "$W/opt/setupnfsv4replication"
  run env PATH="$W/opt:/usr/bin:/bin" sh -c "cd '$W' && $SHELL_LINE -s -- --sysroot '$R' <'$X/setupnfsv4replication'"
  verdict status=changed || return 1
  run env PATH="$W/opt:/usr/bin:/bin" $SHELL_LINE -c ". '$X/setupnfsv4replication' --sysroot '$R'" --sysroot "$R"
  verdict
}
@test "read from stdin, or sourced, where PATH has the program of the same name" { each_shell program_in_path; }

stopped() { # SIGNAL [GROUP]: sent by the first nfs4cl, to the script or to all of its process group
  table /one /two
  cat >"$R/usr/sbin/nfs4cl" <<EOF
#!/bin/bash
echo "\$@" >>'$S/calls'
kill -$1 -- ${2:+-}\$(cat '$S/pid')
EOF
  # shellcheck disable=SC2016
  setsid sh -c 'echo $$ >"$1"; shift; exec "$@"' - "$S/pid" "$X/setupnfsv4replication" --sysroot "$R" >"$S/out" </dev/null 3>&- &
  status=0
  wait $! || status=$?
  output=$(cat "$S/out") && mapfile -t lines <"$S/out"
  status_is 1 && verdict status=fail && says "stopped by a signal" && says "/two: not reached"
}
terminated() { stopped TERM && stopped TERM group && says_not "/one: not as wanted: nfs4cl"; }
@test "SIGTERM ends between two steps with a verdict" { each_shell terminated; }
hung_up() { stopped HUP && stopped HUP group; }
@test "a lost terminal ends it like SIGTERM, also when all of its processes hear of it" { each_shell hung_up; }

no_program_first() {  # what would be started before the traps are set is time in which a signal ends it without a verdict
  helper "$X/$HELPER"
  # shellcheck disable=SC2086  # the shell and its options
  run env -i PATH="$W/none" $SHELL_LINE "$X/setupnfsv4replication" </dev/null
  found
}
@test "it knows itself without another program" { each_shell no_program_first; }
