// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/planner.hpp"

#include <iterator>
#include <utility>

#include "setupnfsv4replication/plan_routes.hpp"
#include "setupnfsv4replication/resolver.hpp"

namespace hanfs::node {

DesiredState desired_state(const ObservedState& observed, const Settings& settings,
                           const std::vector<DesiredGateway>& set_before) {
  return {desired_filesystems(observed, settings), desired_routes(observed, settings, set_before),
          settings.hosts_first};
}

DesiredState desired_state_of_reset(const ObservedState& observed, const Settings& settings) {
  DesiredState desired = desired_state(observed, settings);
  for (DesiredFilesystem& filesystem : desired.filesystems.filesystems) {
    if (filesystem.left_as_soft) filesystem.excluded = filesystem.left_as_soft = false;
    filesystem.conflict = false;
  }
  desired.filesystems.conflicts.clear();
  desired.filesystems.warnings.clear();
  desired.routes.errors.clear();
  return desired;
}

plan::Plan make_plan(const ObservedState& observed, const DesiredState& desired) {
  plan::Plan plan{plan_filesystems(desired.filesystems)};
  const auto add = [&](std::vector<plan::Step> steps) {
    std::move(steps.begin(), steps.end(), std::back_inserter(plan.steps));
  };
  // With --persist live and stored routes have the same costs.
  const bool routes_wait =
      observed.routes_are_pending() || (desired.routes.persist && observed.odm_routes_are_pending());
  if (!routes_wait) add(plan_routes(observed, desired.routes));
  add(plan_tunables(observed, desired.routes));
  if (std::optional<plan::Step> resolver = plan_resolver(observed, desired.hosts_first))
    plan.steps.push_back(std::move(*resolver));
  return plan;
}

RefreshScope scope_of(const plan::Plan& plan) {
  RefreshScope scope;
  for (const plan::Step& step : plan.steps) {
    const auto& [kind, name] = step.resource;
    if (kind == plan::Kind::filesystem) scope.filesystems.insert(name);
    scope.routes = scope.routes || kind == plan::Kind::route;
    scope.odm_routes = scope.odm_routes || kind == plan::Kind::stored_route;
    scope.tunables = scope.tunables || kind == plan::Kind::tunable || kind == plan::Kind::stored_tunable;
    scope.files = scope.files || step.file;
  }
  return scope;
}

}  // namespace hanfs::node
