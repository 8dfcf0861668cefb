// SPDX-License-Identifier: Apache-2.0
// The status as one HTML file: no network, no other file, and no script needed for what it says. Its words stand in
// templates/*.mustache. Of a big cluster nodes that are alike share a row, which keeps 20,000 nodes below 2 MB.
#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>
#include <string_view>
#include <tuple>

#include "makehanfs/model/findings.hpp"
#include "makehanfs/status/picture.hpp"
#include "makehanfs/status/status.hpp"
#include "makehanfs/status/templates.hpp"
#include "text/html.hpp"
#include "text/words.hpp"
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
    if (count != 0) text += (text.empty() ? "" : ", ") + text::counted(count, one, many);
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
  for (const char c : text::html_escaped(text)) {
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

// A name is broken over two lines only where it is too long for any. `count`: of the nodes that a heading stands for.
std::string cell(const std::string& text, bool heading = false, std::size_t count = 1) {
  constexpr std::size_t long_one = 40;
  return std::string(heading ? "<th scope=\"row\"" : "<td") + (text.size() > long_one ? " class=\"long\"" : "") + ">" +
         breakable(text) + (count == 1 ? "" : " <span class=\"soft\">" + text::counted(count, "node") + "</span>") +
         (heading ? "</th>" : "</td>");
}

json count_values(std::size_t count) { return {{"count", count}, {"one", count == 1}}; }

// Nodes of a state that say the same; what most say comes first.
json reasons(const Cluster& cluster, const ClusterStatus& status, State state) {
  constexpr std::size_t most = 6;         // others are in the table only
  constexpr std::size_t range_fits = 80;  // bytes
  std::map<std::string, std::vector<std::string>> alike;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (status.nodes[i].state == state && !status.nodes[i].problem.empty())
      alike[text::without_name(status.nodes[i].problem, cluster.nodes[i].name)].push_back(cluster.nodes[i].name);
  std::vector<std::pair<std::string, std::vector<std::string>>> list(alike.begin(), alike.end());
  std::stable_sort(list.begin(), list.end(),
                   [](const auto& a, const auto& b) { return a.second.size() > b.second.size(); });
  if (list.empty()) return nullptr;
  json values = json::array();
  for (std::size_t i = 0; i < list.size() && i < most; ++i) {
    const auto& [reason, nodes] = list[i];
    const std::string range = xcat::fold(nodes);
    values.push_back({{"who", range.size() <= range_fits ? breakable(range) : text::counted(nodes.size(), "node")},
                      {"reason", reason}});
  }
  return {{"list", std::move(values)},
          {"more", list.size() > most ? text::counted(list.size() - most, "more reason") : ""}};
}

// Nodes of a state that somebody has to look at; null where there are none.
json trouble(const Cluster& cluster, const ClusterStatus& status, State state) {
  const std::size_t count = status.count(state);
  if (count == 0) return nullptr;
  json values = count_values(count);
  values["reasons"] = reasons(cluster, status, state);
  return values;
}

// Commands that cure `count` nodes; null where there are none. Of many the first ones are in sight.
json cure(std::size_t count, const std::vector<std::string>& commands) {
  constexpr std::size_t most = 3;
  if (count == 0) return nullptr;
  json values = count_values(count);
  std::string more;
  std::string first;
  for (std::size_t i = 0; i < commands.size(); ++i) (i < most ? first : more) += command_box(commands[i]);
  values["commands"] = first;
  values["more"] = more;
  values["more_boots"] = commands.size() > most ? text::counted(commands.size() - most, "more boot") : "";
  values["many"] = commands.size() > 1;
  return values;
}

// One for each server that nodes are away from; those beyond the first few are folded away.
json away_of(const Cluster& cluster, const ClusterStatus& status) {
  constexpr std::size_t most = 4;
  const std::vector<FailbackStep> ways = failback_steps(cluster, status);
  json first = json::array();
  json more = json::array();
  std::size_t nodes = 0;
  for (const FailbackStep& way : ways) {
    const std::string& server = cluster.servers[way.server].name;
    json values = cure(way.nodes.size(), {way.command});
    values["server"] = server;
    values["serving"] = way.serving;
    values["runbook"] = command_box(command_for(cluster, server, "runbook"));
    if (first.size() == most) nodes += way.nodes.size();
    (first.size() < most ? first : more).push_back(std::move(values));
  }
  if (first.empty()) return nullptr;
  json folded = nullptr;
  if (!more.empty())
    folded = {{"servers", text::counted(more.size(), "more server")},
              {"nodes", text::counted(nodes, "node")},
              {"list", std::move(more)}};
  return {{"first", std::move(first)}, {"folded", std::move(folded)}};
}

// What plan says about the tables: what is wrong there is often why nodes are not as wanted.
json findings_of(const Cluster& cluster) {
  constexpr std::size_t most = 5;  // in sight
  json first = json::array();
  json more = json::array();
  for (const Finding& finding : cluster.findings) {
    if (finding.level == Finding::Level::note) continue;
    json values{{"error", finding.level == Finding::Level::error},
                {"who", breakable(short_range(finding.range))},
                {"what", finding.what},
                {"remedy", finding.remedy}};
    (first.size() < most ? first : more).push_back(std::move(values));
  }
  if (first.empty()) return nullptr;
  const std::string count = more.empty() ? "" : text::counted(more.size(), "more finding");
  return {{"first", std::move(first)}, {"more", std::move(more)}, {"more_count", count}};
}

void add_to_do(const Cluster& cluster, const ClusterStatus& status, json& values) {
  const auto untuned =
      static_cast<std::size_t>(std::count_if(status.nodes.begin(), status.nodes.end(), [](const NodeState& node) {
        return node.no_tool || (node.state == State::untuned && !node.no_replica);
      }));
  const WithoutReplica without = without_replica(cluster, status);
  values["problems"] = status.problems;
  values["away"] = away_of(cluster, status);
  values["silent"] = status.worked ? trouble(cluster, status, State::silent) : json(nullptr);
  values["errors"] = trouble(cluster, status, State::error);
  std::vector<std::string> tuning{tuning_command(cluster, status)};
  if (const std::string first = copying_command(cluster, status); !first.empty()) tuning.insert(tuning.begin(), first);
  values["untuned"] = cure(untuned, tuning);
  values["no_replica"] = cure(without.nodes.size(), without.commands);
  values["unsound"] = cure(without.unsound.size(), {"makehanfs plan"});
  values["apply"] = command_box(apply_to_servers(cluster));
  values["apply_check"] = command_for(cluster, cluster.range, "apply", {"--check"});
  for (const char* part : {"problems", "away", "silent", "errors", "untuned", "no_replica", "unsound"})
    values["to_do"] = values.value("to_do", false) || !values[part].empty();
}

json servers_of(const Cluster& cluster, const ClusterStatus& status) {
  json list = json::array();
  const std::vector<Balance> servers = balance(cluster, status);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const Server& server = cluster.servers[i];
    if (!is_shown(server, servers[i])) continue;
    list.push_back(
        {{"name", cell(server.name, true)},
         {"domain", cell(domain_name(cluster, server.domain))},
         {"address", server.address.empty() ? "not known" : server.address},
         {"numbers", {servers[i].primary, servers[i].now, servers[i].guests.size(), servers[i].away.size()}}});
  }
  return list;
}

