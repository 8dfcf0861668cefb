// SPDX-License-Identifier: Apache-2.0
// What setuphanfs asks a server, and how long each question may take.
#include "setuphanfs/observe.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <string>
#include <vector>

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

const std::vector<std::string> ask_exportfs{"/usr/sbin/exportfs"};
const std::vector<std::string> ask_lssrc{"/usr/bin/lssrc", "-g", "nfs"};

app::Sources no_commands(run::Runner& runner, const char* xtab) {
  const auto file = [=](const std::string& path) -> Result<std::optional<std::string>> {
    if (path == "/etc/xtab" && xtab != nullptr) return std::optional<std::string>(xtab);
    if (path == "/etc/exports") return Error{"/etc/exports: Permission denied"};
    if (path == "/etc/hosts") return Error{"/etc/hosts: Permission denied"};
    return std::optional<std::string>{};
  };
  return {runner, file, [] { return milliseconds(1); }, false};
}

TEST_CASE("a list of exports that is cut, unreadable or refused is not seen; none at all is seen") {
  struct Case {
    int status;
    const char* out;
    const char* err;
    const char* why;  // nullptr: it is seen
    std::size_t rows;
  };
  for (const Case& c : {Case{0, "/home -ro\n", "", nullptr, 1},
                        {0, "", "", nullptr, 0},
                        {0, "/home -ro\n/da", "", "exportfs: its output ends in the middle of a line", 0},
                        {1, "", "exportfs: nothing exported\n", nullptr, 0},
                        {1, "/home -ro\n", "exportfs: nothing exported\n", "exportfs: exit status 1", 0},
                        {1, "", "exportfs: refused\n", "exportfs: exit status 1", 0},
                        {0, "/home -ro\n\"unclosed\n", "", "exportfs: line 2", 1}}) {
    CAPTURE(c.out);
    CAPTURE(c.err);
    run::Outcome outcome;
    outcome.end = run::Outcome::End::exited;
    outcome.status = c.status;
    outcome.out = c.out;
    outcome.err = c.err;
    ObservedState observed;
    take(observed, ask_exportfs, outcome, false);
    CHECK(observed.exported.size() == c.rows);
    REQUIRE(observed.unobserved.size() == (c.why == nullptr ? 0U : 1U));
    if (c.why != nullptr) CHECK(observed.unobserved[0].what.find(c.why) == 0);
  }
  run::Outcome cut;
  cut.end = run::Outcome::End::exited;
  cut.out = "/home -ro";
  ObservedState captured;  // a capture may have lost its last newline
  take(captured, ask_exportfs, cut, true);
  CHECK(captured.exported.size() == 1);
  cut.out = "/home -ro\n";
  cut.out_dropped = 1;
  ObservedState dropped;
  take(dropped, ask_exportfs, cut, true);
  CHECK(dropped.unobserved.at(0).what.find("more output than can be read") != std::string::npos);
}

TEST_CASE("daemons are seen where all that are needed are listed") {
  run::Outcome outcome;
  outcome.end = run::Outcome::End::exited;
  outcome.out =
      "Subsystem         Group            PID          Status \n nfsd             nfs              1     active \n"
      " rpc.mountd       nfs              2     active \n";
  ObservedState observed;
  take(observed, ask_lssrc, outcome, false);
  REQUIRE(observed.unobserved.size() == 1);
  CHECK(observed.unobserved[0].what == "lssrc -g nfs: it does not list nfsrgyd");
  outcome.out += " nfsrgyd          nfs                    inoperative\n";
  ObservedState all;
  take(all, ask_lssrc, outcome, false);
  CHECK(all.unobserved.empty());
}

