// SPDX-License-Identifier: Apache-2.0
// Applies a plan to the node and observes it again.
#pragma once

#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/apply.hpp"
#include "setupnfsv4replication/context.hpp"
#include "setupnfsv4replication/planner.hpp"

namespace hanfs::node {

struct Change {
  std::vector<plan::StepResult> results;  // of the plan's steps; `done` only where its effect is there now
  ObservedState after;
  DesiredState desired;  // of `after`
  std::vector<std::string> notes;
  std::vector<std::string> warnings;
};

// Never trusts an exit status or a message: every step is judged by what is there when read back.
Change apply_and_verify(Context& context, const plan::Plan& plan, const ObservedState& before);

}  // namespace hanfs::node
