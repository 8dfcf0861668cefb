// SPDX-License-Identifier: Apache-2.0
#include "setupnfsv4replication/planner.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "aix/commands.hpp"
#include "lib/node/example_state.hpp"
#include "plan/step_text.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/plan_routes.hpp"
#include "setupnfsv4replication/reset_plan.hpp"

namespace aix = hanfs::aix;
namespace node = hanfs::node;
namespace plan = hanfs::plan;
namespace test = hanfs::test;

namespace {

using State = plan::JournalEntry::State;
using Words = std::vector<std::string>;

constexpr const char* boot = "Nov 07 19:11";  // as the root was mounted

plan::Plan make(const node::ObservedState& observed, const node::Settings& settings = {}) {
  const auto desired = node::desired_state(observed, settings);
  REQUIRE(desired.filesystems.conflicts.empty());
  return node::make_plan(observed, desired);
}

plan::JournalContent journal_of(const std::string& run, const plan::Plan& plan, State state = State::done) {
  plan::JournalContent content;
  for (const plan::Step& step : plan.steps) content.entries.push_back({run, "", state, step, "cn017", boot});
  return content;
}

node::ResetPlan plan_of_reset(const node::ObservedState& observed, const plan::JournalContent& journal) {
  return node::make_reset_plan(observed, node::desired_state(observed, {}), journal, "cn017");
}

Words reset(const node::ObservedState& observed, const plan::JournalContent& journal) {
  Words words;
  for (const plan::Step& step : plan_of_reset(observed, journal).plan.steps)
    words.push_back(step.file ? "write " + step.file->path : hanfs::run::command_text(step.argv));
  return words;
}

// The node after its default plan has been applied.
node::ObservedState tuned() {
  node::ObservedState observed = test::diskless_node();
  observed.filesystems[0].options = {{"ro", ""}, {"timeo", "1"}, {"retrans", "3"}};
  observed.routes->routes = {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGA", 1)};
  return observed;
}

}  // namespace

TEST_CASE("the same facts give the same plan, and planning after it was applied gives an empty one") {
  const std::vector<plan::Step> steps = make(test::diskless_node()).steps;
  const std::vector<plan::Step> again = make(test::diskless_node()).steps;
  REQUIRE(steps.size() == 5);
  REQUIRE(again.size() == 5);
  for (std::size_t i = 0; i < steps.size(); ++i) {
    CHECK(plan::id_of(steps[i]) == plan::id_of(again[i]));
    CHECK(steps[i].argv == again[i].argv);
    CHECK(steps[i].why == again[i].why);
  }
  CHECK(make(tuned()).empty());
}

TEST_CASE("settings that cannot be met: the conflict is said, and all else is judged by these settings") {
  node::Settings settings;
  settings.timeo = 100;
  settings.retrans = 5;
  settings.gateway_mode = node::GatewayMode::list;
  settings.gateways = {"10.9.0.1"};
  node::DesiredState desired = node::desired_state(test::diskless_node(), settings);
  CHECK(desired.filesystems.conflicts.empty());  // it keeps nothing else from being done
  CHECK(desired.routes.errors ==
        Words{"gateway 10.9.0.1 is no host of a network of this node (see ifconfig -a); routes are left alone"});
  CHECK_FALSE(desired.routes.managed);
  CHECK(desired.routes.gateways.empty());
  CHECK_FALSE(desired.filesystems.filesystems.front().differs());
  settings.exclude = {"/usr"};
  settings.mount_timeo = {{"/usr", 3}};
  desired = node::desired_state(test::diskless_node(), settings);
  REQUIRE(desired.filesystems.conflicts.size() == 1);
  CHECK(desired.filesystems.conflicts.front().find("excluded and given a value: /usr") == 0);
}

TEST_CASE("hosts first writes netsvc.conf, once") {
  node::ObservedState observed = tuned();
  node::Settings settings;
  settings.hosts_first = true;
  const plan::Plan plan = make(observed, settings);
  REQUIRE(plan.steps.size() == 1);
  REQUIRE(plan.steps[0].file);
  observed.netsvc_text = plan.steps[0].file->content;
  observed.netsvc = *aix::parse_netsvc_conf(*observed.netsvc_text);
  CHECK(make(observed, settings).empty());
}

TEST_CASE("reset takes back what the journal says, restored gateways first") {
  const plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  CHECK(reset(tuned(), journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                         "route -n delete 0 10.0.0.1", "route -n add 0 10.0.0.1 -hopcount 0",
                                         "route -n delete 0 10.0.0.2"});
}

TEST_CASE("reset leaves files of the other program alone, whose journal it is too") {
  plan::Step other;
  other.resource = {plan::Kind::file, ""};
  other.file = plan::FileChange{"/etc/exports", std::nullopt};
  other.undo_file = plan::FileChange{"/etc/exports", "/home -rw\n"};
  CHECK(reset(tuned(), {{{"run1", "", State::done, other, "cn017", boot}}, 0}).empty());
}

TEST_CASE("reset without a journal touches nothing") { CHECK(reset(tuned(), {}).empty()); }

TEST_CASE("reset leaves alone what somebody else has changed since") {
  const plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  node::ObservedState observed = tuned();
  observed.routes->routes[0].configured_cost = 7;
  observed.routes->routes[1].flags = "UG";
  CHECK(reset(observed, journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5"});
}

TEST_CASE("reset of a run that was killed between delete and add makes the deleted gateway as it was") {
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  journal.entries.pop_back();
  node::ObservedState observed = tuned();
  observed.routes->routes = {test::default_route("10.0.0.2", "UGA", 1)};
  CHECK(reset(observed, journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                          "route -n add 0 10.0.0.1 -hopcount 0", "route -n delete 0 10.0.0.2"});
}

TEST_CASE("reset knows what there was where a first try had failed and was taken back") {
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  for (plan::JournalEntry& entry : journal.entries) {
    if (entry.step.resource.name != "10.0.0.1") continue;
    entry.state = entry.step.action == plan::Action::remove ? State::undone : State::failed;
  }
  for (const auto& entry : journal_of("run2", make(test::diskless_node())).entries)
    if (entry.step.resource.name == "10.0.0.1") journal.entries.push_back(entry);
  CHECK(reset(tuned(), journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                         "route -n delete 0 10.0.0.1", "route -n add 0 10.0.0.1 -hopcount 0",
                                         "route -n delete 0 10.0.0.2"});
}

TEST_CASE("reset goes back to before hanfs where one run took two paths of an fsid for two file systems") {
  // The first run set /usr to 2 and its other path to 1, and was killed; the second found that 1 at /usr.
  node::Settings settings;
  settings.timeo = 2;
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node(), settings), State::begun);
  for (const auto& entry : journal_of("run1", make(test::diskless_node())).entries) {
    if (entry.step.resource.kind != plan::Kind::filesystem) continue;
    journal.entries.push_back(entry);
    journal.entries.back().step.resource.name = "/usr/other";
  }
  node::ObservedState found = tuned();
  for (const auto& entry : journal_of("run2", make(found, settings)).entries) journal.entries.push_back(entry);
  found.filesystems[0].options = {{"ro", ""}, {"timeo", "2"}, {"retrans", "3"}};
  const auto usr = std::find_if(found.mounts.begin(), found.mounts.end(),
                                [](const aix::Mount& mount) { return mount.path == "/usr"; });
  REQUIRE(usr != found.mounts.end());
  aix::Mount other = *usr;
  other.path = "/usr/other";
  found.mounts.push_back(other);
  found.filesystem_of["/usr/other"] = 0;
  const Words words = reset(found, journal);
  REQUIRE(!words.empty());
  CHECK(words.front() == "nfs4cl setfsoptions /usr timeo=100");
}

TEST_CASE("reset after several runs goes back to before the first") {
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  node::Settings other;
  other.gateway_mode = node::GatewayMode::list;
  other.gateways = {"10.0.0.2", "10.0.0.1"};
  for (const auto& entry : journal_of("run2", make(tuned(), other)).entries) journal.entries.push_back(entry);
  node::ObservedState observed = tuned();
  observed.routes->routes = {test::default_route("10.0.0.2", "UGA", 0), test::default_route("10.0.0.1", "UGA", 1)};
  CHECK(reset(observed, journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                          "route -n delete 0 10.0.0.1", "route -n add 0 10.0.0.1 -hopcount 0",
                                          "route -n delete 0 10.0.0.2"});
}

TEST_CASE("a step that had no effect, or whose effect is not known, makes nobody else's what hanfs had made before") {
  node::Settings other;
  other.dgd = node::Dgd::off;
  other.timeo = 5;
  const plan::JournalContent first = journal_of("run1", make(test::diskless_node()));
  const plan::JournalContent second = journal_of("run2", make(tuned(), other));
  const Words all = reset(tuned(), first);
  REQUIRE(all.size() == 5);
  for (const State state : {State::begun, State::failed}) {
    CAPTURE(static_cast<int>(state));
    plan::JournalContent journal = first;
    for (plan::JournalEntry entry : second.entries) {
      entry.state = state;
      journal.entries.push_back(entry);
    }
    CHECK(reset(tuned(), journal) == all);
    // And where a later run finds what the first one had made.
    for (const auto& entry : journal_of("run3", make(tuned(), other)).entries) journal.entries.push_back(entry);
    node::ObservedState observed = tuned();
    observed.filesystems[0].options = {{"ro", ""}, {"timeo", "5"}, {"retrans", "3"}};
    observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UG", 1)};
    CHECK(reset(observed, journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                            "route -n delete 0 10.0.0.2"});
  }
}

TEST_CASE("a gateway that one run failed to make anew, and put back, is still the one that the run before had made") {
  node::Settings off;
  off.dgd = node::Dgd::off;
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  for (plan::JournalEntry entry : journal_of("run2", make(tuned(), off)).entries) {
    entry.state = entry.step.action == plan::Action::remove ? State::undone : State::failed;
    journal.entries.push_back(entry);
  }
  const Words all = reset(tuned(), journal_of("run1", make(test::diskless_node())));
  CHECK(reset(tuned(), journal) == all);
  for (const auto& entry : journal_of("run3", make(tuned(), off)).entries) journal.entries.push_back(entry);
  node::ObservedState observed = tuned();
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UG", 1)};
  CHECK(reset(observed, journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                          "route -n delete 0 10.0.0.2"});
}

TEST_CASE("what somebody else made of it after a killed run is not hanfs's, nor what there was before that") {
  node::Settings settings;
  settings.tunables = {{"dgd_ping_time", 2}};
  node::ObservedState observed = tuned();
  plan::JournalContent journal = journal_of("run1", make(observed, settings), State::begun);
  observed.tunables["dgd_ping_time"].current = "8";
  CHECK(reset(observed, journal).empty());
  for (const auto& entry : journal_of("run2", make(observed, settings)).entries) journal.entries.push_back(entry);
  observed.tunables["dgd_ping_time"].current = "2";
  CHECK(reset(observed, journal) == Words{"no -o dgd_ping_time=8"});
}

TEST_CASE("a gateway that a killed reset took away is as before hanfs, also when a run has set it since") {
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  plan::Step killed;
  killed.purpose = plan::Purpose::reset;
  killed.resource = {plan::Kind::route, "10.0.0.1"};
  killed.action = plan::Action::remove;
  killed.was = plan::Expectation{killed.resource, plan::RouteEntry{0, true}};
  killed.expect = plan::Expectation{killed.resource, plan::EntryCount{0}};
  journal.entries.push_back({"run2", "", State::begun, killed, "cn017", boot});
  node::ObservedState observed = tuned();
  observed.routes->routes = {test::default_route("10.0.0.2", "UGA", 1)};
  const plan::JournalContent third = journal_of("run3", make(observed));
  REQUIRE(third.entries.size() == 1);
  journal.entries.push_back(third.entries[0]);
  CHECK(third.entries[0].step.resource.name == "10.0.0.1");
  CHECK(reset(tuned(), journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                         "route -n delete 0 10.0.0.1", "route -n add 0 10.0.0.1 -hopcount 0",
                                         "route -n delete 0 10.0.0.2"});
}

TEST_CASE("reset puts a tunable and a file back to what they were before the first change") {
  node::ObservedState observed = tuned();
  observed.netsvc_text = "hosts = bind, local\n";
  observed.netsvc = *aix::parse_netsvc_conf(*observed.netsvc_text);
  node::Settings settings;
  settings.hosts_first = true;
  settings.tunables = {{"dgd_ping_time", 2}};
  const plan::JournalContent journal = journal_of("run1", make(observed, settings));
  observed.tunables["dgd_ping_time"].current = "2";
  observed.netsvc_text = aix::with_hosts_first("hosts = bind, local\n", {});
  CHECK(reset(observed, journal) == Words{"no -o dgd_ping_time=5", "write /etc/netsvc.conf"});
  observed.tunables["dgd_ping_time"].current = "3";
  observed.netsvc_text = "hosts = local\n";
  CHECK(reset(observed, journal).empty());
}

TEST_CASE("reset puts back the value of the next boot too, which was another one than that of now") {
  node::ObservedState observed = test::diskful_node();
  observed.tunables["dgd_ping_time"].current = "11";
  observed.tunables["dgd_ping_time"].reboot = "5";
  node::Settings settings;
  settings.persist = true;
  settings.tunables = {{"dgd_ping_time", 3}};
  const plan::Plan made{node::plan_tunables(observed, node::desired_routes(observed, settings))};
  REQUIRE(made.steps.size() == 2);
  CHECK_FALSE(made.steps[0].sync_journal);  // a boot ends what it does, and what it found says nothing after that
  CHECK(made.steps[1].sync_journal);
  observed.tunables["dgd_ping_time"].current = observed.tunables["dgd_ping_time"].reboot = "3";
  CHECK(node::plan_tunables(observed, node::desired_routes(observed, settings)).empty());
  CHECK(reset(observed, journal_of("run1", made)) == Words{"no -o dgd_ping_time=11", "no -r -o dgd_ping_time=5"});
}

TEST_CASE("a second reset finds nothing, entries taken back do not count") {
  const plan::JournalContent journal = journal_of("run1", make(test::diskless_node()), State::undone);
  CHECK(reset(test::diskless_node(), journal).empty());
  CHECK(reset(tuned(), journal).empty());  // tuned again by somebody
}

TEST_CASE("reset goes by what was recorded: old values, whose they are by now, and leaves alone what is not known") {
  node::ObservedState before = test::diskless_node();
  before.filesystems[0].options = {{"ro", ""}, {"timeo", "50"}, {"retrans", "3"}, {"acregmax", "7"}};
  plan::JournalContent journal = journal_of("run1", make(before));
  node::ObservedState observed = tuned();
  CHECK(reset(observed, journal).front() == "nfs4cl setfsoptions /usr timeo=50");
  observed.filesystems[0].options = {{"timeo", "9"}, {"retrans", "3"}};  // somebody else's
  CHECK(reset(observed, journal).front() == "route -n delete 0 10.0.0.1");
  journal.entries[0].step.was.reset();
  // To set all options back would take those of others along.
  CHECK(reset(tuned(), journal).front() == "route -n delete 0 10.0.0.1");
  const std::vector<std::string> errors = plan_of_reset(tuned(), journal).errors;
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("reset: what /usr had before hanfs is not known, so it stays as it is") == 0);
}

