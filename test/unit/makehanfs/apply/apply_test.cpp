// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/apply.hpp"

#include <doctest/doctest.h>
#include <unistd.h>

#include <algorithm>
#include <boost/filesystem.hpp>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <sstream>

#include "lib/run/fake_runner.hpp"
#include "makehanfs/apply/guards.hpp"
#include "makehanfs/engine/node_set.hpp"
#include "support/simulated_system.hpp"
#include "sys/file.hpp"
#include "text/words.hpp"

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

// Plays pdsh: what each host says to its command, and what to the check of it; nothing said means a verdict "changed",
// or "ok" to a check.
struct Site {
  Site() : runner([this](const std::string& argv) { return play(argv); }) {}

  hanfs::run::Outcome play(const std::string& argv) {
    std::istringstream text(argv);
    std::string word, hosts;
    while (text >> word)
      if (word == "-w") text >> hosts;
    const bool check = word == "--check";
    hosts.erase(std::remove(hosts.begin(), hosts.end(), '\''), hosts.end());
    if (!check || looks_only) calls.push_back(hosts);
    std::string out, err;
    for (const std::string& host : expand_nodeset(hosts, 1000)) {
      ++(check && !looks_only ? checked : tried)[host];
      const auto& all = check && !looks_only ? says_to_check : says;
      const auto known = all.find(host);
      if (known == all.end()) {
        out += host + ": some table\n" + host + ": HANFS tool=x node=" + host + " version=1 " +
               (check ? "status=ok changed=0\n" : "status=changed changed=2\n");
      } else if (known->second.compare(0, 5, "pdsh@") == 0) {
        err += known->second + "\n";
      } else {
        out += known->second + "\n";
      }
    }
    if (after) after();
    return exited(0, out, err);
  }

  std::map<std::string, std::string> says, says_to_check;
  std::map<std::string, int> tried, checked;
  std::vector<std::string> calls;  // hosts of each call that is no check
  bool looks_only = false;         // a run of checks alone
  std::function<void()> after;
  FakeRunner runner;
};

Action action(std::vector<std::string> hosts, const std::string& domain, std::vector<std::string> argv) {
  Action action;
  action.id = "do-" + hosts.front();
  action.argv = std::move(argv);
  action.domain = domain;
  action.hosts = std::move(hosts);
  action.where = Action::Where::hosts;
  action.judge = Action::Judge::verdicts;
  action.check_id = "check-" + action.hosts.front();
  return action;
}

Action server(const std::string& host, const std::string& domain) {
  return action({host}, domain, {"/opt/hanfs/bin/setuphanfs", "--replica", "10.0.0." + host.substr(3)});
}

Stage servers(const std::string& title, std::vector<Action> actions) {
  return {Stage::Kind::servers, title, std::move(actions)};
}
Stage nodes(std::vector<Action> actions) { return {Stage::Kind::nodes, "nodes", std::move(actions)}; }

const std::vector<std::string> node_tool{"/xcatpost/setupnfsv4replication"};

std::vector<Stage> three_domains() {
  return {servers("servers, round 1 of 3", {server("asn1", "A"), server("asn3", "B"), server("asn5", "C")}),
          servers("servers, round 2 of 3", {server("asn2", "A"), server("asn4", "B"), server("asn6", "C")}),
          servers("servers, round 3 of 3", {server("asn7", "C")}),
          nodes({action({"cn1", "cn2"}, "A", node_tool), action({"cn3", "cn4"}, "B", node_tool)})};
}

std::vector<Stage> checks_of(const std::vector<Stage>& stages) {
  ClusterPlan plan;
  plan.stages = stages;
  return stages_of(plan, true);
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
  hanfs::test::SimulatedClock clock;
  hanfs::plan::Journal journal(files, clock, folder.journal(), "test");
  REQUIRE(check_stages(stages));
  return apply(site.runner, pdsh(fanout), stages, journal, clock, options);
}

State state_of(const Applied& result, const std::string& host) {
  for (const auto& stage : result.stages)
    for (const HostResult& one : stage)
      if (one.host == host) return one.state;
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

TEST_CASE("what must not be handed out") {
  const auto stages = three_domains();
  CHECK(check_stages(stages));
  auto broken = stages;
  broken[0].actions.push_back(server("asn2", "A"));
  CHECK(check_stages(broken).error().what ==
        "servers, round 1 of 3: asn2 is the second server of domain A in one round; nothing was handed out");
  for (const std::vector<std::string>& argv : {std::vector<std::string>{}, {"relative"}, {"/x", "a b"}, {"/x", "$(y)"}})
    CHECK_FALSE(check_stages({nodes({action({"cn1"}, "", argv)})}));
  CHECK_FALSE(check_stages({nodes({action({"cn1"}, "", {"/x"}), action({"cn1"}, "", {"/y"})})}));
  CHECK_FALSE(check_stages({nodes({action({"-x"}, "", {"/x"})})}));
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
        std::vector<std::string>{"asn1", "asn3", "asn5", "asn2", "asn4", "asn6", "asn7", "cn1,cn2", "cn3,cn4"});
  CHECK(site.checked.size() == 11);
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
  CHECK(done->done.size() == 11);
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
  CHECK(state_of(result, "asn1") == State::fail);
  CHECK(result.stages[0][0].problem == "error: cannot export");
  CHECK(state_of(result, "asn2") == State::skipped);
  CHECK(result.stages[1][0].problem == "not tried: server asn1 of domain A is not as wanted (fail)");
  CHECK(state_of(result, "asn4") == State::changed);
  CHECK(state_of(result, "cn1") == State::skipped);
  CHECK(state_of(result, "cn3") == State::changed);
  CHECK(site.tried.count("asn2") == 0);
  CHECK(exit_status_of(result) == 1);
}

TEST_CASE("held back is no failure: every server is asked, and the cure is said once") {
  const Folder folder;
  Site site;
  for (const std::string host : {"asn1", "asn3", "asn5"})
    site.says[host] =
        host + ": warning: interrupts clients\n" + host + ": HANFS tool=setuphanfs status=drift changed=0";
  auto stages = three_domains();
  const Applied result = applied(site, stages, {}, folder);
  CHECK(result.problems.empty());
  CHECK(state_of(result, "asn1") == State::drift);
  CHECK(state_of(result, "asn2") == State::changed);
  CHECK(state_of(result, "cn1") == State::changed);
  CHECK(to_do(stages, result, false).errors ==
        std::vector<std::string>{"asn1,asn3,asn5: held back, nothing was changed there, because clients would feel it; "
                                 "cure: makehanfs apply --disruptive --boot-nodes, when they can bear it: their nodes "
                                 "are shut down and boot"});
  // A look finds differences, and goes on looking.
  ApplyOptions options;
  options.check_only = true;
  const Folder other;
  site.looks_only = true;
  const auto looks = checks_of(stages);
  const Applied looked = applied(site, looks, options, other);
  CHECK(looked.count(State::skipped) == 0);
  CHECK(looked.count(State::drift) == 3);
  CHECK(looked.count(State::ok) == 8);
  CHECK(to_do(looks, looked, true).errors.empty());
  CHECK(exit_status_of(looked) == 1);
}

TEST_CASE("the check after a command: a server that is not as wanted then stops its domain") {
  const Folder folder;
  Site site;
  site.says_to_check["asn1"] = "asn1: HANFS tool=setuphanfs node=asn1 version=1 status=drift changed=0";
  site.says_to_check["cn3"] = "cn3: error: too slow\ncn3: HANFS tool=x node=cn3 version=1 status=fail changed=0";
  ApplyOptions options;
  options.failure_limit = 9;
  const Applied result = applied(site, three_domains(), options, folder);
  CHECK(state_of(result, "asn1") == State::fail);
  CHECK(result.stages[0][0].problem == "the check afterwards: drift");
  CHECK(state_of(result, "asn2") == State::skipped);
  CHECK(state_of(result, "asn4") == State::changed);
  CHECK(state_of(result, "cn3") == State::fail);
  CHECK(result.stages[3][2].problem == "the check afterwards: error: too slow");
  CHECK(state_of(result, "cn4") == State::changed);
  // What is not good is not checked, and only what is good after its check is done.
  CHECK(site.checked.count("cn1") == 0);
  const auto done = open_journal(folder.journal(), true);
  REQUIRE(done);
  CHECK(done->done.count({"asn1", server("asn1", "A").argv}) == 0);
  CHECK(done->done.count({"asn3", server("asn3", "B").argv}) == 1);
}

TEST_CASE("a tool that is not there: which, where, and the command that brings it") {
  const Folder folder;
  Site site;
  const std::string tool = "/install/prescripts/hanfs/setuphanfs";
  const std::vector<Stage> stages{servers("servers, round 1 of 2", {action({"asn1"}, "A", {tool})}),
                                  servers("servers, round 2 of 2", {action({"asn2"}, "A", {tool})}),
                                  nodes({action({"cn1"}, "A", node_tool)})};
  const auto missing = [](const std::string& host) { return "pdsh@mn: " + host + ": ssh exited with exit code 127"; };
  site.says["asn1"] = missing("asn1");
  const Applied first = applied(site, stages, {}, folder);
  CHECK(first.stages[0][0].problem == tool + " is not there");
  CHECK(to_do(stages, first, false).errors ==
        std::vector<std::string>{
            tool + " is not on asn1; cure: with " + tool +
            " on this machine, prsync -o rltHpEAogDz /install/prescripts 'asn[1-2]:/install', then again"});
  site.says.erase("asn1");
  site.says["cn1"] = missing("cn1");
  const Folder other;
  const Applied second = applied(site, stages, {}, other);
  CHECK(to_do(stages, second, false).errors ==
        std::vector<std::string>{
            "/xcatpost/setupnfsv4replication is not on cn1; cure: prsync -o rltHpEAogDz /install/postscripts "
            "'asn[1-2]:/install', then updatenode cn1 -P setupnfsv4replication, then again"});
  // xCAT's own script of this name says nothing, and ends well.
  site.says["cn1"] = "";
  const Folder third;
  const Applied stock = applied(site, stages, {}, third);
  CHECK(state_of(stock, "cn1") == State::no_answer);
  CHECK(
      to_do(stages, stock, false).errors ==
      std::vector<std::string>{
          "cn1: /xcatpost/setupnfsv4replication ended well without a verdict, as xCAT's own script of this name does; "
          "cure: /opt/hanfs/libexec/xcat-files install, which puts ours into /install, then prsync -o rltHpEAogDz "
          "/install/postscripts 'asn[1-2]:/install', then updatenode cn1 -P setupnfsv4replication, then again"});
  Cluster shared;
  shared.shared_install = SharedInstall::all;
  CHECK(to_do(stages, second, false, shared).errors.front().find("prsync") == std::string::npos);
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

TEST_CASE("no boot is offered where it cannot help, and a server that fails has a cure") {
  const auto never = [](const std::string& host) {
    return host + ": HANFS tool=setupnfsv4replication status=ok changed=0 failover=never";
  };
  Site site;
  auto stages = three_domains();
  for (Action& tune : stages.back().actions) tune.homes = {tune.domain == "A" ? "asn1" : "asn3", "asn2"};
  for (const std::string host : {"cn1", "cn2", "cn3", "cn4"}) site.says[host] = never(host);
  site.says["asn3"] = "asn3: HANFS tool=setuphanfs status=drift changed=0";
  const Folder folder;
  ToDo next = to_do(stages, applied(site, stages, {}, folder), false);
  REQUIRE(next.warnings.size() == 2);
  CHECK(next.warnings[0].find("cn1,cn2: tuned, but") == 0);
  CHECK(next.warnings[0].find("cure: rnetboot cn1,cn2, a few") != std::string::npos);
  CHECK(next.warnings[1].find("cn3,cn4: tuned, but") == 0);
  CHECK(next.warnings[1].find("rnetboot") == std::string::npos);
  // A server that is left out is not among the stages.
  stages[0].actions.erase(stages[0].actions.begin());
  const Folder other;
  next = to_do(stages, applied(site, stages, {}, other), false);
  REQUIRE(next.warnings.size() == 2);
  CHECK(next.warnings[0].find("cn2: tuned, but") == 0);
  CHECK(next.warnings[1].find("cn1,cn3,cn4: tuned, but") == 0);

  Site dead;
  dead.says["asn1"] = "pdsh@mn: asn1: ssh exited with exit code 255";
  dead.says["asn3"] = "asn3: error: cannot export\nasn3: HANFS tool=setuphanfs status=fail changed=0";
  ApplyOptions options;
  options.failure_limit = 9;
  const Folder third;
  stages = three_domains();
  CHECK(
      to_do(stages, applied(dead, stages, options, third), false).errors ==
      std::vector<std::string>{
          "asn3: error: cannot export; cure: what is said there, with more of setuphanfs --status on it, then the same "
          "again",
          "asn1: cannot be reached; cure: bring it up, or where it is up setuphanfs --status on it, as it may still be "
          "at "
          "work (--host-deadline); then the same again; or --without SERVER for one that is down for good"});
  // Who says something is up, and is not to be left out.
  Site broken;
  broken.says["asn1"] = "asn1: exec(): 0509-036 Cannot load program\npdsh@mn: asn1: ssh exited with exit code 255";
  stages = three_domains();
  const Folder fourth;
  const std::vector<std::string> errors = to_do(stages, applied(broken, stages, options, fourth), false).errors;
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("0509-036 Cannot load program; cure: what is said there") != std::string::npos);
}

