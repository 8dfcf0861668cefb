// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/mounts.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <tuple>
#include <utility>

#include "aix/commands.hpp"
#include "lib/node/example_state.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/mount_report.hpp"

namespace aix = hanfs::aix;
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

TEST_CASE("what makes a failover slower comes last, and not where the rest failed") {
  node::ObservedState observed = test::diskless_node();
  observed.filesystems[0].options = {{"timeo", "100"}, {"retrans", "2"}};
  std::vector<hanfs::plan::Step> steps = node::plan_filesystems(node::desired_filesystems(observed, {}));
  CHECK(commands(steps) ==
        std::vector<std::string>{"nfs4cl setfsoptions /usr timeo=1", "nfs4cl setfsoptions /usr retrans=3"});
  CHECK(steps[0].abort_sequence);
  node::Settings slow;
  slow.timeo = 200;
  slow.retrans = 1;
  steps = node::plan_filesystems(node::desired_filesystems(observed, slow));
  CHECK(commands(steps) ==
        std::vector<std::string>{"nfs4cl setfsoptions /usr retrans=1", "nfs4cl setfsoptions /usr timeo=200"});
  CHECK(steps[0].abort_sequence);
  observed.filesystems[0].options = {{"timeo", "100"}, {"retrans", "5"}};
  steps = node::plan_filesystems(node::desired_filesystems(observed, {}));
  CHECK(steps.size() == 2);
  CHECK_FALSE(steps[0].abort_sequence);
}

TEST_CASE("mounts of one fsid share one setting") {
  node::ObservedState observed = test::diskless_node();
  test::add_nfs4(observed, "/home", observed.filesystems[0]);
  CHECK(planned(observed, {}).size() == 2);
  const auto why = node::plan_filesystems(node::desired_filesystems(observed, {}))[0].why;
  CHECK(why == "/usr: timeo is 100 (10s), wanted 1 (0.1s); one fsid with /home");
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
  const char* const reasons[] = {"all of them in one call", "both of ours in one call",
                                 "lists are refused too, so timeo alone, which matters more"};
  for (int attempt = 0; attempt < 3; ++attempt) {
    const auto steps = node::repair_filesystems(desired, before, attempt);
    CHECK(steps[0].why == std::string("/usr: on this AIX setting one option takes others away; ") + reasons[attempt]);
    CHECK(steps[0].detail == std::to_string(attempt));
    CHECK(steps[0].lane == "10.0.0.1");
  }
  const auto same = node::desired_filesystems(before, node::Settings{});
  CHECK(node::repair_filesystems(same, before, 0).empty());
}

namespace {

std::vector<std::string> warnings_of(const node::ObservedState& observed, const node::Settings& settings = {}) {
  return node::desired_filesystems(observed, settings).warnings;
}

const std::string left_as_soft =
    " is mounted soft and left alone: with short times its applications get ETIMEDOUT instead of a replica";
const std::string cure_of_soft = "; cure: mount it hard, or name its values with mount_timeo and mount_retrans";

}  // namespace

TEST_CASE("a soft mount is left alone unless its values are named, whoever says that it is soft") {
  for (const bool by_mount : {true, false}) {
    CAPTURE(by_mount);
    node::ObservedState observed = test::diskless_node();
    if (by_mount)
      observed.mounts[1].options = "ro,soft,vers=4";
    else
      observed.filesystems[0].options.emplace_back("soft", "");
    CHECK(planned(observed, {}).empty());
    CHECK(warnings_of(observed) == std::vector<std::string>{"/usr" + left_as_soft + cure_of_soft});
    CHECK(report(observed).mounts[1].soft);
    CHECK(report(observed).mounts[1].state == "excluded");
    CHECK_FALSE(node::desired_filesystems(observed, {}).filesystems[0].differs());
    node::Settings named;
    named.mount_retrans = {{"/usr", 4}};
    CHECK(planned(observed, named).size() == 2);
    named.mount_retrans.clear();
    named.mount_timeo = {{"/usr", 4}};
    CHECK(planned(observed, named).size() == 2);
    CHECK(warnings_of(observed, named).empty());
    node::Settings excluded;
    excluded.exclude = {"/usr"};
    CHECK(warnings_of(observed, excluded).empty());
    CHECK_FALSE(report(observed, excluded).mounts[1].soft);  // it is the settings that exclude it
  }
  node::ObservedState observed = test::diskless_node();
  observed.mounts[1].options = "softly,notsoft,vers=4";
  CHECK(planned(observed, {}).size() == 2);
}

