// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/planner.hpp"

#include <algorithm>

#include "aix/commands.hpp"
#include "aix/text.hpp"
#include "report/table.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;
using plan::Argv;
using plan::Step;

// How long daemons may take to stop or start before it counts as failed.
constexpr std::chrono::milliseconds wait_limit{30000};

// Everything is one lane: each step needs the one before it.
Step step(std::string id, std::string why, Argv argv, plan::Expectation expect) {
  Step step;
  step.id = std::move(id);
  step.why = std::move(why);
  step.argv = std::move(argv);
  step.expect = std::move(expect);
  step.sequence = "server";
  step.verified = true;
  step.abort_sequence = true;
  step.sync_journal = true;
  return step;
}

Step file_step(std::string id, std::string why, plan::FileChange change) {
  Step made = step(std::move(id), std::move(why), {}, {});
  made.expect.reset();
  made.file = std::move(change);
  return made;
}

Step waiting(Step step) {
  step.wait = wait_limit;
  return step;
}

plan::Expectation exported(const std::string& directory, const Rows& rows) {
  return {"exported", directory, text_of(rows)};
}

Step withdraw(const std::string& id, const std::string& directory, const std::string& why) {
  return step(id + directory, why, aix::unexport_directory(directory), exported(directory, {}));
}

Step start(const std::string& daemon, const std::string& why) {
  return waiting(step("start:" + daemon, why, aix::start_subsystem(daemon), {"daemon", daemon, "active"}));
}

void restart_nfsrgyd(std::vector<Step>& steps, const std::string& id) {
  steps.push_back(waiting(step(id + "stop:nfsrgyd", "nfsrgyd reads the domain when it starts",
                               aix::stop_subsystem("nfsrgyd"), {"daemon", "nfsrgyd", "inoperative"})));
  steps.push_back(start("nfsrgyd", "with the domain that is set now"));
}

bool is_v4(const aix::Export& row) { return row.exports_version(4); }

// With the options it had: from /etc/exports where that says the same, else by hand.
void add_back(std::vector<Step>& steps, const ObservedState& before, const std::string& directory,
              const std::string& why, bool explicit_options = false) {
  const Rows rows = rows_of(before.exported, directory);
  const Rows listed = rows_of(before.listed, directory);
  const bool same = rows.size() == listed.size() && std::all_of(rows.begin(), rows.end(), [&](const aix::Export& row) {
                      return std::any_of(listed.begin(), listed.end(),
                                         [&](const aix::Export& line) { return is_made_by(row, line); });
                    });
  if (same && !explicit_options) {
    steps.push_back(step("back:" + directory, why, aix::export_directory(directory), exported(directory, rows)));
    return;
  }
  for (std::size_t i = 0; i < rows.size(); ++i)
    steps.push_back(step("back:" + directory + ":" + std::to_string(i), why,
                         aix::export_directory_as(directory, options_text(rows[i])),
                         {"exports", directory, text_of({rows[i]})}));
}

bool is_active(const ObservedState& observed, const char* daemon) { return observed.daemons.is_active(daemon); }

std::vector<std::string> active_daemons(const ObservedState& observed) {
  std::vector<std::string> found;
  for (const char* daemon : needed_daemons)
    if (is_active(observed, daemon)) found.emplace_back(daemon);
  return found;
}

// Replicas that the kernel took are proof that replication is on; that nfsd does not tell is no reason to restart it.
bool mode_must_change(const ObservedState& observed, const std::string& directory) {
  if (observed.mode != ReplicationMode::unknown) return observed.mode == ReplicationMode::off;
  const Rows rows = rows_of(observed.exported, directory);
  return std::none_of(rows.begin(), rows.end(), [](const aix::Export& row) { return !row.replicas().empty(); });
}

class Planner {
 public:
  Planner(const ObservedState& observed, const DesiredState& desired, const Settings& settings)
      : observed_(observed),
        desired_(desired),
        settings_(settings),
        changes_mode_(mode_must_change(observed, desired.directory)) {
    const Rows here = rows_of(observed.exported, desired.directory);
    serves_now_ = !changes_mode_ && here.size() == 1 && serves(here.front(), desired.wanted);
    const Rows lines = rows_of(observed.listed, desired.directory);
    listed_ =
        std::any_of(lines.begin(), lines.end(), [&](const aix::Export& row) { return serves(row, desired.wanted); });
    elsewhere_ = rows_if(observed.exported, [&](const aix::Export& row) { return !is_ours_here(row); });
  }

