// SPDX-License-Identifier: Apache-2.0
// Which nodes are diskless compute nodes, and which servers each names.
#pragma once

#include "makehanfs/inventory/cluster_builder.hpp"

namespace hanfs::cluster {

// Fills nodes, excluded_nodes, node_groups, images and the servers that nodes name. A diskless compute node is a node
// that is no service node (table servicenode) and not the management node, is AIX as far as nodetype.os tells, has an
// operating system as far as nodetype.nodetype and ppc.nodetype tell, and whose image (nodetype.provmethod) has nimtype
// diskless or dataless; where the image is not known, one that has a noderes.servicenode and that no other node names
// as its hardware control point (an HMC has a service node too: the one that controls it). `range`: the nodes that are
// asked for; empty: all.
Status gather_node_groups(ClusterBuilder& builder, const std::vector<std::string>& range);

}  // namespace hanfs::cluster
