// SPDX-License-Identifier: Apache-2.0
// A line that a parser could not read: reported, never dropped silently, and it does not cost the other lines.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace hanfs::aix {

struct Problem {
  std::size_t line = 0;  // counted from 1
  std::string seen;      // the line, shortened, control characters as \xNN
  std::string expected;  // what would have been understood

  bool operator==(const Problem& o) const { return line == o.line && seen == o.seen && expected == o.expected; }
};

// "line 7: seen \"...\", expected ..."
std::string to_string(const Problem& problem);

}  // namespace hanfs::aix
