// SPDX-License-Identifier: Apache-2.0
// One entry of a tree as a manifest holds it: only what is to be the same on all replicas. What is local to one machine
// (inode, ctime) stands in the local file beside a manifest: local_file.hpp.
#pragma once

#include <cstdint>
#include <string>
#include <tuple>

namespace hanfs::tree {

// The point in time is `seconds` plus `nanoseconds`, also before 1970.
struct Timestamp {
  std::int64_t seconds = 0;       // since 1970-01-01 UTC
  std::uint32_t nanoseconds = 0;  // below 1,000,000,000

  bool operator==(const Timestamp& other) const { return seconds == other.seconds && nanoseconds == other.nanoseconds; }
  bool operator!=(const Timestamp& other) const { return !(*this == other); }
};

struct Entry {
  char kind = 'f';         // f file, d folder, l link, p FIFO, s socket, c character device, b block device, ? unknown
  std::uint32_t mode = 0;  // permission bits with set-ID and sticky, below 010000; 0 of a link, where systems differ
  std::uint64_t uid = 0;
  std::uint64_t gid = 0;
  std::uint64_t size = 0;  // bytes of a file; else 0, because file systems differ in it
  Timestamp mtime;
  std::string hash;      // of a file: hexadecimal digits as xxh128sum or sha256sum print them; else, or unread: empty
  std::string path;      // raw bytes, relative to the root of the tree; empty: the root itself
  std::string target;    // of a link: raw bytes
  std::string device;    // of a device: "major:minor"
  std::string hardlink;  // raw path of the first member of its group of hard links; the first one itself has none
  std::string note;      // what was wrong: "mount point", "changed while it was read", "cannot read: ..."; else empty

  bool operator==(const Entry& other) const {
    return std::tie(kind, mode, uid, gid, size, mtime, hash, path, target, device, hardlink, note) ==
           std::tie(other.kind, other.mode, other.uid, other.gid, other.size, other.mtime, other.hash, other.path,
                    other.target, other.device, other.hardlink, other.note);
  }
};

// Notes with a meaning of their own; every other note says why something could not be read.
constexpr const char* note_mount_point = "mount point";
constexpr const char* note_changed = "changed while it was read";

}  // namespace hanfs::tree
