// SPDX-License-Identifier: Apache-2.0
#include "node_checks.hpp"

#include <algorithm>
#include <cstdlib>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>

#include "core/text.hpp"
#include "harm/gateways.hpp"
#include "state/failover.hpp"
#include "state/mounts.hpp"
#include "state/routes.hpp"

namespace hanfs::worlds {
namespace {

using nlohmann::json;

long number_of(const aixsim::Options& options, const std::string& key) {
  long number = -1;
  aixsim::parse_number(aixsim::option(options, key), &number);
  return number;
}

bool is_soft(const aixsim::Options& options) {
  return std::any_of(options.begin(), options.end(), [](const auto& one) { return one.first == "soft"; });
}

// The value that the settings name for this path, else the one for all, else the default.
long wanted(const Words& options, const std::string& name, const std::string& path, long value) {
  for (const std::string& word : options) {
    if (aixsim::starts_with(word, name + "=")) value = std::atol(word.c_str() + name.size() + 1);
  }
  for (const std::string& word : options) {
    const std::string head = "mount_" + name + "=" + path + "=";
    if (aixsim::starts_with(word, head)) value = std::atol(word.c_str() + head.size());
  }
  return value;
}

bool names(const Deed& deed, const std::string& word) {
  return std::find(deed.words.begin(), deed.words.end(), word) != deed.words.end();
}

struct Nfs4 {
  aixsim::Mount mount;
  aixsim::Filesystem fs;
  double failover = 0;  // seconds
  bool has_replica = false;
};

// Those that are not hidden by a later mount over the same path, and that no other mount of their fsid makes special.
std::vector<Nfs4> nfs4_mounts(const aixsim::Node& node) {
  const aixsim::Mounts mounts(node);
  std::vector<Nfs4> all;
  for (const auto& mount : mounts.all()) {
    Nfs4 one{mount, {}, 0, false};
    aixsim::Mount top;
    if (mount.vfs != "nfs4" || mount.node.empty() || !mounts.load(mount.fs, &one.fs)) continue;
    if (!mounts.at(mount.over, &top) || top.fs != mount.fs) continue;
    one.failover = aixsim::failover_seconds(node, "nfs4", one.fs.options);
    one.has_replica = one.fs.servers.size() > 1;
    all.push_back(one);
  }
  return all;
}

// Mounts that share an fsid, and settings of single mounts, can want two things: these tests do not judge them.
bool is_plain(const RunFacts& facts, const std::vector<Nfs4>& all, const Nfs4& one) {
  const auto same =
      std::count_if(all.begin(), all.end(), [&](const Nfs4& other) { return other.fs.key == one.fs.key; });
  return (same == 1 || (!facts.has_option("mount_") && !facts.has_option("exclude="))) && !is_soft(one.fs.options) &&
         one.has_replica && !facts.has_option("exclude=" + one.mount.over);
}

void check_tuned(const RunFacts& facts, const Say& say) {
  if (facts.node.is("setfsoptions", "replace")) return;  // there options get lost by every call, soft too
  const auto all = nfs4_mounts(facts.node);
  for (const Nfs4& one : all) {
    if (!is_plain(facts, all, one)) continue;
    const long timeo = wanted(facts.options, "timeo", one.mount.over, 1);
    const long retrans = wanted(facts.options, "retrans", one.mount.over, 3);
    if (number_of(one.fs.options, "timeo") == timeo && number_of(one.fs.options, "retrans") == retrans) continue;
    const bool was_there = facts.before.parts.count("filesystem " + one.mount.over + " timeo") != 0;
    say(was_there ? "ok-but-untuned" : "new-mount-untuned",
        one.mount.over + ": " + aixsim::format_options(one.fs.options));
  }
}

void check_failover(const RunFacts& facts, const std::string& said, const Say& say) {
  if (said.empty() || said == "unknown") return;
  double worst = 0;
  bool never = false, any = false;
  for (const Nfs4& one : nfs4_mounts(facts.node)) {
    any = true;
    never = never || !one.has_replica;
    worst = std::max(worst, one.failover);
  }
  if (any ? (never && said != "never") : said != "none")
    return say("failover-untrue", "said " + said + ", a mount has " + (any ? "no replica" : "no NFSv4"));
  if (said == "never" || said == "none") {
    if (any && !never) say("failover-untrue", "said " + said + ", true: " + std::to_string(worst) + " s");
    return;
  }
  if (std::abs(std::atof(said.c_str()) - worst) > 0.01)
    say("failover-untrue", "said " + said + ", true: " + std::to_string(worst) + " s");
}

// What is wrong whatever the node is like. Anything else costs only what it is about.
bool settings_are_wrong(const RunFacts& facts) {
  std::set<std::string> names;
  if (facts.has_option("exclude=/usr") &&
      (facts.has_option("mount_timeo=/usr") || facts.has_option("mount_retrans=/usr")))
    return true;
  for (const std::string& word : facts.options) {
    std::string name = word.substr(0, word.find('='));
    if (name.compare(0, 6, "mount_") == 0) name = word.substr(0, word.rfind('='));  // each path once
    if (name == "timo" || word == "gateways=203.0.113.15+203.0.113.15") return true;
    if (name != "exclude" && !names.insert(name).second) return true;
  }
  return false;
}

// The healthy come first: whoever else is dead, hangs or is not as it should be.
void check_healthy(const RunFacts& facts, const Say& say) {
  if (settings_are_wrong(facts) || facts.has_faults || !facts.events.empty()) return;
  const auto all = nfs4_mounts(facts.node);
  for (const Nfs4& one : all) {
    const std::string current = aixsim::Mounts(facts.node).current(one.fs);
    const bool odd = !facts.node.is("setfsoptions", "merge");
    // Who serves it now is not known where the list does not answer.
    if (aixsim::is_dead(facts.node, one.mount.node) &&
        facts.result.out.find("nfs4cl showfs: no answer") != std::string::npos)
      continue;
    if (!is_plain(facts, all, one) || aixsim::is_dead(facts.node, current) || odd) continue;
    if (facts.before.parts.count("filesystem " + one.mount.over + " timeo") == 0) continue;
    if (aixsim::starts_with(one.mount.over, "/nas")) continue;  // made to hang
    if (number_of(one.fs.options, "timeo") == wanted(facts.options, "timeo", one.mount.over, 1) &&
        number_of(one.fs.options, "retrans") == wanted(facts.options, "retrans", one.mount.over, 3))
      continue;
    say("healthy-untuned", one.mount.over + ": " + aixsim::format_options(one.fs.options));
  }
  // Without a fault nothing but a dead server takes time, and that one command's deadline and 2 s.
  long seconds = 15;
  for (const std::string& word : facts.options) {
    if (aixsim::starts_with(word, "command_deadline=")) seconds = std::atol(word.c_str() + 17);
    if (aixsim::starts_with(word, "deadline=")) seconds = std::min(seconds, std::atol(word.c_str() + 9) / 4);
  }
  const long limit = seconds * 1000 + 2000 + 10 * static_cast<long>(facts.result.calls.size());
  if (!facts.has_option("jobs=") && facts.result.took.count() > limit)
    say("sick-waited-for", std::to_string(facts.result.took.count()) + " ms, more than " + std::to_string(limit));
}

bool is_struck(const World& world, const std::string& command) {
  return std::any_of(world.faults.begin(), world.faults.end(), [&](const Deed& fault) {
    return fault.words.size() > 2 && (fault.words[2] == "*" || aixsim::starts_with(fault.words[2], command));
  });
}

// One of the file servers, or named.
bool is_wanted_gateway(const RunFacts& facts, const std::string& gateway) {
  static const std::set<std::string> servers = {"203.0.113.8",  "203.0.113.9",  "203.0.113.10", "203.0.113.11",
                                                "203.0.113.12", "203.0.113.13", "203.0.113.14", "203.0.113.15"};
  return servers.count(gateway) != 0 ||
         std::any_of(facts.options.begin(), facts.options.end(), [&](const std::string& word) {
           return aixsim::starts_with(word, "gateways=") && word.find(gateway) != std::string::npos;
         });
}

// After a run that calls itself well: nothing dead comes first, and a second server is a second gateway.
void check_gateways(const RunFacts& facts, const Say& say) {
  // Then nobody can see whose cost is taken.
  if (facts.node.is("costs-header", "unsupported") || (facts.has_faults && is_struck(facts.world, "netstat"))) return;
  const aixsim::Routes table(facts.node);
  const auto all = table.load();
  std::map<long, aixsim::Strings> by_cost;
  for (const auto& route : all) {
    if (route.is_default()) by_cost[route.cost].push_back(route.gateway);
  }
  for (const auto& of_cost : by_cost) {
    const long cost = of_cost.first;
    const auto& gateways = of_cost.second;
    if (gateways.size() < 2) continue;
    const auto costs_before = [&](const std::string& gateway) {
      std::set<long> costs;  // a gateway may have several rows, the later ones with " #2" behind their name
      for (const auto& [key, value] : facts.before.parts)
        if (key == "route default " + gateway || aixsim::starts_with(key, "route default " + gateway + " #"))
          costs.insert(std::strtol(value.c_str() + std::string("cost=").size(), nullptr, 10));
      return costs;
    };
    const auto made = [&](const std::string& gateway) { return costs_before(gateway).count(cost) == 0; };
    // A dead one that had come before all others still was moved behind, as far as this run could.
    const auto gave_way = [&](const std::string& gateway) {
      const std::set<long> costs = costs_before(gateway);
      return !costs.empty() && *costs.begin() < cost;
    };
    // Where one that had answered dies, the others are not touched any more.
    const bool died_meanwhile = std::any_of(facts.events.begin(), facts.events.end(), [&](const Event& event) {
      return std::any_of(gateways.begin(), gateways.end(),
                         [&](const std::string& one) { return names(event.deed, one) && names(event.deed, "fail"); });
    });
    // A new one is added before the present one gives way to it: the next run goes on where this one was cut.
    // The verdict of a run that was interrupted may be one that nobody reads.
    const bool is_cut = (facts.result.interrupted || verdict_of(facts.result)["status"] == "fail") &&
                        std::all_of(gateways.begin(), gateways.end(), [&](const std::string& gateway) {
                          return is_wanted_gateway(facts, gateway) &&
                                 (!made(gateway) || gave_way(gateway) || !aixsim::is_dead(facts.node, gateway));
                        });
    if (!died_meanwhile && !is_cut && std::any_of(gateways.begin(), gateways.end(), made))
      say("cost-shared", aixsim::join(gateways, " and ") + " at cost " + std::to_string(cost));
  }
}

bool has_dead_default(const aixsim::Node& node) {
  const auto all = aixsim::Routes(node).load();
  return std::any_of(all.begin(), all.end(), [&](const aixsim::Route& route) {
    return route.is_default() && aixsim::is_dead(node, route.gateway);
  });
}

long live_defaults(const aixsim::Node& node) {
  const auto all = aixsim::Routes(node).load();
  return std::count_if(all.begin(), all.end(), [&](const aixsim::Route& route) {
    return route.is_default() && !aixsim::is_dead(node, route.gateway);
  });
}

}  // namespace

namespace {

// A gateway that lives may be away for a moment, not for good.
void check_all_back(const RunFacts& facts, const Say& say) {
  if ((is_struck(facts.world, "route") && facts.has_faults) || facts.has_option("--reset")) return;
  for (const auto& [key, value] : facts.before.parts) {
    const aixsim::Strings words = aixsim::split(key, ' ');
    // One of two rows of a gateway may go: it is still there.
    if (words[0] != "route" || words[1] != "default" || facts.after.parts.count("route default " + words[2]) != 0)
      continue;
    const bool by_others = std::any_of(facts.events.begin(), facts.events.end(),
                                       [&](const Event& event) { return names(event.deed, words[2]); });
    if (!by_others && !aixsim::is_dead(facts.node, words[2])) say("gateway-not-back", words[2] + ": was " + value);
  }
}

// A mount that comes while much is left to do is tuned, one that goes is no failure.
void check_moving_mounts(const RunFacts& facts, bool well, const Say& say) {
  const auto early = [&](const Event& event) {
    const std::string verb = event.deed.words.empty() ? "" : event.deed.words.front();
    return (verb == "add-mount" || verb == "umount") && event.after_call >= 0 &&
           2 * event.after_call < static_cast<long>(facts.result.calls.size());
  };
  if (facts.has_faults || facts.events.empty() || !std::all_of(facts.events.begin(), facts.events.end(), early)) return;
  // Where there was nothing to do nobody looks twice.
  if (well && verdict_of(facts.result)["status"] == "changed") check_tuned(facts, say);
  const bool goes = std::all_of(facts.events.begin(), facts.events.end(),
                                [](const Event& event) { return event.deed.words.front() == "umount"; });
  const bool simple = facts.world.faults.empty() &&
                      std::none_of(facts.world.before.begin(), facts.world.before.end(), [](const Deed& deed) {
                        return names(deed, "variant") || names(deed, "fail") || names(deed, "route");
                      });
  if (goes && !well && simple && facts.options.empty())
    say("gone-mount-failed",
        facts.result.out.substr(
            facts.result.out.find("error:") == std::string::npos ? 0 : facts.result.out.find("error:"), 200));
}

}  // namespace

void check_node_run(const RunFacts& facts, const Say& say) {
  auto verdict = verdict_of(facts.result);
  check_all_back(facts, say);
  if (facts.result.end != RunResult::End::returned) return;
  const bool well = verdict["status"] == "ok" || verdict["status"] == "changed";
  const bool reset = facts.has_option("--reset");
  const bool looks = facts.has_option("--status") || facts.has_option("--check") || facts.has_option("--dry-run");
  if (!looks && !reset && verdict["status"] != "refused") check_gateways(facts, say);
  if (!looks && !reset && !facts.result.interrupted) check_healthy(facts, say);
  if (!looks && !reset) check_moving_mounts(facts, well, say);
  if (!well || facts.result.interrupted || !facts.events.empty()) return;
  if (!reset && !looks) check_tuned(facts, say);
  if (!facts.has_faults) check_failover(facts, verdict["failover"], say);
}

void check_node_json(const aixsim::Node& node, const RunResult& result, const Say& say) {
  const json said = json::parse(result.out, nullptr, false);
  if (!said.is_object()) return say("no-json", result.out.substr(0, 200));
  const auto text = [](const json& value) { return value.is_string() ? value.get<std::string>() : value.dump(); };
  const aixsim::Mounts mounts(node);
  const bool mounted_column = node.is("showfs-server", "mounted");
  for (const json& one : said.value("mounts", json::array())) {
    const std::string path = text(one["path"]);
    aixsim::Mount mount;
    aixsim::Filesystem fs;
    if (!mounts.at(path, &mount)) {
      say("json-untrue", path + " is not mounted");
      continue;
    }
    if (text(one["vfs"]) != mount.vfs || text(one["server"]) != mount.node || text(one["remote"]) != mount.mounted)
      say("json-untrue", path + ": vfs, server or remote: " + one.dump());
    if (mount.vfs != "nfs4" || one["timeo"].is_null() || !mounts.load(mount.fs, &fs)) continue;
    if (one["timeo"].is_number() && one["timeo"].get<long>() != number_of(fs.options, "timeo"))
      say("json-untrue", path + ": timeo " + one["timeo"].dump());
    if (one["retrans"].is_number() && one["retrans"].get<long>() != number_of(fs.options, "retrans"))
      say("json-untrue", path + ": retrans " + one["retrans"].dump());
    if (!one["current"].is_null() && !mounted_column && text(one["current"]) != mounts.current(fs))
      say("json-untrue", path + ": current " + one["current"].dump() + ", true: " + mounts.current(fs));
    const aixsim::Strings replicas = fs.replicas(mounts.current(fs));
    if (one["replicas"].is_array() && one["replicas"].size() != replicas.size())
      say("json-untrue", path + ": replicas " + one["replicas"].dump() + ", true: " + aixsim::join(replicas, " "));
    const double seconds = aixsim::failover_seconds(node, "nfs4", fs.options);
    if (one["failover_seconds"].is_number() && node.is("nfso", "known") &&
        std::abs(one["failover_seconds"].get<double>() - seconds) > 0.01)
      say("json-untrue", path + ": failover_seconds " + one["failover_seconds"].dump());
  }
  const aixsim::Routes table(node);
  const auto all = table.load();
  for (const json& one : said.value("gateways", json::array())) {
    const std::string address = text(one["address"]);
    std::vector<aixsim::Route> routes;
    for (const auto& route : all) {
      if (route.is_default() && route.gateway == address) routes.push_back(route);
    }
    if (routes.size() != 1) continue;  // one that is missing, or a route that is there twice
    const aixsim::Route& route = routes[0];
    if (one["cost"].is_number() && one["cost"].get<long>() != route.cost)
      say("json-untrue", address + ": cost " + one["cost"].dump() + ", true: " + std::to_string(route.cost));
    if (one["active_dgd"].is_boolean() && one["active_dgd"].get<bool>() != route.dgd)
      say("json-untrue", address + ": active_dgd " + one["active_dgd"].dump());
    const long current_cost = table.current_cost(route, all);
    if (one["current_cost"].is_number() && one["current_cost"].get<long>() != current_cost)
      say("json-untrue",
          address + ": current_cost " + one["current_cost"].dump() + ", true: " + std::to_string(current_cost));
    if (one["live"].is_boolean() && !one["live"].get<bool>())
      say("json-untrue", address + ": not live, but it is there");
    if (current_cost == aixsim::kMaxCost && one["current_cost"].is_number() && text(one["state"]) == "ok")
      say("json-untrue", address + ": state ok, but it is held dead");
  }
}

namespace {

bool says_that_before_is_not_known(const std::string& said, const std::string& path) {
  for (const std::string& line : aixsim::split(said, '\n')) {
    const bool is_it = line.find("reset: what /") != std::string::npos;
    if (is_it && (line.find(" " + path + " had before") != std::string::npos ||
                  line.find(" " + path + ",") != std::string::npos))
      return true;
  }
  return false;
}

std::optional<aixsim::Filesystem> filesystem_at(const aixsim::Node& node, const std::string& path) {
  const aixsim::Mounts mounts(node);
  aixsim::Mount mount;
  aixsim::Filesystem fs;
  if (!mounts.at(path, &mount) || !mounts.load(mount.fs, &fs)) return std::nullopt;
  return fs;
}

// No server of it lives, and then AIX blocks whoever asks.
bool has_no_answer(const aixsim::Node& node, const std::string& path) {
  const std::optional<aixsim::Filesystem> fs = filesystem_at(node, path);
  return node.is("dead-server", "blocks") && fs && aixsim::is_dead(node, aixsim::Mounts(node).current(*fs));
}

// Of one fsid, by a path that is not mounted any more: the journal names that one only.
bool was_set_by_another_path(const aixsim::Node& node, const std::string& path, const std::vector<Event>& events) {
  const std::optional<aixsim::Filesystem> fs = filesystem_at(node, path);
  return fs && fs->local != path && std::any_of(events.begin(), events.end(), [&](const Event& event) {
           return names(event.deed, "umount") && names(event.deed, fs->local);
         });
}

// `stored`: the ODM's routes, each with a semicolon behind its gateway.
bool all_are_dead(const aixsim::Node& node, const std::string& stored) {
  bool all = true;
  for (const std::string& route : aixsim::split(stored, ';'))
    all = all && (route.empty() || aixsim::is_dead(node, route.substr(route.rfind(',') + 1)));
  return all;
}

}  // namespace

std::set<std::string> dead_gateways_in_use(const aixsim::Node& node, const std::string& without) {
  aixsim::GatewayTruth truth = aixsim::gateway_truth(node);
  auto& all = truth.defaults;
  all.erase(std::remove_if(all.begin(), all.end(), [&](const auto& one) { return one.route.gateway == without; }),
            all.end());
  std::set<std::string> dead;
  for (const auto& one : truth.in_use())
    if (!one.live && one.current_cost != aixsim::kMaxCost) dead.insert(one.route.gateway);
  return dead;
}

void check_reset(const aixsim::Node& node, const Truth& goal, const std::vector<Event>& events, const std::string& said,
                 const Say& say) {
  const Truth now = truth_of(node, Program::node);
  const auto touched = [&](const std::string& word) {
    return std::any_of(events.begin(), events.end(), [&](const Event& event) {
      return std::find(event.deed.words.begin(), event.deed.words.end(), word) != event.deed.words.end();
    });
  };
  bool lost_dead = false;
  for (const auto& [key, value] : goal.parts) {
    const auto found = now.parts.find(key);
    const std::string is = found == now.parts.end() ? "gone" : found->second;
    if (is == value || key == "booted") continue;
    // There AIX stores other words for the same route.
    if (key.compare(0, 4, "odm ") == 0 && !node.is("odm-string", "as-given")) continue;
    // What was stored before would not serve the next boot as things are, so what was added to it stays, or all that is
    // stored, and an error says why.
    const bool keeps_it = is.find(value) != std::string::npos;
    const bool says_why = said.find("the ODM's default gateway") != std::string::npos &&
                          said.find("skipped: not safe now: ") != std::string::npos;
    if (key == "odm inet0 route" && all_are_dead(node, value) && (keeps_it || says_why)) continue;
    const aixsim::Strings words = aixsim::split(key, ' ');
    if (words[0] == "filesystem") {
      const std::string path = words[1];
      if (is == "gone" || touched(path) || (words[2] != "timeo" && words[2] != "retrans")) continue;
      if (says_that_before_is_not_known(said, path)) continue;
      if (has_no_answer(node, path)) continue;
      if (was_set_by_another_path(node, path, events)) continue;
      if (node.is("setfsoptions", "replace")) continue;  // there one option cannot be given back without the other
      say("reset-option", key + ": was " + value + ", is " + is);
    } else if (words[0] == "route") {
      if (words[1] == "default" && aixsim::is_dead(node, words[2])) {
        lost_dead = true;
        continue;
      }
      // There AIX gives the flag S to every route that is added, or shows it.
      const bool is_static_for_all = node.is("route-static", "always") || node.is("dgd-flag", "UGSA");
      if (words[1] == "default" && is != "gone" && is_static_for_all) continue;
      // The only one that lives cannot be made anew without a moment in which nothing does.
      if (words[1] == "default" && is != "gone" &&
          (live_defaults(node) < 2 || !dead_gateways_in_use(node, words[2]).empty()))
        continue;
      if (!touched(words[2])) say("reset-route", key + ": was " + value + ", is " + is);
    } else if (words[0] == "file") {
      say("reset-file", key);
    } else {
      say("reset-" + words[0] == "reset-odm" ? "reset-odm" : "reset-tunable", key + ": was " + value + ", is " + is);
    }
  }
  for (const auto& [key, value] : now.parts) {
    if (goal.parts.count(key) != 0) continue;
    const aixsim::Strings words = aixsim::split(key, ' ');
    // The live one stays where what was there before is dead.
    if (words[0] == "route" && !touched(words[2]) && !lost_dead) {
      // Of those that come first all have to live: equal costs share the traffic.
      std::map<long, bool> lives_at;
      for (const auto& [other, of_other] : goal.parts) {
        const aixsim::Strings parts = aixsim::split(other, ' ');
        if (parts[0] != "route" || parts[1] != "default") continue;
        const long cost = std::strtol(of_other.c_str() + std::string("cost=").size(), nullptr, 10);
        lives_at.try_emplace(cost, true).first->second &= !aixsim::is_dead(node, parts[2]);
      }
      const bool goal_lives = !lives_at.empty() && lives_at.begin()->second;
      // Where costs are not shown, nobody can tell which of the others come first, so all of them must be alive.
      const bool must_stay = node.is("costs-header", "unsupported") && has_dead_default(node);
      if (goal_lives && !must_stay) say("reset-route", key + ": was absent, is " + value);
    }
    // It holds a gateway for dead, which would count as alive without it.
    if (key == "tunable no passive_dgd" && said.find("passive_dgd stays 1") != std::string::npos) continue;
    if (goal.parts.count("booted") == 0 && (words[0] == "tunable" || words[0] == "nextboot"))
      say("reset-tunable", key + ": was the default, is " + value);
  }
}

}  // namespace hanfs::worlds
