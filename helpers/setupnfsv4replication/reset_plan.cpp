// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/reset_plan.hpp"

#include <algorithm>
#include <iterator>
#include <map>
#include <set>
#include <tuple>
#include <utility>

#include "aix/commands.hpp"
#include "net/address.hpp"
#include "node/addresses.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/default_routes.hpp"
#include "setupnfsv4replication/plan_routes.hpp"
#include "setupnfsv4replication/reset_history.hpp"
#include "setupnfsv4replication/resolver.hpp"
#include "text/words.hpp"

namespace hanfs::node {
namespace {

using plan::Action;
using plan::Kind;

constexpr const char* tunables_of_hanfs[] = {"passive_dgd", "dgd_packets_lost", "dgd_ping_time", "dgd_retry_time"};

bool is_interface_name(const std::string& name) {
  return std::all_of(name.begin(), name.end(), [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); });
}

// May a command be made of these values? They come from a file.
bool is_sound(const std::string& gateway, const plan::RouteEntry& entry) {
  return net::is_host_ipv4(gateway) && entry.cost >= 0 && entry.cost < aix::dead_cost &&
         is_interface_name(entry.interface);
}

bool is_sound_odm_text(const std::string& gateway, const std::string& text) {
  const Result<aix::OdmRoutes> read = aix::parse_lsattr_routes(text);
  return read && read->problems.empty() && read->routes.size() == 1 && read->routes.front().raw == text &&
         read->routes.front().is_default() && read->routes.front().gateway == gateway;
}

class ResetPlanner {
 public:
  ResetPlanner(const ObservedState& observed, const DesiredState& desired, std::vector<ResetHistory> histories)
      : observed_(observed), desired_(desired), histories_(std::move(histories)) {}

  ResetPlan plan() {
    for (const ResetHistory& history : histories_)
      if (still_ours(history)) ours_.insert(history.resource);
    for (const DesiredFilesystem& filesystem : desired_.filesystems.filesystems)
      if (filesystem.excluded)
        warn_of_excluded(filesystem);
      else if (filesystem.observed && filesystem.observed->has_options)
        reset_filesystem(filesystem);
    if (!observed_.routes_are_pending()) reset_routes();
    // Those that are made as they were before those that only go away.
    for (const bool restore : {true, false})
      for (const ResetHistory& history : histories_)
        if (history.resource.kind == Kind::stored_route && restore == !history.original.empty()) reset_odm(history);
    for (const ResetHistory& history : histories_) {
      if (history.resource.kind == Kind::tunable || history.resource.kind == Kind::stored_tunable)
        reset_tunable(history);
      if (history.last && history.last->file) reset_file(history);
    }
    return std::move(result_);
  }

 private:
  void add(plan::Step step) {
    step.purpose = plan::Purpose::reset;
    result_.plan.steps.push_back(std::move(step));
  }

  void add_all(std::vector<plan::Step> steps) {
    for (plan::Step& step : steps) add(std::move(step));
  }

  void pass_by(const ResetHistory& history) {
    result_.warnings.push_back("journal: no sense is made of what it says about " +
                               report::escape_control(history.resource.name) + ", passed by");
  }

  bool is_there(const plan::Resource& resource, const plan::Expectation::Value& value) const {
    if (std::holds_alternative<plan::EntryCount>(value) || resource.kind == Kind::filesystem) return false;
    if (resource.kind == Kind::resolver) return observed_.netsvc_text == std::get<std::string>(value);
    return is_satisfied(observed_, {resource, value});
  }

  // It is as hanfs may have left it.
  bool still_ours(const ResetHistory& history) const {
    return std::any_of(history.may_be.begin(), history.may_be.end(),
                       [&](const plan::Expectation::Value& value) { return is_there(history.resource, value); });
  }

  bool is_gone(const plan::Resource& resource) const {
    return is_satisfied(observed_, {resource, plan::EntryCount{0}});
  }

  bool is_ours(Kind kind, const std::string& gateway) const { return ours_.count({kind, gateway}) != 0; }

