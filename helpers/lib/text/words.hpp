// SPDX-License-Identifier: Apache-2.0
// Words, lists and numbers in text. Views in results point into the text that was given.
#pragma once

#include <charconv>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "text/characters.hpp"

namespace hanfs::text {

// Without blanks (text/characters.hpp) at the ends.
std::string_view trimmed(std::string_view text);
std::string_view trimmed_left(std::string_view text);
std::string_view trimmed_right(std::string_view text);

// The four that follow return views into their argument, so a temporary string is refused.

// Pieces between any of the separators, trimmed, without empty ones: "sn1, sn2," is sn1 and sn2
// (lib/xcat/README.md "mkdsklsnode -S: weaknesses", W3).
std::vector<std::string_view> split_list(std::string_view text, std::string_view separators = ",");
std::vector<std::string_view> split_list(std::string&& text, std::string_view separators = ",") = delete;
// Pieces between separators as they are, empty ones included; one more piece than separators.
std::vector<std::string_view> split(std::string_view text, char separator);
std::vector<std::string_view> split(std::string&& text, char separator) = delete;
// Words separated by blanks.
std::vector<std::string_view> fields(std::string_view line);
std::vector<std::string_view> fields(std::string&& line) = delete;
// The first `most` words only, for lines that can be very long.
std::vector<std::string_view> first_fields(std::string_view line, std::size_t most);
std::vector<std::string_view> first_fields(std::string&& line, std::size_t most) = delete;

// Words with `between` between them.
std::string joined(const std::vector<std::string>& words, std::string_view between = " ");

// "a, b and 3 more": of `count` words, of which `words` are the first ones, at most so many.
std::string shortened(const std::vector<std::string>& words, std::size_t most, std::size_t count);
std::string shortened(const std::vector<std::string>& words, std::size_t most);

// "1 node", "3 nodes"; `many` is for what does not end with an s: ("entry", "entries").
std::string counted(std::size_t count, std::string_view one, std::string_view many = {});

// Without the mark that an editor puts in front of UTF-8, and nobody sees.
std::string_view without_byte_order_mark(std::string_view text);

std::string lower(std::string_view text);
bool equal_ignoring_case(std::string_view a, std::string_view b);
bool starts_with(std::string_view text, std::string_view prefix);
bool starts_with_ignoring_case(std::string_view text, std::string_view prefix);

// Digits only, and at least one.
bool is_digits(std::string_view text);

// The whole of `text` as a decimal number; a signed type takes a '-' too.
template <class Number>
std::optional<Number> whole_number(std::string_view text) {
  Number value{};
  const char* const end = text.data() + text.size();
  const auto [stopped, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stopped != end) return std::nullopt;
  return value;
}

// "12.3": so many digits behind the point.
std::string fixed(double value, int digits);
// The shortest form with at most ten digits: "0.3", "100".
std::string shortest(double value);

// Whether an absolute path is this folder or lies below it; both without '/' at the end.
bool is_at_or_below(std::string_view path, std::string_view folder);

// Letters, digits, '_' and `marks`, the first one a letter, a digit or '_'. With the usual marks such a word is safe in
// a command and a file; a noderange cannot hold the '+'.
bool is_plain_name(std::string_view name, std::string_view marks = "._+-");
// The name of a host: letters, digits and . _ -, so that no shell, engine or noderange reads it as anything else.
bool is_host_name(std::string_view name);

// `text` with HOST for the host's own name, where it stands as a word: the same message of many hosts becomes equal.
std::string without_name(std::string text, std::string_view host);

}  // namespace hanfs::text
