#!/bin/bash
# SPDX-License-Identifier: Apache-2.0
# Test of the simulated cluster: cluster files, tables, the management node's commands, engines, moving and coming home.
# What is expected comes from lib/xcat/README.md "Short numbers of the simulator", never from our own programs.
#   test_cluster.sh PATH/TO/aixsim
# shellcheck disable=SC2016  # expressions of xCAT tables are no expressions of the shell
set -u
sim=$(readlink -f "$1")
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source=test/aixsim/checks.sh
. "$here/checks.sh"
cd "$work" || exit 1
skipped() { echo "skipped: $*"; }

# (a) the format of tabdump: the samples of xcat 3.2, word for word --------------------------------------------------
cat >sample.txt <<'END'
row noderes node=rack01 servicenode=asn01,asn02 xcatmaster=asn01-ml0 routenames=tosite comments="first pair"
row noderes node=rack02 servicenode=asn02,asn01 xcatmaster=asn02-ml0
row noderes node=old xcatmaster="|\\D+(\\d+)|m($1)|" comments="say \"hi\"" disable=1
row nodelist node=cn001 groups=rack01,compute,aix,all status=booted statustime="10-02-2014 09:11:05" updatestatus=synced updatestatustime="10-02-2014 09:12:00"
row postscripts node=xcatdefaults postscripts=syslog,aixremoteshell,syncfiles
row postscripts node=compute postbootscripts="setupnfsv4replication,mypkg/hanfs-client timeo=1 retrans=3"
END
ok "dumps of the samples" "$sim" cluster dumps sample.txt sample
same "noderes: header and rows" \
  '#node,servicenode,netboot,tftpserver,tftpdir,nfsserver,monserver,nfsdir,installnic,primarynic,discoverynics,cmdinterface,xcatmaster,current_osimage,next_osimage,nimserver,routenames,nameservers,proxydhcp,comments,disable
