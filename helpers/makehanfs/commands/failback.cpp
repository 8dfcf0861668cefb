// SPDX-License-Identifier: Apache-2.0
// Brings the nodes of a server home after its recovery: they boot in batches, and each batch is looked at before the
// next one.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "makehanfs/apply/ask_hosts.hpp"
#include "makehanfs/apply/shut_down_nodes.hpp"
#include "makehanfs/commands/hosts.hpp"
#include "makehanfs/engine/rnetboot.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using Nodes = std::vector<std::size_t>;  // of Cluster::nodes

constexpr const char* rnetboot = "/opt/xcat/bin/rnetboot";
constexpr std::chrono::seconds poll_delay{15};

struct Batch {
  Nodes nodes;
  std::string result;  // "home", "not home", "not tried"
  // Nodes of it that were seen there.
  std::size_t home = 0;
};

std::string range_of(const Cluster& cluster, const Nodes& nodes) { return xcat::fold(node_names(cluster, nodes)); }

std::size_t server_named(const Cluster& cluster, const std::string& name) {
  for (std::size_t i = 0; i < cluster.servers.size(); ++i)
    if (cluster.servers[i].name == name && cluster.servers[i].domain != no_index) return i;
  return no_index;
}

// The first node alone, then as many as the batch may have.
std::vector<Batch> batches_of(const Nodes& nodes, std::size_t size) {
  std::vector<Batch> batches;
  for (std::size_t at = 0; at < nodes.size();) {
    const std::size_t end = std::min(nodes.size(), at + (at == 0 ? 1 : size));
    batches.push_back(
        {Nodes(nodes.begin() + static_cast<std::ptrdiff_t>(at), nodes.begin() + static_cast<std::ptrdiff_t>(end)),
         "not tried"});
    at = end;
  }
  return batches;
}

class Failback {
 public:
  // `check_argv`: setuphanfs on that server, only looking.
  Failback(CommandContext& command, const Engine& engine, std::size_t server, std::vector<std::string> check_argv)
      : command_(command), engine_(engine), server_(server), check_argv_(std::move(check_argv)) {}

  int run() {
    const Nodes all = nodes_of_server();
    const ClusterStatus now = ask(all);
    if (!command_.context.may_continue())
      return abort_run(command_, command_.context.stop_reason() + "; nothing was touched; cure: the same again", "fail",
                       report::exit_not_observed);
    if (!now.worked)
      return abort_run(command_,
                       (now.problems.empty() ? "no node of " + command_.cluster.servers[server_].name + " answers"
                                             : "the engine reached nobody: " + now.problems.front()) +
                           "; cure: " + status_command(all) + ", and the consoles of the nodes (rcons)",
                       "fail", report::exit_not_observed);
    Nodes silent;
    for (const std::size_t node : now.may_be_down()) silent.push_back(all[node]);
    warn_of_nodes_left_down(command_, node_names(command_.cluster, silent));
    const Nodes away = away_of(all, now);
    std::vector<std::string>& said = unknown_ == 0 ? command_.report.warnings : command_.report.errors;
    said.insert(said.end(), now.problems.begin(), now.problems.end());
    batches_ = batches_of(away, static_cast<std::size_t>(command_.options.batch));
    if (away.empty()) return finish();
    if (command_.options.dry_run || command_.options.check || command_.options.status) {
      command_.report.verdict.status = "drift";
      command_.report.verdict.failed = away.size() + unknown_;
      command_.report.verdict.warnings = command_.report.warnings.size();
      command_.report.exit_status = report::exit_not_as_wanted;
      return report();
    }
    for (std::size_t i = 0; i < batches_.size(); ++i) {
      const bool serves = server_serves();
      if (stopped()) break;
      if (!serves) {
        command_.report.errors.push_back(
            command_.cluster.servers[server_].name +
            " does not say that it is set up as wanted, and nodes that boot from it would "
            "hang; nothing " +
            (booted_ ? "more is booted" : "was touched") + "; cure: lssrc -g nfs and exportfs there, then " +
            command_for(command_.cluster, range_of(command_.cluster, nodes_of_domain()), "apply"));
        break;
      }
      // Who came home meanwhile runs there, and a boot would be harm.
      const ClusterStatus before = ask(batches_[i].nodes);
      if (stopped()) break;
      command_.report.errors.insert(command_.report.errors.end(), before.problems.begin(), before.problems.end());
      batches_[i].nodes = away_of(batches_[i].nodes, before);
      if (!booted_) keep_first_alone(i);
      if (!batches_[i].nodes.empty() && !bring_home(batches_[i])) break;
    }
    batches_.erase(std::remove_if(batches_.begin(), batches_.end(), [](const Batch& one) { return one.nodes.empty(); }),
                   batches_.end());
    return finish();
  }

