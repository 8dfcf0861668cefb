// SPDX-License-Identifier: Apache-2.0
// The verbs that reach hosts: apply and status.
#include <unistd.h>

#include <cstdio>
#include <nlohmann/json.hpp>

#include "makehanfs/apply.hpp"
#include "makehanfs/plan.hpp"
#include "makehanfs/status.hpp"
#include "makehanfs/verbs.hpp"
#include "report/progress.hpp"
#include "sys/file.hpp"
#include "sys/host.hpp"

namespace hanfs::mn {
namespace {

using std::chrono::milliseconds;

Result<Engine> engine_of(const Desk& desk) {
  const std::string& sysroot = desk.options.sysroot;
  return find_engine(desk.options.settings,
                     [&](const std::string& path) { return ::access((sysroot + path).c_str(), X_OK) == 0; });
}

// How long a call of the engine that starts now may take: it ends by itself when its hosts are done.
milliseconds rest_of_run(const Desk& desk) {
  return desk.context.may_go_on() ? desk.context.time_left() : milliseconds(0);
}

std::vector<Round> rounds_of(const Cluster& cluster, const ClusterPlan& plan, const Options& options) {
  std::vector<Round> rounds;
  for (const ServerTask& task : plan.servers) {
    if (rounds.size() <= task.round) rounds.resize(task.round + 1);
    Round& round = rounds[task.round];
    round.servers = true;
    round.title = "servers, round " + std::to_string(task.round + 1);
    const Server& server = cluster.servers[task.server];
    const std::string& domain = cluster.domains[server.domain].name;
    round.work.push_back({server.name, domain, task.argv, "server of domain " + domain});
  }
  Round nodes;
  nodes.title = "nodes";
  for (const DomainTask& task : plan.domains)
    for (const std::size_t node : cluster.domains[task.domain].nodes)
      nodes.work.push_back({cluster.nodes[node].name,
                            cluster.domains[task.domain].name,
                            {options.settings.node_command},
                            "node of domain " + cluster.domains[task.domain].name});
  if (!nodes.work.empty()) rounds.push_back(std::move(nodes));
  if (options.check || options.status)
    for (Round& round : rounds)
      for (Work& work : round.work) work.words.emplace_back("--check");
  return rounds;
}

std::size_t all_work(const std::vector<Round>& rounds) {
  std::size_t count = 0;
  for (const Round& round : rounds) count += round.work.size();
  return count;
}

// With --dry-run: what would be handed out.
std::string rounds_text(const std::vector<Round>& rounds, const Engine& engine) {
  std::string text;
  for (const Round& round : rounds) {
    text += "Round \"" + round.title + "\" over " + name_of(engine.kind) + ":\n";
    for (const Work& work : round.work) text += "  " + work.host + ": " + run::words(work.words) + "\n";
  }
  return text.empty() ? "Nothing to do.\n" : text;
}

nlohmann::ordered_json rounds_json(const std::vector<Round>& rounds) {
  auto all = nlohmann::ordered_json::array();
  for (const Round& round : rounds)
    for (const Work& work : round.work)
      all.push_back({{"id", round.title + ": " + work.host}, {"why", work.why}, {"argv", work.words}});
  return all;
}

// What has to be done before hosts are: apply leaves the tables to the administrator.
void warn_of_tables(Desk& desk) {
  for (const Finding& finding : desk.cluster.findings)
    if (finding.level == Finding::Level::error)
      desk.report.warnings.push_back(finding.code + ": " + finding.range + ": left out, " + finding.what);
  if (!desk.cluster.table_lines.empty())
    desk.report.warnings.push_back("the tables want " + std::to_string(desk.cluster.table_lines.size()) +
                                   " change(s), which apply does not make; cure: makehanfs plan shows them");
}

void judge(Desk& desk, const Applied& applied) {
  report::Verdict& verdict = desk.report.verdict;
  verdict.changed = applied.count(HostResult::State::changed);
  for (const auto& round : applied.rounds)
    for (const HostResult& host : round) verdict.failed += host.good() ? 0U : 1U;
  verdict.warnings = desk.report.warnings.size();
  desk.report.exit_status = exit_status_of(applied);
  if (desk.report.exit_status != report::exit_ok) {
    verdict.status = "fail";
    const bool only_drift = applied.worked && applied.count(HostResult::State::drift) == verdict.failed;
    if (only_drift && desk.options.read_only()) verdict.status = "drift";
  } else {
    verdict.status = verdict.changed != 0 ? "changed" : "ok";
  }
}

int print(Desk& desk, const std::string& text, nlohmann::ordered_json object) {
  return tool::print(desk.report, desk.context, text + "\n" + tool::end_of_text(desk.report, desk.options, {}),
                     tool::end_json(std::move(object), desk.report, {}, {}));
}

int show_only(Desk& desk, const Engine& engine, const std::vector<Round>& rounds) {
  desk.report.verdict.warnings = desk.report.warnings.size();
  auto object = tool::begin_json(desk.report);
  object["plan"] = rounds_json(rounds);
  return print(desk, rounds_text(rounds, engine), std::move(object));
}

Status write_page(const Desk& desk, const ClusterStatus& status) {
  PageOptions page;
  page.title = "HA NFS, seen from " + desk.context.node();
  page.when = sys::utc_now();
  page.how = "makehanfs status --html " + desk.options.html;
  return sys::write_atomically(sys::absolute_path(desk.options.html), page_of(desk.cluster, status, page));
}

}  // namespace

int do_apply(Desk& desk) {
  const Result<Engine> engine = engine_of(desk);
  if (!engine) return give_up(desk, engine.error().what, "fail", report::exit_not_observed);
  const std::vector<Round> rounds =
      rounds_of(desk.cluster, make_plan(desk.cluster, desk.options.settings), desk.options);
  if (const Status sound = check_rounds(rounds); !sound)
    return give_up(desk, sound.error().what, "refused", report::exit_usage);
  warn_of_tables(desk);
  if (desk.options.dry_run || !desk.options.from.empty()) return show_only(desk, *engine, rounds);

  std::unique_ptr<sys::Lock> lock;
  if (const Status alone = tool::keep_others_out(desk.report, desk.context, lock); !alone)
    return give_up(desk, alone.error().what, "refused", report::exit_busy);
  // A look is no work that could be resumed.
  const bool looks = desk.options.read_only();
  const std::string path = desk.context.journal_path() + (looks ? "-check" : "-apply");
  const Result<std::vector<Work>> done = open_journal(path, desk.options.resume);
  if (!done) return give_up(desk, done.error().what, "refused", report::exit_usage);
  plan::Journal journal(path, sys::utc_now() + "." + std::to_string(::getpid()));

  report::Progress progress("makehanfs", all_work(rounds));
  ApplyOptions how;
  how.failure_limit = static_cast<std::size_t>(desk.options.settings.failure_limit);
  how.done = *done;
  how.may_go_on = [&] { return desk.context.may_go_on(); };
  how.why_not = [&] { return desk.context.why_not(); };
  how.time_left = [&] { return rest_of_run(desk); };
  how.one_more = [&] { progress.advance(); };
  const Applied applied = apply(desk.context.runner(), *engine, rounds, journal, how);
  if (!journal.reason().empty()) desk.report.warnings.push_back("journal: " + journal.reason());
  desk.report.errors.insert(desk.report.errors.end(), applied.problems.begin(), applied.problems.end());
  judge(desk, applied);
  auto object = tool::begin_json(desk.report);
  object.update(json_of(rounds, applied));
  return print(desk, text_of(rounds, applied, desk.options.verbose), std::move(object));
}

int do_status(Desk& desk) {
  const Result<Engine> engine = engine_of(desk);
  if (!engine) return give_up(desk, engine.error().what, "fail", report::exit_not_observed);
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
  if (!desk.options.html.empty())
    if (const Status written = write_page(desk, status); !written) desk.report.errors.push_back(written.error().what);
  report::Verdict& verdict = desk.report.verdict;
  desk.report.exit_status = exit_status_of(status);
  verdict.failed = status.nodes.size() - status.count(NodeState::State::primary);
  verdict.warnings = desk.report.warnings.size();
  if (desk.report.exit_status != report::exit_ok || !desk.report.errors.empty())
    verdict.status = status.worked ? "drift" : "fail";
  if (desk.report.exit_status == report::exit_ok && !desk.report.errors.empty())
    desk.report.exit_status = report::exit_not_as_wanted;
  auto object = tool::begin_json(desk.report);
  object.update(json_of(desk.cluster, status));
  return print(desk, text_of(desk.cluster, status, desk.options.verbose), std::move(object));
}

}  // namespace hanfs::mn
