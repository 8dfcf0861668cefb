#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The NIM script resource: one file made out of the postscript.
load world

make_nim() { "$SOURCE/packaging/nim/make-nim-script" --output "$W/made" "$@" && SCRIPT=$W/made install_script "$W/hanfs_nim_script"; }
nim() { run env -i "$W/hanfs_nim_script" --sysroot "$R" "$@" </dev/null; }

alone() {
  make_nim && rm -r "$X" && table /usr
  nim && status_is 0 && verdict status=changed changed=1 version=1.0.0 && calls '<setfsoptions></usr><timeo=1>
<setfsoptions></usr><retrans=3>'
}
@test "alone: tunes in plain sh" { each_shell alone; }

baked() {
  make_nim --timeo 10 --retrans 4 && table /usr
  nim && calls '<setfsoptions></usr><timeo=10>
<setfsoptions></usr><retrans=4>' || return 1
  : >"$S/calls"
  nim timeo=2 && calls '<setfsoptions></usr><timeo=2>
<setfsoptions></usr><retrans=4>' || return 1
  helper "$W/hanfs/setupnfsv4replication"
  echo "echo \"\$HANFS_TIMEO/\$HANFS_RETRANS\"" >>"$W/hanfs/setupnfsv4replication"
  nim && says 10/4
}
@test "values given to make-nim-script are the defaults, for the helper too" { each_shell baked; }

with_helper() {
  make_nim
  helper "$R/opt/hanfs/bin/setupnfsv4replication"
  nim && says "by=$R/opt/hanfs/bin" || return 1
  helper "$W/hanfs/setupnfsv4replication"
  nim && says "by=$W/hanfs"
}
@test "becomes the helper: beside, installed" { each_shell with_helper; }

# The script with a helper inside, by this shell; its own copy is started by its first line.
nim_inside() { # FILE [ARGUMENT...]
  local script=$1 && shift
  # shellcheck disable=SC2086  # options of the shell
  run env -i TMPDIR="$W/tmp" "$(type -P "$SHELL_NAME")" ${shell_options-} "$script" --sysroot "$R" "$@" </dev/null
}

inside() {
  rm -r "$X" && mkdir "$W/tmp" "$W/nim" && table /usr
  helper "$W/inside" "exit \$(cat '$S/self-test')" && head -c 70000 /dev/urandom >>"$W/inside" && echo 0 >"$S/self-test"
  sed -i 's/^echo "HANFS/exec <\&- \&\& &/; /^exec <&-/a exit 7' "$W/inside"
  "$SOURCE/packaging/nim/make-nim-script" --helper "$W/inside" --licenses "$SOURCE/LICENSE" --timeo 4 --output "$W/nim/made" || return 1
  grep -q "Apache License" "$W/nim/made" && chmod 555 "$W/nim/made" "$W/nim" || return 1
  nim_inside "$W/nim/made" timeo=2 "two words"
  status_is 7 && says "by=$W/inside" && [ "$(tail -n 1 "$S/helper")" = "<--sysroot><$R><timeo=2><two words>" ] || return 1
  [ -z "$(ls "$W/tmp")" ] || return 1
  shell_options=-e nim_inside "$W/nim/made" && status_is 7 && [ -z "$(ls "$W/tmp")" ] || return 1

  : >"$S/calls" && head -c -1 "$W/nim/made" >"$W/nim/cut" && chmod 755 "$W/nim/cut"  # what is not what was put in is not started
  nim_inside "$W/nim/cut" && status_is 0 && verdict status=changed fallback=sh && says "could not be unpacked" || return 1
  calls '<setfsoptions></usr><timeo=4>
<setfsoptions></usr><retrans=3>' && [ -z "$(ls "$W/tmp")" ] || return 1

  : >"$S/calls" && echo 1 >"$S/self-test" && nim_inside "$W/nim/made" --check  # built for another AIX
  status_is 0 && verdict status=ok fallback=sh && says "the self-test of $W/tmp/hanfs." && [ -z "$(ls "$W/tmp")" ]
}
@test "the helper inside: unpacked, checked, gone at the end; plain sh where it does not start" { each_shell inside; }

@test "make-nim-script refuses rubbish and leaves no half file" {
  local make=$SOURCE/packaging/nim/make-nim-script given
  cd "$BATS_TEST_TMPDIR"
  for given in --timeo=1 --timeo '--timeo 0' '--timeo 6001' '--retrans 1001' '--output .' '--output new/' '--retrans 1;id' '--nonsense x' \
    '--helper' '--helper /nonexistent' '--helper /dev/null' '--helper /bin/sh' '--helper /bin/sh --licenses /nonexistent'; do
    # shellcheck disable=SC2086
    run "$make" $given
    [ "$status" -eq 2 ]
  done
  run "$make" --output /nonexistent/file
  [ "$status" -eq 1 ]
  [ -z "$(ls)" ]
  run "$make"
  [ "$status" -eq 0 ] && [ -x hanfs_nim_script ]
}
