// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/engine/node_set.hpp"

#include <optional>

#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

// Up to the next comma that is in no bracket.
std::string_view next_part(std::string_view& set) {
  bool inside = false;
  std::size_t end = 0;
  for (; end < set.size(); ++end) {
    if (set[end] == '[') inside = true;
    if (set[end] == ']') inside = false;
    if (set[end] == ',' && !inside) break;
  }
  const std::string_view part = set.substr(0, end);
  set.remove_prefix(std::min(set.size(), end + 1));
  return part;
}

// "1-3,007" -> 1 2 3 007
bool expand_ranges(std::string_view ranges, std::size_t most, std::vector<std::string>& numbers) {
  while (!ranges.empty()) {
    const std::string_view range = ranges.substr(0, ranges.find(','));
    ranges.remove_prefix(std::min(ranges.size(), range.size() + 1));
    const std::size_t dash = range.find('-');
    const std::string_view first = range.substr(0, dash);
    const auto from = text::whole_number<unsigned long>(first);
    const auto to = dash == std::string_view::npos ? from : text::whole_number<unsigned long>(range.substr(dash + 1));
    if (!from || !to || *to < *from) return false;
    for (unsigned long n = *from; numbers.size() < most; ++n) {
      const std::string digits = std::to_string(n);
      numbers.push_back(std::string(first.size() - std::min(first.size(), digits.size()), '0') + digits);
      if (n == *to) break;
    }
  }
  return true;
}

bool expand_part(std::string_view part, std::size_t most, std::vector<std::string>& names) {
  std::vector<std::string> starts{""};
  while (!part.empty()) {
    const std::size_t open = part.find('[');
    for (std::string& start : starts) start += part.substr(0, open);
    if (open == std::string_view::npos) break;
    const std::size_t close = part.find(']', open);
    if (close == std::string_view::npos) return false;
    std::vector<std::string> numbers;
    if (!expand_ranges(part.substr(open + 1, close - open - 1), most, numbers)) return false;
    std::vector<std::string> longer;
    for (const std::string& start : starts)
      for (const std::string& number : numbers)
        if (longer.size() < most) longer.push_back(start + number);
    starts = std::move(longer);
    part.remove_prefix(close + 1);
  }
  for (std::string& name : starts)
    if (!name.empty() && names.size() < most) names.push_back(std::move(name));
  return true;
}

}  // namespace

std::vector<std::string> expand_nodeset(std::string_view set, std::size_t most) {
  std::vector<std::string> names;
  while (!set.empty())
    if (!expand_part(next_part(set), most, names)) return {};
  return names;
}

}  // namespace hanfs::cluster
