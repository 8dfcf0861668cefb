// SPDX-License-Identifier: Apache-2.0
#include "app/self_test.hpp"

#include <cstdio>
#include <stdexcept>

#include "report/verdict.hpp"
#include "run/real_runner.hpp"
#include "sys/signals.hpp"

namespace hanfs::app {

int self_test(const std::string& tool) {
  try {
    throw std::runtime_error("self-test");
  } catch (const std::exception&) {
    // The point of the test: on AIX a binary with a static libstdc++ may abort here instead (lib/xcat/README.md
    // "Programs built for AIX").
  }
  run::RealRunner::Options options;
  options.interrupted = sys::interrupted;
  options.wake_fd = sys::wake_fd();
  run::RealRunner runner(std::move(options));
  run::Command command;
  command.argv = {"/usr/bin/true"};
  command.deadline = std::chrono::milliseconds(5000);
  const std::string problem = run::failure(run::run_one(runner, command));
  std::printf("%s %s self-test: %s\n", tool.c_str(), HANFS_VERSION,
              problem.empty() ? "ok" : ("cannot start a child: " + problem).c_str());
  return problem.empty() ? report::exit_ok : report::exit_not_as_wanted;
}

}  // namespace hanfs::app
