// SPDX-License-Identifier: Apache-2.0
#include "core/files.hpp"

#include <dirent.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <climits>
#include <cstdio>
#include <filesystem>

#include "core/outside.hpp"
#include "core/text.hpp"

namespace aixsim {

namespace {

void append_all(int fd, std::string* content) {
  char buffer[16384];
  for (;;) {
    const ssize_t count = ::read(fd, buffer, sizeof buffer);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) break;
    content->append(buffer, static_cast<size_t>(count));
  }
}

}  // namespace

std::string read_all(int fd) {
  std::string content;
  append_all(fd, &content);
  return content;
}

bool read_file(const std::string& path, std::string* content) {
  content->clear();
  if (const Memory* const disk = memory_of_files()) {
    const auto found = disk->files.find(path);
    if (found != disk->files.end()) *content = found->second;
    return found != disk->files.end();
  }
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return false;
  struct stat info{};
  if (::fstat(fd, &info) == 0 && info.st_size > 0) content->reserve(static_cast<size_t>(info.st_size));
  append_all(fd, content);
  ::close(fd);
  return true;
}

namespace {
bool write_all(int fd, const std::string& text) {
  size_t done = 0;
  while (done < text.size()) {
    const ssize_t count = ::write(fd, text.data() + done, text.size() - done);
    if (count < 0 && errno == EINTR) continue;
    if (count <= 0) return false;
    done += static_cast<size_t>(count);
  }
  return true;
}
}  // namespace

// A symbolic link is kept and the file that it points to is replaced.
bool write_file(const std::string& name, const std::string& content) {
  if (Memory* const disk = memory_of_files()) {
    disk->files[name] = content;
    return true;
  }
  const std::string path = is_link(name) ? std::filesystem::weakly_canonical(name).string() : name;
  const std::string temporary = path + strf(".tmp.%d", static_cast<int>(::getpid()));
  const int fd = ::open(temporary.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  const bool written = write_all(fd, content);
  ::close(fd);
  if (written && ::rename(temporary.c_str(), path.c_str()) == 0) return true;
  ::unlink(temporary.c_str());
  return false;
}

bool append_file(const std::string& path, const std::string& text) {
  if (Memory* const disk = memory_of_files()) {
    disk->files[path] += text;
    return true;
  }
  const int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
  if (fd < 0) return false;
  const ssize_t count = ::write(fd, text.data(), text.size());
  ::close(fd);
  return count == static_cast<ssize_t>(text.size());
}

bool is_link(const std::string& path) {
  if (memory_of_files() != nullptr) return false;
  struct stat info{};
  return ::lstat(path.c_str(), &info) == 0 && S_ISLNK(info.st_mode);
}

bool exists(const std::string& path) {
  if (const Memory* const disk = memory_of_files()) return disk->files.count(path) != 0 || is_folder(path);
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0;
}

bool is_folder(const std::string& path) {
  if (const Memory* const disk = memory_of_files()) return disk->folders.count(path) != 0;
  struct stat info{};
  return ::stat(path.c_str(), &info) == 0 && S_ISDIR(info.st_mode);
}

void remove_file(const std::string& path) {
  if (Memory* const disk = memory_of_files()) {
    disk->files.erase(path);
  } else {
    ::unlink(path.c_str());
  }
}

bool make_dirs(const std::string& path) {
  if (Memory* const disk = memory_of_files()) {
    for (size_t slash = path.find('/', 1); slash != std::string::npos; slash = path.find('/', slash + 1))
      disk->folders.insert(path.substr(0, slash));
    disk->folders.insert(path);
    return true;
  }
  if (::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST) return true;
  const size_t slash = path.rfind('/');
  if (errno != ENOENT || slash == std::string::npos || slash == 0 || !make_dirs(path.substr(0, slash))) return false;
  return ::mkdir(path.c_str(), 0755) == 0 || errno == EEXIST;
}

bool copy_tree(const std::string& from, const std::string& to) {
  struct stat info{};
  if (::stat(from.c_str(), &info) != 0) return false;
  bool good = true;
  if (S_ISDIR(info.st_mode)) {
    if (!make_dirs(to)) return false;
    if (DIR* directory = ::opendir(from.c_str())) {
      while (const dirent* entry = ::readdir(directory)) {
        const std::string name = entry->d_name;
        if (name != "." && name != "..") good = copy_tree(from + "/" + name, to + "/" + name) && good;
      }
      ::closedir(directory);
    }
  } else {
    std::string content;
    ::unlink(to.c_str());
    // A large file becomes a hard link, as hundreds of hosts may get the same program. The link keeps the old content
    // when the original is replaced by rename.
    if (info.st_size > 65536 && ::linkat(AT_FDCWD, from.c_str(), AT_FDCWD, to.c_str(), AT_SYMLINK_FOLLOW) == 0) {
      return true;
    }
    good = read_file(from, &content) && write_file(to, content);
  }
  const timespec times[] = {info.st_atim, info.st_mtim};
  return ::chmod(to.c_str(), info.st_mode & 07777) == 0 && ::utimensat(AT_FDCWD, to.c_str(), times, 0) == 0 && good;
}

void touch_tree(const std::string& path, long seconds) {
  const timespec then{seconds, 0};
  const timespec times[] = {then, then};
  const timespec* const given = seconds == 0 ? nullptr : times;
  if (std::filesystem::is_directory(path)) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(path))
      ::utimensat(AT_FDCWD, entry.path().c_str(), given, AT_SYMLINK_NOFOLLOW);
  }
  ::utimensat(AT_FDCWD, path.c_str(), given, 0);
}

void remove_tree(const std::string& path) {
  if (DIR* directory = ::opendir(path.c_str())) {
    while (const dirent* entry = ::readdir(directory)) {
      const std::string name = entry->d_name;
      if (name == "." || name == "..") continue;
      const std::string child = path + "/" + name;
      if (entry->d_type == DT_DIR) {
        remove_tree(child);
      } else {
        ::unlink(child.c_str());
      }
    }
    ::closedir(directory);
  }
  ::rmdir(path.c_str());
}

void say(int fd, const std::string& text) {
  if (Memory* const held = memory()) {
    (fd == 1 ? held->out : held->err) += text;
  } else {
    write_all(fd, text);
  }
}

// One thread owns a Memory: nobody else is to be kept out.
Lock::Lock(const std::string& path)
    : fd_(memory_of_files() != nullptr ? -1 : ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0644)) {
  while (fd_ >= 0 && ::flock(fd_, LOCK_EX) != 0 && errno == EINTR) {
  }
}

Lock::~Lock() {
  if (fd_ >= 0) ::close(fd_);
}

std::string absolute(const std::string& path) {
  if (path.empty() || path[0] == '/') return path;
  char buffer[PATH_MAX];
  const std::string folder = ::getcwd(buffer, sizeof buffer) ? buffer : "";
  return folder + "/" + path;
}

}  // namespace aixsim
