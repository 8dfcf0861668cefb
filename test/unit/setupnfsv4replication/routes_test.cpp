// SPDX-License-Identifier: Apache-2.0
// Default gateways and network tunables: what is desired, planned and reported.
#include <doctest/doctest.h>

#include <algorithm>
#include <utility>

#include "aix/commands.hpp"
#include "lib/node/example_state.hpp"
#include "run/command.hpp"
#include "setupnfsv4replication/default_routes.hpp"
#include "setupnfsv4replication/desired_routes.hpp"
#include "setupnfsv4replication/plan_routes.hpp"
#include "setupnfsv4replication/route_report.hpp"

namespace aix = hanfs::aix;
namespace node = hanfs::node;
namespace plan = hanfs::plan;
namespace test = hanfs::test;

namespace {

std::vector<std::string> planned(const node::ObservedState& observed, const node::Settings& settings = {}) {
  const auto desired = node::desired_routes(observed, settings);
  std::vector<std::string> all;
  for (const auto& steps : {node::plan_routes(observed, desired), node::plan_tunables(observed, desired)})
    for (const auto& step : steps) all.push_back(hanfs::run::command_text(step.argv));
  return all;
}

void set_defaults(node::ObservedState& observed, std::vector<aix::Route> routes) {
  observed.routes->routes = std::move(routes);
}

using Words = std::vector<std::string>;

}  // namespace

TEST_CASE(
    "auto: servers become gateways where the gateway is a server, the new one added before the old is made anew") {
  CHECK(planned(test::diskless_node()) == Words{"route -n add 0 10.0.0.2 -hopcount 1 -active_dgd",
                                                "route -n delete 0 10.0.0.1",
                                                "route -n add 0 10.0.0.1 -hopcount 0 -active_dgd"});
}

TEST_CASE("auto: as wanted means nothing to do, also while DGD holds a gateway for dead, also after a failover") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGA", 1)});
  CHECK(planned(observed).empty());
  observed.routes->routes[0].current_cost = aix::dead_cost;
  CHECK(planned(observed).empty());
  const auto desired = node::desired_routes(observed, {});
  CHECK(node::describe_routes(observed, desired).gateways[0].state == "down");
  observed.filesystems[0].current = "10.0.0.2";
  observed.filesystems[0].replicas = {"10.0.0.1"};
  CHECK(planned(observed).empty());
}

TEST_CASE("auto: after a run that was killed between delete and add, the first gateway is first again") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.2", "UGA", 1)});
  CHECK(planned(observed) == Words{"route -n add 0 10.0.0.1 -hopcount 0 -active_dgd"});
}

TEST_CASE("auto: one that hanfs had set comes back to its place, also where the mode of the others changes") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.2", "UGA", 1)});
  node::Settings settings;
  settings.dgd = node::Dgd::off;
  const auto order = [&](const std::vector<node::DesiredGateway>& set_before) {
    Words words;
    for (const auto& [address, entry, passive] : node::desired_routes(observed, settings, set_before).gateways)
      words.push_back(address + ":" + std::to_string(entry.cost));
    return words;
  };
  CHECK(order({}) == Words{"10.0.0.2:0", "10.0.0.1:1"});  // the present one, for all that is known
  CHECK(order({{"10.0.0.1", {0, false}}, {"10.0.0.2", {1, true}}}) == Words{"10.0.0.1:0", "10.0.0.2:1"});
  CHECK(order({{"10.0.0.1", {2, false}}}) == Words{"10.0.0.2:0", "10.0.0.1:1"});
  // Of those that are there it counts what they have now.
  CHECK(order({{"10.0.0.2", {0, false}}, {"10.0.0.1", {1, false}}}) == Words{"10.0.0.2:0", "10.0.0.1:1"});
  set_defaults(observed, {test::default_route("10.0.0.2", "UGA", 0), test::default_route("10.0.0.1", "UGA", 1)});
  CHECK(order({{"10.0.0.1", {0, false}}, {"10.0.0.2", {1, false}}}) == Words{"10.0.0.2:0", "10.0.0.1:1"});
}

TEST_CASE("an address whose netmask ifconfig does not print keeps no gateway out") {
  node::ObservedState observed = test::diskless_node();
  observed.interfaces->interfaces[0].addresses[0].prefix_length = -1;
  CHECK(planned(observed).size() == 3);
  node::Settings settings;
  settings.gateway_mode = node::GatewayMode::list;
  settings.gateways = {"10.0.0.1", "10.0.0.2"};
  CHECK(node::desired_routes(observed, settings).errors.empty());
}

TEST_CASE("auto: routes are left alone where the gateway is no server, there is none, or no second server in reach") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.254", "UG", 0)});
  CHECK(planned(observed).empty());
  set_defaults(observed, {});
  CHECK(planned(observed).empty());
  observed = test::diskless_node();
  observed.filesystems[0].replicas = {"10.9.9.9"};  // on no network of the node
  CHECK(planned(observed).empty());
  CHECK_FALSE(node::desired_routes(observed, {}).warnings.empty());
  observed.filesystems[0].replicas = {"10.0.0.255"};  // to all of its network
  CHECK(planned(observed).empty());
  observed.routes.reset();
  CHECK(planned(observed).empty());
}

TEST_CASE("auto: three servers, one known by name only") {
  node::ObservedState observed = test::diskless_node();
  observed.filesystems[0].replicas = {"sn2", "10.0.0.3"};
  CHECK(planned(observed) == Words{"route -n add 0 10.0.0.2 -hopcount 1 -active_dgd",
                                   "route -n add 0 10.0.0.3 -hopcount 2 -active_dgd", "route -n delete 0 10.0.0.1",
                                   "route -n add 0 10.0.0.1 -hopcount 0 -active_dgd"});
}

TEST_CASE("a list sets exactly its gateways and leaves others") {
  node::ObservedState observed = test::diskless_node();
  node::Settings settings;
  settings.gateway_mode = node::GatewayMode::list;
  settings.gateways = {"10.0.0.7", "10.0.0.8"};
  CHECK(planned(observed, settings) ==
        Words{"route -n add 0 10.0.0.7 -hopcount 1 -active_dgd", "route -n add 0 10.0.0.8 -hopcount 2 -active_dgd"});
  const auto desired = node::desired_routes(observed, settings);
  REQUIRE(desired.errors.size() == 1);  // the list is not what comes first
  CHECK(desired.errors[0].find("default gateway 10.0.0.1") == 0);
  const auto report = node::describe_routes(observed, desired);
  CHECK(report.gateways.back().address == "10.0.0.1");
  CHECK(report.gateways.back().state == "extra");
  settings.gateways = {"10.9.0.1"};
  CHECK_FALSE(node::desired_routes(observed, settings).errors.empty());
  settings.gateways = {"10.0.0.17"};
  CHECK_FALSE(node::desired_routes(observed, settings).errors.empty());
}

