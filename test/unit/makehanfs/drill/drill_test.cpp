// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/drill/drill.hpp"

#include <doctest/doctest.h>

#include <nlohmann/json.hpp>

namespace hanfs::cluster {
namespace {

using State = NodeState::State;

// Two servers, four nodes, each server the primary of two.
Cluster two_servers() {
  Cluster cluster;
  cluster.servers = {{"asn01", "10.0.0.1", "", 0}, {"asn02", "10.0.0.2", "", 0}, {"other", "10.0.0.9", "", 1}};
  Domain domain;
  domain.name = "A";
  domain.valid = true;
  domain.servers = {0, 1};
  Domain elsewhere;
  elsewhere.name = "B";
  elsewhere.servers = {2};
  for (std::size_t i = 0; i < 5; ++i) {
    Node node;
    node.name = "cn" + std::to_string(i + 1);
    node.domain = i == 0 ? 1 : 0;
    if (i == 0)
      node.servers = {2};
    else if (i % 2 == 1)
      node.servers = {0, 1};
    else
      node.servers = {1, 0};
    (i == 0 ? elsewhere : domain).nodes.push_back(i);
    cluster.nodes.push_back(std::move(node));
  }
  cluster.domains = {domain, elsewhere};
  return cluster;
}

Cluster domain_a() {
  const Cluster cluster = two_servers();
  return with_nodes(cluster, cluster.domains[0].nodes);
}

ClusterStatus all_well(const Cluster& cluster) {
  ClusterStatus status;
  for (const Node& node : cluster.nodes) {
    NodeState state;
    state.state = State::primary;
    state.server = node.servers.front();
    state.failover = "0.3s";
    status.nodes.push_back(state);
  }
  return status;
}

std::vector<HostResult> good_servers(std::size_t count) {
  HostResult good;
  good.state = HostResult::State::ok;
  return std::vector<HostResult>(count, good);
}

DrillPlan drill_of(const Cluster& cluster, bool rehearse = false) {
  return make_drill(cluster, {}, 0, {1, 30, 10, rehearse}, {"/x/setuphanfs", "--replica=10.0.0.1"});
}

}  // namespace

TEST_CASE("a domain alone has its own nodes only, and all servers") {
  const Cluster one = domain_a();
  CHECK(node_names(one, one.domains[0].nodes) == std::vector<std::string>{"cn2", "cn3", "cn4", "cn5"});
  CHECK(one.domains[1].nodes.empty());
  CHECK(one.nodes.size() == 4);
  CHECK(one.servers.size() == 3);
}

TEST_CASE("a drill: a sample of each server's nodes watches longer than NFS is stopped") {
  const Cluster cluster = domain_a();
  const DrillPlan plan = drill_of(cluster);
  CHECK(node_names(cluster, plan.watched) == std::vector<std::string>{"cn2", "cn3"});
  CHECK(plan.watch_argv.back() == "--seconds=70");
  CHECK(node_names(cluster, plan.leaving) == std::vector<std::string>{"cn2"});
  CHECK(plan.wait_argv ==
        std::vector<std::string>{plan.watch_argv[0], "watch", "--json", "--seconds=40", "--until-left=10.0.0.1"});
  CHECK(plan.end_argv == std::vector<std::string>{"/x/setuphanfs", "--end-outage"});
  CHECK(plan.outage_argv ==
        std::vector<std::string>{"/x/setuphanfs", "--replica=10.0.0.1", "--outage=30", "--lead=10", "--disruptive"});
  CHECK(plan.check_argv == std::vector<std::string>{"/x/setuphanfs", "--replica=10.0.0.1", "--check"});
  CHECK(drill_of(cluster, true).outage_argv.back() == "--dry-run");
}

TEST_CASE("what keeps a drill from beginning names its nodes and the cure") {
  const Cluster cluster = domain_a();
  const DrillPlan plan = drill_of(cluster);
  CHECK(objections_to(cluster, plan, all_well(cluster), good_servers(2)).empty());

  ClusterStatus status = all_well(cluster);
  status.nodes[0].state = State::silent;
  status.nodes[1].no_replica = true;
  status.nodes[1].state = State::error;
  status.nodes[2].state = State::untuned;
  status.nodes[3].state = State::backup;
  auto servers = good_servers(2);
  servers[1].state = HostResult::State::no_answer;
  const std::vector<std::string> objections = objections_to(cluster, plan, status, servers);
  REQUIRE(objections.size() == 5);
  CHECK(objections[0].find("asn02 does not say that it is set up as wanted: no-answer") == 0);
  CHECK(objections[1].find("cn3: some file system has no replica") == 0);
  CHECK(objections[2].find("cn2: no answer") == 0);
  CHECK(objections[3] == "cn5: not on its primary; cure: makehanfs failback asn02, then the drill");
  CHECK(objections[4].find("cn4: not tuned") == 0);
  CHECK_FALSE(objections_to(cluster, plan, ClusterStatus{}, good_servers(2)).empty());
}

TEST_CASE("what a watch says") {
  const auto node =
      parse_watch(R"({"tool":"checkhanfs","event":"end","seconds":70.5,"paths":[{"path":"/usr","reads":7,"errors":1,)"
                  R"("longest_stall_seconds":0.5,"stalled_now":true,"failing_now":false,"server_before":"10.0.0.1",)"
                  R"("server_after":null,"segments":[{"state":"stalled","from_seconds":1,"to_seconds":1.5},)"
                  R"({"state":"failed","from_seconds":3,"to_seconds":4,"error":"Stale"},3]},3]})");
  REQUIRE(node);
  CHECK(node->length == 70.5);
  REQUIRE(node->paths.size() == 1);
  CHECK(node->paths[0].path == "/usr");
  CHECK(node->paths[0].longest_stall == 0.5);
  CHECK(node->paths[0].hangs);
  CHECK(node->paths[0].server_after.empty());
  CHECK(node->paths[0].bars == std::vector<report::TimelineBar>{{false, 1, 1.5, ""}, {true, 3, 4, "Stale"}});
  for (const char* wrong : {"", "{}", "[]", "3", R"({"tool":"checkhanfs","event":"stalled"})",
                            "{\"tool\":\"checkhanfs\"", R"({"tool":"checkhanfs","event":"end","paths":{}})"})
    CHECK_FALSE(parse_watch(wrong));
}

namespace {

// The last line of a watch with one path.
std::string watched(const std::string& before, const std::string& after, const std::string& more = "") {
  return R"({"tool":"checkhanfs","event":"end","paths":[{"path":"/usr","server_before":")" + before +
         R"(","server_after":")" + after + "\"" + more + "}]}";
}

}  // namespace

