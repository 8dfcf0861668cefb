// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/plan_routes.hpp"

#include <algorithm>

#include "aix/commands.hpp"
#include "plan/step_text.hpp"
#include "report/table.hpp"
#include "setupnfsv4replication/default_routes.hpp"
#include "text/words.hpp"

namespace hanfs::node {
namespace {

using plan::Action;
using plan::Expectation;
using plan::Kind;
using report::escape_control;

std::string dgd_text(bool active) { return active ? " with active DGD" : " without active DGD"; }

aix::RouteExtras extras(const plan::RouteEntry& entry) { return {entry.is_static, entry.interface, "", "", ""}; }

plan::Step verified_step(plan::Kind kind, const std::string& gateway, plan::Action action) {
  plan::Step step;
  step.resource = {kind, gateway};
  step.action = action;
  step.verified = true;
  step.abort_sequence = true;
  return step;
}

// Who may take its place: live defaults that nobody holds for dead, and those that this plan adds.
std::vector<std::string> others_than(const std::string& gateway, const ObservedState& observed,
                                     const std::vector<DesiredGateway>& desired) {
  std::vector<std::string> others;
  const auto add = [&](const std::string& address) {
    const bool counts = address != gateway && !may_be_dead(observed, address);
    if (counts && std::find(others.begin(), others.end(), address) == others.end()) others.push_back(address);
  };
  for (const aix::Route& route : live_defaults(observed)) add(route.gateway);
  for (const DesiredGateway& other : desired) add(other.address);
  return others;
}

// At this cost it would come before a live default, or share its traffic: now, or when this plan has been carried out.
bool would_come_before_a_live_one(const DesiredGateway& gateway, const ObservedState& observed,
                                  const std::vector<DesiredGateway>& desired) {
  const std::vector<aix::Route> defaults = live_defaults(observed);
  return std::any_of(defaults.begin(), defaults.end(), [&](const aix::Route& route) {
    if (route.gateway == gateway.address || may_be_dead(observed, route)) return false;
    long long cost = route.configured_cost.value_or(gateway.entry.cost);
    for (const DesiredGateway& other : desired)
      if (other.address == route.gateway) cost = std::max(cost, other.entry.cost);
    return gateway.entry.cost <= cost;
  });
}

// Another one that is not there yet comes behind it. Active DGD would hold a silent one dead anyway, and until it has
// noticed that, the ones behind it are no help while the present gateway is made anew.
bool would_come_before_another_new_one(const DesiredGateway& gateway, const ObservedState& observed,
                                       const std::vector<DesiredGateway>& desired) {
  return gateway.entry.active_dgd && std::any_of(desired.begin(), desired.end(), [&](const DesiredGateway& other) {
           return other.entry.cost > gateway.entry.cost && live_defaults_by(observed, other.address).empty();
         });
}

plan::Step add_step(const DesiredGateway& gateway) {
  const plan::RouteEntry& entry = gateway.entry;
  plan::Step step = verified_step(Kind::route, gateway.address, Action::add);
  step.why = "default gateway " + gateway.address + " is to be there at cost " + std::to_string(entry.cost) +
             dgd_text(entry.active_dgd);
  step.argv = aix::add_default_route(gateway.address, entry.cost, entry.active_dgd, extras(entry));
  step.undo = {aix::delete_default_route(gateway.address)};
  step.was = Expectation{step.resource, plan::EntryCount{0}};
  step.expect = Expectation{step.resource, entry};
  return step;
}

void plan_live_routes(const ObservedState& observed, const DesiredRoutes& desired, std::vector<plan::Step>& steps) {
  if (!observed.routes) return;
  for (const DesiredGateway& gateway : desired.gateways)
    if (live_defaults_by(observed, gateway.address).empty()) {
      steps.push_back(add_route(observed, gateway, desired.gateways));
      steps.back().why += "; it must forward what it is sent (ipforwarding)";
    }
  for (const DesiredGateway& gateway : desired.gateways) {
    const std::vector<aix::Route> rows = live_defaults_by(observed, gateway.address);
    const bool as_desired = rows.size() == 1 && is_like(rows.front(), gateway.entry);
    if (rows.empty() || as_desired || !reason_to_leave(observed, gateway).empty()) continue;
    const DesiredGateway remade = keeping_extras(observed, rows.front(), gateway);
    for (plan::Step& step : remake_route(observed, remade, desired.gateways)) steps.push_back(std::move(step));
  }
}

plan::Step odm_step(const DesiredGateway& gateway, plan::Action action) {
  plan::Step step = verified_step(Kind::stored_route, gateway.address, action);
  step.never_kill = true;
  step.sync_journal = true;
  return step;
}

// The next boot would send traffic to it that another one could carry, and nothing would notice that it is dead.
bool would_boot_before_another(const DesiredGateway& gateway, const ObservedState& observed,
                               const std::vector<DesiredGateway>& desired) {
  if (gateway.entry.active_dgd) return false;
  const auto& routes = observed.odm_routes->routes;
  return std::any_of(routes.begin(), routes.end(),
                     [&](const aix::OdmRoute& route) {
                       return route.is_default() && route.gateway != gateway.address &&
                              gateway.entry.cost <= route.cost;
                     }) ||
         std::any_of(desired.begin(), desired.end(), [&](const DesiredGateway& other) {
           return other.address != gateway.address && gateway.entry.cost <= other.entry.cost;
         });
}

bool loses_something(const std::vector<aix::OdmRoute>& stored) {
  return std::any_of(stored.begin(), stored.end(),
                     [](const aix::OdmRoute& route) { return !lost_if_remade(route).empty(); });
}

aix::RouteExtras kept_of(const std::vector<aix::OdmRoute>& stored) {
  if (stored.empty()) return {};
  const aix::OdmRoute& route = stored.front();
  return {true, route.interface, route.netmask, route.policy, route.weight};
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
    if (keep == stored.end() && loses_something(stored)) continue;  // said as an error
    std::size_t left = stored.size();
    for (auto route = stored.begin(); route != stored.end(); ++route) {
      if (route == keep) continue;
      plan::Step step = odm_step(gateway, Action::remove);
      step.detail = std::to_string(route - stored.begin() + 1);
      step.why = "the ODM holds " + escape_control(route->raw) +
                 (keep == stored.end() ? ", not what is wanted" : " as a duplicate");
      step.argv = aix::delete_odm_route(route->raw);
      step.undo = {aix::add_odm_route(route->raw)};
      step.was = Expectation{step.resource, route->raw};
      step.expect = Expectation{step.resource, plan::EntryCount{--left}};
      // A boot before it is there again has another one.
      if (keep == stored.end())
        step.needs =
            Expectation{step.resource, plan::LiveGateway{others_than(gateway.address, observed, desired.gateways)}};
      steps.push_back(std::move(step));
    }
    if (keep != stored.end()) continue;
    const long long cost = gateway.entry.cost;
    const bool active_dgd = gateway.entry.active_dgd;
    const std::string route = aix::odm_route(gateway.address, cost, active_dgd, kept_of(stored));
    plan::Step step = odm_step(gateway, Action::add);
    step.why = "default gateway " + gateway.address + " at cost " + std::to_string(cost) + dgd_text(active_dgd) +
               " is to be in the ODM for the next boot";
    step.argv = aix::add_odm_route(route);
    step.undo = {aix::delete_odm_route(route)};
    step.expect = Expectation{step.resource, gateway.entry};
    if (stored.empty() && would_boot_before_another(gateway, observed, desired.gateways))
      step.needs = Expectation{step.resource, plan::LiveGateway{{}, false, true}};
    steps.push_back(std::move(step));
  }
}

std::string needs(const plan::Resource& route, const plan::LiveGateway& live) {
  return "needs " + plan::text_of(Expectation{route, live});
}

// Who is one of `live.among` and answers a ping. Where not even `gateway` does, ICMP echo may be dropped: then who
// serves a file system of this node now is alive too. But active DGD may have the answers of `gateway`, and then that
// is not taken away for good on such a word.
bool is_alive(const ObservedState& observed, const std::string& other, const std::string& gateway,
              const plan::LiveGateway& live) {
  if (std::find(live.among.begin(), live.among.end(), other) == live.among.end()) return false;
  if (observed.answering.count(other) != 0) return true;
  const bool may_drop_echo = observed.answering.count(gateway) == 0 && serves_now(observed, other);
  return may_drop_echo && (live.comes_back || !is_held_alive(observed, gateway));
}

// Of the next boot nothing is known, so there one that is alive now will do.
std::string why_not_stored(const ObservedState& observed, const std::string& gateway, const plan::LiveGateway& live) {
  const auto& routes = observed.odm_routes->routes;
  const bool one_is_alive = std::any_of(routes.begin(), routes.end(), [&](const aix::OdmRoute& route) {
    return route.is_default() && route.gateway != gateway && is_alive(observed, route.gateway, gateway, live);
  });
  return one_is_alive ? "" : needs({Kind::stored_route, gateway}, live);
}

// Why traffic would not leave while `gateway` is away, or when it is back; empty: it does. It takes the cheapest of the
// others that may be alive, with all that share that cost, so each of these must be one of `among` and answer. Where
// they carry it already, any other that is alive will do; and one that is held for dead and silent may come back at
// once.
std::string why_not_taken_over(const ObservedState& observed, const std::string& gateway,
                               const plan::LiveGateway& live) {
  const std::string general = needs({Kind::route, gateway}, live);
  const auto answers = [&](const std::string& other) {
    return std::find(live.among.begin(), live.among.end(), other) != live.among.end() &&
           observed.answering.count(other) != 0;
  };
  const bool is_silent = observed.answering.count(gateway) == 0;
  const bool is_held_for_dead = may_be_dead(observed, gateway);
  const std::vector<aix::Route> defaults = live_defaults(observed);
  const std::vector<aix::Route> carriers = carriers_without(observed, gateway);
  const std::vector<aix::Route> rows = live_defaults_by(observed, gateway);
  if (carriers.empty()) {
    // All are held for dead, and it comes back as one that is not (see reason_to_leave).
    const bool is_the_last = defaults.size() == rows.size();
    const bool loses_nothing = live.comes_back && !live.comes_back->active_dgd && is_held_for_dead && is_silent;
    return loses_nothing && !is_the_last ? "" : general;
  }
  const long long first_cost = carriers.front().configured_cost.value_or(0);
  const bool carries_nothing =
      is_held_for_dead || (!rows.empty() && first_cost < rows.front().configured_cost.value_or(0));
  const bool comes_first = live.comes_back && live.comes_back->cost <= first_cost;
  // Where it is the first already, active DGD had better find out whether it is dead. Nobody else would.
  if (comes_first && is_silent && (carries_nothing || !live.comes_back->active_dgd))
    return gateway + " itself gave no answer to a ping, and it would come back before " + carriers.front().gateway +
           (live.comes_back->active_dgd ? ""
                                        : std::string("; cure: let it answer, or") +
                                              (is_held_alive(observed, gateway) ? "" : " dgd=active, or") +
                                              ", where it is dead, take it away: " + how_to_delete(observed, gateway));
  if (carries_nothing) {
    const bool any_is_alive = std::any_of(defaults.begin(), defaults.end(), [&](const aix::Route& route) {
      return route.gateway != gateway && !may_be_dead(observed, route) &&
             is_alive(observed, route.gateway, gateway, live);
    });
    if (any_is_alive || (is_silent && is_held_for_dead && live.comes_back)) return "";
    return general + (is_silent ? "; " + gateway +
                                      " gave none either, so ICMP echo may be dropped; cure: run this again "
                                      "when one answers, or reboot the node, after which it has what was "
                                      "set at boot"
                                : "");
  }
  for (const aix::Route& route : carriers)
    if (!answers(route.gateway))
      return route.gateway + ", which would carry the traffic meanwhile, " +
             (observed.answering.count(route.gateway) == 0 ? "gave no answer to a ping"
                                                           : "was held for dead when the run began");
  return "";
}

// Why a gateway that was taken away is better not put back; empty: it may be the only one, or is not known to be dead.
std::string why_not_put_back(const ObservedState& observed, const std::string& gateway, const plan::LiveGateway& live) {
  if (observed.silent.count(gateway) == 0 || !live.comes_back) return "";
  for (const aix::Route& route : live_defaults(observed))
    if (route.gateway != gateway && route.configured_cost && *route.configured_cost >= live.comes_back->cost &&
        !may_be_dead(observed, route) && observed.answering.count(route.gateway) != 0 &&
        std::find(live.among.begin(), live.among.end(), route.gateway) != live.among.end())
      return gateway + " gave no answer to a ping, and it would come back before " + route.gateway +
             ", which did; cure: run this again when it answers";
  return "";
}

}  // namespace

