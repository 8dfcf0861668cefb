// SPDX-License-Identifier: Apache-2.0
// Private to the parsers in this room: what captures of AIX commands have in common.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"
#include "text/words.hpp"

namespace hanfs::aix::parsing {

struct Line {
  std::size_t number = 0;  // counted from 1
  std::string_view text;   // without the line end (LF or CR LF)
};

// Lines in order; a missing final newline and a byte order mark do not matter.
std::vector<Line> lines(std::string_view all);

// Also without U+00A0 (C2 A0 in UTF-8, or a lone A0 of Latin-1), which web pages leave in captures.
std::string_view trim_nbsp(std::string_view text);

// The whole of `text` as a decimal number, either sign allowed.
std::optional<long long> whole_number(std::string_view text);

// A shell prompt that a person left in a capture: "#", "# mount", "$ mount", "host # mount", "root@host:/# mount".
bool is_prompt(std::string_view line);
// Words of dashes only, as under the headers of mount and nfs4cl.
bool is_ruler(std::string_view line);

Problem problem(const Line& line, std::string_view expected);

}  // namespace hanfs::aix::parsing
