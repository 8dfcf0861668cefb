// SPDX-License-Identifier: Apache-2.0
#include "sys/lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "sys/fds.hpp"
#include "sys/file.hpp"

namespace hanfs::sys {
namespace {

struct FileLock final : Lock {
  explicit FileLock(const std::string& path) : fd(open_cloexec(path.c_str(), O_RDWR | O_CREAT, 0600)) {
    struct flock wanted{};
    wanted.l_type = F_WRLCK;
    wanted.l_whence = SEEK_SET;
    if (fd >= 0 && ::fcntl(fd, F_SETLK, &wanted) == 0) {
      state = State::held;
    } else if (fd < 0 || (errno != EACCES && errno != EAGAIN)) {
      reason = path + ": " + file_error(errno);
    } else {
      state = State::busy;
      if (::fcntl(fd, F_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK) holder = wanted.l_pid;
    }
  }
  ~FileLock() override {
    if (fd >= 0) ::close(fd);
  }
  FileLock(const FileLock&) = delete;
  FileLock& operator=(const FileLock&) = delete;

  int fd;
};

}  // namespace

std::unique_ptr<Lock> lock_file(const std::string& path) { return std::make_unique<FileLock>(path); }

}  // namespace hanfs::sys
