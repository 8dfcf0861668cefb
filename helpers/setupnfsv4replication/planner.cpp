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
std::string resource_of(const std::string& step_id) {
  if (starts_with(step_id, "route:") || starts_with(step_id, "odm:")) return step_id.substr(0, step_id.rfind(':'));
  return step_id;
}

// All that hanfs did to one route, ODM entry, tunable or file since it was last put back, or was something else.
struct ResetHistory {
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
bool continues_previous_run(const ResetHistory& history, const Entries& run) {
  if (!history.last || !history.last_is_sure || history.taken_away) return true;
  const plan::Step& first = run.front()->step;
  if (first.file)
    return first.undo_file && history.last->file && first.undo_file->content == history.last->file->content;
  if (first.expect && first.expect->kind == "tunable")
    return !first.undo.empty() && first.undo.front().back() == history.last->argv.back();
  return std::any_of(run.begin(), run.end(), [&](const JournalEntry* entry) {
    return deletes(entry->step) && !entry->step.undo.empty() && entry->step.undo.front() == history.last->argv;
  });
}

void add_run(ResetHistory& history, const Entries& run) {
  const bool continues = continues_previous_run(history, run);
  if (!continues) history = ResetHistory{history.subject, {}, std::nullopt, std::nullopt, false, false};
  const bool is_first = !history.last && history.original.empty();
  if (is_first) history.original_file = run.front()->step.undo_file;
  for (const JournalEntry* entry : run) {
    const plan::Step& step = entry->step;
    // What the first run deleted, or the value the first change replaced.
    const bool replaces = entry == run.front() && step.expect && step.expect->kind == "tunable";
    if (is_first && (deletes(step) || replaces))
      history.original.insert(history.original.end(), step.undo.begin(), step.undo.end());
    if (entry->state != JournalEntry::State::failed) history.taken_away = deletes(step);
    if (deletes(step)) continue;
    history.last = step;
    history.last_is_sure = entry->state == JournalEntry::State::done;
  }
}

// In the order in which the subjects were first touched.
std::vector<ResetHistory> reset_histories(const plan::JournalContent& journal) {
  std::vector<std::pair<std::string, std::vector<Entries>>> touched;
  std::map<std::string, std::size_t> place_of;
  std::set<std::string> taken_away_by_reset;
  for (const JournalEntry& entry : journal.entries) {
    if (entry.state == JournalEntry::State::undone || starts_with(entry.step.id, "fs:")) continue;
    if (starts_with(entry.step.id, reset_prefix)) {
      // Of a reset that was killed half-way; what else it did is seen in the state itself.
      if (deletes(entry.step)) taken_away_by_reset.insert(resource_of(entry.step.id.substr(std::strlen(reset_prefix))));
      continue;
    }
    const std::string subject = resource_of(entry.step.id);
    const auto [place, is_new] = place_of.try_emplace(subject, touched.size());
    if (is_new) touched.push_back({subject, {}});
    std::vector<Entries>& runs = touched[place->second].second;
    if (runs.empty() || runs.back().front()->run != entry.run) runs.emplace_back();
    runs.back().push_back(&entry);
  }
  std::vector<ResetHistory> found;
  for (const auto& [subject, runs] : touched) {
    found.push_back(ResetHistory{subject, {}, std::nullopt, std::nullopt, false, false});
    for (const Entries& run : runs) add_run(found.back(), run);
    found.back().taken_away = found.back().taken_away || taken_away_by_reset.count(subject) != 0;
  }
  return found;
}

class ResetPlan {
 public:
  explicit ResetPlan(const ObservedState& observed) : observed_(observed) {}

  // Routes that are made as they were come before routes that only go away: the latter need the former.
  std::vector<plan::Step> steps(const std::vector<ResetHistory>& all) {
    for (const ResetHistory& history : all)
      if (still_ours(history)) ours_.insert(history.subject);
    for (const bool restore : {true, false}) {
      for (const ResetHistory& history : all) {
        if (restore != !history.original.empty()) continue;
        if (starts_with(history.subject, "route:")) route(history);
        if (starts_with(history.subject, "odm:")) odm(history);
      }
    }
    for (const ResetHistory& history : all) {
      if (starts_with(history.subject, "no:")) tunable(history);
      if (history.last && history.last->file) file(history);
    }
    return std::move(steps_);
  }

 private:
  plan::Step& add(const ResetHistory& history, const char* what, const std::string& why) {
    plan::Step step;
    step.sequence = reset_prefix + history.subject;
    step.id = step.sequence + ":" + what;
    step.why = why;
    steps_.push_back(std::move(step));
    return steps_.back();
  }

  bool still_ours(const ResetHistory& history) const {
    return history.last && history.last->expect && route_expectation_is_satisfied(observed_, *history.last->expect);
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
    step.verified = true;
    step.abort_sequence = true;
    step.expect = std::move(expect);
  }

