// SPDX-License-Identifier: Apache-2.0
// Nodes are shut down for a server's sake, and booted: the healthy first.
#include <algorithm>
#include <iterator>

#include "makehanfs/apply/dispatcher.hpp"
#include "makehanfs/engine/rnetboot.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

constexpr std::chrono::minutes time_to_follow{5};  // nodes that are booted together come up one soon after the other
constexpr int boot_tries = 3;
constexpr std::chrono::minutes time_between_boots{10};
constexpr std::chrono::minutes time_to_serve{10};   // setuphanfs may still be at work where the engine gave it up
constexpr std::chrono::seconds late_poll_delay{5};  // after a signal or the deadline, when time is short
const char* const xcat_folder = "/opt/xcat/bin/";   // lib/xcat/README.md "updatenode, xdsh, prsync"

}  // namespace

// Runs a command on this machine. Nodes that are down are booted in overtime, which is the time of one host for all
// of them: a boot that takes longer goes on alone.
run::Outcome Dispatcher::run_here(const Action& action) {
  constexpr std::chrono::milliseconds to_start{1000};
  const std::chrono::milliseconds in_time = !stopped_.empty()    ? std::chrono::milliseconds(0)
                                            : options_.time_left ? options_.time_left()
                                                                 : std::chrono::milliseconds(time_to_boot);
  run::Command command;
  command.argv = action.argv;
  command.argv.front() = xcat_folder + command.argv.front();
  command.deadline = action.boots ? std::max({in_time, overtime_, to_start}) : in_time;
  command.never_kill = true;
  run::Runner& runner = action.boots && options_.calm_runner != nullptr ? *options_.calm_runner : runner_;
  const run::Outcome outcome = run::run_all(runner, {command}).front();
  const auto elapsed = std::chrono::duration_cast<std::chrono::milliseconds>(outcome.elapsed);
  if (action.boots) overtime_ -= std::max(elapsed - in_time, std::chrono::milliseconds(0));
  return outcome;
}

// The healthy come first: a node waits neither for another one's server nor for a node that does not come up.
void Dispatcher::boot_nodes(const Stage& stage) {
  look_for_servers(stage);
  boot_parts(stage);
  boot_those_that_wait(stage);
  wait_for_stragglers([&](const Booting& part) { return keeps_others(part); });
}

// Which of the servers that nodes boot from serve. Of a look that a signal cuts short nothing is believed.
void Dispatcher::look_for_servers(const Stage& stage) {
  Stage guards{stage.kind, stage.title, {}};
  for (const Action& action : stage.actions)
    if (action.role == Action::Role::guard && (domains_[action.domain].stopped || any_left_down(action.domain)))
      guards.actions.push_back(action);
  std::map<std::string, std::map<std::string, std::string>> unserved;  // by domain
  std::map<std::string, std::set<std::string>> seen_idle;
  for (const std::vector<Action>& turn : turns_of(guards, engine_.fanout)) {
    std::vector<Question> questions;
    for (const Action& action : turn) questions.push_back({&action, action.hosts});
    ask(questions);
    if (!stopped().empty()) return;
    for (const Question& question : questions) {
      std::set<std::string>& gone = domains_[question.action->domain].gone;
      for (const HostReply& reply : question.replies) {
        if (is_down(reply.answer))
          gone.insert(reply.answer.host);
        else
          gone.erase(reply.answer.host);
      }
      const Objection objection = objection_with_problems(question);
      std::map<std::string, std::string>& servers = unserved[question.action->domain];
      const std::vector<std::string>& not_known = objection.not_known;
      for (const std::string& server : objection.hosts) {
        servers.emplace(server, objection.why);
        if (std::find(not_known.begin(), not_known.end(), server) == not_known.end())
          seen_idle[question.action->domain].insert(server);
      }
    }
  }
  for (auto& [domain, servers] : unserved) {
    domains_[domain].unserved = std::move(servers);
    domains_[domain].seen_idle = std::move(seen_idle[domain]);
  }
}

// As far as was seen. After a signal or the deadline nobody looks again, so that a server of which nothing is known is
// taken for one that serves; but the work on it has to have gone well.
bool Dispatcher::is_served(const DomainProgress& domain, const std::string& server) {
  if (stopped().empty()) return domain.unserved.count(server) == 0;
  return domain.seen_idle.count(server) == 0 && failed_servers_.count(server) == 0;
}

