// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>

#include "makehanfs/model/findings.hpp"
#include "makehanfs/status/picture.hpp"
#include "makehanfs/status/status.hpp"
#include "report/table.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;
using State = NodeState::State;

constexpr std::size_t longest_range = 60;  // columns; JSON and the page have it whole

std::string home_name(const Cluster& cluster, std::size_t node) {
  const auto& servers = cluster.nodes[node].servers;
  return servers.empty() ? "" : server_name(cluster, servers.front());
}

std::string servers_table(const Cluster& cluster, const std::vector<Balance>& servers) {
  report::Table table({"SERVER", "DOMAIN", "ADDRESS", "PRIMARY OF", "RUN HERE NOW", "OF OTHERS", "AWAY"});
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const Server& server = cluster.servers[i];
    if (!is_shown(server, servers[i])) continue;
    table.add({server.name, domain_name(cluster, server.domain), server.address.empty() ? "?" : server.address,
               std::to_string(servers[i].primary), std::to_string(servers[i].now),
               std::to_string(servers[i].guests.size()), std::to_string(servers[i].away.size())});
  }
  return table.empty() ? "" : table.text() + "\n";
}

template <typename Wanted>
std::vector<std::size_t> nodes_with(const ClusterStatus& status, const Wanted& wanted) {
  std::vector<std::size_t> nodes;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (wanted(status.nodes[i])) nodes.push_back(i);
  return nodes;
}

// One row for all nodes that are told the same of, the urgent ones first; with `everything` one for each, also for
// those that are as wanted.
std::string nodes_table(const Cluster& cluster, const ClusterStatus& status, bool everything) {
  report::Table table({"NODES", "COUNT", "STATE", "DOMAIN", "RUNS ON", "PRIMARY", "FAILOVER"});
  const auto cells = [&](std::size_t i) {
    const NodeState& node = status.nodes[i];
    return std::vector<std::string>{title_of(node.state), domain_name(cluster, cluster.nodes[i].domain),
                                    node.server == no_index ? "?" : server_name(cluster, node.server),
                                    home_name(cluster, i), node.failover.empty() ? "?" : node.failover};
  };
  const auto add = [&](const std::vector<std::size_t>& nodes, const std::vector<std::string>& rest) {
    std::vector<std::string> row{xcat::fold(node_names(cluster, nodes)), std::to_string(nodes.size())};
    row.insert(row.end(), rest.begin(), rest.end());
    table.add(std::move(row));
  };
  for (std::size_t s = 0; s < state_count; ++s) {
    const auto state = static_cast<State>(s);
    if (state == State::primary && !everything) continue;
    std::map<std::vector<std::string>, std::vector<std::size_t>> alike;
    for (const std::size_t i : nodes_with(status, [&](const NodeState& node) { return node.state == state; })) {
      if (everything) {
        add({i}, cells(i));
      } else {
        alike[cells(i)].push_back(i);
      }
    }
    for (const auto& [rest, nodes] : alike) add(nodes, rest);
  }
  return table.empty() ? "" : table.text() + "\n";
}

// A cure that names the node names all of them: "HOST" is what text::without_name() puts there.
std::string with_range(std::string problem, const std::string& range) {
  const std::string command = "updatenode HOST ";
  const std::size_t at = problem.find(command);
  if (at != std::string::npos) problem.replace(at, command.size(), "updatenode " + range_word(range) + ' ');
  return problem;
}

// Whole, and once for all nodes that have the same.
std::string reasons(const Cluster& cluster, const ClusterStatus& status) {
  std::vector<std::string> order;
  std::map<std::string, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    if (status.nodes[i].problem.empty()) continue;
    const std::string problem = text::without_name(status.nodes[i].problem, cluster.nodes[i].name);
    if (alike.find(problem) == alike.end()) order.push_back(problem);
    alike[problem].push_back(i);
  }
  std::string text;
  for (const std::string& problem : order) {
    const std::vector<std::size_t>& nodes = alike[problem];
    const std::string range = xcat::fold(node_names(cluster, nodes));
    text +=
        range + ": " + (nodes.size() == 1 ? status.nodes[nodes.front()].problem : with_range(problem, range)) + "\n";
  }
  return text.empty() ? text : text + "\n";
}

// Boots as a person would copy them: never cut, but of many the first ones.
std::string boot_lines(const std::vector<std::string>& commands, bool everything) {
  constexpr std::size_t most = 3;
  std::string text;
  const std::size_t shown = everything ? commands.size() : std::min(most, commands.size());
  for (std::size_t i = 0; i < shown; ++i) text += "  " + commands[i] + "\n";
  if (shown < commands.size())
    text += "  and " + text::counted(commands.size() - shown, "more boot") + " like the last (--verbose)\n";
  return text;
}

