// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/apply.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <boost/filesystem.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "lib/run/fake_runner.hpp"
#include "sys/file.hpp"

namespace hanfs::cluster {

using hanfs::test::exited;
using hanfs::test::FakeRunner;
using State = HostResult::State;

namespace {

namespace fs = boost::filesystem;

struct Folder {
  Folder() : path(fs::temp_directory_path() / fs::unique_path("mn-apply-%%%%%%%%")) { fs::create_directories(path); }
  ~Folder() {
    boost::system::error_code ignored;
    fs::remove_all(path, ignored);
  }
  std::string journal() const { return (path / "journal").string(); }
  fs::path path;
};

// Plays pdsh: what each host says; nothing said means a verdict "changed".
struct Site {
  Site() : runner([this](const std::string& argv) { return play(argv); }) {}

  hanfs::run::Outcome play(const std::string& argv) {
    std::istringstream text(argv);
    std::string word, hosts, tool;
    while (text >> word) {
      if (word == "-w") text >> hosts >> tool;
    }
    calls.push_back(hosts);
    std::string out, err;
    std::istringstream list(hosts);
    for (std::string host; std::getline(list, host, ',');) {
      ++tried[host];
      const auto known = says.find(host);
      if (known == says.end()) {
        out += host + ": some table\n" + host + ": HANFS tool=x node=" + host + " version=1 status=changed changed=2\n";
      } else if (known->second.compare(0, 5, "pdsh@") == 0) {
        err += known->second + "\n";
      } else {
        out += known->second + "\n";
      }
    }
    if (after) after();
    return exited(0, out, err);
  }

