// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/stages.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace hanfs::cluster {

std::vector<Stage> server_stages(const std::vector<HostCommand>& servers) {
  std::vector<Stage> stages;
  std::map<std::string, std::size_t> next;  // round of the domain's next server
  for (const HostCommand& host_command : servers) {
    const std::size_t stage = next[host_command.domain]++;
    if (stage == stages.size()) stages.emplace_back();
    stages[stage].servers = true;
    stages[stage].commands.push_back(host_command);
  }
  for (std::size_t i = 0; i < stages.size(); ++i)
    stages[i].title = "servers, round " + std::to_string(i + 1) + " of " + std::to_string(stages.size());
  return stages;
}

std::vector<Stage> make_stages(const Cluster& cluster, const ClusterPlan& plan, const Settings& settings,
                               bool check_only) {
  std::vector<HostCommand> servers;
  for (const ServerTask& task : plan.servers) {
    const Server& server = cluster.servers[task.server];
    const std::string& domain = cluster.domains[server.domain].name;
    servers.push_back({server.name, domain, task.argv, "server of domain " + domain});
  }
  std::vector<Stage> stages = server_stages(servers);
  Stage nodes;
  nodes.title = "nodes";
  for (const DomainTask& task : plan.domains) {
    const Domain& domain = cluster.domains[task.domain];
    for (const std::size_t node : domain.nodes)
      nodes.commands.push_back(
          {cluster.nodes[node].name, domain.name, {settings.node_command}, "node of domain " + domain.name});
  }
  if (!nodes.commands.empty()) stages.push_back(std::move(nodes));
  if (check_only)
    for (Stage& stage : stages)
      for (HostCommand& host_command : stage.commands) host_command.argv.emplace_back("--check");
  return stages;
}

Status check_stages(const std::vector<Stage>& stages) {
  for (const Stage& stage : stages) {
    std::set<std::string> hosts;
    std::set<std::string> domains;
    for (const HostCommand& host_command : stage.commands) {
      std::string wrong = check_host(host_command.host);
      if (host_command.argv.empty() || host_command.argv.front().empty() || host_command.argv.front().front() != '/')
        wrong = "the command for " + host_command.host + " begins with no absolute path";
      for (const std::string& word : host_command.argv)
        if (wrong.empty()) wrong = check_word(word);
      if (wrong.empty() && !hosts.insert(host_command.host).second)
        wrong = host_command.host + " has two commands in one round";
      if (wrong.empty() && stage.servers && !domains.insert(host_command.domain).second)
        wrong = host_command.host + " is the second server of domain " + host_command.domain + " in one round";
      if (!wrong.empty()) return Error{stage.title + ": " + wrong + "; nothing was handed out"};
    }
  }
  return Done{};
}

std::vector<std::vector<std::size_t>> batches(const std::vector<std::size_t>& places, long fanout) {
  const auto most = static_cast<std::size_t>(std::max(1L, fanout));
  std::vector<std::vector<std::size_t>> all;
  for (std::size_t from = 0; from < places.size(); from += most)
    all.emplace_back(places.begin() + static_cast<std::ptrdiff_t>(from),
                     places.begin() + static_cast<std::ptrdiff_t>(std::min(places.size(), from + most)));
  return all;
}

std::vector<StageCall> calls_of(const Stage& stage, const std::vector<std::size_t>& places) {
  std::vector<StageCall> calls;
  std::map<std::vector<std::string>, std::size_t> by_argv;
  for (const std::size_t place : places) {
    const HostCommand& host_command = stage.commands[place];
    const auto [found, fresh] = by_argv.emplace(host_command.argv, calls.size());
    if (fresh) calls.push_back({{{}, host_command.argv}, {}});
    calls[found->second].request.hosts.push_back(host_command.host);
    calls[found->second].places.push_back(place);
  }
  return calls;
}

}  // namespace hanfs::cluster
