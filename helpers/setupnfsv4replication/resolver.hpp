// SPDX-License-Identifier: Apache-2.0
// Name resolution: can a dead name server stall the node? Facts: lib/aix/README.md "Name resolution".
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/plan.hpp"

namespace hanfs::node {

constexpr const char* netsvc_conf = "/etc/netsvc.conf";

struct ResolverState {
  bool hosts_first = false;        // the hosts file is asked before DNS
  std::vector<std::string> order;  // empty: AIX's built-in order, DNS first
  std::string order_from;          // "NSORDER in /etc/environment", "/etc/netsvc.conf", ... or "built-in order"
  std::vector<std::string> nameservers;
  std::string state;             // ok, at_risk, drift (hosts_first is desired and not so)
  bool is_out_of_reach = false;  // drift that no step mends
  std::vector<std::string> warnings;
};

ResolverState describe_resolver(const ObservedState& observed, bool hosts_first);

// Writes /etc/netsvc.conf where hosts_first is desired and not so. NSORDER in /etc/environment beats that file and is
// the administrator's: it stays, and describe_resolver says so.
std::optional<plan::Step> plan_resolver(const ObservedState& observed, bool hosts_first);

}  // namespace hanfs::node
