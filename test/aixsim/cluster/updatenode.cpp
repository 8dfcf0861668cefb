// SPDX-License-Identifier: Apache-2.0
// updatenode -P: environment and arguments of a node's postscripts, their output and status (xcat 1.2
// to 1.5, 1.7).
#include <dirent.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"
#include "core/fan_out.hpp"
#include "state/exports.hpp"
#include "state/links.hpp"
#include "state/src.hpp"

namespace aixsim {
namespace {

bool version_4(const std::string& site_value) { return site_value.find_first_of("1yY") != std::string::npos; }

// The folder that `mount server:/install/postscripts` would show; empty: the server does not serve it.
std::string postscripts_of(const Hosts& hosts, const Machine& server, bool v4) {
  const Node node = hosts.folder(server);
  const std::string dir = "/install/postscripts";
  if (server.kind == Machine::Kind::kManager) return node.root() + dir;
  if (server_down(node) || !Src(node).active("nfsd")) return "";
  for (const auto& one : Exports(node).now()) {
    const bool covers = one.dir == dir || one.dir == "/install" || one.dir == "/";
    if (covers && one.versions().count(v4 ? "4" : "3")) return node.root() + dir;
  }
  return "";
}

// A value after the node's shell has rewritten it (1.4): without double quotes, variables and back-quotes.
std::string rewritten(const std::string& line) {
  std::string text;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (c == '"' || c == '`' || c == '\\') continue;
    if (c == '$') {
      while (i + 1 < line.size() && (std::isalnum(static_cast<unsigned char>(line[i + 1])) || line[i + 1] == '_')) ++i;
      continue;
    }
    text += c;
  }
  while (!text.empty() && text.front() == ' ') text.erase(0, 1);
  return text;
}

Strings environment_of(const Hosts& hosts, Lookup* lookup, const Machine& machine, bool booting) {
  const std::string& node = machine.name();
  Strings all = {"NODE=" + node, std::string("UPDATENODE=") + (booting ? "0" : "1"),
                 machine.kind == Machine::Kind::kServer ? "NTYPE=service" : "NTYPE=compute", "NODESETSTATE=diskless"};
  const Table& site = lookup->table("site");
  for (const auto& row : site.rows) {
    if (!row[0] || site.disabled(row)) continue;
    std::string key = *row[0] == "master" ? "sitemaster" : *row[0];
    std::transform(key.begin(), key.end(), key.begin(), [](unsigned char c) { return std::toupper(c); });
    all.push_back(key + "=" + site.get(row, "value").value_or(""));
  }
  std::string master = lookup->text(node, "noderes", "xcatmaster");
  if (master.empty()) master = lookup->site("master");
  const auto value = [&](const char* table, const char* column) { return lookup->text(node, table, column); };
  std::string nfs = value("noderes", "nfsserver");
  all.push_back("IPADDR=" + machine.interfaces[0].address);
  all.push_back("GROUP=" + value("nodelist", "groups"));
  all.push_back("NFSSERVER=" + (nfs.empty() ? master : nfs));
  all.push_back("MASTER=" + master);
  all.push_back("MASTER_IP=" + table_address(hosts, master));
  all.push_back("SERVICEGROUP=" + value("noderes", "servicenode"));
  all.push_back("OSVER=" + value("nodetype", "os"));
  all.push_back("ARCH=" + value("nodetype", "arch"));
  all.push_back("PROFILE=" + value("nodetype", "profile"));
  all.push_back("PROVMETHOD=" + value("nodetype", "provmethod"));
  all.push_back("NODEROUTENAMES=" + value("noderes", "routenames"));
  return all;
}

struct Plan {
  std::string source;  // folder of the postscripts, empty: the mount fails
  std::string server;  // as the node names it
  Strings lines, environment;
  bool booting = false;
};

// In the child: copy, then one script after the other; stdout and stderr are one.
void on_node(const Hosts& hosts, const Machine& machine, const Plan& plan, bool shown) {
  reach(hosts, machine, 0);
  const Node node = hosts.folder(machine);
  ::dup2(1, 2);
  make_dirs(node.root() + "/xcatpost");
  make_dirs(node.root() + "/var/log/xcat");
  if (plan.source.empty()) {
    say(1, "mount: 1831-008 giving up on:\n" + plan.server + ":/install/postscripts\n");
  } else if (DIR* const directory = ::opendir(plan.source.c_str())) {
    while (const dirent* const entry = ::readdir(directory)) {
      if (entry->d_name[0] == '.') continue;  // `*` does not match them (1.3)
      const std::string copy = node.root() + "/xcatpost/" + entry->d_name;
      copy_tree(plan.source + "/" + entry->d_name, copy);
      struct stat info{};
      if (::stat(copy.c_str(), &info) == 0 && S_ISREG(info.st_mode)) ::chmod(copy.c_str(), info.st_mode | 0111);
    }
    ::closedir(directory);
  }
  const std::string log = node.root() + "/var/log/xcat/xcat.log";
  // SEEN: updatenode makes an AIX node use reserved ports first.
  std::string script = plan.booting ? "" : "/usr/sbin/nfso -o nfs_use_reserved_ports=1 >/dev/null; ", notes;
  bool any = false;
  for (const auto& line : plan.lines) {
    const std::string name = line.substr(0, line.find(' '));
    const bool there = name.find("..") == std::string::npos && exists(node.root() + "/xcatpost/" + name);
    any = any || there;
    std::string note = there ? std::to_string(node.clock()) + " Running postscript: " + line
                             : "Postscript " + name + " does NOT exist.";
    note.erase(std::remove(note.begin(), note.end(), '\''), note.end());
    notes += note + "\n";
    script += "echo '" + note + "' | tee -a /var/log/xcat/xcat.log" + (shown ? "; " : " >/dev/null; ");
    if (there) script += "./" + line + " 2>&1 | tee -a /var/log/xcat/xcat.log; ";
  }
  if (!any) {  // nothing to run: no shell
    append_file(log, notes);
    if (shown) say(1, notes);
    ::_exit(0);
  }
  Remote remote;
  remote.command = script;
  remote.folder = "/xcatpost";
  remote.environment = plan.environment;
  become_remote(hosts, machine, remote);
}

}  // namespace