  // A default gateway that somebody else has made, so that the node can do without the one it had before hanfs.
  bool has_foreign_default(Kind kind) const {
    if (kind == Kind::route) {
      const std::vector<aix::Route> live = live_defaults(observed_);
      return std::any_of(live.begin(), live.end(),
                         [&](const aix::Route& route) { return !is_ours(kind, route.gateway); });
    }
    if (!observed_.odm_routes) return false;
    const auto& odm = observed_.odm_routes->routes;
    return std::any_of(odm.begin(), odm.end(),
                       [&](const aix::OdmRoute& route) { return route.is_default() && !is_ours(kind, route.gateway); });
  }

  // Somebody else has made it what it is, or has taken it away; or the boot has not made it.
  bool belongs_to_others(const ResetHistory& history) const {
    if (still_ours(history)) return false;
    if (history.made_by_boot && !history.may_be_gone()) return true;
    return !is_gone(history.resource) || (!history.may_be_gone() && has_foreign_default(history.resource.kind));
  }

  // ---- file systems: each option that still has the value that hanfs gave it ----

  static bool is_of(const ResetHistory& history, const DesiredFilesystem& filesystem) {
    const auto& [kind, path] = history.resource;
    return kind == Kind::filesystem &&
           std::find(filesystem.paths.begin(), filesystem.paths.end(), path) != filesystem.paths.end();
  }

  void warn_of_excluded(const DesiredFilesystem& filesystem) {
    const std::string path = report::escape_control(filesystem.paths.front());
    if (std::any_of(histories_.begin(), histories_.end(),
                    [&](const ResetHistory& history) { return is_of(history, filesystem); }))
      result_.warnings.push_back("reset: " + path + " is excluded, so it stays as hanfs set it");
  }

  static bool has_option(const ResetHistory::Values& values, const std::string& name, std::optional<long> value) {
    return std::any_of(values.begin(), values.end(), [&](const plan::Expectation::Value& candidate) {
      const auto* option = std::get_if<plan::FilesystemOption>(&candidate);
      return option != nullptr && option->name == name && option->value == value;
    });
  }

  // What hanfs found at this path it may itself have set by another path of the same fsid. nullptr: no option.
  const plan::FilesystemOption* original_of(const ResetHistory& history, const DesiredFilesystem& filesystem) const {
    const auto* found = std::get_if<plan::FilesystemOption>(&history.original.front());
    for (const ResetHistory& other : histories_)
      if (&other != &history && is_of(other, filesystem) && !other.original.empty() && found != nullptr &&
          has_option(other.made, found->name, found->value))
        return std::get_if<plan::FilesystemOption>(&other.original.front());
    return found;
  }

  void reset_filesystem(const DesiredFilesystem& filesystem) {
    bool is_unknown = false;
    std::vector<plan::Step> steps;
    for (const ResetHistory& history : histories_) {
      if (!is_of(history, filesystem)) continue;
      const std::string& name = std::get<plan::FilesystemOption>(history.last->expect->value).name;
      if (name != "timeo" && name != "retrans") {
        pass_by(history);
        continue;
      }
      const std::optional<long> now = filesystem.observed->number(name);
      if (!has_option(history.may_be, name, now)) continue;  // somebody else's by now
      if (!history.original_is_known) {
        is_unknown = true;
        continue;
      }
      const plan::FilesystemOption* original = original_of(history, filesystem);
      if (original == nullptr || original->name != name || original->value <= 0) {
        pass_by(history);
      } else if (original->value != now) {
        steps.push_back(reset_step(filesystem, name == "timeo" ? "timeo" : "retrans", original->value));
      }
    }
    add_all(std::move(steps));
    if (is_unknown)
      result_.errors.push_back("reset: what " + report::escape_control(text::joined(filesystem.paths, ", ")) +
                               " had before hanfs is not known, so it stays as it is; cure: nfs4cl resetfsoptions " +
                               run::shell_word(filesystem.paths.front()) +
                               ", which takes all options of the fsid back to AIX's defaults, also those of others");
  }

  // ---- routes ----

  struct RouteToReset {
    const ResetHistory* history = nullptr;
    std::optional<DesiredGateway> original;  // as it was before hanfs
  };

