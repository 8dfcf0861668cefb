# SPDX-License-Identifier: Apache-2.0
# A node made of a few fake commands below a sysroot, and the postscript installed under every shell in turn.
# shellcheck shell=bash
# shellcheck disable=SC2154,SC2034,SC2120  # bats sets status, output and lines; the tests use what is set here
SOURCE=$(cd "${BASH_SOURCE[0]%/*}/../.." && pwd)

# The shells of this test: AIX's own (ksh93), and in turn one of the others, for a process costs more than what it does
# here. With HANFS_ALL_SHELLS all of them, each time.
shells() {
  local others=(dash mksh bash)
  if [ -n "${HANFS_ALL_SHELLS-}" ]; then
    echo "ksh93 ${others[*]}"
  else
    echo "ksh93 ${others[BATS_TEST_NUMBER % 3]}"
  fi
}

# each_shell FUNCTION: runs it in a fresh world for every shell; $SHELL_NAME, $SHELL_LINE (after "#!") tell which.
each_shell() {
  local name path tried=0
  for name in $(shells); do
    if ! path=$(type -P "$name"); then
      echo "# NOT TESTED under $name: it is not installed" >&3
      continue
    fi
    SHELL_NAME=$name SHELL_LINE=$path
    [ "$name" != bash ] || SHELL_LINE="$path --posix"
    make_world
    echo "--- $name"
    "$1" || { echo "failed under $name"; return 1; }
    tried=$((tried + 1))
  done
  [ "$tried" -gt 0 ]
}

make_world() {
  umask 022  # nothing of it is anybody's to write
  W=$(mktemp -d "$BATS_TEST_TMPDIR/w.XXXXXX") R=$W/root X=$W/xcatpost S=$W/root/state
  mkdir -p "$R/usr/sbin" "$R/usr/bin" "$R/opt/hanfs/bin" "$S" "$X"
  install_script "$X/setupnfsv4replication"
  : >"$S/calls"
  cat >"$R/usr/sbin/mount" <<'EOF'
#!/bin/sh
state=${0%/usr/sbin/mount}/state
[ ! -f "$state/mount-hangs" ] || exec sleep 1000
cat "$state/mount"
[ ! -f "$state/mount-fails" ] || { echo "mount: 0506-001 cannot" >&2; exit 4; }
EOF
  cat >"$R/usr/sbin/nfs4cl" <<'EOF'
#!/bin/dash
LC_ALL=C
state=${0%/usr/sbin/nfs4cl}/state
line=''
for word; do line="$line<$word>"; done
printf '%s\n' "$line" >>"$state/calls"
[ ! -f "$state/environment" ] || env >>"$state/environment"
rule() { [ -f "$state/$1" ] && grep -qxF -e "$2" "$state/$1"; }
key='' rest=$2  # a name of a file; a sum costs three processes, which only odd and long paths need
while :; do case $rest in */*) key=$key${rest%%/*}+ rest=${rest#*/} ;; *) key=$key$rest && break ;; esac; done
case $key in *[!a-zA-Z0-9+.-]*) key=odd ;; esac
if [ $key = odd ] || [ ${#2} -gt 100 ]; then key=$(printf %s "$2" | cksum | tr ' ' -); fi
! rule hang "$1 $2" || exec sleep 1000
if [ -f "$state/hang-once" ] && rule hang-once "$1 $2" && mkdir "$state/hung.$key" 2>/dev/null; then exec sleep 1000; fi
[ ! -f "$state/slow" ] || sleep "$(cat "$state/slow")"
if rule hang-tree "$1 $2"; then sleep 1000 & sleep 1000; fi
case $1 in
  setfsoptions)
    ! rule fail "$2" || { echo "on stdout"; echo "first" >&2; echo "nfs4cl: 0513-999 refused" >&2; exit 7; }
    rule silent "$2" || echo "$3" >>"$state/fs.$key"
    ! rule lie "$2" || exit 9 ;;
  showfs)
    ! rule blind "$2" || exit 5
    timeo=100 retrans=5 more=''
    ! rule twice "$2" || more=,timeo=100
    ! rule long "$2" || more=,$(printf '%0100000d' 7)
    [ ! -f "$state/fs.$key" ] || while IFS='=' read -r k v; do
      case $k in timeo) timeo=$v ;; retrans) retrans=$v ;; esac
    done <"$state/fs.$key"
    printf '\n%-11s %-20s %-20s %-18s\n' Server 'Remote Path' fsid 'Local Path'
    printf '%-11s %-20s %-20s %-18s\n' 203.0.113.15 /install 0:42949672973 "$2"
    printf '        Current Server: 203.0.113.15:/install\n'
    printf 'options : ro,intr,rsize=65536,timeo=%s,retrans=%s,sec=sys:krb5%s\n' "$timeo" "$retrans" "$more" ;;
