// SPDX-License-Identifier: Apache-2.0
#include "aix/problem.hpp"

namespace hanfs::aix {

std::string to_string(const Problem& problem) {
  return "line " + std::to_string(problem.line) + ": seen \"" + problem.seen + "\", expected " + problem.expected;
}

}  // namespace hanfs::aix
