// SPDX-License-Identifier: Apache-2.0
// The planned failover test of a live domain: checks first, then the consent by name, then one server's NFS is stopped
// while nodes measure.
#include "makehanfs/drill/drill.hpp"

#include <algorithm>
#include <nlohmann/json.hpp>

#include "makehanfs/apply/ask_hosts.hpp"
#include "makehanfs/commands/hosts.hpp"
#include "makehanfs/drill/answer.hpp"
#include "makehanfs/drill/history.hpp"
#include "makehanfs/model/findings.hpp"
#include "sys/file.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

constexpr std::chrono::seconds to_look{30};  // beside the host deadline, for the engine itself

std::size_t domain_named(const Cluster& cluster, const std::string& name) {
  for (std::size_t i = 0; i < cluster.domains.size(); ++i)
    if (cluster.domains[i].name == name) return i;
  return no_index;
}

std::string sound_domains(const Cluster& cluster) {
  std::vector<std::string> names;
  for (const Domain& domain : cluster.domains)
    if (domain.valid) names.push_back(domain.name);
  return names.empty() ? "makehanfs plan says why there is none" : "one of " + abbreviate(names);
}

// Whose NFS is stopped. A rehearsal stops nothing, so any of them will do.
Result<std::size_t> server_of(const CommandContext& command, const Domain& domain) {
  const Cluster& cluster = command.cluster;
  for (const std::size_t server : domain.servers)
    if (cluster.servers[server].name == command.options.take) return server;
  const std::string names = text::joined(server_names(cluster, domain.servers), ", ");
  if (!command.options.take.empty())
    return Error{text::quoted(command.options.take) + " is no server of domain " + domain.name + "; cure: one of " +
                 names};
  if (command.options.rehearse) return domain.servers.front();
  return Error{
      "a drill stops NFS of a server that nodes run from; cure: --i-take SERVER, when that is meant, with one of " +
      names + "; or --rehearse, which stops nothing"};
}

ClusterStatus ask_nodes(CommandContext& command, const Engine& engine, const Cluster& domain, run::Runner& runner,
                        StatusOptions how) {
  report::Progress progress = command.context.progress("makehanfs: nodes", domain.nodes.size());
  how.one_more = [&] { progress.advance(); };
  return observe_status(runner, engine, domain, how);
}

// Also after a signal, or at the end of the run's time: who lives must not be called silent because nobody asked.
ClusterStatus ask_after_drill(CommandContext& command, const Engine& engine, const Cluster& domain) {
  StatusOptions how = status_options(command);
  how.time_left = [&] {
    return std::chrono::milliseconds(std::chrono::seconds(command.options.settings.host_deadline) + to_look);
  };
  return ask_nodes(command, engine, domain, *command.context.calm_runner(), std::move(how));
}

// Each server of the domain asked whether it is as wanted.
std::vector<HostResult> ask_servers(CommandContext& command, const Engine& engine, const Cluster& cluster,
                                    const DrillPlan& plan) {
  return ask_hosts(command.context.runner(), engine, server_names(cluster, cluster.domains[plan.domain].servers),
                   plan.check_argv, [&] { return rest_of_run(command); });
}

// The same is looked at, and written, more than once.
void warn_once(CommandContext& command, const std::string& warning) {
  std::vector<std::string>& warnings = command.report.warnings;
  if (!warning.empty() && std::find(warnings.begin(), warnings.end(), warning) == warnings.end())
    warnings.push_back(warning);
}

void keep_history(CommandContext& command, const Cluster& cluster, const DrillPlan& plan, std::string_view what) {
  app::System& system = command.context.system();
  const std::string sudo_user = system.environment("SUDO_USER");
  const DrillRecord record{system.clock().utc(),
                           sudo_user.empty() ? system.environment("LOGNAME") : sudo_user,
                           cluster.domains[plan.domain].name,
                           cluster.servers[plan.server].name,
                           plan.outage,
                           std::string(what)};
  const std::string path = command.options.sysroot + drill_history;
  constexpr std::size_t largest = std::size_t{4} << 20U;  // bytes
  const Status folder = system.files().make_folders(sys::folder_of(path));
  const Result<std::optional<std::string>> present = system.files().read(path, sys::Files::usual_limit);
  Result<std::unique_ptr<sys::AppendFile>> file = system.files().open_for_append(path, largest);
  const Status written = !folder ? folder
                         : !file ? Status(file.error())
                                 : (*file)->append(appended(record, present && *present ? **present : ""), true);
  if (written) return;
  warn_once(command, "the drill is not kept: " + written.error().what);
}