  ServerPlan make() {
    withdraw_ours();
    edit_file();
    if (changes_mode_) withdraw_elsewhere();
    domain();
    if (changes_mode_) mode();
    daemons();
    export_it();
    if (changes_mode_) bring_back();
    if (touches_file_ && observed_.exports_text && !observed_.backup_stands)
      steps().insert(steps().begin(),
                     file_step("backup", "/etc/exports as it is now, to be restored when something fails",
                               {exports_backup, observed_.exports_text, exports_file, false}));
    return std::move(made_);
  }

 private:
  std::vector<Step>& steps() { return made_.plan.steps; }
  bool is_ours_here(const aix::Export& row) const { return is_ours(row, desired_.directory, observed_.mounts); }

  void withdraw_ours() {
    if (serves_now_) return;
    const Rows ours = rows_if(observed_.exported, [&](const aix::Export& row) { return is_ours_here(row); });
    for (const std::string& directory : directories_of(ours)) {
      const bool itself = plain_path(directory) == desired_.directory;
      const std::vector<std::string> dropped = dropped_replicas(observed_, desired_.directory, desired_.addresses);
      steps().push_back(withdraw(
          "withdraw:", directory,
          itself ? directory + " is exported without what is wanted: " + aix::render_export(desired_.wanted) +
                       (dropped.empty() ? "" : "; this drops the replica " + report::joined(dropped, ", "))
                 : directory + " is exported, and AIX refuses its parent " + desired_.directory + " beside it"));
      made_.interruptions.push_back("withdraws " + directory);
    }
  }

  // What /etc/exports says at or below the directory, but for the one right line; and but for what the kernel takes
  // beside the right export.
  void edit_file() {
    bool kept = false;
    const auto drop = [&](const aix::Export& row) {
      if (!is_ours_here(row)) return false;
      if (!kept && plain_path(row.directory) == desired_.directory && serves(row, desired_.wanted)) {
        kept = true;
        return false;
      }
      return !(serves_now_ && plain_path(row.directory) != desired_.directory &&
               !rows_of(observed_.exported, row.directory).empty());
    };
    const Rows gone = rows_if(observed_.listed, drop);
    if (gone.empty()) return;
    kept = false;
    steps().push_back(file_step("file", "takes out what collides: " + report::joined(directories_of(gone), ", "),
                                {exports_file, without_entries(*observed_.exports_text, drop), ""}));
    touches_file_ = true;
  }

  Rows v4_elsewhere() const { return rows_if(elsewhere_, is_v4); }

  void withdraw_elsewhere() {
    for (const std::string& directory : directories_of(v4_elsewhere())) {
      steps().push_back(
          withdraw("leave:", directory,
                   "replication cannot be switched on while anything is exported for NFSv4; it comes back"));
      made_.interruptions.push_back("withdraws " + directory + " for a moment");
    }
  }

  void domain() {
    if (settings_.nfs_domain.empty()) return;
    if (observed_.domain && aix::text::lower(*observed_.domain) == aix::text::lower(settings_.nfs_domain)) return;
    Step set = step("domain", "the NFSv4 domain is " + (observed_.domain ? *observed_.domain : std::string("not set")),
                    aix::set_nfs_domain(settings_.nfs_domain), {"domain", settings_.nfs_domain, ""});
    set.never_kill = true;
    steps().push_back(std::move(set));
    if (!is_active(observed_, "nfsrgyd")) return;
    restart_nfsrgyd(steps(), "");
    if (!rows_if(observed_.exported, is_v4).empty()) made_.interruptions.emplace_back("restarts nfsrgyd");
  }

  void mode() {
    Step on =
        waiting(step("mode",
                     observed_.mode == ReplicationMode::off
                         ? "replication is off, so the kernel refuses replicas; this restarts nfsd"
                         : "it cannot be seen that replication is on, and no replicas are exported; this restarts nfsd",
                     aix::set_replication(true), {"mode", "on", report::joined(active_daemons(observed_), ",")}));
    on.never_kill = true;
    steps().push_back(std::move(on));
    const Rows v3 = rows_if(elsewhere_, [](const aix::Export& row) { return !is_v4(row); });
    if (!v3.empty() && is_active(observed_, "nfsd"))
      made_.interruptions.push_back("restarts nfsd under the clients of " + report::joined(directories_of(v3), ", "));
  }

  void daemons() {
    for (const std::string& daemon : missing_daemons(observed_))
      steps().push_back(start(daemon, daemon + " does not run"));
  }

