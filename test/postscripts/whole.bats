#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# A script that is not whole (a full disk, a copy that was cut off) or that went through a Windows editor runs no line of it.
load world

# cut_everywhere FILE [WORD...]: of every copy that ends behind a line nothing is changed and the status is not 0. Where a
# whole script stands in front of the cut, the verdict says what was done. Line 1, which is for the kernel, cannot help it.
cut_everywhere() {
  local file=$1 line number=0
  shift
  rm -f "$W/cut"
  while IFS= read -r line; do
    number=$((number + 1))
    printf '%s\n' "$line" >>"$W/cut"
    [ $number -gt 1 ] || continue
    : >"$S/calls"
    # shellcheck disable=SC2086  # the shell and its options
    run $SHELL_LINE "$W/cut" --sysroot "$R" "$@" </dev/null
    case $output in *"HANFS tool="*) continue ;; esac
    [ "$status" -ne 0 ] && [ ! -s "$S/calls" ] && [ ! -s "$S/helper" ] || { echo "cut behind line $number: status $status: $output"; return 1; }
  done < <(sed '$d' "$file")
  [ $number -gt "$LEAST" ]
}

postscript() { table /usr && LEAST=400 cut_everywhere "$X/setupnfsv4replication"; }
@test "the postscript, cut behind any line" { each_shell postscript; }

prescript() {
  helper "$W/hanfs/setuphanfs"
  LEAST=40 cut_everywhere "$SOURCE/postscripts/hanfs_export"
}
@test "the prescript, cut behind any line" { each_shell prescript; }

nim_script() {
  table /usr && helper "$W/inside" && printf 'licence\n' >"$W/licences"
  "$SOURCE/packaging/nim/make-nim-script" --helper "$W/inside" --licenses "$W/licences" --output "$W/made" 2>/dev/null || return 1
  sed -n '/^licence$/q; p' "$W/made" >"$W/shell"
  LEAST=400 cut_everywhere "$W/shell"
}
@test "the NIM script, cut behind any line" { each_shell nim_script; }

windows() {
  table /usr
  local script
  for script in setupnfsv4replication hanfs_export; do
    sed 's/$/\r/' "$SOURCE/postscripts/$script" >"$W/copy"
    # shellcheck disable=SC2086  # the shell and its options
    run env -i PATH="$W/none" $SHELL_LINE "$W/copy" --sysroot "$R" </dev/null
    [ "$status" -ne 0 ] && [ ! -s "$S/calls" ] && says_not "not found" || { echo "$script: status $status: $output"; return 1; }
  done
}
@test "with CR LF: not a line of it is run" { each_shell windows; }
