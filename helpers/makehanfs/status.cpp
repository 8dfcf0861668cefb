// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/status.hpp"

#include <algorithm>

#include "report/table.hpp"
#include "report/verdict.hpp"
#include "run/command.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::mn {
namespace {

using State = NodeState::State;

constexpr std::size_t named_in_a_line = 3;

bool contains(const std::vector<std::size_t>& list, std::size_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// showfs prints addresses; names are for nodes that print those.
std::size_t find_server(const Cluster& cluster, const std::vector<std::size_t>& among, const std::string& address) {
  if (address.empty()) return nowhere;
  for (const std::size_t index : among) {
    const Server& server = cluster.servers[index];
    if (server.address == address || server.name == address || server.facing == address) return index;
  }
  return nowhere;
}

std::vector<std::size_t> all_servers(const Cluster& cluster) {
  std::vector<std::size_t> all(cluster.servers.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

std::string names_of(const Cluster& cluster, const std::vector<std::size_t>& servers) {
  std::string names;
  for (const std::size_t index : servers) names += (names.empty() ? "" : ", ") + cluster.servers[index].name;
  return names.empty() ? "any service node" : names;
}

// "/usr, /opt and 4 more"
std::string some_of(const std::vector<std::string>& names) {
  std::string text;
  for (std::size_t i = 0; i < names.size() && i < named_in_a_line; ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > named_in_a_line) text += " and " + std::to_string(names.size() - named_in_a_line) + " more";
  return text;
}

void add_problem(std::string& problem, const std::string& more) {
  if (more.empty()) return;
  problem += (problem.empty() ? "" : "; ") + report::printable(more);
}

// What a node's mounts say about where it runs.
struct Place {
  std::vector<std::size_t> servers;    // in use, each once; `nowhere`: one that the tables do not know
  std::vector<std::string> strange;    // addresses in use that the tables do not know
  std::vector<std::string> elsewhere;  // mount points that are not on its primary
  std::vector<std::string> single;     // mount points without a replica
  std::vector<std::string> untuned;    // mount points whose options differ
  std::size_t mounts = 0;              // that come from its servers
};

Place place_of(const Cluster& cluster, const Node& node, const NodeReport& report) {
  Place place;
  const std::vector<std::size_t> everywhere = all_servers(cluster);
  const std::vector<std::size_t>& own = node.servers.empty() ? everywhere : node.servers;
  for (const NodeMount& mount : report.mounts) {
    if (mount.vfs != "nfs4") continue;
    std::size_t now = find_server(cluster, own, mount.current);
    // A mount of some other file server is none of our business, unless it is a copy of what its servers have.
    const bool ours = now != nowhere || std::any_of(mount.replicas.begin(), mount.replicas.end(), [&](const auto& r) {
                        return find_server(cluster, own, r) != nowhere;
                      });
    if (now == nowhere) now = find_server(cluster, everywhere, mount.current);
    if (!ours && now == nowhere) continue;
    ++place.mounts;
    if (mount.replicas.size() < 2) place.single.push_back(mount.path);
    if (mount.state == "drift" || mount.state == "failed") place.untuned.push_back(mount.path);
    if (mount.current.empty()) continue;
    if (!contains(place.servers, now)) place.servers.push_back(now);
    if (now == nowhere) place.strange.push_back(mount.current);
    if (!node.servers.empty() && now != node.servers.front()) place.elsewhere.push_back(mount.path);
  }
  return place;
}

// Why a node that gave no report gave none.
NodeState without_report(const HostAnswer& answer, const std::string& rubbish, long host_deadline) {
  NodeState state;
  state.state = State::silent;
  switch (answer.end) {
    case HostAnswer::End::timed_out:
      state.problem = "no answer within " + std::to_string(host_deadline) + " s";
      break;
    case HostAnswer::End::unreachable:
      state.problem = "cannot be reached";
      break;
    case HostAnswer::End::unknown:
      if (!answer.spoke) state.problem = answer.said.empty() ? "no answer" : "";
      break;
    case HostAnswer::End::not_asked:
      state.problem = "not asked";
      break;
    case HostAnswer::End::exited:
      break;
  }
  if (answer.spoke || answer.end == HostAnswer::End::exited) {
    state.state = State::error;
    add_problem(state.problem, rubbish.empty() ? "it said nothing about its file systems" : rubbish);
    if (answer.status.value_or(0) != 0) add_problem(state.problem, "exit status " + std::to_string(*answer.status));
  }
  add_problem(state.problem, answer.said);
  return state;
}

}  // namespace

const char* name_of(State state) {
  switch (state) {
    case State::silent:
      return "silent";
    case State::backup:
      return "backup";
    case State::error:
      return "error";
    case State::untuned:
      return "untuned";
    case State::primary:
      return "primary";
  }
  return "";
}

std::size_t ClusterStatus::count(State state) const {
  return static_cast<std::size_t>(
      std::count_if(nodes.begin(), nodes.end(), [&](const NodeState& node) { return node.state == state; }));
}

NodeState judge(const Cluster& cluster, std::size_t index, const NodeReport& report) {
  const Node& node = cluster.nodes[index];
  const Place place = place_of(cluster, node, report);
  NodeState state;
  state.failover = report.failover;
  const bool failed = report.status != "ok" && report.status != "changed" && report.status != "drift";
  const std::string first_error = report.errors.empty() ? "" : report.errors.front();

  // Where some of it has left home, that is where it runs.
  const std::size_t home = node.servers.empty() ? nowhere : node.servers.front();
  const auto left = std::find_if(place.servers.begin(), place.servers.end(), [&](std::size_t s) { return s != home; });
  if (!place.servers.empty()) state.server = left == place.servers.end() ? home : *left;

  if (place.servers.empty()) {
    state.state = State::error;
    const std::string servers = names_of(cluster, node.servers);
    add_problem(state.problem, !first_error.empty() ? first_error
                               : place.mounts == 0  ? "no NFSv4 file system of it comes from " + servers
                                                    : "it does not know which server it uses");
    return state;
  }
  if (node.servers.empty()) {
    state.state = State::error;
    add_problem(state.problem, "the tables name no servers for it, so its home is not known");
    return state;
  }
  if (!place.strange.empty())
    add_problem(state.problem, "runs from " + place.strange.front() + ", which is no server of the tables");
  if (!place.elsewhere.empty()) {
    state.state = State::backup;
    if (place.elsewhere.size() < place.mounts)
      add_problem(state.problem, "only " + some_of(place.elsewhere) + " moved, the rest is on " +
                                     cluster.servers[node.servers.front()].name);
    if (state.server != nowhere && !contains(node.servers, state.server))
      add_problem(state.problem, "that server is none of its own in the tables");
  } else if (failed) {
    state.state = State::error;
  } else if (report.status == "drift" || !place.single.empty()) {
    state.state = State::untuned;
  } else {
    state.state = State::primary;
  }
  if (failed)
    add_problem(state.problem,
                first_error.empty() ? "its tool ended with status '" + report.status + "'" : first_error);
  if (!place.single.empty()) add_problem(state.problem, "no replica, never fails over: " + some_of(place.single));
  if (!place.untuned.empty()) {
    add_problem(state.problem, "not tuned: " + some_of(place.untuned));
  } else if (report.status == "drift" && !report.wishes.empty()) {
    add_problem(state.problem, report.wishes.front());
  } else if (report.status == "drift") {
    add_problem(state.problem, "not as wanted");
  }
  return state;
}

ClusterStatus observe_status(run::Runner& runner, const Engine& engine, const Cluster& cluster,
                             const StatusOptions& options) {
  ClusterStatus status;
  status.nodes.resize(cluster.nodes.size());
  std::vector<bool> reported(cluster.nodes.size(), false);
  std::vector<std::string> rubbish(cluster.nodes.size());
  Question question;
  question.words = options.command;
  std::vector<std::size_t> asked_nodes;
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const std::string wrong = check_host(cluster.nodes[i].name);
    if (wrong.empty()) {
      asked_nodes.push_back(i);
      question.hosts.push_back(cluster.nodes[i].name);
    } else {
      status.nodes[i].state = State::error;
      status.nodes[i].problem = "not asked: " + wrong;
    }
  }

  AskOptions ask_options;
  ask_options.time_left = options.time_left;
  ask_options.heard = [&](std::size_t, std::size_t host, std::string_view line, bool cut) {
    const std::size_t node = asked_nodes[host];
    if (reported[node] || line.find_first_not_of(" \t\r") == std::string_view::npos) return;
    if (line.front() == '{') {
      const Result<NodeReport> report = parse_node_report(line);
      if (report) {
        reported[node] = true;
        status.nodes[node] = judge(cluster, node, *report);
        if (options.one_more) options.one_more();
        return;
      }
      rubbish[node] = report.error().what + (cut ? " (cut)" : "");
    } else if (rubbish[node].empty()) {
      constexpr std::size_t most = 200;
      rubbish[node] = std::string(line.substr(0, most));
    }
  };
  std::vector<Asked> answers = ask(runner, engine, {question}, ask_options);
  status.problems = std::move(answers.front().problems);
  status.worked = answers.front().worked;
  for (std::size_t i = 0; i < asked_nodes.size(); ++i) {
    const std::size_t node = asked_nodes[i];
    if (reported[node]) continue;
    status.nodes[node] = without_report(answers.front().hosts[i], rubbish[node], engine.host_deadline);
    if (options.one_more) options.one_more();
  }
  return status;
}

std::vector<Balance> balance(const Cluster& cluster, const ClusterStatus& status) {
  std::vector<Balance> servers(cluster.servers.size());
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const std::size_t home = cluster.nodes[i].servers.empty() ? nowhere : cluster.nodes[i].servers.front();
    const std::size_t now = status.nodes[i].server;
    if (home != nowhere) ++servers[home].primary;
    if (now != nowhere) ++servers[now].now;
    if (status.nodes[i].state != State::backup) continue;
    if (home != nowhere) servers[home].away.push_back(i);
    if (now != nowhere && now != home) servers[now].guests.push_back(i);
  }
  return servers;
}

namespace {

std::string range_of(const Cluster& cluster, const std::vector<std::size_t>& nodes) {
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (const std::size_t node : nodes) names.push_back(cluster.nodes[node].name);
  return xcat::fold(names);
}

}  // namespace

std::vector<WayHome> ways_home(const Cluster& cluster, const ClusterStatus& status) {
  std::vector<WayHome> ways;
  const std::vector<Balance> servers = balance(cluster, status);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (servers[i].away.empty()) continue;
    WayHome way;
    way.server = i;
    way.nodes = servers[i].away;
    way.command = run::words({"rnetboot", range_of(cluster, way.nodes)});
    // A node that is split between servers counts for the backup, so this is somebody who is really at home.
    way.serving = servers[i].now != 0;
    ways.push_back(std::move(way));
  }
  return ways;
}

std::string tuning_command(const Cluster& cluster, const ClusterStatus& status) {
  std::vector<std::size_t> nodes;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (status.nodes[i].state == State::untuned) nodes.push_back(i);
  return nodes.empty() ? "" : run::words({"updatenode", range_of(cluster, nodes), "-P", "setupnfsv4replication"});
}

int exit_status_of(const ClusterStatus& status) {
  if (!status.worked) return report::exit_not_observed;
  return status.count(State::primary) == status.nodes.size() && status.problems.empty() ? report::exit_ok
                                                                                        : report::exit_not_as_wanted;
}

}  // namespace hanfs::mn
