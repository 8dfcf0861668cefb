// SPDX-License-Identifier: Apache-2.0
#include "state/failover.hpp"

#include <algorithm>
#include <set>

#include "state/links.hpp"
#include "state/tunables.hpp"

namespace aixsim {
namespace {

long number_of(const Options& options, const std::string& key, long fallback) {
  long number = fallback;
  return parse_number(option(options, key), &number) ? number : fallback;
}

double shorter(double a, double b) { return a == kHangs ? b : b == kHangs ? a : std::min(a, b); }

}  // namespace

// [DOC, IBM "How NFS clients fail over"]: tunable 0: max(2*timeo, retrans*timeo); set: max(tunable, retrans*timeo).
// stnfs: replication timeout 20 s, hard coded [XCAT W-HANFS]; its time-out of 10 s is shown beside it.
double failover_seconds(const Node& node, const std::string& vfs, const Options& options) {
  if (vfs == "stnfs") return 20;
  const double timeo = static_cast<double>(number_of(options, "timeo", 100)) / 10;
  const double rpc = timeo * static_cast<double>(number_of(options, "retrans", 5));
  const long tunable = Tunables(node, Tunables::kNfso).number("nfs_v4_fail_over_timeout");
  return std::max(tunable > 0 ? static_cast<double>(tunable) : 2 * timeo, rpc);
}

namespace {

// Seconds until packets reach a living server: 0 in a subnet of the node or when the gateway in use is alive; the rest
// of the detection time when DGD will choose another gateway; otherwise kHangs.
double route_seconds(const Node& node, const std::string& server, const std::string& if_dead) {
  const Routes table(node);
  unsigned address = 0;
  if (!parse_ipv4(node.address_of(server), &address) || !table.interface_for(address).empty()) return 0;
  const auto all = table.sorted(table.load());
  double wait = 0;
  for (const auto& route : all) {
    if (!route.is_default()) continue;
    const bool dead = is_dead(node, route.gateway) || route.gateway == if_dead;
    if (!dead) return wait;
    if (table.current_cost(route, all) == kMaxCost) continue;  // already found dead, traffic has left it
    const long detection = table.detection(route.gateway);
    if (detection < 0) return kHangs;
    long died = node.clock();
    for (const auto& outage : outages(node)) {
      if (outage.address == route.gateway && outage.healed < 0) died = outage.died;
    }
    wait += static_cast<double>(std::max(0L, died + detection - node.clock()));
  }
  return kHangs;
}

}  // namespace

Stall stall_of(const Node& node, const Mounts& mounts, const Filesystem& fs, const std::string& if_dead) {
  Stall stall;
  const std::string current = mounts.current(fs);
  const std::string extra = node.address_of(if_dead);
  const auto dead = [&](const std::string& server, bool as_replica) {
    return is_dead(node, server) || (!if_dead.empty() && node.address_of(server) == extra) ||
           !serves(node, fs, server, as_replica);
  };
  const double direct = fs.stale || dead(current, false) ? kHangs : route_seconds(node, current, extra);
  if (direct == 0) {
    stall.server = current;
    return stall;
  }
  // Each dead replica that is tried costs another fail-over time [GUESS: nobody documents it].
  double fresh = kHangs, opened = kHangs;
  const bool by_nfs4cl = option(fs.options, "timeo") != option(fs.mounted, "timeo");
  const double unit = by_nfs4cl && node.is("nfs4cl-timeo", "seconds") ? 10 : 1;
  double tries = 0;
  const bool replicated = fs.vfs == "nfs4" || fs.vfs == "stnfs";
  for (const auto& replica : replicated ? fs.replicas(current) : Strings()) {
    tries += 1;
    if (dead(replica, true)) continue;
    const double route = route_seconds(node, replica, extra);
    if (route == kHangs) continue;
    stall.server = replica;
    fresh = std::max(route, tries * unit * failover_seconds(node, fs.vfs, fs.options));
    opened = std::max(route, tries * failover_seconds(node, fs.vfs, fs.mounted));
    break;
  }
  stall.fresh = shorter(fresh, direct);
  stall.opened = shorter(opened, direct);
  if (direct != kHangs && (fresh == kHangs || direct <= fresh)) stall.server = current;
  return stall;
}

std::string seconds_text(double seconds, const std::string& vfs) {
  if (seconds == kHangs) return "hangs";
  if (seconds == kNoStall) return "-";
  if (vfs == "stnfs" && seconds == 20) return "10/20 s";
  return strf("%.1f s", seconds);
}

void fail_over(const Node& node) {
  const Mounts mounts(node);
  const bool by_clock = node.is("failover", "clock");
  std::set<std::string> seen;
  for (const auto& mount : mounts.all()) {
    if (mount.fs.empty() || !seen.insert(mount.fs).second) continue;
    const Lock lock(mounts.lock_of(mount.fs));
    Filesystem fs;
    if (!mounts.load(mount.fs, &fs)) continue;
    const std::string current = mounts.current(fs);
    const Stall stall = stall_of(node, mounts, fs);
    if (stall.server.empty() || stall.server == current) continue;
    fs.current = by_clock ? current : stall.server;
    fs.next = by_clock ? stall.server : "";
    fs.swap_at = by_clock ? node.clock() + static_cast<long>(stall.fresh + 0.999) : -1;
    mounts.save(fs);
  }
}

}  // namespace aixsim
