// SPDX-License-Identifier: Apache-2.0
#include "setuphanfs/steps.hpp"

#include <algorithm>
#include <utility>

#include "aix/commands.hpp"
#include "setuphanfs/export_rules.hpp"

namespace hanfs::server {
namespace {

using plan::Action;
using plan::ExportRows;
using plan::Kind;
using plan::Step;

constexpr std::chrono::milliseconds wait_limit{30000};

std::vector<std::string> daemons_if(const ObservedState& observed, bool active) {
  std::vector<std::string> found;
  for (const char* daemon : needed_daemons)
    if (observed.daemons.is_active(daemon) == active) found.emplace_back(daemon);
  return found;
}

plan::Resource nfs_group() { return {Kind::daemon, "nfs"}; }

}  // namespace

Step step(plan::Resource resource, Action action, std::string why, plan::Argv argv, plan::Expectation::Value expected) {
  Step step;
  step.resource = std::move(resource);
  step.action = action;
  step.why = std::move(why);
  step.argv = std::move(argv);
  step.expect = plan::Expectation{step.resource, std::move(expected)};
  step.verified = true;
  step.abort_sequence = true;
  step.sync_journal = true;
  return step;
}

Step file_step(Action action, std::string why, plan::FileChange change) {
  Step made = step({Kind::file, ""}, action, std::move(why), {}, {});
  made.expect.reset();
  made.file = std::move(change);
  return made;
}

Step outage_step(long seconds) {
  Step outage;
  outage.resource = nfs_group();
  outage.action = Action::stop;
  outage.why = "an outage of " + std::to_string(seconds) + " s";
  outage.argv = aix::stop_nfs();
  outage.sync_journal = true;
  return outage;
}

bool is_outage(const Step& step) { return step.action == Action::stop && step.resource == nfs_group(); }

Step waiting(Step step) {
  step.wait = wait_limit;
  return step;
}

Step withdraw(Action action, const std::string& directory, const std::string& why) {
  return step({Kind::exported, directory}, action, why, aix::unexport_directory(directory), ExportRows{});
}

Step start(const std::string& daemon, const std::string& why) {
  return waiting(step({Kind::daemon, daemon}, Action::start, why, aix::start_subsystem(daemon), "active"));
}

Step set_mode(bool replication, const std::string& why, const std::vector<std::string>& daemons) {
  Step set = waiting(step({Kind::mode, ""}, Action::set, why, aix::set_replication(replication),
                          plan::ServerMode{replication, daemons}));
  set.never_kill = true;
  return set;
}

void restart_nfsrgyd(std::vector<Step>& steps, const ObservedState& observed, plan::Purpose purpose) {
  if (!observed.daemons.is_active("nfsrgyd")) return;
  Step stop = waiting(step({Kind::daemon, "nfsrgyd"}, Action::stop, "nfsrgyd reads the domain when it starts",
                           aix::stop_subsystem("nfsrgyd"), "inoperative"));
  stop.purpose = purpose;
  steps.push_back(std::move(stop));
  steps.push_back(start("nfsrgyd", "with the domain that is set now"));
}

bool is_restart_owed(const ObservedState& observed) {
  const aix::Subsystem* daemon = observed.daemons.find("nfsrgyd");
  return daemon != nullptr && daemon->status == "active" && !observed.nfsrgyd_to_restart.empty() &&
         daemon->pid == observed.nfsrgyd_to_restart;
}

void set_domain(std::vector<Step>& steps, const ObservedState& observed, const std::string& domain,
                const std::string& why, plan::Purpose purpose) {
  Step set = step({Kind::domain, ""}, Action::set, why, aix::set_nfs_domain(domain), "");
  set.expect->resource.name = domain;
  set.never_kill = true;
  set.purpose = purpose;
  steps.push_back(std::move(set));
  restart_nfsrgyd(steps, observed, purpose);
}

void add_back(std::vector<Step>& steps, const ObservedState& before, const std::string& directory,
              const std::string& why, bool explicit_options) {
  const Rows rows = rows_of(before.exported, directory);
  const Rows listed = rows_of(before.listed, directory);
  const bool same = rows.size() == listed.size() && std::all_of(rows.begin(), rows.end(), [&](const aix::Export& row) {
                      return std::any_of(listed.begin(), listed.end(),
                                         [&](const aix::Export& line) { return is_made_by(row, line); });
                    });
  const plan::Resource resource{Kind::exported, directory};
  if (same && !explicit_options) {
    steps.push_back(step(resource, Action::bring_back, why, aix::export_directory(directory),
                         ExportRows{ExportRows::Match::all, text_of(rows)}));
    return;
  }
  for (std::size_t i = 0; i < rows.size(); ++i) {
    steps.push_back(step(resource, Action::bring_back, why, aix::export_directory_as(directory, options_text(rows[i])),
                         ExportRows{ExportRows::Match::one, text_of({rows[i]})}));
    steps.back().detail = std::to_string(i);
  }
}

std::vector<std::string> active_daemons(const ObservedState& observed) { return daemons_if(observed, true); }
std::vector<std::string> missing_daemons(const ObservedState& observed) { return daemons_if(observed, false); }

}  // namespace hanfs::server
