// SPDX-License-Identifier: Apache-2.0
// What the verbs share that reach hosts.
#pragma once

#include <chrono>
#include <cstddef>
#include <string>
#include <vector>

#include "makehanfs/commands/commands.hpp"
#include "makehanfs/engine/engine.hpp"
#include "makehanfs/status/status.hpp"

namespace hanfs::cluster {

// By which engine hosts are reached: the one of the settings; else the first that is installed below the sysroot, and
// xdsh where the tables are dumps, which may come from another machine. With --from the one whose answers the capture
// has. Error: it is not installed, or there is none.
Result<Engine> installed_engine(const CommandContext& command);
// The same for what is only shown: it need not be installed.
Engine planned_engine(const CommandContext& command);

// How long a call of the engine that starts now may take: it ends by itself when its hosts are done.
std::chrono::milliseconds rest_of_run(const CommandContext& command);

// How nodes are asked for their status, for as long as the run has.
StatusOptions status_options(const CommandContext& command);

// setuphanfs as it runs on this server of the cluster, without leave to interrupt its clients.
std::vector<std::string> server_argv(const CommandContext& command, const Cluster& cluster, const Engine& engine,
                                     std::size_t server);

// --without: a server that is left out stays as it is, and has to be brought in later, which is a warning. Error: no
// server of a domain has this name.
Status check_left_out(CommandContext& command);

// --html: an absolute path lies below the sysroot; a relative one is where the person stands who typed it.
Status write_html(const CommandContext& command, const std::string& page);

// The journal that apply keeps on this machine.
std::string apply_journal(const CommandContext& command);
// Those of `nodes` that an apply has shut down, and none has seen up since: a warning. A capture knows of none.
void warn_of_nodes_left_down(CommandContext& command, const std::vector<std::string>& nodes);

// Why errors of the tables close this domain; empty: it is open.
std::string why_closed(const CommandContext& command, const Domain& domain);

// Findings of level error: nodes and servers that nothing is done for. An error of the report for each.
void report_skipped(CommandContext& command);

}  // namespace hanfs::cluster
