// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/cluster_builder.hpp"

#include "text/words.hpp"
#include "report/table.hpp"

namespace hanfs::cluster {

Draft::Draft(const xcat::Tables& all_tables, const Settings& wanted, const aix::Hosts& hosts)
    : tables(all_tables), settings(wanted), hosts_file(hosts), indexes(all_tables) {
  is_service_node_.resize(tables.nodes().size());
  const std::string_view shared = trimmed(tables.site("sharedinstall"));
  if (shared == "sns") shared_install = SharedInstall::sns;
  if (shared == "all") shared_install = SharedInstall::all;
  const xcat::Table* table = tables.find("servicenode");
  for (std::size_t row = 0; table != nullptr && row < table->size(); ++row) {
    const std::string_view key = table->value(row, "node");
    if (const auto node = indexes.find(key)) {
      is_service_node_[*node] = 1;
    } else if (const auto* members = tables.members_of(key); members != nullptr) {
      for (const std::uint32_t member : *members) is_service_node_[member] = 1;
    }
  }
}

std::vector<std::string> Draft::names_of(const std::vector<std::size_t>& some_nodes) const {
  std::vector<std::string> names;
  names.reserve(some_nodes.size());
  for (const std::size_t node : some_nodes)
    if (nodes[node].asked_for) names.push_back(name_of(nodes[node]));
  return names;
}

std::vector<std::string> Draft::server_names(const std::vector<std::size_t>& some) const {
  std::vector<std::string> names;
  names.reserve(some.size());
  for (const std::size_t one : some) names.push_back(servers[one].name);
  return names;
}

std::size_t Draft::server(const std::string& name) {
  const auto [known, is_new] = server_of.try_emplace(name, servers.size());
  if (!is_new) return known->second;
  DraftServer made;
  made.name = name;
  if (const auto node = indexes.find(name)) {
    made.in_nodelist = true;
    made.node = *node;
    made.in_servicenode = is_service_node(*node);
  }
  servers.push_back(std::move(made));
  return known->second;
}

void Draft::about_nodes(const Cause& cause, const std::vector<std::size_t>& some_nodes) {
  const std::vector<std::string> names = names_of(some_nodes);
  if (!names.empty()) findings.add(cause, names);
}

void Draft::about_crew(const Cause& cause, const Crew& crew) {
  const std::vector<std::string> names = names_of(crew.nodes);
  if (names.empty()) return;
  findings.add(cause, names);
  findings.add_row(cause, crew.row);
}

void Draft::about_domain(const Cause& cause, std::size_t domain) { findings.add(cause, domains[domain].name); }

void Draft::about_server(const Cause& cause, std::size_t index) {
  findings.add(cause, servers[index].name);
  if (cause.level == Finding::Level::error) servers[index].named = true;
}

std::string row_text(std::string_view table, const Value& value) {
  return std::string(table) + " row " + report::escape_control(value.row) + " (line " + std::to_string(value.line) + ")";
}

}  // namespace hanfs::mn