 private:
  std::string status_command(const Nodes& nodes) const {
    return command_for(command_.cluster, range_of(command_.cluster, nodes), "status");
  }

  // By a signal or the deadline, which is an error of the report then.
  bool stopped() {
    if (command_.context.may_continue()) return false;
    command_.report.errors.push_back(command_.context.stop_reason() +
                                     "; cure: the same again, it goes on where it stopped");
    return true;
  }

  // The one that was to be booted alone may have come home by itself.
  void keep_first_alone(std::size_t at) {
    Nodes& nodes = batches_[at].nodes;
    if (nodes.size() < 2) return;
    Batch rest{Nodes(nodes.begin() + 1, nodes.end()), "not tried"};
    nodes.resize(1);
    batches_.insert(batches_.begin() + static_cast<std::ptrdiff_t>(at) + 1, std::move(rest));
  }

  // Those of `nodes` that a boot brings home. Those that are not at home either are left alone.
  Nodes away_of(const Nodes& nodes, const ClusterStatus& now) {
    Nodes away, silent, unclear, elsewhere, left_out;
    for (std::size_t i = 0; i < nodes.size(); ++i) {
      const NodeState& node = now.nodes[i];
      const bool at_home = node.server == server_ && node.state != NodeState::State::silent;
      if (!at_home && is_left_out(engine_, command_.cluster.nodes[nodes[i]].name)) {
        left_out.push_back(nodes[i]);
      } else if (node.state == NodeState::State::backup) {
        (boot_server(command_.cluster.nodes[nodes[i]]) == server_ ? away : elsewhere).push_back(nodes[i]);
      } else if (node.state == NodeState::State::silent) {
        silent.push_back(nodes[i]);
      } else if (node.server != server_) {
        unclear.push_back(nodes[i]);
      }
    }
    leave_alone(left_out, std::string(why_xcat_leaves_out) + ", left alone; cure: " + remedy_of_left_out);
    leave_alone(silent, "no answer, left alone; cure: look at the console (rcons)");
    leave_alone(
        elsewhere,
        "noderes.xcatmaster boots them from another server, left alone; cure: makehanfs plan says which and how");
    leave_alone(unclear, "where they run is not known, left alone; cure: " + status_command(unclear));
    return away;
  }

  // Where they run, and whether they do, is not known, or a boot would not bring them home.
  void leave_alone(const Nodes& nodes, const std::string& why) {
    unknown_ += nodes.size();
    if (!nodes.empty()) command_.report.errors.push_back(range_of(command_.cluster, nodes) + ": " + why);
  }

  Nodes nodes_of_server() const {
    Nodes nodes;
    for (std::size_t i = 0; i < command_.cluster.nodes.size(); ++i) {
      const auto& servers = command_.cluster.nodes[i].servers;
      if (!servers.empty() && servers.front() == server_) nodes.push_back(i);
    }
    return nodes;
  }

  const Nodes& nodes_of_domain() const {
    return command_.cluster.domains[command_.cluster.servers[server_].domain].nodes;
  }

  // Status of these nodes, in their order.
  ClusterStatus ask(const Nodes& nodes) {
    return observe_status(command_.context.runner(), engine_, with_nodes(command_.cluster, nodes),
                          status_options(command_));
  }

  // Its daemons run, and the directory is exported with its replicas. That a node says that it runs there is no proof:
  // it may not have noticed yet.
  bool server_serves() {
    const std::vector<HostResult> results =
        ask_hosts(command_.context.runner(), engine_, {command_.cluster.servers[server_].name}, check_argv_,
                  [this] { return rest_of_run(command_); });
    return results.front().state == HostResult::State::ok;
  }

