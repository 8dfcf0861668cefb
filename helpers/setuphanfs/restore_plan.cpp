// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/restore_plan.hpp"

#include <algorithm>
#include <utility>

#include "aix/commands.hpp"
#include "setuphanfs/expectations.hpp"
#include "setuphanfs/exports_edit.hpp"
#include "setuphanfs/steps.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;
using plan::Action;
using plan::Purpose;
using plan::Step;

// One failure must not keep the rest down. What cannot be read back is judged by how its command ends.
plan::Plan try_everything(std::vector<Step> steps, const ObservedState& now) {
  for (Step& one : steps) {
    one.abort_sequence = false;
    if (!one.expect || can_be_judged(now, *one.expect)) continue;
    one.expect.reset();
    one.wait = std::chrono::milliseconds(0);
  }
  return plan::Plan{std::move(steps), true};
}

// Left down by earlier runs.
plan::Plan owed(std::vector<Step> steps, const ObservedState& now) {
  for (Step& one : steps) one.purpose = Purpose::repay;
  return try_everything(std::move(steps), now);
}

void start_what_ran(std::vector<Step>& steps, const ObservedState& before, const ObservedState& now) {
  const bool seen = !is_unobserved(now, "lssrc");
  for (const std::string& daemon : active_daemons(before))
    if (!now.daemons.is_active(daemon))
      steps.push_back(
          start(daemon, daemon + (seen ? " ran before" : " ran before, and whether it runs now cannot be seen")));
}

// Why the directory comes back in its new form and not in its old one: nodes are to be served. Empty: in its old one,
// also where no new form is known.
std::string reason_for_new_form(const ObservedState& before, const DesiredState& desired,
                                const std::string& directory) {
  const Rows old = rows_of(before.exported, directory);
  if (plain_path(directory) != desired.directory || desired.export_row.directory.empty()) return "";
  for (const aix::Export& row : old) {
    if (!row.has("replicas")) continue;
    if (std::string why = reason_refused_anew(before, row); !why.empty()) return why;
  }
  return "";
}

bool is_in_new_form(const ObservedState& now, const DesiredState& desired, const std::string& directory) {
  const Rows rows = rows_of(now.exported, directory);
  return rows.size() == 1 && serves(rows.front(), desired.export_row);
}

void bring_back_ours(std::vector<Step>& steps, const ObservedState& before, const ObservedState& now,
                     const DesiredState& desired, bool explicit_options) {
  for (const std::string& directory : directories_of(rows_if(
           before.exported, [&](const aix::Export& row) { return is_ours(row, desired.directory, before.mounts); }))) {
    if (same_rows(rows_of(before.exported, directory), rows_of(now.exported, directory))) continue;
    const std::string why = reason_for_new_form(before, desired, directory);
    if (why.empty()) {
      add_back(steps, before, directory, "it was exported before", explicit_options);
    } else if (!is_in_new_form(now, desired, directory)) {
      // While replication is off the kernel takes no replicas.
      const aix::Export row =
          before.mode == ReplicationMode::on ? desired.export_row : without(desired.export_row, {"replicas", "noauto"});
      steps.push_back(step({plan::Kind::exported, directory}, Action::bring_back,
                           "AIX refuses what was exported before (" + why + "), so it is what was wanted",
                           aix::export_directory_as(directory, options_text(row)),
                           plan::ExportRows{plan::ExportRows::Match::served, aix::render_export(row)}));
    }
  }
}

// Of others than the directory.
void bring_back_missing(std::vector<Step>& steps, const ObservedState& before, const ObservedState& now,
                        const std::string& directory, bool explicit_options) {
  const auto is_other = [&](const aix::Export& row) { return !is_ours(row, directory, before.mounts); };
  for (const std::string& other : directories_of(rows_if(before.exported, is_other)))
    if (!same_rows(rows_of(before.exported, other), rows_of(now.exported, other)))
      add_back(steps, before, other, "it was exported before", explicit_options);
}

// Our own edits and nothing else, the last one first.
void take_back_edits(std::vector<Step>& steps, const ObservedState& before, const ObservedState& now) {
  ExportsText text = now.exports_text;
  for (std::size_t i = before.edits.size(); i-- > 0;) {
    if (!is_made(before.edits[i], text)) continue;
    plan::FileChange change{exports_file, std::nullopt};
    change.edit = reversed(before.edits[i]);
    const Result<ExportsText> after = edited(*change.edit, text);
    if (!after) continue;
    text = *after;
    const std::string why = "/etc/exports as it was: " + as_words(*change.edit);
    steps.push_back(file_step(Action::set, why, std::move(change)));
    steps.back().purpose = Purpose::undo;
    if (i > 0) steps.back().detail = std::to_string(i);
  }
}

// Daemons and exports of others. What cannot be seen is not missing.
std::vector<Step> what_is_missing(const ObservedState& before, const ObservedState& now, const std::string& directory,
                                  bool explicit_options) {
  std::vector<Step> steps;
  if (!is_unobserved(now, "lssrc")) start_what_ran(steps, before, now);
  if (!is_unobserved(now, "exportfs")) bring_back_missing(steps, before, now, directory, explicit_options);
  return steps;
}

}  // namespace

