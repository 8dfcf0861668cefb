// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/desired_routes.hpp"

#include <algorithm>
#include <iterator>
#include <limits>
#include <map>
#include <set>

#include "net/address.hpp"
#include "node/addresses.hpp"
#include "setupnfsv4replication/default_routes.hpp"

namespace hanfs::node {
namespace {

bool contains(const std::vector<std::string>& list, const std::string& item) {
  return std::find(list.begin(), list.end(), item) != list.end();
}

// A gateway must be a neighbour. Unknown interfaces or netmasks forbid nothing: route itself refuses what it cannot
// reach.
bool is_attached(const ObservedState& observed, const std::string& address) {
  if (!observed.interfaces) return true;
  for (const aix::InterfaceAddress& own : observed.interfaces->addresses())
    if (own.address.compare(0, 4, "127.") != 0 && may_reach(own, address)) return true;
  return false;
}

struct Servers {
  // Of each file system, in the order of `mount`: as mounted, now, replicas.
  std::vector<std::vector<std::string>> of_filesystems;
  std::vector<std::string> unresolved;  // names that the hosts file does not know
};

void add_new(std::vector<std::string>& list, const std::string& item) {
  if (std::find(list.begin(), list.end(), item) == list.end()) list.push_back(item);
}

Servers servers(const ObservedState& observed) {
  Servers found;
  std::map<std::string, std::vector<std::string>> known;  // thousands of mounts come from a few servers
  std::set<std::vector<std::string>> seen;
  for (const aix::Mount& mount : observed.mounts) {
    if (mount.vfs != "nfs4" && mount.vfs != "stnfs") continue;
    std::vector<std::string> names{mount.node};
    if (const aix::NfsFilesystem* info = observed.filesystem(mount.path)) {
      names.push_back(info->current.empty() ? info->server : info->current);
      names.insert(names.end(), info->replicas.begin(), info->replicas.end());
    }
    std::vector<std::string> addresses;
    for (const std::string& name : names) {
      const auto [entry, is_new] = known.try_emplace(name);
      if (is_new) entry->second = addresses_of(observed, name);
      if (entry->second.empty() && !name.empty()) add_new(found.unresolved, name);
      for (const std::string& address : entry->second)
        if (net::is_host_ipv4(address)) add_new(addresses, address);
    }
    if (seen.insert(addresses).second) found.of_filesystems.push_back(std::move(addresses));
  }
  return found;
}

std::vector<std::string> all_of(const Servers& servers) {
  std::vector<std::string> all;
  for (const std::vector<std::string>& of_one : servers.of_filesystems)
    for (const std::string& address : of_one) add_new(all, address);
  return all;
}

// Who serves what the gateway serves too: its replicas. Another file server need not be a router.
std::vector<std::string> partners_of(const Servers& servers, const std::string& gateway) {
  std::vector<std::string> partners;
  for (const std::vector<std::string>& of_one : servers.of_filesystems)
    if (contains(of_one, gateway))
      for (const std::string& address : of_one) add_new(partners, address);
  return partners;
}

// Costs that defaults other than `ours` have, now or at the next boot: equal costs share the traffic.
std::set<long long> taken_costs(const ObservedState& observed, const std::vector<std::string>& ours, bool persist) {
  std::set<long long> taken;
  for (const aix::Route& route : live_defaults(observed))
    if (!contains(ours, route.gateway)) taken.insert(route.configured_cost.value_or(0));
  if (persist && observed.odm_routes)
    for (const aix::OdmRoute& route : observed.odm_routes->routes) {
      const bool is_ours = std::any_of(ours.begin(), ours.end(),
                                       [&](const std::string& gateway) { return goes_by(observed, route, gateway); });
      if (route.is_default() && !is_ours) taken.insert(route.cost);
    }
  return taken;
}

// The lowest that are free, one for each of `ours`.
std::vector<long long> free_costs(const ObservedState& observed, const std::vector<std::string>& ours, bool persist) {
  const std::set<long long> taken = taken_costs(observed, ours, persist);
  std::vector<long long> costs;
  for (long long cost = 0; costs.size() < ours.size(); ++cost)
    if (taken.count(cost) == 0) costs.push_back(cost);
  return costs;
}

// A live route that already looks like one of ours keeps its cost (so an order once made stays, also after a run that
// was killed half-way); of the others the present default comes first.
std::vector<DesiredGateway> assign_costs(const ObservedState& observed, const std::vector<std::string>& candidates,
                                         bool active, bool persist) {
  const std::vector<long long> costs = free_costs(observed, candidates, persist);
  std::vector<std::string> slots(candidates.size());
  std::vector<std::string> rest;
  for (const std::string& address : candidates) {
    const std::vector<aix::Route> rows = live_defaults_by(observed, address);
    const bool ours = rows.size() == 1 && rows.front().active_dgd() == active && rows.front().configured_cost;
    const auto of_cost = ours ? std::find(costs.begin(), costs.end(), *rows.front().configured_cost) : costs.end();
    const auto slot = static_cast<std::size_t>(of_cost - costs.begin());
    if (slot < slots.size() && slots[slot].empty()) {
      slots[slot] = address;
    } else {
      rest.push_back(address);
    }
  }
  std::vector<DesiredGateway> desired;
  auto next = rest.begin();
  for (std::size_t slot = 0; slot < slots.size(); ++slot)
    desired.push_back({slots[slot].empty() ? *next++ : slots[slot], {costs[slot], active}});
  return desired;
}

// A route may well be there twice or thrice (lib/aix/README.md "Routes: deleting a default"); a hundred times is a
// broken list.
template <class Route>
bool repeats_itself(const std::vector<Route>& defaults) {
  constexpr int believable = 4;
  std::map<std::string, int> count;
  return std::any_of(defaults.begin(), defaults.end(),
                     [&](const Route& route) { return route.is_default() && ++count[route.gateway] > believable; });
}

void reject_implausible(const ObservedState& observed, DesiredRoutes& desired) {
  const auto note_unobserved = [&](const char* command, const char* words, const std::string& what) {
    desired.unobserved.push_back(Unobserved{command, words, std::string(words) + ": " + what, false, false});
  };
  if (repeats_itself(live_defaults(observed))) {
    note_unobserved("netstat", "netstat -rn -f inet", "the same default gateway again and again, not believed");
    desired.managed = false;
    desired.gateways.clear();
    desired.reason = "the list of routes cannot be believed";
  }
  if (!desired.persist || !observed.odm_routes) return;
  const auto& [stored, problems] = *observed.odm_routes;
  const std::string problem = !problems.empty()        ? aix::to_string(problems.front())
                              : repeats_itself(stored) ? "the same default gateway again and again, not believed"
                                                       : "";
  if (problem.empty()) return;
  desired.odm_is_readable = false;
  note_unobserved("lsattr", "lsattr -El inet0 -a route -F value", problem + "; so nothing is changed in the ODM");
}

// Why the servers cannot take the place of the present gateway; empty: they can.
std::string not_a_server(const std::vector<aix::Route>& defaults, const Servers& servers, DesiredRoutes& desired) {
  if (defaults.empty()) return "the node has no default gateway";
  const std::vector<std::string> all = all_of(servers);
  const aix::Route& preferred = defaults.front();
  for (const aix::Route& route : defaults) {
    const bool shares = route.configured_cost && route.configured_cost == preferred.configured_cost;
    if ((!shares && route.gateway != preferred.gateway) || contains(all, route.gateway)) continue;
    if (!servers.unresolved.empty()) {
      desired.warnings.push_back("whether the default gateway " + route.gateway +
                                 " is a file server of this node cannot be told, and so routes are left alone: " +
                                 servers.unresolved.front() + " is not in /etc/hosts; cure: enter it there");
      return "it cannot be told whether the default gateway " + route.gateway + " is one of the file servers (" +
             servers.unresolved.front() + " is not in /etc/hosts)";
    }
    if (contains(all, preferred.gateway))
      desired.errors.push_back("default gateway " + route.gateway +
                               ", which is no file server, shares the traffic with " + preferred.gateway +
                               " (equal costs), so routes are left alone; cure: name the gateways in their order with "
                               "--gateways");
    return "the default gateway " + route.gateway + " is not one of the file servers";
  }
  return "";
}

// In the order of the costs that they have, or had before they went away; those that were never there come last.
void sort_by_cost(const ObservedState& observed, const std::vector<DesiredGateway>& set_before,
                  std::vector<std::string>& candidates) {
  const auto cost_of = [&](const std::string& address) {
    const std::vector<aix::Route> rows = live_defaults_by(observed, address);
    if (!rows.empty()) return rows.front().configured_cost.value_or(0);
    for (const DesiredGateway& gateway : set_before)
      if (gateway.address == address) return gateway.entry.cost;
    return std::numeric_limits<long long>::max();
  };
  std::stable_sort(candidates.begin(), candidates.end(),
                   [&](const std::string& a, const std::string& b) { return cost_of(a) < cost_of(b); });
}

void use_servers_as_gateways(const ObservedState& observed, bool active_dgd,
                             const std::vector<DesiredGateway>& set_before, DesiredRoutes& desired) {
  if (!observed.routes) {
    desired.reason = "the present default gateway could not be observed";
    return;
  }
  const std::vector<aix::Route> defaults = live_defaults(observed);
  const Servers servers_of_node = servers(observed);
  desired.reason = not_a_server(defaults, servers_of_node, desired);
  if (!desired.reason.empty()) return;
  const std::vector<std::string> partners = partners_of(servers_of_node, defaults.front().gateway);
  std::vector<std::string> candidates;
  for (const aix::Route& route : defaults)
    if (contains(partners, route.gateway)) add_new(candidates, route.gateway);
  for (const std::string& address : partners) {
    if (contains(candidates, address) || observed.has_own_address(address)) continue;
    if (is_attached(observed, address)) {
      candidates.push_back(address);
    } else {
      desired.warnings.push_back("server " + address +
                                 " is no host of a network of this node, so it cannot be a gateway");
    }
  }
  if (candidates.size() < 2) {
    desired.reason =
        "the gateway " + candidates.front() + " is the only file server within reach; no second one to set";
    if (!servers_of_node.unresolved.empty())
      desired.reason += " (" + servers_of_node.unresolved.front() + " is not in /etc/hosts)";
    desired.warnings.push_back(desired.reason);
    return;
  }
  sort_by_cost(observed, set_before, candidates);
  desired.managed = true;
  desired.gateways = assign_costs(observed, candidates, active_dgd, desired.persist);
}

// What is asked for is that the first of the list comes first.
void warn_of_foreign_defaults(const ObservedState& observed, DesiredRoutes& desired) {
  const long long first = desired.gateways.front().entry.cost;
  for (const aix::Route& route : live_defaults(observed)) {
    const bool ours = std::any_of(desired.gateways.begin(), desired.gateways.end(),
                                  [&](const DesiredGateway& gateway) { return gateway.address == route.gateway; });
    if (ours || route.configured_cost.value_or(0) > first) continue;
    desired.errors.push_back(
        "default gateway " + route.gateway + ", which is not in the list of gateways, comes before them" +
        (route.active_dgd() ? "" : " and is without active DGD") +
        "; cure: name it in the list too, or take it out where it is set (the routing of the NIM network, the ODM) and "
        "on the node: " +
        how_to_delete(observed, route.gateway));
  }
}

// `where` names the list in the settings; empty: --gateways.
void use_listed_gateways(const ObservedState& observed, const std::vector<std::string>& gateways, bool active_dgd,
                         const std::string& where, DesiredRoutes& desired) {
  for (const std::string& address : gateways) {
    std::string problem;
    if (observed.has_own_address(address)) problem = " is an address of this node itself";
    if (problem.empty() && !is_attached(observed, address))
      problem = " is no host of a network of this node (see ifconfig -a)";
    if (problem.empty()) continue;
    desired.reason = "the settings cannot be met";
    desired.errors.push_back(where + "gateway " + address + problem + "; routes are left alone");
  }
  if (!desired.errors.empty()) return;
  const std::vector<long long> costs = free_costs(observed, gateways, desired.persist);
  for (std::size_t i = 0; i < gateways.size(); ++i) desired.gateways.push_back({gateways[i], {costs[i], active_dgd}});
  desired.managed = true;
  warn_of_foreign_defaults(observed, desired);
}

// One hanfs.conf serves all nodes: a node's domain is the one that its file systems come from.
void use_gateways_of_domain(const ObservedState& observed, const Settings& settings, bool active_dgd,
                            const std::vector<DesiredGateway>& set_before, DesiredRoutes& desired) {
  const Result<const config::Domain*> domain = config::domain_of(settings.domains, all_of(servers(observed)));
  if (!domain) {
    desired.warnings.push_back(domain.error().what +
                               " where this node's file systems come from; cure: name its gateways with --gateways");
  } else if (*domain != nullptr && !(*domain)->gateways.empty()) {
    return use_listed_gateways(observed, (*domain)->gateways, active_dgd,
                               "[domain " + (*domain)->name + "] of hanfs.conf: ", desired);
  }
  use_servers_as_gateways(observed, active_dgd, set_before, desired);
}

// Those that stay as they are keep their costs, and the others do not share them.
void give_way_to_what_stays(const ObservedState& observed, DesiredRoutes& desired) {
  std::vector<std::string> movable;
  for (const DesiredGateway& gateway : desired.gateways)
    if (reason_to_leave(observed, gateway).empty()) movable.push_back(gateway.address);
  if (movable.size() == desired.gateways.size()) return;
  const std::set<long long> taken = taken_costs(observed, movable, desired.persist);
  long long lowest = 0;
  for (DesiredGateway& gateway : desired.gateways) {  // in the order of their costs
    if (!contains(movable, gateway.address)) continue;
    long long& cost = gateway.entry.cost;
    cost = std::max(cost, lowest);
    while (taken.count(cost) != 0) ++cost;
    lowest = cost + 1;
  }
}

// A gateway that is not as desired, and must stay as it is: made anew it would lose what DGD knows of it, or what
// others gave it.
void name_what_stays(const ObservedState& observed, DesiredRoutes& desired) {
  for (const DesiredGateway& gateway : desired.gateways) {
    const std::string why = reason_to_leave(observed, gateway);
    if (!why.empty() && observed.route_costs_known) desired.errors.push_back(why);  // else netstat is the error
    if (!desired.persist) continue;
    for (const aix::OdmRoute& stored : odm_defaults_by(observed, gateway.address))
      if (!is_like(stored, gateway.entry) && !lost_if_remade(stored).empty())
        desired.errors.push_back("the ODM's default gateway " + gateway.address +
                                 " is not as wanted, but to make it anew would lose " + lost_if_remade(stored) +
                                 ", which is not hanfs' work, so it is left as it is");
  }
}

// A gateway that drops ICMP echo is held for dead by active DGD for ever, so without active DGD it may be made anew
// where that costs nobody a living gateway: behind all that are not held for dead. Where all are, what active DGD says
// tells them no more apart, and passive DGD will.
bool may_count_as_alive(const ObservedState& observed, const DesiredGateway& gateway) {
  if (gateway.entry.active_dgd) return false;
  const std::vector<aix::Route> defaults = live_defaults(observed);
  const auto is_alive = [&](const aix::Route& route) {
    return route.gateway != gateway.address && !may_be_dead(observed, route);
  };
  if (std::none_of(defaults.begin(), defaults.end(), is_alive)) return gateway.passive_dgd;
  return std::all_of(defaults.begin(), defaults.end(), [&](const aix::Route& route) {
    return !is_alive(route) || (route.configured_cost && *route.configured_cost < gateway.entry.cost);
  });
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

// Passive DGD is the administrator's: it is set only where the settings name a mode, and switched off for a mode that
// goes without it only where hanfs sets the gateways (or no detection at all is asked for).
void set_desired_tunables(const ObservedState& observed, const Settings& settings, DesiredRoutes& desired) {
  if (settings.dgd && (desired.managed || *settings.dgd != Dgd::active))
    desired.tunables["passive_dgd"] = *settings.dgd == Dgd::passive || *settings.dgd == Dgd::both ? "1" : "0";
  for (const auto& [name, value] : settings.tunables) desired.tunables[name] = std::to_string(value);
  for (auto tunable = desired.tunables.begin(); tunable != desired.tunables.end();) {
    std::string problem = out_of_range(observed, tunable->first, tunable->second);
    if (problem.empty()) problem = reason_to_keep_passive_dgd(observed, tunable->first, tunable->second);
    if (!problem.empty()) desired.errors.push_back(problem);
    tunable = problem.empty() ? std::next(tunable) : desired.tunables.erase(tunable);
  }
}

bool root_comes_from_server(const ObservedState& observed) {
  return std::any_of(observed.mounts.begin(), observed.mounts.end(),
                     [](const aix::Mount& mount) { return mount.path == "/" && is_from_server(mount); });
}

// A WPAR shows what the global environment mounts as device "Global"; its routes are not its own (lib/aix/README.md
// "Unknown: routes", 19).
bool is_wpar(const ObservedState& observed) {
  return std::any_of(observed.mounts.begin(), observed.mounts.end(),
                     [](const aix::Mount& mount) { return mount.device == "Global" && mount.node.empty(); });
}

}  // namespace

std::string reason_to_keep_passive_dgd(const ObservedState& observed, const std::string& name,
                                       const std::string& value) {
  const auto known = observed.tunables.find(name);
  if (name != "passive_dgd" || value != "0" || known == observed.tunables.end() || known->second.current != "1")
    return "";
  for (const aix::Route& route : live_defaults(observed))
    if (is_held_dead(route) && !route.active_dgd())
      return "passive_dgd stays 1: it holds the default gateway " + route.gateway +
             " for dead, which would count as alive without it; cure: run this again when that one answers";
  return "";
}

std::string reason_to_leave(const ObservedState& observed, const DesiredGateway& gateway) {
  const std::vector<aix::Route> rows = live_defaults_by(observed, gateway.address);
  if (rows.empty() || (rows.size() == 1 && is_like(rows.front(), gateway.entry))) return "";
  const std::string name = "default gateway " + gateway.address;
  if (may_be_dead(observed, gateway.address) && !may_count_as_alive(observed, gateway))
    return name +
           " is not as wanted, but held for dead now, so it is left as it is: made anew it would count as alive; "
           "cure: run this again when it answers; where it drops ICMP echo and never does: reboot the node, after "
           "which none is held for dead";
  if (!observed.route_costs_known)
    return name +
           " is not as wanted, but what else was set for it (weight, policy) cannot be seen without netstat -rnC -f "
           "inet, and would be lost if it were made anew, so it is left as it is";
  for (const aix::Route& row : rows) {
    const std::string lost = lost_if_remade(observed, row);
    if (!lost.empty())
      return name + " is not as wanted, but to make it anew would lose " + lost +
             ", which is not hanfs' work, so it is left as it is; cure: run this again when it was taken away; to take "
             "it "
             "away: " +
             how_to_delete(observed, gateway.address);
  }
  return "";
}

DesiredRoutes desired_routes(const ObservedState& observed, const Settings& settings,
                             const std::vector<DesiredGateway>& set_before) {
  DesiredRoutes desired;
  desired.persist = settings.persist;
  if (desired.persist && root_comes_from_server(observed)) {
    desired.errors.push_back(
        "persist: / comes from a server, so the ODM and /etc/tunables of this node do not outlive a reboot "
        "(or are shared with other nodes), and nothing is written there; cure: leave persist out and run this at every "
        "boot");
    desired.persist = false;
  }
  const Dgd dgd = settings.dgd.value_or(Dgd::active);
  const bool active_dgd = dgd == Dgd::active || dgd == Dgd::both;
  switch (is_wpar(observed) ? GatewayMode::none : settings.gateway_mode) {
    case GatewayMode::automatic:
      use_gateways_of_domain(observed, settings, active_dgd, set_before, desired);
      break;
    case GatewayMode::none:
      desired.reason = is_wpar(observed)
                           ? "this is a WPAR, whose routes are those of its global environment; cure: run "
                             "this there"
                           : "gateways=none";
      break;
    case GatewayMode::list:
      use_listed_gateways(observed, settings.gateways, active_dgd, "", desired);
  }
  for (DesiredGateway& gateway : desired.gateways) gateway.passive_dgd = dgd == Dgd::passive;
  reject_implausible(observed, desired);
  give_way_to_what_stays(observed, desired);
  name_what_stays(observed, desired);
  if (!desired.managed && settings.dgd && active_dgd)
    desired.warnings.push_back("active DGD belongs to the routes that hanfs sets, and it sets none: " + desired.reason);
  set_desired_tunables(observed, settings, desired);
  return desired;
}

}  // namespace hanfs::node
