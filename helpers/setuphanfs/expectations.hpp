// SPDX-License-Identifier: Apache-2.0
// Whether what the steps of a server expect is there.
#pragma once

#include <vector>

#include "plan/plan.hpp"
#include "setuphanfs/observed_state.hpp"

namespace hanfs::server {

// The read-only commands that show it.
std::vector<plan::Argv> commands_for(const plan::Expectation& expectation);
// False: something unobserved hides it.
bool can_be_judged(const ObservedState& observed, const plan::Expectation& expectation);
// `observed` by commands_for() at least.
bool is_satisfied(const ObservedState& observed, const plan::Expectation& expectation);

}  // namespace hanfs::server
