// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "makehanfs/drill/answer.hpp"
#include "makehanfs/drill/drill.hpp"
#include "makehanfs/engine/fanout.hpp"
#include "makehanfs/plan/plan.hpp"
#include "text/escape.hpp"

namespace hanfs::cluster {
namespace {

std::string expected_of(const ClusterStatus& before, std::size_t node) {
  return node < before.nodes.size() ? before.nodes[node].failover : "";
}

}  // namespace

DrillResult run_drill(run::Runner& runner, const Engine& engine, const Cluster& cluster, const DrillPlan& plan,
                      const ClusterStatus& before) {
  DrillResult result;
  std::vector<std::string> watched = node_names(cluster, plan.watched);
  std::vector<std::string> last_lines(watched.size());
  HostOutput server;
  const Engine slow = with_deadline(engine, plan.length);
  FanoutOptions how;
  how.at_once = 2;
  how.never_kill = true;
  // The lock is held until the server has done its outage, whatever became of the run meanwhile.
  how.time_left = [&plan] { return std::chrono::milliseconds(plan.length); };
  how.on_line = [&](std::size_t request, std::size_t host, std::string_view line, bool cut) {
    if (request == 1) return read_line(server, line, cut);
    if (!cut && line.find("\"event\":\"end\"") != std::string_view::npos) last_lines[host] = std::string(line);
  };
  const std::vector<FanoutResult> answers =
      fan_out(runner, slow,
              {{std::move(watched), plan.watch_argv}, {{cluster.servers[plan.server].name}, plan.outage_argv}}, how);
  for (const FanoutResult& answer : answers) {
    result.problems.insert(result.problems.end(), answer.problems.begin(), answer.problems.end());
    result.warnings.insert(result.warnings.end(), answer.warnings.begin(), answer.warnings.end());
  }
  for (std::size_t i = 0; i < plan.watched.size(); ++i) {
    const Result<NodeResult> measured = parse_watch(last_lines[i]);
    NodeResult node = measured ? *measured : NodeResult();
    node.node = plan.watched[i];
    node.expected = expected_of(before, node.node);
    if (!measured) node.problem = problem_of(measured.error(), answers[0].hosts[i]);
    result.nodes.push_back(std::move(node));
  }
  Action outage;
  outage.argv = plan.outage_argv;
  result.server = result_of(outage, {answers[1].hosts.front(), server}, slow.host_deadline);
  return result;
}

}  // namespace hanfs::cluster