TEST_CASE("a default that is there twice is deleted until none is left, then made once") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.1", "UG", 0),
                          test::default_route("10.0.0.2", "UGA", 1)});
  CHECK(planned(observed) == Words{"route -n delete 0 10.0.0.1", "route -n delete 0 10.0.0.1",
                                   "route -n add 0 10.0.0.1 -hopcount 0 -active_dgd"});
}

TEST_CASE("a delete needs another default that answers, is not held for dead now and was not when the run began") {
  node::ObservedState observed = test::diskless_node();
  const plan::Expectation other{{plan::Kind::route, "10.0.0.1"}, plan::LiveGateway{{"10.0.0.2"}}};
  observed.answering = {"10.0.0.1", "10.0.0.2", "10.0.0.3"};
  CHECK_FALSE(node::is_satisfied(observed, other));  // not there
  observed.routes->routes.push_back(test::default_route("10.0.0.3", "UGA", 2));
  CHECK_FALSE(node::is_satisfied(observed, other));  // not among those that count
  observed.routes->routes.push_back(test::default_route("10.0.0.2", "UGA", 1));
  CHECK(node::is_satisfied(observed, other));
  observed.answering.erase("10.0.0.2");
  CHECK_FALSE(node::is_satisfied(observed, other));
  observed.answering.insert("10.0.0.2");
  observed.routes->routes.back().current_cost = aix::dead_cost;
  CHECK_FALSE(node::is_satisfied(observed, other));
  observed.routes->routes.back().current_cost = std::nullopt;  // the cost that cannot be read
  CHECK_FALSE(node::is_satisfied(observed, other));
  observed.routes.reset();
  CHECK_FALSE(node::is_satisfied(observed, other));
}

TEST_CASE("a gateway held for dead before the run is not made anew and does not count as the other one") {
  node::ObservedState observed = test::diskless_node();
  node::Settings list;
  list.gateway_mode = node::GatewayMode::list;
  list.gateways = {"10.0.0.2", "10.0.0.1"};
  // 10.0.0.1 has died; now the order is to be turned round.
  set_defaults(observed,
               {test::default_route("10.0.0.1", "UGA", 0, aix::dead_cost), test::default_route("10.0.0.2", "UGA", 1)});
  const auto desired = node::desired_routes(observed, list);
  REQUIRE(desired.errors.size() == 1);
  CHECK(desired.errors[0].find("default gateway 10.0.0.1 is not as wanted, but held for dead") == 0);
  // .1 keeps its cost, and .2 must not share it.
  CHECK(node::plan_routes(observed, desired).empty());
}

TEST_CASE("what would come before a live gateway, or beside it, has to answer; a backup does not") {
  node::ObservedState observed = test::diskless_node();
  auto steps = node::plan_routes(observed, node::desired_routes(observed, {}));
  REQUIRE_FALSE(steps.empty());
  CHECK_FALSE(steps[0].needs.has_value());  // .2 at cost 1 behind .1 at cost 0
  node::Settings list;
  list.gateway_mode = node::GatewayMode::list;
  list.gateways = {"10.0.0.2", "10.0.0.1"};
  steps = node::plan_routes(observed, node::desired_routes(observed, list));
  REQUIRE(steps[0].resource.name == "10.0.0.2");
  REQUIRE(steps[0].needs.has_value());
  CHECK(std::get<plan::LiveGateway>(steps[0].needs->value).itself);
}

TEST_CASE("auto: only replicas of what the present gateway serves are candidates") {
  node::ObservedState observed = test::diskless_node();
  test::add_nfs4(observed, "/home", [] {
    aix::NfsFilesystem nas = test::filesystem("9:9", "/home", 100, 5, {"10.0.0.51"});
    nas.server = nas.current = "10.0.0.50";
    return nas;
  }());
  CHECK(planned(observed) == Words{"route -n add 0 10.0.0.2 -hopcount 1 -active_dgd", "route -n delete 0 10.0.0.1",
                                   "route -n add 0 10.0.0.1 -hopcount 0 -active_dgd"});
}

TEST_CASE(
    "auto: a router that comes first or shares the traffic is the administrator's; a cost of its own is left to it") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.254", "UG", 0)});
  CHECK(planned(observed).empty());
  CHECK(node::desired_routes(observed, {}).errors.size() == 1);
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 2), test::default_route("10.0.0.254", "UG", 0)});
  CHECK(planned(observed).empty());
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.254", "UG", 1)});
  CHECK(planned(observed).front() == "route -n add 0 10.0.0.2 -hopcount 2 -active_dgd");
}

TEST_CASE("auto: servers that are known by name only leave the gateway undecided, and that is said") {
  node::ObservedState observed = test::diskless_node();
  observed.hosts->entries.clear();
  for (aix::Mount& mount : observed.mounts) mount.node = "sn1";
  observed.filesystems[0].server = observed.filesystems[0].current = "sn1";
  observed.filesystems[0].replicas = {"sn2"};
  CHECK(planned(observed).empty());
  const auto desired = node::desired_routes(observed, {});
  CHECK(desired.reason.find("cannot be told") != std::string::npos);
  CHECK(desired.warnings.size() == 1);
}

TEST_CASE("what of a route is not ours is carried over, or the route is left alone") {
  node::ObservedState observed = test::diskless_node();
  observed.routes->routes[0].flags = "UGS";
  observed.interfaces->interfaces.push_back({"en1", true, {{"10.0.0.18", 24, false}}});
  CHECK(planned(observed).back() == "route -n add 0 10.0.0.1 -hopcount 0 -active_dgd -if en0 -static");
  for (const auto& spoil :
       {+[](aix::Route& route) { route.weight = "3"; }, +[](aix::Route& route) { route.policy = "HSH"; },
        +[](aix::Route& route) { route.flags = "UGP"; }}) {
    observed = test::diskless_node();
    spoil(observed.routes->routes[0]);
    CHECK(planned(observed) == Words{"route -n add 0 10.0.0.2 -hopcount 1 -active_dgd"});
    CHECK(node::desired_routes(observed, {}).errors.size() == 1);
  }
}

TEST_CASE("without costs the flags alone are judged") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGSA", 1)});
  for (aix::Route& route : observed.routes->routes) route.configured_cost = route.current_cost = std::nullopt;
  CHECK(planned(observed).empty());
  CHECK(node::is_satisfied(observed, {{plan::Kind::route, "10.0.0.2"}, plan::RouteEntry{1, true}}));
  CHECK_FALSE(node::is_satisfied(observed, {{plan::Kind::route, "10.0.0.2"}, plan::RouteEntry{1, false}}));
}

