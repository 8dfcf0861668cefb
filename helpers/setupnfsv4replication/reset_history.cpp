// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/reset_history.hpp"

#include <algorithm>
#include <map>
#include <utility>

#include "aix/inet0.hpp"
#include "text/words.hpp"

namespace hanfs::node {
namespace {

using plan::Action;
using plan::JournalEntry;
using plan::Kind;
using Entries = std::vector<const JournalEntry*>;
using Value = plan::Expectation::Value;
using Values = std::vector<Value>;

constexpr plan::EntryCount nothing{0};

bool is_tunable(Kind kind) { return kind == Kind::tunable || kind == Kind::stored_tunable; }

bool is_known_kind(Kind kind) {
  return kind == Kind::filesystem || kind == Kind::route || kind == Kind::stored_route || kind == Kind::resolver ||
         is_tunable(kind);
}

bool deletes(const plan::Step& step) { return step.action == Action::remove; }

bool same(const Value& a, const Value& b) {
  if (a.index() != b.index()) return false;
  if (const auto* text = std::get_if<std::string>(&a)) return *text == std::get<std::string>(b);
  if (const auto* count = std::get_if<plan::EntryCount>(&a))
    return count->entries == std::get<plan::EntryCount>(b).entries;
  if (const auto* entry = std::get_if<plan::RouteEntry>(&a)) {
    const auto& other = std::get<plan::RouteEntry>(b);
    return entry->cost == other.cost && entry->active_dgd == other.active_dgd;
  }
  const auto* option = std::get_if<plan::FilesystemOption>(&a);
  if (option == nullptr) return false;
  const auto& other = std::get<plan::FilesystemOption>(b);
  return option->name == other.name && option->value == other.value;
}

bool is_among(const Value& value, const Values& values) {
  return std::any_of(values.begin(), values.end(), [&](const Value& other) { return same(value, other); });
}

void add_new(Values& values, const Value& value) {
  if (!is_among(value, values)) values.push_back(value);
}

Value content_of(const plan::FileChange& file) {
  if (file.content) return *file.content;
  return nothing;
}

// The text of a route in the ODM as the entry that it is.
Value meaning_of(const plan::Expectation& was) {
  const auto* text = std::get_if<std::string>(&was.value);
  if (was.resource.kind != Kind::stored_route || text == nullptr) return was.value;
  const Result<aix::OdmRoutes> read = aix::parse_lsattr_routes(*text);
  if (!read || read->routes.size() != 1) return was.value;
  return plan::RouteEntry{read->routes.front().cost, read->routes.front().active_dgd};
}

// A step that says what it made and, where it took something away, what that was.
bool is_complete(const plan::Step& step) {
  if (step.resource.kind == Kind::resolver) return step.file && step.undo_file;
  if (step.resource.kind == Kind::filesystem)
    return step.action == Action::set && step.expect &&
           std::holds_alternative<plan::FilesystemOption>(step.expect->value);
  if (deletes(step))
    return step.was && (step.resource.kind == Kind::route ? std::holds_alternative<plan::RouteEntry>(step.was->value)
                                                          : std::holds_alternative<std::string>(step.was->value));
  if (!step.expect) return false;
  if (is_tunable(step.resource.kind))
    return step.was && std::holds_alternative<std::string>(step.expect->value) &&
           std::holds_alternative<std::string>(step.was->value);
  return step.action == Action::add && std::holds_alternative<plan::RouteEntry>(step.expect->value);
}

// What the run saw before it changed anything, whatever became of its steps. nullopt: it did not look.
std::optional<Values> found_by(const Entries& run) {
  const plan::Step& first = run.front()->step;
  if (first.undo_file) return Values{content_of(*first.undo_file)};
  if (is_tunable(first.resource.kind) || first.resource.kind == Kind::filesystem)
    return first.was ? std::optional<Values>({first.was->value}) : std::nullopt;
  Values found;
  for (const JournalEntry* entry : run)
    if (deletes(entry->step)) found.push_back(meaning_of(*entry->step.was));
  return found.empty() ? Values{nothing} : found;
}

bool is_reset(const Entries& run) { return run.front()->step.purpose == plan::Purpose::reset; }

// A reset that was killed half-way may have taken it away; what else it did shows in the observed state.
void add_reset(ResetHistory& history, const Entries& run) {
  if (history.may_be.empty()) return;
  const bool may_have_deleted = std::any_of(run.begin(), run.end(), [](const JournalEntry* entry) {
    return deletes(entry->step) &&
           (entry->state == JournalEntry::State::begun || entry->state == JournalEntry::State::done);
  });
  if (may_have_deleted) add_new(history.may_be, nothing);
}

// What a step made is there, and nothing else, where that is known; a step whose end is not known, or that failed, may
// have had its effect, or not, or the run has made good again what it found.
void add_effect(ResetHistory& history, const JournalEntry& entry, const Values& before_run) {
  const plan::Step& step = entry.step;
  const auto* rows_left = step.expect ? std::get_if<plan::EntryCount>(&step.expect->value) : nullptr;
  const bool deletes_one_of_several = deletes(step) && rows_left != nullptr && rows_left->entries != 0;
  if (entry.state == JournalEntry::State::undone || deletes_one_of_several) return;
  if (entry.state == JournalEntry::State::done) {
    history.may_be.clear();
  } else {
    for (const Value& value : before_run) add_new(history.may_be, value);
  }
  if (deletes(step)) {
    if (entry.state != JournalEntry::State::failed) add_new(history.may_be, nothing);
    return;
  }
  const Value made = step.file ? content_of(*step.file) : step.expect->value;
  add_new(history.may_be, made);
  add_new(history.made, made);
  history.last = step;
}

// A run that found nothing of what the runs before it may have left found what others made of it since, and that is
// what there was before hanfs then.
void add_run(ResetHistory& history, const Entries& run) {
  if (is_reset(run)) return add_reset(history, run);
  if (std::all_of(run.begin(), run.end(),
                  [](const JournalEntry* entry) { return entry->state == JournalEntry::State::undone; }))
    return;  // by a reset, or before it had any effect
  history.made_by_boot = false;
  Values before_run;
  const std::optional<Values> found = found_by(run);
  for (const Value& value : history.may_be)
    if (!found || is_among(value, *found)) before_run.push_back(value);
  if (before_run.empty()) {
    history = ResetHistory{history.resource, history.option};
    history.original_is_known = found.has_value();
    history.original_file = run.front()->step.undo_file;
    for (const JournalEntry* entry : run)
      if (entry->step.was && !std::holds_alternative<plan::EntryCount>(entry->step.was->value) &&
          (deletes(entry->step) || history.original.empty()))
        history.original.push_back(entry->step.was->value);
  }
  history.may_be = before_run;
  for (const JournalEntry* entry : run) add_effect(history, *entry, before_run);
}

using Key = std::pair<plan::Resource, std::string>;

class Reader {
 public:
  Reader(const IsOwnName& is_own, const std::string& boot) : is_own_(is_own), boot_(boot) {}

