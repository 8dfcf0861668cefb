// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/gateways.hpp"

#include <algorithm>
#include <set>

#include "aix/commands.hpp"
#include "aix/failover.hpp"
#include "net/address.hpp"
#include "node/addresses.hpp"
#include "report/table.hpp"

namespace hanfs::node {
namespace {

using plan::Expectation;
using report::escape_control;

std::vector<aix::Route> live_defaults(const ObservedState& observed) {
  std::vector<aix::Route> defaults;
  if (!observed.routes) return defaults;
  for (const aix::Route& route : observed.routes->routes)
    if (route.is_default() && !route.inet6) defaults.push_back(route);
  // The preferred one first; rows without a cost keep the order of the list, which AIX sorts by cost.
  std::stable_sort(defaults.begin(), defaults.end(), [](const aix::Route& a, const aix::Route& b) {
    return a.configured_cost.value_or(0) < b.configured_cost.value_or(0);
  });
  return defaults;
}

std::vector<aix::Route> live_defaults_by(const ObservedState& observed, const std::string& gateway) {
  std::vector<aix::Route> defaults = live_defaults(observed);
  defaults.erase(std::remove_if(defaults.begin(), defaults.end(),
                                [&](const aix::Route& route) { return route.gateway != gateway; }),
                 defaults.end());
  return defaults;
}

std::vector<aix::OdmRoute> odm_defaults_by(const ObservedState& observed, const std::string& gateway) {
  std::vector<aix::OdmRoute> stored;
  if (!observed.odm_routes) return stored;
  for (const aix::OdmRoute& route : observed.odm_routes->routes)
    if (route.is_default() && route.gateway == gateway) stored.push_back(route);
  return stored;
}

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

bool has_flag_as_wanted(const aix::Route& route, bool active) { return route.active_dgd() == active; }

// Costs 0, 1, 2, ...: a live route that already looks like one of ours keeps its cost (so an order once made stays,
// also after a run that was killed half-way); of the others the present default comes first.
std::vector<DesiredGateway> assign_costs(const ObservedState& observed, const std::vector<std::string>& candidates,
                                         bool active) {
  std::vector<std::string> slots(candidates.size());
  std::vector<std::string> rest;
  for (const std::string& address : candidates) {
    const std::vector<aix::Route> rows = live_defaults_by(observed, address);
    const bool ours = rows.size() == 1 && has_flag_as_wanted(rows.front(), active) && rows.front().configured_cost;
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
    desired.push_back({slots[cost].empty() ? *next++ : slots[cost], static_cast<long long>(cost)});
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

void use_servers_as_gateways(const ObservedState& observed, DesiredRoutes& desired) {
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
  desired.gateways = assign_costs(observed, candidates, desired.active_dgd);
}

Status use_listed_gateways(const ObservedState& observed, const std::vector<std::string>& gateways,
                           DesiredRoutes& desired) {
  for (const std::string& address : gateways) {
    if (is_own(observed, address)) return Error{"gateway " + address + " is an address of this node itself"};
    if (!is_attached(observed, address))
      return Error{"gateway " + address + " is on no network of this node (see ifconfig -a)"};
    desired.gateways.push_back({address, static_cast<long long>(desired.gateways.size())});
  }
  desired.managed = true;
  return Done{};
}

// One hanfs.conf serves all nodes: a node's domain is the one that its file systems come from.
Status use_gateways_of_domain(const ObservedState& observed, const Settings& settings, DesiredRoutes& desired) {
  const Result<const config::Domain*> domain = config::domain_of(settings.domains, servers(observed));
  if (!domain) {
    desired.warnings.push_back(domain.error().what +
                               " where this node's file systems come from; cure: name its gateways with --gateways");
  } else if (*domain != nullptr && !(*domain)->gateways.empty()) {
    const Status listed = use_listed_gateways(observed, (*domain)->gateways, desired);
    return listed ? listed : Error{"[domain " + (*domain)->name + "] of hanfs.conf: " + listed.error().what};
  }
  use_servers_as_gateways(observed, desired);
  return Done{};
}

Status check_range(const ObservedState& observed, const std::string& name, const std::string& value) {
  const auto known = observed.tunables.find(name);
  if (known == observed.tunables.end()) return Done{};
  const auto number = aix::tunable_number(value);
  const auto min = aix::tunable_number(known->second.min);
  const auto max = aix::tunable_number(known->second.max);
  if (number && ((min && *number < *min) || (max && *number > *max)))
    return Error{name + "=" + value + " is out of range, no -x says " + known->second.min + " to " + known->second.max};
  return Done{};
}

Status set_desired_tunables(const ObservedState& observed, const Settings& settings, DesiredRoutes& desired) {
  if (desired.managed || settings.dgd) {
    const Dgd dgd = settings.dgd.value_or(Dgd::active);
    desired.tunables["passive_dgd"] = dgd == Dgd::passive || dgd == Dgd::both ? "1" : "0";
  }
  for (const auto& [name, value] : settings.tunables) desired.tunables[name] = std::to_string(value);
  for (const auto& [name, value] : desired.tunables)
    if (const Status in_range = check_range(observed, name, value); !in_range) return in_range.error();
  return Done{};
}

std::string row_value(long long cost, bool active) {
  return "cost=" + std::to_string(cost) + " active_dgd=" + (active ? "1" : "0");
}

std::string dgd_text(bool active) { return active ? " with active DGD" : " without active DGD"; }

// The configured cost may be unknown (no -C): then only what is known is compared.
bool row_is_as_wanted(const aix::Route& row, long long cost, bool active) {
  return has_flag_as_wanted(row, active) && row.configured_cost.value_or(cost) == cost;
}

plan::Step verified_step(const std::string& sequence, const char* what) {
  plan::Step step;
  step.sequence = sequence;
  step.id = sequence + ":" + what;
  step.verified = true;
  step.abort_sequence = true;
  return step;
}

plan::Step add_step(const DesiredGateway& gateway, bool active) {
  plan::Step step = verified_step("route:" + gateway.address, "add");
  step.why = "default gateway " + gateway.address + " is to be there at cost " + std::to_string(gateway.cost) +
             dgd_text(active);
  step.argv = aix::add_default_route(gateway.address, gateway.cost, active);
  step.undo = {aix::delete_default_route(gateway.address)};
  step.expect = Expectation{"default_route", gateway.address, row_value(gateway.cost, active)};
  return step;
}

// Never `route change`: with several defaults it is not documented which one it takes.
void recreate(const DesiredGateway& gateway, bool active, const std::vector<aix::Route>& rows,
              std::vector<plan::Step>& steps) {
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const aix::Route& row = rows[i];
    plan::Step step = verified_step("route:" + gateway.address, ("delete" + std::to_string(i + 1)).c_str());
    step.why = rows.size() > 1 && i > 0
                   ? "default gateway " + gateway.address + " is there twice"
                   : "default gateway " + gateway.address + " is there with cost " +
                         (row.configured_cost ? std::to_string(*row.configured_cost) : "?") +
                         dgd_text(row.active_dgd()) + ", wanted cost " + std::to_string(gateway.cost) +
                         dgd_text(active) + "; route cannot change it in place";
    step.argv = aix::delete_default_route(gateway.address);
    step.undo = {aix::add_default_route(gateway.address, row.configured_cost.value_or(gateway.cost), row.active_dgd())};
    step.needs = Expectation{"other_default", gateway.address, ""};
    step.expect = Expectation{"default_rows", gateway.address, std::to_string(rows.size() - i - 1)};
    steps.push_back(std::move(step));
  }
  steps.push_back(add_step(gateway, active));
}

void plan_live_routes(const ObservedState& observed, const DesiredRoutes& desired, std::vector<plan::Step>& steps) {
  if (!observed.routes) return;
  for (const DesiredGateway& gateway : desired.gateways)
    if (live_defaults_by(observed, gateway.address).empty()) steps.push_back(add_step(gateway, desired.active_dgd));
  for (const DesiredGateway& gateway : desired.gateways) {
    const std::vector<aix::Route> rows = live_defaults_by(observed, gateway.address);
    const bool as_wanted = rows.size() == 1 && row_is_as_wanted(rows.front(), gateway.cost, desired.active_dgd);
    if (!rows.empty() && !as_wanted) recreate(gateway, desired.active_dgd, rows, steps);
  }
}

bool stored_as_wanted(const aix::OdmRoute& stored, const DesiredGateway& gateway, bool active) {
  return stored.cost == gateway.cost && stored.active_dgd == active;
}

// The ODM only (chdev -P), since the kernel side is done with route: one tool for each side, so neither can leave the
// other half done (lib/aix/README.md "Routes: what goes wrong").
void plan_odm_routes(const ObservedState& observed, const DesiredRoutes& desired, std::vector<plan::Step>& steps) {
  if (!desired.persist || !observed.odm_routes || !desired.odm_is_readable) return;
  // New ones first: a run that is killed between a delete and its add does not leave the next boot without a gateway.
  std::vector<DesiredGateway> gateways = desired.gateways;
  std::stable_partition(gateways.begin(), gateways.end(), [&](const DesiredGateway& gateway) {
    return odm_defaults_by(observed, gateway.address).empty();
  });
  for (const DesiredGateway& gateway : gateways) {
    const std::vector<aix::OdmRoute> stored = odm_defaults_by(observed, gateway.address);
    const auto keep = std::find_if(stored.begin(), stored.end(), [&](const aix::OdmRoute& route) {
      return stored_as_wanted(route, gateway, desired.active_dgd);
    });
    const std::string sequence = "odm:" + gateway.address;
    std::size_t left = stored.size();
    for (auto route = stored.begin(); route != stored.end(); ++route) {
      if (route == keep) continue;
      plan::Step step = verified_step(sequence, ("delete" + std::to_string(route - stored.begin() + 1)).c_str());
      step.why = "the ODM holds " + escape_control(route->raw) +
                 (keep == stored.end() ? ", not what is wanted" : " as a duplicate");
      step.argv = aix::delete_odm_route(route->raw);
      step.undo = {aix::add_odm_route_raw(route->raw)};
      step.expect = Expectation{"odm_rows", gateway.address, std::to_string(--left)};
      step.never_kill = true;
      step.sync_journal = true;
      steps.push_back(std::move(step));
    }
    if (keep != stored.end()) continue;
    plan::Step step = verified_step(sequence, "add");
    step.why = "default gateway " + gateway.address + " at cost " + std::to_string(gateway.cost) +
               dgd_text(desired.active_dgd) + " is to be in the ODM for the next boot";
    step.argv = aix::add_odm_route(gateway.address, gateway.cost, desired.active_dgd);
    const std::string raw = step.argv.back().substr(std::string("route=").size());
    step.undo = {aix::delete_odm_route(raw)};
    step.expect = Expectation{"odm_route", gateway.address, row_value(gateway.cost, desired.active_dgd)};
    step.never_kill = true;
    step.sync_journal = true;
    steps.push_back(std::move(step));
  }
}

void plan_tunables(const ObservedState& observed, const DesiredRoutes& desired, std::vector<plan::Step>& steps) {
  for (const auto& [name, wanted] : desired.tunables) {
    const auto known = observed.tunables.find(name);
    if (known == observed.tunables.end()) continue;  // a blind spot already
    const aix::Tunable& now = known->second;
    // Without `no -x` the value of the next boot is not known, and `no -p` sets both.
    if (now.current == wanted && (!desired.persist || now.reboot.empty() || now.reboot == wanted)) continue;
    plan::Step step;
    step.id = step.sequence = "no:" + name;
    step.why = name + " is " + now.current;
    if (desired.persist) step.why += " (" + (now.reboot.empty() ? "unknown" : now.reboot) + " at the next boot)";
    step.why += ", wanted " + wanted;
    step.argv = aix::set_network_tunable(name, wanted, desired.persist);
    step.undo = {aix::set_network_tunable(name, now.current, desired.persist)};
    step.expect = Expectation{"tunable", name, wanted};
    step.sync_journal = desired.persist;
    steps.push_back(std::move(step));
  }
}

GatewayState describe(const ObservedState& observed, const std::string& address) {
  GatewayState state;
  state.address = address;
  const std::vector<aix::Route> rows = live_defaults_by(observed, address);
  state.live = !rows.empty();
  if (state.live) {
    state.cost = rows.front().configured_cost;
    state.current_cost = rows.front().current_cost;
    state.active_dgd = rows.front().active_dgd();
  }
  if (observed.odm_routes) state.persistent = !odm_defaults_by(observed, address).empty();
  return state;
}

bool held_for_dead(const GatewayState& state) {
  return state.cost && state.current_cost && *state.cost != *state.current_cost;
}

std::string gateway_state(const ObservedState& observed, const DesiredRoutes& desired, const DesiredGateway& gateway,
                          const GatewayState& state) {
  if (!observed.routes) return "unknown";
  const std::vector<aix::Route> rows = live_defaults_by(observed, gateway.address);
  if (rows.empty()) return "missing";
  if (rows.size() != 1 || !row_is_as_wanted(rows.front(), gateway.cost, desired.active_dgd)) return "drift";
  if (desired.persist) {
    const std::vector<aix::OdmRoute> stored = odm_defaults_by(observed, gateway.address);
    if (stored.size() != 1 || !stored_as_wanted(stored.front(), gateway, desired.active_dgd)) return "drift";
  }
  return held_for_dead(state) ? "down" : "ok";
}

void warn_about(const GatewayState& state, RouteReport& report) {
  if (held_for_dead(state))
    report.warnings.push_back("gateway " + state.address + " is held for dead now (its cost is raised)");
  if (state.state == "extra")
    report.warnings.push_back("default gateway " + state.address +
                              " is there but was not asked for; left alone: route -n delete 0 " + state.address +
                              " takes it away");
}

}  // namespace

bool root_comes_from_server(const ObservedState& observed) {
  return std::any_of(observed.mounts.begin(), observed.mounts.end(),
                     [](const aix::Mount& mount) { return mount.path == "/" && is_from_server(mount); });
}

Result<DesiredRoutes> desired_routes(const ObservedState& observed, const Settings& settings) {
  DesiredRoutes desired;
  desired.persist = settings.persist;
  if (settings.persist && root_comes_from_server(observed))
    return Error{
        "persist: / comes from a server, so the ODM and /etc/tunables of this node do not outlive a reboot "
        "(or are shared with other nodes); cure: leave persist out and run this at every boot"};
  const Dgd dgd = settings.dgd.value_or(Dgd::active);
  desired.active_dgd = dgd == Dgd::active || dgd == Dgd::both;
  switch (settings.gateway_mode) {
    case GatewayMode::automatic:
      if (const Status by_domain = use_gateways_of_domain(observed, settings, desired); !by_domain)
        return by_domain.error();
      break;
    case GatewayMode::none:
      desired.reason = "gateways=none";
      break;
    case GatewayMode::list:
      if (const Status listed = use_listed_gateways(observed, settings.gateways, desired); !listed)
        return listed.error();
  }
  reject_implausible(observed, desired);
  if (!desired.managed && settings.dgd && desired.active_dgd)
    desired.warnings.push_back("active DGD belongs to the routes that hanfs sets, and it sets none: " + desired.reason);
  if (const Status tunables = set_desired_tunables(observed, settings, desired); !tunables) return tunables.error();
  return desired;
}

std::vector<plan::Step> plan_routes(const ObservedState& observed, const DesiredRoutes& desired) {
  std::vector<plan::Step> steps;
  plan_live_routes(observed, desired, steps);
  plan_odm_routes(observed, desired, steps);
  plan_tunables(observed, desired, steps);
  return steps;
}

bool route_expectation_is_satisfied(const ObservedState& observed, const Expectation& expectation) {
  const std::string& gateway = expectation.subject;
  if (expectation.kind == "tunable") {
    const auto known = observed.tunables.find(gateway);
    return known != observed.tunables.end() && known->second.current == expectation.value;
  }
  if (expectation.kind == "odm_rows")
    return observed.odm_routes && std::to_string(odm_defaults_by(observed, gateway).size()) == expectation.value;
  if (expectation.kind == "odm_route") {
    const std::vector<aix::OdmRoute> stored = odm_defaults_by(observed, gateway);
    return stored.size() == 1 && row_value(stored.front().cost, stored.front().active_dgd) == expectation.value;
  }
  if (!observed.routes) return false;
  const std::vector<aix::Route> rows = live_defaults_by(observed, gateway);
  if (expectation.kind == "default_rows") return std::to_string(rows.size()) == expectation.value;
  if (expectation.kind == "default_route") {
    if (rows.size() != 1) return false;
    const aix::Route& row = rows.front();
    // Without -C the cost cannot be judged; the flag can.
    return row.configured_cost
               ? row_value(*row.configured_cost, row.active_dgd()) == expectation.value
               : expectation.value.substr(expectation.value.find(' ')) == row_value(0, row.active_dgd()).substr(6);
  }
  if (expectation.kind == "other_default") {
    const std::vector<aix::Route> all = live_defaults(observed);
    return std::any_of(all.begin(), all.end(), [&](const aix::Route& route) {
      return route.gateway != gateway && route.current_cost.value_or(0) < aix::dead_cost;
    });
  }
  return false;
}

RouteReport describe_routes(const ObservedState& observed, const DesiredRoutes& desired) {
  RouteReport report;
  report.warnings = desired.warnings;
  std::set<std::string> reported;
  for (const DesiredGateway& gateway : desired.gateways) {
    GatewayState state = describe(observed, gateway.address);
    state.state = gateway_state(observed, desired, gateway, state);
    if (state.state == "drift" || state.state == "missing") {
      const bool alone = desired.gateways.size() == 1 && state.live;
      if (alone)
        report.warnings.push_back("gateway " + gateway.address +
                                  " is the only default: it cannot be made anew without cutting the node off");
    }
    reported.insert(gateway.address);
    report.gateways.push_back(std::move(state));
  }
  for (const aix::Route& route : live_defaults(observed)) {
    if (!reported.insert(route.gateway).second) continue;
    GatewayState state = describe(observed, route.gateway);
    state.state = desired.managed ? "extra" : "unmanaged";
    report.gateways.push_back(std::move(state));
  }
  if (observed.odm_routes) {
    for (const aix::OdmRoute& route : observed.odm_routes->routes) {
      if (!route.is_default() || !reported.insert(route.gateway).second) continue;
      GatewayState state = describe(observed, route.gateway);
      state.state = desired.managed ? "extra" : "unmanaged";
      report.gateways.push_back(std::move(state));
    }
  }
  for (const GatewayState& state : report.gateways) warn_about(state, report);

  const bool active = std::any_of(report.gateways.begin(), report.gateways.end(),
                                  [](const GatewayState& state) { return state.active_dgd.value_or(false); });
  const auto ping_time = observed.tunables.find("dgd_ping_time");
  const auto packets = observed.tunables.find("dgd_packets_lost");
  if (active && ping_time != observed.tunables.end() && packets != observed.tunables.end()) {
    const auto seconds = aix::tunable_number(ping_time->second.current);
    const auto lost = aix::tunable_number(packets->second.current);
    if (seconds && lost) report.detection_seconds = aix::detection_seconds(*seconds, *lost);
  }
  return report;
}

}  // namespace hanfs::node
