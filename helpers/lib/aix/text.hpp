// SPDX-License-Identifier: Apache-2.0
// Private helpers of the parsers in this room: lines, fields, words. All views point into the text given.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "aix/problem.hpp"

namespace hanfs::aix::text {

struct Line {
  std::size_t number = 0;  // counted from 1
  std::string_view text;   // without the line end (LF or CR LF)
};

// Blank: space, tab, vertical tab, form feed, carriage return. Never locale dependent.
bool is_blank(char c);
bool is_digit(char c);
bool is_alpha(char c);

// Lines in order; a missing final newline and a byte order mark do not matter.
std::vector<Line> lines(std::string_view all);
// Words separated by blanks.
std::vector<std::string_view> fields(std::string_view line);
// The first `most` words only, for lines that can be very long.
std::vector<std::string_view> first_fields(std::string_view line, std::size_t most);
// Pieces between separators, empty ones included; one more piece than separators.
std::vector<std::string_view> split(std::string_view list, char separator);

std::string_view trim(std::string_view s);
std::string_view trim_left(std::string_view s);
std::string_view trim_right(std::string_view s);
// Also without U+00A0 (C2 A0 in UTF-8, or a lone A0 of Latin-1), which web pages leave in captures.
std::string_view trim_nbsp(std::string_view s);

std::string lower(std::string_view s);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_with(std::string_view s, std::string_view prefix);
bool starts_with_ignoring_case(std::string_view s, std::string_view prefix);

// The whole of `s` as a decimal number, sign allowed.
std::optional<long long> whole_number(std::string_view s);

// A shell prompt that a person left in a capture: "#", "# mount", "$ mount", "host # mount", "root@host:/# mount".
bool is_prompt(std::string_view line);
// Words of dashes only, as under the headers of mount and nfs4cl.
bool is_ruler(std::string_view line);

// Valid UTF-8 for messages: control characters and broken bytes as \xNN, at most about 120 bytes.
std::string shown(std::string_view line);

Problem problem(const Line& line, std::string_view expected);

}  // namespace hanfs::aix::text
