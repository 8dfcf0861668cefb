// SPDX-License-Identifier: Apache-2.0
// Walks a plan. Every step is tried; what happened to each is told.
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
  // Failed: its command must not be killed and has not ended. What it does may come later; in the journal it stays
  // begun.
  bool still_running = false;
  // Failed: it was started, and the run was stopped before anybody looked at what it did; in the journal it stays
  // begun.
  bool unverified = false;

  bool operator==(const StepResult& o) const { return state == o.state && problem == o.problem; }
};

// A look at the machine: what was asked and what came back, in the same order.
struct Probe {
  std::vector<run::Command> commands;
  std::vector<run::Outcome> outcomes;
};

struct ApplyOptions {
  ApplyOptions(const sys::Clock& clock_of_run, sys::Files& files_of_run) : clock(clock_of_run), files(files_of_run) {}

  const sys::Clock& clock;
  sys::Files& files;
  std::string sysroot;  // for steps that write files
  // May anything more be started? False after SIGTERM or when the deadline of the run has passed; `stopped` says which
  // ("stopped by a signal").
  std::function<bool()> go_on;
  std::function<std::string()> stopped;
  // How long this step may take, from what is left of the run.
  std::function<std::chrono::milliseconds(const Step&)> time_for;
  // How long a command that must not be killed is waited for once a signal has come.
  std::chrono::milliseconds after_signal = run::Command{}.after_signal;

  // For guarded steps: the read-only commands that show whether an expectation holds, and the judge of what they say.
  std::function<std::vector<run::Command>(const Expectation&)> probe;
  std::function<bool(const Expectation&, const Probe&)> is_satisfied;

  // Between two looks of a step that has a `wait`. It blocks, so a plan with such steps should have one lane only.
  std::function<void()> pause;

  // False: a guarded lane that failed is not taken back here. The caller does it, by what it sees.
  bool roll_back = true;

  // For the lanes that are not guarded: what to look at when the last step of a lane has run, while other lanes still
  // work. Both may be empty.
  std::function<std::vector<run::Command>(const Step& last)> probe_after;
  std::function<void(const Probe&)> probed;

  // Called after every step, for progress and the log.
  std::function<void(const Step&, const StepResult&)> reported;
};

// Results in the order of the plan's steps. Lanes run side by side, guarded lanes one after the other. A guarded step
// counts as done when what it expects is there, whatever its command said; when it is not there, its lane stops, and
// what the lane did before is taken back in reverse. A runner that was told to stop starts no looks and takes nothing
// back: what was started then counts as failed, what was not as skipped.
std::vector<StepResult> apply(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options);

}  // namespace hanfs::plan
