// SPDX-License-Identifier: Apache-2.0
// Default routes as they were observed, of the running node and of the next boot.
#pragma once

#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/resource.hpp"

namespace hanfs::node {

// IPv4 only, the one with the lowest configured cost first. Empty where the routes could not be observed.
std::vector<aix::Route> live_defaults(const ObservedState& observed);
std::vector<aix::Route> live_defaults_by(const ObservedState& observed, const std::string& gateway);
// A stored route may have its gateway by name: AIX keeps what chdev was given [GUESS].
bool goes_by(const ObservedState& observed, const aix::OdmRoute& route, const std::string& gateway);
std::vector<aix::OdmRoute> odm_defaults_by(const ObservedState& observed, const std::string& gateway);

// The address is of a host in the network of this one of our own, or no netmask tells.
bool may_reach(const aix::InterfaceAddress& own, const std::string& address);

// DGD holds its gateway for dead: the cost is raised (lib/aix/README.md "netstat: costs").
bool is_held_dead(const aix::Route& route);
// The same, or its current cost is the one that could not be read: how the maximum prints was never seen.
bool may_be_dead(const ObservedState& observed, const aix::Route& route);
bool may_be_dead(const ObservedState& observed, const std::string& gateway);

// Active DGD pings it and does not hold it for dead, so it answered a moment ago, or was only just set.
bool is_held_alive(const ObservedState& observed, const std::string& gateway);

// A file system of this node is served from there now.
bool serves_now(const ObservedState& observed, const std::string& address);

// Who may be alive, and would carry the traffic without this gateway: the cheapest of the others. Equal costs share it.
std::vector<aix::Route> carriers_without(const ObservedState& observed, const std::string& gateway);

// For a cure that takes a default gateway away, of the running node or of the next boot: how to, where another one is
// known to live; what to look at before, where that is not known; else that it must stay.
std::string how_to_delete(const ObservedState& observed, const std::string& gateway);
std::string how_to_delete(const ObservedState& observed, const aix::OdmRoute& stored);

// The configured cost may be unknown (no -C): then only what is known is compared.
bool is_like(const aix::Route& route, const plan::RouteEntry& entry);
bool is_like(const aix::OdmRoute& route, const plan::RouteEntry& entry);

// A default as it is; `unknown_cost` where its cost is not known.
plan::RouteEntry entry_of(const ObservedState& observed, const aix::Route& route, long long unknown_cost);
// What would be lost if it were made anew, since `route add` could not be told so; empty: nothing.
std::string lost_if_remade(const ObservedState& observed, const aix::Route& route);
std::string lost_if_remade(const aix::OdmRoute& route);

}  // namespace hanfs::node
