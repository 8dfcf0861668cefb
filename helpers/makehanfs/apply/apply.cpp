// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/apply.hpp"

#include <algorithm>
#include <utility>

#include "makehanfs/apply/dispatcher.hpp"
#include "makehanfs/engine/fanout.hpp"
#include "report/verdict.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {

Applied Dispatcher::run() {
  for (const Stage& stage : stages_) {
    applied_.stages.emplace_back();
    for (const Action& action : stage.actions)
      for (const std::string& host : action.hosts) {
        if (!has_results(action)) continue;
        HostResult result;
        result.host = host;
        result.domain = action.domain;
        applied_.stages.back().push_back(std::move(result));
      }
  }
  for (std::size_t i = 0; i < stages_.size(); ++i) run_stage(i);
  wait_for_stragglers([](const Booting&) { return true; });
  applied_.not_up = shut_down_nodes_.owed();
  name_those_left_down();
  return std::move(applied_);
}

// Time is over or a signal has come. Empty: it goes on.
std::string Dispatcher::stopped() {
  if (!stopped_.empty() || !options_.may_continue || options_.may_continue()) return stopped_;
  const std::string why = options_.stop_reason ? options_.stop_reason() : "the run was stopped";
  stopped_ = "not tried: " + why;
  applied_.problems.push_back("nothing more is handed out, " + why + "; cure: the same with --resume goes on");
  return stopped_;
}

// No more domain is begun.
std::string Dispatcher::limit_reached() {
  if (failures_ < failure_limit()) return {};
  const std::string why =
      text::counted(failures_, "domain") + " failed, failure_limit is " + std::to_string(failure_limit());
  if (!std::exchange(limit_reported_, true))
    applied_.problems.push_back("no other domain is begun, " + why +
                                "; cure: mend what is said of its hosts, then the same with --resume");
  return "not tried: " + why;
}

// Empty: the domain of this action may be worked on.
std::string Dispatcher::objection_to(const Action& action) {
  if (const std::string why = stopped(); !why.empty()) return why;
  const DomainProgress& domain = domains_[action.domain];
  if (!domain.broken.empty()) return "not tried: " + domain.broken;
  // Nodes are tuned without harm to anybody.
  const bool only_tunes = stage_->kind == Stage::Kind::nodes && servers_are_as_wanted(action.domain);
  return domain.begun || only_tunes ? "" : limit_reached();
}

bool Dispatcher::servers_are_as_wanted(const std::string& domain) const {
  bool any = false;
  for (std::size_t i = 0; i < stages_.size(); ++i) {
    if (stages_[i].kind != Stage::Kind::servers) continue;
    for (const HostResult& result : applied_.stages[i]) {
      if (result.domain != domain) continue;
      if (!result.good()) return false;
      any = true;
    }
  }
  return any;
}

// Nothing more is changed in the domain, because a guard does not hold.
void Dispatcher::refuse(const Action& action, const std::string& why, const std::string& remedy) {
  domains_[action.domain].broken = why;
  applied_.problems.push_back("domain " + action.domain + ": " + why + ", so nothing " +
                              (domains_[action.domain].begun ? "more " : "") + "is changed there; cure: " + remedy);
}

// A domain counts once, whatever fails in it.
void Dispatcher::note_failure(const std::string& domain) {
  if (!std::exchange(domains_[domain].failed, true)) ++failures_;
}

