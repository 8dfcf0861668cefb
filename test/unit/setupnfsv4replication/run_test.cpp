// SPDX-License-Identifier: Apache-2.0
// Whole runs in this process: no child, no file, no waiting.
#include "setupnfsv4replication/run.hpp"

#include <doctest/doctest.h>

#include <chrono>
#include <set>

#include "setupnfsv4replication/simulated_node.hpp"

namespace {

using hanfs::test::command_time;
using hanfs::test::Simulation;
using std::chrono::milliseconds;
using std::chrono::seconds;

}  // namespace

TEST_CASE("a plain run in simulated time tunes the node, and a second one changes nothing") {
  Simulation simulation;
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.verdict() == "HANFS tool=setupnfsv4replication node=cn017 version=" HANFS_VERSION
                                " status=changed changed=7 failed=0 warnings=2 failover=0.3s\n");
  CHECK(simulation.node.changes() == 7);
  CHECK(simulation.system.watchdog_seconds == 125);
  CHECK(simulation.system.err.empty());
  CHECK(simulation.system.logged.size() == 8);  // each step and the verdict
  // What counts at boot: how many commands wait for each other.
  CHECK(simulation.system.simulated_clock.elapsed() <= 8 * command_time);
  CHECK(simulation.system.simulated_files.content.count("/etc/hanfs/journal") == 1);
  CHECK_FALSE(simulation.system.simulated_files.locked);

  const milliseconds before = simulation.system.simulated_clock.elapsed();
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.verdict() == "HANFS tool=setupnfsv4replication node=cn017 version=" HANFS_VERSION
                                " status=ok changed=0 failed=0 warnings=2 failover=0.3s\n");
  CHECK(simulation.node.changes() == 0);
  CHECK(simulation.system.simulated_clock.elapsed() - before == 2 * command_time);
}

TEST_CASE("a simulated run is the same to the byte each time") {
  Simulation first;
  Simulation second;
  CHECK(first.run({"--json"}) == second.run({"--json"}));
  CHECK(first.system.out == second.system.out);
  CHECK(first.node.calls == second.node.calls);
  CHECK(first.system.simulated_files.content == second.system.simulated_files.content);
}

TEST_CASE("a command that hangs ends by the simulated clock") {
  const auto begin = std::chrono::steady_clock::now();
  Simulation simulation;
  simulation.node.hangs = "setfsoptions /usr ";
  CHECK(simulation.run({"--command-deadline", "10"}) == 1);
  CHECK(simulation.verdict().find(" status=fail changed=5 failed=2 ") != std::string::npos);
  CHECK(
      simulation.system.out.find(
          "error: nfs4cl setfsoptions /usr timeo=1: no end within its time, killed after 10.00 s; tried once more: no "
          "end within its time, killed after ") != std::string::npos);
  const milliseconds first = simulation.system.simulated_clock.elapsed();
  CHECK(first >= seconds(10));
  // Once more, for two seconds, and no other option.
  CHECK((first - seconds(12)).count() <= (5 * command_time).count());

  simulation.node.hangs = "mount";
  CHECK(simulation.run({"--deadline", "20"}) == 3);
  CHECK(simulation.verdict().find(" status=fail changed=0 ") != std::string::npos);
  CHECK(simulation.system.simulated_clock.elapsed() - first == seconds(5 + 1));  // a quarter of the run, and once more
  CHECK(simulation.node.changes() == 0);
  CHECK(std::chrono::steady_clock::now() - begin < seconds(5));
}

TEST_CASE("the replica is dead at boot: it becomes the second gateway, and the live one is not touched for it") {
  Simulation simulation;
  simulation.node.no_ping = {"203.0.113.14"};
  CHECK(simulation.run({}) == 1);
  CHECK(simulation.node.defaults() == "203.0.113.15:0 203.0.113.14:1A");
  CHECK(simulation.system.out.find("not safe now: 203.0.113.14, which would carry the traffic meanwhile, gave no "
                                   "answer to a ping") != std::string::npos);
  CHECK(simulation.verdict().find(" status=fail changed=5 failed=2 ") != std::string::npos);
  // When it is back, all is made as wanted.
  simulation.node.no_ping.clear();
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.node.defaults() == "203.0.113.14:1A 203.0.113.15:0A");
}

TEST_CASE("a site whose gateways drop ICMP echo goes over to passive DGD, and back") {
  Simulation simulation;
  simulation.node.no_ping = {"203.0.113.14", "203.0.113.15"};
  CHECK(simulation.run({}) == 1);
  CHECK(simulation.system.out.find("--dgd passive") != std::string::npos);
  simulation.node.held_dead = {"203.0.113.14"};
  simulation.node.before_command = [&](const std::string& words) {
    if (words.find("route -n delete 0 203.0.113.14") == 0) simulation.node.held_dead.clear();
  };
  CHECK(simulation.run({"--dgd", "passive"}) == 1);  // only that passive_dgd of this node never changes
  CHECK(simulation.node.defaults() == "203.0.113.15:0 203.0.113.14:1");
  CHECK(simulation.system.out.find("skipped") == std::string::npos);
  CHECK(simulation.run({"--reset"}) == 0);
  CHECK(simulation.node.defaults() == "203.0.113.15:0");
}