std::string home_lines(const Cluster& cluster, const std::vector<FailbackStep>& ways, bool everything) {
  constexpr std::size_t most = 10;  // servers
  const std::size_t shown = everything ? ways.size() : std::min(most, ways.size());
  std::string text;
  for (std::size_t i = 0; i < shown; ++i) {
    const FailbackStep& way = ways[i];
    const std::string& server = cluster.servers[way.server].name;
    text += text::counted(way.nodes.size(), "node") + " to bring home to " + server +
            (way.serving
                 ? ", which serves nodes now"
                 : ", on which none of these nodes runs now: " + command_for(cluster, server, "runbook") + " first") +
            "; one boots first, then 10 at a time, and nobody while " + server + " does not serve\n  " + way.command +
            "\n";
  }
  if (shown < ways.size()) text += "and of " + text::counted(ways.size() - shown, "more server") + " (--verbose)\n";
  return text.empty() ? text : text + "\n";
}

}  // namespace

std::string text_of(const Cluster& cluster, const ClusterStatus& status, bool everything) {
  std::string text = servers_table(cluster, balance(cluster, status));
  text += nodes_table(cluster, status, everything);
  text += reasons(cluster, status);
  const std::vector<std::size_t> fine =
      nodes_with(status, [](const NodeState& node) { return node.state == State::primary; });
  if (!fine.empty() && !everything) {
    const std::string range = xcat::fold(node_names(cluster, fine));
    text += text::counted(fine.size(), "node is", "nodes are") + " on the primary and as wanted" +
            (range.size() <= longest_range ? ": " + range : " (--verbose lists them)") + "\n\n";
  }
  text += home_lines(cluster, failback_steps(cluster, status), everything);
  const std::string tuning = tuning_command(cluster, status);
  const std::string copying = copying_command(cluster, status);
  if (!copying.empty())
    text +=
        "Nodes without our postscript get it from their servers, which may lack it too. First:\n  " + copying + "\n";
  if (!tuning.empty()) text += "To tune:\n  " + tuning + "\n\n";
  const WithoutReplica without = without_replica(cluster, status);
  if (!without.nodes.empty())
    text += "Without some replica. Where their servers are not as wanted (" +
            command_for(cluster, cluster.range, "apply", {"--check"}) +
            "), they come first, and their nodes boot with it:\n  " + apply_to_servers(cluster) + "\n" +
            (without.commands.empty() ? ""
                                      : "Where they are, boot, for that is when a node learns them:\n" +
                                            boot_lines(without.commands, everything)) +
            "\n";
  if (!without.unsound.empty())
    text += "Without some replica, and in no sound domain or booted by a server of another one (" +
            text::counted(without.unsound.size(), "node") +
            "); the tables first, no boot cures it:\n  makehanfs plan\n\n";
  return text;
}

json json_of(const Cluster& cluster, const ClusterStatus& status) {
  const auto or_null = [](const std::string& text) { return text.empty() ? json(nullptr) : json(text); };
  json summary{{"nodes", status.nodes.size()}};
  for (std::size_t s = 0; s < state_count; ++s)
    summary[name_of(static_cast<State>(s))] = status.count(static_cast<State>(s));

  json servers = json::array();
  const std::vector<Balance> balances = balance(cluster, status);
  for (std::size_t i = 0; i < balances.size(); ++i)
    if (is_shown(cluster.servers[i], balances[i]))
      servers.push_back({{"server", cluster.servers[i].name},
                         {"address", or_null(cluster.servers[i].address)},
                         {"domain", or_null(domain_name(cluster, cluster.servers[i].domain))},
                         {"nodes_primary", balances[i].primary},
                         {"nodes_now", balances[i].now},
                         {"nodes_of_others", node_names(cluster, balances[i].guests)},
                         {"nodes_away", node_names(cluster, balances[i].away)}});

  json nodes = json::array();
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    const NodeState& node = status.nodes[i];
    nodes.push_back({{"node", cluster.nodes[i].name},
                     {"state", name_of(node.state)},
                     {"domain", or_null(domain_name(cluster, cluster.nodes[i].domain))},
                     {"server", or_null(server_name(cluster, node.server))},
                     {"primary", or_null(home_name(cluster, i))},
                     {"failover", or_null(node.failover)},
                     {"problem", or_null(node.problem)}});
  }

  json home = json::array();
  for (const FailbackStep& way : failback_steps(cluster, status))
    home.push_back({{"server", cluster.servers[way.server].name},
                    {"serving", way.serving},
                    {"nodes", node_names(cluster, way.nodes)},
                    {"commands", {way.command}}});
  return {{"summary", summary},
          {"servers", servers},
          {"nodes", nodes},
          {"home", home},
          {"copy", or_null(copying_command(cluster, status))},
          {"tune", or_null(tuning_command(cluster, status))},
          {"without_replica", without_replica(cluster, status).commands}};
}

}  // namespace hanfs::cluster
