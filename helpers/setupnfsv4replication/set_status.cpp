// SPDX-License-Identifier: Apache-2.0
// The part of report.hpp that judges; report.cpp shows.
#include <algorithm>

#include "setupnfsv4replication/report.hpp"

namespace hanfs::node {
namespace {

using State = plan::StepResult::State;

bool is_about_filesystem(const plan::Step& step) { return step.resource.kind == plan::Kind::filesystem; }

// "changed" and "failed" of a mount, from the steps of its fsid.
void mark_mounts(Report& report) {
  std::map<const aix::NfsFilesystem*, bool> all_done;  // fsid -> every step went well
  std::map<std::string, bool> all_done_by_path;        // for those that could not be observed
  const auto note = [](auto& map, const auto& key, bool done) {
    const auto [entry, is_new] = map.try_emplace(key, done);
    if (!is_new) entry->second = entry->second && done;
  };
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const plan::Step& step = report.plan.steps[i];
    if (!is_about_filesystem(step)) continue;
    const std::string& path = step.resource.name;
    const bool done = report.results[i].state == State::done;
    if (const aix::NfsFilesystem* info = report.observed.filesystem(path)) note(all_done, info, done);
    note(all_done_by_path, path, done);
  }
  for (auto* mounts : {&report.mounts.mounts, &report.mounts.crossed_mounts}) {
    for (MountState& mount : *mounts) {
      if (mount.vfs != "nfs4" || mount.state == "not_tunable") continue;
      const auto by_fsid = all_done.find(report.observed.filesystem(mount.path));
      const auto by_path = all_done_by_path.find(mount.path);
      if (by_fsid != all_done.end()) {
        mount.state = by_fsid->second ? "changed" : "failed";
      } else if (by_path != all_done_by_path.end()) {
        mount.state = by_path->second ? "changed" : "failed";
      }
    }
  }
}

// IBM: an option reaches newly accessed files only. At boot (xCAT's UPDATENODE=0) little is open yet.
void note_open_files(Report& report, bool at_boot) {
  const bool tunes = std::any_of(report.plan.steps.begin(), report.plan.steps.end(), is_about_filesystem);
  if (!tunes || at_boot) return;
  std::string note =
      "files that are open already keep their old values until their file system is mounted anew or the "
      "node reboots; only newly accessed files get the new ones";
  for (const aix::Mount& mount : report.observed.mounts)
    if (mount.path == "/") note += "; this node is up since about " + mount.date + " (mount of /)";
  report.notes.push_back(note);
}

}  // namespace

report::Verdict verdict_of(const std::string& node, const std::string& status) {
  report::Verdict verdict = app::verdict_of(tool_name, node, status);
  verdict.failover = "unknown";
  return verdict;
}

void describe(Report& report, ObservedState observed, const DesiredState& desired) {
  report.was_observed = true;
  report.observed = std::move(observed);
  report.mounts = describe_mounts(report.observed, desired.filesystems);
  report.routes = describe_routes(report.observed, desired.routes);
  report.observed.info.insert(report.observed.info.end(), report.routes.remarks.begin(), report.routes.remarks.end());
  if (!desired.routes.managed) report.routes_left_alone = desired.routes.reason;
  report.resolver = describe_resolver(report.observed, desired.hosts_first);
  for (const auto* texts :
       {&report.observed.unreadable_rows, &report.mounts.warnings, &report.routes.warnings, &report.resolver.warnings})
    report.warnings.insert(report.warnings.end(), texts->begin(), texts->end());
  report.observed.unobserved.insert(report.observed.unobserved.end(), desired.routes.unobserved.begin(),
                                    desired.routes.unobserved.end());
  app::report_unobserved(report, report.observed.unobserved, "");
  report.unmet = desired.filesystems.conflicts;
  report.unmet.insert(report.unmet.end(), desired.routes.errors.begin(), desired.routes.errors.end());
  report.errors.insert(report.errors.end(), report.unmet.begin(), report.unmet.end());
  report.differs = report.differs || !report.unmet.empty() || !desired.routes.lost.empty();
  const bool unseen = report.observed.mounts.empty() && report.observed.mounts_are_unobserved();
  report.verdict.failover = unseen ? "unknown" : text_of(worst_failover(report.mounts));
}

void judge_gateways(Report& report) {
  report.differs = report.differs || std::any_of(report.routes.gateways.begin(), report.routes.gateways.end(),
                                                 [](const GatewayState& gateway) { return gateway.state == "down"; });
}

void set_status(Report& report, bool read_only, bool at_boot) {
  report.differs = report.differs || std::any_of(report.results.begin(), report.results.end(),
                                                 [](const plan::StepResult& result) { return result.unsafe; });
  app::count_steps(report);
  mark_mounts(report);
  note_open_files(report, at_boot);
  app::set_status(report, read_only);
  if (report.resolver.is_out_of_reach && report.exit_status == report::exit_ok) {
    report.verdict.status = "drift";
    report.exit_status = report::exit_not_as_wanted;
  }
}

}  // namespace hanfs::node
