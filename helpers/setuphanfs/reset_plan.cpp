// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/reset_plan.hpp"

#include <algorithm>
#include <utility>

#include "report/table.hpp"
#include "setuphanfs/exports_edit.hpp"
#include "setuphanfs/steps.hpp"
#include "setuphanfs/unfinished_run.hpp"
#include "text/words.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;
using plan::Action;
using plan::JournalEntry;
using plan::Step;

class ResetPlanner {
 public:
  ResetPlanner(const ObservedState& now, const BeforeHanfs& before, const std::string& directory)
      : now_(now),
        before_(before),
        directory_(directory),
        old_lines_(aix::parse_exports(before.exports_text.value_or("")).rows),
        goal_(now) {
    goal_.exported = rows_if(now.exported, [&](const aix::Export& row) { return !ours(row); });
    const Rows old = rows_if(before.exported, [&](const aix::Export& row) { return ours(row); });
    goal_.exported.insert(goal_.exported.end(), old.begin(), old.end());
    edit_ = edit_of(
        now.exports_text, [&](const aix::Export& row) { return ours(row) && is_written(row) && !was_listed(row); },
        missing_entries());
    if (const Result<ExportsText> text = edited(edit_, now.exports_text)) goal_.exports_text = *text;
    // rc.nfs goes by whether there is a file (lib/aix/README.md "Exports: rules"), so one that was not there goes,
    // unless it holds what others wrote.
    if (!edit_.out.empty() && !before.exports_text && text::trimmed(goal_.exports_text.value_or("")).empty()) {
      goal_.exports_text.reset();
      edit_.exact = plan::TextEdit::Exact{now.exports_text, std::nullopt};
    }
    goal_.listed = aix::parse_exports(goal_.exports_text.value_or("")).rows;
  }

  ResetPlan make() {
    find_obstacles();
    withdraw_ours();
    edit_file();
    switch_mode_off();
    bring_back();
    find_refused();
    if (is_restart_owed(now_)) {
      restart_nfsrgyd(made_.plan.steps, now_, plan::Purpose::reset);
      if (!rows_if(now_.exported, is_v4).empty()) made_.interruptions.emplace_back("restarts nfsrgyd");
    }
    for (Step& step : made_.plan.steps) step.purpose = plan::Purpose::reset;
    made_.plan.one_sequence = true;
    made_.needs_partner =
        !made_.interruptions.empty() &&
        std::any_of(now_.exported.begin(), now_.exported.end(), [&](const aix::Export& row) { return ours(row); });
    say_what_stays();
    return std::move(made_);
  }

 private:
  bool ours(const aix::Export& row) const { return is_ours(row, directory_, now_); }
  bool is_written(const aix::Export& row) const {
    return std::any_of(before_.written.begin(), before_.written.end(),
                       [&](const aix::Export& written) { return same_but_sec(row, written); });
  }
  // As what a killed run left down is brought back while replication is off.
  bool is_written_without_replicas(const aix::Export& row) const {
    return std::any_of(before_.written.begin(), before_.written.end(),
                       [&](const aix::Export& written) { return same_but_sec(row, without_replicas(written)); });
  }
  bool is_old(const aix::Export& row) const {
    return std::any_of(before_.exported.begin(), before_.exported.end(),
                       [&](const aix::Export& old) { return is_made_by(row, old) || is_made_by(old, row); });
  }
  bool was_listed(const aix::Export& row) const { return has_row(old_lines_, row); }
  bool is_as_before(const std::string& path) const {
    return same_rows(rows_of(now_.exported, path), rows_of(goal_.exported, path));
  }
  bool switches_mode_off() const {
    return before_.turned_mode_on && now_.mode == ReplicationMode::on && need_mode().empty();
  }
  Rows others() const {
    return rows_if(now_.exported, [&](const aix::Export& row) { return !ours(row); });
  }
  // Of others: what would be interrupted, and what needs replication at the next boot.
  Rows need_mode() const {
    Rows rows = rows_if(others(), is_v4);
    for (const aix::Export& line : now_.listed)
      if (!ours(line) && line.has("replicas") && rows_of(rows, line.directory).empty()) rows.push_back(line);
    return rows;
  }
  // The mode cannot be switched while anything is exported for NFSv4.
  bool changes(const std::string& path) const {
    const Rows rows = rows_of(now_.exported, path);
    return !is_as_before(path) || (switches_mode_off() && std::any_of(rows.begin(), rows.end(), is_v4));
  }