  void export_it() {
    if (serves_now_ && listed_) return;
    const plan::Expectation expect{"serves", desired_.directory, aix::render_export(desired_.wanted)};
    const std::string why = desired_.directory + " with its replicas " + report::joined(desired_.addresses, ", ");
    if (listed_) {
      steps().push_back(
          step("export", why + ", as /etc/exports says", aix::export_directory(desired_.directory), expect));
      return;
    }
    touches_file_ = true;
    if (settings_.clients.empty() &&
        std::find(settings_.root.begin(), settings_.root.end(), "*") != settings_.root.end())
      made_.warnings.push_back("every host may mount " + desired_.directory +
                               ", and its root is root there, as xCAT has it; cure: --client or --root with the nodes' "
                               "names");
    steps().push_back(
        step("export", why,
             aix::make_nfs_export(desired_.directory, desired_.wanted.value("replicas"), settings_.access,
                                  report::joined(settings_.root, ","), report::joined(settings_.clients, ",")),
             expect));
  }

  void bring_back() {
    for (const std::string& directory : directories_of(v4_elsewhere()))
      add_back(steps(), observed_, directory, "it left only while the mode changed");
  }

  const ObservedState& observed_;
  const DesiredState& desired_;
  const Settings& settings_;
  bool changes_mode_;
  bool serves_now_ = false;
  bool listed_ = false;
  bool touches_file_ = false;
  Rows elsewhere_;
  ServerPlan made_;
};

// One failure must not keep the rest down. What cannot be read back is judged by how its command ends.
plan::Plan try_everything(std::vector<Step> steps, const ObservedState& now) {
  for (Step& one : steps) {
    one.abort_sequence = false;
    if (!one.expect || can_be_judged(now, *one.expect)) continue;
    one.expect.reset();
    one.wait = std::chrono::milliseconds(0);
  }
  return plan::Plan{std::move(steps)};
}

void start_what_ran(std::vector<Step>& steps, const ObservedState& before, const ObservedState& now) {
  const bool seen = !is_unobserved(now, "lssrc");
  for (const std::string& daemon : active_daemons(before))
    if (!is_active(now, daemon.c_str()))
      steps.push_back(
          start(daemon, daemon + (seen ? " ran before" : " ran before, and whether it runs now cannot be seen")));
}

void bring_back_missing(std::vector<Step>& steps, const ObservedState& before, const ObservedState& now,
                        bool explicit_options, const std::function<bool(const aix::Export&)>& which) {
  for (const std::string& directory : directories_of(rows_if(before.exported, which)))
    if (!same_rows(rows_of(before.exported, directory), rows_of(now.exported, directory)))
      add_back(steps, before, directory, "it was exported before", explicit_options);
}

// Daemons and exports of others. What cannot be seen is not missing.
std::vector<Step> what_is_missing(const ObservedState& before, const ObservedState& now, const std::string& directory,
                                  bool explicit_options) {
  std::vector<Step> steps;
  if (!is_unobserved(now, "lssrc")) start_what_ran(steps, before, now);
  if (!is_unobserved(now, "exportfs"))
    bring_back_missing(steps, before, now, explicit_options,
                       [&](const aix::Export& row) { return !is_ours(row, directory, before.mounts); });
  return steps;
}

}  // namespace

std::vector<std::string> missing_daemons(const ObservedState& observed) {
  std::vector<std::string> missing;
  for (const char* daemon : needed_daemons)
    if (!is_active(observed, daemon)) missing.emplace_back(daemon);
  return missing;
}

ServerPlan make_plan(const ObservedState& observed, const DesiredState& desired, const Settings& settings) {
  return Planner(observed, desired, settings).make();
}

plan::Plan make_restore_plan(const ObservedState& before, const ObservedState& seen, const DesiredState& desired,
                             bool explicit_options) {
  ObservedState now = seen;
  if (is_unobserved(now, "exportfs")) now.exported.clear();
  std::vector<Step> steps;
  const Rows ours =
      rows_if(now.exported, [&](const aix::Export& row) { return is_ours(row, desired.directory, now.mounts); });
  for (const std::string& directory : directories_of(ours))
    if (!same_rows(rows_of(before.exported, directory), rows_of(now.exported, directory)))
      steps.push_back(withdraw("undo:", directory, "it was not exported so before"));
  const Rows others = rows_if(
      now.exported, [&](const aix::Export& row) { return is_v4(row) && !is_ours(row, desired.directory, now.mounts); });
  // An nfsd that says "on" now and did not tell before was off (variants of lib/aix/README.md "Unknown: NFS", 10).
  if (before.mode != ReplicationMode::on && now.mode == ReplicationMode::on && others.empty()) {
    Step off =
        waiting(step("undo:mode", "replication was off before", aix::set_replication(false),
                     {"mode", "off", is_unobserved(now, "lssrc") ? "" : report::joined(active_daemons(before), ",")}));
    off.never_kill = true;
    steps.push_back(std::move(off));
  }
  if (before.domain && now.domain != before.domain) {
    Step back = step("undo:domain", "the NFSv4 domain it had", aix::set_nfs_domain(*before.domain),
                     {"domain", *before.domain, ""});
    back.never_kill = true;
    steps.push_back(std::move(back));
    if (is_active(now, "nfsrgyd")) restart_nfsrgyd(steps, "undo:");
  }
  if (before.exports_text != now.exports_text)
    steps.push_back(
        file_step("undo:file", "/etc/exports as it was", {exports_file, before.exports_text, exports_backup}));
  start_what_ran(steps, before, now);
  const auto is_other = [&](const aix::Export& row) { return !is_ours(row, desired.directory, before.mounts); };
  bring_back_missing(steps, before, now, explicit_options, is_other);
  bring_back_missing(steps, before, now, explicit_options, [&](const aix::Export& row) { return !is_other(row); });
  return try_everything(std::move(steps), now);
}