TEST_CASE("a hard mount that shares the fsid of a soft one cannot be had both ways") {
  node::ObservedState observed = test::diskless_node();
  test::add_nfs4(observed, "/home", observed.filesystems[0]);
  observed.mounts.back().options = "soft";
  const node::DesiredFilesystems desired = node::desired_filesystems(observed, {});
  CHECK(desired.conflicts ==
        std::vector<std::string>{"/home" + left_as_soft + ", and so is /usr, which has the same fsid" + cure_of_soft});
  CHECK(node::plan_filesystems(desired).empty());
  CHECK(desired.filesystems[0].differs());
  observed.mounts[1].options = "soft";
  CHECK(warnings_of(observed) == std::vector<std::string>{"/usr, /home" + left_as_soft + cure_of_soft});
}

TEST_CASE("settings for paths that are no NFSv4 mount here are warned of") {
  node::Settings settings;
  settings.mount_timeo = {{"/a", 1}, {"/usr", 5}};
  settings.mount_retrans = {{"/b", 1}};
  settings.exclude = {"/c", "/d+/e"};
  CHECK(warnings_of(test::diskless_node(), settings) ==
        std::vector<std::string>{"a value is set for /a, which is no NFSv4 mount here",
                                 "a value is set for /b, which is no NFSv4 mount here",
                                 "/c is excluded, which is no NFSv4 mount here",
                                 "/d+/e is excluded, which is no NFSv4 mount here; cure: --exclude once for each path, "
                                 "in hanfs.conf commas between them"});
}

TEST_CASE("a file system below a mount that mount does not list is tuned and reported like one that it lists") {
  node::ObservedState observed = test::diskless_node();
  observed.crossed_mounts = {"/usr/local", "/usr/lost"};
  aix::NfsFilesystem crossed = test::filesystem("0:43", "/usr/local", 100, 5, {});
  crossed.current.clear();  // not away from its server
  crossed.remote = "/install/local";
  observed.filesystem_of["/usr/local"] = observed.filesystems.size();
  observed.filesystems.push_back(crossed);
  observed.filesystems[0].options = {{"timeo", "1"}, {"retrans", "3"}};
  CHECK(planned(observed, {}) ==
        std::vector<std::string>{"nfs4cl setfsoptions /usr/local timeo=1", "nfs4cl setfsoptions /usr/local retrans=3",
                                 "nfs4cl setfsoptions /usr/lost timeo=1", "nfs4cl setfsoptions /usr/lost retrans=3"});
  const node::MountReport seen = report(observed);
  REQUIRE(seen.crossed_mounts.size() == 2);
  CHECK(seen.mounts.size() == 2);
  CHECK(seen.crossed_mounts[0].path == "/usr/local");
  CHECK(seen.crossed_mounts[0].vfs == "nfs4");
  CHECK(seen.crossed_mounts[0].server == "10.0.0.1");
  CHECK(seen.crossed_mounts[0].remote == "/install/local");
  CHECK(seen.crossed_mounts[0].state == "drift");
  CHECK(seen.crossed_mounts[1].state == "unknown");
  CHECK(seen.crossed_mounts[1].remote.empty());
  CHECK(warns(seen, "/usr/local has no replica"));
  CHECK(text_of(node::worst_failover(seen)) == "never");
  const auto lanes = node::plan_filesystems(node::desired_filesystems(observed, {}));
  CHECK(lanes[0].lane == "10.0.0.1");
  CHECK(lanes[2].lane.empty());
}

TEST_CASE("what lies over an NFSv4 file system hides it: it is not tuned, and that is said") {
  node::ObservedState observed = test::diskless_node();
  CHECK_FALSE(warns(report(observed), "mounted twice"));
  observed.mounts.push_back(observed.mounts[1]);
  CHECK(planned(observed, {}).size() == 2);
  CHECK(warns(report(observed), "/usr is mounted twice: commands reach the upper file system only"));
  CHECK(report(observed).mounts[1].state == "not_tunable");
  CHECK(report(observed).mounts[2].state == "drift");

  observed = test::diskless_node();
  observed.mounts.push_back({"", "/dev/hd2", "/usr", "jfs2", "Nov 07 19:11", ""});
  observed.overmounted = {{"/usr", "jfs2"}};
  CHECK(planned(observed, {}).empty());
  CHECK(warns(report(observed), "/usr is not tuned: a jfs2 file system was mounted over the NFSv4 one and hides it"));
  CHECK_FALSE(warns(report(observed), "mounted twice"));
  CHECK(text_of(node::worst_failover(report(observed))) == "none");
}

