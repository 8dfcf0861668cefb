// SPDX-License-Identifier: Apache-2.0
// Folders of a tree, opened relative to the folder above: no path is too long, no link is followed, and what lies in
// another file system is not entered.
#pragma once

#include <sys/types.h>

#include <deque>
#include <memory>
#include <mutex>
#include <string>

#include "result.hpp"
#include "sys/descriptor.hpp"

namespace hanfs::tree {

class Folder;
using FolderHandle = std::shared_ptr<const sys::Descriptor>;

// Keeps the folders that were used last open: a tree may be deeper, and have more folders at work, than a process may
// have descriptors. For several threads.
class OpenFolders {
 public:
  explicit OpenFolders(std::size_t most) : most_(most) {}

  // nullptr with errno: it cannot be opened, or is another folder by now (ESTALE). The handle stays open while it is
  // held.
  FolderHandle open(const std::shared_ptr<Folder>& folder);

 private:
  FolderHandle cached(const Folder& folder);
  void keep(const std::shared_ptr<Folder>& folder, const FolderHandle& handle);

  std::size_t most_;
  std::mutex mutex_;
  std::deque<std::weak_ptr<Folder>> opened_;  // the oldest first
};

class Folder {
 public:
  // The top of a tree; a link as its last part is followed. Error: it cannot be opened, or is no folder.
  static Result<std::shared_ptr<Folder>> top(const std::string& path);
  // One that lstat showed in `above`.
  Folder(std::shared_ptr<Folder> above, std::string name, dev_t device, ino_t inode)
      : above_(std::move(above)), name_(std::move(name)), device_(device), inode_(inode) {}

  dev_t device() const { return device_; }
  // In front of the names in it, relative to the top: "" or "usr/lib/".
  std::string prefix() const;

 private:
  friend class OpenFolders;

  std::shared_ptr<Folder> above_;
  std::string name_;
  dev_t device_;
  ino_t inode_;
  FolderHandle handle_;  // guarded by OpenFolders
};

}  // namespace hanfs::tree
