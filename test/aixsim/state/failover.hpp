// SPDX-License-Identifier: Apache-2.0
// How long an application stalls when a server or a gateway is dead (nfs 3,
// routes 1.1).
#pragma once
#include "state/mounts.hpp"
#include "state/routes.hpp"

namespace aixsim {

constexpr double kHangs = -1;  // never returns by itself
constexpr double kNoStall = 0;

struct Stall {
  double fresh = kNoStall;   // files opened now
  double opened = kNoStall;  // files opened when the file system was mounted: they keep the options of that moment
  std::string server;        // who serves afterwards, empty when nobody
};

// Seconds a client needs to leave a dead server, by the options in force.
double failover_seconds(const Node& node, const std::string& vfs, const Options& options);
// What this file system sees with the servers and gateways that are dead now. `if_dead`: one more, for a forecast.
Stall stall_of(const Node& node, const Mounts& mounts, const Filesystem& fs, const std::string& if_dead = "");
// Moves every file system whose server no longer serves it to the server that takes over.
void fail_over(const Node& node);
std::string seconds_text(double seconds, const std::string& vfs);

}  // namespace aixsim
