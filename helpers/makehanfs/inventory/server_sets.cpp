// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/server_sets.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "config/domains.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;
using Source = Domain::Source;

std::string servers_word(const ClusterBuilder& builder, const std::vector<std::size_t>& servers) {
  return text::joined(builder.server_names(servers), ",");
}

std::size_t add_domain(ClusterBuilder& builder, const std::string& name, Source source) {
  Domain domain;
  domain.name = name;
  domain.source = source;
  domain.valid = true;  // until something is found
  builder.domains.push_back(std::move(domain));
  return builder.domains.size() - 1;
}

void join(ClusterBuilder& builder, std::size_t server, std::size_t domain) {
  builder.servers[server].domain = domain;
  builder.domains[domain].servers.push_back(server);
}

void by_hanfsdomid(ClusterBuilder& builder, std::map<std::string, std::size_t>& by_name) {
  for (std::size_t node = 0; node < builder.tables.nodes().size(); ++node) {
    if (!builder.is_service_node[node]) continue;
    const std::string& name = builder.tables.nodes()[node];
    const Result<xcat::Attribute> value = builder.attribute(node, "servicenode", "hanfsdomid");
    if (!value) {
      builder.add_server_finding(expression_finding(value.error(), Level::error), builder.server(name));
      continue;
    }
    const std::string id(text::trimmed(value->value));
    if (id.empty()) continue;
    if (!text::is_plain_name(id)) {
      builder.findings.add(
          {Level::error, "bad-domain",
           "servicenode.hanfsdomid \"" + text::escape_control(id) +
               "\" is not one plain word (letters, digits and . _ + -): " + row_text("servicenode", *value),
           "chtab node=" + value->row + " servicenode.hanfsdomid=NAME"},
          name);
      continue;
    }
    auto [known, is_new] = by_name.try_emplace(id, 0);
    if (is_new) known->second = add_domain(builder, id, Source::hanfsdomid);
    join(builder, builder.server(name), known->second);
  }
}

void by_settings(ClusterBuilder& builder, std::map<std::string, std::size_t>& by_name) {
  for (const config::Domain& section : builder.settings.domains) {
    if (section.servers.empty()) {
      // Gateways only: for a domain that the tables make.
      continue;
    }
    std::vector<std::size_t> free;
    for (const std::string& name : section.servers) {
      const std::size_t server = builder.server(name);
      const std::size_t taken = builder.servers[server].domain;
      if (taken == no_index) {
        free.push_back(server);
      } else if (builder.domains[taken].name != section.name) {
        builder.findings.add(
            {Level::warning, "domain-conflict",
             "[domain " + section.name + "] of hanfs.conf names a server that is in domain " +
                 builder.domains[taken].name +
                 (builder.domains[taken].source == Source::hanfsdomid ? " by servicenode.hanfsdomid" : " already") +
                 ", and stays there",
             "take it out of the section, or chtab node=" + name + " servicenode.hanfsdomid=" + section.name},
            name);
      }
    }
    if (free.empty()) continue;
    auto [known, is_new] = by_name.try_emplace(section.name, 0);
    if (is_new) known->second = add_domain(builder, section.name, Source::settings);
    for (const std::size_t server : free) join(builder, server, known->second);
  }
}

// A list of servers in noderes.servicenode without regard to order, and the groups that have it.
struct ServerSet {
  std::vector<std::size_t> servers;  // sorted
  std::vector<std::size_t> node_groups;
  std::size_t nodes = 0;
  bool has_unknown_server = false;  // a name that is no node: a slip of the pen, no layout
};

bool overlap(const ServerSet& a, const ServerSet& b) {
  return std::any_of(a.servers.begin(), a.servers.end(), [&](std::size_t server) {
    return std::binary_search(b.servers.begin(), b.servers.end(), server);
  });
}

std::vector<ServerSet> server_sets_of(const ClusterBuilder& builder, const std::vector<std::size_t>& node_groups) {
  std::map<std::vector<std::size_t>, ServerSet> by_servers;
  for (const std::size_t group : node_groups) {
    std::vector<std::size_t> servers = builder.node_groups[group].servers;
    std::sort(servers.begin(), servers.end());
    ServerSet& server_set = by_servers[servers];
    server_set.servers = std::move(servers);
    server_set.has_unknown_server =
        std::any_of(server_set.servers.begin(), server_set.servers.end(),
                    [&](std::size_t server) { return !builder.servers[server].in_nodelist; });
    server_set.node_groups.push_back(group);
    server_set.nodes += builder.node_groups[group].nodes.size();
  }
  std::vector<ServerSet> server_sets;
  server_sets.reserve(by_servers.size());
  for (auto& [servers, server_set] : by_servers) server_sets.push_back(std::move(server_set));
  std::stable_sort(server_sets.begin(), server_sets.end(), [](const ServerSet& a, const ServerSet& b) {
    return a.has_unknown_server != b.has_unknown_server ? b.has_unknown_server : a.nodes > b.nodes;
  });
  return server_sets;
}