  // AIX has no command that takes a domain away, and who needs the daemons meanwhile is not known.
  void say_what_stays() {
    if (now_.domain != before_.domain)
      made_.notes.push_back("the NFSv4 domain stays " + now_.domain.value_or("not set") + "; it was " +
                            before_.domain.value_or("not known to be set"));
    std::vector<std::string> started = active_daemons(now_);
    started.erase(std::remove_if(started.begin(), started.end(),
                                 [&](const std::string& daemon) {
                                   return std::find(before_.daemons.begin(), before_.daemons.end(), daemon) !=
                                          before_.daemons.end();
                                 }),
                  started.end());
    if (!started.empty())
      made_.notes.push_back(report::joined(started, ", ") +
                            " did not run before setuphanfs, and still run: somebody else may use NFS by now; by hand, "
                            "one by one: stopsrc -s NAME");
  }

  // Lines of the old file that are not in the present one.
  std::vector<std::string> missing_entries() const {
    return edit_of(before_.exports_text,
                   [&](const aix::Export& row) { return ours(row) && !has_row(now_.listed, row); }, {})
        .out;
  }

  void find_obstacles() {
    for (const Rows* rows : {&now_.exported, &now_.listed})
      for (const aix::Export& row : *rows) {
        if (!ours(row) || is_written(row) || is_old(row)) continue;
        if (rows == &now_.listed ? was_listed(row) : is_written_without_replicas(row)) continue;
        made_.obstacles.push_back(aix::render_export(row) +
                                  (rows == &now_.exported ? " is exported" : " stands in /etc/exports") +
                                  ", which is not how setuphanfs left it: somebody has changed it since; cure: take it "
                                  "back by hand, /etc/exports.before-hanfs and the journal say what was there");
      }
  }

  void withdraw_ours() {
    Rows rows = rows_if(now_.exported, [&](const aix::Export& row) { return ours(row); });
    std::stable_partition(rows.begin(), rows.end(), is_v4);
    for (const std::string& path : directories_of(rows)) {
      if (!changes(path)) continue;
      const Rows old = rows_of(goal_.exported, path);
      const bool replicas = std::any_of(old.begin(), old.end(), [](const aix::Export& r) { return r.has("replicas"); });
      made_.plan.steps.push_back(withdraw(Action::withdraw, path,
                                          is_as_before(path)
                                              ? "replication cannot be switched off while it is exported; it comes back"
                                              : "it was not exported so before setuphanfs"));
      made_.interruptions.push_back("withdraws " + path +
                                    (old.empty() ? ": it is exported no more"
                                     : replicas  ? " for a moment"
                                                 : " for a moment; nodes cannot fail over any more"));
    }
  }

  // Before the mode goes that the line with replicas needs: a server that boots meanwhile serves one form or the other.
  void edit_file() {
    if (edit_.out.empty() && edit_.in.empty()) return;
    plan::FileChange change{exports_file, std::nullopt};
    change.edit = edit_;
    if (now_.exports_text && !now_.backup_stands)
      made_.plan.steps.push_back(file_step(Action::back_up, "/etc/exports as it is now",
                                           {exports_backup, now_.exports_text, exports_file, false}));
    made_.plan.steps.push_back(file_step(
        Action::set,
        "as before setuphanfs: " + as_words(edit_) + (goal_.exports_text ? "" : ", and there was no such file"),
        std::move(change)));
  }

