// SPDX-License-Identifier: Apache-2.0
#include "links.hpp"

#include <algorithm>

#include "clients.hpp"
#include "control.hpp"
#include "exports.hpp"
#include "routes.hpp"
#include "src.hpp"

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

// aix-nfs.md 3 [DOC repl-73]: identical options on all replicas. noauto and scatter concern the list itself.
Strings terms(const Options& options) {
  Options kept;
  for (const auto& one : options) {
    if (one.first != "replicas" && one.first != "noauto" && one.first != "scatter") kept.push_back(one);
  }
  return sorted_words(kept);
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
  const char* const file = "/etc/nfs/local_domain";
  if (domain && !first.root().empty() && first.file(file) != server.file(file)) return false;
  const Options learned = parse_options(fs.exported);
  return replication_mode(server) != "off" && replica_set(node, learned) == replica_set(node, theirs.options) &&
         terms(learned) == terms(theirs.options);
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
      add_client(server, {node.setting("hostname"), mount.mounted, "4", false});
      fs.remote = theirs.dir;
      fs.exported = format_options(theirs.options);
      if (replication_mode(server) != "off") parse_replicas(option(theirs.options, "replicas"), &replicas);
    }
    for (const auto& one : replicas) {
      const bool self = node.address_of(one.host) == node.address_of(fs.mounted_from);
      if (self || one.path != theirs.dir) continue;
      // aix-nfs.md 5 [XCAT]: STNFS takes replicas by address only.
      if (fs.vfs == "stnfs" && !is_number(one.host) && node.is("stnfs-names", "ignored")) continue;
      fs.servers.push_back(one.host);
    }
    mounts.save(fs);
  }
}

void add_links(const Node& node, const std::vector<Node>& servers) {
  for (const auto& server : servers) {
    add_folder(node, "links", server.root());
    add_folder(server, "linked-nodes", node.root());
    for (const auto& other : servers) {
      if (other.root() != server.root()) add_folder(server, "links", other.root());
    }
  }
}

int control_link(Node& node, const Strings& args) {
  std::vector<Node> servers;
  for (const auto& arg : args) {
    servers.emplace_back(arg);
    if (starts_with(arg, "-") || servers.back().setting("server") != "yes") {
      say(2, "aixsim: link NODE SERVER...: " + arg + " is not a booted server\n");
      return 2;
    }
  }
  if (servers.empty()) {
    say(2, "aixsim: link NODE SERVER...\n");
    return 2;
  }
  add_links(node, servers);
  learn_replicas(node);
  const Mounts mounts(node);
  for (const auto& mount : mounts.all()) {
    Filesystem fs;
    if (mount.node.empty() || !mounts.load(mount.fs, &fs) || server_at(node, fs.mounted_from).empty()) continue;
    const Strings replicas = fs.replicas(fs.current);
    say(1, padded(mount.over, 24) + " " + padded(mount.vfs, 6) + " " + fs.current +
               (!serves(node, fs, fs.current, false) ? " does not serve it"
                : replicas.empty()                   ? " no replica"
                                                     : " replicas " + join(replicas, " ")) +
               "\n");
  }
  return 0;
}

namespace {

int for_linked_nodes(Node& server, const Strings& args, int (*what)(Node&, const Strings&)) {
  int status = 0;
  for (const auto& folder : folders(server, "linked-nodes")) {
    Node node(folder);
    if (!node.booted()) continue;
    for (const auto& nic : nics(server)) {
      for (const auto& one : nic.inet) {
        const std::string address = ipv4(one.first);
        if (nic.name == "lo0" || is_dead(node, address) == (what == control_fail)) continue;
        Strings words = args;
        words.insert(words.begin(), address);
        const int result = what(node, words);
        if (result) status = result;
      }
    }
  }
  return status;
}

}  // namespace

int control_down(Node& node, const Strings& args) {
  if (server_down(node)) {
    say(2, "aixsim: down: it is down already\n");
    return 1;
  }
  node.write("down", "down\n");
  std::set<std::string> names;
  for (const auto& one : clients(node)) names.insert(one.node);
  note_event(node, {"down", "server", {}, "", {names.begin(), names.end()}});
  return for_linked_nodes(node, args, control_fail);
}

int control_up(Node& node, const Strings& args) {
  if (!args.empty() || !server_down(node)) {
    say(2, "aixsim: up: it is not down\n");
    return 1;
  }
  node.write("down", "");
  note_event(node, {"up", "server", {}, "", {}});
  return for_linked_nodes(node, {}, control_heal);
}

}  // namespace aixsim