plan::Plan make_restore_plan(const ObservedState& before, const ObservedState& seen, const DesiredState& desired,
                             bool explicit_options) {
  ObservedState now = seen;
  if (is_unobserved(now, "exportfs")) now.exported.clear();
  std::vector<Step> steps;
  const Rows ours =
      rows_if(now.exported, [&](const aix::Export& row) { return is_ours(row, desired.directory, now.mounts); });
  for (const std::string& directory : directories_of(ours)) {
    if (same_rows(rows_of(before.exported, directory), rows_of(now.exported, directory))) continue;
    if (!reason_for_new_form(before, desired, directory).empty() && is_in_new_form(now, desired, directory)) continue;
    steps.push_back(withdraw(Action::withdraw, directory, "it was not exported so before"));
    steps.back().purpose = Purpose::undo;
  }
  const Rows others = rows_if(
      now.exported, [&](const aix::Export& row) { return is_v4(row) && !is_ours(row, desired.directory, now.mounts); });
  // At every moment the line that a boot would find fits the mode: replicas need it, the old line does not mind it.
  if (before.mode == ReplicationMode::on && now.mode == ReplicationMode::off && others.empty()) {
    steps.push_back(set_mode(true, "replication was on before", active_daemons(before)));
    steps.back().purpose = Purpose::undo;
  }
  take_back_edits(steps, before, now);
  // An nfsd that says "on" now and did not tell before was off (variants of lib/aix/README.md "Unknown: NFS", 10).
  if (before.mode != ReplicationMode::on && now.mode == ReplicationMode::on && others.empty()) {
    const auto daemons = is_unobserved(now, "lssrc") ? std::vector<std::string>{} : active_daemons(before);
    steps.push_back(set_mode(false, "replication was off before", daemons));
    steps.back().purpose = Purpose::undo;
  }
  if (before.domain && now.domain != before.domain)
    set_domain(steps, now, *before.domain, "the NFSv4 domain it had", Purpose::undo);
  start_what_ran(steps, before, now);
  bring_back_ours(steps, before, now, desired, explicit_options);  // nodes wait for it
  bring_back_missing(steps, before, now, desired.directory, explicit_options);
  return try_everything(std::move(steps), now);
}

plan::Plan make_missing_exports_plan(const ObservedState& before, const ObservedState& now,
                                     const std::string& directory, bool explicit_options) {
  std::vector<Step> steps = what_is_missing(before, now, directory, explicit_options);
  return owed(std::move(steps), now);
}

plan::Plan make_own_exports_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                                 bool explicit_options) {
  std::vector<Step> steps;
  const auto is_own = [&](const aix::Export& row) { return is_ours(row, desired.directory, now.mounts); };
  const auto is_other = [&](const aix::Export& row) {
    return is_own(row) && !same_rows(rows_of(before.exported, row.directory), rows_of(now.exported, row.directory));
  };
  // /etc/exports stays as it is: where an earlier run has changed our lines, it does not say what was exported.
  explicit_options = explicit_options || !same_rows(rows_if(before.listed, is_own), rows_if(now.listed, is_own));
  if (!is_unobserved(now, "exportfs") && rows_if(now.exported, is_other).empty())
    bring_back_ours(steps, before, now, desired, explicit_options);
  return owed(std::move(steps), now);
}

plan::Plan make_owed_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired, Owed owed,
                          bool explicit_options) {
  if (owed == Owed::to_nodes) return make_own_exports_plan(before, now, desired, explicit_options);
  plan::Plan all = make_missing_exports_plan(before, now, desired.directory, explicit_options);
  if (owed == Owed::to_others) return all;
  const plan::Plan ours = make_own_exports_plan(before, now, desired, explicit_options);
  const auto after_daemons =
      std::find_if(all.steps.begin(), all.steps.end(), [](const Step& step) { return step.action != Action::start; });
  all.steps.insert(after_daemons, ours.steps.begin(), ours.steps.end());
  return all;
}

std::string final_state(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                        const Settings& settings) {
  if (!now.unobserved.empty()) return "unknown";
  const bool others = make_restore_others_plan(before, now, desired).empty();
  if (others && make_plan(now, desired, settings).plan.empty()) return "replicated";
  return make_restore_plan(before, now, desired).empty() ? "as-before" : "unsettled";
}

plan::Plan make_restore_others_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired,
                                    bool explicit_options) {
  std::vector<Step> steps;
  if (!is_unobserved(now, "lssrc"))
    for (const std::string& daemon : missing_daemons(now))
      if (!before.daemons.is_active(daemon)) steps.push_back(start(daemon, daemon + " does not run"));
  const std::vector<Step> others = what_is_missing(before, now, desired.directory, explicit_options);
  steps.insert(steps.end(), others.begin(), others.end());
  return try_everything(std::move(steps), now);
}

}  // namespace hanfs::server
