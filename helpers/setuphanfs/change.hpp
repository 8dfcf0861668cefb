// SPDX-License-Identifier: Apache-2.0
// Applies a plan to the server, looks again, and takes it back where it did not work.
#pragma once

#include <string>
#include <vector>

#include "plan/apply.hpp"
#include "setuphanfs/planner.hpp"
#include "tool/context.hpp"

namespace hanfs::server {

struct Change {
  std::vector<plan::StepResult> results;
  Facts after;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;
};

Change apply_and_settle(tool::Context& context, const plan::Plan& plan, const Facts& before, const Wish& wish);

}  // namespace hanfs::server
