// SPDX-License-Identifier: Apache-2.0
// The plan, handed out.
#include "makehanfs/apply/apply.hpp"

#include <algorithm>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "makehanfs/apply/missing_tools.hpp"
#include "makehanfs/commands/hosts.hpp"
#include "run/command.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

// What has to be done before hosts are: apply leaves the tables to the administrator.
void warn_of_tables(CommandContext& command) {
  if (!command.cluster.table_changes.empty())
    command.report.warnings.push_back("the tables want " + std::to_string(command.cluster.table_changes.size()) +
                                      " change(s), which apply does not make; cure: makehanfs plan shows them");
}

void name_stages_by_hand(CommandContext& command, const ClusterPlan& plan) {
  std::string titles;
  for (const Stage& stage : plan.stages)
    if (stage.actions.front().by != Action::By::apply) titles += (titles.empty() ? "" : ", ") + stage.title;
  command.report.notes.push_back("by hand, as makehanfs plan shows them: " + titles);
}

// Then it is the engine that has to be cured, not its hosts.
std::string nobody_heard(const Engine& engine, const std::vector<Stage>& stages) {
  const std::string& host = stages.front().actions.front().hosts.front();
  return std::string(name_of(engine.kind)) + " said nothing of any host, so nothing is known of them; cure: " +
         run::command_text(command_line(engine, host, question_command())) +
         " has to answer, or to say that nobody is there";
}

// Exit status and verdict: what was handed out, and what was left out because of the tables.
void judge(CommandContext& command, const Applied& applied, std::size_t skipped) {
  report::Verdict& verdict = command.report.verdict;
  verdict.changed = applied.count(HostResult::State::changed);
  std::size_t failed = 0;
  for (const auto& stage : applied.stages)
    for (const HostResult& host : stage) failed += host.good() ? 0U : 1U;
  verdict.failed = failed + skipped;
  verdict.warnings = command.report.warnings.size();
  command.report.exit_status = exit_status_of(applied);
  if (command.report.exit_status == report::exit_ok && skipped != 0)
    command.report.exit_status = report::exit_not_as_wanted;
  // Hosts that were left as they are, and those behind them.
  const std::size_t unchanged = applied.count(HostResult::State::drift) + applied.count(HostResult::State::skipped);
  if (command.report.exit_status == report::exit_ok) {
    verdict.status = verdict.changed != 0 ? "changed" : "ok";
  } else if (applied.worked && applied.problems.empty() && unchanged == failed) {
    verdict.status = "drift";
  } else {
    verdict.status = "fail";
    if (verdict.failed == 0) verdict.failed = applied.problems.size();  // what is still owed to nodes, or not known
  }
}

// Of a run that boots nobody. Who has just answered is up.
void warn_of_silent_nodes_left_down(CommandContext& command, const Applied& applied) {
  std::set<std::string> up;
  for (const auto& stage : applied.stages)
    for (const HostResult& result : stage)
      if (result.state != HostResult::State::no_answer && result.state != HostResult::State::skipped)
        up.insert(result.host);
  std::vector<std::string> nodes;
  for (const Node& node : command.cluster.nodes)
    if (up.count(node.name) == 0) nodes.push_back(node.name);
  warn_of_nodes_left_down(command, nodes);
}

// `skipped`: domains, and what else stands in their way.
int nothing_left(CommandContext& command, std::size_t skipped, const std::string& why) {
  command.report.verdict.failed = skipped;
  command.report.verdict.warnings = command.report.warnings.size();
  return abort_run(command, why, "fail", report::exit_not_as_wanted);
}

int show_only(CommandContext& command, const Engine& engine, const std::vector<Stage>& stages, const DoneWork& done,
              std::size_t skipped) {
  std::size_t left = 0;
  for (const Stage& stage : stages) left += count_hosts(left_of(stage, done));
  warn_of_silent_nodes_left_down(command, {});
  report::Verdict& verdict = command.report.verdict;
  verdict.warnings = command.report.warnings.size();
  verdict.failed = skipped;
  // Whether hosts are as wanted only they know: work that is left counts as a difference (helpers/README.md "Exit
  // statuses").
  if (left + skipped != 0) {
    verdict.status = "drift";
    command.report.exit_status = report::exit_not_as_wanted;
  }
  auto object = app::begin_json(command.report);
  object["plan"] = dry_json(engine, stages, done);
  return print(
      command,
      "Nothing is run. It would be, over " + std::string(name_of(engine.kind)) + ":\n" + dry_text(engine, stages, done),
      std::move(object));
}

}  // namespace

