// SPDX-License-Identifier: Apache-2.0
// Where the facts say GUESS, both answers are variants. "nfs 1.2" is facts/aix-nfs.md section 1.2, "routes 2.2"
// facts/aix-routes.md.
#include "node.hpp"

namespace aixsim {
namespace {
const Variant kVariants[] = {
    {"setfsoptions", "merge|replace", "nfs 1.2: SEEN it merges, the uncut IBM page is remembered to say replace"},
    {"comma-list", "refused|accepted", "nfs 1.2: several options in one call are undocumented"},
    {"zero", "accepted|refused", "nfs 1.2: timeo=0/retrans=0 undocumented"},
    {"nonv4", "refused|silent",
     "nfs 8.1: setfsoptions on a path that is not nfs4: status 1, or status 0 and nothing done"},
    {"showfs-all", "no|yes", "nfs 1.3: Current/Replica/options lines without a path: no is the guess"},
    {"showfs-rows", "fsid|mount", "nfs 1.3: without a path one row per fsid, or per mount"},
    {"showfs-pseudo", "no|yes", "nfs 1.3: rows of the pseudo file system (rfs4)"},
    {"showfs-server", "current|mounted", "nfs 1.3: column Server after a failover"},
    {"shared-fsid", "no|yes", "nfs 1.1: /usr and /.statelite/persistent are one fsid (takes effect at boot)"},
    {"overmount", "namefs|nfs4", "nfs 6: vfs of a directory mounted over a directory (takes effect at boot)"},
    {"dead-server", "answers|blocks", "nfs 8.5: nfs4cl blocks while the current server is dead"},
    {"failover", "immediate|clock",
     "nfs 1.3: showfs swaps when the fsid is used: at fail, or when the clock passed the stall"},
    {"failback", "never|heal", "nfs 3: clients stay on the backup until reboot, or return by themselves"},
    {"nfso", "known|unknown", "nfs 3: nfs_v4_fail_over_timeout unknown on this level"},
    {"nfso-x", "yes|no", "nfs 3: nfso -x supported"},
    {"no-x", "both|list-only|name-only|unsupported", "routes 1.3: no -x with a name / without"},
    {"no-x-range", "yes|empty|na", "routes 1.4: min, max and unit of no -x can be empty or n/a"},
    {"dgd-flag", "UGA|UGSA|UAG|AUG", "routes 4.1: position of A in the flags"},
    {"costs-header", "std|swapped|lower|words|absent|unsupported",
     "routes 4.2: header of netstat -rnC: Cost Config_Cost, other order, lower case, other words, no header, no -C"},
    {"max-cost", "number|hex|MAX|-", "routes 1.1: printed form of the maximum cost 2147483647"},
    {"route-exists", "error|ok", "routes 2.2: add of an existing route: status 1 on stderr, or status 0 on stdout"},
    {"route-cost", "duplicate|second|update", "routes 2.2: same destination and gateway, other cost"},
    {"route-delete-absent", "error|ok", "routes 2.2: delete of an absent route: status 1 or 0"},
    {"route-delete-nogw", "first|all|fail", "routes 10.6: route delete 0 without a gateway"},
    {"route-static", "option|always", "routes 4.1: S only with -static, or on every route the command adds"},
    {"traffic", "udp|tcp|none", "routes 1.1: what passive DGD notices: ARP expiry, TCP losses, nothing"},
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
