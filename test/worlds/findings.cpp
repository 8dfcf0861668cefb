// SPDX-License-Identifier: Apache-2.0
#include "findings.hpp"

#include <algorithm>
#include <optional>
#include <set>

#include "harm/harm.hpp"
#include "node_checks.hpp"
#include "run/command.hpp"
#include "server_checks.hpp"
#include "verdict_check.hpp"

namespace hanfs::worlds {
namespace {

bool has_setting(const Words& settings, const std::string& name) {
  return std::any_of(settings.begin(), settings.end(),
                     [&](const std::string& word) { return word.compare(0, name.size(), name) == 0; });
}

// What this run was given leave for.
Words leave_of(const World& world, const Words& options) {
  Words kinds;
  const auto allow = [&](const char* option, const Words& what) {
    if (has_setting(options, option)) kinds.insert(kinds.end(), what.begin(), what.end());
  };
  allow("--reset", {"failover-slower", "passive-dgd-off"});  // check_reset looks what it gives back
  for (const char* const name : {"timeo=", "retrans=", "mount_timeo=", "mount_retrans="})
    allow(name, {"failover-slower", "soft-shortened"});
  for (const char* const name : {"dgd=active", "dgd=off"}) allow(name, {"passive-dgd-off"});
  allow("disruptive=true", {"interrupted", "foreign-export-down", "domain-changed"});
  allow("--disruptive", {"interrupted", "foreign-export-down", "domain-changed"});
  allow("--alone", {"withdrawn-alone"});
  // Who is told that a call has worked goes on.
  const auto lies = [](const Deed& fault) {
    return std::find(fault.words.begin(), fault.words.end(), "unchanged-but-exit0") != fault.words.end();
  };
  if (std::any_of(world.faults.begin(), world.faults.end(), lies)) kinds.emplace_back("failover-slower");
  // There each call takes back what the call before it set.
  const Deed replace = control({"variant", "setfsoptions=replace"});
  if (std::any_of(world.before.begin(), world.before.end(),
                  [&](const Deed& deed) { return deed.words == replace.words; }))
    kinds.emplace_back("failover-slower");
  return kinds;
}

std::string directory_of(const Words& settings) {
  const std::string head = "directory=";
  for (const std::string& word : settings) {
    if (word.compare(0, head.size(), head) == 0) return word.substr(head.size());
  }
  return "/install";
}

class Play {
 public:
  Play(const World& world, const Plant* plant)
      : world_(world), plant_(plant), machine_(world, [this](const Words& argv) { return misdirected(argv); }) {}

  WorldResult all() {
    machine_.pass(std::chrono::seconds(3));  // what was stopped by hand is gone
    if (world_.program == Program::server)
      machine_.do_deed(control({"harm", "directory", directory_of(world_.settings)}));
    result_.untouched = truth_of(machine_.node(), world_.program);
    const Truth& untouched = result_.untouched;
    for (const Deed& fault : world_.faults) machine_.do_deed(fault);
    Words first = world_.settings;
    first.insert(first.end(), world_.first_options.begin(), world_.first_options.end());
    run("first", first, world_.events);
    const bool disk_was_full = std::any_of(world_.events.begin(), world_.events.end(),
                                           [](const Event& event) { return event.deed.kind == Deed::Kind::disk_full; });
    for (Words words : {Words{"fault", "clear"}, Words{"delay", "0"}}) machine_.do_deed(control(words));
    machine_.do_deed({Deed::Kind::disk_free, {}, ""});
    machine_.pass(std::chrono::seconds(60));
    Truth goal = untouched;
    if (world_.reboots) {
      machine_.control({"boot", machine_.root()});
      goal = goal_after_boot(untouched);
    }
    const bool is_settled = run("second", world_.settings, {}).status == 0;
    machine_.pass(std::chrono::seconds(60));
    const Truth settled = truth_of(machine_.node(), world_.program);
    const RunResult& third = run("third", world_.settings, {});
    if (is_settled && third.status != 2 && truth_of(machine_.node(), world_.program).text() != settled.text())
      find("third-run-changes", difference(settled, truth_of(machine_.node(), world_.program)));
    check_status_run();
    machine_.pass(std::chrono::seconds(60));
    if (world_.program == Program::node) {
      Words reset = world_.settings;
      reset.emplace_back("--reset");
      const RunResult& result = run("reset", reset, {});
      if (result.status != 2 && !disk_was_full)
        check_reset(machine_.node(), goal, world_.events, result.out,
                    [&](const char* kind, const std::string& what) { find(kind, what); });
    }
    return std::move(result_);
  }