// A run that has less time than the drill may take would end while NFS of a server is stopped.
Status check_time(const CommandContext& command, const DrillPlan& plan) {
  if (command.context.time_left() >= plan.length) return Done{};
  return Error{"the drill may take " + std::to_string(plan.length.count()) +
               " s, and the run has less; nothing was touched; cure: a longer --deadline, or a shorter --outage"};
}

// The servers as those nodes see them that will measure.
std::vector<WireAnswer> ask_wire(CommandContext& command, const Engine& engine, const Cluster& cluster,
                                 const DrillPlan& plan) {
  const std::vector<std::string> nodes = node_names(cluster, plan.watched);
  const auto time = std::chrono::seconds(command.options.settings.host_deadline) + to_look;
  const auto objects = ask_checkhanfs(command.context.runner(), engine, nodes,
                                      wire_argv(cluster, cluster.domains[plan.domain], command.options.settings), time);
  std::vector<WireAnswer> wire;
  for (std::size_t i = 0; i < nodes.size(); ++i)
    wire.push_back(objects[i] ? parse_wire(nodes[i], *objects[i])
                              : WireAnswer{nodes[i], WireAnswer::State::unknown, objects[i].error().what});
  return wire;
}

// What a drill is begun by, as it is now: its nodes, its servers, guests of them, and the wire.
struct Before {
  ClusterStatus nodes;
  std::vector<WireAnswer> wire;
  std::vector<std::string> objections;
};

// Who objects ends it: what comes behind is not asked.
Before look(CommandContext& command, const Engine& engine, const Cluster& cluster, const DrillPlan& plan,
            std::size_t domain) {
  Before before;
  before.nodes = ask_nodes(command, engine, cluster, command.context.runner(), status_options(command));
  before.objections = objections_to(cluster, plan, before.nodes, ask_servers(command, engine, cluster, plan));
  const Guests guests = ask_guests(command.context.runner(), engine, nodes_outside(command.cluster, domain),
                                   names_of_servers(command.cluster, command.cluster.domains[domain]),
                                   [&] { return rest_of_run(command); });
  if (!guests.objection.empty())
    before.objections.push_back(guests.objection +
                                ", so nobody looked how a failover is to it; cure: " + guests.remedy);
  warn_once(command, guests.warning);
  if (!before.objections.empty()) return before;
  before.wire = ask_wire(command, engine, cluster, plan);
  before.objections = objections_to(before.wire);
  warn_once(command, warning_of(before.wire));
  return before;
}

// What the servers have; once more, where manifests of before may be the reason that it is not the same.
std::vector<TreeAnswer> compare_trees(CommandContext& command, const Engine& engine, const Cluster& cluster,
                                      const DrillPlan& plan) {
  const std::vector<std::string> servers = server_names(cluster, cluster.domains[plan.domain].servers);
  const auto ask = [&](long max_age) {
    const auto time = std::chrono::duration_cast<std::chrono::seconds>(command.context.time_left() - plan.length);
    return ask_trees(command.context.runner(), engine, servers, tree_argv(command.options.settings, max_age), time);
  };
  std::vector<TreeAnswer> trees = ask(command.options.max_age);
  return should_be_made_anew(trees) ? ask(0) : trees;
}

nlohmann::ordered_json with(const CommandContext& command, const nlohmann::ordered_json& fields) {
  auto object = app::begin_json(command.report);
  object.update(fields);
  return object;
}

// The objections are the errors of the report.
int show_refusal(CommandContext& command, const Cluster& cluster, const DrillPlan& plan,
                 std::vector<std::string> objections) {
  command.report.errors = std::move(objections);
  command.report.errors.emplace_back("so there is no drill; nothing was touched");
  command.report.verdict.status = "refused";
  command.report.verdict.failed = command.report.errors.size() - 1;
  command.report.exit_status = report::exit_not_as_wanted;
  return print(command, "No drill.\n", with(command, json_of(cluster, plan, {})));
}

// The same for a drill that has not begun. After a signal, who was not asked to the end is not to blame.
int refuse(CommandContext& command, const Cluster& cluster, const DrillPlan& plan,
           std::vector<std::string> objections) {
  if (!command.context.may_continue())
    return abort_run(command, command.context.stop_reason() + "; nothing was touched", "fail",
                     report::exit_not_observed);
  return show_refusal(command, cluster, plan, std::move(objections));
}

}  // namespace

