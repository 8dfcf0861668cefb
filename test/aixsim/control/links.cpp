// SPDX-License-Identifier: Apache-2.0
// The words of aixsim that join nodes and servers, and that stop a server: link, down, up.
#include "state/links.hpp"

#include <set>

#include "control/control.hpp"
#include "state/clients.hpp"
#include "state/routes.hpp"

namespace aixsim {

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
  for (const auto& folder : linked_nodes(server)) {
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
