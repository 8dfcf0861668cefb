// SPDX-License-Identifier: Apache-2.0
// Reads a cluster file and derives the tables that follow from its machines.
#include <algorithm>
#include <set>

#include "cluster/cluster.hpp"
#include "control/boot.hpp"

namespace aixsim {
namespace {

using Words = std::vector<std::pair<std::string, std::string>>;

// Blank separated words; "..." keeps blanks, and knows \" \\ \n. False: a quote is never closed.
bool words_of(const std::string& line, Strings* words) {
  words->clear();
  std::string word;
  bool inside = false, any = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (inside && c == '\\' && i + 1 < line.size()) {
      const char next = line[++i];
      word += next == 'n' ? '\n' : next;
    } else if (c == '"') {
      inside = !inside;
      any = true;
    } else if (!inside && (c == ' ' || c == '\t' || c == '\r')) {
      if (any || !word.empty()) words->push_back(word);
      word.clear();
      any = false;
    } else if (!inside && c == '#' && word.empty() && !any) {
      return true;
    } else {
      word += c;
    }
  }
  if (any || !word.empty()) words->push_back(word);
  return !inside;
}

bool pairs_of(const Strings& words, size_t from, Words* pairs, std::string* why) {
  for (size_t i = from; i < words.size(); ++i) {
    const size_t at = words[i].find('=');
    if (at == std::string::npos || at == 0) {
      *why = words[i] + ": KEY=VALUE is wanted";
      return false;
    }
    pairs->emplace_back(words[i].substr(0, at), words[i].substr(at + 1));
  }
  return true;
}

bool port(const std::string& name, const std::string& text, Machine* machine, std::string* why) {
  unsigned address = 0;
  int prefix = 24;
  if (!parse_prefixed(text, &address, &prefix)) {
    *why = name + ": '" + text + "' is no address";
    return false;
  }
  machine->interfaces.push_back({name, text.substr(0, text.find('/')), prefix});
  return true;
}

bool machine_of(Machine::Kind kind, const Strings& words, Machine* machine, std::string* why) {
  static const std::map<Machine::Kind, Strings> kKnown = {
      {Machine::Kind::kServer,
       {"address", "node-name", "node-address", "domain", "groups", "services", "exports", "access", "fs", "gateway"}},
      {Machine::Kind::kNode, {"address", "groups", "primary", "backup", "xcatmaster", "hcp", "conserver"}},
      {Machine::Kind::kDevice, {"address", "groups", "servicenode"}}};
  Words pairs;
  if (words.size() < 2 || words[1].find('=') != std::string::npos || words[1].find('/') != std::string::npos) {
    *why = "its name is missing";
    return false;
  }
  if (words[1] == "mn" || words[1][0] == '.') {
    *why = words[1] + ": not as a name, its folder is taken";
    return false;
  }
  if (!pairs_of(words, 2, &pairs, why)) return false;
  machine->kind = kind;
  for (const auto& [key, value] : pairs) {
    const Strings& known = kKnown.at(kind);
    if (std::find(known.begin(), known.end(), key) == known.end()) {
      *why = key + ": unknown; known are " + join(known, " ");
      return false;
    }
    machine->attributes[key] = value;
  }
  if (!port(words[1], machine->attribute("address"), machine, why)) return false;
  const std::string second = machine->attribute("node-address");
  return second.empty() || port(machine->attribute("node-name", words[1] + "-ml0"), second, machine, why);
}

// The node-facing name of a server: its second one where it has two.
std::string facing_name(const std::map<std::string, const Machine*>& servers, const std::string& name) {
  const auto found = servers.find(name);
  return found == servers.end() ? name : found->second->interfaces.back().name;
}

void derive(Cluster* cluster) {
  Tables& tables = cluster->tables;
  std::map<std::string, const Machine*> servers;
  for (const auto& machine : cluster->machines) {
    if (machine.kind == Machine::Kind::kServer) servers[machine.name()] = &machine;
  }
  // Rows are appended without a search: the names of machines are all different.
  const auto row = [&](const std::string& table, const std::vector<std::pair<std::string, std::string>>& words) {
    std::string why;
    add_row(&tables[table], words, &why);
  };
  const bool by_rows = cluster->option("node-names", "rows") == "rows";
  for (const auto& machine : cluster->machines) {
    const std::string& name = machine.name();
    if (machine.kind == Machine::Kind::kManager) continue;
    const bool server = machine.kind == Machine::Kind::kServer, node = machine.kind == Machine::Kind::kNode;
    std::string groups = machine.attribute("groups", server ? "service" : node ? "compute" : "hmc");
    if (("," + groups + ",").find(",all,") == std::string::npos) groups += ",all";
    std::vector<std::pair<std::string, std::string>> words = {{"node", name}, {"groups", groups}};
    if (machine.kind != Machine::Kind::kDevice) words.emplace_back("status", "booted");
    row("nodelist", words);
    words = {{"node", name}, {"ip", machine.interfaces[0].address}};
    const bool two = machine.interfaces.size() > 1;
    if (two && !by_rows) {
      words.emplace_back("otherinterfaces", machine.interfaces[1].name + ":" + machine.interfaces[1].address);
    }
    row("hosts", words);
    if (two && by_rows) row("hosts", {{"node", machine.interfaces[1].name}, {"ip", machine.interfaces[1].address}});
    if (server) {
      words = {{"node", name}};
      for (const auto& service :
           split(machine.attribute("services", "nfsserver,tftpserver,conserver,monserver"), ',')) {
        if (!service.empty()) words.emplace_back(service, "1");
      }
      const std::string domain = machine.attribute("domain");
      if (cluster->option("hanfsdomid", "no") == "yes" && !domain.empty()) words.emplace_back("hanfsdomid", domain);
      row("servicenode", words);
    }
    if (machine.kind == Machine::Kind::kDevice && !machine.attribute("servicenode").empty()) {
      row("noderes", {{"node", name}, {"servicenode", machine.attribute("servicenode")}});
    }
    if (!node) continue;
    const std::string primary = machine.attribute("primary"), backup = machine.attribute("backup");
    if (!primary.empty()) {
      const std::string facing = machine.attribute("xcatmaster", facing_name(servers, primary));
      row("noderes", {{"node", name},
                      {"servicenode", primary + (backup.empty() ? "" : "," + backup)},
                      {"tftpserver", facing},
                      {"nfsserver", facing},
                      {"monserver", primary},
                      {"xcatmaster", facing}});
    }
    if (!machine.attribute("conserver").empty()) {
      row("nodehm", {{"node", name}, {"conserver", machine.attribute("conserver")}});
    }
    if (!machine.attribute("hcp").empty()) row("ppc", {{"node", name}, {"hcp", machine.attribute("hcp")}});
  }
}

}  // namespace