TEST_CASE("DGD modes: flag of the routes and passive_dgd") {
  node::ObservedState observed = test::diskless_node();
  node::Settings settings;
  settings.dgd = node::Dgd::passive;
  CHECK(planned(observed, settings) == Words{"route -n add 0 10.0.0.2 -hopcount 1", "no -o passive_dgd=1"});
  settings.dgd = node::Dgd::both;
  CHECK(planned(observed, settings).back() == "no -o passive_dgd=1");
  CHECK(planned(observed, settings).front() == "route -n add 0 10.0.0.2 -hopcount 1 -active_dgd");
  settings.dgd = node::Dgd::off;
  CHECK(planned(observed, settings) == Words{"route -n add 0 10.0.0.2 -hopcount 1"});
  settings.gateway_mode = node::GatewayMode::none;
  settings.dgd = std::nullopt;
  CHECK(planned(observed, settings).empty());
  settings.dgd = node::Dgd::passive;
  CHECK(planned(observed, settings) == Words{"no -o passive_dgd=1"});
}

TEST_CASE("passive DGD is the administrator's") {
  node::ObservedState observed = test::diskless_node();
  observed.tunables["passive_dgd"].current = "1";
  CHECK(planned(observed).back() == "route -n add 0 10.0.0.1 -hopcount 0 -active_dgd");
  node::Settings settings;
  settings.dgd = node::Dgd::active;
  CHECK(planned(observed, settings).back() == "no -o passive_dgd=0");
  settings.gateway_mode = node::GatewayMode::none;
  CHECK(planned(observed, settings).empty());
}

TEST_CASE("passive DGD stays while it holds a gateway for dead, which would count as alive without it") {
  node::ObservedState observed = test::diskless_node();
  observed.tunables["passive_dgd"].current = "1";
  aix::Route held = test::default_route("10.0.0.1", "UG", 0);
  held.current_cost = aix::dead_cost;
  set_defaults(observed, {held, test::default_route("10.0.0.2", "UGA", 1)});
  node::Settings settings;
  settings.dgd = node::Dgd::active;
  CHECK(planned(observed, settings).empty());
  CHECK(node::desired_routes(observed, settings).errors.back() ==
        "passive_dgd stays 1: it holds the default gateway 10.0.0.1 for dead, which would count as alive without it; "
        "cure: run this again when that one answers");
}

TEST_CASE("persist: a list of the ODM that says the same again and again is not believed") {
  node::ObservedState observed = test::diskful_node();
  node::Settings settings;
  settings.persist = true;
  aix::OdmRoute row;
  row.raw = "net,-hopcount,0,,0,10.0.0.1";
  row.type = "net";
  row.destination = "0";
  row.gateway = "10.0.0.1";
  observed.odm_routes->routes.assign(1000, row);
  const node::DesiredRoutes desired = node::desired_routes(observed, settings);
  CHECK_FALSE(desired.odm_is_readable);
  REQUIRE(desired.unobserved.size() == 1);
  CHECK(desired.unobserved[0].command == "lsattr");
  for (const auto& step : node::plan_routes(observed, desired)) CHECK(step.argv.front() != "/usr/sbin/chdev");
}

TEST_CASE("tunables: only what differs, ranges as no -x prints them") {
  node::ObservedState observed = test::diskless_node();
  node::Settings settings;
  settings.gateway_mode = node::GatewayMode::none;
  settings.tunables = {{"dgd_ping_time", 5}, {"dgd_packets_lost", 2}};
  CHECK(planned(observed, settings) == Words{"no -o dgd_packets_lost=2"});
  settings.tunables["dgd_packets_lost"] = 40000;
  const auto desired = node::desired_routes(observed, settings);
  CHECK(desired.errors == Words{"dgd_packets_lost=40000 is out of range, no -x says 1 to 32767"});
  settings.tunables["dgd_ping_time"] = 4;
  CHECK(planned(observed, settings) == Words{"no -o dgd_ping_time=4"});  // the rest all the same
}

TEST_CASE("persist: ODM and nextboot too, each gateway once; refused where / comes from a server") {
  node::Settings settings;
  settings.persist = true;
  settings.tunables = {{"dgd_ping_time", 5}, {"dgd_retry_time", 9}};
  CHECK(node::desired_routes(test::diskless_node(), settings).errors.front().find("persist") == 0);
  CHECK(planned(test::diskless_node(), settings).back() == "no -o dgd_retry_time=9");  // now only

  node::ObservedState observed = test::diskful_node();
  observed.tunables["dgd_ping_time"].reboot = "7";
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGA", 1)});
  const aix::OdmRoute old{
      "net,-hopcount,0,,0,10.0.0.1", "net", "0", "10.0.0.1", "", "", 0, false, false, "", "", false};
  const aix::OdmRoute good{"net,-hopcount,1,,,-active_dgd,,,-static,0,10.0.0.2",
                           "net",
                           "0",
                           "10.0.0.2",
                           "",
                           "",
                           1,
                           true,
                           true,
                           "",
                           "",
                           false};
  observed.odm_routes->routes = {old, good, good};
  CHECK(planned(observed, settings) ==
        Words{"chdev -P -l inet0 -a delroute=net,-hopcount,0,,0,10.0.0.1",
              "chdev -P -l inet0 -a route=net,-hopcount,0,,,-active_dgd,,,-static,0,10.0.0.1",
              "chdev -P -l inet0 -a delroute=net,-hopcount,1,,,-active_dgd,,,-static,0,10.0.0.2",
              "no -r -o dgd_ping_time=5", "no -o dgd_retry_time=9", "no -r -o dgd_retry_time=9"});
  for (const auto& step : node::plan_routes(observed, node::desired_routes(observed, settings)))
    CHECK(step.never_kill == (step.argv.front() == "/usr/sbin/chdev"));
}

TEST_CASE("a WPAR has no routes of its own") {
  node::ObservedState observed = test::diskless_node();
  observed.mounts.push_back({"", "Global", "/proc", "namefs", "Nov 07 19:11", "rw"});
  const node::DesiredRoutes desired = node::desired_routes(observed, {});
  CHECK_FALSE(desired.managed);
  CHECK(desired.gateways.empty());
  CHECK(desired.reason.find("this is a WPAR") == 0);
  CHECK(node::desired_routes(test::diskless_node(), {}).managed);
}

TEST_CASE("all gateways that active DGD holds for dead may only drop ICMP echo: passive DGD is the cure") {
  node::ObservedState observed = test::diskless_node();
  const auto said = [&] {
    const std::vector<std::string> warnings =
        node::describe_routes(observed, node::desired_routes(observed, {})).warnings;
    return std::any_of(warnings.begin(), warnings.end(), [](const std::string& warning) {
      return warning.find("cure for the latter: dgd=passive") != std::string::npos;
    });
  };
  observed.routes->routes = {test::default_route("10.0.0.1", "UGA", 0, hanfs::aix::dead_cost),
                             test::default_route("10.0.0.2", "UGA", 1, hanfs::aix::dead_cost)};
  CHECK(said());
  observed.routes->routes[1] = test::default_route("10.0.0.2", "UGA", 1);
  CHECK_FALSE(said());
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0, hanfs::aix::dead_cost)};  // found by passive DGD
  CHECK_FALSE(said());
}