"rack01","asn01,asn02",,,,,,,,,,,"asn01-ml0",,,,"tosite",,,"first pair",
"rack02","asn02,asn01",,,,,,,,,,,"asn02-ml0",,,,,,,,
"old",,,,,,,,,,,,"|\D+(\d+)|m($1)|",,,,,,,"say ""hi""","1"' "$(<sample/noderes.csv)"
same "nodelist" '#node,groups,status,statustime,appstatus,appstatustime,primarysn,hidden,updatestatus,updatestatustime,zonename,comments,disable
"cn001","rack01,compute,aix,all","booted","10-02-2014 09:11:05",,,,,"synced","10-02-2014 09:12:00",,,' "$(<sample/nodelist.csv)"
same "postscripts" '#node,postscripts,postbootscripts,comments,disable
"xcatdefaults","syslog,aixremoteshell,syncfiles",,,
"compute",,"setupnfsv4replication,mypkg/hanfs-client timeo=1 retrans=3",,' "$(<sample/postscripts.csv)"
for file in sample/*.csv; do
  want=$(head -1 "$file" | tr -cd , | wc -c)
  same "$file: n columns, n-1 separators outside of quotes" "" \
    "$(sed -e 1d -e 's/"[^"]*"//g' "$file" | awk -v want="$want" '{ if (gsub(/,/, "") != want) print }')"
done

# (b) cluster files that are wrong ------------------------------------------------------------------------------------
refused() { # NAME EXPECTED-REGEX TEXT
  printf '%b\n' "$3" >wrong.txt
  status "$1" 2 "$sim" cluster dumps wrong.txt wrong
  has "$1: says why" "$2" "$(<"$work/err")"
}
refused "unknown line" 'line 2: servr: unknown' '# x\nservr a address=10.0.0.1'
refused "open quote" 'line 1: a quote' 'site a="b'
refused "address" "line 1: node: cn1: '10.0.0' is no address" 'node cn1 address=10.0.0'
refused "prefix" 'is no address' 'node cn1 address=10.0.0.1/33'
refused "name twice" 'line 2: cn1 10.0.0.2: another machine' 'node cn1 address=10.0.0.1\nnode cn1 address=10.0.0.2'
refused "address twice" 'line 2: cn2 10.0.0.1: another machine' 'node cn1 address=10.0.0.1\nnode cn2 address=10.0.0.1'
refused "column" 'line 1: table noderes has no column x' 'row noderes node=a x=1'
refused "table" 'line 1: there is no table nope' 'row nope node=a'
refused "reserved name" 'line 1: node: mn: ' 'node mn address=10.0.0.1'
refused "hidden name" 'line 1: server: ..: ' 'server .. address=10.0.0.1'
refused "word" 'primry: unknown; known are' 'node cn1 address=10.0.0.1 primry=a'
refused "option" 'option x: known are' 'option x=1'
printf 'server sn1 address=10.0.0.1\nnode cn1 address=10.0.0.2 primary=sn1\r\n' >sample2.txt
status "no such file" 2 "$sim" cluster dumps nosuch.txt wrong
status "unknown defect" 2 "$sim" cluster dumps sample.txt wrong --defect nope
status "no cluster there" 2 "$sim" cluster show "$work"
status "no words" 2 "$sim" cluster

# (c) the generator ---------------------------------------------------------------------------------------------------
gen() { "$sim" cluster generate "$@"; }
same "same words, same bytes" "$(gen --domains 7 --seed 3 | cksum)" "$(gen --domains 7 --seed 3 | cksum)"
lacks "another seed, other rows" "^$(gen --domains 7 --seed 3 | cksum)$" "$(gen --domains 7 --seed 4 | cksum)"
for rows in group node regex mixed; do
  gen --domains 4 --nodes-per-domain 6 --rows $rows >gen.txt
  ok "generated: $rows" "$sim" cluster create "gen-$rows" gen.txt
  "gen-$rows/mn/bin/nodels" compute noderes.servicenode noderes.xcatmaster noderes.nfsserver >"$rows.out"
  same "$rows: the same pairs, however they are written" "$(<group.out)" "$(<"$rows.out")"
done
same "balanced: 12 of 24 nodes on the first server of their domain" 12 "$(grep -cE 'servicenode: sn[1357],' mixed.out)"
same "100,000 nodes" "100000 2000 1000" "$(gen --domains 1000 --nodes-per-domain 100 >big.txt
  seconds=$SECONDS
  "$sim" cluster dumps big.txt big
  ((SECONDS - seconds < 30)) || echo "too slow: $((SECONDS - seconds)) s "
  echo "$(grep -c '^"n[0-9]' big/nodelist.csv) $(grep -c '^"sn' big/servicenode.csv) $(grep -c '^"net' big/networks.csv)")"
status "too many nodes" 2 "$sim" cluster generate --domains 9999 --nodes-per-domain 1000
status "unknown word" 2 "$sim" cluster generate --colour red

# (d) create, look-ups, ranges ---------------------------------------------------------------------------------------
file=$here/clusters/three-domains.txt
ok "create" "$sim" cluster create c "$file" --exports right
status "create again" 2 "$sim" cluster create c "$file"
M=$work/c/mn/bin
same "machines" "5 servers, 60 nodes" "$("$sim" cluster show c --json | jq -r '"\(.servers|length) servers, \(.nodes|length) nodes"')"
same "all up and at home" 60 "$("$sim" cluster show c --json | jq '[.nodes[]|select(.state=="up" and .home==.now)]|length')"
same "tabdump without a table" "hosts litefile litetree networks nimimage nodegroup nodehm nodelist noderes nodetype osimage postscripts ppc prescripts routes servicenode site statelite" \
  "$("$M/tabdump" | tr '\n' ' ' | sed 's/ $//')"
"$sim" cluster dumps "$file" dumps
for table in $("$M/tabdump"); do same "tabdump $table is the dump" "$(<"dumps/$table.csv")" "$("$M/tabdump" "$table")"; done
status "no such table" 1 "$M/tabdump" nope
status "tabdump -x" 1 "$M/tabdump" -x
ls_of() { "$M/nodels" "$@" | tr '\n' ' ' | sed 's/ $//'; }
same "a name" cn007 "$(ls_of cn007)"
same "group and group" "cn001 cn002 cn003 cn004 cn005 cn006 cn007 cn008 cn009 cn010 cn011 cn012" "$(ls_of rack01@compute)"
same "brackets, widths, exclusion" "cn008 cn010 cn011" "$(ls_of 'cn0[08-11],-cn009')"
same "from-to" "cn009 cn010 cn011" "$(ls_of cn009-cn011)"
same "from:to" "cn009 cn010 cn011" "$(ls_of cn009:cn011)"
same "regular expression" "asn01 asn02 asn03 asn04 asn05" "$(ls_of '/asn.*')"
same "by value" "12" "$("$M/nodels" 'compute@noderes.servicenode=~^asn05' | wc -l)"
same "not by value" "48" "$("$M/nodels" 'compute@noderes.servicenode!~asn05' | wc -l)"
same "each once" "cn001 cn002" "$(ls_of cn001,cn002,cn001)"
status "unknown node" 1 "$M/nodels" cn001,nope
has "unknown node: named" nope "$(<"$work/err")"
status "nodels -x" 1 "$M/nodels" -x
same "nodels with columns (xcat 3.3)" "cn013: noderes.servicenode: asn01,asn02
cn013: noderes.xcatmaster: asn01-ml0" "$("$M/nodels" cn013 noderes.servicenode noderes.xcatmaster)"
same "with one column only the value" "cn013: asn01-ml0" "$("$M/nodels" cn013 noderes.xcatmaster)"
# A regular expression with arithmetic: odd nodes of rack01 on asn01; 08 and 09 are no octal numbers.
same "|re|subst|" "cn008: asn02-ml0 cn009: asn01-ml0" "$("$M/lsdef" -t node cn008,cn009 -i xcatmaster -c | sed 's/xcatmaster=//' | tr '\n' ' ' | sed 's/ $//')"
same "/re/subst/" "cn049: xcatmaster=asn05-ml0" "$("$M/lsdef" cn049 -i xcatmaster -c)"
has "the first group with a value wins" 'asn03-ml0' "$("$M/nodels" cn037 noderes.xcatmaster)"
has "its own group adds another column" 'asn03-ml0' "$("$M/nodels" cn037 noderes.nameservers)"
same "a disabled row counts for nothing" "cn001: asn01,asn02" \
  "$("$M/chtab" node=cn001 noderes.servicenode=old noderes.disable=1; "$M/nodels" cn001 noderes.servicenode)"
"$M/chtab" -d node=cn001 noderes

# (e) lsdef and the commands that change tables ----------------------------------------------------------------------
same "lsdef -z: header (xcat 3.3)" "# <xCAT data object stanza file>

cn013:
    objtype=node" "$("$M/lsdef" -t node -o cn013 -z | head -4)"
same "lsdef -z: sorted" "$("$M/lsdef" -t node -o cn013 -z | sed 1,4d | LC_ALL=C sort)" "$("$M/lsdef" -t node -o cn013 -z | sed 1,4d)"
same "lsdef -l" "Object name: cn013" "$("$M/lsdef" -t node -l cn013 | head -1)"
same "lsdef -c: also when empty" "cn013: servicenode=asn01,asn02
cn013: zonename=" "$("$M/lsdef" -t node cn013 -i servicenode,zonename -c)"
has "lsdef -t site" 'useNFSv4onAIX=yes' "$("$M/lsdef" -t site -l)"
has "lsdef -t network" 'gateway=10.40.0.1' "$("$M/lsdef" -t network -o ml0net)"
for bad in "lsdef --all-of-it" "lsdef -t shoe" "chdef cn001" "chdef cn001 shoe=1" "mkdef nope servicenode=a" "rmdef nope" "noderm nope" "chtab node=a" "chtab x=a noderes.netboot=1" \
  "nodech cn001" "nodech cn001 noderes.shoe=1" "xdsh cn001" "xdsh cn001 -j x" "xdsh nope hostname" "updatenode cn001" "updatenode cn001 -F" "snmove" "snmove cn001 -x" \
  "rpower cn001 dance" "rpower cn001" "rnetboot" "rnetboot -x" "mkhwconn" "mkhwconn -x hmc01" "mkhwconn hmc01" "mkhwconn hmc01 -t" "mkhwconn cn001 -t" "rmhwconn" "rmhwconn hmc01" "rmhwconn hmc01 -t" \
  "moncfg" "moncfg -x rmcmon" "moncfg rmcmon cn001 cn002" "monstart rmcmon nope" "moncfg cn001" "monstart nosuch cn001" "makeconservercf -x" "makeconservercf -d" "makeconservercf -d -l cn001" "makeconservercf cn001 cn002" "makeconservercf cn001 -t" "rnetboot cn001 -m nodelist.status==booted" "rnetboot cn001 -t 5" "rnetboot cn001 -r 1" "rnetboot cn001 -s cd" "mkhwconn cec01 -t -s" "mkhwconn cec01 -p hmc1,hmc2" "mkhwconn cec01 -t --port 2" "snmove cn001 -P a -i" "snmove -i" "xdcp cn001 a" "prsync a b" "prsync /install/a /install/b asn01:/install" "rsync a" "rsync -c a asn01:/a" "ssh" "ssh cn001"; do
  before=$(cat c/mn/etc/xcat/*.csv | cksum)
  # shellcheck disable=SC2086
  "$M"/$bad >"$work/out" 2>"$work/err" </dev/null
  rc=$?
  ((rc == 0)) && same "$bad: refused" "not 0" 0
  lacks "$bad: says something" '^$' "$(cat "$work/out" "$work/err")"
  same "$bad: changes nothing" "$before" "$(cat c/mn/etc/xcat/*.csv | cksum)"
done
ok "chdef" "$M/chdef" -t node -o cn013 servicenode=asn02,asn01
same "chdef: the node's row" "cn013: asn02,asn01" "$("$M/nodels" cn013 noderes.servicenode)"
ok "chdef of a node that had only groups" "$M/chdef" cn001 nfsserver=other
same "its other values still come from the group" "cn001: noderes.servicenode: asn01,asn02
cn001: noderes.nfsserver: other" "$("$M/nodels" cn001 noderes.servicenode noderes.nfsserver)"
ok "chdef -p" "$M/chdef" -p cn001 groups=new
same "chdef -p" cn001 "$("$M/nodels" new)"
ok "chdef -m" "$M/chdef" -m cn001 groups=new
status "chdef -m" 1 "$M/nodels" new
ok "chdef -t site" "$M/chdef" -t site useNFSv4onAIX=no
same "chdef -t site" '"useNFSv4onAIX","no",,' "$("$M/tabdump" site | grep NFSv4)"
ok "chdef -t network" "$M/chdef" -t network -o ml0net gateway='<xcatmaster>'
has "chdef -t network" '"<xcatmaster>"' "$("$M/tabdump" networks)"
ok "nodech" "$M/nodech" rack02 nodehm.conserver=asn02
same "nodech" 12 "$("$M/nodels" rack02 nodehm.conserver | grep -c asn02)"
ok "a value with everything in it" "$M/chtab" node=odd $'noderes.comments=a "b", c\nd'
same "is dumped and read again" $'"odd",,,,,,,,,,,,,,,,,,,"a ""b"", c\nd",' "$("$M/tabdump" noderes | tail -2)"
ok "chtab -d" "$M/chtab" -d node=odd noderes
printf 'rubbish "' >c/mn/etc/xcat/routes.csv
same "a broken store is shown as it is" 'rubbish "' "$("$M/tabdump" routes)"

# (f) hosts: xdsh, ssh, pdsh, clush, exec ----------------------------------------------------------------------------
rm -rf c
"$sim" cluster create c "$file" --exports right >/dev/null
same "xdsh prefixes each line" "cn001: cn001
cn001: x" "$("$M/xdsh" cn001 'hostname; echo x')"
same "xdsh on all" "$(seq -f 'cn%03g' 60 | sed 's/.*/&: &/')" "$("$M/xdsh" compute hostname | sort)"
status "its exit status: how many hosts failed" 2 "$M/xdsh" cn001-cn002 'exit 3'
same "files are the host's" "10.40.1.1" "$("$M/xdsh" cn001 'cat /etc/hosts' | awk '/ cn001$/ { print $2 }')"
same "redirections too" "cn001: a b" "$("$M/xdsh" cn001 'echo "a b" >/tmp/x && cat </tmp/x')"
ok "there and nowhere else" test -f c/cn001/tmp/x -a ! -e c/cn002/tmp/x
has "a command that only servers have" 'not found' "$("$M/xdsh" cn001 /usr/sbin/exportfs 2>&1)"
same "on a server" "asn01: /install" "$("$M/xdsh" asn01 /usr/sbin/exportfs | cut -d' ' -f1,2)"
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$NODE got $*"\n' >c/mn/install/postscripts/routeop
chmod 755 c/mn/install/postscripts/routeop
same "xdsh -e: script, arguments, NODE (xcat 5)" "cn001: cn001 got add 10.0.0.0
cn002: cn002 got add 10.0.0.0" "$("$M/xdsh" cn001,cn002 -e /install/postscripts/routeop add 10.0.0.0 | sort)"
# Our own programs are told where the host's root is; they are looked for on the host only.
mkdir -p programs
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "$@" on $(hostname)\n' >programs/setuphanfs
chmod 755 programs/setuphanfs
ok "install" "$sim" cluster install c programs
same "--sysroot is added" "asn01: --sysroot $work/c/asn01 --status on asn01" "$("$M/xdsh" asn01 /opt/hanfs/bin/setuphanfs --status)"
same "on nodes" "cn001: --sysroot $work/c/cn001 --status on cn001" "$("$M/xdsh" cn001 '/opt/hanfs/bin/setuphanfs --status')"
has "not by its bare name: it is in no PATH" 'not found' "$("$M/xdsh" asn01 setuphanfs 2>&1)"
same "exec" "cn002" "$("$sim" cluster exec c cn002 hostname)"
same "exec by a node-facing name and by address" "asn01 asn01" "$("$sim" cluster exec c asn01-ml0 hostname) $("$sim" cluster exec c 10.20.0.11 hostname)"
status "exec: status" 4 "$sim" cluster exec c cn002 exit 4
status "exec: unknown host" 255 "$sim" cluster exec c nope hostname
same "ssh as pdsh and clush call it" "cn003" "$("$M/../usr/bin/ssh" -2 -a -x -lroot -oConnectTimeout=15 -o BatchMode=yes root@cn003 hostname)"
for engine in pdsh clush; do
  if ! command -v $engine >/dev/null; then
    skipped "$engine is not installed"
    continue
  fi
  same "$engine through the simulated ssh" "$(seq -f 'cn%03g' 60)" "$("$M/$engine" -w 'cn[001-060]' hostname 2>&1 | awk '$1 == $2":" { print $2 }' | sort)"
  same "$engine -R exec" "cn001 cn002" "$($engine -R exec -w 'cn[001-002]' "$sim" cluster exec c %h hostname | awk '{ print $2 }' | sort | tr '\n' ' ' | sed 's/ $//')"
  status "$engine -S" 5 "$M/$engine" -S -w cn001,cn002 'exit 5'
