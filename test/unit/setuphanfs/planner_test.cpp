// SPDX-License-Identifier: Apache-2.0
// The plan of setuphanfs from facts made by hand.
#include "setuphanfs/planner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <numeric>
#include <string>
#include <vector>

#include "plan/step_text.hpp"
#include "run/command.hpp"
#include "setuphanfs/example_server.hpp"
#include "setuphanfs/expectations.hpp"
#include "setuphanfs/exports_edit.hpp"
#include "setuphanfs/restore_plan.hpp"

namespace hanfs::server {
namespace {

using aix::ReplicationMode;

const char* const right = "/install -replicas=/install@10.0.0.1:/install@10.0.0.2,vers=4,ro,noauto,root=*\n";

ObservedState server(const std::string& exports, ReplicationMode mode) {
  ObservedState observed =
      test::with_address(test::example_server({"/", "/home", "/install", "/export"}, exports, mode), "10.0.0.1");
  observed.hosts.emplace();
  for (const char* one : {"10.0.0.1", "10.0.0.2"}) observed.hosts->entries.push_back({one, {one}});
  return observed;
}

Settings settings() {
  Settings settings;
  settings.replicas = {"10.0.0.1", "10.0.0.2"};
  return settings;
}

DesiredState desired_state_of(const ObservedState& observed, const Settings& wanted = settings()) {
  const Result<DesiredState> made = desired_state(observed, wanted);
  INFO((made ? std::string() : made.error().what));
  REQUIRE(static_cast<bool>(made));
  return *made;
}

std::vector<std::string> words_of(const plan::Plan& plan) {
  std::vector<std::string> all;
  for (const plan::Step& step : plan.steps) {
    const std::string words = run::command_text(step.argv);
    all.push_back(step.file ? "write " + step.file->path : words.substr(words.rfind('/', words.find(' ')) + 1));
  }
  return all;
}

ServerPlan plan_of(const ObservedState& observed, const Settings& wanted = settings()) {
  return make_plan(observed, desired_state_of(observed, wanted), wanted);
}

std::string refusal(const ObservedState& observed, const Settings& wanted) {
  const Result<DesiredState> made = desired_state(observed, wanted);
  return made ? "" : made.error().what;
}

std::string after(const plan::Step& step, const std::string& text) {
  const Result<ExportsText> made = edited(*step.file->edit, text);
  return made ? made->value_or("no file") : made.error().what;
}

using Words = std::vector<std::string>;
const char* const edit = "write /etc/exports";
const char* const make = "exportfs /install";

TEST_CASE("a server that is right needs nothing") {
  const ServerPlan made = plan_of(server(right, ReplicationMode::on));
  CHECK(made.plan.empty());
  CHECK(made.interruptions.empty());
  CHECK(desired_state_of(server(right, ReplicationMode::on)).warnings.empty());
  // Options and replicas are sets; sec= is the server's own.
  CHECK(plan_of(server("/install -sec=sys:dh,root=*,noauto,ro,vers=4,replicas=/install@10.0.0.2:/install@10.0.0.1\n",
                       ReplicationMode::on))
            .plan.empty());
}

TEST_CASE("what the kernel takes beside the right export stays; the same line again goes") {
  const std::string beside = std::string(right) + "/install/nim -vers=4,ro\n";
  CHECK(plan_of(server(beside, ReplicationMode::on)).plan.empty());
  const std::string doubled = std::string(right) + right;
  ObservedState observed = server(doubled, ReplicationMode::on);
  observed.exported.pop_back();
  const ServerPlan made = plan_of(observed);
  CHECK(words_of(made.plan) == Words{"write /etc/exports.before-hanfs", edit});
  CHECK(after(made.plan.steps[1], doubled) == right);
}

TEST_CASE("a mode that cannot be seen is on where replicas are exported, and only there") {
  CHECK(plan_of(server(right, ReplicationMode::unknown)).plan.empty());
  CHECK(words_of(plan_of(server("", ReplicationMode::unknown)).plan) ==
        Words{"write /etc/exports.before-hanfs", "chnfs -R on", edit, make});
}

TEST_CASE("nothing exported: nobody is interrupted") {
  const ServerPlan made = plan_of(server("", ReplicationMode::off));
  CHECK(words_of(made.plan) == Words{"write /etc/exports.before-hanfs", "chnfs -R on", edit, make});
  CHECK(made.interruptions.empty());
}

TEST_CASE("only what collides is withdrawn; v4 elsewhere leaves and comes back; v3 elsewhere stays") {
  const ServerPlan made =
      plan_of(server("/install/postscripts -vers=3:4,ro\n/home -vers=4,rw\n/export -rw\n", ReplicationMode::off));
  CHECK(words_of(made.plan) == Words{"write /etc/exports.before-hanfs", "exportfs -u /install/postscripts",
                                     "exportfs -u /home", "chnfs -R on", edit, make, "exportfs /home"});
  CHECK(made.interruptions.size() == 3);
  CHECK(after(made.plan.steps[4], "/install/postscripts -vers=3:4,ro\n/home -vers=4,rw\n/export -rw\n") ==
        std::string(right) + "/home -vers=4,rw\n/export -rw\n");
  // What others have written meanwhile stays.
  CHECK(after(made.plan.steps[4], "/new -ro\n/install/postscripts -vers=3:4,ro\n/home -vers=4,rw\n") ==
        "/new -ro\n" + std::string(right) + "/home -vers=4,rw\n");
  CHECK_FALSE(edited(*made.plan.steps[4].file->edit, "/install/postscripts -vers=4,ro\n"));
  // Behind an entry that goes on in a line that is missing, ours would be part of it.
  CHECK(after(plan_of(server("/tmp -ro,\\\n", ReplicationMode::on)).plan.steps[1], "/tmp -ro,\\\n") ==
        std::string(right) + "/tmp -ro,\\\n");
  // With the mode on, nothing elsewhere is touched.
  CHECK(words_of(plan_of(server("/home -vers=4,rw\n", ReplicationMode::on)).plan) ==
        Words{"write /etc/exports.before-hanfs", edit, make});
}

TEST_CASE("an export that only the kernel knows comes back with its options") {
  ObservedState observed = server("/home -vers=4,rw\n", ReplicationMode::off);
  observed.exports_text = "";
  observed.listed.clear();
  CHECK(words_of(plan_of(observed).plan).back() == "exportfs -i -o vers=4,rw /home");
}

TEST_CASE("a right line that is not exported is exported as it stands") {
  ObservedState observed = server(right, ReplicationMode::on);
  observed.exported.clear();
  CHECK(words_of(plan_of(observed).plan) == Words{"exportfs /install"});
  CHECK(plan_of(observed).interruptions.empty());
}

TEST_CASE("daemons and the domain") {
  ObservedState observed = server(right, ReplicationMode::on);
  observed.daemons.rows[2].status = "inoperative";
  CHECK(words_of(plan_of(observed).plan) == Words{"startsrc -s nfsrgyd"});
  Settings wanted = settings();
  wanted.nfs_domain = "other.org";
  CHECK(words_of(plan_of(server(right, ReplicationMode::on), wanted).plan) ==
        Words{"chnfsdom other.org", "stopsrc -s nfsrgyd", "startsrc -s nfsrgyd"});
  CHECK_FALSE(plan_of(server(right, ReplicationMode::on), wanted).interruptions.empty());
}

TEST_CASE("a daemon that is stopping is neither active nor gone") {
  ObservedState observed = server("", ReplicationMode::on);
  const auto is = [&](const char* status) {
    observed.daemons.rows = {{"nfsrgyd", "nfs", "4587710", status}};
    const plan::Resource nfsrgyd{plan::Kind::daemon, "nfsrgyd"};
    return std::make_pair(is_satisfied(observed, {nfsrgyd, "active"}),
                          is_satisfied(observed, {nfsrgyd, "inoperative"}));
  };
  CHECK(is("active") == std::make_pair(true, false));
  CHECK(is("stopping") == std::make_pair(false, false));
  CHECK(is("inoperative") == std::make_pair(false, true));
}

TEST_CASE("every step stops what follows but what brings back exports of others, and expects what is read back") {
  for (const plan::Step& step :
       plan_of(server("/install -vers=4,ro\n/home -vers=4\n", ReplicationMode::off)).plan.steps) {
    INFO(plan::id_of(step));
    CHECK(step.abort_sequence == (step.action != plan::Action::bring_back));
    CHECK(step.verified);
    CHECK(step.expect.has_value() != step.file.has_value());
    CHECK_FALSE(step.why.empty());
  }
}

TEST_CASE("this server's address is found and put first") {
  Settings wanted = settings();
  wanted.replicas = {"10.0.0.2", "10.0.0.1"};
  CHECK(desired_state_of(server("", ReplicationMode::on), wanted).addresses == Words{"10.0.0.1", "10.0.0.2"});
  wanted.replicas = {"10.0.0.2"};
  CHECK(desired_state_of(server("", ReplicationMode::on), wanted).addresses == Words{"10.0.0.1", "10.0.0.2"});
  wanted.replicas = {"10.9.0.2", "10.9.0.3"};
  CHECK(refusal(server("", ReplicationMode::on), wanted).find("none of") == 0);
  wanted.replicas = {"10.0.0.1"};
  CHECK(refusal(server("", ReplicationMode::on), wanted).find("alone") != std::string::npos);
}

TEST_CASE("what cannot be met is refused before anything is touched") {
  Settings wanted = settings();
  wanted.directory = "/home/x";
  CHECK(refusal(server("", ReplicationMode::on), wanted).find("root of a file system") != std::string::npos);
  ObservedState observed = server("", ReplicationMode::on);
  observed.mounts[2].node = "10.0.0.9";
  CHECK(refusal(observed, settings()).find("10.0.0.9") != std::string::npos);
  observed = server("", ReplicationMode::on);
  observed.domain.reset();
  CHECK(refusal(observed, settings()).find("--nfs-domain") != std::string::npos);
}

TEST_CASE("a line that AIX cannot take is refused") {
  Settings many = settings();
  for (int i = 0; i < 3000; ++i) many.clients.push_back("client" + std::to_string(1000 + i));
  CHECK(refusal(server("", ReplicationMode::off), many).find("characters, AIX takes 32767; cure: fewer hosts") !=
        std::string::npos);
  many.clients.resize(2000);
  CHECK(refusal(server("", ReplicationMode::off), many).empty());
}

TEST_CASE("GPFS under either name is a file system that may be exported") {
  for (const char* vfs : {"mmfs", "gpfs", "cdrfs"}) {
    ObservedState observed = server("", ReplicationMode::off);
    for (aix::Mount& mount : observed.mounts)
      if (mount.path == "/install") mount.vfs = vfs;
    CHECK_MESSAGE(refusal(observed, settings()).empty() == (std::string(vfs) != "cdrfs"), vfs);
  }
}

TEST_CASE("clients that have an export while replication is switched on may have to mount it anew") {
  const auto warned = [](const ServerPlan& made) {
    return std::any_of(made.warnings.begin(), made.warnings.end(), [](const std::string& warning) {
      return warning.find("clients that have /home mounted by NFSv4") == 0 &&
             warning.find("anew; cure: ") != std::string::npos;
    });
  };
  CHECK(warned(plan_of(server("/home -vers=4,rw\n", ReplicationMode::off))));
  CHECK_FALSE(warned(plan_of(server("/home -vers=3,rw\n", ReplicationMode::off))));
  CHECK_FALSE(warned(plan_of(server(std::string(right) + "/home -vers=4,rw\n", ReplicationMode::on))));
}

TEST_CASE("back to what was there before") {
  ObservedState before = server("/install/postscripts -vers=3:4,ro\n/home -vers=4,rw\n", ReplicationMode::off);
  before.edits.push_back(*plan_of(before).plan.steps[4].file->edit);
  CHECK(make_restore_plan(before, before, desired_state_of(before)).empty());
  // The mode is on, everything withdrawn, the export was refused.
  ObservedState now = before;
  now.mode = ReplicationMode::on;
  now.exported.clear();
  now.exports_text = right + std::string("/home -vers=4,rw\n/new -ro\n");
  now.daemons.rows[0].status = "inoperative";
  CHECK(after(make_restore_plan(before, now, desired_state_of(before)).steps[0], *now.exports_text) ==
        *before.exports_text + "/new -ro\n");
  // The old line stands there before the mode goes that the new one needs; nodes are served before others.
  CHECK(words_of(make_restore_plan(before, now, desired_state_of(before))) ==
        Words{"write /etc/exports", "chnfs -R off", "startsrc -s nfsd", "exportfs /install/postscripts",
              "exportfs /home"});
  // What is up again is not interrupted once more.
  now.exported = rows_of(before.exported, "/home");
  const Words words = words_of(make_restore_plan(before, now, desired_state_of(before)));
  CHECK(std::find(words.begin(), words.end(), "chnfs -R off") == words.end());
  // One failure does not keep the rest down.
  for (const plan::Step& step : make_restore_plan(before, now, desired_state_of(before)).steps)
    CHECK_FALSE(step.abort_sequence);
}

TEST_CASE("what was taken from the nodes comes back by itself only while nothing of it is exported in another form") {
  const ObservedState before = server("/install/postscripts -vers=3:4,ro\n/home -vers=4,rw\n", ReplicationMode::off);
  ObservedState now = before;
  const DesiredState desired = desired_state_of(before);
  CHECK(make_owed_plan(before, now, desired, Owed::to_nodes).empty());
  now.exported = rows_of(before.exported, "/home");
  CHECK(words_of(make_owed_plan(before, now, desired, Owed::to_nodes)) == Words{"exportfs /install/postscripts"});
  now.unobserved = {{"exportfs", "exportfs", "", false, true}};
  CHECK(make_owed_plan(before, now, desired, Owed::to_nodes).empty());
  now.unobserved.clear();
  now.exported = aix::parse_exports(right).rows;
  CHECK(make_owed_plan(before, now, desired, Owed::to_nodes).empty());
}

TEST_CASE("what AIX would refuse to export again comes back as it was wanted, so that nodes are served") {
  const std::string strange = "/install -replicas=/install@10.0.0.8:/install@10.0.0.9,vers=4,ro\n";
  ObservedState before = server(strange, ReplicationMode::on);
  const DesiredState desired = desired_state_of(before);
  CHECK(make_restore_plan(before, before, desired).empty());
  ObservedState now = before;
  now.exported.clear();
  const plan::Plan back = make_restore_plan(before, now, desired);
  CHECK(words_of(back) ==
        Words{"exportfs -i -o 'replicas=/install@10.0.0.1:/install@10.0.0.2,vers=4,ro,noauto,root=*' /install"});
  CHECK(back.steps[0].why ==
        "AIX refuses what was exported before (its replicas do not name this server, as far as its interfaces and "
        "/etc/hosts tell), so it is what was wanted");
  CHECK(back.steps[0].action == plan::Action::bring_back);
  // It is there in that form: nothing is to be done, neither away nor back.
  now.exported = aix::parse_exports(right).rows;
  CHECK(make_restore_plan(before, now, desired).empty());
  // Another form than both is taken away first.
  now.exported = aix::parse_exports("/install -vers=3,rw\n").rows;
  CHECK(words_of(make_restore_plan(before, now, desired)).front() == "exportfs -u /install");
  CHECK(words_of(make_restore_plan(before, now, desired)).size() == 2);
  // While replication is off the kernel takes no replicas.
  before = server(right, ReplicationMode::off);
  now = before;
  now.exported.clear();
  CHECK(words_of(make_restore_plan(before, now, desired)) == Words{"exportfs -i -o 'vers=4,ro,root=*' /install"});
  // Without replicas it was never refused, and comes back as it was.
  before = server("/install -vers=4,ro\n", ReplicationMode::off);
  now = before;
  now.exported.clear();
  CHECK(words_of(make_restore_plan(before, now, desired)) == Words{"exportfs /install"});
}

TEST_CASE("while replication is off what is owed to nodes comes back as /etc/exports has it, or without its replicas") {
  const ObservedState before = server(right, ReplicationMode::on);
  const DesiredState desired = desired_state_of(before);
  DesiredState here;
  here.directory = "/install";
  const auto owed = [&](const ObservedState& now, const DesiredState& wanted, bool explicit_options = false) {
    return make_owed_plan(before, now, wanted, Owed::to_nodes, explicit_options);
  };
  ObservedState now = before;
  now.exported.clear();
  CHECK(words_of(owed(now, desired)) == Words{"exportfs /install"});
  now.mode = ReplicationMode::off;
  for (const DesiredState& wanted : {desired, here})
    CHECK(words_of(owed(now, wanted)) == Words{"exportfs -i -o 'vers=4,ro,root=*' /install"});
  CHECK(
      owed(now, here).steps[0].why ==
      "AIX refuses what was exported before (it has replicas, and replication is off), so it is that without replicas");
  for (const char* listed : {"/install -vers=4,ro,access=cn017\n", "/install -vers=4,ro,access=cn017,sec=sys:krb5\n"}) {
    now.listed = aix::parse_exports(listed).rows;
    const plan::Plan back = owed(now, desired);
    CHECK(words_of(back) == Words{"exportfs /install"});
    CHECK(back.steps[0].why.find("so it is what /etc/exports says") != std::string::npos);
    CHECK(words_of(owed(now, desired, true))[0].find("exportfs -i -o vers=4,ro,access=cn017") == 0);
    ObservedState after = now;
    after.exported = now.listed;
    CHECK(is_satisfied(after, *back.steps[0].expect));
    CHECK_FALSE(is_satisfied(now, *back.steps[0].expect));
    CHECK(owed(after, desired).empty());
  }
  // What would serve no node by sys, or is itself refused, or is more than one line, is not taken.
  for (const char* listed : {"/install -vers=4,ro,sec=krb5\n", right, "/install -vers=4,ro\n/install -vers=3,ro\n"}) {
    now.listed = aix::parse_exports(listed).rows;
    const plan::Plan back = owed(now, desired);
    CHECK(words_of(back) == Words{"exportfs -i -o 'vers=4,ro,root=*' /install"});
    ObservedState after = now;
    after.exported = aix::parse_exports("/install -vers=4,ro,root=*\n").rows;
    CHECK(is_satisfied(after, *back.steps[0].expect));  // whatever the next boot finds
  }
}

TEST_CASE("replication that stays as it is, as others are up for NFSv4, decides in which form exports come back") {
  const ObservedState before = server(right + std::string("/home -vers=4,rw\n"), ReplicationMode::on);
  ObservedState now = before;
  now.mode = ReplicationMode::off;
  now.exported = rows_of(before.exported, "/home");
  CHECK(words_of(make_restore_plan(before, now, desired_state_of(before))) ==
        Words{"exportfs -i -o 'vers=4,ro,root=*' /install"});
}

TEST_CASE("edits of /etc/exports that take back each other are not made once more") {
  const std::string old = "/install -vers=4,ro\n";
  const auto edit = [](const std::string& from, const std::string& to) {
    return edit_of(from, [](const aix::Export&) { return true; }, {to.substr(0, to.size() - 1)});
  };
  ObservedState before = server(right, ReplicationMode::on);
  before.edits = {edit(old, right), edit(right, old), edit(old, right)};
  const ObservedState now = before;
  const auto writes = [&] {
    std::vector<std::string> texts;
    std::string text = *now.exports_text;
    for (const plan::Step& step : make_restore_plan(before, now, desired_state_of(before)).steps) {
      text = **edited(*step.file->edit, text);
      texts.push_back(text);
    }
    return texts;
  };
  CHECK(writes() == std::vector<std::string>{old});
  before.edits.pop_back();  // the second one was begun and not made
  CHECK(writes() == std::vector<std::string>{old});
  before.edits = {edit(right, old), edit(old, right)};
  CHECK(writes().empty());
}

TEST_CASE("two edits that nothing was done about since are both taken back, the last one first") {
  const auto none = [](const aix::Export&) { return false; };
  const ExportsText first = "/a -ro\n";
  const std::string line = aix::render_export(aix::parse_exports(right).rows.front());
  ObservedState before = server("/a -ro\n", ReplicationMode::on);
  before.edits = {edit_of(first, none, {line})};
  before.edits.push_back(edit_of(*edited(before.edits[0], first), none, {"/install/b -ro"}));
  ObservedState now = before;
  now.exports_text = *edited(before.edits[1], *edited(before.edits[0], first));
  now.listed = aix::parse_exports(*now.exports_text).rows;
  const plan::Plan back = make_restore_plan(before, now, desired_state_of(before));
  std::vector<std::string> ids;
  for (const plan::Step& step : back.steps)
    if (step.file) ids.push_back(plan::id_of(step));
  CHECK(ids == std::vector<std::string>{"undo:file1", "undo:file"});
}

TEST_CASE("replication that was on and is off is switched on again, unless somebody else exports by NFSv4 now") {
  const ObservedState before = server("", ReplicationMode::on);
  ObservedState now = server("", ReplicationMode::off);
  CHECK(words_of(make_restore_plan(before, now, desired_state_of(before))) == Words{"chnfs -R on"});
  CHECK(make_restore_plan(before, now, desired_state_of(before)).steps[0].purpose == plan::Purpose::undo);
  now.exported = aix::parse_exports("/home -vers=3,rw\n").rows;
  CHECK(words_of(make_restore_plan(before, now, desired_state_of(before))) == Words{"chnfs -R on"});
  now.exported = aix::parse_exports("/home -vers=4,rw\n").rows;
  CHECK(make_restore_plan(before, now, desired_state_of(before)).empty());
}

TEST_CASE("the state at the end: replicated, as before, neither, or not known") {
  const ObservedState before = server("/home -vers=3,rw\n", ReplicationMode::off);
  const DesiredState desired = desired_state_of(before);
  const auto state = [&](const ObservedState& now) { return final_state(before, now, desired, settings()); };
  CHECK(state(before) == "as-before");
  ObservedState now = server(std::string(right) + "/home -vers=3,rw\n", ReplicationMode::on);
  CHECK(state(now) == "replicated");
  now.exported.pop_back();  // that of others is missing
  CHECK(state(now) == "unsettled");
  now = server("/home -vers=3,rw\n", ReplicationMode::on);
  CHECK(state(now) == "unsettled");
  now = before;
  now.unobserved = {{"lssrc", "lssrc -g nfs", ""}};
  CHECK(state(now) == "unknown");
}

TEST_CASE("going back does not need to see everything: what is hidden is brought back and judged by its command") {
  ObservedState before = server("/install/postscripts -vers=3:4,ro\n/home -vers=4,rw\n", ReplicationMode::off);
  before.edits.push_back(*plan_of(before).plan.steps[4].file->edit);
  ObservedState now = before;
  now.exported.clear();
  now.exports_text = right + std::string("/home -vers=4,rw\n");
  now.daemons.rows.clear();
  now.unobserved.push_back({"lssrc", "lssrc -g nfs", "", false, true});
  const plan::Plan rest = make_restore_plan(before, now, desired_state_of(before));
  CHECK(words_of(rest) == Words{"write /etc/exports", "startsrc -s nfsd", "startsrc -s rpc.mountd",
                                "startsrc -s nfsrgyd", "exportfs /install/postscripts", "exportfs /home"});
  for (const plan::Step& step : rest.steps) {
    const bool of_daemon = step.action == plan::Action::start;
    CHECK(step.expect.has_value() == (!of_daemon && !step.file));
    if (of_daemon) CHECK(step.wait.count() == 0);
  }
  // A run that went well starts nothing blindly.
  CHECK(words_of(make_restore_others_plan(before, now, desired_state_of(before))) == Words{"exportfs /home"});
  // Neither exportfs nor its file: whatever was up is exported again.
  now.exported = before.exported;
  now.unobserved = {{"exportfs", "exportfs", "", false, true}};
  now.daemons = before.daemons;
  const plan::Plan blindly = make_restore_plan(before, now, desired_state_of(before));
  CHECK(words_of(blindly) == Words{"write /etc/exports", "exportfs /install/postscripts", "exportfs /home"});
  CHECK_FALSE(blindly.steps.back().expect.has_value());
  CHECK(make_restore_others_plan(before, now, desired_state_of(before)).empty());
}

TEST_CASE("replicas that are dropped are named, with how to keep them") {
  const ObservedState observed =
      server("/install -replicas=/install@10.0.0.1:/install@10.0.0.2:/install@10.0.0.3,vers=4,ro,noauto,root=*\n",
             ReplicationMode::on);
  const DesiredState desired = desired_state_of(observed);
  REQUIRE(desired.warnings.size() == 1);
  CHECK(desired.warnings.front().find("10.0.0.3 is a replica of /install now") == 0);
  CHECK(desired.warnings.front().find("--replica") != std::string::npos);
  CHECK(make_plan(observed, desired, settings()).plan.steps[1].why.find("drops the replica 10.0.0.3") !=
        std::string::npos);
  Settings wanted = settings();
  wanted.replicas.emplace_back("10.0.0.3");
  CHECK(plan_of(observed, wanted).plan.empty());
}

TEST_CASE("a replica that is exported by its name is not dropped when its address is wanted") {
  ObservedState observed =
      server("/install -replicas=/install@10.0.0.1:/install@sn2,vers=4,ro,noauto,root=*\n", ReplicationMode::on);
  CHECK(desired_state_of(observed).warnings.front().find("sn2 is a replica of /install now") == 0);
  observed.hosts->entries.push_back({"10.0.0.2", {"sn2.example.com", "sn2"}});
  CHECK(desired_state_of(observed).warnings.empty());
  CHECK(words_of(plan_of(observed).plan).front() == "write /etc/exports.before-hanfs");
}

TEST_CASE("file systems that are mounted below the directory are no part of its export, which is said") {
  ObservedState observed = server(right, ReplicationMode::on);
  observed.mounts.push_back({"", "-hosts", "/install/auto", "autofs", "", ""});
  observed.mounts.push_back({"", "/dev/lv", "/installer", "jfs2", "", ""});
  CHECK(desired_state_of(observed).warnings.empty());
  observed.mounts.push_back({"", "/dev/lv", "/install/nim", "jfs2", "", ""});
  observed.mounts.push_back({"mn", "/iso", "/install/iso", "nfs3", "", ""});
  const DesiredState desired = desired_state_of(observed);
  REQUIRE(desired.warnings.size() == 1);
  CHECK(desired.warnings.front().find("folders there: /install/nim, /install/iso (of the server mn); cure: ") !=
        std::string::npos);
  CHECK(plan_of(observed).plan.empty());
  // One that is exported by itself is somebody's business, who is told that it does not fail over.
  observed.mounts.pop_back();
  observed.exported.push_back(aix::parse_exports("/install/nim -rw\n").rows.front());
  const auto told = [](const DesiredState& state) {
    return std::count_if(state.notes.begin(), state.notes.end(), [](const std::string& note) {
      return note.find("do not fail over there: /install/nim") != std::string::npos;
    });
  };
  CHECK(desired_state_of(observed).warnings.empty());
  CHECK(told(desired_state_of(observed)) == 1);
  observed.exported.back() = aix::parse_exports("/install/nim -replicas=/install/nim@10.0.0.1,vers=4\n").rows.front();
  CHECK(told(desired_state_of(observed)) == 0);
}

TEST_CASE("a partner that stands there twice, and one of another network, are warned about") {
  ObservedState observed = server("", ReplicationMode::on);
  Settings wanted = settings();
  wanted.replicas.emplace_back("10.0.1.2");
  observed.hosts->entries.push_back({"10.0.1.2", {"sn2-b"}});
  const auto warnings = [&] {
    const std::vector<std::string> all = desired_state_of(observed, wanted).warnings;
    return std::accumulate(all.begin(), all.end(), std::string(),
                           [](const std::string& text, const std::string& one) { return text + one + "\n"; });
  };
  CHECK(warnings().find("partner 10.0.1.2 is not in the network of 10.0.0.1/24, from which") != std::string::npos);
  CHECK(warnings().find("partner 10.0.0.2 is not") == std::string::npos);
  CHECK(warnings().find("are both") == std::string::npos);
  observed.hosts->entries.push_back({"10.0.0.2", {"sn2"}});
  observed.hosts->entries.push_back({"10.0.1.2", {"SN2"}});
  CHECK(warnings().find("10.0.0.2 and 10.0.1.2 are both sn2 in /etc/hosts") != std::string::npos);
}

TEST_CASE("an entry that goes on in further lines is one line for people") {
  CHECK(in_one_line("/install -ro,\\\n   root=x") == "/install -ro, root=x");
  CHECK(in_one_line("/install -ro,\\\r\n\t\\\r\n  root=x\r") == "/install -ro, root=x");
  CHECK(in_one_line("/a\\b -ro,\\") == "/a\\b -ro,");
  CHECK(as_words({{"/a -ro,\\\n  rw"}, {"/b -ro"}, std::nullopt}) == "take out '/a -ro, rw', put in '/b -ro'");
}

TEST_CASE("one directory in all its spellings") {
  for (const char* spelling : {"/install/", "//install", "/install//"}) {
    ObservedState observed = server(std::string(spelling) + " -vers=3,rw\n", ReplicationMode::on);
    CHECK(words_of(plan_of(observed).plan) ==
          Words{"write /etc/exports.before-hanfs", "exportfs -u " + std::string(spelling), edit, make});
  }
}

TEST_CASE("a backup of an earlier run that did not end well is left alone") {
  ObservedState observed = server("", ReplicationMode::on);
  observed.backup_stands = true;
  CHECK(words_of(plan_of(observed).plan) == Words{edit, make});
}

TEST_CASE("a domain that goes back is read by nfsrgyd again") {
  const ObservedState before = server(right, ReplicationMode::on);
  ObservedState now = before;
  now.domain = "other.org";
  CHECK(words_of(make_restore_plan(before, now, desired_state_of(before))) ==
        Words{"chnfsdom example.com", "stopsrc -s nfsrgyd", "startsrc -s nfsrgyd"});
}

TEST_CASE("a mode that did not tell before and says on now was off") {
  const ObservedState before = server("", ReplicationMode::unknown);
  CHECK(words_of(make_restore_plan(before, server("", ReplicationMode::on), desired_state_of(before))) ==
        Words{"chnfs -R off"});
  CHECK(make_restore_plan(server("", ReplicationMode::on), server("", ReplicationMode::on), desired_state_of(before))
            .empty());
}

TEST_CASE("sec= must allow sys; a line makes what exportfs prints with a sec= that nobody gave") {
  const auto row = [](const std::string& options) {
    return aix::parse_exports("/install -vers=4,ro" + options).rows.front();
  };
  CHECK(serves(row(""), row("")));
  CHECK(serves(row(",sec=krb5:sys"), row("")));
  CHECK_FALSE(serves(row(",sec=krb5"), row("")));
  CHECK(is_made_by(row(",sec=sys:dh"), row("")));
  CHECK(is_made_by(row(",sec=krb5"), row(",sec=krb5")));
  CHECK_FALSE(is_made_by(row(",sec=sys"), row(",sec=krb5")));
  CHECK_FALSE(is_made_by(row(""), row(",sec=krb5")));
}

TEST_CASE("a sec= that is kept has to be the same on every server, which is said") {
  const auto warned = [](const std::string& sec) {
    const ObservedState observed = server("/install -vers=4,ro,root=*" + sec + "\n", ReplicationMode::on);
    const std::vector<std::string> warnings = desired_state_of(observed).warnings;
    return std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
      return warning.find("sec=krb5:sys of the present export of /install is kept; nodes cannot fail over") == 0;
    });
  };
  CHECK(warned(",sec=krb5:sys"));
  CHECK_FALSE(warned(",sec=sys"));
  CHECK_FALSE(warned(""));
}