TEST_CASE("what keeps traffic on a dead gateway although DGD has found it") {
  node::ObservedState observed = test::diskless_node();
  for (const char* name : {"ipignoreredirects", "dgd_flush_cached_route"})
    observed.tunables[name] = hanfs::aix::Tunable{name, "0", "0", "0", "0", "1", "", "D"};
  CHECK(node::describe_routes(observed, node::desired_routes(observed, {}))
            .remarks.empty());  // one gateway: nothing to go to
  observed.routes->routes.push_back(test::default_route("10.0.0.2", "UGA", 1));
  const std::vector<std::string> remarks = node::describe_routes(observed, node::desired_routes(observed, {})).remarks;
  REQUIRE(remarks.size() == 2);
  CHECK(remarks[0].find("ipignoreredirects is 0") == 0);
  CHECK(remarks[1].find("dgd_flush_cached_route is 0") == 0);
  observed.tunables["ipignoreredirects"].current = "1";
  CHECK(node::describe_routes(observed, node::desired_routes(observed, {})).remarks.size() == 1);
}

TEST_CASE("how soon a dead gateway is noticed") {
  node::ObservedState observed = test::diskless_node();
  CHECK_FALSE(node::describe_routes(observed, node::desired_routes(observed, {})).detection_seconds.has_value());
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGA", 1)});
  CHECK(node::describe_routes(observed, node::desired_routes(observed, {})).detection_seconds == 8.0);
}

TEST_CASE("a delete needs an answer of all who carry the traffic meanwhile, not of any other gateway") {
  node::ObservedState observed = test::diskless_node();
  const plan::Expectation needs{{plan::Kind::route, "10.0.0.1"}, plan::LiveGateway{{"10.0.0.2", "10.0.0.3"}}};
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UGA", 1),
                             test::default_route("10.0.0.3", "UGA", 2)};
  observed.answering = {"10.0.0.3"};
  CHECK_FALSE(node::is_satisfied(observed, needs));  // .2 comes next, and says nothing
  observed.answering = {"10.0.0.2"};
  CHECK(node::is_satisfied(observed, needs));
  observed.routes->routes[2] = test::default_route("10.0.0.3", "UGA", 1);  // shares with .2
  CHECK_FALSE(node::is_satisfied(observed, needs));
  observed.answering = {"10.0.0.2", "10.0.0.3"};
  CHECK(node::is_satisfied(observed, needs));
  // The traffic does not go by .1 anyway: any other will do.
  observed.routes->routes[0] = test::default_route("10.0.0.1", "UG", 9);
  observed.answering = {"10.0.0.3"};
  CHECK(node::is_satisfied(observed, needs));
}

TEST_CASE("a gateway that is to come before those who carry the traffic now answers itself") {
  node::ObservedState observed = test::diskless_node();
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 2), test::default_route("10.0.0.2", "UGA", 1)};
  observed.answering = {"10.0.0.2"};
  plan::LiveGateway live{{"10.0.0.2"}};
  for (const long long cost : {0, 1, 2}) {
    CAPTURE(cost);
    live.comes_back = plan::RouteEntry{cost, true};
    CHECK(node::is_satisfied(observed, {{plan::Kind::route, "10.0.0.1"}, live}) == (cost == 2));
  }
  live.comes_back = plan::RouteEntry{0, true};
  // It is the first already, dead or not: then it had better get its detection.
  observed.routes->routes[0] = test::default_route("10.0.0.1", "UG", 0);
  CHECK(node::is_satisfied(observed, {{plan::Kind::route, "10.0.0.1"}, live}));
  observed.routes->routes[0] = test::default_route("10.0.0.1", "UG", 2);
  observed.answering.insert("10.0.0.1");
  CHECK(node::is_satisfied(observed, {{plan::Kind::route, "10.0.0.1"}, live}));
}

TEST_CASE("what is stored is made anew only while another stored gateway answers") {
  node::ObservedState observed = test::diskful_node();
  const plan::Expectation needs{{plan::Kind::stored_route, "10.0.0.1"}, plan::LiveGateway{{"10.0.0.2"}}};
  observed.answering = {"10.0.0.2"};
  observed.odm_routes->routes = {{}};
  CHECK_FALSE(node::is_satisfied(observed, needs));
  aix::OdmRoute& route = observed.odm_routes->routes[0];
  route.type = "net";
  route.destination = "0";
  route.gateway = "10.0.0.2";
  CHECK(node::is_satisfied(observed, needs));
  // Where nobody answers, ICMP echo may be dropped: then who serves the node is alive.
  observed.answering.clear();
  CHECK_FALSE(node::is_satisfied(observed, needs));
  observed.filesystems[0].current = "10.0.0.2";
  CHECK(node::is_satisfied(observed, needs));
  observed.answering = {"10.0.0.1"};
  CHECK_FALSE(node::is_satisfied(observed, needs));
}

TEST_CASE("a gateway that carries nothing and is as silent as the others may go while another one serves") {
  node::ObservedState observed = test::diskless_node();
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UG", 1)};
  plan::LiveGateway live{{"10.0.0.1"}};
  const auto second_may_go = [&] { return node::is_satisfied(observed, {{plan::Kind::route, "10.0.0.2"}, live}); };
  CHECK(second_may_go());
  // Active DGD has its answers, so .1, which has no detection, may be dead although NFSv4 has not left it yet.
  observed.routes->routes[1] = test::default_route("10.0.0.2", "UGA", 1);
  CHECK_FALSE(second_may_go());
  live.comes_back = plan::RouteEntry{1, false};  // at once
  CHECK(second_may_go());
  live.comes_back.reset();
  observed.routes->routes[1].current_cost.reset();  // what it holds of .2 is not known
  CHECK(second_may_go());
  observed.routes->routes[1] = test::default_route("10.0.0.2", "UGA", 1, aix::dead_cost);
  CHECK(second_may_go());
  observed.routes->routes[1] = test::default_route("10.0.0.2", "UG", 1);
  observed.answering = {"10.0.0.2"};  // so .1 may be dead
  CHECK_FALSE(second_may_go());
  observed.answering.clear();
  observed.filesystems[0].current = "10.0.0.2";  // NFSv4 has left .1
  CHECK_FALSE(second_may_go());
  live.comes_back = plan::RouteEntry{1, false};
  CHECK_FALSE(second_may_go());
  observed.routes->routes[1].current_cost = aix::dead_cost;
  CHECK(second_may_go());
  const plan::Expectation first_may_go{{plan::Kind::route, "10.0.0.1"}, plan::LiveGateway{{"10.0.0.2"}}};
  CHECK_FALSE(node::is_satisfied(observed, first_may_go));
}