done

# (g) hosts that are down --------------------------------------------------------------------------------------------
ok "down" "$sim" cluster down c cn003
status "ssh: no route" 255 "$M/../usr/bin/ssh" cn003 hostname
has "ssh: message" '^ssh: connect to host cn003 port 22: No route to host' "$(<"$work/err")"
status "xdsh: a node that is down does not stop the others" 1 "$M/xdsh" cn003,cn004 hostname
same "xdsh: the others answer" "cn004: cn004" "$(<"$work/out")"
has "xdsh: an error line" '^cn003: ssh: ' "$(<"$work/err")"
ok "refused" "$sim" cluster down c cn005 --ssh refused
has "refused" 'Connection refused' "$("$sim" cluster exec c cn005 hostname 2>&1)"
ok "hangs" "$sim" cluster down c cn006 --ssh hang
seconds=$SECONDS
status "xdsh -t ends a hang" 1 "$M/xdsh" cn006,cn007 -t 2 hostname
((SECONDS - seconds <= 50)) || same "in time" "2 to 50 s" "$((SECONDS - seconds)) s"
same "and names nobody" 'Error: Caught SIGINT - terminating the child processes.' "$(<"$work/err")"
same "the other one answered" "cn007: cn007" "$(<"$work/out")"
ok "timed out" "$sim" cluster down c cn007 --ssh timed-out --after 60
seconds=$SECONDS
status "ConnectTimeout counts" 255 "$M/../usr/bin/ssh" -oConnectTimeout=1 cn007 hostname
((SECONDS - seconds <= 40)) || same "in time" "1 to 40 s" "$((SECONDS - seconds)) s"
has "timed out" 'Connection timed out' "$(<"$work/err")"
ok "up" "$sim" cluster up c cn003 cn005 cn006 cn007
status "up" 0 "$M/xdsh" cn003,cn005-cn007 hostname
status "down: unknown host" 2 "$sim" cluster down c nope

