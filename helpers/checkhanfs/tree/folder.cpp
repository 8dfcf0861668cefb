// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/folder.hpp"

#include <fcntl.h>
#include <sys/stat.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "sys/fds.hpp"

namespace hanfs::tree {
namespace {

constexpr int folder_flags = O_RDONLY | O_DIRECTORY | O_NONBLOCK;

}  // namespace

Result<std::shared_ptr<Folder>> Folder::top(const std::string& path) {
  sys::Descriptor file(sys::open_cloexec(path.c_str(), folder_flags));
  struct stat info{};
  if (!file || ::fstat(file.get(), &info) != 0) return Error{path + ": cannot open: " + std::strerror(errno)};
  auto folder = std::make_shared<Folder>(nullptr, "", info.st_dev, info.st_ino);
  folder->handle_ = std::make_shared<const sys::Descriptor>(std::move(file));
  return folder;
}

std::string Folder::prefix() const {
  std::vector<const Folder*> chain;
  for (const Folder* folder = this; folder->above_; folder = folder->above_.get()) chain.push_back(folder);
  std::string prefix;
  for (auto folder = chain.rbegin(); folder != chain.rend(); ++folder) prefix += (*folder)->name_ + '/';
  return prefix;
}

FolderHandle OpenFolders::cached(const Folder& folder) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return folder.handle_;
}

void OpenFolders::keep(const std::shared_ptr<Folder>& folder, const FolderHandle& handle) {
  FolderHandle old;  // closed after the lock is gone
  const std::lock_guard<std::mutex> lock(mutex_);
  folder->handle_ = handle;
  opened_.push_back(folder);
  if (opened_.size() <= most_) return;
  if (const std::shared_ptr<Folder> oldest = opened_.front().lock()) old.swap(oldest->handle_);
  opened_.pop_front();
}

// Without recursion, since a thread may have a small stack.
FolderHandle OpenFolders::open(const std::shared_ptr<Folder>& folder) {
  std::vector<std::shared_ptr<Folder>> closed;
  FolderHandle handle;
  for (std::shared_ptr<Folder> at = folder; !(handle = cached(*at)); at = at->above_) closed.push_back(at);
  for (; !closed.empty(); closed.pop_back()) {
    const std::shared_ptr<Folder>& next = closed.back();
    sys::Descriptor file(sys::openat_cloexec(handle->get(), next->name_.c_str(), folder_flags | O_NOFOLLOW));
    struct stat info{};
    if (!file || ::fstat(file.get(), &info) != 0) return nullptr;
    if (info.st_dev != next->device_ || info.st_ino != next->inode_) {
      errno = ESTALE;
      return nullptr;
    }
    handle = std::make_shared<const sys::Descriptor>(std::move(file));
    keep(next, handle);
  }
  return handle;
}

}  // namespace hanfs::tree
