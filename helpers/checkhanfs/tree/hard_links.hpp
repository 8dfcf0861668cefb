// SPDX-License-Identifier: Apache-2.0
// Which names belong to one file. Holds a name for each group whose members were not all met yet.
#pragma once

#include <cstdint>
#include <string>
#include <unordered_map>

#include "checkhanfs/tree/batch.hpp"

namespace hanfs::tree {

class HardLinks {
 public:
  // Completes the lines of a batch; to be asked in the order of the tree.
  void complete(Batch& batch);

 private:
  struct Group {
    std::string first;
    std::uint32_t left = 0;  // names that were not met yet
  };

  std::unordered_map<std::uint64_t, Group> groups_;  // by inode
};

}  // namespace hanfs::tree
