// SPDX-License-Identifier: Apache-2.0
#include "text/words.hpp"

#include <algorithm>
#include <cstdio>
#include <limits>

namespace hanfs::text {

std::string_view trimmed(std::string_view text) { return trimmed_right(trimmed_left(text)); }

std::string_view trimmed_left(std::string_view text) {
  while (!text.empty() && is_blank(text.front())) text.remove_prefix(1);
  return text;
}

std::string_view trimmed_right(std::string_view text) {
  while (!text.empty() && is_blank(text.back())) text.remove_suffix(1);
  return text;
}

std::vector<std::string_view> split_list(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> pieces;
  while (!text.empty()) {
    const std::size_t end = text.find_first_of(separators);
    const std::string_view piece = trimmed(text.substr(0, end));
    if (!piece.empty()) pieces.push_back(piece);
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return pieces;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> pieces;
  for (std::size_t end = text.find(separator); end != std::string_view::npos; end = text.find(separator)) {
    pieces.push_back(text.substr(0, end));
    text.remove_prefix(end + 1);
  }
  pieces.push_back(text);
  return pieces;
}

std::vector<std::string_view> fields(std::string_view line) {
  return first_fields(line, std::numeric_limits<std::size_t>::max());
}

std::vector<std::string_view> first_fields(std::string_view line, std::size_t most) {
  std::vector<std::string_view> words;
  for (line = trimmed_left(line); words.size() < most && !line.empty(); line = trimmed_left(line)) {
    const auto end = std::find_if(line.begin(), line.end(), is_blank);
    words.push_back(line.substr(0, static_cast<std::size_t>(end - line.begin())));
    line.remove_prefix(words.back().size());
  }
  return words;
}

std::string joined(const std::vector<std::string>& words, std::string_view between) {
  std::string text;
  for (const std::string& word : words) {
    if (!text.empty()) text += between;
    text += word;
  }
  return text;
}

std::string shortened(const std::vector<std::string>& words, std::size_t most, std::size_t count) {
  const std::size_t shown = std::min(words.size(), most);
  std::string text = joined({words.begin(), words.begin() + static_cast<std::ptrdiff_t>(shown)}, ", ");
  if (count > shown) text += " and " + std::to_string(count - shown) + " more";
  return text;
}

std::string shortened(const std::vector<std::string>& words, std::size_t most) {
  return shortened(words, most, words.size());
}

bool is_digits(std::string_view text) { return !text.empty() && std::all_of(text.begin(), text.end(), is_digit); }

std::string counted(std::size_t count, std::string_view one, std::string_view many) {
  std::string text = std::to_string(count) + ' ';
  if (count == 1) return text.append(one);
  return many.empty() ? text.append(one) + 's' : text.append(many);
}

std::string_view without_byte_order_mark(std::string_view text) {
  constexpr std::string_view mark = "\xEF\xBB\xBF";
  return text.substr(starts_with(text, mark) ? mark.size() : 0);
}

std::string lower(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

bool equal_ignoring_case(std::string_view a, std::string_view b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](char x, char y) { return lower(x) == lower(y); });
}

bool starts_with(std::string_view text, std::string_view prefix) { return text.substr(0, prefix.size()) == prefix; }

bool starts_with_ignoring_case(std::string_view text, std::string_view prefix) {
  return equal_ignoring_case(text.substr(0, prefix.size()), prefix);
}

std::string fixed(double value, int digits) {
  char text[350];  // the largest double has 309 digits before the point
  return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.*f", digits, value))};
}

std::string shortest(double value) {
  char text[40];
  return {text, static_cast<std::size_t>(std::snprintf(text, sizeof text, "%.10g", value))};
}

bool is_at_or_below(std::string_view path, std::string_view folder) {
  return starts_with(path, folder) && (path.size() == folder.size() || path[folder.size()] == '/');
}

bool is_plain_name(std::string_view name, std::string_view marks) {
  const auto plain = [](char c) { return is_letter(c) || is_digit(c) || c == '_'; };
  return !name.empty() && plain(name.front()) && std::all_of(name.begin(), name.end(), [&](char c) {
    return plain(c) || marks.find(c) != std::string_view::npos;
  });
}

bool is_host_name(std::string_view name) { return is_plain_name(name, "._-"); }

std::string without_name(std::string text, std::string_view host) {
  constexpr std::string_view instead = "HOST";
  constexpr std::string_view marks = "_.-";  // besides letters and digits, what a host's name can hold
  const auto is_border = [&](std::size_t at) {
    return at >= text.size() || !(is_letter(text[at]) || is_digit(text[at]) || marks.find(text[at]) != marks.npos);
  };
  if (host.empty()) return text;
  for (std::size_t at = text.find(host); at != std::string::npos; at = text.find(host, at)) {
    if ((at == 0 || is_border(at - 1)) && is_border(at + host.size())) {
      text.replace(at, host.size(), instead);
      at += instead.size();
    } else {
      at += host.size();
    }
  }
  return text;
}

}  // namespace hanfs::text