TEST_CASE("a partner counts as asked only where the command is there, and answers with a list") {
  const auto partner_of = [](run::Outcome::End end, const std::string& out, std::size_t count) {
    run::Outcome outcome;
    outcome.end = end;
    outcome.out = out;
    ObservedState observed;
    take(observed, {"/usr/sbin/showmount", "-e", "10.0.0.2"}, outcome, false);
    REQUIRE(observed.partners.size() == count);
    CHECK(observed.info.size() == 1 - count);
    return count == 0 ? Partner{} : observed.partners[0];
  };
  using End = run::Outcome::End;
  partner_of(End::not_started, "", 0);
  CHECK(partner_of(End::exited, "export list for 10.0.0.2:\n/home (everyone)\n", 1).exports ==
        std::vector<std::string>{"/home"});
  CHECK(partner_of(End::exited, "rubbish\n", 1).problem == "its answer is no list of exports");
  CHECK_FALSE(partner_of(End::timed_out, "", 1).problem.empty());
}

TEST_CASE("what cannot be read is unseen where it decides, and is told where it does not") {
  Clockwork runner;
  ObservedState observed;
  observed.exported = aix::parse_exports("/home -ro\n").rows;
  read_files(observed, no_commands(runner, nullptr));
  REQUIRE(observed.unobserved.size() == 1);
  CHECK(observed.unobserved[0].command == "/etc/exports");
  CHECK(observed.info == std::vector<std::string>{"/etc/hosts: Permission denied"});
}

TEST_CASE("the table of exports takes the place of an exportfs that gave no answer, where it can be read whole") {
  Clockwork runner;
  ObservedState blind;
  blind.unobserved = {{"exportfs", "exportfs", "silent"}, {"lssrc", "lssrc -g nfs", "silent"}};
  for (const char* xtab : {static_cast<const char*>(nullptr), "/home -ro", "/home -ro\n\"unclosed\n"}) {
    ObservedState observed = blind;
    CHECK_FALSE(read_xtab_instead(observed, no_commands(runner, xtab)));
    CHECK(observed.unobserved.size() == 2);
    CHECK(observed.exported.empty());
  }
  ObservedState observed = blind;
  CHECK(read_xtab_instead(observed, no_commands(runner, "/home -ro\n")));
  CHECK(observed.exported.size() == 1);
  REQUIRE(observed.unobserved.size() == 1);
  CHECK(observed.unobserved[0].command == "lssrc");
  // exportfs has answered: it counts.
  CHECK_FALSE(read_xtab_instead(observed, no_commands(runner, "/data -ro\n")));
  CHECK(observed.exported[0].directory == "/home");
}

TEST_CASE("an exportfs that says something else than its table is not believed") {
  class Exportfs : public run::Runner {
   public:
    void run(const Next& next, const Finished& finished) override {
      while (auto job = next()) {
        run::Outcome outcome;
        if (job->command.argv == ask_exportfs) {
          outcome.end = run::Outcome::End::exited;
          outcome.out = "/home -ro\n";
        }
        finished(*job, outcome);
      }
    }
  } runner;
  const auto is_believed = [&](const char* xtab) {
    return !is_unobserved(observe_again(no_commands(runner, xtab), {}), "exportfs");
  };
  CHECK(is_believed(nullptr));
  CHECK(is_believed("/home -ro\n"));
  CHECK_FALSE(is_believed("/home -ro\n/data -ro\n"));
  CHECK_FALSE(is_believed(""));
}

TEST_CASE("who does not serve is named with why, each in its turn") {
  const std::vector<Partner> silent{{"10.0.0.2", "timed out", false, {}}, {"10.0.0.3", "refused", false, {}}};
  CHECK(text_of(silent) == "10.0.0.2 (timed out), 10.0.0.3 (refused)");
  CHECK_FALSE(any_answers(silent));
  CHECK_FALSE(any_answers({}));
  CHECK(any_answers({silent[0], {"10.0.0.4", "", false, {}}}));
  CHECK(no_partner_text({}) == "no other server was seen serving: so nobody would serve the nodes");
  CHECK(no_partner_text({silent[0]}) ==
        "no other server was seen serving: 10.0.0.2 (timed out), so nobody would serve the nodes");
}

}  // namespace
}  // namespace hanfs::server