// All of them side by side. `late`: after a signal or the deadline, and how long it may take then.
void Dispatcher::ask(std::vector<Question>& questions, const sys::Deadline* late) {
  if (questions.empty()) return;
  std::vector<FanoutRequest> requests;
  for (Question& question : questions) {
    question.replies.resize(question.hosts.size());
    requests.push_back({question.hosts, question.action->argv});
  }
  FanoutOptions fanout_options;
  fanout_options.at_once = requests.size();  // one host each at worst, and a turn has no more than the fan-out
  fanout_options.never_kill = true;
  fanout_options.time_left = options_.time_left;
  if (late != nullptr) fanout_options.time_left = [late] { return late->left(); };
  fanout_options.on_line = [&](std::size_t request, std::size_t host, std::string_view line, bool cut) {
    HostOutput& output = questions[request].replies[host].output;
    if (questions[request].action->judge == Action::Judge::verdicts) {
      read_line(output, line, cut);
    } else if (output.text.size() < longest_answer) {
      output.text.append(line) += '\n';
    }
  };
  run::Runner& runner = late != nullptr && options_.calm_runner != nullptr ? *options_.calm_runner : runner_;
  std::vector<FanoutResult> results = fan_out(runner, engine_, requests, fanout_options);
  for (std::size_t i = 0; i < results.size(); ++i) {
    touched_ = touched_ || !results[i].untouched;
    heard_ = heard_ || results[i].worked;
    // Nodes that are to be down do not answer, and a shutdown ends its own connection. A question that an engine has
    // lost is asked again, or its problem is part of the objection.
    const Action::Judge judge = questions[i].action->judge;
    if (judge == Action::Judge::verdicts || judge == Action::Judge::exit_status) {
      keep(results[i].problems, applied_.problems);
      keep(results[i].warnings, applied_.warnings);
    }
    questions[i].failure = results[i].failure();
    questions[i].problems = std::move(results[i].problems);
    for (std::size_t h = 0; h < results[i].hosts.size(); ++h) {
      const HostAnswer& answer = questions[i].replies[h].answer = std::move(results[i].hosts[h]);
      if (judge == Action::Judge::nothing) continue;
      if (is_down(answer)) shut_down_nodes_.seen_down(answer.host);
      if (refuses_connection(answer))
        refusing_.insert(answer.host);
      else
        refusing_.erase(answer.host);
      const bool after_boot = stage_->kind == Stage::Kind::nodes || questions[i].action->role == Action::Role::wait;
      if (answer.had_stdout && shut_down_nodes_.answered(answer.host, after_boot))
        applied_.booted.push_back(answer.host);
    }
  }
  applied_.worked = options_.check_only ? heard_ : touched_;
}

void Dispatcher::keep(const std::vector<std::string>& more, std::vector<std::string>& all) {
  for (const std::string& line : more)
    if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(line);
}

void Dispatcher::run_stage(std::size_t index) {
  stage_ = &stages_[index];
  works_.clear();
  for (HostResult& result : applied_.stages[index]) {
    result.state = State::done;
    works_[result.host].result = &result;
  }
  const Stage left = left_of(*stage_, options_.done);
  for (const Action& action : left.actions)
    for (const std::string& host : action.hosts) {
      if (!has_results(action)) continue;
      works_.at(host).result->state = State::skipped;
      works_.at(host).action = &action;
    }
  for (auto& [host, work] : works_) {
    if (work.action == nullptr) {
      if (stage_->kind == Stage::Kind::servers) domains_[work.result->domain].begun = true;
      known();
    } else if (stage_->kind == Stage::Kind::servers) {
      take_look(work);
    }
  }
  if (stage_->kind == Stage::Kind::boot) return boot_nodes(left);
  if (stage_->kind == Stage::Kind::nodes) return tune(left);
  if (stage_->kind == Stage::Kind::stop) wait_for_first_boot(left);
  run_turns(left);
}

// The healthy come first: those that are up, then those that come up as soon as the others did, then the rest.
void Dispatcher::tune(Stage rest) {
  for (bool soon = true; !rest.actions.empty(); soon = false) {
    std::set<std::string> down;
    for (const Booting& part : stragglers_) down.insert(part.question.hosts.begin(), part.question.hosts.end());
    const auto is_down = [&](const Action&, const std::string& host) { return down.count(host) != 0; };
    run_turns(part_of(rest, std::not_fn(is_down)));
    rest = part_of(rest, is_down);
    if (!rest.actions.empty()) wait_for_stragglers([&](const Booting& part) { return !soon || may_follow(part); });
  }
}

