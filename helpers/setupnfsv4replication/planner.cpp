// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/planner.hpp"

#include <algorithm>
#include <cstring>
#include <map>
#include <set>
#include <utility>

namespace hanfs::node {
namespace {

using plan::JournalEntry;

bool starts_with(const std::string& text, const char* prefix) { return text.rfind(prefix, 0) == 0; }

// "route:10.0.0.1:add" -> "route:10.0.0.1": what one chain of changes is about.
std::string subject_of(const std::string& step_id) {
  if (starts_with(step_id, "route:") || starts_with(step_id, "odm:")) return step_id.substr(0, step_id.rfind(':'));
  return step_id;
}

// All that hanfs did to one route, ODM entry, tunable or file since it was last put back, or was something else.
struct Chain {
  std::string subject;
  std::vector<plan::Argv> original;  // makes what was there before the first change; empty: nothing was
  std::optional<plan::FileChange> original_file;
  std::optional<plan::Step> last;  // the change that made what should be there now
  bool last_is_sure = false;       // it went well
  bool taken_away = false;         // hanfs itself deleted it, and did not make it anew
};

using Entries = std::vector<const JournalEntry*>;

bool deletes(const plan::Step& step) {
  return step.expect && (step.expect->kind == "default_rows" || step.expect->kind == "odm_rows");
}

// Did this run find what the runs before it left? A reboot, or an administrator, may have made something else of it,
// and that is what there was before hanfs then.
bool goes_on(const Chain& chain, const Entries& run) {
  if (!chain.last || !chain.last_is_sure || chain.taken_away) return true;
  const plan::Step& first = run.front()->step;
  if (first.file) return first.undo_file && chain.last->file && first.undo_file->content == chain.last->file->content;
  if (first.expect && first.expect->kind == "tunable")
    return !first.undo.empty() && first.undo.front().back() == chain.last->argv.back();
  return std::any_of(run.begin(), run.end(), [&](const JournalEntry* entry) {
    return deletes(entry->step) && !entry->step.undo.empty() && entry->step.undo.front() == chain.last->argv;
  });
}

void add_run(Chain& chain, const Entries& run) {
  const bool goes_on_here = goes_on(chain, run);
  if (!goes_on_here) chain = Chain{chain.subject, {}, std::nullopt, std::nullopt, false, false};
  const bool is_first = !chain.last && chain.original.empty();
  if (is_first) chain.original_file = run.front()->step.undo_file;
  for (const JournalEntry* entry : run) {
    const plan::Step& step = entry->step;
    // What the first run deleted, or the value the first change replaced.
    const bool replaces = entry == run.front() && step.expect && step.expect->kind == "tunable";
    if (is_first && (deletes(step) || replaces))
      chain.original.insert(chain.original.end(), step.undo.begin(), step.undo.end());
    if (entry->state != JournalEntry::State::failed) chain.taken_away = deletes(step);
    if (deletes(step)) continue;
    chain.last = step;
    chain.last_is_sure = entry->state == JournalEntry::State::done;
  }
}

// In the order in which the subjects were first touched.
std::vector<Chain> chains(const plan::JournalContent& journal) {
  std::vector<std::pair<std::string, std::vector<Entries>>> touched;
  std::map<std::string, std::size_t> place_of;
  std::set<std::string> taken_away_by_reset;
  for (const JournalEntry& entry : journal.entries) {
    if (entry.state == JournalEntry::State::undone || starts_with(entry.step.id, "fs:")) continue;
    if (starts_with(entry.step.id, reset_lane)) {
      // Of a reset that was killed half-way; what else it did is seen in the state itself.
      if (deletes(entry.step)) taken_away_by_reset.insert(subject_of(entry.step.id.substr(std::strlen(reset_lane))));
      continue;
    }
    const std::string subject = subject_of(entry.step.id);
    const auto [place, is_new] = place_of.try_emplace(subject, touched.size());
    if (is_new) touched.push_back({subject, {}});
    std::vector<Entries>& runs = touched[place->second].second;
    if (runs.empty() || runs.back().front()->run != entry.run) runs.emplace_back();
    runs.back().push_back(&entry);
  }
  std::vector<Chain> found;
  for (const auto& [subject, runs] : touched) {
    found.push_back(Chain{subject, {}, std::nullopt, std::nullopt, false, false});
    for (const Entries& run : runs) add_run(found.back(), run);
    found.back().taken_away = found.back().taken_away || taken_away_by_reset.count(subject) != 0;
  }
  return found;
}

class ResetPlan {
 public:
  explicit ResetPlan(const ObservedState& observed) : observed_(observed) {}

