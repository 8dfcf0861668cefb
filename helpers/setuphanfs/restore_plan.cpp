// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/restore_plan.hpp"

#include <algorithm>
#include <functional>
#include <optional>
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

void start_what_ran(std::vector<Step>& steps, const ObservedState& before, const ObservedState& now) {
  const bool seen = !is_unobserved(now, "lssrc");
  for (const std::string& daemon : active_daemons(before))
    if (!now.daemons.is_active(daemon))
      steps.push_back(
          start(daemon, daemon + (seen ? " ran before" : " ran before, and whether it runs now cannot be seen")));
}

// How a directory is served whose old export AIX refuses.
struct OtherForm {
  std::string why;
  aix::Export row;
  bool is_listed = false;  // /etc/exports has it
};

// nullopt: it comes back as it was. `then`: what the server is like when it does, with the old exports.
std::optional<OtherForm> other_form(const ObservedState& then, const ObservedState& now, const DesiredState& desired,
                                    const std::string& directory) {
  const Rows old = rows_if(rows_of(then.exported, directory), [](const aix::Export& row) {
    return row.has("replicas");  // only of these it is known what else would serve their clients
  });
  ObservedState beside = then;
  beside.exported =
      rows_if(now.exported, [&](const aix::Export& row) { return !is_ours(row, desired.directory, now); });
  const auto reason = [&](const aix::Export& row) { return reason_refused_anew(beside, row); };
  const auto refused =
      std::find_if(old.begin(), old.end(), [&](const aix::Export& row) { return !reason(row).empty(); });
  if (refused == old.end()) return std::nullopt;
  const std::string why = "AIX refuses what was exported before (" + reason(*refused) + "), so it is ";
  const Rows lines = rows_of(then.listed, directory);
  if (lines.size() == 1 && takes_sys(lines.front()) && reason(lines.front()).empty())
    return OtherForm{why + "what /etc/exports says", lines.front(), true};
  // Nothing is opened wider for that, and nobody is shut out.
  if (plain_path(directory) != desired.directory || desired.export_row.directory.empty() ||
      then.mode != ReplicationMode::on)
    return OtherForm{why + "that without replicas", without_replicas(*refused)};
  return OtherForm{why + "what was wanted", desired.export_row};
}

bool is_in(const OtherForm& form, const ObservedState& now, const std::string& directory) {
  const Rows rows = rows_of(now.exported, directory);
  return rows.size() == 1 && serves(rows.front(), form.row);
}

// What was exported and is not there: `which` of it. `then`: what the server is like when it comes back, with the old
// exports.
void bring_back(std::vector<Step>& steps, const ObservedState& then, const ObservedState& now,
                const DesiredState& desired, bool explicit_options,
                const std::function<bool(const aix::Export&)>& which) {
  for (const std::string& directory : directories_of(rows_if(then.exported, which))) {
    if (same_rows(rows_of(then.exported, directory), rows_of(now.exported, directory))) continue;
    const std::optional<OtherForm> form = other_form(then, now, desired, directory);
    if (!form) {
      add_back(steps, then, directory, "it was exported before", explicit_options);
    } else if (!is_in(*form, now, directory)) {
      steps.push_back(step({plan::Kind::exported, directory}, Action::bring_back, form->why,
                           form->is_listed && !explicit_options
                               ? aix::export_directory(directory)
                               : aix::export_directory_as(directory, options_text(form->row)),
                           plan::ExportRows{plan::ExportRows::Match::served_now, aix::render_export(form->row)}));
    }
  }
}

void bring_back_ours(std::vector<Step>& steps, const ObservedState& then, const ObservedState& now,
                     const DesiredState& desired, bool explicit_options) {
  bring_back(steps, then, now, desired, explicit_options,
             [&](const aix::Export& row) { return is_ours(row, desired.directory, then); });
}

void bring_back_others(std::vector<Step>& steps, const ObservedState& then, const ObservedState& now,
                       const DesiredState& desired, bool explicit_options) {
  bring_back(steps, then, now, desired, explicit_options,
             [&](const aix::Export& row) { return !is_ours(row, desired.directory, then); });
}

// Our own edits and nothing else, the last one first. Of edits that take back each other nothing is left to do.
void take_back_edits(std::vector<Step>& steps, const ObservedState& before, const ObservedState& now) {
  std::vector<ExportsText> texts{now.exports_text};  // before each of `taken_back`, and after the last
  std::vector<std::size_t> taken_back;
  for (std::size_t i = before.edits.size(); i-- > 0;) {
    if (!is_made(before.edits[i], texts.back())) continue;
    const Result<ExportsText> after = edited(reversed(before.edits[i]), texts.back());
    if (!after) continue;
    const auto same = std::find(texts.begin(), texts.end(), *after);
    if (same == texts.end()) {
      taken_back.push_back(i);
      texts.push_back(*after);
    } else {
      taken_back.resize(static_cast<std::size_t>(same - texts.begin()));
      texts.erase(same + 1, texts.end());
    }
  }
  for (const std::size_t i : taken_back) {
    plan::FileChange change{exports_file, std::nullopt};
    change.edit = reversed(before.edits[i]);
    const std::string why = "/etc/exports as it was: " + as_words(*change.edit);
    steps.push_back(file_step(Action::set, why, std::move(change)));
    steps.back().purpose = Purpose::undo;
    if (i > 0) steps.back().detail = std::to_string(i);
  }
}

