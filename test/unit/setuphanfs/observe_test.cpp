// SPDX-License-Identifier: Apache-2.0
// What setuphanfs asks a server, and how long each question may take.
#include "setuphanfs/observe.hpp"

#include <doctest/doctest.h>

#include <algorithm>
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
  CHECK(deadlines.at("rpcinfo -t 10.0.0.2 100003") == milliseconds(5000));
  CHECK(deadlines.at("lssrc -g nfs") == milliseconds(60000));
  CHECK(deadlines_with(milliseconds(1000)).at("showmount -e 10.0.0.2") == milliseconds(1000));
}

TEST_CASE("what is not asked again is not seen the second time either") {
  Clockwork runner;
  const auto no_file = [](const std::string&) { return Result<std::optional<std::string>>(std::nullopt); };
  ObservedState seen;
  for (const char* words : {"mount", "ifconfig -a", "lssrc -g nfs"})
    seen.unobserved.push_back({std::string(words).substr(0, std::string(words).find(' ')), words, "cut"});
  const ObservedState again = observe_again({runner, no_file, [] { return milliseconds(1); }, false}, seen);
  CHECK(std::count_if(again.unobserved.begin(), again.unobserved.end(),
                      [](const app::Unobserved& item) { return item.what == "cut"; }) == 2);
  CHECK(runner.deadlines.count("mount") == 0);
}

// A partner whose rpc.mountd answers, and rpcinfo's answer.
Partner partner_with(run::Outcome of_rpcinfo) {
  ObservedState observed;
  run::Outcome of_showmount;
  of_showmount.end = run::Outcome::End::exited;
  of_showmount.out = "no exported file systems for 10.0.0.2\n";
  take(observed, {"/usr/sbin/showmount", "-e", "10.0.0.2"}, of_showmount, false);
  take(observed, {"/usr/bin/rpcinfo", "-t", "10.0.0.2", "100003"}, of_rpcinfo, false);
  REQUIRE(observed.partners.size() == 1);
  return observed.partners.front();
}

TEST_CASE("rpc.mountd answers: is nfsd there? Only a call that failed, or that nobody answered, says no") {
  using End = run::Outcome::End;
  const auto serves = [](End end, int status, const std::string& out, const std::string& err = "") {
    run::Outcome outcome;
    outcome.end = end;
    outcome.status = status;
    outcome.out = out;
    outcome.err = err;
    const Partner partner = partner_with(outcome);
    CHECK(partner.problem.empty() != partner.nfs_is_dead);
    return partner.problem.empty();
  };
  CHECK(serves(End::exited, 0, "program 100003 version 4 ready and waiting\n"));
  CHECK(serves(End::exited, 1,
               "program 100003 version 3 ready and waiting\nprogram 100003 version 4 is not available\n"));
  CHECK(serves(End::exited, 0, "words that nobody has seen\n"));
  CHECK(serves(End::not_started, 0, ""));
  CHECK_FALSE(serves(End::exited, 1, "", "program 100003 is not available\n"));
  CHECK_FALSE(serves(End::timed_out, 0, ""));
}

}  // namespace
}  // namespace hanfs::server