// Part by part, in the order of the plan. One part waits for the one before it.
void Dispatcher::boot_parts(const Stage& stage) {
  const std::vector<std::vector<Action>> turns = turns_of(stage, engine_.fanout);
  for (auto turn = turns.begin(); turn != turns.end(); ++turn) {
    const Action::Role role = turn->front().role;
    const bool more_follow =
        std::any_of(turn + 1, turns.end(), [](const std::vector<Action>& later) { return later.front().boots; });
    for (const Action& action : *turn) {
      if (role == Action::Role::look) look_who_is_up(action);
      if (role == Action::Role::work) boot(action);
      if (role == Action::Role::wait) wait_for_nodes(action, more_follow);
    }
  }
}

// Only a server on which this run has worked may still be at work; and for nodes that this run has shut down, a
// question to one that may be up can have been lost. The others stay as they are however long anybody waits.
bool Dispatcher::any_waits_for_more(const DomainProgress& domain) const {
  return std::any_of(domain.waiting.begin(), domain.waiting.end(), [&](const auto& waiting) {
    const auto& [node, server] = waiting;
    return worked_on_.count(server) != 0 || (domain.left_down.count(node) == 0 && domain.gone.count(server) == 0);
  });
}

// Nodes whose server did not serve when the others were booted: it gets its time, and those that are without a server
// then are named.
void Dispatcher::boot_those_that_wait(const Stage& stage) {
  const auto waits = [&](const auto& domain) { return any_waits_for_more(domain.second); };
  const sys::Deadline patience(clock_, time_to_serve);
  for (bool last = false; !last && stopped().empty() && std::any_of(domains_.begin(), domains_.end(), waits);) {
    clock_.sleep(poll_delay);
    last = patience.passed();
    look_after_stragglers([&](const Booting& part) { return !is_of_earlier_runs(part); });
    look_for_servers(stage);
    boot_parts(part_that_is_served(stage));
  }
  if (!stopped().empty()) boot_parts(part_that_is_served(stage));
  for (auto& [name, domain] : domains_) {
    std::map<std::string, std::vector<std::string>> by_server;
    for (const auto& [node, server] : std::exchange(domain.waiting, {})) by_server[server].push_back(node);
    for (const auto& [server, nodes] : by_server) report_unserved(name, server, nodes);
  }
}

// The work of a stage on those nodes that have waited until now, and whose server serves.
Stage Dispatcher::part_that_is_served(const Stage& stage) {
  return part_of(stage, [&](const Action& action, const std::string& host) {
    const DomainProgress& domain = domains_[action.domain];
    const auto found = domain.waiting.find(host);
    return action.role != Action::Role::guard && found != domain.waiting.end() && is_served(domain, found->second);
  });
}

bool Dispatcher::any_left_down(const std::string& domain) const {
  for (const Action& action : stage_->actions)
    if (action.domain == domain && action.boots)
      for (const std::string& host : action.hosts)
        if (shut_down_nodes_.is_left_down(host)) return true;
  return false;
}

bool Dispatcher::would_shut_down(const Stage& stage) {
  return std::any_of(stage.actions.begin(), stage.actions.end(), [&](const Action& action) {
    return action.judge == Action::Judge::nothing && domains_[action.domain].needed && objection_to(action).empty() &&
           !std::all_of(action.hosts.begin(), action.hosts.end(),
                        [&](const std::string& node) { return shut_down_nodes_.is_down(node); });
  });
}

// Nobody is shut down before one node has come up, where this run boots nodes that an earlier one has left down: what
// boots them may not work, and each run would leave one more domain down. Where none comes up, or rnetboot fails twice,
// their domain has failed.
void Dispatcher::wait_for_first_boot(const Stage& stage) {
  if (!would_shut_down(stage)) return;
  const auto is_in_doubt = [&](const Booting& part) {
    return !longest_boot_ && is_of_earlier_runs(part) && !domains_.at(part.command.domain).failed;
  };
  const auto may_come_up = [&](const Booting& part) {
    return is_in_doubt(part) && (part.tries < 2 || part.not_begun.size() < part.question.hosts.size());
  };
  while (stopped().empty() && look_after_stragglers(may_come_up)) clock_.sleep(poll_delay);
  std::set<std::string> domains;
  for (const Booting& part : stragglers_) {
    if (!is_in_doubt(part)) continue;
    domains.insert(part.command.domain);
    applied_.problems.push_back(
        "domain " + part.command.domain + ": none of " + xcat::fold(part.question.hosts) +
        ", which an earlier apply has left down, is up again" +
        (part.failure.empty() ? "" : " (" + part.failure + ")") +
        "; nodes of another domain that were shut down could stay down like them, so " +
        (stopped_.empty() ? "this domain counts as failed" : "no more were shut down") +
        "; cure: " + (part.failure.empty() ? "their consoles (rcons)" : "what it says, or their consoles (rcons)") +
        "; when one of them is up, the same again");
  }
  if (!stopped_.empty()) return;
  for (const std::string& domain : domains) note_failure(domain);
}

