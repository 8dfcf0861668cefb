// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>

#include "makehanfs/apply/apply.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using State = HostResult::State;
using json = nlohmann::ordered_json;

constexpr State states[] = {State::ok,      State::changed,   State::drift, State::fail,
                            State::refused, State::no_answer, State::done,  State::skipped};

std::string hosts_text(std::size_t count) { return std::to_string(count) + (count == 1 ? " host" : " hosts"); }

// "58 hosts: 3 changed, 55 ok"
std::string summary(const Applied& applied) {
  std::size_t all = 0;
  std::string text;
  for (const State state : states) {
    const std::size_t count = applied.count(state);
    all += count;
    if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name_of(state);
  }
  return hosts_text(all) + ": " + text + "\n";
}

// To be copied: with the whole path of the program.
std::string command_line(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) line += (line.empty() ? "" : " ") + run::shell_word(word);
  return line;
}

// "asn[01-04]" of the hosts of servers' or of nodes' rounds that `wanted` takes; empty: none.
template <typename Wanted>
std::string hosts_with(const std::vector<Stage>& stages, const Applied& applied, bool servers, const Wanted& wanted) {
  std::vector<std::string> hosts;
  for (std::size_t i = 0; i < stages.size(); ++i)
    for (const HostResult& result : applied.stages[i])
      if (stages[i].servers == servers && wanted(result)) hosts.push_back(result.host);
  return hosts.empty() ? "" : xcat::fold(hosts);
}

// What brings a tool to hosts, where it lies where xCAT's own ways bring it: lib/xcat/README.md "Postscripts: how files
// reach a node".
std::string bring(const std::string& tool, const std::string& hosts) {
  const auto below = [&](const std::string& folder) { return tool.compare(0, folder.size(), folder) == 0; };
  const std::string prescripts = "/install/prescripts";
  const std::string postscripts = "/xcatpost/";
  if (below(prescripts + "/"))
    return "with " + tool + " on this machine, " + run::command_text({"prsync", prescripts, hosts + ":/install"});
  if (below(postscripts))
    return run::command_text({"updatenode", hosts, "-P", tool.substr(postscripts.size())}) +
           ", once their servers have it (makehanfs plan shows the prsync)";
  return "put it there";
}

const std::string& tool_of(const std::vector<Stage>& stages, bool servers) {
  static const std::string none;
  for (const Stage& stage : stages)
    if (stage.servers == servers && !stage.commands.empty()) return stage.commands.front().argv.front();
  return none;
}

}  // namespace

std::string dry_text(const Engine& engine, const std::vector<Stage>& stages, const std::vector<HostCommand>& done) {
  std::string text;
  for (const Stage& stage : stages) {
    const std::vector<std::size_t> left = left_to_do(stage, done);
    text += stage.title + ": " + hosts_text(left.size());
    if (left.size() < stage.commands.size())
      text += ", " + std::to_string(stage.commands.size() - left.size()) + " done before";
    text += "\n";
    const auto turns = batches(left, engine.fanout);
    for (std::size_t b = 0; b < turns.size(); ++b) {
      const std::vector<StageCall> calls = calls_of(stage, turns[b]);
      if (b != 0) text += "  then\n";
      for (const StageCall& call : calls)
        text += "  on " + xcat::fold(call.request.hosts) + ": " + command_line(call.request.argv) + "\n      by " +
                command_line(command_for(engine, call.request.hosts, call.request.argv).argv) + "\n";
    }
  }
  return text;
}

