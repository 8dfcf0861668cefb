// SPDX-License-Identifier: Apache-2.0
// The plan of setuphanfs --reset from facts made by hand.
#include "setuphanfs/reset_plan.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <optional>
#include <string>

#include "setuphanfs/example_server.hpp"
#include "setuphanfs/exports_edit.hpp"

namespace hanfs::server {
namespace {

const char* const set_up = "/install -replicas=/install@10.0.0.1:/install@10.0.0.2,vers=4,ro,noauto,root=*\n";

ObservedState server_set_up() {
  return test::with_address(test::example_server({"/", "/install"}, set_up, aix::ReplicationMode::on), "10.0.0.1");
}

BeforeHanfs exported_before(const std::string& exports) {
  BeforeHanfs before;
  before.exports_text = exports;
  before.exported = aix::parse_exports(exports).rows;
  before.written = aix::parse_exports(set_up).rows;
  before.domain = "example.com";
  before.daemons = {"nfsd", "rpc.mountd", "nfsrgyd"};
  return before;
}

std::string obstacles_of(const ObservedState& now, const BeforeHanfs& before) {
  std::string text;
  for (const std::string& obstacle : make_reset_plan(now, before, "/install").obstacles) text += obstacle + "\n";
  return text;
}

}  // namespace

TEST_CASE("a reset is an obstacle to itself where AIX would refuse what was exported before") {
  const std::string replicas = "/install -replicas=/install@10.0.0.1:/install@10.0.0.3,vers=4,ro,noauto\n";
  CHECK(obstacles_of(server_set_up(), exported_before(replicas)).empty());
  CHECK(obstacles_of(server_set_up(), exported_before("/install -vers=4,ro\n")).empty());

  const std::string of_others = "/install -replicas=/install@10.0.0.9:/install@10.0.0.2,vers=4,ro,noauto\n";
  CHECK(obstacles_of(server_set_up(), exported_before(of_others)).find("do not name this server") != std::string::npos);
  const std::string other_path = "/install -replicas=/other@10.0.0.1:/install@10.0.0.2,vers=4,ro,noauto\n";
  CHECK(obstacles_of(server_set_up(), exported_before(other_path)).find("do not name this server") !=
        std::string::npos);

  ObservedState off = server_set_up();
  off.mode = aix::ReplicationMode::off;
  CHECK(obstacles_of(off, exported_before(replicas)).find("replication is off") != std::string::npos);
  BeforeHanfs was_off = exported_before(replicas);
  was_off.turned_mode_on = true;
  CHECK(obstacles_of(server_set_up(), was_off).find("replication is off") != std::string::npos);

  ObservedState unmounted = server_set_up();
  unmounted.mounts.pop_back();
  CHECK(obstacles_of(unmounted, exported_before(replicas)).find("not the root of a file system") != std::string::npos);

  // An export inside of the directory that had a file system of its own before, which is not mounted any more.
  ObservedState beside = server_set_up();
  beside.exported.push_back(aix::parse_exports("/ -ro\n").rows.front());
  beside.mounts.pop_back();
  CHECK(obstacles_of(beside, exported_before("/install -vers=4,ro\n")).find("/ is exported in the same file system") !=
        std::string::npos);
  // What does not change is not exported anew.
  CHECK(obstacles_of(off, exported_before(set_up)).empty());
}

TEST_CASE("a reset knows what a killed run has brought back without replicas, and nobody else's exports") {
  ObservedState now = server_set_up();
  now.mode = aix::ReplicationMode::off;
  now.exported = aix::parse_exports("/install -vers=4,ro,root=*\n").rows;
  CHECK(obstacles_of(now, exported_before("/install/x -vers=3,ro\n")).empty());
  now.exported = aix::parse_exports("/install -vers=4,ro,root=cn017\n").rows;
  CHECK(obstacles_of(now, exported_before("/install/x -vers=3,ro\n")).find("is exported, which is not how") !=
        std::string::npos);
  // In /etc/exports setuphanfs never writes that.
  now = server_set_up();
  now.listed = aix::parse_exports("/install -vers=4,ro,root=*\n").rows;
  CHECK(obstacles_of(now, exported_before("/install/x -vers=3,ro\n")).find("stands in /etc/exports") !=
        std::string::npos);
}

TEST_CASE("replication stays on for others that are exported with replicas now or at the next boot") {
  BeforeHanfs before = exported_before("/install -vers=4,ro\n");
  before.turned_mode_on = true;
  ObservedState now = server_set_up();
  const auto switches = [&] {
    const ResetPlan made = make_reset_plan(now, before, "/install");
    return std::any_of(made.plan.steps.begin(), made.plan.steps.end(),
                       [](const plan::Step& step) { return step.resource.kind == plan::Kind::mode; });
  };
  CHECK(switches());
  now.listed.push_back(aix::parse_exports("/opt -vers=4,ro\n").rows.front());
  CHECK(switches());
  now.listed.push_back(aix::parse_exports("/opt -replicas=/opt@10.0.0.1:/opt@10.0.0.2,vers=4,ro\n").rows.front());
  CHECK_FALSE(switches());
  now.listed.clear();
  now.exported.push_back(aix::parse_exports("/opt -vers=4,ro\n").rows.front());
  CHECK_FALSE(switches());
}

TEST_CASE("what was written for a directory below in a file system of its own belongs to that one") {
  ObservedState now = server_set_up();
  BeforeHanfs before = exported_before("");
  before.written =
      aix::parse_exports("/install/nim -replicas=/install/nim@10.0.0.1:/install/nim@10.0.0.2,vers=4\n").rows;
  CHECK(written_by_hanfs(before, "/install", now).here);
  now.file_systems = {"/install/nim"};
  CHECK_FALSE(written_by_hanfs(before, "/install", now).here);
  CHECK(written_by_hanfs(before, "/install", now).elsewhere == std::vector<std::string>{"/install/nim"});
  CHECK(written_by_hanfs(before, "/install/nim", now).here);
}

TEST_CASE("a reset removes the file that was not there, unless it holds what others wrote, and says what stays") {
  BeforeHanfs nothing = exported_before("");
  nothing.exports_text.reset();
  nothing.daemons = {"rpc.mountd"};
  nothing.domain.reset();
  const auto file_after = [&](const std::string& more) -> std::optional<std::string> {
    ObservedState now = server_set_up();
    now.exports_text = set_up + more;
    for (const plan::Step& step : make_reset_plan(now, nothing, "/install").plan.steps)
      if (step.action == plan::Action::set && step.file) return *edited(*step.file->edit, now.exports_text);
    return "no such step";
  };
  CHECK(file_after("") == std::nullopt);
  CHECK(file_after("\n") == std::nullopt);
  CHECK(file_after("# mine\n") == "# mine\n");
  CHECK(file_after("/home -ro\n") == "/home -ro\n");
  const auto notes = make_reset_plan(server_set_up(), nothing, "/install").notes;
  REQUIRE(notes.size() == 2);
  CHECK(notes[0] == "the NFSv4 domain stays example.com; it was not known to be set");
  CHECK(notes[1].find("nfsd, nfsrgyd did not run before setuphanfs") == 0);
  CHECK(make_reset_plan(server_set_up(), exported_before(""), "/install").notes.empty());
}

}  // namespace hanfs::server
