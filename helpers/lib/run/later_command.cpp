// SPDX-License-Identifier: Apache-2.0
#include "run/later_command.hpp"

#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <csignal>

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

int LaterCommand::start(const std::vector<std::string>& argv, std::chrono::seconds time) {
  // All of this is made before the fork.
  std::vector<std::string> words = argv;
  std::vector<char*> pointers;
  for (std::string& word : words) pointers.push_back(word.data());
  pointers.push_back(nullptr);
  char* const* const environment = fixed_environment();
  const int null_fd = sys::open_null();
  if (null_fd == -1) return errno;
  const pid_t child = ::fork();
  if (child == -1) {
    const int error = errno;
    ::close(null_fd);
    return error;
  }
  if (child == 0) {
    ::setsid();
    for (const int number : {SIGHUP, SIGINT, SIGTERM, SIGPIPE}) std::signal(number, SIG_IGN);
    std::signal(SIGCHLD, SIG_DFL);
    std::signal(SIGALRM, SIG_DFL);
    ::alarm(0);
    // Whoever waits for the end of our output must not wait for this process.
    for (int fd = 0; fd < 3; ++fd) ::dup2(null_fd, fd);
    for (int fd = 3; fd < 256; ++fd) ::close(fd);
    sleep_for(time);
    for (int i = 0; i < tries && !run_in_child(pointers.data(), environment); ++i) sleep_for(pause_between_tries);
    ::_exit(0);
  }
  ::close(null_fd);
  pid_ = child;
  return 0;
}

void LaterCommand::cancel() {
  if (pid_ <= 0) return;
  ::kill(pid_, SIGKILL);
  ::waitpid(pid_, nullptr, 0);  // it can hang nowhere: it only sleeps
  pid_ = -1;
}

}  // namespace hanfs::run