TEST_CASE("entries of another node, of an earlier boot and of an older version do not count, and that is said") {
  const plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  plan::JournalContent other = journal;
  for (auto& entry : other.entries) entry.node = "cn016";
  CHECK(reset(tuned(), other).empty());
  CHECK(plan_of_reset(tuned(), other).warnings.front().find("of another node (cn016)") != std::string::npos);
  other = journal;
  for (auto& entry : other.entries) entry.boot = "Nov 01 08:00";
  CHECK(reset(tuned(), other).empty());
  other = journal;
  for (auto& entry : other.entries) entry.node = entry.boot = "";
  CHECK(reset(tuned(), other).empty());
  CHECK_FALSE(plan_of_reset(tuned(), other).warnings.empty());
}

TEST_CASE("no word of the journal is started: commands are made of its values, and only of sound ones") {
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  for (auto& entry : journal.entries) {
    entry.step.argv = {"/tmp/evil"};
    entry.step.undo = {{"/tmp/evil"}, {}};
  }
  CHECK(reset(tuned(), journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                         "route -n delete 0 10.0.0.1", "route -n add 0 10.0.0.1 -hopcount 0",
                                         "route -n delete 0 10.0.0.2"});
  // Each field of each entry away, or of another kind, alone and together with the one before.
  const auto whole = journal;
  for (std::size_t i = 0; i < whole.entries.size(); ++i) {
    for (int field = 0; field < 6; ++field) {
      journal = whole;
      plan::Step& step = journal.entries[i].step;
      if (field == 0) step.was.reset();
      if (field == 1) step.expect.reset();
      if (field == 2) step.was = plan::Expectation{step.resource, plan::ExportRows{}};
      if (field == 3) step.expect = plan::Expectation{step.resource, plan::ServerMode{}};
      if (field == 4) step.resource.name = "-f; rm -rf /";
      if (field == 5) step.was = plan::Expectation{step.resource, plan::RouteEntry{-5, false, false, "en0; evil"}};
      for (const std::string& words : reset(tuned(), journal)) {
        CHECK(words.find("evil") == std::string::npos);
        CHECK(words.find("rm -rf") == std::string::npos);
      }
    }
  }
}