  std::vector<RouteToReset> routes_to_reset() {
    std::vector<RouteToReset> routes;
    for (const ResetHistory& history : histories_) {
      const std::string& gateway = history.resource.name;
      if (history.resource.kind != Kind::route || belongs_to_others(history)) continue;
      RouteToReset route{&history, std::nullopt};
      if (!history.original.empty()) {
        const auto* entry = std::get_if<plan::RouteEntry>(&history.original.front());
        if (entry == nullptr || !is_sound(gateway, *entry)) {
          pass_by(history);
          continue;
        }
        route.original = DesiredGateway{gateway, *entry};
        const std::vector<aix::Route> live = live_defaults_by(observed_, gateway);
        if (history.made_by_boot && !live.empty())
          route.original = keeping_extras(observed_, live.front(), *route.original);
      } else if (!net::is_host_ipv4(gateway)) {
        pass_by(history);
        continue;
      }
      routes.push_back(std::move(route));
    }
    return routes;
  }

  // Is another gateway alive that stays, or comes back?
  bool can_do_without(const std::string& gateway, const std::vector<DesiredGateway>& restored) const {
    const std::vector<aix::Route> live = live_defaults(observed_);
    return std::any_of(live.begin(), live.end(),
                       [&](const aix::Route& route) {
                         return route.gateway != gateway && going_.count(route.gateway) == 0 &&
                                !may_be_dead(observed_, route);
                       }) ||
           std::any_of(restored.begin(), restored.end(), [&](const DesiredGateway& other) {
             return other.address != gateway && !may_be_dead(observed_, other.address);
           });
  }

  void reset_routes() {
    const std::vector<RouteToReset> routes = routes_to_reset();
    std::vector<DesiredGateway> restored;
    for (const RouteToReset& route : routes)
      if (route.original) restored.push_back(*route.original);
    // Routes that are made as they were come before routes that only go away: the latter need the former.
    for (const RouteToReset& route : routes)
      if (route.original) restore_route(*route.history, *route.original, restored);
    std::set<std::string> added;
    for (const RouteToReset& route : routes)
      if (!route.original && still_ours(*route.history)) added.insert(route.history->resource.name);
    // The farthest goes first: where one has to stay, that is the nearest.
    const std::vector<aix::Route> live = live_defaults(observed_);
    for (auto route = live.rbegin(); route != live.rend(); ++route)
      if (added.erase(route->gateway) != 0) take_route_away(route->gateway, restored);
  }

  void restore_route(const ResetHistory& history, const DesiredGateway& original,
                     const std::vector<DesiredGateway>& restored) {
    const std::string& gateway = original.address;
    if (!still_ours(history)) {
      plan::Step step = add_route(observed_, original, restored);
      step.action = Action::restore;
      step.why = "default gateway " + gateway + " as it was before hanfs";
      return add(std::move(step));
    }
    if (is_satisfied(observed_, {history.resource, original.entry})) return;  // as it was
    if (const std::string why = why_not_made_anew(original, restored); !why.empty()) {
      // One that is held for dead is made anew when it is alive again, with the help of who is alive now.
      if (!may_be_dead(observed_, gateway)) stuck_ = gateway;
      result_.errors.push_back("reset: " + why);
      return;
    }
    to_be_restored_[Kind::route].emplace_back(gateway, original.entry);
    std::vector<plan::Step> steps = remake_route(observed_, original, restored);
    for (plan::Step& step : steps) {
      const bool removes = step.action == Action::remove;
      step.why = "default gateway " + gateway + (removes ? " is as hanfs made it" : " as it was before hanfs");
      if (!removes) step.action = Action::restore;
    }
    add_all(std::move(steps));
  }

  std::string how_to_get_another(const std::string& gateway) const {
    const std::vector<aix::Route> live = live_defaults(observed_);
    const bool has_others = std::any_of(live.begin(), live.end(), [&](const aix::Route& route) {
      return route.gateway != gateway && going_.count(route.gateway) == 0;
    });
    return has_others
               ? "run this again when the other one answers"
               : "it is the only one, so first another one (run this without --reset, where the settings want one, or "
                 "route -n add 0 ADDRESS -hopcount 1), then run this again";
  }

  // Empty: it may be. While it is away another one has to carry the traffic.
  std::string why_not_made_anew(const DesiredGateway& original, const std::vector<DesiredGateway>& restored) const {
    const std::string& gateway = original.address;
    const std::string why = reason_to_leave(observed_, original);
    if (!why.empty() || can_do_without(gateway, restored)) return why;
    return "default gateway " + gateway +
           " stays as hanfs made it: to make it anew another one has to be alive; cure: " + how_to_get_another(gateway);
  }

