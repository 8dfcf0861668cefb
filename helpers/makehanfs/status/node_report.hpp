// SPDX-License-Identifier: Apache-2.0
// What a node says of itself: one line of `setupnfsv4replication --status --json` (helpers/README.md "Node report").
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace hanfs::cluster {

struct NodeMount {
  std::string path;
  std::string vfs;
  std::string server;   // as mounted: a name or an address
  std::string current;  // address of the server in use; empty: the node does not know
  std::vector<std::string> replicas;
  std::string state;  // ok, drift, unknown, excluded, not_tunable, ...
};

struct NodeReport {
  std::string version;
  std::string nfs_domain;  // of /etc/nfs/local_domain; empty: none, or not known
  std::string status;      // ok, changed, drift, fail, refused
  std::string failover;    // "0.3s", "never", "none", "unknown"
  std::vector<NodeMount> mounts;
  std::vector<std::string> errors;
  std::vector<std::string> desired;  // why of each step that the node would take: empty when it is tuned
};

// Error: no JSON object, or not of that tool. Fields that are missing or of another type are empty: an older or newer
// tool on the node must not make it vanish.
Result<NodeReport> parse_node_report(std::string_view json);

}  // namespace hanfs::cluster
