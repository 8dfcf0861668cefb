// SPDX-License-Identifier: Apache-2.0
// What of a tree is not looked at. A pattern without a slash is the name of an entry anywhere; one with a slash is a
// path from the root of the tree. In both *, ? and [...] stand for characters other than a slash, as fnmatch(3) reads
// them. What lies below an excluded folder is excluded with it.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace hanfs::tree {

// What differs by nature below /install, where xCAT puts a NIM resource into nim/TYPE: paging space, dumps, root and
// private folders of single nodes, what nodes write into a shared root or as statelite data (lib/xcat/README.md "NIM",
// lib/xcat/README.md "Statelite"). For a tree at or below a folder named install; for others none.
std::vector<std::string> default_excludes(const std::string& root);

class Excludes {
 public:
  explicit Excludes(const std::vector<std::string>& patterns);

  bool empty() const { return names_.empty() && paths_.empty(); }
  // `path` from the root, not empty; `name`: its last part. Its folders are not looked at.
  bool match(const std::string& path, const char* name) const;
  // The path, or a folder above it, matches.
  bool covers(const std::string& path) const;

 private:
  std::vector<std::string> names_;
  std::vector<std::string> paths_;
};

}  // namespace hanfs::tree