TEST_CASE("partners are warned about, never refused") {
  ObservedState observed = server(right, ReplicationMode::on);
  observed.partners = {{"10.0.0.2", "", false, {"/home", "/installer"}}};
  CHECK(desired_state_of(observed).warnings.empty());
  observed.partners = {{"10.0.0.2", "exit status 1", false, {}},
                       {"10.0.0.3", "", false, {"/install/postscripts", "/install"}}};
  CHECK(desired_state_of(observed).warnings.size() == 3);
  CHECK(plan_of(observed).plan.empty());
}

TEST_CASE("an export that is open to everybody is warned about when it is made") {
  Settings wanted = settings();
  CHECK(plan_of(server("", ReplicationMode::on)).warnings.size() == 1);
  CHECK(plan_of(server(right, ReplicationMode::on)).warnings.empty());
  wanted.clients = {"cn017"};
  CHECK(plan_of(server("", ReplicationMode::on), wanted).warnings.empty());
}

TEST_CASE("exports of others that a restart took along come back") {
  const ObservedState before = server("/export -rw\n", ReplicationMode::off);
  ObservedState now = server(right + std::string("/export -rw\n"), ReplicationMode::on);
  now.exported = aix::parse_exports(right).rows;
  CHECK(words_of(make_restore_others_plan(before, now, desired_state_of(before))) == Words{"exportfs /export"});
}

