// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/reset_plan.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

#include "aix/commands.hpp"
#include "setupnfsv4replication/default_routes.hpp"
#include "setupnfsv4replication/plan_routes.hpp"
#include "setupnfsv4replication/resolver.hpp"

namespace hanfs::node {
namespace {

using plan::Action;
using plan::JournalEntry;
using plan::Kind;

// The changes hanfs made to one resource since it was last reset or changed by others.
struct ResetHistory {
  plan::Resource resource;
  std::vector<plan::Argv> original;  // makes what was there before the first change; empty: nothing was
  std::optional<plan::FileChange> original_file;
  std::optional<plan::Step> last;  // the change that made what should be there now
  bool last_is_sure = false;       // it went well
  bool taken_away = false;         // hanfs itself deleted it, and did not make it anew
};

using Entries = std::vector<const JournalEntry*>;

bool deletes(const plan::Step& step) {
  return step.expect && std::holds_alternative<plan::EntryCount>(step.expect->value);
}

ResetHistory new_history(const plan::Resource& resource) {
  return {resource, {}, std::nullopt, std::nullopt, false, false};
}

// Did this run find what the runs before it left? A reboot, or an administrator, may have made something else of it,
// and that is what there was before hanfs then.
bool continues_previous_run(const ResetHistory& history, const Entries& run) {
  if (!history.last || !history.last_is_sure || history.taken_away) return true;
  const plan::Step& first = run.front()->step;
  if (first.file)
    return first.undo_file && history.last->file && first.undo_file->content == history.last->file->content;
  if (first.resource.kind == Kind::tunable)
    return !first.undo.empty() && first.undo.front().back() == history.last->argv.back();
  return std::any_of(run.begin(), run.end(), [&](const JournalEntry* entry) {
    return deletes(entry->step) && !entry->step.undo.empty() && entry->step.undo.front() == history.last->argv;
  });
}

void add_run(ResetHistory& history, const Entries& run) {
  const bool continues = continues_previous_run(history, run);
  if (!continues) history = new_history(history.resource);
  const bool is_first = !history.last && history.original.empty();
  if (is_first) history.original_file = run.front()->step.undo_file;
  for (const JournalEntry* entry : run) {
    const plan::Step& step = entry->step;
    // What the first run deleted, or the value the first change replaced.
    const bool replaces = entry == run.front() && step.resource.kind == Kind::tunable;
    if (is_first && (deletes(step) || replaces))
      history.original.insert(history.original.end(), step.undo.begin(), step.undo.end());
    // An add may be begun in the journal before the deletion that precedes it.
    const bool counts =
        deletes(step) ? entry->state != JournalEntry::State::failed : entry->state == JournalEntry::State::done;
    if (counts) history.taken_away = deletes(step);
    if (deletes(step)) continue;
    history.last = step;
    history.last_is_sure = entry->state == JournalEntry::State::done;
  }
}

// In the order in which the resources were first changed.
std::vector<ResetHistory> reset_histories(const plan::JournalContent& journal) {
  std::vector<std::pair<plan::Resource, std::vector<Entries>>> changed;
  std::map<plan::Resource, std::size_t> index_of;
  std::set<plan::Resource> taken_away_by_reset;
  for (const JournalEntry& entry : journal.entries) {
    const plan::Resource& resource = entry.step.resource;
    if (entry.state == JournalEntry::State::undone || resource.kind == Kind::filesystem) continue;
    if (entry.step.purpose == plan::Purpose::reset) {
      // Of a reset that was killed half-way; what else it did shows in the observed state.
      if (deletes(entry.step)) taken_away_by_reset.insert(resource);
      continue;
    }
    const auto [index, is_new] = index_of.try_emplace(resource, changed.size());
    if (is_new) changed.push_back({resource, {}});
    std::vector<Entries>& runs = changed[index->second].second;
    if (runs.empty() || runs.back().front()->run != entry.run) runs.emplace_back();
    runs.back().push_back(&entry);
  }
  std::vector<ResetHistory> found;
  for (const auto& [resource, runs] : changed) {
    found.push_back(new_history(resource));
    for (const Entries& run : runs) add_run(found.back(), run);
    found.back().taken_away = found.back().taken_away || taken_away_by_reset.count(resource) != 0;
  }
  return found;
}

class ResetPlan {
 public:
  explicit ResetPlan(const ObservedState& observed) : observed_(observed) {}

  // Routes that are made as they were come before routes that only go away: the latter need the former.
  std::vector<plan::Step> steps(const std::vector<ResetHistory>& all) {
    for (const ResetHistory& history : all)
      if (still_ours(history)) ours_.insert(history.resource);
    for (const bool restore : {true, false}) {
      for (const ResetHistory& history : all) {
        if (restore != !history.original.empty()) continue;
        if (history.resource.kind == Kind::route) route(history);
        if (history.resource.kind == Kind::stored_route) odm(history);
      }
    }
    for (const ResetHistory& history : all) {
      if (history.resource.kind == Kind::tunable) tunable(history);
      if (history.last && history.last->file) file(history);
    }
    return std::move(steps_);
  }

