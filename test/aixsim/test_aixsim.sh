#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Test of the simulator itself: formats against the transcripts, state, faults, variants, clock, fail-over, concurrency,
# and independence from helpers/.   Usage: test_aixsim.sh PATH/TO/aixsim
set -u
sim=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=test/aixsim/checks.sh
. "$here/checks.sh"

# Compares a line with a rendered one; several transcripts lost their trailing blanks upstream.
stripped=0
line() { # NAME TRANSCRIPT-LINE RENDERED
  if [[ $2 != *' ' && $2 != "$3" ]]; then
    stripped=$((stripped + 1))
    same "$1" "$2" "${3%"${3##*[! ]}"}"
  else
    same "$1" "$2" "$3"
  fi
}
render() { "$sim" render "$@"; }

# (a) formats ---------------------------------------------------------------------------------------------------------
T=${HANFS_TRANSCRIPTS:-}
if [[ -z $T || ! -d $T ]]; then
  echo "********************************************************************************************"
  echo "*** HANFS_TRANSCRIPTS is not set: formats are compared with the short own copies in formats/ ***"
  echo "********************************************************************************************"
  T=$here/formats
fi

date_re='^( +|[^ ]+ +)([^ ]+) +([^ ]+) +([^ ]+) +([A-Z][a-z][a-z] [0-9][0-9] [0-9][0-9]:[0-9][0-9]) ?(.*)$'
for file in mount-ahafs-trailing-blanks mount-silent-then-list mount-nfs3-empty-options; do
  [[ -f $T/nfs/$file.txt ]] || continue
  header=$(render mount-header; echo x)
  header=${header%x}
  rows=0
  while IFS= read -r text; do
    case $text in
      '#'* | '') continue ;;
      '  node'*) line "$file header" "$text" "$(head -1 <<<"$header")" ;;
      '------'*) line "$file dashes" "$text" "$(sed -n 2p <<<"$header")" ;;
      *)
        if [[ $text =~ $date_re ]]; then
          m=("${BASH_REMATCH[@]}")
          options=${m[6]%"${m[6]##*[! ]}"}
          rendered=$(render mount "${m[1]// /}" "${m[2]}" "${m[3]}" "${m[4]}" "${m[5]}" "$options")
          if [[ $file == mount-ahafs-trailing-blanks && $text == *'/ahafs '* ]]; then
            same "$file: the row its authors cut" "${text%"${text##*[! ]}"}" "${rendered%"${rendered##*[! ]}"}"
          else
            line "$file" "$text" "$rendered"
          fi
          rows=$((rows + 1))
        else
          same "$file: row not understood" "" "$text"
        fi
        ;;
    esac
  done <"$T/nfs/$file.txt"
  has "$file has rows" '^[1-9]' "$rows"
done
[[ -f $T/nfs/mount-hanfs-nfs4.txt ]] && echo "skipped: mount-hanfs-nfs4 (columns re-aligned by its author)"

# The whole showfs transcript, by a node that was tuned like the one it comes from.
node=$work/format
"$sim" boot "$node"
"$node/usr/sbin/nfs4cl" setfsoptions /usr timeo=1
"$node/usr/sbin/nfs4cl" setfsoptions /usr retrans=3
grep -v '^#' "$T/nfs/nfs4cl-showfs-usr-primary.txt" >"$work/expected"
"$node/usr/sbin/nfs4cl" showfs /usr >"$work/actual"
ok "showfs byte for byte" cmp "$work/expected" "$work/actual"

for file in "$T"/routes/netstat-r*.txt; do
  name=$(basename "$file" .txt)
  while IFS= read -r text; do
    case $text in
      '#'* | '' | 'Routing tables') ;;
      Destination*) line "$name" "$text" "$(render netstat-header | sed -n 2p)" ;;
      'Route '[Tt]ree*' 2 '*) same "$name" "$text" "$(render netstat-banner inet "$(cut -d' ' -f2 <<<"$text")" | sed -n 2p)" ;;
      'Route '[Tt]ree*' 24 '*) same "$name" "$text" "$(render netstat-banner inet6 "$(cut -d' ' -f2 <<<"$text")" | sed -n 2p)" ;;
      *)
        read -ra w <<<"$text"
        line "$name" "$text" "$(render netstat "${w[0]}" "${w[1]}" "${w[2]}" "${w[3]}" "${w[4]}" "${w[5]}" "${w[8]:-}")"
        ;;
    esac
  done <"$file"
done

