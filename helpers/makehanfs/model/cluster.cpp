// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/model/cluster.hpp"

#include "run/command.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {

Cluster with_nodes(const Cluster& cluster, const std::vector<std::size_t>& nodes) {
  Cluster some = cluster;
  some.nodes.clear();
  for (Domain& domain : some.domains) domain.nodes.clear();
  for (const std::size_t node : nodes) {
    const std::size_t domain = cluster.nodes[node].domain;
    if (domain != no_index) some.domains[domain].nodes.push_back(some.nodes.size());
    some.nodes.push_back(cluster.nodes[node]);
  }
  return some;
}

std::size_t boot_server(const Node& node) {
  if (node.boots_from != no_index) return node.boots_from;
  return node.servers.empty() ? no_index : node.servers.front();
}

std::vector<std::string> nodes_outside(const Cluster& cluster, std::size_t domain) {
  std::vector<std::string> names = cluster.other_nodes;
  for (const Node& node : cluster.nodes)
    if (node.domain != domain && text::is_host_name(node.name)) names.push_back(node.name);
  for (std::size_t i = 0; i < cluster.domains.size(); ++i)
    if (i != domain)
      names.insert(names.end(), cluster.domains[i].other_nodes.begin(), cluster.domains[i].other_nodes.end());
  return names;
}

std::string command_for(const Cluster& cluster, const std::string& operand, const std::string& verb,
                        const std::vector<std::string>& options) {
  std::vector<std::string> words{"makehanfs", verb};
  if (!operand.empty()) words.push_back(operand);
  words.insert(words.end(), options.begin(), options.end());
  if (const auto again = cluster.words_again.find(verb); again != cluster.words_again.end())
    words.insert(words.end(), again->second.begin(), again->second.end());
  return run::command_text(words);
}

std::vector<std::string> node_names(const Cluster& cluster, const std::vector<std::size_t>& nodes) {
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (const std::size_t node : nodes) names.push_back(cluster.nodes[node].name);
  return names;
}

std::vector<std::string> server_names(const Cluster& cluster, const std::vector<std::size_t>& servers) {
  std::vector<std::string> names;
  names.reserve(servers.size());
  for (const std::size_t server : servers) names.push_back(cluster.servers[server].name);
  return names;
}

}  // namespace hanfs::cluster
