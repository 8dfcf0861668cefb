// SPDX-License-Identifier: Apache-2.0
#include <map>
#include <nlohmann/json.hpp>
#include <set>

#include "makehanfs/apply/apply.hpp"
#include "makehanfs/model/postscripts.hpp"
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

// "58 hosts: 3 changed, 55 ok"
std::string summary(const Applied& applied) {
  std::size_t all = 0;
  std::string text;
  for (const State state : states) {
    const std::size_t count = applied.count(state);
    all += count;
    if (count != 0) text += (text.empty() ? "" : ", ") + std::to_string(count) + " " + name_of(state);
  }
  return text::counted(all, "host") + ": " + text + "\n";
}

// To be copied: with the whole path of the program.
std::string words_text(const std::vector<std::string>& argv) {
  std::string line;
  for (const std::string& word : argv) line += (line.empty() ? "" : " ") + run::shell_word(word);
  return line;
}

bool is_servers(const Stage& stage) { return stage.kind == Stage::Kind::servers; }

// "asn[01-04]" of the hosts of servers' or of nodes' stages that `wanted` takes; empty: none.
template <typename Wanted>
std::string hosts_with(const std::vector<Stage>& stages, const Applied& applied, bool servers, const Wanted& wanted) {
  std::vector<std::string> hosts;
  for (std::size_t i = 0; i < stages.size(); ++i)
    for (const HostResult& result : applied.stages[i])
      if (is_servers(stages[i]) == servers && wanted(result)) hosts.push_back(result.host);
  return hosts.empty() ? "" : xcat::fold(hosts);
}

// What servers warn of, each once for all servers that say the same.
std::map<std::string, std::vector<std::string>> warnings_of(const std::vector<Stage>& stages, const Applied& applied) {
  std::map<std::string, std::vector<std::string>> alike;
  for (std::size_t i = 0; i < stages.size(); ++i)
    for (const HostResult& result : applied.stages[i])
      for (const std::string& warning : result.warnings)
        if (is_servers(stages[i])) alike[text::without_name(warning, result.host)].push_back(result.host);
  return alike;
}

// Servers that failed or gave no answer: those together of which the same is said, but for their names.
using AlikeServers = std::map<std::pair<State, std::string>, std::vector<const HostResult*>>;
AlikeServers failed_servers(const std::vector<Stage>& stages, const Applied& applied) {
  AlikeServers alike;
  for (std::size_t i = 0; i < stages.size(); ++i)
    for (const HostResult& result : applied.stages[i])
      if (is_servers(stages[i]) && !result.no_tool &&
          (result.state == State::fail || result.state == State::refused || result.state == State::no_answer))
        alike[{result.state, text::without_name(result.problem, result.host)}].push_back(&result);
  return alike;
}

// What gives nodes their replicas that were tuned and have none (`never`), with those nodes. Nodes learn of replicas
// when they boot, but only of those that their servers have by then.
std::map<std::string, std::vector<std::string>> cures_of_never(const std::vector<Stage>& stages, const Applied& applied,
                                                               const Cluster& cluster) {
  std::set<std::string> good;  // servers
  std::set<std::string> open;  // domains with a server that is not
  for (std::size_t i = 0; i < stages.size(); ++i)
    for (const HostResult& result : applied.stages[i]) {
      if (!is_servers(stages[i])) continue;
      if (result.good())
        good.insert(result.host);
      else
        open.insert(result.domain);
    }
  const std::set<std::string> booted(applied.booted.begin(), applied.booted.end());
  std::map<std::string, std::vector<std::string>> cures;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    auto result = applied.stages[i].begin();
    for (const Action& action : stages[i].actions)
      for (std::size_t h = 0; has_results(action) && h < action.hosts.size(); ++h, ++result) {
        if (is_servers(stages[i]) || !result->good() || !result->never) continue;
        const bool home_is_good = h >= action.homes.size() || good.count(action.homes[h]) != 0;
        cures[!home_is_good || open.count(result->domain) != 0
                  ? "their servers are not all set up, and until then no boot helps; cure: " +
                        command_for(cluster, cluster.range, "apply", {"--disruptive", "--boot-nodes"}) +
                        ", which boots them too"
              : booted.count(result->host) != 0
                  ? "they have just booted; cure: " + command_for(cluster, cluster.range, "status") + " says which"
                  : ""]
            .push_back(result->host);
      }
  }
  return cures;
}

