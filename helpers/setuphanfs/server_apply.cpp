// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/server_apply.hpp"

#include <algorithm>
#include <functional>
#include <map>
#include <set>

#include "app/report.hpp"
#include "plan/step_text.hpp"
#include "run/command.hpp"
#include "setuphanfs/expectations.hpp"
#include "setuphanfs/exports_edit.hpp"
#include "setuphanfs/observe.hpp"
#include "setuphanfs/report.hpp"
#include "setuphanfs/unfinished_run.hpp"

namespace hanfs::server {
namespace {

using State = plan::StepResult::State;
using plan::JournalEntry;
using std::chrono::milliseconds;

constexpr milliseconds pause_before_look{250};

// How long things may take, and whether to go on at all.
struct TimeBudget {
  std::function<bool()> go_on;
  std::function<std::string()> stop_reason;
  std::function<milliseconds(const plan::Step&)> step;
  std::function<milliseconds(const plan::Step&)> whole_step;  // as ApplyOptions::whole_time
  std::function<milliseconds()> probe;
  std::function<milliseconds(const plan::Plan&)> wait;  // of each step that waits, at most
  bool xtab_will_do = false;                            // where exportfs does not answer
};

// At least 1: to divide by.
long waits_in(const plan::Plan& plan) {
  const auto waits = std::count_if(plan.steps.begin(), plan.steps.end(),
                                   [](const plan::Step& step) { return step.wait > milliseconds(0); });
  return std::max<long>(waits, 1);
}

TimeBudget pace_of_run(const app::Context& context) {
  TimeBudget budget;
  budget.go_on = [&context] { return context.may_continue(); };
  budget.stop_reason = [&context] { return context.stop_reason(); };
  budget.step = [&context](const plan::Step& step) { return context.time_for(step); };
  budget.probe = [&context] {
    return std::max(context.time_for(std::chrono::seconds(context.limits().command_deadline)), milliseconds(100));
  };
  budget.wait = [](const plan::Plan&) { return milliseconds::max(); };
  return budget;
}

// What was there before is there again by it.
bool gives_back(const plan::Step& step) {
  return step.action == plan::Action::bring_back || step.action == plan::Action::start;
}

// Neither the deadline of the run nor a signal ends the taking back, but its own limit does. No command and no wait may
// use that up, so each gets a part of what is left: what comes last is tried too.
TimeBudget pace_of_taking_back(const app::Context& context) {
  const long limit = limit_of_taking_back(context.limits());
  const sys::Deadline deadline(context.system().clock(), std::chrono::seconds(limit));
  const milliseconds whole_command = std::chrono::seconds(context.limits().command_deadline);
  constexpr milliseconds least{1000};
  const auto command = [=] { return std::max(std::min(whole_command, deadline.left() / 4), least); };
  TimeBudget budget;
  budget.go_on = [=] { return !deadline.passed(); };
  budget.stop_reason = [=] { return "taking back has its limit too (" + std::to_string(limit) + " s)"; };
  budget.step = [=](const plan::Step&) { return command(); };
  // An exportfs may ask a dead name server for each client: others do not wait for it, and it is not killed for that.
  budget.whole_step = [=](const plan::Step& step) { return gives_back(step) ? deadline.left() / 2 : milliseconds(0); };
  budget.probe = command;
  budget.xtab_will_do = true;
  // A daemon that does not come or go keeps the rest waiting for a third of the time, all attempts together.
  budget.wait = [=](const plan::Plan& plan) {
    const milliseconds for_waits = deadline.left() - milliseconds(std::chrono::seconds(limit)) * 2 / 3;
    return std::max(for_waits / 2 / waits_in(plan), least);
  };
  return budget;
}

// Can it be seen whether it is taken back?
bool is_seen(const plan::Step& step, const ObservedState& now) {
  if (step.file) return !is_unobserved(now, exports_file);
  return !step.expect || can_be_judged(now, *step.expect);
}

// `rest`: what is still to be done to get back to where the server was.
bool is_rolled_back(const plan::Step& step, const plan::Plan& rest) {
  return std::none_of(rest.steps.begin(), rest.steps.end(),
                      [&](const plan::Step& left) { return left.resource == step.resource; });
}

std::string reported(std::string done, const std::string& what, const std::string& why) {
  return std::move(done.append(": ").append(what).append(": ").append(why));
}

}  // namespace

void pause_between_looks(const app::Context& context) { context.system().clock().sleep(pause_before_look); }

class ServerApply::Applier {
 public:
  Applier(app::Context& context, run::Runner& runner, plan::Journal& journal, TimeBudget budget)
      : context_(context),
        teller_(context, verdict_of(context.node(), "fail")),
        runner_(runner),
        journal_(journal),
        budget_(std::move(budget)) {}

