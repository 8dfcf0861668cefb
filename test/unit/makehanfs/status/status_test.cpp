// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/status/status.hpp"

#include <doctest/doctest.h>

#include <algorithm>
#include <map>
#include <nlohmann/json.hpp>

#include "lib/run/fake_runner.hpp"
#include "makehanfs/model/example_cluster.hpp"
#include "makehanfs/status/picture.hpp"

namespace hanfs::cluster {

using hanfs::test::exited;
using hanfs::test::FakeRunner;
using hanfs::test::small_cluster;
using State = NodeState::State;

namespace {

// As helpers/README.md "Node report" has it, cut to what is read here. `current` of each mount; replicas are the
// others, as showfs lists them (transcripts, nfs4cl-showfs-usr-primary).
std::string report(const std::vector<std::string>& current, const std::string& status = "ok",
                   const std::string& mount_state = "ok") {
  std::string mounts;
  for (std::size_t i = 0; i < current.size(); ++i)
    mounts += std::string(i == 0 ? "" : ",") + "{\"path\":\"/m" + std::to_string(i) +
              "\",\"vfs\":\"nfs4\",\"server\":\"asn01-ml0\",\"current\":\"" + current[i] + "\",\"replicas\":[\"" +
              (current[i] == "10.40.0.11" ? "10.40.0.12" : "10.40.0.11") + "\"],\"failover_seconds\":0.3,\"state\":\"" +
              mount_state + "\"}";
  return "{\"tool\":\"setupnfsv4replication\",\"version\":\"" HANFS_VERSION "\",\"node\":\"x\",\"mounts\":[" + mounts +
         "],\"plan\":[],\"errors\":[],\"result\":{\"status\":\"" + status + "\",\"failover\":\"0.3s\"}}";
}

NodeState judged(const std::string& json, std::size_t node = 0) {
  const auto parsed = parse_node_report(json);
  REQUIRE_MESSAGE(parsed, (parsed ? "" : parsed.error().what));
  return judge(small_cluster(), node, *parsed);
}

void check_state(const NodeState& state, State wanted, std::size_t server, const std::string& problem) {
  CHECK(std::string(name_of(state.state)) == name_of(wanted));
  CHECK(state.server == server);
  CHECK(state.problem == problem);
}

std::string mount(const std::string& fields) {
  return "{\"tool\":\"setupnfsv4replication\",\"mounts\":[{" + fields + "}],\"result\":{\"status\":\"ok\"}}";
}

}  // namespace

TEST_CASE("a node on its primary, on its backup, split, tuned and not") {
  check_state(judged(report({"10.40.0.11", "10.40.0.11"})), State::primary, 0, "");
  check_state(judged(report({"10.40.0.12", "10.40.0.12"})), State::backup, 1, "");
  CHECK(judged(report({"ASN01-ML0", "Asn01"})).server == 0);  // names in whatever case
  check_state(judged(report({"10.40.0.11", "10.40.0.12"})), State::backup, 1, "only /m1 moved, the rest is on asn01");
  check_state(judged(report({"10.40.0.12"}), 1), State::primary, 1, "");  // balanced: its primary is asn02
  check_state(judged(report({"10.40.0.11"}, "drift", "drift")), State::untuned, 0, "not tuned: /m0");
  check_state(judged(report({"10.40.0.12"}, "drift", "drift")), State::backup, 1, "not tuned: /m0");
  check_state(judged(report({"10.40.0.11"}, "fail")), State::error, 0, "its tool ended with status 'fail'");
  CHECK(judged(report({"10.40.0.11"})).failover == "0.3s");
}

TEST_CASE("a drift that is in no mount says what it is") {
  std::string json = report({"10.40.0.11"}, "drift");
  json.replace(json.find("\"plan\":[]"), 9,
               "\"plan\":[{\"id\":\"x\",\"why\":\"gateway 10.40.0.12 is missing\",\"argv\":[]}]");
  check_state(judged(json), State::untuned, 0, "gateway 10.40.0.12 is missing");
}

TEST_CASE("other file servers are nobody's business; stnfs and nfs3 say nothing about a place") {
  const std::string nas =
      "\"path\":\"/home\",\"vfs\":\"nfs4\",\"current\":\"10.9.9.9\",\"replicas\":[],\"state\":\"drift\"";
  const std::string stnfs =
      "\"path\":\"/\",\"vfs\":\"stnfs\",\"current\":null,\"replicas\":[],\"state\":\"not_tunable\"";
  check_state(judged(mount(nas)), State::error, no_index, "no NFSv4 file system of it comes from asn01, asn02");
  check_state(judged(mount(nas + "},{" + stnfs +
                           "},{\"path\":\"/usr\",\"vfs\":\"nfs4\",\"current\":\"10.40.0.11\","
                           "\"replicas\":[\"10.40.0.12\",\"10.40.0.11\"],\"state\":\"ok\"")),
              State::primary, 0, "");
}

TEST_CASE("a mount of another domain's server moves nobody who runs from its own servers") {
  const std::string apps =
      "\"path\":\"/"
      "apps\",\"vfs\":\"nfs4\",\"server\":\"asn03\",\"current\":\"10.40.0.13\",\"replicas\":[],\"state\":\"drift\"";
  const std::string usr =
      "\"path\":\"/usr\",\"vfs\":\"nfs4\",\"current\":\"10.40.0.11\",\"replicas\":[\"10.40.0.12\"],\"state\":\"ok\"";
  check_state(judged(mount(usr + "},{" + apps)), State::primary, 0, "");
  check_state(judged(mount(apps + "},{" + usr)), State::primary, 0, "");
  // Nothing else: that is where it runs.
  CHECK(judged(mount(apps)).state == State::backup);
  CHECK(judged(mount(apps)).server == 2);
}

TEST_CASE("a node whose /usr another domain's server serves runs there, whatever else it has mounted") {
  const std::string usr =
      "\"path\":\"/"
      "usr\",\"vfs\":\"nfs4\",\"server\":\"asn03\",\"current\":\"10.40.0.13\",\"replicas\":[],\"state\":\"ok\"";
  const std::string data =
      "\"path\":\"/"
      "data\",\"vfs\":\"nfs4\",\"current\":\"10.40.0.11\",\"replicas\":[\"10.40.0.12\"],\"state\":\"ok\"";
  for (const std::string& mounts : {usr + "},{" + data, data + "},{" + usr}) {
    const NodeState state = judged(mount(mounts));
    CHECK(state.state == State::backup);
    CHECK(state.server == 2);
    CHECK(state.no_replica);
  }
}

TEST_CASE("what a node that booted at home has mounted from its backup has not moved, and no boot is offered for it") {
  const auto usr_on = [](const std::string& address, const std::string& other) {
    return "\"path\":\"/usr\",\"vfs\":\"nfs4\",\"server\":\"" + address + "\",\"current\":\"" + address +
           "\",\"replicas\":[\"" + other + "\"],\"state\":\"ok\"";
  };
  const auto projects_of = [](const std::string& server) {
    return "\"path\":\"/projects\",\"vfs\":\"nfs4\",\"server\":\"" + server +
           "\",\"current\":\"10.40.0.12\",\"replicas\":[\"10.40.0.11\"],\"state\":\"ok\"";
  };
  check_state(judged(mount(usr_on("10.40.0.11", "10.40.0.12") + "},{" + projects_of("10.40.0.12"))), State::primary, 0,
              "");
  // That one has moved.
  check_state(judged(mount(usr_on("10.40.0.11", "10.40.0.12") + "},{" + projects_of("10.40.0.11"))), State::backup, 1,
              "only /projects moved, the rest is on asn01");
  // A node that booted from its backup.
  check_state(judged(mount(usr_on("10.40.0.12", "10.40.0.11") + "},{" + projects_of("10.40.0.12"))), State::backup, 1,
              "");
}

TEST_CASE("a pair: showfs lists the other server only, and that is a replica") {
  const std::string pair = "\"path\":\"/usr\",\"vfs\":\"nfs4\",\"server\":\"10.40.0.11\",\"current\":\"";
  check_state(judged(mount(pair + "10.40.0.11\",\"replicas\":[\"10.40.0.12\"]")), State::primary, 0, "");
  check_state(judged(mount(pair + "10.40.0.12\",\"replicas\":[\"10.40.0.11\"]")), State::backup, 1, "");
  // A level that still lists what it listed at the mount: it has moved, so it could.
  check_state(judged(mount(pair + "10.40.0.12\",\"replicas\":[\"10.40.0.12\"]")), State::backup, 1, "");
  // Itself alone is nowhere to go.
  const NodeState alone = judged(mount(pair + "10.40.0.11\",\"replicas\":[\"10.40.0.11\"]"));
  check_state(alone, State::untuned, 0, "no replica, never fails over: /usr");
  CHECK(alone.no_replica);
}

TEST_CASE("a server of the tables that is no replica; a mount whose server is not known") {
  Cluster three = small_cluster();
  three.nodes[0].servers = {0, 1, 2};
  const auto parsed = parse_node_report(report({"10.40.0.11"}));
  REQUIRE(parsed);
  NodeState state = judge(three, 0, *parsed);
  check_state(state, State::untuned, 0, "it would never use asn03: no replica of its file systems");
  CHECK(state.no_replica);
  three.servers[2].address.clear();  // not known, so it cannot be looked for
  check_state(judge(three, 0, *parsed), State::primary, 0, "");
  check_state(judged(report({"10.40.0.11", ""})), State::error, 0, "it does not know which server it uses for /m1");
}

TEST_CASE("a report with errors is never fine, whatever its status says") {
  std::string json = report({"10.40.0.11"});
  json.replace(json.find("\"errors\":[]"), 11, "\"errors\":[\"netstat: exit status 1\"]");
  check_state(judged(json), State::error, 0, "netstat: exit status 1");
}

TEST_CASE("no replica: as bad as not tuned") {
  check_state(judged(mount("\"path\":\"/usr\",\"vfs\":\"nfs4\",\"current\":\"10.40.0.11\",\"replicas\":[]")),
              State::untuned, 0, "no replica, never fails over: /usr");
}

TEST_CASE("a server that a node knows by an address of another network is that server") {
  Cluster cluster = small_cluster();
  cluster.servers[2].interfaces = {"10.40.0.13", "10.20.0.13"};
  const auto from_its_other_network = parse_node_report(report({"10.20.0.13"}));
  REQUIRE(from_its_other_network);
  CHECK(judge(cluster, 0, *from_its_other_network).server == 2);
}

TEST_CASE("a server that is not the node's, or nobody's") {
  check_state(judged(report({"10.40.0.13"})), State::backup, 2,
              "that server is none of its own in the tables; it would never use asn02: no replica of its file systems");
  check_state(judged(report({"10.99.0.1"})), State::backup, no_index,
              "runs from 10.99.0.1, which is no server of the tables; it would never use asn02: no replica of its file "
              "systems");
  check_state(judged(report({""})), State::error, no_index, "it does not know which server it uses");
  check_state(judged(report({"10.40.0.11"}), 6), State::error, 0,
              "the tables name no servers for it, so its home is not known");
}

TEST_CASE("a server by another address that some nodes know it by is no stranger") {
  Cluster cluster = small_cluster();
  cluster.servers[0].other_addresses = {"10.50.0.11"};
  const auto parsed = parse_node_report(
      mount(R"("path":"/usr","vfs":"nfs4","server":"asn01-ml1","current":"10.50.0.11","replicas":["10.40.0.12"])"));
  REQUIRE(parsed);
  check_state(judge(cluster, 0, *parsed), State::primary, 0, "");
}

TEST_CASE("rubbish from a node is an error and never more") {
  for (const char* bad :
       {"", "{", "[]", "null", "{}", "{\"tool\":1}", "{\"tool\":\"makehanfs\"}", "\xff\xfe{", "{\"tool\":\"setupnfsv4"})
    CHECK_FALSE(parse_node_report(bad));
  CHECK_FALSE(parse_node_report(std::string(200000, '[')));
  CHECK_FALSE(parse_node_report(std::string("{\"tool\":") + std::string(200000, '{')));
  // Right tool, wrong types: nothing of it counts.
  const auto odd = parse_node_report(
      "{\"tool\":\"setupnfsv4replication\",\"version\":7,\"mounts\":[1,null,{\"path\":{},\"replicas\":[1,\"a\"]}],"
      "\"plan\":[3,{}],\"errors\":{\"a\":1},\"result\":[]}");
  REQUIRE(odd);
  CHECK(odd->mounts.size() == 1);
  CHECK(odd->mounts[0].replicas == std::vector<std::string>{"a"});
  CHECK(judge(small_cluster(), 0, *odd).state == State::error);
}

TEST_CASE("all nodes through an engine: each in its state, with the reason") {
  FakeRunner runner([](const std::string& words) {
    CHECK(words == "pdsh -R ssh -S -f 64 -u 60 -w 'cn[01-06],lost' /x/tool --status --json");
    return exited(
        0,
        "cn01: " + report({"10.40.0.12"}) + "\ncn02: " + report({"10.40.0.12"}) + "\ncn03: {\"tool\":\"setupnf\n" +
            "cn03: HANFS tool=setupnfsv4replication status=ok\n" + "cn05: ksh: /x/tool:  not found.\n",
        "pdsh@mn: cn04: command timeout\npdsh@mn: cn05: ssh exited with exit code 127\n"
        "cn06: ssh: connect to host cn06 port 22: No route to host\npdsh@mn: cn06: ssh exited with exit code 255\n"
        "cn02: warning on stderr\n");
  });
  Engine engine;
  engine.path = "/usr/bin/pdsh";
  std::size_t reported = 0;
  const Cluster cluster = small_cluster();
  const ClusterStatus status =
      observe_status(runner, engine, cluster, {{"/x/tool", "--status", "--json"}, {}, [&] { ++reported; }});
  CHECK(status.worked);
  CHECK(reported == 7);
  check_state(status.nodes[0], State::backup, 1, "");
  check_state(status.nodes[1], State::primary, 1, "");
  CHECK(status.nodes[2].state == State::error);
  CHECK(status.nodes[2].problem.find("could not be read: 16 bytes are no whole JSON object: {\"tool\":\"setupnf") !=
        std::string::npos);
  check_state(status.nodes[3], State::silent, no_index, "no answer within 60 s");
  check_state(status.nodes[4], State::error, no_index, "ksh: /x/tool:  not found.; exit status 127");
  check_state(status.nodes[5], State::silent, no_index,
              "cannot be reached; ssh: connect to host cn06 port 22: No route to host");
  check_state(status.nodes[6], State::error, no_index,
              "it said nothing about its file systems, as xCAT's own script of this name does");
  CHECK(status.nodes[6].no_tool);
  CHECK(exit_status_of(status) == 1);

  const auto balances = balance(cluster, status);
  CHECK(balances[0].primary == 2);
  CHECK(balances[0].now == 0);
  CHECK(balances[0].away == std::vector<std::size_t>{0});
  CHECK(balances[1].now == 2);
  CHECK(balances[1].guests == std::vector<std::size_t>{0});
  const auto ways = failback_steps(cluster, status);
  REQUIRE(ways.size() == 1);
  CHECK(ways[0].command == "makehanfs failback asn01");
  CHECK_FALSE(ways[0].serving);

  const std::string text = text_of(cluster, status, false);
  CHECK(text.find("cn01   1      on a backup  A       asn02    asn01    0.3s\n") != std::string::npos);
  CHECK(text.find("cn06: cannot be reached; ssh: connect to host cn06 port 22: No route to host\n") !=
        std::string::npos);
  CHECK(text.find(
            "1 node to bring home to asn01, on which none of these nodes runs now: makehanfs runbook asn01 "
            "first; one boots first, then 10 at a time, and nobody while asn01 does not serve\n  makehanfs failback "
            "asn01\n") != std::string::npos);
  CHECK(text.find("rnetboot") == std::string::npos);  // typed while asn01 is dead, it would hang cn01
  CHECK(text.find("1 node is on the primary and as wanted: cn02\n") != std::string::npos);
  const auto json = json_of(cluster, status);
  CHECK(json["summary"]["nodes"] == 7);
  CHECK(json["summary"]["backup"] == 1);
  CHECK(json["nodes"][0]["server"] == "asn02");
  CHECK(json["nodes"][0]["primary"] == "asn01");
  CHECK(json["nodes"][3]["server"].is_null());
  CHECK(json["home"][0]["commands"][0] == "makehanfs failback asn01");

  const std::string page = page_of(cluster, status, {"HA NFS", "2026-11-30T00:00:00Z", "makehanfs status"});
  const auto shows = [&](const std::string& part) { return page.find(part) != std::string::npos; };
  CHECK(shows("<strong>1 node of asn01 runs on a backup.</strong> No node runs on asn01 now"));
  CHECK(shows(
      "Then bring them home (no node boots while asn01 does not serve):</p><code>makehanfs failback asn01</code>"));
  CHECK(shows("<li>cn04: no answer within 60 s</li>"));
  CHECK(shows("<li>cn06: cannot be reached; ssh: connect to host HOST port 22: No route to host</li>"));
  CHECK(shows("<li>lost: it said nothing about its file systems, as xCAT&#39;s own script of this name does</li>"));
}

TEST_CASE("the page: what most nodes say comes first, and boots come one after the other") {
  const Cluster cluster = small_cluster();
  ClusterStatus status;
  status.nodes.resize(cluster.nodes.size());
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    status.nodes[i].state = i < 3 ? State::silent : State::primary;
    status.nodes[i].problem = i == 0 ? "away" : i < 3 ? "hangs" : "";
  }
  const std::string page = page_of(cluster, status, {"HA NFS", "2026-11-30T00:00:00Z", "makehanfs status"});
  CHECK(page.find("<ul class=\"reasons\"><li>cn02,<wbr>cn03: hangs</li><li>cn01: away</li></ul>") != std::string::npos);
}

