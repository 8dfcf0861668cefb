// SPDX-License-Identifier: Apache-2.0
// Asks the nodes who serves them.
#include "makehanfs/status/status.hpp"

#include <nlohmann/json.hpp>
#include <optional>

#include "makehanfs/commands/hosts.hpp"
#include "makehanfs/drill/history.hpp"
#include "makehanfs/status/spare_servers.hpp"
#include "run/capture.hpp"
#include "sys/file.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

Status write_page(const CommandContext& command, const ClusterStatus& status,
                  const std::vector<std::string>& objections) {
  PageOptions page;
  page.title = "HA NFS, seen from " + command.context.node();
  page.when = command.context.system().clock().utc();
  page.how = command_for(command.cluster, command.cluster.range, "status", {"--html", command.options.html});
  page.objections = objections;
  return write_html(command, page_of(command.cluster, status, page));
}

// A capture is judged without what this machine remembers.
std::vector<DomainDrill> drills_here(CommandContext& command) {
  if (!command.options.from.empty()) return {};
  const Result<std::optional<std::string>> text =
      command.context.system().files().read(command.options.sysroot + drill_history, sys::Files::usual_limit);
  if (!text) command.report.warnings.push_back(text.error().what);
  const DrillHistory history = parse_drills(text && *text ? **text : "");
  if (history.unread != 0)
    command.report.warnings.push_back(command.options.sysroot + drill_history + ": " +
                                      text::counted(history.unread, "line is", "lines are") +
                                      " no record of a drill, so the last one of a domain may be missing; cure: delete "
                                      "what is broken there");
  return drills_of(command.cluster, history.records);
}

// `objections`: what is not as wanted beside the nodes.
void judge(CommandContext& command, const ClusterStatus& status, const std::vector<std::string>& objections) {
  report::Verdict& verdict = command.report.verdict;
  command.report.exit_status = exit_status_of(status);
  if (command.report.exit_status == report::exit_ok && !(command.report.errors.empty() && objections.empty()))
    command.report.exit_status = report::exit_not_as_wanted;
  verdict.failed = status.nodes.size() - status.count(NodeState::State::primary) + objections.size();
  verdict.warnings = command.report.warnings.size();
  if (command.report.exit_status == report::exit_ok) return;
  // fail: what some node does is not known; drift: all is known, and not as wanted.
  const bool known = status.worked && status.problems.empty() && status.count(NodeState::State::silent) == 0 &&
                     status.count(NodeState::State::error) == 0 && command.report.errors.empty();
  verdict.status = known ? "drift" : "fail";
}

// Of servers that no answer of a node says anything about, and of drills.
std::vector<std::string> observe_rest(CommandContext& command, const Engine& engine, const ClusterStatus& status,
                                      const std::vector<DomainDrill>& drills) {
  std::vector<SpareServer> spares;
  if (status.worked)
    spares = ask_spares(command.context.runner(), engine, command.cluster, unseen_servers(command.cluster, status),
                        [&] { return rest_of_run(command); });
  const std::vector<std::string> unknown = warnings_of(command.cluster, spares);
  command.report.warnings.insert(command.report.warnings.end(), unknown.begin(), unknown.end());
  std::vector<std::string> objections = errors_of(command.cluster, spares);
  const std::vector<std::string> content = objections_to(drills, command.context.system().clock().utc());
  objections.insert(objections.end(), content.begin(), content.end());
  return objections;
}

}  // namespace

int do_status(CommandContext& command) {
  const Result<Engine> engine = installed_engine(command);
  if (!engine) return abort_run(command, engine.error().what, "fail", report::exit_not_observed);
  if (command.cluster.nodes.empty())
    return abort_run(command, "the tables have no diskless AIX node, so there is nobody to ask; cure: makehanfs plan",
                     "fail", report::exit_not_observed);
  ClusterStatus status;
  {
    report::Progress progress = command.context.progress("makehanfs", command.cluster.nodes.size());
    StatusOptions how = status_options(command);
    how.one_more = [&] { progress.advance(); };
    // --save keeps what the engine says of the nodes beside the tables, and --from replays it.
    std::optional<run::RecordingRunner> recorder;
    if (!command.options.save.empty()) recorder.emplace(command.context.runner(), command.options.save);
    run::Runner& runner = recorder ? *recorder : command.context.runner();
    status = observe_status(runner, *engine, command.cluster, how);
    if (recorder)
      for (const Error& error : recorder->errors()) command.report.errors.push_back("--save: " + error.what);
  }
  command.report.errors.insert(command.report.errors.end(), status.problems.begin(), status.problems.end());
  command.report.warnings.insert(command.report.warnings.end(), status.warnings.begin(), status.warnings.end());
  warn_of_other_settings(command);
  warn_of_nodes_left_down(command, node_names(command.cluster, status.may_be_down()));
  const std::vector<DomainDrill> drills = drills_here(command);
  const std::vector<std::string> objections = observe_rest(command, *engine, status, drills);
  if (!command.options.html.empty())
    if (const Status written = write_page(command, status, objections); !written)
      command.report.errors.push_back(written.error().what);
  judge(command, status, objections);
  command.report.errors.insert(command.report.errors.end(), objections.begin(), objections.end());
  auto object = app::begin_json(command.report);
  object.update(json_of(command.cluster, status));
  object["drills"] = drills_json(drills);
  return app::print(command.report, command.context,
                    text_of(command.cluster, status, command.options.verbose) +
                        drills_text(drills, command.context.system().clock().utc()) +
                        app::end_of_text(command.report, command.options, {}),
                    app::end_json(std::move(object), command.report, {}, {}));
}

}  // namespace hanfs::cluster
