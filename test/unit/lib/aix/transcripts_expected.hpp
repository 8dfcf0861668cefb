// SPDX-License-Identifier: Apache-2.0
// What a person reads in the captures and fixtures, by the name of the file, in the form of aix_text.hpp.
#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

namespace hanfs::aix {

// The whole file.
inline const std::map<std::string, std::string>& expectations() {
  static const std::map<std::string, std::string> all = {
      {"mount-ahafs-trailing-blanks",
       "|/dev/hd4|/|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"
       "|/dev/hd2|/usr|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"
       "|/dev/testlv|/tmp/testfs|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"
       "|/dev/hd3|/tmp|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"
       "|/dev/hd1|/home|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"
       "|/dev/hd11admin|/admin|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Nov 07 19:11|rw\n"
       "|/dev/hd10opt|/opt|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"
       "|/dev/livedump|/var/adm/ras/livedump|jfs2|Nov 07 19:11|rw,log=/dev/hd8\n"
       "|/ahafs|/aha|ahafs|Nov 07 19:11|rw\n"},
      {"mount-hanfs-nfs4",
       "|/dev/hanfs_pers_lv|/hanfs_home_personxx|jfs2|Jul 26 14:36|rw,log=INLINE\n"
       "|/dev/hanfs_data_lv|/hanfs_data|jfs2|Jul 26 14:36|rw,log=INLINE\n"
       "|/dev/hanfs_nfsstable_lv|/nfs_stable|jfs2|Jul 26 14:36|rw,log=INLINE\n"
       "haservice-nfs|/hanfs_home_personxx|/home/personxx|nfs4|Jul 26 14:36|vers=4,hard,intr\n"
       "haservice-nfs|/hanfs_data|/data|nfs4|Jul 26 14:36|vers=4,hard,intr\n"
       "! 4 ...\n"},
      {"mount-nfs3-empty-options",
       "|/dev/hd4|/|jfs2|Mar 22 08:05|rw,log=/dev/hd8\n"
       "|/dev/hd2|/usr|jfs2|Mar 22 08:05|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Mar 22 08:05|rw\n"
       "|/dev/hd10opt|/opt|jfs2|Mar 22 08:05|rw,log=/dev/hd8\n"
       "|/dev/hd3|/var|x|Mar 22 08:05|rw,nodev,log=/dev/hd3\n"
       "joe|/var/share|/tmp/salam|nfs3|Nov 12 04:40|\n"},
      {"mount-silent-then-list",
       "|/dev/hd4|/|jfs2|Oct 11 17:47|rw,log=/dev/hd8\n"
       "|/dev/hd2|/usr|jfs2|Oct 11 17:47|rw,log=/dev/hd8\n"
       "|/dev/hd9var|/var|jfs2|Oct 11 17:47|rw,log=/dev/hd8\n"
       "|/dev/hd3|/tmp|jfs2|Oct 11 17:48|rw,log=/dev/hd8\n"
       "|/dev/hd1|/home|jfs2|Oct 11 17:48|rw,log=/dev/hd8\n"
       "|/dev/hdlladmin|/admin|jfs2|Oct 11 17:48|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Oct 11 17:48|rw\n"
       "|/dev/hd10opt|/opt|jfs2|Oct 11 17:48|rw,log=/dev/hd8\n"
       "|/dev/lLivedump|/var/adm/ras/livedump|jfs2|Oct 11 17:48|rw,log=/dev/hd8\n"
       "|/ahafs|/aha|ahafs|Oct 11 17:49|rw\n"
       "|/dev/fslv00|/mksysb-staging|jfs2|Oct 11 18:35|rw,log=/dev/hd8\n"},
      {"nfs4cl-showfs-usr-primary",
       "203.0.113.15|/install|0:42949672973|/usr| current 203.0.113.15\n"
       "  replica 203.0.113.14\n"
       "  options "
       "ro,intr,nimperf,rsize=65536,wsize=65536,timeo=1,retrans=3,numclust=2,maxgroups=0,acregmin=14400,acregmax=14400,"
       "acdirmin=14400,acdirmax=14400,minpout=1250,maxpout=2500,sec=sys:krb5:krb5i:krb5p\n"},
      {"ifconfig-a_aix72_qemu",
       "en0 up\n"
       "  inet 192.0.2.96/24\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/64\n"},
      {"ifconfig-a_aliases_snapper",
       "en0 up\n"
       "  inet 10.172.149.8/22\n"
       "  inet 10.172.149.7/22\n"
       "en1 up\n"
       "  inet 10.111.23.76/24\n"
       "  inet 10.111.23.78/22\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/0\n"},
      {"netstat-nrf-inet_ohai",
       "default|172.28.128.13|UG|en0\n"
       "172.28.128.0|172.28.174.58|UHSb|en0\n"
       "172.28.128/18|172.28.174.58|U|en0\n"
       "172.28.191.255|172.28.174.58|UHSb|en0\n"},
      {"netstat-r_names_no-default_aix72",
       "127/8|loopback|U|lo0\n"
       "192.0.2.0|nodeqemu|UHSb|en0\n"
       "192.0.2/24|nodeqemu|U|en0\n"
       "nodeqemu|loopback|UGHS|lo0\n"
       "192.0.2.255|nodeqemu|UHSb|en0\n"},
      {"netstat-rn_aix53_static-default",
       "default|10.6.0.253|UGS|en1\n"
       "10/8|10.6.0.254|UGS|en1\n"
       "10.6.40.0|10.6.40.160|UHSb|en1\n"
       "10.6.40/24|10.6.40.160|U|en1\n"
       "10.6.40.160|127.0.0.1|UGHS|lo0\n"
       "10.6.40.255|10.6.40.160|UHSb|en1\n"
       "127/8|127.0.0.1|U|lo0\n"
       "192.168.5.0|192.168.5.160|UHSb|en0\n"
       "192.168.5/24|192.168.5.160|U|en0\n"
       "192.168.5.160|127.0.0.1|UGHS|lo0\n"
       "192.168.5.255|192.168.5.160|UHSb|en0\n"
       "192.168.8.0|192.168.8.160|UHSb|en2\n"
       "192.168.8/24|192.168.8.160|U|en2\n"
       "192.168.8.160|127.0.0.1|UGHS|lo0\n"
       "192.168.8.255|192.168.8.160|UHSb|en2\n"
       "192.168.211/24|192.168.213.254|UGS|en1\n"
       "192.168.213.0|192.168.213.160|UHSb|en1\n"
       "192.168.213/24|192.168.213.160|U|en1\n"
       "192.168.213.160|127.0.0.1|UGHS|lo0\n"
       "192.168.213.255|192.168.213.160|UHSb|en1\n"
       "::1|::1|UH|lo0|inet6\n"},
      {"netstat-rn_aix61_abbreviated-dests",
       "default|172.18.0.254|UG|en1\n"
       "10.0.0.0|10.0.0.103|UHSb|en0\n"
       "10/21|10.0.0.103|U|en0\n"
       "10.0.0.103|127.0.0.1|UGHS|lo0\n"
       "10.0.7.255|10.0.0.103|UHSb|en0\n"
       "39/16|172.18.0.21|UGS|en1\n"
       "127/8|127.0.0.1|U|lo0\n"
       "172.18.0.0|172.18.0.80|UHSb|en1\n"
       "172.18/21|172.18.0.80|U|en1\n"
       "172.18.0.80|127.0.0.1|UGHS|lo0\n"
       "172.18.7.255|172.18.0.80|UHSb|en1\n"
       "192.0.0/24|172.18.0.254|UGS|en1\n"
       "::1|::1|UH|lo0|inet6\n"},
      {"netstat-rn_aix61_lower-tree-banner",
       "default|10.6.0.253|UG|en3\n"
       "10/8|10.6.0.254|UGS|en3\n"
       "10.6.0.0|10.6.40.101|UHSb|en3\n"
       "10.6/16|10.6.40.101|U|en3\n"
       "10.6.40.101|127.0.0.1|UGHS|lo0\n"
       "10.6.255.255|10.6.40.101|UHSb|en3\n"
       "127/8|127.0.0.1|U|lo0\n"
       "192.168.5.0|192.168.5.1|UHSb|en2\n"
       "192.168.5/24|192.168.5.1|U|en2\n"
       "192.168.5.1|127.0.0.1|UGHS|lo0\n"
       "192.168.5.255|192.168.5.1|UHSb|en2\n"
       "192.168.7.0|192.168.7.1|UHSb|en0\n"
       "192.168.7/24|192.168.7.1|U|en0\n"
       "192.168.7.1|127.0.0.1|UGHS|lo0\n"
       "192.168.7.255|192.168.7.1|UHSb|en0\n"
       "192.168.8.0|192.168.8.1|UHSb|en1\n"
       "192.168.8/24|192.168.8.1|U|en1\n"
       "192.168.8.1|127.0.0.1|UGHS|lo0\n"
       "192.168.8.255|192.168.8.1|UHSb|en1\n"
       "192.168.211/24|192.168.213.254|UGS|en3\n"
       "192.168.213.0|192.168.213.101|UHSb|en3\n"
       "192.168.213/24|192.168.213.101|U|en3\n"
       "192.168.213.101|127.0.0.1|UGHS|lo0\n"
       "192.168.213.255|192.168.213.101|UHSb|en3\n"
       "::1%1|::1%1|UH|lo0|inet6\n"},
      {"netstat-rn_ibm-support",
       "default|10.0.205.1|UG|en4\n"
       "10.0.205.0|10.0.205.53|UHSb|en4\n"
       "10.0.205/24|10.0.205.53|U|en4\n"
       "10.0.205.53|127.0.0.1|UGHS|lo0\n"
       "10.0.205.255|10.0.205.53|UHSb|en4\n"
       "10.99/16|10.4.4.20|UG|en4\n"
       "127/8|127.0.0.1|U|lo0\n"},
      {"netstat-rn_single-default_facter",
       "default|10.34.77.1|UG|en0\n"
       "10.34.77.0|10.34.77.40|UHSb|en0\n"
       "10.34.77/24|10.34.77.40|U|en0\n"
       "10.34.77.40|127.0.0.1|UGHS|lo0\n"
       "10.34.77.255|10.34.77.40|UHSb|en0\n"
       "127/8|127.0.0.1|U|lo0\n"
       "::1%1|::1%1|UH|lo0|inet6\n"},
      {"netstat-rnf-inet6_oshi", "::1%1|::1%1|UH|lo0|inet6\n"},
      {"etc-exports-replicas-noauto-first",
       "1 /install|noauto,replicas=/install@10.0.1.1:/install@10.0.2.1,vers=4,rw,root=*|v4\n"
       "  replica /install at 10.0.1.1\n"
       "  replica /install at 10.0.2.1\n"},
      {"etc-exports-vers34-aix53", "1 /hamninstall|vers=3:4,sec=sys:krb5p:krb5i:krb5:dh,rw,root=*|v34\n"},
      {"etc-xtab-after-exportfs-a", "1 /u02/share|sec=sys:krb5p:krb5i:krb5:dh,rw,root=203.0.113.10|v23\n"},
      {"lssrc-g-nfs-aix71",
       "biod|nfs|4587710|active\n"
       "rpc.statd|nfs|5767286|active\n"
       "rpc.lockd|nfs|3932320|active\n"
       "nfsd|nfs|11403334|active\n"
       "rpc.mountd|nfs|10158322|active\n"},
      {"chnfsdom-sentence-not-set", "not set\n"},
      {"chnfsdom-word", "cluster.example.com\n"},
      {"exports-by-hand",
       "3 /install|vers=4,replicas=/install@10.0.1.1+sn01:/install@2001:db8::2,noauto,ro,root=sn01:sn02|v4\n"
       "  replica /install at 10.0.1.1\n"
       "  replica /install at sn01\n"
       "  replica /install at 2001:db8::2\n"
       "9 /install|vers=3,ro,access=@10.0.0.0/16:@nodes|v3\n"
       "10 /export/a b|rw|v23\n"
       "11 /home||v23\n"
       "14 /x\xC3\xA4|anon=-1,x=a=b|v23\n"
       "! 12 /old rw=sn01 # a dash is missing\n"
       "! 15 /cut -ro, \\\n"},
      {"lsnfsexp-two-versions",
       "1 /install|replicas=/install@10.0.1.1:/install@10.0.2.1,vers=4,rw,noauto,root=*|v4\n"
       "  replica /install at 10.0.1.1\n"
       "  replica /install at 10.0.2.1\n"
       "2 /install|vers=3,rw|v3\n"},
      {"lssrc-g-nfs-some-down",
       "biod|nfs|4587710|active\n"
       "nfsd|nfs|11403334|active\n"
       "nfsrgyd|nfs||inoperative\n"
       "gssd|nfs||inoperative\n"
       "rpc.lockd|nfs|3932320|warned to stop\n"
       "a.subsystem.of.no.group|||inoperative\n"
       "another|||inoperative\n"
       "third||77|active\n"},
      {"nfsd-getreplicas-assignment-off", "off\n"},
      {"nfsd-getreplicas-columns", "on\n"},
      {"nfsd-getreplicas-hosts", "on\n"},
      {"nfsd-getreplicas-sentence", "on\n"},
      {"etc-hosts",
       "127.0.0.1 loopback localhost\n"
       "::1 loopback localhost\n"
       "10.0.1.1 sn01 SN01.cluster.example.com\n"
       "! 5 10.0.1 sn03\n"},
      {"ifconfig-a-odd",
       "en0 up\n"
       "  inet 10.0.0.17/16\n"
       "  inet 10.0.9.17/-1\n"
       "  inet6 fe80::a:1/64\n"
       "en1 down\n"
       "  inet 10.1.0.17/24\n"
       "en2 up\n"},
      {"lsattr-El-inet0-route-generations",
       "net|0|10.0.1.1|||0|default\n"
       "net|0|10.0.1.2|||0|default\n"
       "net|10.21.22.0|10.0.1.3|255.255.255.0||0\n"
       "net|10.21.23.0|10.0.1.3|255.255.255.0||0\n"
       "net|10.21.24.0|10.0.1.3|255.255.255.0||0|static\n"
       "net|0|10.0.1.4|||0|static|default\n"
       "net|0|10.0.1.5|||1|dgd|static|default\n"
       "net|0|10.0.1.6||en0|0|dgd|static|default\n"
       "net|10.9.0.0|10.0.1.7|255.255.0.0||0\n"
       "host|10.8.0.1|10.0.1.8||en0|2\n"
       "! 11 net,-hopcount,255.255.255.128,0,10.0.1.9\n"},
      {"mount-odd-names",
       "sn01|/export/a b|/mnt/a  b|nfs4|Nov 07 19:11|ro\n"
       "sn01|/export/it's \"x\"|/mnt/$(reboot);|nfs4|Nov 07 19:11|ro\n"
       "sn01|/export/\xC3\xA4\xE2\x82\xAC|/mnt/"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"
       "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx|nfs4|Nov 07 "
       "19:11|ro\n"
       "sn01|/export|/mnt/two\n"
       "lines|nfs4|Nov 07 19:11|ro\n"
       "2001:db8::15|/export|/mnt/v6|nfs4|Nov  7 19:11|ro\n"
       "! 8 sn01     /export/aaaaaaaaa /bbbbbbbbbbbbbbbbb /mnt/ccccccccccccccc nfs4   Nov 07 19:11 ro              \n"
       "! 9 sn01     /export          /mnt/cut         nfs4   Nov 0\n"},
      {"mount-statelite-node",
       "|/proc|/proc|procfs|Mar 04 06:01|rw\n"
       "10.0.1.1|/install/nim/shared_root/71B_shared_root|/|stnfs|Mar 04 06:00|hard\n"
       "10.0.1.1|/install/nim/spot/71B/usr|/usr|nfs4|Mar 04 06:00|ro,vers=4,hard,intr\n"
       "10.0.1.1|/install/statelite|/.statelite/persistent|nfs4|Mar 04 06:02|vers=4,llock\n"
       "|/.statelite/persistent/cn017/var/adm/ras|/var/adm/ras|namefs|Mar 04 06:02|rw\n"
       "|/.statelite/persistent/cn017/etc/basecust|/etc/basecust|namefs|Mar 04 06:02|rw\n"
       "|-hosts|/net|autofs|Mar 04 06:03|nosuid,vers=3\n"
       "nas01|/vol/home|/home|nfs3|Mar 04 06:03|\n"},
      {"netstat-rn-nonroot",
       "default|10.0.1.1|UG|en0\n"
       "127/8|127.0.0.1|U|lo0\n"},
      {"netstat-rn-two-defaults-dgd",
       "default|10.0.1.1|UGSA|en0\n"
       "default|10.0.2.1|UGSA|en0\n"
       "10.0.0.0|10.0.0.17|UHSb|en0\n"
       "10.0/16|10.0.0.17|U|en0\n"
       "10.9/16|link#4|UC|en1\n"
       "127/8|127.0.0.1|U|lo0\n"
       "fe80::/64||UC|en0|inet6\n"
       "::1%1|::1%1|UH|lo0|inet6\n"},
      {"netstat-rnC-dead-gateway",
       "default|10.0.2.1|UGSA|en0|1|1\n"
       "default|10.0.1.1|UGSA|en0|2147483647|0\n"
       "10.0/16|10.0.0.17|U|en0|0|0\n"},
      {"netstat-rnC-unknown-header",
       "default|10.0.1.1|UGSA|en0|2147483647|0\n"
       "default|10.0.2.1|UGSA|en0|1|1\n"},
      {"netsvc.conf", "hosts local auth bind4\n"},
      {"nfs4cl-showfs-all",
       "10.0.1.1|/|0:1|| current \n"
       "10.0.1.1|/install|0:42949672973|/usr| current \n"
       "10.0.1.1|/install|0:42949672973|/.statelite/persistent| current \n"
       "sn02.cluster.example.com|/a path/with blanks|4294967295:18446744073709551615|/mnt/a b| current \n"},
      {"nfs4cl-showfs-replicas-ipv6",
       "2001:db8::1|/install|0:10|/usr| current 2001:db8::2\n"
       "  replica 2001:db8::1\n"
       "  replica 2001:db8::3\n"
       "  replica ::1\n"
       "  replica fe80::\n"
       "  replica 10.0.0.5\n"
       "  replica sn06\n"
       "  replica sn07.x.example\n"
       "  replica 10.0.0.8\n"
       "  options ro,hard,timeo=100,retrans=5,sec=sys\n"
       "10.0.0.1|/home|0:11|/home| current 10.0.0.1\n"
       "  options \n"},
      {"nfso-o-timeout", "nfs_v4_fail_over_timeout|0\n"},
      {"no-o-one", "passive_dgd|0\n"},
      {"no-x-dgd",
       "dgd_packets_lost|3|3|3|1|32767|numeric|D\n"
       "dgd_ping_time|5|5|5|1|2147483647|second|D\n"
       "passive_dgd|1|0|NONE|0|1|boolean|D\n"
       "arptab_nb|149|73|149|1|32767|bucket|R\n"
       "delayackports|{23,80}|{}|{}|n/a||ports|D\n"
       "ndd_event_name|{all}|{all}|{all}|0|128|string|I\n"},
      {"resolv.conf",
       "nameserver 10.0.1.1\n"
       "nameserver 2001:db8::53\n"
       "domain cluster.example.com\n"
       "search cluster.example.com\n"
       "search example.com\n"
       "! 7 nameserver sn01\n"},
      // ---- read in public sources once more, each with its .source
      {"netstat-rn_aix73_mondoo",
       "default|192.168.135.33|UG|en0\n"
       "127/8|127.0.0.1|U|lo0\n"
       "192.0.2.10|192.0.2.10|UH|en0\n"
       "192.0.2.10|127.0.0.1|UGHS|lo0\n"
       "192.168.135.32|192.168.135.35|UHSb|en0\n"
       "192.168.135.32/29|192.168.135.35|U|en0\n"
       "192.168.135.35|127.0.0.1|UGHS|lo0\n"
       "192.168.135.39|192.168.135.35|UHSb|en0\n"
       "198.51.100/24|192.168.135.33|UG|en0\n"
       "::1%1|::1%1|UH|lo0|inet6\n"
       "fe80::/64|link#3|UCX|en1|inet6\n"
       "fe80::58b7:9eff:fec1:8f07|5a:b7:9e:c1:8f:7|UHXLW|en1|inet6\n"
       "fe80::70ce:eff:fe54:b2a||UHXLWl|lo0|inet6\n"
       "ff01::%1/16|::1|U|lo0|inet6\n"
       "ff02::/16|fe80::70ce:eff:fe54:b2a|U|en1|inet6\n"
       "ff11::%1/16|::1|U|lo0|inet6\n"
       "ff12::/16|fe80::70ce:eff:fe54:b2a|U|en1|inet6\n"},
      {"netstat-rn_nonroot_ohai",
       "default|172.30.0.1|UG|en0\n"
       "127/8|127.0.0.1|U|lo0\n"
       "172.30.0.0|172.30.10.23|UHSb|en0\n"
       "172.30/20|172.30.10.23|U|en0\n"
       "172.30.10.23|127.0.0.1|UGHS|lo0\n"
       "172.30.15.255|172.30.10.23|UHSb|en0\n"
       "::1%1|::1%1|UH|lo0|inet6\n"},
      {"netstat-rnf-inet_oshi",
       "default|192.168.20.1|UG|en0\n"
       "127/8|127.0.0.1|U|lo0\n"
       "192.168.20.0|192.168.20.80|UHSb|en0\n"
       "192.168.20/24|192.168.20.80|U|en0\n"
       "192.168.20.80|127.0.0.1|UGHS|lo0\n"
       "192.168.20.255|192.168.20.80|UHSb|en0\n"},
      {"netstat-rn_big-counters",
       "default|10.42.60.1|UG|en0\n"
       "10.42.60.0|10.42.60.136|UHSb|en0\n"
       "10.42.60/24|10.42.60.136|U|en0\n"
       "10.42.60.136|127.0.0.1|UGHS|lo0\n"
       "10.42.60.255|10.42.60.136|UHSb|en0\n"
       "10.42.61.0|10.42.61.136|UHSb|en1\n"
       "10.42.61/24|10.42.61.136|U|en1\n"
       "10.42.61.136|127.0.0.1|UGHS|lo0\n"
       "10.42.61.255|10.42.61.136|UHSb|en1\n"
       "127/8|127.0.0.1|U|lo0\n"
       "::1%1|::1%1|UH|lo0|inet6\n"},
      {"netstat-rn_alias-addresses",
       "default|10.42.60.1|UG|en4\n"
       "10.42.60.0|10.42.60.60|UHSb|en4\n"
       "10.42.60/24|10.42.60.60|U|en4\n"
       "10.42.60.60|127.0.0.1|UGHS|lo0\n"
       "10.42.60.132|127.0.0.1|UGHS|lo0\n"
       "10.42.60.255|10.42.60.60|UHSb|en4\n"
       "10.42.61.0|10.42.61.156|UHSb|en5\n"
       "10.42.61/24|10.42.61.156|U|en5\n"
       "10.42.61.132|127.0.0.1|UGHS|lo0\n"
       "10.42.61.156|127.0.0.1|UGHS|lo0\n"
       "10.42.61.255|10.42.61.156|UHSb|en5\n"
       "127/8|127.0.0.1|U|lo0\n"
       "::1%1|::1%1|UH|lo0|inet6\n"},
      {"netstat-r_names_default_aix72",
       "default|192.168.133.1|UG|en0\n"
       "127/8|loopback|U|lo0\n"
       "192.168.133.0|192.168.133.99|UHSb|en0\n"
       "192.168.133/24|192.168.133.99|U|en0\n"
       "192.168.133.99|loopback|UGHS|lo0\n"
       "192.168.133.255|192.168.133.99|UHSb|en0\n"
       "loopback|loopback|UH|lo0|inet6\n"},
      {"netstat-rn_before-IV46819",
       "default|10.18.201.1|UG|en0\n"
       "10.18.201.0|10.18.201.62|UHSb|en0\n"
       "10.18.201/25|10.18.201.62|U|en0\n"
       "10.18.201.62|127.0.0.1|UGHS|lo0\n"
       "10.18.201.127|10.18.201.62|UHSb|en0\n"
       "127/8|127.0.0.1|U|lo0\n"
       "::1%1|::1%1|UH|lo0|inet6\n"},
      {"netstat-rn_after-IV46819",
       "10.18.201.0|10.18.201.61|UHSb|en0\n"
       "10.18.201/25|10.18.201.61|U|en0\n"
       "10.18.201.61|127.0.0.1|UGHS|lo0\n"
       "10.18.201.127|10.18.201.61|UHSb|en0\n"
       "127/8|127.0.0.1|U|lo0\n"
       "::1%1|::1%1|UH|lo0|inet6\n"},
      {"ifconfig-a_metric_ohai",
       "en0 up\n"
       "  inet 172.28.174.58/18\n"
       "  inet 172.28.174.59/-1\n"
       "  inet 172.28.174.60/18\n"
       "  inet6 ::1/0\n"
       "en1 up\n"
       "  inet 172.30.10.211/22\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/0\n"},
      {"ifconfig-a_no-settings-of-lo0_chef",
       "en1 up\n"
       "  inet 10.143.11.59/16\n"
       "en0 up\n"
       "  inet 172.28.174.58/18\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/0\n"},
      {"ifconfig-a_inet6-global_scx",
       "en0 up\n"
       "  inet 10.166.118.51/23\n"
       "  inet6 2001:db8:e00:f24e:785a:3eff:feee:8c0a/64\n"
       "  inet6 3ffe::aaaa:785a:3eff:feee:8c0a/64\n"
       "  inet6 fe80::785a:3eff:feee:8c0a/64\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/128\n"},
      {"ifconfig-a_aliases_largesend",
       "en4 up\n"
       "  inet 10.42.60.60/24\n"
       "  inet 10.42.60.132/24\n"
       "en5 up\n"
       "  inet 10.42.61.156/24\n"
       "  inet 10.42.61.132/24\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/0\n"},
      {"ifconfig-a_aix72_virtual",
       "en0 up\n"
       "  inet 192.168.133.99/24\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/64\n"},
      {"ifconfig-a_lo0-one-flag-word",
       "en0 up\n"
       "  inet 192.168.8.230/23\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/0\n"},
      {"mount_autofs-long-node_opensvc",
       "|/dev/hd4|/|jfs2|Nov 29 11:22|rw,log=/dev/hd8\n"
       "|/dev/hd2|/usr|jfs2|Nov 29 11:22|rw,log=/dev/hd8\n"
       "|/dev/hd9var|/var|jfs2|Nov 29 11:22|rw,log=/dev/hd8\n"
       "|/dev/hd3|/tmp|jfs2|Nov 29 11:23|rw,log=/dev/hd8\n"
       "|/dev/hd1|/home|jfs2|Nov 29 11:23|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Nov 29 11:23|rw\n"
       "|/dev/hd10opt|/opt|jfs2|Nov 29 11:23|rw,log=/dev/hd8\n"
       "|/dev/lv_logs|/logs|jfs2|Nov 29 11:23|rw,log=/dev/hd8\n"
       "|/dev/lv_machine|/machine|jfs2|Nov 29 11:23|rw,log=/dev/hd8\n"
       "|-hosts|/net|autofs|Nov 29 11:23|nosuid,vers=3,rw,nobrowse,ignore\n"
       "y64lnxserv4|/install/outils|/mnt|nfs3|Dec 07 11:53|\n"},
      {"mount_lpar-nfs3_ohai",
       "|/dev/hd4|/|jfs2|Jul 17 13:22|rw,log=/dev/hd8\n"
       "|/dev/hd2|/usr|jfs2|Jul 17 13:22|rw,log=/dev/hd8\n"
       "|/dev/hd9var|/var|jfs2|Jul 17 13:22|rw,log=/dev/hd8\n"
       "|/dev/hd3|/tmp|jfs2|Jul 17 13:22|rw,log=/dev/hd8\n"
       "|/dev/hd1|/home|jfs2|Jul 17 13:22|rw,log=/dev/hd8\n"
       "|/dev/hd11admin|/admin|jfs2|Jul 17 13:22|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Jul 17 13:22|rw\n"
       "|/dev/hd10opt|/opt|jfs2|Jul 17 13:22|rw,log=/dev/hd8\n"
       "192.168.2.11|/stage/middleware|/stage/middleware|nfs3|Jul 17 13:24|ro,bg,hard,intr,sec=sys\n"},
      {"mount_wpar-global_ohai",
       "|Global|/|jfs2|Nov 23 21:03|rw,log=NULL\n"
       "|Global|/home|jfs2|Nov 23 21:03|rw,log=NULL\n"
       "|Global|/opt|jfs2|Nov 23 21:03|rw,log=NULL\n"
       "|Global|/proc|namefs|Nov 23 21:03|rw\n"
       "|Global|/tmp|jfs2|Nov 23 21:03|rw,log=NULL\n"
       "|Global|/usr|jfs2|Nov 23 21:03|rw,log=NULL\n"
       "|Global|/var|jfs2|Nov 23 21:03|rw,log=NULL\n"
       "192.168.2.11|/stage/middleware|/stage/middleware|nfs3|Jul 17 13:24|ro,bg,hard,intr,sec=sys\n"},
      {"mount_nfs3-long-paths_stroika",
       "|/dev/hd4|/|jfs2|Aug 27 19:50|rw,log=/dev/hd8\n"
       "|/dev/hd2|/usr|jfs2|Aug 27 19:50|rw,log=/dev/hd8\n"
       "|/dev/hd9var|/var|jfs2|Aug 27 19:50|rw,log=/dev/hd8\n"
       "|/dev/hd3|/tmp|jfs2|Aug 27 19:50|rw,log=/dev/hd8\n"
       "|/dev/hd1|/home|jfs2|Aug 27 19:51|rw,log=/dev/hd8\n"
       "|/dev/hd11admin|/admin|jfs2|Aug 27 19:51|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Aug 27 19:51|rw\n"
       "|/dev/hd10opt|/opt|jfs2|Aug 27 19:51|rw,log=/dev/hd8\n"
       "|/dev/livedump|/var/adm/ras/livedump|jfs2|Aug 27 19:51|rw,log=/dev/hd8\n"
       "|/dev/resgrp156lv|/resgrp156|jfs2|Aug 27 19:51|rw,log=/dev/resgrp156loglv\n"
       "192.168.243.81|/usr/sys/inst.images/toolbox_20110809|/toolbox|nfs3|Aug 27 19:51|bg,soft,intr,sec=sys,rw\n"
       "192.168.243.81|/usr/sys/inst.images/mozilla_3513|/mozilla|nfs3|Aug 27 19:51|bg,soft,intr,sec=sys,rw\n"},
      {"mount_aix73_mondoo",
       "|/dev/hd4|/|jfs2|Oct 09 17:23|rw,log=/dev/hd8\n"
       "|/dev/hd2|/usr|jfs2|Oct 09 17:23|rw,log=/dev/hd8\n"
       "|/dev/hd9var|/var|jfs2|Oct 09 17:23|rw,log=/dev/hd8\n"
       "|/dev/hd3|/tmp|jfs2|Oct 09 17:23|rw,log=/dev/hd8\n"
       "|/dev/hd1|/home|jfs2|Oct 09 17:24|rw,log=/dev/hd8\n"
       "|/dev/hd11admin|/admin|jfs2|Oct 09 17:24|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Oct 09 17:24|rw\n"
       "|/dev/hd10opt|/opt|jfs2|Oct 09 17:24|rw,log=/dev/hd8\n"
       "|/dev/livedump|/var/adm/ras/livedump|jfs2|Oct 09 17:24|rw,log=/dev/hd8\n"
       "|/dev/rep00|/usr/sys/inst.images|jfs2|Oct 09 17:24|rw,log=INLINE\n"
       "|/ahafs|/aha|ahafs|Oct 09 17:25|rw\n"
       "|/dev/mqllv|/mqlfs|jfs2|Oct 09 17:27|rw,log=INLINE\n"
       "|/dev/mqldatalv|/mqldata|jfs2|Oct 09 17:28|rw,log=INLINE\n"
       "localhost|/export/mqlro|/mnt/nfsmql|nfs3|Oct 09 17:39|ro,soft\n"},
      {"mount_autofs-maps_uac",
       "|/dev/hd4|/|jfs2|Apr 19 07:48|rw,log=/dev/hd8\n"
       "|/dev/hd2|/usr|jfs2|Apr 19 07:48|rw,log=/dev/hd8\n"
       "|/dev/hd9var|/var|jfs2|Apr 19 07:48|rw,log=/dev/hd8\n"
       "|/dev/hd3|/tmp|jfs2|Apr 19 07:48|rw,log=/dev/hd8\n"
       "|/dev/hd1|/home|jfs2|Apr 19 07:48|rw,log=/dev/hd8\n"
       "|/dev/hd11admin|/admin|jfs2|Apr 19 07:48|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Apr 19 07:48|rw\n"
       "|/dev/hd10opt|/opt|jfs2|Apr 19 07:48|rw,log=/dev/hd8\n"
       "|/dev/livedump|/var/adm/ras/livedump|jfs2|Apr 19 07:48|rw,log=/dev/hd8\n"
       "|/ahafs|/aha|ahafs|Apr 19 07:49|rw\n"
       "|/etc/auto.project|/cecc/project|autofs|Apr 19 07:53|ignore\n"
       "|/etc/auto.persist|/cecc/persist|autofs|Apr 19 07:53|ignore\n"
       "|/etc/auto.aix|/cecc/repos/aix73|autofs|Apr 19 07:53|ignore\n"
       "|/etc/auto.lpp|/cecc/repos/lpp|autofs|Apr 19 07:53|ignore\n"},
      {"lssrc-a_short_mondoo",
       "syslogd|ras|3932558|active\n"
       "aso||4653462|active\n"
       "biod|nfs|5046692|active\n"
       "rpc.lockd|nfs|5636560|active\n"
       "qdaemon|spooler|5767630|active\n"
       "ctrmc|rsct|5439966|active\n"
       "pmperfrec||6881768|active\n"
       "IBM.HostRM|rsct_rm|5898530|active\n"
       "automountd|autofs|7340402|active\n"
       "lpd|spooler||inoperative\n"
       "nimsh|nimclient||inoperative\n"
       "nimhttp|||inoperative\n"
       "timed|tcpip||inoperative\n"},
      {"lssrc-g_hacmp",
       "topsvcs|topsvcs|225532|active\n"
       "grpsvcs|grpsvcs|188486|active\n"
       "grpglsm|grpsvcs||inoperative\n"
       "emsvcs|emsvcs|69736|active\n"
       "emaixos|emsvcs|102488|active\n"
       "ctrmc|rsct|70016|active\n"
       "clcomdES|clcomdES|155906|active\n"
       "clstrmgrES|cluster|119232|active\n"
       "clinfoES|cluster||inoperative\n"},
      {"lssrc-s_sshd_stig", "sshd|ssh|4325532|active\n"},
      {"lssrc-s_inetd", "inetd|tcpip|1639148|active\n"},
      {"etc-exports_sec-none_access-root",
       "1 /appl/platinum/autocomm|sec=sys:krb5p:krb5i:krb5:dh:none,rw,"
       "access=SRVA2D01:SRVB2E01:appsrv01:appsrv04,root=SRVA2D01:SRVB2E01:appsrv01:appsrv04|v23\n"},
      {"etc-exports_sec-sys-none",
       "1 /taxyz61|sec=sys:none,rw,access=nodab04:hosta3p1|v23\n"
       "2 /comm|sec=sys:none,rw,access=hostdb01:hosttd01:nodab04:appsrv01:appsrv02:appsrv03:appsrv04:hosta3p1:"
       "appsrv05:appsrv06:appsrv07|v23\n"},
      {"etc-exports_commented-out_long",
       "1 /sapmnt/XX2/global/docwh|root=appsrv09bck:SRVC2A01:SRVC2A02:SRVC2A03:appsrv01bck:appsrv02bck:appsrv03bck:"
       "appsrv04bck:appsrv05bck:appsrv06bck:altsrv01bck:altsrv02bck:appsrv07bck:appsrv08bck:pgasrv01,"
       "access=appsrv09bck:SRVC2A01:SRVC2A02:SRVC2A03:appsrv01bck:appsrv02bck:appsrv03bck:appsrv04bck:appsrv05bck:"
       "appsrv06bck:altsrv01bck:altsrv02bck:appsrv07bck:appsrv08bck:pgasrv01|v23\n"
       "3 /usr/sap/trans|sec=sys:krb5p:krb5i:krb5:dh,rw,access=appsrv09bck:devsrv99bck:dbsrva99:qadbsr01:SRVC2A01:"
       "SRVC2A02:SRVC2A03:SRVB2D01:srvb2d03:dbsrva02bck:devdbs01:dbsrva09:qaapsr01:appsrv01bck:appsrv02bck:"
       "appsrv03bck:appsrv04bck:appsrv05bck:appsrv06bck:srvb2d03bck:altsrv01bck:altsrv02bck:appsrv07bck:appsrv08bck:"
       "devsrv01:devsrv01bck:pgasrv01:dbsrva02,root=appsrv09bck:devsrv99bck:dbsrva99:qadbsr01:SRVC2A01:SRVC2A02:"
       "SRVC2A03:SRVB2D01:srvb2d03:dbsrva02bck:devdbs01:dbsrva09:qaapsr01:appsrv01bck:appsrv02bck:appsrv03bck:"
       "appsrv04bck:appsrv05bck:appsrv06bck:srvb2d03bck:altsrv01bck:altsrv02bck:appsrv07bck:appsrv08bck:devsrv01:"
       "devsrv01bck:pgasrv01:dbsrva02|v23\n"},
      {"ifconfig-a_sit0_aix71",
       "en1 up\n"
       "  inet 198.51.100.195/21\n"
       "  inet6 fe80::209:6bff:fe2e:2d5c/64\n"
       "sit0 up\n"
       "  inet6 ::198.51.100.195/96\n"
       "lo0 up\n"
       "  inet 127.0.0.1/8\n"
       "  inet6 ::1/128\n"},
      {"ifconfig-a_vipa",
       "vi0 up\n"
       "  inet 10.68.6.1/24\n"},
      {"netstat-rn_vipa_pmtu",
       "default|10.68.1.2|UG|en1\n"
       "10.68.1/24|10.68.1.1|U|en1\n"
       "10.68.5/24|10.68.5.1|U|en5\n"
       "127/8|127.0.0.1|U|lo0\n"},
      {"mount_prompt-unpadded_stig",
       "nodeab.example|/gsa/nodeab/projects/a/aix/71|/mnt_1|nfs3|Nov 05 14:11|ro,bg,hard,intr,nosuid,sec=sys\n"
       "nodeab.example|/gsa/nodeab/projects/a/aix/72|/mnt_2|nfs3|Nov 05 14:12|ro,bg,hard,intr,sec=sys\n"},
      {"mount_tabs_perl",
       "|/dev/hd4|/|jfs2|Mar 24 12:14|rw,log=/dev/hd8\n"
       "|/proc|/proc|procfs|Mar 24 12:15|rw\n"
       "|/dev/fslv02|/scratch|jfs2|Mar 24 12:15|rw,log=INLINE\n"},
      {"etc-exports_vers3-and-4_sec-list",
       "1 /mntdb2|vers=3,sec=sys:krb5p:krb5i:krb5:dh,rw|v3\n"
       "2 /mntdb2|vers=4,sec=sys:krb5p:krb5i:krb5:dh,rw|v4\n"},
      {"etc-exports_six-replicas",
       "1 /install|vers=4,replicas=/install@10.10.12.1:/install@10.10.12.2:/install@10.10.12.3:/install@10.10.12.4:"
       "/install@10.10.12.5:/install@10.10.12.6,noauto,rw,root=*|v4\n"
       "  replica /install at 10.10.12.1\n"
       "  replica /install at 10.10.12.2\n"
       "  replica /install at 10.10.12.3\n"
       "  replica /install at 10.10.12.4\n"
       "  replica /install at 10.10.12.5\n"
       "  replica /install at 10.10.12.6\n"},
      {"sysdumpdev-l_fw-assisted_stig", "/dev/lg_dumplv, /dev/sysdumpnull: keeps a dump\n"},
      {"sysdumpdev-l_both-null_stig", "/dev/sysdumpnull, /dev/sysdumpnull: keeps none\n"},
      {"sysdumpdev-l_nx-gzip_ansible", "/dev/lg_dumplv, /dev/dump1: keeps a dump\n"},
      {"sysdumpdev-l_tabs_aix61", "/dev/lg_dumplv, /dev/sysdumpnull: keeps a dump\n"},
      {"sysdumpdev-l_tabs_aix71", "/dev/lg_dumplv, /dev/sysdumpnull: keeps a dump\n"},
      {"sysdumpdev-l_primary-dash", "-, : keeps none\n"},
      {"oslevel-s_base_aix71", "7100-00-00\n"},
      {"oslevel-s_aix61", "6100-06-05\n"},
      {"oslevel-s_aix72", "7200-05-02\n"},
      {"ping_powerha", "10.1.53.130 answered\n"},
      {"no-o_ipforwarding_stig", "ipforwarding|0\n"},
  };
  return all;
}

// The number of rows, all of them read, and some of them: for the long lists.
struct Sample {
  std::size_t rows = 0;
  std::vector<std::string> some;
};
inline const std::map<std::string, Sample>& samples() {
  static const std::map<std::string, Sample> all = {
      {"no-a_aix61",
       {145,
        {"arpqsize|1024", "arpt_killc|20", "delayackports|{}", "dgd_flush_cached_route|0", "dgd_packets_lost|3",
         "dgd_ping_time|5", "dgd_retry_time|5", "ie5_old_multicast_mapping|0", "net_buf_size|{all}",
         "net_malloc_frag_mask|{512:2048}", "use_sndbufpool|1"}}},
      {"nfso-a",
       {37,
        {"portcheck|0", "nfs_udp_duplicate_cache_size|5000", "nfs_max_threads|3891", "nfs_v4_fail_over_timeout|0",
         "client_delegation|1"}}},
      {"no-a_aix73_mondoo",
       {169,
        {"arpqsize|1024", "delayackports|{}", "dgd_flush_cached_route|0", "dgd_packets_lost|3", "dgd_ping_time|5",
         "dgd_retry_time|5", "ie5_old_multicast_mapping|0", "ipforwarding|1", "mpr_policy|1", "ndd_event_name|{all}",
         "net_malloc_frag_mask|{0}", "passive_dgd|0", "sb_max|16777216", "tcp_keepidle|7201", "use_sndbufpool|1"}}},
      {"lssrc-a_aix73_mondoo",
       {74,
        {"syslogd|ras|5374382|active", "aso||4718948|active", "biod|nfs|6422988|active", "rpc.lockd|nfs|6029686|active",
         "ecpvdpd|tcpip|11338078|active", "IBM.MgmtDomainRM|rsct_rm|11993388|active", "nfsd|nfs|20709740|active",
         "rpc.mountd|nfs|6816126|active", "gsclvmd|||inoperative", "nfsrgyd|nfs||inoperative", "gssd|nfs||inoperative",
         "rpc.statd|nfs||inoperative", "mqlstopped|mql||inoperative"}}},
      {"lssrc-a_nfs-up_ansible",
       {75,
        {"sendmail|mail|5243302|active", "aso||6029758|active", "biod|nfs|6357464|active", "nfsd|nfs|5701906|active",
         "rpc.mountd|nfs|6488534|active", "rpc.statd|nfs|7209216|active", "rpc.lockd|nfs|7274988|active",
         "IBM.HostRM|rsct_rm|14418376|active", "nfsrgyd|nfs||inoperative", "gssd|nfs||inoperative",
         "isakmpd|||inoperative", "cthagsglsm|cthags||inoperative"}}},
  };
  return all;
}

// The fixtures of test/fixtures/aix.
inline std::vector<std::string> fixtures_expected() {
  return {
      "chnfsdom-sentence-not-set",
      "chnfsdom-word",
      "etc-exports_commented-out_long",
      "etc-exports_sec-none_access-root",
      "etc-exports_sec-sys-none",
      "etc-exports_six-replicas",
      "etc-hosts",
      "exports-by-hand",
      "ifconfig-a-odd",
      "ifconfig-a_aix72_virtual",
      "ifconfig-a_aliases_largesend",
      "ifconfig-a_inet6-global_scx",
      "ifconfig-a_lo0-one-flag-word",
      "ifconfig-a_metric_ohai",
      "ifconfig-a_no-settings-of-lo0_chef",
      "lsattr-El-inet0-route-generations",
      "lsnfsexp-two-versions",
      "lssrc-a_aix73_mondoo",
      "lssrc-a_nfs-up_ansible",
      "lssrc-a_short_mondoo",
      "lssrc-g-nfs-some-down",
      "lssrc-g_hacmp",
      "lssrc-s_inetd",
      "lssrc-s_sshd_stig",
      "mount-odd-names",
      "mount-statelite-node",
      "mount_aix73_mondoo",
      "mount_autofs-long-node_opensvc",
      "mount_autofs-maps_uac",
      "mount_lpar-nfs3_ohai",
      "mount_nfs3-long-paths_stroika",
      "mount_wpar-global_ohai",
      "netstat-r_names_default_aix72",
      "netstat-rn-nonroot",
      "netstat-rn-two-defaults-dgd",
      "netstat-rnC-dead-gateway",
      "netstat-rnC-unknown-header",
      "netstat-rn_after-IV46819",
      "netstat-rn_aix73_mondoo",
      "netstat-rn_alias-addresses",
      "netstat-rn_before-IV46819",
      "netstat-rn_big-counters",
      "netstat-rn_nonroot_ohai",
      "netstat-rnf-inet_oshi",
      "netsvc.conf",
      "nfs4cl-showfs-all",
      "nfs4cl-showfs-replicas-ipv6",
      "nfsd-getreplicas-assignment-off",
      "nfsd-getreplicas-columns",
      "nfsd-getreplicas-hosts",
      "nfsd-getreplicas-sentence",
      "nfso-o-timeout",
      "no-a_aix73_mondoo",
      "no-o-one",
      "no-o_ipforwarding_stig",
      "no-x-dgd",
      "oslevel-s_aix61",
      "oslevel-s_aix72",
      "oslevel-s_base_aix71",
      "ping_powerha",
      "resolv.conf",
      "sysdumpdev-l_both-null_stig",
      "sysdumpdev-l_fw-assisted_stig",
      "sysdumpdev-l_nx-gzip_ansible",
      "sysdumpdev-l_primary-dash",
      "sysdumpdev-l_tabs_aix61",
      "sysdumpdev-l_tabs_aix71",
  };
}

}  // namespace hanfs::aix
