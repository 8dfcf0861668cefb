// SPDX-License-Identifier: Apache-2.0
// aixsim cluster show: the server that each node uses now. aixsim cluster boot.
#include <algorithm>

#include "cluster/remote_jobs.hpp"
#include "control/control.hpp"
#include "state/exports.hpp"
#include "state/mounts.hpp"
#include "state/routes.hpp"

namespace aixsim {
namespace {

struct Place {
  std::string name, state, home, now, timeo, gateway;
  std::string domain_mode;  // of a server
};

std::string down_text(const Node& node) {
  std::string text = node.get("down");
  while (!text.empty() && text.back() == '\n') text.pop_back();
  return text;
}

std::string server_name(const Hosts& hosts, const std::string& address) {
  const Machine* const machine = hosts.find(address);
  return machine ? machine->name() : address;
}

Place node_place(const Hosts& hosts, Lookup* lookup, const Machine& machine) {
  const Node node = hosts.folder(machine);
  Place place;
  place.name = machine.name();
  const std::string down = down_text(node);
  const std::string master = table_address(hosts, lookup->text(machine.name(), "noderes", "xcatmaster"));
  place.home = master.empty() ? "?" : server_name(hosts, master);
  place.now = place.timeo = place.gateway = "-";
  if (!down.empty()) {
    place.state = down;
    return place;
  }
  place.state = node_hangs(node) ? "hangs" : "up";
  const Mounts mounts(node);
  Mount usr;
  Filesystem fs;
  if (mounts.at("/usr", &usr) && mounts.load(usr.fs, &fs)) {
    place.now = server_in_use(hosts, node);
    place.timeo = option(fs.options, "timeo") + "/" + option(fs.options, "retrans");
  }
  Route route;
  if (Routes(node).chosen_default(&route)) place.gateway = route.gateway;
  return place;
}

}  // namespace

int cluster_show(const Hosts& hosts, const Strings& args) {
  const bool json = args.size() == 1 && args[0] == "--json";
  if (!args.empty() && !json) {
    say(2, "aixsim: cluster show DIR [--json]\n");
    return 2;
  }
  const TableStore store(hosts.manager());
  Lookup lookup(store);
  std::map<std::string, size_t> serving, homes;
  std::vector<Place> places;
  for (const auto& machine : hosts.all()) {
    if (machine.kind != Machine::Kind::kNode) continue;
    places.push_back(node_place(hosts, &lookup, machine));
    ++homes[places.back().home];
    if (places.back().state == "up") ++serving[places.back().now];
  }
  std::string text =
      json ? "{\"servers\":[" : padded("server", 12) + " state  mode  nodes of it  nodes on it  exports\n";
  bool first = true;
  for (const auto& machine : hosts.all()) {
    if (machine.kind != Machine::Kind::kServer) continue;
    const Node node = hosts.folder(machine);
    const std::string name = machine.name(), state = down_text(node).empty() ? "up" : "down";
    if (json) {
      text += std::string(first ? "" : ",") + "\n {\"name\":" + json_string(name) + ",\"state\":\"" + state +
              "\",\"nodes_of_it\":" + std::to_string(homes[name]) +
              ",\"nodes_on_it\":" + std::to_string(serving[name]) + ",\"mode\":" + json_string(replication_mode(node)) +
              "}";
    } else {
      text += padded(name, 12) + " " + padded(state, 6) + " " + padded(replication_mode(node), 5) + " " +
              padded(std::to_string(homes[name]), 12) + " " + padded(std::to_string(serving[name]), 12) + " " +
              join(split(node.get("xtab"), '\n'), " ") + "\n";
    }
    first = false;
  }
  text += json ? "],\n\"nodes\":["
               : "\n" + padded("node", 12) + " home       serves now  timeo/retrans  gateway          state\n";
  first = true;
  for (const auto& place : places) {
    if (json) {
      text += std::string(first ? "" : ",") + "\n {\"name\":" + json_string(place.name) +
              ",\"state\":" + json_string(place.state) + ",\"home\":" + json_string(place.home) +
              ",\"now\":" + json_string(place.now) + ",\"timeo_retrans\":" + json_string(place.timeo) +
              ",\"gateway\":" + json_string(place.gateway) + "}";
    } else {
      text += padded(place.name, 12) + " " + padded(place.home, 10) + " " +
              padded(place.now + (place.state == "up" && place.now != place.home ? " *" : ""), 11) + " " +
              padded(place.timeo, 14) + " " + padded(place.gateway, 16) + " " + place.state + "\n";
    }
    first = false;
  }
  say(1, text + (json ? "]}\n" : ""));
  return 0;
}

int cluster_boot(const Hosts& hosts, const Strings& args, const std::string& self) {
  const TableStore store(hosts.manager());
  Lookup lookup(store);
  Strings names = args;
  const auto without = std::find(names.begin(), names.end(), "--no-postscripts");
  const bool scripts = without == names.end();
  if (!scripts) names.erase(without);
  if (names.empty()) {
    for (const auto& machine : hosts.all()) {
      if (machine.kind == Machine::Kind::kNode) names.push_back(machine.name());
    }
  }
  int status = 0;
  std::vector<const Machine*> booted;
  for (const auto& name : names) {
    const Machine* const machine = hosts.find(name);
    if (!machine || machine->kind == Machine::Kind::kDevice || machine->kind == Machine::Kind::kManager) {
      say(2, "aixsim: cluster boot: " + name + ": neither a server nor a node\n");
      return 2;
    }
    const Node node = hosts.folder(*machine);
    node.write("ssh", "");
    if (machine->kind == Machine::Kind::kServer) {
      Node server(node.root());
      if (!server.get("down").empty()) control_up(server, {});
      if (control_boot({node.root()}, self) != 0) return 1;
      continue;
    }
    std::string led;
    const std::string master = lookup.text(name, "noderes", "xcatmaster");
    if (boot_cluster_node(hosts, &lookup, *machine, table_address(hosts, master), self, &led)) {
      booted.push_back(machine);
    } else {
      say(1, name + ": " + led + "\n");
      status = 1;
    }
  }
  if (scripts) boot_postscripts(hosts, &lookup, booted);
  return status;
}

}  // namespace aixsim