namespace {

ClusterStatus asked(const std::string& out, const std::string& err = "", Engine::Kind kind = Engine::Kind::clush) {
  FakeRunner runner([&](const std::string&) { return exited(0, out, err); });
  Engine engine;
  engine.kind = kind;
  engine.path = "/usr/bin/engine";
  return observe_status(runner, engine, small_cluster(), {{"/x"}, {}, {}});
}

}  // namespace

TEST_CASE("answers as they should not come") {
  const std::string good = report({"10.40.0.11"});
  // A banner, a carriage return, a prompt in front, stderr between, blanks behind.
  check_state(asked("cn01: Welcome to AIX\ncn01: \ncn01: " + good + "\r\ncn01: HANFS tool=x status=ok\n").nodes[0],
              State::primary, 0, "");
  check_state(asked("cn01: stty: tcgetattr: " + good + "  \n").nodes[0], State::primary, 0, "");
  // Twice the same is one answer; two that differ are none.
  check_state(asked("cn01: " + good + "\ncn01: " + good + "\n").nodes[0], State::primary, 0, "");
  CHECK(asked("cn01: " + good + "\ncn01: " + report({"10.40.0.11"}, "drift", "drift") + "\n").nodes[0].problem ==
        "it answered twice, and not the same");
  CHECK(asked("cn01: " + good + "\ncn01: " + report({"10.40.0.11"}, "drift") + "\n").nodes[0].state == State::error);
  // Cut anywhere it is no answer.
  for (std::size_t at = 1; at < good.size(); at += 7) {
    const NodeState state = asked("cn01: " + good.substr(0, at) + "\n").nodes[0];
    CHECK(state.state == State::error);
    CHECK(state.problem.find("its answer could not be read") == 0);
  }
  // pdsh keeps the end of a long line.
  const std::string end = std::string(131064 - 2, 'x') + "]}";
  CHECK(asked("cn01: " + end + "\n", "", Engine::Kind::pdsh)
            .nodes[0]
            .problem.find("its answer could not be read: of 131064 bytes the beginning is lost") == 0);
  // Two lines of one object, mixed with another node's, and rubbish.
  const ClusterStatus mixed = asked("cn01: " + good.substr(0, 50) + "\ncn03: " + good + "\ncn01: " + good.substr(50) +
                                    "\ncn05: \xff\xfe\x01{\x7f\n");
  CHECK(mixed.nodes[0].state == State::error);
  check_state(mixed.nodes[2], State::primary, 0, "");
  CHECK(mixed.nodes[4].state == State::error);
  CHECK(mixed.nodes[4].problem.find("\\x01") != std::string::npos);
}

