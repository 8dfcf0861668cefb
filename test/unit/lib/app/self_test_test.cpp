// SPDX-License-Identifier: Apache-2.0
#include "app/self_test.hpp"

#include <doctest/doctest.h>

#include "support/simulated_system.hpp"

namespace app = hanfs::app;
namespace run = hanfs::run;
using hanfs::test::Answer;
using Words = std::vector<std::string>;

namespace {

Answer exits(int status) {
  Answer answer;
  answer.outcome.end = run::Outcome::End::exited;
  answer.outcome.status = status;
  return answer;
}

bool is_about(const Words& argv, const char* words) { return argv.back().find(words) != std::string::npos; }

// A machine on which everything is as it should be.
Answer good(const Words& argv) {
  Answer answer = exits(is_about(argv, "exit 7") ? 7 : 0);
  if (is_about(argv, "kill -9")) {
    answer.outcome.end = run::Outcome::End::signaled;
    answer.outcome.signal = 9;
  }
  return answer;
}

std::string said(const hanfs::test::Machine& machine, int status,
                 const std::function<std::string()>& of_program = nullptr) {
  hanfs::test::SimulatedSystem system(machine);
  CHECK(app::self_test(system, "tool", of_program) == status);
  return system.out;
}

// As `good`, but for the command that is about these words.
hanfs::test::Machine but(const char* words, const Answer& answer) {
  return [words, answer](const Words& argv) { return is_about(argv, words) ? answer : good(argv); };
}

bool holds(const std::string& text, const char* words) { return text.find(words) != std::string::npos; }

}  // namespace

TEST_CASE("a machine on which all is as it should be") {
  CHECK(said(good, 0) == "tool " HANFS_VERSION " self-test: ok\n");
  CHECK(said(good, 0, [] { return std::string(); }) == "tool " HANFS_VERSION " self-test: ok\n");
}

TEST_CASE("each thing that a machine does otherwise is said") {
  CHECK(holds(said(but("/usr/bin/true", exits(1)), 1), "cannot start a child: exit status 1"));
  CHECK(holds(said(but("exit 7", exits(0)), 1), "exit status 7 of a child comes as: exit status 0"));
  CHECK(holds(said(but("exit 7", exits(7 * 256)), 1), "exit status 7 of a child comes as: exit status 1792"));
  CHECK(holds(said(but("kill -9", exits(9)), 1), "signal 9 of a child comes as: exit status 9"));
  CHECK(holds(said(but("exit 4", exits(3)), 1), "does not inherit a descriptor"));
  CHECK(holds(said(but("exit 4", exits(4)), 1), "inherits a descriptor that is close-on-exec"));
  CHECK(holds(said(but("exit 4", exits(127)), 1), "cannot be looked at: exit status 127"));
  CHECK(holds(said(good, 1, [] { return std::string("digests differ"); }), "self-test: digests differ\n"));
}

TEST_CASE("all that is wrong stands in one line") {
  const auto machine = [](const Words& argv) { return is_about(argv, "exit") ? exits(3) : good(argv); };
  CHECK(holds(said(machine, 1), "exit status 3 after 0.10 s; a child does not inherit a descriptor\n"));
}
