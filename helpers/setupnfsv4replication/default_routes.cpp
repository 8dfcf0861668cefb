// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/default_routes.hpp"

#include <algorithm>

#include "aix/commands.hpp"
#include "net/address.hpp"
#include "node/addresses.hpp"
#include "run/command.hpp"
#include "text/words.hpp"

namespace hanfs::node {
namespace {

// The names that netstat -C has for the values 1 to 5 of mpr_policy (lib/aix/README.md "netstat: costs").
std::string usual_policy(const ObservedState& observed) {
  constexpr const char* names[] = {"WRR", "RND", "WRND", "LUT", "HSH"};
  const auto known = observed.tunables.find("mpr_policy");
  const auto value = known == observed.tunables.end() ? std::nullopt : aix::tunable_number(known->second.current);
  return names[value && *value >= 1 && *value <= 5 ? *value - 1 : 0];
}

// More than one interface leads to it, so that the kernel had a choice.
bool has_choice_of_interface(const ObservedState& observed, const std::string& gateway) {
  if (!observed.interfaces) return true;
  const auto& all = observed.interfaces->interfaces;
  return std::count_if(all.begin(), all.end(), [&](const aix::Interface& interface) {
           return std::any_of(interface.addresses.begin(), interface.addresses.end(),
                              [&](const aix::InterfaceAddress& own) { return may_reach(own, gateway); });
         }) > 1;
}

// `others`: who is there instead, and is not held for dead.
std::string when_others_live(const ObservedState& observed, const std::vector<std::string>& others,
                             const plan::Argv& command) {
  std::vector<std::string> silent;
  std::vector<std::string> to_ask;
  for (const std::string& other : others) {
    if (observed.silent.count(other) != 0)
      silent.push_back(other);
    else if (observed.answering.count(other) == 0)
      to_ask.push_back(run::command_text(aix::ping_once(other)));
  }
  if (others.empty()) return "not now, since no other default gateway is alive";
  if (!silent.empty()) return "not now, since " + text::joined(silent, ", ") + " gave no answer to a ping";
  const std::string text = run::command_text(command);
  return to_ask.empty() ? text : text::joined(to_ask, ", ") + ", and once that shows an answer: " + text;
}

}  // namespace

bool may_reach(const aix::InterfaceAddress& own, const std::string& address) {
  return !own.inet6 && (own.prefix_length < 0 ||
                        (own.prefix_length > 0 && net::same_subnet(own.address, address, own.prefix_length) &&
                         net::is_host_in(address, own.prefix_length)));
}

std::vector<aix::Route> live_defaults(const ObservedState& observed) {
  std::vector<aix::Route> defaults;
  if (!observed.routes) return defaults;
  for (const aix::Route& route : observed.routes->routes)
    if (route.is_default() && !route.inet6) defaults.push_back(route);
  // Rows without a cost keep the order of the list, which AIX sorts by cost.
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

bool goes_by(const ObservedState& observed, const aix::OdmRoute& route, const std::string& gateway) {
  const std::vector<std::string> addresses = addresses_of(observed, route.gateway);
  return route.gateway == gateway || std::find(addresses.begin(), addresses.end(), gateway) != addresses.end();
}

std::vector<aix::OdmRoute> odm_defaults_by(const ObservedState& observed, const std::string& gateway) {
  std::vector<aix::OdmRoute> stored;
  if (!observed.odm_routes) return stored;
  for (const aix::OdmRoute& route : observed.odm_routes->routes)
    if (route.is_default() && goes_by(observed, route, gateway)) stored.push_back(route);
  return stored;
}

bool is_held_dead(const aix::Route& route) {
  if (!route.current_cost) return false;
  return *route.current_cost >= aix::dead_cost ||
         (route.configured_cost && *route.configured_cost != *route.current_cost);
}

bool may_be_dead(const ObservedState& observed, const aix::Route& route) {
  return is_held_dead(route) || (observed.route_costs_known && !route.current_cost);
}

bool may_be_dead(const ObservedState& observed, const std::string& gateway) {
  const std::vector<aix::Route> rows = live_defaults_by(observed, gateway);
  return std::any_of(rows.begin(), rows.end(), [&](const aix::Route& row) { return may_be_dead(observed, row); });
}

bool is_held_alive(const ObservedState& observed, const std::string& gateway) {
  const std::vector<aix::Route> rows = live_defaults_by(observed, gateway);
  return std::any_of(rows.begin(), rows.end(),
                     [](const aix::Route& row) { return row.active_dgd() && row.current_cost && !is_held_dead(row); });
}

bool serves_now(const ObservedState& observed, const std::string& address) {
  return std::any_of(observed.filesystems.begin(), observed.filesystems.end(), [&](const aix::NfsFilesystem& info) {
    const std::vector<std::string> addresses = addresses_of(observed, info.current);
    return std::find(addresses.begin(), addresses.end(), address) != addresses.end();
  });
}

std::vector<aix::Route> carriers_without(const ObservedState& observed, const std::string& gateway) {
  std::vector<aix::Route> carriers;
  for (const aix::Route& route : live_defaults(observed)) {  // in the order of their costs
    if (route.gateway == gateway || may_be_dead(observed, route)) continue;
    if (!carriers.empty() && route.configured_cost.value_or(0) != carriers.front().configured_cost.value_or(0)) break;
    carriers.push_back(route);
  }
  return carriers;
}

std::string how_to_delete(const ObservedState& observed, const std::string& gateway) {
  std::vector<std::string> others;
  for (const aix::Route& route : carriers_without(observed, gateway)) others.push_back(route.gateway);
  return when_others_live(observed, others, aix::delete_default_route(gateway));
}

std::string how_to_delete(const ObservedState& observed, const aix::OdmRoute& stored) {
  std::vector<std::string> others;
  if (observed.odm_routes)
    for (const aix::OdmRoute& other : observed.odm_routes->routes)
      if (other.is_default() && other.raw != stored.raw && !may_be_dead(observed, other.gateway))
        others.push_back(other.gateway);
  return when_others_live(observed, others, aix::delete_odm_route(stored.raw));
}

bool is_like(const aix::Route& route, const plan::RouteEntry& entry) {
  return route.active_dgd() == entry.active_dgd && route.configured_cost.value_or(entry.cost) == entry.cost;
}

bool is_like(const aix::OdmRoute& route, const plan::RouteEntry& entry) {
  return route.cost == entry.cost && route.active_dgd == entry.active_dgd;
}

plan::RouteEntry entry_of(const ObservedState& observed, const aix::Route& route, long long unknown_cost) {
  return {route.configured_cost.value_or(unknown_cost), route.active_dgd(), route.flags.find('S') != std::string::npos,
          has_choice_of_interface(observed, route.gateway) ? route.interface : ""};
}

std::string lost_if_remade(const ObservedState& observed, const aix::Route& route) {
  if (route.flags.find_first_not_of("UGSA") != std::string::npos) return "the flags " + route.flags;
  if (!route.weight.empty() && route.weight != "1") return "the weight " + route.weight;
  if (!route.policy.empty() && route.policy != usual_policy(observed)) return "the policy " + route.policy;
  return "";
}

std::string lost_if_remade(const aix::OdmRoute& route) { return route.has_more ? "a part of " + route.raw : ""; }

}  // namespace hanfs::node