int do_drill(CommandContext& command) {
  const std::size_t at = domain_named(command.cluster, command.options.operands.front());
  if (at == no_index || !command.cluster.domains[at].valid)
    return abort_run(
        command,
        text::quoted(command.options.operands.front()) + " is no sound domain; cure: " + sound_domains(command.cluster),
        "refused", report::exit_usage);
  const Result<std::size_t> server = server_of(command, command.cluster.domains[at]);
  if (!server) return abort_run(command, server.error().what, "refused", report::exit_usage);
  const Result<Engine> engine = installed_engine(command);
  if (!engine) return abort_run(command, engine.error().what, "fail", report::exit_not_observed);
  if (const Status alone = app::acquire_run_lock(command.report, command.context); !alone)
    return abort_run(command, alone.error().what, "refused", report::exit_busy);

  const Cluster domain = with_nodes(command.cluster, command.cluster.domains[at].nodes);
  const DrillPlan plan = make_drill(domain, command.options.settings, *server,
                                    {static_cast<std::size_t>(command.options.nodes), command.options.outage,
                                     command.options.lead, command.options.rehearse},
                                    server_argv(command, domain, *engine, *server));
  // Nodes measure while NFS is stopped, and others wait until they have moved.
  if (command.context.limits().jobs < calls_side_by_side)
    return abort_run(command,
                     "a drill has " + std::to_string(calls_side_by_side) +
                         " commands at work at the same time; nothing was touched; cure: a larger --jobs",
                     "refused", report::exit_usage);
  if (const Status time = check_time(command, plan); !time)
    return abort_run(command, time.error().what, "refused", report::exit_usage);
  Before before = look(command, *engine, domain, plan, at);
  warn_of_nodes_left_down(command, node_names(domain, before.nodes.may_be_down()));
  if (const std::string closed = why_closed(command, command.cluster.domains[at]); !closed.empty())
    before.objections.insert(before.objections.begin(), closed);
  if (!before.objections.empty()) return refuse(command, domain, plan, std::move(before.objections));
  // It may read all of the trees, so it comes when all else is well.
  std::vector<TreeAnswer> trees = compare_trees(command, *engine, domain, plan);
  std::vector<std::string> objections = objections_to(trees, plan.directory);
  if (objections.empty() || are_different(trees))
    keep_history(command, domain, plan, objections.empty() ? trees_same : trees_differ);
  if (!objections.empty()) return refuse(command, domain, plan, std::move(objections));
  // What was seen before the trees were read may be long ago.
  before = look(command, *engine, domain, plan, at);
  if (!before.objections.empty()) return refuse(command, domain, plan, std::move(before.objections));
  if (const Status time = check_time(command, plan); !time)
    return abort_run(command, time.error().what, "refused", report::exit_usage);
  if (!command.context.may_continue())
    return abort_run(command, command.context.stop_reason() + "; nothing was touched", "fail",
                     report::exit_not_observed);
  if (!plan.rehearse) keep_history(command, domain, plan, "begun");
  DrillResult result = run_drill(command.context.runner(), *engine, domain, plan, before.nodes,
                                 [&] { return command.context.system().interrupted(); });
  if (!plan.rehearse && was_refused(result)) {
    keep_history(command, domain, plan, "refused");
    return show_refusal(command, domain, plan,
                        {(result.interrupted ? "a signal came: " : "") + domain.servers[plan.server].name + ": " +
                         result.server.problem});
  }
  result.trees = std::move(trees);
  result.wire = std::move(before.wire);
  result.after = ask_after_drill(command, *engine, domain);

  for (std::string& warning : warnings_of(domain, plan, result)) command.report.warnings.push_back(std::move(warning));
  std::vector<std::string> failures = failures_of(domain, plan, result);
  if (!result.interrupted) failures.insert(failures.end(), result.problems.begin(), result.problems.end());
  if (!plan.rehearse) keep_history(command, domain, plan, failures.empty() ? "passed" : "failed");
  command.report.warnings.insert(command.report.warnings.end(), result.warnings.begin(), result.warnings.end());
  command.report.verdict.failed = failures.size();
  command.report.verdict.changed = plan.rehearse || result.not_begun ? 0 : 1;
  command.report.verdict.warnings = command.report.warnings.size();
  command.report.verdict.status = !failures.empty() ? "fail" : plan.rehearse ? "ok" : "changed";
  command.report.exit_status = failures.empty() ? report::exit_ok : report::exit_not_as_wanted;
  command.report.errors.insert(command.report.errors.end(), failures.begin(), failures.end());
  if (!command.options.html.empty()) {
    const std::string page = page_of(domain, plan, result, failures, command.context.system().clock().utc());
    if (const Status written = write_html(command, page); !written) {
      command.report.errors.push_back(written.error().what);
      command.report.verdict.status = "fail";
      command.report.exit_status = report::exit_not_as_wanted;
    }
  }
  if (!plan.rehearse)
    command.report.notes.push_back("nodes that moved go home by: " +
                                   command_for(domain, domain.servers[plan.server].name, "failback"));
  return print(command, text_of(domain, plan, result), with(command, json_of(domain, plan, result)));
}

}  // namespace hanfs::cluster
