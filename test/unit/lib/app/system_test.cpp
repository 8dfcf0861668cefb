// SPDX-License-Identifier: Apache-2.0
// The real machine, as far as looking at it changes nothing here.
#include "app/system.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdlib>
#include <functional>
#include <string>

#include "sys/fds.hpp"

namespace hanfs::app {
namespace {

// What `work` writes to a descriptor.
std::string written_to(int fd, const std::function<void()>& work) {
  int ends[2];
  REQUIRE(sys::open_pipe(ends));
  const int kept = ::dup(fd);
  ::dup2(ends[1], fd);
  ::close(ends[1]);
  work();
  ::dup2(kept, fd);
  ::close(kept);
  std::string text;
  char block[256];
  for (ssize_t n; (n = sys::read_some(ends[0], block, sizeof block)) > 0;)
    text.append(block, static_cast<std::size_t>(n));
  ::close(ends[0]);
  return text;
}

TEST_CASE("the real machine: the node's name is one word of the verdict line") {
  RealSystem system;
  for (const char* const name : {"cn017", "cn-1", "cn.1", "cn_1", "CN9"}) {
    REQUIRE(::setenv("NODE", name, 1) == 0);
    CHECK(system.node_name() == name);
    CHECK(system.environment("NODE") == name);
  }
  for (const char* const name : {"cn 1", "cn=1", "cn\n", "cn/1", "\xc3\xa4"}) {
    REQUIRE(::setenv("NODE", name, 1) == 0);
    CHECK(system.node_name() == "unknown");
  }
  REQUIRE(::unsetenv("NODE") == 0);
  CHECK(system.environment("NODE").empty());
  char host[256] = {};
  REQUIRE(::gethostname(host, sizeof host - 1) == 0);
  const std::string short_name = std::string(host).substr(0, std::string(host).find('.'));
  CHECK(system.node_name() == short_name);
  CHECK(system.process_id() == ::getpid());
}

TEST_CASE("the real machine: what is printed goes where it belongs") {
  RealSystem system;
  CHECK(written_to(STDOUT_FILENO, [&] {
          CHECK(system.print("one\n"));
          system.print_unless_blocked("two\n", false);
        }) == "one\ntwo\n");
  CHECK(written_to(STDERR_FILENO, [&] {
          CHECK(system.print_error("one\n"));
          system.print_unless_blocked("two\n", true);
          CHECK_FALSE(system.errors_go_to_terminal());
          system.show_progress("50 %");  // there is no terminal
        }) == "one\ntwo\n");
  // A pipe that is full is not waited for.
  CHECK(written_to(STDOUT_FILENO, [&] {
          const int flags = ::fcntl(STDOUT_FILENO, F_GETFL);
          ::fcntl(STDOUT_FILENO, F_SETFL, flags | O_NONBLOCK);
          const std::string block(4096, 'x');
          while (::write(STDOUT_FILENO, block.data(), block.size()) > 0) continue;
          ::fcntl(STDOUT_FILENO, F_SETFL, flags);
          system.print_unless_blocked("two\n", false);
        }).find("two") == std::string::npos);
}

TEST_CASE("the real machine: its runners start what they are given, and keep the command of an earlier run in mind") {
  RealSystem system;
  RunnerOptions options;
  options.jobs = 1;
  options.more_environment = {"NAME=a"};
  options.sysroot = "/usr";
  run::Command command;
  command.argv = {"/bin/env"};
  const run::Outcome outcome = run::run_one(*system.make_runner(options), command);
  CHECK(outcome.ok());
  CHECK(outcome.out.find("NAME=a\n") != std::string::npos);
  CHECK_FALSE(system.has_orphaned_commands("/no/such/fifo"));
}

}  // namespace
}  // namespace hanfs::app
