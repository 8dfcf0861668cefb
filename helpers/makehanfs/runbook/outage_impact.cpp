// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook/outage_impact.hpp"

#include <algorithm>
#include <array>
#include <cstdlib>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "aix/failover.hpp"
#include "net/address.hpp"
#include "net/ipv4.hpp"
#include "report/table.hpp"
#include "text/words.hpp"
#include "xcat/attribute.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster::outage {
namespace {

using report::escape_control;

constexpr std::size_t most_names_told = 20;

// A name that a noderange and a command line can hold, and that is no option.
bool is_plain_name(std::string_view name) { return text::is_plain_name(name, ".-"); }

// Tables separate by commas, with or without blanks (noderes.servicenode, lib/xcat/README.md "mkdsklsnode -S:
// weaknesses", W3).
Names items_of(std::string_view list) {
  const std::vector<std::string_view> items = text::split_list(list, ", \t\n");
  return {items.begin(), items.end()};
}

// The names of a server, and which of them a value holds.
enum class Kind { none, name, node_facing_name, address, management };

struct ServerNames {
  std::string name;
  std::string node_facing_name;
  std::string address;
  std::string management;  // hosts.ip: its address in the management node's network
};

bool same_host(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return false;
  if (a == b) return true;
  const std::string_view& shorter = a.size() < b.size() ? a : b;
  const std::string_view& longer = a.size() < b.size() ? b : a;
  return shorter.find('.') == std::string_view::npos && longer.size() > shorter.size() &&
         longer.substr(0, shorter.size()) == shorter && longer[shorter.size()] == '.';
}

Kind kind_of(std::string_view value, const ServerNames& server, bool node_facing_first) {
  const std::array<Kind, 2> order = node_facing_first ? std::array<Kind, 2>{Kind::node_facing_name, Kind::name}
                                                      : std::array<Kind, 2>{Kind::name, Kind::node_facing_name};
  for (const Kind kind : order)
    if (same_host(value, kind == Kind::name ? server.name : server.node_facing_name)) return kind;
  if (value.empty()) return Kind::none;
  return value == server.address ? Kind::address : value == server.management ? Kind::management : Kind::none;
}

const std::string& name_of(const ServerNames& server, Kind kind) {
  switch (kind) {
    case Kind::node_facing_name:
      return server.node_facing_name;
    case Kind::address:
      return server.address;
    case Kind::management:
      return server.management;
    case Kind::name:
    case Kind::none:
      break;
  }
  return server.name;
}

// Values of nodes; a column that cannot be read is told once, with how many nodes it hides.
class Values {
 public:
  explicit Values(const xcat::Tables& tables) : tables_(tables), attributes_(tables) {}

  std::string get(const std::string& node, const char* table, const char* column) {
    Result<xcat::Attribute> attribute = attributes_.get(node, table, column);
    if (attribute) return std::move(attribute->value);
    auto& failure = failures_[std::string(table) + "." + column];
    if (failure.first++ == 0) failure.second = attribute.error().what;
    return {};
  }

  // Could any node have this server there? An expression could. Spares 100,000 look-ups where none can.
  bool may_name(const char* table, const char* column, const ServerNames& server) const {
    const xcat::Table* found = tables_.find(table);
    if (found == nullptr) return false;
    const std::string short_name = server.name.substr(0, server.name.find('.'));
    for (std::size_t row = 0; row < found->size(); ++row) {
      const std::string_view value = found->value(row, column);
      if (value.empty()) continue;
      if (value.front() == '/' || value.front() == '|') return true;
      for (const std::string* name : {&short_name, &server.node_facing_name, &server.address, &server.management})
        if (!name->empty() &&
            value.find(name->substr(0, net::is_ipv4(*name) ? name->size() : name->find('.'))) != std::string_view::npos)
          return true;
    }
    return false;
  }

  bool given(const char* table) const { return tables_.find(table) != nullptr; }

  void add_unreadable_notes(Names& notes) const {
    for (const auto& [column, failure] : failures_)
      notes.push_back(column + " could not be evaluated for " + std::to_string(failure.first) +
                      " nodes, they are missing where it counts: " + failure.second);
  }

