// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/plan/plan.hpp"

#include <algorithm>
#include <map>

#include "config/domains.hpp"
#include "makehanfs/model/findings.hpp"
#include "makehanfs/plan/settings_files.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using Argv = std::vector<std::string>;

Argv operator+(Argv first, const Argv& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// -S: pdsh and clush tell the worst exit status of the hosts only then; xdsh does so by itself. The order is that of
// command_for() in engine.hpp.
Argv on_hosts(const Settings& settings, const std::string& hosts, const Argv& argv) {
  if (settings.engine == "pdsh" || settings.engine == "clush")
    return Argv{settings.engine} + settings.engine_option + Argv{"-S", "-w", hosts} + settings.engine_prefix + argv;
  return Argv{"xdsh", hosts} + settings.engine_option + settings.engine_prefix + argv;
}

// hanfs.conf has to say what the commands of this plan say: settings may stand on the command line only.
Argv settings_command(const Settings& settings) {
  const Settings usual;
  Argv argv{"makehanfs", "settings"};
  const auto add = [&](const char* option, const std::string& value, const std::string& otherwise) {
    if (value != otherwise) argv = std::move(argv) + Argv{option, value};
  };
  add("--directory", settings.directory, usual.directory);
  add("--access", settings.access, usual.access);
  add("--timeo", std::to_string(settings.timeo), std::to_string(usual.timeo));
  add("--retrans", std::to_string(settings.retrans), std::to_string(usual.retrans));
  return argv;
}

class PlanMaker {
 public:
  PlanMaker(const Cluster& cluster, const Settings& settings) : cluster_(cluster), settings_(settings) {
    primary_nodes_.resize(cluster.servers.size());
    for (const Node& node : cluster.nodes)
      if (!node.servers.empty()) ++primary_nodes_[node.servers.front()];
    for (std::size_t i = 0; i < cluster.domains.size(); ++i)
      if (cluster.domains[i].valid) valid_.push_back(i);
  }

  ClusterPlan make() {
    for (const TableChange& line : cluster_.table_changes) add(line.id, line.why, line.argv);
    if (valid_.empty()) return std::move(plan_);
    images_anew();
    add("settings", "hanfs.conf for nodes and servers, with the replicas of each domain", settings_command(settings_));
    copies();
    order_servers();
    for (const std::size_t domain : valid_) exports(domain);
    for (const std::size_t domain : valid_) nodes(domain);
    add("status", "who is served by whom, and who could not be tuned", status_command(settings_));
    return std::move(plan_);
  }

 private:
  void add(const std::string& id, const std::string& why, Argv argv, const std::string& domain = {},
           bool by_hand = false) {
    const std::size_t number = ++times_[id];
    PlanStep step;
    step.id = number == 1 ? id : id + "-" + std::to_string(number);
    step.why = why;
    step.argv = std::move(argv);
    step.domain = domain;
    step.by_hand = by_hand;
    plan_.steps.push_back(std::move(step));
  }

  // Who has to get a copy: each server, one of each set that shares, or nobody.
  Argv copy_targets() const {
    Argv targets;
    if (cluster_.shared_install == SharedInstall::all) return targets;
    for (const std::size_t domain : valid_) {
      for (const std::size_t server : cluster_.domains[domain].servers) {
        targets.push_back(cluster_.servers[server].name);
        if (cluster_.shared_install == SharedInstall::sns) break;
      }
    }
    return targets;
  }

  // NIM resources and the tables that nodes boot from stay as they are until mkdsklsnode makes them anew.
  void images_anew() {
    const auto& lines = cluster_.table_changes;
    const bool changed = std::any_of(lines.begin(), lines.end(), [](const TableChange& line) {
      return line.id == "table-nfsv4" || line.id == "table-statelite";
    });
    if (!changed) return;
    Argv names;
    for (const Node& node : cluster_.nodes)
      if (node.domain != no_index && cluster_.domains[node.domain].valid) names.push_back(node.name);
    if (!names.empty())
      add("mkdsklsnode",
          "the tables above take effect with it, and nodes see it at their next boot; NIM resources that a server "
          "has already keep their nfs_vers (nim -o change -a nfs_vers=4 RESOURCE)",
          {"mkdsklsnode", xcat::fold(names)}, {}, true);
  }

  void copies() {
    const Argv targets = copy_targets();
    if (targets.empty()) return;
    const std::string to = xcat::fold(targets) + ":/install";
    const bool each = cluster_.shared_install == SharedInstall::no;
    const std::string who = each ? "each server has an /install of its own" : "the servers of a domain share /install";
    add("copy-postscripts", "service nodes hand out postscripts from copies of their own; " + who,
        {"prsync", "/install/postscripts", to});
    add("copy-prescripts", "setuphanfs and hanfs_export with their settings; " + who,
        {"prsync", "/install/prescripts", to});
    add("copy-images",
        "mkdsklsnode does not copy images again that a server has already, and replicas have to be the same; not "
        "while nodes boot, and with care: " +
            who,
        {"prsync", "-o", "rlHpEAogDz", "/install/nim", to}, {}, true);
  }

  Argv setuphanfs_command(std::size_t server) const {
    const Server& own = cluster_.servers[server];
    const Domain& domain = cluster_.domains[own.domain];
    Argv argv{settings_.server_command, "--replica", own.address};
    for (const std::size_t other : domain.servers)
      if (other != server) argv.push_back(cluster_.servers[other].address);
    if (settings_.directory != "/install") argv = std::move(argv) + Argv{"--directory", settings_.directory};
    if (settings_.access != "ro") argv = std::move(argv) + Argv{"--access", settings_.access};
    if (!domain.nfs_domain.empty()) argv = std::move(argv) + Argv{"--nfs-domain", domain.nfs_domain};
    if (settings_.disruptive) argv.emplace_back("--disruptive");
    return argv;
  }

  // The server with the fewest nodes goes first: what goes wrong with it hurts the fewest.
  void order_servers() {
    for (const std::size_t domain : valid_) {
      std::vector<std::size_t> servers = cluster_.domains[domain].servers;
      std::stable_sort(servers.begin(), servers.end(),
                       [&](std::size_t a, std::size_t b) { return primary_nodes_[a] < primary_nodes_[b]; });
      for (std::size_t round = 0; round < servers.size(); ++round)
        plan_.servers.push_back({servers[round], round, setuphanfs_command(servers[round])});
    }
    tasks_of_.resize(cluster_.domains.size());
    for (const ServerTask& task : plan_.servers) tasks_of_[cluster_.servers[task.server].domain].push_back(task);
    std::stable_sort(plan_.servers.begin(), plan_.servers.end(),
                     [](const ServerTask& a, const ServerTask& b) { return a.round < b.round; });
  }

  void exports(std::size_t index) {
    const std::string& domain = cluster_.domains[index].name;
    for (const ServerTask& task : tasks_of_[index]) {
      const std::string& server = cluster_.servers[task.server].name;
      add("export-" + server,
          settings_.directory + " with its replicas; " + plural(primary_nodes_[task.server], "node") + " of domain " +
              domain + " run from it",
          on_hosts(settings_, server, task.argv), domain);
      add("verify-" + server, "before the next server of the domain: is it as wanted?",
          on_hosts(settings_, server, task.argv + Argv{"--check"}), domain);
    }
  }

  void nodes(std::size_t index) {
    const Domain& domain = cluster_.domains[index];
    DomainTask task;
    task.domain = index;
    task.section = domain_section(cluster_, settings_, index);
    if (!domain.nodes.empty()) {
      task.nodes = xcat::fold(node_names(cluster_, domain.nodes));
      add("tune-" + domain.name, "now; from then on at every boot",
          {"updatenode", task.nodes, "-P", "setupnfsv4replication"}, domain.name);
      add("check-" + domain.name, "are all nodes as wanted? updatenode does not tell",
          on_hosts(settings_, task.nodes, {settings_.node_command, "--check"}), domain.name);
    }
    plan_.domains.push_back(std::move(task));
  }

  const Cluster& cluster_;
  const Settings& settings_;
  ClusterPlan plan_;
  std::vector<std::size_t> valid_;
  std::vector<std::size_t> primary_nodes_;         // by server
  std::vector<std::vector<ServerTask>> tasks_of_;  // by domain
  std::map<std::string, std::size_t> times_;
};

}  // namespace

std::vector<std::string> status_command(const Settings& settings) {
  Argv argv{"makehanfs", "status"};
  if (!settings.engine.empty()) argv = std::move(argv) + Argv{"--engine", settings.engine};
  for (const std::string& word : settings.engine_option) argv.push_back("--engine-option=" + word);
  for (const std::string& word : settings.engine_prefix) argv.push_back("--engine-prefix=" + word);
  return argv;
}

ClusterPlan make_plan(const Cluster& cluster, const Settings& settings) { return PlanMaker(cluster, settings).make(); }

const char* source_name(Domain::Source source) {
  switch (source) {
    case Domain::Source::hanfsdomid:
      return "hanfsdomid";
    case Domain::Source::settings:
      return "settings";
    case Domain::Source::servicenode:
      return "servicenode";
  }
  return "";
}

}  // namespace hanfs::cluster
