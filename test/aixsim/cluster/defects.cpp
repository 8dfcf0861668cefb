// SPDX-License-Identifier: Apache-2.0
// Ways in which the tables of real sites are wrong; each breaks a sound cluster in one named way.
#include <algorithm>

#include "cluster/cluster.hpp"

namespace aixsim {
namespace {

struct Scene {
  Cluster& cluster;
  std::vector<Machine*> servers;
  Machine* node = nullptr;  // the first compute node that has a primary
  std::string primary, backup, facing;

  Table& table(const std::string& name) { return cluster.tables.at(name); }
  // The node's own row, with everything it has from its groups.
  Row& own_row() {
    Lookup lookup(cluster.tables);
    Strings values;
    const Strings columns = {"servicenode", "xcatmaster", "nfsserver", "tftpserver", "monserver"};
    for (const auto& column : columns) values.push_back(lookup.text(node->name(), "noderes", column));
    for (size_t i = 0; i < columns.size(); ++i) table("noderes").set(node->name(), columns[i], values[i]);
    return table("noderes").row(node->name());
  }
  Machine* server(const std::string& name) {
    for (Machine* const one : servers) {
      if (one->name() == name) return one;
    }
    return nullptr;
  }
  std::string set(const std::string& column, const std::string& value) {
    own_row();
    table("noderes").set(node->name(), column, value);
    return "";
  }
};

std::string one_server(Scene& s) { return s.set("servicenode", s.primary); }
// Neither its own row nor one of its groups has the column.
std::string without(Scene& s, const std::string& column) {
  s.own_row();
  s.table("noderes").set(s.node->name(), column, {});
  s.table("nodelist").set(s.node->name(), "groups", "compute,all");
  return "";
}
std::string no_servicenode(Scene& s) { return without(s, "servicenode"); }
std::string no_xcatmaster(Scene& s) { return without(s, "xcatmaster"); }
std::string blank_in_list(Scene& s) { return s.set("servicenode", s.primary + ", " + s.backup); }
std::string gone_server(Scene& s) { return s.set("servicenode", s.primary + ",asn99"); }
std::string helper_function(Scene& s) { return s.set("servicenode", "|\\D+(\\d+)|asn(a2idx($1)),asn02|"); }
std::string bad_expression(Scene& s) { return s.set("servicenode", "|\\D+(\\d+|asn0($1),asn02|"); }

std::string asymmetric(Scene& s) {
  for (const Machine* const one : s.servers) {
    if (one->attribute("domain") != s.server(s.primary)->attribute("domain")) {
      return s.set("servicenode", s.primary + "," + one->name());
    }
  }
  return "the cluster has one domain only";
}

std::string unresolvable(Scene& s) {
  auto& rows = s.table("hosts").rows;
  rows.erase(std::remove_if(rows.begin(), rows.end(), [&](const Row& row) { return row[0] == s.facing; }), rows.end());
  s.cluster.options["hidden"] = s.facing;
  return "";
}

std::string two_networks(Scene& s) {
  Machine* const server = s.server(s.backup);
  if (!server || server->interfaces.size() < 2) return "the backup of " + s.node->name() + " has one interface";
  Port& port = server->interfaces[1];
  port.address = "192.168.77." + std::to_string(10 + (server->name().back() - '0'));
  port.prefix = 24;
  s.table("hosts").set(port.name, "ip", port.address);
  std::string why;
  add_row(&s.table("networks"),
          {{"netname", "othernet"},
           {"net", "192.168.77.0"},
           {"mask", "255.255.255.0"},
           {"mgtifname", "en2"},
           {"gateway", "192.168.77.1"}},
          &why);
  return why;
}

std::string site(Scene& s, const std::string& key, const std::string& value) {
  s.table("site").set(key, "value", value);
  return "";
}
std::string nfsv4_off(Scene& s) { return site(s, "useNFSv4onAIX", "no"); }
std::string sharedinstall(Scene& s) { return site(s, "sharedinstall", "sns"); }
std::string dead_nameserver(Scene& s) { return site(s, "nameservers", s.server(s.primary)->interfaces.back().address); }

std::string statelite(Scene& s, const std::string& options) {
  std::string why;
  // The row of xcat 1.9 [HASN].
  std::vector<std::pair<std::string, std::string>> words = {
      {"node", "compute"}, {"statemnt", "$noderes.xcatmaster:/install/statelite_data"}};
  if (!options.empty()) words.emplace_back("mntopts", options);
  add_row(&s.table("statelite"), words, &why);
  return why;
}
std::string statelite_v3(Scene& s) { return statelite(s, ""); }
std::string statelite_v4(Scene& s) { return statelite(s, "vers=4"); }

std::string no_postscript(Scene& s) {
  auto& table = s.table("postscripts");
  for (auto& row : table.rows) {
    for (auto& cell : row) {
      if (cell && cell->find("setupnfsv4replication") != std::string::npos) cell.reset();
    }
  }
  return "";
}

std::string xcatmaster_gateway(Scene& s) {
  auto& table = s.table("networks");
  const auto at = static_cast<size_t>(table.column("gateway"));
  for (auto& row : table.rows) {
    if (row[0] && *row[0] != "mgtnet") row[at] = "<xcatmaster>";
  }
  return "";
}

std::string disabled_row(Scene& s) {
  std::string why;
  add_row(&s.table("noderes"),
          {{"node", s.node->name()}, {"servicenode", "old01,old02"}, {"xcatmaster", "old01"}, {"disable", "1"}}, &why);
  auto& rows = s.table("noderes").rows;
  std::rotate(rows.begin(), rows.end() - 1, rows.end());
  return why;
}

std::string hanfsdomid(Scene& s) {
  Table& table = s.table("servicenode");
  if (table.column("hanfsdomid") >= 0) return "";
  const auto at = static_cast<std::ptrdiff_t>(table.columns.size()) - 2;
  table.columns.insert(table.columns.begin() + at, "hanfsdomid");
  for (auto& row : table.rows) {
    row.insert(row.begin() + at, Cell());
    const Machine* const machine = s.server(row[0].value_or(""));
    const std::string domain = machine ? machine->attribute("domain") : "";
    if (!domain.empty()) row[static_cast<size_t>(at)] = domain;
  }
  return "";
}

std::string otherinterfaces(Scene& s) {
  Table& hosts = s.table("hosts");
  for (const Machine* const one : s.servers) {
    if (one->interfaces.size() < 2) continue;
    const Port& port = one->interfaces[1];
    hosts.rows.erase(
        std::remove_if(hosts.rows.begin(), hosts.rows.end(), [&](const Row& row) { return row[0] == port.name; }),
        hosts.rows.end());
    hosts.set(one->name(), "otherinterfaces", port.name + ":" + port.address);
  }
  return "";
}

const struct {
  const char* name;
  const char* what;
  std::string (*apply)(Scene&);
} kDefects[] = {
    {"one-server", "the first node lists its primary only", one_server},
    {"unresolvable", "the node-facing name of the first node's primary is in no hosts table", unresolvable},
    {"two-networks", "the backup of the first node faces the nodes on another network", two_networks},
    {"asymmetric", "the first node's backup belongs to another domain", asymmetric},
    {"nfsv4-off", "site.useNFSv4onAIX is no", nfsv4_off},
    {"statelite-v3", "a statelite row without vers=4", statelite_v3},
    {"statelite", "a statelite row with vers=4: sound", statelite_v4},
    {"no-postscript", "setupnfsv4replication is in no row of postscripts", no_postscript},
    {"xcatmaster-gateway", "networks.gateway is <xcatmaster>", xcatmaster_gateway},
    {"dead-nameserver", "site.nameservers is the first node's primary alone", dead_nameserver},
    {"sharedinstall", "site.sharedinstall is sns", sharedinstall},
    {"no-servicenode", "the first node has no servicenode", no_servicenode},
    {"no-xcatmaster", "the first node has no xcatmaster", no_xcatmaster},
    {"blank-in-list", "a blank after the comma in servicenode", blank_in_list},
    {"gone-server", "servicenode names asn99, which nobody knows", gone_server},
    {"helper-function", "an expression that uses a2idx", helper_function},
    {"bad-expression", "a regular expression with an open bracket", bad_expression},
    {"disabled-row", "a disabled row of the first node, before all others: sound", disabled_row},
    {"hanfsdomid", "servicenode has the column hanfsdomid, filled: sound", hanfsdomid},
    {"otherinterfaces", "node-facing names lie in hosts.otherinterfaces, not in rows of their own: sound",
     otherinterfaces},
};

}  // namespace

std::string defect_list() {
  std::string text;
  for (const auto& defect : kDefects) text += padded(defect.name, 20) + " " + defect.what + "\n";
  return text;
}

bool apply_defect(const std::string& name, Cluster* cluster, std::string* why) {
  for (const auto& defect : kDefects) {
    if (name != defect.name) continue;
    Scene scene{*cluster, {}, nullptr, "", "", ""};
    Lookup lookup(cluster->tables);
    for (auto& machine : cluster->machines) {
      if (machine.kind == Machine::Kind::kServer) scene.servers.push_back(&machine);
      if (machine.kind != Machine::Kind::kNode || scene.node) continue;
      const Strings list = split(lookup.text(machine.name(), "noderes", "servicenode"), ',');
      if (list.size() < 2) continue;
      scene.node = &machine;
      scene.primary = list[0];
      scene.backup = list[1];
      scene.facing = lookup.text(machine.name(), "noderes", "xcatmaster");
    }
    if (!scene.node || !scene.server(scene.primary)) {
      *why = "--defect " + name + ": no node of this cluster has a primary and a backup";
      return false;
    }
    const std::string reason = defect.apply(scene);
    if (!reason.empty()) *why = "--defect " + name + ": " + reason;
    return reason.empty();
  }
  *why = "--defect " + name + ": unknown; `aixsim cluster defects` lists them";
  return false;
}

}  // namespace aixsim