  std::vector<plan::StepResult> apply(plan::Plan plan) {
    report::Progress progress = context_.progress("hanfs", plan.steps.size());
    for (plan::Step& step : plan.steps) step.wait = std::min(step.wait, budget_.wait(plan));
    plan::ApplyOptions options(context_.system().clock(), context_.system().files());
    options.sysroot = context_.modes().sysroot;
    options.go_on = budget_.go_on;
    options.stopped = budget_.stop_reason;
    options.time_for = budget_.step;
    options.whole_time = budget_.whole_step;
    options.ended_late = [this](const plan::Step& step, const run::Outcome& outcome) {
      late_.emplace_back(step, outcome);
    };
    options.after_signal = context_.time_after_signal();
    options.roll_back = false;
    options.edited = edited;
    options.probe = [&](const plan::Expectation& expectation) { return probes(expectation); };
    options.is_satisfied = [&](const plan::Expectation& expectation, const plan::Probe& probe) {
      ObservedState observed;
      for (std::size_t i = 0; i < probe.commands.size(); ++i)
        take(observed, probe.commands[i].argv, probe.outcomes[i], false);
      read_files(observed, sources());
      if (expectation.resource.kind == plan::Kind::exported) compare_with_xtab(observed, sources());
      if (budget_.xtab_will_do) (void)read_xtab_instead(observed, sources());
      return server::is_satisfied(observed, expectation);
    };
    options.pause = [&] { pause_between_looks(context_); };
    options.reported = [&](const plan::Step& step, const plan::StepResult& result) {
      progress.advance();
      teller_.tell(step, result);
    };
    return plan::apply(plan, runner_, journal_, options);
  }

  // Applies what `rest_of` the facts says, until nothing is missing or time or attempts are used up. `seen`: what does
  // not change any more. `done` is said of each step that went well; what is missing at the end is told with the
  // reason. Blind spots keep nothing down that can be seen, or that can be done without seeing.
  void converge(const ObservedState& seen, int attempts, const RestOf& rest_of, const std::string& done,
                Change& change) {
    Tried tried;
    for (int attempt = 0;; ++attempt) {
      change.after = observe_again(sources(), seen);
      change.by_xtab = budget_.xtab_will_do && read_xtab_instead(change.after, sources());
      const bool explicit_options = attempt >= attempts / 2;
      const bool unobserved = !change.after.unobserved.empty();
      plan::Plan rest = rest_of(change.after, explicit_options);
      take_late(rest, done, tried, change);
      drop(rest, tried.unverifiable);
      if ((rest.empty() && !unobserved) || attempt == attempts || !budget_.go_on()) {
        if (change.by_xtab)
          change.warnings.emplace_back(
              "exportfs gave no answer that can be believed; what is exported was read in /etc/xtab");
        for (const auto& [what, problem] : tried.problems)
          if (!rest.empty() || unobserved) change.warnings.push_back(reported("not " + done, what, problem));
        return;
      }
      // Where nothing is missing as far as can be seen, the next look perhaps sees more.
      if (rest.empty() || attempt > 0) context_.system().clock().sleep(pause_before_look * (attempt * attempt + 1));
      if (rest.empty()) continue;
      take_results(rest, apply(rest), done, tried, change);
      runner_.wait_for_late();
    }
  }

 private:
  struct Tried {
    std::map<std::string, std::string> problems;  // by what was tried
    std::set<std::string> unverifiable;           // it ended well, and its effect cannot be seen
  };

  static void drop(plan::Plan& plan, const std::set<std::string>& what) {
    auto& steps = plan.steps;
    steps.erase(
        std::remove_if(steps.begin(), steps.end(),
                       [&](const plan::Step& step) { return !step.expect && what.count(plan::text_of(step)) != 0; }),
        steps.end());
  }

  // What was left at work has ended by now. It is judged by what was observed after that, and by its command where that
  // shows nothing.
  void take_late(const plan::Plan& rest, const std::string& done, Tried& tried, Change& change) {
    for (const auto& [step, outcome] : std::exchange(late_, {})) {
      const std::string what = plan::text_of(step);
      const bool is_back = step.expect ? is_seen(step, change.after) && is_rolled_back(step, rest) : outcome.ok();
      journal_.end(step, is_back ? JournalEntry::State::done : JournalEntry::State::failed);
      if (is_back) {
        tried.problems.erase(what);
        if (!step.expect) tried.unverifiable.insert(what);
        change.notes.push_back(reported(done, what, step.why + "; it took " + run::seconds(outcome.elapsed)));
      } else if (!outcome.ok()) {
        tried.problems[what] = run::failure(outcome);
      }
    }
  }

