// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/build_cluster.hpp"

#include <unordered_set>

#include "makehanfs/inventory/addresses.hpp"
#include "makehanfs/checks/checks.hpp"
#include "makehanfs/inventory/node_groups.hpp"
#include "makehanfs/inventory/cluster_builder.hpp"
#include "makehanfs/inventory/server_sets.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;

// A server of a sound domain, or one that a finding names. Those that nobody runs from are said too.
void account_for_servers(Draft& draft) {
  std::vector<char> used(draft.servers.size());
  for (const Crew& crew : draft.crews)
    for (const std::size_t server : crew.servers) used[server] = 1;
  for (std::size_t i = 0; i < draft.servers.size(); ++i) {
    const DraftServer& server = draft.servers[i];
    if (server.domain != nowhere || server.named) continue;
    if (used[i] == 0) {
      draft.findings.add({Level::note, "unused-server",
                          "a service node from which no diskless node runs (noderes.servicenode), so it is in no "
                          "domain",
                          "nothing, if that is meant"},
                         server.name);
    } else {
      draft.findings.add({Level::error, "no-domain",
                          "nodes name it in noderes.servicenode, but it is in no domain; the findings about these "
                          "nodes say why",
                          "nodech NODES noderes.servicenode=PRIMARY,BACKUP: a partner for it"},
                         server.name);
    }
  }
}

// The part of the cluster that was asked for, with indexes of its own.
Cluster finished(Draft& draft) {
  Cluster cluster;
  std::vector<char> domain_wanted(draft.domains.size(), draft.limited ? 0 : 1);
  std::vector<char> server_wanted(draft.servers.size(), draft.limited ? 0 : 1);
  for (const DraftNode& node : draft.nodes) {
    if (!node.asked_for || !draft.limited) continue;
    const Crew& crew = draft.crews[node.crew];
    for (const std::size_t server : crew.servers) server_wanted[server] = 1;
    if (crew.domain != nowhere) domain_wanted[crew.domain] = 1;
  }
  for (std::size_t i = 0; i < draft.domains.size(); ++i)
    if (domain_wanted[i] != 0)
      for (const std::size_t server : draft.domains[i].servers) server_wanted[server] = 1;

  if (draft.limited) {
    std::unordered_set<std::string> unwanted;
    for (std::size_t i = 0; i < draft.servers.size(); ++i)
      if (server_wanted[i] == 0) unwanted.insert(draft.servers[i].name);
    for (std::size_t i = 0; i < draft.domains.size(); ++i)
      if (domain_wanted[i] == 0) unwanted.insert(draft.domains[i].name);
    draft.findings.keep([&](const std::string& subject) { return unwanted.count(subject) == 0; });
  }

  std::vector<std::size_t> new_domain(draft.domains.size(), nowhere);
  std::vector<std::size_t> new_server(draft.servers.size(), nowhere);
  for (std::size_t i = 0; i < draft.domains.size(); ++i) {
    if (domain_wanted[i] == 0) continue;
    new_domain[i] = cluster.domains.size();
    cluster.domains.push_back(std::move(draft.domains[i]));
  }
  for (std::size_t i = 0; i < draft.servers.size(); ++i) {
    if (server_wanted[i] == 0) continue;
    DraftServer& made = draft.servers[i];
    new_server[i] = cluster.servers.size();
    Server server;
    server.name = std::move(made.name);
    server.address = std::move(made.address);
    server.facing = std::move(made.facing);
    server.other_addresses = std::move(made.other_addresses);
    if (made.domain != nowhere) server.domain = new_domain[made.domain];
    cluster.servers.push_back(std::move(server));
  }
  for (Domain& domain : cluster.domains)
    for (std::size_t& server : domain.servers) server = new_server[server];
  cluster.nodes.reserve(draft.nodes.size());
  for (const DraftNode& one : draft.nodes) {
    if (!one.asked_for) continue;
    const Crew& crew = draft.crews[one.crew];
    Node node;
    node.name = draft.name_of(one);
    node.other_network = crew.other_network;
    node.servers.reserve(crew.servers.size());
    for (const std::size_t server : crew.servers) node.servers.push_back(new_server[server]);
    if (crew.domain != nowhere) {
      node.domain = new_domain[crew.domain];
      cluster.domains[node.domain].nodes.push_back(cluster.nodes.size());
    }
    cluster.nodes.push_back(std::move(node));
  }
  cluster.findings = draft.findings.take();
  cluster.table_lines = std::move(draft.table_lines);
  cluster.shared_install = draft.shared_install;
  return cluster;
}

}  // namespace

Result<Cluster> make_cluster(const xcat::Tables& tables, const Settings& settings,
                             const std::vector<std::string>& range, const aix::Hosts& hosts_file) {
  for (const char* needed : {"nodelist", "noderes"})
    if (tables.find(needed) == nullptr)
      return Error{std::string("the table ") + needed + " is missing; cure: tabdump " + needed + " >DIR/" + needed +
                   ".csv"};
  Draft draft(tables, settings, hosts_file);
  if (const Status gathered = gather_crews(draft, range); !gathered) return gathered.error();
  group_servers(draft);
  read_networks(draft);
  find_addresses(draft);
  check_servers(draft);
  check_site(draft);
  check_gateways(draft);
  check_nameservers(draft);
  check_content(draft);
  check_scripts(draft);
  account_for_servers(draft);
  if (draft.nodes.empty())
    draft.findings.add(
        {Finding::Level::warning, "no-nodes",
         "no diskless AIX node was found in nodelist, nodetype, nimimage and noderes", "nodels shows all"},
        "nodelist");
  return finished(draft);
}

}  // namespace hanfs::mn
