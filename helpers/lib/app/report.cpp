// SPDX-License-Identifier: Apache-2.0
#include "app/report.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "plan/step_text.hpp"
#include "report/json.hpp"
#include "report/table.hpp"
#include "run/command.hpp"
#include "text/words.hpp"

namespace hanfs::app {
namespace {

using State = plan::StepResult::State;
using Level = report::Log::Level;
using json = nlohmann::ordered_json;

// Beyond this a screen is no help; --json and --verbose have everything.
constexpr std::size_t steps_shown = 40;

}  // namespace

report::Verdict verdict_of(const std::string& tool, const std::string& node, const std::string& status) {
  report::Verdict verdict;
  verdict.tool = tool;
  verdict.node = node;
  verdict.status = status;
  return verdict;
}

void report_unobserved(Report& report, const std::vector<Unobserved>& unobserved, const std::string& when) {
  for (const Unobserved& item : unobserved) {
    report.errors.push_back(when + item.what);
    failed_command(report.verdict, item.command);
  }
}

bool all_done(const std::vector<plan::StepResult>& results) {
  return std::all_of(results.begin(), results.end(),
                     [](const plan::StepResult& result) { return result.state == State::done; });
}

void failed_command(report::Verdict& verdict, const std::string& name) {
  if (std::find(verdict.commands.begin(), verdict.commands.end(), name) == verdict.commands.end())
    verdict.commands.push_back(name);
}

void count_steps(Report& report) {
  for (std::size_t i = 0; i < report.results.size(); ++i) {
    const plan::Step& step = report.plan.steps[i];
    const plan::StepResult& result = report.results[i];
    if (result.state == State::done) {
      ++report.verdict.changed;
      continue;
    }
    if (result.gone) continue;
    ++report.verdict.failed;
    const bool skipped = result.state == State::skipped;
    const auto same_reason = [&](const plan::StepResult& other) {
      return other.state == State::skipped && other.problem == result.problem;
    };
    if (skipped && i > 0 && same_reason(report.results[i - 1])) continue;  // the reason is said once
    std::size_t end = i + 1;
    while (skipped && end < report.results.size() && same_reason(report.results[end])) ++end;
    const std::size_t more = end - i - 1;
    report.errors.push_back(plan::text_of(step) +
                            (more == 0 ? "" : " and " + text::counted(more, "step") + " after it") + ": " +
                            (skipped ? "skipped: " : "") + result.problem + " (" + step.why + ")");
    if (result.still_running)
      report.errors.push_back("still at work, and what it changes comes after this run: " + plan::text_of(step) +
                              "; cure: run this again when it has ended (--status shows what is there)");
    if (result.state == State::failed && !result.rolled_back && !step.argv.empty())
      failed_command(report.verdict, step.argv.front().substr(step.argv.front().rfind('/') + 1));
  }
}

void set_status(Report& report, bool read_only) {
  const bool touched =
      report.touched || std::any_of(report.results.begin(), report.results.end(),
                                    [](const plan::StepResult& result) { return result.state != State::skipped; });
  report::Verdict& verdict = report.verdict;
  const bool is_judged = touched || report.differs;
  if (is_judged && !report.errors.empty()) {
    verdict.status = "fail";
    report.exit_status = report::exit_not_as_wanted;
  } else if (!report.errors.empty()) {
    verdict.status = "fail";
    report.exit_status = report::exit_not_observed;
  } else if (report.differs || (read_only && !report.plan.empty())) {
    verdict.status = "drift";
    report.exit_status = report::exit_not_as_wanted;
  } else {
    verdict.status = verdict.changed != 0 ? "changed" : "ok";
  }
}

const char* result_name(State state) {
  switch (state) {
    case State::done:
      return "done";
    case State::failed:
      return "failed";
    case State::skipped:
      return "skipped";
  }
  return "";
}

json plan_json(const Report& report) {
  json steps = json::array();
  for (std::size_t i = 0; i < report.plan.steps.size(); ++i) {
    const plan::Step& step = report.plan.steps[i];
    json object{{"id", plan::id_of(step)}, {"why", step.why}, {"argv", step.argv}};
    if (step.file) object["file"] = step.file->path;
    if (i < report.results.size()) {
      object["result"] = result_name(report.results[i].state);
      if (!report.results[i].problem.empty()) object["problem"] = report.results[i].problem;
    }
    steps.push_back(std::move(object));
  }
  return steps;
}

std::string plan_text(const Report& report, bool verbose, const std::string& nothing) {
  if (report.plan.empty() && report.exit_status != report::exit_ok)
    return report.touched ? "" : "Nothing was touched.\n";
  if (report.plan.empty()) return nothing;
  std::string text = report.results.empty() ? "Would do:\n" : "Done:\n";
  std::size_t shown = 0;
  for (std::size_t i = 0; i < report.plan.steps.size(); ++i) {
    const plan::Step& step = report.plan.steps[i];
    const bool went_well = i < report.results.size() && report.results[i].state == State::done;
    if (++shown > steps_shown && !verbose && (report.results.empty() || went_well)) continue;
    text += "  " + plan::text_of(step) + "\n      why: " + step.why + "\n";
    if (i < report.results.size() && !went_well)
      text += "      " + std::string(result_name(report.results[i].state)) + ": " +
              report::escape_control(report.results[i].problem) + "\n";
  }
  if (shown > steps_shown && !verbose)
    text += "  ... " + std::to_string(shown) + " steps in all; --verbose shows each\n";
  return text;
}

std::string lines(const char* title, const std::vector<std::string>& texts) {
  std::string text;
  for (const std::string& line : texts) text += std::string(title) + ": " + report::escape_control(line) + "\n";
  return text;
}

std::string end_of_text(const Report& report, const RunModes& modes, const std::vector<std::string>& info) {
  std::string text = lines("note", report.notes);
  if (modes.verbose) text += lines("remark", info);
  return text + lines("warning", report.warnings) + lines("error", report.errors) + report.verdict.line() + "\n";
}

json begin_json(const Report& report) {
  return {{"tool", report.verdict.tool}, {"version", HANFS_VERSION}, {"node", report.verdict.node}};
}

std::string end_json(json object, const Report& report, const std::vector<std::string>& info, const json& own) {
  const report::Verdict& verdict = report.verdict;
  object["notes"] = report.notes;
  object["remarks"] = info;
  object["warnings"] = report.warnings;
  object["errors"] = report.errors;
  json result{{"status", verdict.status}, {"exit_status", report.exit_status}};
  if (!verdict.state.empty()) result["state"] = verdict.state;
  result["changed"] = verdict.changed;
  result["failed"] = verdict.failed;
  result["warnings"] = verdict.warnings;
  if (!verdict.failover.empty()) result["failover"] = verdict.failover;
  if (own.is_object()) result.update(own);
  result["commands_failed"] = verdict.commands;
  result["verdict"] = verdict.line();
  object["result"] = std::move(result);
  return report::json_text(object);
}

int print(const Report& report, Context& context, const std::string& text, const std::string& json_text) {
  // With --json stdout is the object alone, so the verdict goes to stderr.
  const bool json = context.modes().json;
  return print_and_end(report, context, json ? json_text + "\n" : text, json);
}

bool print_output(System& system, const std::string& tool, std::string_view text) {
  if (system.print(text)) return true;
  (void)system.print_error(tool + ": stdout cannot be written\n");
  return false;
}

int print_and_end(const Report& report, Context& context, const std::string& out, bool is_verdict_apart) {
  constexpr long time_to_print = 10;  // seconds at least
  constexpr long time_to_log = 3;
  System& system = context.system();
  context.release_lock();
  // There is one verdict, and it is in `out` or `err`.
  system.set_last_resort("", std::max<int>(report.exit_status, report::exit_not_as_wanted), {});
  system.arm_watchdog(std::max(system.watchdog_time_left(), time_to_print));
  report::Verdict verdict = report.verdict;
  bool printed = print_output(system, verdict.tool, out);
  if (!printed) verdict.status = "fail";
  if (is_verdict_apart) printed = system.print_error(verdict.line() + "\n") && printed;
  const int exit_status = printed ? report.exit_status : std::max<int>(report.exit_status, report::exit_not_as_wanted);

  for (const std::string& error : report.errors) context.log().write(Level::error, "hanfs: " + error);
  context.log().write(exit_status == report::exit_ok ? Level::info : Level::error, verdict.line());
  system.set_last_resort("", exit_status, {});
  system.arm_watchdog(time_to_log);
  context.send_log();
  return exit_status;
}

Status acquire_run_lock(Report& report, Context& context) {
  const sys::Lock& lock = context.take_lock();
  if (lock.state == sys::Lock::State::busy)
    return Error{"another run is at work (process " + std::to_string(lock.holder) +
                 "); cure: wait for it, or see what it hangs on"};
  if (lock.state == sys::Lock::State::unavailable)
    report.warnings.push_back("no lock (" + lock.reason + "): a second run at the same time is not kept out");
  if (!context.wait_for_orphaned_commands())
    report.warnings.emplace_back(
        "a command of an earlier run that was killed is still at work, and what it changes may come after this run; "
        "cure: end it, or run this again when it has ended");
  return Done{};
}

void abort_run(Report& report, const std::string& reason, const char* status, int exit_status) {
  report.errors.push_back(reason);
  report.verdict.status = status;
  report.exit_status = exit_status;
}

int refuse(System& system, Report& report, const Error& error, bool as_json, const std::function<std::string()>& json) {
  abort_run(report, error.what, "refused", report::exit_usage);
  (void)system.print_error(report.verdict.tool + ": " + error.what + "\n");
  const std::string verdict = report.verdict.line() + "\n";
  if (as_json) {
    (void)system.print(json() + "\n");
    (void)system.print_error(verdict);
  } else {
    (void)system.print(verdict);
  }
  return report.exit_status;
}

void log_refusal(System& system, const Report& report) {
  constexpr long time_to_log = 3;  // seconds
  system.set_last_resort("", report.exit_status, {});
  system.arm_watchdog(time_to_log);
  const report::Log log([&](Level level, const std::string& message) { system.log(level, message); });
  for (const std::string& error : report.errors) log.write(Level::error, "hanfs: " + error);
  log.write(Level::error, report.verdict.line());
}

namespace {

void set_last_words(System& system, const report::Verdict& verdict, const plan::Argv& owed, const RunModes& modes) {
  Report last;
  last.verdict = verdict;
  ++last.verdict.failed;
  abort_run(last, "stuck for longer than the deadline, probably in a file system of a dead server", "fail",
            report::exit_not_as_wanted);
  if (!owed.empty())
    last.errors.push_back("a default gateway was away, so this was started: " + run::command_text(owed));
  plan::Argv command = owed;
  if (!command.empty()) command.front() = modes.sysroot + command.front();
  const std::string words = modes.json ? end_json(begin_json(last), last, {}, {}) + "\n" : end_of_text(last, modes, {});
  system.set_last_resort(words, report::exit_not_as_wanted, command);
}

}  // namespace

void arm_watchdog(System& system, const report::Verdict& verdict, const RunModes& modes, long seconds) {
  set_last_words(system, verdict, {}, modes);
  system.arm_watchdog(seconds);
}

StepTeller::StepTeller(const Context& context, report::Verdict verdict)
    : context_(context), verdict_(std::move(verdict)) {}

void StepTeller::tell(const plan::Step& step, const plan::StepResult& result) {
  const bool well = result.state == State::done;
  context_.log().write(well ? Level::info : Level::error, "hanfs: " + step.why + (well ? "" : ": " + result.problem));
  ++(well ? verdict_.changed : verdict_.failed);
  tell_watchdog();
}

void StepTeller::owe(const plan::Argv& argv) {
  owed_ = argv;
  tell_watchdog();
}

void StepTeller::tell_watchdog() const { set_last_words(context_.system(), verdict_, owed_, context_.modes()); }

}  // namespace hanfs::app
