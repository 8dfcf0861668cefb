// SPDX-License-Identifier: Apache-2.0
#include "sys/output.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <signal.h>
#include <unistd.h>

#include <string>
#include <thread>

#include "sys/fds.hpp"

namespace hanfs::sys {
namespace {

TEST_CASE("output: all of it goes into a pipe that takes little at a time, blocking or not") {
  for (const int flags : {0, O_NONBLOCK}) {
    int ends[2];
    REQUIRE(open_pipe(ends));
    REQUIRE(::fcntl(ends[0], F_SETFL, 0) == 0);
    REQUIRE(::fcntl(ends[1], F_SETFL, flags) == 0);
    std::string text(200000, 'x');  // more than a pipe holds
    text[100000] = 'y';
    std::string read;
    std::thread reader([&] {
      char block[700];
      for (ssize_t n; (n = read_some(ends[0], block, sizeof block)) > 0;) read.append(block, static_cast<size_t>(n));
    });
    CHECK(write_patiently(ends[1], text));
    ::close(ends[1]);
    reader.join();
    ::close(ends[0]);
    CHECK(read == text);
  }
}

TEST_CASE("output: nobody reads it any more, or there is nothing to write to") {
  const auto before = ::signal(SIGPIPE, SIG_IGN);
  int ends[2];
  REQUIRE(open_pipe(ends));
  ::close(ends[0]);
  CHECK_FALSE(write_patiently(ends[1], "x"));
  ::close(ends[1]);
  CHECK(write_patiently(-1, ""));
  ::signal(SIGPIPE, before);
}

TEST_CASE("output: a line is written at once or not at all; a pipe is no terminal") {
  int ends[2];
  REQUIRE(open_wake_pipe(ends));
  write_if_ready(ends[1], "line\n");
  char block[16];
  CHECK(read_some(ends[0], block, sizeof block) == 5);
  CHECK(open_terminal(ends[1]) == -1);
  const std::string much(1 << 20, 'x');
  write_if_ready(ends[1], much);
  write_if_ready(ends[1], much);  // does not wait for anybody
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace hanfs::sys