plan::Step add_route(const ObservedState& observed, const DesiredGateway& gateway,
                     const std::vector<DesiredGateway>& desired) {
  plan::Step step = add_step(gateway);
  // It may be the only one that lives.
  step.undo_needs = Expectation{step.resource, plan::LiveGateway{others_than(gateway.address, observed, desired)}};
  if (would_come_before_a_live_one(gateway, observed, desired) ||
      would_come_before_another_new_one(gateway, observed, desired))
    step.needs = Expectation{step.resource, plan::LiveGateway{{}, false, true}};
  return step;
}

std::vector<plan::Step> remove_route(const ObservedState& observed, const std::string& gateway,
                                     const std::vector<DesiredGateway>& desired) {
  std::vector<plan::Step> steps;
  const std::vector<aix::Route> rows = live_defaults_by(observed, gateway);
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const plan::RouteEntry entry = entry_of(observed, rows[i], 0);
    plan::Step step = verified_step(Kind::route, gateway, Action::remove);
    step.detail = std::to_string(i + 1);
    step.why = "default gateway " + gateway + " is there twice";
    step.argv = aix::delete_default_route(gateway);
    step.undo = {aix::add_default_route(gateway, entry.cost, entry.active_dgd, extras(entry))};
    step.was = Expectation{step.resource, entry};
    step.needs = Expectation{step.resource, plan::LiveGateway{others_than(gateway, observed, desired)}};
    plan::LiveGateway back{others_than(gateway, observed, desired), true, false, entry};
    back.is_put_back = true;
    step.undo_needs = Expectation{step.resource, std::move(back)};
    step.expect = Expectation{step.resource, plan::EntryCount{rows.size() - i - 1}};
    steps.push_back(std::move(step));
  }
  return steps;
}

