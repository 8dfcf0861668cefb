// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/server_sets.hpp"

#include <algorithm>
#include <map>
#include <numeric>

#include "config/domains.hpp"
#include "text/words.hpp"
#include "report/table.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;
using Source = Domain::Source;

std::string servers_word(const Draft& draft, const std::vector<std::size_t>& servers) {
  return report::joined(draft.server_names(servers), ",");
}

std::size_t add_domain(Draft& draft, const std::string& name, Source source) {
  Domain domain;
  domain.name = name;
  domain.source = source;
  domain.sound = true;  // until something is found
  draft.domains.push_back(std::move(domain));
  return draft.domains.size() - 1;
}

void join(Draft& draft, std::size_t server, std::size_t domain) {
  draft.servers[server].domain = domain;
  draft.domains[domain].servers.push_back(server);
}

void by_hanfsdomid(Draft& draft, std::map<std::string, std::size_t>& by_name) {
  Column column(draft.indexes, "servicenode", "hanfsdomid");
  if (column.nothing_set()) return;
  for (NodeIndex node = 0; node < draft.service_nodes().size(); ++node) {
    if (!draft.is_service_node(node)) continue;
    const std::string& name = draft.tables.nodes()[node];
    const Result<Value>& value = column.of(node);
    if (!value) {
      draft.about_server({Level::error, "expression", value.error().what, ""}, draft.server(name));
      continue;
    }
    const std::string id(trimmed(value->text));
    if (id.empty()) continue;
    if (!config::is_plain_name(id)) {
      draft.findings.add(
          {Level::error, "bad-domain",
           "servicenode.hanfsdomid \"" + report::escape_control(id) +
               "\" is not one plain word (letters, digits and . _ + -): " + row_text("servicenode", *value),
           "chtab node=" + std::string(value->row) + " servicenode.hanfsdomid=NAME"},
          name);
      continue;
    }
    auto [known, is_new] = by_name.try_emplace(id, 0);
    if (is_new) known->second = add_domain(draft, id, Source::hanfsdomid);
    join(draft, draft.server(name), known->second);
  }
}

void by_settings(Draft& draft, std::map<std::string, std::size_t>& by_name) {
  for (const config::Domain& section : draft.settings.domains) {
    if (section.servers.empty()) {
      // Gateways only: for a domain that the tables make.
      continue;
    }
    std::vector<std::size_t> free;
    for (const std::string& name : section.servers) {
      const std::size_t server = draft.server(name);
      const std::size_t taken = draft.servers[server].domain;
      if (taken == nowhere) {
        free.push_back(server);
      } else if (draft.domains[taken].name != section.name) {
        draft.findings.add(
            {Level::warning, "domain-conflict",
             "[domain " + section.name + "] of hanfs.conf names a server that is in domain " +
                 draft.domains[taken].name +
                 (draft.domains[taken].source == Source::hanfsdomid ? " by servicenode.hanfsdomid" : " already") +
                 ", and stays there",
             "take it out of the section, or chtab node=" + name + " servicenode.hanfsdomid=" + section.name},
            name);
      }
    }
    if (free.empty()) continue;
    auto [known, is_new] = by_name.try_emplace(section.name, 0);
    if (is_new) known->second = add_domain(draft, section.name, Source::settings);
    for (const std::size_t server : free) join(draft, server, known->second);
  }
}

// A list of servers in noderes.servicenode without regard to order, and who has it.
struct Team {
  std::vector<std::size_t> servers;  // sorted
  std::vector<std::size_t> crews;
  std::size_t nodes = 0;
  bool has_stranger = false;  // a name that is no node: a slip of the pen, no layout
};

bool overlap(const Team& a, const Team& b) {
  return std::any_of(a.servers.begin(), a.servers.end(), [&](std::size_t server) {
    return std::binary_search(b.servers.begin(), b.servers.end(), server);
  });
}