 private:
  const xcat::Tables& tables_;
  xcat::Attributes attributes_;
  std::map<std::string, std::pair<std::size_t, std::string>> failures_;
};

class AttributeChanges {
 public:
  AttributeChanges(std::string column, const std::vector<ServerNames>& servers, const ServerNames& dead,
                   bool node_facing_first)
      : column_(std::move(column)), servers_(servers), dead_(dead), node_facing_first_(node_facing_first) {}

  void add(const std::string& node, const std::string& value, std::size_t takes_over) {
    Names items = items_of(value);
    bool named = false;
    bool known = true;
    for (std::string& item : items) {
      const Kind kind = kind_of(item, dead_, node_facing_first_);
      if (kind == Kind::none) continue;
      named = true;
      item = name_of(servers_[takes_over], kind);
      known = known && !item.empty();
    }
    if (!named) return;
    drop_repeated(items);
    AttributeChange& move = moves_[{takes_over, value}];
    move.column = column_;
    move.from = value;
    move.to = known ? report::joined(items, ",") : "";
    move.server = takes_over;
    move.nodes.push_back(node);
  }

  void append_to(std::vector<AttributeChange>& all) {
    for (auto& [key, move] : moves_) all.push_back(std::move(move));
  }

 private:
  std::string column_;
  // A list that had the server that takes over beside the dead one does not name it twice.
  static void drop_repeated(Names& items) {
    Names once;
    for (std::string& item : items)
      if (std::find(once.begin(), once.end(), item) == once.end()) once.push_back(std::move(item));
    items = std::move(once);
  }

  const std::vector<ServerNames>& servers_;
  const ServerNames& dead_;
  bool node_facing_first_;
  std::map<std::pair<std::size_t, std::string>, AttributeChange> moves_;
};

Names used_servers(const Cluster& cluster) {
  std::set<std::size_t> used;
  for (const Node& node : cluster.nodes) used.insert(node.servers.begin(), node.servers.end());
  Names names;
  for (const std::size_t server : used) names.push_back(cluster.servers[server].name);
  return names;
}

std::string offer(const Cluster& cluster) {
  Names names = used_servers(cluster);
  if (names.empty()) return "no node names a server in noderes.servicenode; see makehanfs plan";
  const std::size_t all = names.size();
  names.resize(std::min(all, most_names_told));
  for (std::string& name : names) name = escape_control(name);
  return "give one of " + report::joined(names, " ") +
         (all > names.size() ? " (and " + std::to_string(all - names.size()) + " more)" : "");
}

// What the findings say against the server, its domain, or the servers that share its nodes; the first of them.
std::string reason_against(const OutageImpact& c) {
  Names subjects{c.server->name};
  if (!c.domain.empty()) subjects.push_back(c.domain);
  for (const std::size_t partner : c.partners) subjects.push_back(c.replacement(partner).name);
  for (const std::string& wanted : subjects)
    for (const Finding& finding : c.cluster->findings)
      if (finding.level == Finding::Level::error &&
          std::find(finding.subjects.begin(), finding.subjects.end(), wanted) != finding.subjects.end())
        return wanted + ": " + finding.what + (finding.remedy.empty() ? "" : "; cure: " + finding.remedy);
  return c.partners.empty() ? "it is the only server of its nodes" : "makehanfs plan says what is wrong";
}

Result<std::size_t> find_server(const Cluster& cluster, const std::string& wanted) {
  std::size_t found = no_index;
  for (const auto field : {&Server::name, &Server::node_facing_name, &Server::address})
    for (std::size_t i = 0; i < cluster.servers.size() && found == no_index; ++i)
      if (!wanted.empty() && cluster.servers[i].*field == wanted) found = i;
  if (found == no_index)
    return Error{report::quoted(wanted) + " is no service node of these tables; cure: " + offer(cluster)};
  const std::string& name = cluster.servers[found].name;
  const bool is_used = std::any_of(cluster.nodes.begin(), cluster.nodes.end(), [&](const Node& node) {
    return std::find(node.servers.begin(), node.servers.end(), found) != node.servers.end();
  });
  if (!is_used)
    return Error{report::escape_control(name) +
                 " is a service node, but no diskless node has it in noderes.servicenode: nothing runs from it, so "
                 "there is nothing to move; cure: " +
                 offer(cluster)};
  return found;
}

// Domain and partners of the server: those of its sound domain, else those that its nodes name.
void set_servers(OutageImpact& c, std::size_t dead) {
  const Cluster& cluster = *c.cluster;
  const std::size_t domain = cluster.servers[dead].domain;
  if (domain != no_index) {
    c.domain = cluster.domains[domain].name;
    c.servers = cluster.domains[domain].servers;
    c.domain_gateways = cluster.domains[domain].gateways;
    c.nfs_domain = cluster.domains[domain].nfs_domain;
    c.fails_over = cluster.domains[domain].valid && c.servers.size() > 1;
  } else {
    std::set<std::size_t> named{dead};
    for (const Node& node : cluster.nodes)
      if (std::find(node.servers.begin(), node.servers.end(), dead) != node.servers.end())
        named.insert(node.servers.begin(), node.servers.end());
    c.servers.assign(named.begin(), named.end());
    c.fails_over = false;
  }
  for (const std::size_t server : c.servers)
    if (server != dead) c.partners.push_back(server);
  if (!c.fails_over) c.no_failover_reason = reason_against(c);
}

Status check_names(const OutageImpact& c) {
  for (const std::size_t one : c.servers)
    for (const std::string* name : {&c.replacement(one).name, &c.replacement(one).node_facing_name})
      if (!is_plain_name(*name) && (!name->empty() || name == &c.replacement(one).name))
        return Error{"service node " + report::quoted(*name) + " has a name that no command can hold; cure: rename it"};
  return Done{};
}

// A number that the postscript is called with: "timeo=1", "--timeo=1" (README, "xCAT").
void take_number(std::string_view word, std::string_view name, long& into, bool& found) {
  while (!word.empty() && word.front() == '-') word.remove_prefix(1);
  if (word.size() <= name.size() + 1 || word.substr(0, name.size()) != name || word[name.size()] != '=') return;
  const std::string_view digits = word.substr(name.size() + 1);
  constexpr std::size_t longest = 9;  // fits into a long everywhere
  if (digits.size() > longest || digits.find_first_not_of("0123456789") != std::string_view::npos) return;
  into = std::max(1L, std::strtol(std::string(digits).c_str(), nullptr, 10));
  found = true;
}

class Reader {
 public:
  Reader(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings, std::size_t dead)
      : cluster_(cluster), tables_(tables), settings_(settings), dead_(dead), values_(tables) {
    made_.cluster = &cluster;
    made_.settings = &settings;
    made_.server = &cluster.servers[dead];
    set_servers(made_, dead);
    for (const Server& server : cluster.servers)
      known_.push_back({server.name, server.node_facing_name, server.address, {}});
    for (const std::size_t server : made_.servers) {
      const std::string ip = values_.get(cluster.servers[server].name, "hosts", "ip");
      if (net::is_ipv4(ip)) known_[server].management = ip;
    }
  }

