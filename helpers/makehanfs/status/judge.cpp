// SPDX-License-Identifier: Apache-2.0
// What the report of a node means, by the tables.
#include <algorithm>

#include "makehanfs/status/status.hpp"
#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using State = NodeState::State;

constexpr std::size_t named_in_a_line = 3;

bool contains(const std::vector<std::size_t>& list, std::size_t value) {
  return std::find(list.begin(), list.end(), value) != list.end();
}

// showfs prints addresses; names are for nodes that print those.
std::size_t find_server(const Cluster& cluster, const std::vector<std::size_t>& among, const std::string& address) {
  if (address.empty()) return no_index;
  std::size_t by_other_address = no_index;
  for (const std::size_t index : among) {
    const Server& server = cluster.servers[index];
    if (server.address == address || text::equal_ignoring_case(server.name, address) ||
        text::equal_ignoring_case(server.node_facing_name, address))
      return index;
    for (const auto* others : {&server.other_addresses, &server.interfaces})
      if (by_other_address == no_index && std::find(others->begin(), others->end(), address) != others->end())
        by_other_address = index;
  }
  return by_other_address;
}

std::vector<std::size_t> all_servers(const Cluster& cluster) {
  std::vector<std::size_t> all(cluster.servers.size());
  for (std::size_t i = 0; i < all.size(); ++i) all[i] = i;
  return all;
}

std::string names_of(const Cluster& cluster, const std::vector<std::size_t>& servers) {
  return servers.empty() ? "any service node" : text::joined(server_names(cluster, servers), ", ");
}

// "/usr, /opt and 4 more"
std::string abbreviate(const std::vector<std::string>& names) { return text::shortened(names, named_in_a_line); }

// A replica other than the server in use. showfs lists the others only [SEEN, transcripts nfs4cl-showfs-usr-primary],
// so one of them makes a pair.
bool can_fail_over(const NodeMount& mount) {
  if (mount.current.empty()) return !mount.replicas.empty();
  return std::any_of(mount.replicas.begin(), mount.replicas.end(),
                     [&](const std::string& replica) { return replica != mount.current; });
}

// What a node's mounts say about where it runs.
struct Place {
  std::vector<std::size_t> servers;    // in use, each once; `nowhere`: one that the tables do not know
  std::vector<std::string> strange;    // addresses in use that the tables do not know
  std::vector<std::string> elsewhere;  // mount points that are not on its primary
  std::vector<std::string> single;     // mount points without a replica
  std::vector<std::size_t> missing;    // its servers that are no replica of some mount point, which has others
  std::vector<std::string> unsure;     // mount points of which it does not know the server in use
  std::vector<std::string> untuned;    // mount points whose options differ
  std::size_t mounts = 0;              // that come from its servers
};

// Servers of the tables that this mount knows nothing of. One without an address cannot be looked for.
void add_missing(const Cluster& cluster, const Node& node, const NodeMount& mount, std::vector<std::size_t>& missing) {
  std::vector<std::string> known = mount.replicas;
  known.push_back(mount.current);
  known.push_back(mount.server);
  for (const std::size_t server : node.servers) {
    if (cluster.servers[server].address.empty() || contains(missing, server)) continue;
    if (std::none_of(known.begin(), known.end(),
                     [&](const std::string& address) { return find_server(cluster, {server}, address) != no_index; }))
      missing.push_back(server);
  }
}

Place place_of(const Cluster& cluster, const Node& node, const NodeReport& report) {
  Place place;
  const std::vector<std::size_t> everywhere = all_servers(cluster);
  const std::vector<std::size_t>& own = node.servers.empty() ? everywhere : node.servers;
  // Its servers have it, or are replicas of it.
  const auto is_ours = [&](const NodeMount& mount) {
    const auto is_own = [&](const std::string& address) { return find_server(cluster, own, address) != no_index; };
    return mount.vfs == "nfs4" &&
           (is_own(mount.current) || std::any_of(mount.replicas.begin(), mount.replicas.end(), is_own));
  };
  const auto server_of = [&](const NodeMount& mount) {
    const std::size_t now = find_server(cluster, own, mount.current);
    return now != no_index ? now : find_server(cluster, everywhere, mount.current);
  };
  // A node whose file systems all come from elsewhere, or its /usr, without which no diskless node runs, runs there. Of
  // another one a mount that its own servers know nothing of is none of our business.
  const bool any_ours = std::any_of(report.mounts.begin(), report.mounts.end(), is_ours);
  const auto usr = std::find_if(report.mounts.begin(), report.mounts.end(),
                                [](const NodeMount& mount) { return mount.vfs == "nfs4" && mount.path == "/usr"; });
  const std::size_t home = node.servers.empty() ? no_index : node.servers.front();
  const bool only_ours = any_ours && (usr == report.mounts.end() || is_ours(*usr));
  const bool booted_at_home = usr != report.mounts.end() && home != no_index && server_of(*usr) == home;
  for (const NodeMount& mount : report.mounts) {
    if (mount.vfs != "nfs4" || (only_ours && !is_ours(mount))) continue;
    const std::size_t now = server_of(mount);
    if (!any_ours && now == no_index) continue;
    ++place.mounts;
    // One that has left the server it was mounted from has proved that it can.
    const std::size_t first = find_server(cluster, everywhere, mount.server);
    if (!can_fail_over(mount) && (first == no_index || first == now)) place.single.push_back(mount.path);
    if (mount.state == "drift" || mount.state == "failed") place.untuned.push_back(mount.path);
    if (mount.current.empty()) {
      place.unsure.push_back(mount.path);
      continue;
    }
    if (can_fail_over(mount)) add_missing(cluster, node, mount, place.missing);
    // Of a node that booted at home: it was mounted from there, has not moved, and no boot would change that.
    if (booted_at_home && now != home && now != no_index && first == now) continue;
    if (!contains(place.servers, now)) place.servers.push_back(now);
    if (now == no_index) place.strange.push_back(mount.current);
    if (home != no_index && now != home) place.elsewhere.push_back(mount.path);
  }
  return place;
}

}  // namespace

