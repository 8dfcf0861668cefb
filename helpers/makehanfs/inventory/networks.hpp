// SPDX-License-Identifier: Apache-2.0
// The table networks, as far as it is IPv4.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "makehanfs/inventory/cluster_builder.hpp"

namespace hanfs::cluster {

// Rows of the table networks with an IPv4 net and mask; a row that is neither that nor IPv6 is a finding.
void read_networks(ClusterBuilder& builder);
// Index of the smallest network that holds the address, of equal ones the first; no_index: none does.
std::size_t network_of(const ClusterBuilder& builder, std::uint32_t address);
// "network 10_40_0_0", for messages.
std::string network_text(const ClusterBuilder& builder, std::size_t network);

}  // namespace hanfs::cluster
