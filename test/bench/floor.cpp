// SPDX-License-Identifier: Apache-2.0
// The floor: the least that starting these commands can cost. Shares no code with helpers/. Linux and glibc are enough.
//
//   hanfs_floor replay JOBS FILE           starts the commands of FILE, at most JOBS side by side, with this
//   environment,
//                                          everything from and to /dev/null; FILE: for each command the number of its
//                                          words, then the words, each ended by a NUL byte
//   hanfs_floor startup ROUNDS A... -- B... starts the two programs in turn; prints wall (microseconds) of each start:
//                                          one line a round, "A B"
#include <fcntl.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

extern char** environ;

namespace {

using Argv = std::vector<char*>;

[[noreturn]] void die(const std::string& what) {
  std::fprintf(stderr, "hanfs_floor: %s: %s\n", what.c_str(), std::strerror(errno));
  std::exit(2);
}

// The words point into the text, which therefore must stay.
std::vector<Argv> commands_in(std::string& text) {
  std::vector<Argv> commands;
  char* at = text.data();
  char* const end = at + text.size();
  const auto word = [&] {
    char* const begin = at;
    at += std::strlen(at) + 1;
    return begin;
  };
  while (at < end) {
    Argv argv;
    for (long left = std::atol(word()); left > 0 && at < end; --left) argv.push_back(word());
    argv.push_back(nullptr);
    commands.push_back(std::move(argv));
  }
  return commands;
}

class Spawner {
 public:
  Spawner() {
    ::posix_spawn_file_actions_init(&actions_);
    ::posix_spawn_file_actions_addopen(&actions_, 0, "/dev/null", O_RDONLY, 0);
    ::posix_spawn_file_actions_addopen(&actions_, 1, "/dev/null", O_WRONLY, 0);
    ::posix_spawn_file_actions_adddup2(&actions_, 1, 2);
  }
  ~Spawner() { ::posix_spawn_file_actions_destroy(&actions_); }
  Spawner(const Spawner&) = delete;
  Spawner& operator=(const Spawner&) = delete;

  void start(const Argv& argv) {
    pid_t pid = 0;
    const int error = ::posix_spawn(&pid, argv.front(), &actions_, nullptr, argv.data(), environ);
    if (error != 0) {
      errno = error;
      die(argv.front());
    }
  }

 private:
  posix_spawn_file_actions_t actions_{};
};

int replay(unsigned long jobs, const char* file) {
  std::ifstream stream(file, std::ios::binary);
  std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream || text.empty()) die(file);
  const std::vector<Argv> commands = commands_in(text);
  Spawner spawner;
  std::size_t started = 0, ended = 0;
  while (ended < commands.size()) {
    while (started < commands.size() && started - ended < jobs) spawner.start(commands[started++]);
    if (::waitpid(-1, nullptr, 0) > 0) ++ended;
  }
  return 0;
}

double start_once(Spawner& spawner, const Argv& argv) {
  const auto begin = std::chrono::steady_clock::now();
  spawner.start(argv);
  ::waitpid(-1, nullptr, 0);
  return std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - begin).count();
}

int startup(long rounds, Argv a, Argv b) {
  Spawner spawner;
  for (long i = -10; i < rounds; ++i) {  // the first ones warm the caches
    double of_a = 0;
    if (i % 2 == 0) of_a = start_once(spawner, a);
    const double of_b = start_once(spawner, b);
    if (i % 2 != 0) of_a = start_once(spawner, a);
    if (i >= 0) std::printf("%.1f %.1f\n", of_a, of_b);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string mode = argc > 3 ? argv[1] : "";
  if (mode == "replay") return replay(std::strtoul(argv[2], nullptr, 10), argv[3]);
  char** const end = argv + argc;
  char** const split = std::find_if(argv, end, [](const char* word) { return std::strcmp(word, "--") == 0; });
  if (mode == "startup" && split - argv > 3 && end - split > 1) {
    Argv a(argv + 3, split), b(split + 1, end);
    a.push_back(nullptr);
    b.push_back(nullptr);
    return startup(std::atol(argv[2]), std::move(a), std::move(b));
  }
  std::fprintf(stderr, "hanfs_floor: replay JOBS FILE | startup ROUNDS A... -- B...\n");
  return 2;
}
