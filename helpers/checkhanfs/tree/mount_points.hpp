// SPDX-License-Identifier: Apache-2.0
// Where other file systems are mounted in a tree, by its manifest: they were not entered, so nothing is known of what
// they hold, and no comparison says anything about it.
#pragma once

#include <cstdint>
#include <set>
#include <string>
#include <string_view>

namespace hanfs::tree {

// Does the tab at `at` end the path of its line, or a field behind it? A file's name may be "note=" too: line.hpp.
bool is_behind_path(std::string_view lines, std::size_t at);

class MountPoints {
 public:
  static constexpr std::size_t most_kept = 1000;  // names

  // Takes what whole lines of a manifest say.
  void look(std::string_view lines);
  // Those of another tree too. A place that both have counts once, as far as both kept their names.
  void add(const MountPoints& others);

  bool empty() const { return count_ == 0; }
  std::uint64_t count() const { return count_; }
  // As a manifest writes them.
  const std::set<std::string>& names() const { return names_; }
  bool has_all_names() const { return names_.size() == count_; }

 private:
  std::uint64_t count_ = 0;
  std::set<std::string> names_;
};

}  // namespace hanfs::tree
