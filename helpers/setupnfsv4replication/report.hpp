// SPDX-License-Identifier: Apache-2.0
// What a run saw and did, as a table for people and as JSON (helpers/README.md "Node report"). The verdict line is made
// from the same data.
#pragma once

#include <string>
#include <vector>

#include "app/report.hpp"
#include "node/observed_state.hpp"
#include "report/verdict.hpp"
#include "setupnfsv4replication/mount_report.hpp"
#include "setupnfsv4replication/options.hpp"
#include "setupnfsv4replication/planner.hpp"
#include "setupnfsv4replication/resolver.hpp"
#include "setupnfsv4replication/route_report.hpp"

namespace hanfs::node {

struct Report : app::Report {
  bool was_observed = false;  // false: `observed` is empty because nothing was observed
  ObservedState observed;     // at the end of the run
  MountReport mounts;
  RouteReport routes;
  std::string routes_left_alone;  // why, empty when they are managed
  ResolverState resolver;
  std::vector<std::string> unmet;  // what of the settings cannot be met on this node, which are errors
};

// Only tool, node and status are set.
report::Verdict verdict_of(const std::string& node, const std::string& status);

// Fills in mounts, routes, names and their warnings, and an error for each thing that could not be observed. `desired`
// is of `observed`.
void describe(Report& report, ObservedState observed, const DesiredState& desired);

// A gateway that is held for dead is not as wanted: for who only looks.
void judge_gateways(Report& report);

// Counts the steps, and sets status and exit status (helpers/README.md "Exit statuses"). `read_only`: nothing was to
// be changed, so a plan that is not empty is a difference. `at_boot`: few files are open yet.
void set_status(Report& report, bool read_only, bool at_boot);

// The table; ends in the verdict line.
std::string text_of(const Report& report, const Options& options);

// One line: xdsh and pdsh put the node's name in front of every line.
std::string json_of(const Report& report);

}  // namespace hanfs::node