# (h) updatenode: what xcat 1.2 to 1.7 say ---------------------------------------------------------------------------
# shellcheck disable=SC2016
printf '#!/bin/sh\necho "NODE=$NODE UPDATENODE=$UPDATENODE SERVICEGROUP=$SERVICEGROUP MASTER=$MASTER_IP $#:$*"\necho err >&2\nexit 3\n' >hello
for server in asn01 asn02; do
  mkdir -p "c/$server/install/postscripts/sub"
  cp hello "c/$server/install/postscripts/hello" && chmod 644 "c/$server/install/postscripts/hello"
  cp hello "c/$server/install/postscripts/sub/inner" && chmod 644 "c/$server/install/postscripts/sub/inner"
done
# shellcheck disable=SC2016
status "success, whatever the scripts say" 0 "$M/updatenode" cn001,cn002 -P 'hello a "b c" $HOME d,missing,sub/inner'
same "output of both streams, prefixed; quotes and variables are gone" "cn001: NODE=cn001 UPDATENODE=1 SERVICEGROUP=asn01,asn02 MASTER=10.40.0.11 4:a b c d
cn001: err" "$(grep '^cn001: [Ne]' "$work/out")"
has "no execute bit below the top" 'sub/inner: .*[Pp]ermission denied' "$(<"$work/out")"
has "a missing one is named in the log only" 'Postscript missing does NOT exist.' "$(<c/cn001/var/log/xcat/xcat.log)"
lacks "not to the admin" 'missing' "$(<"$work/out")"
same "synced" "cn001: synced" "$("$M/nodels" cn001 nodelist.updatestatus)"
"$M/chdef" -t site useNFSv4onAIX=no >/dev/null
rm -rf c/cn001/xcatpost
has "v3 mount of a vers=4 export fails (xcat 1.3)" 'giving up on' "$("$M/updatenode" cn001 -P hello)"
same "and is still a success" "cn001: synced" "$("$M/nodels" cn001 nodelist.updatestatus)"
"$M/chdef" -t site useNFSv4onAIX=yes >/dev/null
"$sim" cluster down c cn001
status "a node that is down" 0 "$M/updatenode" cn001,cn002 -P hello
has "an error line" '^cn001: ssh: ' "$(<"$work/err")"
"$sim" cluster up c cn001
echo new >c/mn/install/postscripts/fresh
ok "xdcp" "$M/xdcp" asn01,asn02 -p /install/postscripts/fresh /install/postscripts
ok "prsync" "$M/prsync" -o rlHpEAogDz /install/postscripts asn01:/install
same "copied" "new new" "$(cat c/asn01/install/postscripts/fresh c/asn02/install/postscripts/fresh | tr '\n' ' ' | sed 's/ $//')"
ok "prsync: a whole folder" test -f c/asn01/install/postscripts/routeop