TEST_CASE("a good report of a tool that did not end well is not believed; a host that was not asked is told of") {
  const std::string good = report({"10.40.0.11"});
  CHECK(asked("cn01: " + good + "\n", "clush: cn01: exited with exit code 137\n").nodes[0].problem ==
        "all is as wanted, it says, but its exit status is 137");
  CHECK(asked("cn01: " + good + "\n", "clush: cn01: command timeout\n").nodes[0].state == State::error);
  const NodeState moved =
      asked("cn01: " + report({"10.40.0.12"}) + "\n", "clush: cn01: exited with exit code 1\n").nodes[0];
  check_state(moved, State::backup, 1, "");
  const ClusterStatus stray = asked("cn0: " + good + "\ncn011: " + good + "\n");
  CHECK(stray.count(State::primary) == 0);
  REQUIRE(stray.warnings.size() == 1);
  CHECK(stray.warnings[0].find("clush printed 2 lines of no host that was asked; the last: cn011: {") == 0);
}

TEST_CASE("an old tool and another NFSv4 domain are named") {
  Cluster cluster = small_cluster();
  cluster.domains[0].nfs_domain = "cluster.example.com";
  const auto problem_with = [&](const std::string& fields) {
    std::string json = report({"10.40.0.11"});
    json.replace(json.find("\"node\""), 0, fields + ",");
    return judge(cluster, 0, *parse_node_report(json)).problem;
  };
  std::string old = report({"10.40.0.11"});
  old.replace(old.find(HANFS_VERSION), std::string(HANFS_VERSION).size(), "0.9.1");
  CHECK(judged(old).problem == "its tool is of version 0.9.1, this is " HANFS_VERSION
                               "; cure: updatenode cn01 -P setupnfsv4replication");
  CHECK(problem_with("\"nfs_domain\":\"Cluster.example.com\"") == "");
  CHECK(problem_with("\"nfs_domain\":null") == "");
  CHECK(problem_with("\"nfs_domain\":\"old.example.com\"") ==
        "its NFSv4 domain is old.example.com, that of its servers cluster.example.com: every file belongs to nobody; "
        "cure: chnfsdom cluster.example.com on it");
}

