// SPDX-License-Identifier: Apache-2.0
// What has to be done so that every sound domain fails over. Data: printed, reviewed, or run by apply.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"

namespace hanfs::cluster {

// One command on the management node.
struct PlanStep {
  std::string id;  // unique in the plan, the same for the same cluster: "table-nfsv4", "export-asn01", "tune-DOMAIN"
  std::string why;
  std::vector<std::string> argv;
  std::string domain;    // empty: not about one domain
  bool by_hand = false;  // shown, but never run for the administrator

  bool operator==(const PlanStep& o) const {
    return id == o.id && why == o.why && argv == o.argv && domain == o.domain && by_hand == o.by_hand;
  }
};

// What is run on one server.
struct ServerTask {
  std::size_t server = no_index;  // of Cluster::servers
  std::size_t round = 0;          // servers of one round may be done side by side: never two of one domain
  std::vector<std::string> argv;  // setuphanfs with its words, all of them plain: no shell can misread them
};

// What is run on the nodes of one domain.
struct DomainTask {
  std::size_t domain = no_index;  // of Cluster::domains
  std::string section;            // [domain NAME] of hanfs.conf
  std::string nodes;              // as a noderange; empty: the domain has none
};

// Sound domains only; why others are left out is in Cluster::findings.
struct ClusterPlan {
  std::vector<PlanStep> steps;      // in the order in which they are to be done
  std::vector<ServerTask> servers;  // by round; in a domain the one with the fewest nodes first
  std::vector<DomainTask> domains;
};

// Pure: the same cluster gives the same plan. The engine of the settings, or xdsh where it is not set, is in the
// commands.
ClusterPlan make_plan(const Cluster& cluster, const Settings& settings);

// makehanfs status, over the engine of the settings.
std::vector<std::string> status_command(const Settings& settings);

// Findings, domains, servers, and the commands; without `verbose` the first of very many rows.
std::string plan_text(const Cluster& cluster, const ClusterPlan& plan, bool verbose);
// The fields of a plan, as one JSON object in one line.
std::string plan_json(const Cluster& cluster, const ClusterPlan& plan);
// A POSIX shell script to review and run on the management node. Without the word "run" it only shows its commands;
// with it, it stops at the first failure and takes servers of a domain one after another.
std::string plan_script(const Cluster& cluster, const ClusterPlan& plan);

// "hanfsdomid", "settings", "servicenode"
const char* source_name(Domain::Source source);

}  // namespace hanfs::cluster
