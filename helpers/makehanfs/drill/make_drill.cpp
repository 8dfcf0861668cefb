// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <iterator>
#include <map>

#include "makehanfs/drill/drill.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

constexpr long leads_after_outage = 3;   // of watching once NFS is started again
constexpr long length_of_rehearsal = 5;  // seconds

std::string names(const Cluster& cluster, const std::vector<std::size_t>& nodes) {
  return xcat::fold(node_names(cluster, nodes));
}

}  // namespace

DrillPlan make_drill(const Cluster& cluster, const Settings& settings, std::size_t server, const DrillOptions& options,
                     const std::vector<std::string>& server_argv) {
  DrillPlan plan;
  plan.server = server;
  plan.domain = cluster.servers[server].domain;
  plan.outage = options.outage;
  plan.rehearse = options.rehearse;
  plan.directory = settings.directory;
  std::map<std::size_t, std::size_t> of_server;
  for (const std::size_t node : cluster.domains[plan.domain].nodes) {
    const std::vector<std::size_t>& servers = cluster.nodes[node].servers;
    if (servers.empty() || of_server[servers.front()]++ >= options.sample) continue;
    plan.watched.push_back(node);
    if (servers.front() == server) plan.leaving.push_back(node);
  }
  const long until_end = options.lead + options.outage;
  const long length = options.rehearse ? length_of_rehearsal : until_end + leads_after_outage * options.lead;
  constexpr long to_end = 240;  // seconds: setuphanfs waits for daemons to stop and to start
  plan.length = std::chrono::seconds(length + to_end);
  plan.watch_argv = {settings.check_command, "watch", "--json", "--seconds=" + std::to_string(length)};
  plan.wait_argv = {settings.check_command, "watch", "--json", "--seconds=" + std::to_string(until_end),
                    "--until-left=" + cluster.servers[server].address};
  plan.end_argv = {server_argv.front(), "--end-outage"};
  plan.check_argv = server_argv;
  plan.check_argv.emplace_back("--check");
  plan.outage_argv = server_argv;
  plan.outage_argv.push_back("--outage=" + std::to_string(options.outage));
  plan.outage_argv.push_back("--lead=" + std::to_string(options.rehearse ? 0 : options.lead));
  plan.outage_argv.emplace_back(options.rehearse ? "--dry-run" : "--disruptive");
  return plan;
}

std::vector<std::string> objections_to(const Cluster& cluster, const DrillPlan& plan, const ClusterStatus& nodes,
                                       const std::vector<HostResult>& servers) {
  std::vector<std::string> objections;
  const Domain& domain = cluster.domains[plan.domain];
  const std::string range = xcat::fold(node_names(cluster, domain.nodes));
  for (std::size_t i = 0; i < servers.size(); ++i) {
    const std::string& name = cluster.servers[domain.servers[i]].name;
    if (servers[i].state == HostResult::State::drift) {
      objections.push_back(name +
                           " is not set up as wanted; cure: " + command_for(cluster, range, "apply", {"--check"}) +
                           " shows what, " + command_for(cluster, range, "apply"));
    } else if (servers[i].state != HostResult::State::ok) {
      objections.push_back(name + " does not say that it is set up as wanted: " +
                           (servers[i].problem.empty() ? name_of(servers[i].state) : servers[i].problem) +
                           "; cure: look at it, then " + command_for(cluster, range, "apply"));
    }
  }
  const auto add = [&](const std::vector<std::size_t>& some, const std::string& what) {
    if (!some.empty()) objections.push_back(names(cluster, some) + what);
  };
  std::vector<std::size_t> without, silent, away, untuned, unknown;
  for (std::size_t i = 0; i < nodes.nodes.size(); ++i) {
    const NodeState& node = nodes.nodes[i];
    if (node.no_replica) {
      without.push_back(i);
    } else if (node.state == NodeState::State::silent) {
      silent.push_back(i);
    } else if (node.state == NodeState::State::backup) {
      away.push_back(i);
    } else if (node.state == NodeState::State::untuned) {
      untuned.push_back(i);
    } else if (node.state == NodeState::State::error) {
      unknown.push_back(i);
    }
  }
  add(without,
      ": some file system has no replica, so it would hang for as long as its server is away; cure: "
      "rnetboot it, once its servers export with replicas");
  add(silent, ": no answer, so nobody would know how it fared; cure: look at its console (rcons)");
  for (const std::size_t server : domain.servers) {
    std::vector<std::size_t> of_server;
    std::copy_if(away.begin(), away.end(), std::back_inserter(of_server),
                 [&](std::size_t node) { return cluster.nodes[node].servers.front() == server; });
    add(of_server, ": not on its primary; cure: " + command_for(cluster, cluster.servers[server].name, "failback") +
                       ", then the drill");
  }
  add(untuned, ": not tuned, so the failover takes minutes; cure: updatenode " + names(cluster, untuned) +
                   " -P setupnfsv4replication");
  add(unknown, ": it could not tell how it is; cure: " + command_for(cluster, range, "status"));
  objections.insert(objections.end(), nodes.problems.begin(), nodes.problems.end());
  if (nodes.nodes.empty()) objections.push_back("the domain has no node");
  return objections;
}

}  // namespace hanfs::cluster
