// SPDX-License-Identifier: Apache-2.0
#include <algorithm>

#include "config/domains.hpp"
#include "makehanfs/checks/checks.hpp"
#include "text/words.hpp"
#include "report/table.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;

void check_tables(Draft& draft) {
  struct Use {
    const char* table;
    Level level;
    const char* without;
  };
  constexpr Use uses[] = {
      {"site", Level::warning, "useNFSv4onAIX, the NFSv4 domain and sharedinstall are not known"},
      {"servicenode", Level::warning, "service nodes cannot be told from other nodes"},
      {"networks", Level::note, "networks and gateways are not checked"},
      {"nodetype", Level::note, "every node with a noderes.servicenode is taken for a diskless AIX node"},
      {"nimimage", Level::note, "images are not checked"},
      {"postscripts", Level::warning, "it is not known whether the nodes tune themselves at boot"},
      {"prescripts", Level::note, "it is not known whether mkdsklsnode keeps the exports right"},
      {"statelite", Level::note, "statelite mounts are not checked"},
  };
  for (const Use& use : uses)
    if (draft.tables.find(use.table) == nullptr)
      draft.findings.add({use.level, "table-missing", std::string("there is no table of this name: ") + use.without,
                          std::string("tabdump ") + use.table},
                         use.table);
  if (draft.tables.find("hosts") == nullptr && draft.hosts_file.entries.empty())
    draft.findings.add(
        {Level::warning, "table-missing",
         "there is neither this table nor an /etc/hosts: only addresses in noderes.xcatmaster count", "tabdump hosts"},
        "hosts");
}

void check_nfsv4(Draft& draft) {
  if (xcat_true(draft.tables.site("useNFSv4onAIX"))) return;
  const std::string_view value = trimmed(draft.tables.site("useNFSv4onAIX"));
  draft.findings.add({Level::error, "nfsv4-off",
                      "site.useNFSv4onAIX is " + (value.empty() ? "not set" : report::escape_control(value)) +
                          ": xCAT mounts by NFSv3, which has no replicas; NIM resources that are there already stay "
                          "NFSv3 until they are made anew",
                      "chtab key=useNFSv4onAIX site.value=yes, then nim -o change -a nfs_vers=4 RESOURCE on each "
                      "server, and mkdsklsnode"},
                     "site");
  draft.table_lines.push_back(
      {"table-nfsv4",
       "only NFSv4 has replicas; site.useNFSv4onAIX is " + (value.empty() ? "not set" : report::escape_control(value)),
       {"chtab", "key=useNFSv4onAIX", "site.value=yes"}});
}

// site.domain becomes the NFSv4 domain (facts/xcat-integration.md 3.1); without one xCAT takes clusters.com (W24).
void find_nfs_domain(Draft& draft) {
  const std::string domain(trimmed(draft.tables.site("domain")));
  const bool plain = config::is_plain_name(domain) && domain.find('+') == std::string::npos;
  if (plain)
    for (Domain& one : draft.domains) one.nfs_domain = domain;
  if (!plain)
    draft.findings.add({Level::warning, "no-nfs-domain",
                        domain.empty() ? "site.domain is not set, so xCAT takes clusters.com as the NFSv4 domain and "
                                         "setuphanfs needs one that is set on each server"
                                       : "site.domain \"" + report::escape_control(domain) + "\" is no domain",
                        "chtab key=domain site.value=DOMAIN, the same as chnfsdom shows on servers and nodes"},
                       "site");
}

// Where the name of a server stands that nodelist does not know: "noderes.servicenode", where nodes name it.
std::string who_names(const Draft& draft, std::size_t server) {
  const auto names = [&](const Crew& crew) {
    return std::find(crew.servers.begin(), crew.servers.end(), server) != crew.servers.end();
  };
  if (std::any_of(draft.crews.begin(), draft.crews.end(), names)) return "noderes.servicenode";
  for (const config::Domain& section : draft.settings.domains)
    if (std::find(section.servers.begin(), section.servers.end(), draft.servers[server].name) != section.servers.end())
      return "[domain " + section.name + "] of hanfs.conf";
  return "noderes.servicenode";
}

}  // namespace

void check_site(Draft& draft) {
  check_tables(draft);
  if (draft.tables.find("site") == nullptr) return;
  check_nfsv4(draft);
  find_nfs_domain(draft);
  const std::string_view installdir = trimmed(draft.tables.site("installdir"));
  if (!installdir.empty() && installdir != draft.settings.directory)
    draft.findings.add({Level::warning, "installdir",
                        "site.installdir is " + report::escape_control(installdir) + ", but " + draft.settings.directory +
                            " is what gets replicas",
                        "--directory " + report::escape_control(installdir)},
                       "site");
}

void check_servers(Draft& draft) {
  const std::string master(trimmed(draft.tables.site("master")));
  const bool has_table = draft.tables.find("servicenode") != nullptr;
  for (std::size_t i = 0; i < draft.servers.size(); ++i) {
    const DraftServer& server = draft.servers[i];
    if (!server.in_nodelist) {
      draft.about_server(
          {Level::error, "unknown-server",
           server.name == master ? "the management node serves these nodes itself (site.master); it is no service node"
                                 : "named as a server, but there is no such node in nodelist",
           server.name == master ? "two service nodes for its nodes: nodech NODES "
                                   "noderes.servicenode=PRIMARY,BACKUP"
                                 : "correct the name in " + who_names(draft, i) + ", or mkdef -t node -o " +
                                       server.name + " groups=service"},
          i);
      if (server.domain != nowhere) draft.domains[server.domain].sound = false;
    } else if (!server.in_servicenode && has_table) {
      draft.findings.add({Level::warning, "not-service-node",
                          "nodes run from it, but the table servicenode has no row for it nor for one of its groups, "
                          "so xCAT sets up no NFS and NIM there",
                          "chtab node=" + server.name + " servicenode.nfsserver=1 servicenode.nimserver=1"},
                         server.name);
    }
  }
}

}  // namespace hanfs::mn
