// SPDX-License-Identifier: Apache-2.0
#include "checkhanfs/watch/rotating_reader.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>

#include "sys/descriptor.hpp"
#include "sys/fds.hpp"

namespace hanfs::check {
namespace {

constexpr std::size_t most_files = 64;
constexpr std::size_t most_entries =
    2000;                      // looked at in search of them: a tree of a million files is no reason to wait
constexpr off_t piece = 4096;  // bytes

}  // namespace

int RotatingReader::find_files() {
  struct stat status;
  if (::lstat(path_.c_str(), &status) != 0) return errno;
  const dev_t device = status.st_dev;
  files_.clear();
  searched_ = true;
  if (S_ISREG(status.st_mode)) {
    files_.push_back(path_);
    return 0;
  }
  std::vector<std::string> folders{path_};
  std::size_t entries = 0;
  for (std::size_t i = 0; i < folders.size() && files_.size() < most_files && entries < most_entries; ++i) {
    DIR* folder = ::opendir(folders[i].c_str());
    if (folder == nullptr) {
      if (i == 0) return errno;
      continue;
    }
    while (const dirent* entry = ::readdir(folder)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      if (++entries > most_entries || files_.size() >= most_files) break;
      const std::string full = folders[i] + (folders[i].back() == '/' ? "" : "/") + name;
      if (::lstat(full.c_str(), &status) != 0 || status.st_dev != device) continue;
      if (S_ISREG(status.st_mode)) files_.push_back(full);
      if (S_ISDIR(status.st_mode)) folders.push_back(full);
    }
    ::closedir(folder);
  }
  return 0;
}

int RotatingReader::read_folder() const {
  DIR* folder = ::opendir(path_.c_str());
  if (folder == nullptr) return errno;
  errno = 0;
  (void)::readdir(folder);
  const int error = errno;
  ::closedir(folder);
  return error;
}

int RotatingReader::read_file(const std::string& file) {
  const sys::Descriptor opened(sys::open_cloexec(file.c_str(), O_RDONLY));
  if (!opened) return errno;
  sys::drop_cached(opened.get());
  struct stat status;
  if (::fstat(opened.get(), &status) != 0) return errno;
  const off_t pieces = status.st_size / piece + 1;
  char buffer[piece];
  const ssize_t got = ::pread(opened.get(), buffer, sizeof buffer, static_cast<off_t>(next_) % pieces * piece);
  return got == -1 ? errno : 0;
}

int RotatingReader::read_next() {
  if (!searched_ || (!files_.empty() && next_ != 0 && next_ % (files_.size() * 16) == 0))
    if (const int error = find_files(); error != 0) return error;
  if (files_.empty()) {
    searched_ = false;  // one may come
    return read_folder();
  }
  const std::string file = files_[next_++ % files_.size()];
  const int error = read_file(file);
  // Removed or replaced since, or not ours to read: another one tells as much.
  if (error != ENOENT && error != EACCES && error != EPERM) return error;
  files_.erase(files_.begin() + static_cast<std::ptrdiff_t>((next_ - 1) % files_.size()));
  return read_folder();
}

}  // namespace hanfs::check