TEST_CASE("what somebody has changed or taken out in /etc/exports meanwhile comes back like that, or not") {
  const ObservedState before = server("/export -rw\n/home -vers=4,rw\n", ReplicationMode::off);
  const DesiredState desired = desired_state_of(before);
  ObservedState now = server("/export -rw\n/home -vers=4,ro,access=cn001\n", ReplicationMode::off);
  const auto both = [&](const Words& expected) {
    CHECK(words_of(make_restore_others_plan(before, now, desired)) == expected);
    CHECK(words_of(make_restore_plan(before, now, desired)) == expected);
  };
  both({});  // it is exported so, too
  now.exported = aix::parse_exports("/export -rw\n").rows;
  both({"exportfs /home"});
  now.listed = aix::parse_exports("/export -rw\n").rows;
  both({});
  now.unobserved = {{exports_file, exports_file, "", false, false}};
  CHECK(words_of(make_restore_others_plan(before, now, desired)).size() == 1);  // nobody knows, so it comes back
}

TEST_CASE("whether the next boot serves an export cannot be judged without /etc/exports; whether it is there now can") {
  ObservedState now = server(right, ReplicationMode::on);
  now.unobserved = {{exports_file, exports_file, "", false, false}};
  const plan::Resource install{plan::Kind::exported, "/install"};
  const auto is_judged = [&](plan::ExportRows::Match match) {
    return can_be_judged(now, {install, plan::ExportRows{match, right}});
  };
  CHECK_FALSE(is_judged(plan::ExportRows::Match::served));
  CHECK(is_judged(plan::ExportRows::Match::served_now));
  CHECK(is_judged(plan::ExportRows::Match::all));
  now.unobserved = {{"exportfs", "exportfs", "", false, false}};
  CHECK_FALSE(is_judged(plan::ExportRows::Match::served_now));
}

