// SPDX-License-Identifier: Apache-2.0
// Where the facts say GUESS, both answers are variants. "nfs 1.2" and "routes 2.2" are numbers of
// lib/aix/README.md "Short numbers of the simulator".
#include "core/node.hpp"

namespace aixsim {
namespace {
const Variant kVariants[] = {
    {"setfsoptions", "merge|replace", "nfs 1.2: SEEN it merges, the uncut IBM page is remembered to say replace"},
    {"comma-list", "refused|accepted", "nfs 1.2: several options in one call are undocumented"},
    {"zero", "accepted|refused", "nfs 1.2: timeo=0/retrans=0 undocumented"},
    {"nfs4cl-timeo", "tenths|seconds", "nfs 8.3: the unit of the timeo that setfsoptions takes"},
    {"resetfsoptions", "defaults|mounted",
     "nfs 1.1: it goes back to the defaults of NFS, or to the values of the mount"},
    {"nonv4", "refused|silent",
     "nfs 8.1: setfsoptions on a path that is not nfs4: status 1, or status 0 and nothing done"},
    {"showfs-all", "no|yes", "nfs 1.3: Current/Replica/options lines without a path: no is the guess"},
    {"showfs-rows", "fsid|mount", "nfs 1.3: without a path one row per fsid, or per mount"},
    {"showfs-pseudo", "no|yes", "nfs 1.3: rows of the pseudo file system (rfs4)"},
    {"showfs-server", "current|mounted", "nfs 1.3: column Server after a failover"},
    {"showfs-old", "replica|gone",
     "nfs 1.3: after a failover the old server is one of the replicas, or not named any more"},
    {"shared-fsid", "no|yes", "nfs 1.1: /usr and /.statelite/persistent are one fsid (takes effect at boot)"},
    {"overmount", "namefs|nfs4", "nfs 6: vfs of a directory mounted over a directory (takes effect at boot)"},
    {"dead-server", "answers|blocks", "nfs 8.5: nfs4cl blocks while the current server is dead"},
    {"failover", "immediate|clock",
     "nfs 1.3: showfs swaps when the fsid is used: at fail, or when the clock passed the stall"},
    {"failback", "never|heal", "nfs 3: clients stay on the backup until reboot, or return by themselves"},
    {"server-returns", "frees|stale",
     "nfs 3: what hung on a server goes on when it is back, or its handles are lost until the node boots"},
    {"client-state", "held|none", "nfs 4: a node that runs from a server holds v4 state there while it is up, or not"},
    {"oslevel", "7100-05-04-1914|7100-01-03-1207|7100-01-02-1150|6100-04-11-1140",
     "nfs 3: a node with STNFS fails over from 7100-01-03-1207 on"},
    {"nfso", "known|unknown", "nfs 3: nfs_v4_fail_over_timeout unknown on this level"},
    {"nfso-x", "yes|no", "nfs 3: nfso -x supported"},
    {"no-x", "both|list-only|name-only|unsupported", "routes 1.3: no -x with a name / without"},
    {"no-x-range", "yes|empty|na", "routes 1.4: min, max and unit of no -x can be empty or n/a"},
    {"dgd-flag", "UGA|UGSA|UAG|AUG", "routes 4.1: position of A in the flags"},
    {"costs-header", "std|swapped|lower|words|absent|unsupported",
     "routes 4.2: header of netstat -rnC: Cost Config_Cost, other order, lower case, other words, no header, no -C"},
    {"netstat-order", "cost|added", "routes 4.1: defaults are listed by current cost, or as they were added"},
    {"max-cost", "number|hex|MAX|-", "routes 1.1: printed form of the maximum cost 2147483647"},
    {"route-exists", "error|ok", "routes 2.2: add of an existing route: status 1 on stderr, or status 0 on stdout"},
    {"route-cost", "duplicate|second|update", "routes 2.2: same destination and gateway, other cost"},
    {"route-delete-absent", "error|ok", "routes 2.2: delete of an absent route: status 1 or 0"},
    {"route-delete-nogw", "first|all|fail", "routes 10.6: route delete 0 without a gateway"},
    {"route-static", "option|always", "routes 4.1: S only with -static, or on every route the command adds"},
    {"fast-ping", "s1|s5", "routes 10.8: seconds between the fast pings of active DGD"},
    {"traffic", "udp|tcp|none", "routes 1.1: what passive DGD notices: ARP expiry, TCP losses, nothing"},
    {"ping", "answers|filtered", "routes 5: hosts drop ICMP echo: an ordinary host does not"},
    {"odm-string", "as-given|fields11|hopcount5|plain|fields9", "routes 3.2: generation that chdev stores"},
    {"odm-boot-string", "hopcount5|fields11|plain|fields9", "routes 3.2: generation in the ODM at the first boot"},
    {"chdev-input", "any|short", "routes 10.12: short refuses the 11-field form"},
    {"chdev-delroute-P", "accepted|refused", "routes 8: -P with delroute is a guess"},
    {"chdev-partial", "none|odm", "routes 10.2: a kernel failure leaves the ODM alone, or has written it"},
    {"chdev-diskless", "works|fails", "routes 3.6, 10.20: chdev on a node whose / comes from a server"},
    {"delroute", "exact|meaning", "routes 10.14: delroute needs byte identity, or not"},
    {"diskless-odm", "kept|lost", "routes 3.6: ODM of a diskless node after the next boot"},
    {"lsattr-empty", "line|none", "routes 3.3: no route stored: an empty line or no line"},
    {"lsattr-rows", "full|continuation", "routes 3.3: layout of a second value of route"},
    {"netstat-tree", "Tree|tree", "routes 4.1: Route Tree / Route tree (both SEEN)"},
    {"nested", "any|same-version", "nfs 4: parent and child exported: refused at all, or only for a common version"},
    {"replica-self", "refused|accepted", "nfs 3: noauto and a list without this server"},
    {"replica-names", "accepted|refused", "nfs 3: host names in replicas (stnfs wants addresses)"},
    {"stnfs-names", "ignored|used", "nfs 5: a stnfs client and a replica given by name"},
    {"export-order", "replicas-first|noauto-first|vers-first",
     "nfs 4: order that mknfsexp and chnfsexp write (all SEEN)"},
    {"xtab-order", "stored|replicas-first|noauto-first|vers-first", "nfs 4: order that exportfs prints"},
    {"xtab-sec", "as-given|added", "nfs 4: exportfs prints a sec= that nobody gave"},
    {"exportfs-options", "any|few", "nfs 4: exportfs -i -o takes every option, or only vers, ro, rw, root and access"},
    {"exportfs-nothing", "silent|stdout|stderr",
     "nfs 8.11: exportfs without exports: nothing, a sentence, or a sentence on stderr and status 1"},
    {"exportfs-partial", "1|0", "nfs 8.11: status of exportfs when some directories failed"},
    {"unexport-absent", "error|ok", "nfs 8.11: exportfs -u of what is not exported"},
    {"mknfsexp-failed", "line-kept|line-removed", "nfs 8.11: the line in /etc/exports when the kernel refuses"},
    {"chnfsexp", "keeps|resets", "nfs 4: attributes that are not named are kept, or lost"},
    {"chnfsexp-live", "atomic|withdraws", "nfs 4: chnfsexp replaces the export, or withdraws it first"},
    {"rmnfsexp-busy", "line-kept|line-removed", "nfs 4: the line in /etc/exports when clients hold v4 state"},
    {"lsnfsexp-separator", ",|:", "nfs 8.9: lists in the colon form"},
    {"lsnfsexp-header", "xcat|names|moved", "nfs 8.9: names and order of the colon form's columns"},
    {"lsnfsexp-empty", "empty|dash", "nfs 8.9: empty fields of the colon form"},
    {"getreplicas", "word|sentence|assignment|silent-off|colons|unsupported",
     "nfs 8.10: what nfsd -getreplicas prints"},
    {"getnodes", "colons|lines", "nfs 8.10: what nfsd -getnodes prints"},
    {"mode-again", "ok|nothing|error", "nfs 8.10: chnfs -R of the mode that is: restarts, does nothing, fails"},
    {"chnfs-restart", "nfsd|group|none", "nfs 3: what chnfs -R restarts by itself"},
    {"chnfs-settle", "at-once|looks2|ms500|never", "nfs 3: when the daemons are back after chnfs"},
    {"chnfsdom", "sentence|bare", "nfs 8.11: what chnfsdom prints"},
    {"nfsrgyd-domain", "needs|free", "nfs 2.3: nfsrgyd without a domain ends at once"},
    {"nfsrgyd-restart", "enough|group", "nfs 2.3: a new domain is in force when nfsrgyd has started, or nfsd too"},
    {"nfsrgyd-serving", "needed|ignored",
     "nfs 4: a linked server without nfsrgyd, or a replica with another domain, does not serve v4"},
    {"nfsrgyd-boot", "by-domain|inoperative", "nfs 4: nfsrgyd after a boot (takes effect at boot)"},
    {"gssd", "dies|runs", "nfs 4: gssd SEEN inoperative, and SEEN started"},
    {"stop-delay", "looks2|at-once|looks5|ms300|ms1500|never",
     "nfs 4: stopsrc returns before the daemon is gone: status looks (or 2 s), milliseconds"},
    {"stopping-status", "stopping|active", "nfs 4: what lssrc says meanwhile"},
    {"start-early", "fails|lost|works", "nfs 4: startsrc while the old daemon is still there"},
    {"start-delay", "at-once|looks2|ms500|dies|never", "nfs 4: when a started daemon is active; dies: nfsd only"},
    {"startsrc-partial", "0|1", "nfs 4: status of startsrc -g when some were active already"},
    {"stopsrc-inoperative", "1|0", "nfs 4: status of stopsrc when nothing runs"},
    {"restart-exports", "kept|dropped", "nfs 4: exports of the kernel when nfsd stops"},
    {"restart-state", "kept|lost", "nfs 3: v4 state of clients when nfsd stops"},
    {"lssrc-blanks", "no|yes", "nfs 4: trailing blanks of lssrc (both SEEN)"},
    {"lsxcatd", "2.9.2|2.16.5|bare", "xcat 7.1: the version that lsxcatd -v names; SEEN the word alone on AIX 7.2"},
    {"updatenode-log", "log|both", "xcat 1.4: run_ps logs `Running postscript`; whether the admin sees it too"},
    {"netstat-blanks", "yes|no", "routes 4.1: trailing blanks of a row (both SEEN)"},
};
}  // namespace

const Variant* all_variants(size_t* count) {
  *count = sizeof kVariants / sizeof kVariants[0];
  return kVariants;
}

const Variant* find_variant(const std::string& name) {
  for (const auto& variant : kVariants) {
    if (name == variant.name) return &variant;
  }
  return nullptr;
}

}  // namespace aixsim