  ResetHistories read(const plan::JournalContent& journal) {
    for (const JournalEntry& entry : journal.entries)
      if (is_known_kind(entry.step.resource.kind)) take(entry);
    ResetHistories found;
    know_routes_of_boot();
    for (const auto& [key, runs] : changed_) {
      ResetHistory history = before_this_boot(key);
      for (const Entries& run : runs) add_run(history, run);
      if (!history.may_be.empty() || !history.original.empty()) found.histories.push_back(std::move(history));
    }
    const auto pass_by = [&](std::size_t count, const std::string& why) {
      if (count != 0) found.passed_by.push_back("journal: " + text::counted(count, "entry", "entries") + " " + why);
    };
    pass_by(of_others_, "of another node (" + other_node_ +
                            "), passed by; cure, where this is a name of this one: NODE=" + other_node_ +
                            " in the environment");
    pass_by(old_, "without node or boot, as an older version wrote them, passed by");
    pass_by(incomplete_, "without the values that were there before, passed by");
    pass_by(journal.unreadable, "that cannot be read, passed by");
    return found;
  }

 private:
  // A boot makes the routes that are stored: one that hanfs stored before it is there now without a command of this
  // boot.
  void know_routes_of_boot() {
    for (std::size_t i = 0, count = changed_.size(); i < count; ++i) {
      const plan::Resource stored = changed_[i].first.first;
      if (stored.kind == Kind::stored_route) runs_of({{Kind::route, stored.name}, ""});
    }
  }