for file in "$T"/routes/lsattr-El-en0*.txt; do
  name=$(basename "$file" .txt)
  names=0
  while IFS= read -r text; do
    word=${text%% *}
    ((${#word} > names)) && names=${#word}
  done <"$file"
  # The description column is the same in all rows; "Maximum IP" shows where it begins.
  at=$(awk '{ i = index($0, "Maximum IP Packet Size for This"); if (i) { print i - 1; exit } }' "$file")
  words=()
  while IFS= read -r text; do
    value=${text:names+1:at-names-2}
    description=${text:at}
    description=${description% True}
    words+=("${text%% *}" "${value%"${value##*[! ]}"}" "${description%"${description##*[! ]}"}" True)
  done <"$file"
  render lsattr "${words[@]}" >"$work/actual"
  ok "$name byte for byte" cmp "$file" "$work/actual"
done

ifconfig_file() {
  local words=() text
  emit() { ((${#words[@]})) && render ifconfig "${words[0]}" "${words[1]}" "$tail" "${words[@]:2}"; }
  local tail=''
  while IFS= read -r text; do
    if [[ $text =~ ^([a-z0-9]+):\ flags=(.*)$ ]]; then
      emit
      words=("${BASH_REMATCH[1]}" "${BASH_REMATCH[2]}")
      tail=''
    elif [[ $text =~ ^\ +inet6\ (.*)$ ]]; then
      words+=("inet6=${BASH_REMATCH[1]}")
    elif [[ $text =~ ^\ +inet\ ([^ ]+)\ netmask\ ([^ ]+)\ broadcast\ ([^ ]+)$ ]]; then
      words+=("inet=${BASH_REMATCH[1]}/${BASH_REMATCH[2]}/${BASH_REMATCH[3]}")
    else
      tail=${text#"${text%%[! ]*}"}
    fi
  done <"$1"
  emit
}
for file in "$T"/routes/ifconfig-a*.txt; do
  ifconfig_file "$file" >"$work/actual"
  ok "$(basename "$file") byte for byte" cmp "$file" "$work/actual"
done

for file in routes/no-a_aix61 nfs/nfso-a; do
  grep -v '^#' "$T/$file.txt" >"$work/expected"
  mapfile -t words < <(sed 's/^ *//; s/ = /=/' "$work/expected")
  render tunables "${words[@]}" >"$work/actual"
  ok "$file layout byte for byte" cmp "$work/expected" "$work/actual"
  if (($(wc -l <"$work/expected") > 30)); then
    if [[ $file == nfs/* ]]; then command=nfso; else command=no; fi
    "$node/usr/sbin/$command" -a >"$work/actual"
    ok "$command -a of a fresh node byte for byte" cmp "$work/expected" "$work/actual"
  fi
done

"$sim" render odmget inet0 hostname hera.example.com R DU s 24 >"$work/actual"
"$sim" render odmget inet0 route 'net,-hopcount,0,,0,192.168.20.1' R DU s 0 >>"$work/actual"
"$sim" render odmget inet0 route 'net,-hopcount,0,-netmask,255.255.255.0,,,10.21.22.0,192.168.20.2' R DU s 0 >>"$work/actual"
ok "odmget byte for byte" cmp "$T/routes/odmget_CuAt_inet0.txt" "$work/actual"

"$sim" render route-get default default default 172.28.128.13 en0 172.28.174.58 '<UP,GATEWAY,DONE>' 0 -79 >"$work/actual"
ok "route get 0 byte for byte" cmp "$T/routes/route-n-get-0_metrics.txt" "$work/actual"
if [[ -f $T/routes/route-n-get-host_lo0.txt ]]; then
  # This transcript lost one leading blank in its last lines: compared modulo leading blanks.
  "$sim" render route-get 172.28.149.95 172.28.149.95 '' 127.0.0.1 lo0 127.0.0.1 '<UP,GATEWAY,HOST,DONE,STATIC>' 0 -68642 |
    sed 's/^ *//' >"$work/actual"
  sed 's/^ *//' "$T/routes/route-n-get-host_lo0.txt" >"$work/expected"
  ok "route get host modulo leading blanks" cmp "$work/expected" "$work/actual"
fi

"$node/usr/bin/netstat" -h 2>"$work/actual"
ok "netstat usage byte for byte" cmp "$T/routes/netstat_illegal-option_aix72.txt" "$work/actual"
{
  echo '# chdev -l sys0 -a maxuproc=200'
  "$node/usr/sbin/chdev" -P -l sys0 -a maxuproc=200
  echo '# lsattr -HEl sys0 -a maxuproc'
  "$node/usr/sbin/chdev" -q -l sys0 -a maxuproc=128
  "$node/usr/sbin/lsattr" -HEl sys0 -a maxuproc
} >"$work/actual"
ok "chdev and lsattr -H byte for byte" cmp "$T/routes/chdev_sys0_and_lsattr-HEl.txt" "$work/actual"
echo "formats: $checks checks, $stripped lines compared modulo trailing blanks that their source had lost"

# (b) state -----------------------------------------------------------------------------------------------------------
node=$work/n
N=$node/usr/sbin
B=$node/usr/bin
c() { "$sim" -C "$node" "$@"; }
option() { "$N/nfs4cl" showfs "$1" | sed -n "s/^options : .*[ ,]$2=\([^,]*\).*/\1/p"; }
fresh() { # BOOT-ARGUMENTS
  rm -rf "$node"
  "$sim" boot "$node" "$@" || echo "boot failed"
}
current() { "$N/nfs4cl" showfs "$1" | sed -n 's/^ *Current Server: \(.*\):.*/\1/p'; }
flags() { "$B/netstat" -rn -f inet | awk -v g="$1" '$1 == "default" && $2 == g { print $3 }'; }
cost() { "$B/netstat" -rnC -f inet | awk -v g="$1" '$1 == "default" && $2 == g { print $7 "/" $8 }'; }
defaults() { "$B/netstat" -rn -f inet | awk '$1 == "default" { printf "%s%s", s, $2; s = " " }'; }
odm() { "$N/lsattr" -El inet0 -a route -F value; }
A=203.0.113.15
R=203.0.113.14

fresh
same "six mounts" 8 "$("$N/mount" | wc -l)"
same "timeo default" 100 "$(option /usr timeo)"
same "retrans default" 5 "$(option /usr retrans)"
status "set" 0 "$N/nfs4cl" setfsoptions /usr timeo=7
same "set prints nothing" "" "$(cat "$work/out" "$work/err")"
same "set, read back" 7 "$(option /usr timeo)"
same "another fsid is untouched" 100 "$(option /.statelite/persistent timeo)"
same "a path below selects the same fsid" 7 "$(option /usr/lib/libc.a timeo)"
ok "reset" "$N/nfs4cl" resetfsoptions /usr
same "reset, read back" 100 "$(option /usr timeo)"
for bad in timeo=x timeo= timeo timeo=-1 'timeo= 1' timeo=99999999999999999999 nonsense nonsense=1 '' ro=1 timeo=1,retrans=3; do
  status "refused: $bad" 1 "$N/nfs4cl" setfsoptions /usr "$bad"
done
same "refused values change nothing" 100/5 "$(option /usr timeo)/$(option /usr retrans)"
status "not nfs4: stnfs" 1 "$N/nfs4cl" setfsoptions / timeo=1
status "not nfs4: nfs3" 1 "$N/nfs4cl" setfsoptions /mnt/mksysb timeo=1
status "not nfs4: namefs" 1 "$N/nfs4cl" showfs /var/adm/ras
for words in "nfs4cl" "nfs4cl frob" "nfs4cl setfsoptions /usr" "nfs4cl showfs /usr x" "no" "no -Q" "no -o nosuch" "no -o nosuch=1" \
  "no -o passive_dgd=2" "no -o passive_dgd=x" "no -o arptab_nb=10" "nfso -o nosuch" "nfso -Q" "lsattr -El inet9" "lsattr -El inet0 -a nosuch" \
  "lsattr" "lsattr -Zl inet0" "chdev -l inet9" "chdev -l inet0 -a nosuch=1" "chdev -l inet0 -Z" "ifconfig" "ifconfig en7" "ifconfig -Z" \
  "mount -Z" "route" "route -Z add" "route frob 0 1.2.3.4" "route add 0" "route -n add 0 10.9.9.9" "route add 0 $R -frob" \
  "route add 0 $R -hopcount x"; do
  read -ra w <<<"$words"
  status "refused: $words" 1 "$N/${w[0]}" "${w[@]:1}"
  has "says why: $words" . "$(cat "$work/err")"
done
for words in "odmget" "odmget -q name CuAt" "odmget NoClass" "netstat -h" "netstat -rn -f frob" "uname -Z" "logger -Z x"; do
  read -ra w <<<"$words"
  status "refused: $words" 1 "$B/${w[0]}" "${w[@]:1}"
done

# Tunables
same "no -o prints" "passive_dgd = 0" "$("$N/no" -o passive_dgd)"
same "no -o sets, several" "Setting passive_dgd to 1|Setting dgd_ping_time to 2" \
  "$("$N/no" -o passive_dgd=1 -o dgd_ping_time=2 | paste -sd'|')"
same "no -x" "dgd_ping_time,2,5,5,1,2147483647,second,D" "$("$N/no" -x dgd_ping_time)"
same "no -p" "Setting dgd_ping_time to 3|Setting dgd_ping_time to 3 in nextboot file" "$("$N/no" -p -o dgd_ping_time=3 | paste -sd'|')"
same "no -x after -p" "dgd_ping_time,3,5,3,1,2147483647,second,D" "$("$N/no" -x dgd_ping_time)"
has "nextboot file" 'dgd_ping_time = "3"' "$(cat "$node/etc/tunables/nextboot")"
same "nfso" "nfs_v4_fail_over_timeout = 0" "$("$N/nfso" -o nfs_v4_fail_over_timeout)"
"$sim" boot "$node"
same "a diskless boot forgets tunables" "dgd_ping_time,5,5,5,1,2147483647,second,D" "$("$N/no" -x dgd_ping_time)"

# Routes
same "one default" "$A" "$(defaults)"
same "NIM's flags" UG "$(flags $A)"
ok "add" "$N/route" -n add 0 $R -hopcount 1 -active_dgd -static
same "two defaults by cost" "$A $R" "$(defaults)"
has "first of two has =>" "^default +$A .*=>$" "$("$B/netstat" -rn -f inet | grep "^default *$A")"
has "last of two has none" "-   $" "$("$B/netstat" -rn -f inet | grep "^default *$R")"
has "A in the flags" A "$(flags $R)"
same "cost" 1/1 "$(cost $R)"
status "same route again" 1 "$N/route" -n add 0 $R -hopcount 1 -active_dgd
has "File exists on stderr" "File exists" "$(cat "$work/err")"
ok "delete by gateway" "$N/route" -n delete 0 $A
same "only the other one is left" "$R" "$(defaults)"
status "delete an absent one" 1 "$N/route" -n delete default $A
ok "net route, xCAT's words" "$N/route" add -net 10.3.0.0 -netmask 255.255.0.0 $R
has "abbreviated destination" $'\n10.3/16 ' "$("$B/netstat" -rn -f inet)"
has "route get takes it" "gateway: $R" "$("$N/route" -n get 10.3.4.5)"
"$sim" boot "$node"
same "a boot brings NIM's route back" "$A" "$(defaults)"
same "merged flag letters" "$("$B/netstat" -rn -f inet)" "$("$B/netstat" -nrf inet)"
same "flags of -C in any order" "$("$B/netstat" -rnC -f inet)" "$("$B/netstat" -C -n -r -f inet)"
lacks "-f inet has no v6" 'Family 24' "$("$B/netstat" -rn -f inet)"

# ODM on a standalone node
fresh --standalone
same "ODM route" "net,-hopcount,0,,0,$A" "$(odm)"
same "route from the ODM" "$A" "$(defaults)"
wanted="net,-hopcount,1,,,-active_dgd,,,-static,0,$R"
same "chdev" "inet0 changed" "$("$N/chdev" -l inet0 -a route="$wanted")"
same "chdev: kernel" "$A $R" "$(defaults)"
same "chdev: kernel cost" 1/1 "$(cost $R)"
same "chdev: ODM keeps the string" "$wanted" "$(odm | tail -1)"
status "chdev again" 1 "$N/chdev" -l inet0 -a route="$wanted"
has "odmget" "value = \"$wanted\"" "$("$B/odmget" -q "name=inet0 and attribute=route" CuAt)"
status "delroute by another spelling" 1 "$N/chdev" -l inet0 -a delroute="net,-hopcount,1,-active_dgd,-static,0,$R"
"$sim" boot "$node"
same "both after a boot" "$A $R" "$(defaults)"
has "active after a boot" A "$(flags $R)"
ok "delroute" "$N/chdev" -l inet0 -a delroute="$wanted"
same "delroute: kernel" "$A" "$(defaults)"
ok "-P writes the ODM only" "$N/chdev" -P -l inet0 -a route="$wanted"
same "-P: kernel untouched" "$A" "$(defaults)"
ok "-P delroute" "$N/chdev" -P -l inet0 -a delroute="$wanted"
ok "-T" "$N/chdev" -T -l inet0 -a route="$wanted"
same "-T: kernel" "$A $R" "$(defaults)"
same "-T: ODM untouched" 1 "$(odm | wc -l)"
"$N/no" -p -o dgd_ping_time=4 >/dev/null
"$sim" boot "$node"
same "nextboot applied" "dgd_ping_time = 4" "$("$N/no" -o dgd_ping_time)"

# Any path
fresh
long=/$(printf 'l%.0s' {1..999})
for path in '/a b' "/it's" '/$(touch x)' '/a"b;c' $'/new\nline' /zürich "$long" '/%41' '/*'; do
  ok "add-mount $path" c add-mount --over "$path" --replica $R
  ok "set on $path" "$N/nfs4cl" setfsoptions "$path" timeo=3
  same "read $path" 3 "$(option "$path" timeo)"
  ok "mount shows ${path:0:20}" grep -qF -- "/export${path%%$'\n'*}" <("$N/mount")
  ok "umount $path" c umount "$path"
  status "gone: $path" 1 "$N/nfs4cl" showfs "$path"
done
ok "IPv6 server" c add-mount --over /v6 --server 2001:db8::15 --replica 2001:db8::14
has "IPv6 in showfs" 'Current Server: 2001:db8::15:/export/v6' "$("$N/nfs4cl" showfs /v6)"
ok "named server" c add-mount --over /named --server sn1 --replica sn2
ok "same fsid" c add-mount --over /second --fsid 0:42949672973
ok "set on the second mount" "$N/nfs4cl" setfsoptions /second retrans=2
same "one fsid, one setting" 2 "$(option /usr retrans)"
ok "autofs row" c add-mount --over /net --vfs autofs
has "autofs without a node" ' {9}-hosts +/net +autofs' "$("$N/mount")"
ok "boot again" "$sim" boot "$node"
lacks "added mounts are gone" /named "$("$N/mount")"
same "kernel options are gone" 5 "$(option /usr retrans)"

# By bare name, as any postscript does
fresh
same "PATH and AIXSIM_STATE" "AIX cn017" "$(PATH=$node/bin:$PATH AIXSIM_STATE=$node sh -c 'echo $(uname) $(hostname)')"
PATH=$node/bin:$PATH AIXSIM_STATE=$node sh -c 'logger -t xcat -p local4.err "some message"'
same "logger" "local4.err xcat: some message" "$(c syslog)"
status "no node" 127 env -i AIXSIM_STATE=/nonexistent sh -c "exec -a mount $sim" 2>/dev/null || true
status "clean environment" 0 env -i LC_ALL=C LANG=C NSORDER=local PATH=/usr/bin "$N/mount"

# Call log
c calls --clear
"$N/nfs4cl" showfs /usr >/dev/null </dev/null
"$N/nfs4cl" setfsoptions / timeo=1 2>/dev/null
same "count" 2 "$(c calls --count)"
same "count by glob" 1 "$(c calls --count 'nfs4cl set*')"
has "json" '"argv":\["nfs4cl","showfs","/usr"\],"outcome":"exit 0".*"stdin":"null"' "$(c calls --json)"
has "status in the log" 'exit 1 +nfs4cl setfsoptions / timeo=1' "$(c calls)"

# (c) faults ----------------------------------------------------------------------------------------------------------
fault() {
  c fault clear
  c fault add "$@" >/dev/null
}
fault 'nfs4cl showfs*' exit status=7 text='it broke'
status "exit" 7 "$N/nfs4cl" showfs
same "exit text" "it broke" "$(cat "$work/err")"
status "other commands work" 0 "$N/mount"
fault 'mount' hang
status "hang" 124 timeout 0.3 "$N/mount"
fault 'mount' ignore-term
status "ignore-term" 137 timeout -k 0.3 1 "$N/mount"
fault 'mount' slow ms=300
start=$(date +%s%N)
status "slow" 0 "$N/mount"
has "slow still prints" /usr "$(cat "$work/out")"
ok "slow took 300 ms" test $((($(date +%s%N) - start) / 1000000)) -ge 300
fault 'mount' garbage bytes=1000
status "garbage" 0 "$N/mount"
same "garbage size" 1000 "$(stat -c %s "$work/out")"
fault 'mount' empty
status "empty" 0 "$N/mount"
same "empty size" 0 "$(stat -c %s "$work/out")"
whole=$(c fault clear; "$N/mount" | wc -c)
fault 'mount' truncated
same "truncated" $((whole / 2)) "$("$N/mount" | wc -c)"
fault 'mount' huge
ok "huge" test "$("$N/mount" | wc -c)" -gt 100000000
fault 'mount' killed signal=11
status "killed" 139 "$N/mount"
fault 'nfs4cl set*' changed-but-exit1 text=liar
status "changed-but-exit1" 1 "$N/nfs4cl" setfsoptions /usr timeo=11
same "changed-but-exit1: changed" 11 "$(option /usr timeo)"
fault 'nfs4cl set*' unchanged-but-exit0
status "unchanged-but-exit0" 0 "$N/nfs4cl" setfsoptions /usr timeo=12
same "unchanged-but-exit0: unchanged" 11 "$(option /usr timeo)"
fault 'route *' unchanged-but-exit0
status "unchanged route" 0 "$N/route" -n add 0 $R
same "unchanged route: unchanged" "$A" "$(defaults)"
fault 'nfs4cl set*' killed when=after
status "killed after" 137 "$N/nfs4cl" setfsoptions /usr timeo=13
same "killed after: changed" 13 "$(option /usr timeo)"
fault 'mount' grandchild-pipe seconds=1
start=$(date +%s%N)
has "grandchild-pipe prints" /usr "$("$N/mount")"
ok "grandchild-pipe holds the pipe" test $((($(date +%s%N) - start) / 1000000)) -ge 900
fault 'mount' partial-then-hang
same "partial-then-hang" $((whole / 2)) "$(timeout 1.5 "$N/mount" | wc -c)"
fault 'mount' exit nth=2
status "nth: first" 0 "$N/mount"
status "nth: second" 1 "$N/mount"
status "nth: third" 0 "$N/mount"
fault 'mount' exit from=2
status "from: first" 0 "$N/mount"
status "from: second" 1 "$N/mount"
status "from: third" 1 "$N/mount"
status "unknown kind" 2 c fault add mount frob
status "unknown key" 2 c fault add mount hang bytes=1
has "list" "mount.*exit.*from=2" "$(c fault list)"
c fault clear
same "cleared" "" "$(c fault list)"
c delay 120
start=$(date +%s%N)
"$N/mount" >/dev/null
ok "delay" test $((($(date +%s%N) - start) / 1000000)) -ge 120
c delay 0

# (d) variants --------------------------------------------------------------------------------------------------------
fresh
status "unknown variant" 2 c variant nosuch=1
status "unknown value" 2 c variant setfsoptions=perhaps
c variant setfsoptions=replace
"$N/nfs4cl" setfsoptions /usr timeo=1
"$N/nfs4cl" setfsoptions /usr retrans=3
same "replace" 100/3 "$(option /usr timeo)/$(option /usr retrans)"
c variant setfsoptions=merge comma-list=accepted
ok "comma list" "$N/nfs4cl" setfsoptions /usr timeo=1,retrans=4
same "comma list" 1/4 "$(option /usr timeo)/$(option /usr retrans)"
c variant nonv4=silent
status "nonv4=silent" 0 "$N/nfs4cl" setfsoptions / timeo=1
same "showfs without details" 0 "$("$N/nfs4cl" showfs | grep -c options)"
c variant showfs-all=yes
same "showfs with details" 2 "$("$N/nfs4cl" showfs | grep -c options)"
c variant shared-fsid=yes overmount=nfs4 showfs-all=no
"$sim" boot "$node"
same "shared fsid: one row" 1 "$("$N/nfs4cl" showfs | grep -c ^203)"
c variant showfs-rows=mount
same "rows per mount" 3 "$("$N/nfs4cl" showfs | grep -c ^203)"
ok "over-mount nfs4" "$N/nfs4cl" setfsoptions /var/adm/ras timeo=9
same "over-mount nfs4 shares the fsid" 9 "$(option /usr timeo)"
c variant default
ok "add" "$N/route" -n add 0 $R -active_dgd
for form in UGA UGSA UAG AUG; do
  c variant dgd-flag=$form
  same "dgd-flag $form" $form "$(flags $R)"
done
c variant route-exists=ok
status "route-exists=ok" 0 "$N/route" -n add 0 $R -active_dgd
has "route-exists=ok on stdout" "File exists" "$(cat "$work/out")"
c variant route-cost=second
ok "route-cost=second" "$N/route" -n add 0 $R -hopcount 5 -active_dgd
same "two entries" "$A $R $R" "$(defaults)"
ok "delete one" "$N/route" -n delete 0 $R
same "one entry left" "$A $R" "$(defaults)"
c variant route-cost=update
ok "route-cost=update" "$N/route" -n add 0 $R -hopcount 6 -active_dgd
same "updated" 6/6 "$(cost $R)"
c variant route-delete-absent=ok
status "route-delete-absent=ok" 0 "$N/route" -n delete 0 203.0.113.99
c variant no-x=unsupported
status "no -x unsupported" 1 "$N/no" -x dgd_ping_time
c variant no-x=list-only
status "no -x without a name" 0 "$N/no" -x
status "no -x with a name" 1 "$N/no" -x dgd_ping_time
c variant nfso=unknown
status "nfso unknown" 1 "$N/nfso" -o nfs_v4_fail_over_timeout
c variant costs-header=unsupported
status "no -C" 1 "$B/netstat" -rnC
c variant costs-header=absent
lacks "no header" Cost "$("$B/netstat" -rnC)"
fresh --standalone --variant odm-boot-string=fields11
same "11 fields in the ODM" "net,-hopcount,0,,,,,,-static,0,$A" "$(odm)"
c variant odm-string=hopcount5
ok "chdev stores another generation" "$N/chdev" -l inet0 -a route="net,-hopcount,1,,,-active_dgd,,,-static,0,$R"
same "stored" "net,-hopcount,1,-active_dgd,0,$R" "$(odm | tail -1)"
c variant chdev-input=short
status "11 fields refused" 1 "$N/chdev" -l inet0 -a route="net,-hopcount,2,,,-active_dgd,,,-static,0,203.0.113.13"
status "short accepted" 0 "$N/chdev" -l inet0 -a route="net,-hopcount,2,-active_dgd,0,203.0.113.13"
c variant chdev-delroute-P=refused
status "-P delroute refused" 1 "$N/chdev" -P -l inet0 -a delroute="net,-hopcount,2,-active_dgd,0,203.0.113.13"

# (e) clock, gateways, servers ----------------------------------------------------------------------------------------
fresh
"$N/route" -n delete 0 $A >/dev/null
"$N/route" -n add 0 $A -hopcount 0 -active_dgd >/dev/null
"$N/route" -n add 0 $R -hopcount 1 -active_dgd >/dev/null
has "fail tells the detection" "detected after 8 s, then $R" "$(c fail $A)"
same "cost before the detection" 0/0 "$(cost $A)"
c clock +7 >/dev/null
same "cost one second before" 0/0 "$(cost $A)"
c clock +1 >/dev/null
same "cost after it" 2147483647/0 "$(cost $A)"
same "the row stays, traffic moves" "$R $A" "$(defaults)"
has "route get follows" "gateway: $R" "$("$N/route" -n get 0)"
c variant max-cost=MAX
same "max-cost=MAX" MAX/0 "$(cost $A)"
c variant max-cost=number
c heal $A
same "not yet answered" 2147483647/0 "$(cost $A)"
c clock +5 >/dev/null
same "restored" 0/0 "$(cost $A)"
same "order again" "$A $R" "$(defaults)"
fresh
"$N/route" -n add 0 $R -hopcount 1 >/dev/null
c fail $A --quiet
c clock +86400 >/dev/null
same "without DGD nothing happens" 0/0 "$(cost $A)"
"$N/no" -o passive_dgd=1 >/dev/null
c clock +1202 >/dev/null
same "passive: before the ARP expiry" 0/0 "$(cost $A)"
c clock +1 >/dev/null
same "passive: after it" 2147483647/0 "$(cost $A)"
c clock +300 >/dev/null
same "passive: restored after dgd_retry_time though dead" 0/0 "$(cost $A)"
c clock +3 >/dev/null
same "passive: found again" 2147483647/0 "$(cost $A)"
c variant traffic=none
same "passive without traffic" 0/0 "$(cost $A)"

fresh
seconds() { "$sim" -C "$node" stall --json "$1" | sed -n "s/.*\"$2\":\([^,]*\),.*/\1/p"; }
same "untuned" 50.0 "$(seconds /usr new_files_seconds)"
c open /usr/bin/ksh before
"$N/nfs4cl" setfsoptions /usr timeo=1
"$N/nfs4cl" setfsoptions /usr retrans=3
c open /usr/bin/ls after
same "tuned: new files" 0.3 "$(seconds /usr new_files_seconds)"
same "tuned: old files" 50.0 "$(seconds /usr opened_files_seconds)"
has "open files keep their values" "/usr/bin/ksh before /usr timeo=100,retrans=5 50.0 s./usr/bin/ls after /usr timeo=1,retrans=3 0.3 s" "$(c opened)"
"$N/nfs4cl" setfsoptions /usr retrans=1
same "at least two time-outs" 0.2 "$(seconds /usr new_files_seconds)"
"$N/nfso" -o nfs_v4_fail_over_timeout=30 >/dev/null
same "the tunable wins" 30.0 "$(seconds /usr new_files_seconds)"
"$N/nfs4cl" setfsoptions /usr timeo=400
same "unless the product is longer" 40.0 "$(seconds /usr new_files_seconds)"
same "stnfs is fixed" 20.0 "$(seconds / new_files_seconds)"
same "nfs3 hangs" null "$(seconds /mnt/mksysb new_files_seconds)"
same "over-mounts follow" "$(seconds /.statelite/persistent new_files_seconds)" "$(seconds /var/adm/ras new_files_seconds)"
c fail $A --quiet
same "current after the failure" $R "$(current /usr)"
has "old server is a replica" "Replica Server: $A:" "$("$N/nfs4cl" showfs /usr)"
c fail $R --quiet
same "both dead" null "$(seconds /usr new_files_seconds)"
c heal $A
same "back on the first" $A "$(current /usr)"
c heal $R
same "stays there" $A "$(current /usr)"
fresh --replicas 0
has "no replica: hangs" '/usr +nfs4 +hangs +hangs +nobody' "$(c fail $A)"
fresh --replicas 3
same "three replicas" 3 "$("$N/nfs4cl" showfs /usr | grep -c Replica)"
c variant failover=clock
c fail $A --quiet
same "clock: not yet" $A "$(current /usr)"
c clock +50 >/dev/null
same "clock: now" $R "$(current /usr)"
c variant dead-server=blocks
c fail $R --quiet
status "showfs blocks on a dead server" 124 timeout 0.2 "$N/nfs4cl" showfs /usr
status "more than eight servers" 2 "$sim" boot "$work/x" --replicas 8
# A server behind a gateway
fresh
"$N/route" -n add 0 $R -hopcount 1 -active_dgd >/dev/null
c add-mount --over /far --server 198.51.100.9
has "far server, gateway without DGD" '/far +nfs4 +hangs' "$(c fail $A)"
c heal $A
"$N/route" -n delete 0 $A >/dev/null
"$N/route" -n add 0 $A -active_dgd >/dev/null
has "far server, active DGD" '/far +nfs4 +8.0 s' "$(c fail $A)"

# (f) many mounts, many processes -------------------------------------------------------------------------------------
fresh --mounts 2000 --share 2
same "2000 nfs4 mounts" 2000 "$("$N/mount" | grep -c ' nfs4 ')"
same "1001 fsids" 1001 "$("$N/nfs4cl" showfs | grep -c ^203)"
c calls --clear
for i in {1..100}; do
  if ((i % 2)); then option=timeo=$i; else option=retrans=$i; fi
  "$N/nfs4cl" setfsoptions /usr $option &
  "$N/nfs4cl" setfsoptions "/data/00$((i + 100))" timeo=$i &
  "$N/route" -n add "10.$i.0.0/16" $R >/dev/null &
done
wait
same "300 calls are logged" 300 "$(c calls --count)"
same "300 calls ended well" 300 "$(c calls | grep -c 'exit 0 ')"
has "the last writers' values" '^[0-9]*[13579]/[0-9]*[02468]$' "$(option /usr timeo)/$(option /usr retrans)"
same "100 routes" 100 "$("$B/netstat" -rn -f inet | grep -c '^10\.')"
(
  for i in {1..60}; do
    "$N/nfs4cl" setfsoptions /usr timeo=$i &
    kill -9 $!
  done
  wait
) 2>/dev/null
has "SIGKILL leaves a whole file" '^[0-9]+$' "$(option /usr retrans)"
start=$(date +%s%N)
for i in {1..100}; do "$N/nfs4cl" setfsoptions /usr timeo=1; done
ms=$((($(date +%s%N) - start) / 1000000))
echo "100 calls with 2000 mounts: $ms ms"

# (h) service node: formats -------------------------------------------------------------------------------------------
before=$checks
node=$work/sn1
N=$node/usr/sbin
B=$node/usr/bin
server() { # STATE BOOT-ARGUMENTS
  rm -rf "$node"
  "$sim" boot "$node" --server --exports "$@" || echo "boot failed"
}
mode() { "$N/nfsd" -getreplicas; }
is() { "$B/lssrc" -s "$1" | awk 'NR == 2 { print $NF }'; }
exported() { "$N/exportfs" | awk '{ printf "%s%s", s, $1; s = " " }'; }
transcript() { grep -v '^[^ ]* \?#' "$T/nfs/$1.txt"; }

server none
transcript exportfs-a-v-reexported >"$work/expected"
sed 's/.* //; s/$/ -rw/' "$work/expected" >"$node/etc/exports"
while read -r dir _; do mkdir -p "$node$dir"; done <"$node/etc/exports"
same "exportfs -a is silent" "0:" "$("$N/exportfs" -a 2>&1; echo "$?:")"
"$N/exportfs" -a -v >"$work/actual"
ok "exportfs -a -v byte for byte" cmp "$work/expected" "$work/actual"
same "exportfs lists them" "$(cat "$node/etc/exports")" "$("$N/exportfs")"

server none --fs /hamninstall --fs /u02/share --mode on
rmdir "$node/u02/share" && mkdir "$node/u02/share"
ok "mknfsexp, AIX 5.3 line" "$N/mknfsexp" -d /hamninstall -B -v 3,4 -S sys,krb5p,krb5i,krb5,dh -t rw -r '*'
ok "etc-exports-vers34 byte for byte" cmp "$T/nfs/etc-exports-vers34-aix53.txt" "$node/etc/exports"
ok "exportfs -ua" "$N/exportfs" -ua
: >"$node/etc/exports"
ok "mknfsexp, how-to line" "$N/mknfsexp" -d /u02/share -S sys,krb5p,krb5i,krb5,dh -t rw -r 203.0.113.10
ok "etc-xtab byte for byte" cmp "$T/nfs/etc-xtab-after-exportfs-a.txt" "$node/etc/xtab"
"$N/showmount" -e localhost >"$work/actual"
ok "showmount -e byte for byte" cmp "$T/nfs/showmount-e.txt" "$work/actual"
server plain --name aixnim
same "showmount -e does not show v4" "$(sed -n 2p "$T/nfs/showmount-e-v4-only.txt")" "$("$N/showmount" -e aixnim)"
server none --address 10.0.1.1 --partner 10.0.2.1 --mode on --variant export-order=noauto-first
ok "mknfsexp as xCAT does" "$N/mknfsexp" -d /install -B -v 4 -g /install@10.0.1.1:/install@10.0.2.1 -x -t rw -r '*'
ok "etc-exports-replicas byte for byte" cmp "$T/nfs/etc-exports-replicas-noauto-first.txt" "$node/etc/exports"
for file in etc-exports-vers34-aix53 etc-exports-replicas-noauto-first; do
  cp "$T/nfs/$file.txt" "$node/etc/exports"
  "$N/lsnfsexp" >"$work/actual"
  ok "lsnfsexp prints $file" cmp "$T/nfs/$file.txt" "$work/actual"
done

while IFS= read -r text; do
  read -ra w <<<"$text"
  case $text in
    '#'*) ;;
    Subsystem*) same "lssrc header" "$text" "$(render lssrc-header blank)" ;;
    *)
      if [[ $text == *' ' ]]; then
        same "lssrc row" "$text" "$(render lssrc "${w[@]}" blank)"
      else
        same "lssrc row" "$text" "$(render lssrc "${w[@]}")"
      fi
      ;;
  esac
done <"$T/nfs/lssrc-g-nfs-aix71.txt"
c variant lssrc-blanks=yes
"$B/lssrc" -g nfs | head -6 | sed 's/[0-9]\{7,8\} */PID /' >"$work/actual"
grep -v '^#' "$T/nfs/lssrc-g-nfs-aix71.txt" | sed 's/[0-9]\{7,8\} */PID /; s/active$/active /' >"$work/expected"
ok "lssrc -g nfs, but for the PIDs" cmp "$work/expected" "$work/actual"
c variant default
server no-file --variant gssd=runs --domain x.example.com --variant nfsrgyd-boot=inoperative
"$B/stopsrc" -g nfs >/dev/null
for i in 1 2; do "$B/lssrc" -g nfs >/dev/null; done
c variant stop-delay=at-once
"$B/stopsrc" -s gssd >/dev/null
transcript startsrc-g-nfs | sed 's/PID is [0-9]*/PID is N/' >"$work/expected"
"$B/startsrc" -g nfs | sed 's/PID is [0-9]*/PID is N/' >"$work/actual"
ok "startsrc -g nfs, but for the PIDs" cmp "$work/expected" "$work/actual"
{
  echo '# stopsrc -s snmpd'
  "$B/stopsrc" -s snmpd
  echo '# stopsrc -s snmpd'
  "$B/stopsrc" -s snmpd
} >"$work/actual"
ok "stopsrc twice byte for byte" cmp "$T/nfs/stopsrc-twice-0513-004.txt" "$work/actual"

for file in df-nfs-long-server df-k-nfs; do
  while IFS= read -r text; do
    case $text in
      '#'*) ;;
      Filesystem*) same "$file header" "$text" "$(render df-header 512)" ;;
      *)
        read -ra w <<<"${text//%/}"
        same "$file" "$text" "$(render df "${w[@]}")"
        ;;
    esac
  done <"$T/nfs/$file.txt"
done
has "df -k header" '^Filesystem    1024-blocks      Free %Used    Iused %Iused Mounted on' "$("$B/df" -k)"
for file in lsfs-table-jfs2 lsfs-table-nfs; do
  while IFS= read -r text; do
    read -ra w <<<"$text"
    case $text in
      Name*) same "$file header" "$text" "$(render lsfs-header)" ;;
      *) line "$file" "$text" "$(render lsfs "${w[0]}" "${w[1]/#--/}" "${w[2]}" "${w[3]}" "" "${w[4]/#--/}" "${w[5]}" "${w[6]}" "${w[7]}")" ;;
    esac
  done <"$T/nfs/$file.txt"
done
{
  render lsfs-header -c
  render lsfs-c /dev/fslv00 '' /tmp/issue76 jfs2 test_mount 10485760 rw yes no
  render lsfs-q 10485760
} >"$work/actual"
ok "lsfs -c, -q byte for byte" cmp "$T/nfs/lsfs-c-and-q.txt" "$work/actual"
cp "$T/nfs/etc-filesystems-nfs-stanza.txt" "$node/etc/filesystems"
same "lsfs reads the stanza" "/NEWAPP         examplesap003_gb /NEWAPP                nfs   --      bg,soft,intr,sec=sys yes  no " \
  "$("$N/lsfs" /NEWAPP | tail -1)"
echo "server formats: $((checks - before)) checks"

# (i) service node: states, refusals ----------------------------------------------------------------------------------
for state in none no-file v3-children plain right third wrong-address foreign-v4 partner-down; do
  server $state
  same "$state: xtab is what exportfs prints" "$(cat "$node/etc/xtab")" "$("$N/exportfs")"
  case $state in
    none | no-file | partner-down) same "$state: exports" "" "$(exported)" ;;
    v3-children) same "$state: exports" 3 "$("$N/exportfs" | wc -l)" ;;
    foreign-v4) same "$state: exports" /home "$(exported)" ;;
    *) same "$state: exports" /install "$(exported)" ;;
  esac
  case $state in
    right | third | wrong-address) same "$state: mode" on "$(mode)" ;;
    *) same "$state: mode" off "$(mode)" ;;
  esac
  if [[ $state == no-file ]]; then daemon=inoperative; else daemon=active; fi
  same "$state: nfsd" $daemon "$(is nfsd)"
  status "$state: no interruption" 0 c interruptions
  before_boot=$("$N/exportfs")
  ok "$state: boot again" "$sim" boot "$node"
  if [[ $state == wrong-address ]]; then before_boot=''; fi
  same "$state: exports after a boot" "$before_boot" "$("$N/exportfs")"
  has "$state: show" 'replication mode' "$(c show)"
