// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/apply/stages.hpp"

#include <algorithm>
#include <map>
#include <set>
#include <utility>

namespace hanfs::cluster {

std::vector<Round> server_rounds(const std::vector<Work>& servers) {
  std::vector<Round> rounds;
  std::map<std::string, std::size_t> next;  // round of the domain's next server
  for (const Work& work : servers) {
    const std::size_t round = next[work.domain]++;
    if (round == rounds.size()) rounds.emplace_back();
    rounds[round].servers = true;
    rounds[round].work.push_back(work);
  }
  for (std::size_t i = 0; i < rounds.size(); ++i)
    rounds[i].title = "servers, round " + std::to_string(i + 1) + " of " + std::to_string(rounds.size());
  return rounds;
}

std::vector<Round> make_rounds(const Cluster& cluster, const ClusterPlan& plan, const Settings& settings,
                               bool check_only) {
  std::vector<Work> servers;
  for (const ServerTask& task : plan.servers) {
    const Server& server = cluster.servers[task.server];
    const std::string& domain = cluster.domains[server.domain].name;
    servers.push_back({server.name, domain, task.argv, "server of domain " + domain});
  }
  std::vector<Round> rounds = server_rounds(servers);
  Round nodes;
  nodes.title = "nodes";
  for (const DomainTask& task : plan.domains) {
    const Domain& domain = cluster.domains[task.domain];
    for (const std::size_t node : domain.nodes)
      nodes.work.push_back(
          {cluster.nodes[node].name, domain.name, {settings.node_command}, "node of domain " + domain.name});
  }
  if (!nodes.work.empty()) rounds.push_back(std::move(nodes));
  if (check_only)
    for (Round& round : rounds)
      for (Work& work : round.work) work.words.emplace_back("--check");
  return rounds;
}

Status check_rounds(const std::vector<Round>& rounds) {
  for (const Round& round : rounds) {
    std::set<std::string> hosts;
    std::set<std::string> domains;
    for (const Work& work : round.work) {
      std::string wrong = check_host(work.host);
      if (work.words.empty() || work.words.front().empty() || work.words.front().front() != '/')
        wrong = "the command for " + work.host + " begins with no absolute path";
      for (const std::string& word : work.words)
        if (wrong.empty()) wrong = check_word(word);
      if (wrong.empty() && !hosts.insert(work.host).second) wrong = work.host + " has two commands in one round";
      if (wrong.empty() && round.servers && !domains.insert(work.domain).second)
        wrong = work.host + " is the second server of domain " + work.domain + " in one round";
      if (!wrong.empty()) return Error{round.title + ": " + wrong + "; nothing was handed out"};
    }
  }
  return Done{};
}

std::vector<std::vector<std::size_t>> batches(const std::vector<std::size_t>& places, long fanout) {
  const auto most = static_cast<std::size_t>(std::max(1L, fanout));
  std::vector<std::vector<std::size_t>> all;
  for (std::size_t from = 0; from < places.size(); from += most)
    all.emplace_back(places.begin() + static_cast<std::ptrdiff_t>(from),
                     places.begin() + static_cast<std::ptrdiff_t>(std::min(places.size(), from + most)));
  return all;
}

std::vector<RoundCall> calls_of(const Round& round, const std::vector<std::size_t>& places) {
  std::vector<RoundCall> calls;
  std::map<std::vector<std::string>, std::size_t> by_words;
  for (const std::size_t place : places) {
    const Work& work = round.work[place];
    const auto [found, fresh] = by_words.emplace(work.words, calls.size());
    if (fresh) calls.push_back({{{}, work.words}, {}});
    calls[found->second].question.hosts.push_back(work.host);
    calls[found->second].places.push_back(place);
  }
  return calls;
}

}  // namespace hanfs::mn
