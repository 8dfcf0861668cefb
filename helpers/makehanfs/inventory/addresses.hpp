// SPDX-License-Identifier: Apache-2.0
// The address of each server as its nodes reach it: the one that goes into the list of replicas.
#pragma once

#include <optional>
#include <string_view>

#include "makehanfs/inventory/cluster_builder.hpp"

namespace hanfs::cluster {

// IPv4 of a host as a number; nothing else.
std::optional<std::uint32_t> number_of(std::string_view address);

// networks.net and networks.mask as xCAT takes them: "10.40.0.0" with "255.255.0.0" or "/16". Nothing where it is no
// IPv4 network, such as a mask with holes.
std::optional<Subnet> subnet_of(std::string_view net, std::string_view mask);

// Rows of the table networks with an IPv4 net and mask; a row that is neither that nor IPv6 is a finding.
void read_networks(ClusterBuilder& builder);
// Index of the smallest network that holds the address, or nowhere.
std::size_t network_of(const ClusterBuilder& builder, std::uint32_t address);

// noderes.xcatmaster of the nodes whose primary a server is. A server that is nobody's primary has its address in the
// network of its partners or nodes, where mkdsklsnode -S looks too (lib/xcat/README.md "mkdsklsnode -S: what it does",
// 4 c: the server's interface in the subnet of xcatmaster): the one with its partners' suffix (asn02-ml0 beside
// asn01-ml0), or the only one that the table hosts or /etc/hosts has of it there.
void find_addresses(ClusterBuilder& builder);

}  // namespace hanfs::cluster
