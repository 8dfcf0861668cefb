// SPDX-License-Identifier: Apache-2.0
// Who answers is done before anybody waits for who does not.
#include <doctest/doctest.h>

#include <chrono>
#include <string>

#include "setupnfsv4replication/simulated_node.hpp"

namespace {

using hanfs::test::command_time;
using hanfs::test::Simulation;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr const char* nas = "10.9.9.50";

std::string nas_path(int i) { return "/nas/" + std::to_string(i); }

void mount_nas(Simulation& simulation, int count, bool first) {
  for (int i = 0; i < count; ++i) simulation.node.mount(nas_path(i), nas, first);
}

long long in_ms(milliseconds time) { return time.count(); }

struct Seen {
  milliseconds healthy_done{0};
  milliseconds all{0};
  int exit_status = 0;
};

// When all of the servers that answer was done, and when the run ended.
Seen watch(Simulation& simulation, const std::vector<const char*>& words = {}) {
  Seen seen;
  simulation.node.before_command = [&](const std::string&) {
    const bool done =
        simulation.node.is_tuned("/usr") && simulation.node.is_tuned("/persistent") && simulation.node.gateways() == 2;
    if (done && seen.healthy_done.count() == 0) seen.healthy_done = simulation.system.simulated_clock.elapsed();
  };
  seen.exit_status = simulation.run(words);
  seen.all = simulation.system.simulated_clock.elapsed();
  return seen;
}

}  // namespace

TEST_CASE("one dead server among others: all else is done in a second or two more than without it") {
  for (const bool first : {true, false}) {
    CAPTURE(first);
    Simulation simulation;
    mount_nas(simulation, 250, first);
    simulation.node.dead = {nas};
    const Seen seen = watch(simulation);
    CHECK(seen.exit_status == 1);
    CHECK(in_ms(seen.healthy_done) > in_ms(milliseconds(0)));
    CHECK(in_ms(seen.healthy_done) <=
          in_ms(8 * command_time + seconds(2)));  // a second for the list, and one for the paths
    CHECK(in_ms(seen.all) <= in_ms(8 * command_time + seconds(15) + seconds(2)));
    CHECK(simulation.verdict().find(" status=fail changed=7 failed=0 ") != std::string::npos);
    // A server that hangs for some paths is not asked by all others: not now, and not at the end.
    CHECK(simulation.node.count("/nas/") <= 8);
    CHECK(simulation.system.out.find("killed after 0.") == std::string::npos);
    CHECK(simulation.system.out.find("nfs4cl showfs /nas/7: not asked, since 10.9.9.50 does not answer: see nfs4cl "
                                     "showfs /nas/") != std::string::npos);

    // A look is no slower.
    const milliseconds before = simulation.system.simulated_clock.elapsed();
    CHECK(simulation.run({"--status"}) == 3);
    CHECK(in_ms(simulation.system.simulated_clock.elapsed() - before) <=
          in_ms(seconds(15) + seconds(2) + command_time));
  }
}

TEST_CASE("many dead servers do not take all places either") {
  Simulation simulation;
  for (int i = 0; i < 60; ++i) {
    const std::string server = "10.9.8." + std::to_string(100 + i);
    simulation.node.mount(nas_path(i), server, true);
    simulation.node.dead.insert(server);
  }
  const Seen seen = watch(simulation);
  CHECK(seen.exit_status == 1);
  CHECK(in_ms(seen.healthy_done) > in_ms(milliseconds(0)));
  CHECK(in_ms(seen.healthy_done) <= in_ms(8 * command_time + seconds(4)));
  CHECK(in_ms(seen.all) <= in_ms(8 * command_time + seconds(15) + seconds(2) + seconds(2)));
}

TEST_CASE("a server that dies between the look and the change is tried once, and once more at the end") {
  Simulation simulation;
  mount_nas(simulation, 100, true);
  Seen seen;
  simulation.node.before_command = [&](const std::string& words) {
    if (words.find("setfsoptions") != std::string::npos) simulation.node.dead = {nas};
    const bool done = simulation.node.is_tuned("/usr") && simulation.node.gateways() == 2;
    if (done && seen.healthy_done.count() == 0) seen.healthy_done = simulation.system.simulated_clock.elapsed();
  };
  CHECK(simulation.run({}) == 1);
  CHECK(in_ms(seen.healthy_done) <= in_ms(9 * command_time + seconds(1)));
  CHECK(in_ms(simulation.system.simulated_clock.elapsed()) <= in_ms(9 * command_time + seconds(15) + seconds(2)));
  CHECK(simulation.node.count("setfsoptions /nas/") <= 8);
  CHECK(simulation.verdict().find(" status=fail changed=7 failed=200 ") != std::string::npos);
}

