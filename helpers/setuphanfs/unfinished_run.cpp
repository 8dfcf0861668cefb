// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/unfinished_run.hpp"

#include <algorithm>
#include <utility>

#include "plan/step_text.hpp"
#include "setuphanfs/export_rules.hpp"
#include "setuphanfs/exports_edit.hpp"
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

// Not what took back, or repaid, what another step had done.
bool is_forward(const plan::Step& step) {
  return step.purpose == plan::Purpose::change || step.purpose == plan::Purpose::reset;
}

bool has_begun(const UnfinishedRun& unfinished, Action action, const plan::Resource& resource) {
  return std::any_of(unfinished.begun.begin(), unfinished.begun.end(), [&](const plan::Step& step) {
    return is_forward(step) && step.action == action && step.resource == resource;
  });
}

bool has_set(const UnfinishedRun& unfinished, Kind kind) { return has_begun(unfinished, Action::set, {kind, ""}); }

// Only what those runs withdrew themselves, or what a restart of nfsd, or an outage, may have taken along.
bool may_be_taken(const std::string& path, const UnfinishedRun& unfinished) {
  const plan::Resource resource{Kind::exported, path};
  return has_begun(unfinished, Action::withdraw, resource) ||
         has_begun(unfinished, Action::withdraw_for_a_moment, resource) || has_set(unfinished, Kind::mode) ||
         unfinished.has_outage();
}

// Something is exported that was not there before, and beside which AIX refuses the old row; or it serves those who
// used that, at the directory or below it.
bool is_replaced(const aix::Export& row, const ObservedState& now, const UnfinishedRun& unfinished,
                 const std::string& directory) {
  return std::any_of(now.exported.begin(), now.exported.end(), [&](const aix::Export& other) {
    if (same_rows(rows_of(unfinished.exported, other.directory), rows_of(now.exported, other.directory))) return false;
    return collides(other, plain_path(row.directory), now.mounts) ||
           collides(row, plain_path(other.directory), now.mounts) ||
           (is_ours(row, directory, now) && is_ours(other, directory, now));
  });
}

// `now`: with /etc/exports as it is without what those runs did to it.
Rows to_bring_back(const aix::Export& row, const ObservedState& now, const UnfinishedRun& unfinished,
                   const std::string& directory) {
  if (!rows_of(now.exported, row.directory).empty() || !may_be_taken(row.directory, unfinished) ||
      is_replaced(row, now, unfinished, directory))
    return {};
  Rows rows = to_export_again(row, aix::parse_exports(unfinished.exports_text.value_or("")).rows, now.listed);
  return rows.empty() && is_ours(row, directory, now) ? Rows{row} : rows;
}

Rows rows_in(const std::vector<std::string>& entries) {
  Rows rows;
  for (const std::string& entry : entries)
    for (aix::Export& row : aix::parse_exports(entry).rows) rows.push_back(std::move(row));
  return rows;
}

// Its lines are exported by now; or it has only taken lines out, and none of them is.
bool is_in_effect(const plan::TextEdit& edit, const ObservedState& now) {
  const Rows lines = rows_in(edit.in.empty() ? edit.out : edit.in);
  const bool any_exported = std::any_of(lines.begin(), lines.end(), [&](const aix::Export& line) {
    return std::any_of(now.exported.begin(), now.exported.end(),
                       [&](const aix::Export& row) { return is_made_by(row, line); });
  });
  return edit.in.empty() ? !any_exported : any_exported;
}

bool is_of_ours(const plan::TextEdit& edit, const ObservedState& now, const std::string& directory) {
  const auto any_of_ours = [&](const Rows& lines) {
    return std::any_of(lines.begin(), lines.end(),
                       [&](const aix::Export& line) { return is_ours(line, directory, now); });
  };
  return any_of_ours(rows_in(edit.in)) || any_of_ours(rows_in(edit.out));
}

// Without what those edits did to it, as far as nobody has changed that since.
void take_back(const std::vector<plan::TextEdit>& edits, ObservedState& state) {
  for (auto edit = edits.rbegin(); edit != edits.rend(); ++edit)
    if (is_made(*edit, state.exports_text))
      if (Result<ExportsText> text = edited(reversed(*edit), state.exports_text)) state.exports_text = std::move(*text);
  state.listed = aix::parse_exports(state.exports_text.value_or("")).rows;
}

}  // namespace

bool UnfinishedRun::has_outage() const { return std::any_of(begun.begin(), begun.end(), is_outage); }
bool UnfinishedRun::is_outage_alone() const { return std::all_of(begun.begin(), begun.end(), is_outage); }

bool UnfinishedRun::owes_restart() const {
  const auto changed = std::find_if(begun.rbegin(), begun.rend(),
                                    [](const plan::Step& step) { return step.resource.kind == Kind::domain; });
  return changed != begun.rend() && std::none_of(begun.rbegin(), changed, [](const plan::Step& step) {
           return step.action == Action::start && step.resource == plan::Resource{Kind::daemon, "nfsrgyd"};
         });
}

plan::Step record_of(const ObservedState& before) {
  plan::ServerState state;
  state.node = before.node;
  for (const aix::InterfaceAddress& one : before.interfaces.addresses())
    if (!one.inet6 && one.address != "127.0.0.1") state.addresses.push_back(one.address);
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

const plan::ServerState* record_in(const JournalEntry& entry) {
  if (!entry.step.expect || !entry.step.undo_file) return nullptr;
  return std::get_if<plan::ServerState>(&entry.step.expect->value);
}

bool is_of_another_node(const plan::ServerState& record, const ObservedState& now) {
  if (record.node.empty() || record.node == now.node) return false;
  return std::none_of(record.addresses.begin(), record.addresses.end(),
                      [&](const std::string& address) { return now.interfaces.has_address(address); });
}

std::optional<UnfinishedRun> unfinished_runs(const plan::JournalContent& journal, const ObservedState& now) {
  using State = JournalEntry::State;
  UnfinishedRun unfinished;
  std::vector<std::string> runs;
  for (const JournalEntry& entry : journal.entries) {
    if (const plan::ServerState* before = record_in(entry)) {
      if (is_of_another_node(*before, now)) continue;
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
      unfinished.run = entry.run;
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
  std::vector<plan::TextEdit> edits;
  for (const plan::Step& step : unfinished.begun)
    if (is_forward(step) && step.file && step.file->edit) edits.push_back(*step.file->edit);
  ObservedState without_edits = now;
  take_back(edits, without_edits);
  Rows missing;
  for (const aix::Export& row : unfinished.exported)
    for (aix::Export& one : to_bring_back(row, without_edits, unfinished, directory))
      if (!has_row(missing, one)) missing.push_back(std::move(one));
  now.exported.insert(now.exported.end(), missing.begin(), missing.end());
  // What the nodes used goes with the file and the mode of that time.
  if (!rows_if(missing, [&](const aix::Export& row) { return is_ours(row, directory, now); }).empty()) {
    for (const plan::TextEdit& edit : edits)
      if (is_of_ours(edit, now, directory) && !is_in_effect(edit, now)) now.edits.push_back(edit);
    take_back(now.edits, now);
    if (has_set(unfinished, Kind::mode)) now.mode = unfinished.mode;
  }
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