void Dispatcher::stop_nodes(const std::vector<Action>& turn) {
  std::vector<Question> questions;
  for (const Action& action : turn) {
    DomainProgress& domain = domains_[action.domain];
    if (!domain.needed || !objection_to(action).empty()) continue;
    std::vector<std::string> up;
    for (const std::string& host : action.hosts) {
      if (domain.were_up.count(host) != 0)
        up.push_back(host);
      else if (!shut_down_nodes_.is_down(host))
        applied_.down_before.push_back(host);
    }
    if (up.empty() || !are_in_journal(action, up)) continue;
    domain.begun = domain.stopped = true;
    applied_.shut_down.insert(applied_.shut_down.end(), up.begin(), up.end());
    questions.push_back({&action, std::move(up)});
  }
  ask(questions);
  for (const Question& question : questions)
    for (const HostReply& reply : question.replies) {
      const int status = reply.answer.status.value_or(0);
      shutdown_said_[reply.answer.host] = !reply.answer.last_stderr.empty() ? reply.answer.last_stderr
                                          : status != 0                     ? "exit status " + std::to_string(status)
                                                                            : "";
    }
}

// Of nodes that are up all the same: " (shutdown says on cn[001-002]: sudo: a password is required)"; empty: nothing.
std::string Dispatcher::what_shutdown_said(const std::vector<std::string>& nodes) const {
  std::map<std::string, std::vector<std::string>> alike;
  for (const std::string& node : nodes)
    if (const auto said = shutdown_said_.find(node); said != shutdown_said_.end() && !said->second.empty())
      alike[text::without_name(text::escape_control(said->second), node)].push_back(node);
  std::string text;
  for (const auto& [said, hosts] : alike)
    text += (text.empty() ? " (shutdown says on " : "; on ") + xcat::fold(hosts) + ": " + said;
  return text.empty() ? text : text + ")";
}

// Nobody would know that they are to be booted if this run were killed.
bool Dispatcher::are_in_journal(const Action& action, const std::vector<std::string>& nodes) {
  for (const std::string& node : nodes)
    if (const Status kept = shut_down_nodes_.shut_down(node, entry_of(*stage_, action, node)); !kept) {
      refuse(action, "its nodes cannot be noted as to be booted again: " + kept.error().what,
             "make room for the journal, then the same again");
      return false;
    }
  return true;
}

// Nodes that an earlier run has shut down, and that this one has neither booted nor seen up for sure.
void Dispatcher::name_those_left_down() {
  std::set<std::string> hosts;
  for (const Stage& stage : stages_)
    for (const Action& action : stage.actions)
      if (action.judge != Action::Judge::guests) hosts.insert(action.hosts.begin(), action.hosts.end());
  const std::string shut_down = "shut down by an earlier apply, ";
  const ShutDownNodes::Left own = shut_down_nodes_.left([&](const auto& node) { return hosts.count(node) != 0; });
  if (const std::vector<std::string> silent = without_refusing(own.silent); !silent.empty())
    applied_.problems.push_back(shut_down + "and not seen up since: " + xcat::fold(silent) +
                                "; cure: makehanfs status, and where their servers serve " +
                                run::command_text({"rnetboot", xcat::fold(silent)}));
  if (!own.booting.empty())
    applied_.problems.push_back("booted by an earlier apply, and not seen up since: " + xcat::fold(own.booting) +
                                "; they may be coming up; cure: makehanfs status, and the same again for those that "
                                "are silent half an hour after their boot");
  if (!own.answered.empty())
    applied_.warnings.push_back(
        shut_down + "and answering so soon after that, that they may still be going down: " + xcat::fold(own.answered) +
        "; cure: makehanfs status in 10 minutes, rnetboot for "
        "those that are down then");
  if (!own.long_ago.empty())
    applied_.warnings.push_back(
        shut_down + "and not seen up since, but that is long ago (" + own.since +
        "), so they are left as they are: " + xcat::fold(own.long_ago) +
        "; cure, where they are to be up: " + run::command_text({"rnetboot", xcat::fold(own.long_ago)}));
  const ShutDownNodes::Left others = shut_down_nodes_.left([&](const auto& node) { return hosts.count(node) == 0; });
  std::vector<std::string> names = others.silent;
  names.insert(names.end(), others.booting.begin(), others.booting.end());
  names.insert(names.end(), others.long_ago.begin(), others.long_ago.end());
  if (!names.empty())
    applied_.warnings.push_back(shut_down + "since " + others.since + ", and none of this run: " + xcat::fold(names) +
                                "; cure: makehanfs status " + run::command_text({xcat::fold(names)}) +
                                " shows who is up, rnetboot for those that are silent half an hour after their boot");
}

