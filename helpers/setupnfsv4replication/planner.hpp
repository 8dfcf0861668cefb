// SPDX-License-Identifier: Apache-2.0
// Observed state and settings to a plan. Pure: no clock, no I/O, the same input gives the same plan.
#pragma once

#include <string>
#include <vector>

#include "node/observe.hpp"
#include "plan/plan.hpp"
#include "setupnfsv4replication/desired_routes.hpp"
#include "setupnfsv4replication/mounts.hpp"
#include "setupnfsv4replication/settings.hpp"

namespace hanfs::node {

// Computed once for an observed state. It always describes what the settings ask for, as far as that can be met.
struct DesiredState {
  DesiredFilesystems filesystems;
  DesiredRoutes routes;
  bool hosts_first = false;
};

DesiredState desired_state(const ObservedState& observed, const Settings& settings,
                           const std::vector<DesiredGateway>& set_before = {});
// For a reset: what the settings want and cannot have keeps nothing from being taken back; what they exclude stays.
DesiredState desired_state_of_reset(const ObservedState& observed, const Settings& settings);

// Empty when the node is as desired, as far as it can be.
plan::Plan make_plan(const ObservedState& observed, const DesiredState& desired);

// What these steps may have changed.
RefreshScope scope_of(const plan::Plan& plan);

}  // namespace hanfs::node
