// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <unordered_set>

#include "config/domains.hpp"
#include "makehanfs/checks/checks.hpp"
#include "makehanfs/model/postscripts.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;

void check_tables(ClusterBuilder& builder) {
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
    if (builder.tables.find(use.table) == nullptr)
      builder.findings.add({use.level, "table-missing", std::string("there is no table of this name: ") + use.without,
                            std::string("tabdump ") + use.table},
                           use.table);
  if (builder.tables.find("hosts") == nullptr && builder.hosts_file.entries.empty())
    builder.findings.add(
        {Level::warning, "table-missing",
         "there is neither this table nor an /etc/hosts: only addresses in noderes.xcatmaster count", "tabdump hosts"},
        "hosts");
}

// A blank is a part of a group's name (lib/xcat/README.md "Tables: meanings"): the node is not in the group that is
// meant.
void check_group_names(ClusterBuilder& builder) {
  const auto has_blank = [](std::string_view group) { return text::trimmed(group) != group; };
  for (const std::string& node : builder.tables.nodes()) {
    const std::vector<std::string_view> groups = builder.tables.groups_of(node);
    const auto odd = std::find_if(groups.rbegin(), groups.rend(), has_blank);
    if (odd == groups.rend()) continue;
    std::vector<std::string> right;
    for (const std::string_view group : groups)
      if (!text::trimmed(group).empty()) right.emplace_back(text::trimmed(group));
    builder.findings.add({Level::warning, "group-blank",
                          "nodelist.groups names " + report::quoted(*odd) +
                              " with a blank, which is another group than " + report::quoted(text::trimmed(*odd)),
                          "chdef -t node -o {} " + run::command_text({"groups=" + text::joined(right, ",")})},
                         node);
  }
}

void check_nfsv4(ClusterBuilder& builder) {
  if (xcat::is_true(builder.tables.site("useNFSv4onAIX"))) return;
  const std::string_view value = text::trimmed(builder.tables.site("useNFSv4onAIX"));
  builder.findings.add({Level::error, "nfsv4-off",
                        "site.useNFSv4onAIX is " + (value.empty() ? "not set" : text::escape_control(value)) +
                            ": xCAT mounts by NFSv3, which has no replicas; NIM resources that are there already stay "
                            "NFSv3 until they are made anew",
                        "chtab key=useNFSv4onAIX site.value=yes, then nim -o change -a nfs_vers=4 RESOURCE on each "
                        "server and on the NIM primary, whose word overrides theirs, and mkdsklsnode"},
                       "site");
  builder.table_changes.push_back(
      {"table-nfsv4",
       "only NFSv4 has replicas; site.useNFSv4onAIX is " + (value.empty() ? "not set" : text::escape_control(value)),
       {"chtab", "key=useNFSv4onAIX", "site.value=yes"}});
}

// site.domain becomes the NFSv4 domain (lib/xcat/README.md "Tables: meanings"); without one xCAT takes clusters.com.
void find_nfs_domain(ClusterBuilder& builder) {
  const std::string domain(text::trimmed(builder.tables.site("domain")));
  const bool plain = text::is_plain_name(domain, ".-");
  if (plain)
    for (Domain& one : builder.domains) one.nfs_domain = domain;
  if (!plain)
    builder.findings.add({Level::warning, "no-nfs-domain",
                          domain.empty() ? "site.domain is not set, so xCAT takes clusters.com as the NFSv4 domain and "
                                           "setuphanfs needs one that is set on each server"
                                         : "site.domain \"" + text::escape_control(domain) + "\" is no domain",
                          "chtab key=domain site.value=DOMAIN, the same as chnfsdom shows on servers and nodes"},
                         "site");
}

// Where the name of a server stands that nodelist does not know: "noderes.servicenode", where nodes name it.
std::string who_names(const ClusterBuilder& builder, std::size_t server) {
  const auto names = [&](const NodeGroup& group) {
    return std::find(group.servers.begin(), group.servers.end(), server) != group.servers.end();
  };
  if (std::any_of(builder.node_groups.begin(), builder.node_groups.end(), names)) return "noderes.servicenode";
  for (const config::Domain& section : builder.settings.domains)
    if (std::find(section.servers.begin(), section.servers.end(), builder.servers[server].name) !=
        section.servers.end())
      return "[domain " + section.name + "] of hanfs.conf";
  return "noderes.servicenode";
}

// As xCAT::ServiceNodeUtils::isServiceReq judges it: whatever else stands there, and nothing, leaves NFS as it is
// (lib/xcat/README.md "Tables: meanings").
bool is_on(std::string_view value) {
  const std::string_view word = text::trimmed(value);
  return word == "1" || text::equal_ignoring_case(word, "yes");
}

std::string without_slashes(std::string_view path) {
  while (path.size() > 1 && path.back() == '/') path.remove_suffix(1);
  return std::string(path);
}

// xCAT compares it with these words as they are (lib/xcat/README.md "Tables: meanings").
void check_sharedinstall(ClusterBuilder& builder) {
  const std::string value(text::trimmed(builder.tables.site("sharedinstall")));
  if (value.empty() || value == "no" || value == "sns" || value == "all") return;
  const std::string small = text::lower(value);
  const bool is_known = small == "no" || small == "sns" || small == "all";
  builder.findings.add(
      {Level::warning, "sharedinstall",
       "site.sharedinstall is " + report::quoted(value) +
           ", which is none of no, sns and all, in small letters: neither xCAT nor makehanfs takes it "
           "for a shared /install",
       is_known ? "chtab key=sharedinstall site.value=" + small
                : "chtab key=sharedinstall site.value=no where each server has an /install of its own; "
                  "sns where the servers of a domain share one, all where all do"},
      "site");
}

}  // namespace

