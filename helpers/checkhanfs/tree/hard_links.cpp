// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/hard_links.hpp"

#include "checkhanfs/tree/line.hpp"

namespace hanfs::tree {

void HardLinks::complete(Batch& batch) {
  std::string lines;
  std::size_t taken = 0;
  for (Batch::HardLink& link : batch.hard_links) {
    const auto found = groups_.find(link.inode);
    if (found == groups_.end()) {
      groups_.emplace(link.inode, Group{std::move(link.path), link.names - 1});
      continue;
    }
    lines.append(batch.lines, taken, link.line_end - taken);
    append_hardlink(lines, found->second.first);
    taken = link.line_end;
    if (--found->second.left == 0) groups_.erase(found);
  }
  batch.hard_links.clear();
  if (taken == 0) return;
  lines.append(batch.lines, taken, std::string::npos);
  batch.lines = std::move(lines);
}

}  // namespace hanfs::tree