TEST_CASE("where site.cleanupxcatpost empties /xcatpost, that is named, and the postscript is not brought again") {
  Cluster cluster = small_cluster();
  Finding emptied;
  emptied.code = "xcatpost-emptied";
  cluster.findings.push_back(emptied);
  FakeRunner runner([&](const std::string&) { return exited(0, "", "cn01: sh[1]: /x:  not found.\n"); });
  Engine engine;
  engine.kind = Engine::Kind::xdsh;
  engine.path = "/usr/bin/engine";
  const NodeState state = observe_status(runner, engine, cluster, {{"/x"}, {}, {}}).nodes[0];
  CHECK(state.problem.find("/x is not there: site.cleanupxcatpost has it removed") == 0);
  CHECK_FALSE(state.no_tool);
}

TEST_CASE("nodes without the postscript are one line and one command, whatever their shells say") {
  std::string err;
  for (const std::string host : {"cn01", "cn02", "cn03"})
    err += host + ": sh[" + host.substr(3) + "]: /x:  not found.\n";
  const ClusterStatus xdsh = asked("", err, Engine::Kind::xdsh);
  check_state(xdsh.nodes[0], State::error, no_index,
              "/x is not there: the postscript never ran on it, or /xcatpost is older");
  const std::string text = text_of(small_cluster(), xdsh, false);
  CHECK(text.find("\ncn[01-03]: /x is not there") != std::string::npos);
  // So have those that ended well without a word, as with xCAT's own script of that name.
  check_state(xdsh.nodes[3], State::error, no_index,
              "it said nothing about its file systems, as xCAT's own script of this name does");
  CHECK(tuning_command(small_cluster(), xdsh) == "updatenode 'cn[01-06],lost' -P setupnfsv4replication");
  // Their servers may lack it too: until they have it, updatenode does nothing.
  const std::string copy = "prsync -o rltHpEAogDz /install/postscripts 'asn[01-04]:/install'";
  CHECK(copying_command(small_cluster(), xdsh) == copy);
  CHECK(text.find(" First:\n  " + copy + "\nTo tune:\n  updatenode ") != std::string::npos);
  CHECK(json_of(small_cluster(), xdsh)["copy"] == copy);
  Cluster shared = small_cluster();
  shared.shared_install = SharedInstall::all;
  CHECK(copying_command(shared, xdsh).empty());
  // With a status and nothing said; other words, and words about another file, are no sign.
  CHECK(asked("", "clush: cn01: exited with exit code 127\n").nodes[0].no_tool);
  CHECK_FALSE(asked("", "cn01: /x: Permission denied\nclush: cn01: exited with exit code 126\n").nodes[0].no_tool);
  CHECK_FALSE(asked("", "cn01: /usr/bin/perl: not found\nclush: cn01: exited with exit code 127\n").nodes[0].no_tool);
}

