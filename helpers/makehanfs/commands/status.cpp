// SPDX-License-Identifier: Apache-2.0
// Asks the nodes who serves them.
#include <nlohmann/json.hpp>

#include "makehanfs/status/status.hpp"
#include "makehanfs/commands/hosts.hpp"
#include "report/progress.hpp"
#include "sys/file.hpp"
#include "sys/host.hpp"

namespace hanfs::cluster {
namespace {

Status write_page(const Desk& desk, const ClusterStatus& status) {
  PageOptions page;
  page.title = "HA NFS, seen from " + desk.context.node();
  page.when = sys::utc_now();
  page.how = "makehanfs status --html " + desk.options.html;
  return sys::write_atomically(sys::absolute_path(desk.options.html), page_of(desk.cluster, status, page));
}

void judge(Desk& desk, const ClusterStatus& status) {
  report::Verdict& verdict = desk.report.verdict;
  desk.report.exit_status = exit_status_of(status);
  if (desk.report.exit_status == report::exit_ok && !desk.report.errors.empty())
    desk.report.exit_status = report::exit_not_as_wanted;
  verdict.failed = status.nodes.size() - status.count(NodeState::State::primary);
  verdict.warnings = desk.report.warnings.size();
  if (desk.report.exit_status == report::exit_ok) return;
  // fail: what some node does is not known; drift: all is known, and not as wanted.
  const bool known = status.worked && status.problems.empty() && status.count(NodeState::State::silent) == 0 &&
                     status.count(NodeState::State::error) == 0;
  verdict.status = known ? "drift" : "fail";
}

}  // namespace

int do_status(Desk& desk) {
  const Result<Engine> engine = engine_of(desk);
  if (!engine) return abort_run(desk, engine.error().what, "fail", report::exit_not_observed);
  if (desk.cluster.nodes.empty())
    return abort_run(desk, "the tables have no diskless AIX node, so there is nobody to ask; cure: makehanfs plan",
                   "fail", report::exit_not_observed);
  ClusterStatus status;
  {
    report::Progress progress("makehanfs", desk.cluster.nodes.size());
    StatusOptions how;
    how.command = {desk.options.settings.node_command, "--status", "--json"};
    how.time_left = [&] { return rest_of_run(desk); };
    how.one_more = [&] { progress.advance(); };
    status = observe_status(desk.context.runner(), *engine, desk.cluster, how);
  }
  desk.report.errors.insert(desk.report.errors.end(), status.problems.begin(), status.problems.end());
  desk.report.warnings.insert(desk.report.warnings.end(), status.warnings.begin(), status.warnings.end());
  if (!desk.options.html.empty())
    if (const Status written = write_page(desk, status); !written) desk.report.errors.push_back(written.error().what);
  judge(desk, status);
  auto object = app::begin_json(desk.report);
  object.update(json_of(desk.cluster, status));
  return app::print(
      desk.report, desk.context,
      text_of(desk.cluster, status, desk.options.verbose) + app::end_of_text(desk.report, desk.options, {}),
      app::end_json(std::move(object), desk.report, {}, {}));
}

}  // namespace hanfs::mn
