// SPDX-License-Identifier: Apache-2.0
#include "sys/orphaned_commands.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <cstdlib>
#include <string>
#include <utility>

#include "run/command.hpp"
#include "run/real_runner.hpp"
#include "sys/file.hpp"

namespace hanfs::sys {
namespace {

class Folder {
 public:
  Folder() {
    char path[] = "/tmp/hanfs-survivors-XXXXXX";
    path_ = ::mkdtemp(path);
  }
  ~Folder() {
    ::unlink(fifo().c_str());
    ::rmdir(path_.c_str());
  }
  Folder(const Folder&) = delete;
  Folder& operator=(const Folder&) = delete;
  std::string fifo() const { return path_ + "/at-work"; }

 private:
  std::string path_;
};

TEST_CASE("a child that outlives the run is seen until it ends, however it ends") {
  const Folder folder;
  CHECK_FALSE(OrphanedCommands(folder.fifo()).any());  // there is no FIFO yet
  int go[2];
  REQUIRE(::pipe(go) == 0);
  const pid_t child = ::fork();
  if (child == 0) {  // a run that is killed: nothing but the descriptor stays
    OrphanedCommands ours(folder.fifo());
    ours.watch_ours();
    ::close(go[0]);
    if (::write(go[1], "x", 1) != 1) ::_exit(1);
    for (;;) ::pause();
  }
  char byte = 0;
  REQUIRE(::read(go[0], &byte, 1) == 1);
  CHECK(OrphanedCommands(folder.fifo()).any());
  ::kill(child, SIGKILL);
  ::waitpid(child, nullptr, 0);
  CHECK_FALSE(OrphanedCommands(folder.fifo()).any());
  ::close(go[0]);
  ::close(go[1]);
}

TEST_CASE("what stands there and is no FIFO is never a survivor") {
  const Folder folder;
  REQUIRE(static_cast<bool>(write_atomically(folder.fifo(), "text")));
  OrphanedCommands ours(folder.fifo());
  CHECK_FALSE(ours.any());
  ours.watch_ours();
  CHECK(ours.fd() == -1);
}

TEST_CASE("the runner gives it to its children, and only then") {
  const Folder folder;
  OrphanedCommands ours(folder.fifo());
  ours.watch_ours();
  REQUIRE(ours.fd() != -1);
  const std::string own = "/proc/self/fd/" + std::to_string(ours.fd());
  for (const bool keeps : {true, false}) {
    run::RealRunner::Options options;
    if (keeps) options.kept_fd = [&] { return ours.fd(); };
    run::RealRunner runner(std::move(options));
    run::Command command;
    command.argv = {"/usr/bin/test", "-e", own};
    CHECK(run::run_one(runner, command).ok() == keeps);
  }
}

}  // namespace
}  // namespace hanfs::sys
