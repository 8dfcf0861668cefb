// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/mount_points.hpp"

#include <algorithm>
#include <cstddef>

#include "checkhanfs/tree/line.hpp"

namespace hanfs::tree {

bool is_behind_path(std::string_view lines, std::size_t at) {
  constexpr std::ptrdiff_t tabs_before_path = 7;
  const std::size_t newline = lines.rfind('\n', at);
  const std::size_t begin = newline == std::string_view::npos ? 0 : newline + 1;
  const std::string_view before = lines.substr(begin, at - begin);
  return std::count(before.begin(), before.end(), '\t') >= tabs_before_path;
}

void MountPoints::look(std::string_view lines) {
  constexpr std::string_view before = "\tnote";
  constexpr std::string_view note = "=mount point\n";  // entry.hpp; it is the last field of its line
  // Few lines have an equals sign at all, so most of a manifest is passed by quickly.
  for (std::size_t at = lines.find('='); at != std::string_view::npos; at = lines.find('=', at + 1)) {
    if (at < before.size() || lines.substr(at, note.size()) != note) continue;
    const std::size_t tab = at - before.size();
    if (lines.substr(tab, before.size()) != before || !is_behind_path(lines, tab)) continue;
    ++count_;
    const std::size_t newline = lines.rfind('\n', tab);
    if (names_.size() < most_kept)
      names_.emplace(path_column(lines.substr(newline == std::string_view::npos ? 0 : newline + 1, tab)));
  }
}

void MountPoints::add(const MountPoints& others) {
  const bool all = has_all_names() && others.has_all_names();
  names_.insert(others.names_.begin(), others.names_.end());
  count_ = all ? names_.size() : std::max(count_, others.count_);
}

}  // namespace hanfs::tree