done
server none
same "nothing exported" "0:" "$("$N/exportfs" 2>&1; echo "$?:")"
c variant exportfs-nothing=stderr
status "exportfs-nothing=stderr" 1 "$N/exportfs"
status "unknown state" 2 "$sim" boot "$work/x" --server --exports frob
for words in "exportfs -Z" "exportfs -F /install" "exportfs -u" "exportfs -o" "exportfs /nosuch" "exportfs -u /nosuch" "exportfs -i -o rw /nosuch" \
  "exportfs -i -o frob /install" "exportfs -i -o vers=5 /install" "lsnfsexp -d /install" "lsnfsexp /nosuch" "mknfsexp" "mknfsexp -d install" \
  "mknfsexp -d /install -t frob" "chnfsexp -d /nosuch -t rw" "rmnfsexp -d /nosuch" "rmnfsexp" "chnfs" "chnfs -R" "chnfs -R on,a" "chnfs -g x" "chnfs -Z" \
  "chnfsdom a b" "chnfsdom -x" "nfsd" "nfsd -frob" "showmount" "showmount -e 203.0.113.77" "lsfs -Z" "lsfs /nosuch"; do
  read -ra w <<<"$words"
  status "refused: $words" 1 "$N/${w[0]}" "${w[@]:1}"
  has "says why: $words" . "$(cat "$work/err")"
