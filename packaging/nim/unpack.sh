# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154  # make-nim-script sets HANFS_BLOCKS and HANFS_SUM in front of this
# The helper is inside: it is unpacked into a folder of its own that is gone at the end, and this script runs there once
# more, with the helper beside it. Where it cannot be unpacked, or is not what was put in, plain sh does what it can.
# POSIX sh that is also ksh88, as the rest.

# hanfs_within SECONDS COMMAND...: nobody waits longer, even where a dead NFS server keeps the command alive.
hanfs_within() {
  sleep "$1" & hanfs_alarm=$!
  shift
  ("$@"; hanfs_code=$?; kill -9 "$hanfs_alarm"; exit $hanfs_code) & hanfs_work=$!
  wait "$hanfs_alarm"
  case $? in 0) kill -9 "$hanfs_work"; return 124 ;; esac
  wait "$hanfs_work"
}

hanfs_unpack() {  # FOLDER. Status 3: it cannot be made, or is somebody's
  umask 077 && mkdir "$1" || return 3
  mkdir "$1/hanfs" &&
    dd if="$0" bs=4096 count="$HANFS_BLOCKS" of="$1/setupnfsv4replication" &&
    dd if="$0" bs=4096 skip="$HANFS_BLOCKS" of="$1/hanfs/setupnfsv4replication" &&
    chmod 700 "$1/setupnfsv4replication" "$1/hanfs/setupnfsv4replication" &&
    [ "$(cksum <"$1/hanfs/setupnfsv4replication")" = "$HANFS_SUM" ]
}

if [ -z "${HANFS_UNPACKED-}" ]; then
  set +e
  trap : INT TERM HUP  # what is at work gets them from the terminal, ends between two steps, and then this goes on
  for hanfs_place in ${TMPDIR:+"$TMPDIR"} /tmp /var/tmp; do
    hanfs_folder=$hanfs_place/hanfs.$$
    hanfs_within 30 hanfs_unpack "$hanfs_folder" >/dev/null 2>&1
    hanfs_unpacked=$?
    [ $hanfs_unpacked != 3 ] || continue
    if [ $hanfs_unpacked = 0 ]; then
      HANFS_UNPACKED=1 /bin/sh "$hanfs_folder/setupnfsv4replication" "$@"  # its folder may start no programs
      hanfs_status=$?
    fi
    hanfs_within 10 rm -rf "$hanfs_folder" >/dev/null 2>&1
    [ $hanfs_unpacked != 0 ] || exit "$hanfs_status"
  done
  printf '%s\n' "setupnfsv4replication: warning: the helper inside of $0 could not be unpacked in /tmp or /var/tmp, or is damaged"
fi
