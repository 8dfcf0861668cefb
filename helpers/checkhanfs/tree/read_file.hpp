// SPDX-License-Identifier: Apache-2.0
// The content of one entry: the hash of a file, the target of a link.
#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "checkhanfs/tree/listing.hpp"
#include "checkhanfs/tree/workers.hpp"

namespace hanfs::tree {

struct FileContent {
  std::string hash;  // of what was read; empty where it could not be read to its end
  std::string note;  // as Entry::note
};

// Only for what lstat called a file. Opening never blocks; should something else have taken its place, that is said and
// nothing follows a link. `progress` is increased by the bytes that are read; `stop`: the hash is not needed any more.
FileContent read_content(int folder, const ListedEntry& listed, Scratch& scratch, std::atomic<std::uint64_t>& progress,
                         const std::atomic<bool>& stop);

// Empty with a note where it cannot be read.
std::string read_target(int folder, const char* name, std::string& note);

// "cannot open: Permission denied"
std::string note_of(const char* doing, int error);

}  // namespace hanfs::tree