TEST_CASE("a gateway that comes back first without active DGD answers itself, also where it is the first already") {
  node::ObservedState observed = test::diskless_node();
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UG", 2)};
  observed.answering = {"10.0.0.2"};
  plan::LiveGateway live{{"10.0.0.2"}};
  const auto why = [&] { return node::why_unsatisfied(observed, {{plan::Kind::route, "10.0.0.1"}, live}); };
  live.comes_back = plan::RouteEntry{1, false};
  CHECK(why() ==
        "10.0.0.1 itself gave no answer to a ping, and it would come back before 10.0.0.2; cure: let it answer, or "
        "dgd=active, or, where it is dead, take it away: route -n delete 0 10.0.0.1");
  live.comes_back = plan::RouteEntry{1, true};
  CHECK(why().empty());
  live.comes_back = plan::RouteEntry{3, false};
  CHECK(why().empty());
}

TEST_CASE("a gateway that was taken away is put back unless it is silent and would come before one that answers") {
  node::ObservedState observed = test::diskless_node();
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UGA", 1)};
  const plan::Step removal = node::remove_route(observed, "10.0.0.1", {}).front();
  const auto is_put_back = [&] { return node::is_satisfied(observed, *removal.undo_needs); };
  CHECK(is_put_back());  // nothing is known
  observed.routes->routes.erase(observed.routes->routes.begin());
  observed.silent = {"10.0.0.1"};
  CHECK(is_put_back());  // the other one gave no answer either
  observed.answering = {"10.0.0.2"};
  CHECK_FALSE(is_put_back());
  observed.routes->routes.front().current_cost = aix::dead_cost;
  CHECK(is_put_back());
  observed.routes->routes.clear();
  CHECK(is_put_back());  // the only one
  observed.routes.reset();
  CHECK(is_put_back());
  observed.routes = aix::RouteTable{{test::default_route("10.0.0.3", "UG", 1)}, {}, true};
  observed.answering = {"10.0.0.3"};
  CHECK(is_put_back());  // nobody had seen it before
  observed.routes->routes = {test::default_route("10.0.0.2", "UGA", 0)};
  observed.answering = {"10.0.0.2"};
  CHECK_FALSE(is_put_back());  // equal costs share the traffic
  observed.answering = {"10.0.0.1", "10.0.0.2"};
  observed.silent.clear();
  CHECK(is_put_back());
}

TEST_CASE("why a gateway cannot go names the one that does not answer") {
  node::ObservedState observed = test::diskless_node();
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 2), test::default_route("10.0.0.2", "UG", 5)};
  observed.answering = {"10.0.0.1"};
  // 10.0.0.2 is to become the first.
  plan::LiveGateway live{{"10.0.0.1"}};
  live.comes_back = plan::RouteEntry{0, true};
  CHECK(node::why_unsatisfied(observed, {{plan::Kind::route, "10.0.0.2"}, live}) ==
        "10.0.0.2 itself gave no answer to a ping, and it would come back before 10.0.0.1");
  CHECK(node::why_unsatisfied(observed, {{plan::Kind::route, "10.0.0.1"}, plan::LiveGateway{{"10.0.0.2"}}}) ==
        "10.0.0.2, which would carry the traffic meanwhile, gave no answer to a ping");
  observed.answering.insert("10.0.0.2");
  CHECK(node::why_unsatisfied(observed, {{plan::Kind::route, "10.0.0.1"}, plan::LiveGateway{}}) ==
        "10.0.0.2, which would carry the traffic meanwhile, was held for dead when the run began");
}

TEST_CASE("gateways that active DGD holds for dead are made anew for passive DGD where that puts none in front") {
  node::ObservedState observed = test::diskless_node();
  node::Settings settings;
  settings.dgd = node::Dgd::passive;
  const aix::Route held_first = test::default_route("10.0.0.1", "UGA", 0, aix::dead_cost);
  const aix::Route held_second = test::default_route("10.0.0.2", "UGA", 1, aix::dead_cost);
  const Words first{"route -n delete 0 10.0.0.1", "route -n add 0 10.0.0.1 -hopcount 0"};
  const Words second{"route -n delete 0 10.0.0.2", "route -n add 0 10.0.0.2 -hopcount 1"};
  const auto routes = [&] {
    Words all = planned(observed, settings);
    if (!all.empty() && all.back().find("no -o") == 0) all.pop_back();
    return all;
  };
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 0), held_second});
  CHECK(routes() == second);
  set_defaults(observed, {held_first, test::default_route("10.0.0.2", "UG", 1)});  // .1 would come before a live one
  CHECK(routes().empty());
  set_defaults(observed, {held_first, held_second});
  CHECK(routes() == Words{first[0], first[1], second[0], second[1]});
  const auto desired = node::desired_routes(observed, settings);
  CHECK(node::is_satisfied(observed, *node::plan_routes(observed, desired)[0].needs));
  set_defaults(observed, {held_first});  // the only one
  CHECK_FALSE(node::is_satisfied(observed, *node::plan_routes(observed, desired)[1].needs));
  // Without any detection nobody would find the dead one of the two.
  set_defaults(observed, {held_first, held_second});
  settings.dgd = node::Dgd::off;
  CHECK(routes().empty());
  settings.dgd = node::Dgd::active;
  settings.gateway_mode = node::GatewayMode::list;
  settings.gateways = {"10.0.0.2", "10.0.0.1"};
  CHECK(routes().empty());
}

TEST_CASE("how a default gateway is taken away is said where another one lives") {
  node::ObservedState observed = test::diskful_node();
  const auto how = [&] { return node::how_to_delete(observed, "10.0.0.1"); };
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 0)});
  CHECK(how() == "not now, since no other default gateway is alive");
  set_defaults(observed,
               {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UGA", 1, aix::dead_cost)});
  CHECK(how() == "not now, since no other default gateway is alive");
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UGA", 1),
                          test::default_route("10.0.0.3", "UGA", 2)});
  CHECK(how() == "ping -n -c 1 -w 2 10.0.0.2, and once that shows an answer: route -n delete 0 10.0.0.1");
  observed.answering = {"10.0.0.3"};
  observed.silent = {"10.0.0.2"};  // comes next
  CHECK(how() == "not now, since 10.0.0.2 gave no answer to a ping");
  observed.answering = {"10.0.0.2"};
  observed.silent.clear();
  CHECK(how() == "route -n delete 0 10.0.0.1");

  // What the next boot uses.
  aix::OdmRoute stored;
  stored.type = "net";
  stored.destination = "0";
  stored.gateway = "10.0.0.1";
  stored.raw = "net,,0,10.0.0.1";
  observed.odm_routes->routes = {stored};
  CHECK(node::how_to_delete(observed, stored) == "not now, since no other default gateway is alive");
  observed.odm_routes->routes.push_back(stored);
  observed.odm_routes->routes[1].gateway = "10.0.0.2";
  observed.odm_routes->routes[1].raw = "net,,0,10.0.0.2";
  CHECK(node::how_to_delete(observed, stored) == hanfs::run::command_text(aix::delete_odm_route(stored.raw)));
}

