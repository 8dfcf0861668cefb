// SPDX-License-Identifier: Apache-2.0
#include "sys/output.hpp"

#include <fcntl.h>
#include <poll.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstddef>

#include "sys/fds.hpp"
#include "sys/signals.hpp"

namespace hanfs::sys {
namespace {

constexpr std::size_t piece = 512;  // bytes: the smallest PIPE_BUF that POSIX allows
constexpr int tick = 200;           // milliseconds between two looks for a signal
constexpr int ticks_after_signal = 25;

}  // namespace

bool write_patiently(int fd, std::string_view text) {
  const int signals_before = signals_received();
  for (int idle = 0; !text.empty();) {
    struct pollfd entry{};
    entry.fd = fd;
    entry.events = POLLOUT;
    const int ready = ::poll(&entry, 1, tick);
    if (signals_received() != signals_before) return false;
    if (ready == 0 && signals_before != 0 && ++idle == ticks_after_signal) return false;
    if (ready <= 0) continue;
    const ssize_t written = ::write(fd, text.data(), std::min(text.size(), piece));
    if (written < 0 && errno != EINTR && errno != EAGAIN && errno != EWOULDBLOCK) return false;
    if (written <= 0) continue;
    text.remove_prefix(static_cast<std::size_t>(written));
    idle = 0;
  }
  return true;
}

int open_terminal(int fd) {
  const char* const name = ::ttyname(fd);
  return name == nullptr ? -1 : open_cloexec(name, O_WRONLY | O_NOCTTY | O_NONBLOCK);
}

void write_if_ready(int fd, std::string_view text) {
  [[maybe_unused]] const ssize_t written = ::write(fd, text.data(), text.size());
}

}  // namespace hanfs::sys
