// SPDX-License-Identifier: Apache-2.0
// Private to this room: what is an IP address.
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace hanfs::aix::ip {

struct Address {
  std::string canonical;  // shortest usual form, without a zone
  bool v6 = false;
};

// Four octets, or IPv6 whose zone ("%1", "%en0") is cut off. Nothing else, no abbreviated networks.
std::optional<Address> read(std::string_view text);

}  // namespace hanfs::aix::ip
