// SPDX-License-Identifier: Apache-2.0
// Have the servers of a domain the same below the replicated directory? Each makes a manifest of its own tree, or keeps
// one that is young enough, and sends a digest of it; no file crosses the network.
#pragma once

#include <chrono>
#include <cstddef>
#include <nlohmann/json_fwd.hpp>
#include <string>
#include <vector>

#include "makehanfs/engine/engine.hpp"
#include "makehanfs/model/settings.hpp"
#include "result.hpp"
#include "run/runner.hpp"

namespace hanfs::cluster {

// What checkhanfs tree manifest --max-age says of the tree of one server.
struct TreeAnswer {
  std::string server;
  std::string problem;   // why nothing is known of its tree; empty: the rest holds
  std::string manifest;  // its place on the server
  std::string made;      // "2026-11-28T12:00:00Z"
  std::string digest;    // of all entries
  bool kept = false;     // the manifest was there already
  std::size_t entries = 0;
  std::size_t doubtful = 0;  // entries that could not be read, or changed meanwhile

  bool operator==(const TreeAnswer& o) const {
    return server == o.server && problem == o.problem && manifest == o.manifest && made == o.made &&
           digest == o.digest && kept == o.kept && entries == o.entries && doubtful == o.doubtful;
  }
};

// `max_age`: hours. A service node has no /xcatpost, but what nodes get there: lib/xcat/README.md "Postscripts: two
// roads".
std::vector<std::string> tree_argv(const Settings& settings, long max_age);

// The object of one server, whose name stays empty. Error: it does not say what the tree holds, and why.
Result<TreeAnswer> parse_tree(const nlohmann::ordered_json& object);

// A manifest that was made before somebody put a tree right must not keep a drill away.
bool should_be_made_anew(const std::vector<TreeAnswer>& trees);

// Beside `servers`. `time`: for all of it, since reading a large tree takes as long as its disks take.
std::vector<TreeAnswer> ask_trees(run::Runner& runner, const Engine& engine, const std::vector<std::string>& servers,
                                  const std::vector<std::string>& argv, std::chrono::seconds time);

// Two that are known do not have the same.
bool are_different(const std::vector<TreeAnswer>& trees);

// Why these trees are not the same, or not known to be; empty: they are.
std::vector<std::string> objections_to(const std::vector<TreeAnswer>& trees, const std::string& directory);

std::string text_of(const std::vector<TreeAnswer>& trees, const std::string& directory);
nlohmann::ordered_json json_of(const std::vector<TreeAnswer>& trees);

}  // namespace hanfs::cluster
