#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Without the helper: plain sh tunes timeo and retrans of every NFSv4 mount.
load world

none() { tune && status_is 0 && verdict status=ok changed=0 failed=0 && calls '' && says "no NFSv4"; }
@test "no NFSv4 mount" { each_shell none; }

three() {
  table /usr /.statelite/persistent /home
  tune && status_is 0 && verdict status=changed changed=3 failed=0 warnings=1 failover=unknown &&
    calls "$(pairs 1 3 /usr /.statelite/persistent /home)" && no_orphans
}
@test "three mounts: two calls each" { each_shell three; }

values() {
  table /usr
  local given
  for given in "timeo=10 retrans=4" "--timeo 10 --retrans 4" "--timeo=10 --retrans=4"; do
    : >"$S/calls"
    # shellcheck disable=SC2086
    HANFS_TIMEO=7 HANFS_RETRANS=7 tune $given
    calls "$(pairs 10 4 /usr)" || return 1
  done
  : >"$S/calls"
  HANFS_TIMEO=7 HANFS_RETRANS='' tune
  calls "$(pairs 7 3 /usr)"
}
@test "values: arguments before environment before default, empty is not set" { each_shell values; }

bad_values() {
  table /usr
  local given
  for given in timeo= timeo=0 timeo=-1 timeo=1.5 timeo=1s timeo=01 retrans=999999 timeo=6001 retrans=1001 deadline=x --retrans=x --timeo --nonsense word; do
    tune "$given"
    status_is 2 && verdict status=refused && [ ! -s "$S/calls" ] || return 1
  done
  HANFS_TIMEO='1;id' tune
  status_is 2 && says "number from 1 to 6000" && [ ! -s "$S/calls" ] || return 1
  tune --sysroot /nonexistent
  status_is 2 && verdict status=refused
}
@test "bad values: status 2, nothing touched" { each_shell bad_values; }

refused() {
  table /usr
  local given
  for given in --reset --json --from=/x --save=/x --self-test exclude=/usr mount_timeo=/usr=5; do
    tune "$given"
    status_is 3 && verdict status=refused && says "needs the helper" && [ ! -s "$S/calls" ] || return 1
  done
}
@test "what only the helper can do is refused" { each_shell refused; }

gateways() {
  table /usr
  tune gateways=10.1.1.1 dgd=active
  status_is 0 && verdict status=changed changed=1 warnings=2 gateways=notset && says "sets no gateways" || return 1
  tune gateways=none persist=false hosts_first=false --verbose --jobs 4
  verdict warnings=1 status=changed || return 1
  HANFS_EXCLUDE=/usr tune
  status_is 3 && verdict status=refused
}
@test "gateways are not set, and the verdict says so" { each_shell gateways; }

