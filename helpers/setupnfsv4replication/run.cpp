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

int print(Report& report, Context& context) {
  report.verdict.warnings = report.warnings.size();
  return app::print(report, context, text_of(report, context.options()), json_of(report));
}

// Nothing was touched, and nothing will be.
int abort_run(Report& report, Context& context, const std::string& reason, const char* status, int exit_status) {
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
  if (!app::all_done(report.results)) return;
  for (const plan::Step& step : make_plan(report.observed, desired).steps)
    report.errors.push_back("still to do after the run: " + step.why);
}

// What --reset plans. A journal that cannot be read, or not be trusted, says nothing, and then nothing is taken back.
ResetPlan plan_reset(const Context& context, const Result<plan::JournalContent>& journal,
                     const ObservedState& observed) {
  if (journal) return make_reset_plan(observed, desired_of(context, observed), *journal, context.node());
  ResetPlan nothing;
  nothing.errors.push_back("journal: " + journal.error().what + "; nothing is taken back");
  return nothing;
}

int run(Context& context) {
  const Options& options = context.options();
  Report report;
  report.verdict = verdict_of(context.node(), "ok");

  if (!options.read_only()) {
    if (const Status alone = app::acquire_run_lock(report, context); !alone)
      return abort_run(report, context, alone.error().what, "refused", report::exit_busy);
  }

  Sources sources = context.sources();
  // Looking at thousands of file systems must not take all of the time: what was not seen by then comes after what was.
  if (!options.read_only())
    sources.time_for_command = [until = sys::Deadline(context.system().clock(), context.time_left() / 2),
                                all = sources.time_for_command] {
      return until.left().count() > 0 ? all() : std::chrono::milliseconds(0);
    };
  ObservedState before = observe(sources, context.node());
  for (const std::string& problem : context.finish_saving()) report.errors.push_back(problem);
  const Result<plan::JournalContent> journal =
      options.reset ? context.read_journal() : Result<plan::JournalContent>(plan::JournalContent{});
  ResetPlan reset;
  bool is_final = false;  // what `reset` says: once the routes were seen it is not said anew of what was done since
  const Planner planner = [&](const ObservedState& observed) {
    if (!options.reset) return make_plan(observed, desired_of(context, observed));
    ResetPlan planned = plan_reset(context, journal, observed);
    plan::Plan steps = planned.plan;
    if (!is_final) reset = std::move(planned);
    is_final = !observed.routes_are_pending() && !observed.odm_routes_are_pending() && !observed.is_pending("no");
    return steps;
  };
  const auto nothing_to_change = [&] {
    return options.read_only() || !unobservable_reason(before, options).empty() || planner(before).empty();
  };
  // Where something is to be changed, those who do not answer wait until that is done.
  if (may_tell_more(before) && options.from.empty() && options.save.empty() && context.may_continue() &&
      nothing_to_change())
    before = observe_rest(context.sources_of_last_look(), std::move(before));
  std::string reason = unobservable_reason(before, options);
  if (reason.empty() && context.system().interrupted()) reason = "stopped by a signal before anything was changed";
  if (!reason.empty()) {
    describe(report, before, desired_of(context, before));
    return abort_run(report, context, reason, "fail", report::exit_not_observed);
  }
  report.plan = planner(before);

  if (options.read_only() || report.plan.empty()) {
    describe(report, before, desired_of(context, before));
  } else {
    Change change = apply_and_verify(context, report.plan, before, planner);
    report.plan = std::move(change.plan);
    report.results = std::move(change.results);
    report.notes = std::move(change.notes);
    report.warnings.insert(report.warnings.end(), change.warnings.begin(), change.warnings.end());
    describe(report, std::move(change.after), change.desired);
    if (!options.reset) verify(report, change.desired);
  }
  report.warnings.insert(report.warnings.end(), reset.warnings.begin(), reset.warnings.end());
  report.errors.insert(report.errors.end(), reset.errors.begin(), reset.errors.end());
  report.differs = report.differs || !reset.errors.empty();
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
  app::arm_watchdog(system, verdict_of(context.node(), "fail"), options, options.settings.deadline + grace);
  return run(context);
}

}  // namespace

int run(app::System& system, int argc, const char* const* argv) {
  return app::run_program<Options>({read_options, verdict_of, json_of_refusal, run_with_options}, system, argc, argv);
}

}  // namespace hanfs::node