plan::Plan make_missing_exports_plan(const ObservedState& before, const ObservedState& now,
                                     const std::string& directory, bool explicit_options) {
  std::vector<Step> steps = what_is_missing(before, now, directory, explicit_options);
  for (Step& one : steps) one.id = "owed:" + one.id;
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
      if (!is_active(before, daemon.c_str())) steps.push_back(start(daemon, daemon + " does not run"));
  const std::vector<Step> others = what_is_missing(before, now, desired.directory, explicit_options);
  steps.insert(steps.end(), others.begin(), others.end());
  return try_everything(std::move(steps), now);
}

std::vector<Argv> commands_for(const plan::Expectation& expectation) {
  if (expectation.kind == "mode" && expectation.value.empty()) return {aix::show_replication()};
  if (expectation.kind == "mode") return {aix::show_replication(), aix::list_nfs_subsystems()};
  if (expectation.kind == "daemon") return {aix::list_nfs_subsystems()};
  if (expectation.kind == "domain") return {aix::show_nfs_domain()};
  return {aix::list_exports()};
}

bool can_be_judged(const ObservedState& observed, const plan::Expectation& expectation) {
  if (expectation.kind == "domain") return true;  // a blind spot there is an unknown domain
  if (expectation.kind == "mode") return expectation.value.empty() || !is_unobserved(observed, "lssrc");
  if (expectation.kind == "daemon") return !is_unobserved(observed, "lssrc");
  return !is_unobserved(observed, "exportfs") &&
         (expectation.kind != "serves" || !is_unobserved(observed, exports_file));
}

bool is_satisfied(const ObservedState& observed, const plan::Expectation& expectation) {
  if (!can_be_judged(observed, expectation)) return false;
  const Rows wanted = aix::parse_exports(expectation.value).rows;
  const Rows here = rows_of(observed.exported, expectation.subject);
  if (expectation.kind == "exported" && wanted.empty())  // another spelling of it is withdrawn by its own step
    return std::none_of(here.begin(), here.end(),
                        [&](const aix::Export& row) { return row.directory == expectation.subject; });
  if (expectation.kind == "exported") return same_rows(here, wanted);
  if (expectation.kind == "exports")
    return std::any_of(here.begin(), here.end(),
                       [&](const aix::Export& row) { return row.means_the_same_as(wanted.front()); });
  if (expectation.kind == "serves") {
    const Rows lines = rows_of(observed.listed, expectation.subject);
    return here.size() == 1 && serves(here.front(), wanted.front()) &&
           std::any_of(lines.begin(), lines.end(), [&](const aix::Export& row) { return serves(row, wanted.front()); });
  }
  if (expectation.kind == "daemon") {  // one that is still stopping would make its own start fail
    const aix::Subsystem* daemon = observed.daemons.find(expectation.subject);
    return daemon != nullptr && daemon->status == expectation.value;
  }
  if (expectation.kind == "domain")
    return observed.domain && aix::text::lower(*observed.domain) == aix::text::lower(expectation.subject);
  if (expectation.kind != "mode") return false;
  // A mode that cannot be seen is proved by the kernel taking the replicas.
  const ReplicationMode opposite = expectation.subject == "on" ? ReplicationMode::off : ReplicationMode::on;
  const auto daemons = aix::text::split(expectation.value, ',');
  return observed.mode != opposite && std::all_of(daemons.begin(), daemons.end(), [&](std::string_view daemon) {
           return daemon.empty() || observed.daemons.is_active(daemon);
         });
}

}  // namespace hanfs::server
