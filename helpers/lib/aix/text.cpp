// SPDX-License-Identifier: Apache-2.0
#include "aix/text.hpp"

#include <algorithm>
#include <charconv>
#include <limits>

namespace hanfs::aix::text {
namespace {

constexpr std::string_view no_break_space = "\xC2\xA0";
constexpr std::size_t most_shown = 120;

char lower_char(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

// Length of the valid UTF-8 sequence at the start of `s`, 0 when there is none (RFC 3629: no overlong forms, no
// surrogates, nothing above U+10FFFF).
std::size_t utf8_length(std::string_view s) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(s[i]); };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  const std::size_t length = lead >= 0xF0 ? 4 : lead >= 0xE0 ? 3 : 2;
  if (lead < 0xC2 || lead > 0xF4 || s.size() < length) return 0;
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(i) & 0xC0U) != 0x80U) return 0;
  }
  const unsigned char second = byte(1);
  if ((lead == 0xE0 && second < 0xA0) || (lead == 0xED && second > 0x9F)) return 0;
  if ((lead == 0xF0 && second < 0x90) || (lead == 0xF4 && second > 0x8F)) return 0;
  return length;
}

void append_hex(std::string& out, unsigned char byte) {
  constexpr std::string_view digits = "0123456789ABCDEF";
  out += "\\x";
  out += digits[byte >> 4U];
  out += digits[byte & 0xFU];
}

}  // namespace

bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\v' || c == '\f' || c == '\r'; }
bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_alpha(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

std::vector<Line> lines(std::string_view all) {
  if (starts_with(all, "\xEF\xBB\xBF")) all.remove_prefix(3);
  std::vector<Line> found;
  std::size_t begin = 0;
  while (begin < all.size()) {
    std::size_t end = all.find('\n', begin);
    if (end == std::string_view::npos) end = all.size();
    std::string_view line = all.substr(begin, end - begin);
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    found.push_back({found.size() + 1, line});
    begin = end + 1;
  }
  return found;
}

std::vector<std::string_view> fields(std::string_view line) {
  return first_fields(line, std::numeric_limits<std::size_t>::max());
}

std::vector<std::string_view> first_fields(std::string_view line, std::size_t most) {
  std::vector<std::string_view> words;
  std::size_t at = 0;
  while (words.size() < most) {
    while (at < line.size() && is_blank(line[at])) ++at;
    if (at == line.size()) break;
    const std::size_t begin = at;
    while (at < line.size() && !is_blank(line[at])) ++at;
    words.push_back(line.substr(begin, at - begin));
  }
  return words;
}

std::vector<std::string_view> split(std::string_view list, char separator) {
  std::vector<std::string_view> pieces;
  std::size_t begin = 0;
  for (;;) {
    const std::size_t end = list.find(separator, begin);
    if (end == std::string_view::npos) break;
    pieces.push_back(list.substr(begin, end - begin));
    begin = end + 1;
  }
  pieces.push_back(list.substr(begin));
  return pieces;
}

std::string_view trim_left(std::string_view s) {
  while (!s.empty() && is_blank(s.front())) s.remove_prefix(1);
  return s;
}

std::string_view trim_right(std::string_view s) {
  while (!s.empty() && is_blank(s.back())) s.remove_suffix(1);
  return s;
}

std::string_view trim(std::string_view s) { return trim_right(trim_left(s)); }

std::string_view trim_nbsp(std::string_view s) {
  for (;;) {
    s = trim(s);
    if (starts_with(s, no_break_space)) {
      s.remove_prefix(no_break_space.size());
    } else if (!s.empty() && s.front() == no_break_space[1]) {
      s.remove_prefix(1);
    } else if (s.size() >= no_break_space.size() && s.substr(s.size() - no_break_space.size()) == no_break_space) {
      s.remove_suffix(no_break_space.size());
    } else {
      return s;
    }
  }
}

std::string lower(std::string_view s) {
  std::string out(s);
  std::transform(out.begin(), out.end(), out.begin(), lower_char);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower_char(x) == lower_char(y); });
}

bool starts_with(std::string_view s, std::string_view prefix) { return s.substr(0, prefix.size()) == prefix; }

bool starts_with_ignoring_case(std::string_view s, std::string_view prefix) {
  return equal_ignoring_case(s.substr(0, prefix.size()), prefix);
}

std::optional<long long> whole_number(std::string_view s) {
  if (s.size() > 1 && s.front() == '+' && is_digit(s[1])) s.remove_prefix(1);
  long long value = 0;
  const char* const end = s.data() + s.size();
  const auto [stopped, problem] = std::from_chars(s.data(), end, value);
  if (problem != std::errc() || stopped != end) return std::nullopt;
  return value;
}

bool is_prompt(std::string_view line) {
  constexpr std::size_t words_before_command = 6;  // "(0) root @ host: / #"
  const auto words = first_fields(line, words_before_command);
  if (words.empty()) return false;
  const std::string_view first = words.front();
  if (first.front() == '#') return true;
  for (const auto word : words) {
    if (word == "#" || word == "$") return true;
  }
  if (first == ">" || first == "%") return true;
  // "root@host:/#", "bash-5.0$": the mark stands behind something that ends a prompt.
  if (first.size() < 2 || (first.back() != '#' && first.back() != '$' && first.back() != '>')) return false;
  const char before = first[first.size() - 2];
  return is_alpha(before) || is_digit(before) || before == '/' || before == '~' || before == ']' || before == ':' ||
         before == ')';
}

bool is_ruler(std::string_view line) {
  bool dashes = false;
  for (const char c : line) {
    if (c == '-') {
      dashes = true;
    } else if (!is_blank(c)) {
      return false;
    }
  }
  return dashes;
}

std::string shown(std::string_view line) {
  std::string out;
  while (!line.empty()) {
    if (out.size() >= most_shown) return out + "...";
    const auto lead = static_cast<unsigned char>(line.front());
    const std::size_t length = utf8_length(line);
    if (length == 0 || lead < 0x20 || lead == 0x7F) {
      append_hex(out, lead);
      line.remove_prefix(1);
    } else {
      out += line.substr(0, length);
      line.remove_prefix(length);
    }
  }
  return out;
}

Problem problem(const Line& line, std::string_view expected) {
  return {line.number, shown(line.text), std::string(expected)};
}

}  // namespace hanfs::aix::text