TEST_CASE("the failure limit keeps new domains from being begun, and the begun ones are finished") {
  const Folder folder;
  Site site;
  site.says["asn3"] = "pdsh@mn: asn3: ssh exited with exit code 255";
  site.says_to_check["asn5"] = "asn5: HANFS tool=setuphanfs node=asn5 version=1 status=drift changed=0";
  const std::vector<Stage> stages{
      servers("domain A, server 1 of 2", {server("asn1", "A")}),
      servers("domain A, server 2 of 2", {server("asn2", "A")}),
      servers("domain B, server 1 of 2", {server("asn3", "B")}),
      servers("domain B, server 2 of 2", {server("asn4", "B")}),
      servers("domain C, server 1 of 1", {server("asn5", "C")}),
      nodes({action({"cn1"}, "A", node_tool), action({"cn3"}, "B", node_tool), action({"cn5"}, "C", node_tool)})};
  const Applied result = applied(site, stages, {}, folder);
  CHECK(site.calls == std::vector<std::string>{"asn1", "asn2", "asn3", "cn1"});
  CHECK(state_of(result, "asn3") == State::no_answer);
  CHECK(result.stages[2][0].problem == "cannot be reached");
  CHECK(result.stages[3][0].problem == "not tried: server asn3 of domain B is not as wanted (no-answer)");
  CHECK(result.stages[4][0].problem == "not tried: 1 domain failed, failure_limit is 1");
  CHECK(state_of(result, "cn1") == State::changed);
  CHECK(result.problems ==
        std::vector<std::string>{"no other domain is begun, 1 domain failed, failure_limit is 1; "
                                 "cure: mend what is said of its hosts, then the same with --resume"});
  CHECK(exit_status_of(result) == 1);

  // Where its servers are as wanted there is nothing to begin, and its nodes are tuned.
  const Folder other;
  site.says_to_check.clear();
  const Applied tuned = applied(site, stages, {}, other);
  CHECK(state_of(tuned, "asn5") == State::ok);
  CHECK(site.tried.count("asn5") == 0);
  CHECK(state_of(tuned, "cn5") == State::changed);
  CHECK(state_of(tuned, "cn3") == State::skipped);
}

TEST_CASE("nodes go out at most a fan-out at a time, and one that fails or is silent stops nobody") {
  const Folder folder;
  Site site;
  std::vector<Action> actions;
  for (int i = 10; i < 60; i += 4) {
    std::vector<std::string> hosts;
    for (int n = i; n < i + 4; ++n) hosts.push_back("cn" + std::to_string(n));
    actions.push_back(action(hosts, "A", {"/x"}));
  }
  site.says["cn12"] = "cn12: no verdict here";
  ApplyOptions options;
  options.failure_limit = 1;
  const Applied result = applied(site, {nodes(actions)}, options, folder, 8);
  CHECK(site.calls.size() == 13);
  CHECK(site.calls.front() == "cn[10-13]");
  CHECK(result.count(State::changed) == 51);
  CHECK(result.stages[0][2].problem == "no verdict, exit status 0: no verdict here");
  CHECK(result.problems.empty());
  CHECK(exit_status_of(result) == 1);
}

// A domain of two servers and a node as --disruptive plans it, and what its hosts answer.
namespace {

Action question(std::vector<std::string> hosts, std::vector<std::string> argv, Action::Judge judge, Action::Role role) {
  Action asked = action(std::move(hosts), "A", std::move(argv));
  asked.check_id.clear();
  asked.judge = judge;
  asked.role = role;
  asked.directory = "/install";
  return asked;
}

std::vector<Stage> guarded_domain() {
  using Role = Action::Role;
  using Judge = Action::Judge;
  const auto look = [](const std::string& host) {
    Action asked = server(host, "A");
    asked.argv.emplace_back("--check");
    return question({host}, asked.argv, Judge::verdicts, Role::look);
  };
  const auto stage_of = [&](const std::string& host, const std::string& other) {
    return servers("domain A, " + host,
                   {question({other}, {"/usr/bin/lssrc", "-g", "nfs"}, Judge::nfsd, Role::guard),
                    question({other}, {"/usr/sbin/exportfs"}, Judge::exports, Role::guard),
                    question({"cn1"}, {"/usr/bin/hostname"}, Judge::silence, Role::guard), server(host, "A")});
  };
  return {{Stage::Kind::looks, "domain A, what is to be done", {look("asn1"), look("asn2")}},
          stage_of("asn1", "asn2"),
          stage_of("asn2", "asn1"),
          nodes({action({"cn1"}, "A", node_tool)})};
}

struct GuardedDomain {
  std::map<std::string, std::string> check{{"asn1", "drift"}, {"asn2", "drift"}};
  std::map<std::string, std::string> exports{{"asn1", "/install -vers=4,ro"}, {"asn2", "/install/nim -ro"}};
  std::map<std::string, bool> nfsd{{"asn1", true}, {"asn2", true}};
  bool node_is_up = false, engine_fails = false;
  std::string node_says = "cn1: ssh: connect to host cn1 port 22: No route to host\n";  // when it is not up
  std::vector<std::string> changed;
  std::size_t calls = 0;
  FakeRunner runner{[this](const std::string& words) { return answer(words); }};

  hanfs::run::Outcome answer(const std::string& words) {
    ++calls;
    const auto has = [&](const char* text) { return words.find(text) != std::string::npos; };
    const std::string host = has(" asn1 ") ? "asn1" : has(" asn2 ") ? "asn2" : "cn1";
    const auto verdict = [&](const std::string& status) {
      return exited(0, host + ": HANFS tool=x node=" + host + " version=1 status=" + status + " changed=0\n");
    };
    if (has("exportfs")) return exited(0, exports[host].empty() ? "" : host + ": " + exports[host] + "\n");
    if (has("lssrc"))
      return exited(0, host + ": Subsystem         Group            PID          Status\n" + host +
                           ": nfsd             nfs              " +
                           (nfsd[host] ? "7340236      active\n" : "             inoperative\n"));
    if (has("hostname"))
      return engine_fails ? exited(1, "", "no route of pdsh\n")
             : node_is_up ? exited(0, "cn1: cn1\n")
                          : exited(0, "", node_says + "pdsh@mn: cn1: ssh exited with exit code 255\n");
    if (has("setuphanfs") && has("--check")) return verdict(check[host]);
    if (!has("--check")) changed.push_back(host);
    if (has("setuphanfs")) check[host] = "ok";
    return verdict(has("--check") ? "ok" : "changed");
  }

  Applied apply() {
    const Folder folder;
    hanfs::sys::RealFiles files;
    hanfs::test::SimulatedClock clock;
    hanfs::plan::Journal journal(files, clock, folder.journal(), "test");
    const auto stages = guarded_domain();
    REQUIRE(check_stages(stages));
    return hanfs::cluster::apply(runner, pdsh(), stages, journal, clock, {});
  }
};

// A domain of one server and two nodes, which are shut down for its sake, and booted.
struct BootedDomain {
  bool server_fails = false;
  bool silent_shutdown = false;  // it takes the answer away
  bool silent = false;           // nodes: nothing is said of them, not even that they are down
  bool left_alone = false;       // rnetboot does not come to its end
  int netboot_status = 0;        // of one that does its work
  std::string netboot_says;
  std::vector<Stage> after_it;  // stages of another domain
  bool serves = true;           // asn1, from which both boot
  bool of_two_servers = false;  // cn2 boots from asn2
  bool second_serves = true;    // asn2
  bool second_is_gone = false;
  bool in_parts = false;             // cn3 too, which is booted after the others
  std::set<std::string> unbootable;  // rnetboot boots the others, and fails
  std::set<std::string> dead;        // rnetboot says nothing of them, and they stay down
  bool unwritable_journal = false;
  std::string power;  // what rpower says; empty: on of those that are up, and off
  std::map<std::string, bool> up{{"cn1", true}, {"cn2", true}};
  std::set<std::string> hung, stay_up;  // the latter refuse to shut down
  std::set<std::string> without_sshd;   // they refuse the connection from their boot on
  bool guarded = false;                 // a server is changed only when all nodes are down
  std::string showfs;                   // of cn9, which is in no domain
  int guests_status = 0;                // of the engine that asks it
  std::string server = "drift", server_of_other = "ok";
  std::function<void(const std::string& words)> before = [](const std::string&) {};
  std::function<bool(const std::string& words)> engine_fails = [](const std::string&) { return false; };
  bool nfsd_of_second = true, has_booted = false;
  long fanout = 64;
  FakeRunner runner{[this](const std::string& words) { return answer(words); }};
  hanfs::test::SimulatedClock clock;
  Folder folder;

