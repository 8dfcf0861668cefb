// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/ask_hosts.hpp"

#include <utility>

namespace hanfs::cluster {

std::vector<HostReply> replies_of(PrintedAnswer answer) {
  std::vector<HostReply> replies(answer.printed.size());
  for (std::size_t i = 0; i < replies.size(); ++i) {
    replies[i].answer = std::move(answer.asked.hosts[i]);
    replies[i].output.text = std::move(answer.printed[i]);
  }
  return replies;
}

std::vector<HostResult> ask_hosts(run::Runner& runner, const Engine& engine, const std::vector<std::string>& hosts,
                                  const std::vector<std::string>& argv,
                                  const std::function<std::chrono::milliseconds()>& time_left) {
  std::vector<HostOutput> outputs(hosts.size());
  FanoutOptions how;
  how.time_left = time_left;
  how.on_line = [&](std::size_t, std::size_t host, std::string_view line, bool cut) {
    read_line(outputs[host], line, cut);
  };
  const std::vector<HostAnswer> answers = std::move(fan_out(runner, engine, {{hosts, argv}}, how).front()).hosts;
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
    PrintedAnswer answer = ask_for_text(runner, engine, {nodes, servers_question()}, longest_answer, time_left);
    const std::string failure = answer.asked.failure();
    return guests_of(action, replies_of(std::move(answer)), failure, again);
  };
  Guests guests = ask_them(false);
  return guests.nobody_spoke ? ask_them(true) : guests;
}

}  // namespace hanfs::cluster
