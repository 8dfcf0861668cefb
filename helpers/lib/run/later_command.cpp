// SPDX-License-Identifier: Apache-2.0
#include "run/later_command.hpp"

#include <fcntl.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>
#include <utility>

#include "run/real_runner.hpp"
#include "sys/clock.hpp"
#include "sys/fds.hpp"

namespace hanfs::run {
namespace {

constexpr int tries = 10;
constexpr std::chrono::seconds pause_between_tries{10};

void sleep_for(std::chrono::seconds time) {
  sys::RealClock clock;
  const auto end = clock.now() + time;
  while (clock.now() < end)
    clock.sleep(std::chrono::duration_cast<std::chrono::milliseconds>(end - clock.now()) +
                std::chrono::milliseconds(1));
}

// Until the time is over, or the last writer of the pipe is gone.
void wait_for_end(int pipe, std::chrono::seconds time) {
  sys::RealClock clock;
  const auto end = clock.now() + time;
  while (clock.now() < end) {
    const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(end - clock.now());
    pollfd wanted{pipe, POLLIN, 0};
    char byte = 0;
    if (::poll(&wanted, 1, static_cast<int>(left.count()) + 1) > 0 && sys::read_some(pipe, &byte, 1) == 0) return;
  }
}

// Whether it ended with 0.
bool run_in_child(char* const* argv, char* const* environment) {
  const pid_t child = ::fork();
  if (child == 0) {
    for (const int number : {SIGHUP, SIGINT, SIGTERM, SIGPIPE}) std::signal(number, SIG_DFL);
    ::execve(argv[0], argv, environment);
    ::_exit(127);
  }
  int status = 0;
  return child > 0 && ::waitpid(child, &status, 0) == child && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

}  // namespace

int LaterCommand::start(const std::vector<std::string>& argv, std::chrono::seconds time, std::chrono::seconds grace) {
  // All of this is made before the fork.
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  char* const* const environment = fixed_environment();
  const sys::Descriptor null_fd(sys::open_null());
  int ends[2] = {-1, -1};
  if (!null_fd || !sys::open_wake_pipe(ends)) return errno;
  const sys::Descriptor waits(ends[0]);
  sys::Descriptor alive(ends[1]);
  const pid_t child = ::fork();
  if (child == -1) return errno;
  if (child == 0) {
    ::setsid();
    for (const int number : {SIGHUP, SIGINT, SIGTERM, SIGPIPE}) std::signal(number, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);
    std::signal(SIGALRM, SIG_DFL);
    ::alarm(0);
    // Whoever waits for the end of our output must not wait for this process.
    for (int fd = 0; fd < 3; ++fd) ::dup2(null_fd.get(), fd);
    for (int fd = 3; fd < 256; ++fd)
      if (fd != waits.get()) ::close(fd);
    sleep_for(time);
    wait_for_end(waits.get(), grace);
    for (int i = 0; i < tries && !run_in_child(pointers.data(), environment); ++i) sleep_for(pause_between_tries);
    ::_exit(0);
  }
  pid_ = child;
  alive_ = std::move(alive);
  return 0;
}

void LaterCommand::cancel() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);  // it can hang nowhere: it only sleeps
  pid_ = -1;
  alive_ = sys::Descriptor();
}

}  // namespace hanfs::run
