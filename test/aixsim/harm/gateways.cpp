// SPDX-License-Identifier: Apache-2.0
#include "harm/gateways.hpp"

#include <algorithm>

#include "harm/harm.hpp"
#include "state/odm.hpp"

namespace aixsim {

bool GatewayTruth::any_live() const {
  return std::any_of(defaults.begin(), defaults.end(), [](const Default& one) { return one.live; });
}

std::vector<GatewayTruth::Default> GatewayTruth::in_use() const {
  std::vector<Default> used;
  for (const auto& one : defaults) {
    if (!used.empty() && one.current_cost < used[0].current_cost) used.clear();
    if (used.empty() || one.current_cost == used[0].current_cost) used.push_back(one);
  }
  return used;
}

GatewayTruth gateway_truth(const Node& node) {
  GatewayTruth truth;
  const Routes table(node);
  const auto all = table.load();
  for (const auto& route : all) {
    if (route.is_default()) {
      truth.defaults.push_back({route, table.current_cost(route, all), !is_dead(node, route.gateway)});
    } else {
      truth.others.push_back(route);
    }
  }
  for (const auto& value : Odm(node).values("inet0", "route")) {
    const StoredRoute stored = parse_stored(value);
    const bool is_default = stored.destination == "0" || stored.destination == "default";
    if (stored.valid && is_default && !is_dead(node, stored.gateway)) truth.boot.push_back(stored.gateway);
  }
  return truth;
}

namespace {

using Default = GatewayTruth::Default;

std::string names(const std::vector<Default>& all) {
  Strings words;
  for (const auto& one : all)
    words.push_back(one.route.gateway + (one.live ? " (live, cost " : " (dead, cost ") +
                    std::to_string(one.current_cost) + ")");
  return words.empty() ? "none" : join(words, ", ");
}

const Default* find(const GatewayTruth& truth, const std::string& gateway) {
  for (const auto& one : truth.defaults) {
    if (one.route.gateway == gateway) return &one;
  }
  return nullptr;
}

// What of a route nothing but its cost and its detection of dead gateways may change.
Strings attributes(const Route& route) {
  return {route.interface, std::to_string(route.weight), std::to_string(route.policy),
          route.flags.find('S') == std::string::npos ? "-" : "S"};
}

void judge_attributes(const Node& node, const GatewayTruth& before, const GatewayTruth& after) {
  for (const auto& one : before.defaults) {
    if (find(after, one.route.gateway)) continue;
    Strings words = attributes(one.route);
    words.insert(words.begin(), one.route.gateway);
    node.append("harm.gone", record(words) + "\n");
  }
  for (const auto& one : after.defaults) {
    if (find(before, one.route.gateway)) continue;
    Strings old;
    for (const auto& line : split(node.get("harm.gone"), '\n')) {
      const Strings f = fields(line);
      if (f.size() == 5 && f[0] == one.route.gateway && old.empty()) old = Strings(f.begin() + 1, f.end());
    }
    if (old.empty()) continue;
    Strings now = attributes(one.route);
    if (old[3] == "-") now[3] = "-";
    if (old != now)
      record_harm(
          node, "route-attribute-lost",
          one.route.gateway + ": interface, weight, policy, flag were " + join(old, " ") + ", are " + join(now, " "));
  }
}

}  // namespace

void judge_gateways(const Node& node, const GatewayTruth& before, const GatewayTruth& after) {
  const auto used_before = before.in_use(), used_after = after.in_use();
  const auto is_live = [](const Default& one) { return one.live; };
  const bool lived = std::any_of(used_before.begin(), used_before.end(), is_live);
  const bool all_lived = !used_before.empty() && std::all_of(used_before.begin(), used_before.end(), is_live);
  const bool lives = std::any_of(used_after.begin(), used_after.end(), is_live);
  const bool all_live = std::all_of(used_after.begin(), used_after.end(), is_live);
  const std::string what = "defaults were " + names(before.defaults) + "; are " + names(after.defaults);
  if (before.any_live() && !after.any_live()) {
    record_harm(node, "gateway-lost", what);
  } else if (lived && !lives && !used_after.empty()) {
    record_harm(node, "dead-gateway-first", what);
  } else if (all_lived && !all_live && lives) {
    record_harm(node, "dead-gateway-shares", what);
  }
  const Strings deaf = no_routers(node);
  for (const auto& one : after.defaults) {
    const bool known = find(before, one.route.gateway) != nullptr;
    if (!known && std::find(deaf.begin(), deaf.end(), one.route.gateway) != deaf.end())
      record_harm(node, "no-router-gateway", one.route.gateway);
  }
  if (!before.boot.empty() && after.boot.empty())
    record_harm(node, "boot-without-gateway", "the ODM knew " + join(before.boot, ", "));
  for (const auto& one : before.others) {
    const bool kept = std::any_of(after.others.begin(), after.others.end(), [&](const Route& other) {
      return other.key() == one.key() && other.gateway == one.gateway;
    });
    if (!kept) record_harm(node, "route-lost", one.key() + " by " + one.gateway);
  }
  judge_attributes(node, before, after);
}

}  // namespace aixsim