// In code and not in a template: as values of a template, the rows of 100,000 nodes would take ten times the memory.
// `who`: what stands for the nodes; `problem` for all of them.
std::string row_of(const Cluster& cluster, const ClusterStatus& status, const std::vector<std::size_t>& nodes,
                   const std::string& who, const std::string& problem) {
  const std::size_t index = nodes.front();
  const NodeState& state = status.nodes[index];
  const Node& node = cluster.nodes[index];
  return "<tr id=\"n" + std::to_string(index) + "\" data-state=\"" + name_of(state.state) + "\"" +
         (nodes.size() == 1 ? "" : " data-count=\"" + std::to_string(nodes.size()) + "\"") + ">" +
         cell(who, true, nodes.size()) + "<td class=\"state\">" + sign_of(state.state) + " " + title_of(state.state) +
         "</td>" + cell(domain_name(cluster, node.domain)) +
         cell(state.server == no_index ? "not known" : server_name(cluster, state.server)) +
         cell(node.servers.empty() ? "" : cluster.servers[node.servers.front()].name) + cell(state.failover) +
         "<td class=\"why\">" + text::html_escaped(problem) + "</td></tr>\n";
}

// One row for each node.
std::string single_rows(const Cluster& cluster, const ClusterStatus& status, State state) {
  std::string rows;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (status.nodes[i].state == state)
      rows += row_of(cluster, status, {i}, cluster.nodes[i].name, status.nodes[i].problem);
  return rows;
}

// One row for all nodes of which the same is said.
std::string alike_rows(const Cluster& cluster, const ClusterStatus& status, State state) {
  using Key = std::tuple<std::size_t, std::size_t, std::size_t, std::string, std::string>;
  std::map<Key, std::vector<std::size_t>> alike;
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    const NodeState& node = status.nodes[i];
    if (node.state != state) continue;
    const auto& servers = cluster.nodes[i].servers;
    alike[{cluster.nodes[i].domain, node.server, servers.empty() ? no_index : servers.front(), node.failover,
           text::without_name(node.problem, cluster.nodes[i].name)}]
        .push_back(i);
  }
  std::string rows;
  for (const auto& [key, nodes] : alike)
    rows += row_of(cluster, status, nodes, xcat::fold(node_names(cluster, nodes)), std::get<4>(key));
  return rows;
}

json states_of(const Cluster& cluster, const ClusterStatus& status) {
  const bool big = cluster.nodes.size() > big_cluster;
  json list = json::array();
  for (std::size_t s = 0; s < state_count; ++s) {
    const auto state = static_cast<State>(s);
    list.push_back({{"name", name_of(state)},
                    {"title", title_of(state)},
                    {"sign", sign_of(state)},
                    {"count", status.count(state)},
                    {"some", status.count(state) != 0},
                    {"quiet", big && state == State::primary},
                    {"rows", big ? alike_rows(cluster, status, state) : single_rows(cluster, status, state)}});
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
              {"verdict", sentence(status) +
                              (options.objections.empty() ? "" : " Something about their servers is not: see below.")},
              {"nodes", status.nodes.size()},
              {"big", status.nodes.size() > big_cluster},
              {"findings", findings_of(cluster)},
              {"states", states_of(cluster, status)},
              {"servers", servers_of(cluster, status)},
              {"picture", picture_of(cluster, status)}};
  add_to_do(cluster, status, values);
  values["objections"] = options.objections;
  values["to_do"] = values["to_do"] || !options.objections.empty();
  return text::fill(page_templates(), "page", values, text::html_escaped) + "\n";
}

}  // namespace hanfs::cluster
