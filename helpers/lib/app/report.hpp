// SPDX-License-Identifier: Apache-2.0
// The part of a report that all programs share: what was planned, what became of it, and how it is told.
#pragma once

#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "app/context.hpp"
#include "plan/apply.hpp"
#include "plan/plan.hpp"
#include "report/verdict.hpp"
#include "result.hpp"
#include "sys/lock.hpp"

namespace hanfs::app {

struct Report {
  plan::Plan plan;
  std::vector<plan::StepResult> results;  // of the plan's steps; empty when nothing was applied
  std::vector<std::string> notes;         // worth knowing, nothing to worry about
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
  report::Verdict verdict;
  bool touched = false;  // something was changed that `results` does not tell of
  bool differs = false;  // something is not as wanted, and no step of the plan would change that
  int exit_status = report::exit_ok;
};

// Of a run that has not begun.
report::Verdict verdict_of(const std::string& tool, const std::string& node, const std::string& status);

// An error for each, and its command in the verdict. `when` stands in front of it ("looking again: "), or is empty.
void report_unobserved(Report& report, const std::vector<Unobserved>& unobserved, const std::string& when);

// Every step was done (true also where nothing was applied).
bool all_done(const std::vector<plan::StepResult>& results);

// In the verdict, once each.
void failed_command(report::Verdict& verdict, const std::string& name);

// changed and failed of the verdict, an error for each step that did not go well, and the cure where its command is
// still at work.
void count_steps(Report& report);

// Status and exit status (helpers/README.md "Exit statuses"). `read_only`: nothing was to be changed, so a plan that is
// not empty is a difference.
void set_status(Report& report, bool read_only);

const char* result_name(plan::StepResult::State state);
nlohmann::ordered_json plan_json(const Report& report);
// The plan, or what became of it; `nothing` is said where it is empty.
std::string plan_text(const Report& report, bool verbose, const std::string& nothing);
// "title: line" of each.
std::string lines(const char* title, const std::vector<std::string>& texts);

// How every report ends: notes, remarks (with --verbose), warnings, errors, and the verdict line.
std::string end_of_text(const Report& report, const RunModes& modes, const std::vector<std::string>& info);

// How every object of --json begins (tool, version, node) and ends (notes to errors, and the result with the program's
// `own` fields). In between stand the program's fields and "plan". One line, also for paths that are no UTF-8.
nlohmann::ordered_json begin_json(const Report& report);
std::string end_json(nlohmann::ordered_json object, const Report& report, const std::vector<std::string>& info,
                     const nlohmann::ordered_json& own);

// The table, which ends in the verdict line, or the JSON object, whose verdict line goes to stderr. Returns the
// report's exit status.
int print(const Report& report, Context& context, const std::string& text, const std::string& json);
// The same for what has another form; `is_verdict_apart`: the verdict line goes to stderr.
int print_and_end(const Report& report, Context& context, const std::string& out, bool is_verdict_apart);
// On stdout. False: it cannot be written, which a line on stderr says.
bool print_output(System& system, const std::string& tool, std::string_view text);

// Takes the lock until the report is printed, and waits for what a killed run has left at work. An error: another run
// is at work; a lock that cannot be had, or a command that does not end, is a warning.
Status acquire_run_lock(Report& report, Context& context);

// The run ends here: says why in the report.
void abort_run(Report& report, const std::string& reason, const char* status, int exit_status);

// A usage or settings error: one clear line, nothing touched. A program that reads JSON gets an object here too: `json`
// makes it of the report, once the error is in it.
int refuse(System& system, Report& report, const Error& error, bool as_json, const std::function<std::string()>& json);
// Nobody may be there to read it: at boot, a mistake in the settings file.
void log_refusal(System& system, const Report& report);

// For a run that is stuck where no deadline of ours reaches: after `seconds` it ends with this verdict.
void arm_watchdog(System& system, const report::Verdict& verdict, const RunModes& modes, long seconds);

// Tells the log and the watchdog of each step, so that its last words are true.
class StepTeller {
 public:
  // Only tool and node of the verdict are used. The context must outlive it.
  StepTeller(const Context& context, report::Verdict verdict);
  void tell(const plan::Step& step, const plan::StepResult& result);
  // Until the next call the run owes this command, whatever happens; empty: nothing.
  void owe(const plan::Argv& argv);

 private:
  void tell_watchdog() const;

  const Context& context_;
  report::Verdict verdict_;
  plan::Argv owed_;
};

}  // namespace hanfs::app
