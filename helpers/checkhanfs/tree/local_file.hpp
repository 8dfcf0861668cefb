// SPDX-License-Identifier: Apache-2.0
// What only the machine that made a manifest can use: inode and ctime of each file, by which a later run knows that a
// file is still the one that was hashed. They differ from replica to replica, so they are no columns of the manifest,
// two of which are to be compared by diff too; they stand in MANIFEST.local, a line for each line of the manifest:
//
//     #hanfs-tree-local 1
//     131073 1700000000.123456789       inode and ctime; "-" where there is no file, or none to be trusted
//     ...
//     #of 99aa06d3014798d86001c324468d497f    the checksum of its manifest; missing after a run that was killed
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "checkhanfs/tree/entry.hpp"

namespace hanfs::tree {

struct Identity {
  std::uint64_t inode = 0;
  Timestamp ctime;
};

std::string local_path(const std::string& manifest);
std::string local_header();
void append_identity(std::string& out, const std::optional<Identity>& identity);  // with its newline
std::string local_ending(const std::string& checksum);
// The checksum of the line that local_ending() writes; empty: it is another line.
std::string_view checksum_of(std::string_view line);

}  // namespace hanfs::tree