  Result<OutageImpact> read() {
    if (const Status plain = check_names(made_); !plain) return plain.error();
    read_groups();
    read_tuning();
    read_columns();
    read_control_points();
    read_networks();
    read_routes();
    read_risks();
    read_site();
    check_heirs();
    values_.add_unreadable_notes(made_.notes);
    return std::move(made_);
  }

 private:
  const ServerNames& dead() const { return known_[dead_]; }

  // Who takes over what a node had on the dead server: its backup, or the primary that it is on.
  std::size_t replacement(const Node& node) const {
    for (const std::size_t server : node.servers)
      if (server != dead_) return server;
    return made_.partners.empty() ? no_index : made_.partners.front();
  }

  bool is_ours(const Node& node) const {
    return std::find(node.servers.begin(), node.servers.end(), dead_) != node.servers.end();
  }

  bool is_primary(const Node& node) const { return !node.servers.empty() && node.servers.front() == dead_; }

  void read_groups() {
    std::map<std::size_t, Group> primary;
    std::map<std::size_t, Group> secondary_nodes;
    Names odd;
    made_.load.resize(cluster_.servers.size());
    for (const Node& node : cluster_.nodes) {
      if (!node.servers.empty()) ++made_.load[node.servers.front()];
      if (!is_ours(node)) continue;
      if (!is_plain_name(node.name)) {
        odd.push_back(node.name);
      } else if (node.servers.size() == 1) {
        made_.nodes_without_backup.push_back(node.name);
      } else {
        Group& group = (is_primary(node) ? primary : secondary_nodes)[replacement(node)];
        group.server = replacement(node);
        group.nodes.push_back(node.name);
        (node.other_network ? group.other_network : group.lists[node.servers]).push_back(node.name);
        if (made_.fails_over && is_primary(node) && node.domain != made_.server->domain)
          made_.outside.push_back(node.name);
      }
    }
    for (auto& [server, group] : primary) made_.primary.push_back(std::move(group));
    for (auto& [server, group] : secondary_nodes) made_.secondary_nodes.push_back(std::move(group));
    if (!odd.empty())
      made_.notes.push_back(std::to_string(odd.size()) + " nodes have names that no noderange can hold (" +
                            report::quoted(odd.front()) + "), they are in no command here; cure: rename them");
  }