# (i) a server dies; who moves, who hangs, who comes home ------------------------------------------------------------
now() { "$sim" cluster show c --json | jq -r --arg n "$1" '.nodes[]|select(.name==$n)|"\(.now) \(.state)"'; }
"$sim" -C c/asn01 down --quiet
same "moved" "asn02 up" "$(now cn001)"
same "not concerned" "asn03 up" "$(now cn025)"
same "12 nodes away from home" 12 "$("$sim" cluster show c --json | jq '[.nodes[]|select(.now!=.home)]|length')"
"$sim" -C c/asn05 down --quiet
status "xdsh to nodes of servers that are all down" 1 "$M/xdsh" cn049,cn001 hostname
same "names none of them" 'Error: Failed to dispatch command to any of the following service nodes: asn05' "$(<"$work/err")"
same "the others answer" 'cn001: cn001' "$(<"$work/out")"
same "no replica: hangs" 12 "$("$sim" cluster show c --json | jq '[.nodes[]|select(.state=="hangs")]|length')"
status "a node that hangs accepts and never answers" 124 timeout 1 "$M/../usr/bin/ssh" cn049 hostname
"$sim" -C c/asn05 up
same "it comes back" "asn05 up" "$(now cn049)"
status "ping of a server that is down" 1 "$M/ping" -c 3 -w 5 asn01
status "by its node-facing address too" 1 "$M/ping" -c 3 -w 5 10.40.0.11
ok "ping of one that is up" "$M/ping" -c 3 -w 5 asn02
status "monstart needs the monserver (xcat 6.2)" 1 "$M/monstart" rmcmon cn013
ok "moncfg" "$M/moncfg" rmcmon cn019
ok "monstart" "$M/monstart" rmcmon cn019
same "the node itself goes on as before" "" "$(cat c/cn019/.aixsim/monserver 2>/dev/null)"
ok "moncfg -r" "$M/moncfg" rmcmon cn019 -r
same "it reports to its server now" asn02 "$(<c/cn019/.aixsim/monserver)"
same "it watches the node" cn019 "$(grep . c/asn02/.aixsim/monitored)"
status "rnetboot without hardware control" 1 "$M/rnetboot" cn013
has "says why" 'service node of hmc01' "$(<"$work/err")"
ok "an HMC of another server needs no connection" "$M/chdef" hmc01 servicenode=asn02
ok "rnetboot" "$M/rnetboot" cn013
has "from the dead server it does not come up" 'LED 611' "$(now cn013)"
status "snmove of one node, database only" 0 "$M/snmove" cn013 -i -D asn02-ml0
has "a monserver of one word stays" 'not valid. It will not be reset' "$(<"$work/err")"
same "servicenode turned, xcatmaster, nfsserver, tftpserver, conserver (xcat 6.1)" \
  "cn013: servicenode=asn02,asn01 cn013: xcatmaster=asn02-ml0 cn013: nfsserver=asn02-ml0 cn013: tftpserver=asn02-ml0 cn013: monserver=asn01 cn013: conserver=asn02" \
  "$("$M/lsdef" cn013 -i servicenode,xcatmaster,nfsserver,tftpserver,monserver,conserver -c | sed 's/ //' | awk -F: '{ a[$2] = $0 } END { print a["servicenode=asn02,asn01"], a["xcatmaster=asn02-ml0"], a["nfsserver=asn02-ml0"], a["tftpserver=asn02-ml0"], a["monserver=asn01"], a["conserver=asn02"] }' | sed 's/:/: /g')"
