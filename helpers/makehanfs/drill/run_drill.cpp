// SPDX-License-Identifier: Apache-2.0
#include <utility>

#include "makehanfs/drill/answer.hpp"
#include "makehanfs/drill/drill.hpp"
#include "makehanfs/engine/fanout.hpp"
#include "makehanfs/plan/plan.hpp"
#include "text/escape.hpp"

namespace hanfs::cluster {
namespace {

using Argv = std::vector<std::string>;

// The questions of a drill, in the order in which they are asked.
constexpr std::size_t watch_request = 0;
constexpr std::size_t outage_request = 1;
constexpr std::size_t end_request = 3;  // after that of the nodes that leave

std::string expected_of(const ClusterStatus& before, std::size_t node) {
  return node < before.nodes.size() ? before.nodes[node].failover : "";
}

}  // namespace

DrillResult run_drill(run::Runner& runner, const Engine& engine, const Cluster& cluster, const DrillPlan& plan,
                      const ClusterStatus& before, const std::function<bool()>& interrupted) {
  DrillResult result;
  std::vector<std::string> watched = node_names(cluster, plan.watched);
  std::vector<std::string> last_lines(watched.size());
  std::vector<std::string> leaving = node_names(cluster, plan.leaving);
  std::vector<std::string> last_of_leaving(leaving.size());
  HostOutput server;
  HostOutput end;
  const Engine slow = with_deadline(engine, plan.length);
  FanoutOptions how;
  how.at_once = calls_side_by_side;
  // The lock is held until the server has ended its outage, whatever became of the run meanwhile. A signal ends it
  // early, or calls it off, and then what nodes measure has no meaning.
  how.time_left = [&plan] { return std::chrono::milliseconds(plan.length); };
  how.on_line = [&](std::size_t request, std::size_t host, std::string_view line, bool cut) {
    if (request == outage_request) {
      if (server.verdict.empty()) result.ended_by_signal = interrupted();
      return read_line(server, line, cut);
    }
    if (request == end_request) return read_line(end, line, cut);
    std::vector<std::string>& lines = request == watch_request ? last_lines : last_of_leaving;
    if (!cut && line.find("\"event\":\"end\"") != std::string_view::npos) lines[host] = std::string(line);
  };
  // xdsh keeps back what a host prints until its command has ended (lib/xcat/README.md "updatenode, xdsh, prsync"), so
  // nobody would hear in time that a path has moved. That its call ends says so with every engine.
  how.is_wanted = [&](std::size_t request) {
    return request != end_request || have_left(last_of_leaving, cluster.servers[plan.server].address);
  };
  const std::string& name = cluster.servers[plan.server].name;
  std::vector<FanoutRequest> requests{{std::move(watched), plan.watch_argv},
                                      {{name}, plan.outage_argv, plan.rehearse ? Argv() : plan.end_argv}};
  if (!plan.rehearse) {
    requests.push_back({std::move(leaving), plan.wait_argv});
    requests.push_back({{name}, plan.end_argv});
  }
  const std::vector<FanoutResult> answers = fan_out(runner, slow, requests, how);
  for (std::size_t i : {watch_request, outage_request}) {
    const FanoutResult& answer = answers[i];
    result.problems.insert(result.problems.end(), answer.problems.begin(), answer.problems.end());
    result.warnings.insert(result.warnings.end(), answer.warnings.begin(), answer.warnings.end());
  }
  for (std::size_t i = 0; i < plan.watched.size(); ++i) {
    const Result<NodeResult> measured = parse_watch(last_lines[i]);
    NodeResult node = measured ? *measured : NodeResult();
    node.node = plan.watched[i];
    node.expected = expected_of(before, node.node);
    if (!measured) node.problem = problem_of(measured.error(), answers[watch_request].hosts[i]);
    result.nodes.push_back(std::move(node));
  }
  // Where it was not asked, or did not hear it, the outage had its time: no problem of the domain.
  result.ended_early = verdict_state(end.verdict) == HostResult::State::changed;
  result.interrupted = interrupted();
  if (server.verdict.empty()) result.ended_by_signal = result.interrupted;
  Action outage;
  outage.argv = plan.outage_argv;
  result.server = result_of(outage, {answers[outage_request].hosts.front(), server}, slow.host_deadline);
  const HostAnswer& asked = answers[outage_request].hosts.front();
  result.not_begun = result.server.no_tool || is_down(asked) || asked.end == HostAnswer::End::not_asked;
  return result;
}

}  // namespace hanfs::cluster