  hanfs::run::Outcome answer(const std::string& words) {
    before(words);
    if (engine_fails(words)) return exited(1, "", "Unable to open socket connection to xcatd daemon\n");
    const auto has = [&](const char* text) { return words.find(text) != std::string::npos; };
    const auto is_asked = [&](const std::string& node) {
      return has(node.c_str()) || has("cn[1-3]") || (has("cn[1-2]") && node != "cn3");
    };
    if (has("rnetboot")) {
      bool failed = left_alone;
      for (auto& [node, is_up] : up) {
        if (left_alone || !is_asked(node)) continue;
        failed = failed || unbootable.count(node) != 0;
        is_up = unbootable.count(node) == 0 && dead.count(node) == 0;
        has_booted = true;
      }
      return exited(failed ? 1 : netboot_status, netboot_says);
    }
    if (has("asn3"))
      return exited(0, "asn3: HANFS tool=x node=asn3 version=1 status=" + server_of_other + " changed=0\n");
    if (has("rpower")) {
      std::string states = power;
      for (const auto& [node, is_up] : up)
        if (power.empty()) states += node + (is_up ? ": on\n" : ": off\n");
      return exited(0, states);
    }
    const bool of_second = has("asn2") || has("asn[1-2]");
    const std::string gone =
        of_second && second_is_gone ? "asn2: ssh: connect to host asn2 port 22: No route to host\n" : "";
    if (has("exportfs") && !gone.empty()) return exited(0, "asn1: /install -vers=4,ro\n", gone);
    if (has("exportfs"))
      return exited(0, std::string(serves ? "asn1: /install -vers=4,ro\n" : "") +
                           (of_second && second_serves ? "asn2: /install -vers=4,ro\n" : ""));
    if (has("lssrc") && !gone.empty())
      return exited(0, "asn1: Subsystem Group PID Status\nasn1:  nfsd nfs 7340236 active\n", gone);
    if (has("lssrc"))
      return exited(0, std::string("asn1: Subsystem Group PID Status\nasn1:  nfsd nfs 7340236 active\n") +
                           (!of_second       ? ""
                            : nfsd_of_second ? "asn2: Subsystem Group PID Status\nasn2:  nfsd nfs 7340236 active\n"
                                             : "asn2: Subsystem Group PID Status\nasn2:  nfsd nfs inoperative\n"));
    if (has("setuphanfs")) {
      const std::string status = has("--check") ? server : server_fails ? "fail" : "changed";
      if (!has("--check") && !server_fails) server = "ok";
      return exited(0, "asn1: HANFS tool=x node=asn1 version=1 status=" + status + " changed=0\n");
    }
    if (has("showfs")) return exited(guests_status, showfs);
    std::string out, err;
    for (auto& [node, is_up] : up) {
      if (has(" -w ") && !is_asked(node)) continue;
      if (silent || hung.count(node) != 0 || (silent_shutdown && has("shutdown")))
        err += "pdsh@mn: " + node + ": ssh exited with exit code 255\n";
      else if (has_booted && without_sshd.count(node) != 0)
        err += node + ": ssh: connect to host " + node + " port 22: Connection refused\n";
      else if (is_up && has("shutdown") && stay_up.count(node) != 0)
        err += node + ": sudo: a password is required\npdsh@mn: " + node + ": ssh exited with exit code 1\n";
      else if (is_up)
        out += node + ": HANFS tool=x node=" + node + " version=1 status=ok changed=0\n";
      else
        err += node + ": ssh: connect to host " + node + " port 22: No route to host\n";
      if (has("shutdown") && is_asked(node)) is_up = stay_up.count(node) != 0;
    }
    return exited(0, out, err);
  }

  static std::vector<Stage> stages(bool guarded = false, bool of_two_servers = false, bool in_parts = false) {
    using Role = Action::Role;
    using Judge = Action::Judge;
    const std::vector<std::string> first_part{"cn1", "cn2"};
    std::vector<std::string> nodes_of_it = first_part;
    if (in_parts) nodes_of_it.emplace_back("cn3");
    Action look = question({"asn1"}, server_action().argv, Judge::verdicts, Role::look);
    look.argv.emplace_back("--check");
    Action power = here({"rpower", in_parts ? "cn[1-3]" : "cn[1-2]", "stat"});
    power.role = Role::guard;
    power.hosts = nodes_of_it;
    std::vector<std::string> homes{"asn1"};
    if (of_two_servers) homes.emplace_back("asn2");
    const Action nfsd = question(homes, {"/usr/bin/lssrc", "-g", "nfs"}, Judge::nfsd, Role::guard);
    const Action exports = question(homes, {"/usr/sbin/exportfs"}, Judge::exports, Role::guard);
    const Action known = question(nodes_of_it, {"/usr/bin/hostname"}, Judge::known, Role::guard);
    Action guests = question({"cn9"}, servers_question(), Judge::guests, Role::guard);
    guests.servers = {{"asn1", {"10.0.0.1", "asn1-ml0"}}};
    std::vector<Action> changes{server_action()};
    if (guarded)
      changes.insert(changes.begin(), question(nodes_of_it, {"/usr/bin/hostname"}, Judge::silence, Role::guard));
    std::vector<Action> boots{nfsd, exports};
    const auto add_boot = [&](const std::vector<std::string>& nodes, const std::vector<std::string>& homes_of_nodes) {
      boots.push_back(question(nodes, {"/usr/bin/hostname"}, Judge::up, Role::look));
      Action boot = here({"rnetboot", hanfs::text::joined(nodes, ",")});
      boot.hosts = nodes;
      boot.homes = homes_of_nodes;
      boot.boots = true;
      boots.push_back(boot);
      boots.push_back(question(nodes, {"/usr/bin/hostname"}, Judge::answers, Role::wait));
    };
    add_boot(first_part, {"asn1", of_two_servers ? "asn2" : "asn1"});
    if (in_parts) add_boot({"cn3"}, {"asn1"});
    return {
        {Stage::Kind::looks, "looks", {look}},
        {Stage::Kind::stop,
         "stop",
         {nfsd, exports, guests, known, power, question(nodes_of_it, shutdown_command(), Judge::nothing, Role::work)}},
        servers("server", changes),
        {Stage::Kind::boot, "boot", boots},
        nodes({action(nodes_of_it, "A", node_tool)})};
  }
  static Action server_action() { return hanfs::cluster::server("asn1", "A"); }
  static Action here(std::vector<std::string> argv) {
    Action action;
    action.id = argv.front();
    action.argv = std::move(argv);
    action.domain = "A";
    return action;
  }

  Applied apply(ApplyOptions options = {}, bool resume = false) {
    const auto earlier = open_journal(folder.journal(), resume);
    REQUIRE(earlier);
    options.done = earlier->done;
    options.stopped = earlier->stopped;
    hanfs::sys::RealFiles files;
    hanfs::plan::Journal journal(files, clock, folder.journal() + (unwritable_journal ? "/x/y" : ""), "test");
    auto all = stages(guarded, of_two_servers, in_parts);
    all.insert(all.end() - 1, after_it.begin(), after_it.end());
    REQUIRE(check_stages(all));
    runner.calls.clear();
    auto engine = pdsh();
    engine.fanout = fanout;
    return hanfs::cluster::apply(runner, engine, all, journal, clock, options);
  }
  // A run that is killed when its nodes are down and its server is changed, or in the middle of their boot; whoever
  // comes next comes 10 minutes later.
  void apply_and_die(bool in_boot = false) {
    struct Killed {};
    before = [this, in_boot](const std::string& words) {
      const bool now = in_boot ? words.find("rnetboot") != std::string::npos
                               : server == "ok" && words.find("lssrc") != std::string::npos;
      if (now) throw Killed{};
    };
    CHECK_THROWS_AS(apply(), Killed);
    before = [](const std::string&) {};
    clock.time_of_day = "2026-11-28T00:10:00Z";
  }
  long boots() const { return std::count(runner.calls.begin(), runner.calls.end(), "rnetboot cn1,cn2"); }
};

}  // namespace

TEST_CASE("nodes that are shut down for a server's sake are booted, also where it failed") {
  BootedDomain domain;
  CHECK(domain.apply().all_good());
  CHECK(domain.boots() == 1);
  CHECK(open_journal(domain.folder.journal(), false)->stopped.empty());

  BootedDomain broken;
  broken.server_fails = true;
  CHECK_FALSE(broken.apply().all_good());
  CHECK(broken.boots() == 1);
  CHECK(broken.up["cn2"]);
}

TEST_CASE(
    "a signal after the shutdown: nodes are booted all the same, by the runner that goes on, and not waited for") {
  BootedDomain domain;
  FakeRunner calm{[&](const std::string& words) { return domain.answer(words); }};
  ApplyOptions options;
  bool stop = false;
  domain.before = [&](const std::string& words) { stop = stop || words.find("shutdown") != std::string::npos; };
  options.may_continue = [&] { return !stop; };
  options.time_left = [&] { return std::chrono::milliseconds(stop ? 0 : 60000); };
  options.stop_reason = [] { return std::string("stopped by a signal"); };
  options.calm_runner = &calm;
  const Applied result = domain.apply(options);
  REQUIRE(calm.calls.size() == 2);
  CHECK(calm.calls[0].find(" /usr/bin/hostname") != std::string::npos);
  CHECK(calm.calls[1] == "rnetboot cn1,cn2");
  CHECK(domain.runner.calls.back().find("shutdown") != std::string::npos);
  REQUIRE_FALSE(result.problems.empty());
  CHECK(result.problems.back() ==
        "domain A: its nodes were shut down, so rnetboot cn1,cn2 was run all the same, and not waited for; cure: "
        "makehanfs status shows who is up");
  // Whoever comes 10 minutes later sees them up, and owes them nothing any more.
  domain.clock.time_of_day = "2026-11-28T00:10:00Z";
  stop = false;
  domain.before = [](const std::string&) {};
  domain.server = "ok";
  CHECK(domain.apply().all_good());
  CHECK(domain.boots() == 0);
  CHECK(open_journal(domain.folder.journal(), false)->stopped.empty());
}

TEST_CASE("who answers right before the boot is not booted: it did not shut down, or somebody else has booted it") {
  // All refuse, and the server is not changed.
  BootedDomain refusing;
  refusing.guarded = true;
  refusing.stay_up = {"cn1", "cn2"};
  const Applied none = refusing.apply();
  CHECK(refusing.boots() == 0);
  CHECK(none.booted.empty());
  CHECK(none.shut_down.empty());
  REQUIRE_FALSE(none.problems.empty());
  CHECK(
      none.problems[0] ==
      "domain A: 2 nodes are up, with NFSv4 state on its servers: cn1,cn2 (shutdown says on cn1,cn2: sudo: a password "
      "is required), so nothing more is changed there; cure: see why they do not shut down, then the same again");
  CHECK(refusing.clock.elapsed() < std::chrono::minutes(11));
  CHECK(open_journal(refusing.folder.journal(), false)->stopped.empty());

  BootedDomain one;
  one.stay_up = {"cn1"};
  const Applied other = one.apply();
  CHECK(other.booted == std::vector<std::string>{"cn2"});
  CHECK(other.shut_down == std::vector<std::string>{"cn2"});
  CHECK(other.warnings ==
        std::vector<std::string>{"domain A: up, and so not booted: cn1 (shutdown says on cn1: sudo: a "
                                 "password is required)"});
  CHECK(one.clock.elapsed() >= std::chrono::minutes(10));

  // It was seen down, so it needs no time to go down.
  BootedDomain raced;
  raced.guarded = true;
  raced.before = [&](const std::string& words) {
    if (words.find("setuphanfs") != std::string::npos && words.find("--check") == std::string::npos)
      raced.up["cn2"] = true;
  };
  const Applied by_others = raced.apply();
  CHECK(by_others.booted == std::vector<std::string>{"cn1"});
  CHECK(by_others.shut_down == std::vector<std::string>{"cn1", "cn2"});
  CHECK(raced.clock.elapsed() == std::chrono::minutes(0));
  CHECK(by_others.all_good());
  CHECK(open_journal(raced.folder.journal(), false)->stopped.empty());
}