ok "rnetboot from there" "$M/rnetboot" cn013
same "it is up" "asn02 up" "$(now cn013)"
ok "snmove -s" "$M/snmove" -s asn01 -d asn02 -D asn02-ml0
same "nobody is left" "" "$("$M/nodels" 'compute@noderes.servicenode=~^asn01')"
same "the node was told" "XCATSERVER=asn02-ml0" "$(<c/cn015/etc/xcatinfo)"
same "its console moved" 1 "$(grep -cx cn015 c/asn02/.aixsim/consoles)"
"$M/chdef" cn014 servicenode=asn02,asn01 xcatmaster=asn01-ml0 >/dev/null
ok "server back" "$sim" cluster boot c asn01
# A CEC under direct FSP management is connected to, and the old server keeps its connection.
"$M/chtab" node=cec01 nodelist.groups=cec,all ppc.nodetype=cec ppc.hcp=cec01 noderes.servicenode=asn01
ok "mkhwconn" "$M/mkhwconn" cec01 -t
"$M/chtab" node=cec01 noderes.servicenode=asn02
ok "mkhwconn from the other server" "$M/mkhwconn" cec01 -t -T lpar
has "the old server still has its connection" cec01 "$(<c/asn01/.aixsim/hwconn)"
ok "rmhwconn on the old one (xcat 6.2)" "$M/xdsh" asn01 /opt/xcat/bin/rmhwconn cec01
lacks "it let go" cec01 "$(<c/asn01/.aixsim/hwconn)"
has "the new one did not" cec01 "$(<c/asn02/.aixsim/hwconn)"
ok "rmhwconn" "$M/rmhwconn" cec01
lacks "nobody is connected" cec01 "$(<c/asn02/.aixsim/hwconn)"
mkdir -p c/asn02/install/custom
echo fresh >c/asn02/install/custom/fresh
touch -d '2001-02-03 04:05:06' c/asn02/install/custom/fresh
status "prsync only on the management node (prsync.1)" 1 "$M/ssh" asn02 '/opt/xcat/bin/prsync -o rltHpEAogDz /install/custom asn01:/install'
has "says why" 'management node' "$(<"$work/err")"
ok "rsync from server to server" "$M/ssh" asn02 'rsync -aH /install/custom/ asn01:/install/custom/'
same "copied" fresh "$(<c/asn01/install/custom/fresh)"
same "with its time" 2001 "$(date -r c/asn01/install/custom/fresh +%Y)"
ok "rsync without -t" "$M/ssh" asn02 'rsync -rlHpEAogDz /install/custom asn01:/install'
lacks "loses it" 2001 "$(date -r c/asn01/install/custom/fresh +%Y)"
status "a folder that is not there" 23 "$M/ssh" asn02 'rsync -aH /install/nope/ asn01:/install/nope/'
same "cd is below the host's folder" "asn01: ./fresh" "$("$M/xdsh" asn01 'cd /install/custom && ls ./fresh')"
same "nodes stay where they are" "asn02 up" "$(now cn014)"
ok "without -D the management name is taken" "$M/snmove" cn016 -i -d asn01
same "xcat 6.2: -D is needed" "cn016: asn01" "$("$M/nodels" cn016 noderes.xcatmaster)"
ok "rnetboot of a node whose tables say asn01" "$M/rnetboot" cn014
same "home again" "asn01 up" "$(now cn014)"
ok "snmove -i home" "$M/snmove" cn018 -i -d asn01 -D asn01-ml0
ok "rpower alone" "$M/rpower" cn018 boot
same "boots from its boot list (xcat 6.2)" "asn02 up" "$(now cn018)"
ok "rnetboot" "$M/rnetboot" cn018
same "comes home" "asn01 up" "$(now cn018)"
"$M/rpower" cn018 off >/dev/null
same "off" "powered off" "$(now cn018 | sed 's/- //')"
ok "on" "$M/rpower" cn018 on
same "on" "asn01 up" "$(now cn018)"
has "a boot runs the postscripts" 'Postscript setupnfsv4replication does NOT exist.' "$(<c/cn018/var/log/xcat/xcat.log)"
cp hello c/asn01/install/postscripts/setupnfsv4replication
"$M/rnetboot" cn018 >/dev/null
has "with UPDATENODE=0" 'NODE=cn018 UPDATENODE=0' "$(tail -3 c/cn018/var/log/xcat/xcat.log)"
status "no backup" 1 "$M/snmove" cn049
has "no backup: named" 'cn049: no backup' "$(<"$work/err")"