// Server sets that share servers, directly or through others, belong together.
std::vector<std::vector<ServerSet>> connected(std::size_t servers, std::vector<ServerSet> server_sets) {
  std::vector<std::size_t> root(servers);
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto find = [&](std::size_t server) {
    while (root[server] != server) server = root[server] = root[root[server]];
    return server;
  };
  for (const ServerSet& server_set : server_sets)
    for (const std::size_t server : server_set.servers) root[find(server)] = find(server_set.servers.front());
  std::map<std::size_t, std::size_t> index;
  std::vector<std::vector<ServerSet>> all;
  for (ServerSet& server_set : server_sets) {
    const auto [known, is_new] = index.try_emplace(find(server_set.servers.front()), all.size());
    if (is_new) all.emplace_back();
    all[known->second].push_back(std::move(server_set));
  }
  return all;
}

std::size_t derived(ClusterBuilder& builder, std::vector<std::size_t> servers) {
  std::sort(servers.begin(), servers.end(),
            [&](std::size_t a, std::size_t b) { return builder.servers[a].name < builder.servers[b].name; });
  const std::size_t domain = add_domain(builder, text::joined(builder.server_names(servers), "+"), Source::servicenode);
  for (const std::size_t server : servers) join(builder, server, domain);
  return domain;
}

void place_server_set(ClusterBuilder& builder, const ServerSet& server_set, std::size_t domain) {
  for (const std::size_t group : server_set.node_groups) builder.node_groups[group].domain = domain;
}

// Commands that give all nodes the same servers; the primary of each stays.
std::string one_list_for_all(const ClusterBuilder& builder, const std::vector<ServerSet>& server_sets,
                             const std::vector<std::size_t>& all) {
  std::map<std::size_t, std::vector<std::size_t>> nodes_of;  // by primary
  for (const ServerSet& server_set : server_sets)
    for (const std::size_t group : server_set.node_groups) {
      const NodeGroup& one = builder.node_groups[group];
      std::vector<std::size_t>& nodes = nodes_of[one.servers.front()];
      nodes.insert(nodes.end(), one.nodes.begin(), one.nodes.end());
    }
  std::string commands;
  for (auto& [primary, nodes] : nodes_of) {
    std::sort(nodes.begin(), nodes.end());
    const std::vector<std::string> names = builder.names_of(nodes);
    if (names.empty()) continue;
    std::vector<std::size_t> servers = all;
    std::stable_partition(servers.begin(), servers.end(), [first = primary](std::size_t one) { return one == first; });
    commands += (commands.empty() ? "nodech " : "; nodech ") + range_word(xcat::fold(names)) +
                " noderes.servicenode=" + servers_word(builder, servers);
  }
  return commands;
}

// Lists that overlap. One export holds one list of replicas, so the servers of all these lists are one domain or the
// lists are wrong. They are one where all servers see the same file system anyway (site.sharedinstall=all); and a few
// nodes that disagree with all others are the ones that are wrong.
void resolve(ClusterBuilder& builder, std::vector<ServerSet>& server_sets) {
  std::vector<std::size_t> all;
  std::size_t nodes = 0;
  for (const ServerSet& server_set : server_sets) {
    all.insert(all.end(), server_set.servers.begin(), server_set.servers.end());
    nodes += server_set.nodes;
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());

  if (builder.shared_install == SharedInstall::all && all.size() <= config::most_servers) {
    const std::size_t domain = derived(builder, all);
    for (const ServerSet& server_set : server_sets) place_server_set(builder, server_set, domain);
    builder.add_domain_finding({Level::note, "joined",
                                "lists in noderes.servicenode overlap; since all servers share /install "
                                "(site.sharedinstall=all) they are one domain",
                                "[domain NAME] sections in hanfs.conf say it otherwise"},
                               domain);
    return;
  }

  std::vector<const ServerSet*> kept;
  std::size_t outvoted = 0;
  for (const ServerSet& server_set : server_sets) {
    const bool fits =
        std::none_of(kept.begin(), kept.end(), [&](const ServerSet* other) { return overlap(server_set, *other); });
    if (fits) kept.push_back(&server_set);
    if (!fits && !server_set.has_unknown_server) outvoted += server_set.nodes;
  }
  constexpr std::size_t believable = 10;  // one of so many nodes may be wrong, more are a layout
  if (outvoted * believable <= nodes) {
    for (const ServerSet* server_set : kept)
      place_server_set(builder, *server_set, derived(builder, server_set->servers));
    return;  // place_group() places the others, or reports them
  }

  const std::size_t domain = derived(builder, all);
  std::vector<std::string> lists;
  for (const ServerSet& server_set : server_sets) {
    lists.push_back(servers_word(builder, server_set.servers) + " (" + text::counted(server_set.nodes, "node") + ")");
    place_server_set(builder, server_set, domain);
  }
  builder.domains[domain].valid = false;
  builder.add_domain_finding(
      {Level::error, "not-symmetric",
       "lists in noderes.servicenode overlap: " + abbreviate(lists) +
           "; a server has one list of replicas, so it cannot be in two pairs",
       "noderes.servicenode=PRIMARY,BACKUP, where each server has the same partners everywhere: which, is for you to "
       "choose; or, where all of them get the same content, " +
           one_list_for_all(builder, server_sets, all)},
      domain);
}