std::string without_entries(const std::string& text, const std::function<bool(const aix::Export&)>& drop) {
  plan::TextEdit taken = edit_of(text, drop, {});
  taken.exact.reset();
  const std::string left = edited(taken, text)->value_or("");
  if (!taken.out.empty()) CHECK(is_made(taken, left));
  CHECK(edited(reversed(taken), left)->value_or("").size() + 1 >= text.size());
  return left;
}

TEST_CASE("entries are taken out with their continuation lines, everything else stays byte for byte") {
  const auto drop = [](const aix::Export& row) { return row.directory == "/install"; };
  CHECK(without_entries("# /install \\\n/home -rw\n/install -vers=4,\\\n  ro\n\n/x\n", drop) ==
        "# /install \\\n/home -rw\n\n/x\n");
  CHECK(without_entries("/home -rw\n/install -ro", drop) == "/home -rw\n");
  // An entry goes with all of its lines: '#' inside of a name begins no comment, and CR LF ends a line.
  const auto named = [](const aix::Export& row) { return row.directory != "/home"; };
  CHECK(without_entries("/install/a#b -ro,\\\n  root=x\n/home -rw\n", named) == "/home -rw\n");
  CHECK(without_entries("\"/install/a #b\" -ro,\\\n  root=x\n/home -rw", named) == "/home -rw");
  CHECK(without_entries("/install -ro,\\\r\n  root=x\r\n/home -rw\r\n", named) == "/home -rw\r\n");
  CHECK(without_entries("", drop).empty());
}