TEST_CASE("all have left a server: each path of each node is seen elsewhere, and can be read") {
  const std::string server = "10.0.0.1";
  const std::string moved = watched(server, "10.0.0.2");
  const std::string elsewhere = watched("10.0.0.2", "10.0.0.2");
  CHECK(have_left({moved, moved}, server));
  CHECK(have_left({moved, elsewhere}, server));
  CHECK_FALSE(have_left({elsewhere}, server));  // nobody came from it: nothing is proven
  CHECK_FALSE(have_left({}, server));
  for (const std::string& not_yet :
       {std::string(), std::string("{}"), watched(server, server), watched(server, ""), watched("10.0.0.2", server),
        watched(server, "10.0.0.2", R"(,"stalled_now":true)"), watched(server, "10.0.0.2", R"(,"failing_now":true)")})
    CHECK_FALSE(have_left({moved, not_yet}, server));
}

// NFS was stopped and started again; all nodes are where they were.
DrillResult after_outage(const Cluster& cluster) {
  DrillResult result;
  result.server.state = HostResult::State::changed;
  result.after = all_well(cluster);
  return result;
}

TEST_CASE("what ended the outage, and who need not have moved then") {
  const Cluster cluster = domain_a();
  const DrillPlan plan = drill_of(cluster);
  DrillResult result = after_outage(cluster);
  result.after.nodes[0].server = 1;  // cn2 is watched and has moved; cn4 is not watched, and still there
  CHECK(text_of(cluster, plan, result).find("started again when its time was over, 30 s.\n") != std::string::npos);
  CHECK(json_of(cluster, plan, result)["outage_ended_by"] == "time");
  REQUIRE(failures_of(cluster, plan, result).size() == 1);
  CHECK(warnings_of(cluster, plan, result).empty());

  result.ended_early = true;
  CHECK(text_of(cluster, plan, result).find("Every watched path had moved, so NFS of asn01 was started again.\n") !=
        std::string::npos);
  CHECK(json_of(cluster, plan, result)["outage_ended_by"] == "moved");
  CHECK(failures_of(cluster, plan, result).empty());
  REQUIRE(warnings_of(cluster, plan, result).size() == 1);
  CHECK(warnings_of(cluster, plan, result)[0].find("cn4: still on asn01, and not watched") == 0);
  result.after.nodes[0].server = 0;
  REQUIRE(failures_of(cluster, plan, result).size() == 1);
  CHECK(failures_of(cluster, plan, result)[0].find("cn2: still on asn01") == 0);

  result.server.state = HostResult::State::fail;  // it is not known whether there was an outage: nobody had to move
  REQUIRE(failures_of(cluster, plan, result).size() == 1);
  CHECK(failures_of(cluster, plan, result)[0].find("asn01: ") == 0);
  REQUIRE(warnings_of(cluster, plan, result).size() == 1);
  CHECK(warnings_of(cluster, plan, result)[0].find("cn2,cn4: still on asn01, and the outage failed") == 0);
  CHECK(text_of(cluster, plan, result).find("started again") == std::string::npos);
  CHECK(json_of(cluster, plan, result)["outage_ended_by"].is_null());
}

