// SPDX-License-Identifier: Apache-2.0
// The status as one HTML file: no network, no other file, and no script needed for what it says. Its words stand in
// templates/*.mustache.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>

#include "makehanfs/status/html_escape.hpp"
#include "makehanfs/status/picture.hpp"
#include "makehanfs/status/status.hpp"
#include "makehanfs/status/templates.hpp"
#include "run/command.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;
using State = NodeState::State;

std::string sentence(const ClusterStatus& status) {
  if (!status.worked) return "Nothing is known: the nodes could not be asked.";
  const std::size_t all = status.nodes.size();
  const std::size_t good = status.count(State::primary);
  if (all == 0) return "There are no nodes.";
  if (good == all)
    return all == 1 ? "The node runs on its primary server, as wanted."
                    : "All " + std::to_string(all) + " nodes run on their primary servers, as wanted.";
  std::string text;
  const auto add = [&](State state, const char* one, const char* many) {
    const std::size_t count = status.count(state);
    if (count != 0) text += (text.empty() ? "" : ", ") + count_of(count, one, many);
  };
  add(State::silent, "node gives no answer", "nodes give no answer");
  add(State::backup, "node runs on a backup", "nodes run on a backup");
  add(State::error, "node has an error", "nodes have an error");
  add(State::untuned, "node is not ready", "nodes are not ready");
  return text + ". " + std::to_string(good) + " of " + std::to_string(all) + " as wanted.";
}

// A line may end after a comma; what is copied is the same.
std::string breakable(const std::string& text) {
  std::string broken;
  for (const char c : escaped(text)) {
    broken += c;
    if (c == ',') broken += "<wbr>";
  }
  return broken;
}

std::string command_box(const std::string& command) {
  constexpr std::size_t long_one = 600;
  return std::string("<code") + (command.size() > long_one ? " class=\"long\" tabindex=\"0\"" : "") + ">" +
         breakable(command) + "</code>";
}

json counted(std::size_t count) { return {{"count", count}, {"one", count == 1}}; }

// Nodes of a state that say the same; what most say comes first.
json reasons(const Cluster& cluster, const ClusterStatus& status, State state) {
  constexpr std::size_t most = 6;         // others are in the table only
  constexpr std::size_t range_fits = 80;  // bytes
  std::map<std::string, std::vector<std::string>> alike;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (status.nodes[i].state == state && !status.nodes[i].problem.empty())
      alike[status.nodes[i].problem].push_back(cluster.nodes[i].name);
  std::vector<std::pair<std::string, std::vector<std::string>>> list(alike.begin(), alike.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  if (list.empty()) return nullptr;
  json told = json::array();
  for (std::size_t i = 0; i < list.size() && i < most; ++i) {
    const auto& [reason, nodes] = list[i];
    const std::string range = xcat::fold(nodes);
    told.push_back({{"who", range.size() <= range_fits ? breakable(range) : count_of(nodes.size(), "node", "nodes")},
                    {"reason", reason}});
  }
  return {{"list", std::move(told)},
          {"more", list.size() > most ? count_of(list.size() - most, "more reason", "more reasons") : ""}};
}

// Nodes of a state that somebody has to look at; null where there are none.
json trouble(const Cluster& cluster, const ClusterStatus& status, State state) {
  const std::size_t count = status.count(state);
  if (count == 0) return nullptr;
  json told = counted(count);
  told["reasons"] = reasons(cluster, status, state);
  return told;
}

// A command that cures `count` nodes; null where there are none.
json cure(std::size_t count, const std::string& command) {
  if (count == 0) return nullptr;
  json told = counted(count);
  told["command"] = command_box(command);
  return told;
}

void add_to_do(const Cluster& cluster, const ClusterStatus& status, json& values) {
  json away = json::array();
  for (const FailbackStep& way : failback_steps(cluster, status)) {
    const std::string& server = cluster.servers[way.server].name;
    json told = cure(way.nodes.size(), way.command);
    told["server"] = server;
    told["serving"] = way.serving;
    told["runbook"] = command_box("makehanfs runbook " + run::shell_word(server));
    away.push_back(std::move(told));
  }
  const auto count_if = [&](const auto& wanted) {
    return static_cast<std::size_t>(std::count_if(status.nodes.begin(), status.nodes.end(), wanted));
  };
  const std::size_t untuned =
      count_if([](const NodeState& node) { return node.state == State::untuned && !node.no_replica; });
  const std::size_t without = count_if([](const NodeState& node) { return node.no_replica; });
  values["problems"] = status.problems;
  values["away"] = std::move(away);
  values["silent"] = status.worked ? trouble(cluster, status, State::silent) : json(nullptr);
  values["errors"] = trouble(cluster, status, State::error);
  values["untuned"] = cure(untuned, tuning_command(cluster, status));
  values["no_replica"] = cure(without, replicas_command(cluster, status));
  values["apply"] = command_box("makehanfs apply");
  for (const char* part : {"problems", "away", "silent", "errors", "untuned", "no_replica"})
    values["to_do"] = values.value("to_do", false) || !values[part].empty();
}

json servers_of(const Cluster& cluster, const ClusterStatus& status) {
  json list = json::array();
  const std::vector<Balance> servers = balance(cluster, status);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const Server& server = cluster.servers[i];
    list.push_back(
        {{"name", server.name},
         {"domain", domain_name(cluster, server.domain)},
         {"address", server.address.empty() ? "not known" : server.address},
         {"numbers", {servers[i].primary, servers[i].now, servers[i].guests.size(), servers[i].away.size()}}});
  }
  return list;
}

