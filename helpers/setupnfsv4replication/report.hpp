// SPDX-License-Identifier: Apache-2.0
// What a run saw and did, as a table for people and as JSON (design 5.1). The verdict line is made from the same data.
#pragma once

#include <string>
#include <vector>

#include "plan/apply.hpp"
#include "plan/plan.hpp"
#include "report/verdict.hpp"
#include "setupnfsv4replication/facts.hpp"
#include "setupnfsv4replication/gateways.hpp"
#include "setupnfsv4replication/mounts.hpp"
#include "setupnfsv4replication/resolver.hpp"

namespace hanfs::node {

struct Report {
  Facts facts;  // as they are at the end
  MountReport mounts;
  RouteReport routes;
  std::string routes_left_alone;  // why, empty when they are managed
  ResolverState resolver;
  plan::Plan plan;
  std::vector<plan::StepResult> results;  // of the plan's steps; empty when nothing was applied
  std::vector<std::string> notes;         // worth knowing, nothing to worry about
  std::vector<std::string> warnings;
  std::vector<std::string> errors;
  report::Verdict verdict;
  int exit_status = 0;
  bool reset = false;  // the plan goes back to where the node was
  bool verbose = false;
};

// The table; ends in the verdict line.
std::string text_of(const Report& report);

// One line: xdsh and pdsh put the node's name in front of every line.
std::string json_of(const Report& report);

}  // namespace hanfs::node
