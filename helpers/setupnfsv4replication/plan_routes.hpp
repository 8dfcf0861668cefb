// SPDX-License-Identifier: Apache-2.0
// Steps that make default gateways and network tunables as desired. Rules and reasons: lib/aix/README.md "Routes: order
// of changes".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/plan.hpp"
#include "setupnfsv4replication/desired_routes.hpp"

namespace hanfs::node {

// Additions first, then what must be made anew (a gateway at a time, only while another default is live), then the
// ODM.
std::vector<plan::Step> plan_routes(const ObservedState& observed, const DesiredRoutes& desired);

std::vector<plan::Step> plan_tunables(const ObservedState& observed, const DesiredRoutes& desired);

// Of a tunable, now or at the next boot; nullopt: it could not be observed.
std::optional<std::string> value_of(const ObservedState& observed, const plan::Resource& tunable);
plan::Step set_tunable(const ObservedState& observed, const plan::Resource& tunable, const std::string& value);

// Each gives verified steps for one gateway. A delete needs an answer of those that carry the traffic meanwhile, and
// that they were not held for dead when `observed` was; what is added before a live default, or beside it, has to
// answer itself. `desired`: what else is there when the plan has been carried out.
plan::Step add_route(const ObservedState& observed, const DesiredGateway& gateway,
                     const std::vector<DesiredGateway>& desired);
std::vector<plan::Step> remove_route(const ObservedState& observed, const std::string& gateway,
                                     const std::vector<DesiredGateway>& desired);
// The gateway with what its present entry has beside cost and dead gateway detection (flag, interface), which stays.
DesiredGateway keeping_extras(const ObservedState& observed, const aix::Route& present, DesiredGateway gateway);
// Removed and added again, exactly as `gateway` says.
std::vector<plan::Step> remake_route(const ObservedState& observed, const DesiredGateway& gateway,
                                     const std::vector<DesiredGateway>& desired);

// Judges what steps expect of routes, of the ODM's routes and of tunables.
bool is_satisfied(const ObservedState& observed, const plan::Expectation& expectation);
// Why it does not hold, or empty where it does; behind "not safe now: ".
std::string why_unsatisfied(const ObservedState& observed, const plan::Expectation& expectation);

}  // namespace hanfs::node