// Only those that are booted are waited for, also where what boots them failed: for one of them, perhaps. Where more
// are to be booted, they wait for these, but not for one that stays down when others came up, and for none that an
// earlier run has booted.
void Dispatcher::wait_for_nodes(const Action& question, bool more_follow) {
  const auto ask_with_it = [&](Booting part) {
    part.question = question;
    part.question.hosts = part.nodes;
    return part;
  };
  for (Booting& part : std::exchange(awaited_, {})) stragglers_.push_back(ask_with_it(std::move(part)));
  if (!booting_) return;
  Booting part = ask_with_it(*std::exchange(booting_, std::nullopt));
  while (more_follow && may_follow(part) && stopped().empty()) {
    look_after(part);
    if (part.is_open()) clock_.sleep(poll_delay);
  }
  stragglers_.push_back(std::move(part));
}

// Nodes come up one soon after the other, and one part as soon as another; another boot of them makes nobody wait
// longer.
bool Dispatcher::may_follow(const Booting& part) const {
  const sys::Clock::TimePoint::duration most = time_to_boot;
  return part.is_open() &&
         clock_.now() - *part.began < (longest_boot_ ? std::min(most, *longest_boot_ + time_to_follow) : most);
}

// Asks whether they are up. Those that are known to be down, and that rnetboot has not begun to boot, are booted again
// when its time has come; the others may be on their way.
void Dispatcher::look_after(Booting& part) {
  std::vector<Question> question{{&part.question, part.question.hosts}};
  ask(question);
  std::vector<std::string> open, down;
  for (const HostReply& reply : question.front().replies) {
    if (reply.answer.had_stdout) {
      const auto took = clock_.now() - *part.began;
      longest_boot_ = std::max(longest_boot_.value_or(took), took);
      continue;
    }
    open.push_back(reply.answer.host);
    const std::vector<std::string>& again = part.not_begun;
    if (is_down(reply.answer) && std::find(again.begin(), again.end(), reply.answer.host) != again.end())
      down.push_back(reply.answer.host);
  }
  part.question.hosts = std::move(open);
  if (part.tries != boot_tries && part.next->passed() && !down.empty() && stopped().empty()) netboot(part, down);
}

bool Dispatcher::is_of_earlier_runs(const Booting& part) const {
  const std::set<std::string>& left_down = domains_.at(part.command.domain).left_down;
  return std::all_of(part.nodes.begin(), part.nodes.end(),
                     [&](const std::string& node) { return left_down.count(node) != 0; });
}

// Whether the next stage waits for them. Nodes that an earlier run has left down keep nobody waiting; nor do others
// that stay down when the rest came up, unless a domain follows that is not to be begun if these fail.
bool Dispatcher::keeps_others(const Booting& part) const {
  if (is_of_earlier_runs(part)) return false;
  if (may_follow(part)) return true;
  const Stage* const end = stages_.data() + stages_.size();
  if (std::none_of(stage_ + 1, end, [](const Stage& later) { return later.kind == Stage::Kind::servers; }))
    return false;
  std::set<std::string> may_fail;
  for (const Booting& other : stragglers_)
    if (other.is_open() && !is_of_earlier_runs(other) && !domains_.at(other.command.domain).failed)
      may_fail.insert(other.command.domain);
  return failures_ < failure_limit() && failures_ + may_fail.size() >= failure_limit();
}

