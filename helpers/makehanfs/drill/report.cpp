// SPDX-License-Identifier: Apache-2.0
// What a drill has shown.
#include <algorithm>
#include <nlohmann/json.hpp>

#include "makehanfs/drill/drill.hpp"
#include "makehanfs/engine/output_reader.hpp"
#include "report/table.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using json = nlohmann::ordered_json;

std::string tenths_of(double seconds) { return text::fixed(seconds, 1) + "s"; }

bool has_moved(const PathResult& path) {
  return !path.server_before.empty() && !path.server_after.empty() && path.server_before != path.server_after;
}

// Of a path that came from the server whose NFS was stopped.
bool should_move(const Cluster& cluster, const DrillPlan& plan, const PathResult& path) {
  return !plan.rehearse && path.server_before == cluster.servers[plan.server].address;
}

std::string outcome_of(const Cluster& cluster, const DrillPlan& plan, const PathResult& path) {
  if (path.hangs) return "hangs";
  if (path.fails) return "fails";
  if (has_moved(path)) return "moved";
  if (should_move(cluster, plan, path)) return "stayed";
  return "ok";
}

std::string name_of_address(const Cluster& cluster, const std::string& address) {
  for (const Server& server : cluster.servers)
    if (!address.empty() && server.address == address) return server.name;
  return address.empty() ? "?" : address;
}

bool is_watched(const DrillPlan& plan, std::size_t node) {
  return std::find(plan.watched.begin(), plan.watched.end(), node) != plan.watched.end();
}

// Nodes at home on the server whose NFS was stopped that answer, and run from `place` now: a server, or no_index where
// that is not known.
std::vector<std::size_t> nodes_now_on(std::size_t place, const Cluster& cluster, const DrillPlan& plan,
                                      const DrillResult& result) {
  std::vector<std::size_t> nodes;
  if (plan.rehearse) return nodes;
  for (std::size_t i = 0; i < result.after.nodes.size(); ++i) {
    const NodeState& node = result.after.nodes[i];
    const bool is_of_server = !cluster.nodes[i].servers.empty() && cluster.nodes[i].servers.front() == plan.server;
    if (is_of_server && node.state != NodeState::State::silent && node.server == place) nodes.push_back(i);
  }
  return nodes;
}

// Once all that are watched have moved, NFS is back, and another node may have read nothing meanwhile. After a signal,
// nobody may have. Of an outage that failed it is not known whether there was one.
bool had_to_move(const DrillPlan& plan, const DrillResult& result, std::size_t node) {
  return result.server.good() && !result.interrupted && (!result.ended_early || is_watched(plan, node));
}

// Of an outage that has not ended well.
std::string whether_stopped(const std::string& server, const DrillResult& result) {
  if (result.not_begun) return "NFS of " + server + " was not stopped.\n";
  return "Whether NFS of " + server +
         " was stopped, and serves again, is not known; cure: lssrc -g nfs there, and setuphanfs --end-outage starts "
         "it.\n";
}

std::string end_of_outage(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result) {
  if (plan.rehearse || !result.server.good()) return "";
  if (result.ended_by_signal)
    return "A signal ended the drill, and NFS of " + cluster.servers[plan.server].name + " was started again.\n";
  if (result.ended_early)
    return "Every watched path had moved, so NFS of " + cluster.servers[plan.server].name + " was started again.\n";
  return "NFS of " + cluster.servers[plan.server].name + " was started again when its time was over, " +
         std::to_string(plan.outage) + " s.\n";
}

}  // namespace

bool was_refused(const DrillResult& result) {
  return result.server.state == HostResult::State::refused || result.server.state == HostResult::State::drift;
}

std::vector<std::string> warnings_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result) {
  std::vector<std::size_t> stayed;
  for (const std::size_t node : nodes_now_on(plan.server, cluster, plan, result))
    if (!had_to_move(plan, result, node)) stayed.push_back(node);
  if (stayed.empty()) return {};
  const std::string who = xcat::fold(node_names(cluster, stayed)) + ": still on " + cluster.servers[plan.server].name;
  if (!result.server.good())
    return {who +
            ", and the outage failed, so it is not known whether they would move; cure: the drill again, once it "
            "is known why the outage failed"};
  if (result.interrupted)
    return {who + ", and a signal ended the drill, so it is not known whether they would move; cure: the drill again"};
  return {who +
          ", and not watched: nothing may have been read there while NFS was stopped, so it is not known whether they "
          "would move; cure: the drill with more --nodes"};
}

std::vector<std::string> failures_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result) {
  std::vector<std::string> failures;
  const std::string& server = cluster.servers[plan.server].name;
  if (plan.rehearse ? result.server.state != HostResult::State::drift : !result.server.good())
    failures.push_back(server + ": " +
                       (result.server.problem.empty() ? name_of(result.server.state) : result.server.problem));
  if (result.interrupted)
    failures.emplace_back("a signal ended the drill, so nothing was measured to its end; cure: the drill again");
  for (const NodeResult& node : result.nodes) {
    const std::string name = cluster.nodes[node.node].name;
    if (!node.problem.empty() && !result.interrupted) failures.push_back(name + ": " + node.problem);
    for (const PathResult& path : node.paths) {
      if (path.hangs || path.fails)
        failures.push_back(name + ": " + report::escape_control(path.path) +
                           (path.hangs ? " hangs" : " cannot be read"));
      else if (result.server.good() && !result.interrupted && should_move(cluster, plan, path) && !has_moved(path))
        failures.push_back(name + ": " + report::escape_control(path.path) +
                           " was not seen moving, so its stall is not known; cure: the drill again, and where it " +
                           "stays so, checkhanfs watch there");
    }
  }
  const std::vector<std::size_t> silent = result.after.may_be_down();
  const std::vector<std::size_t> unknown = nodes_now_on(no_index, cluster, plan, result);
  const auto range = [&](const std::vector<std::size_t>& nodes) { return xcat::fold(node_names(cluster, nodes)); };
  if (!silent.empty())
    failures.push_back(range(silent) + ": no answer any more; cure: look at the console (rcons), then rnetboot");
  for (const std::size_t i : result.after.in(NodeState::State::silent))
    if (result.after.nodes[i].refuses)
      failures.push_back(cluster.nodes[i].name +
                         ": up, but refusing the connection of the remote shell; cure: " + remedy_of_refusal);
  if (!unknown.empty())
    failures.push_back(range(unknown) +
                       ": cannot tell where it runs now; cure: " + command_for(cluster, range(unknown), "status"));
  std::vector<std::size_t> stayed;
  for (const std::size_t node : nodes_now_on(plan.server, cluster, plan, result))
    if (had_to_move(plan, result, node)) stayed.push_back(node);
  if (!stayed.empty())
    failures.push_back(
        range(stayed) + ": still on " + server +
        ", as if nothing had happened; cure: nfs4cl showfs there: has it a replica, and does that serve?");
  return failures;
}

