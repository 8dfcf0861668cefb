# shellcheck shell=bash
# SPDX-License-Identifier: Apache-2.0
# Test programs, each judged by its exit status, and the line about all of them at the end. Sourced by test/run and test/nightly.

headline() { printf '\n== %s (%d s)\n' "$*" "$SECONDS"; }

# begin_results FILE: each line of it is the result of a test program
begin_results() {
  results=$1
  mkdir -p "$(dirname "$results")" && : >"$results" || exit 1
}

pass() { printf 'passed\n' >>"$results"; }
fail() { printf 'FAILED: %s\n' "$*" >>"$results"; }

# program NAME COMMAND...
program() {
  local name=$1
  shift
  headline "$name"
  if "$@" </dev/null; then pass; else fail "$name: status $?"; fi
}

# end_results: says "N passed, N failed"; false unless all passed
end_results() {
  local passed failed
  headline 'result'
  passed=$(grep -c '^passed' "$results") failed=$(grep -c '^FAILED' "$results")
  grep '^FAILED' "$results"
  printf '%d passed, %d failed\n' "$passed" "$failed"
  [[ $failed -eq 0 && $passed -gt 0 ]]
}
