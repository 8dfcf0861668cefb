// SPDX-License-Identifier: Apache-2.0
#include "sys/signals.hpp"

#include <signal.h>
#include <unistd.h>

#include <cerrno>
#include <cstddef>
#include <cstring>
#include <initializer_list>

#include "sys/fds.hpp"

namespace hanfs::sys {
namespace {

// A signal handler can reach nothing else. Written before the handlers are installed, except `stop_requested`.
volatile sig_atomic_t stop_requested = 0;
int wake_ends[2] = {-1, -1};
const char* watchdog_words = nullptr;
std::size_t watchdog_length = 0;
int watchdog_status = 0;

extern "C" void on_signal(int signal_number) {
  const int before = errno;
  if (signal_number != SIGCHLD) stop_requested = 1;
  // A full pipe is readable already: what counts is that it is not empty.
  const char byte = 0;
  [[maybe_unused]] const ssize_t written = ::write(wake_ends[1], &byte, 1);
  errno = before;
}

extern "C" void on_watchdog(int) {
  const char* words = watchdog_words;
  std::size_t left = watchdog_length;
  while (left > 0) {
    const ssize_t written = ::write(STDOUT_FILENO, words, left);
    if (written <= 0) break;
    words += written;
    left -= static_cast<std::size_t>(written);
  }
  ::_exit(watchdog_status);
}

void handle(int signal_number, void (*handler)(int), int flags) {
  struct sigaction action{};
  action.sa_handler = handler;
  action.sa_flags = flags;
  ::sigfillset(&action.sa_mask);
  ::sigaction(signal_number, &action, nullptr);
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

bool interrupted() { return stop_requested != 0; }

void arm_watchdog(unsigned seconds, const char* last_words, int status) {
  ::alarm(0);
  if (seconds == 0) return;
  watchdog_words = last_words;
  watchdog_length = last_words == nullptr ? 0 : std::strlen(last_words);
  watchdog_status = status;
  handle(SIGALRM, on_watchdog, 0);
  sigset_t alarm_only;
  ::sigemptyset(&alarm_only);
  ::sigaddset(&alarm_only, SIGALRM);
  ::sigprocmask(SIG_UNBLOCK, &alarm_only, nullptr);
  ::alarm(seconds);
}

}  // namespace hanfs::sys