TEST_CASE("hosts that say the same beside their names are one line") {
  std::string err;
  for (const std::string host : {"cn01", "cn02", "cn03"})
    err += host + ": ssh: connect to host " + host + " port 22: No route to host\n";
  const std::string text = text_of(small_cluster(), asked("", err, Engine::Kind::xdsh), false);
  CHECK(text.find("\ncn[01-03]: it said nothing about its file systems; ssh: connect to host HOST port 22: No route to "
                  "host\n") != std::string::npos);
}

TEST_CASE("a boot brings no replica to a node whose tables give it none") {
  Cluster cluster = small_cluster();
  cluster.domains[0].valid = false;
  const auto alone =
      parse_node_report(mount("\"path\":\"/usr\",\"vfs\":\"nfs4\",\"current\":\"10.40.0.11\",\"replicas\":[]"));
  REQUIRE(alone);
  const NodeState state = judge(cluster, 0, *alone);
  CHECK(state.problem ==
        "no replica, never fails over: /usr (it is in no sound domain; cure: makehanfs plan says why)");
  ClusterStatus status;
  status.nodes.assign(7, {State::primary, 0, "", ""});
  status.nodes[0] = state;
  CHECK(without_replica(cluster, status).commands.empty());
  CHECK(without_replica(cluster, status).unsound == std::vector<std::size_t>{0});
  CHECK(text_of(cluster, status, false).find("or booted by a server of another one (1 node); the tables first") !=
        std::string::npos);
  cluster.domains[0].valid = true;
  CHECK(without_replica(cluster, status).commands == std::vector<std::string>{"rnetboot cn01"});
  CHECK(without_replica(cluster, status).unsound.empty());
  cluster.nodes[0].boots_from = 2;  // asn03, which is no server of it
  CHECK(without_replica(cluster, status).commands.empty());
  CHECK(without_replica(cluster, status).unsound == std::vector<std::size_t>{0});
  cluster.nodes[0].boots_from = no_index;
  // Where it would boot from now may be dead; failback, which knows, boots it.
  status.nodes[0].state = State::backup;
  status.nodes[0].server = 1;
  CHECK(without_replica(cluster, status).nodes == std::vector<std::size_t>{0});
  CHECK(without_replica(cluster, status).commands.empty());
  CHECK(text_of(cluster, status, false).find("rnetboot") == std::string::npos);
}