  // nodehm and ppc: the fact sheets name only nodehm.conserver and ppc's hcp, in the runbook of 6.2. That
  // nodehm.conserver holds a host, noderes.monserver a host or two with a comma between, and ppc.hcp one or more nodes
  // is not written there: every item is looked at, whatever their number.
  void read_columns() {
    struct MovedColumn {
      const char* table;
      const char* column;
      std::vector<AttributeChange>* into;
      bool node_facing_first;
      bool moved_by_snmove;  // facts 6.1: for nodes that it moves
    };
    const std::array<MovedColumn, 7> columns{{{"nodehm", "conserver", &made_.conserver, false, false},
                                              {"noderes", "monserver", &made_.monserver, false, false},
                                              {"noderes", "nameservers", &made_.node_nameservers, true, false},
                                              {"noderes", "nimserver", &made_.boot, true, false},
                                              {"noderes", "tftpserver", &made_.boot, true, true},
                                              {"noderes", "nfsserver", &made_.boot, true, true},
                                              {"noderes", "xcatmaster", &made_.boot, true, true}}};
    for (const MovedColumn& column : columns) {
      const std::string name = std::string(column.table) + "." + column.column;
      if (!values_.given(column.table)) made_.unknown.insert(name);
      if (!values_.may_name(column.table, column.column, dead())) continue;
      AttributeChanges changes(name, known_, dead(), column.node_facing_first);
      const bool is_master = std::string_view(column.column) == "xcatmaster";
      // Nodes with more than two servers are moved without snmove; their xcatmaster goes with their list.
      const auto is_done_elsewhere = [&](const Node& node) {
        return column.moved_by_snmove && is_primary(node) && (is_master || node.servers.size() < 3);
      };
      for (const Node& node : cluster_.nodes)
        if (replacement(node) != no_index && is_plain_name(node.name) && !is_done_elsewhere(node))
          changes.add(node.name, values_.get(node.name, column.table, column.column), replacement(node));
      changes.append_to(*column.into);
    }
    if (const xcat::Table* monitoring = tables_.find("monitoring"))
      for (std::size_t row = 0; row < monitoring->size(); ++row)
        if (is_plain_name(monitoring->value(row, "name"))) made_.monitors.emplace_back(monitoring->value(row, "name"));
  }

  // A control point may have one itself (a frame above its CECs), so they are followed upwards.
  void read_control_points() {
    if (!values_.given("ppc")) made_.unknown.insert("ppc.hcp");
    if (const Names own = items_of(values_.get(dead().name, "ppc", "hcp")); !own.empty() && is_plain_name(own.front()))
      made_.own_control_point = own.front();
    if (!values_.given("ppc") || !values_.may_name("noderes", "servicenode", dead())) return;
    std::vector<std::string> order;
    std::unordered_map<std::string, ControlPoint> points;
    std::unordered_map<std::string, std::size_t> replacements;
    const auto follow = [&](const std::string& node, std::size_t takes_over, const std::string& of_node) {
      for (const std::string& name : items_of(values_.get(node, "ppc", "hcp"))) {
        if (!is_plain_name(name) || name == node) continue;
        if (replacements.emplace(name, takes_over).second) order.push_back(name);
        if (!of_node.empty()) points[name].nodes.push_back(of_node);
      }
    };
    for (const Node& node : cluster_.nodes)
      if (is_plain_name(node.name)) follow(node.name, replacement(node), node.name);
    for (std::size_t i = 0; i < order.size(); ++i) follow(std::string(order[i]), replacements[order[i]], "");
    for (const std::string& name : order) {
      ControlPoint point = std::move(points[name]);
      point.name = name;
      point.from = values_.get(name, "noderes", "servicenode");
      const Names now = items_of(point.from);
      if (now.empty() || kind_of(now.front(), dead(), false) == Kind::none) continue;
      Names then(now.begin() + 1, now.end());
      point.server = replacements[name];
      if (then.empty()) {
        if (point.server == no_index) continue;  // nobody is there to take it
        then = {cluster_.servers[point.server].name};
      } else {
        then.push_back(now.front());
        for (std::size_t i = 0; i < known_.size(); ++i)
          if (kind_of(then.front(), known_[i], false) != Kind::none) point.server = i;
        if (point.server == no_index) continue;
      }
      point.to = report::joined(then, ",");
      made_.control_points.push_back(std::move(point));
    }
  }