TEST_CASE("a signal right after the shutdown: who still answers may refuse or be going down, and is owed its boot") {
  BootedDomain domain;
  domain.stay_up = {"cn1"};
  ApplyOptions options;
  bool stop = false;
  domain.before = [&](const std::string& words) { stop = stop || words.find("shutdown") != std::string::npos; };
  options.may_continue = [&] { return !stop; };
  options.time_left = [&] { return std::chrono::milliseconds(stop ? 0 : 60000); };
  const Applied result = domain.apply(options);
  CHECK(domain.runner.calls.back() == "rnetboot cn2");
  CHECK(result.booted.empty());  // nobody has seen it up
  CHECK(result.not_up == std::vector<std::string>{"cn1", "cn2"});
  CHECK(std::any_of(result.problems.begin(), result.problems.end(), [](const std::string& problem) {
    return problem ==
           "domain A: asked to shut down, and still answering, so not booted: cn1 (shutdown says on cn1: sudo: a "
           "password is required); cure: makehanfs status in 10 minutes, rnetboot for those that are down then";
  }));
  CHECK(domain.clock.elapsed() <= std::chrono::seconds(60));
  const StoppedNodes owed = open_journal(domain.folder.journal(), true)->stopped;
  REQUIRE(owed.size() == 2);
  CHECK(owed.at("cn1").booted.empty());
  CHECK(owed.at("cn2").booted == domain.clock.time_of_day);

  // One that only takes its time is booted.
  BootedDomain slow;
  slow.stay_up = {"cn1"};
  stop = false;
  slow.before = [&](const std::string& words) { stop = stop || words.find("shutdown") != std::string::npos; };
  slow.clock.at(slow.clock.now() + std::chrono::seconds(20), [&] { slow.up["cn1"] = false; });
  CHECK(slow.apply(options).not_up == std::vector<std::string>{"cn1", "cn2"});
  CHECK(slow.boots() == 1);
}

TEST_CASE("a node whose boot an earlier run has begun has half an hour to come up, and is booted again then") {
  for (const bool killed : {false, true}) {
    CAPTURE(killed);
    BootedDomain domain;
    domain.dead = {"cn2"};
    if (killed) {
      domain.apply_and_die(true);  // rnetboot goes on by itself
      domain.up["cn1"] = true;
    } else {
      bool stop = false;
      domain.before = [&](const std::string& words) { stop = stop || words.find("shutdown") != std::string::npos; };
      ApplyOptions options;
      options.may_continue = [&] { return !stop; };
      options.time_left = [&] { return std::chrono::milliseconds(stop ? 0 : 60000); };
      const Applied late = domain.apply(options);
      CHECK(late.booted.empty());
      CHECK(late.not_up == std::vector<std::string>{"cn1", "cn2"});
      domain.clock.time_of_day = "2026-11-28T00:10:00Z";
      domain.server = "ok";
    }
    const std::chrono::nanoseconds began = domain.clock.elapsed();
    std::map<std::string, std::chrono::nanoseconds> at;
    domain.before = [&](const std::string& words) { at.emplace(words, domain.clock.elapsed() - began); };
    domain.clock.at(domain.clock.now() + std::chrono::minutes(15), [&] { domain.dead.clear(); });
    const Applied result = domain.apply({}, true);
    CHECK(at.count("rnetboot cn1,cn2") == 0);
    REQUIRE(at.count("rnetboot cn2") == 1);
    CHECK(at["rnetboot cn2"] == std::chrono::minutes(20));
    CHECK(result.booted == std::vector<std::string>{"cn2"});
    CHECK(result.not_up.empty());
    CHECK(result.problems.empty());
    CHECK(open_journal(domain.folder.journal(), true)->stopped.empty());
  }
}

TEST_CASE("a node that an earlier run has booted is not booted again from a server that does not serve") {
  BootedDomain domain;
  domain.of_two_servers = true;
  domain.dead = {"cn1", "cn2"};
  domain.apply_and_die(true);
  domain.second_serves = false;
  const Applied result = domain.apply({}, true);
  CHECK(std::count(domain.runner.calls.begin(), domain.runner.calls.end(), "rnetboot cn1") == 1);
  for (const std::string& call : domain.runner.calls) CHECK(call.find("rnetboot cn2") == std::string::npos);
  CHECK(result.not_up == std::vector<std::string>{"cn1", "cn2"});
}

TEST_CASE("a boot that rnetboot says it has not begun is no boot to the next run") {
  BootedDomain domain;
  domain.unbootable = {"cn1", "cn2"};
  domain.netboot_says = "cn1: Error: busy\n";  // and nothing of cn2
  domain.apply();
  const StoppedNodes owed = open_journal(domain.folder.journal(), true)->stopped;
  REQUIRE(owed.size() == 2);
  CHECK(owed.at("cn1").booted.empty());
  CHECK(owed.at("cn2").booted == domain.clock.time_of_day);
}

TEST_CASE("no server is changed while nodes boot that an earlier run has booted") {
  BootedDomain domain;
  domain.guarded = true;
  domain.apply_and_die(true);
  domain.server = "drift";
  const Applied result = domain.apply();
  CHECK(domain.server == "drift");
  CHECK(result.shut_down.empty());
  REQUIRE_FALSE(result.problems.empty());
  CHECK(result.problems[0] ==
        "domain A: cn1,cn2 may be coming up, as an earlier apply has booted them, so nothing is changed there; cure: "
        "makehanfs status; the same again when they are up, or half an hour after their boot");
  // They had their time meanwhile, and were booted again.
  CHECK(domain.clock.elapsed() < std::chrono::minutes(21));
  CHECK(result.booted == std::vector<std::string>{"cn1", "cn2"});
}

TEST_CASE("a node that is up and refuses the connection is offered another command than a boot") {
  BootedDomain domain;
  domain.without_sshd = {"cn2"};
  const Applied result = domain.apply();
  CHECK(result.booted == std::vector<std::string>{"cn1"});
  CHECK(result.problems == std::vector<std::string>{"up, but refusing the connection of the remote shell: cn2; cure: "
                                                    "startsrc -s sshd at the console (rcons), then the same again"});
  CHECK(domain.boots() == 1);
  // It keeps being owed, and the next run names it with the same cure.
  domain.clock.time_of_day = "2026-11-28T01:00:00Z";
  const Applied next = domain.apply();
  REQUIRE_FALSE(next.problems.empty());
  CHECK(next.problems.back() == result.problems.back());
}

namespace {

// When each command was first given.
std::map<std::string, std::chrono::nanoseconds> times_of(BootedDomain& domain, Applied& result,
                                                         const ApplyOptions& options = {}) {
  std::map<std::string, std::chrono::nanoseconds> at;
  domain.before = [&](const std::string& words) { at.emplace(words, domain.clock.elapsed()); };
  result = domain.apply(options);
  domain.before = [](const std::string&) {};
  return at;
}

std::string on(const std::string& hosts, const std::string& command) {
  const auto line = command_line(pdsh(), hosts, {command});
  return hanfs::run::command_text(line);
}

}  // namespace

TEST_CASE("who is up is tuned, and no other domain waits, while somebody stays down whose failure may be borne") {
  for (const std::size_t limit : {1U, 2U}) {
    CAPTURE(limit);
    BootedDomain domain;
    domain.unbootable = {"cn2"};
    domain.after_it = {servers("domain B", {server("asn3", "B")})};
    ApplyOptions options;
    options.failure_limit = limit;
    Applied result;
    auto at = times_of(domain, result, options);
    const std::string other = hanfs::run::command_text(command_line(pdsh(), "asn3", server("asn3", "B").argv));
    CHECK(at.count(other) == limit - 1);
    if (limit == 2) CHECK(at[other] == std::chrono::minutes(5));
    const std::string tuned = on(limit == 1 ? "cn1,cn2" : "cn1", node_tool.front());
    REQUIRE(at.count(tuned) == 1);
    CHECK(at[tuned] == std::chrono::minutes(limit == 1 ? 40 : 5));
    CHECK(state_of(result, "cn1") == State::ok);
    CHECK(result.problems[0].find("domain A: not up again 30 minutes after rnetboot cn2") == 0);
    CHECK(domain.clock.elapsed() == std::chrono::minutes(40));
  }
}

TEST_CASE("a part that stays down is waited for no longer than an earlier one took to come up, and five minutes") {
  BootedDomain domain;
  domain.in_parts = true;
  domain.up["cn3"] = true;
  domain.dead = {"cn3"};
  Applied result;
  auto at = times_of(domain, result);
  REQUIRE(at.count(on("cn1,cn2", node_tool.front())) == 1);
  CHECK(at[on("cn1,cn2", node_tool.front())] == std::chrono::minutes(5));
  CHECK(result.not_up == std::vector<std::string>{"cn3"});
  CHECK(domain.clock.elapsed() == std::chrono::minutes(30));
}

TEST_CASE("nodes that are up are tuned before those are waited for that an earlier run has left down") {
  BootedDomain domain;
  domain.apply_and_die();
  domain.up["cn1"] = true;
  domain.dead = {"cn2"};
  domain.server = "ok";
  Applied result;
  auto at = times_of(domain, result);
  REQUIRE(at.count(on("cn1", node_tool.front())) == 1);
  CHECK(at[on("cn1", node_tool.front())] == std::chrono::minutes(0));
  CHECK(result.not_up == std::vector<std::string>{"cn2"});
}

TEST_CASE("a server in use is known by its addresses, and by its names in whatever case, long or short") {
  const std::vector<ServerNames> servers{{"asn1", {"asn1", "10.0.0.1", "asn1-ml0"}}};
  const auto used = [&](const std::string& name) {
    return server_in_use(
        "Server      Remote Path          fsid                 Local Path        \n"
        "asn9        /install/nim         0:42                 /usr              \n"
        "        Current Server: " +
            name + ":/install/nim\n",
        servers);
  };
  for (const char* name : {"asn1", "10.0.0.1", "asn1-ml0", "ASN1-ml0.cluster.example.com", "asn1.example.com"}) {
    INFO(name);
    CHECK(used(name) == "asn1");
  }
  for (const char* name : {"asn11", "10.0.0.11", "10.0.0", "asn1-ml", "asn2.asn1"}) {
    INFO(name);
    CHECK(used(name).empty());
  }
}

TEST_CASE("no node is shut down for servers from which a node of others runs") {
  BootedDomain domain;
  const std::string header = "cn9: Server      Remote Path          fsid                 Local Path        \n";
  domain.showfs = header + "cn9: asn1-ml0    /install/nim         0:42                 /usr              \n";
  const Applied result = domain.apply();
  CHECK(result.shut_down.empty());
  CHECK(domain.up == std::map<std::string, bool>{{"cn1", true}, {"cn2", true}});
  REQUIRE_FALSE(result.problems.empty());
  CHECK(result.problems[0] ==
        "domain A: cn9 runs from asn1, and is not of its domain, so nothing is changed there; cure: those that "
        "noderes.xcatmaster boots from a server of their own domain go home by rnetboot cn9; others are shut down for "
        "the "
        "time; makehanfs plan says what the tables have wrong; then the same again");
  // The server in use counts.
  domain.showfs += "cn9:         Current Server: 10.9.9.9:/install/nim\n";
  CHECK(domain.apply().shut_down.size() == 2);
}