TEST_CASE("who says that a gateway may be deleted has looked who lives") {
  node::ObservedState observed = test::diskless_node();
  node::Settings list;
  list.gateway_mode = node::GatewayMode::list;
  list.gateways = {"10.0.0.2"};
  set_defaults(observed,
               {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UGA", 1, aix::dead_cost)});
  const auto desired = node::desired_routes(observed, list);
  REQUIRE(desired.errors.size() == 1);
  CHECK(desired.errors[0].find("route -n delete") == std::string::npos);
  for (const std::string& warning : node::describe_routes(observed, desired).warnings)
    CHECK(warning.find("route -n delete") == std::string::npos);
  observed.routes->routes[0].weight = "3";
  list.gateways = {"10.0.0.1", "10.0.0.2"};
  CHECK(node::desired_routes(observed, list).errors.at(0).find("route -n delete") == std::string::npos);
}

TEST_CASE("costs give way to a gateway that stays as it is") {
  node::ObservedState observed = test::diskless_node();
  node::Settings list;
  list.gateway_mode = node::GatewayMode::list;
  list.gateways = {"10.0.0.2", "10.0.0.1"};
  observed.routes->routes[0].weight = "3";  // somebody else's, and lost if it were made anew
  CHECK(planned(observed, list) == Words{"route -n add 0 10.0.0.2 -hopcount 1 -active_dgd"});
  CHECK(node::desired_routes(observed, list).errors.size() == 1);
}

TEST_CASE("where netstat -C shows nothing, what else a route has is not known, and it is not made anew") {
  node::ObservedState observed = test::diskless_node();
  observed.route_costs_known = false;
  for (aix::Route& route : observed.routes->routes) route.configured_cost = route.current_cost = std::nullopt;
  CHECK(planned(observed) == Words{"route -n add 0 10.0.0.2 -hopcount 1 -active_dgd"});
  const auto desired = node::desired_routes(observed, {});
  CHECK(desired.errors.empty());  // that netstat shows nothing is one already
  CHECK(node::reason_to_leave(observed, desired.gateways[0]).find("cannot be seen without netstat -rnC -f inet") !=
        std::string::npos);
}

namespace {

node::Settings list_of(std::vector<std::string> gateways) {
  node::Settings settings;
  settings.gateway_mode = node::GatewayMode::list;
  settings.gateways = std::move(gateways);
  return settings;
}

aix::OdmRoute stored_route(const std::string& raw) {
  const auto read = aix::parse_lsattr_routes(raw);
  REQUIRE(read);
  REQUIRE(read->routes.size() == 1);
  return read->routes.front();
}

Words states(const node::ObservedState& observed, const node::Settings& settings) {
  Words all;
  for (const node::GatewayState& state :
       node::describe_routes(observed, node::desired_routes(observed, settings)).gateways)
    all.push_back(state.address + " " + state.state);
  return all;
}

Words route_warnings(const node::ObservedState& observed, const node::Settings& settings = {}) {
  return node::describe_routes(observed, node::desired_routes(observed, settings)).warnings;
}

bool any_holds(const Words& lines, const std::string& part) {
  return std::any_of(lines.begin(), lines.end(),
                     [&](const std::string& line) { return line.find(part) != std::string::npos; });
}

}  // namespace

TEST_CASE("gateways that stay keep their costs, and the others do not share them nor pass each other") {
  const auto costs = [](const node::ObservedState& observed, const node::Settings& settings) {
    std::vector<long long> all;
    for (const auto& gateway : node::desired_routes(observed, settings).gateways) all.push_back(gateway.entry.cost);
    return all;
  };
  node::ObservedState observed = test::diskless_node();
  observed.routes->routes[0].weight = "3";
  CHECK(costs(observed, list_of({"10.0.0.2", "10.0.0.3", "10.0.0.1"})) == std::vector<long long>{1, 2, 2});
  observed.routes->routes[0].configured_cost = observed.routes->routes[0].current_cost = 2;
  CHECK(costs(observed, list_of({"10.0.0.1", "10.0.0.2", "10.0.0.3"})) == std::vector<long long>{0, 1, 3});
}

TEST_CASE("a list of routes that says the same gateway again and again is not believed") {
  node::ObservedState observed = test::diskless_node();
  const aix::Route row = observed.routes->routes[0];
  observed.routes->routes.assign(4, row);
  CHECK(node::desired_routes(observed, {}).managed);
  CHECK(node::desired_routes(observed, {}).unobserved.empty());
  observed.routes->routes.assign(5, row);
  const node::DesiredRoutes desired = node::desired_routes(observed, {});
  CHECK_FALSE(desired.managed);
  CHECK(desired.gateways.empty());
  CHECK(desired.reason == "the list of routes cannot be believed");
  REQUIRE(desired.unobserved.size() == 1);
  CHECK(desired.unobserved[0].command == "netstat");
  CHECK(desired.unobserved[0].what == "netstat -rn -f inet: the same default gateway again and again, not believed");
}

TEST_CASE("a row of the ODM that cannot be read, or that would lose something, is left alone") {
  node::ObservedState observed = test::diskful_node();
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGA", 1)});
  node::Settings settings;
  settings.persist = true;
  observed.odm_routes->routes = {stored_route("net,-hopcount,7,-genmask,255.0.0.0,0,10.0.0.1")};
  REQUIRE(observed.odm_routes->routes[0].has_more);
  const node::DesiredRoutes desired = node::desired_routes(observed, settings);
  REQUIRE(desired.errors.size() == 1);
  CHECK(desired.errors[0].find("the ODM's default gateway 10.0.0.1 is not as wanted, but to make it anew would lose a "
                               "part of net,-hopcount,7,") == 0);
  CHECK(planned(observed, settings) ==
        Words{"chdev -P -l inet0 -a route=net,-hopcount,1,,,-active_dgd,,,-static,0,10.0.0.2"});
  settings.persist = false;
  CHECK(node::desired_routes(observed, settings).errors.empty());
  settings.persist = true;
  observed.odm_routes->routes[0].cost = 0;
  observed.odm_routes->routes[0].active_dgd = true;  // as wanted: nothing has to be made anew
  CHECK(node::desired_routes(observed, settings).errors.empty());

  observed.odm_routes->problems.push_back({3, "rubbish", "a route"});
  const node::DesiredRoutes unread = node::desired_routes(observed, settings);
  CHECK_FALSE(unread.odm_is_readable);
  REQUIRE(unread.unobserved.size() == 1);
  CHECK(unread.unobserved[0].what.find("; so nothing is changed in the ODM") != std::string::npos);
  CHECK(planned(observed, settings).empty());
}

TEST_CASE("duplicates in the ODM go, the one that is as wanted stays") {
  node::ObservedState observed = test::diskful_node();
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGA", 1)});
  node::Settings settings;
  settings.persist = true;
  const std::string good_1 = "net,-hopcount,0,,,-active_dgd,,,-static,0,10.0.0.1";
  const std::string good_2 = "net,-hopcount,1,,,-active_dgd,,,-static,0,10.0.0.2";
  const std::string old = "net,-hopcount,7,,0,10.0.0.1";
  observed.odm_routes->routes = {stored_route(old), stored_route(good_1), stored_route(good_1), stored_route(good_2)};
  const auto steps = node::plan_routes(observed, node::desired_routes(observed, settings));
  REQUIRE(steps.size() == 2);
  CHECK(steps[0].why == "the ODM holds " + old + " as a duplicate");
  CHECK(steps[1].why == "the ODM holds " + good_1 + " as a duplicate");
  CHECK(steps[0].detail == "1");
  CHECK(steps[1].detail == "3");
  CHECK(std::get<plan::EntryCount>(steps[0].expect->value).entries == 2);
  CHECK(std::get<plan::EntryCount>(steps[1].expect->value).entries == 1);
  for (const auto& step : steps) CHECK_FALSE(step.needs.has_value());  // one of them stays
  CHECK(states(observed, settings) == Words{"10.0.0.1 drift", "10.0.0.2 ok"});

  // None is as wanted: all go, the last one comes anew, and until then another one has to answer.
  observed.odm_routes->routes = {stored_route(old), stored_route(old), stored_route(good_2)};
  const auto anew = node::plan_routes(observed, node::desired_routes(observed, settings));
  REQUIRE(anew.size() == 3);
  CHECK(anew[0].why == "the ODM holds " + old + ", not what is wanted");
  CHECK(std::get<plan::LiveGateway>(anew[0].needs->value).among == Words{"10.0.0.2"});
  CHECK(std::get<plan::EntryCount>(anew[1].expect->value).entries == 0);
  CHECK(anew[2].action == plan::Action::add);
  // With persist also what is stored, or is not, is drift.
  observed.odm_routes->routes = {stored_route(good_1)};
  CHECK(states(observed, settings) == Words{"10.0.0.1 ok", "10.0.0.2 drift"});
  observed.odm_routes->routes.push_back(stored_route("net,-hopcount,2,,,-active_dgd,,,-static,0,10.0.0.2"));
  CHECK(states(observed, settings) == Words{"10.0.0.1 ok", "10.0.0.2 drift"});
  settings.persist = false;
  CHECK(states(observed, settings) == Words{"10.0.0.1 ok", "10.0.0.2 ok"});
}

TEST_CASE("what nobody asked for is reported once, live or for the next boot, with how it is taken away") {
  node::ObservedState observed = test::diskful_node();
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGA", 1),
                          test::default_route("10.0.0.7", "UG", 7), test::default_route("10.0.0.7", "UG", 8)});
  observed.answering = {"10.0.0.1", "10.0.0.2"};
  const std::string odm_7 = "net,-hopcount,0,,0,10.0.0.7";
  const std::string odm_8 = "net,-hopcount,0,,0,10.0.0.8";
  const std::string odm_9 = "net,-hopcount,0,,0,10.0.0.9";
  observed.odm_routes->routes = {stored_route(odm_7), stored_route("net,-hopcount,0,,192.0.2,10.0.0.6"),
                                 stored_route(odm_8), stored_route(odm_8), stored_route(odm_9)};
  CHECK(states(observed, {}) ==
        Words{"10.0.0.1 ok", "10.0.0.2 ok", "10.0.0.7 extra", "10.0.0.8 extra", "10.0.0.9 extra"});
  const Words warnings = route_warnings(observed);
  const std::string unasked = " but was not asked for; left alone; to take it away: ";
  CHECK(any_holds(warnings, "default gateway 10.0.0.7 is there" + unasked + "route -n delete 0 10.0.0.7"));
  CHECK(any_holds(warnings, "default gateway 10.0.0.8 is in the ODM for the next boot" + unasked));
  CHECK(any_holds(warnings, "delroute=" + odm_9));
  CHECK_FALSE(any_holds(warnings, "delroute=" + odm_7));
  const auto gateways = node::describe_routes(observed, node::desired_routes(observed, {})).gateways;
  CHECK(gateways[2].persistent == true);
  CHECK(gateways[0].persistent == false);
  CHECK_FALSE(gateways[3].live);
  // Where hanfs sets no gateways, all are the administrator's.
  node::Settings none;
  none.gateway_mode = node::GatewayMode::none;
  CHECK(states(observed, none) == Words{"10.0.0.1 unmanaged", "10.0.0.2 unmanaged", "10.0.0.7 unmanaged",
                                        "10.0.0.8 unmanaged", "10.0.0.9 unmanaged"});
  CHECK(route_warnings(observed, none).empty());
  observed.odm_routes.reset();
  CHECK_FALSE(node::describe_routes(observed, node::desired_routes(observed, {})).gateways[0].persistent.has_value());
}

