// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/stages.hpp"

#include <algorithm>

namespace hanfs::cluster {

std::vector<Stage> stages_of(const ClusterPlan& plan, bool check_only) {
  std::vector<Stage> stages;
  for (const Stage& stage : plan.stages) {
    Stage ours{stage.kind, stage.title, {}};
    for (const Action& action : stage.actions) {
      if (action.by != Action::By::apply || (check_only && !has_results(action))) continue;
      ours.actions.push_back(check_only ? check_of(action) : action);
      if (check_only) ours.actions.back().role = Action::Role::work;  // no command of this run comes before it
    }
    if (!ours.actions.empty()) stages.push_back(std::move(ours));
  }
  return stages;
}

Status check_stages(const std::vector<Stage>& stages) {
  for (const Stage& stage : stages) {
    std::set<std::string> hosts;
    std::set<std::string> domains;
    for (const Action& action : stage.actions) {
      if (action.where == Action::Where::here) continue;  // no word of it is read by a remote shell
      std::string wrong;
      if (action.argv.empty() || action.argv.front().empty() || action.argv.front().front() != '/')
        wrong = "the command of " + action.id + " begins with no absolute path";
      for (const std::string& word : action.argv)
        if (wrong.empty()) wrong = check_word(word);
      for (const std::string& host : action.hosts) {
        if (wrong.empty()) wrong = check_host(host);
        if (!has_results(action)) continue;
        if (wrong.empty() && !hosts.insert(host).second) wrong = host + " has two commands in one round";
        if (wrong.empty() && stage.kind == Stage::Kind::servers && !domains.insert(action.domain).second)
          wrong = host + " is the second server of domain " + action.domain + " in one round";
      }
      if (!wrong.empty()) return Error{stage.title + ": " + wrong + "; nothing was handed out"};
    }
  }
  return Done{};
}

Stage part_of(const Stage& stage, const std::function<bool(const Action& action, const std::string& host)>& takes) {
  Stage part{stage.kind, stage.title, {}};
  for (const Action& action : stage.actions) {
    Action rest = action;
    rest.hosts.clear();
    rest.homes.clear();
    for (std::size_t i = 0; i < action.hosts.size(); ++i) {
      if (!takes(action, action.hosts[i])) continue;
      rest.hosts.push_back(action.hosts[i]);
      if (i < action.homes.size()) rest.homes.push_back(action.homes[i]);
    }
    if (!rest.hosts.empty() || action.hosts.empty()) part.actions.push_back(std::move(rest));
  }
  return part;
}

Stage left_of(const Stage& stage, const DoneWork& done) {
  return part_of(stage, [&](const Action& action, const std::string& host) {
    std::vector<std::string> argv = action.argv;
    if (action.role == Action::Role::look) argv.pop_back();  // --check of the work
    return !(has_results(action) || action.role == Action::Role::look) || done.count({host, argv}) == 0;
  });
}

std::size_t count_hosts(const Stage& stage) {
  std::size_t count = 0;
  for (const Action& action : stage.actions) count += has_results(action) ? action.hosts.size() : 0;
  return count;
}

}  // namespace hanfs::cluster
