// SPDX-License-Identifier: Apache-2.0
// The part of planner.hpp that checks whether the settings can be met here, before anything is touched.
#include <algorithm>
#include <set>

#include "net/address.hpp"
#include "report/table.hpp"
#include "setuphanfs/options.hpp"
#include "setuphanfs/planner.hpp"
#include "text/words.hpp"

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
  // How `mount` calls GPFS is a guess: lib/aix/README.md "mount: the list".
  if (own->vfs != "jfs2" && own->vfs != "mmfs" && own->vfs != "gpfs" && own->vfs != "jfs")
    return Error{directory + " is of type " + own->vfs + "; cure: jfs2 or GPFS (mmfs)"};
  return Done{};
}

std::vector<aix::InterfaceAddress> own_addresses(const ObservedState& observed) {
  std::vector<aix::InterfaceAddress> all = observed.interfaces.addresses();
  all.erase(
      std::remove_if(all.begin(), all.end(),
                     [](const aix::InterfaceAddress& one) { return one.inet6 || !net::is_host_ipv4(one.address); }),
      all.end());
  return all;
}

std::vector<std::string> texts_of(const std::vector<aix::InterfaceAddress>& addresses) {
  std::vector<std::string> words;
  for (const aix::InterfaceAddress& one : addresses) words.push_back(one.address);
  return words;
}

// nullptr: --replica says it.
Result<const config::Domain*> domain_for(const ObservedState& observed, const Settings& settings) {
  if (!settings.replicas.empty()) return nullptr;
  const std::vector<std::string> addresses = texts_of(own_addresses(observed));
  const Result<const config::Domain*> domain = config::domain_of(settings.domains, addresses);
  if (!domain)
    return Error{domain.error().what + " (" + report::joined(addresses) + "); cure: one domain for each server"};
  if (*domain == nullptr) {
    const std::string without = domains_without_replicas(settings);
    return Error{"no [domain NAME] of hanfs.conf holds an address of this server (" + report::joined(addresses) + ")" +
                 (without.empty() ? "" : "; " + without) +
                 "; cure: --replica, or what makehanfs settings writes on the management node"};
  }
  return domain;
}

