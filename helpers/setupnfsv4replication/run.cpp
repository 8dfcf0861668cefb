// SPDX-License-Identifier: Apache-2.0
// setupnfsv4replication: makes the NFSv4 file systems of an AIX diskless node fail over before the node dies.
// options -> observe -> plan -> apply -> verify -> report
#include "setupnfsv4replication/run.hpp"

#include <algorithm>
#include <string>

#include "app/program.hpp"
#include "setupnfsv4replication/change.hpp"
#include "setupnfsv4replication/context.hpp"
#include "setupnfsv4replication/report.hpp"
#include "setupnfsv4replication/reset_plan.hpp"

namespace hanfs::node {
namespace {

int print(Report& report, const Context& context) {
  report.verdict.warnings = report.warnings.size();
  return app::print(report, context, text_of(report, context.options()), json_of(report));
}

// Nothing was touched, and nothing will be.
int abort_run(Report& report, const Context& context, const std::string& reason, const char* status, int exit_status) {
  app::abort_run(report, reason, status, exit_status);
  return print(report, context);
}

bool lacks_command(const ObservedState& observed, const char* command) {
  return std::any_of(observed.unobserved.begin(), observed.unobserved.end(),
                     [&](const Unobserved& item) { return item.command == command && item.missing; });
}

// Without the list of mounts nothing can be judged, without nfs4cl nothing can be done; anything else that is
// unobserved costs only what it hides. Empty: the run can go on.
std::string unobservable_reason(const ObservedState& observed, const Options& options) {
  if (options.from.empty() && lacks_command(observed, "nfs4cl"))
    return "this is not AIX: " + options.sysroot +
           "/usr/sbin/nfs4cl is missing; nothing was touched; to see hanfs without AIX, run test/demo of its source";
  return observed.mounts.empty() && observed.mounts_are_unobserved()
             ? "without the list of mounts nothing can be done; nothing was touched"
             : "";
}

// Planning again must give an empty plan, apart from what is known to have failed.
void verify(Report& report, const DesiredState& desired) {
  if (!desired.conflict().empty() || !app::all_done(report.results)) return;
  for (const plan::Step& step : make_plan(report.observed, desired).steps)
    report.errors.push_back("still to do after the run: " + step.why);
}

// A journal that cannot be read, or not be trusted, says nothing, and then nothing is taken back.
void plan_reset(const Context& context, const ObservedState& before, const DesiredState& desired, Report& report) {
  const Result<plan::JournalContent> journal = context.read_journal();
  if (!journal) {
    report.errors.push_back("journal: " + journal.error().what + "; nothing is taken back");
    report.differs = true;
    return;
  }
  ResetPlan reset = make_reset_plan(before, desired, *journal, context.node());
  report.plan = std::move(reset.plan);
  report.warnings.insert(report.warnings.end(), reset.warnings.begin(), reset.warnings.end());
  report.differs = !reset.errors.empty();
  report.errors.insert(report.errors.end(), reset.errors.begin(), reset.errors.end());
}

int run(Context& context) {
  const Options& options = context.options();
  Report report;
  report.verdict = verdict_of(context.node(), "ok");

  std::unique_ptr<sys::Lock> lock;
  if (!options.read_only()) {
    if (const Status alone = app::acquire_run_lock(report, context, lock); !alone)
      return abort_run(report, context, alone.error().what, "refused", report::exit_busy);
  }

  const ObservedState before = observe(context.sources(), context.node());
  for (const std::string& problem : context.finish_saving()) report.errors.push_back(problem);
  const DesiredState desired = desired_state(before, context.settings());
  std::string reason = unobservable_reason(before, options);
  if (reason.empty() && context.system().interrupted()) reason = "stopped by a signal before anything was changed";
  if (!reason.empty()) {
    describe(report, before, desired);
    return abort_run(report, context, reason, "fail", report::exit_not_observed);
  }
  if (!desired.conflict().empty()) {
    describe(report, before, desired);
    return abort_run(report, context, desired.conflict(), "refused", report::exit_usage);
  }
  if (options.reset) {
    plan_reset(context, before, desired, report);
  } else {
    report.plan = make_plan(before, desired);
  }

  if (options.read_only() || report.plan.empty()) {
    describe(report, before, desired);
  } else {
    Change change = apply_and_verify(context, report.plan, before);
    report.results = std::move(change.results);
    report.notes = std::move(change.notes);
    report.warnings.insert(report.warnings.end(), change.warnings.begin(), change.warnings.end());
    describe(report, std::move(change.after), change.desired);
    if (!options.reset) verify(report, change.desired);
  }
  if (options.check || options.status) judge_gateways(report);
  const bool at_boot = context.system().environment("UPDATENODE") == "0";  // xCAT says so to its postscripts
  if (options.reset) report.resolver.is_out_of_reach = false;              // going back wants nothing of the names
  set_status(report, options.read_only(), at_boot);
  return print(report, context);
}

std::string json_of_refusal(const app::Report& refused) {
  Report report;
  static_cast<app::Report&>(report) = refused;
  return json_of(report);
}

int run_with_options(app::System& system, const Options& options) {
  Context context(system, options);
  constexpr long grace = 5;  // seconds
  app::arm_watchdog(system, verdict_of(context.node(), "fail"), options.settings.deadline + grace);
  return run(context);
}

}  // namespace

int run(app::System& system, int argc, const char* const* argv) {
  return app::run_program<Options>({read_options, verdict_of, json_of_refusal, run_with_options}, system, argc, argv);
}

}  // namespace hanfs::node
