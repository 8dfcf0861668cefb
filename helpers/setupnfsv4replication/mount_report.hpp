// SPDX-License-Identifier: Apache-2.0
// Mounts that come from a server as they are reported: each with its state and how long its failover takes, and what is
// worth a warning.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aix/failover.hpp"
#include "node/observed_state.hpp"
#include "setupnfsv4replication/mounts.hpp"

namespace hanfs::node {

using aix::failover_seconds;
using aix::stnfs_replication_timeout;
using aix::stnfs_timeout;

// One row of the report: every mount that comes from a server.
struct MountState {
  std::string path;
  std::string vfs;
  std::string server;
  std::string remote;
  std::string fsid;
  std::string current;
  std::vector<std::string> replicas;
  std::optional<long> timeo;
  std::optional<long> retrans;
  std::optional<double> failover;  // seconds; nullopt: never, or not known
  bool never = false;              // observed, and there is no replica
  bool soft = false;               // left alone for that, not because the settings exclude it
  bool is_away = false;            // served by another replica than the server it was mounted from
  // ok, drift, excluded, unknown (could not be observed), not_tunable (nfs3, stnfs, ...), and after a run also changed
  // and failed.
  std::string state;
};

struct MountReport {
  std::vector<MountState> mounts;          // in the order of `mount`
  std::vector<MountState> crossed_mounts;  // file systems below them that `mount` does not list
  std::vector<std::string> warnings;
};
MountReport describe_mounts(const ObservedState& observed, const DesiredFilesystems& desired);

// The longest of the NFSv4 mounts.
struct WorstFailover {
  bool any = false;               // there are NFSv4 mounts
  bool never = false;             // one has no replica
  std::optional<double> seconds;  // nullopt: never, or one could not be observed
};
WorstFailover worst_failover(const MountReport& report);

// "0.3s", "never", "unknown", or "none" without NFSv4 mounts.
std::string text_of(const WorstFailover& worst);

}  // namespace hanfs::node