// Whether some of them are still waited for.
bool Dispatcher::look_after_stragglers(const IsWaitedFor& is_waited_for) {
  bool any = false;
  for (Booting& part : stragglers_) {
    if (!part.is_open() || !is_waited_for(part)) continue;
    look_after(part);
    if (part.end->passed()) part.end.reset();
    any = any || (part.is_open() && is_waited_for(part));
  }
  return any;
}

// Those that are still to be looked after are not concluded.
void Dispatcher::wait_for_stragglers(const IsWaitedFor& is_waited_for) {
  while (stopped().empty() && look_after_stragglers(is_waited_for)) clock_.sleep(poll_delay);
  for (Booting& part : std::exchange(stragglers_, {})) {
    if (part.is_open() && stopped().empty())
      stragglers_.push_back(std::move(part));
    else
      conclude_boot(part);
  }
}

void Dispatcher::conclude_boot(const Booting& part) {
  note_those_of_earlier_runs(part);
  if (!part.question.hosts.empty()) return report_not_up(part);
  if (!part.first_failure.empty())
    applied_.warnings.push_back(
        "domain " + part.command.domain + ": " + part.first_failure + "; " +
        (part.tries > 1 ? "after " + text::counted(static_cast<std::size_t>(part.tries), "boot") : "all the same") +
        " its nodes are up");
}

// No boot helps those that are up and refuse the connection: they are named, and the others given.
std::vector<std::string> Dispatcher::without_refusing(const std::vector<std::string>& nodes) {
  std::vector<std::string> refusing, others;
  std::partition_copy(nodes.begin(), nodes.end(), std::back_inserter(refusing), std::back_inserter(others),
                      [&](const std::string& node) { return refusing_.count(node) != 0; });
  if (!refusing.empty())
    applied_.problems.push_back("up, but refusing the connection of the remote shell: " + xcat::fold(refusing) +
                                "; cure: " + remedy_of_refusal + ", then the same again");
  return others;
}

void Dispatcher::report_not_up(const Booting& part) {
  owe(part.command.domain, part.question.hosts);
  if (!longest_boot_) note_failure(part.command.domain);  // also of earlier runs: no boot is known to work
  const std::vector<std::string> left = without_refusing(part.question.hosts);
  if (left.empty()) return;
  const std::string boot_them = run::command_text({part.command.argv.front(), xcat::fold(left)});
  const std::string failed = part.failure.empty() ? ""
                                                  : ", " + text::counted(static_cast<std::size_t>(part.tries), "boot") +
                                                        " failed, the last: " + part.failure;
  applied_.problems.push_back(
      "domain " + part.command.domain + ": not up again " +
      (stopped_.empty()
           ? std::to_string(std::chrono::minutes(time_to_boot).count()) + " minutes after " + boot_them + failed +
                 "; cure: " + (failed.empty() ? "their consoles (rcons)" : "what it says, then " + boot_them)
           : "yet after " + boot_them + failed +
                 ", and not waited for any longer; cure: makehanfs status, or their consoles (rcons)"));
}

// Before nodes are booted: a hard boot of one that runs would be harm. Those that were asked to shut down and were
// not seen down yet get the time for that, after a signal or the deadline half of what is left; and so does a
// question that did not reach a node that may be up.
void Dispatcher::look_who_is_up(const Action& action) {
  DomainProgress& domain = domains_[action.domain];
  if (!domain.stopped && !any_left_down(action.domain)) return;
  const sys::Deadline patience(clock_, time_to_stop);
  const sys::Deadline time_for_answers(clock_, time_to_answer);
  std::optional<sys::Deadline> late;
  std::vector<std::string> open = action.hosts;
  while (true) {
    if (!late && !stopped().empty()) late.emplace(clock_, overtime_ / 2);
    std::vector<Question> question{{&action, std::exchange(open, {})}};
    ask(question, late ? &*late : nullptr);
    for (const HostReply& reply : question.front().replies)
      if (is_to_be_asked_again(domain, reply, question.front().failure, time_for_answers.passed()))
        open.push_back(reply.answer.host);
    if (open.empty() || (late ? late->passed() : patience.passed())) break;
    clock_.sleep(late ? late_poll_delay : poll_delay);
  }
  if (late) overtime_ -= late->whole() - late->left();
}