// Never `route change`: with several defaults it is not documented which one it takes.
DesiredGateway keeping_extras(const ObservedState& observed, const aix::Route& present, DesiredGateway gateway) {
  const plan::RouteEntry now = entry_of(observed, present, gateway.entry.cost);
  gateway.entry.is_static = now.is_static;
  gateway.entry.interface = now.interface;
  return gateway;
}

std::vector<plan::Step> remake_route(const ObservedState& observed, const DesiredGateway& gateway,
                                     const std::vector<DesiredGateway>& desired) {
  const aix::Route row = live_defaults_by(observed, gateway.address).front();
  std::vector<plan::Step> steps = remove_route(observed, gateway.address, desired);
  steps.front().why = "default gateway " + gateway.address + " is there with cost " +
                      (row.configured_cost ? std::to_string(*row.configured_cost) : "?") + dgd_text(row.active_dgd()) +
                      ", wanted cost " + std::to_string(gateway.entry.cost) + dgd_text(gateway.entry.active_dgd) +
                      "; route cannot change it in place";
  for (plan::Step& step : steps) std::get<plan::LiveGateway>(step.needs->value).comes_back = gateway.entry;
  // The node is without this gateway until the add, so nothing is probed in between.
  steps.back().verified_with_next = true;
  steps.push_back(add_step(gateway));
  return steps;
}

