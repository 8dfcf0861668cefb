// SPDX-License-Identifier: Apache-2.0
// What has to hold before nodes are shut down or a server is changed.
#include <algorithm>
#include <iterator>

#include "makehanfs/apply/dispatcher.hpp"
#include "run/command.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {

// Before the nodes of a domain are shut down. A node that the remote shell cannot connect to may be up all the same.
void Dispatcher::guard_power(const Action& action) {
  if (!domains_[action.domain].needed || !objection_to(action).empty()) return;
  const run::Outcome outcome = run_here(action);
  std::vector<std::string> to_boot;  // those that are down already are neither shut down nor booted
  std::copy_if(action.hosts.begin(), action.hosts.end(), std::back_inserter(to_boot),
               [&](const std::string& node) { return domains_[action.domain].were_up.count(node) != 0; });
  if (const std::vector<std::string> unknown = without_power_state(outcome.out, to_boot); !unknown.empty()) {
    const std::string why = run::failure(outcome);
    if (std::all_of(unknown.begin(), unknown.end(), [&](const auto& node) { return is_left_out(engine_, node); }))
      return refuse(action, xcat::fold(unknown) + ": " + why_xcat_leaves_out,
                    std::string(remedy_of_left_out) + "; or shut them down and boot them by hand");
    return refuse(
        action,
        run::command_text(action.argv) + (why.empty() ? " tells no state of " + xcat::fold(unknown) +
                                                            ", so nobody knows whether they could be booted again"
                                                      : " fails, so its nodes could not be booted again: " + why),
        "what it says" + std::string(why.empty() ? " of them" : "") + "; or shut them down and boot them by hand");
  }
  std::vector<std::string> hidden;
  for (const std::string& node : powered_on(outcome.out))
    if (domains_[action.domain].were_up.count(node) == 0) hidden.push_back(node);
  if (!hidden.empty())
    refuse(action, xcat::fold(hidden) + " cannot be connected to, but " + run::command_text(action.argv) + " says on",
           "look at the console (rcons); " + run::command_text({"rpower", xcat::fold(hidden), "off"}) +
               " where it hangs, then the same again");
}

// Whether anything would be done behind this guard.
bool Dispatcher::guards_something(const Action& action) {
  const DomainProgress& domain = domains_[action.domain];
  if (stage_->kind == Stage::Kind::stop) return domain.needed && objection_to(action).empty();
  const bool of_servers = std::any_of(works_.begin(), works_.end(), [&](const auto& one) {
    return one.second.action != nullptr && one.second.result->domain == action.domain;
  });
  return of_servers && (!domain.looked || domain.needed) && objection_to(action).empty();
}

void Dispatcher::guard(const std::vector<Action>& turn) {
  std::vector<Question> questions;
  for (const Action& action : turn) {
    if (!guards_something(action)) continue;
    if (action.judge == Action::Judge::silence) {
      guard_silence(action);
    } else {
      questions.push_back({&action, action.hosts});
    }
  }
  ask(questions);
  for (const Question& question : questions) {
    if (question.action->judge == Action::Judge::guests) {
      Guests guests = guests_of(*question.action, question.replies, question.failure);
      if (guests.nobody_spoke && stopped().empty()) {
        std::vector<Question> again{{question.action, question.hosts}};
        ask(again);
        guests = guests_of(*question.action, again.front().replies, again.front().failure, true);
      }
      take_guests(*question.action, guests);
      continue;
    }
    const bool of_nodes = question.action->judge == Action::Judge::known;
    Objection objection = objection_with_problems(question);
    // While nodes are down for it, one lost answer is no reason to do all that for nothing.
    if (!of_nodes && !objection.hosts.empty() && domains_[question.action->domain].stopped)
      objection = ask_until_well(*question.action, time_to_answer);
    if (!stopped().empty()) return;  // who was not asked says nothing about himself
    if (of_nodes) {
      for (const HostReply& reply : question.replies)
        if (reply.answer.had_stdout) domains_[question.action->domain].were_up.insert(reply.answer.host);
      objection.why = "whether " + xcat::fold(objection.hosts) + " is up is not known (" + objection.why + ")";
    }
    if (of_nodes && any_is_booting(*question.action)) continue;
    if (objection.hosts.empty() || !domains_[question.action->domain].broken.empty()) continue;
    refuse(*question.action, objection.why, remedy_of(*question.action, objection));
  }
}

void Dispatcher::take_guests(const Action& action, const Guests& guests) {
  if (!stopped().empty() || !domains_[action.domain].broken.empty()) return;
  if (!guests.warning.empty()) keep({"domain " + action.domain + ": " + guests.warning}, applied_.warnings);
  if (!guests.objection.empty()) refuse(action, guests.objection, guests.remedy + "; then the same again");
}

// What is wrong with the engine may be why nothing was heard of a host.
Objection Dispatcher::objection_with_problems(const Question& question) {
  Objection objection = objection_of(*question.action, question.replies, question.failure);
  if (!objection.why.empty())
    for (const std::string& problem : question.problems) objection.why += "; " + problem;
  return objection;
}

