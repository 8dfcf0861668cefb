// SPDX-License-Identifier: Apache-2.0
// Writes the status page of a made-up cluster: hanfs_page NODES DOMAINS SERVERS KIND, KIND is good, mixed, hostile,
// engine, unsound (the last domain is not sound, and its nodes have no replica) or disaster (the first server of each
// domain is dead). The states depend on the node's number only; beside the page, on stderr, stands what must be on it.
#include <cstdlib>
#include <iostream>
#include <string>

#include "makehanfs/status/status.hpp"

namespace hanfs::cluster {
namespace {

using State = NodeState::State;

std::string padded(std::size_t number, std::size_t width) {
  const std::string digits = std::to_string(number);
  return std::string(width - std::min(width, digits.size()), '0') + digits;
}

constexpr const char* hostile_name =
    "<script>document.title='owned'</script>\"'&\x01\xff]]>--><img src=http://evil.example/x>";

Cluster cluster_of(std::size_t nodes, std::size_t domains, std::size_t servers, bool hostile) {
  Cluster cluster;
  for (std::size_t d = 0; d < domains; ++d) {
    Domain domain;
    domain.name = "hp" + padded(d + 1, 2);
    domain.valid = true;
    for (std::size_t s = 0; s < servers; ++s) {
      const std::size_t number = d * servers + s + 1;
      domain.servers.push_back(cluster.servers.size());
      cluster.servers.push_back({hostile ? hostile_name : "asn" + padded(number, 2),
                                 "10.40." + std::to_string(number / 200) + "." + std::to_string(number % 200 + 1),
                                 "asn" + padded(number, 2) + "-ml0", d});
    }
    cluster.domains.push_back(domain);
  }
  if (hostile) cluster.domains.front().name = hostile_name;
  for (std::size_t n = 0; n < nodes; ++n) {
    Node node;
    node.name = hostile ? hostile_name : "cn" + padded(n + 1, nodes > 999 ? 4 : 3);
    node.domain = n * domains / nodes;
    const auto& of_domain = cluster.domains[node.domain].servers;
    for (std::size_t s = 0; s < servers; ++s) node.servers.push_back(of_domain[(n + s) % servers]);
    cluster.domains[node.domain].nodes.push_back(n);
    cluster.nodes.push_back(std::move(node));
  }
  return cluster;
}

// The first server of the first domain is gone; here and there something else is wrong.
NodeState state_of(const Cluster& cluster, std::size_t n) {
  const Node& node = cluster.nodes[n];
  NodeState state;
  state.server = node.servers.front();
  state.failover = "0.3s";
  state.state = State::primary;
  if (state.server == 0 && n % 8 == 6) return {State::silent, no_index, "", "no answer within 60 s", false};
  if (state.server == 0) return {State::backup, node.servers[1], "0.3s", "", false};
  if (n % 17 == 5)
    return {State::untuned, state.server, "30s", "not tuned: /usr, /, /.statelite/persistent and 4 more", false};
  if (n % 29 == 11) {
    NodeState lone{State::untuned, state.server, "never", "no replica, never fails over: /usr"};
    lone.no_replica = true;
    return lone;
  }
  if (n % 43 == 9)
    return {State::error, no_index, "", "nfs4cl showfs: no end within its time, killed after 15.00 s", false};
  if (n % 71 == 3)
    return {State::silent, no_index, "", "cannot be reached: ssh: connect to host port 22: No route to host", false};
  return state;
}

int write_page(int argc, char** argv) {
  if (argc != 5) {
    std::cerr << "usage: hanfs_page NODES DOMAINS SERVERS good|mixed|hostile|engine|unsound|disaster\n";
    return 2;
  }
  const std::string kind = argv[4];
  Cluster cluster = cluster_of(std::strtoul(argv[1], nullptr, 10), std::strtoul(argv[2], nullptr, 10),
                               std::strtoul(argv[3], nullptr, 10), kind == "hostile");
  if (kind == "unsound") {
    cluster.domains.back().valid = false;
    const std::string range = cluster.domains.back().name;
    for (std::size_t i = 0; i < 8; ++i)
      cluster.findings.push_back({i < 2 ? Finding::Level::error : Finding::Level::warning,
                                  "code" + std::to_string(i),
                                  {range},
                                  range,
                                  "finding " + std::to_string(i) + " of the tables",
                                  "chtab node=x noderes.y=" + std::to_string(i)});
  }
  ClusterStatus status;
  for (std::size_t n = 0; n < cluster.nodes.size(); ++n) {
    NodeState state;
    if (kind == "good") {
      state = {State::primary, cluster.nodes[n].servers.front(), "0.3s", "", false};
    } else if (kind == "unsound") {
      state = {State::primary, cluster.nodes[n].servers.front(), "0.3s", "", false};
      if (!cluster.domains[cluster.nodes[n].domain].valid) {
        state = {State::untuned, cluster.nodes[n].servers.front(), "never", "no replica, never fails over: /usr"};
        state.no_replica = true;
      }
    } else if (kind == "disaster") {
      const auto& of_domain = cluster.domains[cluster.nodes[n].domain].servers;
      const bool dead = cluster.nodes[n].servers.front() == of_domain.front();
      state = {dead ? State::backup : State::primary, dead ? of_domain[1] : cluster.nodes[n].servers.front(), "0.3s",
               "", false};
    } else if (kind == "engine") {
      state.problem = "not asked";
    } else {
      state = state_of(cluster, n);
      if (kind == "hostile") state.problem = hostile_name;
    }
    status.nodes.push_back(state);
  }
  if (kind == "engine") {
    status.worked = false;
    status.problems = {"pdsh: could not be started: No such file or directory"};
  }
  std::cout << page_of(cluster, status,
                       {"HA NFS of xcatmn", "2026-11-22T21:40:05Z", "makehanfs status --html /tmp/status.html"});
  for (std::size_t s = 0; s < state_count; ++s)
    std::cerr << name_of(static_cast<State>(s)) << ' ' << status.count(static_cast<State>(s)) << '\n';
  return 0;
}

}  // namespace
}  // namespace hanfs::cluster

int main(int argc, char** argv) { return hanfs::cluster::write_page(argc, argv); }
