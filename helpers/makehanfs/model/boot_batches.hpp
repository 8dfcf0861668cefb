// SPDX-License-Identifier: Apache-2.0
// Nodes that boot together, so that one bad boot costs one node, and a server is never asked by all of them at once.
#pragma once

#include <string>
#include <vector>

namespace hanfs::cluster {

// The first node alone, then at least 20 at a time, and never more than 20 batches.
std::vector<std::vector<std::string>> boot_batches(const std::vector<std::string>& nodes);

}  // namespace hanfs::cluster
