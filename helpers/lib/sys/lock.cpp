// SPDX-License-Identifier: Apache-2.0
#include "sys/lock.hpp"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

namespace hanfs::sys {

Lock::Lock(const std::string& path) : fd_(::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600)) {
  if (fd_ < 0) {
    reason_ = path + ": " + std::strerror(errno);
    return;
  }
  struct flock wanted{};
  wanted.l_type = F_WRLCK;
  wanted.l_whence = SEEK_SET;
  if (::fcntl(fd_, F_SETLK, &wanted) == 0) {
    state_ = State::held;
    return;
  }
  if (errno != EACCES && errno != EAGAIN) {
    reason_ = path + ": " + std::strerror(errno);
    return;
  }
  state_ = State::busy;
  if (::fcntl(fd_, F_GETLK, &wanted) == 0 && wanted.l_type != F_UNLCK) holder_ = wanted.l_pid;
}

Lock::~Lock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace hanfs::sys
