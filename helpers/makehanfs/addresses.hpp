// SPDX-License-Identifier: Apache-2.0
// The address of each server as its nodes reach it: the one that goes into the list of replicas.
#pragma once

#include <optional>
#include <string_view>

#include "makehanfs/draft.hpp"

namespace hanfs::mn {

// IPv4 of a host as a number; nothing else.
std::optional<std::uint32_t> number_of(std::string_view address);

// Rows of the table networks with an IPv4 net and mask.
void read_networks(Draft& draft);
// Index of the smallest network that holds the address, or nowhere.
std::size_t network_of(const Draft& draft, std::uint32_t address);

// noderes.xcatmaster of the nodes whose primary a server is; without one, its address in the network of its nodes or of
// its partners (tables hosts and networks).
void find_addresses(Draft& draft);

}  // namespace hanfs::mn
