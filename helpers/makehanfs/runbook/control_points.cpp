// SPDX-License-Identifier: Apache-2.0
#include <unordered_map>
#include <utility>

#include "makehanfs/runbook/outage_reader.hpp"
#include "report/table.hpp"

namespace hanfs::cluster::outage {

namespace {

using PointKind = ControlPoint::Kind;

// By ppc.nodetype or nodetype.nodetype, else by nodehm.mgt, which is hmc where an HMC manages it and fsp or bpa where
// xCAT does so directly.
PointKind kind_of_point(OutageReader& r, const std::string& name) {
  for (const auto& [table, column] : {std::pair{"ppc", "nodetype"}, {"nodetype", "nodetype"}, {"nodehm", "mgt"}})
    for (const std::string& word : items_of(r.values.get(name, table, column))) {
      if (word == "hmc") return PointKind::hmc;
      if (word == "cec" || word == "frame" || word == "fsp" || word == "bpa") return PointKind::connected;
    }
  return PointKind::unknown;
}

}  // namespace

// A control point may have one itself (a frame above its CECs), so they are followed upwards.
void read_control_points(OutageReader& r) {
  if (!r.values.given("ppc")) r.made.unknown.insert("ppc.hcp");
  if (const Names own = items_of(r.values.get(r.dead().name, "ppc", "hcp")); !own.empty() && is_plain_name(own.front()))
    r.made.own_control_point = own.front();
  if (!r.values.given("ppc") || !r.values.given("noderes")) return;
  std::vector<std::string> order;
  std::unordered_map<std::string, ControlPoint> points;
  std::unordered_map<std::string, std::size_t> replacements;
  const auto follow = [&](const std::string& node, std::size_t takes_over, const std::string& of_node) {
    for (const std::string& name : items_of(r.values.get(node, "ppc", "hcp"))) {
      if (!is_plain_name(name) || name == node) continue;
      if (replacements.emplace(name, takes_over).second) order.push_back(name);
      if (!of_node.empty()) points[name].nodes.push_back(of_node);
    }
  };
  for (const Node& node : r.cluster.nodes)
    if (is_plain_name(node.name)) follow(node.name, r.takes_over(node), node.name);
  for (std::size_t i = 0; i < order.size(); ++i) follow(std::string(order[i]), replacements[order[i]], "");
  for (const std::string& name : order) {
    ControlPoint point = std::move(points[name]);
    point.name = name;
    point.from = r.values.get(name, "noderes", "servicenode");
    const Names now = items_of(point.from);
    if (now.empty() || kind_of(now.front(), r.dead(), false) == Kind::none) continue;
    Names then(now.begin() + 1, now.end());
    point.server = replacements[name];
    if (then.empty()) {
      if (point.server == no_index) continue;  // nobody is there to take it
      then = {r.cluster.servers[point.server].name};
    } else {
      then.push_back(now.front());
      for (std::size_t i = 0; i < r.known.size(); ++i)
        if (kind_of(then.front(), r.known[i], false) != Kind::none) point.server = i;
      if (point.server == no_index) continue;
    }
    point.to = report::joined(then, ",");
    point.kind = kind_of_point(r, name);
    r.made.control_points.push_back(std::move(point));
  }
}

}  // namespace hanfs::cluster::outage
