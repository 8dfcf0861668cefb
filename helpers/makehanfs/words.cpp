// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/words.hpp"

#include <algorithm>

namespace hanfs::mn {

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view blanks = " \t\r\n\v\f";
  const std::size_t begin = text.find_first_not_of(blanks);
  if (begin == std::string_view::npos) return {};
  return text.substr(begin, text.find_last_not_of(blanks) - begin + 1);
}

std::vector<std::string_view> list_of(std::string_view text, std::string_view separators) {
  std::vector<std::string_view> items;
  for (std::size_t begin = 0; begin <= text.size();) {
    const std::size_t end = std::min(text.find_first_of(separators, begin), text.size());
    const std::string_view item = trimmed(text.substr(begin, end - begin));
    if (!item.empty()) items.push_back(item);
    begin = end + 1;
  }
  return items;
}

bool is_yes(std::string_view value) { return value.find_first_of("1yY") != std::string_view::npos; }

}  // namespace hanfs::mn
