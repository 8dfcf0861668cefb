// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/reset_history.hpp"

#include <algorithm>
#include <map>
#include <set>
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

bool is_tunable(Kind kind) { return kind == Kind::tunable || kind == Kind::stored_tunable; }

bool is_known_kind(Kind kind) {
  return kind == Kind::filesystem || kind == Kind::route || kind == Kind::stored_route || kind == Kind::resolver ||
         is_tunable(kind);
}

bool deletes(const plan::Step& step) { return step.action == Action::remove; }

bool same(const Value& a, const Value& b) {
  if (const auto* text = std::get_if<std::string>(&a))
    return std::holds_alternative<std::string>(b) && *text == std::get<std::string>(b);
  if (const auto* entry = std::get_if<plan::RouteEntry>(&a)) {
    const auto* other = std::get_if<plan::RouteEntry>(&b);
    return other != nullptr && entry->cost == other->cost && entry->active_dgd == other->active_dgd;
  }
  const auto* option = std::get_if<plan::FilesystemOption>(&a);
  const auto* other = std::get_if<plan::FilesystemOption>(&b);
  return option != nullptr && other != nullptr && option->name == other->name && option->value == other->value;
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

// Did this run find what the runs before it left? A reboot, or an administrator, may have made something else of it,
// and that is what there was before hanfs then.
bool continues_previous_run(const ResetHistory& history, const Entries& run) {
  if (!history.last || history.taken_away) return true;
  const plan::Step& first = run.front()->step;
  const auto found = [&](const Value& value) {
    return std::any_of(run.begin(), run.end(), [&](const JournalEntry* entry) {
      return entry->step.was && same(meaning_of(*entry->step.was), value);
    });
  };
  if (!history.last_is_sure) {
    // Whatever became of that, this run found something of ours, or did not look.
    const bool saw_entry = std::any_of(run.begin(), run.end(), [](const JournalEntry* entry) {
      return entry->step.was && !std::holds_alternative<plan::EntryCount>(entry->step.was->value);
    });
    return !saw_entry || std::any_of(history.made.begin(), history.made.end(), found);
  }
  if (first.file)
    return first.undo_file && history.last->file && first.undo_file->content == history.last->file->content;
  if (history.resource.kind == Kind::filesystem && !first.was) return true;  // it did not see what it found
  return found(history.last->expect->value);
}

void add_run(ResetHistory& history, const Entries& run) {
  if (!continues_previous_run(history, run)) history = ResetHistory{history.resource, history.option};
  const bool is_first = !history.last && history.original.empty();
  if (is_first) history.original_file = run.front()->step.undo_file;
  const bool is_value = is_tunable(history.resource.kind) || history.resource.kind == Kind::filesystem;
  if (is_first && is_value) {
    const std::optional<plan::Expectation>& was = run.front()->step.was;
    history.original_is_known = was.has_value();
    if (was) history.original.push_back(was->value);
  }
  for (const JournalEntry* entry : run) {
    const plan::Step& step = entry->step;
    if (is_first && deletes(step)) history.original.push_back(step.was->value);
    // An add may be begun in the journal before the deletion that precedes it.
    const bool counts =
        deletes(step) ? entry->state != JournalEntry::State::failed : entry->state == JournalEntry::State::done;
    if (counts) history.taken_away = deletes(step);
    history.outlives_boot = history.outlives_boot || step.sync_journal;
    if (deletes(step)) continue;
    history.last = step;
    if (step.expect) history.made.push_back(step.expect->value);
    history.last_is_sure = entry->state == JournalEntry::State::done;
  }
}

using Key = std::pair<plan::Resource, std::string>;

class Reader {
 public:
  Reader(const IsOwnName& is_own, const std::string& boot) : is_own_(is_own), boot_(boot) {}

  ResetHistories read(const plan::JournalContent& journal) {
    for (const JournalEntry& entry : journal.entries)
      if (entry.state != JournalEntry::State::undone && is_known_kind(entry.step.resource.kind)) take(entry);
    ResetHistories found;
    for (const auto& [key, runs] : changed_) {
      found.histories.push_back({key.first, key.second});
      ResetHistory& history = found.histories.back();
      for (const Entries& run : runs) add_run(history, run);
      history.taken_away = history.taken_away || taken_away_by_reset_.count(key.first) != 0;
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
  void take(const JournalEntry& entry) {
    const plan::Step& step = entry.step;
    const bool is_reset = step.purpose == plan::Purpose::reset;
    if (entry.node.empty() || entry.boot.empty()) {
      old_ += is_reset ? 0 : 1;
      return;
    }
    if (!is_own_(entry.node)) {
      other_node_ = entry.node;
      of_others_ += is_reset ? 0 : 1;
      return;
    }
    if (!step.sync_journal && entry.boot != boot_) return;  // it ended with that boot
    if (is_reset) {
      // Of a reset that was killed half-way; what else it did shows in the observed state.
      if (deletes(step)) taken_away_by_reset_.insert(step.resource);
      return;
    }
    if (step.action == Action::repair) return;  // its values are those of the steps before it
    if (!is_complete(step)) {
      ++incomplete_;
      return;
    }
    const Key key{step.resource, step.resource.kind == Kind::filesystem ? step.detail : ""};
    const auto [index, is_new] = index_of_.try_emplace(key, changed_.size());
    if (is_new) changed_.push_back({key, {}});
    std::vector<Entries>& runs = changed_[index->second].second;
    if (runs.empty() || runs.back().front()->run != entry.run || runs.back().front()->boot != entry.boot)
      runs.emplace_back();
    runs.back().push_back(&entry);
  }

  const IsOwnName& is_own_;
  const std::string& boot_;
  std::vector<std::pair<Key, std::vector<Entries>>> changed_;
  std::map<Key, std::size_t> index_of_;
  std::set<plan::Resource> taken_away_by_reset_;
  std::size_t of_others_ = 0;
  std::string other_node_;
  std::size_t old_ = 0;
  std::size_t incomplete_ = 0;
};

}  // namespace

ResetHistories reset_histories(const plan::JournalContent& journal, const IsOwnName& is_own, const std::string& boot) {
  return Reader(is_own, boot).read(journal);
}

}  // namespace hanfs::node
