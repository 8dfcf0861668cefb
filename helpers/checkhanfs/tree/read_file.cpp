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

// Is it still what lstat showed before it was opened?
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

FileContent read_content(int folder, const ListedEntry& listed, Scratch& scratch, std::atomic<std::uint64_t>& progress,
                         const std::atomic<bool>& stop) {
  FileContent content;
  const sys::Descriptor file(sys::openat_cloexec(folder, listed.name, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY));
  if (!file) {
    content.note = errno == ELOOP ? note_changed : note_of("open", errno);
    return content;
  }
  char* const buffer = scratch.buffer->bytes;
  std::uint64_t bytes = 0;
  bool streamed = false;
  for (;;) {
    // Up to the size that lstat showed, and one byte more to see whether it has grown: a small file needs one call.
    const ssize_t n = sys::read_some(file.get(), buffer, sizeof scratch.buffer->bytes);
    if (n < 0) {
      content.note = note_of("read", errno);
      return content;
    }
    const auto got = static_cast<std::size_t>(n);
    bytes += got;
    progress += got;
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
    if (stop) return content;
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