  void take_results(const plan::Plan& plan, const std::vector<plan::StepResult>& results, const std::string& done,
                    Tried& tried, Change& change) {
    for (std::size_t i = 0; i < plan.steps.size(); ++i) {
      const plan::Step& step = plan.steps[i];
      const std::string what = plan::text_of(step);
      if (results[i].state != State::done) {
        tried.problems[what] = results[i].problem;
        continue;
      }
      std::string why = step.why;
      if (const auto before = tried.problems.find(what); before != tried.problems.end()) {
        why += "; the try before this failed: " + before->second;
        tried.problems.erase(before);
      }
      change.notes.push_back(reported(done, what, why));
      if (!step.expect && !step.file) tried.unverifiable.insert(what);
    }
  }

  app::Sources sources() { return context_.sources().with(runner_, budget_.probe); }

  std::vector<run::Command> probes(const plan::Expectation& expectation) const {
    std::vector<run::Command> commands;
    for (const plan::Argv& argv : commands_for(expectation)) {
      run::Command command;
      command.argv = argv;
      command.deadline = budget_.probe();
      commands.push_back(std::move(command));
    }
    return commands;
  }

  app::Context& context_;
  app::StepTeller teller_;
  run::Runner& runner_;
  plan::Journal& journal_;
  TimeBudget budget_;
  std::vector<std::pair<plan::Step, run::Outcome>> late_;  // ended, and not looked at yet
};

bool has_worked(const plan::Plan& plan, const std::vector<plan::StepResult>& results) {
  const auto left_for_a_moment = [&](const plan::Step& step) {
    return step.action == plan::Action::bring_back &&
           std::any_of(plan.steps.begin(), plan.steps.end(), [&](const plan::Step& other) {
             return other.action == plan::Action::withdraw_for_a_moment && other.resource == step.resource;
           });
  };
  for (std::size_t i = 0; i < results.size(); ++i)
    if (results[i].state != State::done && !left_for_a_moment(plan.steps[i])) return false;
  return true;
}

long limit_of_taking_back(const app::Limits& limits) {
  constexpr long least = 60;
  return std::max(limits.deadline, least);
}

// A run of its own, that ended well.
Status ServerApply::discard_unfinished(const ObservedState& now) {
  plan::Journal journal(context_.system().files(), context_.system().clock(), context_.journal_path(),
                        context_.run_name() + ".forget");
  const plan::Step record = record_of(now);
  journal.begin(record);
  journal.end(record, JournalEntry::State::done);
  if (journal.reason().empty()) return Done{};
  return Error{"the journal cannot be written (" + journal.reason() +
               "), so earlier runs cannot be forgotten; nothing was touched; cure: make room, or move it away"};
}

Status ServerApply::begin(const ObservedState& before, plan::Purpose purpose) {
  if (journal_) return Done{};
  record_ = record_of(before);
  record_.purpose = purpose;
  journal_ = std::make_unique<plan::Journal>(context_.system().files(), context_.system().clock(),
                                             context_.journal_path(), context_.run_name());
  journal_->begin(record_);
  if (journal_->reason().empty()) return Done{};
  return Error{
      "the journal cannot be written (" + journal_->reason() +
      "), so a run that is killed could not be put right; nothing was touched; cure: make room, or move it away"};
}

void ServerApply::end(const std::string& state) {
  if (!journal_) return;
  journal_->end(record_, state == "replicated" || state == "reset" ? JournalEntry::State::done
                         : state == "as-before"                    ? JournalEntry::State::undone
                                                                   : JournalEntry::State::failed);
}

Status ServerApply::try_files(const plan::Plan& plan) const {
  plan::ApplyOptions options(context_.system().clock(), context_.system().files());
  options.sysroot = context_.modes().sysroot;
  options.edited = edited;
  const Status written = plan::try_files(plan, options);
  if (written || written.error().what.find("; cure: ") != std::string::npos) return written;
  return Error{written.error().what + "; cure: make room there, or let root write there; then the same again"};
}

Change ServerApply::restore(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                            Owed owed) {
  Change change;
  TimeBudget budget = pace_of_run(context_);
  // An exportfs may ask a dead name server for each client, as while something is taken back. Where the nodes still
  // wait for the plan others have that time after it.
  if (owed != Owed::to_others)
    budget.whole_step = [this](const plan::Step& step) {
      return gives_back(step) ? context_.time_for(milliseconds::max()) : milliseconds(0);
    };
  // The run itself needs time too.
  budget.wait = [this](const plan::Plan& plan) { return context_.time_for(milliseconds::max()) / waits_in(plan); };
  budget.xtab_will_do = true;
  Applier applier(context_, context_.runner(), *journal_, std::move(budget));
  applier.converge(
      now, 2,
      [&](const ObservedState& seen, bool explicit_options) {
        return make_owed_plan(before, seen, desired, owed, explicit_options);
      },
      "brought back from the earlier run", change);
  return change;
}

Change ServerApply::apply(const plan::Plan& plan, ObservedState& before, const ObservedState& now,
                          const DesiredState& desired) {
  Change change;
  change.results = Applier(context_, context_.runner(), *journal_, pace_of_run(context_)).apply(plan);
  for (std::size_t i = 0; i < plan.steps.size(); ++i)
    if (plan.steps[i].file && plan.steps[i].file->edit && change.results[i].state != State::skipped)
      before.edits.push_back(*plan.steps[i].file->edit);
  const bool well = has_worked(plan, change.results);
  if (!app::all_done(change.results) && !context_.may_continue())
    change.warnings.push_back("not finished: " + context_.stop_reason());

  converge_calmly(
      now,
      [&](const ObservedState& seen, bool explicit_options) {
        return well ? make_restore_others_plan(before, seen, desired, explicit_options)
                    : make_restore_plan(before, seen, desired, explicit_options);
      },
      well ? "repaired" : "taken back", change);
  if (well) {
    report_repaired(plan, before, desired, change);
  } else {
    report_rolled_back(plan, before, desired, change);
  }
  if (!journal_->reason().empty()) change.warnings.push_back("journal: " + journal_->reason());
  return change;
}

Change ServerApply::take_back(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                              const std::string& done) {
  Change change;
  converge_calmly(
      now,
      [&](const ObservedState& seen, bool explicit_options) {
        return make_restore_plan(before, seen, desired, explicit_options);
      },
      done, change);
  if (!journal_->reason().empty()) change.warnings.push_back("journal: " + journal_->reason());
  return change;
}

void ServerApply::converge_calmly(const ObservedState& now, const RestOf& rest_of, const std::string& done,
                                  Change& change) {
  const std::unique_ptr<run::Runner> calm = context_.calm_runner();
  Applier applier(context_, *calm, *journal_, pace_of_taking_back(context_));
  applier.converge(now, 4, rest_of, done, change);
}

// What did not come back at first has come back since.
void ServerApply::report_repaired(const plan::Plan& plan, const ObservedState& before, const DesiredState& desired,
                                  Change& change) {
  const plan::Plan rest = make_restore_others_plan(before, change.after, desired);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    if (change.results[i].state == State::done || !is_seen(plan.steps[i], change.after)) continue;
    if (!is_rolled_back(plan.steps[i], rest)) continue;
    change.results[i] = {State::done, ""};
    journal_->end(plan.steps[i], JournalEntry::State::done);
  }
}

