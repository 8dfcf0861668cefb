// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/outage_impact.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "makehanfs/runbook/outage_reader.hpp"
#include "net/address.hpp"
#include "report/table.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster::outage {
namespace {

constexpr std::size_t most_names_told = 20;

Names used_servers(const Cluster& cluster) {
  std::set<std::size_t> used;
  for (const Node& node : cluster.nodes) used.insert(node.servers.begin(), node.servers.end());
  Names names;
  for (const std::size_t server : used) names.push_back(cluster.servers[server].name);
  return names;
}

std::string offer(const Cluster& cluster) {
  Names names = used_servers(cluster);
  if (names.empty()) return "no node names a server in noderes.servicenode; see makehanfs plan";
  const std::size_t all = names.size();
  names.resize(std::min(all, most_names_told));
  for (std::string& name : names) name = report::escape_control(name);
  return "give one of " + report::joined(names, " ") +
         (all > names.size() ? " (and " + std::to_string(all - names.size()) + " more)" : "");
}

// What the findings say against the server, its domain, or the servers that share its nodes; the first of them.
std::string reason_against(const OutageImpact& c) {
  Names subjects{c.server->name};
  if (!c.domain.empty()) subjects.push_back(c.domain);
  for (const std::size_t partner : c.partners) subjects.push_back(c.replacement(partner).name);
  for (const std::string& wanted : subjects)
    for (const Finding& finding : c.cluster->findings)
      if (finding.level == Finding::Level::error &&
          std::find(finding.subjects.begin(), finding.subjects.end(), wanted) != finding.subjects.end())
        return wanted + ": " + finding.what + (finding.remedy.empty() ? "" : "; cure: " + finding.remedy);
  return c.partners.empty() ? "it is the only server of its nodes" : "makehanfs plan says what is wrong";
}

Result<std::size_t> find_server(const Cluster& cluster, const std::string& wanted) {
  std::size_t found = no_index;
  for (const auto field : {&Server::name, &Server::node_facing_name, &Server::address})
    for (std::size_t i = 0; i < cluster.servers.size() && found == no_index; ++i)
      if (!wanted.empty() && cluster.servers[i].*field == wanted) found = i;
  if (found == no_index)
    return Error{report::quoted(wanted) + " is no service node of these tables; cure: " + offer(cluster)};
  const std::string& name = cluster.servers[found].name;
  const bool is_used = std::any_of(cluster.nodes.begin(), cluster.nodes.end(), [&](const Node& node) {
    return std::find(node.servers.begin(), node.servers.end(), found) != node.servers.end();
  });
  if (!is_used)
    return Error{report::escape_control(name) +
                 " is a service node, but no diskless node has it in noderes.servicenode: nothing runs from it, so "
                 "there is nothing to move; cure: " +
                 offer(cluster)};
  return found;
}

// Domain and partners of the server: those of its sound domain, else those that its nodes name.
void set_servers(OutageImpact& c, std::size_t dead) {
  const Cluster& cluster = *c.cluster;
  const std::size_t domain = cluster.servers[dead].domain;
  if (domain != no_index) {
    c.domain = cluster.domains[domain].name;
    c.servers = cluster.domains[domain].servers;
    c.domain_gateways = cluster.domains[domain].gateways;
    c.nfs_domain = cluster.domains[domain].nfs_domain;
    c.fails_over = cluster.domains[domain].valid && c.servers.size() > 1;
  } else {
    std::set<std::size_t> named{dead};
    for (const Node& node : cluster.nodes)
      if (std::find(node.servers.begin(), node.servers.end(), dead) != node.servers.end())
        named.insert(node.servers.begin(), node.servers.end());
    c.servers.assign(named.begin(), named.end());
    c.fails_over = false;
  }
  for (const std::size_t server : c.servers)
    if (server != dead) c.partners.push_back(server);
  if (!c.fails_over) c.no_failover_reason = reason_against(c);
}

Status check_names(const OutageImpact& c) {
  for (const std::size_t one : c.servers)
    for (const std::string* name : {&c.replacement(one).name, &c.replacement(one).node_facing_name})
      if (!is_plain_name(*name) && (!name->empty() || name == &c.replacement(one).name))
        return Error{"service node " + report::quoted(*name) + " has a name that no command can hold; cure: rename it"};
  return Done{};
}

void read_groups(OutageReader& r) {
  std::map<std::size_t, Group> primary;
  std::map<std::size_t, Group> secondary_nodes;
  Names odd, strangers;
  r.made.load.resize(r.cluster.servers.size());
  for (const Node& node : r.cluster.nodes) {
    if (!node.servers.empty()) ++r.made.load[node.servers.front()];
    if (!r.is_ours(node) && node.boots_from == r.dead_index) strangers.push_back(node.name);
    if (!r.is_ours(node)) continue;
    if (!is_plain_name(node.name)) {
      odd.push_back(node.name);
    } else if (node.servers.size() == 1) {
      r.made.nodes_without_backup.push_back(node.name);
    } else {
      Group& group = (r.is_primary(node) ? primary : secondary_nodes)[r.takes_over(node)];
      group.server = r.takes_over(node);
      group.nodes.push_back(node.name);
      (node.other_network ? group.other_network : group.lists[node.servers]).push_back(node.name);
      if (r.made.fails_over && r.is_primary(node) && node.domain != r.made.server->domain)
        r.made.outside.push_back(node.name);
    }
  }
  for (auto& [server, group] : primary) r.made.primary.push_back(std::move(group));
  for (auto& [server, group] : secondary_nodes) r.made.secondary_nodes.push_back(std::move(group));
  if (!strangers.empty())
    r.made.notes.push_back(xcat::fold(strangers) + ": noderes.xcatmaster boots them from " + r.made.server->name +
                           ", which is none of their servers in noderes.servicenode: they hang when it dies, and no "
                           "command here is about them; cure: makehanfs plan, before that night");
  if (!odd.empty())
    r.made.notes.push_back(text::counted(odd.size(), "node has a name", "nodes have names") +
                           " that no noderange can hold (" + report::quoted(odd.front()) +
                           "), they are in no command here; cure: rename them");
}

}  // namespace

