// SPDX-License-Identifier: Apache-2.0
#include "xcat/version.hpp"

#include <algorithm>

#include "text/words.hpp"

namespace hanfs::xcat {
namespace {

bool is_version(std::string_view word) {
  constexpr std::size_t longest = 32;  // bytes
  if (word.empty() || word.size() > longest) return false;
  const std::vector<std::string_view> numbers = text::split(word, '.');
  return std::all_of(numbers.begin(), numbers.end(), [](std::string_view number) { return text::is_digits(number); });
}

}  // namespace

std::optional<std::string> parse_version(std::string_view text) {
  while (!text.empty()) {
    const std::size_t end = std::min(text.find('\n'), text.size());
    const std::vector<std::string_view> words = text::first_fields(text.substr(0, end), 2);
    if (words.size() == 2 && words[0] == "Version" && is_version(words[1])) return std::string(words[1]);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return std::nullopt;
}

}  // namespace hanfs::xcat
