// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/route_report.hpp"

#include <algorithm>
#include <set>

#include "aix/failover.hpp"
#include "setupnfsv4replication/default_routes.hpp"
#include "text/words.hpp"

namespace hanfs::node {
namespace {

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
  if (rows.size() != 1 || !is_like(rows.front(), gateway.entry)) return "drift";
  if (desired.persist) {
    const std::vector<aix::OdmRoute> stored = odm_defaults_by(observed, gateway.address);
    if (stored.size() != 1 || !is_like(stored.front(), gateway.entry)) return "drift";
  }
  return held_for_dead(state) ? "down" : "ok";
}

void warn_about(const ObservedState& observed, const GatewayState& state, RouteReport& report) {
  if (held_for_dead(state))
    report.warnings.push_back("gateway " + state.address + " is held for dead now (its cost is raised)");
  if (state.state != "extra") return;
  const std::vector<aix::OdmRoute> stored = odm_defaults_by(observed, state.address);
  const std::string cure =
      state.live || stored.empty() ? how_to_delete(observed, state.address) : how_to_delete(observed, stored.front());
  report.warnings.push_back("default gateway " + state.address + " is " +
                            (state.live ? "there" : "in the ODM for the next boot") +
                            " but was not asked for; left alone; to take it away: " + cure);
}

bool is_zero(const ObservedState& observed, const char* name) {
  const auto found = observed.tunables.find(name);
  return found != observed.tunables.end() && aix::tunable_number(found->second.current) == 0;
}

// lib/aix/README.md "DGD: how it works" and lib/aix/README.md "DGD: tunables".
void add_advice(const ObservedState& observed, RouteReport& report) {
  const auto by_dgd = [](const GatewayState& state) { return state.live && state.active_dgd.value_or(false); };
  const auto live = std::count_if(report.gateways.begin(), report.gateways.end(),
                                  [](const GatewayState& state) { return state.live; });
  const bool all_dead = std::all_of(report.gateways.begin(), report.gateways.end(), [&](const GatewayState& state) {
    return !state.live || (by_dgd(state) && held_for_dead(state));
  });
  if (live > 0 && all_dead)
    report.warnings.emplace_back(
        "active DGD holds every default gateway for dead: either the network is down, or they drop ICMP echo, which "
        "looks the same to it; cure for the latter: dgd=passive");
  if (live < 2) return;
  if (is_zero(observed, "ipignoreredirects"))
    report.remarks.emplace_back(
        "ipignoreredirects is 0: a host route that an ICMP redirect made stays on a dead gateway; cure: no -o "
        "ipignoreredirects=1");
  if (is_zero(observed, "dgd_flush_cached_route"))
    report.remarks.emplace_back(
        "dgd_flush_cached_route is 0: connections that are open keep a gateway that DGD finds dead until they look "
        "again; cure: no -o dgd_flush_cached_route=1");
}

}  // namespace

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
      const bool is_reported = std::any_of(reported.begin(), reported.end(), [&](const std::string& gateway) {
        return goes_by(observed, route, gateway);
      });
      if (!route.is_default() || is_reported) continue;
      reported.insert(route.gateway);
      GatewayState state = describe(observed, route.gateway);
      state.state = desired.managed ? "extra" : "unmanaged";
      report.gateways.push_back(std::move(state));
    }
  }
  for (const std::string& address : desired.lost) {
    // It may be in the ODM.
    const auto reported_one = std::find_if(report.gateways.begin(), report.gateways.end(),
                                           [&](const GatewayState& state) { return state.address == address; });
    if (reported_one != report.gateways.end()) {
      reported_one->state = "missing";
      continue;
    }
    report.gateways.push_back(describe(observed, address));
    report.gateways.back().state = "missing";
  }
  if (!desired.lost.empty())
    report.warnings.push_back("no default gateway is there, and hanfs had set " + text::joined(desired.lost, " and ") +
                              "; cure: setupnfsv4replication --gateways " + text::joined(desired.lost, " "));
  for (const GatewayState& state : report.gateways) warn_about(observed, state, report);
  add_advice(observed, report);

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