std::vector<Team> teams_of(const Draft& draft, const std::vector<std::size_t>& crews) {
  std::map<std::vector<std::size_t>, Team> by_servers;
  for (const std::size_t crew : crews) {
    std::vector<std::size_t> servers = draft.crews[crew].servers;
    std::sort(servers.begin(), servers.end());
    Team& team = by_servers[servers];
    team.servers = std::move(servers);
    team.has_stranger = std::any_of(team.servers.begin(), team.servers.end(),
                                    [&](std::size_t server) { return !draft.servers[server].in_nodelist; });
    team.crews.push_back(crew);
    team.nodes += draft.crews[crew].nodes.size();
  }
  std::vector<Team> teams;
  teams.reserve(by_servers.size());
  for (auto& [servers, team] : by_servers) teams.push_back(std::move(team));
  std::stable_sort(teams.begin(), teams.end(), [](const Team& a, const Team& b) {
    return a.has_stranger != b.has_stranger ? b.has_stranger : a.nodes > b.nodes;
  });
  return teams;
}

// Teams that share servers, directly or through others, belong together.
std::vector<std::vector<Team>> connected(std::size_t servers, std::vector<Team> teams) {
  std::vector<std::size_t> root(servers);
  std::iota(root.begin(), root.end(), std::size_t{0});
  const auto find = [&](std::size_t server) {
    while (root[server] != server) server = root[server] = root[root[server]];
    return server;
  };
  for (const Team& team : teams)
    for (const std::size_t server : team.servers) root[find(server)] = find(team.servers.front());
  std::map<std::size_t, std::size_t> place;
  std::vector<std::vector<Team>> all;
  for (Team& team : teams) {
    const auto [known, is_new] = place.try_emplace(find(team.servers.front()), all.size());
    if (is_new) all.emplace_back();
    all[known->second].push_back(std::move(team));
  }
  return all;
}

std::size_t derived(Draft& draft, std::vector<std::size_t> servers) {
  std::sort(servers.begin(), servers.end(),
            [&](std::size_t a, std::size_t b) { return draft.servers[a].name < draft.servers[b].name; });
  const std::size_t domain = add_domain(draft, report::joined(draft.server_names(servers), "+"), Source::servicenode);
  for (const std::size_t server : servers) join(draft, server, domain);
  return domain;
}

void place_team(Draft& draft, const Team& team, std::size_t domain) {
  for (const std::size_t crew : team.crews) draft.crews[crew].domain = domain;
}

