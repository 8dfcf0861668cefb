// SPDX-License-Identifier: Apache-2.0
// Steps that make default gateways and network tunables as desired. Rules and reasons: lib/aix/README.md "Routes: order
// of changes".
#pragma once

#include <vector>

#include "node/observed_state.hpp"
#include "plan/plan.hpp"
#include "setupnfsv4replication/desired_routes.hpp"

namespace hanfs::node {

// Additions first, then what must be made anew (a gateway at a time, only while another default is live), then the
// ODM, then the tunables.
std::vector<plan::Step> plan_routes(const ObservedState& observed, const DesiredRoutes& desired);

// Judges what steps expect of routes, of the ODM's routes and of tunables.
bool is_satisfied(const ObservedState& observed, const plan::Expectation& expectation);

}  // namespace hanfs::node
