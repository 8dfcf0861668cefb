// SPDX-License-Identifier: Apache-2.0
// What the harnesses share. A broken property is a crash, which is what libFuzzer keeps.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "aix/parsing.hpp"
#include "aix/problem.hpp"

namespace hanfs::aix::fuzz {

inline void require(bool property, const char* name) {
  if (property) return;
  std::fprintf(stderr, "broken property: %s\n", name);
  std::abort();
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};  // NOLINT: bytes are characters here
}

// Lines that are no data and no problem in any list: blank ones, prompts, rulers.
inline bool is_silent(std::string_view line) {
  return parsing::trim_nbsp(line).empty() || parsing::is_prompt(line) || parsing::is_ruler(line);
}

inline std::size_t newlines(const std::string& name) {
  std::size_t count = 0;
  for (const char c : name) count += c == '\n' ? 1 : 0;
  return count;
}

// Problems name lines that exist, in order, once each, in text that can be shown.
inline void check(const std::vector<Problem>& problems, std::size_t lines) {
  std::size_t last = 0;
  for (const auto& problem : problems) {
    require(problem.line > last && problem.line <= lines, "problems in the order of their lines");
    require(!problem.expected.empty(), "a problem says what was expected");
    require(problem.seen.size() <= 140, "a problem shows a short piece");
    for (const char c : problem.seen) require(static_cast<unsigned char>(c) >= 0x20, "a problem can be shown");
    last = problem.line;
  }
}

}  // namespace hanfs::aix::fuzz
