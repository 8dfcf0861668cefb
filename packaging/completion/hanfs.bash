# SPDX-License-Identifier: Apache-2.0
# Completion in bash for the four programs: verbs, options and their values, as --help has them, which is made from the one
# table of options. Linux finds it by itself, where the package bash-completion is; elsewhere, as in AIX:
#   . /opt/hanfs/share/completion/hanfs.bash
# hanfs_programs: the folder of the programs, where that is not /opt/hanfs/bin. What is asked is never the command that is
# typed: xCAT has a postscript setupnfsv4replication of its own, which knows no --help and would begin its work.

_hanfs() { # COMMAND; readline's words are in COMP_WORDS
  local name=${1##*/} word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]}
  local help line takes='' verbs='' options=()
  COMPREPLY=()
  help=$("${hanfs_programs:-/opt/hanfs/bin}/$name" --help 2>/dev/null) || return
  # readline makes three words of --name=VALUE.
  if [[ $word == = ]]; then word=''; elif [[ $before == = ]]; then before=${COMP_WORDS[COMP_CWORD - 2]}; fi
  while IFS= read -r line; do
    if [[ $line =~ ^\ \ (-.,)?(--[a-z-]+)(\ ([^\ \(]+))? ]]; then
      options+=("${BASH_REMATCH[2]}")
      [[ ${BASH_REMATCH[2]} != "$before" ]] || takes=${BASH_REMATCH[4]}
    elif [[ $line =~ ^\ \ verb\ ([a-z|]+) ]]; then
      verbs=${BASH_REMATCH[1]//|/ }
    fi
  done <<<"$help"
  case $takes in
    DIR | FILE | PATH) _hanfs_files "$word" ;;
    # Words in capitals stand for what nobody here knows: addresses, names, numbers.
    ?*) _hanfs_words "$word" "$(tr '|' '\n' <<<"$takes" | grep -v '[A-Z]')" ;;
    '')
      if [[ $word == -* || -z $verbs ]]; then
        _hanfs_words "$word" "${options[*]}"
      elif [[ ! " ${COMP_WORDS[*]:1:COMP_CWORD-1} " =~ \ (${verbs// /|})\  ]]; then
        _hanfs_words "$word" "$verbs"
      elif [[ $name == checkhanfs ]]; then
        _hanfs_files "$word"
      fi
      ;;
  esac
}

_hanfs_words() { mapfile -t COMPREPLY < <(compgen -W "$2" -- "$1"); }

_hanfs_files() {
  compopt -o filenames 2>/dev/null
  mapfile -t COMPREPLY < <(compgen -f -- "$1")
}

complete -F _hanfs setupnfsv4replication setuphanfs makehanfs checkhanfs
