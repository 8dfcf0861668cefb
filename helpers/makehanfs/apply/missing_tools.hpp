// SPDX-License-Identifier: Apache-2.0
// What servers lack that their nodes will need, seen before any node is shut down: a node that boots gets its
// postscript from its server.
#pragma once

#include <chrono>
#include <functional>
#include <set>
#include <string>
#include <vector>

#include "makehanfs/apply/apply.hpp"
#include "makehanfs/engine/engine.hpp"
#include "makehanfs/model/cluster.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

// The servers of domains whose nodes would be shut down, and the paths that each of them should have: setuphanfs and,
// where nodes get their postscript from it, what lies beside that. No path: there is nothing to ask.
struct ToolQuestion {
  std::vector<std::string> servers;
  std::vector<std::string> domains;  // beside `servers`
  std::string server_tool;
  std::string postscript_files;  // empty: nodes have the postscript from elsewhere
  std::string node_tool;

  std::vector<std::string> argv() const;  // ls -d PATH...
};
ToolQuestion tool_question(const std::vector<Stage>& stages);

struct MissingTools {
  std::set<std::string> domains;    // of the servers that lack something
  std::vector<std::string> errors;  // all that is missing, with the cures
};
// `said`: what ls printed on each server. Of a server that printed nothing that can be judged nothing is missing here.
MissingTools missing_tools(const ToolQuestion& question, const std::vector<HostReply>& replies);

MissingTools ask_for_tools(run::Runner& runner, const Engine& engine, const std::vector<Stage>& stages,
                           const std::function<std::chrono::milliseconds()>& time_left);

}  // namespace hanfs::cluster