// In code and not in a template: as values of a template, the rows of 100,000 nodes would take ten times the memory.
std::string node_row(const Cluster& cluster, const ClusterStatus& status, std::size_t index) {
  const NodeState& state = status.nodes[index];
  const Node& node = cluster.nodes[index];
  const auto cell = [](const std::string& text) { return "<td>" + escaped(text) + "</td>"; };
  return "<tr id=\"n" + std::to_string(index) + "\" data-state=\"" + name_of(state.state) + "\"><th scope=\"row\">" +
         escaped(node.name) + "</th><td class=\"state\">" + sign_of(state.state) + " " + title_of(state.state) +
         "</td>" + cell(domain_name(cluster, node.domain)) +
         cell(state.server == no_index ? "not known" : server_name(cluster, state.server)) +
         cell(node.servers.empty() ? "" : cluster.servers[node.servers.front()].name) + cell(state.failover) +
         "<td class=\"why\">" + escaped(state.problem) + "</td></tr>\n";
}

json states_of(const Cluster& cluster, const ClusterStatus& status) {
  json list = json::array();
  for (std::size_t s = 0; s < state_count; ++s) {
    const auto state = static_cast<State>(s);
    std::string rows;
    for (std::size_t i = 0; i < status.nodes.size(); ++i)
      if (status.nodes[i].state == state) rows += node_row(cluster, status, i);
    list.push_back({{"name", name_of(state)},
                    {"title", title_of(state)},
                    {"sign", sign_of(state)},
                    {"count", status.count(state)},
                    {"some", status.count(state) != 0},
                    {"rows", std::move(rows)}});
  }
  return list;
}

// "2026-11-22T21:40:05Z" as people read it: "2026-11-22 21:40:05 UTC".
std::string readable(std::string when) {
  if (when.empty() || when.back() != 'Z') return when;
  when.replace(when.size() - 1, 1, " UTC");
  if (const std::size_t at = when.find('T'); at < when.size() - 4) when[at] = ' ';
  return when;
}

}  // namespace

std::string page_of(const Cluster& cluster, const ClusterStatus& status, const PageOptions& options) {
  json values{{"title", options.title},
              {"when", options.when},
              {"readable_when", readable(options.when)},
              {"how", options.how.empty() ? "" : command_box(options.how)},
              {"version", HANFS_VERSION},
              {"verdict", sentence(status)},
              {"nodes", status.nodes.size()},
              {"states", states_of(cluster, status)},
              {"servers", servers_of(cluster, status)},
              {"picture", picture_of(cluster, status)}};
  add_to_do(cluster, status, values);
  return text::fill(page_templates(), "page", values, escaped) + "\n";
}

}  // namespace hanfs::cluster