void by_lists(ClusterBuilder& builder) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < builder.node_groups.size(); ++i) {
    const std::vector<std::size_t>& servers = builder.node_groups[i].servers;
    const bool none_taken = std::all_of(servers.begin(), servers.end(),
                                        [&](std::size_t server) { return builder.servers[server].domain == no_index; });
    if (servers.size() >= 2 && none_taken) free.push_back(i);
  }
  for (std::vector<ServerSet>& server_sets : connected(builder.servers.size(), server_sets_of(builder, free))) {
    if (server_sets.size() > 1) {
      resolve(builder, server_sets);
    } else {
      place_server_set(builder, server_sets.front(), derived(builder, server_sets.front().servers));
    }
  }
}

// The servers of a domain as noderes.servicenode takes them, this one first where it is one of them.
std::string primary_first(const ClusterBuilder& builder, std::size_t primary, const Domain& domain) {
  std::vector<std::size_t> servers = domain.servers;
  std::stable_partition(servers.begin(), servers.end(), [&](std::size_t server) { return server == primary; });
  return servers_word(builder, servers);
}

// A list of the domain's servers is no cure where the domain has no second server: it would cost the nodes the one
// that they have.
std::string cure_of_outsiders(const ClusterBuilder& builder, const NodeGroup& group, const Domain& domain,
                              const std::vector<std::string>& unknown_servers) {
  const auto known = [&](std::size_t server) { return builder.servers[server].in_nodelist; };
  if (std::count_if(domain.servers.begin(), domain.servers.end(), known) >= 2)
    return "nodech {} noderes.servicenode=" + primary_first(builder, group.servers.front(), domain) +
           "; or put the others into the domain";
  if (domain.source == Source::settings)
    return "servers = of [domain " + domain.name + "] in hanfs.conf: name " + abbreviate(unknown_servers) + " too";
  std::string remedy;
  for (const std::string& unknown_server : unknown_servers)
    remedy +=
        (remedy.empty() ? "" : "; ") + ("chtab node=" + unknown_server) + " servicenode.hanfsdomid=" + domain.name;
  return remedy;
}

// Of the groups that the lists alone did not place.
void place_group(ClusterBuilder& builder, NodeGroup& group) {
  if (group.domain != no_index || group.servers.empty()) return;
  std::vector<std::size_t> domains;
  std::vector<std::string> unknown_servers;
  for (const std::size_t server : group.servers) {
    const std::size_t domain = builder.servers[server].domain;
    if (domain == no_index) unknown_servers.push_back(builder.servers[server].name);
    if (domain != no_index && std::find(domains.begin(), domains.end(), domain) == domains.end())
      domains.push_back(domain);
  }
  if (domains.empty()) return;
  const Domain& first = builder.domains[domains.front()];
  const std::string list = servers_word(builder, group.servers);
  if (domains.size() > 1) {
    builder.add_group_finding({Level::error, "two-domains",
                               "their servers " + list + " ({rows}) are in two domains, " + first.name + " and " +
                                   builder.domains[domains[1]].name,
                               "nodech {} noderes.servicenode=" + primary_first(builder, group.servers.front(), first)},
                              group);
  } else if (!unknown_servers.empty()) {
    builder.add_group_finding({Level::error, "outside-domain",
                               "of their servers " + list + " ({rows}) some are not in domain " + first.name + ": " +
                                   abbreviate(unknown_servers),
                               cure_of_outsiders(builder, group, first, unknown_servers)},
                              group);
  } else if (group.servers.size() >= 2 || builder.shared_install == SharedInstall::all) {
    group.domain = domains.front();
  }
}

