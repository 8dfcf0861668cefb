// SPDX-License-Identifier: Apache-2.0
// The plan, handed out.
#include <unistd.h>

#include <nlohmann/json.hpp>

#include "makehanfs/apply/apply.hpp"
#include "makehanfs/commands/hosts.hpp"
#include "report/progress.hpp"
#include "sys/host.hpp"

namespace hanfs::cluster {
namespace {

std::size_t all_work(const std::vector<Round>& rounds) {
  std::size_t count = 0;
  for (const Round& round : rounds) count += round.work.size();
  return count;
}

// What has to be done before hosts are: apply leaves the tables to the administrator.
void warn_of_tables(Desk& desk) {
  if (!desk.cluster.table_lines.empty())
    desk.report.warnings.push_back("the tables want " + std::to_string(desk.cluster.table_lines.size()) +
                                   " change(s), which apply does not make; cure: makehanfs plan shows them");
}

// Exit status and verdict: what was handed out, and what was left out because of the tables.
void judge(Desk& desk, const Applied& applied, std::size_t left_out) {
  report::Verdict& verdict = desk.report.verdict;
  verdict.changed = applied.count(HostResult::State::changed);
  std::size_t failed = 0;
  for (const auto& round : applied.rounds)
    for (const HostResult& host : round) failed += host.good() ? 0U : 1U;
  verdict.failed = failed + left_out;
  verdict.warnings = desk.report.warnings.size();
  desk.report.exit_status = exit_status_of(applied);
  if (desk.report.exit_status == report::exit_ok && left_out != 0) desk.report.exit_status = report::exit_not_as_wanted;
  // Hosts that were left as they are, and those behind them.
  const std::size_t unchanged = applied.count(HostResult::State::drift) + applied.count(HostResult::State::left_out);
  if (desk.report.exit_status == report::exit_ok) {
    verdict.status = verdict.changed != 0 ? "changed" : "ok";
  } else if (applied.worked && applied.problems.empty() && unchanged == failed) {
    verdict.status = "drift";
  } else {
    verdict.status = "fail";
  }
}

int print(Desk& desk, const std::string& text, nlohmann::ordered_json object) {
  return app::print(desk.report, desk.context, text + "\n" + app::end_of_text(desk.report, desk.options, {}),
                     app::end_json(std::move(object), desk.report, {}, {}));
}

int show_only(Desk& desk, const Engine& engine, const std::vector<Round>& rounds, const std::vector<Work>& done,
              std::size_t left_out) {
  std::size_t left = 0;
  for (const Round& round : rounds) left += left_to_do(round, done).size();
  report::Verdict& verdict = desk.report.verdict;
  verdict.warnings = desk.report.warnings.size();
  verdict.failed = left_out;
  // Whether hosts are as wanted only they know: work that is left counts as a difference (design 4).
  if (left + left_out != 0) {
    verdict.status = "drift";
    desk.report.exit_status = report::exit_not_as_wanted;
  }
  auto object = app::begin_json(desk.report);
  object["plan"] = dry_json(engine, rounds, done);
  return print(
      desk,
      "Nothing is run. It would be, over " + std::string(name_of(engine.kind)) + ":\n" + dry_text(engine, rounds, done),
      std::move(object));
}

}  // namespace

int do_apply(Desk& desk) {
  const Result<Engine> engine = engine_of(desk);
  if (!engine) return abort_run(desk, engine.error().what, "fail", report::exit_not_observed);
  // A look is no work that could be resumed.
  const bool only_shown = desk.options.dry_run || !desk.options.from.empty();
  const bool check_only = desk.options.read_only() && !only_shown;
  const std::vector<Round> rounds =
      make_rounds(desk.cluster, make_plan(desk.cluster, desk.options.settings), desk.options.settings, check_only);
  if (const Status sound = check_rounds(rounds); !sound)
    return abort_run(desk, sound.error().what, "refused", report::exit_usage);
  warn_of_tables(desk);
  report_skipped(desk);
  const std::size_t left_out = desk.report.errors.size();
  if (rounds.empty())
    return abort_run(desk, "no domain is sound, so there is nothing to hand out; cure: makehanfs plan", "fail",
                   report::exit_not_as_wanted);

  const std::string path = desk.context.journal_path() + (check_only ? "-check" : "-apply");
  if (only_shown) {
    const Result<std::vector<Work>> done =
        desk.options.resume ? open_journal(path, true) : Result<std::vector<Work>>(std::vector<Work>{});
    if (!done) return abort_run(desk, done.error().what, "refused", report::exit_usage);
    return show_only(desk, *engine, rounds, *done, left_out);
  }
  std::unique_ptr<sys::Lock> lock;
  if (const Status alone = app::acquire_run_lock(desk.report, desk.context, lock); !alone)
    return abort_run(desk, alone.error().what, "refused", report::exit_busy);
  const Result<std::vector<Work>> done = open_journal(path, desk.options.resume);
  if (!done) return abort_run(desk, done.error().what, "refused", report::exit_usage);
  plan::Journal journal(path, sys::utc_now() + "." + std::to_string(::getpid()));

  Applied applied;
  {
    report::Progress progress("makehanfs", all_work(rounds));
    ApplyOptions how;
    how.check_only = check_only;
    how.failure_limit = static_cast<std::size_t>(desk.options.settings.failure_limit);
    how.done = *done;
    how.may_continue = [&] { return desk.context.may_continue(); };
    how.stop_reason = [&] { return desk.context.stop_reason(); };
    how.time_left = [&] { return rest_of_run(desk); };
    how.one_more = [&] { progress.advance(); };
    applied = apply(desk.context.runner(), *engine, rounds, journal, how);
  }
  if (!journal.reason().empty()) desk.report.warnings.push_back("journal: " + journal.reason());
  desk.report.warnings.insert(desk.report.warnings.end(), applied.warnings.begin(), applied.warnings.end());
  const ToDo next = to_do(rounds, applied, check_only);
  desk.report.errors.insert(desk.report.errors.end(), next.errors.begin(), next.errors.end());
  desk.report.errors.insert(desk.report.errors.end(), applied.problems.begin(), applied.problems.end());
  desk.report.warnings.insert(desk.report.warnings.end(), next.warnings.begin(), next.warnings.end());
  judge(desk, applied, left_out);
  auto object = app::begin_json(desk.report);
  object.update(json_of(rounds, applied));
  return print(desk, text_of(rounds, applied, desk.options.verbose), std::move(object));
}

}  // namespace hanfs::mn
