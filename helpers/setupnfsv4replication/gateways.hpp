// SPDX-License-Identifier: Apache-2.0
// Default gateways and dead gateway detection (DGD). Rules and reasons: lib/aix/README.md "Routes: the route command",
// "Routes: what goes wrong", "Routes: order of changes".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/plan.hpp"
#include "result.hpp"
#include "setupnfsv4replication/settings.hpp"

namespace hanfs::node {

struct DesiredGateway {
  std::string address;
  long long cost = 0;
};

struct DesiredRoutes {
  bool managed = false;  // false: routes are left alone, `reason` says why
  std::string reason;
  std::vector<DesiredGateway> gateways;         // preferred one first
  bool active_dgd = false;                      // every default route carries -active_dgd
  std::map<std::string, std::string> tunables;  // network tunables with a wanted value, by AIX's name
  bool persist = false;
  bool odm_is_readable = true;  // false: nothing is changed in the ODM
  std::vector<std::string> warnings;
  std::vector<Unobserved> unobserved;  // what was printed, but cannot be believed
};

// Error (a settings error) for a gateway that cannot be one, a tunable outside of the range that `no -x` prints, and
// persist on a node whose / comes from a server.
Result<DesiredRoutes> desired_routes(const ObservedState& observed, const Settings& settings);

// Additions first, then what must be made anew (a gateway at a time, only while another default is live), then the
// ODM, then the tunables.
std::vector<plan::Step> plan_routes(const ObservedState& observed, const DesiredRoutes& desired);

// Judges the expectations that plan_routes gives to its guarded steps.
bool route_expectation_is_satisfied(const ObservedState& observed, const plan::Expectation& expectation);

struct GatewayState {
  std::string address;
  std::optional<long long> cost;          // configured
  std::optional<long long> current_cost;  // raised to aix::dead_cost while DGD holds the gateway for dead
  std::optional<bool> active_dgd;
  bool live = false;
  std::optional<bool> persistent;  // nullopt: the ODM could not be read
  // ok, missing, drift, down (as wanted, but held for dead now), extra (a default nobody asked for), unmanaged, unknown
  std::string state;
};

struct RouteReport {
  std::vector<GatewayState> gateways;
  std::vector<std::string> warnings;
  // Expected seconds until a dead gateway is noticed, an estimate: AIX does not publish the spacing of its fast
  // pings, one second is assumed. nullopt: no active DGD.
  std::optional<double> detection_seconds;
};
RouteReport describe_routes(const ObservedState& observed, const DesiredRoutes& desired);

bool root_comes_from_server(const ObservedState& observed);

}  // namespace hanfs::node