bool OutageReader::is_ours(const Node& node) const {
  return std::find(node.servers.begin(), node.servers.end(), dead_index) != node.servers.end();
}

bool OutageReader::is_primary(const Node& node) const {
  return !node.servers.empty() && node.servers.front() == dead_index;
}

std::size_t OutageReader::takes_over(const Node& node) const {
  for (const std::size_t server : node.servers)
    if (server != dead_index) return server;
  return made.partners.empty() ? no_index : made.partners.front();
}

Names OutageImpact::primary_nodes() const {
  Names all;
  for (const Group& group : primary) all.insert(all.end(), group.nodes.begin(), group.nodes.end());
  return all;
}

Names OutageImpact::nodes() const {
  Names all = primary_nodes();
  for (const Group& group : secondary_nodes) all.insert(all.end(), group.nodes.begin(), group.nodes.end());
  return all;
}

Result<OutageImpact> make_outage_impact(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings,
                                        const std::string& server) {
  const Result<std::size_t> found = find_server(cluster, server);
  if (!found) return found.error();
  const std::size_t dead = *found;
  OutageReader r{cluster, tables, settings, dead, {}, TableValues(tables), {}};
  r.made.cluster = &cluster;
  r.made.settings = &settings;
  r.made.server = &cluster.servers[dead];
  set_servers(r.made, dead);
  for (const Server& one : cluster.servers) r.known.push_back({one.name, one.node_facing_name, one.address, {}});
  for (const std::size_t one : r.made.servers) {
    const std::string ip = r.values.get(cluster.servers[one].name, "hosts", "ip");
    if (net::is_ipv4(ip)) r.known[one].management = ip;
  }

  if (const Status plain = check_names(r.made); !plain) return plain.error();
  read_groups(r);
  read_tuning(r);
  read_columns(r);
  read_control_points(r);
  read_server_references(r);
  read_routes(r);
  read_risks(r);
  r.values.add_unreadable_notes(r.made.notes);
  return std::move(r.made);
}

}  // namespace hanfs::cluster::outage
