// SPDX-License-Identifier: Apache-2.0
// Domains whose servers a node may run from, whatever the tables say of its own domain.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "makehanfs/inventory/cluster_builder.hpp"
#include "makehanfs/inventory/host_resolver.hpp"

namespace hanfs::cluster {

// Comes after find_addresses(); `builder` outlives this object.
class UsedServers {
 public:
  explicit UsedServers(const ClusterBuilder& builder);

  // Of ClusterBuilder::domains, in their order: those with a server that noderes.servicenode, xcatmaster or nfsserver
  // of this node (of Tables::nodes()) names, by any of its names or addresses and whatever stands between the names.
  // All of them where an attribute cannot be evaluated and no other one names a server.
  const std::vector<std::size_t>& domains_of(std::size_t node);

 private:
  std::size_t domain_of(const std::string& name) const;

  const ClusterBuilder& builder_;
  HostResolver resolver_;
  std::unordered_map<std::string, std::size_t> domain_of_;           // by name and by address
  std::unordered_map<std::string, std::vector<std::size_t>> known_;  // by the values of the attributes
};

}  // namespace hanfs::cluster