# (j) <xcatmaster> gateway, exports that are missing, defects --------------------------------------------------------
rm -rf c
ok "gateway" "$sim" cluster create c "$here/clusters/two-domains.txt" --exports right --defect xcatmaster-gateway
same "the server is the default gateway" "10.40.0.11" "$(c/cn001/usr/bin/netstat -rn | awk '$1 == "default" { print $2 }')"
ok "snmove" "$M/snmove" cn001 -D asn02-ml0
same "the gateway follows (xcat 6.1)" "10.40.0.12" "$(c/cn001/usr/bin/netstat -rn | awk '$1 == "default" { print $2 }')"
c/cn002/usr/sbin/route add -hopcount 1 0 10.40.0.12 >/dev/null
ok "snmove" "$M/snmove" cn002 -D asn02-ml0
same "not where it is not the only one" "10.40.0.11 10.40.0.12" "$(c/cn002/usr/bin/netstat -rn | awk '$1 == "default" { print $2 }' | tr '\n' ' ' | sed 's/ $//')"
ok "three servers: snmove warns (xcat 6.1)" "$M/snmove" cn025 -D asn04-ml0
has "three servers: snmove warns" 'Warning: cn025 has more than two' "$(<"$work/out")"
rm -rf c
"$sim" cluster create c "$here/clusters/two-domains.txt" --exports none >/dev/null
same "nothing exported: nobody boots" 60 "$("$sim" cluster show c --json | jq '[.nodes[]|select(.state|startswith("LED 611"))]|length')"
for server in asn01 asn02; do
  other=$([[ $server == asn01 ]] && echo 12 || echo 11) own=$([[ $server == asn01 ]] && echo 11 || echo 12)
  echo cluster.example.com >"c/$server/etc/nfs/local_domain"
  "$M/xdsh" $server "chnfs -R on; stopsrc -g nfs" >/dev/null
  "$M/xdsh" $server "lssrc -g nfs; lssrc -g nfs; lssrc -g nfs" >/dev/null
  "$M/xdsh" $server "startsrc -g nfs" >/dev/null
  "$M/xdsh" $server "mknfsexp -d /install -B -v 4 -g /install@10.40.0.$own:/install@10.40.0.$other -x -t ro -r '*'" >/dev/null
done
ok "servers set up through xdsh, nodes booted" "$M/rnetboot" domA
same "they are up" 24 "$("$sim" cluster show c --json | jq '[.nodes[]|select(.state=="up")]|length')"
"$sim" -C c/asn02 down --quiet
same "and move" 24 "$("$sim" cluster show c --json | jq '[.nodes[]|select(.now=="asn01")]|length')"
"$sim" cluster dumps "$here/clusters/two-domains.txt" base
for defect in $("$sim" cluster defects | cut -d' ' -f1); do
  rm -rf broken
  ok "--defect $defect" "$sim" cluster dumps "$here/clusters/two-domains.txt" broken --defect "$defect"
  lacks "--defect $defect changes something" '^$' "$(diff -r base broken)"
done


