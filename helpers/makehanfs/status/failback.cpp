// SPDX-License-Identifier: Apache-2.0
// What the state of all nodes means for the servers, and the commands that follow from it.
#include <algorithm>
#include <set>

#include "makehanfs/model/boot_batches.hpp"
#include "makehanfs/model/postscripts.hpp"
#include "makehanfs/status/status.hpp"
#include "run/command.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {

using State = NodeState::State;

std::vector<Balance> balance(const Cluster& cluster, const ClusterStatus& status) {
  std::vector<Balance> servers(cluster.servers.size());
  for (std::size_t i = 0; i < cluster.nodes.size(); ++i) {
    const std::size_t failback = cluster.nodes[i].servers.empty() ? no_index : cluster.nodes[i].servers.front();
    const std::size_t now = status.nodes[i].server;
    if (failback != no_index) ++servers[failback].primary;
    if (now != no_index) ++servers[now].now;
    if (status.nodes[i].state != State::backup) continue;
    if (failback != no_index) servers[failback].away.push_back(i);
    if (now != no_index && now != failback) servers[now].guests.push_back(i);
  }
  return servers;
}

bool is_shown(const Server& server, const Balance& of_it) { return server.asked_for || of_it.now != 0; }

namespace {

// Where the tables are wrong there are no replicas to learn of, however often it boots.
bool a_boot_may_help(const Cluster& cluster, const Node& node) {
  const std::size_t server = boot_server(node);
  return node.domain != no_index && cluster.domains[node.domain].valid &&
         (server == no_index || std::find(node.servers.begin(), node.servers.end(), server) != node.servers.end());
}

std::string range_of(const Cluster& cluster, const std::vector<std::size_t>& nodes) {
  return xcat::fold(node_names(cluster, nodes));
}

std::vector<std::string> boot_commands(const Cluster& cluster, const std::vector<std::size_t>& nodes) {
  std::vector<std::string> commands;
  for (const std::vector<std::string>& some : boot_batches(node_names(cluster, nodes)))
    commands.push_back(run::command_text({"rnetboot", xcat::fold(some)}));
  return commands;
}

}  // namespace

std::vector<FailbackStep> failback_steps(const Cluster& cluster, const ClusterStatus& status) {
  std::vector<FailbackStep> ways;
  const std::vector<Balance> servers = balance(cluster, status);
  for (std::size_t i = 0; i < servers.size(); ++i) {
    if (servers[i].away.empty()) continue;
    FailbackStep way;
    way.server = i;
    for (const std::size_t node : servers[i].away)
      if (boot_server(cluster.nodes[node]) == i) way.nodes.push_back(node);
    if (way.nodes.empty()) continue;
    way.command = command_for(cluster, cluster.servers[i].name, "failback");
    // A node that is split between servers counts for the backup, so this is somebody who is really at home.
    way.serving = servers[i].now != 0;
    ways.push_back(std::move(way));
  }
  return ways;
}

std::string apply_to_servers(const Cluster& cluster) {
  return command_for(cluster, cluster.range, "apply", {"--disruptive", "--boot-nodes"});
}

std::string tuning_command(const Cluster& cluster, const ClusterStatus& status) {
  std::vector<std::size_t> nodes;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (status.nodes[i].no_tool || (status.nodes[i].state == State::untuned && !status.nodes[i].no_replica))
      nodes.push_back(i);
  return nodes.empty() ? ""
                       : run::command_text({"updatenode", range_of(cluster, nodes), "-P", "setupnfsv4replication"});
}

std::string copying_command(const Cluster& cluster, const ClusterStatus& status) {
  if (cluster.shared_install == SharedInstall::all) return {};
  std::set<std::size_t> servers;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (status.nodes[i].no_tool) servers.insert(cluster.nodes[i].servers.begin(), cluster.nodes[i].servers.end());
  if (servers.empty()) return {};
  const std::vector<std::size_t> all(servers.begin(), servers.end());
  return run::command_text(copy_command(postscripts_folder, xcat::fold(server_names(cluster, all))));
}

WithoutReplica without_replica(const Cluster& cluster, const ClusterStatus& status) {
  WithoutReplica without;
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (status.nodes[i].no_replica)
      (a_boot_may_help(cluster, cluster.nodes[i]) ? without.nodes : without.unsound).push_back(i);
  std::vector<std::size_t> at_home;
  for (const std::size_t node : without.nodes)
    if (status.nodes[node].server != no_index && status.nodes[node].server == boot_server(cluster.nodes[node]))
      at_home.push_back(node);
  without.commands = boot_commands(cluster, at_home);
  return without;
}

}  // namespace hanfs::cluster