done
for words in "lssrc" "lssrc -s nosuch" "lssrc -g nosuch" "startsrc" "startsrc -s nosuch" "startsrc -s nfsd" "stopsrc -g nosuch" "stopsrc" \
  "df -Z" "df /nosuch"; do
  read -ra w <<<"$words"
  status "refused: $words" 1 "$B/${w[0]}" "${w[@]:1}"
  has "says why: $words" . "$(cat "$work/err")"
done
two=/install@203.0.113.15:/install@203.0.113.14
server v3-children
status "parent of exported children" 1 "$N/exportfs" -i -o vers=4,ro /install
has "names the child" 'sub-directory \(/install/' "$(cat "$work/err")"
ok "in another file system" "$N/exportfs" -i -o ro /export/mksysb
status "mode while v4 is exported" 1 "$N/chnfs" -R on
same "mode is as before" off "$(mode)"
server plain
status "child of an exported parent" 1 "$N/exportfs" -i -o vers=3,ro /install/postscripts
has "names the parent" 'parent-directory \(/install\)' "$(cat "$work/err")"
c variant nested=same-version
ok "nested=same-version" "$N/exportfs" -i -o vers=3,ro /install/postscripts
server none
status "replicas while the mode is off" 1 "$N/exportfs" -i -o "vers=4,ro,noauto,replicas=$two" /install
ok "chnfs -R on" "$N/chnfs" -R on
same "mode" on "$(mode)"
ok "replicas" "$N/exportfs" -i -o "vers=4,ro,noauto,replicas=$two" /install
status "mode with a v4 export" 1 "$N/chnfs" -R off
ok "unexport" "$N/exportfs" -u /install
eight=$two
for i in 1 2 3 4 5 6; do eight+=:/install@203.0.113.$i; done
ok "eight replicas" "$N/exportfs" -i -o "vers=4,ro,noauto,replicas=$eight" /install
status "nine replicas" 1 "$N/exportfs" -i -o "vers=4,ro,noauto,replicas=$eight:/install@203.0.113.9" /install
status "nine with +" 1 "$N/exportfs" -i -o "vers=4,ro,noauto,replicas=$eight+203.0.113.9" /install
"$N/exportfs" -u /install
status "not the root of a file system" 1 "$N/exportfs" -i -o "vers=4,noauto,replicas=${two//install/install\/postscripts}" /install/postscripts
status "not in its own list" 1 "$N/exportfs" -i -o vers=4,noauto,replicas=/install@203.0.113.14 /install
ok "without noauto" "$N/exportfs" -i -o vers=4,replicas=/install@203.0.113.14 /install
has "it inserts itself, by name" 'replicas=/install@sn1:/install@203.0.113.14' "$("$N/exportfs")"
"$N/exportfs" -u /install
c variant replica-self=accepted
ok "replica-self=accepted" "$N/exportfs" -i -o vers=4,noauto,replicas=/install@203.0.113.14 /install
"$N/exportfs" -u /install
names=/install@sn1:/install@sn2
ok "names" "$N/exportfs" -i -o "vers=4,noauto,replicas=$names" /install
"$N/exportfs" -u /install
c variant replica-names=refused
status "names refused" 1 "$N/exportfs" -i -o "vers=4,noauto,replicas=$names" /install
status "an unknown name" 1 "$N/exportfs" -i -o vers=4,replicas=/install@nosuch /install
status "replicas for v3" 1 "$N/exportfs" -i -o "vers=3,replicas=$two" /install
status "replicas and refer" 1 "$N/exportfs" -i -o "vers=4,refer=/a@203.0.113.9,replicas=$two" /install
status "not a list" 1 "$N/exportfs" -i -o vers=4,replicas=203.0.113.9 /install
server none --install-fs none --mode on
status "/install is no file system" 1 "$N/exportfs" -i -o "vers=4,ro,noauto,replicas=$two" /install
server none --install-fs nfs --mode on
status "/install comes from a server" 1 "$N/exportfs" -i -o vers=4,ro /install
server none --install-fs mmfs --mode on
ok "GPFS" "$N/exportfs" -i -o "vers=4,rw,noauto,replicas=$two" /install
has "df of GPFS" '^/dev/gpfs1 .* /install$' "$("$B/df" /install | tail -1)"
has "mount of GPFS" '/dev/gpfs1 +/install +mmfs' "$("$N/mount")"
same "lsfs -c of GPFS" "/install:/dev/gpfs1:mmfs::mmfs::rw,mtime,atime,dev=gpfs1:no:no" "$("$N/lsfs" -c /install | tail -1)"
server foreign-v4
status "unexport with v4 state" 1 "$N/exportfs" -u /home
same "still exported" /home "$(exported)"
status "mode in that case" 1 "$N/chnfs" -R on
status "no interruption by refusals" 0 c interruptions
ok "by force" "$N/exportfs" -u -F /home
same "by force: gone" "" "$(exported)"
has "interruption" '^/home withdrawn vers=4 by call [0-9]+ \(exportfs -u -F /home\), not back, clients cn020$' "$(c interruptions)"
ok "back" "$N/exportfs" -a
has "interruption ended" 'back by call [0-9]+ \(exportfs -a\)' "$(c interruptions /home)"
call=$(c interruptions --json /home | sed -n 's/.*"from_call":\([0-9]*\).*/\1/p')
has "the call by that number" "\"n\":$call,.*\"argv\":\[\"exportfs\",\"-u\",\"-F\",\"/home\"\]" "$(c calls --json 'exportfs*')"
status "other directories were not concerned" 0 c interruptions /export
ok "another client" c client add cn019 /home --state
same "clients" "cn020 /home vers=4|cn019 /home vers=4 state" "$(c client list | paste -sd'|')"
status "not exported for it" 1 c client add cn019 /home --vers 3
status "busy again" 1 "$N/exportfs" -ua
ok "client gone" c client remove cn019
ok "free again" "$N/exportfs" -ua
server foreign-v4 --export '/export -ro'
status "exportfs -ua partly fails" 1 "$N/exportfs" -ua
same "the free one is gone" /home "$(exported)"
"$N/exportfs" -a
c variant exportfs-partial=0
status "exportfs-partial=0" 0 "$N/exportfs" -ua