  bool names_dead(std::string_view list) const {
    for (const std::string& item : items_of(list))
      if (kind_of(item, dead(), true) != Kind::none) return true;
    return false;
  }

  // lib/xcat/README.md "Tables: columns": site has key and value, networks is found by netname where it has one.
  ServerReference reference(const std::string& where, const std::string& key, const std::string& column,
                            const std::string& value) const {
    ServerReference made{where, escape_control(value), {}, {}};
    Names rest;
    Kind kind = Kind::none;
    for (const std::string& item : items_of(value)) {
      const Kind its = kind_of(item, dead(), true);
      if (its == Kind::none) rest.push_back(item);
      if (its != Kind::none && kind == Kind::none) kind = its;
    }
    if (kind == Kind::none || value.find("<xcatmaster>") != std::string::npos) return made;
    // Who reads the list reaches servers by that kind of name.
    std::string partner;
    if (!made_.partners.empty()) partner = name_of(known_[made_.partners.front()], kind);
    if (!made_.partners.empty() && partner.empty()) partner = cluster_.servers[made_.partners.front()].address;
    if (rest.empty() && partner.empty()) return made;
    made.without = {"chtab", key, column + "=" + (rest.empty() ? partner : report::joined(rest, ","))};
    made.back = {"chtab", key, column + "=" + value};
    return made;
  }

  // Nodes that run from other servers in that network; those of a domain with gateways of its own have others.
  void read_gateway_only(const net::Subnet& subnet) {
    std::vector<char> inside(cluster_.servers.size());
    for (std::size_t i = 0; i < inside.size(); ++i) {
      const auto address = net::host_number(cluster_.servers[i].address);
      inside[i] = address && subnet.contains(*address) ? 1 : 0;
    }
    for (const Node& node : cluster_.nodes) {
      const bool has_others = node.domain != no_index && !cluster_.domains[node.domain].gateways.empty();
      if (has_others || node.servers.empty() || is_ours(node) || !is_plain_name(node.name)) continue;
      if (inside[node.servers.front()] != 0) made_.gateway_only.push_back(node.name);
    }
  }

  void read_networks() {
    const xcat::Table* networks = tables_.find("networks");
    if (networks == nullptr) {
      made_.unknown.insert("networks");
      return;
    }
    for (std::size_t row = 0; row < networks->size(); ++row) {
      const auto subnet = net::subnet_of(networks->value(row, "net"), networks->value(row, "mask"));
      const auto address = net::host_number(dead().address);
      const bool own = subnet && address && subnet->contains(*address);
      // A network need not have a name: its key is net and mask (lib/xcat/README.md "Tables: columns").
      const bool has_name = !networks->value(row, "netname").empty();
      const std::string key(networks->value(row, has_name ? "netname" : "net"));
      const std::string key_column = has_name ? "netname=" : "net=";
      const auto look = [&](const char* column, std::vector<ServerReference>& into) {
        const std::string value(networks->value(row, column));
        // facts 3.1: the keyword is the server that serves the node.
        const bool keyword = own && value.find("<xcatmaster>") != std::string::npos;
        if (keyword || names_dead(value))
          into.push_back(reference("networks." + std::string(column) + " of " + escape_control(key), key_column + key,
                                   "networks." + std::string(column), value));
      };
      look("gateway", made_.gateways);
      if (own && names_dead(networks->value(row, "gateway"))) read_gateway_only(*subnet);
      look("nameservers", made_.nameservers);
      look("ntpservers", made_.ntpservers);
    }
  }