void check_site(ClusterBuilder& builder) {
  check_group_names(builder);
  check_tables(builder);
  if (builder.tables.find("site") == nullptr) return;
  check_nfsv4(builder);
  find_nfs_domain(builder);
  check_sharedinstall(builder);
  const std::string installdir = without_slashes(text::trimmed(builder.tables.site("installdir")));
  if (!installdir.empty() && installdir != builder.settings.directory)
    builder.findings.add({Level::warning, "installdir",
                          "site.installdir is " + text::escape_control(installdir) + ", but " +
                              builder.settings.directory + " is what gets replicas",
                          "--directory " + text::escape_control(installdir)},
                         "site");
  // lib/xcat/README.md "Postscripts: how files reach a node": whatever site.installdir says.
  if (!text::is_at_or_below(postscripts_folder, builder.settings.directory))
    builder.findings.add({Level::warning, "postscripts-outside",
                          "nodes take their postscripts from /install/postscripts, whatever site.installdir says; that "
                          "is outside of " +
                              text::escape_control(builder.settings.directory) + " and so has no replica",
                          "--directory /install, where that is the root of a file system; else each server needs "
                          "/install/postscripts exported beside it, with the same content"},
                         "site");
}

// lib/xcat/README.md "Noderange".
void check_left_out(ClusterBuilder& builder) {
  Result<std::vector<std::string>> names = xcat::excluded_nodes(builder.tables);
  if (!names) {
    FindingType type = expression_finding(names.error(), Level::warning);
    type.code = "excluded-nodes";
    builder.findings.add(type, "site");
    return;
  }
  builder.left_out = std::move(*names);
  const std::unordered_set<std::string> left_out(builder.left_out.begin(), builder.left_out.end());
  std::vector<std::string> concerned;
  for (const ServerEntry& server : builder.servers)
    if (server.domain != no_index && left_out.count(server.name) != 0) concerned.push_back(server.name);
  for (const NodeEntry& node : builder.nodes)
    if (node.asked_for && left_out.count(builder.name_of(node)) != 0) concerned.push_back(builder.name_of(node));
  if (concerned.empty()) return;
  builder.findings.add(
      {Level::warning, "excluded-nodes",
       "in site.excludenodes, so xdsh, rpower and rnetboot leave them out: by xdsh they can be neither "
       "asked nor changed, and no node of their domains is shut down or booted for them",
       "chtab key=excludenodes site.value=LIST, without them"},
      concerned);
}

void check_servers(ClusterBuilder& builder) {
  const std::string master(text::trimmed(builder.tables.site("master")));
  const xcat::Table* table = builder.tables.find("servicenode");
  const bool has_table = table != nullptr;
  const bool has_column = has_table && table->has_column("nfsserver");
  for (std::size_t i = 0; i < builder.servers.size(); ++i) {
    const ServerEntry& server = builder.servers[i];
    if (server.domain != no_index && !text::is_host_name(server.name)) {
      builder.add_server_finding({Level::error, "bad-name",
                                  "the name of a server is none of a host (letters, digits and . _ -), so no command "
                                  "can hold it",
                                  "give it another name in nodelist"},
                                 i);
      builder.domains[server.domain].valid = false;
    } else if (!server.in_nodelist) {
      builder.add_server_finding(
          {Level::error, "unknown-server",
           text::equal_ignoring_case(server.name, master)
               ? "the management node serves these nodes itself (site.master); it is no service node"
               : "named as a server, but there is no such node in nodelist",
           text::equal_ignoring_case(server.name, master)
               ? "two service nodes for its nodes: nodech " + builder.range_of_nodes_with(i) +
                     " noderes.servicenode=PRIMARY,BACKUP"
               : "correct the name in " + who_names(builder, i) + ", or mkdef -t node -o " + server.name +
                     " groups=service"},
          i);
      if (server.domain != no_index) builder.domains[server.domain].valid = false;
    } else if (const auto nfs = builder.attribute(server.node, "servicenode", "nfsserver");
               server.domain != no_index && server.in_servicenode && has_column && nfs && !is_on(nfs->value)) {
      builder.findings.add(
          {Level::warning, "no-nfs-server",
           "a server of domain " + builder.domains[server.domain].name + ", but servicenode.nfsserver is " +
               (text::trimmed(nfs->value).empty() ? "not set" : text::escape_control(text::trimmed(nfs->value))) +
               ", so xCAT does not set NFS up on it",
           "chtab node=" + server.name + " servicenode.nfsserver=1"},
          server.name);
    } else if (!server.in_servicenode && has_table) {
      builder.findings.add({Level::warning, "not-service-node",
                            "nodes run from it, but the table servicenode has no row for it nor for one of its groups, "
                            "so xCAT sets up no NFS and NIM there",
                            "chtab node=" + server.name + " servicenode.nfsserver=1 servicenode.nimserver=1"},
                           server.name);
    }
  }
}

}  // namespace hanfs::cluster