int do_apply(CommandContext& command) {
  const Result<Engine> engine =
      command.options.from.empty() ? installed_engine(command) : Result<Engine>(planned_engine(command));
  if (!engine) return abort_run(command, engine.error().what, "fail", report::exit_not_observed);
  // A look is no work that could be resumed.
  const bool only_shown = command.options.dry_run || !command.options.from.empty();
  const bool check_only = command.options.read_only() && !only_shown;
  if (const Status known = check_left_out(command); !known)
    return abort_run(command, known.error().what, "refused", report::exit_usage);
  // A look touches nothing, so closed domains are looked at too.
  const Settings& settings = command.options.settings;
  const ClusterPlan plan =
      make_plan(command.cluster, check_only ? with_all_open(settings, command.cluster) : settings, *engine);
  std::vector<Stage> stages = stages_of(plan, check_only);
  if (const Status valid = check_stages(stages); !valid)
    return abort_run(command, valid.error().what, "refused", report::exit_usage);
  warn_of_tables(command);
  warn_of_other_settings(command);
  report_skipped(command);
  for (const std::string& why : why_left_out(command.cluster, plan)) command.report.errors.push_back(why);
  std::size_t skipped = command.report.errors.size();
  if (stages.empty())
    return nothing_left(command, skipped,
                        "no domain is sound and open, so there is nothing to hand out; cure: makehanfs plan");
  if (!check_only) name_stages_by_hand(command, plan);

  const std::string path = check_only ? command.context.journal_path() + "-check" : apply_journal(command);
  if (only_shown) {
    const Result<EarlierWork> earlier =
        command.options.resume ? open_journal(path, true) : Result<EarlierWork>(EarlierWork{});
    if (!earlier) return abort_run(command, earlier.error().what, "refused", report::exit_usage);
    return show_only(command, *engine, stages, earlier->done, skipped);
  }
  if (const Status alone = app::acquire_run_lock(command.report, command.context); !alone)
    return abort_run(command, alone.error().what, "refused", report::exit_busy);
  const Result<EarlierWork> earlier = open_journal(path, command.options.resume);
  if (!earlier) return abort_run(command, earlier.error().what, "refused", report::exit_usage);
  if (const std::string warning = warning_of_unreadable(path, earlier->unreadable); !warning.empty())
    command.report.warnings.push_back(warning);
  if (!check_only) {
    const MissingTools missing =
        ask_for_tools(command.context.runner(), *engine, stages, [&] { return rest_of_run(command); });
    command.report.errors.insert(command.report.errors.end(), missing.errors.begin(), missing.errors.end());
    leave_out(stages, missing.domains);
    skipped = command.report.errors.size();
    if (stages.empty())
      return nothing_left(command, skipped, "so there is no domain whose nodes may be shut down; nothing was touched");
  }
  const std::unique_ptr<run::Runner> calm_runner = command.context.calm_runner();
  hanfs::plan::Journal journal(command.context.system().files(), command.context.system().clock(), path,
                               command.context.run_name());

  Applied applied;
  {
    std::size_t hosts = 0;
    for (const Stage& stage : stages) hosts += count_hosts(stage);
    report::Progress progress = command.context.progress("makehanfs", hosts);
    ApplyOptions how;
    how.check_only = check_only;
    how.failure_limit = static_cast<std::size_t>(command.options.settings.failure_limit);
    how.done = earlier->done;
    how.stopped = earlier->stopped;
    how.calm_runner = calm_runner.get();
    how.may_continue = [&] { return command.context.may_continue(); };
    how.stop_reason = [&] { return command.context.stop_reason(); };
    how.time_left = [&] { return rest_of_run(command); };
    how.one_more = [&] { progress.advance(); };
    applied = apply(command.context.runner(), *engine, stages, journal, command.context.system().clock(), how);
  }
  if (!journal.reason().empty()) command.report.warnings.push_back("journal: " + journal.reason());
  command.report.warnings.insert(command.report.warnings.end(), applied.warnings.begin(), applied.warnings.end());
  if (check_only) warn_of_silent_nodes_left_down(command, applied);
  if (const std::size_t before = applied.count(HostResult::State::done); before != 0)
    command.report.notes.push_back(std::to_string(before) +
                                   " of the hosts were done before, and nobody looked at them now; apply --check does");
  const ToDo next =
      applied.worked ? to_do(stages, applied, check_only, command.cluster) : ToDo{{nobody_heard(*engine, stages)}, {}};
  command.report.errors.insert(command.report.errors.end(), next.errors.begin(), next.errors.end());
  command.report.errors.insert(command.report.errors.end(), applied.problems.begin(), applied.problems.end());
  command.report.warnings.insert(command.report.warnings.end(), next.warnings.begin(), next.warnings.end());
  judge(command, applied, skipped);
  auto object = app::begin_json(command.report);
  object.update(json_of(stages, applied));
  return print(command, text_of(stages, applied, command.options.verbose), std::move(object));
}

}  // namespace hanfs::cluster