esac
EOF
  cat >"$R/usr/bin/logger" <<'EOF'
#!/bin/sh
state=${0%/usr/bin/logger}/state
{ printf '<%s>' "$@"; echo; } >>"$state/syslog"
[ ! -f "$state/logger-hangs" ] || exec sleep 1000
EOF
  printf '#!/bin/sh\necho cn017.cluster.example\n' >"$R/usr/bin/hostname"
  chmod 755 "$R"/usr/*/*
  unset NODE LOGLABEL HANFS_TIMEO HANFS_RETRANS HANFS_GATEWAYS
  table
}

install_script() { # FILE
  sed "1s|.*|#!$SHELL_LINE|" "${SCRIPT:-$SOURCE/postscripts/setupnfsv4replication}" >"$1" && chmod 755 "$1"
}

row() { # NODE MOUNTED OVER VFS [OPTIONS]: as AIX prints it
  LC_ALL=C printf '%-8s %-16s %-16s %-6s %-12s %-15s \n' "$1" "$2" "$3" "$4" 'Nov 07 19:11' "${5-rw}" >>"$S/mount"
}

table() { # MOUNT-POINT...: NFSv4 mounts after two local ones
  printf '%s\n%s\n' '  node       mounted        mounted over    vfs       date        options      ' \
    '-------- ---------------  ---------------  ------ ------------ --------------- ' >"$S/mount"
  row '' /dev/hd4 / jfs2 rw,log=/dev/hd8
  row '' /proc /proc procfs
  local path
  for path in "$@"; do row sn01 /install "$path" nfs4 vers=4,hard; done
}

in_front() { # COMMAND BASH-TEXT: what the script finds under this name before the system's own
  mkdir -p "$W/front"
  printf '#!/bin/bash\n%s\n' "$2" >"$W/front/$1" && chmod 755 "$W/front/$1"
  sed -i "s|PATH=/usr/bin:|PATH=$W/front:/usr/bin:|" "$X/setupnfsv4replication"
}

bounds() { # SECONDS: of one command, before the script takes it for hung
  sed -i "s/^COMMAND_BOUND=15/COMMAND_BOUND=$1/" "$X/setupnfsv4replication"
}

asked() { # PATH: how often nfs4cl was started for it
  grep -acF "><$1>" "$S/calls" || true
}

helper() { # FILE [SHELL TEXT for --self-test]: a helper that writes down how it was called
  mkdir -p "${1%/*}"
  cat >"$1" <<EOF
#!/bin/sh
if [ "\$1" = --self-test ]; then ${2-exit 0}; fi
{ printf '<%s>' "\$@"; echo; } >>'$S/helper'
cat >'$S/stdin'
echo "\$\$" >'$S/helper-pid'
echo "HANFS tool=setupnfsv4replication by=$1"
EOF
  chmod 755 "$1"
}

tune() { MARKER=$W run "$X/setupnfsv4replication" --sysroot "$R" --deadline "${DEADLINE:-20}" "$@" </dev/null; }

verdict() { # PART...: the last line is a verdict of the fallback and holds these words
  local last=${lines[${#lines[@]}-1]} part
  case $last in
    "HANFS tool=setupnfsv4replication node="*" version="*" status="*" fallback=sh"*) ;;
    *) echo "no verdict: $output"; return 1 ;;
  esac
  for part in "$@"; do
    case " $last " in *" $part "*) ;; *) echo "verdict lacks $part: $output"; return 1 ;; esac
  done
}

pairs() { # TIMEO RETRANS PATH...: the calls that tune these
  local t=$1 r=$2 p
  shift 2
  for p in "$@"; do printf '<setfsoptions><%s><timeo=%s>\n<setfsoptions><%s><retrans=%s>\n' "$p" "$t" "$p" "$r"; done
}

calls() { # EXPECTED: the changing calls, in order
  local got
  got=$(grep -a '^<setfsoptions>' "$S/calls" || true)
  [ "$got" = "$1" ] || { printf 'called:\n%s\nexpected:\n%s\n' "$got" "$1"; return 1; }
}

status_is() { [ "$status" -eq "$1" ] || { echo "status $status, not $1: $output"; return 1; }; }
says() { case $output in *"$1"*) ;; *) echo "does not say '$1': $output"; return 1 ;; esac; }
says_not() { case $output in *"$1"*) echo "says '$1': $output"; return 1 ;; esac; }

no_orphans() { # nothing that was started with MARKER set runs any more (the killing may take a moment)
  local left file try
  for try in 1 2 3 4 5 6 7 8 9 10; do
    left=$(grep -alsF "MARKER=$W" /proc/[0-9]*/environ 2>/dev/null || true)
    [ -n "$left" ] || return 0
    sleep 0.2
  done
  echo "still running after $try looks:"
  for file in $left; do tr '\0' ' ' <"${file%environ}cmdline" && echo; done
  return 1
}
