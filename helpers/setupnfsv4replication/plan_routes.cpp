// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/plan_routes.hpp"

#include <algorithm>

#include "aix/commands.hpp"
#include "report/table.hpp"
#include "setupnfsv4replication/default_routes.hpp"

namespace hanfs::node {
namespace {

using plan::Action;
using plan::Expectation;
using plan::Kind;
using report::escape_control;

std::string dgd_text(bool active) { return active ? " with active DGD" : " without active DGD"; }

plan::Step verified_step(plan::Kind kind, const std::string& gateway, plan::Action action) {
  plan::Step step;
  step.resource = {kind, gateway};
  step.action = action;
  step.verified = true;
  step.abort_sequence = true;
  return step;
}

plan::Step add_step(const DesiredGateway& gateway) {
  const auto& [cost, active_dgd] = gateway.entry;
  plan::Step step = verified_step(Kind::route, gateway.address, Action::add);
  step.why =
      "default gateway " + gateway.address + " is to be there at cost " + std::to_string(cost) + dgd_text(active_dgd);
  step.argv = aix::add_default_route(gateway.address, cost, active_dgd);
  step.undo = {aix::delete_default_route(gateway.address)};
  step.expect = Expectation{step.resource, gateway.entry};
  return step;
}

// Never `route change`: with several defaults it is not documented which one it takes.
void recreate(const DesiredGateway& gateway, const std::vector<aix::Route>& rows, std::vector<plan::Step>& steps) {
  const auto& [cost, active_dgd] = gateway.entry;
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const aix::Route& row = rows[i];
    plan::Step step = verified_step(Kind::route, gateway.address, Action::remove);
    step.detail = std::to_string(i + 1);
    step.why = i > 0 ? "default gateway " + gateway.address + " is there twice"
                     : "default gateway " + gateway.address + " is there with cost " +
                           (row.configured_cost ? std::to_string(*row.configured_cost) : "?") +
                           dgd_text(row.active_dgd()) + ", wanted cost " + std::to_string(cost) + dgd_text(active_dgd) +
                           "; route cannot change it in place";
    step.argv = aix::delete_default_route(gateway.address);
    step.undo = {aix::add_default_route(gateway.address, row.configured_cost.value_or(cost), row.active_dgd())};
    step.needs = Expectation{step.resource, plan::AnotherGateway{}};
    step.expect = Expectation{step.resource, plan::EntryCount{rows.size() - i - 1}};
    // The node is without this gateway until the add, so nothing is probed in between.
    step.verified_with_next = i + 1 == rows.size();
    steps.push_back(std::move(step));
  }
  steps.push_back(add_step(gateway));
}

void plan_live_routes(const ObservedState& observed, const DesiredRoutes& desired, std::vector<plan::Step>& steps) {
  if (!observed.routes) return;
  for (const DesiredGateway& gateway : desired.gateways)
    if (live_defaults_by(observed, gateway.address).empty()) steps.push_back(add_step(gateway));
  for (const DesiredGateway& gateway : desired.gateways) {
    const std::vector<aix::Route> rows = live_defaults_by(observed, gateway.address);
    const bool as_desired = rows.size() == 1 && is_like(rows.front(), gateway.entry);
    if (!rows.empty() && !as_desired) recreate(gateway, rows, steps);
  }
}

plan::Step odm_step(const DesiredGateway& gateway, plan::Action action) {
  plan::Step step = verified_step(Kind::stored_route, gateway.address, action);
  step.never_kill = true;
  step.sync_journal = true;
  return step;
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
    const auto keep = std::find_if(stored.begin(), stored.end(),
                                   [&](const aix::OdmRoute& route) { return is_like(route, gateway.entry); });
    std::size_t left = stored.size();
    for (auto route = stored.begin(); route != stored.end(); ++route) {
      if (route == keep) continue;
      plan::Step step = odm_step(gateway, Action::remove);
      step.detail = std::to_string(route - stored.begin() + 1);
      step.why = "the ODM holds " + escape_control(route->raw) +
                 (keep == stored.end() ? ", not what is wanted" : " as a duplicate");
      step.argv = aix::delete_odm_route(route->raw);
      step.undo = {aix::add_odm_route(route->raw)};
      step.expect = Expectation{step.resource, plan::EntryCount{--left}};
      steps.push_back(std::move(step));
    }
    if (keep != stored.end()) continue;
    const auto& [cost, active_dgd] = gateway.entry;
    const std::string route = aix::odm_route(gateway.address, cost, active_dgd);
    plan::Step step = odm_step(gateway, Action::add);
    step.why = "default gateway " + gateway.address + " at cost " + std::to_string(cost) + dgd_text(active_dgd) +
               " is to be in the ODM for the next boot";
    step.argv = aix::add_odm_route(route);
    step.undo = {aix::delete_odm_route(route)};
    step.expect = Expectation{step.resource, gateway.entry};
    steps.push_back(std::move(step));
  }
}

