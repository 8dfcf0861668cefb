// SPDX-License-Identifier: Apache-2.0
// What lies in one folder, in the order of a manifest. Below 100 bytes for an entry with a name of usual length.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "checkhanfs/tree/excludes.hpp"
#include "checkhanfs/tree/folder.hpp"

namespace hanfs::tree {

struct ListedEntry {
  const char* name = "";  // of its Listing; ends in a zero byte
  std::uint64_t inode = 0;
  std::uint64_t size = 0;  // of a device: its number
  std::int64_t mtime_seconds = 0;
  std::int64_t ctime_seconds = 0;
  std::uint32_t mtime_nanoseconds = 0;
  std::uint32_t ctime_nanoseconds = 0;
  std::uint32_t mode = 0;  // with the kind; 0: lstat failed
  std::uint32_t uid = 0;
  std::uint32_t gid = 0;
  std::uint32_t links = 0;
  std::uint16_t name_size = 0;
  std::uint16_t error = 0;  // errno of lstat
  bool mount_point = false;
  bool looked_at = false;  // by lstat; else only the name and the kind of a file are known

  bool is_folder() const { return S_ISDIR(mode); }
  bool is_file() const { return S_ISREG(mode); }
  bool is_entered() const { return is_folder() && !mount_point; }
};

// The members of `listed` that come from stat. `device`: of its folder.
void take_stat(ListedEntry& listed, const struct stat& info, dev_t device);

class Listing {
 public:
  // In `order`: the entry itself, or all that lies below it, which stands where the paths below it belong.
  static constexpr std::uint32_t below = 0x80000000U;

  // That of a tree: one entry without a name, its top.
  static std::shared_ptr<Listing> of_top(const struct stat& info);
  // files_later: of what the folder itself calls a file nothing else is asked, where the system has folders that say so
  // (AIX has none); who opens it has to look anyway.
  enum class Look { at_all, files_later };

  // Reads a folder. `should_stop` is asked now and then; then nullptr. What disappears meanwhile is left out.
  static std::shared_ptr<Listing> read(const std::shared_ptr<Folder>& folder, OpenFolders& open,
                                       const Excludes& excludes, Look look,
                                       const std::function<bool(std::size_t entries)>& should_stop);

  const std::shared_ptr<Folder>& folder() const { return folder_; }  // nullptr: that of the top
  const std::string& prefix() const { return prefix_; }
  int error() const { return error_; }  // errno of what failed; some entries may be missing then
  const std::vector<std::uint32_t>& order() const { return order_; }
  const ListedEntry& entry(std::uint32_t index) const { return entries_[index / block][index % block]; }
  std::size_t size() const { return size_; }

 private:
  static constexpr std::size_t block = 32;  // entries

  ListedEntry& add(const char* name, std::size_t size);
  bool look_at(int folder, const char* name, std::size_t size);
  void sort();

  std::shared_ptr<Folder> folder_;
  std::string prefix_;
  int error_ = 0;
  // In blocks, since a vector that grows needs twice the memory for a moment.
  std::vector<std::unique_ptr<ListedEntry[]>> entries_;
  std::size_t size_ = 0;
  std::vector<std::unique_ptr<char[]>> names_;
  std::size_t names_size_ = 0;  // bytes of the last block
  std::size_t names_used_ = 0;
  std::vector<std::uint32_t> order_;
};

}  // namespace hanfs::tree
