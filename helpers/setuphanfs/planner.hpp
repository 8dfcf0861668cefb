// SPDX-License-Identifier: Apache-2.0
// Facts and settings to a plan. Pure: no clock, no I/O, the same input gives the same plan.
#pragma once

#include <string>
#include <vector>

#include "plan/plan.hpp"
#include "result.hpp"
#include "setuphanfs/export_rules.hpp"
#include "setuphanfs/observed_state.hpp"
#include "setuphanfs/settings.hpp"

namespace hanfs::server {

struct DesiredState {
  std::string directory;
  std::vector<std::string> addresses;  // own first
  aix::Export wanted;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;  // with their cure
};

// The servers of the set as the settings name them, this one's own address among them or not: those of --replica, else
// those of the domain of hanfs.conf that holds an address of this server.
Result<std::vector<std::string>> servers_of(const ObservedState& observed, const Settings& settings);

// Error: the settings cannot be met on this server; nothing was touched.
Result<DesiredState> desired_state(const ObservedState& observed, const Settings& settings);

struct ServerPlan {
  plan::Plan plan;
  std::vector<std::string> interruptions;  // what it takes from clients while it runs; empty: nothing
  std::vector<std::string> warnings;       // of what it makes, with their cure
};

// Empty when the server is as wanted.
ServerPlan make_plan(const ObservedState& observed, const DesiredState& desired, const Settings& settings);

// From what is there now back to what was there before, in the reverse order of the plan but for /etc/exports, which
// exportfs reads: it comes before the exports that come back. `by_hand`: exports with their options instead of by what
// /etc/exports says, where that has failed.
// The mode stays on where other exports are up for NFSv4: it does them no harm, and to switch it off would interrupt
// them once more.
// Works with blind spots too: what cannot be seen (daemons, exports) is taken for gone, and what brings it back has no
// expectation.
plan::Plan make_restore_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                             bool explicit_options = false);

// What the change took along though it is none of our business: exports elsewhere and daemons that were up before. What
// cannot be seen is left alone.
plan::Plan make_restore_others_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                                    bool explicit_options = false);

// What earlier runs took from others and left down: `before` as as_before() gives it.
plan::Plan make_missing_exports_plan(const ObservedState& before, const ObservedState& now,
                                     const std::string& directory, bool explicit_options = false);

// The state of the verdict: "replicated", "as-before", "unsettled", or "unknown" where it could not be seen.
std::string final_state(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                        const Settings& settings);

// False: a blind spot of the facts hides it.
bool can_be_judged(const ObservedState& observed, const plan::Expectation& expectation);
// Does it hold? `facts` as seen by commands_for().
bool is_satisfied(const ObservedState& observed, const plan::Expectation& expectation);
std::vector<plan::Argv> commands_for(const plan::Expectation& expectation);

// Which of the daemons needed do not run.
std::vector<std::string> missing_daemons(const ObservedState& observed);

}  // namespace hanfs::server
