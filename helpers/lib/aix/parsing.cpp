// SPDX-License-Identifier: Apache-2.0
#include "aix/parsing.hpp"

#include <algorithm>

#include "text/escape.hpp"

namespace hanfs::aix::parsing {

std::vector<Line> lines(std::string_view all) {
  if (text::starts_with(all, "\xEF\xBB\xBF")) all.remove_prefix(3);
  std::vector<Line> found;
  while (!all.empty()) {
    std::string_view line = all.substr(0, all.find('\n'));
    all.remove_prefix(std::min(all.size(), line.size() + 1));
    while (!line.empty() && line.back() == '\r') line.remove_suffix(1);
    found.push_back({found.size() + 1, line});
  }
  return found;
}

std::string_view trim_nbsp(std::string_view text) {
  constexpr std::string_view no_break_space = "\xC2\xA0";
  for (;;) {
    text = text::trimmed(text);
    if (text::starts_with(text, no_break_space)) {
      text.remove_prefix(no_break_space.size());
    } else if (!text.empty() && text.front() == no_break_space[1]) {
      text.remove_prefix(1);
    } else if (text.size() >= no_break_space.size() &&
               text.substr(text.size() - no_break_space.size()) == no_break_space) {
      text.remove_suffix(no_break_space.size());
    } else {
      return text;
    }
  }
}

std::optional<long long> whole_number(std::string_view text) {
  if (text.size() > 1 && text.front() == '+' && text::is_digit(text[1])) text.remove_prefix(1);
  return text::whole_number<long long>(text);
}

bool is_prompt(std::string_view line) {
  constexpr std::size_t words_before_command = 6;  // "(0) root @ host: / #"
  const auto words = text::first_fields(line, words_before_command);
  if (words.empty()) return false;
  const std::string_view first = words.front();
  if (first.front() == '#') return true;
  for (const auto word : words) {
    if (word == "#" || word == "$") return true;
  }
  if (first == "%") return true;
  // Text that is quoted in a mail begins like that too: there a row is behind it.
  if (first == ">")
    return std::none_of(words.begin(), words.end(),
                        [](std::string_view word) { return word.find_first_of("/=,") != std::string_view::npos; });
  // "root@host:/#", "bash-5.0$": the mark stands behind something that ends a prompt.
  if (first.size() < 2 || (first.back() != '#' && first.back() != '$' && first.back() != '>')) return false;
  const char before = first[first.size() - 2];
  return text::is_letter(before) || text::is_digit(before) ||
         std::string_view("/~]:)").find(before) != std::string_view::npos;
}

bool is_ruler(std::string_view line) {
  return line.find('-') != std::string_view::npos &&
         std::all_of(line.begin(), line.end(), [](char c) { return c == '-' || text::is_blank(c); });
}

Problem problem(const Line& line, std::string_view expected) {
  constexpr std::size_t most_shown = 120;
  return {line.number, text::escape_unprintable(line.text, most_shown), std::string(expected)};
}

}  // namespace hanfs::aix::parsing
