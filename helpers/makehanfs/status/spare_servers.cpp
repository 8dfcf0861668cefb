// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/status/spare_servers.hpp"

#include <algorithm>

#include "aix/commands.hpp"
#include "aix/src.hpp"
#include "makehanfs/engine/fanout.hpp"
#include "text/escape.hpp"

namespace hanfs::cluster {

std::vector<std::size_t> unseen_servers(const Cluster& cluster, const ClusterStatus& status) {
  const std::vector<Balance> servers = balance(cluster, status);
  std::vector<std::size_t> unseen;
  for (const Domain& domain : cluster.domains) {
    if (!domain.valid || domain.nodes.empty()) continue;
    for (const std::size_t server : domain.servers)
      if (servers[server].now == 0 && servers[server].away.empty()) unseen.push_back(server);
  }
  return unseen;
}

SpareServer judge_spare(std::size_t server, const HostAnswer& answer, const std::string& said,
                        const std::string& failure) {
  using End = HostAnswer::End;
  const std::string words = answer.last_stderr.empty() ? "" : ": " + text::escape_control(answer.last_stderr);
  if (const Result<aix::Subsystems> daemons = aix::parse_lssrc(said); daemons && !daemons->rows.empty())
    return daemons->is_active("nfsd") ? SpareServer{server, SpareServer::State::serves, ""}
                                      : SpareServer{server, SpareServer::State::dead, "has no active nfsd"};
  if (is_down(answer) || answer.end == End::timed_out)
    return {server, SpareServer::State::dead, "does not answer" + words};
  // Silence of a host is an answer only where the engine did its work.
  const bool all_asked = failure.empty() || tells_silence(failure);
  if (answer.end == End::unknown && !answer.had_stdout && answer.last_stderr.empty() && all_asked)
    return {server, SpareServer::State::dead, "does not answer"};
  return {server, SpareServer::State::unknown, words.empty() && !failure.empty() ? ": " + failure : words};
}

std::vector<SpareServer> ask_spares(run::Runner& runner, const Engine& engine, const Cluster& cluster,
                                    const std::vector<std::size_t>& servers,
                                    const std::function<std::chrono::milliseconds()>& time_left) {
  if (servers.empty()) return {};
  constexpr std::size_t longest = 65536;  // bytes
  const auto [asked, said] =
      ask_for_text(runner, engine, {server_names(cluster, servers), aix::list_nfs_subsystems()}, longest, time_left);
  std::vector<SpareServer> spares;
  for (std::size_t i = 0; i < servers.size(); ++i)
    spares.push_back(judge_spare(servers[i], asked.hosts[i], said[i], asked.failure()));
  return spares;
}

namespace {

std::string title_of(const Cluster& cluster, const SpareServer& spare) {
  const Server& server = cluster.servers[spare.server];
  return server.name + " of domain " + domain_name(cluster, server.domain);
}

}  // namespace

std::vector<std::string> errors_of(const Cluster& cluster, const std::vector<SpareServer>& spares) {
  std::vector<std::string> errors;
  for (const SpareServer& spare : spares)
    if (spare.state == SpareServer::State::dead)
      errors.push_back(title_of(cluster, spare) + " " + spare.why +
                       ", so no node can fail over to it; cure: its console (rcons), then section 0 of " +
                       command_for(cluster, cluster.servers[spare.server].name, "runbook"));
  return errors;
}

std::vector<std::string> warnings_of(const Cluster& cluster, const std::vector<SpareServer>& spares) {
  std::vector<std::string> warnings;
  for (const SpareServer& spare : spares)
    if (spare.state == SpareServer::State::unknown)
      warnings.push_back(title_of(cluster, spare) +
                         " could not be asked, so whether a node could fail over to it is not known" + spare.why +
                         "; cure: lssrc -g nfs on it");
  return warnings;
}

}  // namespace hanfs::cluster