TEST_CASE("the automounter, what mount does not list, and a hosts file that cannot be read are warned of") {
  node::ObservedState observed = test::diskless_node();
  for (const char* words : {"the automounter", "nfs4cl knows", "/etc/hosts could not be read"})
    CHECK_FALSE(warns(report(observed), words));
  observed.mounts.push_back({"", "/etc/auto_home", "/home", "autofs", "Nov 07 19:11", ""});
  observed.mounts.push_back({"", "/etc/auto_net", "/net", "autofs", "Nov 07 19:11", ""});
  observed.unmounted = {"/old"};
  observed.hosts.reset();
  CHECK(warns(report(observed), "the automounter mounts below /home, /net: what it mounts after this run"));
  CHECK(warns(report(observed), "nfs4cl knows /old, which is in no row of mount: left alone"));
  CHECK(warns(report(observed), "/etc/hosts could not be read: whether it names the replicas is not known"));
  observed.mounts.erase(observed.mounts.begin() + 1);  // no server is asked for
  observed.filesystem_of.clear();
  CHECK_FALSE(warns(report(observed), "/etc/hosts could not be read"));
}

TEST_CASE("the tunable that delays a failover is warned of only where it is longer than retrans x timeo") {
  node::ObservedState observed = test::diskless_node();  // 5 x 10 s
  for (const auto& [seconds, is_slow] : {std::pair{0, false}, {49, false}, {50, false}, {51, true}}) {
    observed.fail_over_timeout = seconds;
    CHECK(warns(report(observed), "delays the failover of 1 file system(s)") == is_slow);
  }
  observed.fail_over_timeout.reset();
  CHECK_FALSE(warns(report(observed), "delays the failover"));
}

TEST_CASE("paging space is warned of where the root comes from a server; the console log where it lies on NFS") {
  node::ObservedState observed = test::diskless_node();
  CHECK(warns(report(observed), "paging space is not shown by mount"));
  observed = test::diskful_node();
  CHECK_FALSE(warns(report(observed), "paging space"));
  // The last mount that holds the path wins, and a path that only begins like it does not hold it.
  for (const auto& [path, vfs, is_on_nfs] : {std::tuple{"/var", "nfs3", true},
                                             {"/var/adm/ras/conslog", "nfs4", true},
                                             {"/var/ad", "nfs3", false},
                                             {"/va", "nfs3", false},
                                             {"/var", "stnfs", false}}) {
    observed = test::diskful_node();
    observed.mounts.push_back({"sn9", "/x", path, "nfs3", "Nov 07 19:11", ""});
    observed.mounts.back().vfs = vfs;
    if (std::string(vfs) == "nfs4") observed.mounts.back().vfs = "nfs";
    CHECK(warns(report(observed), "the console log /var/adm/ras/conslog lies on NFS") == is_on_nfs);
  }
  observed.mounts.back().vfs = "nfs3";
  observed.mounts.push_back({"", "/dev/hd9", "/var/adm", "jfs2", "Nov 07 19:11", ""});
  CHECK_FALSE(warns(report(observed), "the console log"));
  observed.mounts.back().device = "/varied";  // a folder of no mount
  CHECK_FALSE(warns(report(observed), "the console log"));
}

TEST_CASE("a file system is away from home only where both addresses are known and differ") {
  node::ObservedState observed = test::diskless_node();
  const auto is_away = [&](const char* mounted_from, const char* current) {
    observed.mounts[1].node = mounted_from;
    observed.filesystems[0].current = current;
    return report(observed).mounts[1].is_away;
  };
  CHECK(is_away("10.0.0.1", "10.0.0.2"));
  CHECK(is_away("sn1", "sn2"));
  CHECK_FALSE(is_away("sn1", "10.0.0.1"));
  CHECK_FALSE(is_away("10.0.0.1", "10.0.0.1"));
  CHECK_FALSE(is_away("unknown", "10.0.0.2"));
  CHECK_FALSE(is_away("10.0.0.1", "unknown"));
  CHECK_FALSE(is_away("", "10.0.0.2"));
}

