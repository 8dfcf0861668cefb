// SPDX-License-Identifier: Apache-2.0
// How one path differs between two trees.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "checkhanfs/tree/entry.hpp"

namespace hanfs::tree {

// The most dangerous first.
enum class Kind : unsigned {
  content,          // of a file
  type,             // a file here is a folder, a link, ... there
  only_first,       // missing in the second tree
  only_second,      // missing in the first
  unread,           // nobody knows: it could not be read, or changed meanwhile
  owner,            // uid or gid
  mode,             // permission bits
  target,           // of a link
  device,           // numbers of a device
  mtime,            // AIX marks a file dead after a failover (lib/aix/README.md "Failover: what a node sees")
  mtime_subsecond,  // less than a second: it was copied by a tool that drops nanoseconds; as deadly
  hardlink,         // the same content, but shared with other names
};
constexpr std::size_t kind_count = 12;

const char* kind_name(Kind kind);     // one word: "content", "mtime-subsecond"
const char* kind_meaning(Kind kind);  // what it means for a failover

class Kinds {
 public:
  void add(Kind kind) { bits_ |= 1U << static_cast<unsigned>(kind); }
  bool has(Kind kind) const { return (bits_ >> static_cast<unsigned>(kind) & 1U) != 0; }
  bool empty() const { return bits_ == 0; }
  Kind worst() const;         // not of none
  std::string names() const;  // "content,mtime"
  unsigned bits() const { return bits_; }
  static Kinds of_bits(unsigned bits) { return Kinds(bits); }
  bool operator==(const Kinds& other) const { return bits_ == other.bits_; }

  Kinds() = default;

 private:
  explicit Kinds(unsigned bits) : bits_(bits) {}
  unsigned bits_ = 0;
};

struct Difference {
  Kinds kinds;
  std::string path;   // as in a manifest: escaped
  std::string first;  // what the worst kind is about, as each tree has it, escaped; empty: nothing there
  std::string second;
  bool linked = false;  // it shares its inode with another path of its tree
  // What the next two tell is known of a difference that was just found, not of one that was kept.
  bool no_folder_in_first = false;  // the second tree has a folder there, and the first has none
  bool mounted_in_one = false;      // another file system is mounted there in one of them

  bool operator==(const Difference& other) const {
    return kinds == other.kinds && path == other.path && first == other.first && second == other.second &&
           linked == other.linked;
  }
};

// Two entries of the same path.
Kinds kinds_between(const Entry& first, const Entry& second);
// One of them may be missing; not both.
Difference difference_between(const Entry* first, const Entry* second);

// '+' only in the first, '-' only in the second, '*' in both but different, '!' not known: the marks of
// rclone check --combined.
char mark_of(Kind worst);
// "* content,mtime usr/bin/ls<TAB>first<TAB>second", with its newline.
std::string difference_line(const Difference& difference);

}  // namespace hanfs::tree