TEST_CASE("a gateway that is added behind a live one is asked for an answer once") {
  Simulation simulation;
  simulation.node.no_ping = {"203.0.113.77"};
  CHECK(simulation.run({"--gateways", "203.0.113.77"}) == 1);
  CHECK(simulation.node.defaults() == "203.0.113.15:0 203.0.113.77:1A");
  CHECK(simulation.node.count("ping -n -c 1 -w 2 203.0.113.77") == 1);
  CHECK(simulation.system.out.find("gateway 203.0.113.77 did not answer a ping") != std::string::npos);
  // Else this would leave the node with a dead one.
  CHECK(simulation.system.out.find("route -n delete") == std::string::npos);
  Simulation living;
  CHECK(living.run({"--gateways", "203.0.113.77"}) == 1);
  CHECK(living.system.out.find("on the node: route -n delete 0 203.0.113.15") != std::string::npos);
}

TEST_CASE("there and back: a reset gives what was there, takes nothing away from a node where hanfs never was") {
  Simulation untouched;
  CHECK(untouched.run({"--reset"}) == 0);
  CHECK(untouched.node.changes() == 0);

  Simulation simulation;
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.run({"--reset"}) == 0);
  CHECK(simulation.node.defaults() == "203.0.113.15:0");
  CHECK(std::count(simulation.node.calls.begin(), simulation.node.calls.end(), "nfs4cl setfsoptions /usr timeo=100") ==
        1);
  CHECK(simulation.run({"--reset"}) == 0);
  CHECK(simulation.node.changes() == 0);
}

TEST_CASE("one of two gateways is dead when a reset is asked for: the live one stays") {
  Simulation simulation;
  CHECK(simulation.run({}) == 0);
  const std::string tuned = simulation.node.defaults();
  simulation.node.no_ping = simulation.node.held_dead = {"203.0.113.15"};
  CHECK(simulation.run({"--check"}) == 1);
  CHECK(simulation.verdict().find(" status=drift ") != std::string::npos);
  CHECK(simulation.run({"--reset"}) == 1);
  CHECK(simulation.node.defaults() == tuned);
  CHECK(simulation.system.out.find("203.0.113.14, which hanfs set, stays") != std::string::npos);
  // It has come back: now all goes.
  simulation.node.no_ping = simulation.node.held_dead = {};
  CHECK(simulation.run({"--reset"}) == 0);
  CHECK(simulation.node.defaults() == "203.0.113.15:0");
}

TEST_CASE("a gateway that cannot be one costs the routes, not the file systems") {
  Simulation simulation;
  CHECK(simulation.run({"gateways=203.0.113.15+10.9.9.9"}) == 1);
  CHECK(simulation.node.defaults() == "203.0.113.15:0");
  CHECK(simulation.verdict().find(" status=fail changed=4 failed=0 ") != std::string::npos);
  CHECK(simulation.run({"--dgd-packets-lost", "32768"}) == 1);
  CHECK(simulation.node.defaults() == "203.0.113.14:1A 203.0.113.15:0A");
}

TEST_CASE("settings, environment and lock are those of the simulated system") {
  Simulation simulation;
  simulation.system.simulated_files.content["/etc/hanfs.conf"] = "timeo = 7\n";
  simulation.system.variables["HANFS_RETRANS"] = "4";
  CHECK(simulation.run({"--dry-run"}) == 1);
  CHECK(simulation.system.out.find("nfs4cl setfsoptions /usr timeo=7") != std::string::npos);
  CHECK(simulation.system.out.find("nfs4cl setfsoptions /usr retrans=4") != std::string::npos);
  CHECK(simulation.node.changes() == 0);
  CHECK(simulation.system.logged.empty());

  simulation.system.simulated_files.locked = true;
  CHECK(simulation.run({}) == 75);
  CHECK(simulation.node.calls.empty());

  CHECK(simulation.run({"--no-such-option"}) == 2);
  CHECK(simulation.system.err.find("setupnfsv4replication: ") == 0);
  CHECK(simulation.verdict().find(" status=refused ") != std::string::npos);
}