  void route(const ResetHistory& history) {
    const std::string gateway = history.subject.substr(history.subject.find(':') + 1);
    const bool gone = route_expectation_is_satisfied(observed_, {"default_rows", gateway, "0"});
    if (still_ours(history)) {
      plan::Step& step = add(history, "delete", "default gateway " + gateway + " is as hanfs made it");
      step.argv = history.last->undo.front();
      step.undo = {history.last->argv};
      step.needs = plan::Expectation{"other_default", gateway, ""};
      guard(step, {"default_rows", gateway, "0"});
    } else if (!gone || (!history.taken_away && has_foreign_default())) {
      return;  // somebody else made it what it is, or took it away
    }
    if (history.original.empty()) return;
    plan::Step& step = add(history, "restore", "default gateway " + gateway + " as it was before hanfs");
    step.argv = history.original.front();
    guard(step, {"default_rows", gateway, "1"});
  }

  void odm(const ResetHistory& history) {
    const std::string gateway = history.subject.substr(history.subject.find(':') + 1);
    std::size_t rows = 0;
    if (still_ours(history)) {
      plan::Step& step = add(history, "delete", "the ODM's default gateway " + gateway + " is as hanfs made it");
      step.argv = history.last->undo.front();
      step.undo = {history.last->argv};
      step.never_kill = step.sync_journal = true;
      guard(step, {"odm_rows", gateway, "0"});
    } else if (!route_expectation_is_satisfied(observed_, {"odm_rows", gateway, "0"}) ||
               (!history.taken_away && has_foreign_odm_default())) {
      return;
    }
    for (const plan::Argv& argv : history.original) {
      const std::string name = "restore" + std::to_string(++rows);
      plan::Step& step = add(history, name.c_str(), "the ODM's default gateway " + gateway + " as it was before hanfs");
      step.argv = argv;
      step.never_kill = step.sync_journal = true;
      guard(step, {"odm_rows", gateway, std::to_string(rows)});
    }
  }

  void tunable(const ResetHistory& history) {
    if (!still_ours(history) || history.original.empty()) return;
    const std::string name = history.subject.substr(history.subject.find(':') + 1);
    const plan::Argv& argv = history.original.front();
    const std::string value = argv.back().substr(argv.back().find('=') + 1);
    plan::Step& step = add(history, "restore", name + " is as hanfs set it, it was " + value);
    step.argv = argv;
    step.expect = plan::Expectation{"tunable", name, value};
    step.sync_journal = history.last->sync_journal;
  }

  void file(const ResetHistory& history) {
    // The journal is setuphanfs's too.
    if (!history.original_file || history.last->file->path != netsvc_conf ||
        observed_.netsvc_text != history.last->file->content)
      return;
    plan::Step& step = add(history, "restore", history.original_file->path + " is as hanfs wrote it");
    step.file = history.original_file;
    step.undo_file = history.last->file;
    step.sync_journal = true;
  }

  const ObservedState& observed_;
  std::set<std::string> ours_;  // subjects that are as hanfs left them
  std::vector<plan::Step> steps_;
};

// The last thing hanfs did to it was a reset, and it does not look tuned since.
bool was_reset(const DesiredFilesystem& filesystem, const plan::JournalContent& journal) {
  if (!filesystem.differs()) return false;
  const std::string sequence = "fs:" + filesystem.paths.front() + ":";
  for (auto entry = journal.entries.rbegin(); entry != journal.entries.rend(); ++entry)
    if (starts_with(entry->step.id, sequence.c_str()))
      return entry->step.id == sequence + "reset" && entry->state == JournalEntry::State::done;
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
  if (std::optional<plan::Step> resolver = plan_resolver(observed, settings))
    plan.steps.push_back(std::move(*resolver));
  return plan;
}

plan::Plan make_reset_plan(const ObservedState& observed, const DesiredState& desired,
                           const plan::JournalContent& journal) {
  DesiredFilesystems tuned;
  for (const DesiredFilesystem& filesystem : desired.filesystems.filesystems)
    if (!was_reset(filesystem, journal)) tuned.filesystems.push_back(filesystem);
  plan::Plan plan{reset_filesystems(tuned)};
  std::vector<plan::Step> steps = ResetPlan(observed).steps(reset_histories(journal));
  std::move(steps.begin(), steps.end(), std::back_inserter(plan.steps));
  return plan;
}

RefreshScope scope_of(const plan::Plan& plan) {
  RefreshScope scope;
  for (const plan::Step& step : plan.steps) {
    if (step.file) scope.files = true;
    if (starts_with(step.sequence, "fs:")) scope.filesystems.insert(step.sequence.substr(3));
    if (step.sequence.find("route:") != std::string::npos) scope.routes = true;
    if (step.sequence.find("odm:") != std::string::npos) scope.odm_routes = true;
    if (step.sequence.find("no:") != std::string::npos) scope.tunables = true;
  }
  return scope;
}

}  // namespace hanfs::node