TEST_CASE("reset keeps the live gateway, and says why, while the other is held for dead") {
  const plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  node::ObservedState observed = tuned();
  observed.routes->routes[0].current_cost = aix::dead_cost;  // the one there was before hanfs
  CHECK(reset(observed, journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5"});
  const auto errors = plan_of_reset(observed, journal).errors;
  REQUIRE(errors.size() == 2);
  CHECK(errors[0].find("10.0.0.1 is not as wanted, but held for dead") != std::string::npos);
  CHECK(errors[1].find("10.0.0.2, which hanfs set, stays") != std::string::npos);
  // The other way round nothing is lost: the dead one goes.
  observed = tuned();
  observed.routes->routes[1].current_cost = aix::dead_cost;
  const auto reset_plan = plan_of_reset(observed, journal);
  for (const plan::Step& step : reset_plan.plan.steps) {
    if (step.action != plan::Action::remove) continue;
    const auto& among = std::get<plan::LiveGateway>(step.needs->value).among;
    CHECK(std::find(among.begin(), among.end(), "10.0.0.2") == among.end());
  }
}

TEST_CASE("reset after a reboot onto another server leaves that one alone and does not bring the old one back") {
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  node::ObservedState moved = test::diskless_node();  // the network now boots it with the other server as its gateway
  moved.routes->routes = {test::default_route("10.0.0.2", "UG", 0)};
  CHECK(reset(moved, journal).empty());

  for (const auto& entry : journal_of("run2", make(moved)).entries) journal.entries.push_back(entry);
  node::ObservedState observed = tuned();
  observed.routes->routes = {test::default_route("10.0.0.2", "UGA", 0), test::default_route("10.0.0.1", "UGA", 1)};
  CHECK(reset(observed, journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                          "route -n delete 0 10.0.0.2", "route -n add 0 10.0.0.2 -hopcount 0",
                                          "route -n delete 0 10.0.0.1"});
}

TEST_CASE("reset of a reset that was killed between delete and add makes the gateway as it was") {
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  plan::Step killed;
  killed.purpose = plan::Purpose::reset;
  killed.resource = {plan::Kind::route, "10.0.0.1"};
  killed.action = plan::Action::remove;
  killed.expect = plan::Expectation{killed.resource, plan::EntryCount{0}};
  journal.entries.push_back({"run2", "", State::begun, killed, "cn017", boot});
  node::ObservedState observed = tuned();
  observed.routes->routes = {test::default_route("10.0.0.254", "UG", 3), test::default_route("10.0.0.2", "UGA", 1)};
  CHECK(reset(observed, journal) == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                                          "route -n add 0 10.0.0.1 -hopcount 0", "route -n delete 0 10.0.0.2"});
}

TEST_CASE("reset puts a tunable and a file back to what somebody else made of them between two runs") {
  node::ObservedState observed = tuned();
  node::Settings settings;
  settings.hosts_first = true;
  settings.tunables = {{"dgd_ping_time", 2}};
  plan::JournalContent journal;
  for (const char* run : {"run1", "run2"}) {
    const bool first = std::string(run) == "run1";
    observed.tunables["dgd_ping_time"].current = first ? "5" : "8";
    observed.netsvc_text = first ? "hosts = bind, local\n" : "hosts = nis\n";
    observed.netsvc = *aix::parse_netsvc_conf(*observed.netsvc_text);
    for (const auto& entry : journal_of(run, make(observed, settings)).entries) journal.entries.push_back(entry);
  }
  observed.tunables["dgd_ping_time"].current = "2";
  observed.netsvc_text = aix::with_hosts_first("hosts = nis\n", {});
  const plan::Plan plan = plan_of_reset(observed, journal).plan;
  REQUIRE(plan.steps.size() == 2);
  CHECK(hanfs::run::command_text(plan.steps[0].argv) == "no -o dgd_ping_time=8");
  CHECK(plan.steps[1].file->content == "hosts = nis\n");
}

TEST_CASE("routes wait for what may still be answered about them, and for nothing else; tunables for nothing") {
  node::Settings settings;
  settings.tunables["dgd_ping_time"] = 3;
  node::Settings stored = settings;
  stored.persist = true;
  const auto changes_routes = [](const plan::Plan& plan) {
    return std::any_of(plan.steps.begin(), plan.steps.end(), [](const plan::Step& step) {
      return step.resource.kind == plan::Kind::route || step.resource.kind == plan::Kind::stored_route;
    });
  };
  const auto changes_all_else = [](const plan::Plan& plan) {
    std::set<plan::Kind> found;
    for (const plan::Step& step : plan.steps) found.insert(step.resource.kind);
    return found.count(plan::Kind::filesystem) != 0 && found.count(plan::Kind::tunable) != 0;
  };
  for (const char* command : {"netstat", "ifconfig", "lsattr", "no", "nfso", "nfs4cl", "mount"}) {
    CAPTURE(command);
    node::ObservedState observed = test::diskful_node();
    observed.unobserved.push_back({command, command, "no answer yet", false, true, false, true});
    const bool is_about_routes = std::string(command) == "netstat" || std::string(command) == "ifconfig";
    CHECK(changes_routes(make(observed, settings)) == !is_about_routes);
    CHECK(changes_routes(make(observed, stored)) == (!is_about_routes && std::string(command) != "lsattr"));
    CHECK(changes_all_else(make(observed, settings)));
    CHECK(changes_all_else(make(observed, stored)));
  }
}

namespace {

// Edits the steps about a resource, as a hand or a fault in the file would.
plan::JournalContent edited(plan::JournalContent journal, const plan::Resource& resource,
                            const std::function<void(plan::Step&)>& edit) {
  for (plan::JournalEntry& entry : journal.entries)
    if (entry.step.resource == resource) edit(entry.step);
  return journal;
}

aix::OdmRoutes odm(const std::string& text) {
  const auto read = aix::parse_lsattr_routes(text);
  REQUIRE(read);
  REQUIRE(read->problems.empty());
  return *read;
}

const std::string odm_1 = "net,-hopcount,0,,0,10.0.0.1";
const std::string odm_1_active = "net,-hopcount,0,,,-active_dgd,,,-static,0,10.0.0.1";
const std::string odm_2_active = "net,-hopcount,1,,,-active_dgd,,,-static,0,10.0.0.2";
const std::string odm_router = "net,-hopcount,9,,0,10.0.0.254";

// What a run with --persist writes to the ODM of a node whose ODM holds 10.0.0.1, and the journal of it.
plan::JournalContent journal_of_odm() {
  node::ObservedState observed = test::diskful_node();
  observed.routes = tuned().routes;
  observed.filesystems = tuned().filesystems;
  observed.odm_routes = odm(odm_1 + "\n");
  node::Settings settings;
  settings.persist = true;
  return journal_of("run1", make(observed, settings));
}

node::ObservedState node_with_odm(const std::string& text) {
  node::ObservedState observed = test::diskful_node();
  observed.routes = tuned().routes;
  observed.filesystems = tuned().filesystems;
  observed.odm_routes = odm(text);
  return observed;
}

const std::string no_sense = "journal: no sense is made of what it says about ";

}  // namespace

TEST_CASE("reset gives the ODM its gateways back, byte for byte, before those that only go away") {
  const std::string chdev = "chdev -P -l inet0 -a ";
  const node::ObservedState observed = node_with_odm(odm_1_active + "\n" + odm_2_active + "\n" + odm_router + "\n");
  CHECK(reset(observed, journal_of_odm()) ==
        Words{chdev + "delroute=" + odm_1_active, chdev + "route=" + odm_1, chdev + "delroute=" + odm_2_active});
  const std::vector<plan::Step> steps = plan_of_reset(observed, journal_of_odm()).plan.steps;
  REQUIRE(steps.size() == 3);
  for (const plan::Step& step : steps) {
    CHECK(step.purpose == plan::Purpose::reset);
    CHECK(step.verified);
    CHECK(step.abort_sequence);
    CHECK(step.never_kill);
    CHECK(step.sync_journal);
  }
  CHECK(steps[0].action == plan::Action::remove);
  CHECK(steps[0].undo == std::vector<plan::Argv>{aix::add_odm_route(odm_1_active)});
  CHECK(std::get<std::string>(steps[0].was->value) == odm_1_active);
  CHECK(std::get<plan::EntryCount>(steps[0].expect->value).entries == 0);
  CHECK(std::get<plan::LiveGateway>(steps[0].needs->value).among == Words{"10.0.0.2", "10.0.0.254"});
  CHECK(steps[1].action == plan::Action::restore);
  CHECK(steps[1].detail == "1");
  CHECK(std::get<plan::EntryCount>(steps[1].expect->value).entries == 1);
  // That goes only when the other one is as it was: which needed it, perhaps.
  CHECK(std::get<plan::LiveGateway>(steps[0].needs->value).after.empty());
  REQUIRE(std::get<plan::LiveGateway>(steps[2].needs->value).after.size() == 1);
  CHECK_FALSE(node::is_satisfied(observed, *steps[2].needs));
  CHECK(node::why_unsatisfied(observed, *steps[2].needs).find("10.0.0.1 could not be made as it was") == 0);
  // The gateway that comes back counts for those that go.
  const auto among = std::get<plan::LiveGateway>(steps[2].needs->value).among;
  CHECK(among == Words{"10.0.0.1", "10.0.0.254"});
}

TEST_CASE("a gateway of the ODM that goes needs the one that comes back where there is no other") {
  const node::ObservedState observed = node_with_odm(odm_2_active + "\n");
  const std::vector<plan::Step> steps = plan_of_reset(observed, journal_of_odm()).plan.steps;
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].argv == aix::add_odm_route(odm_1));
  CHECK(steps[1].argv == aix::delete_odm_route(odm_2_active));
  CHECK(std::get<plan::LiveGateway>(steps[1].needs->value).among == Words{"10.0.0.1"});
}