std::string Dispatcher::remedy_of(const Action& action, const Objection& objection) const {
  const std::string range = xcat::fold(objection.hosts);
  if (leaves_out_all(engine_, objection.hosts)) return std::string(remedy_of_left_out) + "; then the same again";
  if (action.judge == Action::Judge::known)
    return "look at the console (rcons); " + run::command_text({"rpower", range, "off"}) +
           " ends those that hang; then the same again";
  return "bring " + range + " up" +
         (stage_->kind == Stage::Kind::stop ? "; its nodes boot from there, so until then they are left running; "
                                              "makehanfs runbook moves those of one that is gone for good"
          : any_is_home(objection.hosts)    ? "; makehanfs runbook moves the nodes of one that is gone for good"
                                            : ", or --without SERVER for one that is down for good") +
         (action.judge == Action::Judge::exports
              ? "; where nothing is exported yet, apply without --disruptive comes first"
              : "");
}

// Nodes boot from one of these servers, so that nothing is done without it.
bool Dispatcher::any_is_home(const std::vector<std::string>& servers) const {
  for (const Stage& stage : stages_)
    for (const Action& action : stage.actions)
      for (const std::string& home : action.homes)
        if (std::find(servers.begin(), servers.end(), home) != servers.end()) return true;
  return false;
}

// The servers that these nodes boot from, by the tables: " (asn01, asn02)"; empty: they are not known.
std::string Dispatcher::homes_of(const std::vector<std::string>& nodes) const {
  std::set<std::string> homes;
  for (const Stage& stage : stages_)
    for (const Action& action : stage.actions)
      for (std::size_t i = 0; i < action.homes.size(); ++i)
        if (std::find(nodes.begin(), nodes.end(), action.hosts[i]) != nodes.end()) homes.insert(action.homes[i]);
  homes.erase("");
  return homes.empty() ? "" : " (" + text::joined(std::vector<std::string>(homes.begin(), homes.end()), ", ") + ")";
}

// Nodes hold state on their servers unless they are known to be down.
void Dispatcher::guard_silence(const Action& action) {
  const bool shut_down = domains_[action.domain].stopped;
  const Objection objection = ask_until_well(action, shut_down ? time_to_stop : std::chrono::milliseconds(0));
  if (!stopped().empty() || any_is_booting(action) || objection.hosts.empty()) return;
  const std::string range = xcat::fold(objection.hosts);
  const bool one = objection.hosts.size() == 1, outside = stage_->kind == Stage::Kind::stop;
  const std::string who = text::counted(objection.hosts.size(), "node") + (outside ? " outside of the noderange" : "");
  if (leaves_out_all(engine_, objection.hosts))
    return refuse(action, range + ": " + why_xcat_leaves_out,
                  std::string(remedy_of_left_out) + "; then the same again");
  if (!objection.why.empty())
    return refuse(action, who + (one ? " is" : " are") + " not known to be down: " + range + " (" + objection.why + ")",
                  "what is said of them; " + run::command_text({"rpower", range, "stat"}) + " tells, and " +
                      run::command_text({"rpower", range, "off"}) + " ends those that hang; then the same again");
  refuse(
      action,
      who + (one ? " is" : " are") + " up, with NFSv4 state on its servers: " + range +
          what_shutdown_said(objection.hosts),
      outside     ? "a noderange that has all nodes of the domain, or none"
      : shut_down ? "see why they do not shut down, then the same again"
      : shuts_down(action.domain)
          ? "the same again, they came up meanwhile"
          : "the same with --boot-nodes, which sees first whether they can be booted again, shuts them down and boots "
            "them; or by hand, but only while what they boot from serves" +
                homes_of(objection.hosts) + ": " + run::command_text(command_line(engine_, range, shutdown_command())) +
                ", then the same again, then " + run::command_text({"rnetboot", range}));
}

// Those that an earlier run has begun to boot are silent, and would lose the server that they boot from.
bool Dispatcher::any_is_booting(const Action& action) {
  std::vector<std::string> nodes;
  std::copy_if(action.hosts.begin(), action.hosts.end(), std::back_inserter(nodes),
               [&](const std::string& node) { return shut_down_nodes_.time_to_come_up(node).count() != 0; });
  if (!nodes.empty() && domains_[action.domain].broken.empty())
    refuse(action, xcat::fold(nodes) + " may be coming up, as an earlier apply has booted them",
           "makehanfs status; the same again when they are up, or half an hour after their boot");
  return !nodes.empty();
}

bool Dispatcher::shuts_down(const std::string& domain) const {
  return std::any_of(stages_.begin(), stages_.end(), [&](const Stage& stage) {
    return stage.kind == Stage::Kind::stop &&
           std::any_of(stage.actions.begin(), stage.actions.end(),
                       [&](const Action& action) { return action.domain == domain; });
  });
}

}  // namespace hanfs::cluster
