// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/apply.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <optional>
#include <set>
#include <unordered_map>
#include <utility>

#include "makehanfs/apply/guards.hpp"
#include "makehanfs/apply/shut_down_nodes.hpp"
#include "makehanfs/engine/fanout.hpp"
#include "report/verdict.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using State = HostResult::State;

constexpr std::chrono::minutes time_to_boot{30};
constexpr std::chrono::minutes time_to_follow{5};  // nodes that are booted together come up one soon after the other
constexpr std::chrono::minutes time_to_serve{10};  // setuphanfs may still be at work where the engine gave it up
constexpr std::chrono::minutes time_to_answer{1};
constexpr std::chrono::seconds poll_delay{15};
constexpr std::chrono::seconds late_poll_delay{5};  // after a signal or the deadline, when time is short
const char* const xcat_folder = "/opt/xcat/bin/";   // lib/xcat/README.md "updatenode, xdsh, prsync"

// What is known of a domain while its stages run.
struct DomainProgress {
  bool begun = false;    // a server was changed, or its nodes were shut down: it is finished whatever happens elsewhere
  bool stopped = false;  // its nodes were shut down
  std::set<std::string> were_up;                // nodes that answered before they were shut down
  std::map<std::string, std::string> unserved;  // of the servers that nodes boot from, those that do not serve, and why
  std::set<std::string> up, down;               // nodes that answer right before the boot, or are known to be down
  std::map<std::string, std::string> unasked;   // nodes of which nobody could ask that, and why
  std::map<std::string, std::string> waiting;   // nodes that are not booted, as their server does not serve; and which
  std::set<std::string> left_down;              // of those, the ones that an earlier run has shut down
  std::set<std::string> boots;                  // nodes that this run has tried to boot
  bool looked = false;                          // its servers were asked whether there is anything to do
  bool needed = false;                          // for one of them there is
  std::string broken;                           // why it is not continued; empty: it is
};

class Dispatcher {
 public:
  Dispatcher(run::Runner& runner, const Engine& engine, const std::vector<Stage>& stages, plan::Journal& journal,
             sys::Clock& clock, const ApplyOptions& options)
      : runner_(runner),
        engine_(engine),
        stages_(stages),
        journal_(journal),
        clock_(clock),
        options_(options),
        shut_down_nodes_(options.check_only ? nullptr : &journal, clock, options.stopped),
        overtime_(std::chrono::seconds(engine.host_deadline)) {}

  Applied run() {
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
    name_those_left_down();
    return std::move(applied_);
  }

 private:
  // What a host has to do in a stage, and how it went.
  struct Work {
    const Action* action = nullptr;  // none: it was done before, or there is nothing to do
    HostResult* result = nullptr;
  };
  // Nodes of a boot that are not up yet, and until when they are waited for.
  struct Stragglers {
    Action action;
    sys::Deadline end;
  };
  // An action that is handed out to some of its hosts, and what came of it.
  struct Question {
    const Action* action = nullptr;
    std::vector<std::string> hosts;
    std::vector<HostReply> replies = {};     // beside them
    std::vector<std::string> problems = {};  // of the engine
    std::string failure = {};                // why hosts of which it says nothing may not have been asked
  };

  // -- why something is not handed out

  // Time is over or a signal has come. Empty: it goes on.
  std::string stopped() {
    if (!stopped_.empty() || !options_.may_continue || options_.may_continue()) return stopped_;
    const std::string why = options_.stop_reason ? options_.stop_reason() : "the run was stopped";
    stopped_ = "not tried: " + why;
    applied_.problems.push_back("nothing more is handed out, " + why + "; cure: the same with --resume goes on");
    return stopped_;
  }

  // No more domain is begun.
  std::string limit_reached() {
    const std::size_t limit = std::max<std::size_t>(1, options_.failure_limit);
    if (failures_ < limit) return {};
    const std::string why = text::counted(failures_, "host") + " failed, failure_limit is " + std::to_string(limit);
    if (!std::exchange(limit_reported_, true))
      applied_.problems.push_back("no other domain is begun, " + why +
                                  "; cure: mend what is said of the hosts that failed, then the same with --resume");
    return "not tried: " + why;
  }