TEST_CASE("reset counts no gateway that is held for dead among those with which the node could boot") {
  node::ObservedState observed = node_with_odm(odm_1_active + "\n" + odm_2_active + "\n" + odm_router + "\n");
  observed.routes->routes[0].current_cost = aix::dead_cost;
  observed.routes->routes.push_back(test::default_route("10.0.0.254", "UG", 9, aix::dead_cost));
  for (const plan::Step& step : plan_of_reset(observed, journal_of_odm()).plan.steps) {
    if (step.resource.kind != plan::Kind::stored_route || !step.needs) continue;
    const Words expected = step.resource.name == "10.0.0.1" ? Words{"10.0.0.2"} : Words{};
    CHECK(std::get<plan::LiveGateway>(step.needs->value).among == expected);
  }
}

TEST_CASE("reset leaves the ODM alone where it is not as hanfs left it, and brings back what nobody has replaced") {
  // Somebody has made another entry of it.
  CHECK(reset(node_with_odm("net,-hopcount,3,,0,10.0.0.1\nnet,-hopcount,4,,0,10.0.0.2\n"), journal_of_odm()).empty());
  // Taken away, and there is another default by now.
  CHECK(reset(node_with_odm(odm_router + "\n"), journal_of_odm()).empty());
  // Taken away, and there is none: a network route is no gateway for the next boot.
  const Words back{"chdev -P -l inet0 -a route=" + odm_1};
  CHECK(reset(node_with_odm(""), journal_of_odm()) == back);
  CHECK(reset(node_with_odm("net,-hopcount,0,,192.0.2,10.0.0.254\n"), journal_of_odm()) == back);
  // It could not be read: what is there is not known.
  node::ObservedState unread = node_with_odm("");
  unread.odm_routes.reset();
  CHECK(reset(unread, journal_of_odm()).empty());
}