Result<std::vector<std::string>> with_own_first(const ObservedState& observed, const Settings& settings) {
  const std::vector<aix::InterfaceAddress> all = own_addresses(observed);
  const Result<std::vector<std::string>> replicas = servers_of(observed, settings);
  if (!replicas) return replicas.error();
  std::vector<std::string> own;
  std::vector<std::string> others;
  for (const std::string& replica : *replicas) {
    const bool is_own =
        std::any_of(all.begin(), all.end(), [&](const aix::InterfaceAddress& one) { return one.address == replica; });
    (is_own ? own : others).push_back(replica);
  }
  if (own.size() > 1)
    return Error{"--replica: " + report::joined(own) + " are all this server; cure: one address for each server"};
  if (own.empty()) {
    for (const aix::InterfaceAddress& one : all)
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

bool is_ruled_by_settings(const std::string& option) {
  for (const char* name :
       {"replicas", "vers", "ro", "rw", "ro=", "rw=", "root", "root=", "access", "access=", "noauto", "refer", "sec"})
    if (option == name) return true;
  return false;
}

std::size_t sections_of(const aix::Export& row) {
  return static_cast<std::size_t>(
      std::count_if(row.options.begin(), row.options.end(), [](const auto& option) { return option.first == "sec"; }));
}

// What the directory is exported as, by preference for NFSv4 and as /etc/exports has it; nullopt: not at all.
std::optional<aix::Export> present_export(const ObservedState& observed, const std::string& directory) {
  const Rows now = rows_of(observed.exported, directory);
  const Rows listed = rows_of(observed.listed, directory);
  const auto by_v4 = std::find_if(now.begin(), now.end(), is_v4);
  const aix::Export* exported = by_v4 != now.end() ? &*by_v4 : now.empty() ? nullptr : &now.front();
  for (const aix::Export& line : listed)
    if (exported != nullptr ? is_made_by(*exported, line) : is_v4(line)) return line;
  if (exported != nullptr) return *exported;
  return listed.empty() ? std::nullopt : std::optional(listed.front());
}

// Options of the present export that no setting rules (scatter, anon, exname, a sec= that allows sys) are kept.
std::vector<std::pair<std::string, std::string>> kept_options(const ObservedState& observed,
                                                              const std::string& directory) {
  std::vector<std::pair<std::string, std::string>> kept;
  const std::optional<aix::Export> present = present_export(observed, directory);
  if (!present) return kept;
  for (const auto& option : present->options)
    if (!is_ruled_by_settings(option.first)) kept.push_back(option);
  const Rows listed = rows_of(observed.listed, directory);
  const bool was_given =
      std::any_of(listed.begin(), listed.end(), [](const aix::Export& row) { return row.has("sec"); });
  if (was_given && sections_of(*present) == 1 && takes_sys(*present)) kept.emplace_back("sec", present->value("sec"));
  return kept;
}

aix::Export desired_export(const Settings& settings, const std::vector<std::string>& addresses,
                           const std::vector<std::pair<std::string, std::string>>& kept) {
  aix::Export row;
  row.directory = settings.directory;
  std::vector<std::string> locations;
  locations.reserve(addresses.size());
  for (const std::string& address : addresses) locations.push_back(settings.directory + "@" + address);
  row.options = {{"replicas", report::joined(locations, ":")}, {"vers", "4"}, {settings.access, ""}, {"noauto", ""}};
  if (!settings.root.empty()) row.options.emplace_back("root", report::joined(settings.root, ":"));
  if (!settings.clients.empty()) row.options.emplace_back("access", report::joined(settings.clients, ":"));
  row.options.insert(row.options.end(), kept.begin(), kept.end());
  return row;
}

// Who uses an export below the directory, and what it is to do instead.
std::string cure_of(const aix::Export& row, const std::string& directory) {
  const std::string below = plain_path(row.directory).substr(directory.size());
  if (below.rfind("/postscripts", 0) == 0)
    return "cure: chdef -t site useNFSv4onAIX=yes, nodes then mount it by NFSv4 below " + directory +
           "; keep its line out of /etc/exports, where xcatconfig puts it, and on service nodes the postscript "
           "servicenode, again at each updatenode -P servicenode";
  // Script resources are the one kind that NIM cannot serve by NFSv4 (lib/xcat/README.md "NIM").
  if (below.rfind("/nim/scripts", 0) == 0)
    return "cure: keep the scripts of NIM, which does not serve them by NFSv4, in a file system outside of " +
           directory;
  if (below.rfind("/nim", 0) == 0)
    return "cure: give its NIM resource nfs_vers=4 (nim -o change -a nfs_vers=4 RESOURCE), or NIM exports it again";
  if (below.find("statelite") != std::string::npos || below.find("persistent") != std::string::npos)
    return "cure: mount option vers=4 in the statelite table";
  return "cure: its clients mount it by NFSv4 below " + directory;
}

// Each once: a directory may have several lines.
void add_consequence(DesiredState& desired, const std::string& before, const std::string& after) {
  const bool known = std::any_of(desired.consequences.begin(), desired.consequences.end(),
                                 [&](const Consequence& one) { return one.before == before; });
  if (!known) desired.consequences.push_back({before, after});
}

std::set<std::string> hosts_of(const aix::Export& row, const char* option) {
  const std::string value = row.value(option);
  const auto words = text::split(value, ':');
  std::set<std::string> hosts;
  for (const std::string_view word : words)
    if (!word.empty()) hosts.emplace(word);
  return hosts;
}

std::string words_of(const std::set<std::string>& hosts) {
  return report::joined(std::vector<std::string>(hosts.begin(), hosts.end()));
}

// Who may do what with the directory now and will not, or may then and cannot now.
void add_access_changes(const aix::Export& row, DesiredState& desired) {
  const aix::Export& wanted = desired.export_row;
  const auto add = [&](const std::string& what) {
    add_consequence(desired, desired.directory + " " + what, desired.directory + " " + what);
  };
  const std::string readers = row.value("ro");
  const std::string writers = row.value("rw");
  const bool was_ro = row.has("ro") && readers.empty() && writers.empty();
  if (wanted.has("ro") && !was_ro)
    add("was rw" + (writers.empty() ? "" : " for " + writers) + (readers.empty() ? "" : ", ro for " + readers) +
        ": its clients cannot write any more; cure: --access rw, only where all servers share the data (GPFS)");
  if (wanted.has("rw") && was_ro) add("was ro: its clients may write now; cure: --access ro");

  const std::set<std::string> clients = hosts_of(row, "access");
  const std::set<std::string> wanted_clients = hosts_of(wanted, "access");
  if (clients != wanted_clients)
    add(clients.empty() ? "was open to every host; now it is limited to " + words_of(wanted_clients) +
                              ", all others are shut out; cure: --client all"
                        : "was limited to " + words_of(clients) + " (access=); now " +
                              (wanted_clients.empty() ? "every host may mount it" : "to " + words_of(wanted_clients)) +
                              "; cure: --client " + words_of(clients));

  const std::set<std::string> root = hosts_of(row, "root");
  const std::set<std::string> wanted_root = hosts_of(wanted, "root");
  const auto of = [](const std::set<std::string>& hosts) {
    return hosts.empty() ? "no host" : hosts.count("*") != 0 ? "every host" : words_of(hosts) + " only";
  };
  if (root != wanted_root)
    add("was open to root for " + of(root) + " (root=); now for " + of(wanted_root) + "; cure: --root " +
        (root.empty()           ? "none"
         : root.count("*") != 0 ? "all"
                                : words_of(root)));

  if (row.has("refer")) add("was a referral (refer=" + row.value("refer") + "), which has no place beside replicas");
  if (sections_of(row) > 1)
    add("had several sec= sections, which are given up: " + options_text(row) +
        "; cure: none that keeps the replicas; what only Kerberos may use belongs in a file system outside of it");
}

// A part of NIM's paths: what a running node writes to.
bool is_written_by_nodes(const std::string& below) {
  for (const std::string_view part : text::split(below, '/'))
    if (part == "paging" || part == "dump" || part == "root") return true;
  return false;
}

void warn_of_collisions(const ObservedState& observed, DesiredState& desired) {
  Rows rows = observed.exported;
  for (const aix::Export& row : observed.listed)
    if (rows_of(rows, row.directory).empty()) rows.push_back(row);
  for (const aix::Export& row : rows) {
    if (!is_ours(row, desired.directory, observed)) continue;
    const bool child = plain_path(row.directory) != desired.directory;
    const bool now = !rows_of(observed.exported, row.directory).empty();
    if (child) {
      const std::string cure = cure_of(row, desired.directory);
      add_consequence(desired,
                      row.directory + (now ? " is exported" : " stands in /etc/exports") + " inside of " +
                          desired.directory + ", which AIX refuses beside it; " + cure,
                      row.directory + (now ? " was exported" : " stood in /etc/exports") + " inside of " +
                          desired.directory +
                          " and is withdrawn; it stays gone for its clients until they mount it by "
                          "NFSv4 (a node: until it boots); " +
                          cure);
      const std::set<std::string> users = hosts_of(row, "access");
      if (now && is_written_by_nodes(row.directory.substr(desired.directory.size())))
        desired.obstacles.push_back(
            row.directory + " is exported, to be written by running nodes" +
            (users.empty() ? "" : " (" + words_of(users) + ")") +
            " as paging, dump or root: to withdraw it would take it from them, and below " + desired.directory +
            " as " + (desired.export_row.has("ro") ? "ro" : "NFSv4") +
            " it does not come back; cure: shut these nodes down and take it out by hand (exportfs -u " +
            row.directory + "), or keep it in a file system outside of " + desired.directory);
    } else {
      if (row.exports_version(3) || row.exports_version(2))
        add_consequence(desired,
                        row.directory + " is exported for NFSv3, which has no replicas; cure: its clients mount vers=4",
                        row.directory +
                            " was exported for NFSv3, which has no replicas; it stays gone for these clients until "
                            "they mount it by "
                            "NFSv4 (a node: until it boots)");
      if (!serves(row, desired.export_row)) add_access_changes(row, desired);
    }
    if (!takes_sys(row))
      add_consequence(
          desired,
          row.directory + " is exported with sec=" + row.value("sec") + ", without sys; " + desired.directory +
              " with its replicas is open to AUTH_SYS, as diskless nodes come; cure: keep what only Kerberos may "
              "read in a file system outside of it",
          row.directory + " was exported with sec=" + row.value("sec") + ", without sys; " + desired.directory +
              " with its replicas is open to AUTH_SYS now, as diskless nodes come; cure: keep what only Kerberos may "
              "read in a file system outside of it");
  }
}

// An export ends where another file system is mounted, unless that is exported by itself [GUESS] (lib/aix/README.md
// "Exports: rules").
void warn_of_mounts_below(const ObservedState& observed, DesiredState& desired) {
  std::vector<std::string> unserved;
  std::vector<std::string> without_replicas;
  for (const aix::Mount& mount : observed.mounts) {
    if (!is_below(mount.path, desired.directory) || mount.vfs == "autofs" || mount.vfs == "procfs") continue;
    Rows rows = rows_of(observed.exported, mount.path);
    if (rows.empty()) rows = rows_of(observed.listed, mount.path);
    if (rows.empty()) {
      unserved.push_back(mount.path + (mount.node.empty() ? "" : " (of the server " + mount.node + ")"));
    } else if (std::none_of(rows.begin(), rows.end(), [](const aix::Export& row) { return row.has("replicas"); })) {
      without_replicas.push_back(mount.path);
    }
  }
  constexpr std::size_t most = 10;
  if (!unserved.empty())
    desired.warnings.push_back("other file systems are mounted below " + desired.directory +
                               " and are no part of its export, nodes find empty folders there: " +
                               text::shortened(unserved, most) + "; cure: keep what nodes need in the file system of " +
                               desired.directory + ", or setuphanfs --directory for each of them, on every server");
  if (!without_replicas.empty())
    desired.notes.push_back("exported by themselves without replicas, so nodes do not fail over there: " +
                            text::shortened(without_replicas, most));
}

// It serves nobody now, and is left alone.
void warn_of_unmounted(const ObservedState& observed, DesiredState& desired) {
  for (const aix::Export& row : observed.listed)
    if (collides(row, desired.directory, observed.mounts) && !is_ours(row, desired.directory, observed))
      desired.warnings.push_back(
          row.directory +
          " has a file system of its own in /etc/filesystems, which is not mounted: until it is, "
          "AIX exports either it or " +
          desired.directory +
          ", and a boot the one that stands first in /etc/exports; cure: mount it, then "
          "exportfs " +
          row.directory);
}

// exportfs -a takes the lines in their order.
void warn_of_order(const ObservedState& observed, DesiredState& desired) {
  for (const aix::Export& row : observed.listed) {
    if (plain_path(row.directory) == desired.directory) return;
    if (is_ours(row, desired.directory, observed) && !rows_of(observed.listed, desired.directory).empty())
      return desired.warnings.push_back(
          row.directory + " stands in front of " + desired.directory +
          " in /etc/exports: a boot exports it first and then refuses " + desired.directory +
          " with its replicas; cure: let this program write the file, or take that line out");
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

// What /etc/hosts and the interfaces tell of the addresses: a server that stands there twice is no second replica, and
// nodes may not reach an address of another network.
void warn_of_addresses(const ObservedState& observed, DesiredState& desired) {
  const auto names_of = [&](const std::string& address) {
    std::set<std::string> names;
    if (!observed.hosts) return names;
    for (const aix::HostEntry& entry : observed.hosts->entries)
      if (entry.address == address)
        for (const std::string& name : entry.names) names.insert(text::lower(name));
    return names;
  };
  const std::vector<std::string>& addresses = desired.addresses;
  std::vector<std::set<std::string>> names;
  for (const std::string& address : addresses) names.push_back(names_of(address));
  for (std::size_t i = 1; i < addresses.size(); ++i)
    for (std::size_t k = i + 1; k < addresses.size(); ++k)
      for (const std::string& name : names[k])
        if (names[i].count(name) != 0) {
          desired.warnings.push_back(addresses[i] + " and " + addresses[k] + " are both " + name +
                                     " in /etc/hosts: where they are one server, it is one replica; cure: one address "
                                     "for each server");
          break;
        }
  for (const aix::InterfaceAddress& own : own_addresses(observed)) {
    if (own.address != addresses.front()) continue;
    for (std::size_t i = 1; i < addresses.size(); ++i)
      if (!net::same_subnet(own.address, addresses[i], own.prefix_length))
        desired.warnings.push_back("partner " + addresses[i] + " is not in the network of " + own.address + "/" +
                                   std::to_string(own.prefix_length) +
                                   ", from which nodes come: they reach it through a router or not at all; cure: its "
                                   "address in that network");
  }
}

// Read only. Whether one has to answer is for run.cpp to say: the partner may well be the server that is down.
void judge_partners(const ObservedState& observed, DesiredState& desired) {
  for (const Partner& partner : observed.partners) {
    if (!partner.problem.empty())
      desired.warnings.push_back("partner " + partner.address + " does not answer " +
                                 (partner.nfs_is_dead ? "NFS, only showmount -e" : "showmount -e") + " (" +
                                 partner.problem +
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

std::vector<std::string> present_servers(const ObservedState& observed, const std::string& directory) {
  std::vector<std::string> addresses;
  for (const Rows* rows : {&observed.exported, &observed.listed})
    for (const aix::Export& row : rows_of(*rows, directory))
      for (const aix::ReplicaLocation& location : row.replicas())
        if (net::is_host_ipv4(location.host) &&
            std::find(addresses.begin(), addresses.end(), location.host) == addresses.end())
          addresses.push_back(location.host);
  return addresses;
}

bool has_no_domain(const ObservedState& observed, const Settings& settings) {
  if (!settings.replicas.empty() || settings.domains.empty()) return false;
  const Result<const config::Domain*> domain = config::domain_of(settings.domains, texts_of(own_addresses(observed)));
  return domain && *domain == nullptr;
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
  const auto kept = kept_options(observed, settings.directory);
  desired.export_row = desired_export(settings, desired.addresses, kept);
  constexpr std::size_t longest_line = 32767;  // characters: lib/xcat/README.md "NIM"
  if (const std::size_t length = aix::render_export(desired.export_row).size(); length > longest_line)
    return Error{"the line for /etc/exports would have " + std::to_string(length) + " characters, AIX takes " +
                 std::to_string(longest_line) + "; cure: fewer hosts in --client, or all"};
  for (const auto& [name, value] : kept)
    if (name != "sec")
      desired.notes.push_back(name + (value.empty() ? "" : "=" + value) + " of the present export of " +
                              settings.directory + " is kept; it has to be the same on every server");
  // lib/aix/README.md "Replication: rules": clients do not fail over between replicas with other options.
  for (const auto& [name, value] : kept)
    if (name == "sec" && value != "sys")
      desired.warnings.push_back("sec=" + value + " of the present export of " + settings.directory +
                                 " is kept; nodes cannot fail over to a server with another one, and no server sees "
                                 "what the others have; cure: the same sec= on every server, or take it out on each");
  if (settings.nfs_domain.empty() && !observed.domain)
    return Error{
        "no NFSv4 domain is set; cure: --nfs-domain, the same on every server and node (xCAT: domain of the site "
        "table)"};

  for (const std::string& address : desired.addresses)
    if (!observed.hosts || !observed.hosts->has_address(address))
      desired.warnings.push_back(address +
                                 " is not in /etc/hosts: with DNS away, NFS waits for its name; cure: add it there, "
                                 "on the nodes too");
  warn_of_addresses(observed, desired);
  if (settings.access == "rw")
    desired.warnings.emplace_back(
        "rw: servers do not copy what clients write; cure: ro, unless all servers share the data (GPFS)");
  warn_of_mounts_below(observed, desired);
  warn_of_collisions(observed, desired);
  warn_of_unmounted(observed, desired);
  warn_of_order(observed, desired);
  warn_of_dropped_replicas(observed, desired);
  judge_partners(observed, desired);
  for (std::string& warning : warnings_of_unread_lines(observed)) desired.warnings.push_back(std::move(warning));
  for (const UnreadLine& line : observed.unread_lines)
    if (text::is_at_or_below(line.directory, desired.directory))
      desired.obstacles.push_back("/etc/exports, " + line.problem +
                                  ": what AIX exports for it would stand in the way of " + desired.directory +
                                  " with its replicas; cure: mend that line, or take it out");
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

std::vector<std::string> warnings_of_unread_lines(const ObservedState& observed) {
  std::vector<std::string> warnings;
  for (const UnreadLine& line : observed.unread_lines)
    warnings.push_back("/etc/exports, " + line.problem +
                       "; what AIX exports for it at the next boot is not known and may collide; cure: mend that line");
  return warnings;
}

}  // namespace hanfs::server
