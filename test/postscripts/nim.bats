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

@test "make-nim-script refuses rubbish and leaves no half file" {
  local make=$SOURCE/packaging/nim/make-nim-script given
  cd "$BATS_TEST_TMPDIR"
  for given in --timeo=1 --timeo '--timeo 0' '--timeo 6001' '--retrans 1001' '--output .' '--output new/' '--retrans 1;id' '--nonsense x'; do
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