TEST_CASE("the only default gateway cannot be made anew, and that is said; a second one can, or one that is missing") {
  const std::string only = "is the only default: it cannot be made anew without cutting the node off";
  node::ObservedState observed = test::diskless_node();
  CHECK(any_holds(route_warnings(observed, list_of({"10.0.0.1"})), "gateway 10.0.0.1 " + only));
  CHECK_FALSE(any_holds(route_warnings(observed, list_of({"10.0.0.1", "10.0.0.2"})), only));
  CHECK_FALSE(any_holds(route_warnings(observed, list_of({"10.0.0.2"})), only));
  CHECK(states(observed, list_of({"10.0.0.2"})) == Words{"10.0.0.2 missing", "10.0.0.1 extra"});
  observed.routes->routes[0].flags = "UGA";  // as wanted
  CHECK_FALSE(any_holds(route_warnings(observed, list_of({"10.0.0.1"})), only));
  observed.routes.reset();
  CHECK(states(observed, list_of({"10.0.0.1"})) == Words{"10.0.0.1 unknown"});
}

TEST_CASE("a raised cost is warned of, and no cost is no raised one") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed,
               {test::default_route("10.0.0.1", "UGA", 0), test::default_route("10.0.0.2", "UGA", 1, aix::dead_cost)});
  CHECK(any_holds(route_warnings(observed), "gateway 10.0.0.2 is held for dead now (its cost is raised)"));
  CHECK_FALSE(any_holds(route_warnings(observed), "gateway 10.0.0.1 is held for dead"));
  observed.routes->routes[1].current_cost.reset();
  CHECK_FALSE(any_holds(route_warnings(observed), "held for dead"));
}

TEST_CASE("the time until a dead gateway is noticed is known where active DGD is at work and its tunables are") {
  node::ObservedState observed = test::diskless_node();
  const auto seconds = [&] {
    return node::describe_routes(observed, node::desired_routes(observed, {})).detection_seconds;
  };
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UGA", 1)});
  CHECK(seconds() == 8.0);
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UG", 1)});
  CHECK_FALSE(seconds());
  set_defaults(observed, {test::default_route("10.0.0.1", "UGA", 0)});
  for (const char* name : {"dgd_ping_time", "dgd_packets_lost"}) {
    const aix::Tunable known = observed.tunables[name];
    observed.tunables.erase(name);
    CHECK_FALSE(seconds());
    observed.tunables[name] = known;
    observed.tunables[name].current = "?";
    CHECK_FALSE(seconds());
    observed.tunables[name] = known;
  }
}

