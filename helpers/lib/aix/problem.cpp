// SPDX-License-Identifier: Apache-2.0
#include "aix/problem.hpp"

#include <algorithm>

namespace hanfs::aix {

std::string_view line_of(std::string_view text, const Problem& problem) {
  for (std::size_t number = 1; number < problem.line && !text.empty(); ++number)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

std::string to_string(const Problem& problem) {
  return "line " + std::to_string(problem.line) + ": seen \"" + problem.seen + "\", expected " + problem.expected;
}

}  // namespace hanfs::aix
