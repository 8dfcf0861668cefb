// SPDX-License-Identifier: Apache-2.0
// setupnfsv4replication: makes the NFSv4 file systems of an AIX diskless node fail over before the node dies.
// options -> observe -> plan -> apply -> verify -> report
#include <algorithm>
#include <cstdio>
#include <string>

#include "setupnfsv4replication/change.hpp"
#include "setupnfsv4replication/context.hpp"
#include "setupnfsv4replication/planner.hpp"
#include "setupnfsv4replication/report.hpp"
#include "setupnfsv4replication/self_test.hpp"
#include "sys/fds.hpp"
#include "sys/signals.hpp"

namespace hanfs::node {
namespace {

using Level = report::Log::Level;

int print(Report& report, const Context& context) {
  report.verdict.warnings = report.warnings.size();
  const std::string verdict = report.verdict.line();
  if (context.options().json) {
    // stdout is the object alone, so the verdict goes to stderr.
    std::printf("%s\n", json_of(report).c_str());
    std::fflush(stdout);
    std::fprintf(stderr, "%s\n", verdict.c_str());
  } else {
    std::fputs(text_of(report, context.options()).c_str(), stdout);
  }
  std::fflush(stdout);
  for (const std::string& error : report.errors) context.log().write(Level::error, "hanfs: " + error);
  context.log().write(report.exit_status == report::exit_ok ? Level::info : Level::error, verdict);
  return report.exit_status;
}

// Nothing was touched, and nothing will be.
int give_up(Report& report, const Context& context, const std::string& reason, const char* status, int exit_status) {
  report.errors.push_back(reason);
  report.verdict.status = status;
  report.exit_status = exit_status;
  return print(report, context);
}

bool is_missing(const Facts& facts, const char* command) {
  return std::any_of(facts.blind.begin(), facts.blind.end(),
                     [&](const Blind& spot) { return spot.command == command && spot.missing; });
}

// Without the list of mounts nothing can be judged, without nfs4cl nothing can be done; all other blind spots cost only
// what they hide. Empty: it can go on.
std::string why_not_observable(const Facts& facts, const Options& options) {
  if (options.from.empty() && is_missing(facts, "nfs4cl"))
    return "this is not AIX: " + options.sysroot +
           "/usr/sbin/nfs4cl is missing; nothing was touched; to see hanfs without AIX, run test/demo of its source";
  const bool blind = std::any_of(facts.blind.begin(), facts.blind.end(),
                                 [](const Blind& spot) { return spot.command == "mount"; });
  return facts.mounts.empty() && blind ? "without the list of mounts nothing can be done; nothing was touched" : "";
}

// What a run says that is stuck where no deadline of ours reaches.
std::string last_words(const Context& context) {
  report::Verdict verdict = verdict_of(context.node(), "fail");
  verdict.failed = 1;
  return "error: stuck for longer than the deadline, probably in a file system of a dead server\n" + verdict.line() + "\n";
}

// Planning again must give an empty plan, apart from what is known to have failed.
void verify(Report& report, const Settings& settings) {
  using State = plan::StepResult::State;
  const bool all_done = std::all_of(report.results.begin(), report.results.end(),
                                    [](const plan::StepResult& result) { return result.state == State::done; });
  const Result<Wishes> wishes = wish(report.facts, settings);
  if (!wishes || !all_done) return;
  for (const plan::Step& step : make_plan(report.facts, *wishes, settings).steps)
    report.errors.push_back("still to do after the run: " + step.why);
}

int run(Context& context) {
  const Options& options = context.options();
  Report report;
  report.verdict = verdict_of(context.node(), "ok");

  std::unique_ptr<sys::Lock> lock;
  if (!options.read_only()) {
    lock = context.take_lock();
    if (lock->state() == sys::Lock::State::busy)
      return give_up(report, context,
                     "another run is at work (process " + std::to_string(lock->holder()) +
                         "); cure: wait for it, or see what it hangs on",
                     "refused", report::exit_busy);
    if (lock->state() == sys::Lock::State::unavailable)
      report.warnings.push_back("no lock (" + lock->reason() + "): a second run at the same time is not kept out");
  }

  const Facts before = observe(context.sources(), context.node());
  for (const std::string& problem : context.finish_saving()) report.errors.push_back(problem);
  std::string reason = why_not_observable(before, options);
  if (reason.empty() && sys::interrupted()) reason = "stopped by a signal before anything was changed";
  if (!reason.empty()) {
    describe(report, before, context.settings());
    return give_up(report, context, reason, "fail", report::exit_not_observed);
  }

  const Result<Wishes> wishes = wish(before, context.settings());
  if (!wishes) {
    describe(report, before, context.settings());
    return give_up(report, context, wishes.error().what, "refused", report::exit_usage);
  }
  if (options.reset) {
    const Result<plan::JournalContent> journal = context.read_journal();
    if (!journal) report.errors.push_back("journal: " + journal.error().what);
    report.plan = make_reset_plan(before, *wishes, journal ? *journal : plan::JournalContent{});
  } else {
    report.plan = make_plan(before, *wishes, context.settings());
  }

  if (options.read_only() || report.plan.empty()) {
    describe(report, before, context.settings());
  } else {
    Change change = apply_and_verify(context, report.plan, before);
    report.results = std::move(change.results);
    report.notes = std::move(change.notes);
    report.warnings.insert(report.warnings.end(), change.warnings.begin(), change.warnings.end());
    describe(report, std::move(change.after), context.settings());
    if (!options.reset) verify(report, context.settings());
  }
  settle(report, options.read_only());
  return print(report, context);
}

// A usage or settings error: one clear line, nothing touched.
int refuse(const Error& error) {
  std::fprintf(stderr, "%s: %s\n", tool_name, error.what.c_str());
  std::printf("%s\n", verdict_of(sys::node_name(), "refused").line().c_str());
  return report::exit_usage;
}

}  // namespace
}  // namespace hanfs::node

int main(int argc, char** argv) {
  namespace node = hanfs::node;
  hanfs::sys::fill_standard_descriptors();
  const auto invocation = node::read_options(argc, argv);
  if (!invocation) return node::refuse(invocation.error());
  if (!invocation->print.empty()) {
    std::fputs(invocation->print.c_str(), stdout);
    return 0;
  }
  hanfs::sys::close_inherited_on_exec();
  hanfs::sys::install_signals();
  const node::Options& options = invocation->options;
  if (options.self_test) return node::self_test();

  node::Context context(options);
  const std::string words = node::last_words(context);
  constexpr unsigned grace = 5;  // seconds
  hanfs::sys::arm_watchdog(static_cast<unsigned>(options.settings.deadline) + grace, words.c_str(),
                           hanfs::report::exit_not_as_wanted);
  return node::run(context);
}
