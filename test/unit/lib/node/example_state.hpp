// SPDX-License-Identifier: Apache-2.0
// Facts of a small node, made by hand, for the pure rooms of setupnfsv4replication.
#pragma once

#include <string>
#include <vector>

#include "node/observed_state.hpp"

namespace hanfs::test {

inline aix::NfsFilesystem filesystem(const std::string& fsid, const std::string& local, long timeo, long retrans,
                                     std::vector<std::string> replicas = {"10.0.0.2"}) {
  aix::NfsFilesystem info;
  info.server = info.current = "10.0.0.1";
  info.remote = "/install";
  info.fsid = fsid;
  info.local = local;
  info.replicas = std::move(replicas);
  info.has_options = true;
  info.options = {{"ro", ""}, {"timeo", std::to_string(timeo)}, {"retrans", std::to_string(retrans)}};
  return info;
}

inline void add_nfs4(node::ObservedState& observed, const std::string& path, const aix::NfsFilesystem& info) {
  observed.mounts.push_back({info.server, info.remote, path, "nfs4", "Nov 07 19:11", "vers=4"});
  for (std::size_t i = 0; i < observed.filesystems.size(); ++i) {
    if (observed.filesystems[i].fsid == info.fsid) {
      observed.filesystem_of[path] = i;
      return;
    }
  }
  observed.filesystem_of[path] = observed.filesystems.size();
  observed.filesystems.push_back(info);
}

inline aix::Route default_route(const std::string& gateway, const std::string& flags, long long cost,
                                long long current = -1) {
  aix::Route route;
  route.destination = "default";
  route.gateway = gateway;
  route.flags = flags;
  route.interface = "en0";
  route.configured_cost = cost;
  route.current_cost = current < 0 ? cost : current;
  return route;
}

// A diskless node: / on stnfs, /usr on nfs4 untuned, default gateway = its server, both servers in its network.
inline node::ObservedState diskless_node() {
  node::ObservedState observed;
  observed.node = "cn017";
  observed.mounts.push_back({"10.0.0.1", "/install/root", "/", "stnfs", "Nov 07 19:11", ""});
  add_nfs4(observed, "/usr", filesystem("0:42", "/usr", 100, 5));
  observed.fail_over_timeout = 0;
  observed.routes = aix::RouteTable{{default_route("10.0.0.1", "UG", 0)}, {}, true};
  observed.route_costs_known = true;
  observed.odm_routes = aix::OdmRoutes{};
  for (const auto& [name, value, max] : {std::tuple{"passive_dgd", "0", "1"},
                                         {"dgd_packets_lost", "3", "32767"},
                                         {"dgd_ping_time", "5", "2147483647"},
                                         {"dgd_retry_time", "5", "2147483647"}}) {
    const std::string min = std::string(name) == "passive_dgd" ? "0" : "1";
    observed.tunables[name] = aix::Tunable{name, value, value, value, min, max, "", "D"};
  }
  observed.interfaces =
      aix::Interfaces{{{"en0", true, {{"10.0.0.17", 24, false}}}, {"lo0", true, {{"127.0.0.1", 8, false}}}}, {}};
  observed.hosts = aix::Hosts{{{"10.0.0.1", {"sn1"}}, {"10.0.0.2", {"sn2"}}, {"10.0.0.17", {"cn017"}}}, {}};
  return observed;
}

// The same with / on a local disk, where routes can be kept in the ODM.
inline node::ObservedState diskful_node() {
  node::ObservedState observed = diskless_node();
  observed.mounts.front() = {"", "/dev/hd4", "/", "jfs2", "Nov 07 19:11", "rw,log=/dev/hd8"};
  return observed;
}

}  // namespace hanfs::test