std::string text_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result) {
  report::Table table({"NODE", "PATH", "STALL", "EXPECTED", "FROM", "TO", "RESULT"});
  for (const NodeResult& node : result.nodes) {
    const std::string& name = cluster.nodes[node.node].name;
    if (!node.problem.empty()) table.add({name, "-", "?", node.expected, "", "", "not measured"});
    for (const PathResult& path : node.paths)
      table.add({name, path.path, tenths_of(path.longest_stall), node.expected,
                 name_of_address(cluster, path.server_before), name_of_address(cluster, path.server_after),
                 outcome_of(cluster, plan, path)});
  }
  std::size_t moved = 0;
  for (std::size_t i = 0; i < result.after.nodes.size(); ++i) {
    const std::size_t now = result.after.nodes[i].server;
    const auto& servers = cluster.nodes[i].servers;
    moved += !servers.empty() && servers.front() == plan.server && now != no_index && now != plan.server ? 1U : 0U;
  }
  std::string text = table.empty() ? "Nobody measured.\n" : table.text();
  text += "\n" + text::counted(result.after.nodes.size(), "node") + " in the domain, " + std::to_string(moved) +
          " of " + cluster.servers[plan.server].name + " moved.\n";
  text += text_of(result.trees, plan.directory) + text_of(result.wire);
  text += plan.rehearse           ? "A rehearsal: nothing was stopped.\n"
          : !result.server.good() ? whether_stopped(cluster.servers[plan.server].name, result)
                                  : "NFS of " + cluster.servers[plan.server].name +
                                        " was stopped, which refuses at once; a dead server is "
                                        "silent, and then a failover takes what is expected.\n";
  return text + end_of_outage(cluster, plan, result);
}

std::string page_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result,
                    const std::vector<std::string>& failures, const std::string& when) {
  report::TimelinePage page;
  page.title = "Drill of " + cluster.domains[plan.domain].name +
               (plan.rehearse          ? ", rehearsed"
                : result.server.good() ? ": NFS of " + cluster.servers[plan.server].name + " was stopped"
                : result.not_begun     ? ": NFS of " + cluster.servers[plan.server].name + " was not stopped"
                                       : ": the outage of " + cluster.servers[plan.server].name + " failed");
  page.when = when;
  page.maker = "makehanfs drill";
  page.verdict = failures.empty() ? "passed" : "failed: " + failures.front();
  for (const NodeResult& node : result.nodes) {
    const std::string& name = cluster.nodes[node.node].name;
    if (!node.problem.empty()) page.rows.push_back({name, false, "not measured: " + node.problem, 0, {}});
    for (const PathResult& path : node.paths)
      page.rows.push_back({name + " " + path.path, has_moved(path),
                           outcome_of(cluster, plan, path) + ", stall " + tenths_of(path.longest_stall) +
                               ", expected at most " + node.expected + "; " +
                               name_of_address(cluster, path.server_before) + " before, " +
                               name_of_address(cluster, path.server_after) + " after",
                           node.length, path.bars});
  }
  return text_of(page);
}

json json_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result) {
  json nodes = json::array();
  for (const NodeResult& node : result.nodes) {
    json paths = json::array();
    for (const PathResult& path : node.paths)
      paths.push_back({{"path", path.path},
                       {"longest_stall_seconds", path.longest_stall},
                       {"reads", path.reads},
                       {"errors", path.errors},
                       {"server_before", path.server_before},
                       {"server_after", path.server_after},
                       {"result", outcome_of(cluster, plan, path)}});
    nodes.push_back({{"node", cluster.nodes[node.node].name},
                     {"expected_failover", node.expected},
                     {"problem", node.problem.empty() ? json(nullptr) : json(node.problem)},
                     {"paths", std::move(paths)}});
  }
  return {{"domain", cluster.domains[plan.domain].name},
          {"server", cluster.servers[plan.server].name},
          {"rehearsal", plan.rehearse},
          {"kind", plan.rehearse ? "rehearsal" : "nfs-stopped"},
          {"outage_seconds", plan.rehearse ? 0 : plan.outage},
          {"outage_ended_by", plan.rehearse || !result.server.good() ? json(nullptr)
                              : result.ended_by_signal               ? json("signal")
                              : result.ended_early                   ? json("moved")
                                                                     : json("time")},
          {"trees", json_of(result.trees)},
          {"wire", json_of(result.wire)},
          {"watched", std::move(nodes)},
          {"after", result.after.nodes.empty() ? json(nullptr) : json_of(cluster, result.after)}};
}

}  // namespace hanfs::cluster
