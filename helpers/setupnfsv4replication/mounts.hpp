// SPDX-License-Identifier: Apache-2.0
// NFSv4 file systems: what is wanted of each, what must be set, how long a failover will take.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "aix/failover.hpp"
#include "node/observed_state.hpp"
#include "plan/plan.hpp"
#include "result.hpp"
#include "setupnfsv4replication/settings.hpp"

namespace hanfs::node {

// nfs4cl works on the fsids of the client, not on mounts, so all paths bound to one fsid share one desired state.
struct DesiredFilesystem {
  std::vector<std::string> paths;                // at least one; commands use the first
  const aix::NfsFilesystem* observed = nullptr;  // nullptr: could not be observed
  bool excluded = false;
  long timeo = 0;  // tenths of a second
  long retrans = 0;

  bool differs() const;  // something of it must be set (always when it could not be observed)
};

struct DesiredFilesystems {
  std::vector<DesiredFilesystem>
      filesystems;  // in the order of `mount`, crossed file systems last; points into the facts
  std::vector<std::string> warnings;
};

// Error when two settings name different values for paths that turn out to be one fsid: a state that cannot be reached
// is a settings error, found before anything is touched.
Result<DesiredFilesystems> desired_filesystems(const ObservedState& observed, const Settings& settings);

// Two calls for each file system, one option each (comma lists are undocumented), only for values that differ.
std::vector<plan::Step> plan_filesystems(const DesiredFilesystems& desired);

// For an AIX where a set call replaces the earlier options instead of adding to them (lib/aix/README.md "nfs4cl:
// setting options" leaves this open), seen by options that changed besides ours. `before` are the options of the
// untouched node. Attempt 0: everything in one call; 1: our two in one call; 2: timeo alone, which matters more than
// retrans. Nothing where nothing was lost.
std::vector<plan::Step> repair_filesystems(const DesiredFilesystems& desired, const ObservedState& before, int attempt);
constexpr int repair_attempts = 3;

// nfs4cl resetfsoptions, once for each fsid that is not excluded.
std::vector<plan::Step> reset_filesystems(const DesiredFilesystems& desired);

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

// "0.3s": the longest of the NFSv4 mounts; "never" when one has no replica; "unknown" when one could not be observed;
// "none" without NFSv4 mounts.
std::string worst_failover(const MountReport& report);

}  // namespace hanfs::node
