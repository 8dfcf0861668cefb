// SPDX-License-Identifier: Apache-2.0
// Looks at the node: read-only commands side by side, and a few files. Changes nothing.
#pragma once

#include <functional>
#include <optional>
#include <set>
#include <string>

#include "result.hpp"
#include "run/runner.hpp"
#include "setupnfsv4replication/facts.hpp"

namespace hanfs::node {

// Where facts come from: a live node, a simulated one or a capture.
struct Sources {
  run::Runner& runner;
  // The content of a file named as AIX knows it, nullopt where it does not exist.
  std::function<Result<std::optional<std::string>>(const std::string& path)> file;
  // How long a command that starts now may take.
  std::function<std::chrono::milliseconds()> time_for_command;
  bool is_capture = false;  // made by hand perhaps: an editor may have taken a last newline away
};

Facts observe(const Sources& sources, const std::string& node);

// What a plan may have changed and must be looked at again.
struct Scope {
  std::set<std::string> filesystems;  // local paths
  bool routes = false;
  bool odm_routes = false;
  bool tunables = false;
  bool files = false;
};

// `before` with the scope observed anew. Commands that did not answer before are not asked again: they are in
// before.blind, and a hung one would cost its deadline twice.
Facts observe_again(const Sources& sources, Facts before, const Scope& scope);

}  // namespace hanfs::node