// Notes whether it is up. A signal may have kept it from being asked, or the engine failed: `failure`. One that was
// seen down is taken for down when the engine goes on failing.
bool Dispatcher::is_to_be_asked_again(DomainProgress& domain, const HostReply& reply, const std::string& failure,
                                      bool goes_on_failing) const {
  const std::string& host = reply.answer.host;
  if (reply.answer.end == HostAnswer::End::not_asked) return true;
  domain.up.erase(host);
  domain.down.erase(host);
  domain.unasked.erase(host);
  if (is_down(reply.answer)) domain.down.insert(host);
  if (reply.answer.had_stdout) {
    domain.up.insert(host);
    return shut_down_nodes_.may_be_going_down(host);
  }
  if (refuses_connection(reply.answer) && shut_down_nodes_.may_be_going_down(host)) return true;
  if (failure.empty() || is_down(reply.answer)) return false;
  if (shut_down_nodes_.went_down(host)) return !goes_on_failing;
  domain.unasked.emplace(host, failure);
  return true;
}

// Those that are up after all: of some nobody knows yet whether they are going down, and this run still owes them
// their boot.
void Dispatcher::leave_up(const Action& action, const std::vector<std::string>& nodes) {
  std::vector<std::string> up, going_down;
  for (const std::string& node : nodes) {
    if (shut_down_nodes_.may_be_going_down(node)) {
      going_down.push_back(node);
      continue;
    }
    up.push_back(node);
    if (!shut_down_nodes_.went_down(node))
      applied_.shut_down.erase(std::remove(applied_.shut_down.begin(), applied_.shut_down.end(), node),
                               applied_.shut_down.end());
    shut_down_nodes_.answered(node, true);
  }
  if (!up.empty())
    applied_.warnings.push_back("domain " + action.domain + ": up, and so not booted: " + xcat::fold(up) +
                                what_shutdown_said(up));
  if (!going_down.empty())
    applied_.problems.push_back("domain " + action.domain +
                                ": asked to shut down, and still answering, so not booted: " + xcat::fold(going_down) +
                                what_shutdown_said(going_down) +
                                "; cure: makehanfs status in 10 minutes, rnetboot for those that are down then");
}

// Those that were up, from servers that serve; of those that an earlier run has left down, the ones that are known to
// be down. A signal or the deadline does not leave nodes down: what boots them is
// started, and goes on by itself; of their servers is known then what became of the work on them.
void Dispatcher::boot(const Action& action) {
  DomainProgress& domain = domains_[action.domain];
  if (!domain.stopped && (!any_left_down(action.domain) || !stopped().empty())) return;
  domain.stopped = true;
  const bool late = !stopped().empty();
  std::vector<std::string> nodes, up, unasked, coming_up, bootable;
  for (std::size_t i = 0; i < action.hosts.size(); ++i) {
    const std::string& host = action.hosts[i];
    domain.waiting.erase(host);
    if (!shut_down_nodes_.is_down(host)) continue;
    if (domain.unasked.count(host) != 0) {
      unasked.push_back(host);
      continue;
    }
    if (domain.up.count(host) != 0) {
      if (!shut_down_nodes_.is_left_down(host)) up.push_back(host);
      continue;
    }
    const std::string home = i < action.homes.size() ? action.homes[i] : "";
    if (shut_down_nodes_.is_left_down(host)) {
      const bool comes_up = shut_down_nodes_.time_to_come_up(host).count() != 0;
      if (!comes_up && domain.down.count(host) == 0) continue;  // it is silent, and may be up
      domain.left_down.insert(host);
      if (comes_up) {
        coming_up.push_back(host);
        if (is_served(domain, home)) bootable.push_back(host);
        continue;
      }
    }
    shut_down_nodes_.take_over(host);
    if (!is_served(domain, home)) {
      domain.waiting.emplace(host, home);
      continue;
    }
    nodes.push_back(host);
  }
  leave_up(action, up);
  if (!unasked.empty()) {
    owe(action.domain, unasked);
    applied_.problems.push_back("domain " + action.domain + ": whether " + xcat::fold(unasked) +
                                " is up is not known (" + domain.unasked.at(unasked.front()) +
                                "), so not booted; cure: what it says, then makehanfs status, and rnetboot for those "
                                "that are silent");
  }
  if (!coming_up.empty()) await(action, coming_up, std::move(bootable));
  if (nodes.empty()) return;
  Booting part{action, action};
  part.nodes = std::move(nodes);
  const run::Outcome outcome = netboot(part, part.nodes);
  if (late || outcome.end == run::Outcome::End::abandoned) return boot_late(part, outcome);
  booting_ = std::move(part);
}

