// SPDX-License-Identifier: Apache-2.0
#include "state/links.hpp"

#include <algorithm>

#include "state/clients.hpp"
#include "state/exports.hpp"
#include "state/routes.hpp"
#include "state/src.hpp"

namespace aixsim {
namespace {

Strings folders(const Node& node, const std::string& name) {
  Strings all;
  for (const auto& line : split(node.get(name), '\n')) {
    if (!line.empty()) all.push_back(unescape(line));
  }
  return all;
}

void add_folder(const Node& node, const std::string& name, const std::string& folder) {
  const Lock lock(node.lock_path("links"));
  Strings all = folders(node, name);
  if (std::find(all.begin(), all.end(), folder) == all.end()) node.append(name, escape(folder) + "\n");
}

// The export of a server that serves a directory to NFSv4 clients.
bool find_export(const Node& server, const std::string& dir, Export* found) {
  found->dir.clear();
  for (const auto& one : Exports(server).now()) {
    const bool covers = one.dir == dir || one.dir == "/" || starts_with(dir, one.dir + "/");
    if (covers && one.v4() && one.dir.size() > found->dir.size()) *found = one;
  }
  return !found->dir.empty();
}

// Addresses of the replica list, as a set: each server lists itself first.
Strings replica_set(const Node& node, const Options& options) {
  std::vector<Replica> replicas;
  Strings places;
  if (parse_replicas(option(options, "replicas"), &replicas)) {
    for (const auto& one : replicas) places.push_back(one.path + "@" + node.address_of(one.host));
  }
  std::sort(places.begin(), places.end());
  return places;
}

// nfs 3 [DOC repl-73]: identical options on all replicas. noauto and scatter concern the list itself.
Strings terms(const Options& options) {
  Options kept;
  for (const auto& one : options) {
    if (one.first != "replicas" && one.first != "noauto" && one.first != "scatter") kept.push_back(one);
  }
  return sorted_words(kept);
}

std::string domain_in_force(const Node& server) {
  return server.is("nfsrgyd-restart", "enough") ? server.file("/etc/nfs/local_domain") : server.get("domain-at-start");
}

bool is_number(const std::string& host) { return host.find_first_not_of("0123456789.") == std::string::npos; }

}  // namespace

std::string server_at(const Node& node, const std::string& host) {
  unsigned address = 0;
  if (!parse_ipv4(node.address_of(host), &address)) return "";
  for (const auto& folder : folders(node, "links")) {
    for (const auto& nic : nics(Node(folder))) {
      for (const auto& one : nic.inet) {
        if (nic.name != "lo0" && one.first == address) return folder;
      }
    }
  }
  return "";
}

bool server_down(const Node& server) { return !server.get("down").empty(); }

bool serves(const Node& node, const Filesystem& fs, const std::string& host, bool as_replica) {
  const std::string folder = server_at(node, host);
  if (folder.empty()) return true;  // not a simulated server: only `fail` says that it is dead
  const Node server(folder);
  if (server_down(server) || !Src(server).active("nfsd")) return false;
  if (fs.vfs == "nfs3") return true;
  const bool domain = server.is("nfsrgyd-serving", "needed");
  if (domain && !Src(server).active("nfsrgyd")) return false;
  Export theirs;
  if (!find_export(server, fs.remote, &theirs) || theirs.dir != fs.remote) return false;
  if (!as_replica) return true;
  const Node first(server_at(node, fs.mounted_from));
  if (domain && !first.root().empty() && domain_in_force(first) != domain_in_force(server)) return false;
  const Options learned = parse_options(fs.exported);
  return replication_mode(server) != "off" && replica_set(node, learned) == replica_set(node, theirs.options) &&
         terms(learned) == terms(theirs.options);
}

std::string replica_terms(const Node& server, const std::string& dir) {
  Export found;
  if (replication_mode(server) == "off" || !find_export(server, dir, &found) || found.dir != dir) return "";
  const Strings replicas = replica_set(server, found.options);
  return replicas.empty() ? "" : join(replicas, ":") + " " + join(terms(found.options), ",");
}

void learn_replicas(const Node& node) {
  const Mounts mounts(node);
  std::set<std::string> seen;
  for (const auto& mount : mounts.all()) {
    if (mount.node.empty() || !seen.insert(mount.fs).second) continue;
    const Lock lock(mounts.lock_of(mount.fs));
    Filesystem fs;
    if (!mounts.load(mount.fs, &fs) || fs.vfs == "nfs3") continue;
    const std::string folder = server_at(node, fs.mounted_from);
    if (folder.empty()) continue;
    const Node server(folder);
    Export theirs;
    fs.servers = {fs.mounted_from};
    fs.current = fs.mounted_from;
    fs.next.clear();
    fs.exported.clear();
    std::vector<Replica> replicas;
    if (find_export(server, mount.mounted, &theirs)) {
      add_client(server, {node.setting("hostname"), mount.mounted, "4", node.is("client-state", "held")});
      fs.remote = theirs.dir;
      fs.exported = format_options(theirs.options);
      if (replication_mode(server) != "off") parse_replicas(option(theirs.options, "replicas"), &replicas);
    }
    for (const auto& one : replicas) {
      const bool self = node.address_of(one.host) == node.address_of(fs.mounted_from);
      if (self || one.path != theirs.dir) continue;
      // nfs 5 [XCAT]: STNFS takes replicas by address only.
      if (fs.vfs == "stnfs" && !is_number(one.host) && node.is("stnfs-names", "ignored")) continue;
      fs.servers.push_back(one.host);
    }
    mounts.save(fs);
  }
}

bool is_up(const Node& server, const std::string& client) {
  for (const auto& folder : linked_nodes(server)) {
    const Node node(folder);
    if (node.setting("hostname") == client) return node.get("down").empty();
  }
  return true;  // it is no simulated node
}

Strings linked_nodes(const Node& server) { return folders(server, "linked-nodes"); }

void add_links(const Node& node, const std::vector<Node>& servers) {
  for (const auto& server : servers) {
    add_folder(node, "links", server.root());
    add_folder(server, "linked-nodes", node.root());
    for (const auto& other : servers) {
      if (other.root() != server.root()) add_folder(server, "links", other.root());
    }
  }
}

}  // namespace aixsim
