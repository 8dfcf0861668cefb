// SPDX-License-Identifier: Apache-2.0
// Servers to domains, and nodes with them.
#pragma once

#include "makehanfs/inventory/cluster_builder.hpp"

namespace hanfs::cluster {

// servicenode.hanfsdomid where it is set, else [domain NAME] of hanfs.conf, else the lists in noderes.servicenode.
void group_servers(ClusterBuilder& builder);

}  // namespace hanfs::cluster
