#!/usr/bin/env bats
# SPDX-License-Identifier: Apache-2.0
# Static checks of all shell in the tree that is shipped or that runs the tests.
load world

shell_files() { # those with a "#!/bin/sh" line
  local file
  for file in "$SOURCE"/postscripts/* "$SOURCE"/packaging/nim/* "$SOURCE"/test/postscripts/run \
    "$SOURCE"/test/demo "$SOURCE"/test/run "$SOURCE"/test/bench/run "$SOURCE"/.ci/run; do
    [ -f "$file" ] && head -n 1 "$file" | grep -q '^#!.*sh' && printf '%s\n' "$file"
  done
  return 0
}

need_shellcheck() { type -P shellcheck >/dev/null || { echo "# NOT CHECKED: ShellCheck is not installed" >&3; skip "no shellcheck"; }; }

@test "ShellCheck" {
  need_shellcheck
  local file bad=0
  while IFS= read -r file; do
    case $(head -n 1 "$file") in
      *bash*) shellcheck -s bash -e SC1091 "$file" || bad=1 ;;
      *) shellcheck -s sh -e SC1091 "$file" || bad=1 ;;  # sourced files are checked for themselves
    esac
  done < <(shell_files)
  for file in "$SOURCE/postscripts/setupnfsv4replication" "$SOURCE/packaging/nim"/{make-nim-script,unpack.sh}; do
    shellcheck -s ksh "$file" || bad=1
  done
  "$SOURCE/packaging/nim/make-nim-script" --helper none --timeo 1 --output "$BATS_TEST_TMPDIR/nim"
  shellcheck -s sh "$BATS_TEST_TMPDIR/nim" || bad=1
  "$SOURCE/packaging/nim/make-nim-script" --helper /bin/sh --licenses "$SOURCE/LICENSE" --output "$BATS_TEST_TMPDIR/nim"
  sed '/^return .*hanfs_status/q' "$BATS_TEST_TMPDIR/nim" >"$BATS_TEST_TMPDIR/shell"
  shellcheck -s ksh -e SC2016,SC2317 "$BATS_TEST_TMPDIR/shell" || bad=1
  [ "$bad" = 0 ]
}

@test "nothing that ksh88 lacks in what runs on AIX" {
  local bad=0 file
  for file in "$SOURCE"/postscripts/* "$SOURCE"/packaging/nim/{make-nim-script,unpack.sh}; do
    ! sed 's/^#.*//; s/  # .*//' "$file" | grep -nE '\[\[|\$'\''|^ *local |printf -v|<<|\$\(\(.*\+\+|\{[^}]*:[0-9]|\{[^}]*//|\bcommand -v|readlink|mktemp|\btimeout |(^|[;&|] *)echo |&>|\|&|<\(|^ *function ' || bad=1
  done
  [ "$bad" = 0 ]
}

syntax() { "${SHELL_LINE%% *}" -n "$SOURCE/postscripts/setupnfsv4replication" && "${SHELL_LINE%% *}" -n "$SOURCE/packaging/nim/make-nim-script"; }
@test "every shell reads it" { each_shell syntax; }

@test "thin: fewer than 460 lines, none beyond 130 columns" {
  [ "$(wc -l <"$SOURCE/postscripts/setupnfsv4replication")" -lt 460 ]
  [ -z "$(awk 'length > 130' "$SOURCE/postscripts/setupnfsv4replication")" ]
}
