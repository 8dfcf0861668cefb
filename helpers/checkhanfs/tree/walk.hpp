// SPDX-License-Identifier: Apache-2.0
// Reads a whole tree with several threads and gives its lines in order, bytewise by path. Memory is bounded: what was
// listed or read ahead of its turn is limited, and beside it there is only the folder at work, those above it, and a
// name for each group of hard links whose members were not all met yet.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "checkhanfs/tree/digest.hpp"
#include "checkhanfs/tree/known_files.hpp"
#include "result.hpp"
#include "sys/clock.hpp"

namespace hanfs::tree {

struct WalkProgress {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;       // of the files whose lines were given
  std::uint64_t bytes_read = 0;  // so far, also of files whose turn has not come
};

struct WalkOrder {
  std::string root;
  HashKind hash = HashKind::xxh3;
  std::vector<std::string> excludes;
  std::size_t threads = 1;
  KnownFiles* known = nullptr;  // may be none
  const sys::Clock* clock = nullptr;
  // Lines of the manifest and as many of the local file. An error ends the walk.
  std::function<Status(std::string_view lines, std::string_view local)> give;
  std::function<bool()> interrupted;                     // asked several times a second
  std::function<void(const WalkProgress&)> on_progress;  // called several times a second
};

struct WalkResult {
  std::uint64_t entries = 0;
  std::uint64_t files = 0;
  std::uint64_t bytes = 0;            // the files' sizes
  std::uint64_t bytes_read = 0;       // without what was known
  std::uint64_t unread = 0;           // entries that could not be read, in whole or in part
  std::uint64_t changed = 0;          // files that changed while they were read
  std::vector<std::string> findings;  // the first of both, "path: note", fit for messages
  bool interrupted = false;
};

// Error: the tree cannot be opened, no thread can be made, or what `give` said.
Result<WalkResult> walk(const WalkOrder& order);

}  // namespace hanfs::tree