TEST_CASE("a server that is only slow is done too, after the others") {
  Simulation simulation;
  mount_nas(simulation, 20, true);
  simulation.node.slow = {nas};
  const Seen seen = watch(simulation);
  CHECK(seen.exit_status == 0);
  CHECK(in_ms(seen.healthy_done) <= in_ms(8 * command_time + seconds(2)));
  for (int i = 0; i < 20; ++i) CHECK(simulation.node.is_tuned(nas_path(i)));
}

TEST_CASE("routes that hang cost the mounts nothing, and the other way round") {
  Simulation simulation;
  simulation.node.hangs = "netstat -rn -f inet";
  CHECK(simulation.run({}) == 1);
  CHECK(simulation.node.is_tuned("/usr"));
  CHECK(simulation.node.count("setfsoptions") == 4);
  CHECK(simulation.node.gateways() == 2);  // netstat -rnC shows the routes as well
  CHECK(in_ms(simulation.system.simulated_clock.elapsed()) <= in_ms(8 * command_time + seconds(15) + seconds(2)));
}

TEST_CASE("a list that is only long makes few questions superfluous") {
  Simulation simulation;
  mount_nas(simulation, 3000, true);
  simulation.node.lists_options = true;
  CHECK(simulation.run({"--status"}) != 0);
  CHECK(in_ms(simulation.system.simulated_clock.elapsed()) <= in_ms(seconds(4)));
  CHECK(simulation.node.count("nfs4cl showfs /") < 500);
}

TEST_CASE("what was unmounted meanwhile is a note, and what was mounted is tuned") {
  Simulation simulation;
  bool happened = false;
  simulation.node.before_command = [&](const std::string& words) {
    if (happened || words.find("setfsoptions /persistent") == std::string::npos) return;
    happened = true;
    simulation.node.unmount("/persistent");
    simulation.node.mount("/late", "203.0.113.15");
  };
  CHECK(simulation.run({}) == 0);
  CHECK(simulation.node.is_tuned("/late"));
  CHECK(simulation.verdict().find(" status=changed changed=7 failed=0 warnings=2 failover=0.3s") != std::string::npos);
  CHECK(simulation.system.out.find("note: /persistent was unmounted while this ran, so it is left out") !=
        std::string::npos);
}

TEST_CASE("the lock is given back before anything is printed, and nothing is logged before that") {
  Simulation simulation;
  CHECK(simulation.run({}) == 0);
  CHECK_FALSE(simulation.system.locked_while_printing);
  CHECK(simulation.system.logged_before_printing == 0);
  CHECK(simulation.system.last_words.empty());  // one verdict is out
}

TEST_CASE("a full disk behind stdout is no success") {
  Simulation simulation;
  simulation.system.printable = 100;
  CHECK(simulation.run({}) == 1);
  CHECK(simulation.system.err == "setupnfsv4replication: stdout cannot be written\n");
  simulation.system.err.clear();
  simulation.system.out.clear();
  CHECK(simulation.run({"--json"}) == 1);
  CHECK(simulation.system.err.find("setupnfsv4replication: stdout cannot be written\nHANFS ") == 0);
  CHECK(simulation.system.err.find(" status=fail ") != std::string::npos);
}

TEST_CASE("between the deletion of a gateway and its addition the watchdog owes the addition, and nothing is written") {
  Simulation simulation;
  std::string journal;
  bool seen = false;
  simulation.node.before_command = [&](const std::string& words) {
    const std::string& now = simulation.system.simulated_files.content["/etc/hanfs/journal"];
    if (words.find("route -n delete 0 203.0.113.15") != std::string::npos) {
      journal = now;
      CHECK(simulation.system.owed.size() == 8);
      CHECK(simulation.system.last_words.find(" changed=0 ") == std::string::npos);
      CHECK(simulation.system.last_words.find("a default gateway was away") != std::string::npos);
    }
    if (words.find("route -n add 0 203.0.113.15") != std::string::npos) {
      seen = true;
      CHECK(now == journal);
    }
  };
  CHECK(simulation.run({}) == 0);
  CHECK(seen);
}

TEST_CASE("with no time left nothing is started, and what was seen stays seen") {
  Simulation simulation;
  mount_nas(simulation, 3000, true);
  simulation.node.time_of_command = seconds(2);
  CHECK(simulation.run({"--deadline", "30"}) == 1);
  CHECK(in_ms(simulation.system.simulated_clock.elapsed()) <= in_ms(seconds(35)));
  CHECK(simulation.system.out.find("killed after") == std::string::npos);
  CHECK(simulation.verdict().find(" status=fail ") != std::string::npos);
  CHECK(simulation.verdict().find(" changed=0 ") == std::string::npos);  // what was seen in the first half was tuned
  CHECK(simulation.system.out.find("/usr") != std::string::npos);
}