TEST_CASE("options that somebody else took away at the same time are not set again") {
  node::ObservedState before = test::diskless_node();
  before.filesystems[0].options.emplace_back("intr", "");
  node::ObservedState after = before;
  const auto repairs = [&](int attempt) {
    return commands(node::repair_filesystems(node::desired_filesystems(after, {}), before, attempt));
  };
  // Both of ours are there, so this AIX merges.
  after.filesystems[0].options = {{"timeo", "1"}, {"retrans", "3"}};
  CHECK(repairs(0).empty());
  // Only one had to be set, and all others went.
  before.filesystems[0].options[2].second = "3";
  CHECK(repairs(0) == std::vector<std::string>{"nfs4cl setfsoptions /usr ro,intr,timeo=1,retrans=3"});
  CHECK(repairs(1).empty());  // both of ours are there
  CHECK(repairs(2).empty());
  // Another value of an option counts as lost too; options that were not seen do not.
  before.filesystems[0].options[3] = {"rsize", "1"};
  after.filesystems[0].options = {{"ro", ""}, {"timeo", "1"}, {"retrans", "3"}, {"rsize", "2"}};
  CHECK(repairs(0) == std::vector<std::string>{"nfs4cl setfsoptions /usr ro,rsize=1,timeo=1,retrans=3"});
  after.filesystems[0].has_options = false;
  CHECK(repairs(0).empty());
  // Neither is there: nothing was set, so nothing was lost by setting.
  after = test::diskless_node();
  before = after;
  CHECK(repairs(0).empty());
  after.filesystem_of.clear();
  CHECK(repairs(0).empty());
}

TEST_CASE("a file system whose server does not answer is not changed; one that only could not be observed is") {
  node::ObservedState observed = test::diskless_node();
  observed.filesystem_of.clear();
  const std::string words = hanfs::run::command_text(aix::show_filesystem("/usr"));
  CHECK(planned(observed, {}).size() == 2);
  for (const auto& [hung, not_asked] : {std::pair{true, false}, {false, true}, {false, false}}) {
    observed.unobserved = {{"nfs4cl", words, "", false, hung, not_asked}};
    CHECK(planned(observed, {}).size() == (hung || not_asked ? 0U : 2U));
    observed.unobserved[0].words = "nfs4cl showfs /other";
    CHECK(planned(observed, {}).size() == 2);
  }
}

TEST_CASE("what may have the fsid of a file system that is left alone is left alone too, until it is known") {
  node::ObservedState observed = test::diskless_node();
  test::add_nfs4(observed, "/soft", test::filesystem("0:43", "/soft", 100, 5));
  observed.mounts.back().options = "vers=4,soft";
  const aix::Mount hard{"10.0.0.1", "/install", "/hard", "nfs4", "Nov 07 19:11", "vers=4"};
  observed.mounts.push_back(hard);
  const auto left = [&](const node::Settings& settings) {
    const auto desired = node::desired_filesystems(observed, settings);
    std::string text;
    for (const auto& filesystem : desired.filesystems)
      if (filesystem.conflict) text += filesystem.paths.front() + " ";
    CHECK(desired.conflicts.size() == (text.empty() ? 0U : 1U));
    for (const auto& step : node::plan_filesystems(desired))
      CHECK(text.find(step.resource.name + " ") == std::string::npos);
    return text;
  };
  CHECK(left({}) == "/hard ");
  observed.listed_fsids["/hard"] = "0:43";
  CHECK(left({}) == "/hard ");
  observed.listed_fsids["/hard"] = "0:44";
  CHECK(left({}).empty());
  observed.listed_fsids.clear();
  observed.unobserved = {{"nfs4cl", "nfs4cl showfs /hard", "", false, true}};
  CHECK(left({}).empty());  // nothing is asked of it anyway

  // The other way round: it is left alone itself, so is what comes from the same server and may be the same.
  observed.unobserved.clear();
  observed.mounts[2].options = "vers=4";
  CHECK(left({}).empty());
  node::Settings settings;
  settings.exclude = {"/hard"};
  CHECK(left(settings) == "/usr /soft ");
  observed.mounts.back().node = "10.0.0.2";  // a replica
  CHECK(left(settings) == "/usr /soft ");
  observed.mounts.back().node = "10.0.0.3";
  CHECK(left(settings).empty());
  observed.mounts.back().node = "10.0.0.1";
  // What hangs waits for its server; the others do not.
  observed.unobserved = {{"nfs4cl", hanfs::run::command_text(aix::show_filesystem("/hard")), "", false, true}};
  CHECK(left(settings).empty());
  observed.unobserved.clear();
  settings.exclude = {};
  settings.mount_timeo = {{"/hard", 9}};
  CHECK(left(settings) == "/usr /soft ");
  settings.mount_timeo = {{"/hard", settings.timeo}};
  CHECK(left(settings).empty());
  settings.mount_timeo = {{"/usr", 9}};
  CHECK(left(settings) == "/hard ");
}
