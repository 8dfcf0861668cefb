// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/cluster_builder.hpp"

#include <algorithm>
#include <numeric>

#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {

ClusterBuilder::ClusterBuilder(const xcat::Tables& all_tables, const Settings& wanted, const aix::Hosts& hosts)
    : tables(all_tables), settings(wanted), hosts_file(hosts), attributes(all_tables) {
  is_service_node.resize(tables.nodes().size());
  const std::string_view shared = text::trimmed(tables.site("sharedinstall"));
  if (shared == "sns") shared_install = SharedInstall::sns;
  if (shared == "all") shared_install = SharedInstall::all;
  const xcat::Table* table = tables.find("servicenode");
  for (std::size_t row = 0; table != nullptr && row < table->size(); ++row) {
    const std::string_view key = table->value(row, "node");
    if (const auto node = tables.index_of(key)) {
      is_service_node[*node] = true;
    } else if (const auto* members = tables.members_of(key); members != nullptr) {
      for (const std::uint32_t member : *members) is_service_node[member] = true;
    }
  }
}

std::vector<std::string> ClusterBuilder::names_of(const std::vector<std::size_t>& some_nodes) const {
  std::vector<std::string> names;
  names.reserve(some_nodes.size());
  for (const std::size_t node : some_nodes)
    if (nodes[node].asked_for) names.push_back(name_of(nodes[node]));
  return names;
}

std::string ClusterBuilder::range_of_all_nodes() const {
  std::vector<std::size_t> all(nodes.size());
  std::iota(all.begin(), all.end(), std::size_t{0});
  return range_word(xcat::fold(names_of(all)));
}

std::string ClusterBuilder::range_of_nodes_with(std::size_t server) const {
  std::vector<std::size_t> some;
  for (const NodeGroup& group : node_groups)
    if (std::find(group.servers.begin(), group.servers.end(), server) != group.servers.end())
      some.insert(some.end(), group.nodes.begin(), group.nodes.end());
  return range_word(xcat::fold(names_of(some)));
}

std::vector<std::string> ClusterBuilder::server_names(const std::vector<std::size_t>& some) const {
  std::vector<std::string> names;
  names.reserve(some.size());
  for (const std::size_t one : some) names.push_back(servers[one].name);
  return names;
}

std::size_t ClusterBuilder::server(const std::string& name) {
  const auto [known, is_new] = server_of.try_emplace(name, servers.size());
  if (!is_new) return known->second;
  ServerEntry made;
  made.name = name;
  if (const auto node = tables.index_of(name)) {
    made.in_nodelist = true;
    made.node = *node;
    made.in_servicenode = is_service_node[*node];
  }
  servers.push_back(std::move(made));
  return known->second;
}

void ClusterBuilder::add_nodes_finding(const FindingType& type, const std::vector<std::size_t>& some_nodes) {
  const std::vector<std::string> names = names_of(some_nodes);
  if (!names.empty()) findings.add(type, names);
}

void ClusterBuilder::add_group_finding(const FindingType& type, const NodeGroup& group) {
  const std::vector<std::string> names = names_of(group.nodes);
  if (names.empty()) return;
  findings.add(type, names);
  findings.add_row(type, group.row);
}

void ClusterBuilder::add_domain_finding(const FindingType& type, std::size_t domain) {
  findings.add(type, domains[domain].name);
}

void ClusterBuilder::add_server_finding(const FindingType& type, std::size_t index) {
  findings.add(type, servers[index].name);
  if (type.level == Finding::Level::error) servers[index].named = true;
}

FindingType expression_finding(const Error& error, Finding::Level level) {
  constexpr std::string_view mark = "; cure: ";  // as xcat::Attributes words it
  const std::size_t remedy = error.what.find(mark);
  return {level, "expression", error.what.substr(0, remedy),
          remedy == std::string::npos ? "" : error.what.substr(remedy + mark.size())};
}

std::string row_text(std::string_view table, const xcat::Attribute& value) {
  return std::string(table) + " row " + text::escape_control(value.row) + " (line " + std::to_string(value.line) + ")";
}

}  // namespace hanfs::cluster
