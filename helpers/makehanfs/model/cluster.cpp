// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/model/cluster.hpp"

namespace hanfs::cluster {

std::vector<std::string> node_names(const Cluster& cluster, const std::vector<std::size_t>& nodes) {
  std::vector<std::string> names;
  names.reserve(nodes.size());
  for (const std::size_t node : nodes) names.push_back(cluster.nodes[node].name);
  return names;
}

}  // namespace hanfs::cluster
