// SPDX-License-Identifier: Apache-2.0
#include "run/probe_child.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <cstring>

#include "sys/fds.hpp"
#include "sys/signals.hpp"

namespace hanfs::run {
namespace {

// One write of this goes through a pipe in one piece, since it is smaller than PIPE_BUF.
struct Message {
  long long nanoseconds;
  int error;
  int ended;
};

void tell(int fd, bool ended, int error) {
  Message message{};
  message.nanoseconds =
      std::chrono::duration_cast<std::chrono::nanoseconds>(sys::RealClock().now().time_since_epoch()).count();
  message.error = error;
  message.ended = ended ? 1 : 0;
  // Nobody is there to read it any more: the parent has ended.
  if (::write(fd, &message, sizeof message) != static_cast<ssize_t>(sizeof message)) ::_exit(0);
}

[[noreturn]] void probe_for_ever(int fd, const ProbeChild::Try& attempt, std::chrono::milliseconds pause) {
  for (const int number : {SIGTERM, SIGINT, SIGHUP, SIGPIPE, SIGCHLD, SIGALRM}) std::signal(number, SIG_DFL);
  sys::RealClock clock;
  for (;;) {
    tell(fd, false, 0);
    tell(fd, true, attempt());
    clock.sleep(pause);
  }
}

}  // namespace

ProbeChild::~ProbeChild() {
  if (pid_ > 0 && !has_ended()) {
    ::kill(pid_, SIGKILL);
    ::waitpid(pid_, nullptr, WNOHANG);
  }
  if (fd_ != -1) ::close(fd_);
}

int ProbeChild::start(const Try& attempt, std::chrono::milliseconds pause) {
  int ends[2];
  if (!sys::open_pipe(ends)) return errno;
  const int null_fd = sys::open_null();
  const pid_t child = null_fd == -1 ? -1 : ::fork();
  if (child == -1) {
    const int error = errno;
    ::close(ends[0]);
    ::close(ends[1]);
    if (null_fd != -1) ::close(null_fd);
    return error;
  }
  if (child == 0) {
    // Whoever waits for the end of our output must not wait for a child that hangs.
    for (int fd = 0; fd < 3; ++fd) ::dup2(null_fd, fd);
    // With an end of another child's pipe in its hands that child would not notice the end of the parent.
    for (int fd = 3; fd < 1024; ++fd)
      if (fd != ends[1]) ::close(fd);
    probe_for_ever(ends[1], attempt, pause);
  }
  ::close(null_fd);
  ::close(ends[1]);
  if (fd_ != -1) ::close(fd_);
  fd_ = ends[0];
  pid_ = child;
  pending_.clear();
  return 0;
}

std::vector<ProbeReport> ProbeChild::take() {
  std::vector<ProbeReport> reports;
  char buffer[64 * sizeof(Message)];
  ssize_t count;
  while (fd_ != -1 && (count = ::read(fd_, buffer, sizeof buffer)) > 0)
    pending_.append(buffer, static_cast<std::size_t>(count));
  std::size_t at = 0;
  for (; pending_.size() - at >= sizeof(Message); at += sizeof(Message)) {
    Message message;
    std::memcpy(&message, pending_.data() + at, sizeof message);
    reports.push_back({message.ended != 0,
                       sys::Clock::TimePoint(std::chrono::duration_cast<sys::Clock::TimePoint::duration>(
                           std::chrono::nanoseconds(message.nanoseconds))),
                       message.error});
  }
  pending_.erase(0, at);
  return reports;
}

bool ProbeChild::has_ended() {
  if (pid_ <= 0) return true;
  const pid_t ended = ::waitpid(pid_, nullptr, WNOHANG);
  if (ended == 0) return false;
  pid_ = -1;
  return true;
}

void wait_for_probes(const std::vector<const ProbeChild*>& children, std::chrono::milliseconds time) {
  std::vector<pollfd> fds;
  for (const ProbeChild* child : children)
    if (child->fd() != -1) fds.push_back({child->fd(), POLLIN, 0});
  fds.push_back({sys::wake_fd(), POLLIN, 0});
  (void)::poll(fds.data(), static_cast<nfds_t>(fds.size()), static_cast<int>(time.count()));
  for (char drained[64]; sys::wake_fd() != -1 && ::read(sys::wake_fd(), drained, sizeof drained) > 0;) {
  }
}

}  // namespace hanfs::run