// As the runbook does it: one node shows whether it works at all.
TEST_CASE("nobody is told to boot all nodes at once") {
  Cluster cluster = small_cluster();
  while (cluster.nodes.size() < 100) cluster.nodes.push_back(cluster.nodes.front());
  for (std::size_t i = 0; i < 100; ++i) cluster.nodes[i].name = "cn" + std::to_string(100 + i);
  ClusterStatus status;
  status.nodes.assign(100, {State::untuned, 0, "never", ""});
  for (NodeState& node : status.nodes) node.no_replica = true;
  for (Node& node : cluster.nodes) node = {node.name, 0, {0, 1}};
  const std::vector<std::string> wanted{"rnetboot cn100",         "rnetboot 'cn[101-120]'", "rnetboot 'cn[121-140]'",
                                        "rnetboot 'cn[141-160]'", "rnetboot 'cn[161-180]'", "rnetboot 'cn[181-199]'"};
  CHECK(without_replica(cluster, status).commands == wanted);
  const std::string text = text_of(cluster, status, false);
  CHECK(text.find("  rnetboot cn100\n  rnetboot 'cn[101-120]'\n  rnetboot 'cn[121-140]'\n  and 3 more boots") !=
        std::string::npos);
  CHECK(text_of(cluster, status, true).find("  rnetboot 'cn[181-199]'\n") != std::string::npos);
}

TEST_CASE("an engine that cannot be started: nothing is known, status 3") {
  FakeRunner runner([](const std::string&) {
    hanfs::run::Outcome outcome;
    outcome.start_errno = 2;
    return outcome;
  });
  const ClusterStatus status = observe_status(runner, Engine{}, small_cluster(), {{"/x"}, {}, {}});
  CHECK_FALSE(status.worked);
  CHECK(exit_status_of(status) == 3);
  CHECK(status.problems.size() == 1);
  CHECK(status.count(State::silent) == 7);
}

// As recorded: the client ends with words of nobody, and what all hosts said is lost with it.
TEST_CASE("a call that breaks off is made again in halves, until it is known whose answer breaks it") {
  const auto dies = exited(255, "", "not well-formed (invalid token) at line 4, column 16, byte 83\n");
  Engine xdsh;
  xdsh.kind = Engine::Kind::xdsh;
  const std::map<std::string, std::vector<const char*>> ranges{
      {"'cn[04-06],lost'", {"cn04", "cn05", "cn06", "lost"}}, {"cn01", {"cn01"}}, {"cn02", {"cn02"}}};
  FakeRunner runner([&](const std::string& words) {
    const auto asked = std::find_if(ranges.begin(), ranges.end(), [&](const auto& range) {
      return words.find(" " + range.first + " ") != std::string::npos;
    });
    if (asked == ranges.end()) return dies;  // cn03 is among them
    std::string out;
    for (const char* const name : asked->second) out += std::string(name) + ": " + report({"10.40.0.11"}) + "\n";
    return exited(0, out);
  });
  const ClusterStatus status = observe_status(runner, xdsh, small_cluster(), {{"/x"}, {}, {}});
  CHECK(status.count(State::silent) == 1);
  CHECK(status.nodes[2].problem.find("not well-formed") != std::string::npos);
  CHECK(status.problems.empty());
  CHECK(status.worked);
  CHECK(runner.calls.size() == 7);

  // Whatever is asked breaks: then it is xcatd, and the nodes are left alone.
  FakeRunner broken([&](const std::string&) { return dies; });
  const ClusterStatus nothing = observe_status(broken, xdsh, small_cluster(), {{"/x"}, {}, {}});
  CHECK(nothing.count(State::silent) == 7);
  CHECK(exit_status_of(nothing) == 3);
  CHECK(broken.calls.size() == 7);
}

