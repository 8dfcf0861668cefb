// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/engine/host_names.hpp"

#include <algorithm>

namespace hanfs::cluster {

HostNames::HostNames(const std::vector<std::string>& names) {
  for (std::size_t i = 0; i < names.size(); ++i) {
    by_name_.emplace(names[i], i);
    const std::size_t dot = names[i].find('.');
    if (dot == std::string::npos) continue;
    const auto [there, fresh] = by_short_.emplace(names[i].substr(0, dot), i);
    if (!fresh) there->second = no_index;
  }
}

std::size_t HostNames::find(std::string_view name) const {
  const std::string key(name);
  const auto full = by_name_.find(key);
  if (full != by_name_.end()) return full->second;
  const auto cut_off = by_short_.find(key);
  if (cut_off != by_short_.end()) return cut_off->second;
  const std::size_t dot = key.find('.');
  const bool has_domain =
      dot != std::string::npos && dot + 1 < key.size() && (key[dot + 1] < '0' || key[dot + 1] > '9');
  if (!has_domain) return no_index;
  const auto longer = by_name_.find(key.substr(0, dot));
  return longer == by_name_.end() ? no_index : longer->second;
}

std::size_t HostNames::take_label(std::string_view& line) const {
  const std::size_t colon = line.find(':');
  if (colon > longest) return no_index;  // no colon at all (npos) too
  if (colon + 1 < line.size() && line[colon + 1] != ' ') return no_index;
  const std::size_t host = find(line.substr(0, colon));
  if (host != no_index) line.remove_prefix(std::min(line.size(), colon + 2));
  return host;
}

std::pair<std::size_t, std::size_t> HostNames::ending_at(std::string_view line, std::size_t end) const {
  std::pair<std::size_t, std::size_t> best{0, no_index};
  for (std::size_t begin = end; begin > 0 && end - begin < longest && may_be_in_name(line[begin - 1]);) {
    --begin;
    const std::size_t host = find(line.substr(begin, end - begin));
    if (host != no_index) best = {begin, host};
  }
  return best;
}

bool HostNames::may_be_in_name(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' || c == '.' || c == '_';
}

}  // namespace hanfs::cluster