std::map<std::string, bool> run_postscripts(Call& call, const Hosts& hosts, Lookup* lookup,
                                            const std::vector<const Machine*>& machines, const std::string* list,
                                            bool booting) {
  const bool v4 = version_4(lookup->site("useNFSv4onAIX"));
  std::vector<Job> jobs;
  for (const Machine* const machine : machines) {
    Plan plan;
    std::string all = list ? *list : "";
    if (!list) {
      const Table& table = lookup->table("postscripts");
      const Row* const defaults = table.find("xcatdefaults");
      Strings parts;
      for (const char* const column : {"postscripts", "postbootscripts"}) {
        if (defaults) parts.push_back(table.get(*defaults, column).value_or(""));
        parts.push_back(lookup->text(machine->name(), "postscripts", column));
      }
      all = join(parts, ",");
    }
    for (const auto& part : split(all, ',')) {
      const std::string line = rewritten(part);
      if (!line.empty()) plan.lines.push_back(line);
    }
    std::string master = lookup->text(machine->name(), "noderes", "xcatmaster");
    if (master.empty() || machine->kind == Machine::Kind::kServer) master = lookup->site("master");
    const Machine* const server = hosts.find(table_address(hosts, master));
    plan.server = master;
    if (server && server->kind != Machine::Kind::kNode) plan.source = postscripts_of(hosts, *server, v4);
    plan.booting = booting;
    plan.environment = environment_of(hosts, lookup, *machine, booting);
    const bool shown = call.node.is("updatenode-log", "both");
    jobs.push_back({machine->name(), [&hosts, machine, plan, shown] { on_node(hosts, *machine, plan, shown); }});
  }
  std::map<std::string, bool> reached;
  fan_out(jobs, 64, 300, [&](const Finished& one) {
    reached[one.name] = one.status != 255 && !one.timed_out;
    if (booting) return;
    print(call, false, prefixed(one.name, one.out));
    std::string errors = prefixed(one.name, one.err);
    if (one.timed_out) errors += one.name + ": Error: no answer within 300 seconds\n";
    print(call, true, errors);
  });
  return reached;
}

void boot_postscripts(const Hosts& hosts, Lookup* lookup, const std::vector<const Machine*>& machines) {
  Node manager = hosts.manager();
  Call call{manager, {}, "", ""};
  run_postscripts(call, hosts, lookup, machines, nullptr, true);
}

int cmd_updatenode(Call& call) {
  const auto usage = [&] { return call.fail("Usage: updatenode <noderange> -P [script1,script2,...] [-V]\n"); };
  std::string range, list;
  bool scripts = false, given = false;
  for (size_t i = 0; i < call.args.size(); ++i) {
    const std::string& arg = call.args[i];
    if (arg == "-P") {
      scripts = true;
      if (i + 1 < call.args.size() && !starts_with(call.args[i + 1], "-")) {
        list = call.args[++i];
        given = true;
      }
    } else if (arg == "-V") {
      continue;
    } else if (starts_with(arg, "-") || !range.empty()) {
      return usage();
    } else {
      range = arg;
    }
  }
  if (range.empty() || !scripts) return usage();
  const Hosts hosts = Hosts::of(call.node);
  const TableStore store(call.node);
  std::map<std::string, bool> reached;
  {
    Lookup lookup(store);
    std::vector<const Machine*> machines;
    if (!machines_of(call, hosts, &lookup, range, &machines)) return 1;
    reached = run_postscripts(call, hosts, &lookup, machines, given ? &list : nullptr);
  }
  // 1.7: a node that was reached is "synced", whatever its scripts said.
  const Lock held(store.lock());
  Table nodelist;
  if (store.load("nodelist", &nodelist)) {
    for (const auto& [node, good] : reached) nodelist.set(node, "updatestatus", good ? "synced" : "failed");
    store.save(nodelist);
  }
  return 0;
}

}  // namespace aixsim