// Lists that overlap. One export holds one list of replicas, so the servers of all these lists are one domain or the
// lists are wrong. They are one where all servers see the same file system anyway (site.sharedinstall=all); and a few
// nodes that disagree with all others are the ones that are wrong.
void resolve(Draft& draft, std::vector<Team>& teams) {
  std::vector<std::size_t> all;
  std::size_t nodes = 0;
  for (const Team& team : teams) {
    all.insert(all.end(), team.servers.begin(), team.servers.end());
    nodes += team.nodes;
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  const std::string every = servers_word(draft, all);

  if (draft.shared_install == SharedInstall::all && all.size() <= config::most_servers) {
    const std::size_t domain = derived(draft, all);
    for (const Team& team : teams) place_team(draft, team, domain);
    draft.about_domain({Level::note, "joined",
                        "lists in noderes.servicenode overlap; since all servers share /install "
                        "(site.sharedinstall=all) they are one domain",
                        "[domain NAME] sections in hanfs.conf say it otherwise"},
                       domain);
    return;
  }

  std::vector<const Team*> kept;
  std::size_t outvoted = 0;
  for (const Team& team : teams) {
    const bool fits = std::none_of(kept.begin(), kept.end(), [&](const Team* other) { return overlap(team, *other); });
    if (fits) kept.push_back(&team);
    if (!fits && !team.has_stranger) outvoted += team.nodes;
  }
  constexpr std::size_t believable = 10;  // one of so many nodes may be wrong, more are a layout
  if (outvoted * believable <= nodes) {
    for (const Team* team : kept) place_team(draft, *team, derived(draft, team->servers));
    return;  // place_crew() sees to the others
  }

  const std::size_t domain = derived(draft, all);
  std::vector<std::string> lists;
  for (const Team& team : teams) {
    lists.push_back(servers_word(draft, team.servers) + " (" + plural(team.nodes, "node") + ")");
    place_team(draft, team, domain);
  }
  draft.domains[domain].sound = false;
  draft.about_domain({Level::error, "not-symmetric",
                      "lists in noderes.servicenode overlap: " + abbreviate(lists) +
                          "; a server has one list of replicas, so it cannot be in two pairs",
                      "nodech NODES noderes.servicenode=PRIMARY,BACKUP so that each server has the same partners "
                      "everywhere; or, where all of them get the same content, nodech NODES noderes.servicenode=" +
                          every},
                     domain);
}

void by_lists(Draft& draft) {
  std::vector<std::size_t> free;
  for (std::size_t i = 0; i < draft.crews.size(); ++i) {
    const std::vector<std::size_t>& servers = draft.crews[i].servers;
    const bool none_taken = std::all_of(servers.begin(), servers.end(),
                                        [&](std::size_t server) { return draft.servers[server].domain == nowhere; });
    if (servers.size() >= 2 && none_taken) free.push_back(i);
  }
  for (std::vector<Team>& teams : connected(draft.servers.size(), teams_of(draft, free))) {
    if (teams.size() > 1) {
      resolve(draft, teams);
    } else {
      place_team(draft, teams.front(), derived(draft, teams.front().servers));
    }
  }
}

// The servers of a domain as noderes.servicenode takes them, this one first where it is one of them.
std::string primary_first(const Draft& draft, std::size_t primary, const Domain& domain) {
  std::vector<std::size_t> servers = domain.servers;
  std::stable_partition(servers.begin(), servers.end(), [&](std::size_t server) { return server == primary; });
  return servers_word(draft, servers);
}

// A list of the domain's servers is no cure where the domain has no second server: it would cost the nodes the one
// that they have.
std::string cure_of_outsiders(const Draft& draft, const Crew& crew, const Domain& domain,
                              const std::vector<std::string>& strangers) {
  const auto known = [&](std::size_t server) { return draft.servers[server].in_nodelist; };
  if (std::count_if(domain.servers.begin(), domain.servers.end(), known) >= 2)
    return "nodech {} noderes.servicenode=" + primary_first(draft, crew.servers.front(), domain) +
           "; or put the others into the domain";
  if (domain.source == Source::settings)
    return "servers = of [domain " + domain.name + "] in hanfs.conf: name " + abbreviate(strangers) + " too";
  std::string remedy;
  for (const std::string& stranger : strangers)
    remedy += (remedy.empty() ? "" : "; ") + ("chtab node=" + stranger) + " servicenode.hanfsdomid=" + domain.name;
  return remedy;
}

// Of the crews that the lists alone did not place.
void place_crew(Draft& draft, Crew& crew) {
  if (crew.domain != nowhere || crew.servers.empty()) return;
  std::vector<std::size_t> domains;
  std::vector<std::string> strangers;
  for (const std::size_t server : crew.servers) {
    const std::size_t domain = draft.servers[server].domain;
    if (domain == nowhere) strangers.push_back(draft.servers[server].name);
    if (domain != nowhere && std::find(domains.begin(), domains.end(), domain) == domains.end())
      domains.push_back(domain);
  }
  if (domains.empty()) return;
  const Domain& first = draft.domains[domains.front()];
  const std::string list = servers_word(draft, crew.servers);
  if (domains.size() > 1) {
    draft.about_crew({Level::error, "two-domains",
                      "their servers " + list + " ({rows}) are in two domains, " + first.name + " and " +
                          draft.domains[domains[1]].name,
                      "nodech {} noderes.servicenode=" + primary_first(draft, crew.servers.front(), first)},
                     crew);
  } else if (!strangers.empty()) {
    draft.about_crew(
        {Level::error, "outside-domain",
         "of their servers " + list + " ({rows}) some are not in domain " + first.name + ": " + abbreviate(strangers),
         cure_of_outsiders(draft, crew, first, strangers)},
        crew);
  } else if (crew.servers.size() >= 2 || draft.shared_install == SharedInstall::all) {
    crew.domain = domains.front();
  }
}

void judge_crew(Draft& draft, const Crew& crew) {
  if (!crew.bad_names.empty()) {
    draft.about_crew({Level::error, "bad-name",
                      "noderes.servicenode ({rows}) names a server that is no plain word (letters, digits and . _ + -; "
                      "commas between servers): " +
                          abbreviate(crew.bad_names),
                      "nodech {} noderes.servicenode=PRIMARY,BACKUP"},
                     crew);
    if (crew.servers.size() < 2) return;
  }
  if (crew.servers.empty()) {
    draft.about_crew({Level::error, "no-server",
                      "noderes.servicenode is empty, so they run from the management node, which has no replica",
                      "nodech {} noderes.servicenode=PRIMARY,BACKUP, then mkdsklsnode {}"},
                     crew);
    return;
  }
  const std::size_t primary = crew.servers.front();
  const std::size_t domain = draft.servers[primary].domain;
  if (crew.servers.size() == 1) {
    std::string backup = "BACKUP";
    if (domain != nowhere)
      for (const std::size_t other : draft.domains[domain].servers)
        if (other != primary) backup = draft.servers[other].name;
    // With one file system for all servers only mkdsklsnode's work on the backup is missing.
    const bool shared = crew.domain != nowhere;
    draft.about_crew(
        {shared ? Level::warning : Level::error, "one-server",
         "only one server, " + draft.servers[primary].name + ", in noderes.servicenode ({rows})" +
             (shared ? "; xCAT has not prepared them on another one" : ""),
         "nodech {} noderes.servicenode=" + draft.servers[primary].name + "," + backup + ", then mkdsklsnode -b {}"},
        crew);
    return;
  }
  if (crew.domain == nowhere || !draft.domains[crew.domain].sound) return;
  std::vector<std::size_t> left_out;
  for (const std::size_t server : draft.domains[crew.domain].servers)
    if (std::find(crew.servers.begin(), crew.servers.end(), server) == crew.servers.end()) left_out.push_back(server);
  if (left_out.empty() || draft.shared_install == SharedInstall::all) return;
  draft.about_crew({Level::warning, "partial-list",
                    "they may fail over to " + servers_word(draft, left_out) + ", which noderes.servicenode ({rows}) " +
                        "does not name, so mkdsklsnode has not prepared them there",
                    "nodech {} noderes.servicenode=" + servers_word(draft, crew.servers) + "," +
                        servers_word(draft, left_out) + ", then mkdsklsnode -b {}"},
                   crew);
}

void judge_size(Draft& draft, std::size_t index) {
  Domain& domain = draft.domains[index];
  if (domain.servers.size() >= 2 && domain.servers.size() <= config::most_servers) return;
  domain.sound = false;
  if (domain.servers.size() < 2) {
    draft.about_domain({Level::error, "one-server",
                        "only one server, " + servers_word(draft, domain.servers) +
                            ", so there is nothing to fail "
                            "over to",
                        domain.source == Source::hanfsdomid
                            ? "chtab node=BACKUP servicenode.hanfsdomid=" + domain.name
                            : "servers = of [domain " + domain.name + "] in hanfs.conf: name its partner too"},
                       index);
  } else {
    draft.about_domain(
        {Level::error, "too-many-servers",
         std::to_string(domain.servers.size()) + " servers (" + abbreviate(draft.server_names(domain.servers)) +
             "); AIX takes at most " + std::to_string(config::most_servers) + " replicas",
         "make two domains of it"},
        index);
  }
}

void check_sections(Draft& draft, const std::map<std::string, std::size_t>& explicitly) {
  for (const config::Domain& section : draft.settings.domains) {
    const bool is_derived = std::any_of(draft.domains.begin(), draft.domains.end(),
                                        [&](const Domain& domain) { return domain.name == section.name; });
    if (explicitly.count(section.name) == 0 && !is_derived)
      draft.findings.add({Level::warning, "empty-domain",
                          "[domain " + section.name +
                              "] of hanfs.conf has no servers of its own, and the tables know "
                              "no domain of this name",
                          "servers = NAMES in that section"},
                         section.name);
  }
}

}  // namespace

void group_servers(Draft& draft) {
  std::map<std::string, std::size_t> explicitly;
  by_hanfsdomid(draft, explicitly);
  by_settings(draft, explicitly);
  by_lists(draft);
  for (Crew& crew : draft.crews) place_crew(draft, crew);
  for (std::size_t i = 0; i < draft.domains.size(); ++i) judge_size(draft, i);
  for (const Crew& crew : draft.crews) judge_crew(draft, crew);
  check_sections(draft, explicitly);
}

}  // namespace hanfs::mn
