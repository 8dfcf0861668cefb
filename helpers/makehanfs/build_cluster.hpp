// SPDX-License-Identifier: Apache-2.0
// From the tables to the cluster: HA domains, node-facing addresses, and everything that stands in the way.
#pragma once

#include <string>
#include <vector>

#include "aix/resolver.hpp"
#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"
#include "result.hpp"
#include "xcat/tables.hpp"

namespace hanfs::cluster {

// Pure. `range`: names of nodes; empty: all diskless nodes. Domains and addresses are always those of the whole
// cluster; only what has nothing to do with the nodes asked for is left out. `hosts_file`: the management node's
// /etc/hosts, asked for names that the table hosts does not know. Each node and server of the cluster is in a valid
// domain, or a finding names it or its domain.
// Error: there is no cluster, because nodelist or noderes is missing, or a node of the range does not exist.
Result<Cluster> make_cluster(const xcat::Tables& tables, const Settings& settings,
                             const std::vector<std::string>& range, const aix::Hosts& hosts_file = {});

}  // namespace hanfs::cluster