TEST_CASE("a node with a name that an engine would take for an expression is not asked") {
  Cluster cluster = small_cluster();
  cluster.nodes[0].name = "cn[1-9]";
  FakeRunner runner([](const std::string& words) {
    CHECK(words.find("cn[1-9]") == std::string::npos);
    return exited(0);
  });
  const ClusterStatus status = observe_status(runner, Engine{}, cluster, {{"/x"}, {}, {}});
  CHECK(status.nodes[0].state == State::error);
  CHECK(status.nodes[0].problem.find("not asked: 'cn[1-9]' is no plain host name") == 0);
}

TEST_CASE("names fold into noderanges that a shell takes") {
  Cluster cluster = small_cluster();
  ClusterStatus status;
  status.nodes.assign(7, {State::untuned, 0, "", ""});
  CHECK(tuning_command(cluster, status) == "updatenode 'cn[01-06],lost' -P setupnfsv4replication");
  // Where there is no replica tuning does not help.
  status.nodes[3].no_replica = true;
  CHECK(tuning_command(cluster, status) == "updatenode 'cn[01-03],cn05,cn06,lost' -P setupnfsv4replication");
  status.nodes[3].server = cluster.nodes[3].servers.front();
  CHECK(without_replica(cluster, status).commands == std::vector<std::string>{"rnetboot cn04"});
  CHECK(text_of(cluster, status, false).find("cn01,cn03  2      not ready  A       asn01    asn01 ") !=
        std::string::npos);
  status.nodes.assign(7, {State::primary, 0, "", ""});
  CHECK(tuning_command(cluster, status).empty());
  CHECK(exit_status_of(status) == 0);
}

