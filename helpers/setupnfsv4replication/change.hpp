// SPDX-License-Identifier: Apache-2.0
// Applies a plan to the node and observes it again.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/apply.hpp"
#include "setupnfsv4replication/context.hpp"
#include "setupnfsv4replication/planner.hpp"

namespace hanfs::node {

struct Change {
  plan::Plan plan;                        // and what came late, or when it was looked once more
  std::vector<plan::StepResult> results;  // of its steps; `done` only where its effect is there now
  ObservedState after;
  DesiredState desired;  // of `after`
  std::vector<std::string> notes;
  std::vector<std::string> warnings;
};

// Makes the plan for an observed state.
using Planner = std::function<plan::Plan(const ObservedState&)>;

// What the settings want of the node; with --reset only what is not in the way of going back.
DesiredState desired_of(const Context& context, const ObservedState& observed);

// Applies what the planner makes of `before`. Who has not answered by the end, and what was mounted meanwhile, is
// looked at once more then, and what the planner makes of that is applied too. Never trusts an exit status or a
// message: every step is judged by what is there when read back.
Change apply_and_verify(Context& context, const plan::Plan& plan, const ObservedState& before, const Planner& planner);

}  // namespace hanfs::node