  // Those that were there before hanfs come first: each may need this one while it is made anew.
  void take_route_away(const std::string& gateway, const std::vector<DesiredGateway>& restored) {
    const bool is_needed = !stuck_.empty();
    if (is_needed || !can_do_without(gateway, restored)) {
      result_.errors.push_back("reset: default gateway " + gateway + ", which hanfs set, stays: " +
                               (is_needed ? stuck_ + " is not as it was" : "no other one is alive now") +
                               "; cure: " + how_to_get_another(gateway));
      return;
    }
    going_.insert(gateway);
    std::vector<plan::Step> steps = remove_route(observed_, gateway, restored);
    for (plan::Step& step : steps) {
      step.why = "default gateway " + gateway + " is as hanfs made it";
      std::get<plan::LiveGateway>(step.needs->value).after = to_be_restored_[Kind::route];
    }
    add_all(std::move(steps));
  }

  plan::Step odm_step(const std::string& gateway, Action action) const {
    plan::Step step;
    step.resource = {Kind::stored_route, gateway};
    step.action = action;
    step.verified = step.abort_sequence = step.never_kill = step.sync_journal = true;
    return step;
  }

  // Those with which the node could boot, as far as is known now, what comes back before among them.
  std::vector<std::string> other_odm_defaults(const std::string& gateway) const {
    std::vector<std::string> others;
    const auto add_other = [&](const std::string& other) {
      const bool counts = other != gateway && !may_be_dead(observed_, other);
      if (counts && std::find(others.begin(), others.end(), other) == others.end()) others.push_back(other);
    };
    for (const aix::OdmRoute& route : observed_.odm_routes->routes)
      if (route.is_default()) add_other(route.gateway);
    for (const ResetHistory& history : histories_) {
      const auto& [kind, name] = history.resource;
      if (kind == Kind::stored_route && !history.original.empty()) add_other(name);
    }
    return others;
  }

  void reset_odm(const ResetHistory& history) {
    if (belongs_to_others(history)) return;
    const std::string& gateway = history.resource.name;
    std::vector<std::string> originals;
    for (const plan::Expectation::Value& value : history.original) {
      const auto* text = std::get_if<std::string>(&value);
      if (text == nullptr || !is_sound_odm_text(gateway, *text)) return pass_by(history);
      originals.push_back(*text);
    }
    if (still_ours(history)) {
      const std::string raw = odm_defaults_by(observed_, gateway).front().raw;
      plan::Step step = odm_step(gateway, Action::remove);
      step.why = "the ODM's default gateway " + gateway + " is as hanfs made it";
      step.argv = aix::delete_odm_route(raw);
      step.undo = {aix::add_odm_route(raw)};
      step.was = plan::Expectation{step.resource, raw};
      step.expect = plan::Expectation{step.resource, plan::EntryCount{0}};
      plan::LiveGateway live{other_odm_defaults(gateway)};
      live.after = to_be_restored_[Kind::stored_route];
      step.needs = plan::Expectation{step.resource, std::move(live)};
      add(std::move(step));
    }
    if (originals.size() == 1) {
      const aix::OdmRoute original = aix::parse_lsattr_routes(originals.front())->routes.front();
      to_be_restored_[Kind::stored_route].emplace_back(gateway, plan::RouteEntry{original.cost, original.active_dgd});
    }
    for (std::size_t i = 0; i < originals.size(); ++i) {
      plan::Step step = odm_step(gateway, Action::restore);
      step.detail = std::to_string(i + 1);
      step.why = "the ODM's default gateway " + gateway + " as it was before hanfs";
      step.argv = aix::add_odm_route(originals[i]);
      step.expect = plan::Expectation{step.resource, plan::EntryCount{i + 1}};
      add(std::move(step));
    }
  }