std::vector<plan::Step> plan_routes(const ObservedState& observed, const DesiredRoutes& desired) {
  std::vector<plan::Step> steps;
  plan_live_routes(observed, desired, steps);
  plan_odm_routes(observed, desired, steps);
  return steps;
}

std::optional<std::string> value_of(const ObservedState& observed, const plan::Resource& tunable) {
  const auto known = observed.tunables.find(tunable.name);
  if (known == observed.tunables.end()) return std::nullopt;
  const aix::Tunable& row = known->second;
  if (tunable.kind == Kind::tunable) return row.current;
  return row.reboot.empty() ? std::nullopt : std::optional<std::string>(row.reboot);
}

// One call for each side, since each has had its own value.
plan::Step set_tunable(const ObservedState& observed, const plan::Resource& tunable, const std::string& value) {
  const auto set = tunable.kind == Kind::tunable ? &aix::set_network_tunable : &aix::store_network_tunable;
  plan::Step step;
  step.resource = tunable;
  step.argv = set(tunable.name, value);
  if (const std::optional<std::string> now = value_of(observed, tunable)) {
    step.undo = {set(tunable.name, *now)};
    step.was = Expectation{tunable, *now};
  }
  step.expect = Expectation{tunable, value};
  return step;
}

std::vector<plan::Step> plan_tunables(const ObservedState& observed, const DesiredRoutes& desired) {
  std::vector<plan::Step> steps;
  for (const auto& [name, wanted] : desired.tunables) {
    const plan::Resource live{Kind::tunable, name};
    const plan::Resource stored{Kind::stored_tunable, name};
    const std::optional<std::string> now = value_of(observed, live);
    if (!now) continue;  // noted as unobserved
    const auto add = [&, &value = wanted](const plan::Resource& tunable, const std::string& why) {
      plan::Step step = set_tunable(observed, tunable, value);
      step.why = why + ", wanted " + value;
      step.sync_journal = tunable.kind == Kind::stored_tunable;  // a live value does not outlive a boot
      steps.push_back(std::move(step));
    };
    if (*now != wanted) add(live, name + " is " + *now);
    // What is stored and cannot be seen is taken to be as the value of now.
    const std::optional<std::string> at_boot = value_of(observed, stored);
    if (desired.persist && at_boot.value_or(*now) != wanted)
      add(stored, name + " is " + at_boot.value_or("unknown") + " at the next boot");
  }
  return steps;
}