  void read_routes() {
    const xcat::Table* table = tables_.find("routes");
    if (table == nullptr) return;
    std::map<std::string, Route> routes;
    for (std::size_t row = 0; row < table->size(); ++row) {
      Route route;
      route.gateway = std::string(table->value(row, "gateway"));
      const Kind kind = kind_of(route.gateway, dead(), true);
      if (kind == Kind::none) continue;
      route.name = std::string(table->value(row, "routename"));
      route.net = std::string(table->value(row, "net"));
      route.mask = std::string(table->value(row, "mask"));
      if (!made_.partners.empty()) route.new_gateway = name_of(known_[made_.partners.front()], kind);
      const bool management = kind == Kind::management || kind == Kind::name;
      const auto address = [&](const ServerNames& one) { return management ? one.management : one.address; };
      route.address = address(dead());
      if (!made_.partners.empty()) route.new_address = address(known_[made_.partners.front()]);
      routes.emplace(route.name, std::move(route));
    }
    if (routes.empty()) return;
    for (const Node& node : cluster_.nodes)
      if (is_plain_name(node.name))
        for (const std::string& name : items_of(values_.get(node.name, "noderes", "routenames")))
          if (const auto route = routes.find(name); route != routes.end()) route->second.nodes.push_back(node.name);
    for (auto& [name, route] : routes)
      if (!route.nodes.empty()) made_.routes.push_back(std::move(route));
  }

  // facts 1.4: xcatdefaults first, then the node's own; blanks separate arguments. The last one counts.
  void read_tuning() {
    constexpr std::string_view script = "setupnfsv4replication";
    const auto take = [&](const std::string& entries, Tuning& tuning, bool& dgd) {
      for (const std::string_view entry : text::split_list(entries)) {
        const std::vector<std::string_view> words = text::split_list(entry, " \t");
        if (words.empty() || words.front().substr(words.front().rfind('/') + 1) != script) continue;
        bool found = false;
        for (const std::string_view word : words) {
          take_number(word, "timeo", tuning.timeo, found);
          take_number(word, "retrans", tuning.retrans, found);
          take_number(word, "dgd_ping_time", tuning.dgd_ping_time, dgd);
          take_number(word, "dgd_packets_lost", tuning.dgd_packets_lost, dgd);
        }
      }
    };
    const Tuning usual{settings_.timeo, settings_.retrans, aix::default_dgd_ping_time, aix::default_dgd_packets_lost,
                       "AIX's defaults"};
    made_.tuning = usual;
    std::string everywhere;
    if (const xcat::Table* table = tables_.find("postscripts"))
      if (const auto row = table->row_of("xcatdefaults"))
        everywhere = std::string(table->value(*row, "postscripts")) + "," +
                     std::string(table->value(*row, "postbootscripts")) + ",";
    std::set<std::string> seen;
    bool first = true;
    for (const std::string& node : made_.primary_nodes()) {
      const std::string entries = everywhere + values_.get(node, "postscripts", "postscripts") + "," +
                                  values_.get(node, "postscripts", "postbootscripts");
      if (!seen.insert(entries).second) continue;
      Tuning tuning = usual;
      bool dgd = false;
      take(entries, tuning, dgd);
      if (dgd) tuning.dgd_source = "the arguments in the table postscripts";
      const auto stall = [](const Tuning& one) { return aix::failover_seconds(one.timeo, one.retrans, 0); };
      const auto detection = [](const Tuning& one) {
        return aix::detection_seconds(one.dgd_ping_time, one.dgd_packets_lost);
      };
      if (first || stall(tuning) > stall(made_.tuning)) {
        made_.tuning.timeo = tuning.timeo;
        made_.tuning.retrans = tuning.retrans;
      }
      if (first || detection(tuning) > detection(made_.tuning)) {
        made_.tuning.dgd_ping_time = tuning.dgd_ping_time;
        made_.tuning.dgd_packets_lost = tuning.dgd_packets_lost;
        made_.tuning.dgd_source = tuning.dgd_source;
      }
      first = false;
    }
  }

  bool image_has(const std::string& node, const char* column) {
    const std::string image = values_.get(node, "nodetype", "provmethod");
    const xcat::Table* images = tables_.find("nimimage");
    if (images == nullptr || image.empty()) return false;
    const std::optional<std::size_t> row = images->row_of(image);
    return row && !images->value(*row, column).empty();
  }

