// SPDX-License-Identifier: Apache-2.0
#include "node/addresses.hpp"

#include "net/address.hpp"

namespace hanfs::node {

bool is_address(const std::string& text) { return net::is_ipv4(text) || net::is_ipv6(text); }

std::vector<std::string> addresses_of(const ObservedState& observed, const std::string& name_or_address) {
  if (is_address(name_or_address)) return {name_or_address};
  if (!observed.hosts || name_or_address.empty()) return {};
  return observed.hosts->addresses_of(name_or_address);
}

}  // namespace hanfs::node