TEST_CASE("the outcome: who moved, who hangs, who stayed, who is silent") {
  const Cluster cluster = domain_a();
  const DrillPlan plan = drill_of(cluster);
  DrillResult result = after_outage(cluster);
  result.after.nodes[0].server = result.after.nodes[2].server = 1;
  PathResult moved;
  moved.path = "/usr";
  moved.longest_stall = 0.34;
  moved.server_before = "10.0.0.1";
  moved.server_after = "10.0.0.2";
  result.nodes = {{0, "0.3s", "", {moved}}, {1, "0.3s", "", {}}};
  CHECK(failures_of(cluster, plan, result).empty());
  const std::string text = text_of(cluster, plan, result);
  CHECK(text.find("cn2   /usr  0.3s   0.3s      asn01  asn02  moved\n") != std::string::npos);
  CHECK(text.find("4 nodes in the domain, 2 of asn01 moved.") != std::string::npos);
  CHECK(json_of(cluster, plan, result)["watched"][0]["paths"][0]["result"] == "moved");

  result.nodes[0].paths[0].hangs = true;
  result.nodes[1].problem = "no answer of checkhanfs watch";
  result.after.nodes[2].server = 0;
  result.after.nodes[3].state = State::silent;
  const std::vector<std::string> failures = failures_of(cluster, plan, result);
  REQUIRE(failures.size() == 4);
  CHECK(failures[0] == "cn2: /usr hangs");
  CHECK(failures[1] == "cn3: no answer of checkhanfs watch");
  CHECK(failures[2].find("cn5: no answer any more") == 0);
  CHECK(failures[3].find("cn4: still on asn01") == 0);
  result.after.nodes[3].refuses = true;
  CHECK(failures_of(cluster, plan, result)[2] ==
        "cn5: up, but refusing the connection of the remote shell; cure: startsrc -s sshd at the console (rcons)");

  result.server.state = HostResult::State::fail;
  CHECK(failures_of(cluster, plan, result)[0] == "asn01: fail");
}

TEST_CASE("the page of a drill has a line for each path, and none that looks well for who did not measure") {
  const Cluster cluster = domain_a();
  DrillResult result;
  result.server.state = HostResult::State::changed;
  PathResult moved;
  moved.path = "/usr";
  moved.longest_stall = 0.5;
  moved.server_before = "10.0.0.1";
  moved.server_after = "10.0.0.2";
  moved.bars = {{false, 35, 35.5, ""}};
  NodeResult node;
  node.node = 0;
  node.expected = "0.3s";
  node.length = 70;
  node.paths = {moved};
  NodeResult silent;
  silent.node = 1;
  silent.problem = "no <answer>";
  result.nodes = {node, silent};
  const std::string page = page_of(cluster, drill_of(cluster), result, failures_of(cluster, drill_of(cluster), result),
                                   "2026-11-28T12:00:00Z");
  CHECK(page.find("<h1>Drill of A: NFS of asn01 was stopped</h1>") != std::string::npos);
  CHECK(page.find("<h2>cn2 /usr <span class=\"tag\">moved</span></h2>") != std::string::npos);
  CHECK(page.find("<rect class=\"stalled\" x=\"500.0\" y=\"0\" width=\"7.1\"") != std::string::npos);
  CHECK(page.find("failed: cn3: no &lt;answer&gt;") != std::string::npos);
  CHECK(page.find("<svg", page.find("<h2>cn3")) == std::string::npos);

  // An outage of which nobody heard, and one that surely did not begin.
  result.server.state = HostResult::State::no_answer;
  const auto title = [&] {
    const std::string text = page_of(cluster, drill_of(cluster), result, {"failed"}, "");
    const std::size_t at = text.find("<h1>") + 4;
    return text.substr(at, text.find("</h1>") - at);
  };
  CHECK(title() == "Drill of A: the outage of asn01 failed");
  CHECK(text_of(cluster, drill_of(cluster), result).find("is not known; cure: ") != std::string::npos);
  result.not_begun = true;
  CHECK(title() == "Drill of A: NFS of asn01 was not stopped");
  CHECK(text_of(cluster, drill_of(cluster), result).find("NFS of asn01 was not stopped.\n") != std::string::npos);
}

}  // namespace hanfs::cluster