TEST_CASE("reset starts no chdev with a text of the journal that is not one default route by that gateway") {
  const node::ObservedState observed = node_with_odm(odm_1_active + "\n" + odm_2_active + "\n");
  for (const std::string& text :
       {std::string("net,-hopcount,0,,0,10.0.0.9"), odm_1 + "\n" + odm_1, " " + odm_1, std::string("rubbish"),
        std::string(), std::string("net,-hopcount,0,,192.0.2,10.0.0.1"), odm_1 + "\nrubbish"}) {
    CAPTURE(text);
    const plan::JournalContent journal =
        edited(journal_of_odm(), {plan::Kind::stored_route, "10.0.0.1"}, [&](plan::Step& step) {
          if (step.was) step.was->value = text;
        });
    CHECK(reset(observed, journal) == Words{"chdev -P -l inet0 -a delroute=" + odm_2_active});
    CHECK(plan_of_reset(observed, journal).warnings == Words{no_sense + "10.0.0.1, passed by"});
  }
}

TEST_CASE("reset starts no route command with values of the journal that no route of this node can have") {
  const auto with_original = [](const plan::RouteEntry& entry) {
    return edited(journal_of("run1", make(test::diskless_node())), {plan::Kind::route, "10.0.0.1"},
                  [&](plan::Step& step) {
                    if (step.action == plan::Action::remove) step.was->value = entry;
                  });
  };
  for (const plan::RouteEntry& entry :
       {plan::RouteEntry{-1, false}, plan::RouteEntry{aix::dead_cost, false}, plan::RouteEntry{0, false, false, "en-0"},
        plan::RouteEntry{0, false, false, "EN0"}, plan::RouteEntry{0, false, false, "en0;reboot"},
        plan::RouteEntry{0, false, false, "{"}, plan::RouteEntry{0, false, false, ":"},
        plan::RouteEntry{0, false, false, "`"}, plan::RouteEntry{0, false, false, "/"}}) {
    CAPTURE(entry.cost);
    CAPTURE(entry.interface);
    const plan::JournalContent journal = with_original(entry);
    for (const std::string& words : reset(tuned(), journal)) CHECK(words.find("10.0.0.1") == std::string::npos);
    CHECK(plan_of_reset(tuned(), journal).warnings == Words{no_sense + "10.0.0.1, passed by"});
  }
  for (const auto& [entry, words] : {std::pair{plan::RouteEntry{aix::dead_cost - 1, false}, "2147483646"},
                                     {plan::RouteEntry{5, false, false, "az09"}, "5 -if az09"},
                                     {plan::RouteEntry{5, true, true, ""}, "5 -active_dgd -static"}}) {
    const Words made = reset(tuned(), with_original(entry));
    CHECK(std::count(made.begin(), made.end(), std::string("route -n add 0 10.0.0.1 -hopcount ") + words) == 1);
    CHECK(plan_of_reset(tuned(), with_original(entry)).warnings.empty());
  }
  // It has what it had before hanfs.
  const Words as_it_was = reset(tuned(), with_original({0, true}));
  CHECK(as_it_was == Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5",
                           "route -n delete 0 10.0.0.2"});
}