TEST_CASE("a node of others that does not say from where it runs is named, and keeps nobody") {
  for (const char* said : {"cn9: garbage\n", "cn9: Error\n"}) {
    INFO(said);
    BootedDomain domain;
    domain.showfs = said;
    const Applied result = domain.apply();
    CHECK(result.shut_down.size() == 2);
    REQUIRE(result.warnings.size() == 1);
    CHECK(result.warnings[0] ==
          "domain A: whether nodes of other domains run from its servers is not known of all: cn9: /usr/sbin/nfs4cl "
          "says nothing that can be read; cure: their consoles (rcons)");
  }
  Action action = question({"cn9"}, servers_question(), Action::Judge::guests, Action::Role::guard);
  action.servers = {{"asn1", {"10.0.0.1"}}};
  HostReply reply;
  reply.answer.host = "cn9";
  reply.answer.end = HostAnswer::End::timed_out;
  HostReply other;
  other.answer.host = "cn8";
  other.answer.last_stderr = "ssh: connect to host cn8 port 22: No route to host";
  for (const char* failure : {"", "xdsh: Error: Caught SIGINT - terminating the child processes."}) {
    INFO(failure);  // xdsh alone says that of a node that hangs
    const Guests guests = guests_of(action, {reply, other}, failure);
    CHECK(guests.warning.find("of all: cn9: does not answer; cure") != std::string::npos);
    CHECK(guests.objection.empty());
  }
  CHECK(guests_of(action, {reply}, "").objection.find("is not known (cn9: does not answer)") != std::string::npos);
  // One that may run from there by the tables: others do not speak for it.
  Action of_users = action;
  of_users.all_known = true;
  CHECK(guests_of(of_users, {reply, other}, "").objection ==
        "whether nodes run from its servers that may by the tables is not known (cn9: does not answer)");
  CHECK(guests_of(of_users, {reply, other}, "").warning.empty());
  CHECK(guests_of(of_users, {other}, "").objection.empty());
  CHECK(guests_of(action, {reply}, "").remedy ==
        "their consoles (rcons); cn9 has to answer /usr/sbin/nfs4cl, or to be known to be down");
  reply.answer.end = HostAnswer::End::exited;
  reply.answer.status = 0;  // no file system at all
  CHECK(guests_of(action, {reply}, "").warning.empty());
  CHECK(guests_of(action, {reply}, "").objection.empty());
  CHECK(guests_of(action, {reply, other}, "").warning.empty());
  HostReply alike = reply;
  alike.answer.host = "cn7";
  CHECK(guests_of(action, {alike, reply}, "").objection.find("is not known (cn7,cn9: does not answer)") !=
        std::string::npos);
  CHECK(guests_of(action, {alike, reply}, "").nobody_spoke);
  CHECK(guests_of(action, {alike, reply}, "", true).objection.empty());
  CHECK_FALSE(guests_of(action, {alike, reply}, "xdsh: Error: x").nobody_spoke);
  CHECK_FALSE(guests_of(action, {alike, reply}, "xdsh: Error: x", true).objection.empty());
  CHECK_FALSE(guests_of(action, {alike, other}, "").nobody_spoke);
  reply.answer.status = 255;
  for (const char* said :
       {"ssh: connect to host cn9 port 22: No route to host", "ksh: /usr/sbin/nfs4cl:  not found."}) {
    INFO(said);
    reply.answer.last_stderr = said;
    CHECK(guests_of(action, {reply}, "").warning.empty());
    CHECK(guests_of(action, {reply}, "xdsh: exit status 1").objection.empty());
  }
}

TEST_CASE("an answer of a node of others that was cut is none") {
  Action action = question({"cn9"}, servers_question(), Action::Judge::guests, Action::Role::guard);
  action.servers = {{"asn1", {"10.0.0.1"}}};
  HostReply reply;
  reply.answer.host = "cn9";
  reply.answer.end = HostAnswer::End::exited;
  reply.answer.status = 0;
  reply.answer.had_stdout = true;
  reply.answer.last_stderr = "Warning: Permanently added 'cn9' to the list of known hosts.";
  reply.output.text = "Server      Remote Path          fsid                 Local Path        \n";
  CHECK(guests_of(action, {reply}, "").warning.empty());
  const auto warns = [&] {
    return guests_of(action, {reply}, "").warning.find("did not end well") != std::string::npos;
  };
  reply.answer.status = 137;
  CHECK(warns());
  reply.answer.status.reset();
  reply.answer.end = HostAnswer::End::timed_out;
  CHECK(warns());
  reply.answer.end = HostAnswer::End::unknown;
  CHECK_FALSE(warns());
  reply.answer.last_stderr = "Error: cn9 timed out";
  CHECK(warns());
}

TEST_CASE("no node is shut down while nobody could ask who else runs from its servers") {
  const auto is_left_alone = [](BootedDomain& domain) {
    const Applied result = domain.apply();
    CHECK(result.shut_down.empty());
    CHECK(domain.up == std::map<std::string, bool>{{"cn1", true}, {"cn2", true}});
    REQUIRE_FALSE(result.problems.empty());
    CHECK(result.problems[0].find("domain A: whether nodes of other domains run from its servers is not known (pdsh") ==
          0);
  };
  BootedDomain as_a_whole;
  as_a_whole.guests_status = 1;
  is_left_alone(as_a_whole);
  // It ends with 0, and says something about nobody in particular.
  BootedDomain in_part;
  in_part.showfs = "Error: Unable to dispatch hierarchical sub-command to sn9:3001.\n";
  is_left_alone(in_part);
}

TEST_CASE("no node is shut down whose server could not boot it again") {
  BootedDomain domain;
  domain.serves = false;
  const Applied result = domain.apply();
  CHECK(domain.up == std::map<std::string, bool>{{"cn1", true}, {"cn2", true}});
  CHECK(result.shut_down.empty());
  REQUIRE_FALSE(result.problems.empty());
  CHECK(result.problems[0] ==
        "domain A: asn1 exports nothing at or below /install, so nothing is changed there; cure: bring asn1 up; its "
        "nodes "
        "boot from there, so until then they are left running; makehanfs runbook moves those of one that is gone for "
        "good; "
        "where nothing is exported yet, apply without --disruptive "
        "comes first");
}

TEST_CASE("no node is shut down while another one hangs, or is on though nobody can connect to it") {
  BootedDomain domain;
  domain.hung = {"cn2"};
  Applied result = domain.apply();
  CHECK(domain.up["cn1"]);
  REQUIRE_FALSE(result.problems.empty());
  CAPTURE(result.problems[0]);
  CHECK(result.problems[0].find("domain A: whether cn2 is up is not known (cn2: does not answer") == 0);
  CHECK(result.problems[0].find("rpower cn2 off") != std::string::npos);

  BootedDomain hidden;
  hidden.up["cn2"] = false;  // no route to it
  for (const char* state : {"on", "Running"}) {
    hidden.power = std::string("cn1: on\ncn2: ") + state + "\n";
    result = hidden.apply();
    CHECK(hidden.up["cn1"]);
    CHECK(result.shut_down.empty());
    REQUIRE_FALSE(result.problems.empty());
    CHECK(result.problems[0].find("domain A: cn2 cannot be connected to, but rpower") == 0);
  }
  hidden.power = "cn1: on\ncn2: off\n";
  CHECK(hidden.apply().shut_down == std::vector<std::string>{"cn1"});

  // An exit status of 0 says nothing of each of them.
  for (const char* said : {"cn1: on\n", "cn1: on\ncn2: Error: no response from hmc02\n", "cn1: on\ncn2: \n"}) {
    BootedDomain unknown;
    unknown.power = said;
    result = unknown.apply();
    CHECK(unknown.up["cn1"]);
    CHECK(result.shut_down.empty());
    REQUIRE_FALSE(result.problems.empty());
    CHECK(result.problems[0].find("tells no state of cn2, so nobody knows whether they could be booted again") !=
          std::string::npos);
  }
}

TEST_CASE("nodes that were down before are not booted, and named") {
  BootedDomain domain;
  domain.up["cn2"] = false;
  const Applied result = domain.apply();
  CHECK(result.shut_down == std::vector<std::string>{"cn1"});
  CHECK(result.booted == std::vector<std::string>{"cn1"});
  CHECK(result.down_before == std::vector<std::string>{"cn2"});
  CHECK(domain.up["cn1"]);
  CHECK_FALSE(domain.up["cn2"]);
  CHECK(text_of(BootedDomain::stages(), result, false)
            .find("shut down: cn1\nbooted: cn1\ndown before, and not booted: "
                  "cn2\n") != std::string::npos);
  CHECK(json_of(BootedDomain::stages(), result)["nodes"]["booted"] == nlohmann::json{"cn1"});
  CHECK(open_journal(domain.folder.journal(), false)->stopped.empty());
}

TEST_CASE("a server that does not serve any more boots no node: it gets its time, then the nodes are named") {
  BootedDomain domain;
  domain.server_fails = true;
  domain.before = [&](const std::string& words) {
    if (words.find("setuphanfs") != std::string::npos && words.find("--check") == std::string::npos)
      domain.serves = false;
  };
  const Applied result = domain.apply();
  CHECK(domain.boots() == 0);
  CHECK(domain.clock.elapsed() == std::chrono::minutes(10));
  CHECK(result.booted.empty());
  CHECK(std::any_of(result.problems.begin(), result.problems.end(), [](const std::string& problem) {
    return problem ==
           "domain A: shut down and not booted, as asn1 does not serve (asn1 exports nothing at or below "
           "/install): cn1,cn2; cure: setuphanfs --status there, then rnetboot cn1,cn2";
  }));
  CHECK(open_journal(domain.folder.journal(), true)->stopped.size() == 2);

  // It comes up again: a later run boots them.
  domain.before = [](const std::string&) {};
  domain.serves = true;
  domain.server = "ok";
  const Applied later = domain.apply();
  CHECK(later.booted == std::vector<std::string>{"cn1", "cn2"});
  CHECK(later.warnings == std::vector<std::string>{"booted, as an earlier apply had shut them down: cn1,cn2"});

  BootedDomain slow;
  slow.server_fails = true;
  slow.before = [&](const std::string& words) {
    if (words.find("setuphanfs") != std::string::npos && words.find("--check") == std::string::npos)
      slow.serves = false;
  };
  slow.clock.at(slow.clock.now() + std::chrono::minutes(9), [&] { slow.serves = true; });
  CHECK(slow.apply().booted.size() == 2);
}

