#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# The NIM script resource: one file made out of the postscript.
load world

make_nim() { "$SOURCE/packaging/nim/make-nim-script" --helper none --output "$W/made" "$@" && SCRIPT=$W/made install_script "$W/hanfs_nim_script"; }
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

# The script with a helper inside, by this shell.
nim_inside() { # FILE [ARGUMENT...]
  local script=$1 && shift
  # shellcheck disable=SC2086  # options of the shell
  run env -i TMPDIR="${own-$W/tmp}" "$(type -P "$SHELL_NAME")" ${shell_options-} "$script" --sysroot "$R" "$@" </dev/null
}

make_inside() { # [OPTION...]: $W/nim/made, whose /tmp and /var/tmp are $W/slash and $W/var
  rm -rf "$X" && mkdir "$W/tmp" "$W/slash" "$W/var" "$W/nim" "$W/kit" && table /usr
  cp "$SOURCE"/packaging/nim/* "$SOURCE/postscripts/setupnfsv4replication" "$W/kit"
  sed -i "s|} /tmp /var/tmp;|} $W/slash $W/var;|" "$W/kit/unpack.sh" && grep -q "$W/var;" "$W/kit/unpack.sh" || return 1
  "$W/kit/make-nim-script" --helper "$W/inside" --licenses "$SOURCE/LICENSE" --output "$W/nim/made" "$@" 2>/dev/null
}
left_nothing() {
  local left
  left=$(find "$W/tmp" "$W/slash" "$W/var" -name 'hanfs*' 2>/dev/null)
  [ -z "$left" ] || { echo "it left $left"; return 1; }
}

inside() {
  helper "$W/inside" "exit \$(cat '$S/self-test')" && head -c 70000 /dev/urandom >>"$W/inside" && echo 0 >"$S/self-test"
  sed -i 's/^echo "HANFS/exec <\&- \&\& &/; /^exec <&-/a exit 7' "$W/inside"
  make_inside --timeo 4 && grep -q "Apache License" "$W/nim/made" && chmod 555 "$W/nim/made" "$W/nim" || return 1
  nim_inside "$W/nim/made" timeo=2 "two words"
  status_is 7 && says "by=$W/inside" && [ "$(tail -n 1 "$S/helper")" = "<--sysroot><$R><timeo=2><two words>" ] && left_nothing || return 1
  shell_options=-e nim_inside "$W/nim/made" && status_is 7 && left_nothing || return 1

  : >"$S/calls" && head -c -1 "$W/nim/made" >"$W/nim/cut" && chmod 755 "$W/nim/cut"  # what is not what was put in is not started
  nim_inside "$W/nim/cut" && status_is 0 && verdict status=changed fallback=sh || return 1
  says "the helper inside of $W/nim/cut is damaged (copy the script again, in binary)" && says_not unpacked || return 1
  calls '<setfsoptions></usr><timeo=4>
<setfsoptions></usr><retrans=3>' && left_nothing || return 1

  : >"$S/calls" && echo 1 >"$S/self-test" && nim_inside "$W/nim/made" --check  # built for another AIX
  status_is 0 && verdict status=ok fallback=sh && left_nothing || return 1
  local place
  for place in tmp slash var; do says "unpacked in $W/$place, but its self-test ended with status 1; " || return 1; done
  says "cure: a helper for this AIX as $W/nim/hanfs/setupnfsv4replication" || return 1
  chmod 755 "$W/nim" && helper "$W/nim/hanfs/setupnfsv4replication"
  nim_inside "$W/nim/made" && says "using $W/nim/hanfs/setupnfsv4replication" && says "by=$W/nim/hanfs" || return 1
  nim_inside "$W/nim/cut" && says "is damaged" && says "by=$W/nim/hanfs"
}
@test "the helper inside: unpacked, checked, gone at the end; another one or plain sh where it does not start" { each_shell inside; }

places() { # where it does not start, as if mounted noexec, or cannot be written, the next one is tried
  local own
  helper "$W/inside" "case \$0 in $W/var/*) exit 0 ;; esac; echo 'cannot execute' >&2; exit 126"
  make_inside && rmdir "$W/slash" && : >"$W/slash" || return 1
  nim_inside "$W/nim/made" && status_is 0 && says "by=$W/inside" && left_nothing || return 1
  says "unpacked in $W/tmp, but its self-test ended with status 126: cannot execute; " || return 1
  says "cannot be unpacked in $W/slash: that ended with status 3: " && says "using the helper inside, in $W/var" || return 1

  own=$W/tmp && chmod 777 "$W/tmp" && rm "$W/slash" && mkdir "$W/slash"  # others could put another program there
  nim_inside "$W/nim/made" && status_is 0 && says "TMPDIR is not used: $W/tmp/ is writable by group or others" || return 1
  says_not "unpacked in $W/tmp" && says "unpacked in $W/slash, but" && says "by=$W/inside" || return 1
  chmod 1777 "$W/tmp" && nim_inside "$W/nim/made" && says "unpacked in $W/tmp, but its self-test" && left_nothing || return 1
  for own in relative "$W/none" ''; do
    nim_inside "$W/nim/made" && status_is 0 && says "by=$W/inside" && says_not "unpacked in ${own:-//}" || return 1
  done
  rmdir "$W/slash" "$W/var" || return 1
  own='' nim_inside "$W/nim/made" && status_is 0 && verdict status=changed fallback=sh && says "cannot be unpacked in $W/var: that ended with status 3: "
}
@test "each folder is tried until the helper inside starts, with the reason of each that was not" { each_shell places; }

full() { # dd says what is wrong in its first line
  helper "$W/inside" && make_inside && mkdir "$W/front" || return 1
  printf '#!/bin/sh\necho "dd: no space left" >&2\necho "1+0 records in" >&2\nexit 1\n' >"$W/front/dd" && chmod 755 "$W/front/dd"
  LC_ALL=C sed "s|PATH=/usr/bin:|PATH=$W/front:/usr/bin:|" "$W/nim/made" >"$W/nim/full"
  nim_inside "$W/nim/full" && status_is 0 && verdict status=changed && says "cannot be unpacked in $W/var: that ended with status 4: dd: no space left; " && left_nothing
}
@test "a full disk is called so" { each_shell full; }

hanging_inside() { # in each folder it would hang again
  helper "$W/inside" 'sleep 1000'
  make_inside || return 1
  nim_inside "$W/nim/made" --deadline 8 && status_is 0 && verdict status=changed && says "unpacked in $W/tmp, but its self-test took longer than 3 s" || return 1
  says_not "unpacked in $W/slash" && left_nothing
}
@test "a helper inside that hangs costs its time once" { each_shell hanging_inside; }

conf_beside() { # is read whether the helper inside starts or not
  helper "$W/inside" "exit \$(cat '$S/self-test')" && make_inside && echo "timeo = 7" >"$W/nim/hanfs.conf" || return 1
  echo 0 >"$S/self-test" && nim_inside "$W/nim/made" retrans=4
  [ "$(cat "$S/helper")" = "<--config><$W/nim/hanfs.conf><--sysroot><$R><retrans=4>" ] || { cat "$S/helper"; return 1; }
  echo 1 >"$S/self-test" && nim_inside "$W/nim/made" retrans=4 && calls "$(pairs 7 4 /usr)" || return 1
  rm "$S/helper" && echo 0 >"$S/self-test" && nim_inside "$W/nim/made" --config "$W/mine.conf"
  [ "$(cat "$S/helper")" = "<--sysroot><$R><--config><$W/mine.conf>" ] || { cat "$S/helper"; return 1; }
}
@test "hanfs.conf beside the NIM script counts with the helper inside and without" { each_shell conf_beside; }

killed_before() { # what a killed run has left is taken away, and nothing that could be anything else
  local gone=999999999
  helper "$W/inside" && make_inside && chmod 1777 "$W/slash" && rm -r "$W/tmp" || return 1
  cd "$W/slash" || return
  mkdir -m 700 hanfs.$gone hanfs.1$gone "hanfs.$$" hanfs.2$gone hanfs.3$gone hanfs.4$gone hanfs.x$gone "hanfs.$gone x" hanfs.0 target || return 1
  touch hanfs.$gone/setupnfsv4replication "hanfs.$$/setupnfsv4replication" hanfs.2$gone/setupnfsv4replication hanfs.2$gone/mine \
    hanfs.3$gone/setupnfsv4replication target/setupnfsv4replication hanfs.5$gone
  chmod 755 hanfs.3$gone && ln -s target hanfs.6$gone && mkdir hanfs.4$gone/setupnfsv4replication && touch hanfs.4$gone/setupnfsv4replication/mine
  find . | sort | grep -v "^./hanfs.1*$gone\(/.*\)*$" >"$W/stays"
  own="$W/none" nim_inside "$W/nim/made" && status_is 0 && says "by=$W/inside" || return 1
  find . | sort | cmp - "$W/stays" || { find .; return 1; }

  chmod 777 . && mkdir -m 700 hanfs.$gone || return 1  # others could put a link there meanwhile
  own="$W/none" nim_inside "$W/nim/made" && status_is 0 && [ -d hanfs.$gone ] && says "by=$W/inside" || return 1
  says "cannot be unpacked in $W/slash: that ended with status 3: others may write there" && says "using the helper inside, in $W/var" || return 1
  mkdir "$W/tmp" && mkdir -m 700 "$W/tmp/hanfs.$gone" || return 1  # nodes may share it
  nim_inside "$W/nim/made" && status_is 0 && [ "$(ls "$W/tmp")" = hanfs.$gone ]
}
@test "what a killed run has left is taken away, and nothing else" { each_shell killed_before; }

@test "make-nim-script refuses rubbish and leaves no half file" {
  local make=$SOURCE/packaging/nim/make-nim-script given
  cd "$BATS_TEST_TMPDIR"
  for given in --timeo=1 --timeo '--timeo 0' '--timeo 6001' '--retrans 1001' '--output .' '--output new/' '--retrans 1;id' '--nonsense x' \
    '' '--helper' '--helper /nonexistent' '--helper /dev/null' '--helper /etc/passwd' '--helper /bin/sh' \
    '--helper /bin/sh --licenses /nonexistent'; do
    # shellcheck disable=SC2086
    run "$make" $given
    [ "$status" -eq 2 ]
  done
  run "$make" --helper none --output /nonexistent/file
  [ "$status" -eq 1 ]
  [ -z "$(ls)" ]
  run "$make" --helper none
  [ "$status" -eq 0 ] && [ -x hanfs_nim_script ] && [ -z "$output" ]
}

program_of_aix() {
  local make=$SOURCE/packaging/nim/make-nim-script magic
  cd "$W" || return
  run "$make"
  status_is 2 && says "there is no helper program " && says "cure: --helper FILE" && says "or --helper none" || return 1
  run "$make" --helper /etc/passwd --licenses "$SOURCE/LICENSE"
  status_is 2 && says "/etc/passwd is no program; cure: " && [ ! -e hanfs_nim_script ] || return 1
  run "$make" --helper /bin/sh --licenses "$SOURCE/LICENSE"
  status_is 0 && says "warning: /bin/sh is no program of AIX" && says "cure: --helper FILE" && [ -x hanfs_nim_script ] || return 1
  for magic in '\001\337' '\001\367'; do
    printf "$magic\000\004" >program
    run "$make" --helper program --licenses "$SOURCE/LICENSE"
    status_is 0 && [ -z "$output" ] || return 1
  done
}
@test "make-nim-script: no helper program is an error with a cure, one that is not for AIX a warning" { each_shell program_of_aix; }

# What a newcomer types, out of the manual. print is ksh's own.
typed_twice() {
  local shell root=$W/spot/lpp/bos/inst_root
  mkdir -p "$root/etc" "$W/fake" && echo "init:2:initdefault:" >"$root/etc/inittab" && cp -p "$root/etc/inittab" "$W/before"
  printf '#!/bin/sh\necho "my_spot:"; echo "   location = %s"\n' "$W/spot" >"$W/fake/lsnim"
  printf '#!/bin/sh\n' >"$W/fake/nim" && chmod 755 "$W/fake"/*
  : >"$W/hanfs_nim_script" && : >"$W/setupnfsv4replication"
  sed -n '/^    SPOT=/,/^    nim -o sync_roots/ { s/^    //; s|/install/hanfs/||; p; }' "$SOURCE/packaging/nim/README.md" >"$W/typed"
  cd "$W" || return
  case $SHELL_NAME in ksh93 | mksh) shell=$SHELL_NAME ;; *) shell=ksh93 ;; esac
  for _ in 1 2; do
    run env PATH="$W/fake:$PATH" "$shell" "$W/typed"
    status_is 0 && [ -z "$output" ] || { echo "$output"; return 1; }
    [ "$(grep -c '^hanfs:' "$root/etc/inittab")" = 1 ] && cmp "$W/before" "$root/etc/inittab.before-hanfs" || return 1
  done
  [ "$(tail -n 1 "$root/etc/inittab")" = 'hanfs:2:wait:/opt/hanfs/hanfs_nim_script >/dev/console 2>&1' ]
}
@test "the block of the manual for diskless clients, typed twice: one line in inittab, and the copy is the original" { each_shell typed_twice; }