# /etc/exports
server none --mode on --export '/home -vers=4,rw'
printf '# by hand\n/export -ro,\\\nroot=cn017\n' >>"$node/etc/exports"
ok "mknfsexp" "$N/mknfsexp" -d /install -B -v 4 -g $two -x -t ro -r '*'
has "line" "^/install -replicas=$two,vers=4,ro,noauto,root=\*$" "$(tail -1 "$node/etc/exports")"
status "again" 1 "$N/mknfsexp" -d /install -B -v 4 -g $two -x -t ro -r '*'
ok "chnfsexp" "$N/chnfsexp" -d /install -B -t rw
has "changed" "^/install -replicas=$two,vers=4,rw,noauto,root=\*$" "$(tail -1 "$node/etc/exports")"
has "changed in the kernel" "^/install .*,rw,noauto" "$("$N/exportfs" | tail -1)"
has "a line that goes on" '/export -ro,root=cn017' "$("$N/lsnfsexp" /export)"
ok "rmnfsexp" "$N/rmnfsexp" -d /install -B
same "the rest of the file stays" '/home -vers=4,rw|# by hand|/export -ro,\|root=cn017' "$(paste -sd'|' "$node/etc/exports")"
same "the rest of the exports stays" /home "$(exported)"
ok "mknfsexp -I" "$N/mknfsexp" -d /install -I -t ro
same "file only" /home "$(exported)"
ok "rmnfsexp -I" "$N/rmnfsexp" -d /install -I
ok "mknfsexp -N" "$N/mknfsexp" -d /install -N -t ro
same "kernel only" "/home /install" "$(exported)"
lacks "not in the file" /install "$(cat "$node/etc/exports")"
ok "two lines for one directory" "$N/exportfs" -i -o vers=4,ro /install
same "v3 and v4" "/home /install /install" "$(exported)"
ok "one of them" "$N/exportfs" -u -V 4 /install
same "v3 is left" "/home /install" "$(exported)"
has "changed exports are told" '/install changed vers=4 by call' "$(c interruptions /install)"
status "foreign export untouched" 0 c interruptions /home
server right
same "lsnfsexp -c" "#directory:anonuid:public:versions:exname:refer:replica:allother|/install:::4:::/install@203.0.113.15,/install@203.0.113.14:ro,noauto,root=*" \
  "$("$N/lsnfsexp" -c | paste -sd'|')"
