// SPDX-License-Identifier: Apache-2.0
// The command line, the environment and hanfs.conf.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "result.hpp"

namespace hanfs::check {

enum class Subcommand { node, servers, tree, watch };

struct Settings : app::Limits {
  std::vector<config::Domain> domains;
};

struct Options : app::RunModes {
  Subcommand subcommand = Subcommand::node;
  std::vector<std::string> operands;  // the words after the subcommand
  std::string openmetrics;            // node: the file for a node exporter; empty: none
  std::string path;                   // servers: what they serve
  long timeout = 0;                   // servers: seconds for one look at one server
  long again = 0;                     // servers: seconds between two looks; 0: only one
  long watch = 0;                     // servers: seconds between two rounds; 0: only one
  std::vector<std::string> notify;    // servers: the words of a command; empty: none
  std::string output;                 // tree manifest: its file; empty: the default
  std::optional<long> max_age;        // tree manifest: hours
  std::string manifest;               // tree check: its file; empty: the default
  std::string hash;                   // tree: xxh3, sha256; empty: not said
  std::vector<std::string> excludes;  // tree: patterns besides the default ones
  bool default_excludes = true;       // tree
  std::string html;                   // watch: the file for the page; empty: none
  long watch_seconds = 0;             // watch: how long; 0: until it is stopped
  std::string until_left;             // watch: or until no path comes from this address; empty: whatever they come from
  long stall_milliseconds = 0;        // watch: a read that takes longer is a stall
  Settings settings;
};

using CommandLine = app::CommandLine<Options>;

constexpr const char* tool_name = "checkhanfs";

// Error: one clear line; nothing was looked at.
Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv);

}  // namespace hanfs::check
