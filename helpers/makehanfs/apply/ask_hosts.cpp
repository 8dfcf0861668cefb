// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/ask_hosts.hpp"

#include "makehanfs/engine/fanout.hpp"

namespace hanfs::cluster {

std::vector<HostResult> ask_hosts(run::Runner& runner, const Engine& engine, const std::vector<std::string>& hosts,
                                  const std::vector<std::string>& argv,
                                  const std::function<std::chrono::milliseconds()>& time_left) {
  std::vector<HostOutput> outputs(hosts.size());
  FanoutOptions how;
  how.time_left = time_left;
  how.on_line = [&](std::size_t, std::size_t host, std::string_view line, bool cut) {
    read_line(outputs[host], line, cut);
  };
  const std::vector<FanoutResult> answers = fan_out(runner, engine, {{hosts, argv}}, how);
  Action action;
  action.argv = argv;
  std::vector<HostResult> results;
  for (std::size_t i = 0; i < hosts.size(); ++i)
    results.push_back(result_of(action, {answers.front().hosts[i], outputs[i]}, engine.host_deadline));
  return results;
}

Objection ask_guests(run::Runner& runner, const Engine& engine, const std::vector<std::string>& nodes,
                     const std::vector<ServerNames>& servers,
                     const std::function<std::chrono::milliseconds()>& time_left) {
  if (nodes.empty()) return {};
  std::vector<HostReply> replies(nodes.size());
  FanoutOptions how;
  how.time_left = time_left;
  how.on_line = [&](std::size_t, std::size_t node, std::string_view line, bool) {
    constexpr std::size_t most = std::size_t{1} << 20U;  // bytes
    if (replies[node].output.text.size() < most) replies[node].output.text.append(line) += '\n';
  };
  const std::vector<FanoutResult> answers = fan_out(runner, engine, {{nodes, servers_question()}}, how);
  for (std::size_t i = 0; i < nodes.size(); ++i) replies[i].answer = answers.front().hosts[i];
  Action action;
  action.judge = Action::Judge::guests;
  action.servers = servers;
  return objection_of(action, replies);
}

}  // namespace hanfs::cluster