  // Empty: the domain of this action may be worked on.
  std::string objection_to(const Action& action) {
    if (const std::string why = stopped(); !why.empty()) return why;
    const DomainProgress& domain = domains_[action.domain];
    if (!domain.broken.empty()) return "not tried: " + domain.broken;
    return domain.begun ? "" : limit_reached();
  }

  // Nothing more is changed in the domain, because a guard does not hold.
  void refuse(const Action& action, const std::string& why, const std::string& remedy) {
    domains_[action.domain].broken = why;
    applied_.problems.push_back("domain " + action.domain + ": " + why + ", so nothing " +
                                (domains_[action.domain].begun ? "more " : "") + "is changed there; cure: " + remedy);
  }

  // -- the engine

  // All of them side by side. `late`: after a signal or the deadline, and how long it may take then.
  void ask(std::vector<Question>& questions, const sys::Deadline* late = nullptr) {
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
      // Nodes that are to be down do not answer, and a shutdown ends its own connection. What is wrong with an engine
      // shows in the nodes then: nobody says of them that they are down.
      const Action::Judge judge = questions[i].action->judge;
      const bool may_fail = judge != Action::Judge::verdicts && judge != Action::Judge::exit_status;
      if (!may_fail) keep(results[i].problems, applied_.problems);
      if (!may_fail) keep(results[i].warnings, applied_.warnings);
      questions[i].failure = results[i].failure();
      questions[i].problems = std::move(results[i].problems);
      for (std::size_t h = 0; h < results[i].hosts.size(); ++h) {
        const HostAnswer& answer = questions[i].replies[h].answer = std::move(results[i].hosts[h]);
        if (judge == Action::Judge::nothing) continue;
        if (is_down(answer)) shut_down_nodes_.seen_down(answer.host);
        const bool after_boot = stage_->kind == Stage::Kind::nodes || questions[i].action->role == Action::Role::wait;
        if (answer.had_stdout) shut_down_nodes_.answered(answer.host, after_boot);
      }
    }
    applied_.worked = touched_;
  }

  static void keep(const std::vector<std::string>& more, std::vector<std::string>& all) {
    for (const std::string& line : more)
      if (std::find(all.begin(), all.end(), line) == all.end()) all.push_back(line);
  }

  // -- stages and turns

  void run_stage(std::size_t index) {
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
    for (const std::vector<Action>& turn : turns_of(left, engine_.fanout)) run_turn(turn);
  }

  void run_turn(const std::vector<Action>& turn) {
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

  void known() {
    if (options_.one_more) options_.one_more();
  }

  // -- looks: is there anything to do?

  void look(const std::vector<Action>& turn) {
    std::vector<Question> questions;
    for (const Action& action : turn) {
      domains_[action.domain].looked = true;
      if (objection_to(action).empty()) questions.push_back({&action, action.hosts});
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
  void take_look(Work& work) {
    const auto found = looked_.find(work.result->host);
    if (found == looked_.end() || found->second.state == State::drift) return;
    *work.result = found->second;
    if (work.result->state == State::skipped) return known();
    journal_.begin(entry_of(*stage_, *work.action, work.result->host));
    conclude(work);
    work.action = nullptr;
  }

  // -- guards

  // Before the nodes of a domain are shut down. A node that the remote shell cannot connect to may be up all the same.
  void guard_power(const Action& action) {
    if (!domains_[action.domain].needed || !objection_to(action).empty()) return;
    const run::Outcome outcome = run_here(action);
    std::vector<std::string> to_boot;  // those that are down already are neither shut down nor booted
    std::copy_if(action.hosts.begin(), action.hosts.end(), std::back_inserter(to_boot),
                 [&](const std::string& node) { return domains_[action.domain].were_up.count(node) != 0; });
    if (const std::vector<std::string> unknown = without_power_state(outcome.out, to_boot); !unknown.empty()) {
      const std::string why = run::failure(outcome);
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

  // Runs a command on this machine. Nodes that are down are booted in overtime, which is the time of one host for all
  // of them: a boot that takes longer goes on alone.
  run::Outcome run_here(const Action& action) {
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

  // Whether anything would be done behind this guard.
  bool guards_something(const Action& action) {
    const DomainProgress& domain = domains_[action.domain];
    if (stage_->kind == Stage::Kind::stop) return domain.needed && objection_to(action).empty();
    const bool of_servers = std::any_of(works_.begin(), works_.end(), [&](const auto& one) {
      return one.second.action != nullptr && one.second.result->domain == action.domain;
    });
    return of_servers && (!domain.looked || domain.needed) && objection_to(action).empty();
  }

  void guard(const std::vector<Action>& turn) {
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
        take_guests(*question.action, guests_of(*question.action, question.replies, question.failure));
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
      if (objection.hosts.empty() || !domains_[question.action->domain].broken.empty()) continue;
      refuse(*question.action, objection.why, remedy_of(*question.action, objection));
    }
  }

  void take_guests(const Action& action, const Guests& guests) {
    if (!stopped().empty() || !domains_[action.domain].broken.empty()) return;
    if (!guests.warning.empty()) keep({"domain " + action.domain + ": " + guests.warning}, applied_.warnings);
    if (!guests.objection.empty()) refuse(action, guests.objection, guests.remedy + "; then the same again");
  }

  // What is wrong with the engine may be why nothing was heard of a host.
  static Objection objection_with_problems(const Question& question) {
    Objection objection = objection_of(*question.action, question.replies);
    if (!objection.why.empty())
      for (const std::string& problem : question.problems) objection.why += "; " + problem;
    return objection;
  }

  std::string remedy_of(const Action& action, const Objection& objection) const {
    const std::string range = xcat::fold(objection.hosts);
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
  bool any_is_home(const std::vector<std::string>& servers) const {
    for (const Stage& stage : stages_)
      for (const Action& action : stage.actions)
        for (const std::string& home : action.homes)
          if (std::find(servers.begin(), servers.end(), home) != servers.end()) return true;
    return false;
  }

  // -- the boots of nodes that were shut down

  // The healthy come first: a node waits neither for another one's server nor for a node that does not come up.
  void boot_nodes(const Stage& stage) {
    look_for_servers(stage);
    boot_parts(stage);
    boot_those_that_wait(stage);
    wait_for_stragglers();
  }

  // Which of the servers that nodes boot from serve. Of a look that a signal cuts short nothing is believed.
  void look_for_servers(const Stage& stage) {
    Stage guards{stage.kind, stage.title, {}};
    for (const Action& action : stage.actions)
      if (action.role == Action::Role::guard && (domains_[action.domain].stopped || any_left_down(action.domain)))
        guards.actions.push_back(action);
    std::map<std::string, std::map<std::string, std::string>> unserved;  // by domain
    for (const std::vector<Action>& turn : turns_of(guards, engine_.fanout)) {
      std::vector<Question> questions;
      for (const Action& action : turn) questions.push_back({&action, action.hosts});
      ask(questions);
      if (!stopped().empty()) return;
      for (const Question& question : questions) {
        const Objection objection = objection_with_problems(question);
        std::map<std::string, std::string>& servers = unserved[question.action->domain];
        for (const std::string& server : objection.hosts) servers.emplace(server, objection.why);
      }
    }
    for (auto& [domain, servers] : unserved) domains_[domain].unserved = std::move(servers);
  }

  // As far as was seen; after a signal or the deadline the work on it has to have gone well, too.
  bool is_served(const DomainProgress& domain, const std::string& server) {
    return domain.unserved.count(server) == 0 && (stopped().empty() || failed_servers_.count(server) == 0);
  }

  // Part by part, in the order of the plan. One part waits for the one before it.
  void boot_parts(const Stage& stage) {
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

  // Nodes whose server did not serve when the others were booted: it may still be at work, or the question was lost. It
  // gets its time, and those that are without a server then are named.
  void boot_those_that_wait(const Stage& stage) {
    const auto waits = [](const auto& domain) { return !domain.second.waiting.empty(); };
    const sys::Deadline patience(clock_, time_to_serve);
    for (bool last = false; !last && stopped().empty() && std::any_of(domains_.begin(), domains_.end(), waits);) {
      clock_.sleep(poll_delay);
      last = patience.passed();
      look_for_servers(stage);
      boot_parts(part_that_is_served(stage));
    }
    for (auto& [name, domain] : domains_) {
      std::map<std::string, std::vector<std::string>> by_server;
      for (const auto& [node, server] : std::exchange(domain.waiting, {})) by_server[server].push_back(node);
      for (const auto& [server, nodes] : by_server) report_unserved(name, server, nodes);
    }
  }

  // The work of a stage on those nodes that have waited until now, and whose server serves.
  Stage part_that_is_served(const Stage& stage) {
    Stage part{stage.kind, stage.title, {}};
    for (const Action& action : stage.actions) {
      if (action.role == Action::Role::guard) continue;
      const DomainProgress& domain = domains_[action.domain];
      Action rest = action;
      rest.hosts.clear();
      rest.homes.clear();
      for (const std::string& host : action.hosts) {
        const auto found = domain.waiting.find(host);
        if (found == domain.waiting.end() || !is_served(domain, found->second)) continue;
        rest.hosts.push_back(host);
        rest.homes.push_back(found->second);
      }
      if (!rest.hosts.empty()) part.actions.push_back(std::move(rest));
    }
    return part;
  }

  bool any_left_down(const std::string& domain) const {
    for (const Action& action : stage_->actions)
      if (action.domain == domain && action.boots)
        for (const std::string& host : action.hosts)
          if (shut_down_nodes_.is_left_down(host)) return true;
    return false;
  }

  // Nodes hold state on their servers unless they are known to be down.
  void guard_silence(const Action& action) {
    const bool shut_down = domains_[action.domain].stopped;
    const Objection objection = ask_until_well(action, shut_down ? time_to_stop : std::chrono::milliseconds(0));
    if (objection.hosts.empty() || !stopped().empty()) return;
    const std::string range = xcat::fold(objection.hosts);
    const bool one = objection.hosts.size() == 1, outside = stage_->kind == Stage::Kind::stop;
    const std::string who = std::to_string(objection.hosts.size()) + (one ? " node" : " nodes") +
                            (outside ? " outside of the noderange" : "");
    if (!objection.why.empty())
      return refuse(action,
                    who + (one ? " is" : " are") + " not known to be down: " + range + " (" + objection.why + ")",
                    "what is said of them; " + run::command_text({"rpower", range, "stat"}) + " tells, and " +
                        run::command_text({"rpower", range, "off"}) + " ends those that hang; then the same again");
    refuse(action,
           who + (one ? " is" : " are") + " up, with NFSv4 state on its servers: " + range +
               what_shutdown_said(objection.hosts),
           outside     ? "a noderange that has all nodes of the domain, or none"
           : shut_down ? "see why they do not shut down, then the same again"
           : shuts_down(action.domain)
               ? "the same again, they came up meanwhile"
               : run::command_text(command_line(engine_, range, shutdown_command())) + ", then the same again, then " +
                     run::command_text({"rnetboot", range}) + "; or --boot-nodes, which does all that");
  }

  bool shuts_down(const std::string& domain) const {
    return std::any_of(stages_.begin(), stages_.end(), [&](const Stage& stage) {
      return stage.kind == Stage::Kind::stop &&
             std::any_of(stage.actions.begin(), stage.actions.end(),
                         [&](const Action& action) { return action.domain == domain; });
    });
  }

  // Asks hosts again until none objects or `patience` is over; a reading call may be repeated. Who objects still.
  Objection ask_until_well(const Action& action, std::chrono::milliseconds patience) {
    Objection objection{action.hosts, ""};
    for (const sys::Deadline end(clock_, patience);; clock_.sleep(poll_delay)) {
      std::vector<Question> question{{&action, objection.hosts}};
      ask(question);
      objection = objection_with_problems(question.front());
      if (objection.hosts.empty() || end.passed() || !stopped().empty()) return objection;
    }
  }

  // -- nodes

  void stop_nodes(const std::vector<Action>& turn) {
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
  std::string what_shutdown_said(const std::vector<std::string>& nodes) const {
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
  bool are_in_journal(const Action& action, const std::vector<std::string>& nodes) {
    for (const std::string& node : nodes)
      if (const Status kept = shut_down_nodes_.shut_down(node, entry_of(*stage_, action, node)); !kept) {
        refuse(action, "its nodes cannot be noted as to be booted again: " + kept.error().what,
               "make room for the journal, then the same again");
        return false;
      }
    return true;
  }

  // Nodes that an earlier run has shut down, and that this one has neither booted nor seen up for sure.
  void name_those_left_down() {
    std::set<std::string> hosts;
    for (const Stage& stage : stages_)
      for (const Action& action : stage.actions) hosts.insert(action.hosts.begin(), action.hosts.end());
    const std::string shut_down = "shut down by an apply that was broken off, ";
    const ShutDownNodes::Left own = shut_down_nodes_.left([&](const auto& node) { return hosts.count(node) != 0; });
    if (!own.silent.empty())
      applied_.problems.push_back(shut_down + "and not seen up since: " + xcat::fold(own.silent) +
                                  "; cure: makehanfs status, and where their servers serve " +
                                  run::command_text({"rnetboot", xcat::fold(own.silent)}));
    if (!own.answered.empty())
      applied_.warnings.push_back(shut_down + "and answering so soon after that, that they may still be going down: " +
                                  xcat::fold(own.answered) +
                                  "; cure: makehanfs status in 10 minutes, rnetboot for "
                                  "those that are down then");
    if (!own.long_ago.empty())
      applied_.warnings.push_back(
          shut_down + "and not seen up since, but that is long ago (" + own.since +
          "), so they are left as they are: " + xcat::fold(own.long_ago) +
          "; cure, where they are to be up: " + run::command_text({"rnetboot", xcat::fold(own.long_ago)}));
    const ShutDownNodes::Left others = shut_down_nodes_.left([&](const auto& node) { return hosts.count(node) == 0; });
    std::vector<std::string> names = others.silent;
    names.insert(names.end(), others.long_ago.begin(), others.long_ago.end());
    if (!names.empty())
      applied_.warnings.push_back(shut_down + "since " + others.since + ", and none of this run: " + xcat::fold(names) +
                                  "; cure: makehanfs status " + run::command_text({xcat::fold(names)}) +
                                  " shows who is up, rnetboot for the others");
  }

  // Only those that this run has booted are waited for, also where what boots them failed: for one of them, perhaps.
  // Where more are to be booted, they wait for these, but not for one that stays down when others came up.
  void wait_for_nodes(Action action, bool more_follow) {
    const DomainProgress& domain = domains_[action.domain];
    if (!stopped().empty()) return;
    action.hosts.erase(std::remove_if(action.hosts.begin(), action.hosts.end(),
                                      [&](const std::string& host) { return domain.boots.count(host) == 0; }),
                       action.hosts.end());
    const sys::Deadline end(clock_, time_to_boot);
    std::optional<sys::Deadline> others_follow;  // from the last one that came up
    while (more_follow && !action.hosts.empty()) {
      const std::size_t down = action.hosts.size();
      wait_for_those_down(action, std::chrono::milliseconds(0));
      if (action.hosts.size() < down) others_follow.emplace(clock_, time_to_follow);
      if (end.passed() || !stopped().empty() || (others_follow && others_follow->passed())) break;
      if (!action.hosts.empty()) clock_.sleep(poll_delay);
    }
    if (!action.hosts.empty()) stragglers_.push_back({std::move(action), end});
  }

  // Leaves those that are still down.
  void wait_for_those_down(Action& action, std::chrono::milliseconds patience) {
    const std::vector<std::string> before = action.hosts;
    action.hosts = ask_until_well(action, patience).hosts;
    for (const std::string& node : before)
      if (std::find(action.hosts.begin(), action.hosts.end(), node) == action.hosts.end()) note_booted({node});
  }

  void wait_for_stragglers() {
    for (const Stragglers& late : std::exchange(stragglers_, {})) {
      Action action = late.action;
      if (stopped().empty()) wait_for_those_down(action, late.end.left());
      report_not_up(action.domain, action.hosts);
    }
  }

  void report_not_up(const std::string& domain, const std::vector<std::string>& left) {
    if (left.empty()) return;
    const std::string booted = run::command_text({"rnetboot", xcat::fold(left)});
    applied_.problems.push_back("domain " + domain + ": not up again " +
                                (stopped_.empty() ? std::to_string(std::chrono::minutes(time_to_boot).count()) +
                                                        " minutes after " + booted + "; cure: their consoles (rcons)"
                                                  : "yet after " + booted + ", and not waited for any longer; cure: " +
                                                        "makehanfs status, or their consoles (rcons)"));
  }

  // Before nodes are booted: a hard boot of one that runs would be harm. Those that were asked to shut down and were
  // not seen down yet get the time for that, after a signal or the deadline half of what is left; and so does a
  // question that did not reach a node that may be up.
  void look_who_is_up(const Action& action) {
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
  bool is_to_be_asked_again(DomainProgress& domain, const HostReply& reply, const std::string& failure,
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
    if (failure.empty() || is_down(reply.answer)) return false;
    if (shut_down_nodes_.went_down(host)) return !goes_on_failing;
    domain.unasked.emplace(host, failure);
    return true;
  }

  // Those that are up after all: of some nobody knows yet whether they are going down, and this run still owes them
  // their boot.
  void leave_up(const Action& action, const std::vector<std::string>& nodes) {
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
                                  ": asked to shut down, and still answering, so not booted: " +
                                  xcat::fold(going_down) + what_shutdown_said(going_down) +
                                  "; cure: makehanfs status in 10 minutes, rnetboot for those that are down then");
  }

  // Those that were up, from servers that serve. A signal or the deadline does not leave nodes down: what boots them is
  // started, and goes on by itself; of their servers is known then what became of the work on them.
  void boot(const Action& action) {
    DomainProgress& domain = domains_[action.domain];
    if (!domain.stopped && !are_left_down(action)) return;
    domain.stopped = true;
    const bool late = !stopped().empty();
    std::vector<std::string> nodes, of_earlier_runs, up, unasked;
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
      if (shut_down_nodes_.is_left_down(host)) domain.left_down.insert(host);
      shut_down_nodes_.take_over(host);
      if (!is_served(domain, home)) {
        domain.waiting.emplace(host, home);
        continue;
      }
      nodes.push_back(host);
      if (domain.left_down.count(host) != 0) of_earlier_runs.push_back(host);
    }
    leave_up(action, up);
    if (!unasked.empty())
      applied_.problems.push_back("domain " + action.domain + ": whether " + xcat::fold(unasked) +
                                  " is up is not known (" + domain.unasked.at(unasked.front()) +
                                  "), so not booted; cure: what it says, then makehanfs status, and rnetboot for those "
                                  "that are silent");
    if (nodes.empty()) return;
    Action command = action;
    command.argv = {action.argv.front(), xcat::fold(nodes)};
    const std::string words = run::command_text(command.argv);
    const run::Outcome outcome = run_here(command);
    domain.boots.insert(nodes.begin(), nodes.end());
    if (const std::string why = run::failure(outcome); !why.empty()) {
      if (outcome.end == run::Outcome::End::abandoned)
        return applied_.problems.push_back("domain " + action.domain + ": " + words + " is still at work (" + why +
                                           "); cure: makehanfs status, and rnetboot only for those that stay down");
      applied_.problems.push_back("domain " + action.domain + ": " + words + ": " + why +
                                  "; cure: what it says, then " + words +
                                  " again, for those that makehanfs status shows silent");
      return;
    }
    note_booted(nodes);
    // Nobody of this run will see them up.
    if (late)
      for (const std::string& node : nodes) shut_down_nodes_.booted(node);
    if (late)
      applied_.problems.push_back("domain " + action.domain + ": its nodes were shut down, so " + words +
                                  " was run all the same, and not waited for; cure: makehanfs status shows who is up");
    if (!of_earlier_runs.empty())
      applied_.warnings.push_back("booted, as an apply that was broken off had shut them down: " +
                                  xcat::fold(of_earlier_runs));
  }

  void note_booted(const std::vector<std::string>& nodes) {
    for (const std::string& node : nodes)
      if (std::find(applied_.booted.begin(), applied_.booted.end(), node) == applied_.booted.end())
        applied_.booted.push_back(node);
  }

  void report_unserved(const std::string& domain, const std::string& server, const std::vector<std::string>& nodes) {
    const auto why = domains_[domain].unserved.find(server);
    const std::string range = xcat::fold(nodes);
    applied_.problems.push_back(
        "domain " + domain + ": shut down and not booted, as " +
        (why == domains_[domain].unserved.end() ? "what became of the work on " + server + " is not known"
                                                : server + " does not serve (" + why->second + ")") +
        ": " + range + "; cure: setuphanfs --status there, then " + run::command_text({"rnetboot", range}));
  }

  // Whether an earlier run has left nodes of this action down, and all of them still are: who may be up is not booted.
  bool are_left_down(const Action& action) {
    const auto is_left = [&](const std::string& host) { return shut_down_nodes_.is_left_down(host); };
    const std::set<std::string>& down = domains_[action.domain].down;
    return std::any_of(action.hosts.begin(), action.hosts.end(), is_left) && stopped().empty() &&
           std::all_of(action.hosts.begin(), action.hosts.end(),
                       [&](const std::string& host) { return down.count(host) != 0; });
  }

  // -- work and its checks

  // Hosts that may be tried; what becomes of the others is known then.
  std::vector<std::string> hosts_to_try(const Action& action) {
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
      known();
    }
    return hosts;
  }

  // Hosts on which the command before the check went well.
  std::vector<std::string> hosts_to_check(const Action& check) {
    std::vector<std::string> hosts;
    for (const std::string& host : check.hosts)
      if (works_.at(host).action != nullptr && works_.at(host).result->good()) hosts.push_back(host);
    return hosts;
  }

  void work(const std::vector<Action>& turn) {
    std::vector<Question> questions;
    for (const Action& action : turn) {
      const bool is_check = action.role == Action::Role::check;
      std::vector<std::string> hosts = is_check ? hosts_to_check(action) : hosts_to_try(action);
      if (hosts.empty()) continue;
      if (!is_check)
        for (const std::string& host : hosts) journal_.begin(entry_of(*stage_, action, host));
      if (stage_->kind == Stage::Kind::servers) domains_[action.domain].begun = true;
      questions.push_back({&action, std::move(hosts)});
    }
    ask(questions);
    for (const Question& question : questions)
      for (const HostReply& reply : question.replies) take(*question.action, reply);
  }

  void take(const Action& action, const HostReply& reply) {
    HostResult result = result_of(action, reply, engine_.host_deadline);
    const Work& work = works_.at(reply.answer.host);
    if (action.role == Action::Role::check) return take_check(work, reply.answer, result);
    *work.result = std::move(result);
    if (!work.result->good() || action.check_id.empty()) conclude(work);
  }

  // A check that is good confirms what the command before it did. A host that could not be checked stays begun in the
  // journal, so --resume does it again.
  void take_check(const Work& work, const HostAnswer& answer, const HostResult& check) {
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

  static std::string not_as_wanted(const HostResult& server) {
    return "server " + server.host + " of domain " + server.domain + " is not as wanted (" + name_of(server.state) +
           ")";
  }

  // The result of a host is final: journal, failures, and its domain. A node that failed stops nobody.
  void conclude(const Work& work) {
    const HostResult& result = *work.result;
    journal_.end(entry_of(*stage_, *work.action, result.host),
                 result.good() ? plan::JournalEntry::State::done : plan::JournalEntry::State::failed);
    // A server that was held back, because clients would feel it, is as it was: the others of its domain may go on, and
    // have to serve before it can be interrupted.
    const bool unchanged = result.state == State::drift;
    const bool is_server = stage_->kind == Stage::Kind::servers;
    if (is_server && !result.good() && !unchanged) {
      failures_ += result.state == State::skipped || options_.check_only ? 0 : 1;
      if (result.state != State::skipped) failed_servers_.insert(result.host);
      if (domains_[result.domain].broken.empty()) domains_[result.domain].broken = not_as_wanted(result);
    }
    known();
  }

  run::Runner& runner_;
  const Engine& engine_;
  const std::vector<Stage>& stages_;
  plan::Journal& journal_;
  sys::Clock& clock_;
  const ApplyOptions& options_;
  const Stage* stage_ = nullptr;                 // the present one
  std::unordered_map<std::string, Work> works_;  // of the present stage, by host
  std::map<std::string, DomainProgress> domains_;
  std::map<std::string, HostResult> looked_;  // by host
  std::vector<Stragglers> stragglers_;        // of the present stage
  ShutDownNodes shut_down_nodes_;
  std::map<std::string, std::string> shutdown_said_;  // by node; empty: nothing wrong
  std::set<std::string> failed_servers_;              // whose work did not end well
  std::chrono::milliseconds overtime_;  // left after a signal or the deadline for boots, and to ask who is up
  std::size_t failures_ = 0;
  std::string stopped_;
  bool limit_reported_ = false;
  bool touched_ = false;
  Applied applied_;
};

}  // namespace

std::size_t Applied::count(State state) const {
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
