// SPDX-License-Identifier: Apache-2.0
// `ifconfig -a`. Format: lib/aix/README.md "ifconfig" ([SEEN] in the transcripts).
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "result.hpp"

namespace hanfs::aix {

struct InterfaceAddress {
  std::string address;     // without %zone and /length
  int prefix_length = -1;  // -1: not printed
  bool inet6 = false;

  bool operator==(const InterfaceAddress& o) const {
    return address == o.address && prefix_length == o.prefix_length && inet6 == o.inet6;
  }
};

struct Interface {
  std::string name;
  bool up = false;  // UP and RUNNING
  std::vector<InterfaceAddress> addresses;

  bool operator==(const Interface& o) const { return name == o.name && up == o.up && addresses == o.addresses; }
};

struct Interfaces {
  std::vector<Interface> interfaces;
  std::vector<Problem> problems;

  // Of all of them, in their order.
  std::vector<InterfaceAddress> addresses() const;
  bool has_address(std::string_view address) const;
};

// Error when the text holds no interface line at all.
Result<Interfaces> parse_ifconfig(std::string_view text);

}  // namespace hanfs::aix
