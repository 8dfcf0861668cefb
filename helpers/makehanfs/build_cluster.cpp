// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/build_cluster.hpp"

#include <algorithm>
#include <map>
#include <numeric>
#include <set>
#include <unordered_map>
#include <unordered_set>

#include "makehanfs/checks/checks.hpp"
#include "makehanfs/inventory/addresses.hpp"
#include "makehanfs/inventory/cluster_builder.hpp"
#include "makehanfs/inventory/networks.hpp"
#include "makehanfs/inventory/node_groups.hpp"
#include "makehanfs/inventory/server_sets.hpp"
#include "makehanfs/inventory/used_servers.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;

// Each server is in a domain or named by a finding; service nodes that no node uses get a note.
void account_for_servers(ClusterBuilder& builder) {
  std::vector<char> used(builder.servers.size());
  std::vector<char> has_partner(builder.servers.size());
  for (const NodeGroup& group : builder.node_groups)
    for (const std::size_t server : group.servers) {
      used[server] = 1;
      if (group.servers.size() > 1) has_partner[server] = 1;
    }
  for (std::size_t i = 0; i < builder.servers.size(); ++i) {
    const ServerEntry& server = builder.servers[i];
    if (server.domain != no_index || server.named) continue;
    if (used[i] == 0) {
      builder.findings.add({Level::note, "unused-server",
                            "a service node from which no diskless node runs (noderes.servicenode), so it is in no "
                            "domain",
                            "nothing, if that is meant"},
                           server.name);
    } else {
      builder.findings.add({Level::error, "no-domain",
                            "nodes name it in noderes.servicenode, but it is in no domain; the findings about these "
                            "nodes say why",
                            has_partner[i] != 0 ? "what the findings about " + builder.range_of_nodes_with(i) + " say"
                                                : "nodech " + builder.range_of_nodes_with(i) + " noderes.servicenode=" +
                                                      server.name + ",BACKUP: a partner for it"},
                           server.name);
    }
  }
}

// By name of a node, server, domain or image.
using Domains = std::unordered_map<std::string, std::vector<std::size_t>>;

