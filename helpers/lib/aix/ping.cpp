// SPDX-License-Identifier: Apache-2.0
#include "aix/ping.hpp"

#include <algorithm>
#include <string>

#include "aix/parsing.hpp"

namespace hanfs::aix {

// "64 bytes from 10.0.0.1: icmp_seq=0 ttl=255 time=2 ms"
bool answered_ping(std::string_view text, std::string_view address) {
  const std::string from = std::string(address) + ":";
  const auto lines = parsing::lines(text);
  return std::any_of(lines.begin(), lines.end(), [&](const parsing::Line& line) {
    const auto words = text::first_fields(line.text, 5);
    return words.size() == 5 && parsing::whole_number(words[0]).value_or(0) > 0 && words[1] == "bytes" &&
           words[2] == "from" && words[3] == from;
  });
}

}  // namespace hanfs::aix