void check_group(ClusterBuilder& builder, const NodeGroup& group) {
  if (!group.bad_names.empty()) {
    builder.add_group_finding(
        {Level::error, "bad-name",
         "noderes.servicenode ({rows}) names a server that is no name of a host (letters, digits and . _ -; "
         "commas between servers): " +
             abbreviate(group.bad_names),
         "nodech {} noderes.servicenode=PRIMARY,BACKUP"},
        group);
    if (group.servers.size() < 2) return;
  }
  if (group.servers.empty()) {
    builder.add_group_finding(
        {Level::error, "no-server",
         "noderes.servicenode is empty, so they have no backup for the server that they boot from, " +
             (group.node_facing_name.empty() ? "the management node"
                                             : text::quoted(group.node_facing_name) + " (noderes.xcatmaster)"),
         "nodech {} noderes.servicenode=PRIMARY,BACKUP, then mkdsklsnode {}"},
        group);
    return;
  }
  const std::size_t primary = group.servers.front();
  const std::size_t domain = builder.servers[primary].domain;
  if (group.servers.size() == 1) {
    std::string backup = "BACKUP";
    if (domain != no_index)
      for (const std::size_t other : builder.domains[domain].servers)
        if (other != primary) backup = builder.servers[other].name;
    // With one file system for all servers only mkdsklsnode's work on the backup is missing.
    const bool shared = group.domain != no_index;
    builder.add_group_finding(
        {shared ? Level::warning : Level::error, "one-server",
         "only one server, " + builder.servers[primary].name + ", in noderes.servicenode ({rows})" +
             (shared ? "; xCAT has not prepared them on another one" : ""),
         "nodech {} noderes.servicenode=" + builder.servers[primary].name + "," + backup + ", then mkdsklsnode -b {}"},
        group);
    return;
  }
  if (group.domain == no_index || !builder.domains[group.domain].valid) return;
  std::vector<std::size_t> skipped;
  for (const std::size_t server : builder.domains[group.domain].servers)
    if (std::find(group.servers.begin(), group.servers.end(), server) == group.servers.end()) skipped.push_back(server);
  if (skipped.empty() || builder.shared_install == SharedInstall::all) return;
  builder.add_group_finding(
      {Level::warning, "partial-list",
       "they may fail over to " + servers_word(builder, skipped) + ", which noderes.servicenode ({rows}) " +
           "does not name, so mkdsklsnode has not prepared them there",
       "nodech {} noderes.servicenode=" + servers_word(builder, group.servers) + "," + servers_word(builder, skipped) +
           ", then mkdsklsnode -b {}"},
      group);
}

void judge_size(ClusterBuilder& builder, std::size_t index) {
  Domain& domain = builder.domains[index];
  if (domain.servers.size() >= 2 && domain.servers.size() <= config::most_servers) return;
  domain.valid = false;
  if (domain.servers.size() < 2) {
    builder.add_domain_finding({Level::error, "one-server",
                                "only one server, " + servers_word(builder, domain.servers) +
                                    ", so there is nothing to fail "
                                    "over to",
                                domain.source == Source::hanfsdomid
                                    ? "chtab node=BACKUP servicenode.hanfsdomid=" + domain.name
                                    : "servers = of [domain " + domain.name + "] in hanfs.conf: name its partner too"},
                               index);
  } else {
    builder.add_domain_finding(
        {Level::error, "too-many-servers",
         std::to_string(domain.servers.size()) + " servers (" + abbreviate(builder.server_names(domain.servers)) +
             "); AIX takes at most " + std::to_string(config::most_servers) + " replicas",
         "make two domains of it"},
        index);
  }
}

void check_sections(ClusterBuilder& builder, const std::map<std::string, std::size_t>& explicitly) {
  for (const config::Domain& section : builder.settings.domains) {
    const bool is_derived = std::any_of(builder.domains.begin(), builder.domains.end(),
                                        [&](const Domain& domain) { return domain.name == section.name; });
    if (explicitly.count(section.name) == 0 && !is_derived)
      builder.findings.add({Level::warning, "empty-domain",
                            "[domain " + section.name +
                                "] of hanfs.conf has no servers of its own, and the tables know "
                                "no domain of this name",
                            "servers = NAMES in that section"},
                           section.name);
  }
}

}  // namespace

void group_servers(ClusterBuilder& builder) {
  std::map<std::string, std::size_t> explicitly;
  by_hanfsdomid(builder, explicitly);
  by_settings(builder, explicitly);
  by_lists(builder);
  for (NodeGroup& group : builder.node_groups) place_group(builder, group);
  for (std::size_t i = 0; i < builder.domains.size(); ++i) judge_size(builder, i);
  for (const NodeGroup& group : builder.node_groups) check_group(builder, group);
  check_sections(builder, explicitly);
}

}  // namespace hanfs::cluster
