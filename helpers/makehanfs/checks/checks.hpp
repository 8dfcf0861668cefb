// SPDX-License-Identifier: Apache-2.0
// What in the tables keeps a cluster from failing over, beyond domains and addresses. Each function adds findings, and
// table lines where a command is sure to be right.
#pragma once

#include "makehanfs/inventory/cluster_builder.hpp"

namespace hanfs::cluster {

// Tables that were not given, useNFSv4onAIX, the NFSv4 domain, installdir.
void check_site(ClusterBuilder& builder);
// Nodes and servers of site.excludenodes; fills ClusterBuilder::left_out.
void check_left_out(ClusterBuilder& builder);
// Servers that xCAT does not know, or not as service nodes.
void check_servers(ClusterBuilder& builder);
// Nodes whose noderes.nfsserver is none of their servers.
void check_nfs_servers(ClusterBuilder& builder);
// Default gateways that die with their server; fills Domain::gateways.
void check_gateways(ClusterBuilder& builder);
// Name servers that die with their server.
void check_nameservers(ClusterBuilder& builder);
// statelite, litetree and images: what is not replicated, or not on both servers.
void check_content(ClusterBuilder& builder);
// What keeps postscripts from running at boot, or has them run with old values; names that NIM does not take.
void check_boot(ClusterBuilder& builder);
// Is the postscript with the nodes, and the prescript with the servers?
void check_scripts(ClusterBuilder& builder);

}  // namespace hanfs::cluster
