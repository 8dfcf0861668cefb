// SPDX-License-Identifier: Apache-2.0
// What makehanfs can do with the cluster that the tables describe. Each verb fills the report, prints, and returns the
// exit status.
#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

#include "app/report.hpp"
#include "makehanfs/commands/options.hpp"
#include "makehanfs/model/cluster.hpp"
#include "xcat/tables.hpp"

namespace hanfs::cluster {

// What a verb works with.
struct CommandContext {
  app::Context& context;
  const Options& options;
  const xcat::Tables& tables;
  const Cluster& cluster;
  app::Report& report;
};

// Of the files that nodes and servers of this live cluster get: where they say something else than this run goes by.
void warn_of_other_settings(CommandContext& command);

int do_plan(CommandContext& command);      // shows, changes nothing
int do_settings(CommandContext& command);  // writes hanfs.conf for nodes and servers
int do_apply(CommandContext& command);     // the plan, over the engine
int do_status(CommandContext& command);    // asks the nodes
int do_runbook(CommandContext& command);   // shows, changes nothing
int do_drill(CommandContext& command);     // stops NFS of one server for a while, and measures
int do_failback(CommandContext& command);  // boots the nodes of a server that run elsewhere

// How a verb that changes something ends: `text`, or `object` (app::begin_json and its own fields), and the report.
int print(CommandContext& command, const std::string& text, nlohmann::ordered_json object);

// An error that ends the run: nothing was touched.
int abort_run(CommandContext& command, const std::string& reason, const char* status, int exit_status);

}  // namespace hanfs::cluster
