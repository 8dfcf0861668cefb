// SPDX-License-Identifier: Apache-2.0
// IP addresses as AIX commands print and take them.
#pragma once

#include <string>

namespace hanfs::aix {

// "10.0.0.1"; not "10.1", "010.0.0.1" or a name.
bool is_ipv4(const std::string& text);
bool is_ipv6(const std::string& text);

// An IPv4 address that a host can have: not 0.x, loopback, multicast or broadcast.
bool is_host_ipv4(const std::string& text);

// Both IPv4; false when one is not or the length is not 0 to 32.
bool same_subnet(const std::string& a, const std::string& b, int prefix_length);

}  // namespace hanfs::aix
