// SPDX-License-Identifier: Apache-2.0
// The picture of domains, servers and nodes: HTML that fits into any width.
#pragma once

#include <string>

#include "makehanfs/status/status.hpp"

namespace hanfs::cluster {

// Each node stands below the server it runs on now; where that is not known, below its primary, with its sign. A node
// links to "#n" and its place in Cluster::nodes; of a big cluster only the domains in which something is wrong are
// drawn, with numbers instead of nodes. Colours and shapes come from the page.
std::string picture_of(const Cluster& cluster, const ClusterStatus& status);

// The sign of a state (its shape), 12 by 12, for text.
std::string sign_of(NodeState::State state);
const char* title_of(NodeState::State state);  // in words, for the table too

}  // namespace hanfs::cluster