TEST_CASE("an entry at the end of the file that ends in a backslash takes in no line when it comes back") {
  const std::string text = "/var/x -ro\n/install/postscripts -ro \\\n";
  const auto drop = [](const aix::Export& row) { return row.directory == "/install/postscripts"; };
  const plan::TextEdit edit = edit_of(text, drop, {"/install -vers=4,ro"});
  const std::string after = **edited(edit, text);
  CHECK(after == "/var/x -ro\n/install -vers=4,ro\n");
  // Somebody has written behind it meanwhile.
  const std::string meanwhile = after + "/home -rw\n";
  const std::string back = **edited(reversed(edit), meanwhile);
  CHECK(back == "/var/x -ro\n/install/postscripts -ro\n/home -rw\n");
  CHECK(is_made(reversed(edit), back));
  CHECK(aix::parse_exports(back).rows.size() == 3);
}

TEST_CASE("an export below in a file system of its own is not ours") {
  ObservedState observed = server("", ReplicationMode::on);
  aix::Export row;
  row.directory = "/install/data/x";
  CHECK(is_ours(row, "/install", observed));
  observed.mounts.push_back({"", "/dev/lv", "/install/data", "jfs2", "", ""});
  CHECK_FALSE(is_ours(row, "/install", observed));
  row.directory = "/installer";
  CHECK_FALSE(is_ours(row, "/install", observed));
  row.directory = "/install/";
  CHECK(is_ours(row, "/install", observed));
}

