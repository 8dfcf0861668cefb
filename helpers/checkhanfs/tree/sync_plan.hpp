// SPDX-License-Identifier: Apache-2.0
// The rsync lines that make a second tree equal to the first. Nothing here runs them.
#pragma once

#include <map>
#include <set>
#include <string>
#include <vector>

#include "checkhanfs/tree/difference.hpp"
#include "checkhanfs/tree/excludes.hpp"
#include "checkhanfs/tree/header.hpp"
#include "checkhanfs/tree/mount_points.hpp"
#include "result.hpp"

namespace hanfs::tree {

// Where differences lie: folders of the first tree down to the second level. Too many of them, and hard links that
// differ, become one: the whole tree.
class SyncPlan {
 public:
  // What is excluded of either tree is neither copied nor deleted.
  SyncPlan(const Header& first, const Header& second);

  // In the order of the paths. What one of the trees alone leaves out is passed over.
  void add(const Difference& difference);
  std::size_t passed_over() const { return passed_over_; }

  // Command words for the host of the first tree, in an order in which each leaves alone what the ones before it have
  // set, times of folders too. What lies in another file system of either tree, which nobody has compared, stays alone.
  // Error: there are too many of these to name them.
  Result<std::vector<std::vector<std::string>>> commands(const MountPoints& mount_points) const;
  // Where another file system is mounted in one tree alone, escaped: the commands leave these places alone.
  const std::set<std::string>& mounted_in_one() const { return mounted_in_one_; }

 private:
  struct Part {
    bool below = false;     // all that lies below it; else its entries only
    bool checksum = false;  // a content differs, which size and time need not show
  };

  bool is_settled_above(const std::string& path) const;

  const std::string first_root_, second_root_;
  const std::string host_;  // before the second root; empty: both are on one
  const std::vector<std::string> patterns_;
  const Excludes excludes_;
  std::size_t passed_over_ = 0;
  std::map<std::string, Part> parts_;  // by their raw path from the root, so that a folder comes before what is in it
  // What lies below these needs no command of its own: folders that the command for the folder above deletes, and
  // places that stay alone.
  std::set<std::string> settled_;
  std::set<std::string> mounted_in_one_;
};

// An exclude pattern of a tree for a transfer that begins at `part` of it, as rsync reads it; empty: nothing there can
// match it.
std::string rsync_pattern(const std::string& pattern, const std::string& part);

// The exclude pattern of rsync for what lies below a raw path, or with `itself` for all there, in a transfer that
// begins at `part`; empty: it does not lie there.
std::string rsync_pattern_of_place(const std::string& path, const std::string& part, bool itself);

}  // namespace hanfs::tree
