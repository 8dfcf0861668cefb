// SPDX-License-Identifier: Apache-2.0
// aixsim cluster: a management node, servers and nodes in one folder, or only the dumps of their tables.
#include <unistd.h>

#include <algorithm>
#include <set>

#include "cluster/host_exec.hpp"
#include "cluster/hosts.hpp"
#include "control/boot.hpp"
#include "control/control.hpp"
#include "state/links.hpp"
#include "state/mounts.hpp"

namespace aixsim {
namespace {

int bad(const std::string& text, int status = 2) {
  say(2, "aixsim: cluster: " + text + "\n");
  return status;
}

// Reads the cluster file and applies --defect and --exports, which are removed from `words`.
bool load(const std::string& file, Strings* words, Cluster* cluster) {
  std::string text, why;
  if (file == "-") {
    text = read_all(0);
  } else if (!read_file(file, &text)) {
    bad(file + ": cannot be read");
    return false;
  }
  if (!parse_cluster(text, cluster, &why)) {
    bad(file + ": " + why);
    return false;
  }
  Strings left;
  for (size_t i = 0; i < words->size(); ++i) {
    const std::string& word = (*words)[i];
    if (word != "--defect" && word != "--exports") {
      left.push_back(word);
      continue;
    }
    if (++i >= words->size()) {
      bad(word + ": its value is missing");
      return false;
    }
    if (word == "--exports") {
      cluster->options["exports"] = (*words)[i];
      for (auto& machine : cluster->machines) machine.attributes.erase("exports");
    } else if (!apply_defect((*words)[i], cluster, &why)) {
      bad(why);
      return false;
    }
  }
  *words = left;
  return true;
}

int cluster_dumps(Strings args) {
  if (args.size() < 2) return bad("dumps FILE DIR [--defect NAME]...");
  const std::string file = args[0], dir = args[1];
  args.erase(args.begin(), args.begin() + 2);
  Cluster cluster;
  if (!load(file, &args, &cluster)) return 2;
  if (!args.empty()) return bad("dumps: " + args[0] + ": unknown");
  make_dirs(dir);
  for (const auto& [name, table] : cluster.tables) {
    if (!write_file(dir + "/" + name + ".csv", format_table(table))) return bad(dir + ": cannot be written", 1);
  }
  return 0;
}

void create_manager(const Hosts& hosts, const Cluster& cluster, const std::string& self) {
  const Node& mn = hosts.manager();
  make_dirs(mn.state("locks"));
  link_commands(mn.root(), self, MachineKind::kManager);
  mn.set_setting("hostname", cluster.machines[0].name());
  mn.set_setting("standalone", "yes");
  mn.set_setting("server", "mn");
  mn.write("clock", std::to_string(kFirstClock));
  mn.write("odm", "");
  const Port& own = cluster.machines[0].interfaces[0];
  unsigned address = 0;
  parse_ipv4(own.address, &address);
  save_nics(mn, {{"en0", true, {{address, mask_of(own.prefix)}}}, {"lo0", true, {{0x7f000001u, mask_of(8)}}}});
  write_file(mn.root() + "/etc/hosts", hosts_file(cluster, true));
  const TableStore store(mn);
  for (const auto& [name, table] : cluster.tables) store.save(table);
  hosts.save(cluster.machines);
}

// The partners of a server: the other servers with the same domain= in the cluster file. Without domain= it has none.
Strings partners(const Cluster& cluster, const Machine& server) {
  Strings all;
  const std::string domain = server.attribute("domain");
  for (const auto& other : cluster.machines) {
    if (other.kind != Machine::Kind::kServer || other.name() == server.name() || domain.empty()) continue;
    if (other.attribute("domain") == domain) all.push_back(other.interfaces.back().address);
  }
  return all;
}

bool create_server(const Hosts& hosts, const Cluster& cluster, const Machine& server, const std::string& domain,
                   const std::string& host_lines, const std::string& self) {
  const std::string root = hosts.dir() + "/" + server.name();
  make_dirs(root + "/etc");
  write_file(root + "/etc/hosts", host_lines);
  const std::string state = server.attribute("exports", cluster.option("exports", "plain"));
  Strings words = {root, "--server", "--name", server.name(), "--exports", state};
  // The node-facing interface is en0: replica lists hold its address.
  for (size_t i = server.interfaces.size(); i-- > 0;) {
    words.insert(words.end(),
                 {"--address", server.interfaces[i].address + "/" + std::to_string(server.interfaces[i].prefix)});
  }
  Strings others = partners(cluster, server);
  if (others.empty()) others = {"none"};
  for (const auto& other : others) words.insert(words.end(), {"--partner", other});
  words.insert(words.end(), {"--access", server.attribute("access", cluster.option("access", "ro"))});
  if (state != "none" && state != "no-file" && state != "v3-children" && state != "partner-down") {
    words.insert(words.end(), {"--domain", domain});
  }
  if (!server.attribute("gateway").empty()) words.insert(words.end(), {"--gateway", server.attribute("gateway")});
  for (const auto& fs : split(server.attribute("fs"), ',')) {
    if (!fs.empty()) words.insert(words.end(), {"--fs", fs});
  }
  return control_boot(words, self) == 0;
}

// Consoles, and connections to CECs and frames, as makeconservercf and mkhwconn left them.
void seed_control(const Hosts& hosts, Lookup* lookup) {
  std::map<std::string, std::string> consoles, connections;
  for (const auto& machine : hosts.all()) {
    if (machine.kind == Machine::Kind::kNode && !lookup->text(machine.name(), "nodehm", "cons").empty()) {
      consoles[lookup->text(machine.name(), "nodehm", "conserver")] += machine.name() + "\n";
    } else if (const std::string type = lookup->text(machine.name(), "ppc", "nodetype");
               machine.kind == Machine::Kind::kDevice && !type.empty() && type != "hmc") {
      connections[split(lookup->text(machine.name(), "noderes", "servicenode"), ',')[0]] += machine.name() + "\n";
    }
  }
  for (const auto& machine : hosts.all()) {
    const bool manager = machine.kind == Machine::Kind::kManager;
    if (!manager && machine.kind != Machine::Kind::kServer) continue;
    const std::string key = manager ? "" : machine.name();
    hosts.folder(machine).write("consoles", consoles[key]);
    hosts.folder(machine).write("hwconn", connections[key]);
  }
}

int cluster_create(Strings args, const std::string& self) {
  if (args.size() < 2) return bad("create DIR FILE [--exports STATE] [--defect NAME]... [--hanfs BIN]");
  const std::string dir = clean_path(absolute(args[0])), file = args[1];
  args.erase(args.begin(), args.begin() + 2);
  Cluster cluster;
  if (!load(file, &args, &cluster)) return 2;
  std::string programs;
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] != "--hanfs" || i + 1 >= args.size()) return bad("create: " + args[i] + ": unknown, or no value");
    programs = absolute(args[++i]);
  }
  const Hosts hosts(dir);
  if (exists(dir)) return bad(dir + ": is there already; remove it first");
  if (!make_dirs(dir)) return bad(dir + ": cannot be made", 1);
  create_manager(hosts, cluster, self);
  Lookup lookup(cluster.tables);
  const std::string domain = lookup.site("domain");
  const std::string nfs_domain =
      domain.empty() ? "clusters.com" : domain;  // lib/xcat/README.md "mkdsklsnode -S: weaknesses", W24
  const bool small = cluster.machines.size() < 700;
  const std::string server_hosts = hosts_file(cluster, small), node_hosts = hosts_file(cluster, false);
  std::map<std::string, std::string> facing;  // any name of a server -> its folder
  std::map<std::string, Strings> linked;      // folder of a server -> folders of its nodes
  for (const auto& machine : cluster.machines) {
    if (machine.kind != Machine::Kind::kServer) continue;
    if (!create_server(hosts, cluster, machine, nfs_domain, server_hosts, self)) return 1;
    for (const auto& one : machine.interfaces) facing[one.name] = dir + "/" + machine.name();
  }
  for (const auto& machine : cluster.machines) {
    if (machine.kind != Machine::Kind::kServer) continue;
    std::string links;
    for (const auto& other : partners(cluster, machine)) links += escape(facing[hosts.find(other)->name()]) + "\n";
    Node(dir + "/" + machine.name()).write("links", links);
  }
  // usr, bin and opt/hanfs of all nodes are the same folders.
  link_commands(dir + "/.skeleton", self, MachineKind::kNode);
  size_t nodes = 0, asleep = 0;
  for (const auto& machine : cluster.machines) {
    if (machine.kind != Machine::Kind::kNode) continue;
    const Node node = hosts.folder(machine);
    make_dirs(node.state("locks"));
    make_dirs(node.root() + "/etc");
    for (const char* const name : {"usr", "bin"}) {
      const std::string target = "../.skeleton/" + std::string(name), link = node.root() + "/" + name;
      if (::symlink(target.c_str(), link.c_str()) != 0) return bad(link + ": cannot be made", 1);
    }
    write_file(node.root() + "/etc/hosts", node_hosts + machine.interfaces[0].address + "\t" + machine.name() +
                                               (domain.empty() ? "" : "." + domain + " " + machine.name()) + "\n");
    const std::string master = lookup.text(machine.name(), "noderes", "xcatmaster");
    std::set<std::string> servers;
    Strings names = split(lookup.text(machine.name(), "noderes", "servicenode"), ',');
    names.push_back(master);
    for (const auto& name : names) {
      const auto found = facing.find(name);
      if (found != facing.end()) servers.insert(found->second);
    }
    std::string links;
    for (const auto& server : servers) {
      links += escape(server) + "\n";
      linked[server].push_back(node.root());
    }
    node.write("links", links);
    // With --defect unresolvable the node still boots: its own hosts file was right when it was installed.
    const auto home = facing.find(master);
    const std::string address = home == facing.end() ? "" : hosts.find(master)->interfaces.back().address;
    std::string led;
    ++nodes;
    if (!boot_cluster_node(hosts, &lookup, machine, address, self, &led)) ++asleep;
  }
  for (const auto& [server, roots] : linked) {
    std::string text;
    for (const auto& root : roots) text += escape(root) + "\n";
    Node(server).write("linked-nodes", text);
  }
  seed_control(hosts, &lookup);
  if (!programs.empty()) install_programs(hosts, programs);
  say(1, dir + ": 1 management node, " +
             std::to_string(facing.empty()
                                ? 0
                                : std::count_if(cluster.machines.begin(), cluster.machines.end(),
                                                [](const Machine& m) { return m.kind == Machine::Kind::kServer; })) +
             " servers, " + std::to_string(nodes) + " nodes" +
             (asleep ? ", " + std::to_string(asleep) + " of them did not boot (aixsim cluster show " + dir + ")" : "") +
             "\n");
  return 0;
}

}  // namespace

