// SPDX-License-Identifier: Apache-2.0
// setuphanfs: exports /install of an AIX service node with its replicas, so that diskless nodes can fail over.
// options -> observe -> plan -> apply -> verify -> report
#include <algorithm>
#include <cstdio>
#include <string>

#include "setuphanfs/change.hpp"
#include "setuphanfs/observe.hpp"
#include "setuphanfs/report.hpp"
#include "sys/fds.hpp"
#include "sys/signals.hpp"
#include "tool/self_test.hpp"

namespace hanfs::server {
namespace {

int print(Report& report, const tool::Context& context, const Options& options) {
  report.verdict.warnings = report.warnings.size();
  return tool::print(report, context, text_of(report, options), json_of(report));
}

// Empty: it can go on.
std::string why_not_observable(const Facts& facts, const Options& options) {
  const bool no_exportfs = std::any_of(facts.blind.begin(), facts.blind.end(), [](const tool::Blind& spot) {
    return spot.command == "exportfs" && spot.missing;
  });
  if (options.from.empty() && no_exportfs)
    return "this is not AIX: " + options.sysroot + "/usr/sbin/exportfs is missing; nothing was touched";
  return facts.blind.empty() ? "" : "without these nothing can be judged; nothing was touched";
}

int run(tool::Context& context, const Options& options) {
  const Settings& settings = options.settings;
  Report report;
  report.verdict = verdict_of(context.node(), "ok");
  const auto give_up = [&](const std::string& reason, const char* status, int exit_status) {
    report.errors.push_back(reason);
    report.verdict.status = status;
    report.exit_status = exit_status;
    return print(report, context, options);
  };

  std::unique_ptr<sys::Lock> lock;
  if (!options.read_only())
    if (const Status alone = tool::keep_others_out(report, context, lock); !alone)
      return give_up(alone.error().what, "refused", report::exit_busy);

  const Facts before = observe(context.sources(), context.node());
  for (const std::string& problem : context.finish_saving()) report.errors.push_back(problem);
  report.facts = before;
  tool::tell_blind_spots(report, before.blind, "");
  std::string reason = why_not_observable(before, options);
  if (reason.empty() && sys::interrupted()) reason = "stopped by a signal before anything was changed";
  if (!reason.empty()) return give_up(reason, "fail", report::exit_not_observed);
  report.verdict.state = "as-before";

  Result<Wish> wished = wish(before, settings);
  if (!wished) return give_up(wished.error().what, "refused", report::exit_usage);
  report.wish = std::move(*wished);
  const Wish& wanted = *report.wish;
  report.warnings.insert(report.warnings.end(), wanted.warnings.begin(), wanted.warnings.end());
  report.notes = wanted.notes;
  ServerPlan made = make_plan(before, wanted, settings);
  report.plan = std::move(made.plan);
  report.interruptions = std::move(made.interruptions);

  const bool held_back = !options.read_only() && !report.interruptions.empty() && !settings.disruptive;
  if (held_back)
    report.warnings.emplace_back(
        "nothing was changed, because it interrupts clients; cure: --disruptive, when they can bear it");
  const bool only_look = options.read_only() || held_back;
  if (report.plan.empty()) {
    report.verdict.state = "replicated";
  } else if (!only_look) {
    Change change = apply_and_settle(context, report.plan, before, wanted);
    report.results = std::move(change.results);
    report.facts = std::move(change.after);
    report.notes.insert(report.notes.end(), change.notes.begin(), change.notes.end());
    report.warnings.insert(report.warnings.end(), change.warnings.begin(), change.warnings.end());
    verify(report, before, settings);
  }
  tool::count_steps(report);
  tool::settle(report, only_look);
  return print(report, context, options);
}

}  // namespace
}  // namespace hanfs::server

int main(int argc, char** argv) {
  namespace server = hanfs::server;
  namespace tool = hanfs::tool;
  hanfs::sys::fill_standard_descriptors();
  const auto invocation = server::read_options(argc, argv);
  if (!invocation) return tool::refuse(server::verdict_of(hanfs::sys::node_name(), "refused"), invocation.error());
  if (!invocation->print.empty()) {
    std::fputs(invocation->print.c_str(), stdout);
    return 0;
  }
  hanfs::sys::close_inherited_on_exec();
  hanfs::sys::install_signals();
  const server::Options& options = invocation->options;
  if (options.self_test) return tool::self_test(server::tool_name);

  tool::Context context(options, options.settings,
                        {"/etc/exports", "/etc/hosts", "/etc/nfs/local_domain", "/etc/xtab"});
  const std::string words = tool::last_words(server::verdict_of(context.node(), "fail"));
  // Beyond the deadline a run still takes back what it did: so many commands may hang once more.
  constexpr long commands_to_take_back = 20;
  const long whole = options.settings.deadline + commands_to_take_back * options.settings.command_deadline;
  hanfs::sys::arm_watchdog(static_cast<unsigned>(whole), words.c_str(), hanfs::report::exit_not_as_wanted);
  return server::run(context, options);
}
