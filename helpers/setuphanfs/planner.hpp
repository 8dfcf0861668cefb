// SPDX-License-Identifier: Apache-2.0
// Observed state and settings to a plan. Pure: no clock, no I/O, the same input gives the same plan.
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
  aix::Export export_row;
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

// Empty when the server is as desired.
ServerPlan make_plan(const ObservedState& observed, const DesiredState& desired, const Settings& settings);

}  // namespace hanfs::server
