// SPDX-License-Identifier: Apache-2.0
// The command line, the environment and hanfs.conf.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "makehanfs/model/settings.hpp"
#include "result.hpp"

namespace hanfs::cluster {

enum class Subcommand { plan, settings, apply, status, runbook, drill, failback };

struct Options : app::RunModes {
  Subcommand subcommand = Subcommand::plan;
  std::vector<std::string> operands;  // a noderange, empty: all diskless nodes; for runbook and failback
                                      // the name of a server, for drill that of a domain
  std::string tables;                 // folder of dumps, TABLE.csv as tabdump prints it; empty: live tabdump
  bool script = false;                // plan: as a shell script
  bool resume = false;                // apply: what is done already is not done again
  std::string output;                 // settings: files go below this folder; empty: /
  std::string html;                   // status: the page goes into this file
  std::string take;                   // drill: the server whose NFS may be stopped
  bool rehearse = false;              // drill: all but the stop
  long nodes = 0;                     // drill: how many of each server measure
  long outage = 0;                    // drill: seconds at most
  long lead = 0;                      // drill: seconds of measuring before the outage
  long max_age = 0;                   // drill: hours
  long batch = 0;                     // failback: nodes that boot together
  Settings settings;
};

using CommandLine = app::CommandLine<Options>;

// By verb: words of this command line that say which site, how its hosts are reached and what was decided of it; no
// consent to an interruption, nor what only this run was to do.
std::map<std::string, std::vector<std::string>> words_again(const Options& options);

constexpr const char* tool_name = "makehanfs";

// Error: one clear line for exit status 2; nothing was touched.
Result<CommandLine> read_options(app::System& system, int argc, const char* const* argv);

}  // namespace hanfs::cluster