void plan_tunables(const ObservedState& observed, const DesiredRoutes& desired, std::vector<plan::Step>& steps) {
  for (const auto& [name, wanted] : desired.tunables) {
    const auto known = observed.tunables.find(name);
    if (known == observed.tunables.end()) continue;  // noted as unobserved
    const aix::Tunable& now = known->second;
    // Without `no -x` the value of the next boot is not known, and `no -p` sets both.
    if (now.current == wanted && (!desired.persist || now.reboot.empty() || now.reboot == wanted)) continue;
    plan::Step step;
    step.resource = {Kind::tunable, name};
    step.why = name + " is " + now.current;
    if (desired.persist) step.why += " (" + (now.reboot.empty() ? "unknown" : now.reboot) + " at the next boot)";
    step.why += ", wanted " + wanted;
    step.argv = aix::set_network_tunable(name, wanted, desired.persist);
    step.undo = {aix::set_network_tunable(name, now.current, desired.persist)};
    step.expect = Expectation{step.resource, wanted};
    step.sync_journal = desired.persist;
    steps.push_back(std::move(step));
  }
}

}  // namespace

std::vector<plan::Step> plan_routes(const ObservedState& observed, const DesiredRoutes& desired) {
  std::vector<plan::Step> steps;
  plan_live_routes(observed, desired, steps);
  plan_odm_routes(observed, desired, steps);
  plan_tunables(observed, desired, steps);
  return steps;
}

bool is_satisfied(const ObservedState& observed, const Expectation& expectation) {
  const Kind kind = expectation.resource.kind;
  const std::string& name = expectation.resource.name;
  if (kind == Kind::tunable) {
    const auto known = observed.tunables.find(name);
    const auto* value = std::get_if<std::string>(&expectation.value);
    return known != observed.tunables.end() && value != nullptr && known->second.current == *value;
  }
  const bool stored = kind == Kind::stored_route;
  if (stored ? !observed.odm_routes : !observed.routes) return false;
  const std::vector<aix::Route> live = live_defaults_by(observed, name);
  const std::vector<aix::OdmRoute> odm = odm_defaults_by(observed, name);
  if (const auto* count = std::get_if<plan::EntryCount>(&expectation.value))
    return (stored ? odm.size() : live.size()) == count->entries;
  if (const auto* entry = std::get_if<plan::RouteEntry>(&expectation.value))
    return stored ? odm.size() == 1 && is_like(odm.front(), *entry) : live.size() == 1 && is_like(live.front(), *entry);
  if (!std::holds_alternative<plan::AnotherGateway>(expectation.value)) return false;
  const std::vector<aix::Route> all = live_defaults(observed);
  return std::any_of(all.begin(), all.end(), [&](const aix::Route& route) {
    return route.gateway != name && route.current_cost.value_or(0) < aix::dead_cost;
  });
}

}  // namespace hanfs::node
