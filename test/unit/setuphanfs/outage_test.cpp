// SPDX-License-Identifier: Apache-2.0
// setuphanfs --outage: how long NFS of a server was stopped, and what ended it.
#include <doctest/doctest.h>

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

}  // namespace hanfs::test
