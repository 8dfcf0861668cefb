// SPDX-License-Identifier: Apache-2.0
// The rsync lines that make a second tree equal to the first. Nothing here runs them.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "checkhanfs/tree/difference.hpp"
#include "checkhanfs/tree/header.hpp"

namespace hanfs::tree {

// Where differences lie: folders down to the second level. Too many of them, and hard links that differ,
// become one: the whole tree.
class SyncPlan {
 public:
  void add(const Difference& difference);
  bool empty() const { return parts_.empty(); }

  // Command words for the host of the first tree, in an order in which each leaves alone what the ones before it have
  // set, times of folders too. What is excluded of either tree is neither copied nor deleted.
  std::vector<std::vector<std::string>> commands(const Header& first, const Header& second) const;

 private:
  struct Part {
    bool below = false;     // all that lies below it; else its entries only
    bool checksum = false;  // a content differs, which size and time need not show
  };

  std::map<std::string, Part> parts_;  // by their raw path from the root, so that a folder comes before what is in it
};

// An exclude pattern of a tree for a transfer that begins at `part` of it, as rsync reads it; empty: nothing there can
// match it.
std::string rsync_pattern(const std::string& pattern, const std::string& part);

}  // namespace hanfs::tree