  void switch_mode_off() {
    if (!before_.turned_mode_on || now_.mode != ReplicationMode::on) return;
    if (!switches_mode_off()) {
      made_.notes.push_back(
          "replication stays on, which does no harm: to switch it off would interrupt, or take the "
          "replicas from, " +
          report::joined(directories_of(need_mode()), ", ") +
          "; by hand: chnfs -R off, while nothing is exported for NFSv4");
      return;
    }
    goal_.mode = ReplicationMode::off;
    made_.plan.steps.push_back(
        set_mode(false, "replication was off before setuphanfs; this restarts nfsd", active_daemons(now_)));
    if (!others().empty() && now_.daemons.is_active("nfsd"))
      made_.interruptions.push_back("restarts nfsd under the clients of " +
                                    report::joined(directories_of(others()), ", "));
  }

  void bring_back() {
    const Rows old = rows_if(goal_.exported, [&](const aix::Export& row) { return ours(row); });
    for (const std::string& path : directories_of(old))
      if (changes(path)) add_back(made_.plan.steps, goal_, path, "it was exported before setuphanfs");
  }

  // What AIX would not take any more: nothing is withdrawn to find that out.
  void find_refused() {
    for (const aix::Export& row : goal_.exported) {
      if (!ours(row) || !changes(row.directory)) continue;
      const std::string why = reason_refused_anew(goal_, row);
      if (why.empty()) continue;
      made_.obstacles.push_back(
          aix::render_export(row) + " was exported before setuphanfs, and AIX would refuse to export it again: " + why +
          "; cure: put that right first, or keep what is exported now; to go without it: exportfs -u " + row.directory +
          " and its line in /etc/exports, by hand");
    }
  }

  const ObservedState& now_;
  const BeforeHanfs& before_;
  const std::string& directory_;
  const Rows old_lines_;  // of the old file
  ObservedState goal_;
  plan::TextEdit edit_;
  ResetPlan made_;
};

}  // namespace

std::optional<BeforeHanfs> before_hanfs(const plan::JournalContent& journal, const ObservedState& now) {
  std::optional<BeforeHanfs> before;
  bool mode_was_on = false;           // before the first of them
  const JournalEntry* run = nullptr;  // the record of the run whose steps follow
  for (const JournalEntry& entry : journal.entries) {
    if (const plan::ServerState* record = record_in(entry)) {
      const bool counts = !is_of_another_node(*record, now) && entry.state != JournalEntry::State::undone;
      run = counts ? &entry : nullptr;
      if (counts && entry.step.purpose == plan::Purpose::reset && entry.state == JournalEntry::State::done)
        before.reset();
      continue;
    }
    const Step& step = entry.step;
    if (run == nullptr || entry.run != run->run || step.purpose != plan::Purpose::change ||
        run->step.purpose == plan::Purpose::reset || step.action == Action::back_up || is_outage(step))
      continue;
    const plan::ServerState& record = *record_in(*run);
    if (!before) {
      before.emplace();
      before->exported = aix::parse_exports(record.exports).rows;
      before->exports_text = run->step.undo_file->content;
      before->domain = record.domain;
      before->daemons = record.daemons;
      mode_was_on = record.replication == true;
    }
    if (!step.expect) continue;
    if (const auto* mode = std::get_if<plan::ServerMode>(&step.expect->value))
      before->turned_mode_on = before->turned_mode_on || (mode->replication && !mode_was_on);
    if (const auto* rows = std::get_if<plan::ExportRows>(&step.expect->value))
      if (rows->match == plan::ExportRows::Match::served)
        for (aix::Export& row : aix::parse_exports(rows->rows).rows) before->written.push_back(std::move(row));
  }
  return before;
}

Written written_by_hanfs(const BeforeHanfs& before, const std::string& directory, const ObservedState& now) {
  Written written;
  for (const aix::Export& row : before.written) {
    if (is_ours(row, directory, now)) {
      written.here = true;
    } else if (std::find(written.elsewhere.begin(), written.elsewhere.end(), row.directory) ==
               written.elsewhere.end()) {
      written.elsewhere.push_back(row.directory);
    }
  }
  return written;
}

ResetPlan make_reset_plan(const ObservedState& now, const BeforeHanfs& before, const std::string& directory) {
  return ResetPlanner(now, before, directory).make();
}

}  // namespace hanfs::server
