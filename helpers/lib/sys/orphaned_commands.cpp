// SPDX-License-Identifier: Apache-2.0
#include "sys/orphaned_commands.hpp"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sys/fds.hpp"

namespace hanfs::sys {
namespace {

// -1 for whatever is no FIFO.
int open_fifo(const std::string& path, int flags) {
  const int fd = open_cloexec(path.c_str(), flags | O_NONBLOCK);
  struct stat info{};
  if (fd < 0 || (::fstat(fd, &info) == 0 && S_ISFIFO(info.st_mode))) return fd;
  ::close(fd);
  return -1;
}

}  // namespace

OrphanedCommands::~OrphanedCommands() {
  if (fd_ >= 0) ::close(fd_);
}

bool OrphanedCommands::any() const {
  const int fd = open_fifo(path_, O_WRONLY);
  if (fd < 0) return false;
  ::close(fd);
  return true;
}

void OrphanedCommands::watch_ours() {
  if (fd_ >= 0) return;
  (void)::mkfifo(path_.c_str(), 0600);  // it may be there
  fd_ = open_fifo(path_, O_RDONLY);
}

}  // namespace hanfs::sys