  // Routes that are made as they were come before routes that only go away: the latter need the former.
  std::vector<plan::Step> steps(const std::vector<Chain>& all) {
    for (const Chain& chain : all)
      if (still_ours(chain)) ours_.insert(chain.subject);
    for (const bool restore : {true, false}) {
      for (const Chain& chain : all) {
        if (restore != !chain.original.empty()) continue;
        if (starts_with(chain.subject, "route:")) route(chain);
        if (starts_with(chain.subject, "odm:")) odm(chain);
      }
    }
    for (const Chain& chain : all) {
      if (starts_with(chain.subject, "no:")) tunable(chain);
      if (chain.last && chain.last->file) file(chain);
    }
    return std::move(steps_);
  }

 private:
  plan::Step& add(const Chain& chain, const char* what, const std::string& why) {
    plan::Step step;
    step.lane = reset_lane + chain.subject;
    step.id = step.lane + ":" + what;
    step.why = why;
    steps_.push_back(std::move(step));
    return steps_.back();
  }

  bool still_ours(const Chain& chain) const {
    return chain.last && chain.last->expect && route_expectation_holds(observed_, *chain.last->expect);
  }

  // A default gateway that somebody else has made, so that the node can do without what it had before hanfs.
  bool has_foreign_default() const {
    if (!observed_.routes) return false;
    const auto& routes = observed_.routes->routes;
    return std::any_of(routes.begin(), routes.end(), [&](const aix::Route& route) {
      return route.is_default() && !route.inet6 && ours_.count("route:" + route.gateway) == 0;
    });
  }

  bool has_foreign_odm_default() const {
    if (!observed_.odm_routes) return false;
    const auto& routes = observed_.odm_routes->routes;
    return std::any_of(routes.begin(), routes.end(), [&](const aix::OdmRoute& route) {
      return route.is_default() && ours_.count("odm:" + route.gateway) == 0;
    });
  }

  void guard(plan::Step& step, plan::Expectation expect) const {
    step.guarded = true;
    step.stop_lane = true;
    step.expect = std::move(expect);
  }

  void route(const Chain& chain) {
    const std::string gateway = chain.subject.substr(chain.subject.find(':') + 1);
    const bool gone = route_expectation_holds(observed_, {"default_rows", gateway, "0"});
    if (still_ours(chain)) {
      plan::Step& step = add(chain, "delete", "default gateway " + gateway + " is as hanfs made it");
      step.argv = chain.last->undo.front();
      step.undo = {chain.last->argv};
      step.needs = plan::Expectation{"other_default", gateway, ""};
      guard(step, {"default_rows", gateway, "0"});
    } else if (!gone || (!chain.taken_away && has_foreign_default())) {
      return;  // somebody else made it what it is, or took it away
    }
    if (chain.original.empty()) return;
    plan::Step& step = add(chain, "restore", "default gateway " + gateway + " as it was before hanfs");
    step.argv = chain.original.front();
    guard(step, {"default_rows", gateway, "1"});
  }

  void odm(const Chain& chain) {
    const std::string gateway = chain.subject.substr(chain.subject.find(':') + 1);
    std::size_t rows = 0;
    if (still_ours(chain)) {
      plan::Step& step = add(chain, "delete", "the ODM's default gateway " + gateway + " is as hanfs made it");
      step.argv = chain.last->undo.front();
      step.undo = {chain.last->argv};
      step.never_kill = step.durable = true;
      guard(step, {"odm_rows", gateway, "0"});
    } else if (!route_expectation_holds(observed_, {"odm_rows", gateway, "0"}) ||
               (!chain.taken_away && has_foreign_odm_default())) {
      return;
    }
    for (const plan::Argv& argv : chain.original) {
      const std::string name = "restore" + std::to_string(++rows);
      plan::Step& step = add(chain, name.c_str(), "the ODM's default gateway " + gateway + " as it was before hanfs");
      step.argv = argv;
      step.never_kill = step.durable = true;
      guard(step, {"odm_rows", gateway, std::to_string(rows)});
    }
  }