std::string Machine::attribute(const std::string& key, const std::string& fallback) const {
  const auto found = attributes.find(key);
  return found == attributes.end() ? fallback : found->second;
}

std::string Cluster::option(const std::string& key, const std::string& fallback) const {
  const auto found = options.find(key);
  return found == options.end() ? fallback : found->second;
}

std::string Cluster::address_of(const std::string& name) const {
  for (const auto& machine : machines) {
    for (const auto& one : machine.interfaces) {
      if (one.name == name || one.address == name) return one.address;
    }
  }
  return "";
}

bool add_row(Table* table, const Words& words, std::string* why) {
  Row row(table->columns.size());
  for (const auto& [column, value] : words) {
    const int at = table->column(column);
    if (at < 0) {
      *why = "table " + table->name + " has no column " + column;
      return false;
    }
    row[static_cast<size_t>(at)] = value;
  }
  table->rows.push_back(std::move(row));
  return true;
}

bool parse_cluster(const std::string& text, Cluster* cluster, std::string* why) {
  *cluster = Cluster();
  struct Later {
    size_t line;
    std::string table;
    Words words;
  };
  std::vector<Later> later;
  std::set<std::string> names;
  Strings words;
  size_t number = 0;
  std::string reason;
  const auto bad = [&](size_t line, const std::string& what) {
    *why = "line " + std::to_string(line) + ": " + what;
    return false;
  };
  for (const auto& line : split(text, '\n')) {
    ++number;
    if (!words_of(line, &words)) return bad(number, "a quote is never closed");
    if (words.empty()) continue;
    const std::string kind = words[0];
    Words pairs;
    if (kind == "option") {
      if (!pairs_of(words, 1, &pairs, &reason)) return bad(number, reason);
      for (const auto& [key, value] : pairs) {
        static const Strings kOptions = {"mn", "mn-address", "hanfsdomid", "exports", "access", "node-names"};
        if (std::find(kOptions.begin(), kOptions.end(), key) == kOptions.end()) {
          return bad(number, "option " + key + ": known are " + join(kOptions, " "));
        }
        cluster->options[key] = value;
      }
    } else if (kind == "site") {
      if (!pairs_of(words, 1, &pairs, &reason)) return bad(number, reason);
      for (const auto& [key, value] : pairs) later.push_back({number, "site", {{"key", key}, {"value", value}}});
    } else if (kind == "network" || kind == "row") {
      if (words.size() < 2 || words[1].find('=') != std::string::npos) return bad(number, kind + ": no name");
      if (!pairs_of(words, 2, &pairs, &reason)) return bad(number, reason);
      if (kind == "network") pairs.insert(pairs.begin(), {"netname", words[1]});
      later.push_back({number, kind == "network" ? "networks" : words[1], pairs});
    } else if (kind == "server" || kind == "node" || kind == "device") {
      Machine machine;
      const auto which = kind == "server" ? Machine::Kind::kServer
                         : kind == "node" ? Machine::Kind::kNode
                                          : Machine::Kind::kDevice;
      if (!machine_of(which, words, &machine, &reason)) return bad(number, kind + ": " + reason);
      for (const auto& one : machine.interfaces) {
        if (!names.insert(one.name).second || !names.insert(one.address).second) {
          return bad(number, one.name + " " + one.address + ": another machine has this name or address");
        }
      }
      cluster->machines.push_back(std::move(machine));
    } else {
      return bad(number, kind + ": unknown; option, site, network, server, node, device or row is wanted");
    }
  }
  Machine manager;
  manager.kind = Machine::Kind::kManager;
  const std::string mn = cluster->option("mn", "xcatmn");
  if (!port(mn, cluster->option("mn-address", "10.20.0.2/24"), &manager, why)) return false;
  for (const auto& one : manager.interfaces) {
    if (names.count(one.name) || names.count(one.address)) {
      *why = "the management node's name or address (option mn=, mn-address=) is that of another machine";
      return false;
    }
  }
  cluster->machines.insert(cluster->machines.begin(), manager);
  cluster->tables = empty_tables(cluster->option("hanfsdomid", "no") == "yes");
  derive(cluster);
  for (const auto& one : later) {
    const auto table = cluster->tables.find(one.table);
    if (table == cluster->tables.end()) return bad(one.line, "there is no table " + one.table);
    if (!add_row(&table->second, one.words, &reason)) return bad(one.line, reason);
  }
  return true;
}

std::string hosts_file(const Cluster& cluster, bool with_nodes) {
  std::string domain;
  if (const Row* const row = cluster.tables.at("site").find("domain")) {
    domain = cluster.tables.at("site").get(*row, "value").value_or("");
  }
  const std::string hidden = cluster.option("hidden", "");
  std::string text = "127.0.0.1\tloopback localhost\n";
  for (const auto& machine : cluster.machines) {
    if (machine.kind == Machine::Kind::kNode && !with_nodes) continue;
    for (const auto& one : machine.interfaces) {
      if (one.name == hidden) continue;  // --defect unresolvable
      text += one.address + "\t" + (domain.empty() ? "" : one.name + "." + domain + " ") + one.name + "\n";
    }
  }
  return text;
}

}  // namespace aixsim