TEST_CASE("nodes of a server that serves do not wait for those of one that is still at work") {
  for (const bool comes : {true, false}) {
    CAPTURE(comes);
    BootedDomain domain;
    domain.of_two_servers = true;
    std::map<std::string, std::chrono::nanoseconds> booted_at;
    domain.before = [&](const std::string& words) {
      if (words.find("setuphanfs") != std::string::npos && words.find("--check") == std::string::npos)
        domain.second_serves = false;
      if (words.find("rnetboot") != std::string::npos) booted_at[words] = domain.clock.elapsed();
    };
    if (comes) domain.clock.at(domain.clock.now() + std::chrono::minutes(9), [&] { domain.second_serves = true; });
    const Applied result = domain.apply();
    REQUIRE(booted_at.count("rnetboot cn1") == 1);
    CHECK(booted_at["rnetboot cn1"] == std::chrono::minutes(0));
    if (comes) {
      CHECK(booted_at["rnetboot cn2"] == std::chrono::minutes(9));
      CHECK(booted_at.size() == 2);
      CHECK(result.booted == std::vector<std::string>{"cn1", "cn2"});
      CHECK(result.problems.empty());
    } else {
      CHECK(booted_at.size() == 1);
      REQUIRE(result.problems.size() == 1);
      CHECK(result.problems.front() ==
            "domain A: shut down and not booted, as asn2 does not serve (asn2 exports nothing at or below "
            "/install): cn2; cure: setuphanfs --status there, then rnetboot cn2");
    }
  }
}

TEST_CASE("a signal while a server is waited for: it was seen not serving, so its nodes are named and not booted") {
  BootedDomain domain;
  domain.of_two_servers = true;
  bool goes_on = true;
  domain.before = [&](const std::string& words) {
    if (words.find("setuphanfs") != std::string::npos && words.find("--check") == std::string::npos)
      domain.second_serves = false;
  };
  domain.clock.at(domain.clock.now() + std::chrono::minutes(2), [&] { goes_on = false; });
  ApplyOptions options;
  options.may_continue = [&] { return goes_on; };
  const Applied result = domain.apply(options);
  CHECK(result.booted == std::vector<std::string>{"cn1"});
  CHECK(std::any_of(result.problems.begin(), result.problems.end(), [](const std::string& problem) {
    return problem.find("domain A: shut down and not booted, as asn2 does not serve (") == 0;
  }));
  CHECK(domain.clock.elapsed() == std::chrono::minutes(2));
}

TEST_CASE("rnetboot that fails for one node: the others are waited for, and it is named") {
  BootedDomain domain;
  domain.unbootable = {"cn2"};
  const Applied result = domain.apply();
  CHECK(result.booted == std::vector<std::string>{"cn1"});
  CHECK(result.problems ==
        std::vector<std::string>{
            "domain A: not up again 30 minutes after rnetboot cn2, 3 boots failed, the last: rnetboot "
            "cn2: exit status 1 after 0.00 s; cure: what it says, then rnetboot cn2"});
  // At once, as it failed at once, and ten minutes later.
  CHECK(std::count(domain.runner.calls.begin(), domain.runner.calls.end(), "rnetboot cn2") == 2);
  CHECK(domain.clock.elapsed() == std::chrono::minutes(40));
  const auto left = open_journal(domain.folder.journal(), false);
  CHECK(left->stopped.size() == 1);
  CHECK(left->stopped.count("cn2") == 1);
}

TEST_CASE("rnetboot that fails once is run again for those that are down, which is a warning") {
  BootedDomain domain;
  domain.before = [&](const std::string& words) {
    domain.left_alone = words == "rnetboot cn1,cn2" && domain.boots() < 2;
  };
  const Applied result = domain.apply();
  CHECK(result.all_good());
  CHECK(result.problems.empty());
  CHECK(result.warnings ==
        std::vector<std::string>{
            "domain A: rnetboot cn1,cn2: exit status 1 after 0.00 s; after 2 boots its nodes are up"});
  CHECK(domain.boots() == 2);
  CHECK(open_journal(domain.folder.journal(), false)->stopped.empty());
}

TEST_CASE("rnetboot that did its work and ended badly is a warning") {
  for (const std::string said : {"", "cn1: Error: odd\n"}) {
    CAPTURE(said);
    BootedDomain domain;
    domain.netboot_says = said;
    domain.netboot_status = said.empty() ? 1 : 0;
    const Applied result = domain.apply();
    CHECK(exit_status_of(result) == 0);
    CHECK(domain.boots() == 1);
    CHECK(result.warnings ==
          std::vector<std::string>{"domain A: rnetboot cn1,cn2: " +
                                   (said.empty() ? std::string("exit status 1 after 0.00 s") : "cn1: Error: odd") +
                                   "; all the same its nodes are up"});
  }
}

TEST_CASE("no other domain is begun while nodes of one stay down that were shut down for it") {
  for (const bool come_up : {true, false}) {
    CAPTURE(come_up);
    BootedDomain domain;
    domain.left_alone = !come_up;
    domain.after_it = {servers("domain B", {server("asn3", "B")})};
    const Applied result = domain.apply();
    const auto begins_it = [](const std::string& words) {
      return words.find("asn3") != std::string::npos && words.find("--check") == std::string::npos;
    };
    CHECK(std::any_of(domain.runner.calls.begin(), domain.runner.calls.end(), begins_it) == come_up);
    CHECK((result.problems.size() == 2) == !come_up);
    if (!come_up) CHECK(result.problems[1].find("no other domain is begun, 1 domain failed, failure_limit is 1") == 0);
  }
}

TEST_CASE("an engine that fails for a while after the shutdown leaves nobody down") {
  BootedDomain domain;
  std::size_t failures = 4;
  bool down = false;
  domain.engine_fails = [&](const std::string& words) {
    down = down || words.find("shutdown") != std::string::npos;
    const bool of_server = words.find("exportfs") != std::string::npos || words.find("lssrc") != std::string::npos;
    if (!down || !of_server || failures == 0) return false;
    --failures;
    return true;
  };
  const Applied result = domain.apply();
  CHECK(failures == 0);
  CHECK(result.booted == std::vector<std::string>{"cn1", "cn2"});
  CHECK(result.problems.empty());
}

TEST_CASE("a node that nobody could ask whether it is up is not booted, unless it was seen down") {
  BootedDomain domain;
  domain.stay_up = {"cn1"};
  domain.guarded = true;
  bool asked = false;
  domain.engine_fails = [&](const std::string& words) {
    // cn2 is seen down, cn1 says that it is up; then nobody is asked any more.
    asked = asked || words.find("shutdown") != std::string::npos;
    return asked && domain.clock.elapsed() > std::chrono::minutes(1) && words.find("hostname") != std::string::npos;
  };
  const Applied result = domain.apply();
  CHECK(std::count(domain.runner.calls.begin(), domain.runner.calls.end(), "rnetboot cn2") == 1);
  for (const std::string& call : domain.runner.calls) CHECK(call.find("rnetboot cn1") == std::string::npos);
  CHECK(std::any_of(result.problems.begin(), result.problems.end(), [](const std::string& problem) {
    return problem.find("domain A: whether cn1 is up is not known (") == 0 &&
           problem.find(
               "), so not booted; cure: what it says, then makehanfs status, and rnetboot for those that are "
               "silent") != std::string::npos;
  }));
  CHECK(open_journal(domain.folder.journal(), false)->stopped.count("cn1") == 1);
}

TEST_CASE("one lost answer to the question who is up is asked for again") {
  BootedDomain domain;
  domain.stay_up = {"cn1"};
  std::size_t questions = 0;
  bool asked = false;
  domain.engine_fails = [&](const std::string& words) {
    asked = asked || words.find("shutdown") != std::string::npos;
    return asked && words.find("hostname") != std::string::npos && ++questions == 1;
  };
  const Applied result = domain.apply();
  CHECK(std::count(domain.runner.calls.begin(), domain.runner.calls.end(), "rnetboot cn2") == 1);
  for (const std::string& call : domain.runner.calls) CHECK(call.find("rnetboot cn1") == std::string::npos);
}

TEST_CASE("who was seen down and booted by somebody else is not booted, though the first question is lost") {
  BootedDomain domain;
  domain.guarded = true;  // so both are seen down
  bool changed = false;
  std::size_t lost = 0;
  domain.engine_fails = [&](const std::string& words) {
    if (words.find("setuphanfs") != std::string::npos && words.find("--check") == std::string::npos) {
      changed = true;
      domain.up["cn1"] = true;
    }
    return changed && words.find("hostname") != std::string::npos && ++lost == 1;
  };
  const Applied result = domain.apply();
  CHECK(lost > 1);
  CHECK(result.booted == std::vector<std::string>{"cn2"});
}

TEST_CASE("what one question tells of a server is not forgotten by the next one, however small the fan-out") {
  BootedDomain domain;
  domain.of_two_servers = true;
  domain.fanout = 2;
  domain.before = [&](const std::string& words) {
    if (words.find("shutdown") != std::string::npos) domain.nfsd_of_second = false;
  };
  const Applied result = domain.apply();
  CHECK(result.booted == std::vector<std::string>{"cn1"});
}

TEST_CASE("nodes of an earlier run wait for no server on which this run did not work") {
  BootedDomain domain;
  domain.of_two_servers = true;
  domain.apply_and_die();
  domain.second_serves = false;
  domain.server = "ok";
  const Applied result = domain.apply();
  CHECK(domain.clock.elapsed() == std::chrono::minutes(0));
  CHECK(result.booted == std::vector<std::string>{"cn1"});
  CHECK(result.warnings == std::vector<std::string>{"booted, as an earlier apply had shut them down: cn1"});
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].find("domain A: shut down and not booted, as asn2 does not serve (") == 0);
  // The debt is kept.
  domain.second_serves = true;
  CHECK(domain.apply().booted == std::vector<std::string>{"cn2"});
}

TEST_CASE("nodes of an earlier run that do not come up keep no other domain waiting") {
  BootedDomain domain;
  domain.apply_and_die();
  domain.server = "ok";
  domain.left_alone = true;
  domain.after_it = {servers("domain B", {server("asn3", "B")})};
  std::optional<std::chrono::nanoseconds> done_at;
  domain.before = [&](const std::string& words) {
    if (words.find("asn3") != std::string::npos && !done_at) done_at = domain.clock.elapsed();
  };
  const Applied result = domain.apply();
  REQUIRE(done_at);
  CHECK(*done_at == std::chrono::minutes(0));
  CHECK(state_of(result, "asn3") == State::ok);
  CHECK(result.problems.size() == 1);
  CHECK(result.problems[0].find("domain A: not up again 30 minutes after rnetboot cn1,cn2") == 0);
}

TEST_CASE("no other domain is shut down before one node has come up that an earlier run has left down") {
  using Role = Action::Role;
  using Judge = Action::Judge;
  struct Case {
    std::set<std::string> dead;
    bool netboot_fails;
    std::size_t failure_limit;
    std::optional<int> minutes;  // until nodes of the other domain are shut down
  };
  for (const Case& one : {Case{{}, false, 1, 0}, Case{{"cn2"}, false, 1, 0}, Case{{"cn1", "cn2"}, false, 1, {}},
                          Case{{"cn1", "cn2"}, false, 2, 30}, Case{{}, true, 1, {}}, Case{{}, true, 2, 0}}) {
    CAPTURE(one.dead.size());
    CAPTURE(one.netboot_fails);
    CAPTURE(one.failure_limit);
    BootedDomain domain;
    domain.apply_and_die();
    domain.server = "ok";
    domain.server_of_other = "drift";
    domain.up["cn8"] = true;
    domain.dead = one.dead;
    domain.left_alone = one.netboot_fails;
    Action look = question({"asn3"}, server("asn3", "B").argv, Judge::verdicts, Role::look);
    look.argv.emplace_back("--check");
    Action known = question({"cn8"}, {"/usr/bin/hostname"}, Judge::known, Role::guard);
    Action stop = question({"cn8"}, shutdown_command(), Judge::nothing, Role::work);
    look.domain = known.domain = stop.domain = "B";
    domain.after_it = {{Stage::Kind::looks, "looks of B", {look}}, {Stage::Kind::stop, "stop of B", {known, stop}}};
    std::optional<std::chrono::nanoseconds> shut_down_at;
    domain.before = [&](const std::string& words) {
      if (words.find("shutdown") != std::string::npos) shut_down_at = domain.clock.elapsed();
    };
    ApplyOptions options;
    options.failure_limit = one.failure_limit;
    const Applied result = domain.apply(options);
    CHECK(shut_down_at.has_value() == one.minutes.has_value());
    if (shut_down_at && one.minutes) CHECK(*shut_down_at == std::chrono::minutes(*one.minutes));
    const bool is_said = std::any_of(result.problems.begin(), result.problems.end(), [](const std::string& problem) {
      return problem.find("domain A: none of cn1,cn2, which an earlier apply has left down, is up again") == 0;
    });
    CHECK(is_said == (one.dead.size() == 2 || one.netboot_fails));
  }
}