int control_cluster(Strings args, const std::string& self) {
  const std::string verb = args.empty() ? "" : args[0];
  if (!args.empty()) args.erase(args.begin());
  if (verb == "generate") return cluster_generate(args);
  if (verb == "dumps") return cluster_dumps(args);
  if (verb == "create") return cluster_create(args, self);
  if (verb == "defects" && args.empty()) {
    say(1, defect_list());
    return 0;
  }
  if (args.empty()) {
    return bad(
        "create DIR FILE | dumps FILE DIR | generate ... | defects | show|boot|down|up|install|exec|harm DIR ...");
  }
  const Hosts hosts(clean_path(absolute(args[0])));
  args.erase(args.begin());
  if (!hosts.there()) return bad(hosts.dir() + ": no cluster was created there");
  if (verb == "exec") return cluster_exec(hosts, args);
  if (verb == "install" && args.size() == 1) {
    install_programs(hosts, absolute(args[0]));
    return 0;
  }
  if (verb == "show") return cluster_show(hosts, args);
  if (verb == "boot") return cluster_boot(hosts, args, self);
  if (verb == "down") return cluster_down(hosts, args);
  if (verb == "up") return cluster_up(hosts, args);
  if (verb == "harm") return cluster_harm(hosts, args);
  return bad(verb + ": unknown word, or wrong number of arguments");
}

}  // namespace aixsim