# (l) what a run makes worse in a cluster ----------------------------------------------------------------------------
rm -rf c
ok "a sound cluster" "$sim" cluster create c "$here/clusters/two-domains.txt" --exports right
worse() { "$sim" cluster harm c "$@" | cut -d: -f1,2 | sort -u | paste -sd' '; }
begin() { ok "begin" "$sim" cluster harm c begin "$@"; }
begin
status "nothing was done" 0 "$sim" cluster harm c --well
"$M/xdsh" cn001 /usr/sbin/shutdown -F >/dev/null
same "a node was shut down" "cn001: node-lost" "$(worse)"
status "any harm" 1 "$sim" cluster harm c
has "as JSON" '"host":"cn001","kind":"node-lost"' "$("$sim" cluster harm c --json)"
ok "booted" "$M/rnetboot" cn001
same "it is up again" "" "$(worse)"
"$sim" cluster down c cn002
same "who died by itself was harmed by nobody" "" "$(worse)"
ok "it comes back" "$sim" cluster boot c cn002
begin node-lost
"$M/xdsh" cn001 /usr/sbin/shutdown -F >/dev/null
same "allowed" "" "$(worse)"
ok "booted" "$M/rnetboot" cn001
begin interrupted
"$M/xdsh" asn02 /usr/bin/stopsrc -g nfs >/dev/null
same "NFS is stopped, nodes have moved" "asn02: nfs-stopped" "$(worse)"
"$M/xdsh" asn02 "/usr/bin/lssrc -g nfs; /usr/bin/lssrc -g nfs; /usr/bin/startsrc -g nfs" >/dev/null
same "and runs again" "" "$(worse)"
begin
ok "nobody may touch it" "$sim" cluster harm c untouchable asn01 cn003
"$M/xdsh" asn01,cn003 "/usr/bin/lssrc -g nfs; /usr/sbin/exportfs; /usr/sbin/nfs4cl showfs; /usr/sbin/no -o dgd_ping_time" >/dev/null 2>&1
same "looks touch nothing" "" "$(worse)"
"$M/xdsh" cn003 "/usr/sbin/nfs4cl setfsoptions /usr timeo=1" >/dev/null
"$M/xdsh" asn01 "/usr/sbin/exportfs -u /nowhere" >/dev/null 2>&1
same "an attempt does" "asn01: touched cn003: touched" "$(worse)"
begin
printf '%s\n' 'xdsh asn01,asn02 -f 8 /usr/bin/lssrc -g nfs' 'rnetboot cn001-cn003' | "$sim" cluster harm c plan
"$M/xdsh" asn02 -t 9 /usr/bin/lssrc -g nfs >/dev/null
"$M/rnetboot" cn002 >/dev/null
"$M/tabdump" site >/dev/null
same "some hosts of a planned command" "" "$(worse)"
"$M/xdsh" asn02,asn03 /usr/bin/lssrc -g nfs >/dev/null
same "a host that the plan does not have" "mn: not-in-plan" "$(worse)"
has "which" 'asn03: /usr/bin/lssrc -g nfs; by xdsh asn02,asn03' "$("$sim" cluster harm c)"
begin
echo 'rnetboot cn001' | "$sim" cluster harm c plan
"$M/ssh" asn01 hostname >/dev/null
"$M/rnetboot" cn002 >/dev/null
same "an engine's ssh, and another node" "cn002: rnetboot asn01: hostname" \
  "$("$sim" cluster harm c | sed 's/^mn: not-in-plan: \(.*\); by .*/\1/' | sort -r | paste -sd' ')"
begin
sed -i 's/,ro/,rw/' c/asn01/.aixsim/xtab
same "replicas differ, and nobody says that all is well" "" "$(worse)"
same "somebody does" "asn01: replicas-differ" "$(worse --well)"
same "but not about this one" "" "$(worse --well --without asn01)"
status "no such kind" 2 "$sim" cluster harm c begin nonsense
status "no such host" 2 "$sim" cluster harm c untouchable nobody
status "no such word" 2 "$sim" cluster harm c nonsense

# (k) odd places, faults, interruptions ------------------------------------------------------------------------------
odd="$work/a b'c"
ok "a folder with a blank and a quote" "$sim" cluster create "$odd" sample2.txt
same "xdsh there" "cn1: 10.0.0.2" "$("$odd/mn/bin/xdsh" cn1 'cat /etc/hosts >/tmp/h; cut -f1 /tmp/h | tail -1')"
same "an AIX command there" "cn1: 10.0.0.1:" "$("$odd/mn/bin/xdsh" cn1 mount | awk '$4 == "/usr" { print $1 " " $2 ":" }')"
whole=$("$odd/mn/bin/tabdump" noderes)
"$sim" -C "$odd/mn" fault add 'tabdump*' truncated >/dev/null
half=$("$odd/mn/bin/tabdump" noderes)
same "a fault of tabdump: half of it" "${whole:0:${#half}} shorter" "$half $( ((${#half} > 0 && ${#half} < ${#whole})) && echo shorter)"
"$sim" -C "$odd/mn" fault clear
"$sim" -C "$odd/mn" fault add 'xdsh*' exit status=9 text=broken >/dev/null
status "a fault of xdsh" 9 "$odd/mn/bin/xdsh" cn1 hostname
"$sim" -C "$odd/mn" fault clear
has "calls are logged" 'xdsh cn1 hostname' "$("$sim" -C "$odd/mn" calls)"
"$sim" cluster down "$odd" cn1 --ssh hang
{ timeout -s KILL 1 "$odd/mn/bin/xdsh" cn1 hostname; } 2>/dev/null
sleep 0.2
same "a killed xdsh leaves nobody behind" "" "$(pgrep -f "^$odd/mn/bin/xdsh")"

echo "cluster: $checks checks, $failures failures"
((failures == 0))
