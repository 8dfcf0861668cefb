// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/status/spare_servers.hpp"

#include <doctest/doctest.h>

#include "lib/run/fake_runner.hpp"
#include "makehanfs/model/example_cluster.hpp"

namespace hanfs::cluster {

using hanfs::test::exited;
using hanfs::test::FakeRunner;
using hanfs::test::small_cluster;

namespace {

const std::string lssrc = "Subsystem         Group            PID          Status\n nfsd             nfs              ";
const std::string active = lssrc + "123456       active\n";
const std::string inoperative = lssrc + "             inoperative\n";

SpareServer::State state_of(HostAnswer::End end, const std::string& said, const std::string& last_stderr = "",
                            const std::string& failure = "") {
  HostAnswer answer;
  answer.end = end;
  answer.had_stdout = !said.empty();
  answer.last_stderr = last_stderr;
  return judge_spare(0, answer, said, failure).state;
}

}  // namespace

TEST_CASE("a server that cannot be asked is not one that does not answer") {
  using End = HostAnswer::End;
  using State = SpareServer::State;
  CHECK(state_of(End::exited, active) == State::serves);
  CHECK(state_of(End::unknown, active, "", "xdsh: 1 line of nobody") == State::serves);
  CHECK(state_of(End::exited, inoperative) == State::dead);
  CHECK(state_of(End::timed_out, "") == State::dead);
  CHECK(state_of(End::unknown, "") == State::dead);
  CHECK(state_of(End::unknown, "", "", "xdsh: Error: Caught SIGINT - terminating the child processes.") == State::dead);
  CHECK(state_of(End::unreachable, "", "ssh: connect to host asn02 port 22: No route to host") == State::dead);
  CHECK(state_of(End::unreachable, "", "ssh: connect to host asn02 port 22: Connection refused") == State::unknown);
  CHECK(state_of(End::unreachable, "", "root@asn02: Permission denied (publickey).") == State::unknown);
  CHECK(state_of(End::unknown, "", "", "xdsh: could not be started") == State::unknown);
  CHECK(state_of(End::not_asked, "") == State::unknown);
  CHECK(state_of(End::exited, "", "ksh: /usr/bin/lssrc:  not found.") == State::unknown);
}

TEST_CASE("only servers that nobody was seen on are asked, all of them in one call") {
  const Cluster cluster = small_cluster();
  ClusterStatus status;
  status.nodes.resize(cluster.nodes.size());
  for (std::size_t i = 0; i < status.nodes.size(); ++i)
    if (!cluster.nodes[i].servers.empty())
      status.nodes[i] = {NodeState::State::primary, cluster.nodes[i].servers.front(), "0.3s", ""};
  CHECK(unseen_servers(cluster, status) == std::vector<std::size_t>{3});  // the spare of domain B
  // Nodes that run elsewhere say it of their server themselves.
  for (NodeState& node : status.nodes)
    if (node.server == 0) node = {NodeState::State::backup, 1, "0.3s", ""};
  CHECK(unseen_servers(cluster, status) == std::vector<std::size_t>{3});
  for (NodeState& node : status.nodes) node = {};  // all are silent
  const std::vector<std::size_t> unseen = unseen_servers(cluster, status);
  REQUIRE(unseen == std::vector<std::size_t>{0, 1, 2, 3});

  Engine xdsh;
  xdsh.kind = Engine::Kind::xdsh;
  FakeRunner runner([](const std::string&) {
    return exited(0, "asn01: " + active.substr(0, active.find('\n')) + "\nasn01: nfsd nfs 1 active\n");
  });
  const std::vector<SpareServer> spares = ask_spares(runner, xdsh, cluster, unseen, {});
  CHECK(runner.calls.size() == 1);
  REQUIRE(spares.size() == 4);
  CHECK(spares[0].state == SpareServer::State::serves);
  CHECK(errors_of(cluster, {{0, SpareServer::State::dead, "does not answer"}}) ==
        std::vector<std::string>{"asn01 of domain A does not answer, so no node can fail over to it; cure: its console "
                                 "(rcons), then section 0 of makehanfs runbook asn01"});
  CHECK(warnings_of(cluster, {{0, SpareServer::State::dead, "does not answer"}}).empty());
  CHECK(warnings_of(cluster, {{0, SpareServer::State::unknown, ": denied"}}) ==
        std::vector<std::string>{"asn01 of domain A could not be asked, so whether a node could fail over to it is not "
                                 "known: denied; cure: lssrc -g nfs on it"});
  CHECK(ask_spares(runner, xdsh, cluster, {}, {}).empty());
  CHECK(runner.calls.size() == 1);
}

}  // namespace hanfs::cluster
