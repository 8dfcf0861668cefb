// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/unfinished_run.hpp"

#include <algorithm>

#include "aix/text.hpp"
#include "run/command.hpp"
#include "setuphanfs/export_rules.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;
using plan::JournalEntry;

constexpr const char* record_id = "setuphanfs:run";

// "mode=off domain=example.com daemons=nfsd,nfsrgyd": the words of a record. A domain has no blanks.
std::string situation(const ObservedState& observed) {
  std::string text = "mode=";
  text += observed.mode == ReplicationMode::on ? "on" : observed.mode == ReplicationMode::off ? "off" : "unknown";
  if (observed.domain) text += " domain=" + *observed.domain;
  text += " daemons=";
  for (const char* daemon : needed_daemons)
    if (observed.daemons.is_active(daemon)) text += std::string(text.back() == '=' ? "" : ",") + daemon;
  return text;
}

void read_situation(const std::string& text, UnfinishedRun& unfinished) {
  for (const std::string_view word : aix::text::split(text, ' ')) {
    const std::size_t equals = std::min(word.find('='), word.size() - 1);
    const std::string_view name = word.substr(0, equals);
    const std::string_view value = word.substr(equals + 1);
    if (name == "mode" && value == "on") unfinished.mode = ReplicationMode::on;
    if (name == "mode" && value == "off") unfinished.mode = ReplicationMode::off;
    if (name == "domain") unfinished.domain = std::string(value);
    if (name != "daemons") continue;
    for (const std::string_view daemon : aix::text::split(value, ','))
      if (!daemon.empty()) unfinished.daemons.emplace_back(daemon);
  }
}

bool has_begun(const UnfinishedRun& unfinished, const std::string& id) {
  return std::any_of(unfinished.begun.begin(), unfinished.begun.end(),
                     [&](const plan::Step& step) { return step.id == id; });
}

// The file apart from our own entries.
std::string of_others(const std::string& text, const std::string& directory, const std::vector<aix::Mount>& mounts) {
  return without_entries(text, [&](const aix::Export& row) { return is_ours(row, directory, mounts); });
}

bool is_missing(const aix::Export& row, const ObservedState& now, const UnfinishedRun& unfinished,
                const std::string& directory) {
  const std::string& path = row.directory;
  if (!rows_of(now.exported, path).empty()) return false;
  // Only what those runs withdrew themselves, or what a restart of nfsd may have taken along.
  if (!has_begun(unfinished, "withdraw:" + path) && !has_begun(unfinished, "leave:" + path) &&
      !has_begun(unfinished, "mode"))
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
  plan::Step record;
  record.id = record_id;
  record.why = "what the server was like before this run";
  record.expect = plan::Expectation{"server", situation(before), text_of(before.exported)};
  record.undo_file = plan::FileChange{"/etc/exports", before.exports_text, ""};
  record.sync_journal = true;
  return record;
}

std::optional<UnfinishedRun> unfinished_runs(const plan::JournalContent& journal) {
  using State = JournalEntry::State;
  UnfinishedRun unfinished;
  std::vector<std::string> runs;
  for (const JournalEntry& entry : journal.entries) {
    if (entry.step.id == record_id && entry.step.expect && entry.step.undo_file) {
      if (entry.state == State::done || entry.state == State::undone) {
        unfinished = UnfinishedRun{};
        runs.clear();
        continue;
      }
      if (runs.empty()) {
        unfinished.exported = aix::parse_exports(entry.step.expect->value).rows;
        unfinished.exports_text = entry.step.undo_file->content;
        read_situation(entry.step.expect->subject, unfinished);
      }
      runs.push_back(entry.run);
      unfinished.time = entry.time;
      unfinished.killed = entry.state == State::begun;
      continue;
    }
    if (std::find(runs.begin(), runs.end(), entry.run) == runs.end()) continue;
    if (entry.step.id == "backup") {
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
  if (has_begun(unfinished, "mode")) now.mode = unfinished.mode;
  if (has_begun(unfinished, "domain") && unfinished.domain) now.domain = unfinished.domain;
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
    const std::string what = step.file ? "write " + step.file->path : run::command_text(step.argv);
    if (std::find(reported.begin(), reported.end(), what) != reported.end()) continue;
    text += (reported.empty() ? "" : ", ") + what;
    reported.push_back(what);
  }
  return text;
}

}  // namespace hanfs::server
