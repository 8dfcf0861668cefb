// SPDX-License-Identifier: Apache-2.0
// IP addresses as AIX commands print and take them.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hanfs::net {

struct Address {
  std::string canonical;  // shortest usual form, without a zone
  bool v6 = false;
};

// Four octets or IPv6; a zone ("%1", "%en0") is cut off an IPv6 address. Nothing else, no abbreviated networks.
std::optional<Address> read_address(std::string_view text);

// "10.0.0.1"; not "10.1", "010.0.0.1" or a name.
bool is_ipv4(const std::string& text);
bool is_ipv6(const std::string& text);

// An IPv4 address that a host can have: not 0.x, loopback, multicast or broadcast.
bool is_host_ipv4(const std::string& text);

// Both IPv4; false when one is not or the length is not 0 to 32.
bool same_subnet(const std::string& a, const std::string& b, int prefix_length);

// In a network of this length neither the network's own address nor the one of broadcasts, which no host can have; two
// addresses (31) are both of hosts (RFC 3021).
bool is_host_in(const std::string& address, int prefix_length);

}  // namespace hanfs::net