const std::string& tool_of(const std::vector<Stage>& stages, bool servers) {
  static const std::string none;
  for (const Stage& stage : stages)
    for (const Action& action : stage.actions)
      if (is_servers(stage) == servers && has_results(action)) return action.argv.front();
  return none;
}

}  // namespace

// Where xCAT's own ways bring it: lib/xcat/README.md "Postscripts: how files reach a node".
std::string bring(const std::string& tool, const std::string& hosts, const std::string& servers) {
  const std::string prescripts = "/install/prescripts";
  if (text::starts_with(tool, prescripts + "/"))
    return "with " + tool + " on this machine, " + run::command_text(copy_command(prescripts, hosts));
  if (const std::string postscript = below_postscripts(tool); !postscript.empty())
    return (servers.empty() ? "" : run::command_text(copy_command(postscripts_folder, servers)) + ", then ") +
           run::command_text({"updatenode", hosts, "-P", postscript});
  return "put it there";
}

std::string dry_text(const Engine& engine, const std::vector<Stage>& stages, const DoneWork& done) {
  std::string text;
  for (const Stage& stage : stages) {
    const Stage left = left_of(stage, done);
    text += stage.title;
    if (count_hosts(stage) != 0) text += ": " + text::counted(count_hosts(left), "host");
    if (count_hosts(left) < count_hosts(stage))
      text += ", " + std::to_string(count_hosts(stage) - count_hosts(left)) + " done before";
    text += "\n";
    const auto turns = turns_of(left, engine.fanout);
    for (std::size_t i = 0; i < turns.size(); ++i) {
      if (i != 0) text += "  then\n";
      for (const Action& action : turns[i])
        if (action.where == Action::Where::here) {
          text += "  here: " + words_text(action.argv) + "\n";
        } else {
          text += "  on " + xcat::fold(action.hosts) + ": " + words_text(action.argv) + "\n      by " +
                  words_text(command_line(engine, action)) + "\n";
        }
    }
  }
  return text;
}

ToDo to_do(const std::vector<Stage>& stages, const Applied& applied, bool check_only, const Cluster& cluster) {
  ToDo all;
  const auto lacks = [](const HostResult& result) { return result.no_tool; };
  const std::string all_servers = cluster.shared_install == SharedInstall::all
                                      ? ""
                                      : hosts_with(stages, applied, true, [](const HostResult&) { return true; });
  for (const bool servers : {true, false}) {
    const std::string hosts = hosts_with(stages, applied, servers, lacks);
    if (hosts.empty()) continue;
    const std::string& tool = tool_of(stages, servers);
    // The servers of later rounds were not asked, and will lack it as well: one command for all of them.
    const std::string needy = hosts_with(stages, applied, servers, [&](const HostResult& result) {
      return result.no_tool || (servers && result.state == State::skipped);
    });
    all.errors.push_back(tool + " is not on " + hosts + "; cure: " + bring(tool, needy, all_servers) + ", then again");
  }
  const auto is_foreign = [](const HostResult& result) { return result.foreign; };
  if (const std::string hosts = hosts_with(stages, applied, false, is_foreign); !hosts.empty()) {
    const std::string& tool = tool_of(stages, false);
    all.errors.push_back(hosts + ": " + tool + " ended well without a verdict, " + like_stock +
                         "; cure: /opt/hanfs/libexec/xcat-files install, which puts ours into /install, then " +
                         bring(tool, hosts, all_servers) + ", then again");
  }
  const auto held_back = [](const HostResult& result) { return result.state == State::drift; };
  if (const std::string hosts = hosts_with(stages, applied, true, held_back); !check_only && !hosts.empty())
    all.errors.push_back(hosts + ": held back, nothing was changed there, because clients would feel it; cure: " +
                         command_for(cluster, cluster.range, "apply", {"--disruptive", "--boot-nodes"}) +
                         ", when they can bear it: their nodes are shut down and boot");
  for (const auto& [why, failed] : failed_servers(stages, applied)) {
    const bool one = failed.size() == 1;
    const std::string& problem = one ? failed.front()->problem : why.second;
    std::vector<std::string> hosts;
    for (const HostResult* server : failed) hosts.push_back(server->host);
    all.errors.push_back(xcat::fold(hosts) + ": " + (problem.empty() ? name_of(why.first) : problem) + "; cure: " +
                         (failed.front()->spoke || why.first != State::no_answer
                              ? "what is said there, with more of setuphanfs --status on it, then the same again"
                              : "bring " + std::string(one ? "it" : "them") +
                                    " up, or where it is up setuphanfs --status on it, as it may still be at work "
                                    "(--host-deadline); then the same again; or --without SERVER for one that is down "
                                    "for good"));
  }
  for (const auto& [text, hosts] : warnings_of(stages, applied))
    all.warnings.push_back(xcat::fold(hosts) + ": " + text);
  for (const auto& [cure, hosts] : cures_of_never(stages, applied, cluster))
    all.warnings.push_back(
        xcat::fold(hosts) +
        ": tuned, but with a file system that has no replica, so they hang when its server dies "
        "(failover=never); " +
        (!cure.empty()
             ? cure
             : "nodes learn of replicas when they boot; cure: " + run::command_text({"rnetboot", xcat::fold(hosts)}) +
                   ", a few at a time, then " + command_for(cluster, cluster.range, "status")));
  return all;
}

