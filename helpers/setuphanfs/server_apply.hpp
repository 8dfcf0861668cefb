// SPDX-License-Identifier: Apache-2.0
// Changes the server: applies a plan, observes it again, and rolls it back where it did not work. Every change stands
// in the journal, between a record of what was there before and how the run ended.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "app/context.hpp"
#include "plan/apply.hpp"
#include "setuphanfs/planner.hpp"
#include "setuphanfs/restore_plan.hpp"

namespace hanfs::server {

struct Change {
  std::vector<plan::StepResult> results;
  ObservedState after;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;
  bool by_xtab = false;  // what is exported now was read in /etc/xtab, as exportfs did not answer
};

// Seconds. A change that has begun is rolled back also when the deadline of the run has come, so rolling back has a
// limit of its own: as long again, but never less than a slow server needs to stop and start NFS.
long limit_of_taking_back(const app::Limits& limits);

// Whether all has been done but what left only for a moment: that is brought back by what repairs, and no reason to
// take the rest back.
bool has_worked(const plan::Plan& plan, const std::vector<plan::StepResult>& results);

class ServerApply {
 public:
  explicit ServerApply(app::Context& context) : context_(context) {}

  // Before the first change; a second call does nothing. Error: the journal cannot be written, so nothing may be
  // changed.
  Status begin(const ObservedState& before, plan::Purpose purpose = plan::Purpose::change);

  // For a change that is made without a plan, between begin() and end().
  void note(const plan::Step& step) { journal_->begin(step); }

  // From here on nothing of earlier runs is unfinished. Error: the journal cannot be written, so it still is.
  Status discard_unfinished(const ObservedState& now);

  // Whether the files of the plan could be written now: before anybody is interrupted for a plan that would fail there.
  Status try_files(const plan::Plan& plan) const;

  // Brings back what earlier runs have left down (see make_owed_plan).
  Change restore(const ObservedState& before, const ObservedState& now, const DesiredState& desired, Owed owed);

  // `before` learns of the edits that were begun.
  Change apply(const plan::Plan& plan, ObservedState& before, const ObservedState& now, const DesiredState& desired);

  // Back to what was there before, after a change that was made without a plan. Neither the deadline of the run nor a
  // signal ends it. `done` is said of each step.
  Change take_back(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                   const std::string& done);

  // `state` is that of the verdict.
  void end(const std::string& state);

 private:
  class Applier;
  using RestOf = std::function<plan::Plan(const ObservedState& now, bool explicit_options)>;

  void converge_calmly(const ObservedState& now, const RestOf& rest_of, const std::string& done, Change& change);
  void report_repaired(const plan::Plan& plan, const ObservedState& before, const DesiredState& desired,
                       Change& change);
  void report_rolled_back(const plan::Plan& plan, const ObservedState& before, const DesiredState& desired,
                          Change& change);

  app::Context& context_;
  std::unique_ptr<plan::Journal> journal_;
  plan::Step record_;
};

// Between two probes; whether to wait longer is judged by the next one.
void pause_between_looks(const app::Context& context);

}  // namespace hanfs::server