c variant lsnfsexp-separator=: lsnfsexp-empty=dash
same "lsnfsexp -c, other form" "/install:-:no:4:-:-:$two:ro,noauto,root=*" "$("$N/lsnfsexp" -c | tail -1)"
c variant lsnfsexp-header=moved
has "other columns" '^#directory:replica:' "$("$N/lsnfsexp" -c)"
c variant xtab-order=vers-first xtab-sec=added
"$N/exportfs" -a
same "exportfs in another order" "/install -vers=4,replicas=$two,sec=sys:krb5p:krb5i:krb5:dh,ro,noauto,root=*" "$("$N/exportfs")"
status "the same options are no change" 0 c interruptions
server none
c variant mknfsexp-failed=line-removed
status "mknfsexp refused" 1 "$N/mknfsexp" -d /install -B -v 4 -g $two -x
same "line-removed" "" "$(cat "$node/etc/exports")"
c variant mknfsexp-failed=line-kept
status "mknfsexp refused" 1 "$N/mknfsexp" -d /install -B -v 4 -g $two -x
has "line-kept" ^/install "$(cat "$node/etc/exports")"
same "domain unset" "Current local domain: N/A" "$("$N/chnfsdom")"
ok "domain" "$N/chnfsdom" cluster.example.com
same "domain file" cluster.example.com "$(cat "$node/etc/nfs/local_domain")"
c variant chnfsdom=bare
same "domain read" cluster.example.com "$("$N/chnfsdom")"
for form in word sentence assignment silent-off colons; do
  c variant getreplicas=$form
  off=$(mode)
  "$N/chnfs" -R on
  checks=$((checks + 1))
  [[ $(mode) != "$off" ]] || { failures=$((failures + 1)); echo "FAIL getreplicas=$form: on looks like off"; }
  "$N/chnfs" -R off