// An earlier run has begun to boot them. When they have had their time those are booted again whose server serves.
void Dispatcher::await(const Action& action, const std::vector<std::string>& nodes, std::vector<std::string> bootable) {
  std::chrono::seconds time{};
  for (const std::string& node : nodes) {
    time = std::max(time, shut_down_nodes_.time_to_come_up(node));
    shut_down_nodes_.take_over(node);
  }
  Booting part{action, action};
  part.command.argv = {action.argv.front(), xcat::fold(nodes)};
  part.nodes = nodes;
  part.not_begun = std::move(bootable);
  part.began = clock_.now() - (time_to_boot - time);
  part.next.emplace(clock_, time);
  part.end.emplace(clock_, time + time_to_boot);
  awaited_.push_back(std::move(part));
}

// The journal has it before, as a run that is killed leaves behind what it has begun.
run::Outcome Dispatcher::netboot(Booting& part, const std::vector<std::string>& nodes) {
  part.command.argv = {part.command.argv.front(), xcat::fold(nodes)};
  if (!part.began) part.began = clock_.now();
  shut_down_nodes_.boots(nodes, true);
  run::Outcome outcome = run_here(part.command);
  ++part.tries;
  part.failure = failure_of_boot(outcome);
  part.not_begun = not_begun(outcome, nodes);
  shut_down_nodes_.boots(part.not_begun, false);
  if (!part.failure.empty()) part.failure = run::command_text(part.command.argv) + ": " + part.failure;
  if (part.tries == 1) part.first_failure = part.failure;
  const bool at_once = part.tries == 1 && outcome.elapsed < time_to_begin;
  part.next.emplace(clock_, at_once ? std::chrono::milliseconds(0) : time_between_boots);
  part.end.emplace(clock_, time_to_boot);
  return outcome;
}

// After a signal or the deadline nobody of this run will see them up.
void Dispatcher::boot_late(const Booting& part, const run::Outcome& outcome) {
  const std::string domain = "domain " + part.command.domain + ": ";
  const std::string words = run::command_text(part.command.argv);
  if (outcome.end == run::Outcome::End::abandoned)
    return applied_.problems.push_back(domain + words + " is still at work (" + run::failure(outcome) +
                                       "); cure: makehanfs status, and rnetboot only for those that stay down");
  if (!part.failure.empty())
    return applied_.problems.push_back(domain + part.failure +
                                       "; cure: what it says, then the same with --resume, which boots those again "
                                       "that stay down");
  applied_.problems.push_back(domain + "its nodes were shut down, so " + words +
                              " was run all the same, and not waited for; cure: makehanfs status shows who is up");
}

void Dispatcher::note_those_of_earlier_runs(const Booting& part) {
  const std::set<std::string>& left_down = domains_[part.command.domain].left_down;
  std::vector<std::string> nodes;
  for (const std::string& node : part.nodes)
    if (left_down.count(node) != 0 &&
        std::find(applied_.booted.begin(), applied_.booted.end(), node) != applied_.booted.end())
      nodes.push_back(node);
  if (!nodes.empty())
    applied_.warnings.push_back("booted, as an earlier apply had shut them down: " + xcat::fold(nodes));
}

// Nodes that stay down: those that this run has shut down are a failure of their domain, as a server is.
void Dispatcher::owe(const std::string& domain, const std::vector<std::string>& nodes) {
  const std::set<std::string>& left_down = domains_[domain].left_down;
  if (std::any_of(nodes.begin(), nodes.end(), [&](const std::string& node) { return left_down.count(node) == 0; }))
    note_failure(domain);
}

void Dispatcher::report_unserved(const std::string& domain, const std::string& server,
                                 const std::vector<std::string>& nodes) {
  owe(domain, nodes);
  const DomainProgress& progress = domains_[domain];
  const auto why = progress.unserved.find(server);
  const std::string range = xcat::fold(nodes);
  applied_.problems.push_back(
      "domain " + domain + ": shut down and not booted, as " +
      (why == progress.unserved.end()          ? "what became of the work on " + server + " is not known"
       : progress.seen_idle.count(server) == 0 ? "whether " + server + " serves is not known (" + why->second + ")"
                                               : server + " does not serve (" + why->second + ")") +
      ": " + range + "; cure: setuphanfs --status there, then " + run::command_text({"rnetboot", range}));
}

}  // namespace hanfs::cluster