TEST_CASE("reset passes a gateway by that is no address of a host") {
  plan::Step added;
  added.resource = {plan::Kind::route, "10.0.0.1 -net 0"};
  added.action = plan::Action::add;
  added.expect = plan::Expectation{added.resource, plan::RouteEntry{0, true}};
  const plan::JournalContent journal = journal_of("run1", {{added}, false});
  node::ObservedState observed = tuned();
  CHECK(reset(observed, journal).empty());
  CHECK(plan_of_reset(observed, journal).warnings.empty());  // others have set gateways since
  observed.routes->routes.clear();
  CHECK(reset(observed, journal).empty());
  CHECK(plan_of_reset(observed, journal).warnings == Words{no_sense + "10.0.0.1 -net 0, passed by"});
}

TEST_CASE("where one of the gateways of hanfs has to stay, it is the nearest of them that is alive") {
  node::ObservedState observed = tuned();
  observed.routes->routes[0].current_cost = aix::dead_cost;
  plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  const auto added = std::find_if(journal.entries.begin(), journal.entries.end(), [](const auto& entry) {
    return entry.step.resource == plan::Resource{plan::Kind::route, "10.0.0.2"};
  });
  REQUIRE(added != journal.entries.end());
  plan::JournalEntry entry = *added;
  // In front of the nearer one, to show that it is not the order of the journal that counts.
  for (const auto& [address, cost] : {std::pair{"10.0.0.4", 3}, {"10.0.0.3", 2}}) {
    entry.step.resource.name = address;
    entry.step.expect = plan::Expectation{entry.step.resource, plan::RouteEntry{cost, true}};
    journal.entries.insert(journal.entries.begin(), entry);
    observed.routes->routes.push_back(test::default_route(address, "UGA", cost));
  }
  const auto deleted = [&] {
    Words gateways;
    for (const plan::Step& step : plan_of_reset(observed, journal).plan.steps)
      if (step.resource.kind == plan::Kind::route && step.action == plan::Action::remove)
        gateways.push_back(step.resource.name);
    return gateways;
  };
  CHECK(deleted() == Words{"10.0.0.4", "10.0.0.3"});
  const Words errors = plan_of_reset(observed, journal).errors;
  CHECK(std::any_of(errors.begin(), errors.end(), [](const std::string& error) {
    return error.find("reset: default gateway 10.0.0.2, which hanfs set, stays: no other one is alive now") == 0;
  }));
  for (aix::Route& route : observed.routes->routes)
    if (route.gateway == "10.0.0.2") route.current_cost = aix::dead_cost;
  CHECK(deleted() == Words{"10.0.0.4", "10.0.0.2"});
}

