// SPDX-License-Identifier: Apache-2.0
// Carries out a plan. Every step is tried, and each gets a result.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "plan/journal.hpp"
#include "plan/plan.hpp"
#include "run/runner.hpp"
#include "sys/clock.hpp"
#include "sys/files.hpp"

namespace hanfs::plan {

struct StepResult {
  enum class State {
    done,     // it ran and ended well (what it did is judged by observing, later)
    failed,   // `problem` says how
    skipped,  // `problem` says why it was not started
  };
  State state = State::skipped;
  std::string problem;
  // Failed: its command must not be killed and has not ended, so its effect may come later. In the journal it stays
  // begun.
  bool still_running = false;
  // Failed: it was started, and the run was stopped before its effect was observed. In the journal it stays begun.
  bool unverified = false;
  // Failed: it had been done, and was taken back because another step failed.
  bool rolled_back = false;
  // Its command, or another one of its lane, did not end within its time; so it may be tried once more.
  bool hung = false;
  // Skipped or failed because its resource was taken away by others during the run, so there is nothing left to do.
  bool gone = false;

  // Skipped: what it needs did not hold.
  bool unsafe = false;

  bool operator==(const StepResult& o) const { return state == o.state && problem == o.problem; }
};

// Read-only commands and their outcomes, in the same order.
struct Probe {
  std::vector<run::Command> commands;
  std::vector<run::Outcome> outcomes;
};

struct ApplyOptions {
  ApplyOptions(const sys::Clock& clock_of_run, sys::Files& files_of_run) : clock(clock_of_run), files(files_of_run) {}

  const sys::Clock& clock;
  sys::Files& files;
  std::string sysroot;  // for steps that write files
  // For steps that edit a file: what it becomes, nullopt where it is to go. Error: the edit does not fit what is there.
  std::function<Result<std::optional<std::string>>(const TextEdit&, const std::optional<std::string>& there)> edited;
  // May anything more be started? False after SIGTERM or when the deadline of the run has passed; `stopped` says which
  // ("stopped by a signal").
  std::function<bool()> go_on;
  std::function<std::string()> stopped;
  // How long this step may take, out of the time that is left of the run.
  std::function<std::chrono::milliseconds(const Step&)> time_for;
  // Is there time for a step and the one that follows it at once (Step::verified_with_next)? Empty: there is.
  std::function<bool()> has_time_for_two;
  // How long a command that must not be killed is waited for once a signal has come.
  std::chrono::milliseconds after_signal = run::Command{}.after_signal;

  // Others do not wait for a command longer than this before they take its place.
  std::chrono::milliseconds patience{1000};

  // For verified steps: the commands that show whether an expectation holds, and whether it does by their outcomes.
  std::function<std::vector<run::Command>(const Expectation&)> probe;
  std::function<bool(const Expectation&, const Probe&)> is_satisfied;
  // Why what a step needs was just judged not to hold, for people. Empty: its text says all.
  std::function<std::string(const Expectation&)> why_unsatisfied;

  // Between two probes of a step that has a `wait`. It blocks, so a plan with such steps should be one sequence.
  std::function<void()> pause;

  // False: a verified sequence that failed is not rolled back here. The caller does it, by what it observes.
  bool roll_back = true;

  // For sequences that are not verified: what to observe when the last step has run, while other sequences still run.
  // Both may be empty.
  std::function<std::vector<run::Command>(const Step& last)> probe_after;
  std::function<void(const Probe&)> probed;

  // Where it is set: the command of a verified step may take so long in all. After time_for() its sequence goes on
  // without it: the step counts as failed and still running, and `ended_late` gets its outcome, at the latest in
  // wait_for_late() of the runner. Not longer than time_for(): it is ended then, as always.
  std::function<std::chrono::milliseconds(const Step&)> whole_time;
  std::function<void(const Step&, const run::Outcome&)> ended_late;

  // Called before a verified step that is to be judged together with the next one: until that has ended the run owes
  // its command. Empty: nothing is owed any more. May be empty itself.
  std::function<void(const Argv&)> owed;

  // Called after every step, for progress and the log.
  std::function<void(const Step&, const StepResult&)> reported;
};

// Results in the order of the plan's steps. Sequences run side by side, verified ones one after the other. A verified
// step is done when its expectation holds, whatever its command said; when it does not hold, the sequence stops, and
// its steps are rolled back in reverse. A runner that was told to stop starts no probes and rolls nothing back: steps
// that were started then count as failed, all others as skipped. When a command of a sequence
// that is not verified hangs, the rest of the sequence is skipped: it would hang as well.
std::vector<StepResult> apply(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options);

// Whether the files of the plan could be written now, all of them together: before a step that interrupts somebody.
Status try_files(const Plan& plan, const ApplyOptions& options);

}  // namespace hanfs::plan