// A finding of level error closes the domains of the servers and nodes that it names, and those whose servers such a
// node may run from; of an image, or a server that nodelist does not know, those of the nodes that name it. One that
// names none of these, but a row of the table site, closes all. One that keeps nodes up closes them to an apply that
// shuts nodes down.
void close_domains(Cluster& cluster, Domains domains_of, const xcat::Tables& tables) {
  for (const Server& server : cluster.servers) {
    std::vector<std::size_t>& domains = domains_of[server.name];  // none at all is no reason to close all
    if (server.domain != no_index) domains.push_back(server.domain);
  }
  for (std::size_t i = 0; i < cluster.domains.size(); ++i) domains_of[cluster.domains[i].name].push_back(i);
  std::vector<std::size_t> all(cluster.domains.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  for (const Finding& finding : cluster.findings) {
    if (finding.level != Level::error && !finding.keeps_up) continue;
    for (const std::string& subject : finding.subjects) {
      const auto known = domains_of.find(subject);
      if (known == domains_of.end() && tables.index_of(subject)) continue;  // a server or node of none
      for (const std::size_t domain : known == domains_of.end() ? all : known->second) {
        Domain& of = cluster.domains[domain];
        std::vector<std::string>& codes = finding.level == Level::error ? of.closed_by : of.kept_up_by;
        if (std::find(codes.begin(), codes.end(), finding.code) == codes.end()) codes.push_back(finding.code);
      }
    }
  }
}

// The part of the cluster that was asked for, with indexes of its own.
Cluster finished(ClusterBuilder& builder) {
  Cluster cluster;
  std::vector<char> domain_wanted(builder.domains.size(), builder.limited ? 0 : 1);
  std::vector<char> server_wanted(builder.servers.size(), builder.limited ? 0 : 1);
  for (const NodeEntry& node : builder.nodes) {
    if (!node.asked_for || !builder.limited) continue;
    const NodeGroup& group = builder.node_groups[node.group];
    for (const std::size_t server : group.servers) server_wanted[server] = 1;
    if (group.domain != no_index) domain_wanted[group.domain] = 1;
  }
  UsedServers used(builder);
  for (std::size_t i = 0; i < builder.domains.size(); ++i)
    if (domain_wanted[i] != 0)
      for (const std::size_t server : builder.domains[i].servers) server_wanted[server] = 1;

  if (builder.limited) {
    std::unordered_set<std::string> unwanted;
    for (std::size_t i = 0; i < builder.servers.size(); ++i)
      if (server_wanted[i] == 0) unwanted.insert(builder.servers[i].name);
    for (std::size_t i = 0; i < builder.domains.size(); ++i)
      if (domain_wanted[i] == 0) unwanted.insert(builder.domains[i].name);
    for (const ExcludedNode& node : builder.excluded_nodes) {
      const std::vector<std::size_t>& domains = used.domains_of(node.index);
      const auto is_wanted = [&](std::size_t domain) { return domain_wanted[domain] != 0; };
      if (!node.asked_for && std::none_of(domains.begin(), domains.end(), is_wanted))
        unwanted.insert(text::escape_control(builder.tables.nodes()[node.index]));
    }
    builder.findings.keep([&](const std::string& subject) { return unwanted.count(subject) == 0; });
  }

  std::vector<std::size_t> new_domain(builder.domains.size(), no_index);
  std::vector<std::size_t> new_server(builder.servers.size(), no_index);
  for (std::size_t i = 0; i < builder.domains.size(); ++i) {
    if (domain_wanted[i] == 0) continue;
    new_domain[i] = cluster.domains.size();
    cluster.domains.push_back(std::move(builder.domains[i]));
  }
  for (std::size_t i = 0; i < builder.servers.size(); ++i) {
    ServerEntry& made = builder.servers[i];
    new_server[i] = cluster.servers.size();
    Server server;
    server.name = std::move(made.name);
    server.address = std::move(made.address);
    server.node_facing_name = std::move(made.node_facing_name);
    server.other_addresses = std::move(made.other_addresses);
    server.interfaces = std::move(made.interfaces);
    server.asked_for = server_wanted[i] != 0;
    if (made.domain != no_index) server.domain = new_domain[made.domain];
    cluster.servers.push_back(std::move(server));
  }
  for (Domain& domain : cluster.domains)
    for (std::size_t& server : domain.servers) server = new_server[server];
  Domains domains_of;
  // The wanted ones but its own; whoever may use them is known to them, if it can be asked.
  const auto used_by = [&](std::size_t node, const std::string& name, std::size_t own) {
    std::vector<std::size_t> others;
    for (const std::size_t domain : used.domains_of(node)) {
      if (domain == own || new_domain[domain] == no_index) continue;
      others.push_back(new_domain[domain]);
      if (text::is_host_name(name)) cluster.domains[others.back()].other_users.push_back(name);
    }
    domains_of.emplace(name, others);
    return others;
  };
  // By an image, or a server that nodelist does not know.
  std::map<std::string, std::set<std::size_t>> domains_of_named;
  std::vector<const Image*> image_of(builder.tables.nodes().size());
  for (const Image& image : builder.images)
    for (const std::size_t node : image.nodes) image_of[node] = &image;
  cluster.nodes.reserve(builder.nodes.size() + builder.excluded_nodes.size());
  for (const NodeEntry& one : builder.nodes) {
    const NodeGroup& group = builder.node_groups[one.group];
    std::vector<std::size_t> may_use = used_by(one.index, builder.name_of(one), group.domain);
    const auto names = [&](const std::string& name) {
      std::set<std::size_t>& domains = domains_of_named[name];
      domains.insert(may_use.begin(), may_use.end());
      if (group.domain != no_index && domain_wanted[group.domain] != 0) domains.insert(new_domain[group.domain]);
    };
    for (const std::size_t server : group.servers)
      if (!builder.servers[server].in_nodelist && builder.servers[server].domain == no_index)
        names(cluster.servers[new_server[server]].name);
    if (const Image* image = image_of[one.index]) names(text::escape_control(image->name));
    if (!one.asked_for) {
      const bool in_domain = group.domain != no_index && domain_wanted[group.domain] != 0;
      (in_domain ? cluster.domains[new_domain[group.domain]].other_nodes : cluster.other_nodes)
          .push_back(builder.name_of(one));
      continue;
    }
    Node node;
    node.name = builder.name_of(one);
    node.may_use = std::move(may_use);
    node.other_network = group.other_network;
    if (group.boots_from != no_index) node.boots_from = new_server[group.boots_from];
    node.servers.reserve(group.servers.size());
    for (const std::size_t server : group.servers) node.servers.push_back(new_server[server]);
    if (group.domain != no_index) {
      node.domain = new_domain[group.domain];
      cluster.domains[node.domain].nodes.push_back(cluster.nodes.size());
      domains_of[node.name].push_back(node.domain);
    }
    cluster.nodes.push_back(std::move(node));
  }
  for (const ExcludedNode& one : builder.excluded_nodes) {
    Node node;
    node.name = text::escape_control(builder.tables.nodes()[one.index]);
    node.may_use = used_by(one.index, node.name, no_index);
    if (one.asked_for)
      cluster.nodes.push_back(std::move(node));
    else if (text::is_host_name(node.name))
      cluster.other_nodes.push_back(std::move(node.name));
  }
  for (const auto& [name, domains] : domains_of_named)
    domains_of[name].insert(domains_of[name].end(), domains.begin(), domains.end());
  cluster.findings = builder.findings.take();
  close_domains(cluster, std::move(domains_of), builder.tables);
  cluster.table_changes = std::move(builder.table_changes);
  cluster.shared_install = builder.shared_install;
  cluster.limited = builder.limited;
  cluster.left_out = std::move(builder.left_out);
  return cluster;
}

}  // namespace

Result<Cluster> make_cluster(const xcat::Tables& tables, const Settings& settings,
                             const std::vector<std::string>& range, const aix::Hosts& hosts_file) {
  for (const char* needed : {"nodelist", "noderes"})
    if (tables.find(needed) == nullptr)
      return Error{std::string("the table ") + needed + " is missing; cure: tabdump " + needed + " >DIR/" + needed +
                   ".csv"};
  ClusterBuilder builder(tables, settings, hosts_file);
  if (const Status gathered = gather_node_groups(builder, range); !gathered) return gathered.error();
  group_servers(builder);
  read_networks(builder);
  find_addresses(builder);
  check_servers(builder);
  check_nfs_servers(builder);
  check_site(builder);
  check_left_out(builder);
  check_gateways(builder);
  check_nameservers(builder);
  check_content(builder);
  check_boot(builder);
  check_scripts(builder);
  account_for_servers(builder);
  if (builder.nodes.empty())
    builder.findings.add(
        {Finding::Level::error, "no-nodes",
         "no diskless AIX node was found in nodelist, nodetype, nimimage and noderes", "nodels shows all"},
        "nodelist");
  return finished(builder);
}

}  // namespace hanfs::cluster