// What went well before a later step failed is no more.
void ServerApply::report_rolled_back(const plan::Plan& plan, const ObservedState& before, const DesiredState& desired,
                                     Change& change) {
  const plan::Plan rest = make_restore_plan(before, change.after, desired);
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    const plan::Step& step = plan.steps[i];
    plan::StepResult& result = change.results[i];
    const bool worked = result.state == State::done || (result.unverified && !result.still_running);
    if (!worked || step.action == plan::Action::back_up) continue;
    if (step.resource.kind == plan::Kind::domain && !before.domain) {  // AIX has no command that takes a domain away
      change.notes.emplace_back("the NFSv4 domain stays set");
      continue;
    }
    if (step.action == plan::Action::start) {  // it does no harm
      change.notes.push_back(step.resource.name + " keeps running");
      continue;
    }
    if (step.resource.kind == plan::Kind::mode && change.after.mode == aix::ReplicationMode::on) {
      change.notes.emplace_back(
          "replication stays on: other exports are up for NFSv4, which it does no harm, and to switch it off would "
          "interrupt them once more; by hand: chnfs -R off, while nothing is exported for NFSv4");
      continue;
    }
    const bool seen = is_seen(step, change.after);
    const bool back = seen && is_rolled_back(step, rest);
    result = {State::failed, back   ? "taken back"
                             : seen ? "not taken back"
                                    : "it could not be seen whether it is taken back"};
    result.rolled_back = back;
    if (back) journal_->end(step, JournalEntry::State::undone);
  }
}

}  // namespace hanfs::server