TEST_CASE("a signal while the engine fails: of servers of which nothing is known, nodes are booted") {
  BootedDomain domain;
  bool is_changed = false, goes_on = true;
  domain.before = [&](const std::string& words) {
    is_changed = is_changed || (words.find("setuphanfs") != std::string::npos && domain.server == "ok");
  };
  domain.engine_fails = [&](const std::string& words) {
    return is_changed && words.find("exportfs") != std::string::npos;
  };
  domain.clock.at(domain.clock.now() + std::chrono::minutes(2), [&] { goes_on = false; });
  ApplyOptions options;
  options.may_continue = [&] { return goes_on; };
  const Applied result = domain.apply(options);
  CHECK(domain.boots() == 1);
  CHECK(std::any_of(result.problems.begin(), result.problems.end(), [](const std::string& problem) {
    return problem.find("so rnetboot cn1,cn2 was run all the same") != std::string::npos;
  }));
  for (const std::string& problem : result.problems) CHECK(problem.find("does not serve") == std::string::npos);
}

TEST_CASE("what a server did not say is not known, what it said is") {
  const Action exports = question({"asn1"}, {"/usr/sbin/exportfs"}, Action::Judge::exports, Action::Role::guard);
  const auto not_known = [&](const std::vector<HostReply>& replies, const std::string& failure) {
    return objection_of(exports, replies, failure).not_known;
  };
  HostReply silent;
  silent.answer.host = "asn1";
  HostReply speaks;
  speaks.answer.host = "asn2";
  speaks.answer.had_stdout = true;
  speaks.output.text = "/home -vers=4,ro\n";
  CHECK(not_known({silent}, "").empty());
  CHECK(not_known({silent, speaks}, "").empty());
  CHECK(not_known({silent, silent}, "").size() == 2);
  CHECK(not_known({silent, speaks}, "xdsh: exit status 1") == std::vector<std::string>{"asn1", "asn2"});
  silent.answer.last_stderr = "exportfs: cannot open /etc/xtab";
  CHECK(not_known({silent}, "") == std::vector<std::string>{"asn1"});
}

TEST_CASE("a server that has died while this run worked on another one is not waited for") {
  BootedDomain domain;
  domain.of_two_servers = true;
  domain.before = [&](const std::string& words) {
    if (words.find("setuphanfs") != std::string::npos && words.find("--check") == std::string::npos)
      domain.second_is_gone = true;
  };
  const Applied result = domain.apply();
  CHECK(domain.clock.elapsed() == std::chrono::minutes(0));
  CHECK(result.booted == std::vector<std::string>{"cn1"});
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].find("domain A: shut down and not booted, as asn2 does not serve (asn2 does not answer") ==
        0);
}

TEST_CASE("a node that is down already may have no state of power: it is not booted") {
  BootedDomain domain;
  domain.up["cn2"] = false;
  domain.power = "cn1: on\ncn2: Error: no hardware control point\n";
  CHECK(domain.apply().shut_down == std::vector<std::string>{"cn1"});
  BootedDomain other;
  other.power = domain.power;
  CHECK(other.apply().shut_down.empty());
}

TEST_CASE("a node that does not come up keeps no other one down: the next part is booted beside it") {
  BootedDomain domain;
  domain.in_parts = true;
  domain.unbootable = {"cn2"};
  std::map<std::string, std::chrono::nanoseconds> booted_at;
  domain.up["cn3"] = true;
  domain.before = [&](const std::string& words) {
    if (words.find("rnetboot") != std::string::npos) booted_at[words] = domain.clock.elapsed();
  };
  const Applied result = domain.apply();
  REQUIRE(booted_at.count("rnetboot cn3") == 1);
  CHECK(booted_at["rnetboot cn1,cn2"] == std::chrono::minutes(0));
  CHECK(booted_at["rnetboot cn3"] == std::chrono::minutes(5));
  CHECK(domain.clock.elapsed() == std::chrono::minutes(40));  // half an hour after the last of three boots
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].find("domain A: not up again 30 minutes after rnetboot cn2, 3 boots failed") == 0);

  // Where nobody comes up the next part has its turn all the same, after all of the time.
  BootedDomain none;
  none.in_parts = true;
  none.up["cn3"] = true;
  none.unbootable = {"cn1", "cn2"};
  none.before = [&](const std::string& words) {
    if (words.find("rnetboot") != std::string::npos) booted_at[words] = none.clock.elapsed();
  };
  none.apply();
  CHECK(booted_at["rnetboot cn3"] == std::chrono::minutes(30));
}

TEST_CASE("a node that answers soon after its shutdown may still be going down: the debt stays") {
  BootedDomain domain;
  domain.apply_and_die();
  domain.up = {{"cn1", true}, {"cn2", true}};
  domain.server = "ok";
  domain.clock.time_of_day = "2026-11-28T00:09:59Z";
  const Applied result = domain.apply();
  CHECK(domain.boots() == 0);
  CHECK(result.problems.empty());
  REQUIRE_FALSE(result.warnings.empty());
  CHECK(result.warnings.back() ==
        "shut down by an earlier apply, and answering so soon after that, that they may still be going down: "
        "cn1,cn2; cure: makehanfs status in 10 minutes, rnetboot for those that are down then");
  const auto still = open_journal(domain.folder.journal(), true);
  REQUIRE(still->stopped.size() == 2);
  // The next run takes the time of the shutdown over, and not that of the run between.
  CHECK(still->stopped.at("cn1").step.why == "shut down at " + still->stopped.at("cn1").since);
  hanfs::plan::JournalContent journal;
  hanfs::plan::JournalEntry entry;
  entry.step = still->stopped.at("cn1").step;
  entry.time = "2030-01-01T00:00:00Z";
  journal.entries.push_back(entry);
  CHECK(read_stopped(journal).at("cn1").since == still->stopped.at("cn1").since);
}

TEST_CASE("a clock that was ahead keeps no debt alive: who answers is up") {
  BootedDomain domain;
  domain.apply_and_die();
  domain.up = {{"cn1", true}, {"cn2", true}};
  domain.server = "ok";
  domain.clock.time_of_day = "2026-11-27T00:00:00Z";
  const Applied result = domain.apply();
  CHECK(result.problems.empty());
  CHECK(result.warnings.empty());
  CHECK(open_journal(domain.folder.journal(), false)->stopped.empty());
}

TEST_CASE("a debt of more than a day is named, and nobody is booted for it: they may be off for another reason") {
  BootedDomain domain;
  domain.apply_and_die();
  domain.clock.time_of_day = "2026-11-29T00:00:01Z";
  const Applied result = domain.apply();
  CHECK(domain.boots() == 0);
  REQUIRE_FALSE(result.warnings.empty());
  CHECK(result.warnings.back() ==
        "shut down by an earlier apply, and not seen up since, but that is long ago (2026-11-28T00:00:00Z), "
        "so they are left as they are: cn1,cn2; cure, where they are to be up: rnetboot cn1,cn2");
  CHECK(open_journal(domain.folder.journal(), true)->stopped.size() == 2);
  domain.clock.time_of_day = "2026-11-29T00:00:00Z";
  CHECK(domain.apply().booted == std::vector<std::string>{"cn1", "cn2"});
}

TEST_CASE("nodes that an earlier run has left down are booted by this one, and not said to be left down") {
  BootedDomain domain;
  domain.apply_and_die();
  domain.up["cn1"] = true;
  domain.server = "drift";
  const Applied result = domain.apply();
  CHECK(result.shut_down == std::vector<std::string>{"cn1"});
  CHECK(result.booted == std::vector<std::string>{"cn1", "cn2"});
  CHECK(result.down_before.empty());
}

TEST_CASE("debts of nodes that this run is not about are reported") {
  BootedDomain domain;
  domain.apply_and_die();
  const auto earlier = open_journal(domain.folder.journal(), false);
  hanfs::sys::RealFiles files;
  hanfs::plan::Journal journal(files, domain.clock, domain.folder.journal(), "test");
  const std::vector<Stage> stages{nodes({action({"cn9"}, "B", node_tool)})};
  ApplyOptions options;
  options.stopped = earlier->stopped;
  FakeRunner runner(
      [](const std::string&) { return exited(0, "cn9: HANFS tool=x node=cn9 version=1 status=ok changed=0\n"); });
  const Applied result = apply(runner, pdsh(), stages, journal, domain.clock, options);
  REQUIRE(result.warnings.size() == 1);
  CHECK(result.warnings.front() ==
        "shut down by an earlier apply, since 2026-11-28T00:00:00Z, and none of this run: cn1,cn2; cure: "
        "makehanfs status cn1,cn2 shows who is up, rnetboot for those that are silent half an hour after their boot");
  CHECK(result.problems.empty());
}

TEST_CASE("no node is shut down that the journal cannot have, and a full disk costs no debt") {
  BootedDomain domain;
  domain.unwritable_journal = true;
  const Applied result = domain.apply();
  CHECK(result.shut_down.empty());
  CHECK(domain.up == std::map<std::string, bool>{{"cn1", true}, {"cn2", true}});
  REQUIRE_FALSE(result.problems.empty());
  CHECK(result.problems[0].find("domain A: its nodes cannot be noted as to be booted again: ") == 0);

  BootedDomain owing;
  owing.apply_and_die();
  fs::create_directories(owing.folder.journal() + ".new/x");  // nothing can be written there
  const auto refused = open_journal(owing.folder.journal(), false);
  REQUIRE_FALSE(refused);
  CHECK(refused.error().what.find("has nodes that are still to be booted; nothing was touched; cure: ") !=
        std::string::npos);
  fs::remove_all(owing.folder.journal() + ".new");
  CHECK(open_journal(owing.folder.journal(), false)->stopped.size() == 2);
  CHECK(open_journal(owing.folder.journal(), true)->stopped.size() == 2);
}