bool is_satisfied(const ObservedState& observed, const Expectation& expectation) {
  return why_unsatisfied(observed, expectation).empty();
}

std::string why_unsatisfied(const ObservedState& observed, const Expectation& expectation) {
  const auto& [kind, name] = expectation.resource;
  const auto* gateway = std::get_if<plan::LiveGateway>(&expectation.value);
  if (gateway != nullptr && gateway->is_put_back) return why_not_put_back(observed, name, *gateway);
  const auto unless = [&](bool holds) { return holds ? "" : "needs " + plan::text_of(expectation); };
  if (kind == Kind::tunable || kind == Kind::stored_tunable) {
    const auto* value = std::get_if<std::string>(&expectation.value);
    return unless(value != nullptr && value_of(observed, expectation.resource) == *value);
  }
  const bool stored = kind == Kind::stored_route;
  if (stored ? !observed.odm_routes : !observed.routes) return unless(false);
  const std::vector<aix::Route> live = live_defaults_by(observed, name);
  const std::vector<aix::OdmRoute> odm = odm_defaults_by(observed, name);
  if (const auto* count = std::get_if<plan::EntryCount>(&expectation.value))
    return unless((stored ? odm.size() : live.size()) == count->entries);
  if (const auto* entry = std::get_if<plan::RouteEntry>(&expectation.value))
    return unless(stored ? odm.size() == 1 && is_like(odm.front(), *entry)
                         : live.size() == 1 && is_like(live.front(), *entry));
  if (gateway != nullptr)
    for (const auto& [other, entry] : gateway->after)
      if (!is_satisfied(observed, {{kind, other}, entry}))
        return other + " could not be made as it was, and may need " + name +
               " for that; cure: run this again when both answer";
  if (gateway == nullptr || (gateway->itself && observed.answering.count(name) == 0)) return unless(false);
  if (!gateway->another) return "";
  return stored ? why_not_stored(observed, name, *gateway) : why_not_taken_over(observed, name, *gateway);
}

}  // namespace hanfs::node