odd_paths() {
  ODD=("/my data" "/it's" '/"quoted"' '/$(touch gone)`id`$HOME' '/*' '/[a-z]?' '/a;b|c&d' '/back\slash\n' "/$(printf '\303\244\342\202\254\377')"
    "/x /y" "/two  blanks  /and slash" "/nfs4 Jan 01 10:00 rw" "/$(printf '%01000d' 7)" "/-n" '/~' '/%s%n' "/#x" "/options : timeo=1,retrans=3")
  cd "$W" && : >seven
  table "${ODD[@]}"
  DEADLINE=120 tune && verdict status=changed changed=${#ODD[@]} failed=0 && calls "$(pairs 1 3 "${ODD[@]}")" && [ ! -e gone ]
}
@test "blanks, quotes, \$(), globs, UTF-8, broken UTF-8, 1000 characters: byte for byte" { each_shell odd_paths; }

pushed() { # every column too long; options empty; no node; addresses; the table as the PowerHA blog re-aligned it
  table
  row a-very-long-server-name.example.com /install/nim/spot/610image/usr /usr nfs4 ''
  row 203.0.113.15 /install /a-mount-point-beyond-its-column nfs4 vers=4
  row 2001:db8::15 / "/x y" nfs4 vers=4
  row sn01 "/a /b" /c nfs4
  row sn01 "/install /images" "/d /e" nfs4
  row sn01 /export/root/cn017 / nfs4
  printf 'sn01     /install         /blank-day       nfs4   Nov  7 19:11 rw\n' >>"$S/mount"
  row '' Global /wpar nfs4
  row '' /.statelite/persistent/cn017/var/adm/ras /var/adm/ras nfs4
  printf '%s\n' 'haservice-nfs   /hanfs_data                 /data                   nfs4        Jul 26 14:36    vers=4,hard,intr' >>"$S/mount"
  tune && verdict status=changed failed=0 &&
    calls "$(pairs 1 3 /usr /a-mount-point-beyond-its-column "/x y" /c "/d /e" / /blank-day /wpar /var/adm/ras /data)"
}
@test "pushed columns, empty options, no node, IPv6, re-aligned table" { each_shell pushed; }

others() {
  table /usr
  row sn01 /install/root / stnfs
  row joe /var/share /tmp/salam nfs3 ''
  row '' -hosts /net autofs
  row sn01 /install /usr nfs4 # over itself
  tune && verdict status=changed changed=1 warnings=2 failed=0 && says "/: stnfs, not tuned" && says "/tmp/salam: nfs3, not tuned" &&
    calls "$(pairs 1 3 /usr)"
}
@test "stnfs and nfs3 are named, an over-mount of one path counts once" { each_shell others; }

soft() {
  table /usr
  row sn01 /x /soft nfs4 rw,soft,vers=4
  row sn01 /y /softer nfs4 rw,softer
  tune && verdict status=changed changed=2 warnings=2 failed=0 && says "/soft: mounted soft and left alone" &&
    calls "$(pairs 1 3 /usr /softer)"
}
@test "a soft mount is left alone" { each_shell soft; }

hidden() {
  table /data /data2
  row '' /dev/lv00 /data jfs2
  tune && verdict changed=1 warnings=2 && says "/data: not tuned, a jfs2" && calls "$(pairs 1 3 /data2)"
}
@test "an NFSv4 mount below a local one is not reachable" { each_shell hidden; }

unreadable() {
  table /usr
  printf 'sn01     /install         /fr              nfs4   f\303\251vr. 07 19:11 rw\n' >>"$S/mount"
  printf 'sn01     /install         /new\nline         nfs4   Nov 07 19:11 rw\n' >>"$S/mount"
  tune && status_is 1 && verdict status=fail changed=1 failed=2 && says "cannot be read"
}
@test "an NFSv4 row that cannot be read is an error, the others are tuned" { each_shell unreadable; }

failing() {
  table /one /two /three
  echo /one >"$S/fail"
  tune && status_is 1 && verdict status=fail changed=2 failed=1 && calls "$(pairs 1 3 /one /two /three)" &&
    says "nfs4cl setfsoptions /one timeo=1 ended with status 7: nfs4cl: 0513-999 refused" && says_not "on stdout"
}
@test "a failing mount is named and does not stop the others" { each_shell failing; }

silent() {
  table /one /two
  echo /one >"$S/silent"
  tune && status_is 1 && verdict status=fail changed=1 failed=1 && says "/one: not as wanted: timeo=100 retrans=5"
}
@test "nfs4cl says yes and does nothing: found by reading back" { each_shell silent; }

twice() {
  table /one
  echo /one >"$S/twice"
  tune && status_is 1 && verdict status=fail failed=1 && says "/one: not as wanted: timeo=1 retrans=3 timeo=100"
}
@test "two values of one option are not taken for the wanted one" { each_shell twice; }

lying() {
  table /one
  echo /one >"$S/lie"
  tune && status_is 0 && verdict status=changed changed=1 failed=0 warnings=2 && says "although nfs4cl failed"
}
@test "nfs4cl says no and does it" { each_shell lying; }

blind() {
  table /one
  echo /one >"$S/blind"
  tune && status_is 0 && verdict status=changed changed=1 warnings=2 && says "not proved: showfs ended with status 5"
}
@test "showfs fails: set but not proved" { each_shell blind; }

hanging() {
  table /one /two
  bounds 1
  echo "setfsoptions /one" >"$S/hang-tree"
  SECONDS=0
  tune && status_is 1 && verdict status=fail changed=1 failed=1 && says "/one timeo=1 took longer than 1 s" && [ $SECONDS -lt 60 ] && no_orphans &&
    says "/two: set"
}
@test "a hanging nfs4cl is bounded with its children, the next mount is tuned" { each_shell hanging; }

deadline() {
  table /one /two
  printf 'setfsoptions /one\nsetfsoptions /two\n' >"$S/hang"
  SECONDS=0
  DEADLINE=1 tune && status_is 1 && verdict status=fail failed=2 node=cn017 && says "/two timeo=1 was not tried" && [ $SECONDS -lt 60 ] && no_orphans
}
@test "the deadline of the whole run" { each_shell deadline; }

cannot_observe() {
  table /usr
  touch "$S/mount-hangs"
  DEADLINE=1 tune && status_is 3 && verdict status=fail && no_orphans || return 1
  rm "$S/mount-hangs"
  : >"$S/mount"
  tune && status_is 3 && verdict status=fail || return 1
  touch "$S/mount-fails"
  tune && status_is 3 && says "cannot tell what is mounted" || return 1
  rm "$R/usr/sbin/nfs4cl"
  tune && status_is 3 && says "usr/sbin/nfs4cl is missing" && says test/demo && verdict status=fail
}
@test "cannot observe: status 3" { each_shell cannot_observe; }

read_only() {
  table /usr /home
  local mode
  for mode in --check --status --dry-run; do
    tune $mode
    status_is 1 && verdict status=drift changed=0 && says "wanted timeo=1 retrans=3: timeo=100 retrans=5" && calls '' && [ ! -e "$S/syslog" ] || return 1
  done
  says "would run: $R/usr/sbin/nfs4cl setfsoptions /home retrans=3" || return 1
  tune && status_is 0 || return 1
  for mode in --check --status --dry-run; do tune $mode && status_is 0 && verdict status=ok || return 1; done
}
@test "--check, --status and --dry-run change nothing" { each_shell read_only; }

whole_words() {
  table /usr
  tune timeo=10 retrans=30 && tune --check timeo=1 retrans=3
  status_is 1 && verdict status=drift
}
@test "timeo=10 is not timeo=1" { each_shell whole_words; }

syslog() {
  table /usr
  tune && grep -q '^<-t><xcat><-p><local4.info><setupnfsv4replication: HANFS tool=.* status=changed' "$S/syslog" || { cat "$S/syslog"; return 1; }
  echo /usr >"$S/fail" && echo /usr >"$S/silent"
  LOGLABEL=site tune
  LOGLABEL=site tune timeo=2
  grep -q '^<-t><site><-p><local4.err><setupnfsv4replication: error: /usr: not as wanted' "$S/syslog" || { cat "$S/syslog"; return 1; }
}
@test "syslog: local4, tag xcat or LOGLABEL" { each_shell syslog; }

environment() {
  table /usr && : >"$S/environment"
  ROOTPW=tops3cret CRYPTMETHOD=md5 LANG=de_DE.UTF-8 LC_ALL=de_DE.UTF-8 PATH=$X:$PATH IFS=/ tune
  verdict status=changed && says_not tops3cret && ! grep -e tops3cret -e de_DE "$S/environment" "$S/syslog" || return 1
  local want
  for want in LC_ALL=C LANG=C NSORDER=local PATH=/usr/bin:/usr/sbin:/etc ODMDIR=/etc/objrepos; do
    grep -qxF "$want" "$S/environment" || { echo "no $want"; return 1; }
  done
  NODE=xcatname tune && verdict node=xcatname || return 1
  NODE='a b$(id)' tune && verdict node=unknown
}
@test "children get a clean environment; nothing of it is printed" { each_shell environment; }

many() {
  table $(seq -f '/m/%.0f' 1 60)
  DEADLINE=300 tune --check && status_is 1 && says "/m/60: wanted"
}
@test "60 mounts" { each_shell many; }

@test "the version is CMakeLists.txt's" {
  [ "$(sed -n 's/^HANFS_VERSION=//p' "$SOURCE/postscripts/setupnfsv4replication")" = \
    "$(sed -n 's/^project(hanfs VERSION \([0-9.]*\).*/\1/p' "$SOURCE/CMakeLists.txt")" ]
}