 private:
  // What lasts is to be as it was before the first run; the kernel's part begins anew.
  Truth goal_after_boot(const Truth& untouched) const {
    Truth goal = truth_of(machine_.node(), world_.program);
    const auto lasts = [](const std::string& key) {
      return key.compare(0, 4, "odm ") == 0 || key.compare(0, 9, "nextboot ") == 0 || key.compare(0, 5, "file ") == 0;
    };
    for (auto part = goal.parts.begin(); part != goal.parts.end();)
      part = lasts(part->first) ? goal.parts.erase(part) : std::next(part);
    for (const auto& [key, value] : untouched.parts) {
      if (lasts(key)) goal.parts[key] = value;
    }
    if (!has_setting(world_.settings, "persist=true")) return goal;
    // The boot has made them of what the first run had stored: nobody knows what it would have made otherwise.
    goal.parts["booted"] = "";
    for (auto part = goal.parts.begin(); part != goal.parts.end();) {
      const bool stored =
          part->first.compare(0, 14, "route default ") == 0 || part->first.compare(0, 8, "tunable ") == 0;
      part = stored ? goal.parts.erase(part) : std::next(part);
    }
    return goal;
  }

  // What hangs on one server only is as good as its death.
  bool has_faults() const {
    return std::any_of(world_.faults.begin(), world_.faults.end(), [](const Deed& fault) {
      return fault.words.size() < 4 || fault.words[2] != "nfs4cl * /nas*" || fault.words[3] != "hang";
    });
  }

  // "aixsim fail ADDRESS"
  static std::optional<std::string> address_that_fails(const Event& event) {
    const Words& words = event.deed.words;
    const auto fail = std::find(words.begin(), words.end(), "fail");
    if (fail == words.end() || std::next(fail) == words.end()) return std::nullopt;
    return *std::next(fail);
  }

  // A gateway had answered, and died before the command that followed at once: nobody can do better than to ask.
  static bool is_of_one_that_died_meanwhile(const aixsim::Harm& harm, const std::vector<Event>& events,
                                            const std::vector<Words>& calls) {
    constexpr std::ptrdiff_t soon = 12;  // commands from the question to the harm, those of other lanes among them
    if (harm.kind != "dead-gateway-first" && harm.kind != "gateway-lost" && harm.kind != "dead-gateway-shares")
      return false;
    const auto harmful = std::find_if(calls.begin(), calls.end(),
                                      [&](const Words& call) { return run::command_text(call) == harm.words; }) -
                         calls.begin();
    return std::any_of(events.begin(), events.end(), [&](const Event& event) {
      const std::optional<std::string> gateway = address_that_fails(event);
      const bool is_soon =
          event.after_call < 0 || (harmful + 1 >= event.after_call && harmful - event.after_call < soon);
      return gateway && is_soon && harm.what.find(*gateway + " (dead") != std::string::npos;
    });
  }

  // It was among the first before, dead or dying: with active DGD the node will see it, and goes by the others.
  static bool gets_its_detection(const aixsim::Harm& harm, const std::set<std::string>& dead_and_first,
                                 const std::vector<Event>& events) {
    const bool is_about_it = harm.kind == "dead-gateway-first" || harm.kind == "dead-gateway-shares";
    if (!is_about_it) return false;
    const auto is_added = [&](const std::string& gateway) {
      return harm.words.find("route -n add 0 " + gateway + " ") != std::string::npos;
    };
    // Also where it is put back as it was, because that failed.
    if (std::any_of(dead_and_first.begin(), dead_and_first.end(), is_added)) return true;
    return harm.words.find("-active_dgd") != std::string::npos &&
           std::any_of(events.begin(), events.end(), [&](const Event& event) {
             const std::optional<std::string> gateway = address_that_fails(event);
             return gateway && is_added(*gateway);
           });
  }

  bool is_planted() const { return plant_ != nullptr && (plant_->run.empty() || now_ == plant_->run + " run"); }

  Words misdirected(const Words& argv) {
    constexpr std::size_t first = 3;  // what the program looks at before is as it is
    const std::size_t number = calls_of_run_++;
    if (!is_planted() || number < first || number - first >= plant_->commands.size()) return argv;
    Words words = plant_->commands[number - first];
    words.front() = "/usr/sbin/" + words.front();
    return words;
  }

  void find(const std::string& kind, const std::string& what) {
    result_.findings.push_back({kind, now_ + ": " + what});
  }

