// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/tree/read_file.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <vector>

#include "checkhanfs/tree/entry.hpp"
#include "sys/fds.hpp"

namespace hanfs::tree {
namespace {

// What the listing left out.
void look_at(const sys::Descriptor& file, const sys::Descriptor& folder, dev_t device, ListedEntry& listed) {
  struct stat info{};
  const bool known =
      file ? ::fstat(file.get(), &info) == 0 : ::fstatat(folder.get(), listed.name, &info, AT_SYMLINK_NOFOLLOW) == 0;
  if (known) {
    take_stat(listed, info, device);
  } else {
    listed.error = static_cast<std::uint16_t>(errno);
  }
}

// Is it still what stat showed before it was read?
bool is_unchanged(const struct stat& info, const ListedEntry& listed, std::uint64_t bytes) {
  return S_ISREG(info.st_mode) && static_cast<std::uint64_t>(info.st_ino) == listed.inode &&
         static_cast<std::uint64_t>(info.st_size) == bytes && bytes == listed.size &&
         info.st_mtim.tv_sec == listed.mtime_seconds &&
         static_cast<std::uint32_t>(info.st_mtim.tv_nsec) == listed.mtime_nanoseconds;
}

}  // namespace

std::string note_of(const char* doing, int error) {
  if (error == ENOENT || error == ESTALE) return "it disappeared while the tree was read";
  return std::string("cannot ") + doing + ": " + std::strerror(error);
}

FileContent read_content(const FolderHandle& folder, dev_t device, ListedEntry& listed, Scratch& scratch,
                         const std::function<bool(std::size_t)>& go_on) {
  FileContent content;
  const sys::Descriptor file(
      sys::openat_cloexec(folder->get(), listed.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  const int why = errno;
  if (!listed.looked_at) look_at(file, *folder, device, listed);
  if (listed.error != 0 || listed.mount_point) return content;
  if (!file) {
    content.note = why == ELOOP ? note_changed : note_of("open", why);
    return content;
  }
  if (!listed.is_file()) {
    content.note = note_changed;
    return content;
  }
  char* const buffer = scratch.buffer->bytes;
  std::uint64_t bytes = 0;
  bool streamed = false;
  for (;;) {
    // Up to the size that stat showed, and one byte more to see whether it has grown: a small file needs one call.
    const ssize_t n = sys::read_some(file.get(), buffer, sizeof scratch.buffer->bytes);
    if (n < 0) {
      content.note = note_of("read", errno);
      return content;
    }
    const auto got = static_cast<std::size_t>(n);
    bytes += got;
    const bool wanted = go_on(got);
    const bool ended = n == 0 || bytes == listed.size;
    if (ended && !streamed) {
      content.hash = scratch.digest.of(buffer, got);
      break;
    }
    if (!streamed) scratch.digest.reset();
    streamed = true;
    scratch.digest.update(buffer, got);
    if (ended) {
      content.hash = scratch.digest.hex();
      break;
    }
    if (!wanted) return content;
  }
  struct stat info{};
  if (::fstat(file.get(), &info) != 0 || !is_unchanged(info, listed, bytes)) content.note = note_changed;
  return content;
}

std::string read_target(int folder, const char* name, std::string& note) {
  constexpr std::size_t longest = 65536;  // bytes; systems allow 4,096 or fewer
  for (std::size_t size = 1024; size <= longest; size *= 2) {
    std::vector<char> target(size);
    const ssize_t n = ::readlinkat(folder, name, target.data(), size);
    if (n < 0) {
      note = note_of("read the link", errno);
      return {};
    }
    if (static_cast<std::size_t>(n) < size) return {target.data(), static_cast<std::size_t>(n)};
  }
  note = "its target is longer than 65536 bytes";
  return {};
}

}  // namespace hanfs::tree
