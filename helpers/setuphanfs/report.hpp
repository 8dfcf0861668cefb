// SPDX-License-Identifier: Apache-2.0
// What a run saw and did, as a table for people and as JSON.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/report.hpp"
#include "setuphanfs/options.hpp"
#include "setuphanfs/planner.hpp"
#include "setuphanfs/server_apply.hpp"

namespace hanfs::server {

struct Report : app::Report {
  bool was_observed = false;  // false: `observed` is empty because nothing was observed
  ObservedState observed;     // as they are at the end
  std::optional<DesiredState> desired;
  std::vector<std::string> interruptions;  // of the plan
  bool brought_back = false;               // something that earlier runs had left down
  std::string nothing_to_do;               // why this server is none of our business; all that is said

  // What a change has found and said.
  void take(Change& change);
};

report::Verdict verdict_of(const std::string& node, const std::string& status);

// For each withdrawal that failed what its clients have to do.
void add_cures_of_exports_in_use(Report& report);

// After a change: an error for everything that is not as wanted, and for everything of others that is not as it was;
// and the state of the server in the verdict. `well`: the change has worked; otherwise all is to be as before.
void verify(Report& report, const ObservedState& before, const Settings& settings, bool well);

std::string text_of(const Report& report, const Options& options);

// One line.
std::string json_of(const Report& report);

}  // namespace hanfs::server