  const RunResult& run(const std::string& name, const Words& options, const std::vector<Event>& events) {
    now_ = name + " run";
    machine_.do_deed(control({"harm", "begin"}));
    Words leave = leave_of(world_, options);
    if (!leave.empty()) {
      leave.insert(leave.begin(), {"harm", "allow"});
      machine_.do_deed(control(leave));
    }
    if (world_.program == Program::node)
      machine_.do_deed(control({"harm", "no-router", "203.0.113.50", "203.0.113.51", "198.51.100.7"}));
    const Truth before = truth_of(machine_.node(), world_.program);
    const std::set<std::string> dead_and_first = dead_gateways_in_use(machine_.node());
    calls_of_run_ = 0;
    result_.runs.push_back(machine_.run(options, events));
    if (is_planted()) {
      for (const Deed& deed : plant_->after) machine_.do_deed(deed);
      if (plant_->lie != nullptr) plant_->lie(result_.runs.back());
    }
    const RunResult& result = result_.runs.back();
    result_.truths.push_back(truth_of(machine_.node(), world_.program));
    result_.calls += result.calls.size();
    result_.trace += "== " + now_ + "\n";
    for (const Words& call : result.calls) result_.trace += "$ " + run::command_text(call) + "\n";
    result_.trace += result.out + result.err + "-- status " + std::to_string(result.status) + " after " +
                     std::to_string(result.took.count()) + " ms\n";
    for (const aixsim::Harm& harm : aixsim::harms(machine_.node()))
      if (!is_of_one_that_died_meanwhile(harm, events, result.calls) &&
          !gets_its_detection(harm, dead_and_first, events))
        find(harm.kind, harm.what + "; by " + harm.words);
    const bool is_blocked = std::any_of(events.begin(), events.end(), [](const Event& event) {
      return event.deed.kind == Deed::Kind::block_log || event.deed.kind == Deed::Kind::block_print;
    });
    if (result.end == RunResult::End::stuck && !is_blocked) find("stuck", "the watchdog ended it");
    if (result.end == RunResult::End::endless) find("endless", "more commands than a run can need");
    if (result.end == RunResult::End::returned || result.end == RunResult::End::stuck) {
      const Truth& after = result_.truths.back();
      const RunFacts facts{world_, options,         events, before,
                           after,  machine_.node(), result, name == "first" && has_faults()};
      const auto say = [&](const char* kind, const std::string& what) { find(kind, what); };
      const bool is_read = std::none_of(events.begin(), events.end(),
                                        [](const Event& event) { return event.deed.kind == Deed::Kind::block_print; });
      const bool has_verdict = !result.out.empty() || is_read;  // what nobody reads need not be there
      if (has_verdict && (result.end == RunResult::End::returned || is_blocked)) check_verdict(facts, say);
      if (world_.program == Program::node) check_node_run(facts, say);
      if (world_.program == Program::server) check_server_run(facts, say);
    }
    return result;
  }

  void check_status_run() {
    Words options = world_.settings;
    options.insert(options.end(), {"--status", "--json"});
    const RunResult& result = run("status", options, {});
    if (result.status == 2 || world_.program != Program::node) return;
    check_node_json(machine_.node(), result, [&](const char* kind, const std::string& what) { find(kind, what); });
  }

  const World& world_;
  const Plant* plant_;
  std::size_t calls_of_run_ = 0;
  std::string now_;
  Machine machine_;
  WorldResult result_;
};

}  // namespace

std::size_t WorldResult::count(const std::string& kind) const {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(), [&](const Finding& one) { return one.kind == kind; }));
}

WorldResult play(const World& world, const Plant* plant) { return Play(world, plant).all(); }

namespace {

template <class T>
void leave_out(World& world, std::vector<T> World::* parts, const std::string& kind) {
  for (std::size_t i = (world.*parts).size(); i-- > 0;) {
    World shorter = world;
    (shorter.*parts).erase((shorter.*parts).begin() + static_cast<std::ptrdiff_t>(i));
    if (play(shorter).has(kind)) world = std::move(shorter);
  }
}

}  // namespace

World shrink(const World& world, const std::string& kind) {
  World shortest = world;
  std::size_t parts = 0;
  do {
    parts = shortest.parts();
    leave_out(shortest, &World::events, kind);
    leave_out(shortest, &World::faults, kind);
    leave_out(shortest, &World::settings, kind);
    leave_out(shortest, &World::first_options, kind);
    leave_out(shortest, &World::before, kind);
  } while (shortest.parts() < parts);
  if (shortest.reboots) {
    World still_up = shortest;
    still_up.reboots = false;
    if (play(still_up).has(kind)) shortest = still_up;
  }
  // Options of the boot in pairs, or alone: what does not boot finds nothing.
  for (std::size_t i = shortest.boots.front().size(); i-- > 2;) {
    for (const std::size_t count : {std::size_t{2}, std::size_t{1}}) {
      World shorter = shortest;
      Words& words = shorter.boots.front();
      if (i + count > words.size() || words[i].compare(0, 2, "--") != 0) continue;
      words.erase(words.begin() + static_cast<std::ptrdiff_t>(i),
                  words.begin() + static_cast<std::ptrdiff_t>(i + count));
      if (!words.empty() && play(shorter).has(kind)) {
        shortest = std::move(shorter);
        break;
      }
    }
  }
  return shortest;
}

}  // namespace hanfs::worlds
