// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/default_routes.hpp"

#include <algorithm>

namespace hanfs::node {

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

std::vector<aix::OdmRoute> odm_defaults_by(const ObservedState& observed, const std::string& gateway) {
  std::vector<aix::OdmRoute> stored;
  if (!observed.odm_routes) return stored;
  for (const aix::OdmRoute& route : observed.odm_routes->routes)
    if (route.is_default() && route.gateway == gateway) stored.push_back(route);
  return stored;
}

bool is_like(const aix::Route& route, const plan::RouteEntry& entry) {
  return route.active_dgd() == entry.active_dgd && route.configured_cost.value_or(entry.cost) == entry.cost;
}

bool is_like(const aix::OdmRoute& route, const plan::RouteEntry& entry) {
  return route.cost == entry.cost && route.active_dgd == entry.active_dgd;
}

}  // namespace hanfs::node