TEST_CASE("a run that is stopped while a gateway is away puts it back all the same, and the next one mends the rest") {
  for (const bool by_signal : {true, false}) {
    CAPTURE(by_signal);
    Simulation simulation;
    simulation.node.before_command = [&](const std::string& words) {
      if (words.find("route -n delete") != 0) return;
      if (by_signal)
        simulation.system.signal_came = true;
      else
        simulation.system.simulated_clock.sleep(seconds(500));  // its time is over
    };
    CHECK(simulation.run({}) == (by_signal ? 0 : 1));
    CHECK(simulation.node.defaults().find("203.0.113.15:0A") != std::string::npos);
    CHECK(simulation.node.defaults().find("203.0.113.14:1A") != std::string::npos);
    CHECK(simulation.node.count("route -n delete") == 1);
    CHECK(simulation.system.out.find("; a gateway was away, so all the same: ") != std::string::npos);
    CHECK_FALSE(simulation.system.simulated_files.locked);
    simulation.node.before_command = nullptr;
    simulation.system.signal_came = false;
    CHECK(simulation.run({}) == 0);
    CHECK(simulation.node.defaults() == "203.0.113.14:1A 203.0.113.15:0A");
  }
}

TEST_CASE("a signal before anything was changed ends the run, and nothing is touched") {
  Simulation simulation;
  simulation.system.signal_came = true;
  CHECK(simulation.run({}) == 3);
  CHECK(simulation.node.changes() == 0);
  CHECK(simulation.system.out.find("stopped by a signal before anything was changed") != std::string::npos);
}

TEST_CASE("an AIX where setting one option takes the others away: all are given in one call, and a reset does so too") {
  Simulation simulation;
  simulation.node.replaces_options = true;
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.node.is_tuned("/usr"));
  CHECK(simulation.node.is_tuned("/persistent"));
  CHECK(simulation.node.count(
            "nfs4cl setfsoptions /usr ro,intr,rsize=65536,wsize=65536,numclust=2,timeo=1,retrans=3") == 1);
  CHECK(simulation.system.out.find("on this AIX setting one option takes others away; all of them in one call") !=
        std::string::npos);
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.node.changes() == 0);
  CHECK(simulation.run({"--reset"}) == 0);
  CHECK(simulation.node.count(
            "nfs4cl setfsoptions /usr ro,intr,rsize=65536,wsize=65536,numclust=2,timeo=100,retrans=5") == 1);
  CHECK(simulation.run({"--reset"}) == 0);
  CHECK(simulation.node.changes() == 0);
}

TEST_CASE("a command that fails and has done its work all the same costs a warning, no failure") {
  Simulation simulation;
  simulation.node.complains = "setfsoptions /usr ";
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.node.is_tuned("/usr"));
  CHECK(simulation.system.out.find("; the change is there all the same") != std::string::npos);
  CHECK(simulation.verdict().find(" status=changed changed=7 failed=0 ") != std::string::npos);
}

TEST_CASE("a command that ends well and does nothing is a failure, and so is one whose work cannot be seen") {
  Simulation simulation;
  simulation.node.ignores = "setfsoptions /usr ";
  CHECK(simulation.run({}) == 1);
  CHECK_FALSE(simulation.node.is_tuned("/usr"));
  CHECK(simulation.node.is_tuned("/persistent"));
  const std::string& out = simulation.system.out;
  CHECK(out.find("it ended well, but the change is not there when read back") != std::string::npos);
  CHECK(out.find("could not be seen") == std::string::npos);

  Simulation unseen;
  unseen.node.before_command = [&](const std::string& words) {
    if (words.find("setfsoptions /usr ") != std::string::npos) unseen.node.ignores = "showfs";
  };
  CHECK(unseen.run({}) == 1);
  CHECK(unseen.node.is_tuned("/usr"));
  CHECK(unseen.system.out.find("it ended well, but what it did could not be seen") != std::string::npos);
  CHECK(unseen.system.out.find("the change is not there when read back") == std::string::npos);
}

TEST_CASE("a node that is no AIX is told so; one without a list of mounts is left alone") {
  Simulation simulation;
  simulation.node.missing = "nfs4cl";
  CHECK(simulation.run({}) == 3);
  CHECK(simulation.system.out.find("this is not AIX: /usr/sbin/nfs4cl is missing; nothing was touched") !=
        std::string::npos);
  CHECK(simulation.node.changes() == 0);
  Simulation without_mounts;
  without_mounts.node.missing = "mount";
  CHECK(without_mounts.run({}) == 3);
  CHECK(without_mounts.system.out.find("without the list of mounts nothing can be done; nothing was touched") !=
        std::string::npos);
  CHECK(without_mounts.node.changes() == 0);
}

TEST_CASE("a node tells a refusal of its command line in JSON too where that is asked for") {
  Simulation simulation;
  CHECK(simulation.run({"--timeo", "0", "--json"}) == 2);
  CHECK(simulation.system.out.find("\"refused\"") != std::string::npos);
  CHECK(simulation.node.calls.empty());
}
