// SPDX-License-Identifier: Apache-2.0
// Who runs on which server: all nodes are asked through the engine, and their answers are held against the tables.
#pragma once

#include <chrono>
#include <cstddef>
#include <functional>
#include <nlohmann/json_fwd.hpp>
#include <optional>
#include <string>
#include <vector>

#include "makehanfs/engine/engine.hpp"
#include "makehanfs/model/cluster.hpp"
#include "makehanfs/status/node_report.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

struct NodeState {
  // In the order of urgency; the first that is true counts.
  enum class State {
    silent,   // it gave no answer
    backup,   // on another server than its primary: it must be rebooted to go home
    error,    // it answered, but could not tell, or its tool failed
    untuned,  // on its primary, and would not fail over as wanted
    primary,  // on its primary, all as wanted
  };

  State state = State::silent;
  std::size_t server = no_index;  // of Cluster::servers: where it runs now; nowhere: not known
  std::string failover;           // "0.3s", "never"; empty: not known
  std::string problem;            // one line; empty where all is as wanted
  bool no_tool = false;           // it answered that the postscript is not there, or xCAT's own is in its place
  bool refuses = false;           // its sshd the connection: it is silent, and up
  bool no_replica = false;        // some file system lacks a replica, which no tuning cures

  void add_problem(const std::string& more);  // control characters are shown; nothing for an empty one
  bool operator==(const NodeState& o) const {
    return state == o.state && server == o.server && failover == o.failover && problem == o.problem &&
           no_tool == o.no_tool && refuses == o.refuses && no_replica == o.no_replica;
  }
};

constexpr std::size_t state_count = 5;
// Empty where there is none.
std::string server_name(const Cluster& cluster, std::size_t server);
std::string domain_name(const Cluster& cluster, std::size_t domain);

// "silent", "backup", "error", "untuned", "primary": for JSON, for the filter of the page, for --state.
const char* name_of(NodeState::State state);

struct ClusterStatus {
  std::vector<NodeState> nodes;       // beside Cluster::nodes
  std::vector<std::string> problems;  // of the engine
  std::vector<std::string> warnings;  // of the engine
  bool worked = true;                 // false: the engine could not be started, so nothing is known

  std::vector<std::size_t> in(NodeState::State state) const;  // of `nodes`
  std::vector<std::size_t> may_be_down() const;
  std::size_t count(NodeState::State state) const { return in(state).size(); }
};

// Pure: what the report of a node means, by the tables.
NodeState judge(const Cluster& cluster, std::size_t node, const NodeReport& report);

struct StatusOptions {
  std::vector<std::string> command;                      // on the node: its path and words
  std::function<std::chrono::milliseconds()> time_left;  // may be empty
  std::function<void()> one_more;                        // a node has answered, or will not; may be empty
};

// Asks all nodes of the cluster.
ClusterStatus observe_status(run::Runner& runner, const Engine& engine, const Cluster& cluster,
                             const StatusOptions& options);

// Of a server: how many nodes have it as their primary, and how many are known to run on it now.
struct Balance {
  std::size_t primary = 0;
  std::size_t now = 0;
  std::vector<std::size_t> away;    // of Cluster::nodes: its nodes that run elsewhere now
  std::vector<std::size_t> guests;  // nodes of others that run on it now
};
std::vector<Balance> balance(const Cluster& cluster, const ClusterStatus& status);
// Servers that no node of the noderange names are shown only where one of its nodes runs on them.
bool is_shown(const Server& server, const Balance& of_it);

// What brings the nodes of one server home.
struct FailbackStep {
  std::size_t server = no_index;
  std::vector<std::size_t> nodes;
  std::string command;   // "makehanfs failback asn01", which boots nobody while that server does not serve
  bool serving = false;  // some node says that it runs on that server right now; it may not have noticed that it died
};
std::vector<FailbackStep> failback_steps(const Cluster& cluster, const ClusterStatus& status);

// "updatenode 'cn[001-020]' -P setupnfsv4replication"; empty where all are tuned, as far as that helps.
std::string tuning_command(const Cluster& cluster, const ClusterStatus& status);
// What has to be done before: the prsync of the postscripts, for nodes that have none of ours get it from servers that
// may have none either. Empty: nothing.
std::string copying_command(const Cluster& cluster, const ClusterStatus& status);
// Gives replicas to the exports of servers that are not as wanted, and boots their nodes; of others nobody boots.
std::string apply_to_servers(const Cluster& cluster);
// Nodes that some file system of lacks a replica, for two reasons with two cures.
struct WithoutReplica {
  // Of sound domains, and booted by their servers: a boot cures it, once their servers export with replicas.
  std::vector<std::size_t> nodes;
  // Those boots, one after the other, of nodes that run from the server that they boot from. Others boot when they go
  // home: where they would boot from now may be dead. rnetboot, not rpower alone: lib/xcat/README.md "Moving services
  // by hand".
  std::vector<std::string> commands;
  std::vector<std::size_t> unsound;  // of others: their tables come first (makehanfs plan), no boot helps
};
WithoutReplica without_replica(const Cluster& cluster, const ClusterStatus& status);

// report::ExitStatus: 0 all on their primary and as wanted, 1 some not, 3 the engine could not be started.
int exit_status_of(const ClusterStatus& status);

// The three forms. `everything`: a row for each node, also for those that are as wanted.
std::string text_of(const Cluster& cluster, const ClusterStatus& status, bool everything);
nlohmann::ordered_json json_of(const Cluster& cluster, const ClusterStatus& status);

constexpr std::size_t big_cluster = 2000;  // nodes; with more the page does not draw each of them

struct PageOptions {
  std::string title;                         // "HA NFS of xcatmn"
  std::string when;                          // "2026-11-22T21:40:05Z"
  std::string how;                           // the command that makes this page
  std::vector<std::string> objections = {};  // what is not as wanted beside the nodes: servers, their content
};
// One file that needs nothing else: no network, no script for what it says. Of a big cluster (big_cluster) it shows
// what is wrong; nodes that are alike share a row, and those that are as wanted are out of sight until they are asked
// for.
std::string page_of(const Cluster& cluster, const ClusterStatus& status, const PageOptions& options);

}  // namespace hanfs::cluster
