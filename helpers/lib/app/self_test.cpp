// SPDX-License-Identifier: Apache-2.0
#include "app/self_test.hpp"

#include <stdexcept>

#include "report/verdict.hpp"
#include "run/command.hpp"

namespace hanfs::app {

int self_test(System& system, const std::string& tool) {
  try {
    throw std::runtime_error("self-test");
  } catch (const std::exception&) {
    // The point of the test: on AIX a binary with a static libstdc++ may abort here instead (lib/xcat/README.md
    // "Programs built for AIX").
  }
  run::Command command;
  command.argv = {"/usr/bin/true"};
  command.deadline = std::chrono::milliseconds(5000);
  const std::string problem = run::failure(run::run_one(*system.make_runner({}), command));
  const bool printed = system.print(
      tool + " " HANFS_VERSION " self-test: " + (problem.empty() ? "ok" : "cannot start a child: " + problem) + "\n");
  return problem.empty() && printed ? report::exit_ok : report::exit_not_as_wanted;
}

}  // namespace hanfs::app
