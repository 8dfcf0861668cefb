// SPDX-License-Identifier: Apache-2.0
// The planned failover test of a live domain: NFS of one server is stopped for a while, and a sample of the nodes
// measures what an application feels.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "makehanfs/apply/host_result.hpp"
#include "makehanfs/drill/trees.hpp"
#include "makehanfs/drill/wire.hpp"
#include "makehanfs/engine/engine.hpp"
#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"
#include "makehanfs/status/status.hpp"
#include "report/timeline_page.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

struct DrillPlan {
  std::size_t domain = no_index;         // of Cluster::domains
  std::size_t server = no_index;         // of Cluster::servers: whose NFS is stopped
  std::vector<std::size_t> watched;      // of Cluster::nodes: they measure
  std::vector<std::size_t> leaving;      // of these, those that run from the server: they have to move
  long outage = 0;                       // seconds, at most
  std::chrono::seconds length{0};        // the longest that watch and outage may take, with what comes after
  bool rehearse = false;                 // all but the stop
  std::string directory;                 // what the servers must have the same of
  std::vector<std::string> watch_argv;   // on the watched nodes
  std::vector<std::string> outage_argv;  // on the server
  std::vector<std::string> wait_argv;    // on the nodes that leave: ends when all their paths have moved
  std::vector<std::string> end_argv;     // on the server: the outage ends now
  std::vector<std::string> check_argv;   // on every server of the domain: is it as wanted? Changes nothing
};

// What a person may choose.
struct DrillOptions {
  std::size_t sample = 0;  // how many nodes of each server measure
  long outage = 0;         // seconds, at most
  long lead = 0;           // seconds for the engine to reach the nodes before NFS is stopped
  bool rehearse = false;
};

// `server_argv`: setuphanfs with its words for that server, without leave to interrupt.
DrillPlan make_drill(const Cluster& cluster, const Settings& settings, std::size_t server, const DrillOptions& options,
                     const std::vector<std::string>& server_argv);

// Why the drill must not begin, by what nodes and servers answered, the worst first; empty: it may. Pure. `servers`:
// beside Domain::servers.
std::vector<std::string> objections_to(const Cluster& cluster, const DrillPlan& plan, const ClusterStatus& nodes,
                                       const std::vector<HostResult>& servers);

// What one path of a node went through.
struct PathResult {
  std::string path;
  double longest_stall = 0;  // seconds
  std::size_t reads = 0;
  std::size_t errors = 0;
  bool hangs = false;  // at the end of the watch
  bool fails = false;
  std::vector<report::TimelineBar> bars;
  std::string server_before;  // addresses; empty: not known
  std::string server_after;
};

struct NodeResult {
  std::size_t node = no_index;
  std::string expected;  // "0.3s": of the failover, by the node's own settings
  std::string problem;   // why nothing is known of it; empty: it measured
  std::vector<PathResult> paths;
  double length = 0;  // seconds that it measured
};

struct DrillResult {
  std::vector<TreeAnswer> trees;  // of the domain's servers: all the same
  std::vector<WireAnswer> wire;   // of the watched nodes
  std::vector<NodeResult> nodes;  // beside DrillPlan::watched
  HostResult server;
  bool ended_early = false;           // every watched path had moved, so the server was asked to start NFS again
  bool interrupted = false;           // a signal came, so nobody measured to the end
  bool ended_by_signal = false;       // it came before the outage was over
  bool not_begun = false;             // surely: the server was not reached, or has no setuphanfs
  ClusterStatus after;                // of the whole domain
  std::vector<std::string> problems;  // of the engine
  std::vector<std::string> warnings;  // of the engine
};

// The last line of checkhanfs watch --json: what a node measured, and how long. Error: it is none.
Result<NodeResult> parse_watch(std::string_view json);

// By the last lines of the waiting nodes: has every path left the server of this address, and can all be read? Not
// where none of them came from it.
bool have_left(const std::vector<std::string>& lines, const std::string& address);

// The watch and the outage side by side; the outage ends when every path has moved, and in any case with its time,
// which the server keeps by itself. A signal has the server end its outage, or not begin it, which is waited for.
DrillResult run_drill(run::Runner& runner, const Engine& engine, const Cluster& cluster, const DrillPlan& plan,
                      const ClusterStatus& before, const std::function<bool()>& interrupted);
constexpr long calls_side_by_side = 3;  // that the runner has to have room for

// The server has not begun with its outage, so there is nothing to judge: it is the server that says so.
bool was_refused(const DrillResult& result);

// What did not go as it should, each with its nodes; empty: the drill was passed.
std::vector<std::string> failures_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result);
// What was not proven.
std::vector<std::string> warnings_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result);

std::string text_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result);
nlohmann::ordered_json json_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result);
// The timelines as a page. `failures`: all that kept the drill from being passed; `when`: UTC.
std::string page_of(const Cluster& cluster, const DrillPlan& plan, const DrillResult& result,
                    const std::vector<std::string>& failures, const std::string& when);

}  // namespace hanfs::cluster
