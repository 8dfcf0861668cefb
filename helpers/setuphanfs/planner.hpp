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

// What the change means for those who use what is exported now, with the cure.
struct Consequence {
  std::string before;  // as it is said while nothing was changed
  std::string after;   // and when it was
};

struct DesiredState {
  std::string directory;
  std::vector<std::string> addresses;  // own first
  aix::Export export_row;
  std::vector<std::string> notes;
  std::vector<std::string> warnings;  // with their cure
  std::vector<Consequence> consequences;
  // Why what is exported now must not be withdrawn, whatever the administrator allows.
  std::vector<std::string> obstacles;
};

// The servers of the set as the settings name them, this one's own address among them or not: those of --replica, else
// those of the domain of hanfs.conf that holds an address of this server.
Result<std::vector<std::string>> servers_of(const ObservedState& observed, const Settings& settings);

// The servers whose replicas the directory has now, as addresses.
std::vector<std::string> present_servers(const ObservedState& observed, const std::string& directory);

// This server is in none of the domains of the settings file, and --replica does not say what is wanted.
bool has_no_domain(const ObservedState& observed, const Settings& settings);

// Error: the settings cannot be met on this server; nothing was touched.
Result<DesiredState> desired_state(const ObservedState& observed, const Settings& settings);

// Of /etc/exports. Among those of the desired state, too.
std::vector<std::string> warnings_of_unread_lines(const ObservedState& observed);

struct ServerPlan {
  plan::Plan plan;
  std::vector<std::string> interruptions;  // what it takes from clients while it runs; empty: nothing
  std::vector<std::string> warnings;       // of what it makes, with their cure
  std::vector<std::string> obstacles;      // why it must not be carried out
  bool needs_partner = false;              // it interrupts what nodes may run from: another server has to be up
};

// Empty when the server is as desired.
ServerPlan make_plan(const ObservedState& observed, const DesiredState& desired, const Settings& settings);

}  // namespace hanfs::server
