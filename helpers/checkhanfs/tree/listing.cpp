// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/listing.hpp"

#include <dirent.h>
#include <fcntl.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "sys/dirent.hpp"
#include "sys/fds.hpp"

namespace hanfs::tree {
namespace {

struct CloseFolder {
  void operator()(DIR* folder) const { ::closedir(folder); }
};
using FolderStream = std::unique_ptr<DIR, CloseFolder>;

FolderStream open_stream(int folder) {
  // A descriptor of its own: reading moves its offset, and closedir() closes it.
  sys::Descriptor file(sys::openat_cloexec(folder, ".", O_RDONLY | O_DIRECTORY | O_NONBLOCK));
  if (!file) return nullptr;
  FolderStream stream(::fdopendir(file.get()));
  if (stream) (void)file.release();
  return stream;
}

}  // namespace

void take_stat(ListedEntry& listed, const struct stat& info, dev_t device) {
  listed.looked_at = true;
  listed.mount_point = info.st_dev != device;
  listed.inode = info.st_ino;
  listed.mode = static_cast<std::uint32_t>(info.st_mode);
  const bool is_device = S_ISCHR(info.st_mode) || S_ISBLK(info.st_mode);
  listed.size = is_device ? static_cast<std::uint64_t>(info.st_rdev) : static_cast<std::uint64_t>(info.st_size);
  listed.mtime_seconds = info.st_mtim.tv_sec;
  listed.mtime_nanoseconds = static_cast<std::uint32_t>(info.st_mtim.tv_nsec);
  listed.ctime_seconds = info.st_ctim.tv_sec;
  listed.ctime_nanoseconds = static_cast<std::uint32_t>(info.st_ctim.tv_nsec);
  listed.uid = info.st_uid;
  listed.gid = info.st_gid;
  listed.links = static_cast<std::uint32_t>(std::min<std::uint64_t>(info.st_nlink, UINT32_MAX));
}

ListedEntry& Listing::add(const char* name, std::size_t size) {
  constexpr std::size_t least = 512;  // bytes of a block of names
  constexpr std::size_t most = 65536;
  if (names_size_ - names_used_ < size + 1) {
    names_size_ = std::max(std::clamp(2 * names_size_, least, most), size + 1);
    names_used_ = 0;
    names_.emplace_back(new char[names_size_]);
  }
  char* const place = names_.back().get() + names_used_;
  std::memcpy(place, name, size + 1);
  names_used_ += size + 1;
  if (size_ % block == 0) entries_.emplace_back(new ListedEntry[block]);
  ListedEntry& listed = entries_.back()[size_++ % block];
  listed.name = place;
  listed.name_size = static_cast<std::uint16_t>(size);
  return listed;
}

// Bytewise by path: what is below "a" follows "a.b", because "." is less than "/".
void Listing::sort() {
  std::size_t folders = 0;
  for (std::uint32_t i = 0; i < size_; ++i) folders += entry(i).is_entered() ? 1U : 0U;
  order_.reserve(size_ + folders);
  for (std::uint32_t i = 0; i < size_; ++i) {
    order_.push_back(i);
    if (entry(i).is_entered()) order_.push_back(i | below);
  }
  const auto less = [this](std::uint32_t a, std::uint32_t b) {
    const ListedEntry& x = entry(a & ~below);
    const ListedEntry& y = entry(b & ~below);
    const auto shared = static_cast<std::size_t>(std::min(x.name_size, y.name_size));
    const int order = std::memcmp(x.name, y.name, shared);
    if (order != 0) return order < 0;
    const auto rest = [shared](const ListedEntry& e, std::uint32_t index) {
      if (e.name_size > shared) return static_cast<int>(static_cast<unsigned char>(e.name[shared]));
      return (index & below) != 0 ? static_cast<int>('/') : -1;
    };
    return rest(x, a) < rest(y, b);
  };
  std::sort(order_.begin(), order_.end(), less);
}

std::shared_ptr<Listing> Listing::of_top(const struct stat& info) {
  auto listing = std::make_shared<Listing>();
  take_stat(listing->add("", 0), info, info.st_dev);
  listing->order_ = {0, 0 | below};
  return listing;
}

// False: it has disappeared.
bool Listing::look_at(int folder, const char* name, std::size_t size) {
  struct stat info{};
  const bool known = ::fstatat(folder, name, &info, AT_SYMLINK_NOFOLLOW) == 0;
  const int why = errno;
  if (!known && why == ENOENT) return false;
  ListedEntry& listed = add(name, size);
  if (known) {
    take_stat(listed, info, folder_->device());
  } else {
    listed.error = static_cast<std::uint16_t>(why);
  }
  return true;
}

std::shared_ptr<Listing> Listing::read(const std::shared_ptr<Folder>& folder, OpenFolders& open,
                                       const Excludes& excludes, Look look,
                                       const std::function<bool(std::size_t entries)>& should_stop) {
  constexpr std::size_t ask_each = 1024;  // entries
  auto listing = std::make_shared<Listing>();
  listing->folder_ = folder;
  listing->prefix_ = folder->prefix();
  const FolderHandle handle = open.open(folder);
  const FolderStream stream = handle ? open_stream(handle->get()) : nullptr;
  if (!stream) {
    listing->error_ = errno;
    return listing;
  }
  std::string path = listing->prefix_;
  for (;;) {
    errno = 0;
    const dirent* const found = ::readdir(stream.get());  // no other thread uses this stream
    if (found == nullptr) {
      listing->error_ = errno;
      break;
    }
    const char* const name = found->d_name;
    const std::size_t size = std::strlen(name);
    if (name[0] == '.' && (size == 1 || (size == 2 && name[1] == '.'))) continue;
    if (!excludes.empty()) {
      path.resize(listing->prefix_.size());
      path.append(name, size);
      if (excludes.match(path, name)) continue;
    }
    if (look == Look::files_later && sys::is_marked_as_file(*found)) {
      listing->add(name, size).mode = S_IFREG;
    } else if (!listing->look_at(handle->get(), name, size)) {
      continue;
    }
    if (listing->size() % ask_each == 0 && should_stop(listing->size())) return nullptr;
  }
  listing->sort();
  return listing;
}

}  // namespace hanfs::tree
