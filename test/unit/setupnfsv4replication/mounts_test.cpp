// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/mounts.hpp"

#include <doctest/doctest.h>

#include <algorithm>

#include "lib/node/example_state.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/mount_report.hpp"

namespace node = hanfs::node;
namespace test = hanfs::test;

namespace {

std::vector<std::string> commands(const std::vector<hanfs::plan::Step>& steps) {
  std::vector<std::string> all;
  for (const auto& step : steps) all.push_back(hanfs::run::command_text(step.argv));
  return all;
}

std::vector<std::string> planned(const node::ObservedState& observed, const node::Settings& settings) {
  const auto desired = node::desired_filesystems(observed, settings);
  REQUIRE(desired.conflicts.empty());
  return commands(node::plan_filesystems(desired));
}

node::MountReport report(const node::ObservedState& observed, const node::Settings& settings = {}) {
  const auto desired = node::desired_filesystems(observed, settings);
  REQUIRE(desired.conflicts.empty());
  return node::describe_mounts(observed, desired);
}

bool warns(const node::MountReport& report, const std::string& part) {
  return std::any_of(report.warnings.begin(), report.warnings.end(),
                     [&](const std::string& warning) { return warning.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("failover time by IBM's model") {
  // nfs_v4_fail_over_timeout 0: twice timeo, or the RPC time-out where that is longer
  CHECK(node::failover_seconds(1, 3, 0) == doctest::Approx(0.3));
  CHECK(node::failover_seconds(1, 1, 0) == doctest::Approx(0.2));
  CHECK(node::failover_seconds(50, 3, 0) == doctest::Approx(15));
  CHECK(node::failover_seconds(100, 5, 0) == doctest::Approx(50));
  // set: at least that long
  CHECK(node::failover_seconds(1, 3, 60) == doctest::Approx(60));
  CHECK(node::failover_seconds(100, 5, 20) == doctest::Approx(50));
}

TEST_CASE("a file system that has moved can fail over, whatever showfs says of the server it left") {
  node::ObservedState observed = test::diskless_node();
  observed.filesystems[0].replicas.clear();
  CHECK(text_of(node::worst_failover(report(observed))) == "never");
  CHECK(warns(report(observed), "/usr has no replica"));
  observed.filesystems[0].current = "10.0.0.2";
  observed.filesystems[0].options = {{"timeo", "1"}, {"retrans", "3"}};
  CHECK(text_of(node::worst_failover(report(observed))) == "0.3s");
  CHECK_FALSE(warns(report(observed), "/usr has no replica"));
  CHECK(warns(report(observed), "/usr runs on the replica 10.0.0.2"));
  observed.mounts.back().node = "sn2";  // mounted by another name of the same server
  CHECK(text_of(node::worst_failover(report(observed))) == "never");
}

TEST_CASE("a node without an NFSv4 domain is warned, where that is known") {
  node::ObservedState observed = test::diskless_node();
  CHECK_FALSE(warns(report(observed), "no NFSv4 domain is set"));
  observed.nfs_domain = "cluster.example.com";
  CHECK_FALSE(warns(report(observed), "no NFSv4 domain is set"));
  observed.nfs_domain = "";
  CHECK(warns(report(observed), "no NFSv4 domain is set (/etc/nfs/local_domain)"));
  observed.mounts.pop_back();
  CHECK_FALSE(warns(report(observed), "no NFSv4 domain is set"));
}

TEST_CASE("two calls for each file system, one option each, only for values that differ") {
  node::ObservedState observed = test::diskless_node();
  CHECK(planned(observed, {}) ==
        std::vector<std::string>{"nfs4cl setfsoptions /usr timeo=1", "nfs4cl setfsoptions /usr retrans=3"});
  observed.filesystems[0].options[1].second = "1";
  CHECK(planned(observed, {}) == std::vector<std::string>{"nfs4cl setfsoptions /usr retrans=3"});
  observed.filesystems[0].options[2].second = "3";
  CHECK(planned(observed, {}).empty());
}

TEST_CASE("an option that showfs does not print, and a file system that could not be observed, are set") {
  node::ObservedState observed = test::diskless_node();
  observed.filesystems[0].options = {{"timeo", "1"}};
  CHECK(planned(observed, {}) == std::vector<std::string>{"nfs4cl setfsoptions /usr retrans=3"});
  observed.filesystem_of.clear();
  CHECK(planned(observed, {}).size() == 2);
  CHECK(report(observed).mounts[1].state == "unknown");
}

TEST_CASE("mounts of one fsid share one setting") {
  node::ObservedState observed = test::diskless_node();
  test::add_nfs4(observed, "/home", observed.filesystems[0]);
  CHECK(planned(observed, {}).size() == 2);
  CHECK(report(observed).mounts.size() == 3);

  node::Settings settings;
  settings.mount_timeo = {{"/usr", 5}};
  CHECK(planned(observed, settings).front() == "nfs4cl setfsoptions /usr timeo=5");
  settings.mount_timeo["/home"] = 5;
  CHECK(planned(observed, settings).size() == 2);
  settings.mount_timeo["/home"] = 6;
  const std::string conflict = node::desired_filesystems(observed, settings).conflicts.front();
  CHECK(conflict.find("/usr") != std::string::npos);
  CHECK(conflict.find("/home") != std::string::npos);
}

TEST_CASE("an excluded mount is left alone, with all of its fsid") {
  node::ObservedState observed = test::diskless_node();
  node::Settings settings;
  settings.exclude = {"/usr"};
  CHECK(planned(observed, settings).empty());
  CHECK(report(observed, settings).mounts[1].state == "excluded");
  test::add_nfs4(observed, "/home", observed.filesystems[0]);
  CHECK(planned(observed, settings).empty());
  CHECK(warns(report(observed, settings), "/home"));
  settings.mount_retrans = {{"/home", 4}};
  CHECK_FALSE(node::desired_filesystems(observed, settings).conflicts.empty());
}

TEST_CASE("what cannot be tuned is named") {
  node::ObservedState observed = test::diskless_node();
  observed.mounts.push_back({"sn9", "/x", "/old", "nfs3", "Nov 07 19:11", ""});
  observed.mounts.push_back({"sn9", "/y", "/odd", "cachefs", "Nov 07 19:11", ""});
  test::add_nfs4(observed, "/lone", test::filesystem("0:7", "/lone", 1, 3, {}));
  const node::MountReport seen = report(observed);
  CHECK(seen.mounts.size() == 5);
  CHECK(seen.mounts[0].failover == 20.0);
  CHECK(seen.mounts[0].state == "not_tunable");
  CHECK(warns(seen, "/ is stnfs"));
  CHECK(warns(seen, "/old is nfs3"));
  CHECK(warns(seen, "/odd comes from sn9 as cachefs"));
  CHECK(warns(seen, "/lone has no replica"));
  CHECK_FALSE(seen.mounts[4].failover.has_value());
  CHECK(text_of(node::worst_failover(seen)) == "never");
}

TEST_CASE("the worst failover is that of the slowest mount") {
  node::ObservedState observed = test::diskless_node();
  test::add_nfs4(observed, "/home", test::filesystem("0:7", "/home", 1, 3));
  CHECK(text_of(node::worst_failover(report(observed))) == "50s");
  observed.filesystem_of.erase("/usr");
  CHECK(text_of(node::worst_failover(report(observed))) == "unknown");
  observed.mounts.resize(1);
  observed.filesystem_of.clear();
  CHECK(text_of(node::worst_failover(report(observed))) == "none");
}

TEST_CASE("a server that /etc/hosts does not name, a slow tunable, a mount away from home are warned of") {
  node::ObservedState observed = test::diskless_node();
  CHECK_FALSE(warns(report(observed), "/etc/hosts"));
  observed.hosts->entries.pop_back();
  observed.hosts->entries.pop_back();
  CHECK(warns(report(observed), "10.0.0.2 is not in /etc/hosts"));
  observed.fail_over_timeout = 60;
  CHECK(warns(report(observed), "nfs_v4_fail_over_timeout is 60 s"));
  observed.filesystems[0].current = "10.0.0.2";
  CHECK(warns(report(observed), "/usr runs on the replica 10.0.0.2"));
}

TEST_CASE("the console log on NFS is warned of, also where a folder of an NFS mount lies over a local path") {
  node::ObservedState observed = test::diskless_node();
  CHECK_FALSE(warns(report(observed), "console log"));
  test::add_nfs4(observed, "/.statelite/persistent", test::filesystem("0:7", "/.statelite/persistent", 1, 3));
  observed.mounts.push_back(
      {"", "/.statelite/persistent/cn017/var/adm/ras", "/var/adm/ras", "namefs", "Nov 07 19:11", ""});
  CHECK(warns(report(observed), "console log"));
}

TEST_CASE("where a set call took other options away, all are given in one call, then fewer") {
  const node::ObservedState before = test::diskless_node();
  node::ObservedState after = before;
  after.filesystems[0].options = {{"retrans", "3"}};
  const auto desired = node::desired_filesystems(after, node::Settings{});
  CHECK(commands(node::repair_filesystems(desired, before, 0)) ==
        std::vector<std::string>{"nfs4cl setfsoptions /usr ro,timeo=1,retrans=3"});
  CHECK(commands(node::repair_filesystems(desired, before, 1)) ==
        std::vector<std::string>{"nfs4cl setfsoptions /usr timeo=1,retrans=3"});
  CHECK(commands(node::repair_filesystems(desired, before, 2)) ==
        std::vector<std::string>{"nfs4cl setfsoptions /usr timeo=1"});
  const auto same = node::desired_filesystems(before, node::Settings{});
  CHECK(node::repair_filesystems(same, before, 0).empty());
}