  ResetHistory before_this_boot(const Key& key) const {
    ResetHistory live{key.first, key.second};
    const auto stored = index_of_.find({{Kind::stored_route, key.first.name}, ""});
    if (key.first.kind != Kind::route || stored == index_of_.end()) return live;
    const ResetHistory at_boot = stored_at_boot(changed_[stored->second].second);
    for (const Value& value : at_boot.original) add_new(live.original, meaning_of({at_boot.resource, value}));
    for (const Value& value : at_boot.may_be) add_new(live.may_be, meaning_of({at_boot.resource, value}));
    live.original_is_known = at_boot.original_is_known;
    live.made_by_boot = !live.may_be.empty();
    return live;
  }

  // What the runs before this boot had stored, also where a reset has taken that back since.
  ResetHistory stored_at_boot(const std::vector<Entries>& runs) const {
    const bool is_reset_since = std::any_of(
        runs.begin(), runs.end(), [&](const Entries& run) { return is_reset(run) && run.front()->boot == boot_; });
    ResetHistory history{runs.front().front()->step.resource};
    for (const Entries& run : runs) {
      if (run.front()->boot == boot_) continue;
      std::vector<JournalEntry> then;
      for (const JournalEntry* entry : run) {
        then.push_back(*entry);
        if (is_reset_since && entry->state == JournalEntry::State::undone)
          then.back().state = JournalEntry::State::done;
      }
      Entries entries;
      for (const JournalEntry& entry : then) entries.push_back(&entry);
      add_run(history, entries);
    }
    return history;
  }

  std::vector<Entries>& runs_of(const Key& key) {
    const auto [index, is_new] = index_of_.try_emplace(key, changed_.size());
    if (is_new) changed_.push_back({key, {}});
    return changed_[index->second].second;
  }

  void take(const JournalEntry& entry) {
    const plan::Step& step = entry.step;
    const bool is_reset = step.purpose == plan::Purpose::reset;
    const bool counts = !is_reset && entry.state != JournalEntry::State::undone;
    if (entry.node.empty() || entry.boot.empty()) {
      old_ += counts ? 1 : 0;
      return;
    }
    if (!is_own_(entry.node)) {
      if (counts) other_node_ = entry.node;
      of_others_ += counts ? 1 : 0;
      return;
    }
    if (!step.sync_journal && entry.boot != boot_) return;  // it ended with that boot
    if (step.action == Action::repair) return;              // its values are those of the steps before it
    if (is_reset ? !deletes(step) : !is_complete(step)) {
      incomplete_ += counts ? 1 : 0;
      return;
    }
    const Key key{step.resource, step.resource.kind == Kind::filesystem ? step.detail : ""};
    std::vector<Entries>& runs = runs_of(key);
    if (runs.empty() || runs.back().front()->run != entry.run || runs.back().front()->boot != entry.boot)
      runs.emplace_back();
    runs.back().push_back(&entry);
  }

  const IsOwnName& is_own_;
  const std::string& boot_;
  std::vector<std::pair<Key, std::vector<Entries>>> changed_;
  std::map<Key, std::size_t> index_of_;
  std::size_t of_others_ = 0;
  std::string other_node_;
  std::size_t old_ = 0;
  std::size_t incomplete_ = 0;
};

}  // namespace

bool ResetHistory::may_be_gone() const { return is_among(nothing, may_be); }

ResetHistories reset_histories(const plan::JournalContent& journal, const IsOwnName& is_own, const std::string& boot) {
  return Reader(is_own, boot).read(journal);
}

}  // namespace hanfs::node
