# SPDX-License-Identifier: Apache-2.0
# shellcheck shell=sh disable=SC2154,SC2034,SC2016  # it is put into the postscript, whose variables and functions these are
# The helper is inside, behind HANFS_BLOCKS blocks: main calls hanfs_inside before it looks for one elsewhere.
# POSIX sh that is also ksh88, as the rest.
set +e

# What sh does with FOLDER SCRIPT BLOCKS SUM TMPDIR. Status 3: the folder cannot be made, or is somebody's, or others could put
# theirs in its place; 4: not written; 5: damaged. What failed has taken its folder away again. Before, but not in TMPDIR, which
# nodes may share, it takes away what killed runs have left beside FOLDER: private folders of this user, with the number of a
# process that is gone, and with the helper or nothing in them.
HANFS_UNPACK='place=${1%/*}
case $(ls -ldL "$place/" 2>/dev/null) in
  d????-??-* | d????????[tT]* | "") ;;
  *) printf "%s\n" "others may write there, and it has no sticky bit (chmod +t $place)"; exit 3 ;;
esac
[ "$place" = "$5" ] || for old in "$place"/hanfs.[1-9]*; do
  case ${old##*.} in *[!0-9]*) continue ;; esac
  if [ -d "$old" ] && [ ! -h "$old" ] && [ -O "$old" ] && ! kill -0 "${old##*.}"; then
    case $(ls -ld "$old") in drwx------*) ;; *) continue ;; esac
    [ -n "$(ls -A "$old" | grep -vx setupnfsv4replication)" ] || { rm -f "$old/setupnfsv4replication"; rmdir "$old"; }
  fi
done >/dev/null 2>&1
umask 077; mkdir "$1" || exit 3
code=4 file=$1/setupnfsv4replication
if said=$(dd if="$2" bs=4096 skip="$3" of="$file" 2>&1 && chmod 700 "$file" 2>&1); then
  [ "$(cksum <"$file")" != "$4" ] || exit 0
  if [ "$(dd if="$2" bs=4096 skip="$3" 2>/dev/null | cksum)" = "$4" ]; then said="not all of it was written"; else code=5; fi
fi
rm -f "$file"; rmdir "$1"; printf "%s\n" "$said" | sed 1q; exit $code'

hanfs_remove() {  # takes no time from the others: the helper may have used it up
  hanfs_left=$left left=$((left + 5))
  bounded both 5 /bin/sh -c 'rm -f "$1"; rmdir "${1%/*}"' sh "$helper"
  left=$hanfs_left
}

hanfs_inside() {  # ARGUMENT...: does not come back if the helper works in one of the folders, else why says what is wrong
  [ -n "$hanfs_self" ] || return 0  # read from stdin
  case ${TMPDIR-} in '' | [!/]* | /tmp | /tmp/ | /var/tmp | /var/tmp/) hanfs_own='' ;; *) hanfs_own=$TMPDIR ;; esac
  if [ -n "$hanfs_own" ]; then
    flaw=''
    if ! is_private "$hanfs_own/"; then  # a folder like /tmp will do: nobody can replace what is ours
      case $rights,$uid in d????????[tT]*,0 | d????????[tT]*,"$(id -u)") flaw='' ;; esac
    fi
    [ -z "$flaw" ] || why="TMPDIR is not used: $flaw; " hanfs_own=''
  fi
  for hanfs_place in ${hanfs_own:+"$hanfs_own"} /tmp /var/tmp; do
    [ -z "$stop" ] || return 0
    helper=$hanfs_place/hanfs.$$/$TOOL
    bounded both "$COMMAND_BOUND" /bin/sh -c "$HANFS_UNPACK" sh "${helper%/*}" "$hanfs_self" "$HANFS_BLOCKS" "$HANFS_SUM" \
      "$hanfs_own"
    if [ "$rc" = 0 ]; then
      bounded both "$SELF_TEST_BOUND" "$helper" --self-test
      if [ "$rc" = 0 ] && [ -z "$stop" ]; then
        [ -z "$why" ] || (trap '' PIPE && put "$TOOL: warning: ${why}using the helper inside, in $hanfs_place") 2>/dev/null
        [ -z "$conf" ] || [ -n "$config" ] || set -- --config "$conf" "$@"
        "$helper" "$@" </dev/null
        hanfs_status=$?
        hanfs_remove
        exit "$hanfs_status"
      fi
      set_ending && hanfs_code=$rc
      why="${why}the helper inside was unpacked in $hanfs_place, but its self-test $ending; "
      hanfs_remove
      [ "$hanfs_code" != 124 ] || break
    elif [ "$rc" = 5 ]; then
      why="${why}the helper inside of $hanfs_self is damaged (copy the script again, in binary); "
      return 0
    else
      set_ending
      why="${why}the helper inside cannot be unpacked in $hanfs_place: that $ending; "
    fi
  done
  why="${why}cure: a helper for this AIX as ${beside:-$installed}, or in TMPDIR a folder of root that may start programs; "
}