  std::map<std::string, std::string> says;
  std::map<std::string, int> tried;
  std::vector<std::string> calls;
  std::function<void()> after;
  FakeRunner runner;
};

HostCommand server(const std::string& host, const std::string& domain) {
  return {host, domain, {"/opt/hanfs/bin/setuphanfs", "--replica", "10.0.0." + host.substr(3)}, "server of " + domain};
}

std::vector<Stage> three_domains() {
  auto stages = server_stages({server("asn1", "A"), server("asn2", "A"), server("asn3", "B"), server("asn4", "B"),
                               server("asn5", "C"), server("asn6", "C"), server("asn7", "C")});
  Stage nodes;
  nodes.title = "nodes";
  for (const char* host : {"cn1", "cn2", "cn3", "cn4"})
    nodes.commands.push_back({host, host[2] < '3' ? "A" : "B", {"/xcatpost/setupnfsv4replication"}, ""});
  stages.push_back(nodes);
  return stages;
}

Engine pdsh(long fanout = 64) {
  Engine engine;
  engine.path = "/usr/bin/pdsh";
  engine.fanout = fanout;
  return engine;
}

Applied applied(Site& site, const std::vector<Stage>& stages, const ApplyOptions& options, const Folder& folder,
                long fanout = 64) {
  hanfs::sys::RealFiles files;
  const hanfs::sys::RealClock clock;
  hanfs::plan::Journal journal(files, clock, folder.journal(), "test");
  REQUIRE(check_stages(stages));
  return apply(site.runner, pdsh(fanout), stages, journal, options);
}

State state_of(const std::vector<Stage>& stages, const Applied& result, const std::string& host) {
  for (std::size_t r = 0; r < stages.size(); ++r)
    for (std::size_t i = 0; i < stages[r].commands.size(); ++i)
      if (stages[r].commands[i].host == host) return result.stages[r][i].state;
  return State::skipped;
}

}  // namespace

TEST_CASE("verdict lines") {
  CHECK(verdict_state("HANFS tool=setuphanfs node=a version=1.0.0 status=ok changed=0") == State::ok);
  CHECK(verdict_state("HANFS tool=x status=refused") == State::refused);
  CHECK(verdict_state("HANFS tool=x status=okay") == State::skipped);
  CHECK(verdict_state("HANFS tool=x mystatus=ok") == State::skipped);
  CHECK(verdict_state(" HANFS tool=x status=ok") == State::skipped);
  CHECK(verdict_state("") == State::skipped);
}

TEST_CASE("rounds: the first server of each domain, then the second, never two of one domain together") {
  const auto stages = three_domains();
  REQUIRE(stages.size() == 4);
  CHECK(stages[0].commands.size() == 3);
  CHECK(stages[2].commands.size() == 1);
  CHECK(stages[0].title == "servers, round 1 of 3");
  for (const Stage& stage : stages) CHECK(check_stages({stage}));
  auto broken = stages;
  broken[0].commands.push_back(server("asn2", "A"));
  CHECK(check_stages(broken).error().what ==
        "servers, round 1 of 3: asn2 is the second server of domain A in one round; nothing was handed out");
  for (const std::vector<std::string>& argv :
       {std::vector<std::string>{}, {"relative"}, {"/x", "a b"}, {"/x", "$(y)"}}) {
    Stage stage;
    stage.commands = {{"cn1", "", argv, ""}};
    CHECK_FALSE(check_stages({stage}));
  }
  Stage twice;
  twice.commands = {{"cn1", "", {"/x"}, ""}, {"cn1", "", {"/y"}, ""}};
  CHECK_FALSE(check_stages({twice}));
}

TEST_CASE("all goes well: servers in rounds, nodes in one call, everything in the journal") {
  const Folder folder;
  Site site;
  const auto stages = three_domains();
  std::size_t reported = 0;
  ApplyOptions options;
  options.one_more = [&] { ++reported; };
  const Applied result = applied(site, stages, options, folder);
  CHECK(site.calls ==
        std::vector<std::string>{"asn1", "asn3", "asn5", "asn2", "asn4", "asn6", "asn7", "cn1,cn2,cn3,cn4"});
  CHECK(result.count(State::changed) == 11);
  CHECK(reported == 11);
  CHECK(exit_status_of(result) == 0);
  const std::string text = text_of(stages, result, false);
  CHECK(text.find("asn1   1      A       changed\n") != std::string::npos);
  CHECK(text.find("cn3,cn4  2      B       changed\n") != std::string::npos);
  CHECK(text.find("\n11 hosts: 11 changed\n") != std::string::npos);
  CHECK(json_of(stages, result)["summary"]["changed"] == 11);
  const auto done = open_journal(folder.journal(), true);
  REQUIRE(done);
  CHECK(done->size() == 11);
}

TEST_CASE("a server that fails: its domain is left alone, others go on up to the limit") {
  const Folder folder;
  Site site;
  site.says["asn1"] =
      "asn1: error: cannot export\nasn1: HANFS tool=setuphanfs node=asn1 version=1 status=fail changed=0";
  const auto stages = three_domains();
  ApplyOptions options;
  options.failure_limit = 2;
  const Applied result = applied(site, stages, options, folder);
  CHECK(state_of(stages, result, "asn1") == State::fail);
  CHECK(result.stages[0][0].problem == "error: cannot export");
  CHECK(state_of(stages, result, "asn2") == State::skipped);
  CHECK(result.stages[1][0].problem == "not tried: server asn1 of domain A is not as wanted (fail)");
  CHECK(state_of(stages, result, "asn4") == State::changed);
  CHECK(state_of(stages, result, "cn1") == State::skipped);
  CHECK(state_of(stages, result, "cn3") == State::changed);
  CHECK(site.tried.count("asn2") == 0);
  CHECK(exit_status_of(result) == 1);
}

TEST_CASE("held back is no failure: every domain is asked, and the cure is said once") {
  const Folder folder;
  Site site;
  for (const std::string host : {"asn1", "asn3", "asn5"})
    site.says[host] =
        host + ": warning: interrupts clients\n" + host + ": HANFS tool=setuphanfs status=drift changed=0";
  auto stages = three_domains();
  const Applied result = applied(site, stages, {}, folder);
  CHECK(result.problems.empty());
  CHECK(result.stages[1][0].problem == "not tried: server asn1 of domain A was held back, nothing was changed on it");
  CHECK(to_do(stages, result, false).errors ==
        std::vector<std::string>{"asn1,asn3,asn5: held back, nothing was changed there, because clients would feel it; "
                                 "cure: makehanfs apply --disruptive, when they can bear it"});
  // A look finds differences, and goes on looking.
  ApplyOptions options;
  options.check_only = true;
  const Folder other;
  const Applied looked = applied(site, stages, options, other);
  CHECK(looked.count(State::skipped) == 0);
  CHECK(looked.count(State::drift) == 3);
  CHECK(to_do(stages, looked, true).errors.empty());
  CHECK(exit_status_of(looked) == 1);
}

TEST_CASE("a tool that is not there: which, where, and the command that brings it") {
  const Folder folder;
  Site site;
  const std::string tool = "/install/prescripts/hanfs/setuphanfs";
  auto stages = server_stages({{"asn1", "A", {tool}, ""}, {"asn2", "A", {tool}, ""}});
  Stage nodes;
  nodes.title = "nodes";
  nodes.commands = {{"cn1", "A", {"/xcatpost/setupnfsv4replication"}, ""}};
  stages.push_back(nodes);
  const auto missing = [](const std::string& host) { return "pdsh@mn: " + host + ": ssh exited with exit code 127"; };
  site.says["asn1"] = missing("asn1");
  const Applied first = applied(site, stages, {}, folder);
  CHECK(first.stages[0][0].problem == tool + " is not there");
  CHECK(to_do(stages, first, false).errors ==
        std::vector<std::string>{tool + " is not on asn1; cure: with " + tool +
                                 " on this machine, prsync /install/prescripts 'asn[1-2]:/install', then again"});
  site.says.erase("asn1");
  site.says["cn1"] = missing("cn1");
  const Folder other;
  const Applied second = applied(site, stages, {}, other);
  CHECK(to_do(stages, second, false).errors ==
        std::vector<std::string>{
            "/xcatpost/setupnfsv4replication is not on cn1; cure: updatenode cn1 -P setupnfsv4replication, once their "
            "servers have it (makehanfs plan shows the prsync), then again"});
}

TEST_CASE("nodes that were tuned and have no replica are told to boot") {
  const Folder folder;
  Site site;
  const auto stages = three_domains();
  CHECK(to_do(stages, applied(site, stages, {}, folder), false).warnings.empty());
  for (const std::string host : {"cn1", "cn2"})
    site.says[host] = host + ": HANFS tool=setupnfsv4replication status=ok changed=0 failover=never";
  const Folder other;
  const ToDo next = to_do(stages, applied(site, stages, {}, other), false);
  REQUIRE(next.warnings.size() == 1);
  CHECK(next.warnings.front().find("cn1,cn2: tuned, but") == 0);
  CHECK(next.warnings.front().find("cure: rnetboot cn1,cn2, a few at a time") != std::string::npos);
}

TEST_CASE("the failure limit stops everything after the round that reached it") {
  const Folder folder;
  Site site;
  site.says["asn3"] = "pdsh@mn: asn3: ssh exited with exit code 255";
  const auto stages = three_domains();
  const Applied result = applied(site, stages, {}, folder);
  CHECK(site.calls == std::vector<std::string>{"asn1", "asn3", "asn5"});
  CHECK(state_of(stages, result, "asn3") == State::no_answer);
  CHECK(result.stages[0][1].problem == "cannot be reached");
  CHECK(state_of(stages, result, "cn4") == State::skipped);
  CHECK(result.problems == std::vector<std::string>{"nothing more is handed out, 1 host failed, failure_limit is 1; "
                                                    "cure: what is said above, then the same with --resume"});
  CHECK(exit_status_of(result) == 1);
}

TEST_CASE("nodes go out at most a fan-out at a time, so that the limit means something") {
  const Folder folder;
  Site site;
  Stage nodes;
  nodes.title = "nodes";
  for (int i = 10; i < 60; ++i) nodes.commands.push_back({"cn" + std::to_string(i), "A", {"/x"}, ""});
  site.says["cn12"] = "cn12: no verdict here";
  ApplyOptions options;
  options.failure_limit = 1;
  const Applied result = applied(site, {nodes}, options, folder, 8);
  CHECK(site.tried.size() == 8);
  CHECK(result.count(State::changed) == 7);
  CHECK(result.count(State::skipped) == 42);
  CHECK(result.stages[0][2].problem == "no verdict, exit status 0: no verdict here");
}

TEST_CASE("resume: what was done with the same words is not done again, other words are") {
  const Folder folder;
  Site first;
  first.says["asn3"] = "pdsh@mn: asn3: command timeout";
  auto stages = three_domains();
  applied(first, stages, {}, folder);

  Site second;
  stages[0].commands[2].argv.push_back("--more");  // the plan for asn5 has changed
  ApplyOptions options;
  const auto done = open_journal(folder.journal(), true);
  REQUIRE(done);
  options.done = *done;
  const Applied result = applied(second, stages, options, folder);
  CHECK(state_of(stages, result, "asn1") == State::done);
  CHECK(second.tried.count("asn1") == 0);
  CHECK(second.tried["asn3"] == 1);
  CHECK(second.tried["asn5"] == 1);
  CHECK(second.tried["cn4"] == 1);
  CHECK(exit_status_of(result) == 0);

  // A fresh run forgets.
  const auto fresh = open_journal(folder.journal(), false);
  REQUIRE(fresh);
  CHECK(fresh->empty());
  CHECK_FALSE(fs::exists(folder.journal()));
  CHECK(fs::exists(folder.journal() + ".old"));
  CHECK(open_journal(folder.journal(), true).error().what.find("nothing to resume") == 0);
  CHECK(open_journal(folder.journal(), false));  // nothing there at all is no error
}

TEST_CASE("a signal between two calls: what is in hand ends, nothing more is given out") {
  const Folder folder;
  Site site;
  bool stop = false;
  site.after = [&] { stop = true; };
  ApplyOptions options;
  options.may_continue = [&] { return !stop; };
  options.stop_reason = [] { return std::string("stopped by a signal"); };
  const auto stages = three_domains();
  const Applied result = applied(site, stages, options, folder);
  CHECK(state_of(stages, result, "asn1") == State::changed);
  CHECK(state_of(stages, result, "asn2") == State::skipped);
  CHECK(result.stages[1][0].problem == "not tried: stopped by a signal");
  CHECK(result.problems ==
        std::vector<std::string>{
            "nothing more is handed out, stopped by a signal; cure: what is said above, then the same with --resume"});
  const auto done = open_journal(folder.journal(), true);
  REQUIRE(done);
  CHECK(done->size() == 3);
}

TEST_CASE("a verdict is believed only when it is whole, one, and the exit status agrees") {
  Stage nodes;
  nodes.title = "nodes";
  nodes.commands = {{"cn1", "A", {"/x"}, ""}};
  const auto judged = [&](const std::string& says) {
    const Folder folder;
    Site site;
    site.says["cn1"] = says;
    return applied(site, {nodes}, {}, folder).stages[0][0];
  };
  const std::string ok = "cn1: HANFS tool=x node=cn1 version=1 status=ok changed=0";
  CHECK(judged(ok + "\r").state == State::ok);
  CHECK(judged("cn1: motd\n" + ok + "\n" + ok + "\ncn1: more").state == State::ok);
  CHECK(judged("cn10: HANFS tool=x status=ok\ncn: HANFS tool=x status=ok").state == State::no_answer);
  CHECK(judged("cn1: HANFS tool=x node=cn1 version=1 stat").state == State::no_answer);
  const HostResult two = judged(ok + "\ncn1: HANFS tool=x node=cn1 version=1 status=changed changed=2");
  CHECK(two.state == State::no_answer);
  CHECK(two.problem.find("two verdicts that differ") != std::string::npos);
  FakeRunner runner(
      [&](const std::string&) { return exited(0, ok + "\n", "pdsh@mn: cn1: ssh exited with exit code 137\n"); });
  const Folder folder;
  hanfs::sys::RealFiles files;
  const hanfs::sys::RealClock clock;
  hanfs::plan::Journal journal(files, clock, folder.journal(), "test");
  const Applied killed = apply(runner, pdsh(), {nodes}, journal, {});
  CHECK(killed.stages[0][0].state == State::no_answer);
  CHECK(killed.stages[0][0].problem == "its verdict is good, but its exit status is 137");
}

TEST_CASE("a dry run says what a run does, call by call, and leaves out what is done") {
  const Folder folder;
  Site site;
  auto stages = three_domains();
  applied(site, stages, {}, folder, 3);
  const auto shown = dry_json(pdsh(3), stages, {});
  REQUIRE(shown.size() == site.runner.calls.size());
  for (std::size_t i = 0; i < shown.size(); ++i)
    CHECK(hanfs::run::command_text(shown[i]["argv"].get<std::vector<std::string>>()) == site.runner.calls[i]);
  const std::string text = dry_text(pdsh(3), stages, {});
  CHECK(text.find(
            "nodes: 4 hosts\n  on cn[1-3]: /xcatpost/setupnfsv4replication\n      by /usr/bin/pdsh -R ssh -f 3 -u 60 "
            "-w cn1,cn2,cn3 /xcatpost/setupnfsv4replication\n  then\n  on cn4: ") != std::string::npos);
  auto done = *open_journal(folder.journal(), true);
  CHECK(dry_json(pdsh(3), stages, done).empty());
  done.pop_back();
  CHECK(dry_json(pdsh(3), stages, done).size() == 1);
}

TEST_CASE("no engine: status 3, and nothing is said to be done") {
  const Folder folder;
  FakeRunner runner([](const std::string&) {
    hanfs::run::Outcome outcome;
    outcome.start_errno = 2;
    return outcome;
  });
  hanfs::sys::RealFiles files;
  const hanfs::sys::RealClock clock;
  hanfs::plan::Journal journal(files, clock, folder.journal(), "test");
  const Applied result = apply(runner, pdsh(), three_domains(), journal, {});
  CHECK_FALSE(result.worked);
  CHECK(exit_status_of(result) == 3);
  CHECK(result.count(State::changed) == 0);
  CHECK(open_journal(folder.journal(), true)->empty());
}

}  // namespace hanfs::cluster
