// SPDX-License-Identifier: Apache-2.0
// Default gateways and network tunables: what is desired, planned and reported.
#include <doctest/doctest.h>

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
  CHECK(node::desired_routes(observed, {}).warnings.size() == 1);
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
  observed.routes->routes = {test::default_route("10.0.0.1", "UG", 0), test::default_route("10.0.0.2", "UGA", 1)};
  plan::LiveGateway live{{"10.0.0.1"}};
  const auto second_may_go = [&] { return node::is_satisfied(observed, {{plan::Kind::route, "10.0.0.2"}, live}); };
  CHECK(second_may_go());
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
