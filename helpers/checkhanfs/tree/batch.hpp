// SPDX-License-Identifier: Apache-2.0
// Some entries of a tree in a row, of which one thread makes lines.
#pragma once

#include <atomic>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "checkhanfs/tree/listing.hpp"

namespace hanfs::tree {

struct Batch {
  struct Item {
    std::uint32_t entry = 0;  // of the listing
    std::uint32_t known = 0;  // bytes of `known` below
    int error = 0;            // errno, of a folder that could not be listed
  };
  struct Run {
    std::shared_ptr<const Listing> listing;
    std::vector<Item> items;
  };
  // An entry with several names, whose line does not say so yet: only in the order of the tree is it known which name
  // is the first.
  struct HardLink {
    std::size_t line_end = 0;  // where the field belongs in `lines`
    std::uint64_t inode = 0;
    std::uint32_t names = 0;
    std::string path;
  };

  std::vector<Run> runs;
  std::string known;  // lines of an earlier manifest, one after the other, of files that seem to be the same
  std::size_t entries = 0;

  // What was made of them.
  std::string lines;
  std::string local;
  std::vector<HardLink> hard_links;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;  // their sizes
  std::uint64_t unread = 0;
  std::uint64_t changed = 0;
  std::vector<std::string> findings;
  std::shared_ptr<Batch> rest;  // what was left to another thread; its entries follow those of this batch
  std::atomic<bool> done{false};
};

constexpr std::size_t findings_kept = 20;  // of one batch, and of the whole tree

}  // namespace hanfs::tree
