// SPDX-License-Identifier: Apache-2.0
// The address of each server as its nodes reach it: the one that goes into the list of replicas.
#pragma once

#include "makehanfs/inventory/cluster_builder.hpp"

namespace hanfs::cluster {

// noderes.xcatmaster of the nodes whose primary a server is. A server that is nobody's primary has its address in the
// network of its partners or nodes, where mkdsklsnode -S looks too (lib/xcat/README.md "mkdsklsnode -S: what it does",
// 4 c: the server's interface in the subnet of xcatmaster): the one with its partners' suffix (asn02-ml0 beside
// asn01-ml0), or the only one that the table hosts or /etc/hosts has of it there.
void find_addresses(ClusterBuilder& builder);

}  // namespace hanfs::cluster
