// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/stages.hpp"

#include <algorithm>

namespace hanfs::cluster {

std::vector<Stage> stages_of(const ClusterPlan& plan, bool check_only) {
  std::vector<Stage> stages;
  for (const Stage& stage : plan.stages) {
    Stage ours{stage.kind, stage.title, {}};
    for (const Action& action : stage.actions) {
      if (action.by != Action::By::apply) continue;
      ours.actions.push_back(check_only ? check_of(action) : action);
      ours.actions.back().is_check = false;  // of check_of(): no command of this run comes before it
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
      std::string wrong;
      if (action.argv.empty() || action.argv.front().empty() || action.argv.front().front() != '/')
        wrong = "the command of " + action.id + " begins with no absolute path";
      for (const std::string& word : action.argv)
        if (wrong.empty()) wrong = check_word(word);
      for (const std::string& host : action.hosts) {
        if (wrong.empty()) wrong = check_host(host);
        if (wrong.empty() && !hosts.insert(host).second) wrong = host + " has two commands in one round";
        if (wrong.empty() && stage.kind == Stage::Kind::servers && !domains.insert(action.domain).second)
          wrong = host + " is the second server of domain " + action.domain + " in one round";
      }
      if (!wrong.empty()) return Error{stage.title + ": " + wrong + "; nothing was handed out"};
    }
  }
  return Done{};
}

Stage left_of(const Stage& stage, const DoneWork& done) {
  Stage left{stage.kind, stage.title, {}};
  for (const Action& action : stage.actions) {
    Action rest = action;
    rest.hosts.erase(std::remove_if(rest.hosts.begin(), rest.hosts.end(),
                                    [&](const std::string& host) { return done.count({host, action.argv}) != 0; }),
                     rest.hosts.end());
    if (!rest.hosts.empty()) left.actions.push_back(std::move(rest));
  }
  return left;
}

std::size_t count_hosts(const Stage& stage) {
  std::size_t count = 0;
  for (const Action& action : stage.actions) count += action.hosts.size();
  return count;
}

}  // namespace hanfs::cluster