  void tunable(const Chain& chain) {
    if (!still_ours(chain) || chain.original.empty()) return;
    const std::string name = chain.subject.substr(chain.subject.find(':') + 1);
    const plan::Argv& argv = chain.original.front();
    const std::string value = argv.back().substr(argv.back().find('=') + 1);
    plan::Step& step = add(chain, "restore", name + " is as hanfs set it, it was " + value);
    step.argv = argv;
    step.expect = plan::Expectation{"tunable", name, value};
    step.durable = chain.last->durable;
  }

  void file(const Chain& chain) {
    // The journal is setuphanfs's too.
    if (!chain.original_file || chain.last->file->path != netsvc_conf ||
        observed_.netsvc_text != chain.last->file->content)
      return;
    plan::Step& step = add(chain, "restore", chain.original_file->path + " is as hanfs wrote it");
    step.file = chain.original_file;
    step.undo_file = chain.last->file;
    step.durable = true;
  }

  const ObservedState& observed_;
  std::set<std::string> ours_;  // subjects that are as hanfs left them
  std::vector<plan::Step> steps_;
};

// The last thing hanfs did to it was a reset, and it does not look tuned since.
bool was_reset(const DesiredFilesystem& filesystem, const plan::JournalContent& journal) {
  if (!filesystem.differs()) return false;
  const std::string lane = "fs:" + filesystem.paths.front() + ":";
  for (auto entry = journal.entries.rbegin(); entry != journal.entries.rend(); ++entry)
    if (starts_with(entry->step.id, lane.c_str()))
      return entry->step.id == lane + "reset" && entry->state == JournalEntry::State::done;
  return false;
}

}  // namespace

Result<DesiredState> desired_state(const ObservedState& observed, const Settings& settings) {
  Result<DesiredFilesystems> filesystems = desired_filesystems(observed, settings);
  if (!filesystems) return filesystems.error();
  Result<DesiredRoutes> routes = desired_routes(observed, settings);
  if (!routes) return routes.error();
  return DesiredState{std::move(*filesystems), std::move(*routes)};
}

plan::Plan make_plan(const ObservedState& observed, const DesiredState& desired, const Settings& settings) {
  plan::Plan plan{plan_filesystems(desired.filesystems)};
  std::vector<plan::Step> routes = plan_routes(observed, desired.routes);
  std::move(routes.begin(), routes.end(), std::back_inserter(plan.steps));
  if (std::optional<plan::Step> resolver = plan_resolver(observed, settings)) plan.steps.push_back(std::move(*resolver));
  return plan;
}

plan::Plan make_reset_plan(const ObservedState& observed, const DesiredState& desired, const plan::JournalContent& journal) {
  DesiredFilesystems tuned;
  for (const DesiredFilesystem& filesystem : desired.filesystems.filesystems)
    if (!was_reset(filesystem, journal)) tuned.filesystems.push_back(filesystem);
  plan::Plan plan{reset_filesystems(tuned)};
  std::vector<plan::Step> steps = ResetPlan(observed).steps(chains(journal));
  std::move(steps.begin(), steps.end(), std::back_inserter(plan.steps));
  return plan;
}

Scope scope_of(const plan::Plan& plan) {
  Scope scope;
  for (const plan::Step& step : plan.steps) {
    if (step.file) scope.files = true;
    if (starts_with(step.lane, "fs:")) scope.filesystems.insert(step.lane.substr(3));
    if (step.lane.find("route:") != std::string::npos) scope.routes = true;
    if (step.lane.find("odm:") != std::string::npos) scope.odm_routes = true;
    if (step.lane.find("no:") != std::string::npos) scope.tunables = true;
  }
  return scope;
}

}  // namespace hanfs::node