TEST_CASE("a node takes the gateways that hanfs.conf names for the domain its file systems come from") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.254", "UG", 0)});
  node::Settings settings;
  hanfs::config::Domain domain;
  domain.name = "a";
  domain.replicas = {"10.0.0.1", "10.0.0.2"};
  domain.gateways = {"10.0.0.253", "10.0.0.254"};
  settings.domains = {domain};
  const node::DesiredRoutes desired = node::desired_routes(observed, settings);
  REQUIRE(desired.gateways.size() == 2);
  CHECK(desired.managed);
  CHECK(desired.gateways[0].address == "10.0.0.253");
  CHECK(desired.gateways[1].address == "10.0.0.254");

  settings.domains[0].gateways = {"10.9.0.1"};
  CHECK(node::desired_routes(observed, settings).errors ==
        Words{"[domain a] of hanfs.conf: gateway 10.9.0.1 is no host of a network of this node (see ifconfig -a); "
              "routes are left alone"});
  // Without gateways of its own, or of another domain: the servers, as everywhere else.
  settings.domains[0].gateways.clear();
  CHECK(planned(test::diskless_node(), settings) == planned(test::diskless_node()));
  settings.domains[0].gateways = domain.gateways;
  settings.domains[0].replicas = {"10.5.5.5"};
  CHECK(planned(test::diskless_node(), settings) == planned(test::diskless_node()));
  // Two domains hold its servers.
  settings.domains = {domain, domain};
  settings.domains[1].name = "b";
  CHECK(any_holds(node::desired_routes(observed, settings).warnings,
                  "[domain a] and [domain b] both hold these addresses where this node's file systems come from; cure: "
                  "name its gateways with --gateways"));
}

TEST_CASE("the only server within reach is no pair; that another one's name is not known is said with it") {
  node::ObservedState observed = test::diskless_node();
  observed.filesystems[0].replicas = {"sn7"};
  const std::string only = "the gateway 10.0.0.1 is the only file server within reach; no second one to set";
  CHECK(node::desired_routes(observed, {}).reason == only + " (sn7 is not in /etc/hosts)");
  observed.filesystems[0].replicas.clear();
  CHECK(node::desired_routes(observed, {}).reason == only);
  CHECK(node::desired_routes(observed, {}).warnings == Words{only});
  // This node is no gateway for itself, though it may be named as a replica.
  observed.filesystems[0].replicas = {"10.0.0.17"};
  CHECK(node::desired_routes(observed, {}).warnings == Words{only});
  CHECK(node::desired_routes(observed, list_of({"10.0.0.17"})).errors ==
        Words{"gateway 10.0.0.17 is an address of this node itself; routes are left alone"});
}

TEST_CASE("a tunable may have the least and the greatest value of its range") {
  node::ObservedState observed = test::diskless_node();
  node::Settings settings;
  settings.gateway_mode = node::GatewayMode::none;
  for (const auto& [value, is_in_range] : {std::pair{0L, false}, {1L, true}, {32767L, true}, {32768L, false}}) {
    settings.tunables = {{"dgd_packets_lost", value}};
    CHECK(node::desired_routes(observed, settings).errors.empty() == is_in_range);
    CHECK(planned(observed, settings).size() == (is_in_range ? 1U : 0U));
  }
  observed.tunables["dgd_packets_lost"].min.clear();  // not known
  settings.tunables = {{"dgd_packets_lost", 0}};
  CHECK(node::desired_routes(observed, settings).errors.empty());
  settings.tunables = {{"dgd_packets_lost", 32768}};
  CHECK_FALSE(node::desired_routes(observed, settings).errors.empty());
  // What could not be observed is not set.
  observed.tunables.clear();
  CHECK(planned(observed, settings).empty());
}

TEST_CASE("a listed order is not had while a gateway of others comes before it or beside it") {
  node::ObservedState observed = test::diskless_node();
  node::Settings settings = list_of({"10.0.0.2"});
  const auto errors = [&](long long cost, const char* flags) {
    set_defaults(observed, {test::default_route("10.0.0.254", flags, cost), test::default_route("10.0.0.2", "UGA", 1)});
    return node::desired_routes(observed, settings).errors;
  };
  CHECK(errors(0, "UG").size() == 1);
  CHECK(any_holds(errors(0, "UG"), "comes before them and is without active DGD; cure"));
  CHECK(any_holds(errors(0, "UGA"), "comes before them; cure"));
  CHECK(errors(5, "UG").empty());
}

TEST_CASE("a default that is there twice goes row by row, and only the last delete is judged with the add behind it") {
  node::ObservedState observed = test::diskless_node();
  set_defaults(observed, {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.1", "UG", 3),
                          test::default_route("10.0.0.2", "UGA", 1)});
  const auto steps = node::remake_route(observed, {"10.0.0.1", {0, true}}, {});
  REQUIRE(steps.size() == 3);
  CHECK(std::get<plan::EntryCount>(steps[0].expect->value).entries == 1);
  CHECK(std::get<plan::EntryCount>(steps[1].expect->value).entries == 0);
  CHECK_FALSE(steps[0].verified_with_next);
  CHECK(steps[1].verified_with_next);
  CHECK_FALSE(steps[2].verified_with_next);
  CHECK(steps[0].detail == "1");
  CHECK(steps[1].detail == "2");
  CHECK(steps[1].why == "default gateway 10.0.0.1 is there twice");
  CHECK(std::get<plan::RouteEntry>(steps[1].was->value).cost == 3);
  for (std::size_t i = 0; i < 2; ++i) {
    const auto& live = std::get<plan::LiveGateway>(steps[i].needs->value);
    CHECK(live.comes_back == plan::RouteEntry{0, true});
    CHECK(live.among == Words{"10.0.0.2"});
  }
}

TEST_CASE("an ODM that could not be read, or is none of our business, is not judged") {
  node::ObservedState observed = test::diskful_node();
  node::Settings settings;
  observed.odm_routes->problems.push_back({3, "rubbish", "a route"});
  CHECK(node::desired_routes(observed, settings).odm_is_readable);
  CHECK(node::desired_routes(observed, settings).unobserved.empty());
  settings.persist = true;
  CHECK_FALSE(node::desired_routes(observed, settings).odm_is_readable);
  observed.odm_routes.reset();
  CHECK(node::desired_routes(observed, settings).odm_is_readable);
  CHECK(node::desired_routes(observed, settings).unobserved.empty());
  for (const std::string& words : planned(observed, settings)) CHECK(words.find("chdev") == std::string::npos);
}
