// SPDX-License-Identifier: Apache-2.0
// Who is handed what, and what may run at the same time: servers first, those of one domain never together, then the
// nodes.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "makehanfs/engine/fanout.hpp"
#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"
#include "makehanfs/plan/plan.hpp"
#include "result.hpp"

namespace hanfs::cluster {

// One command for one host, as the hanfs tools are: it may be given again, and ends with a verdict line.
struct HostCommand {
  std::string host;
  std::string domain;             // may be empty for a node without one
  std::vector<std::string> argv;  // plain (check_word), the first is a path on the host
  std::string why;                // for people: "server of domain hp1"

  bool operator==(const HostCommand& o) const {
    return host == o.host && domain == o.domain && argv == o.argv && why == o.why;
  }
};

// What may run at the same time. A round begins when the one before is over.
struct Stage {
  std::string title;  // "servers, round 1 of 2", "nodes"
  std::vector<HostCommand> commands;
  bool servers = false;  // a second one of a domain is never in the same round
};

// Servers as a list, each domain's in their order, become rounds: the first of each domain, then the second, ...
std::vector<Stage> server_stages(const std::vector<HostCommand>& servers);

// All rounds of a plan. `check_only`: each command gets --check.
std::vector<Stage> make_stages(const Cluster& cluster, const ClusterPlan& plan, const Settings& settings,
                               bool check_only);

// Error: words or a host that are not plain, a host twice in one round, two servers of one domain in one round.
Status check_stages(const std::vector<Stage>& stages);

// One engine call: hosts of a round that get the same words.
struct StageCall {
  FanoutRequest request;
  std::vector<std::size_t> places;  // in Round::work, beside the hosts of the question
};

// Places of a round, at most `fanout` a batch: what is in the engine's hands at the same time.
std::vector<std::vector<std::size_t>> batches(const std::vector<std::size_t>& places, long fanout);
// The calls of one batch; all of them run side by side.
std::vector<StageCall> calls_of(const Stage& stage, const std::vector<std::size_t>& places);

}  // namespace hanfs::cluster
