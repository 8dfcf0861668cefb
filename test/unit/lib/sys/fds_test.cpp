// SPDX-License-Identifier: Apache-2.0
// In child processes: descriptors belong to a whole process.
#include "sys/fds.hpp"

#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "support/child.hpp"

namespace hanfs::sys {
namespace {

using test::holds_in_child;

bool is_open(int fd) { return ::fcntl(fd, F_GETFD) != -1; }
bool is_closed_on_exec(int fd) { return (::fcntl(fd, F_GETFD) & FD_CLOEXEC) != 0; }
bool blocks(int fd) { return (::fcntl(fd, F_GETFL) & O_NONBLOCK) == 0; }

TEST_CASE("descriptors: the standard ones are there, and stay what they are") {
  CHECK(holds_in_child([] {
    const int next = ::dup(0);
    ::close(next);
    for (int fd = 0; fd < 3; ++fd) ::close(fd);
    fill_standard_descriptors();
    return is_open(0) && is_open(1) && is_open(2) && !is_open(next);
  }));
  CHECK(holds_in_child([] {
    ::close(1);
    int ends[2];
    if (::pipe(ends) != 0 || ends[0] != 1) return false;  // 1 is the pipe now
    fill_standard_descriptors();
    char byte = 0;
    return ::write(ends[1], "x", 1) == 1 && ::read(1, &byte, 1) == 1 && byte == 'x';
  }));
}

TEST_CASE("descriptors: own ones are above the standard ones and closed on exec") {
  CHECK(holds_in_child([] {
    for (int fd = 0; fd < 3; ++fd) ::close(fd);
    const int null_fd = open_null();
    int ends[2];
    int wake[2];
    if (!open_pipe(ends) || !open_wake_pipe(wake)) return false;
    for (const int fd : {null_fd, ends[0], ends[1], wake[0], wake[1]})
      if (fd < 3 || !is_closed_on_exec(fd)) return false;
    return !blocks(ends[0]) && blocks(ends[1]) && !blocks(wake[0]) && !blocks(wake[1]);
  }));
  CHECK(holds_in_child([] {
    const int fd = open_cloexec("/dev/null", O_RDONLY);
    const int folder = open_cloexec("/dev", O_RDONLY);
    const int inside = openat_cloexec(folder, "null", O_RDONLY);
    return is_closed_on_exec(fd) && is_closed_on_exec(inside) && openat_cloexec(folder, "no-such", O_RDONLY) == -1;
  }));
}

TEST_CASE(
    "descriptors: inherited ones are closed on exec, also where the limit is low, and the standard ones are not") {
  for (const rlim_t limit : {rlim_t{64}, rlim_t{1000}}) {
    CHECK(holds_in_child([&] {
      const int low = ::open("/dev/null", O_RDONLY);
      const int high = ::fcntl(low, F_DUPFD, 900);
      struct rlimit lowered{limit, limit};
      if (high < 900 || ::setrlimit(RLIMIT_NOFILE, &lowered) != 0) return false;
      close_inherited_on_exec();
      return is_closed_on_exec(low) && is_closed_on_exec(high) && is_open(0) && !is_closed_on_exec(0) &&
             !is_closed_on_exec(2);
    }));
  }
}

TEST_CASE("descriptors: writing all of it, or an error") {
  int ends[2];
  REQUIRE(open_pipe(ends));
  CHECK(write_all(ends[1], "four"));
  char block[8];
  CHECK(read_some(ends[0], block, sizeof block) == 4);
  ::close(ends[1]);
  CHECK(read_some(ends[0], block, sizeof block) == 0);
  ::close(ends[0]);
  CHECK_FALSE(write_all(-1, "x"));
  CHECK(read_some(-1, block, sizeof block) == -1);
}

}  // namespace
}  // namespace hanfs::sys
