// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/desired_routes.hpp"

#include <algorithm>
#include <set>

#include "net/address.hpp"
#include "node/addresses.hpp"
#include "setupnfsv4replication/default_routes.hpp"

namespace hanfs::node {
namespace {

// A gateway must be a neighbour. Unknown interfaces or netmasks forbid nothing: route itself refuses what it cannot
// reach.
bool is_attached(const ObservedState& observed, const std::string& address) {
  if (!observed.interfaces) return true;
  for (const aix::Interface& interface : observed.interfaces->interfaces)
    for (const aix::InterfaceAddress& own : interface.addresses)
      if (!own.inet6 && own.address.compare(0, 4, "127.") != 0 &&
          (own.prefix_length < 0 ||
           (own.prefix_length > 0 && net::same_subnet(own.address, address, own.prefix_length))))
        return true;
  return false;
}

bool is_own(const ObservedState& observed, const std::string& address) {
  if (!observed.interfaces) return false;
  for (const aix::Interface& interface : observed.interfaces->interfaces)
    for (const aix::InterfaceAddress& own : interface.addresses)
      if (own.address == address) return true;
  return false;
}

// Every server that file systems come from, in the order met: as mounted, now, replicas.
std::vector<std::string> servers(const ObservedState& observed) {
  std::vector<std::string> found;
  std::set<std::string> asked;  // thousands of mounts come from a few servers
  const auto add = [&](const std::string& name) {
    if (!asked.insert(name).second) return;
    for (const std::string& address : addresses_of(observed, name))
      if (net::is_host_ipv4(address) && std::find(found.begin(), found.end(), address) == found.end())
        found.push_back(address);
  };
  for (const aix::Mount& mount : observed.mounts) {
    if (mount.vfs != "nfs4" && mount.vfs != "stnfs") continue;
    add(mount.node);
    const aix::NfsFilesystem* info = observed.filesystem(mount.path);
    if (info == nullptr) continue;
    add(info->current.empty() ? info->server : info->current);
    for (const std::string& replica : info->replicas) add(replica);
  }
  return found;
}

// Costs 0, 1, 2, ...: a live route that already looks like one of ours keeps its cost (so an order once made stays,
// also after a run that was killed half-way); of the others the present default comes first.
std::vector<DesiredGateway> assign_costs(const ObservedState& observed, const std::vector<std::string>& candidates,
                                         bool active) {
  std::vector<std::string> slots(candidates.size());
  std::vector<std::string> rest;
  for (const std::string& address : candidates) {
    const std::vector<aix::Route> rows = live_defaults_by(observed, address);
    const bool ours = rows.size() == 1 && rows.front().active_dgd() == active && rows.front().configured_cost;
    const long long cost = ours ? *rows.front().configured_cost : -1;
    if (cost >= 0 && cost < static_cast<long long>(slots.size()) && slots[static_cast<std::size_t>(cost)].empty()) {
      slots[static_cast<std::size_t>(cost)] = address;
    } else {
      rest.push_back(address);
    }
  }
  std::vector<DesiredGateway> desired;
  auto next = rest.begin();
  for (std::size_t cost = 0; cost < slots.size(); ++cost)
    desired.push_back({slots[cost].empty() ? *next++ : slots[cost], {static_cast<long long>(cost), active}});
  return desired;
}

// A route may well be there twice or thrice (lib/aix/README.md "Routes: deleting a default"); a hundred times is a
// broken list.
bool repeats_itself(const std::vector<aix::Route>& defaults) {
  constexpr std::ptrdiff_t believable = 4;
  return std::any_of(defaults.begin(), defaults.end(), [&](const aix::Route& route) {
    return std::count_if(defaults.begin(), defaults.end(),
                         [&](const aix::Route& other) { return other.gateway == route.gateway; }) > believable;
  });
}

void reject_implausible(const ObservedState& observed, DesiredRoutes& desired) {
  const auto note_unobserved = [&](const char* command, const char* words, std::string what) {
    desired.unobserved.push_back(Unobserved{command, words, std::string(words) + ": " + what, false, false});
  };
  if (repeats_itself(live_defaults(observed))) {
    note_unobserved("netstat", "netstat -rn -f inet", "the same default gateway again and again, not believed");
    desired.managed = false;
    desired.gateways.clear();
    desired.reason = "the list of routes cannot be believed";
  }
  if (desired.persist && observed.odm_routes && !observed.odm_routes->problems.empty()) {
    desired.odm_is_readable = false;
    note_unobserved("lsattr", "lsattr -El inet0 -a route -F value",
                    aix::to_string(observed.odm_routes->problems.front()) + "; so nothing is changed in the ODM");
  }
}

void use_servers_as_gateways(const ObservedState& observed, bool active_dgd, DesiredRoutes& desired) {
  if (!observed.routes) {
    desired.reason = "the present default gateway could not be observed";
    return;
  }
  const std::vector<aix::Route> defaults = live_defaults(observed);
  const std::vector<std::string> all = servers(observed);
  const auto is_server = [&](const aix::Route& route) {
    return std::find(all.begin(), all.end(), route.gateway) != all.end();
  };
  if (defaults.empty()) {
    desired.reason = "the node has no default gateway";
    return;
  }
  if (std::none_of(defaults.begin(), defaults.end(), is_server)) {
    desired.reason = "the default gateway " + defaults.front().gateway + " is not one of the file servers";
    return;
  }
  std::vector<std::string> candidates;
  for (const aix::Route& route : defaults)
    if (is_server(route) && std::find(candidates.begin(), candidates.end(), route.gateway) == candidates.end())
      candidates.push_back(route.gateway);
  for (const std::string& address : all) {
    if (std::find(candidates.begin(), candidates.end(), address) != candidates.end()) continue;
    if (is_own(observed, address)) continue;
    if (is_attached(observed, address)) {
      candidates.push_back(address);
    } else {
      desired.warnings.push_back("server " + address + " is on no network of this node, so it cannot be a gateway");
    }
  }
  if (candidates.size() < 2) {
    desired.reason =
        "the gateway " + candidates.front() + " is the only file server within reach; no second one to set";
    desired.warnings.push_back(desired.reason);
    return;
  }
  desired.managed = true;
  desired.gateways = assign_costs(observed, candidates, active_dgd);
}

// Returns why one of them cannot be a gateway.
std::string use_listed_gateways(const ObservedState& observed, const std::vector<std::string>& gateways,
                                bool active_dgd, DesiredRoutes& desired) {
  for (const std::string& address : gateways) {
    if (is_own(observed, address)) return "gateway " + address + " is an address of this node itself";
    if (!is_attached(observed, address))
      return "gateway " + address + " is on no network of this node (see ifconfig -a)";
  }
  for (const std::string& address : gateways)
    desired.gateways.push_back({address, {static_cast<long long>(desired.gateways.size()), active_dgd}});
  desired.managed = true;
  return "";
}

// One hanfs.conf serves all nodes: a node's domain is the one that its file systems come from.
std::string use_gateways_of_domain(const ObservedState& observed, const Settings& settings, bool active_dgd,
                                   DesiredRoutes& desired) {
  const Result<const config::Domain*> domain = config::domain_of(settings.domains, servers(observed));
  if (!domain) {
    desired.warnings.push_back(domain.error().what +
                               " where this node's file systems come from; cure: name its gateways with --gateways");
  } else if (*domain != nullptr && !(*domain)->gateways.empty()) {
    const std::string conflict = use_listed_gateways(observed, (*domain)->gateways, active_dgd, desired);
    return conflict.empty() ? "" : "[domain " + (*domain)->name + "] of hanfs.conf: " + conflict;
  }
  use_servers_as_gateways(observed, active_dgd, desired);
  return "";
}

std::string out_of_range(const ObservedState& observed, const std::string& name, const std::string& value) {
  const auto known = observed.tunables.find(name);
  if (known == observed.tunables.end()) return "";
  const auto number = aix::tunable_number(value);
  const auto min = aix::tunable_number(known->second.min);
  const auto max = aix::tunable_number(known->second.max);
  if (number && ((min && *number < *min) || (max && *number > *max)))
    return name + "=" + value + " is out of range, no -x says " + known->second.min + " to " + known->second.max;
  return "";
}

void set_desired_tunables(const ObservedState& observed, const Settings& settings, DesiredRoutes& desired) {
  if (desired.managed || settings.dgd) {
    const Dgd dgd = settings.dgd.value_or(Dgd::active);
    desired.tunables["passive_dgd"] = dgd == Dgd::passive || dgd == Dgd::both ? "1" : "0";
  }
  for (const auto& [name, value] : settings.tunables) desired.tunables[name] = std::to_string(value);
  for (auto tunable = desired.tunables.begin(); tunable != desired.tunables.end();) {
    std::string conflict = out_of_range(observed, tunable->first, tunable->second);
    if (conflict.empty()) {
      ++tunable;
    } else {
      desired.conflicts.push_back(std::move(conflict));
      tunable = desired.tunables.erase(tunable);
    }
  }
}

bool root_comes_from_server(const ObservedState& observed) {
  return std::any_of(observed.mounts.begin(), observed.mounts.end(),
                     [](const aix::Mount& mount) { return mount.path == "/" && is_from_server(mount); });
}

}  // namespace

DesiredRoutes desired_routes(const ObservedState& observed, const Settings& settings) {
  DesiredRoutes desired;
  desired.persist = settings.persist;
  const Dgd dgd = settings.dgd.value_or(Dgd::active);
  const bool active_dgd = dgd == Dgd::active || dgd == Dgd::both;
  std::string conflict;
  switch (settings.gateway_mode) {
    case GatewayMode::automatic:
      conflict = use_gateways_of_domain(observed, settings, active_dgd, desired);
      break;
    case GatewayMode::none:
      desired.reason = "gateways=none";
      break;
    case GatewayMode::list:
      conflict = use_listed_gateways(observed, settings.gateways, active_dgd, desired);
  }
  if (!conflict.empty()) {
    desired.reason = "the settings cannot be met";
    desired.conflicts.push_back(std::move(conflict));
  }
  if (settings.persist && root_comes_from_server(observed)) {
    desired.persist = false;
    desired.conflicts.emplace_back(
        "persist: / comes from a server, so the ODM and /etc/tunables of this node do not outlive a reboot "
        "(or are shared with other nodes); cure: leave persist out and run this at every boot");
  }
  reject_implausible(observed, desired);
  if (!desired.managed && settings.dgd && active_dgd)
    desired.warnings.push_back("active DGD belongs to the routes that hanfs sets, and it sets none: " + desired.reason);
  set_desired_tunables(observed, settings, desired);
  return desired;
}

}  // namespace hanfs::node
