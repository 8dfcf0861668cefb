// SPDX-License-Identifier: Apache-2.0
// The first lines of a manifest and its last one.
//
//     #hanfs-tree-manifest 1
//     #hash xxh3
//     #root /install
//     #host sn1
//     #time 2026-11-28T23:00:00Z
//     #exclude /nim/paging                 one line for each
//     #columns kind mode uid gid size mtime hash path
//     ...
//     #end entries=3 bytes=5702 checksum=99aa06d3014798d86001c324468d497f
//
// The checksum is the XXH3-128 of all lines before the last one (head -n -1 FILE | xxh128sum), whatever hash the files
// have; bytes is the sum of the files' sizes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "checkhanfs/tree/digest.hpp"
#include "result.hpp"

namespace hanfs::tree {

// How the first line of every manifest begins; its format version follows.
constexpr std::string_view magic = "#hanfs-tree-manifest ";

constexpr int format_version = 1;

struct Header {
  HashKind hash = HashKind::xxh3;
  std::string root;  // raw bytes, absolute
  std::string host;
  std::string time;  // when it was begun, UTC
  std::vector<std::string> excludes;

  bool operator==(const Header& other) const {
    return hash == other.hash && root == other.root && host == other.host && time == other.time &&
           excludes == other.excludes;
  }
};

struct Ending {
  std::uint64_t entries = 0;
  std::uint64_t bytes = 0;
  std::string checksum;

  bool operator==(const Ending& other) const {
    return entries == other.entries && bytes == other.bytes && checksum == other.checksum;
  }
};

std::string header_text(const Header& header);
// `text`: from the beginning of the file; `length` becomes that of the header. Error: why it is none, without a place;
// also where the end of the header is not in `text`.
Result<Header> parse_header(std::string_view text, std::size_t& length);

std::string ending_line(const Ending& ending);
Result<Ending> parse_ending(std::string_view line);  // without its newline

}  // namespace hanfs::tree
