// SPDX-License-Identifier: Apache-2.0
// Walks a plan. Every step is tried; what happened to each is told.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "plan/journal.hpp"
#include "plan/plan.hpp"
#include "run/runner.hpp"

namespace hanfs::plan {

struct StepResult {
  enum class State {
    done,         // it ran and ended well (what it did is judged by observing, later)
    failed,       // `problem` says how
    skipped,      // `problem` says why it was not started
  };
  State state = State::skipped;
  std::string problem;
};

struct ApplyOptions {
  std::string sysroot;  // for steps that write files
  // May anything more be started? False after SIGTERM or when the deadline of the run has passed; `stopped` says which.
  std::function<bool()> go_on;
  std::function<std::string()> stopped;
  // How long this step may take, from its own deadline and what is left of the run.
  std::function<std::chrono::milliseconds(const Step&)> time_for;
  // Judges an expectation by observing; called for guarded steps only. True: it holds.
  std::function<bool(const Expectation&)> holds;
  // Called after every step, for progress and the log.
  std::function<void(const Step&, const StepResult&)> told;
};

// Results in the order of the plan's steps. A guarded step counts as done when what it expects is there, whatever
// its command said; when it is not there, its lane stops, and what the lane did before is taken back in reverse.
std::vector<StepResult> apply(const Plan& plan, run::Runner& runner, Journal& journal, const ApplyOptions& options);

}  // namespace hanfs::plan
