// SPDX-License-Identifier: Apache-2.0
#include "sys/signals.hpp"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <initializer_list>

#include "sys/fds.hpp"

namespace hanfs::sys {
namespace {

// A signal handler can reach nothing else. What they read is changed only while they are kept out.
volatile sig_atomic_t stop_requests = 0;
int wake_ends[2] = {-1, -1};
LastResort last_resort;

extern "C" void on_signal(int signal_number) {
  const int before = errno;
  if (signal_number != SIGCHLD && stop_requests < 1000) stop_requests = stop_requests + 1;
  // A full pipe is readable already: what counts is that it is not empty.
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = ::write(wake_ends[1], &byte, 1);
  errno = before;
}

// Only async-signal-safe calls from here to on_watchdog.

void pay_what_is_owed() {
  constexpr int looks = 20;
  constexpr int between_looks = 100;  // milliseconds
  if (last_resort.owed_command == nullptr) return;
  const pid_t child = ::fork();
  if (child == 0) {
    sigset_t none;
    ::sigemptyset(&none);
    ::sigprocmask(SIG_SETMASK, &none, nullptr);
    ::execve(last_resort.owed_command[0], last_resort.owed_command, last_resort.owed_environment);
    ::_exit(127);
  }
  for (int i = 0; child > 0 && i < looks && ::waitpid(child, nullptr, WNOHANG) == 0; ++i)
    ::poll(nullptr, 0, between_looks);
}

void say_last_words() {
  if (last_resort.words == nullptr) return;
  const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
  // Whoever shares our stdout gets it back as it was.
  if (flags == -1 || ::fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK) == -1) return;
  std::size_t left = std::strlen(last_resort.words);
  for (const char* words = last_resort.words; left > 0;) {
    const ssize_t written = ::write(STDOUT_FILENO, words, left);
    if (written <= 0) break;
    words += written;
    left -= static_cast<std::size_t>(written);
  }
  ::fcntl(STDOUT_FILENO, F_SETFL, flags);
}

extern "C" void on_watchdog(int) {
  pay_what_is_owed();
  say_last_words();
  ::_exit(last_resort.status);
}

void handle(int signal_number, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigfillset(&action.sa_mask);
  ::sigaction(signal_number, &action, nullptr);
}

void keep_alarm(int how) {
  sigset_t alarm_only;
  ::sigemptyset(&alarm_only);
  ::sigaddset(&alarm_only, SIGALRM);
  ::sigprocmask(how, &alarm_only, nullptr);
}

bool is_ignored(int signal_number) {
  struct sigaction now{};
  return ::sigaction(signal_number, nullptr, &now) == 0 && now.sa_handler == SIG_IGN;
}

}  // namespace

void install_signals() {
  if (wake_ends[0] == -1 && !open_wake_pipe(wake_ends)) {
    wake_ends[0] = wake_ends[1] = -1;  // the runner then falls back to a tick, and write(-1) is harmless
  }
  handle(SIGPIPE, SIG_IGN, 0);
  handle(SIGXFSZ, SIG_IGN, 0);  // a write beyond the limit fails with EFBIG
  handle(SIGCHLD, on_signal, SA_RESTART | SA_NOCLDSTOP);
  handle(SIGTERM, on_signal, SA_RESTART);
  // Ignored by nohup, or by a shell for its background jobs: then it stays so.
  for (const int signal_number : {SIGINT, SIGHUP})
    if (!is_ignored(signal_number)) handle(signal_number, on_signal, SA_RESTART);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
}

int wake_fd() { return wake_ends[0]; }

bool interrupted() { return stop_requests != 0; }

int signals_received() { return stop_requests; }

void let_signals_break_writes() {
  for (const int signal_number : {SIGTERM, SIGINT, SIGHUP})
    if (!is_ignored(signal_number)) handle(signal_number, on_signal, 0);
}

void set_last_resort(const LastResort& last) {
  keep_alarm(SIG_BLOCK);
  last_resort = last;
  keep_alarm(SIG_UNBLOCK);
}

void arm_watchdog(unsigned seconds) {
  handle(SIGALRM, on_watchdog, 0);
  keep_alarm(SIG_UNBLOCK);
  ::alarm(seconds);
}

unsigned watchdog_time_left() {
  const unsigned left = ::alarm(0);
  ::alarm(left);
  return left;
}

}  // namespace hanfs::sys
