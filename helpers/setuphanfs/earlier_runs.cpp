// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/earlier_runs.hpp"

#include <algorithm>
#include <utility>

#include "run/command.hpp"
#include "setuphanfs/export_rules.hpp"
#include "setuphanfs/steps.hpp"

namespace hanfs::server {
namespace {

// Killed before its backup was journaled, or somebody has removed it: then it is made again.
bool backup_stands(app::Context& context, const UnfinishedRun& unfinished) {
  const Result<std::optional<std::string>> text = context.sources().file(exports_backup);
  return text && *text && (unfinished.backed_up || **text == unfinished.exports_text);
}

}  // namespace

void EarlierRuns::read(const Result<plan::JournalContent>& journal) {
  if (!options_.from.empty()) return;
  past_is_known_ = journal && journal->unreadable_since == 0;
  if (!journal) {
    report_.warnings.push_back("whether an earlier run ended well is not known: " + journal.error().what);
    return;
  }
  if (!past_is_known_)
    report_.warnings.push_back(std::to_string(journal->unreadable_since) + " lines at the end of the journal " +
                               context_.journal_path() +
                               " cannot be read, so what an earlier run left down may not be known; cure: compare "
                               "exportfs with /etc/exports, then --forget");
  unfinished_ = unfinished_runs(*journal, report_.observed);
  if (!unfinished_) return;
  report_.warnings.push_back(what_happened(*unfinished_));
  report_.observed.backup_stands = backup_stands(context_, *unfinished_);
  const aix::Subsystem* const nfsrgyd = report_.observed.daemons.find("nfsrgyd");
  // What was started by a boot since has read it.
  if (unfinished_->owes_restart() && nfsrgyd != nullptr && !context_.was_before_boot(unfinished_->run))
    report_.observed.nfsrgyd_to_restart = nfsrgyd->pid;
}

ObservedState EarlierRuns::before() const {
  return unfinished_ ? as_before(report_.observed, *unfinished_, options_.settings.directory) : report_.observed;
}

ObservedState EarlierRuns::with_others_back() const {
  ObservedState state = report_.observed;
  const ObservedState old = before();
  for (const aix::Export& row : old.exported)
    if (rows_of(state.exported, row.directory).empty() && !is_ours(row, options_.settings.directory, state))
      state.exported.push_back(row);
  state.daemons = old.daemons;
  return state;
}

DesiredState EarlierRuns::wanted() const {
  if (report_.desired) return *report_.desired;
  DesiredState here;
  here.directory = options_.settings.directory;
  return here;
}

plan::Plan EarlierRuns::owed(Owed part) const { return make_owed_plan(before(), report_.observed, wanted(), part); }

bool EarlierRuns::bring_back(Owed part) {
  if (options_.read_only() || owed(part).empty()) return true;
  const ObservedState goal = before();
  const auto purpose = options_.reset ? plan::Purpose::reset : plan::Purpose::change;
  if (const Status begun = server_apply_.begin(goal, purpose); !begun) {
    (void)is_still_down(Owed::all);
    app::abort_run(report_, begun.error().what, "fail", report::exit_not_observed);
    return false;
  }
  const ObservedState seen = report_.observed;
  Change change = server_apply_.restore(goal, seen, wanted(), part);
  report_.touched = true;
  report_.brought_back = report_.brought_back || !change.notes.empty();
  report_.verdict.changed += change.notes.size();
  report_.take(change);
  warn_of_next_boot(seen);
  app::report_unobserved(report_, report_.observed.unobserved, "looking again: ");
  if (change.by_xtab)
    report_.errors.emplace_back("exportfs does not answer, so nothing else was changed; cure: exportfs by hand");
  if (report_.observed.unobserved.empty() && !change.by_xtab) return true;
  end("unknown");
  app::count_steps(report_);
  app::set_status(report_, false);
  return false;
}

// Of the directory itself the run has its say.
void EarlierRuns::warn_of_next_boot(const ObservedState& seen) {
  const ObservedState& now = report_.observed;
  for (const aix::Export& row : now.exported) {
    if (!rows_of(seen.exported, row.directory).empty() || is_ours(row, options_.settings.directory, now)) continue;
    if (std::any_of(now.listed.begin(), now.listed.end(),
                    [&](const aix::Export& line) { return is_made_by(row, line); }))
      continue;
    report_.warnings.push_back(
        row.directory +
        " is exported as it was, but not at the next boot, as /etc/exports does not say so; cure: "
        "setuphanfs for that directory, or its line by hand");
  }
}

bool EarlierRuns::is_still_down(Owed part) {
  const plan::Plan rest = owed(part);
  for (const plan::Step& step : rest.steps)
    if (!options_.read_only())
      report_.errors.push_back("still down since the earlier run; cure: " + run::command_text(step.argv) +
                               ", or --forget where it is gone for good");
  return !rest.empty();
}

void EarlierRuns::show_in_plan() {
  const plan::Plan first = owed(Owed::to_others);
  report_.plan.steps.insert(report_.plan.steps.begin(), first.steps.begin(), first.steps.end());
}

Status EarlierRuns::forget() {
  if (!options_.discard || (past_is_known_ && !unfinished_)) return Done{};
  if (!options_.read_only())
    if (Status forgotten = server_apply_.discard_unfinished(report_.observed); !forgotten) return forgotten;
  plan::Plan left = owed(Owed::all);
  if (is_restart_owed(report_.observed)) restart_nfsrgyd(left.steps, report_.observed, plan::Purpose::repay);
  for (const plan::Step& step : left.steps)
    report_.notes.push_back("forgotten, what an earlier run had still to do: " + run::command_text(step.argv));
  unfinished_.reset();
  past_is_known_ = true;
  report_.observed.backup_stands = false;
  report_.observed.nfsrgyd_to_restart.clear();
  return Done{};
}

void EarlierRuns::end(const std::string& state) {
  report_.verdict.state = state;
  const bool is_settled = !is_still_down(Owed::all) && past_is_known_ && !is_restart_owed(report_.observed);
  server_apply_.end(is_settled ? state : "unsettled");
}

}  // namespace hanfs::server
