// SPDX-License-Identifier: Apache-2.0
// IPv4 addresses as numbers, and networks of them.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace hanfs::net {

// "10.0.0.1" of a host: not 0.x, loopback, multicast or above.
std::optional<std::uint32_t> host_number(std::string_view address);

struct Subnet {
  std::uint32_t net = 0;
  std::uint32_t mask = 0;

  bool contains(std::uint32_t address) const { return (address & mask) == net; }
};

// A network and its mask as xCAT takes them: "10.40.0.0" with "255.255.0.0" or "/16". Nothing where it is no IPv4
// network, such as a mask with holes.
std::optional<Subnet> subnet_of(std::string_view net, std::string_view mask);

}  // namespace hanfs::net
