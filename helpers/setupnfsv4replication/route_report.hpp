// SPDX-License-Identifier: Apache-2.0
// Default gateways as they are reported: each with its state, and what is worth a warning.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "setupnfsv4replication/desired_routes.hpp"

namespace hanfs::node {

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
  std::vector<std::string> remarks;  // what the run does not touch, and what it would be good for
  // Expected seconds until a dead gateway is noticed, an estimate: AIX does not publish the spacing of its fast
  // pings, one second is assumed. nullopt: no active DGD.
  std::optional<double> detection_seconds;
};
RouteReport describe_routes(const ObservedState& observed, const DesiredRoutes& desired);

}  // namespace hanfs::node
