// SPDX-License-Identifier: Apache-2.0
// What was observed on the node. Plain data: the same state gives the same plan, wherever it was observed.
#pragma once

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "aix/ifconfig.hpp"
#include "aix/inet0.hpp"
#include "aix/mount.hpp"
#include "aix/nfs4cl.hpp"
#include "aix/resolver.hpp"
#include "aix/routes.hpp"
#include "aix/tunables.hpp"
#include "app/context.hpp"

namespace hanfs::node {

using app::Unobserved;

struct ObservedState {
  std::string node;
  std::vector<aix::Mount> mounts;
  // Where something else is mounted over an nfs4 file system: path -> its vfs. Commands do not reach what is below.
  std::map<std::string, std::string> overmounted;

  // What nfs4cl knows, one entry for each fsid of a server, and which one a path is bound to. A path without an entry
  // could not be observed; one without options was not seen since they were changed.
  std::vector<aix::NfsFilesystem> filesystems;
  std::map<std::string, std::size_t> filesystem_of;
  std::map<std::string, std::string> listed_fsids;  // of paths in the list of all file systems that have one row there
  // Local paths of file systems that `mount` does not list because the client crossed into them below an nfs4 mount.
  std::vector<std::string> crossed_mounts;
  // What nfs4cl knows and `mount` does not list, neither by itself nor below an nfs4 mount.
  std::vector<std::string> unmounted;
  // NFSv4 paths that were mounted when the run began and are no more.
  std::set<std::string> gone;
  // Those at which something else is mounted by now.
  std::set<std::string> remounted;

  std::optional<long long> fail_over_timeout;  // nfso nfs_v4_fail_over_timeout, seconds, 0 = not active
  std::optional<aix::RouteTable> routes;       // costs merged in where -C printed them
  bool route_costs_known = false;
  std::optional<aix::OdmRoutes> odm_routes;
  std::map<std::string, aix::Tunable> tunables;  // network tunables, by name
  std::optional<aix::Interfaces> interfaces;
  std::set<std::string> answering;  // addresses that answered the last ping, of those that were asked
  std::set<std::string> silent;     // those that did not

  std::optional<std::string> netsvc_text;
  aix::HostsOrder netsvc;
  aix::HostsOrder nsorder;                // of /etc/environment
  aix::HostsOrder irs;                    // of /etc/irs.conf
  std::optional<aix::ResolvConf> resolv;  // nullopt: no /etc/resolv.conf, DNS is not used
  std::optional<aix::Hosts> hosts;

  std::optional<std::string> nfs_domain;  // of /etc/nfs/local_domain; "": none is set; nullopt: not known

  std::vector<Unobserved> unobserved;
  std::vector<std::string>
      unreadable_rows;            // lines about a file system of ours that could not be read: replicas may be missing
  std::vector<std::string> info;  // rows that could not be read and do not matter for the plan

  const aix::NfsFilesystem* filesystem(const std::string& path) const {
    const auto found = filesystem_of.find(path);
    return found == filesystem_of.end() ? nullptr : &filesystems[found->second];
  }
  // Whom a file system is served by now, as far as it is known, else whom it was mounted from.
  const std::string& server_of(const std::string& path, const std::string& mounted_from) const {
    const aix::NfsFilesystem* known = filesystem(path);
    return known == nullptr || known->current.empty() ? mounted_from : known->current;
  }
  // Unknown interfaces: no.
  bool has_own_address(const std::string& address) const { return interfaces && interfaces->has_address(address); }
  // Rows of the output or file `where` that could not be read.
  void add_info(const std::string& where, const std::vector<aix::Problem>& problems) {
    for (const aix::Problem& problem : problems) info.push_back(where + ": " + aix::to_string(problem));
  }
  // They may still be answered: until then it is better to leave the routes than to guess.
  bool routes_are_pending() const { return is_pending("netstat") || is_pending("ifconfig"); }
  bool odm_routes_are_pending() const { return is_pending("lsattr"); }
  bool is_pending(std::string_view command) const {
    return std::any_of(unobserved.begin(), unobserved.end(),
                       [&](const Unobserved& item) { return item.pending && item.command == command; });
  }
  bool mounts_are_unobserved() const {
    return std::any_of(unobserved.begin(), unobserved.end(),
                       [](const Unobserved& item) { return item.command == "mount"; });
  }
};

inline bool is_from_server(const aix::Mount& mount) {
  return !mount.node.empty() || mount.vfs == "nfs" || mount.vfs == "nfs3" || mount.vfs == "nfs4" ||
         mount.vfs == "stnfs";
}

}  // namespace hanfs::node
