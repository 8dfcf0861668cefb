// SPDX-License-Identifier: Apache-2.0
// What setuphanfs asks a server, and how long each question may take.
#include "setuphanfs/observe.hpp"

#include <doctest/doctest.h>

#include <map>
#include <string>

#include "run/runner.hpp"

namespace hanfs::server {
namespace {

using std::chrono::milliseconds;

// Knows nothing, and how long everything may take.
class Clockwork : public run::Runner {
 public:
  void run(const Next& next, const Finished& finished) override {
    while (auto job = next()) {
      deadlines[run::command_text(job->command.argv)] = job->command.deadline;
      run::Outcome outcome;
      outcome.end = run::Outcome::End::timed_out;
      finished(*job, outcome);
    }
  }

  std::map<std::string, milliseconds> deadlines;
};

std::map<std::string, milliseconds> deadlines_with(milliseconds for_command) {
  Clockwork runner;
  const auto no_file = [](const std::string&) { return Result<std::optional<std::string>>(std::nullopt); };
  const auto partners = [](const ObservedState&) { return std::vector<std::string>{"10.0.0.2"}; };
  const ObservedState observed = observe({runner, no_file, [=] { return for_command; }, false}, "sn1", partners);
  CHECK(observed.partners.size() == 1);
  CHECK_FALSE(observed.partners.front().problem.empty());
  CHECK(is_unobserved(observed, "exportfs"));
  CHECK(is_unobserved(observed, "lssrc"));
  return runner.deadlines;
}

TEST_CASE("a partner that is down costs five seconds at most, however long commands may take") {
  auto deadlines = deadlines_with(milliseconds(60000));
  CHECK(deadlines.at("showmount -e 10.0.0.2") == milliseconds(5000));
  CHECK(deadlines.at("lssrc -g nfs") == milliseconds(60000));
  CHECK(deadlines_with(milliseconds(1000)).at("showmount -e 10.0.0.2") == milliseconds(1000));
}

}  // namespace
}  // namespace hanfs::server