void Dispatcher::run_turns(const Stage& stage) {
  for (const std::vector<Action>& turn : turns_of(stage, engine_.fanout)) run_turn(turn);
}

void Dispatcher::run_turn(const std::vector<Action>& turn) {
  const Action& first = turn.front();
  if (first.where == Action::Where::here) {
    for (const Action& action : turn) guard_power(action);
  } else if (first.role == Action::Role::look) {
    look(turn);
  } else if (first.role == Action::Role::guard) {
    guard(turn);
  } else if (first.judge == Action::Judge::nothing) {
    stop_nodes(turn);
  } else {
    work(turn);
  }
}

void Dispatcher::known() {
  if (options_.one_more) options_.one_more();
}

void Dispatcher::look(const std::vector<Action>& turn) {
  std::vector<Question> questions;
  for (const Action& action : turn) {
    domains_[action.domain].looked = true;  // also of a domain that is not begun any more: a look changes nothing
    if (stopped().empty() && domains_[action.domain].broken.empty()) questions.push_back({&action, action.hosts});
  }
  ask(questions);
  for (const Question& question : questions)
    for (const HostReply& reply : question.replies) {
      HostResult result = result_of(*question.action, reply, engine_.host_deadline);
      DomainProgress& domain = domains_[result.domain];
      domain.needed = domain.needed || result.state == State::drift;
      if (!result.good() && result.state != State::drift && domain.broken.empty())
        domain.broken = not_as_wanted(result);
      looked_[result.host] = std::move(result);
    }
}

// A server that is as wanted has done its work; one that could not be asked has failed.
void Dispatcher::take_look(Work& work) {
  const auto found = looked_.find(work.result->host);
  if (found == looked_.end() || found->second.state == State::drift) return;
  *work.result = found->second;
  if (work.result->state == State::skipped) return known();
  journal_.begin(entry_of(*stage_, *work.action, work.result->host));
  conclude(work);
  work.action = nullptr;
}

// Asks hosts again until none objects or `patience` is over; a reading call may be repeated. Who objects still.
Objection Dispatcher::ask_until_well(const Action& action, std::chrono::milliseconds patience) {
  Objection objection{action.hosts, "", {}};
  for (const sys::Deadline end(clock_, patience);; clock_.sleep(poll_delay)) {
    std::vector<Question> question{{&action, objection.hosts}};
    ask(question);
    objection = objection_with_problems(question.front());
    if (objection.hosts.empty() || end.passed() || !stopped().empty()) return objection;
  }
}

// Hosts that may be tried; what becomes of the others is known then.
std::vector<std::string> Dispatcher::hosts_to_try(const Action& action) {
  const std::string why = objection_to(action);
  std::vector<std::string> hosts;
  for (const std::string& host : action.hosts) {
    Work& work = works_.at(host);
    if (work.action == nullptr) continue;
    if (why.empty()) {
      hosts.push_back(host);
      continue;
    }
    work.result->problem = why;
    const DomainProgress& domain = domains_[action.domain];
    const bool is_check_enough = stage_->kind == Stage::Kind::servers && !action.check_id.empty() && !domain.looked &&
                                 domain.broken.empty() && stopped().empty();
    if (is_check_enough)
      only_checked_.insert(host);
    else
      known();
  }
  return hosts;
}

// Hosts on which the command before the check went well, or was held back by the limit: they may be as wanted.
std::vector<std::string> Dispatcher::hosts_to_check(const Action& check) {
  std::vector<std::string> hosts;
  for (const std::string& host : check.hosts)
    if (works_.at(host).action != nullptr && (works_.at(host).result->good() || only_checked_.count(host) != 0))
      hosts.push_back(host);
  return hosts;
}

