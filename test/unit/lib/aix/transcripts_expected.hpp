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
  };
  return all;
}

// The fixtures of test/fixtures/aix.
inline std::vector<std::string> fixtures_expected() {
  return {
      "chnfsdom-sentence-not-set",
      "chnfsdom-word",
      "etc-hosts",
      "exports-by-hand",
      "ifconfig-a-odd",
      "lsattr-El-inet0-route-generations",
      "lsnfsexp-two-versions",
      "lssrc-g-nfs-some-down",
      "mount-odd-names",
      "mount-statelite-node",
      "netstat-rn-nonroot",
      "netstat-rn-two-defaults-dgd",
      "netstat-rnC-dead-gateway",
      "netstat-rnC-unknown-header",
      "netsvc.conf",
      "nfs4cl-showfs-all",
      "nfs4cl-showfs-replicas-ipv6",
      "nfsd-getreplicas-assignment-off",
      "nfsd-getreplicas-columns",
      "nfsd-getreplicas-hosts",
      "nfsd-getreplicas-sentence",
      "nfso-o-timeout",
      "no-o-one",
      "no-x-dgd",
      "resolv.conf",
  };
}

}  // namespace hanfs::aix
