// SPDX-License-Identifier: Apache-2.0
// Names to addresses by /etc/hosts only: a name server may be the very server that is dead.
#pragma once

#include <string>
#include <vector>

#include "node/observed_state.hpp"

namespace hanfs::node {

bool is_address(const std::string& text);

// An address as it is, a name's addresses from the node's hosts file, nothing for what neither is.
std::vector<std::string> addresses_of(const ObservedState& observed, const std::string& name_or_address);

}  // namespace hanfs::node