TEST_CASE("nodes that a killed run has left down are booted by the next one, but for those that are up again") {
  for (const bool resume : {false, true}) {
    for (const bool one_is_up : {false, true}) {
      CAPTURE(resume);
      CAPTURE(one_is_up);
      BootedDomain domain;
      domain.apply_and_die();
      CHECK_FALSE(domain.up["cn1"]);
      domain.up["cn1"] = one_is_up;
      const Applied result = domain.apply({}, resume);
      CHECK(domain.boots() == (one_is_up ? 0 : 1));
      CHECK(result.booted == (one_is_up ? std::vector<std::string>{"cn2"} : std::vector<std::string>{"cn1", "cn2"}));
      CHECK(result.all_good());
      CHECK(result.problems.empty());
      CHECK(open_journal(domain.folder.journal(), false)->stopped.empty());
    }
  }
}

TEST_CASE("of nodes that a killed run has left down those that hang are named, and the others booted") {
  BootedDomain domain;
  domain.apply_and_die();
  domain.hung = {"cn1"};
  const Applied result = domain.apply();
  CHECK(result.booted == std::vector<std::string>{"cn2"});
  CHECK(domain.boots() == 0);
  REQUIRE_FALSE(result.problems.empty());
  CHECK(result.problems.back() ==
        "shut down by an earlier apply, and not seen up since: cn1; cure: makehanfs status, and where "
        "their servers serve rnetboot cn1");
  CHECK(open_journal(domain.folder.journal(), true)->stopped.count("cn1") == 1);
}

TEST_CASE("nodes that a killed run has left down and that are only silent now are named, not booted") {
  BootedDomain domain;
  domain.apply_and_die();
  domain.silent = true;
  const Applied result = domain.apply();
  CHECK(domain.boots() == 0);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems.front().find("not seen up since: cn1,cn2; cure: makehanfs status, and where their "
                                     "servers serve rnetboot cn1,cn2") != std::string::npos);
}

TEST_CASE("a shutdown that takes the node's answer away is a debt all the same") {
  BootedDomain domain;
  domain.silent_shutdown = true;
  domain.apply_and_die();
  CHECK(open_journal(domain.folder.journal(), false)->stopped.size() == 2);
}

TEST_CASE("what was booted and does not come up is named, with the time that it had") {
  BootedDomain domain;
  domain.left_alone = true;
  const Applied result = domain.apply();
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems[0].find("domain A: not up again 30 minutes after rnetboot cn1,cn2, 3 boots failed") == 0);
  CHECK(domain.clock.elapsed() >= std::chrono::minutes(30));
  CHECK(open_journal(domain.folder.journal(), false)->stopped.size() == 2);
}

TEST_CASE("a server is changed only while its partner serves and no node of the domain is up") {
  GuardedDomain domain;
  const Applied result = domain.apply();
  CHECK(domain.changed == std::vector<std::string>{"asn1", "asn2", "cn1"});
  CHECK(result.all_good());
  CHECK(result.problems.empty());
}

TEST_CASE("servers that are as wanted are not changed, and nobody is asked for their sake") {
  GuardedDomain domain;
  domain.check = {{"asn1", "ok"}, {"asn2", "ok"}};
  domain.node_is_up = true;
  CHECK(domain.apply().all_good());
  CHECK(domain.changed == std::vector<std::string>{"cn1"});
  CHECK(domain.calls == 4);  // two looks, the node and its check
}

TEST_CASE("a partner that answers and does not serve, or is not seen, keeps the other as it is") {
  const auto refused = [](const std::function<void(GuardedDomain&)>& break_it, const std::string& why) {
    GuardedDomain domain;
    break_it(domain);
    const Applied result = domain.apply();
    CHECK(domain.changed.empty());
    CHECK(result.stages[1][0].problem == "not tried: " + why);
    REQUIRE(result.problems.size() == 1);
    CHECK(result.problems.front().find("domain A: " + why + ", so nothing is changed there; cure: ") == 0);
    CHECK(exit_status_of(result) == 1);
  };
  refused([](GuardedDomain& domain) { domain.exports["asn2"] = "/home -ro"; },
          "asn2 exports nothing at or below /install");
  refused([](GuardedDomain& domain) { domain.exports["asn2"] = "/installed -ro"; },
          "asn2 exports nothing at or below /install");
  refused([](GuardedDomain& domain) { domain.exports["asn2"] = ""; }, "asn2 exports nothing at or below /install");
  refused([](GuardedDomain& domain) { domain.nfsd["asn2"] = false; }, "asn2 has no active nfsd");
  refused([](GuardedDomain& domain) { domain.node_is_up = true; },
          "1 node is up, with NFSv4 state on its servers: cn1");
  // Who is only silent may be up.
  for (const char* const said :
       {"ssh: connect to host cn1 port 22: Connection refused",
        "ssh: connect to host cn1 port 22: Network is unreachable", "Permission denied (publickey)"})
    refused([&](GuardedDomain& domain) { domain.node_says = std::string("cn1: ") + said + "\n"; },
            "1 node is not known to be down: cn1 (cn1: does not answer: " + text::without_name(said, "cn1") + ")");
  refused([](GuardedDomain& domain) { domain.node_says = ""; },
          "1 node is not known to be down: cn1 (cn1: does not answer)");
  refused(
      [](GuardedDomain& domain) { domain.engine_fails = true; },
      "1 node is not known to be down: cn1 (cn1: does not answer; pdsh: exit status 1 after 0.00 s: no route of pdsh)");
}

TEST_CASE("a partner that stops serving once the first server is done keeps the second one as it is") {
  GuardedDomain domain;
  domain.exports["asn1"] = "";
  const Applied result = domain.apply();
  CHECK(domain.changed == std::vector<std::string>{"asn1"});
  CHECK(result.stages[2][0].state == State::skipped);
  REQUIRE(result.problems.size() == 1);
  CHECK(result.problems.front().find("so nothing more is changed there") != std::string::npos);
}

TEST_CASE("a server that cannot be asked beforehand closes its domain") {
  GuardedDomain domain;
  domain.check["asn2"] = "refused";
  const Applied result = domain.apply();
  CHECK(domain.changed.empty());
  CHECK(result.stages[1][0].problem == "not tried: server asn2 of domain A is not as wanted (refused)");
  CHECK(result.stages[2][0].state == State::refused);
}

TEST_CASE("what servers warn of is told once for all of them, and the error told is the cause") {
  const Folder folder;
  Site site;
  for (const std::string host : {"asn1", "asn2"})
    site.says[host] = host + ": warning: " + host + " was rw\n" + host +
                      ": error: exportfs -u /install: taken back (x)\n" + host + ": error: mknfsexp: boom\n" + host +
                      ": HANFS tool=setuphanfs status=fail changed=0";
  const std::vector<Stage> stages{servers("domain A", {server("asn1", "A")}),
                                  servers("domain B", {server("asn2", "B")})};
  ApplyOptions options;
  options.failure_limit = 5;
  const Applied result = applied(site, stages, options, folder);
  CHECK(result.stages[0][0].problem == "error: mknfsexp: boom");
  CHECK(to_do(stages, result, false).warnings == std::vector<std::string>{"asn[1-2]: HOST was rw"});
}

TEST_CASE("resume: what was done with the same words is not done again, other words are") {
  const Folder folder;
  Site first;
  first.says["asn3"] = "pdsh@mn: asn3: command timeout";
  auto stages = three_domains();
  applied(first, stages, {}, folder);

  Site second;
  stages[0].actions[2].argv.push_back("--more");  // the plan for asn5 has changed
  ApplyOptions options;
  const auto done = open_journal(folder.journal(), true);
  REQUIRE(done);
  options.done = done->done;
  const Applied result = applied(second, stages, options, folder);
  CHECK(state_of(result, "asn1") == State::done);
  CHECK(second.tried.count("asn1") == 0);
  CHECK(second.tried["asn3"] == 1);
  CHECK(second.tried["asn5"] == 1);
  CHECK(second.tried["cn4"] == 1);
  CHECK(exit_status_of(result) == 0);

  // A fresh run forgets.
  const auto fresh = open_journal(folder.journal(), false);
  REQUIRE(fresh);
  CHECK(fresh->done.empty());
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
  options.time_left = [&] { return std::chrono::milliseconds(stop ? 0 : 60000); };
  options.stop_reason = [] { return std::string("stopped by a signal"); };
  const auto stages = three_domains();
  const Applied result = applied(site, stages, options, folder);
  CHECK(state_of(result, "asn1") == State::changed);
  CHECK(state_of(result, "asn2") == State::skipped);
  CHECK(result.stages[1][0].problem == "not tried: stopped by a signal");
  CHECK(result.problems.back() ==
        "nothing more is handed out, stopped by a signal; cure: the same with --resume goes on");
  // What was not checked is not done.
  CHECK(site.checked.empty());
  CHECK(result.stages[0][0].problem == "not checked: the run was stopped");
  const auto done = open_journal(folder.journal(), true);
  REQUIRE(done);
  CHECK(done->done.empty());
}

TEST_CASE("a verdict is believed only when it is whole, one, and the exit status agrees") {
  const std::vector<Stage> stages{nodes({action({"cn1"}, "A", {"/x"})})};
  const auto judged = [&](const std::string& says) {
    const Folder folder;
    Site site;
    site.says["cn1"] = says;
    return applied(site, stages, {}, folder).stages[0][0];
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
  hanfs::test::SimulatedClock clock;
  hanfs::plan::Journal journal(files, clock, folder.journal(), "test");
  const Applied killed = apply(runner, pdsh(), stages, journal, clock, {});
  CHECK(killed.stages[0][0].state == State::no_answer);
  CHECK(killed.stages[0][0].problem == "its verdict is good, but its exit status is 137");
}

TEST_CASE("a dry run says what a run does, call by call, and leaves out what is done") {
  const Folder folder;
  Site site;
  const auto stages = three_domains();
  applied(site, stages, {}, folder, 3);
  const auto shown = dry_json(pdsh(3), stages, {});
  REQUIRE(shown.size() == site.runner.calls.size());
  for (std::size_t i = 0; i < shown.size(); ++i)
    CHECK(hanfs::run::command_text(shown[i]["argv"].get<std::vector<std::string>>()) == site.runner.calls[i]);
  const std::string text = dry_text(pdsh(3), stages, {});
  CHECK(
      text.find("nodes: 4 hosts\n  on cn1,cn2: /xcatpost/setupnfsv4replication\n      by pdsh -R ssh -S -f 3 -u 60 -w "
                "cn1,cn2 /xcatpost/setupnfsv4replication\n  then\n  on cn1,cn2: /xcatpost/setupnfsv4replication "
                "--check\n") != std::string::npos);
  auto done = open_journal(folder.journal(), true)->done;
  CHECK(dry_json(pdsh(3), stages, done).empty());
  done.erase({"cn4", node_tool});
  CHECK(dry_json(pdsh(3), stages, done).size() == 2);  // the command and its check
}

TEST_CASE("no engine: status 3, and nothing is said to be done") {
  const Folder folder;
  FakeRunner runner([](const std::string&) {
    hanfs::run::Outcome outcome;
    outcome.start_errno = 2;
    return outcome;
  });
  hanfs::sys::RealFiles files;
  hanfs::test::SimulatedClock clock;
  hanfs::plan::Journal journal(files, clock, folder.journal(), "test");
  const Applied result = apply(runner, pdsh(), three_domains(), journal, clock, {});
  CHECK_FALSE(result.worked);
  CHECK(exit_status_of(result) == 3);
  CHECK(result.count(State::changed) == 0);
  CHECK(open_journal(folder.journal(), true)->done.empty());
}

}  // namespace hanfs::cluster
