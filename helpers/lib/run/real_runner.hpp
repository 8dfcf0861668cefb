// SPDX-License-Identifier: Apache-2.0
// Starts real processes. No shell, stdin from /dev/null, a clean environment, an own process group, a deadline and
// bounded output; the recipe is lib/run/README.md "The recipe": Boost.Process starts, we watch.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "run/runner.hpp"

namespace hanfs::run {

// What the environment of every child begins with (helpers/README.md "Commands"); a null pointer at its end.
char* const* fixed_environment();

class RealRunner : public Runner {
 public:
  struct Options {
    std::string sysroot;  // put in front of argv[0]; empty: the real machine
    // How many children may run side by side, at least 1; fewer where the limit of descriptors allows no more. Late
    // ones do not count.
    unsigned jobs = 4;
    // Asked whenever the runner wakes up: true stops starting and ends what runs (never_kill commands
    // excepted: these are waited for, see Command::after_signal).
    std::function<bool()> interrupted;
    // A descriptor that becomes readable when `interrupted` or a SIGCHLD may have changed, or -1. See sys/signals.hpp.
    int wake_fd = -1;
    // A descriptor that each child inherits besides 0 to 2, or -1; asked at every start. See sys/orphaned_commands.hpp.
    std::function<int()> kept_fd;
    // Called several times a second while children run; must not block.
    std::function<void()> while_waiting;
    // "NAME=value", besides what every child gets.
    std::vector<std::string> more_environment;
  };

  explicit RealRunner(Options options);
  ~RealRunner() override;

  // One at a time: not from within its own callbacks. When a callback throws, nothing more is started and what runs
  // is ended as if interrupted; the exception goes no further.
  void run(const Next& next, const Finished& finished) override;
  void wait_for_late() override;

 private:
  struct SharedResources;  // what outlives one run: /dev/null, shared memory, late children, processes that were
                           // abandoned

  void loop(const Next& next, const Finished& finished, bool wait_for_late);

  Options options_;
  std::unique_ptr<SharedResources> kept_;
};

}  // namespace hanfs::run