done
c variant getreplicas=unsupported
status "getreplicas=unsupported" 1 "$N/nfsd" -getreplicas
c variant getreplicas=word
ok "root replicas" "$N/chnfs" -R 203.0.113.15+203.0.113.14
same "root replicas" /@203.0.113.15+203.0.113.14 "$(mode)"
ok "-I waits" "$N/chnfs" -I -R off
same "-I: not yet" /@203.0.113.15+203.0.113.14 "$(mode)"

# Daemons
server none
ok "stopsrc" "$B/stopsrc" -s nfsd
same "the daemon is still there" stopping "$(is nfsd)"
status "started too early" 1 "$B/startsrc" -s nfsd
has "0513-029" '^0513-029 The nfsd Subsystem is already active' "$(cat "$work/err")"
same "gone after two looks" inoperative "$(is nfsd)"
same "PID and row of a dead daemon" " nfsd             nfs                           inoperative" "$("$B/lssrc" -s nfsd | tail -1)"
ok "started" "$B/startsrc" -s nfsd
same "active" active "$(is nfsd)"
has "counted as an interruption" '^nfsd down by call [0-9]+ \(stopsrc -s nfsd\), back by call [0-9]+ \(startsrc -s nfsd\)$' "$(c interruptions /home)"
ok "-I: a restart takes it" "$N/chnfs" -I -R on
"$B/stopsrc" -s nfsd >/dev/null
sleep 2.1
ok "two seconds later too" "$B/startsrc" -s nfsd
same "-I: now" on "$(mode)"
c variant start-early=lost
"$B/stopsrc" -s nfsd >/dev/null
ok "start-early=lost" "$B/startsrc" -s nfsd
for i in 1 2; do is nfsd >/dev/null; done
same "lost" inoperative "$(is nfsd)"
c variant start-early=works stop-delay=ms300 start-delay=looks2
ok "start-delay" "$B/startsrc" -s nfsd
same "not yet" inoperative "$(is nfsd)"
same "now" active "$(is nfsd)"
c variant start-delay=at-once
"$B/stopsrc" -s nfsd >/dev/null
same "ms300: before" stopping "$(is nfsd)"
sleep 0.35
same "ms300: after" inoperative "$(is nfsd)"
ok "start" "$B/startsrc" -s nfsd
ok "nfsrgyd without a domain" "$B/startsrc" -s nfsrgyd
same "ends at once" inoperative "$(is nfsrgyd)"
"$N/chnfsdom" a.example.com
ok "nfsrgyd with a domain" "$B/startsrc" -s nfsrgyd
same "runs" active "$(is nfsrgyd)"
c variant chnfs-settle=looks2
ok "chnfs" "$N/chnfs" -R off
same "nfsd is on its way" inoperative "$(is nfsd)"
same "nfsd is back" active "$(is nfsd)"
c variant restart-exports=dropped
"$N/exportfs" -i -o rw /export
"$B/stopsrc" -s nfsd >/dev/null
same "restart-exports=dropped" "" "$(exported)"

# Faults
server right --export '/home -vers=4,rw'
fault 'exportfs -u*' unchanged-but-exit0
status "unchanged-but-exit0" 0 "$N/exportfs" -u /home
same "unchanged" "/install /home" "$(exported)"
status "unchanged: no interruption" 0 c interruptions
fault 'mknfsexp*' unchanged-but-exit0
status "mknfsexp unchanged" 0 "$N/mknfsexp" -d /export -t ro
same "files too" 2 "$(wc -l <"$node/etc/exports")"
fault 'chnfsdom *' unchanged-but-exit0
status "chnfsdom unchanged" 0 "$N/chnfsdom" other.example.com
same "domain unchanged" cluster.example.com "$(cat "$node/etc/nfs/local_domain")"
fault 'exportfs -u*' changed-but-exit1
status "changed-but-exit1" 1 "$N/exportfs" -u /home
same "changed" /install "$(exported)"
fault 'stopsrc*' killed when=after
status "killed" 137 "$B/stopsrc" -s nfsd
same "killed after its work" stopping "$(is nfsd)"
fault 'lssrc*' exit nth=2
status "nth 1" 0 "$B/lssrc" -g nfs
status "nth 2" 1 "$B/lssrc" -g nfs
c fault clear
for i in {1..40}; do
  mkdir -p "$node/export/$i"
  "$N/exportfs" -i -o ro "/export/$i" &