TEST_CASE("what hanfs added stays while it is needed to make one anew that was there before") {
  const plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  const Words options{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5"};
  node::ObservedState observed = tuned();
  observed.routes->routes[1].current_cost = aix::dead_cost;
  CHECK(reset(observed, journal) == options);
  Words errors = plan_of_reset(observed, journal).errors;
  REQUIRE(errors.size() == 2);
  CHECK(errors[0] ==
        "reset: default gateway 10.0.0.1 stays as hanfs made it: to make it anew another one has to be alive; cure: "
        "run this again when the other one answers");
  CHECK(errors[1] ==
        "reset: default gateway 10.0.0.2, which hanfs set, stays: 10.0.0.1 is not as it was; cure: run this again when "
        "the other one answers");
  // The other one is away, so nothing but a run without --reset brings it back.
  observed.routes->routes.pop_back();
  CHECK(reset(observed, journal) == options);
  errors = plan_of_reset(observed, journal).errors;
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("; cure: it is the only one, so first another one (run this without --reset") !=
        std::string::npos);
  // What else was set for it is not seen, so it is not made anew now, but some day.
  observed = tuned();
  observed.route_costs_known = false;
  CHECK(reset(observed, journal) == options);
  CHECK(plan_of_reset(observed, journal).errors.size() == 2);
  // It is as it was: a dead one is of no use to it.
  observed = tuned();
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0),
                             test::default_route("10.0.0.2", "UGA", 1, aix::dead_cost)};
  CHECK(reset(observed, journal).back() == "route -n delete 0 10.0.0.2");
}

TEST_CASE("what hanfs added goes only once the gateway that was there before is seen as it was") {
  const plan::JournalContent journal = journal_of("run1", make(test::diskless_node()));
  const std::vector<plan::Step> steps = plan_of_reset(tuned(), journal).plan.steps;
  REQUIRE(steps.size() == 5);
  CHECK(steps[4].resource.name == "10.0.0.2");
  node::ObservedState observed = tuned();
  observed.answering = {"10.0.0.1", "10.0.0.2"};
  CHECK(node::why_unsatisfied(observed, *steps[4].needs) ==
        "10.0.0.1 could not be made as it was, and may need 10.0.0.2 for that; cure: run this again when both answer");
  observed.routes->routes[0] = test::default_route("10.0.0.1", "UG", 0);
  CHECK(node::is_satisfied(observed, *steps[4].needs));
}

TEST_CASE("reset does not touch routes while the lists of them may still be answered") {
  node::ObservedState observed = tuned();
  observed.unobserved.push_back({"netstat", "netstat", "no answer yet", false, true, false, true});
  CHECK(reset(observed, journal_of("run1", make(test::diskless_node()))) ==
        Words{"nfs4cl setfsoptions /usr timeo=100", "nfs4cl setfsoptions /usr retrans=5"});
}

TEST_CASE("reset leaves an excluded file system as hanfs set it, and says so where hanfs did set it") {
  node::Settings settings;
  settings.exclude = {"/usr"};
  const node::DesiredState desired = node::desired_state(tuned(), settings);
  const node::ResetPlan set =
      node::make_reset_plan(tuned(), desired, journal_of("run1", make(test::diskless_node())), "cn017");
  CHECK(set.warnings == Words{"reset: /usr is excluded, so it stays as hanfs set it"});
  for (const plan::Step& step : set.plan.steps) CHECK(step.resource.kind == plan::Kind::route);
  CHECK(node::make_reset_plan(tuned(), desired, {}, "cn017").warnings.empty());
}

TEST_CASE("reset sets only the two options of hanfs, to values that they can have") {
  node::ObservedState observed = tuned();
  observed.filesystems[0].options = {{"ro", ""}, {"timeo", "9"}, {"retrans", "3"}, {"rsize", "9"}};
  node::Settings settings;
  settings.timeo = 9;
  const plan::JournalContent good = journal_of("run1", make(test::diskless_node(), settings));
  const auto with_timeo_from = [&](const char* name, long value) {
    plan::JournalContent journal = good;
    journal.entries[0].step.was->value = plan::FilesystemOption{name, value};
    return journal;
  };
  CHECK(reset(observed, with_timeo_from("timeo", 1)).front() == "nfs4cl setfsoptions /usr timeo=1");
  CHECK(reset(observed, with_timeo_from("timeo", 9)).front() == "nfs4cl setfsoptions /usr retrans=5");  // no difference
  for (const auto& [name, value] : {std::pair{"timeo", 0}, {"timeo", -1}, {"retrans", 7}}) {
    CHECK(reset(observed, with_timeo_from(name, value)).front() == "nfs4cl setfsoptions /usr retrans=5");
    CHECK(plan_of_reset(observed, with_timeo_from(name, value)).warnings == Words{no_sense + "/usr, passed by"});
  }
  plan::JournalContent other = good;
  other.entries[0].step.detail = "rsize";
  other.entries[0].step.was->value = plan::FilesystemOption{"rsize", 4096};
  other.entries[0].step.expect->value = plan::FilesystemOption{"rsize", 9};
  CHECK(reset(observed, other).front() == "nfs4cl setfsoptions /usr retrans=5");
  CHECK(plan_of_reset(observed, other).warnings == Words{no_sense + "/usr, passed by"});
}

