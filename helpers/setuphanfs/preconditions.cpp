// SPDX-License-Identifier: Apache-2.0
// The part of planner.hpp that checks whether the settings can be met here, before anything is touched.
#include <algorithm>

#include "net/address.hpp"
#include "report/table.hpp"
#include "setuphanfs/planner.hpp"

namespace hanfs::server {
namespace {

// W-HANFS (lib/aix/README.md "Replication: rules"): every replica must be the root of a file system, and a local one.
Status check_directory(const ObservedState& observed, const std::string& directory) {
  const aix::Mount* own = nullptr;
  for (const aix::Mount& mount : observed.mounts)
    if (mount.path == directory) own = &mount;  // the last one covers the others
  if (own == nullptr)
    return Error{directory + " is not the root of a file system (it lies on " +
                 file_system_of(observed.mounts, directory) +
                 "), so it cannot have replicas; cure: make a file system and mount it there (crfs -v jfs2 -m " +
                 directory + ")"};
  if (!own->node.empty() || own->vfs.rfind("nfs", 0) == 0 || own->vfs == "stnfs" || own->vfs == "autofs")
    return Error{directory + " comes from the server " + own->node + " itself (" + own->vfs +
                 ") and cannot be exported; cure: run this where the disks are"};
  if (own->vfs != "jfs2" && own->vfs != "mmfs" && own->vfs != "jfs")
    return Error{directory + " is of type " + own->vfs + "; cure: jfs2 or GPFS (mmfs)"};
  return Done{};
}

struct LocalAddress {
  std::string address;
  int prefix_length = -1;
};

std::vector<LocalAddress> own_addresses(const ObservedState& observed) {
  std::vector<LocalAddress> all;
  for (const aix::Interface& interface : observed.interfaces.interfaces)
    for (const aix::InterfaceAddress& address : interface.addresses)
      if (!address.inet6 && net::is_host_ipv4(address.address)) all.push_back({address.address, address.prefix_length});
  return all;
}

// nullptr: --replica says it.
Result<const config::Domain*> domain_for(const ObservedState& observed, const Settings& settings) {
  if (!settings.replicas.empty()) return nullptr;
  std::vector<std::string> addresses;
  for (const LocalAddress& one : own_addresses(observed)) addresses.push_back(one.address);
  const Result<const config::Domain*> domain = config::domain_of(settings.domains, addresses);
  if (!domain)
    return Error{domain.error().what + " (" + report::joined(addresses) + "); cure: one domain for each server"};
  if (*domain == nullptr)
    return Error{"no [domain NAME] of hanfs.conf holds an address of this server (" + report::joined(addresses) +
                 "); cure: --replica, or what makehanfs settings writes on the management node"};
  return domain;
}

Result<std::vector<std::string>> with_own_first(const ObservedState& observed, const Settings& settings) {
  const std::vector<LocalAddress> all = own_addresses(observed);
  const Result<std::vector<std::string>> replicas = servers_of(observed, settings);
  if (!replicas) return replicas.error();
  std::vector<std::string> own;
  std::vector<std::string> others;
  for (const std::string& replica : *replicas) {
    const bool is_own =
        std::any_of(all.begin(), all.end(), [&](const LocalAddress& one) { return one.address == replica; });
    (is_own ? own : others).push_back(replica);
  }
  if (own.size() > 1)
    return Error{"--replica: " + report::joined(own) + " are all this server; cure: one address for each server"};
  if (own.empty()) {
    for (const LocalAddress& one : all)
      if (net::same_subnet(one.address, others.front(), one.prefix_length)) own.push_back(one.address);
    if (own.empty())
      return Error{
          "none of --replica is on an interface of this server, and none of its addresses is in the network of " +
          others.front() + "; cure: name the one that the nodes use"};
    if (own.size() > 1)
      return Error{"this server has " + report::joined(own) + " in the network of " + others.front() +
                   "; cure: name the one that the nodes use with --replica"};
  }
  own.insert(own.end(), others.begin(), others.end());
  if (own.size() < 2) return Error{"--replica: this server alone is no replication; cure: name its partners too"};
  if (own.size() > most_replicas)
    return Error{"--replica: " + std::to_string(own.size()) + " servers with this one, AIX takes at most 8"};
  return own;
}

aix::Export desired_export(const Settings& settings, const std::vector<std::string>& addresses) {
  aix::Export row;
  row.directory = settings.directory;
  std::vector<std::string> locations;
  locations.reserve(addresses.size());
  for (const std::string& address : addresses) locations.push_back(settings.directory + "@" + address);
  row.options = {{"replicas", report::joined(locations, ":")}, {"vers", "4"}, {settings.access, ""}, {"noauto", ""}};
  if (!settings.root.empty()) row.options.emplace_back("root", report::joined(settings.root, ":"));
  if (!settings.clients.empty()) row.options.emplace_back("access", report::joined(settings.clients, ":"));
  return row;
}

// Who uses an export below the directory, and what it is to do instead.
std::string cure_of(const aix::Export& row, const std::string& directory) {
  const std::string below = plain_path(row.directory).substr(directory.size());
  if (below.rfind("/postscripts", 0) == 0)
    return "cure: chdef -t site useNFSv4onAIX=yes, nodes then mount it by NFSv4 below " + directory +
           "; keep its line out of /etc/exports, where xcatconfig puts it";
  if (below.rfind("/nim", 0) == 0)
    return "cure: give its NIM resource nfs_vers=4 (nim -o change -a nfs_vers=4 RESOURCE), or NIM exports it again";
  if (below.find("statelite") != std::string::npos || below.find("persistent") != std::string::npos)
    return "cure: mount option vers=4 in the statelite table";
  return "cure: its clients mount it by NFSv4 below " + directory;
}

// Each once: a directory may have several lines.
void warn(DesiredState& desired, std::string text) {
  if (std::find(desired.warnings.begin(), desired.warnings.end(), text) == desired.warnings.end())
    desired.warnings.push_back(std::move(text));
}

void warn_of_collisions(const ObservedState& observed, DesiredState& desired) {
  Rows rows = observed.exported;
  for (const aix::Export& row : observed.listed)
    if (rows_of(rows, row.directory).empty()) rows.push_back(row);
  for (const aix::Export& row : rows) {
    if (!is_ours(row, desired.directory, observed.mounts)) continue;
    const bool child = plain_path(row.directory) != desired.directory;
    if (child) {
      warn(desired, row.directory + " is exported inside of " + desired.directory + ", which AIX refuses beside it; " +
                        cure_of(row, desired.directory));
    } else if (row.exports_version(3) || row.exports_version(2)) {
      warn(desired, row.directory + " is exported for NFSv3, which has no replicas; cure: its clients mount vers=4");
    }
    if (!takes_sys(row))
      warn(desired,
           row.directory + " is exported with sec=" + row.value("sec") + ", without sys; " + desired.directory +
               " with its replicas is open to AUTH_SYS, as diskless nodes come; cure: keep what only Kerberos may "
               "read in a file system outside of it");
  }
}

void warn_of_dropped_replicas(const ObservedState& observed, DesiredState& desired) {
  const std::vector<std::string> dropped = dropped_replicas(observed, desired.directory, desired.addresses);
  if (dropped.empty()) return;
  desired.warnings.push_back(report::joined(dropped, ", ") + (dropped.size() == 1 ? " is a replica" : " are replicas") +
                             " of " + desired.directory + " now and not among the wanted " +
                             report::joined(desired.addresses, ", ") + ": nodes can then not fail over to " +
                             (dropped.size() == 1 ? "it" : "them") +
                             " any more; cure: where it is to stay, name it with --replica too, on every server");
}

// Read only, and never a reason to refuse: the partner may well be the server that is down.
void judge_partners(const ObservedState& observed, DesiredState& desired) {
  for (const Partner& partner : observed.partners) {
    if (!partner.problem.empty())
      desired.warnings.push_back("partner " + partner.address + " does not answer showmount -e (" + partner.problem +
                                 "): nodes may not be able to fail over to it now; cure: see whether it is up and NFS "
                                 "runs there (lssrc -g nfs)");
    for (const std::string& path : partner.exports)
      if (plain_path(path) == desired.directory || is_below(path, desired.directory))
        desired.warnings.push_back(
            "partner " + partner.address + " exports " + path + " for NFSv3, so it does not hold the replicas of " +
            desired.directory +
            " yet, or they have no place beside it; cure: setuphanfs there, with the same --replica");
  }
  if (observed.partners.empty()) {
    desired.notes.emplace_back("whether the partners answer is not known: showmount could not be asked");
  } else {
    desired.notes.emplace_back(
        "what the partners export for NFSv4, and whether they list the same replicas, cannot be seen from here; on "
        "each: "
        "setuphanfs --check with the same settings");
  }
}

}  // namespace

Result<std::vector<std::string>> servers_of(const ObservedState& observed, const Settings& settings) {
  const Result<const config::Domain*> domain = domain_for(observed, settings);
  if (!domain) return domain.error();
  return *domain == nullptr ? settings.replicas : (*domain)->replicas;
}

Result<DesiredState> desired_state(const ObservedState& observed, const Settings& settings) {
  DesiredState desired;
  desired.directory = settings.directory;
  if (const Status local = check_directory(observed, settings.directory); !local) return local.error();
  Result<std::vector<std::string>> addresses = with_own_first(observed, settings);
  if (!addresses) return addresses.error();
  if (const Result<const config::Domain*> domain = domain_for(observed, settings); domain && *domain != nullptr)
    desired.notes.push_back("replicas as in [domain " + (*domain)->name + "] of hanfs.conf");
  desired.addresses = std::move(*addresses);
  desired.export_row = desired_export(settings, desired.addresses);
  if (settings.nfs_domain.empty() && !observed.domain)
    return Error{
        "no NFSv4 domain is set; cure: --nfs-domain, the same on every server and node (xCAT: domain of the site "
        "table)"};

  for (const std::string& address : desired.addresses)
    if (!observed.hosts || !observed.hosts->has_address(address))
      desired.warnings.push_back(address +
                                 " is not in /etc/hosts: with DNS away, NFS waits for its name; cure: add it there, "
                                 "on the nodes too");
  if (settings.access == "rw")
    desired.warnings.emplace_back(
        "rw: servers do not copy what clients write; cure: ro, unless all servers share the data (GPFS)");
  warn_of_collisions(observed, desired);
  warn_of_dropped_replicas(observed, desired);
  judge_partners(observed, desired);
  for (const std::string& line : observed.unread_lines)
    desired.warnings.push_back(
        "/etc/exports, " + line +
        "; what AIX exports for it at the next boot is not known and may collide; cure: mend that "
        "line");
  if (observed.lsnfsexp && !same_rows(*observed.lsnfsexp, observed.listed))
    desired.warnings.emplace_back(
        "lsnfsexp reads something else in /etc/exports than this program; cure: look at its lines");
  if (observed.mode == aix::ReplicationMode::unknown)
    desired.warnings.emplace_back(
        "nfsd -getreplicas does not tell whether replication is on; it is taken for on only where replicas are "
        "exported");
  for (const aix::Export& row : rows_of(observed.exported, desired.directory)) {
    const std::vector<aix::ReplicaLocation> replicas = row.replicas();
    if (serves(row, desired.export_row) && !replicas.empty() && replicas.front().host != desired.addresses.front())
      desired.notes.emplace_back("this server is not the first of its own list of replicas, which clients may prefer");
  }
  return desired;
}

}  // namespace hanfs::server
