// SPDX-License-Identifier: Apache-2.0
#include "sys/fds.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>

namespace hanfs::sys {
namespace {

constexpr int first_own = 3;

// A shell that raised the limit to a million would cost us seconds; a parent that lowered it may still have left
// descriptors above it. Between these bounds the search costs 4 to 256 calls (lib/run/README.md "The recipe").
constexpr rlim_t search_at_least = 1024;
constexpr rlim_t search_at_most = 65536;
constexpr rlim_t block = 256;

void close_on_exec(int fd) {
  const int flags = ::fcntl(fd, F_GETFD);
  if (flags != -1 && (flags & FD_CLOEXEC) == 0) ::fcntl(fd, F_SETFD, flags | FD_CLOEXEC);
}

// Moves a descriptor out of 0..2; closes it when that fails.
int above_standard(int fd) {
  if (fd == -1 || fd >= first_own) return fd;
  const int moved = ::fcntl(fd, F_DUPFD, first_own);
  const int why = errno;
  ::close(fd);
  errno = why;
  if (moved != -1) close_on_exec(moved);
  return moved;
}

bool move_above_standard(int (&ends)[2]) {
  ends[0] = above_standard(ends[0]);
  if (ends[0] != -1) ends[1] = above_standard(ends[1]);
  if (ends[0] != -1 && ends[1] != -1) return true;
  const int why = errno;
  for (int& end : ends) {
    if (end != -1) ::close(end);
    end = -1;
  }
  errno = why;
  return false;
}

bool open_cloexec_pipe(int (&ends)[2]) {
#if defined(__linux__) || defined(__FreeBSD__)
  if (::pipe2(ends, O_CLOEXEC) == -1) return false;
#else
  // Not atomic, and it need not be: one thread starts all children.
  if (::pipe(ends) == -1) return false;
  close_on_exec(ends[0]);
  close_on_exec(ends[1]);
#endif
  return move_above_standard(ends);
}

}  // namespace

int open_cloexec(const char* path, int flags, unsigned mode) {
#if defined(__linux__) || defined(__FreeBSD__)
  return ::open(path, flags | O_CLOEXEC, mode);
#else
  // Not atomic, and it need not be: one thread starts all children.
  const int fd = ::open(path, flags, mode);
  if (fd != -1) close_on_exec(fd);
  return fd;
#endif
}

int openat_cloexec(int folder, const char* name, int flags) {
#if defined(__linux__) || defined(__FreeBSD__)
  return ::openat(folder, name, flags | O_CLOEXEC);
#else
  const int fd = ::openat(folder, name, flags);
  if (fd != -1) close_on_exec(fd);
  return fd;
#endif
}

void fill_standard_descriptors() {
  for (int fd = 0; fd < first_own; ++fd) {
    if (::fcntl(fd, F_GETFD) != -1 || errno != EBADF) continue;
    // The lowest free number is this one: those below are open by now.
    const int opened = ::open("/dev/null", O_RDWR);
    if (opened != -1 && opened != fd) ::close(opened);
  }
}

void close_inherited_on_exec() {
  rlim_t end = search_at_least;
  rlim_t at_once = block;
  struct rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    end = limit.rlim_cur == RLIM_INFINITY ? search_at_most
                                          : std::clamp<rlim_t>(limit.rlim_cur, search_at_least, search_at_most);
    // poll() refuses more entries than the limit allows descriptors.
    at_once = std::clamp<rlim_t>(limit.rlim_cur, 1, block);
  }
  std::array<struct pollfd, block> asked{};
  for (rlim_t start = first_own; start < end; start += at_once) {
    const std::size_t count = static_cast<std::size_t>(std::min<rlim_t>(at_once, end - start));
    for (std::size_t i = 0; i < count; ++i) {
      asked[i].fd = static_cast<int>(start) + static_cast<int>(i);
      asked[i].events = 0;
      asked[i].revents = 0;
    }
    int answer = -1;
    do {
      answer = ::poll(asked.data(), static_cast<nfds_t>(count), 0);
    } while (answer == -1 && errno == EINTR);
    for (std::size_t i = 0; i < count; ++i) {
      // When poll itself fails every number is tried: slower, never wrong.
      if (answer == -1 || (asked[i].revents & POLLNVAL) == 0) close_on_exec(asked[i].fd);
    }
  }
}

int open_null() { return above_standard(open_cloexec("/dev/null", O_RDWR)); }

bool open_pipe(int (&ends)[2]) {
  if (!open_cloexec_pipe(ends)) return false;
  // A fresh pipe end has no other status flags that matter, so there is nothing to read back first.
  ::fcntl(ends[0], F_SETFL, O_NONBLOCK);
  return true;
}

bool open_wake_pipe(int (&ends)[2]) {
  if (!open_pipe(ends)) return false;
  ::fcntl(ends[1], F_SETFL, O_NONBLOCK);
  return true;
}

bool write_all(int fd, std::string_view content) {
  while (!content.empty()) {
    const ssize_t n = ::write(fd, content.data(), content.size());
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return false;
    content.remove_prefix(static_cast<std::size_t>(n));
  }
  return true;
}

ssize_t read_some(int fd, char* buffer, std::size_t size) {
  for (;;) {
    const ssize_t n = ::read(fd, buffer, size);
    if (n >= 0 || errno != EINTR) return n;
  }
}

void drop_cached([[maybe_unused]] int fd) {
#ifdef POSIX_FADV_DONTNEED
  (void)::posix_fadvise(fd, 0, 0, POSIX_FADV_DONTNEED);
#endif
}

}  // namespace hanfs::sys