// With exports of others as somebody has changed their lines in /etc/exports meanwhile. That the whole file is gone
// says nothing of them.
ObservedState with_lines_of_others(ObservedState then, const ObservedState& now, const DesiredState& desired) {
  if (is_unobserved(now, exports_file) || !now.exports_text) return then;
  Rows exported;
  for (const aix::Export& row : then.exported) {
    const Rows again =
        is_ours(row, desired.directory, then) ? Rows{row} : to_export_again(row, then.listed, now.listed);
    exported.insert(exported.end(), again.begin(), again.end());
  }
  then.exported = std::move(exported);
  const auto ours = [&](const aix::Export& line) { return is_ours(line, desired.directory, then); };
  Rows listed = rows_if(then.listed, ours);
  for (const aix::Export& line : now.listed)
    if (!ours(line)) listed.push_back(line);
  then.listed = std::move(listed);
  return then;
}

// Daemons and exports of others. What cannot be seen is not missing.
std::vector<Step> what_is_missing(const ObservedState& before, const ObservedState& then, const ObservedState& now,
                                  const DesiredState& desired, bool explicit_options) {
  std::vector<Step> steps;
  if (!is_unobserved(now, "lssrc")) start_what_ran(steps, before, now);
  if (!is_unobserved(now, "exportfs")) bring_back_others(steps, then, now, desired, explicit_options);
  return steps;
}

// What the nodes use.
std::vector<Step> what_nodes_miss(const ObservedState& then, const ObservedState& now, const DesiredState& desired,
                                  bool explicit_options) {
  std::vector<Step> steps;
  const auto is_other = [&](const aix::Export& row) {
    return is_ours(row, desired.directory, now) &&
           !same_rows(rows_of(then.exported, row.directory), rows_of(now.exported, row.directory));
  };
  if (!is_unobserved(now, "exportfs") && rows_if(now.exported, is_other).empty())
    bring_back_ours(steps, then, now, desired, explicit_options);
  return steps;
}

}  // namespace

plan::Plan make_restore_plan(const ObservedState& before, const ObservedState& seen, const DesiredState& desired,
                             bool explicit_options) {
  ObservedState now = seen;
  if (is_unobserved(now, "exportfs")) now.exported.clear();
  const Rows others = rows_if(
      now.exported, [&](const aix::Export& row) { return is_v4(row) && !is_ours(row, desired.directory, now); });
  ObservedState then = with_lines_of_others(before, now, desired);
  // It is not switched, or that has failed already.
  if (!others.empty() || explicit_options) then.mode = now.mode;
  std::vector<Step> steps;
  const Rows ours = rows_if(now.exported, [&](const aix::Export& row) { return is_ours(row, desired.directory, now); });
  for (const std::string& directory : directories_of(ours)) {
    if (same_rows(rows_of(before.exported, directory), rows_of(now.exported, directory))) continue;
    if (const auto form = other_form(then, now, desired, directory); form && is_in(*form, now, directory)) continue;
    steps.push_back(withdraw(Action::withdraw, directory, "it was not exported so before"));
    steps.back().purpose = Purpose::undo;
  }
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
  bring_back_ours(steps, then, now, desired, explicit_options);  // nodes wait for it
  bring_back_others(steps, then, now, desired, explicit_options);
  return try_everything(std::move(steps), now);
}

plan::Plan make_owed_plan(const ObservedState& before, const ObservedState& now, const DesiredState& desired, Owed owed,
                          bool explicit_options) {
  ObservedState then = before;
  then.mode = now.mode;
  then.listed = now.listed;
  std::vector<Step> steps;
  if (owed != Owed::to_nodes) steps = what_is_missing(before, then, now, desired, explicit_options);
  if (owed != Owed::to_others) {
    const std::vector<Step> ours = what_nodes_miss(then, now, desired, explicit_options);
    const auto after_daemons =
        std::find_if(steps.begin(), steps.end(), [](const Step& step) { return step.action != Action::start; });
    steps.insert(after_daemons, ours.begin(), ours.end());
  }
  for (Step& one : steps) one.purpose = Purpose::repay;
  return try_everything(std::move(steps), now);
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
  const std::vector<Step> others =
      what_is_missing(before, with_lines_of_others(before, now, desired), now, desired, explicit_options);
  steps.insert(steps.end(), others.begin(), others.end());
  return try_everything(std::move(steps), now);
}

}  // namespace hanfs::server
