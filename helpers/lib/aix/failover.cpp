// SPDX-License-Identifier: Apache-2.0
#include "aix/failover.hpp"

#include <algorithm>

namespace hanfs::aix {

double failover_seconds(long timeo, long retrans, long long fail_over_timeout) {
  const double rpc = static_cast<double>(retrans) * static_cast<double>(timeo) / 10;
  const double threshold =
      fail_over_timeout > 0 ? static_cast<double>(fail_over_timeout) : 2.0 * static_cast<double>(timeo) / 10;
  return std::max(rpc, threshold);
}

double detection_seconds(long long ping_time, long long packets_lost) {
  return static_cast<double>(ping_time) + static_cast<double>(packets_lost);
}

}  // namespace hanfs::aix