namespace {

ClusterStatus all_on_their_primaries(const Cluster& cluster) {
  ClusterStatus status;
  status.nodes.resize(cluster.nodes.size());
  for (std::size_t i = 0; i < status.nodes.size(); ++i) {
    const std::vector<std::size_t>& servers = cluster.nodes[i].servers;
    status.nodes[i] = {State::primary, servers.empty() ? no_index : servers.front(), "0.3s", ""};
  }
  return status;
}

std::string page_text(const Cluster& cluster, const ClusterStatus& status) {
  return page_of(cluster, status, {"HA NFS", "2026-11-30T00:00:00Z", "makehanfs status"});
}

bool mentions(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

// More nodes than are drawn one by one: all of domain A.
Cluster big() {
  Cluster cluster = small_cluster();
  const std::size_t few = cluster.nodes.size();
  for (std::size_t i = 0; i < big_cluster; ++i) {
    cluster.nodes.push_back({"big" + std::to_string(10000 + i), 0, {0, 1}});
    cluster.domains[0].nodes.push_back(few + i);
  }
  return cluster;
}

}  // namespace

TEST_CASE("the page of a big cluster: nodes share a row where their primary is the same") {
  Cluster cluster = big();
  ClusterStatus status = all_on_their_primaries(cluster);
  std::size_t first = cluster.nodes.size() - big_cluster;
  for (const std::vector<std::size_t>& servers : {std::vector<std::size_t>{0, 1}, {1, 0}, {0}}) {
    cluster.nodes[first].servers = servers;
    status.nodes[first++] = {State::error, 0, "0.3s", "hangs"};
  }
  const std::string page = page_text(cluster, status);
  CHECK(mentions(page, ">big10000,<wbr>big10002 <"));
  CHECK(mentions(page, ">big10001<"));
}

TEST_CASE("what a node says is kept short, and no character of it is cut in two") {
  NodeState state;
  state.add_problem(std::string(600, 'x'));
  CHECK(state.problem == std::string(600, 'x'));
  state.add_problem("");
  CHECK(state.problem.size() == 600);
  state.add_problem("y");
  CHECK(state.problem == std::string(600, 'x') + "...");
  for (const std::string character : {"\xC3\xA4", "\xE2\x82\xAC"})
    for (std::size_t before = 597; before <= 600; ++before) {
      NodeState cut;
      cut.add_problem(std::string(before, 'x') + character + "zzz");
      const std::string whole = before + character.size() <= 600 ? character : "";
      const std::string kept = std::string(before, 'x') + whole;
      CHECK(cut.problem ==
            (kept + "zzz").substr(0, std::max(kept.size(), whole.empty() ? 0U : std::size_t{600})) + "...");
    }
  NodeState two;
  two.add_problem("a\nb");
  two.add_problem("c");
  CHECK(two.problem == "a\\x0ab; c");
}

TEST_CASE("the page says it in one sentence: all as wanted, one node, none, or nothing known") {
  Cluster cluster = small_cluster();
  ClusterStatus status = all_on_their_primaries(cluster);
  CHECK(mentions(page_text(cluster, status), "All 7 nodes run on their primary servers, as wanted."));
  status.nodes[0].state = State::untuned;
  status.nodes[1].state = status.nodes[2].state = State::error;
  CHECK(mentions(page_text(cluster, status), "2 nodes have an error, 1 node is not ready. 4 of 7 as wanted."));
  status.worked = false;
  CHECK(mentions(page_text(cluster, status), "Nothing is known: the nodes could not be asked."));
  cluster.nodes.resize(1);
  CHECK(
      mentions(page_text(cluster, all_on_their_primaries(cluster)), "The node runs on its primary server, as wanted."));
  cluster.nodes.clear();
  for (Domain& domain : cluster.domains) domain.nodes.clear();
  CHECK(mentions(page_text(cluster, all_on_their_primaries(cluster)), "There are no nodes."));
}

TEST_CASE("the page of a big cluster: nodes that are alike share a row, and what is as wanted is folded away") {
  const Cluster cluster = big();
  ClusterStatus status = all_on_their_primaries(cluster);
  const std::size_t few = small_cluster().nodes.size();
  for (const std::size_t i : {few, few + 1})
    status.nodes[i] = {State::silent, no_index, "", "no answer from " + cluster.nodes[i].name};
  status.nodes[few + 2] = {State::silent, no_index, "", "other words"};
  const std::string page = page_text(cluster, status);
  CHECK(mentions(page, "data-state=\"silent\" data-count=\"2\">"));
  CHECK(mentions(page, "big[10000-10001] <span class=\"soft\">2 nodes</span>"));
  CHECK(mentions(page, "no answer from HOST"));
  CHECK(mentions(page, "other words"));
  CHECK(mentions(page, "data-count=\"" + std::to_string(big_cluster - 3 + 2) + "\""));  // cn01, cn03 and the others
  // Of A some are silent, so it is drawn with counts; of B all is as wanted.
  CHECK(mentions(page, "<a class=\"count\" href=\"#state=silent\">"));
  CHECK(mentions(page, "</svg> 3 no answer</a>"));
  CHECK(mentions(page, "<details><summary>1 domain in which all is as wanted</summary><p>B</p></details>"));
  CHECK_FALSE(mentions(page, "<a class=\"n s-"));
  const std::string small = page_text(small_cluster(), all_on_their_primaries(small_cluster()));
  CHECK_FALSE(mentions(small, "data-count="));
  CHECK_FALSE(mentions(small, "in which all is as wanted</summary>"));
  CHECK(mentions(small, "<a class=\"n s-primary\""));
  CHECK(mentions(small, "<div id=\"picture\" class=\"named\""));
  CHECK_FALSE(mentions(page, "class=\"named\""));
}

TEST_CASE("the picture: who came from where, who has gone where, servers of no domain, domains that are not sound") {
  Cluster cluster = small_cluster();
  cluster.domains[1].valid = false;
  cluster.servers.push_back({"extra", "10.40.0.99", "extra", no_index});
  ClusterStatus status = all_on_their_primaries(cluster);
  status.nodes[0] = {State::backup, 1, "0.3s", "moved"};
  status.nodes[2] = {State::backup, 1, "0.3s", ""};
  status.nodes[4] = {State::backup, 4, "0.3s", ""};
  const std::string page = page_text(cluster, status);
  CHECK(mentions(page, "<p class=\"soft\">2 from asn01</p>"));
  CHECK(mentions(page, "<p class=\"gone\">2 now on asn02</p>"));
  CHECK(mentions(page, "<p class=\"gone\">1 now on extra</p>"));
  CHECK(mentions(page, "<h3>In no domain <span"));
  CHECK(mentions(page, "<b>extra</b>"));
  CHECK(mentions(page, "2 nodes, not sound"));
  CHECK(mentions(page, "cn01: on a backup, on asn02, home is asn01. moved"));
  CHECK(mentions(page, "cn02: on its primary, on asn02\""));
  // asn01 has nobody and should have two of four, which are on asn02.
  CHECK(mentions(page, "<p class=\"nobody\">nobody here, primary of 2</p>"));
  CHECK(mentions(page, "<i style=\"width:100%\"></i><u style=\"left:50%\"></u>"));
}

TEST_CASE("what is to do for many servers: the first ones are in sight, the others are folded away") {
  Cluster cluster;
  Domain domain;
  domain.name = "many";
  domain.valid = true;
  for (std::size_t s = 0; s < 13; ++s) {
    cluster.servers.push_back({"sn" + std::to_string(10 + s), "10.0.0." + std::to_string(10 + s), "", 0});
    domain.servers.push_back(s);
  }
  for (std::size_t n = 0; n < 12; ++n) {
    cluster.nodes.push_back({"cn" + std::to_string(10 + n), 0, {n, 12}});
    domain.nodes.push_back(n);
  }
  cluster.domains = {domain};
  ClusterStatus status;
  status.nodes.assign(12, {State::backup, 12, "0.3s", ""});
  const std::string text = text_of(cluster, status, false);
  CHECK(mentions(text, "1 node to bring home to sn19"));
  CHECK_FALSE(mentions(text, "1 node to bring home to sn20"));
  CHECK(mentions(text, "and of 2 more servers (--verbose)\n"));
  CHECK(mentions(text_of(cluster, status, true), "1 node to bring home to sn21"));
  CHECK_FALSE(mentions(text_of(cluster, status, true), "more servers (--verbose)"));
  const std::string page = page_text(cluster, status);
  CHECK(mentions(page, "8 more servers"));
  CHECK(mentions(page, "8 nodes"));
}

}  // namespace hanfs::cluster
