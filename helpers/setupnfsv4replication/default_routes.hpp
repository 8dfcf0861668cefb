// SPDX-License-Identifier: Apache-2.0
// Default routes as they were observed, of the running node and of the next boot.
#pragma once

#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/resource.hpp"

namespace hanfs::node {

// IPv4 only, the preferred one first. Empty where the routes could not be observed.
std::vector<aix::Route> live_defaults(const ObservedState& observed);
std::vector<aix::Route> live_defaults_by(const ObservedState& observed, const std::string& gateway);
std::vector<aix::OdmRoute> odm_defaults_by(const ObservedState& observed, const std::string& gateway);

// The configured cost may be unknown (no -C): then only what is known is compared.
bool is_like(const aix::Route& route, const plan::RouteEntry& entry);
bool is_like(const aix::OdmRoute& route, const plan::RouteEntry& entry);

}  // namespace hanfs::node
