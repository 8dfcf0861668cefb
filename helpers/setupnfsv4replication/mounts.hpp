// SPDX-License-Identifier: Apache-2.0
// NFSv4 file systems: what is desired of each, and the steps that set it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "node/observed_state.hpp"
#include "plan/plan.hpp"
#include "setupnfsv4replication/settings.hpp"

namespace hanfs::node {

// nfs4cl works on the fsids of the client, not on mounts, so all paths bound to one fsid share one desired state.
struct DesiredFilesystem {
  std::vector<std::string> paths;  // at least one; commands use the first
  std::optional<aix::NfsFilesystem> observed;
  bool excluded = false;          // by the settings, or
  bool left_as_soft = false;      // with `excluded`: because it is mounted soft
  bool conflict = false;          // the settings want two things of it that cannot both be met, or it may be so
  bool has_own_value = false;     // the settings name one for it
  std::vector<std::string> soft;  // of the paths, those mounted so; shortened only where their own values are named
                                  // (lib/aix/README.md "Failover: what a node sees")
  bool silent = false;            // its server did not answer in time, so nothing is asked of it
  std::string fsid;               // by itself, or by the list of all; empty: not known
  std::string server;             // that serves it now, as far as that is known
  std::string mounted_from;       // a server
  long timeo = 0;                 // tenths of a second
  long retrans = 0;

  bool differs() const;  // something of it must be set (always when it could not be observed)
};

struct DesiredFilesystems {
  std::vector<DesiredFilesystem> filesystems;  // in the order of `mount`, crossed file systems last
  std::vector<std::string> warnings;
  // Settings for paths that turn out to be one fsid, or may be one, which cannot both be met: those file systems are
  // left alone.
  std::vector<std::string> conflicts;
};

DesiredFilesystems desired_filesystems(const ObservedState& observed, const Settings& settings);

// Two calls for each file system, one option each (comma lists are undocumented), only for values that differ.
std::vector<plan::Step> plan_filesystems(const DesiredFilesystems& desired);

// For an AIX where a set call replaces the earlier options instead of adding to them (lib/aix/README.md "nfs4cl:
// setting options" leaves this open), seen by options that changed besides ours. `before` are the options of the
// untouched node. Attempt 0: everything in one call; 1: our two in one call; 2: timeo alone, which matters more than
// retrans. Nothing where nothing was lost.
std::vector<plan::Step> repair_filesystems(const DesiredFilesystems& desired, const ObservedState& before, int attempt);
constexpr int repair_attempts = 3;

// Back to the value of before hanfs.
plan::Step reset_step(const DesiredFilesystem& filesystem, const char* key, long value);

}  // namespace hanfs::node