json dry_json(const Engine& engine, const std::vector<Stage>& stages, const DoneWork& done) {
  json all = json::array();
  for (const Stage& stage : stages)
    for (const std::vector<Action>& turn : turns_of(left_of(stage, done), engine.fanout))
      for (const Action& action : turn)
        all.push_back({{"id", action.id},
                       {"why", action.why},
                       {"argv", command_line(engine, action)},
                       {"round", stage.title},
                       {"hosts", action.hosts},
                       {"host_argv", action.argv}});
  return all;
}

std::string text_of(const std::vector<Stage>& stages, const Applied& applied, bool everything) {
  std::string text;
  for (const bool servers : {true, false}) {
    // Nodes that have the same to tell are one row; servers are few.
    using Row = std::vector<std::string>;
    std::vector<std::pair<Row, std::vector<std::string>>> rows;
    std::map<Row, std::size_t> alike;
    for (std::size_t i = 0; i < stages.size(); ++i)
      for (const HostResult& result : applied.stages[i]) {
        if (is_servers(stages[i]) != servers) continue;
        const bool alone = servers || everything;
        const Row key{result.domain, name_of(result.state),
                      // Why a host was left out is said of its domain, and may name it among others.
                      alone || result.state == HostResult::State::skipped
                          ? result.problem
                          : text::without_name(result.problem, result.host),
                      alone ? result.host : ""};
        const auto [found, fresh] = alike.emplace(key, rows.size());
        if (fresh) rows.push_back({key, {}});
        rows[found->second].second.push_back(result.host);
      }
    if (rows.empty()) continue;
    report::Table table({"HOSTS", "COUNT", "DOMAIN", "RESULT"});
    std::string reasons;
    for (const auto& [row, hosts] : rows) {
      table.add({xcat::fold(hosts), std::to_string(hosts.size()), row[0], row[1]});
      if (!row[2].empty()) reasons += xcat::fold(hosts) + ": " + row[2] + "\n";
    }
    text += std::string(servers ? "servers" : "nodes") + "\n" + table.text() + reasons + "\n";
  }
  for (const auto& [what, nodes] : {std::pair("shut down", &applied.shut_down), std::pair("booted", &applied.booted),
                                    std::pair("not seen up again", &applied.not_up),
                                    std::pair("down before, and not booted", &applied.down_before)})
    if (!nodes->empty()) text += std::string(what) + ": " + xcat::fold(*nodes) + "\n";
  return text + summary(applied);
}

nlohmann::ordered_json json_of(const std::vector<Stage>& stages, const Applied& applied) {
  json list = json::array();
  for (std::size_t i = 0; i < stages.size(); ++i) {
    json hosts = json::array();
    auto result = applied.stages[i].begin();
    for (const Action& action : stages[i].actions)
      for (std::size_t h = 0; has_results(action) && h < action.hosts.size(); ++h, ++result)
        hosts.push_back({{"host", result->host},
                         {"domain", result->domain},
                         {"argv", action.argv},
                         {"result", name_of(result->state)},
                         {"problem", result->problem},
                         {"warnings", result->warnings},
                         {"verdict", result->verdict}});
    if (!hosts.empty()) list.push_back({{"round", stages[i].title}, {"hosts", hosts}});
  }
  json counts = json::object();
  for (const State state : states) counts[name_of(state)] = applied.count(state);
  return {{"summary", counts},
          {"rounds", list},
          {"nodes",
           {{"shut_down", applied.shut_down},
            {"booted", applied.booted},
            {"not_up", applied.not_up},
            {"down_before", applied.down_before}}}};
}

}  // namespace hanfs::cluster