void NodeState::add_problem(const std::string& more) {
  if (more.empty()) return;
  constexpr std::size_t most = 600;  // bytes; a node may say anything
  problem += (problem.empty() ? "" : "; ") + report::escape_control(more);
  if (problem.size() <= most) return;
  std::size_t end = most;
  while (end > 0 && (static_cast<unsigned char>(problem[end]) & 0xC0U) == 0x80U) --end;  // UTF-8 stays whole
  problem.replace(end, std::string::npos, "...");
}

NodeState judge(const Cluster& cluster, std::size_t index, const NodeReport& report) {
  const Node& node = cluster.nodes[index];
  const Place place = place_of(cluster, node, report);
  NodeState state;
  state.failover = report.failover;
  state.no_replica = !place.single.empty() || !place.missing.empty();
  const bool failed =
      (report.status != "ok" && report.status != "changed" && report.status != "drift") || !report.errors.empty();
  const std::string first_error = report.errors.empty() ? "" : report.errors.front();

  // Where some of it has left home, that is where it runs.
  const std::size_t home = node.servers.empty() ? no_index : node.servers.front();
  const auto left = std::find_if(place.servers.begin(), place.servers.end(), [&](std::size_t s) { return s != home; });
  if (!place.servers.empty()) state.server = left == place.servers.end() ? home : *left;

  if (place.servers.empty()) {
    state.state = State::error;
    const std::string servers = names_of(cluster, node.servers);
    state.add_problem(!first_error.empty() ? first_error
                      : place.mounts == 0  ? "no NFSv4 file system of it comes from " + servers
                                           : "it does not know which server it uses");
    return state;
  }
  if (node.servers.empty()) {
    state.state = State::error;
    state.add_problem("the tables name no servers for it, so its home is not known");
    return state;
  }
  if (!place.strange.empty())
    state.add_problem("runs from " + place.strange.front() + ", which is no server of the tables");
  if (!place.elsewhere.empty()) {
    state.state = State::backup;
    if (place.elsewhere.size() < place.mounts)
      state.add_problem("only " + abbreviate(place.elsewhere) + " moved, the rest is on " +
                        cluster.servers[node.servers.front()].name);
    if (state.server != no_index && !contains(node.servers, state.server))
      state.add_problem("that server is none of its own in the tables");
    if (boot_server(node) != node.servers.front())
      state.add_problem("noderes.xcatmaster boots it from " + cluster.servers[boot_server(node)].name +
                        ", so no boot brings it to " + cluster.servers[node.servers.front()].name +
                        "; cure: makehanfs plan has the two ways");
  } else if (failed || !place.unsure.empty()) {
    state.state = State::error;
  } else if (report.status == "drift" || state.no_replica || !place.untuned.empty()) {
    state.state = State::untuned;
  } else {
    state.state = State::primary;
  }
  if (failed)
    state.add_problem(first_error.empty() ? "its tool ended with status '" + report.status + "'" : first_error);
  if (!place.unsure.empty()) state.add_problem("it does not know which server it uses for " + abbreviate(place.unsure));
  if (!place.missing.empty())
    state.add_problem("it would never use " + names_of(cluster, place.missing) + ": no replica of its file systems");
  if (!place.single.empty()) {
    const bool valid = node.domain != no_index && cluster.domains[node.domain].valid;
    state.add_problem("no replica, never fails over: " + abbreviate(place.single) +
                      (valid ? "" : " (it is in no sound domain; cure: makehanfs plan says why)"));
  }
  const std::string& of_servers = node.domain == no_index ? report.nfs_domain : cluster.domains[node.domain].nfs_domain;
  if (!report.nfs_domain.empty() && !of_servers.empty() && !text::equal_ignoring_case(report.nfs_domain, of_servers))
    state.add_problem("its NFSv4 domain is " + report.nfs_domain + ", that of its servers " + of_servers +
                      ": every file belongs to nobody; cure: chnfsdom " + of_servers + " on it");
  // A root of its own keeps an old /xcatpost: lib/xcat/README.md "Postscripts: how files reach a node".
  if (!report.version.empty() && report.version != HANFS_VERSION)
    state.add_problem("its tool is of version " + report.version + ", this is " + HANFS_VERSION +
                      "; cure: updatenode " + node.name + " -P setupnfsv4replication");
  if (!place.untuned.empty()) {
    state.add_problem("not tuned: " + abbreviate(place.untuned));
  } else if (report.status == "drift" && !report.desired.empty()) {
    state.add_problem(report.desired.front());
  } else if (report.status == "drift") {
    state.add_problem("not as wanted");
  }
  return state;
}

}  // namespace hanfs::cluster
