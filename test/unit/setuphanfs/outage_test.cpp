// SPDX-License-Identifier: Apache-2.0
// setuphanfs --outage: how long NFS of a server was stopped, and what ended it.
#include <doctest/doctest.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "setuphanfs/simulated_server.hpp"

namespace hanfs::test {
namespace {

void set_up(Server& server) {
  server.replication = true;
  server.domain = "cluster.example.com";
  server.exports("/install -replicas=/install@203.0.113.15:/install@203.0.113.14,vers=4,ro,noauto,root=*\n");
}

int run_outage(Server& server, const char* seconds) {
  return server.run(
      {"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--outage", seconds, "--disruptive"});
}

}  // namespace

TEST_CASE("an outage has its time, and NFS comes back") {
  Server server;
  set_up(server);
  CHECK(run_outage(server, "30") == 0);
  CHECK(server.changes() == std::vector<std::string>{"stopsrc -g nfs", "startsrc -g nfs"});
  CHECK(server.down.empty());
  CHECK(server.says("NFS was stopped here for 30"));
  CHECK(server.verdict().find("status=changed") == 0);
}

TEST_CASE("an outage that does not end is no past, and what is missing is named") {
  Server server;
  set_up(server);
  bool stopped = false;
  server.before_answer = [&](const std::string& words) {
    stopped = stopped || words == "stopsrc -g nfs";
    if (stopped && words.find("lssrc") == 0) server.down.insert("nfsd");
  };
  CHECK(run_outage(server, "30") == 1);
  CHECK(server.says("error: NFS does not come back: nfsd did not start, or ended again; cure: startsrc -g nfs"));
  CHECK(server.says("note: NFS was stopped here, and this is so since 1"));
  CHECK_FALSE(server.says("NFS was stopped here for"));
}

TEST_CASE("an outage ends when somebody else starts NFS, with the time that it had") {
  Server server;
  set_up(server);
  int questions = 0;
  server.before_answer = [&](const std::string& words) {
    if (server.down.count("nfsd") != 0 && words.find("rpcinfo") == 0 && ++questions == 4) server.down.clear();
  };
  CHECK(run_outage(server, "500") == 1);
  CHECK(server.down.empty());
  CHECK(server.says("NFS was stopped here for 6"));
  CHECK(server.says("error: the outage was ended after 6"));
  CHECK(server.says("as NFS runs here again"));
}

TEST_CASE("an outage ends when the last partner dies") {
  Server server;
  set_up(server);
  server.before_answer = [&](const std::string& words) {
    if (words == "stopsrc -g nfs") server.without_nfsd = {"203.0.113.14"};
  };
  CHECK(run_outage(server, "500") == 1);
  CHECK(server.down.empty());
  CHECK(server.says("as no other server served any more: 203.0.113.14"));
  CHECK_FALSE(server.says("there was no outage"));
}

TEST_CASE("an outage is called off while it waits") {
  Server server;
  set_up(server);
  server.before_answer = [&](const std::string& words) {
    if (words.find("rpcinfo") == 0) server.file("/etc/hanfs/end-outage") = "";
  };
  CHECK(server.run({"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--outage", "30", "--lead",
                    "20", "--disruptive"}) == 1);
  CHECK(server.changes().empty());
  CHECK(server.verdict().find("status=refused changed=0") == 0);
  CHECK(server.says("called off by --end-outage before NFS was stopped; nothing was touched"));
  CHECK(server.system.simulated_files.content.count("/etc/hanfs/end-outage") == 0);
}

TEST_CASE("a killed outage: --end-outage starts NFS, and the next run names it") {
  Server server;
  set_up(server);
  struct Killed {};
  server.before_answer = [&](const std::string& words) {
    if (server.down.count("nfsd") != 0 && words.find("rpcinfo") == 0) throw Killed{};
  };
  CHECK_THROWS_AS(run_outage(server, "500"), Killed);
  server.before_answer = {};
  server.system.simulated_files.locked = false;
  CHECK(server.run({"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--check"}) == 1);
  CHECK(server.says("what was begun since the last one that ended well: stopsrc -g nfs"));
  CHECK(run_outage(server, "30") == 1);  // what it stopped is still down
  CHECK(server.says("an earlier run has not ended well"));

  CHECK(server.run({"--end-outage"}) == 0);
  CHECK(server.changes() == std::vector<std::string>{"startsrc -g nfs"});
  CHECK(server.down.empty());
  CHECK(server.verdict().find("status=changed changed=1 failed=0") == 0);
  CHECK(server.run({"--end-outage"}) == 0);
  CHECK(server.changes().empty());
  CHECK(server.verdict().find("status=ok changed=0 failed=0") == 0);
  CHECK(run_outage(server, "30") == 0);  // nothing is owed any more
  CHECK(server.run({"--end-outage"}) == 1);
  CHECK(server.says("no outage is under way here"));
}

TEST_CASE("an outage whose end cannot be seen says so") {
  Server server;
  set_up(server);
  server.before_answer = [&](const std::string& words) {
    if (words == "startsrc -g nfs") server.refuses = {"lssrc"};
  };
  CHECK(run_outage(server, "30") == 1);
  CHECK(server.down.empty());
  CHECK(server.says("error: NFS was started, and whether the daemons of NFS run cannot be seen"));
  CHECK(server.says("and whether it runs again is not known after "));
  CHECK_FALSE(server.says("does not come back"));
  CHECK_FALSE(server.says("Nothing was touched"));
  CHECK_FALSE(server.says("Would do"));
}

TEST_CASE("a look that failed does not make an outage of none") {
  Server server;
  set_up(server);
  int looks = -1;
  server.before_answer = [&](const std::string& words) {
    if (words == "stopsrc -g nfs") looks = 0;
    if (words.find("lssrc") != 0 || looks < 0) return;
    server.down.clear();  // nothing was stopped
    server.refuses.clear();
    if (++looks == 1) server.refuses = {"lssrc"};
  };
  CHECK(run_outage(server, "30") == 1);
  CHECK(server.says("error: there was no outage: NFS runs on"));
  CHECK_FALSE(server.says("NFS was stopped here"));

  Server blind;
  set_up(blind);
  blind.before_answer = [&](const std::string& words) {
    if (words == "stopsrc -g nfs") blind.refuses = {"lssrc"};
  };
  CHECK(run_outage(blind, "30") == 1);
  CHECK(blind.says(", or was not: nobody could see it"));
}

TEST_CASE("an outage that takes longer than the run may take is not blind at its end") {
  Server server;
  set_up(server);
  server.slow = {{"startsrc -g nfs", std::chrono::seconds(14)}};
  CHECK(server.run({"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--outage", "30",
                    "--disruptive", "--deadline", "10"}) == 0);
  CHECK(server.changes() == std::vector<std::string>{"stopsrc -g nfs", "startsrc -g nfs"});
  CHECK(server.verdict().find("status=changed") == 0);
}

TEST_CASE("a stopsrc that says yes and stops nothing is no outage") {
  Server server;
  set_up(server);
  server.before_answer = [&](const std::string& words) {
    if (words.find("lssrc") == 0) server.down.clear();
  };
  CHECK(run_outage(server, "30") == 1);
  CHECK(server.says("error: there was no outage: NFS runs on"));
  CHECK_FALSE(server.says("NFS was stopped here"));
}

TEST_CASE("without --disruptive an outage only says what it would do") {
  Server server;
  set_up(server);
  CHECK(server.run({"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--outage", "30"}) == 1);
  CHECK(server.changes().empty());
  CHECK(server.verdict().find("status=drift changed=0") == 0);
  CHECK(server.verdict().find(" state=replicated") != std::string::npos);
  CHECK(server.says("nothing was changed: NFS would be stopped here for 30 s, and nodes move away or hang meanwhile"));
  CHECK(server.system.later.empty());
  CHECK(server.run({"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--outage", "30",
                    "--disruptive", "--dry-run"}) == 1);
  CHECK(server.changes().empty());
}

TEST_CASE("no outage of a server that is not set up, nor where no partner serves") {
  Server server;
  set_up(server);
  server.without_nfsd = {"203.0.113.14"};
  CHECK(run_outage(server, "30") == 1);
  CHECK(server.changes().empty());
  CHECK(server.verdict().find("status=refused changed=0") == 0);
  CHECK(server.says("cure: bring one up (lssrc -g nfs "));
  CHECK_FALSE(server.says("this server is not set up as wanted"));

  Server plain;
  plain.domain = "cluster.example.com";
  CHECK(run_outage(plain, "30") == 1);
  CHECK(plain.changes().empty());
  CHECK(plain.says("this server is not set up as wanted, so its nodes could not move"));
  CHECK_FALSE(plain.says("cure: bring one up"));
}

TEST_CASE("a partner that dies in the time before an outage keeps NFS from being stopped") {
  Server server;
  set_up(server);
  server.system.simulated_clock.at(server.system.simulated_clock.now() + std::chrono::seconds(10),
                                   [&] { server.without_nfsd = {"203.0.113.14"}; });
  CHECK(server.run({"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--outage", "30", "--lead",
                    "20", "--disruptive"}) == 1);
  CHECK(server.changes().empty());
  CHECK(server.verdict().find("status=refused changed=0") == 0);
  CHECK(server.says("203.0.113.14"));
  CHECK(server.says("cure: bring one up"));
  CHECK(server.system.simulated_clock.elapsed() >= std::chrono::seconds(20));
}

TEST_CASE("the time before an outage passes, and then NFS is stopped for its time") {
  Server server;
  set_up(server);
  std::chrono::milliseconds stopped{0};
  server.before_answer = [&](const std::string& words) {
    if (words == "stopsrc -g nfs") stopped = server.system.simulated_clock.elapsed();
  };
  CHECK(server.run({"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--outage", "30", "--lead",
                    "20", "--disruptive"}) == 0);
  CHECK(stopped >= std::chrono::seconds(20));
  CHECK(stopped <= std::chrono::seconds(25));
  CHECK(server.system.simulated_clock.elapsed() - stopped >= std::chrono::seconds(30));
  CHECK(server.system.simulated_clock.elapsed() - stopped <= std::chrono::seconds(35));
  CHECK(server.system.later.empty());  // NFS runs, so nobody has to start it later
}

TEST_CASE("a signal in the time before an outage: NFS is not stopped") {
  Server server;
  set_up(server);
  server.system.simulated_clock.at(server.system.simulated_clock.now() + std::chrono::seconds(10),
                                   [&] { server.system.signal_came = true; });
  CHECK(server.run({"--replica", "203.0.113.14", "--nfs-domain", "cluster.example.com", "--outage", "30", "--lead",
                    "20", "--disruptive"}) == 3);
  CHECK(server.changes().empty());
  CHECK(server.says("stopped by a signal before NFS was stopped; nothing was touched"));
  CHECK(server.system.simulated_clock.elapsed() < std::chrono::seconds(15));
}

TEST_CASE("a signal during an outage ends it early, and NFS comes back") {
  Server server;
  set_up(server);
  server.before_answer = [&](const std::string& words) {
    if (words == "stopsrc -g nfs")
      server.system.simulated_clock.at(server.system.simulated_clock.now() + std::chrono::seconds(10),
                                       [&] { server.system.signal_came = true; });
  };
  run_outage(server, "500");
  CHECK(server.down.empty());
  CHECK(server.changes() == std::vector<std::string>{"stopsrc -g nfs", "startsrc -g nfs"});
  CHECK(server.system.simulated_clock.elapsed() < std::chrono::seconds(60));
}

TEST_CASE("a stopsrc that fails and stops nothing is no outage, and none is waited for") {
  Server server;
  set_up(server);
  server.refuses = {"stopsrc"};
  CHECK(run_outage(server, "500") == 1);
  CHECK(server.says("warning: stopsrc -g nfs: exit status 1"));
  CHECK(server.says("error: there was no outage: NFS runs on, as it could not be stopped"));
  CHECK_FALSE(server.says("NFS was stopped here"));
  CHECK_FALSE(server.says("as no other server served any more"));
  CHECK_FALSE(server.says("somebody started it"));
  CHECK(server.system.simulated_clock.elapsed() < std::chrono::seconds(60));
}

TEST_CASE("NFS is started when its daemons have ended, not while one is stopping") {
  Server server;
  set_up(server);
  using std::chrono::milliseconds;
  using std::chrono::seconds;
  milliseconds stopped{0};
  milliseconds started{0};
  server.before_answer = [&](const std::string& words) {
    const milliseconds now = server.system.simulated_clock.elapsed();
    if (words == "stopsrc -g nfs") stopped = now;
    if (words == "startsrc -g nfs") started = now;
    if (words.find("lssrc") != 0 || stopped.count() == 0 || started.count() != 0) return;
    const bool is_stopping = now - stopped < seconds(36);
    server.stopping = is_stopping ? std::set<std::string>{"nfsd"} : std::set<std::string>{};
    if (is_stopping)
      server.down.erase("nfsd");
    else
      server.down.insert("nfsd");
  };
  CHECK(run_outage(server, "30") == 0);
  CHECK(started - stopped >= seconds(36));
  CHECK(started - stopped < seconds(40));
  CHECK(std::count(server.calls.begin(), server.calls.end(), "startsrc -g nfs") == 1);
  CHECK(server.down.empty());
}

TEST_CASE("a startsrc that fails at first is tried again") {
  Server server;
  set_up(server);
  server.before_answer = [&](const std::string& words) {
    server.refuses.clear();
    const auto starts = std::count(server.calls.begin(), server.calls.end(), "startsrc -g nfs");
    if (words == "startsrc -g nfs" && starts == 1) server.refuses = {"startsrc"};
  };
  CHECK(run_outage(server, "30") == 0);
  CHECK(server.down.empty());
  CHECK(server.says("warning: startsrc -g nfs: exit status 1"));
  CHECK(server.says("; tried again, and NFS runs"));
}

TEST_CASE("exports that an outage took along come back after it") {
  Server server;
  set_up(server);
  server.before_answer = [&](const std::string& words) {
    if (words == "stopsrc -g nfs") server.exported.clear();
  };
  CHECK(run_outage(server, "30") == 0);
  CHECK(server.exported.count("/install") == 1);
  CHECK(server.changes().back().find("exportfs") == 0);
}

TEST_CASE("an outage is ended from beside it while it has the lock") {
  Server server;
  set_up(server);
  int status = -1;
  std::string verdict;
  server.before_answer = [&](const std::string& words) {
    if (status != -1 || server.down.count("nfsd") == 0 || words.find("rpcinfo") != 0) return;
    status = 0;
    // The other run writes the sign; this one takes it away while the other waits.
    server.file("/etc/hanfs/end-outage") = "";
  };
  CHECK(run_outage(server, "500") == 0);
  CHECK(server.says(", until --end-outage came;"));
  CHECK(server.down.empty());
  CHECK(server.system.simulated_clock.elapsed() < std::chrono::seconds(60));

  // From the side of the one who asks: the sign is taken away, or nobody notices.
  server.before_answer = {};
  server.system.simulated_files.locked = true;
  server.system.simulated_clock.at(server.system.simulated_clock.now() + std::chrono::seconds(3), [&] {
    CHECK(server.system.simulated_files.content.count("/etc/hanfs/end-outage") == 1);
    server.system.simulated_files.content.erase("/etc/hanfs/end-outage");
  });
  CHECK(server.run({"--end-outage"}) == 0);
  CHECK(server.says("the outage here ends now"));
  CHECK(server.verdict().find("status=changed") == 0);
  CHECK(server.calls.empty());
  const std::chrono::milliseconds before = server.system.simulated_clock.elapsed();
  CHECK(server.run({"--end-outage"}) == 1);
  CHECK(server.system.simulated_clock.elapsed() - before >= std::chrono::seconds(10));
  CHECK(server.system.simulated_clock.elapsed() - before < std::chrono::seconds(11));
  CHECK(server.says("the run at work here does not notice"));
  CHECK(server.verdict().find("status=refused") == 0);
  CHECK(server.system.simulated_files.content.count("/etc/hanfs/end-outage") == 0);
}

}  // namespace hanfs::test