ToDo to_do(const std::vector<Stage>& stages, const Applied& applied, bool check_only) {
  ToDo all;
  const auto lacks = [](const HostResult& result) { return result.no_tool; };
  for (const bool servers : {true, false}) {
    const std::string hosts = hosts_with(stages, applied, servers, lacks);
    if (hosts.empty()) continue;
    const std::string& tool = tool_of(stages, servers);
    // The servers of later rounds were not asked, and will lack it as well: one command for all of them.
    const std::string needy = hosts_with(stages, applied, servers, [&](const HostResult& result) {
      return result.no_tool || (servers && result.state == State::skipped);
    });
    all.errors.push_back(tool + " is not on " + hosts + "; cure: " + bring(tool, needy) + ", then again");
  }
  const auto held_back = [](const HostResult& result) { return result.state == State::drift; };
  if (const std::string hosts = hosts_with(stages, applied, true, held_back); !check_only && !hosts.empty())
    all.errors.push_back(hosts +
                         ": held back, nothing was changed there, because clients would feel it; cure: makehanfs apply "
                         "--disruptive, when they can bear it");
  const auto never = [](const HostResult& result) { return result.good() && result.never; };
  if (const std::string hosts = hosts_with(stages, applied, false, never); !hosts.empty())
    all.warnings.push_back(hosts +
                           ": tuned, but with a file system that has no replica, so they hang when its server dies "
                           "(failover=never); nodes learn of replicas when they boot; cure: " +
                           run::command_text({"rnetboot", hosts}) + ", a few at a time, then makehanfs status");
  return all;
}

json dry_json(const Engine& engine, const std::vector<Stage>& stages, const std::vector<HostCommand>& done) {
  json all = json::array();
  for (const Stage& stage : stages)
    for (const std::vector<std::size_t>& batch : batches(left_to_do(stage, done), engine.fanout))
      for (const StageCall& call : calls_of(stage, batch))
        all.push_back({{"id", stage.title + ": " + xcat::fold(call.request.hosts)},
                       {"why", stage.commands[call.places.front()].why},
                       {"argv", command_for(engine, call.request.hosts, call.request.argv).argv},
                       {"round", stage.title},
                       {"hosts", call.request.hosts},
                       {"host_argv", call.request.argv}});
  return all;
}

std::string text_of(const std::vector<Stage>& stages, const Applied& applied, bool everything) {
  std::string text;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    // Nodes that have the same to tell are one row; servers are few.
    using Row = std::vector<std::string>;
    std::vector<std::pair<Row, std::vector<std::string>>> rows;
    std::map<Row, std::size_t> alike;
    for (const HostResult& result : applied.stages[i]) {
      const bool alone = stages[i].servers || everything;
      const Row key{result.domain, name_of(result.state),
                    alone ? result.problem : text::without_name(result.problem, result.host), alone ? result.host : ""};
      const auto [found, fresh] = alike.emplace(key, rows.size());
      if (fresh) rows.push_back({key, {}});
      rows[found->second].second.push_back(result.host);
    }
    report::Table table({"HOSTS", "COUNT", "DOMAIN", "RESULT"});
    std::string reasons;
    for (const auto& [row, hosts] : rows) {
      table.add({xcat::fold(hosts), std::to_string(hosts.size()), row[0], row[1]});
      if (!row[2].empty()) reasons += xcat::fold(hosts) + ": " + row[2] + "\n";
    }
    text += stages[i].title + "\n" + table.text() + reasons + "\n";
  }
  return text + summary(applied);
}

nlohmann::ordered_json json_of(const std::vector<Stage>& stages, const Applied& applied) {
  json list = json::array();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    json hosts = json::array();
    for (std::size_t h = 0; h < applied.stages[i].size(); ++h) {
      const HostResult& result = applied.stages[i][h];
      hosts.push_back({{"host", result.host},
                       {"domain", result.domain},
                       {"argv", stages[i].commands[h].argv},
                       {"result", name_of(result.state)},
                       {"problem", result.problem},
                       {"verdict", result.verdict}});
    }
    list.push_back({{"round", stages[i].title}, {"hosts", hosts}});
  }
  json counts = json::object();
  for (const State state : states) counts[name_of(state)] = applied.count(state);
  return {{"summary", counts}, {"rounds", list}};
}

}  // namespace hanfs::cluster