done
wait
same "40 at once" 40 "$(exported | tr ' ' '\n' | grep -c ^/export/)"

# Several addresses
server none --address 203.0.113.15 --address 198.51.100.15 --address 203.0.113.16
has "two interfaces" 'en1: ' "$("$N/ifconfig" -a)"
same "an alias" 2 "$("$N/ifconfig" en0 | grep -c 'inet ')"
ok "any own address is self" "$N/chnfs" -R on
ok "the second network" "$N/exportfs" -i -o vers=4,noauto,replicas=/install@198.51.100.15:/install@203.0.113.14 /install

# (j) a node and its servers ------------------------------------------------------------------------------------------
cn=$work/cn017
S1=$work/s1
S2=$work/s2
pair() { # STATE1 STATE2 [CLIENT-STATE]
  rm -rf "$S1" "$S2" "$cn"
  "$sim" boot "$S1" --server --exports $1
  "$sim" boot "$S2" --server --exports $2 --address 203.0.113.14
  "$sim" boot "$cn" --variant client-state=${3:-held}
  "$sim" link "$cn" "$S1" "$S2" >"$work/linked"
}
usr() { "$sim" -C "$cn" "$@" | awk '$1 == "/usr" { print $NF }'; }
replicas() { "$cn/usr/sbin/nfs4cl" showfs /usr | sed -n 's/.*Replica Server: \(.*\):.*/\1/p'; }
pair plain plain
same "before: names" "sn1 sn2" "$("$S1/usr/bin/hostname") $("$S2/usr/bin/hostname")"
same "before: no replica" "" "$(replicas)"
same "before: it hangs" nobody "$(usr fail $A)"
pair right right
has "link tells" '/usr +nfs4 +203.0.113.15 replicas 203.0.113.14' "$(cat "$work/linked")"
same "after: the replica" $R "$(replicas)"
same "after: it fails over" $R "$(usr fail $A)"
has "the root too" '/ +stnfs +[^ ]+ [^ ]+ +[^ ]+ [^ ]+ +203.0.113.14' "$(pair right right; "$sim" -C "$cn" fail $A)"
pair right right
same "a server goes down" $R "$("$sim" -C "$S1" down | awk '$1 == "/usr" { print $NF }')"
status "showmount of a dead partner" 1 "$S2/usr/sbin/showmount" -e sn1
ok "up" "$sim" -C "$S1" up
status "showmount of a living partner" 0 "$S2/usr/sbin/showmount" -e sn1
same "up: it stays" "203.0.113.14" "$("$cn/usr/sbin/nfs4cl" showfs /usr | sed -n 's/.*Current Server: \(.*\):.*/\1/p')"
for state in plain none third wrong-address; do
  pair right $state
  same "right, $state: it hangs" nobody "$(usr fail $A)"
done
pair right right
"$S2/usr/sbin/chnfsexp" -d /install -t rw
same "other options: it hangs" nobody "$(usr fail $A)"
pair right right
"$S2/usr/bin/stopsrc" -s nfsd >/dev/null
same "no nfsd there: it hangs" nobody "$(usr fail $A)"
"$S2/usr/bin/lssrc" -s nfsd >/dev/null
"$S2/usr/bin/lssrc" -s nfsd >/dev/null
"$S2/usr/bin/startsrc" -s nfsd >/dev/null
same "nfsd is back: it moves" $R "$(usr use)"
pair right right
echo other.example.com >"$S2/etc/nfs/local_domain"
same "another domain: it hangs" nobody "$(usr fail $A)"
pair right right
"$S2/usr/bin/stopsrc" -s nfsrgyd >/dev/null
same "no nfsrgyd there: it hangs" nobody "$(usr fail $A)"
"$sim" -C "$S2" variant nfsrgyd-serving=ignored
same "nfsrgyd-serving=ignored" $R "$(usr use)"
pair right right
same "the node is a client" "cn017 /install/nim/spot/71Bdskl/usr vers=4 state" "$("$sim" -C "$S1" client list | grep usr)"
status "withdrawn under a client with state" 1 "$S1/usr/sbin/exportfs" -u /install
same "it is still exported" 1 "$("$S1/usr/sbin/exportfs" | grep -c '^/install')"
pair right right none
same "a client without state" "cn017 /install/nim/spot/71Bdskl/usr vers=4" "$("$sim" -C "$S1" client list | grep usr)"
"$S1/usr/sbin/exportfs" -u /install
has "its interruption" '^/install withdrawn .* clients cn017$' "$("$sim" -C "$S1" interruptions)"
same "withdrawn: it moves when used" $R "$(usr use)"
pair right right
"$S1/usr/bin/stopsrc" -s nfsd >/dev/null
same "nfsd stopped: it moves when used" $R "$(usr use)"
pair plain plain
"$cn/usr/sbin/shutdown" -F >/dev/null
for server in "$S1" "$S2"; do
  if [[ $server == "$S1" ]]; then list=/install@$A:/install@$R; else list=/install@$R:/install@$A; fi
  "$server/usr/sbin/rmnfsexp" -d /install
  "$server/usr/sbin/chnfs" -R on
  "$server/usr/sbin/mknfsexp" -d /install -B -v 4 -g "$list" -x -t ro -r '*'
done
same "set up, not yet booted" "" "$(replicas)"
ok "boot" "$sim" boot "$cn"
same "set up and booted" $R "$(replicas)"
same "it fails over" $R "$(usr fail $A)"
server none
status "link to what is no server" 2 "$sim" link "$cn" "$cn"

# (j2) harm -----------------------------------------------------------------------------------------------------------
n=$work/harm
harms() { "$sim" -C "$n" harm | cut -d: -f1 | sort -u | paste -sd' '; }
boot_again() {
  rm -rf "$n"
  "$sim" boot "$n" "$@"
  "$sim" -C "$n" harm begin
}
boot_again
status "nothing was done: no harm" 0 "$sim" -C "$n" harm
"$n/usr/sbin/nfs4cl" setfsoptions /usr timeo=1
"$n/usr/sbin/route" -n add 0 203.0.113.14 -hopcount 1 -active_dgd >/dev/null
same "tuned, and a second gateway: no harm" "" "$(harms)"
"$sim" -C "$n" fail 203.0.113.14 --quiet
"$n/usr/sbin/route" -n delete 0 203.0.113.15 >/dev/null
same "the last live gateway" gateway-lost "$(harms)"
has "who did it" 'by route -n delete 0 203.0.113.15' "$("$sim" -C "$n" harm)"
has "as JSON" '"kind":"gateway-lost"' "$("$sim" -C "$n" harm --json)"
status "any harm" 1 "$sim" -C "$n" harm
"$sim" -C "$n" harm begin
status "begun anew" 0 "$sim" -C "$n" harm
"$n/usr/sbin/nfs4cl" setfsoptions /usr acregmax=7
same "an option that is not ours" option-lost "$(harms)"
boot_again
"$sim" -C "$n" harm allow option-lost
"$n/usr/sbin/nfs4cl" setfsoptions /usr acregmax=7
same "allowed" "" "$(harms)"
status "no such kind" 2 "$sim" -C "$n" harm allow nonsense
boot_again --server --exports right --export '/export -ro'
"$n/usr/sbin/exportfs" -u /export
same "a foreign export" "foreign-export-down interrupted" "$(harms)"
boot_again --server --exports right --partner-down
"$n/usr/sbin/exportfs" -u /install
same "no partner" "interrupted withdrawn-alone" "$(harms)"
"$sim" -C "$n" harm begin
grep -v '^/install' "$n/etc/exports" >"$n/etc/exports.new"
mv "$n/etc/exports.new" "$n/etc/exports"
"$n/usr/bin/lssrc" -g nfs >/dev/null
same "a line of ours" "" "$(harms)"
boot_again --server --exports right --export '/export -ro'
sed -i '/export -ro/d' "$n/etc/exports"
"$n/usr/bin/lssrc" -g nfs >/dev/null
same "a line of others, seen at the next command" exports-line-lost "$(harms)"

# (k) independence ----------------------------------------------------------------------------------------------------
same "includes only own and standard headers" "" \
  "$(cd "$here" && grep -rhoP '^#include "\K[^"]+' --include='*.[ch]pp' . | sort -u | while read -r header; do
    [[ -f $header && $header != *..* ]] || echo "$header"
  done)"
same "helpers/ is named in no source" "" "$(grep -rl 'helpers/' --include='*.[ch]pp' "$here")"

echo "aixsim: $checks checks, $failures failures"
((failures == 0))
