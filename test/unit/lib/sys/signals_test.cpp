// SPDX-License-Identifier: Apache-2.0
// In child processes: signals belong to a whole process.
#include "sys/signals.hpp"

#include <doctest/doctest.h>
#include <poll.h>
#include <signal.h>
#include <unistd.h>

#include <string>

#include "run/real_runner.hpp"
#include "support/child.hpp"
#include "support/place.hpp"
#include "sys/fds.hpp"

namespace hanfs::sys {
namespace {

using test::status_of_child;

bool is_readable(int fd) {
  pollfd entry{fd, POLLIN, 0};
  return ::poll(&entry, 1, 0) == 1;
}

TEST_CASE("signals: those that stop a run are counted, and wake whoever polls") {
  for (const int number : {SIGTERM, SIGINT, SIGHUP}) {
    CHECK(status_of_child([&] {
            for (const int each : {SIGINT, SIGHUP}) ::signal(each, SIG_DFL);
            if (wake_fd() != -1) return 2;
            install_signals();
            if (interrupted() || signals_received() != 0 || is_readable(wake_fd())) return 3;
            ::raise(number);
            if (!interrupted() || signals_received() != 1 || !is_readable(wake_fd())) return 4;
            ::raise(number);
            return signals_received() == 2 ? 0 : 5;
          }) == 0);
  }
}

TEST_CASE("signals: the end of a child wakes, and stops nothing; what nobody may hear is put right") {
  CHECK(status_of_child([] {
          sigset_t blocked;
          ::sigfillset(&blocked);
          ::sigprocmask(SIG_SETMASK, &blocked, nullptr);
          ::signal(SIGCHLD, SIG_IGN);
          install_signals();
          ::raise(SIGCHLD);
          if (!is_readable(wake_fd()) || interrupted() || signals_received() != 0) return 2;
          ::raise(SIGPIPE);
          ::raise(SIGXFSZ);
          return 0;
        }) == 0);
}

TEST_CASE("signals: what nohup has ignored stays ignored") {
  CHECK(status_of_child([] {
          ::signal(SIGHUP, SIG_IGN);
          ::signal(SIGINT, SIG_IGN);
          install_signals();
          let_signals_break_writes();
          ::raise(SIGHUP);
          ::raise(SIGINT);
          if (interrupted()) return 2;
          ::raise(SIGTERM);
          return interrupted() ? 0 : 3;
        }) == 0);
}

TEST_CASE("signals: the watchdog starts what is owed, says the last words and ends the process") {
  const test::Place file;
  int ends[2];
  REQUIRE(open_pipe(ends));
  CHECK(status_of_child([&] {
          ::dup2(ends[1], STDOUT_FILENO);
          install_signals();
          if (watchdog_time_left() != 0) return 2;
          std::string touch = "/usr/bin/touch";
          std::string path = file.path;
          char* const owed[] = {touch.data(), path.data(), nullptr};
          LastResort last;
          last.words = "last words\n";
          last.status = 7;
          last.owed_command = owed;
          last.owed_environment = run::fixed_environment();
          set_last_resort(last);
          arm_watchdog(100);
          if (watchdog_time_left() < 99) return 3;
          arm_watchdog(1);
          for (;;) ::pause();
        }) == 7);
  CHECK(file.is_there());
  char block[64];
  const ssize_t count = read_some(ends[0], block, sizeof block);
  CHECK(std::string(block, count > 0 ? static_cast<std::size_t>(count) : 0) == "last words\n");
  ::close(ends[0]);
  ::close(ends[1]);
}

}  // namespace
}  // namespace hanfs::sys