  // A node or group can have one row for each image, so these are not values of a node. One row without vers=4 is
  // enough: which image a node boots next is not for us to know.
  void read_statelite() {
    const xcat::Table* table = tables_.find("statelite");
    if (table == nullptr) return;
    for (std::size_t row = 0; row < table->size(); ++row) {
      if (table->value(row, "statemnt").empty()) continue;
      const Names options = items_of(table->value(row, "mntopts"));
      nfs3_rows_[table->value(row, "node")] |= std::find(options.begin(), options.end(), "vers=4") == options.end();
    }
  }

  bool has_nfs3_statelite(const std::string& node) const {
    if (nfs3_rows_.empty()) return false;
    if (const auto own = nfs3_rows_.find(node); own != nfs3_rows_.end()) return own->second;
    for (const std::string_view group : tables_.groups_of(node))
      if (const auto row = nfs3_rows_.find(std::string(group)); row != nfs3_rows_.end()) return row->second;
    return false;
  }

  void read_risks() {
    read_statelite();
    for (const char* table : {"statelite", "nimimage", "nodetype"})
      if (!values_.given(table)) made_.unknown.insert(table);
    made_.all_nfs3 = values_.given("site") && !xcat::is_true(tables_.site("useNFSv4onAIX"));
    for (const std::string& node : made_.primary_nodes()) {
      if (has_nfs3_statelite(node)) made_.statelite_nfs3.push_back(node);
      if (image_has(node, "paging")) made_.paging.push_back(node);
      if (image_has(node, "shared_root")) made_.stnfs.push_back(node);
    }
    for (const char* service : {"dhcpserver", "ftpserver", "ldapserver"})
      if (xcat::is_true(values_.get(dead().name, "servicenode", service))) made_.other_services.emplace_back(service);
  }

  // Consoles go nowhere where no conserver runs.
  void check_heirs() {
    if (!values_.given("servicenode")) return;
    std::set<std::size_t> reported;
    for (const AttributeChange& move : made_.conserver) {
      const std::string& name = cluster_.servers[move.server].name;
      if (reported.insert(move.server).second && !xcat::is_true(values_.get(name, "servicenode", "conserver")))
        made_.notes.push_back("servicenode.conserver of " + name +
                              " is not 1, so it may run no conserver; look before you move consoles there");
    }
  }

  void read_site() {
    for (const auto& [key, into] :
         {std::pair{"nameservers", &made_.nameservers}, std::pair{"ntpservers", &made_.ntpservers}})
      if (names_dead(tables_.site(key)))
        into->push_back(reference("site." + std::string(key), "key=" + std::string(key), "site.value",
                                  std::string(tables_.site(key))));
    // lib/xcat/README.md "Tables: meanings": sharedinstall is no, sns (service nodes share it) or all.
    const std::string sharing(tables_.site("sharedinstall"));
    made_.shared = settings_.access == "rw" || sharing == "sns" || sharing == "all";
    made_.why_shared = settings_.access == "rw" ? "access is rw, which is for shared disks only"
                       : made_.shared           ? "site.sharedinstall is " + sharing
                       : sharing.empty()        ? "site.sharedinstall is not set"
                                                : "site.sharedinstall is " + escape_control(sharing);
    if (made_.nfs_domain.empty()) made_.nfs_domain = std::string(tables_.site("domain"));
    if (!is_plain_name(made_.nfs_domain)) made_.nfs_domain.clear();
  }

  const Cluster& cluster_;
  const xcat::Tables& tables_;
  const Settings& settings_;
  std::size_t dead_;
  std::vector<ServerNames> known_;  // beside Cluster::servers
  Values values_;
  std::map<std::string_view, bool> nfs3_rows_;  // statelite.node, a row of it lacks vers=4
  OutageImpact made_;
};

}  // namespace

Names OutageImpact::primary_nodes() const {
  Names all;
  for (const Group& group : primary) all.insert(all.end(), group.nodes.begin(), group.nodes.end());
  return all;
}

Names OutageImpact::nodes() const {
  Names all = primary_nodes();
  for (const Group& group : secondary_nodes) all.insert(all.end(), group.nodes.begin(), group.nodes.end());
  return all;
}

Result<OutageImpact> make_outage_impact(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings,
                                        const std::string& server) {
  const Result<std::size_t> found = find_server(cluster, server);
  if (!found) return found.error();
  return Reader(cluster, tables, settings, *found).read();
}

}  // namespace hanfs::cluster::outage
