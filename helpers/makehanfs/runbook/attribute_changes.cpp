// SPDX-License-Identifier: Apache-2.0
// Values of nodes that name the dead server, and what they are to become.
#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <string_view>
#include <utility>

#include "makehanfs/runbook/outage_reader.hpp"
#include "report/table.hpp"

namespace hanfs::cluster::outage {
namespace {

// The value with the names of the server that takes over in place of those of the dead one. Nothing where the value
// does not name the dead one; empty where the tables do not tell the other server's name of that kind.
std::optional<std::string> changed(const std::string& value, const ServerNames& dead, const ServerNames& takes_over,
                                   bool node_facing_first) {
  Names items;
  bool named = false;
  bool known = true;
  for (const std::string& item : items_of(value)) {
    const Kind kind = kind_of(item, dead, node_facing_first);
    const std::string& now = kind == Kind::none ? item : name_of(takes_over, kind);
    named = named || kind != Kind::none;
    known = known && (kind == Kind::none || !now.empty());
    // A list that had the server that takes over beside the dead one does not name it twice.
    if (std::find(items.begin(), items.end(), now) == items.end()) items.push_back(now);
  }
  if (!named) return std::nullopt;
  return known ? report::joined(items, ",") : "";
}

}  // namespace

// No source says how many hosts nodehm.conserver, noderes.monserver and ppc.hcp hold (lib/xcat/README.md "Moving
// services by hand" names the columns): every item of their lists is looked at.
void read_columns(OutageReader& r) {
  struct MovedColumn {
    const char* table;
    const char* column;
    std::vector<AttributeChange>* into;
    bool node_facing_first;
    bool moved_by_snmove;  // for nodes that it moves: lib/xcat/README.md "snmove"
  };
  const std::array<MovedColumn, 7> columns{{{"nodehm", "conserver", &r.made.conserver, false, false},
                                            {"noderes", "monserver", &r.made.monserver, false, false},
                                            {"noderes", "nameservers", &r.made.node_nameservers, true, false},
                                            {"noderes", "nimserver", &r.made.boot, true, false},
                                            {"noderes", "tftpserver", &r.made.boot, true, true},
                                            {"noderes", "nfsserver", &r.made.boot, true, true},
                                            {"noderes", "xcatmaster", &r.made.boot, true, true}}};
  for (const MovedColumn& column : columns) {
    const std::string name = std::string(column.table) + "." + column.column;
    if (!r.values.given(column.table)) {
      r.made.unknown.insert(name);
      continue;
    }
    const bool is_master = std::string_view(column.column) == "xcatmaster";
    // Nodes with more than two servers are moved without snmove; their xcatmaster goes with their list.
    const auto is_done_elsewhere = [&](const Node& node) {
      return column.moved_by_snmove && r.is_primary(node) && (is_master || node.servers.size() < 3);
    };
    std::map<std::pair<std::size_t, std::string>, AttributeChange> changes;
    for (const Node& node : r.cluster.nodes) {
      const std::size_t takes_over = r.takes_over(node);
      if (takes_over == no_index || !is_plain_name(node.name) || is_done_elsewhere(node)) continue;
      const std::string value = r.values.get(node.name, column.table, column.column);
      const auto to = changed(value, r.dead(), r.known[takes_over], column.node_facing_first);
      if (!to) continue;
      AttributeChange& change = changes[{takes_over, value}];
      if (change.nodes.empty()) change = {name, value, *to, takes_over, {}};
      change.nodes.push_back(node.name);
    }
    for (auto& [key, change] : changes) column.into->push_back(std::move(change));
  }
  if (const xcat::Table* monitoring = r.tables.find("monitoring"))
    for (std::size_t row = 0; row < monitoring->size(); ++row)
      if (is_plain_name(monitoring->value(row, "name"))) r.made.monitors.emplace_back(monitoring->value(row, "name"));
}

}  // namespace hanfs::cluster::outage
