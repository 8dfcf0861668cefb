// SPDX-License-Identifier: Apache-2.0
// Which default gateways and network tunables a node is to have, with dead gateway detection (DGD). Rules and reasons:
// lib/aix/README.md "Routes: the route command", "Routes: what goes wrong".
#pragma once

#include <map>
#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/resource.hpp"
#include "setupnfsv4replication/settings.hpp"

namespace hanfs::node {

struct DesiredGateway {
  std::string address;
  plan::RouteEntry entry;
  bool passive_dgd = false;  // passive DGD finds it dead by what it does not forward
};

struct DesiredRoutes {
  // What of the settings cannot be met on this node: a gateway that cannot be one, a tunable outside of the range that
  // `no -x` prints, persist where / comes from a server, a gateway that must be left as it is. All else is done.
  std::vector<std::string> errors;
  bool managed = false;  // false: routes are left alone, `reason` says why
  std::string reason;
  std::vector<DesiredGateway> gateways;         // preferred one first
  std::vector<std::string> lost;                // no default is there, and hanfs had set these on this boot
  std::map<std::string, std::string> tunables;  // network tunables with a desired value, by AIX's name
  bool persist = false;
  bool odm_is_readable = true;  // false: nothing is changed in the ODM
  std::vector<std::string> warnings;
  std::vector<Unobserved> unobserved;  // implausible output
};

// Why a live default that is not as desired must not be made anew; empty: it may, or it is as desired.
std::string reason_to_leave(const ObservedState& observed, const DesiredGateway& gateway);

// Why a tunable must not take this value now: passive DGD, switched off, forgets whom it holds for dead. Empty: it may.
std::string reason_to_keep_passive_dgd(const ObservedState& observed, const std::string& name,
                                       const std::string& value);

// `set_before`: by hanfs on this boot. One of them that is away now, since a run was killed when it made it anew, comes
// back to its place.
DesiredRoutes desired_routes(const ObservedState& observed, const Settings& settings,
                             const std::vector<DesiredGateway>& set_before = {});

}  // namespace hanfs::node
