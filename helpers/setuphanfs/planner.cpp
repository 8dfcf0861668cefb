// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/planner.hpp"

#include <algorithm>
#include <functional>
#include <utility>

#include "aix/commands.hpp"
#include "report/table.hpp"
#include "setuphanfs/exports_edit.hpp"
#include "setuphanfs/steps.hpp"
#include "text/words.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;
using plan::Action;
using plan::Step;

// Replicas that the kernel took prove that replication is on, so an nfsd that does not answer is no reason to restart
// it.
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
    serves_now_ = !changes_mode_ && here.size() == 1 && serves(here.front(), desired.export_row);
    const Rows lines = rows_of(observed.listed, desired.directory);
    listed_ = std::any_of(lines.begin(), lines.end(),
                          [&](const aix::Export& row) { return serves(row, desired.export_row); });
    elsewhere_ = rows_if(observed.exported, [&](const aix::Export& row) { return !is_ours_here(row); });
  }

  // What hurts nobody comes first: it may hang, or fail. A domain that changes under clients is no such thing; nfsrgyd
  // reads it when it starts.
  ServerPlan make() {
    const bool domain_hurts = observed_.domain && !rows_if(observed_.exported, is_v4).empty();
    find_those_in_the_way();
    if (!domain_hurts) domain();
    if (!changes_mode_) daemons([&](const std::string& name) { return !domain_hurts || name != "nfsrgyd"; });
    withdraw_ours();
    if (changes_mode_) withdraw_elsewhere();
    if (domain_hurts) domain();
    if (changes_mode_) mode();
    daemons([&](const std::string& name) { return changes_mode_ || (domain_hurts && name == "nfsrgyd"); });
    edit_file();
    export_it();
    if (changes_mode_) bring_back();
    if (touches_file_ && observed_.exports_text && !observed_.backup_stands)
      steps().insert(steps().begin(),
                     file_step(Action::back_up, "/etc/exports as it is now, to be restored when something fails",
                               {exports_backup, observed_.exports_text, exports_file, false}));
    made_.plan.one_sequence = true;
    made_.needs_partner =
        !made_.interruptions.empty() && std::any_of(observed_.exported.begin(), observed_.exported.end(),
                                                    [&](const aix::Export& r) { return is_ours_here(r); });
    return std::move(made_);
  }

 private:
  std::vector<Step>& steps() { return made_.plan.steps; }
  bool is_ours_here(const aix::Export& row) const { return is_ours(row, desired_.directory, observed_); }

  // Exports of others beside which AIX takes no directory of ours.
  void find_those_in_the_way() {
    if (serves_now_) return;
    for (const aix::Export& row : elsewhere_)
      if (collides(row, desired_.directory, observed_.mounts))
        made_.obstacles.push_back(
            row.directory + " is exported, and its file system of /etc/filesystems is not mounted, so AIX refuses " +
            desired_.directory + " beside it; cure: mount it, or exportfs -u " + row.directory);
  }

  void withdraw_ours() {
    if (serves_now_) return;
    Rows ours = rows_if(observed_.exported, [&](const aix::Export& row) { return is_ours_here(row); });
    // What AIX may refuse to take away (nodes hold NFSv4 state there) is tried before anybody is interrupted.
    std::stable_partition(ours.begin(), ours.end(), is_v4);
    for (const std::string& directory : directories_of(ours)) {
      const bool itself = plain_path(directory) == desired_.directory;
      const std::vector<std::string> dropped = dropped_replicas(observed_, desired_.directory, desired_.addresses);
      steps().push_back(withdraw(
          Action::withdraw, directory,
          itself ? directory + " is exported without what is wanted: " + aix::render_export(desired_.export_row) +
                       (dropped.empty() ? "" : "; this drops the replica " + report::joined(dropped, ", "))
                 : directory + " is exported, and AIX refuses its parent " + desired_.directory + " beside it"));
      made_.interruptions.push_back(interruption(directory, itself, rows_of(ours, directory)));
    }
  }

  std::string interruption(const std::string& directory, bool itself, const Rows& rows) const {
    const bool by_v3 = std::any_of(rows.begin(), rows.end(), [](const aix::Export& row) {
      return row.exports_version(3) || row.exports_version(2);
    });
    if (itself && !by_v3) return "withdraws " + directory + " for a moment";
    return "withdraws " + directory + (itself ? " for a moment; for clients of NFSv3" : ": for its clients") +
           " it stays gone until they mount it by NFSv4" + (itself ? "" : " below " + desired_.directory) +
           " (a node: until it boots)";
  }

  // In one write and as late as can be: a server that boots in the middle of a run serves the old form of the
  // directory or the new one. What the file says at or below the directory goes, but for the one right line, and but
  // for what the kernel takes beside the right export.
  void edit_file() {
    bool kept = false;
    const auto drop = [&](const aix::Export& row) {
      if (!is_ours_here(row)) return false;
      if (!kept && plain_path(row.directory) == desired_.directory && serves(row, desired_.export_row)) {
        kept = true;
        return false;
      }
      return !(serves_now_ && plain_path(row.directory) != desired_.directory &&
               !rows_of(observed_.exported, row.directory).empty());
    };
    const Rows gone = rows_if(observed_.listed, drop);
    if (gone.empty() && listed_) return;
    kept = false;
    plan::FileChange change{exports_file, std::nullopt};
    change.edit = edit_of(observed_.exports_text, drop,
                          listed_ ? std::vector<std::string>{} : std::vector{aix::render_export(desired_.export_row)});
    const std::string places = report::joined(directories_of(gone), ", ");
    steps().push_back(file_step(
        Action::set,
        listed_        ? "takes out what collides: " + places
        : gone.empty() ? "puts in " + aix::render_export(desired_.export_row)
                       : "puts " + aix::render_export(desired_.export_row) + " in the place of the lines for " + places,
        std::move(change)));
    touches_file_ = true;
  }

  Rows v4_elsewhere() const { return rows_if(elsewhere_, is_v4); }

  void withdraw_elsewhere() {
    ObservedState then = observed_;
    then.mode = ReplicationMode::on;
    for (const aix::Export& row : v4_elsewhere()) {
      const std::string why = reason_refused_anew(then, row);
      if (!why.empty())
        made_.obstacles.push_back(row.directory +
                                  " would have to leave while replication is switched on, and AIX would refuse to "
                                  "export it again: " +
                                  why + "; cure: put that right first, or take it out (exportfs -u " + row.directory +
                                  ")");
    }
    for (const std::string& directory : directories_of(v4_elsewhere())) {
      steps().push_back(
          withdraw(Action::withdraw_for_a_moment, directory,
                   "replication cannot be switched on while anything is exported for NFSv4; it comes back"));
      made_.interruptions.push_back("withdraws " + directory + " for a moment");
    }
  }

  void domain() {
    const Rows by_v4 = rows_if(observed_.exported, is_v4);
    if (settings_.nfs_domain.empty() ||
        (observed_.domain && text::lower(*observed_.domain) == text::lower(settings_.nfs_domain))) {
      if (!is_restart_owed(observed_)) return;
      restart_nfsrgyd(steps(), observed_, plan::Purpose::change);
      if (!by_v4.empty()) made_.interruptions.emplace_back("restarts nfsrgyd");
      return warn_of_nfsd();
    }
    set_domain(steps(), observed_, settings_.nfs_domain,
               "the NFSv4 domain is " + (observed_.domain ? *observed_.domain : std::string("not set")),
               plan::Purpose::change);
    if (by_v4.empty()) return;
    if (observed_.daemons.is_active("nfsrgyd")) made_.interruptions.emplace_back("restarts nfsrgyd");
    if (!observed_.domain) return;
    made_.interruptions.push_back("changes the NFSv4 domain from " + *observed_.domain + " to " + settings_.nfs_domain +
                                  " under the clients of " + report::joined(directories_of(by_v4), ", "));
    made_.warnings.push_back("the NFSv4 domain changes from " + *observed_.domain + " to " + settings_.nfs_domain +
                             ": on a client that has the old one every file belongs to nobody; cure: chnfsdom " +
                             settings_.nfs_domain + " on every server and node, or without --nfs-domain");
    warn_of_nfsd();
  }

  // xCAT restarts the group after chnfsdom: lib/aix/README.md "NFS domain and nfsrgyd". Replication mode restarts nfsd.
  void warn_of_nfsd() {
    if (!changes_mode_ && observed_.daemons.is_active("nfsd"))
      made_.warnings.emplace_back(
          "only nfsrgyd starts anew with the new NFSv4 domain; whether a running nfsd takes it too is not documented; "
          "cure, where files still belong to nobody: stopsrc -g nfs, then startsrc -g nfs");
  }

  void mode() {
    steps().push_back(
        set_mode(true,
                 observed_.mode == ReplicationMode::off
                     ? "replication is off, so the kernel refuses replicas; this restarts nfsd"
                     : "it cannot be seen that replication is on, and no replicas are exported; this restarts nfsd",
                 active_daemons(observed_)));
    const Rows v3 = rows_if(elsewhere_, [](const aix::Export& row) { return !is_v4(row); });
    if (!v3.empty() && observed_.daemons.is_active("nfsd"))
      made_.interruptions.push_back("restarts nfsd under the clients of " + report::joined(directories_of(v3), ", "));
    // lib/aix/README.md "Replication: rules": volatile file handles from then on.
    const Rows v4 = rows_if(observed_.exported, is_v4);
    if (!v4.empty())
      made_.warnings.push_back("clients that have " + report::joined(directories_of(v4), ", ") +
                               " mounted by NFSv4 hold handles of before the mode changes, and may have to mount it "
                               "anew; cure: umount and mount there, a node boots");
  }

  void daemons(const std::function<bool(const std::string&)>& which) {
    for (const std::string& daemon : missing_daemons(observed_))
      if (which(daemon)) steps().push_back(start(daemon, daemon + " does not run"));
  }

  void export_it() {
    if (serves_now_ && listed_) return;
    if (!listed_ && settings_.clients.empty() &&
        std::find(settings_.root.begin(), settings_.root.end(), "*") != settings_.root.end())
      made_.warnings.push_back("every host may mount " + desired_.directory +
                               ", and its root is root there, as xCAT has it; cure: --client or --root with the nodes' "
                               "names");
    steps().push_back(step({plan::Kind::exported, desired_.directory}, Action::set,
                           desired_.directory + " with its replicas " + report::joined(desired_.addresses, ", ") +
                               ", as /etc/exports says",
                           aix::export_directory(desired_.directory),
                           plan::ExportRows{plan::ExportRows::Match::served, aix::render_export(desired_.export_row)}));
  }

  void bring_back() {
    for (const std::string& directory : directories_of(v4_elsewhere()))
      add_back(steps(), observed_, directory, "it left only while the mode changed");
    for (Step& one : steps()) one.abort_sequence = one.abort_sequence && one.action != plan::Action::bring_back;
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

}  // namespace

ServerPlan make_plan(const ObservedState& observed, const DesiredState& desired, const Settings& settings) {
  return Planner(observed, desired, settings).make();
}

}  // namespace hanfs::server