TEST_CASE("an export in a file system that is not mounted is left alone, though AIX refuses it beside ours") {
  ObservedState observed = server(right, ReplicationMode::on);
  observed.file_systems = {"/", "/install", "/install/nim"};
  aix::Export row;
  for (const char* path : {"/install/nim", "/install/nim/paging", "/install/nim/"}) {
    row.directory = path;
    CHECK_FALSE(is_ours(row, "/install", observed));
    CHECK(collides(row, "/install", observed.mounts));
    CHECK(is_ours(row, "/install/nim", observed));
  }
  for (const char* path : {"/install", "/install/nimbus", "/install/x"}) {
    row.directory = path;
    CHECK(is_ours(row, "/install", observed));
  }
  // Its line stays, and is warned of; where it is exported ours cannot be.
  const char* const line = "/install/nim -vers=3,rw\n";
  observed.listed.push_back(aix::parse_exports(line).rows.front());
  observed.exports_text = right + std::string(line);
  CHECK(plan_of(observed).plan.empty());
  CHECK(desired_state_of(observed).warnings.back().find("cure: mount it, then exportfs /install/nim") !=
        std::string::npos);
  observed.exported = aix::parse_exports(line).rows;
  CHECK(words_of(plan_of(observed).plan) == Words{"exportfs /install"});
  REQUIRE(plan_of(observed).obstacles.size() == 1);
  CHECK(plan_of(observed).obstacles[0].find("cure: mount it, or exportfs -u /install/nim") != std::string::npos);
  observed.mounts.push_back({"", "/dev/lv", "/install/nim", "jfs2", "", ""});
  CHECK(words_of(plan_of(observed).plan) == Words{"exportfs /install"});
  CHECK(plan_of(observed).obstacles.empty());
  for (const std::string& warning : desired_state_of(observed).warnings)
    CHECK(warning.find("not mounted") == std::string::npos);
}

TEST_CASE("an nfsrgyd that a killed run has not restarted for the domain is restarted, as long as it is that process") {
  ObservedState observed = server(right, ReplicationMode::on);
  Settings wanted = settings();
  for (const char* domain : {"", "example.com"}) {
    wanted.nfs_domain = domain;
    observed.nfsrgyd_to_restart = "1";
    const ServerPlan made = plan_of(observed, wanted);
    CHECK(words_of(made.plan) == Words{"stopsrc -s nfsrgyd", "startsrc -s nfsrgyd"});
    CHECK(made.interruptions == Words{"restarts nfsrgyd"});
    CHECK(made.warnings.size() == 1);
    observed.nfsrgyd_to_restart = "2";
    CHECK(plan_of(observed, wanted).plan.empty());
  }
}

}  // namespace
}  // namespace hanfs::server