 private:
  plan::Step& add(const ResetHistory& history, plan::Action action, const std::string& why) {
    plan::Step step;
    step.purpose = plan::Purpose::reset;
    step.resource = history.resource;
    step.action = action;
    step.why = why;
    steps_.push_back(std::move(step));
    return steps_.back();
  }

  bool still_ours(const ResetHistory& history) const {
    return history.last && history.last->expect && is_satisfied(observed_, *history.last->expect);
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

  // Somebody else has made it what it is, or has taken it away.
  bool belongs_to_others(const ResetHistory& history) const {
    if (still_ours(history)) return false;
    return !is_gone(history.resource) || (!history.taken_away && has_foreign_default(history.resource.kind));
  }

  static void verify(plan::Step& step, std::size_t entries) {
    step.verified = true;
    step.abort_sequence = true;
    step.expect = plan::Expectation{step.resource, plan::EntryCount{entries}};
  }

  void route(const ResetHistory& history) {
    if (belongs_to_others(history)) return;
    const std::string& gateway = history.resource.name;
    if (still_ours(history)) {
      plan::Step& step = add(history, Action::remove, "default gateway " + gateway + " is as hanfs made it");
      step.argv = history.last->undo.front();
      step.undo = {history.last->argv};
      step.needs = plan::Expectation{step.resource, plan::AnotherGateway{}};
      verify(step, 0);
    }
    if (history.original.empty()) return;
    plan::Step& step = add(history, Action::restore, "default gateway " + gateway + " as it was before hanfs");
    step.argv = history.original.front();
    verify(step, 1);
  }

  void odm(const ResetHistory& history) {
    if (belongs_to_others(history)) return;
    const std::string& gateway = history.resource.name;
    if (still_ours(history)) {
      plan::Step& step = add(history, Action::remove, "the ODM's default gateway " + gateway + " is as hanfs made it");
      step.argv = history.last->undo.front();
      step.undo = {history.last->argv};
      step.never_kill = step.sync_journal = true;
      verify(step, 0);
    }
    std::size_t entries = 0;
    for (const plan::Argv& argv : history.original) {
      plan::Step& step =
          add(history, Action::restore, "the ODM's default gateway " + gateway + " as it was before hanfs");
      step.detail = std::to_string(++entries);
      step.argv = argv;
      step.never_kill = step.sync_journal = true;
      verify(step, entries);
    }
  }

  void tunable(const ResetHistory& history) {
    if (!still_ours(history) || history.original.empty()) return;
    const std::string value = aix::value_set_by(history.original.front());
    plan::Step& step = add(history, Action::restore, history.resource.name + " is as hanfs set it, it was " + value);
    step.argv = history.original.front();
    step.expect = plan::Expectation{step.resource, value};
    step.sync_journal = history.last->sync_journal;
  }

  void file(const ResetHistory& history) {
    // The journal is setuphanfs's too.
    if (!history.original_file || history.last->file->path != netsvc_conf ||
        observed_.netsvc_text != history.last->file->content)
      return;
    plan::Step& step = add(history, Action::restore, history.original_file->path + " is as hanfs wrote it");
    step.file = history.original_file;
    step.undo_file = history.last->file;
    step.sync_journal = true;
  }

  const ObservedState& observed_;
  std::set<plan::Resource> ours_;  // as hanfs left them
  std::vector<plan::Step> steps_;
};

// The last thing hanfs did to it was a reset, and it does not look tuned since.
bool was_reset(const DesiredFilesystem& filesystem, const plan::JournalContent& journal) {
  if (!filesystem.differs()) return false;
  const plan::Resource resource{Kind::filesystem, filesystem.paths.front()};
  const auto last = std::find_if(journal.entries.rbegin(), journal.entries.rend(),
                                 [&](const JournalEntry& entry) { return entry.step.resource == resource; });
  return last != journal.entries.rend() && last->step.action == Action::reset &&
         last->state == JournalEntry::State::done;
}

}  // namespace

plan::Plan make_reset_plan(const ObservedState& observed, const DesiredState& desired,
                           const plan::JournalContent& journal) {
  DesiredFilesystems tuned;
  for (const DesiredFilesystem& filesystem : desired.filesystems.filesystems)
    if (!was_reset(filesystem, journal)) tuned.filesystems.push_back(filesystem);
  plan::Plan plan{reset_filesystems(tuned)};
  std::vector<plan::Step> steps;
  if (!observed.routes_are_pending()) steps = ResetPlan(observed).steps(reset_histories(journal));
  std::move(steps.begin(), steps.end(), std::back_inserter(plan.steps));
  return plan;
}

}  // namespace hanfs::node
