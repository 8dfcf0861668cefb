// SPDX-License-Identifier: Apache-2.0
// A made-up cluster: domain A with asn01 and asn02 (balanced), domain B with asn03 and asn04, a node in no domain.
#pragma once

#include <string>

#include "makehanfs/model/cluster.hpp"

namespace hanfs::test {

inline cluster::Cluster small_cluster() {
  cluster::Cluster cluster;
  for (std::size_t i = 0; i < 4; ++i)
    cluster.servers.push_back({"asn0" + std::to_string(i + 1), "10.40.0.1" + std::to_string(i + 1),
                               "asn0" + std::to_string(i + 1) + "-ml0", i / 2});
  for (std::size_t d = 0; d < 2; ++d) {
    cluster::Domain domain;
    domain.name = d == 0 ? "A" : "B";
    domain.servers = {2 * d, 2 * d + 1};
    domain.valid = true;
    cluster.domains.push_back(domain);
  }
  for (std::size_t n = 0; n < 6; ++n) {
    const std::size_t d = n / 4;
    const std::size_t first = 2 * d + (d == 0 ? n % 2 : 0);
    cluster.nodes.push_back({"cn0" + std::to_string(n + 1), d, {first, first % 2 == 0 ? first + 1 : first - 1}});
    cluster.domains[d].nodes.push_back(n);
  }
  cluster.nodes.push_back({"lost", cluster::no_index, {}});
  return cluster;
}

}  // namespace hanfs::test