  bool bring_home(Batch& batch) {
    run::Command boot;
    boot.argv = {rnetboot, range_of(command_.cluster, batch.nodes)};
    boot.deadline = std::min(std::chrono::duration_cast<std::chrono::milliseconds>(time_to_boot),
                             command_.context.time_left());  // it goes on alone where that is not enough
    boot.never_kill = true;
    booted_ = true;
    const std::string failure = failure_of_boot(run::run_one(command_.context.runner(), boot));
    Nodes missing = batch.nodes, untuned;  // who was seen at home stays there
    const sys::Deadline end(command_.context.system().clock(), time_to_boot);
    while (true) {
      Nodes asked = std::exchange(missing, {});
      const std::size_t not_home = asked.size();
      for (const std::size_t node : std::exchange(untuned, {})) asked.push_back(node);  // it may have tuned itself
      const ClusterStatus now = ask(asked);
      bool some_boot = failure.empty();
      for (std::size_t i = 0; i < asked.size(); ++i) {
        const bool was_home = i >= not_home;
        const bool is_silent = now.nodes[i].state == NodeState::State::silent;
        some_boot = some_boot || is_silent;
        if (!was_home && (now.nodes[i].server != server_ || is_silent)) {
          missing.push_back(asked[i]);
        } else if (now.nodes[i].state == NodeState::State::untuned || (was_home && is_silent)) {
          untuned.push_back(asked[i]);
        }
      }
      batch.home = batch.nodes.size() - missing.size();
      if (missing.empty()) {
        untuned_ = untuned_ || !untuned.empty();
        batch.result = "home";
        if (!failure.empty())
          command_.report.warnings.push_back(run::command_text(boot.argv) + ": " + failure +
                                             "; its nodes are home all the same");
        return true;
      }
      // Where it failed for some nodes, those that answer were not booted.
      if (!some_boot || end.passed() || !command_.context.may_continue()) break;
      command_.context.system().clock().sleep(poll_delay);
    }
    batch.result = "not home";
    if (!failure.empty()) {
      command_.report.errors.push_back(run::command_text(boot.argv) + ": " + failure + "; not seen on " +
                                       command_.cluster.servers[server_].name + ": " +
                                       range_of(command_.cluster, missing) +
                                       "; nothing more is booted; cure: what it says, then the same again");
      return false;
    }
    const std::string booted =
        range_of(command_.cluster, missing) + ": booted, and not seen on " + command_.cluster.servers[server_].name;
    command_.report.errors.push_back(
        end.passed() ? booted + "; nothing more is booted; cure: look at the console (rcons), then the same again"
                     : booted + " yet, as " + command_.context.stop_reason() +
                           "; nothing more is booted; cure: " + status_command(batch.nodes) + ", then the same again");
    return false;
  }

  int finish() {
    if (untuned_)
      command_.report.warnings.push_back("nodes are home and not tuned: a failover would take minutes; cure: " +
                                         status_command(nodes_of_server()) + " names them and the command");
    report::Verdict& verdict = command_.report.verdict;
    for (const Batch& batch : batches_) {
      verdict.changed += batch.home;
      verdict.failed += batch.nodes.size() - batch.home;
    }
    verdict.failed += unknown_;
    verdict.warnings = command_.report.warnings.size();
    verdict.status = verdict.failed != 0 ? "fail" : verdict.changed != 0 ? "changed" : "ok";
    command_.report.exit_status = verdict.failed == 0 ? report::exit_ok : report::exit_not_as_wanted;
    return report();
  }

  int report() {
    std::string text;
    auto list = nlohmann::ordered_json::array();
    for (const Batch& batch : batches_) {
      const std::vector<std::string> argv{"rnetboot", range_of(command_.cluster, batch.nodes)};
      text += run::command_text(argv) + "   # " + batch.result + "\n";
      list.push_back({{"nodes", node_names(command_.cluster, batch.nodes)}, {"argv", argv}, {"result", batch.result}});
    }
    if (batches_.empty())
      text = "No node of " + command_.cluster.servers[server_].name +
             (unknown_ == 0 ? " is away.\n" : " is known to be away.\n");
    auto object = app::begin_json(command_.report);
    object["server"] = command_.cluster.servers[server_].name;
    object["batches"] = std::move(list);
    return cluster::print(command_, text, std::move(object));
  }

  CommandContext& command_;
  const Engine& engine_;
  std::size_t server_;
  std::vector<std::string> check_argv_;
  std::vector<Batch> batches_;
  std::size_t unknown_ = 0;  // nodes of which nobody knows where they run
  bool untuned_ = false;
  bool booted_ = false;  // somebody
};

}  // namespace

int do_failback(CommandContext& command) {
  const std::size_t server = server_named(command.cluster, command.options.operands.front());
  if (server == no_index)
    return abort_run(command,
                     text::quoted(command.options.operands.front()) +
                         " is no server of a domain; cure: makehanfs plan shows the servers",
                     "refused", report::exit_usage);
  // What the tables have wrong may keep nodes from booting.
  const std::string closed = why_closed(command, command.cluster.domains[command.cluster.servers[server].domain]);
  if (!closed.empty())
    return abort_run(command, closed + "; nothing was touched", "refused", report::exit_not_as_wanted);
  const Result<Engine> engine = installed_engine(command);
  if (!engine) return abort_run(command, engine.error().what, "fail", report::exit_not_observed);
  if (!command.options.read_only())
    if (const Status alone = app::acquire_run_lock(command.report, command.context); !alone)
      return abort_run(command, alone.error().what, "refused", report::exit_busy);
  std::vector<std::string> check = server_argv(command, command.cluster, *engine, server);
  check.emplace_back("--check");
  return Failback(command, *engine, server, std::move(check)).run();
}

}  // namespace hanfs::cluster