  void reset_tunable(const ResetHistory& history) {
    const std::string& name = history.resource.name;
    if (!still_ours(history) || history.original.empty()) return;
    const auto* value = std::get_if<std::string>(&history.original.front());
    if (value == nullptr || !aix::tunable_number(*value) ||
        std::find(std::begin(tunables_of_hanfs), std::end(tunables_of_hanfs), name) == std::end(tunables_of_hanfs))
      return pass_by(history);
    if (is_satisfied(observed_, {history.resource, *value})) return;
    const bool stored = history.resource.kind == Kind::stored_tunable;
    if (const std::string why = reason_to_keep_passive_dgd(observed_, name, *value); !stored && !why.empty()) {
      result_.errors.push_back("reset: " + why);
      return;
    }
    plan::Step step = set_tunable(observed_, history.resource, *value);
    step.action = Action::restore;
    step.why = name + (stored ? " at the next boot" : "") + " is as hanfs set it, it was " + *value;
    step.sync_journal = history.last->sync_journal;
    add(std::move(step));
  }

  void reset_file(const ResetHistory& history) {
    // The journal is setuphanfs's too.
    if (!history.original_file || history.last->file->path != netsvc_conf || history.original_file->path != netsvc_conf)
      return;
    if (!still_ours(history)) {
      const auto written = aix::parse_netsvc_conf(history.last->file->content.value_or(""));
      if (written && !written->services.empty() && observed_.netsvc.services == written->services &&
          observed_.netsvc_text != history.original_file->content)
        result_.errors.push_back(std::string("reset: ") + netsvc_conf +
                                 " was changed since hanfs put the hosts file first in it, so it stays as it is; cure: "
                                 "its hosts line by hand");
      return;
    }
    plan::Step step;
    step.resource = history.resource;
    step.action = Action::restore;
    step.why = std::string(netsvc_conf) + " is as hanfs wrote it";
    step.file = plan::FileChange{netsvc_conf, history.original_file->content};
    step.undo_file = plan::FileChange{netsvc_conf, observed_.netsvc_text};
    step.sync_journal = true;
    add(std::move(step));
  }

  const ObservedState& observed_;
  const DesiredState& desired_;
  std::vector<ResetHistory> histories_;
  std::set<plan::Resource> ours_;  // as hanfs left them
  std::set<std::string> going_;    // gateways that are taken away
  std::string stuck_;              // a gateway that cannot be made as it was now
  std::map<Kind, std::vector<std::pair<std::string, plan::RouteEntry>>> to_be_restored_;  // gateways, as they were
  ResetPlan result_;
};

}  // namespace

ResetPlan make_reset_plan(const ObservedState& observed, const DesiredState& desired,
                          const plan::JournalContent& journal, const std::string& node) {
  const IsOwnName is_own = [&](const std::string& name) { return is_own_name(observed, node, name); };
  ResetHistories found = reset_histories(journal, is_own, boot_of(observed));
  ResetPlan reset = ResetPlanner(observed, desired, std::move(found.histories)).plan();
  reset.warnings.insert(reset.warnings.begin(), found.passed_by.begin(), found.passed_by.end());
  return reset;
}

bool is_own_name(const ObservedState& observed, const std::string& node, const std::string& name) {
  const auto short_name = [](const std::string& whole) { return whole.substr(0, whole.find('.')); };
  if (short_name(name) == short_name(node)) return true;
  const std::vector<std::string> addresses = addresses_of(observed, name);
  return std::any_of(addresses.begin(), addresses.end(),
                     [&](const std::string& address) { return observed.has_own_address(address); });
}

std::vector<DesiredGateway> gateways_of_journal(const ObservedState& observed, const plan::JournalContent& journal,
                                                const std::string& node) {
  const IsOwnName is_own = [&](const std::string& name) { return is_own_name(observed, node, name); };
  std::vector<DesiredGateway> gateways;
  for (const ResetHistory& history : reset_histories(journal, is_own, boot_of(observed)).histories) {
    const bool is_set = history.resource.kind == Kind::route && history.last && history.last->expect;
    const auto* entry = is_set ? std::get_if<plan::RouteEntry>(&history.last->expect->value) : nullptr;
    if (entry != nullptr) gateways.push_back({history.resource.name, *entry});
  }
  std::sort(gateways.begin(), gateways.end(), [](const DesiredGateway& a, const DesiredGateway& b) {
    return std::tie(a.entry.cost, a.address) < std::tie(b.entry.cost, b.address);
  });
  return gateways;
}

std::string boot_of(const ObservedState& observed) {
  const auto root = std::find_if(observed.mounts.begin(), observed.mounts.end(),
                                 [](const aix::Mount& mount) { return mount.path == "/"; });
  return root == observed.mounts.end() ? "" : root->date;
}

}  // namespace hanfs::node
