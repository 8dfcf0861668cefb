// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/ask_hosts.hpp"

#include "makehanfs/engine/fanout.hpp"

namespace hanfs::cluster {
namespace {

using TimeLeft = std::function<std::chrono::milliseconds()>;

FanoutResult ask(run::Runner& runner, const Engine& engine, const std::vector<std::string>& hosts,
                 const std::vector<std::string>& argv, const TimeLeft& time_left,
                 const std::function<void(std::size_t host, std::string_view line, bool cut)>& on_line) {
  FanoutOptions how;
  how.time_left = time_left;
  how.on_line = [&](std::size_t, std::size_t host, std::string_view line, bool cut) { on_line(host, line, cut); };
  return std::move(fan_out(runner, engine, {{hosts, argv}}, how).front());
}

}  // namespace

std::vector<HostResult> ask_hosts(run::Runner& runner, const Engine& engine, const std::vector<std::string>& hosts,
                                  const std::vector<std::string>& argv,
                                  const std::function<std::chrono::milliseconds()>& time_left) {
  std::vector<HostOutput> outputs(hosts.size());
  const std::vector<HostAnswer> answers =
      ask(runner, engine, hosts, argv, time_left, [&](std::size_t host, std::string_view line, bool cut) {
        read_line(outputs[host], line, cut);
      }).hosts;
  Action action;
  action.argv = argv;
  std::vector<HostResult> results;
  for (std::size_t i = 0; i < hosts.size(); ++i)
    results.push_back(result_of(action, {answers[i], outputs[i]}, engine.host_deadline));
  return results;
}

Guests ask_guests(run::Runner& runner, const Engine& engine, const std::vector<std::string>& nodes,
                  const std::vector<ServerNames>& servers,
                  const std::function<std::chrono::milliseconds()>& time_left) {
  if (nodes.empty()) return {};
  Action action;
  action.judge = Action::Judge::guests;
  action.argv = servers_question();
  action.servers = servers;
  const auto ask_them = [&](bool again) {
    std::vector<HostReply> replies(nodes.size());
    FanoutResult asked =
        ask(runner, engine, nodes, servers_question(), time_left, [&](std::size_t node, std::string_view line, bool) {
          std::string& text = replies[node].output.text;
          if (text.size() < longest_answer) text.append(line) += '\n';
        });
    for (std::size_t i = 0; i < nodes.size(); ++i) replies[i].answer = std::move(asked.hosts[i]);
    return guests_of(action, replies, asked.failure(), again);
  };
  Guests guests = ask_them(false);
  return guests.nobody_spoke ? ask_them(true) : guests;
}

}  // namespace hanfs::cluster