void Dispatcher::work(const std::vector<Action>& turn) {
  std::vector<Question> questions;
  for (const Action& action : turn) {
    const bool is_check = action.role == Action::Role::check;
    std::vector<std::string> hosts = is_check ? hosts_to_check(action) : hosts_to_try(action);
    if (hosts.empty()) continue;
    if (!is_check)
      for (const std::string& host : hosts) journal_.begin(entry_of(*stage_, action, host));
    if (stage_->kind == Stage::Kind::servers && !is_check) {
      domains_[action.domain].begun = true;
      worked_on_.insert(hosts.begin(), hosts.end());
    }
    questions.push_back({&action, std::move(hosts)});
  }
  ask(questions);
  for (const Question& question : questions)
    for (const HostReply& reply : question.replies) take(*question.action, reply);
}

void Dispatcher::take(const Action& action, const HostReply& reply) {
  HostResult result = result_of(action, reply, engine_.host_deadline);
  const Work& work = works_.at(reply.answer.host);
  if (action.role == Action::Role::check) return take_check(work, reply.answer, result);
  *work.result = std::move(result);
  if (!work.result->good() || action.check_id.empty()) conclude(work);
}

// A check that is good confirms what the command before it did. A host that could not be checked stays begun in the
// journal, so --resume does it again.
void Dispatcher::take_check(const Work& work, const HostAnswer& answer, const HostResult& check) {
  if (only_checked_.count(answer.host) != 0) {
    if (!check.good()) return known();
    *work.result = check;
    journal_.begin(entry_of(*stage_, *work.action, answer.host));
    return conclude(work);
  }
  if (answer.end == HostAnswer::End::not_asked) {
    work.result->problem = "not checked: the run was stopped";
    return known();
  }
  if (!check.good()) {
    // A difference right after a good command is a failure, whoever made it.
    work.result->state = check.state == State::drift ? State::fail : check.state;
    work.result->verdict = check.verdict;
    work.result->problem = "the check afterwards: " + (check.problem.empty() ? name_of(check.state) : check.problem);
  }
  conclude(work);
}

std::string Dispatcher::not_as_wanted(const HostResult& server) {
  return "server " + server.host + " of domain " + server.domain + " is not as wanted (" + name_of(server.state) + ")";
}

// The result of a host is final: journal, failures, and its domain. A node that failed stops nobody.
void Dispatcher::conclude(const Work& work) {
  const HostResult& result = *work.result;
  journal_.end(entry_of(*stage_, *work.action, result.host),
               result.good() ? plan::JournalEntry::State::done : plan::JournalEntry::State::failed);
  // A server that was held back, because clients would feel it, is as it was: the others of its domain may go on, and
  // have to serve before it can be interrupted.
  const bool unchanged = result.state == State::drift;
  const bool is_server = stage_->kind == Stage::Kind::servers;
  if (is_server && !result.good() && !unchanged) {
    if (result.state != State::skipped && !options_.check_only) note_failure(result.domain);
    if (result.state != State::skipped) failed_servers_.insert(result.host);
    if (domains_[result.domain].broken.empty()) domains_[result.domain].broken = not_as_wanted(result);
  }
  known();
}

std::size_t Applied::count(HostResult::State state) const {
  std::size_t number = 0;
  for (const auto& stage : stages)
    for (const HostResult& result : stage) number += result.state == state ? 1 : 0;
  return number;
}

bool Applied::all_good() const {
  for (const auto& stage : stages)
    for (const HostResult& result : stage)
      if (!result.good()) return false;
  return true;
}

Applied apply(run::Runner& runner, const Engine& engine, const std::vector<Stage>& stages, plan::Journal& journal,
              sys::Clock& clock, const ApplyOptions& options) {
  return Dispatcher(runner, engine, stages, journal, clock, options).run();
}

int exit_status_of(const Applied& applied) {
  if (!applied.worked) return report::exit_not_observed;
  return applied.all_good() && applied.problems.empty() ? report::exit_ok : report::exit_not_as_wanted;
}

}  // namespace hanfs::cluster