TEST_CASE("reset sets no other tunable than those of hanfs, and none to what is no number") {
  node::ObservedState observed = tuned();
  node::Settings settings;
  settings.tunables = {{"dgd_ping_time", 2}};
  const plan::JournalContent good = journal_of("run1", make(observed, settings));
  observed.tunables["dgd_ping_time"].current = "2";
  const plan::Resource tunable{plan::Kind::tunable, "dgd_ping_time"};
  const auto unsound = edited(good, tunable, [](plan::Step& step) { step.was->value = std::string("5;reboot"); });
  CHECK(reset(observed, unsound).empty());
  CHECK(plan_of_reset(observed, unsound).warnings == Words{no_sense + "dgd_ping_time, passed by"});
  const plan::Resource foreign{plan::Kind::tunable, "ipforwarding"};
  observed.tunables["ipforwarding"] = observed.tunables["dgd_ping_time"];
  const auto other = edited(good, tunable, [&](plan::Step& step) {
    step.resource = foreign;
    step.expect->resource = step.was->resource = foreign;
  });
  CHECK(reset(observed, other).empty());
  CHECK(plan_of_reset(observed, other).warnings == Words{no_sense + "ipforwarding, passed by"});
  CHECK(reset(observed, good) == Words{"no -o dgd_ping_time=5"});
}

TEST_CASE("reset leaves passive DGD on while it holds a gateway for dead; the next boot does without it") {
  node::ObservedState observed = test::diskful_node();
  observed.routes->routes = {test::default_route("10.0.0.254", "UG", 0)};
  observed.filesystems = tuned().filesystems;
  node::Settings settings;
  settings.dgd = node::Dgd::passive;
  settings.persist = true;
  const plan::JournalContent journal = journal_of("run1", make(observed, settings));
  observed.tunables["passive_dgd"].current = observed.tunables["passive_dgd"].reboot = "1";
  CHECK(reset(observed, journal) == Words{"no -o passive_dgd=0", "no -r -o passive_dgd=0"});
  for (const plan::Step& step : plan_of_reset(observed, journal).plan.steps) {
    CHECK(step.action == plan::Action::restore);
    CHECK(step.sync_journal == (step.resource.kind == plan::Kind::stored_tunable));
  }
  CHECK(plan_of_reset(observed, journal).plan.steps[1].why ==
        "passive_dgd at the next boot is as hanfs set it, it was 0");
  observed.routes->routes[0].current_cost = aix::dead_cost;
  CHECK(reset(observed, journal) == Words{"no -r -o passive_dgd=0"});
  const Words errors = plan_of_reset(observed, journal).errors;
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("reset: passive_dgd stays 1") == 0);
}

TEST_CASE("reset says that netsvc.conf stays where somebody has changed it and hanfs' order still stands in it") {
  node::ObservedState observed = tuned();
  const auto write = [&](const std::string& text) {
    observed.netsvc_text = text;
    observed.netsvc = *aix::parse_netsvc_conf(text);
  };
  write("hosts = bind, local\n");
  node::Settings settings;
  settings.hosts_first = true;
  const plan::JournalContent journal = journal_of("run1", make(observed, settings));
  const std::string written = journal.entries.at(0).step.file->content.value();
  write(written);
  CHECK(reset(observed, journal) == Words{"write /etc/netsvc.conf"});
  CHECK(plan_of_reset(observed, journal).plan.steps[0].undo_file->content == written);
  write(written + "aliases = nis\n");
  CHECK(reset(observed, journal).empty());
  const Words errors = plan_of_reset(observed, journal).errors;
  REQUIRE(errors.size() == 1);
  CHECK(errors[0].find("reset: /etc/netsvc.conf was changed since hanfs put the hosts file first in it") == 0);
  for (const char* text : {"hosts = bind, local\n", "hosts = nis\n", ""}) {  // as it was, and another's order
    write(text);
    CHECK(reset(observed, journal).empty());
    CHECK(plan_of_reset(observed, journal).errors.empty());
  }
}

TEST_CASE("a node goes by its name with or without the domain, and by what the hosts file has for its addresses") {
  node::ObservedState observed = test::diskless_node();
  observed.hosts->entries.push_back({"10.0.0.17", {"cn17-hf"}});
  for (const char* name : {"cn017", "cn017.example.com", "cn17-hf", "10.0.0.17"})
    CHECK(node::is_own_name(observed, "cn017.cluster", name));
  for (const char* name : {"cn018", "sn1", "cn0", "cn0170", ""})
    CHECK_FALSE(node::is_own_name(observed, "cn017", name));
  observed.interfaces.reset();
  CHECK_FALSE(node::is_own_name(observed, "cn017", "cn17-hf"));
}

TEST_CASE("a boot is named by when the root was mounted, and is not known without a root") {
  node::ObservedState observed = test::diskless_node();
  observed.mounts[0].date = "Nov 08 01:02";
  CHECK(node::boot_of(observed) == "Nov 08 01:02");
  observed.mounts.erase(observed.mounts.begin());
  CHECK(node::boot_of(observed).empty());
}
