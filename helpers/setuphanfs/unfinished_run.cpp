// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/unfinished_run.hpp"

#include <algorithm>

#include "plan/step_text.hpp"
#include "setuphanfs/export_rules.hpp"
#include "setuphanfs/steps.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;
using plan::Action;
using plan::JournalEntry;
using plan::Kind;

ReplicationMode mode_of(std::optional<bool> replication) {
  return !replication ? ReplicationMode::unknown : *replication ? ReplicationMode::on : ReplicationMode::off;
}

bool has_begun(const UnfinishedRun& unfinished, Action action, const plan::Resource& resource) {
  return std::any_of(unfinished.begun.begin(), unfinished.begun.end(), [&](const plan::Step& step) {
    return step.purpose == plan::Purpose::change && step.action == action && step.resource == resource;
  });
}

bool has_set(const UnfinishedRun& unfinished, Kind kind) { return has_begun(unfinished, Action::set, {kind, ""}); }

// The file apart from our own entries.
std::string of_others(const std::string& text, const std::string& directory, const std::vector<aix::Mount>& mounts) {
  return without_entries(text, [&](const aix::Export& row) { return is_ours(row, directory, mounts); });
}

bool is_missing(const aix::Export& row, const ObservedState& now, const UnfinishedRun& unfinished,
                const std::string& directory) {
  const std::string& path = row.directory;
  if (!rows_of(now.exported, path).empty()) return false;
  // Only what those runs withdrew themselves, or what a restart of nfsd may have taken along.
  const plan::Resource resource{Kind::exported, path};
  if (!has_begun(unfinished, Action::withdraw, resource) &&
      !has_begun(unfinished, Action::withdraw_for_a_moment, resource) && !has_set(unfinished, Kind::mode))
    return false;
  if (is_ours(row, directory, now.mounts))  // beside a new export of ours the old ones have no place
    return std::none_of(now.exported.begin(), now.exported.end(), [&](const aix::Export& other) {
      return is_ours(other, directory, now.mounts) && rows_of(unfinished.exported, other.directory).empty();
    });
  const bool was_listed =
      unfinished.exports_text && !rows_of(aix::parse_exports(*unfinished.exports_text).rows, path).empty();
  return !was_listed || !rows_of(now.listed, path).empty();  // else somebody has taken it out of /etc/exports since
}

}  // namespace

plan::Step record_of(const ObservedState& before) {
  plan::ServerState state;
  if (before.mode != ReplicationMode::unknown) state.replication = before.mode == ReplicationMode::on;
  state.domain = before.domain;
  state.daemons = active_daemons(before);
  state.exports = text_of(before.exported);
  plan::Step record;
  record.resource = {Kind::server, ""};
  record.why = "what the server was like before this run";
  record.expect = plan::Expectation{record.resource, state};
  record.undo_file = plan::FileChange{exports_file, before.exports_text, ""};
  record.sync_journal = true;
  return record;
}

std::optional<UnfinishedRun> unfinished_runs(const plan::JournalContent& journal) {
  using State = JournalEntry::State;
  UnfinishedRun unfinished;
  std::vector<std::string> runs;
  for (const JournalEntry& entry : journal.entries) {
    const auto* before = entry.step.expect ? std::get_if<plan::ServerState>(&entry.step.expect->value) : nullptr;
    if (before != nullptr && entry.step.undo_file) {
      if (entry.state == State::done || entry.state == State::undone) {
        unfinished = UnfinishedRun{};
        runs.clear();
        continue;
      }
      if (runs.empty()) {
        unfinished.exported = aix::parse_exports(before->exports).rows;
        unfinished.exports_text = entry.step.undo_file->content;
        unfinished.mode = mode_of(before->replication);
        unfinished.domain = before->domain;
        unfinished.daemons = before->daemons;
      }
      runs.push_back(entry.run);
      unfinished.time = entry.time;
      unfinished.killed = entry.state == State::begun;
      continue;
    }
    if (std::find(runs.begin(), runs.end(), entry.run) == runs.end()) continue;
    if (entry.step.action == Action::back_up) {
      unfinished.backed_up = unfinished.backed_up || entry.state == State::done;
    } else {
      unfinished.begun.push_back(entry.step);
    }
  }
  if (unfinished.begun.empty()) return std::nullopt;
  return unfinished;
}

ObservedState as_before(ObservedState now, const UnfinishedRun& unfinished, const std::string& directory) {
  Rows missing =
      rows_if(unfinished.exported, [&](const aix::Export& row) { return is_missing(row, now, unfinished, directory); });
  now.exported.insert(now.exported.end(), missing.begin(), missing.end());
  // A file that somebody has changed since stays as it is.
  if (of_others(unfinished.exports_text.value_or(""), directory, now.mounts) ==
      of_others(now.exports_text.value_or(""), directory, now.mounts)) {
    now.exports_text = unfinished.exports_text;
    now.listed = aix::parse_exports(unfinished.exports_text.value_or("")).rows;
  }
  if (has_set(unfinished, Kind::mode)) now.mode = unfinished.mode;
  if (has_set(unfinished, Kind::domain) && unfinished.domain) now.domain = unfinished.domain;
  for (const std::string& daemon : unfinished.daemons)
    for (aix::Subsystem& row : now.daemons.rows)
      if (row.name == daemon) row.status = "active";
  return now;
}

std::string what_happened(const UnfinishedRun& unfinished) {
  std::string text = "an earlier run (" + unfinished.time + ") " +
                     (unfinished.killed ? "did not end (killed, or still at work)" : "failed half-way") +
                     "; what was begun since the last one that ended well: ";
  std::vector<std::string> reported;
  for (const plan::Step& step : unfinished.begun) {
    const std::string what = plan::text_of(step);
    if (std::find(reported.begin(), reported.end(), what) != reported.end()) continue;
    text += (reported.empty() ? "" : ", ") + what;
    reported.push_back(what);
  }
  return text;
}

}  // namespace hanfs::server
