// SPDX-License-Identifier: Apache-2.0
// aixsim cluster harm: what a run has made worse in a whole cluster. What a command does to its own host is kept there;
// here is what only the cluster shows, judged when it is asked for.
#include "harm/harm.hpp"

#include <algorithm>
#include <set>

#include "cluster/host_exec.hpp"
#include "cluster/noderange.hpp"
#include "cluster/remote_jobs.hpp"
#include "harm/touch.hpp"
#include "state/links.hpp"
#include "state/src.hpp"

namespace aixsim {
namespace {

const char kUsage[] =
    "aixsim: cluster harm DIR [--json] [--well] [--without SERVER]... | begin [KIND...] | untouchable HOST... | plan\n";

struct Found {
  std::string host;
  Harm harm;
};

bool is_kind(const Machine& machine, Machine::Kind kind) { return machine.kind == kind; }

bool is_host(const Machine& machine) {
  return is_kind(machine, Machine::Kind::kServer) || is_kind(machine, Machine::Kind::kNode);
}

// A daemon that is about to run counts: it was started.
bool runs_nfs(const Node& server) {
  const Src src(server);
  const Lock held(src.lock());
  Strings missing = {"nfsd", "rpc.mountd"};
  for (const auto& daemon : src.look(false)) {
    if (daemon.state != "active" && daemon.then != "active") continue;
    missing.erase(std::remove(missing.begin(), missing.end(), daemon.name), missing.end());
  }
  return missing.empty();
}

// -- begin: what is there now is what nothing may make worse

int begin(const Hosts& hosts, const Strings& allowed) {
  if (!std::all_of(allowed.begin(), allowed.end(), is_harm_kind)) {
    say(2, kUsage);
    return 2;
  }
  const Node& manager = hosts.manager();
  std::string there;
  begin_harm(manager);
  for (const auto& kind : allowed) allow_harm(manager, kind);
  for (const auto& machine : hosts.all()) {
    if (!is_host(machine)) continue;
    const Node node = hosts.folder(machine);
    begin_harm(node);
    for (const auto& kind : allowed) allow_harm(node, kind);
    if (server_down(node)) continue;
    if (is_kind(machine, Machine::Kind::kServer)) {
      if (runs_nfs(node)) there += record({"server", machine.name()}) + "\n";
    } else if (!node_hangs(node)) {
      there += record({"node", machine.name(), server_in_use(hosts, node)}) + "\n";
    }
  }
  manager.write("harm.there", there);
  manager.write("harm.calls", std::to_string(manager.get("calls").size()));
  remove_file(manager.state("harm.plan"));
  return 0;
}

// -- who is worse off than at the beginning

// Who was put down from outside lost nothing by a command.
bool down_by_hand(const Node& node) { return node.get("down") == "down\n"; }

void judge_hosts(const Hosts& hosts, std::vector<Found>* all) {
  for (const auto& line : split(hosts.manager().get("harm.there"), '\n')) {
    const Strings words = fields(line);
    const Machine* const machine = words.size() < 2 ? nullptr : hosts.find(words[1]);
    if (!machine) continue;
    const Node node = hosts.folder(*machine);
    if (words[0] == "server") {
      if (!server_down(node) && !runs_nfs(node)) all->push_back({machine->name(), {"nfs-stopped", "", "", "", 0}});
      continue;
    }
    const Machine* const server = words.size() < 3 ? nullptr : hosts.find(words[2]);
    const bool hangs = !server_down(node) && node_hangs(node);
    if (!server || server_down(hosts.folder(*server)) || down_by_hand(node) || !(server_down(node) || hangs)) continue;
    const std::string now = hangs ? "hangs" : split(node.get("down"), '\n')[0];
    all->push_back({machine->name(), {"node-lost", "ran from " + server->name() + ", now: " + now, "", "", 0}});
  }
}

void judge_replicas(const Hosts& hosts, const Strings& without, std::vector<Found>* all) {
  std::map<std::string, std::map<std::string, std::string>> domains;  // domain, server, what it exports
  for (const auto& machine : hosts.all()) {
    const std::string domain = machine.attribute("domain");
    const bool left_out = std::find(without.begin(), without.end(), machine.name()) != without.end();
    if (!is_kind(machine, Machine::Kind::kServer) || domain.empty() || left_out) continue;
    const Node server = hosts.folder(machine);
    domains[domain][machine.name()] = replica_terms(server, own_directory(server));
  }
  for (const auto& [domain, servers] : domains) {
    std::set<std::string> kinds;
    std::string what;
    for (const auto& [server, terms] : servers) {
      kinds.insert(terms);
      what += (what.empty() ? "" : "; ") + server + ": " + (terms.empty() ? "no replicas" : terms);
    }
    if (servers.size() > 1 && (kinds.size() > 1 || kinds.count("") != 0))
      all->push_back({servers.begin()->first, {"replicas-differ", what, "", "", 0}});
  }
}

// -- the plan

// What a command of the management node does, host by host; a command that only looks there does nothing.
std::set<std::string> deeds_of(Lookup* lookup, const Strings& words) {
  static const std::set<std::string> kLooks = {"tabdump", "nodels", "lsdef", "lsxcatd",
                                               "ping",    "logger", "uname", "hostname"};
  static const std::set<std::string> kEngines = {"pdsh", "clush"};  // their ssh is logged, too
  std::set<std::string> deeds;
  if (words.empty() || kLooks.count(words[0]) != 0 || kEngines.count(words[0]) != 0) return deeds;
  if (words[0] == "rnetboot" && words.size() == 2) {
    Strings nodes, missing;
    expand_range(lookup, words[1], &nodes, &missing);
    for (const auto& node : nodes) deeds.insert(node + ": rnetboot");
    return deeds;
  }
  const Handed handed = handed_out(lookup, words);
  for (const auto& host : handed.hosts) deeds.insert(host + ": " + handed.command);
  if (deeds.empty()) deeds.insert(join(words, " "));
  return deeds;
}

int take_plan(const Hosts& hosts) {
  hosts.manager().write("harm.plan", read_all(0));
  return 0;
}

void judge_plan(const Hosts& hosts, std::vector<Found>* all) {
  const Node& manager = hosts.manager();
  std::string plan;
  if (!manager.read("harm.plan", &plan)) return;  // nobody has given it
  const TableStore store(manager);
  Lookup lookup(store);
  std::set<std::string> planned;
  for (const auto& line : split(plan, '\n')) {
    if (!line.empty()) planned.merge(deeds_of(&lookup, split(line, ' ')));
  }
  long seen = 0;
  parse_number(manager.get("harm.calls"), &seen);
  const std::string log = manager.get("calls");
  for (const auto& line : split(log.substr(std::min(log.size(), static_cast<size_t>(seen))), '\n')) {
    const Strings call = fields(line);
    if (call.size() < 8 || call[0] != "S") continue;
    const Strings words(call.begin() + 7, call.end());
    for (const auto& deed : deeds_of(&lookup, words)) {
      if (planned.count(deed) == 0)
        all->push_back({"mn", {"not-in-plan", deed, call[1], join(words, " "), manager.clock()}});
    }
  }
}

// -- show

int show(const Hosts& hosts, bool json, bool well, const Strings& without) {
  std::vector<Found> all;
  for (const auto& machine : hosts.all()) {
    if (!is_host(machine)) continue;
    for (const auto& one : harms(hosts.folder(machine))) all.push_back({machine.name(), one});
  }
  std::vector<Found> here;
  judge_hosts(hosts, &here);
  if (well) judge_replicas(hosts, without, &here);
  judge_plan(hosts, &here);
  for (const auto& one : here) {
    if (!is_allowed(hosts.manager(), one.harm.kind)) all.push_back(one);
  }
  std::string text;
  for (const auto& [host, harm] : all) {
    if (json) {
      text += std::string(text.empty() ? "" : ",\n ") + "{\"host\":" + json_string(host) +
              ",\"kind\":" + json_string(harm.kind) + ",\"what\":" + json_string(harm.what) +
              ",\"command\":" + json_string(harm.words) + ",\"call\":" + json_string(harm.call) + "}";
    } else {
      text += host + ": " + harm.kind + ": " + harm.what + (harm.words.empty() ? "" : "; by " + harm.words) + "\n";
    }
  }
  say(1, json ? "[" + text + "]\n" : text);
  return all.empty() ? 0 : 1;
}

int forbid(const Hosts& hosts, const Strings& names) {
  for (const auto& name : names) {
    const Machine* const machine = hosts.find(name);
    if (!machine || !is_host(*machine)) {
      say(2, "aixsim: cluster harm: " + name + ": neither a server nor a node\n");
      return 2;
    }
    forbid_touch(hosts.folder(*machine));
  }
  return 0;
}

}  // namespace

int cluster_harm(const Hosts& hosts, const Strings& args) {
  const std::string verb = args.empty() ? "" : args[0];
  if (verb == "begin") return begin(hosts, Strings(args.begin() + 1, args.end()));
  if (verb == "untouchable" && args.size() > 1) return forbid(hosts, Strings(args.begin() + 1, args.end()));
  if (verb == "plan" && args.size() == 1) return take_plan(hosts);
  bool json = false, well = false;
  Strings without;
  for (size_t i = 0; i < args.size(); ++i) {
    if (args[i] == "--json") {
      json = true;
    } else if (args[i] == "--well") {
      well = true;
    } else if (args[i] == "--without" && i + 1 < args.size()) {
      without.push_back(args[++i]);
    } else {
      say(2, kUsage);
      return 2;
    }
  }
  return show(hosts, json, well, without);
}

}  // namespace aixsim
