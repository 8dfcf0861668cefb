// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/change.hpp"

#include <poll.h>
#include <unistd.h>

#include <algorithm>

#include "report/progress.hpp"
#include "run/command.hpp"
#include "setuphanfs/observe.hpp"
#include "sys/host.hpp"
#include "sys/signals.hpp"
#include "tool/report.hpp"

namespace hanfs::server {
namespace {

using State = plan::StepResult::State;
using Level = report::Log::Level;
using std::chrono::milliseconds;

constexpr int between_looks = 250;  // milliseconds
constexpr int attempts = 4;         // to bring back what is missing

milliseconds whole_command(const tool::Context& context) {
  return std::chrono::seconds(context.limits().command_deadline);
}

class Applier {
 public:
  // `calm`: neither the deadline of the run nor a signal stops it, because it takes back or repairs.
  Applier(tool::Context& context, run::Runner& runner, plan::Journal& journal, bool calm)
      : context_(context), runner_(runner), journal_(journal), calm_(calm) {}

  std::vector<plan::StepResult> apply(const plan::Plan& plan) {
    report::Progress progress("hanfs", plan.steps.size());
    plan::ApplyOptions options;
    options.sysroot = context_.modes().sysroot;
    options.go_on = [&] { return calm_ || context_.may_go_on(); };
    options.stopped = [&] { return context_.why_not(); };
    options.time_for = [&](const plan::Step& step) {
      return calm_ ? whole_command(context_) : context_.time_for(step);
    };
    options.look = [&](const plan::Expectation& expectation) { return looks(expectation); };
    options.holds = [&](const plan::Expectation& expectation, const plan::Look& look) {
      Facts facts;
      for (std::size_t i = 0; i < look.commands.size(); ++i)
        take(facts, look.commands[i].argv, look.outcomes[i], false);
      read_files(facts, sources());
      return server::holds(facts, expectation);
    };
    options.pause = [&] { pause(); };
    options.told = [&](const plan::Step& step, const plan::StepResult& result) {
      progress.advance();
      const bool well = result.state == State::done;
      context_.log().write(well ? Level::info : Level::error,
                           "hanfs: " + step.why + (well ? "" : ": " + result.problem));
    };
    return plan::apply(plan, runner_, journal_, options);
  }

  Facts look_again() { return observe(sources(), context_.node()); }

  // Not a wait for something: how long is judged by looking.
  void pause() const { (void)::poll(nullptr, 0, between_looks); }

 private:
  tool::Sources sources() {
    return {runner_, context_.sources().file, [this] { return time_to_look(); }, false};
  }
  milliseconds time_to_look() const {
    return calm_ ? whole_command(context_) : std::max(context_.time_for(whole_command(context_)), milliseconds(100));
  }
  std::vector<run::Command> looks(const plan::Expectation& expectation) const {
    std::vector<run::Command> commands;
    for (const plan::Argv& argv : commands_for(expectation)) {
      run::Command command;
      command.argv = argv;
      command.deadline = time_to_look();
      commands.push_back(std::move(command));
    }
    return commands;
  }

  tool::Context& context_;
  run::Runner& runner_;
  plan::Journal& journal_;
  bool calm_;
};

// What the walk through the plan could only announce, as it has turned out.
void correct_results(const plan::Plan& plan, const Facts& before, bool complete, Change& change) {
  for (std::size_t i = 0; i < plan.steps.size(); ++i) {
    plan::StepResult& result = change.results[i];
    if (result.state != State::failed || result.problem != "taken back") continue;
    if (plan.steps[i].id == "domain" && !before.domain) {  // AIX has no command that takes a domain away
      result = {State::done, ""};
      change.notes.emplace_back("the NFSv4 domain stays set");
    } else if (!complete) {
      result.problem = "could not all be taken back";
    }
  }
}

}  // namespace

Change apply_and_settle(tool::Context& context, const plan::Plan& plan, const Facts& before, const Wish& wish) {
  Change change;
  plan::Journal journal(context.journal_path(), sys::utc_now() + "." + std::to_string(::getpid()));
  change.results = Applier(context, context.runner(), journal, false).apply(plan);
  const bool well = tool::all_done(change.results);

  const std::unique_ptr<run::Runner> calm = context.calm_runner();
  Applier applier(context, *calm, journal, true);
  for (int attempt = 0;; ++attempt) {
    change.after = applier.look_again();
    if (attempt == attempts) break;
    if (!change.after.blind.empty()) {  // a look that failed is no proof of anything: once more
      applier.pause();
      continue;
    }
    const bool by_hand = attempt >= attempts / 2;
    const plan::Plan rest = well ? make_rescue_plan(before, change.after, wish, by_hand)
                                 : make_restore_plan(before, change.after, wish, by_hand);
    if (rest.empty()) break;
    const std::vector<plan::StepResult> results = applier.apply(rest);
    for (std::size_t i = 0; i < rest.steps.size(); ++i) {
      const plan::Step& step = rest.steps[i];
      const std::string what = step.file ? "write " + step.file->path : run::words(step.argv);
      change.notes.push_back((well ? "repaired: " : "taken back: ") + what + " (" + step.why + ")" +
                             (results[i].state == State::done ? "" : ": " + results[i].problem));
    }
  }
  const bool complete = change.after.blind.empty() && make_restore_plan(before, change.after, wish).empty();
  if (!well) correct_results(plan, before, complete, change);
  if (!journal.reason().empty()) change.warnings.push_back("journal: " + journal.reason());
  return change;
}

}  // namespace hanfs::server
