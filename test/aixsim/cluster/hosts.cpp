// SPDX-License-Identifier: Apache-2.0
#include "cluster/hosts.hpp"

#include <unistd.h>

#include <climits>
#include <cstdlib>

#include "control/boot.hpp"
#include "control/control.hpp"
#include "state/failover.hpp"
#include "state/links.hpp"

namespace aixsim {

Hosts Hosts::of(const Node& manager) {
  char path[PATH_MAX];
  const std::string root = ::realpath(manager.root().c_str(), path) ? path : manager.root();
  return Hosts(root.substr(0, root.rfind('/')));
}

void Hosts::save(const std::vector<Machine>& machines) const {
  std::string text;
  for (const auto& machine : machines) {
    Strings words = {std::to_string(static_cast<int>(machine.kind)), std::to_string(machine.interfaces.size())};
    for (const auto& one : machine.interfaces) {
      words.insert(words.end(), {one.name, one.address, std::to_string(one.prefix)});
    }
    for (const auto& [key, value] : machine.attributes) words.insert(words.end(), {key, value});
    text += record(words) + "\n";
  }
  manager_.write("hosts", text);
}

void Hosts::read() const {
  if (!machines_.empty()) return;
  for (const auto& line : split(manager_.get("hosts"), '\n')) {
    const Strings f = fields(line);
    long kind = 0, count = 0, prefix = 24;
    if (f.size() < 2 || !parse_number(f[0], &kind) || !parse_number(f[1], &count)) continue;
    Machine machine;
    machine.kind = static_cast<Machine::Kind>(kind);
    size_t at = 2;
    for (long i = 0; i < count && at + 2 < f.size(); ++i, at += 3) {
      parse_number(f[at + 2], &prefix);
      machine.interfaces.push_back({f[at], f[at + 1], static_cast<int>(prefix)});
    }
    for (; at + 1 < f.size(); at += 2) machine.attributes[f[at]] = f[at + 1];
    for (const auto& one : machine.interfaces) {
      index_.emplace(one.name, machines_.size());
      index_.emplace(one.address, machines_.size());
    }
    machines_.push_back(std::move(machine));
  }
}

const std::vector<Machine>& Hosts::all() const {
  read();
  return machines_;
}

const Machine* Hosts::find(const std::string& name_or_address) const {
  read();
  const auto found = index_.find(name_or_address);
  return found == index_.end() ? nullptr : &machines_[found->second];
}

Node Hosts::folder(const Machine& machine) const {
  return machine.kind == Machine::Kind::kManager ? manager_ : Node(dir_ + "/" + machine.name());
}

std::string own_path() {
  char self[PATH_MAX] = {0};
  if (::readlink("/proc/self/exe", self, sizeof self - 1) < 0) return "";
  const std::string path = self;
  return path.substr(0, path.rfind('/') + 1) + "aixsim";  // a program that has it built in lies beside it
}

std::string table_address(const Hosts& hosts, const std::string& name) {
  const std::string address = hosts.manager().address_of(name);
  unsigned number = 0;
  return parse_ipv4(address, &number) ? address : "";
}

namespace {

// The gateway that NIM gives a node: networks.gateway of its network; <xcatmaster> is the server it boots from.
std::string gateway_of(Lookup* lookup, const Port& own, const std::string& server) {
  const Table& networks = lookup->table("networks");
  unsigned address = 0;
  parse_ipv4(own.address, &address);
  for (const auto& row : networks.rows) {
    unsigned net = 0, mask = 0, gateway = 0;
    if (networks.disabled(row) || !parse_ipv4(networks.get(row, "net").value_or(""), &net) ||
        !parse_ipv4(networks.get(row, "mask").value_or(""), &mask) || (address & mask) != net) {
      continue;
    }
    const std::string text = networks.get(row, "gateway").value_or("");
    if (parse_ipv4(text, &gateway)) return text;
  }
  return server;
}

std::string nameserver_of(const Hosts& hosts, Lookup* lookup, const std::string& node, const std::string& server) {
  std::string list = lookup->text(node, "noderes", "nameservers");
  if (list.empty()) list = lookup->site("nameservers");
  const std::string first = split(list, ',')[0];
  const std::string address = first.empty() || first == "<xcatmaster>" ? "" : table_address(hosts, first);
  return address.empty() ? server : address;
}

}  // namespace

bool boot_cluster_node(const Hosts& hosts, Lookup* lookup, const Machine& machine, const std::string& server,
                       const std::string& self, std::string* led) {
  const Node node = hosts.folder(machine);
  const Port& own = machine.interfaces[0];
  unsigned number = 0;
  if (!parse_ipv4(server, &number)) {
    // xcat 6.2: LED 610/611 is the NFS mount of a NIM resource; before that BOOTP gets no answer.
    *led = "no server answers its boot request";
    node.write("down", *led + "\n");
    return false;
  }
  const Machine* const from = hosts.find(server);
  if (from && from->kind == Machine::Kind::kServer) add_links(node, {hosts.folder(*from)});
  if (control_boot({node.root(), "--name", machine.name(), "--address", own.address + "/" + std::to_string(own.prefix),
                    "--from", server, "--gateway", gateway_of(lookup, own, server), "--nameserver",
                    nameserver_of(hosts, lookup, machine.name(), server)},
                   self) != 0) {
    *led = "the simulator could not boot it";
    return false;
  }
  const Node fresh(node.root());
  remove_tree(node.root() + "/xcatpost");  // lies in memory on a node with a shared root (xcat 1.3)
  fresh.set_setting("bserver", server);
  const Mounts mounts(fresh);
  for (const auto& over : {"/", "/usr"}) {
    Mount mount;
    Filesystem fs;
    if (!mounts.at(over, &mount) || !mounts.load(mount.fs, &fs)) continue;
    if (!is_dead(fresh, fs.mounted_from) && serves(fresh, fs, fs.mounted_from, false)) continue;
    *led = "LED 611: " + server + " does not serve " + over;
    fresh.write("down", *led + "\n");
    return false;
  }
  fresh.write("down", "");
  return true;
}

bool node_hangs(const Node& node) {
  const Mounts mounts(node);
  for (const auto& over : {"/", "/usr"}) {
    Mount mount;
    Filesystem fs;
    if (mounts.at(over, &mount) && mounts.load(mount.fs, &fs) && stall_of(node, mounts, fs).fresh == kHangs) {
      return true;
    }
  }
  return false;
}

std::string server_in_use(const Hosts& hosts, const Node& node) {
  const Mounts mounts(node);
  Mount usr;
  Filesystem fs;
  if (!mounts.at("/usr", &usr) || !mounts.load(usr.fs, &fs)) return "";
  const std::string address = node.address_of(mounts.current(fs));
  const Machine* const machine = hosts.find(address);
  return machine ? machine->name() : address;
}

}  // namespace aixsim
