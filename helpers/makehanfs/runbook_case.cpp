// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/runbook_case.hpp"

#include <algorithm>
#include <array>
#include <map>
#include <string_view>
#include <unordered_map>
#include <utility>

#include "aix/address.hpp"
#include "makehanfs/addresses.hpp"
#include "makehanfs/words.hpp"
#include "report/table.hpp"
#include "xcat/attribute.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::mn::outage {
namespace {

using report::printable;

constexpr std::size_t most_names_told = 20;

// A name that a noderange and a command line can hold, and that is no option.
bool is_plain_name(std::string_view name) {
  return !name.empty() && name.front() != '-' && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '-' ||
           c == '_';
  });
}

// Tables separate by commas, with or without blanks (noderes.servicenode, facts W3).
Names items_of(std::string_view list) {
  const std::vector<std::string_view> items = list_of(list, ", \t\n");
  return {items.begin(), items.end()};
}

// The three names of a server, and which of them a value holds.
enum class Kind { none, name, facing, address };

bool same_host(std::string_view a, std::string_view b) {
  if (a.empty() || b.empty()) return false;
  if (a == b) return true;
  const std::string_view& shorter = a.size() < b.size() ? a : b;
  const std::string_view& longer = a.size() < b.size() ? b : a;
  return shorter.find('.') == std::string_view::npos && longer.size() > shorter.size() &&
         longer.substr(0, shorter.size()) == shorter && longer[shorter.size()] == '.';
}

Kind kind_of(std::string_view value, const Server& server, bool facing_first) {
  const std::array<Kind, 2> order =
      facing_first ? std::array<Kind, 2>{Kind::facing, Kind::name} : std::array<Kind, 2>{Kind::name, Kind::facing};
  for (const Kind kind : order)
    if (same_host(value, kind == Kind::name ? server.name : server.facing)) return kind;
  return value == server.address && !value.empty() ? Kind::address : Kind::none;
}

const std::string& name_of(const Server& server, Kind kind) {
  return kind == Kind::facing ? server.facing : kind == Kind::address ? server.address : server.name;
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
  bool may_name(const char* table, const char* column, const Server& server) const {
    const xcat::Table* found = tables_.find(table);
    if (found == nullptr) return false;
    const std::string short_name = server.name.substr(0, server.name.find('.'));
    for (std::size_t row = 0; row < found->size(); ++row) {
      const std::string_view value = found->value(row, column);
      if (value.empty()) continue;
      if (value.front() == '/' || value.front() == '|') return true;
      for (const std::string* name : {&short_name, &server.facing, &server.address})
        if (!name->empty() &&
            value.find(name->substr(0, aix::is_ipv4(*name) ? name->size() : name->find('.'))) != std::string_view::npos)
          return true;
    }
    return false;
  }

  bool given(const char* table) const { return tables_.find(table) != nullptr; }

  void tell(Names& notes) const {
    for (const auto& [column, failure] : failures_)
      notes.push_back(column + " could not be evaluated for " + std::to_string(failure.first) +
                      " nodes, they are missing where it counts: " + failure.second);
  }

 private:
  const xcat::Tables& tables_;
  xcat::Attributes attributes_;
  std::map<std::string, std::pair<std::size_t, std::string>> failures_;
};

class Moves {
 public:
  Moves(std::string column, const std::vector<Server>& servers, const Server& dead, bool facing_first)
      : column_(std::move(column)), servers_(servers), dead_(dead), facing_first_(facing_first) {}

  void add(const std::string& node, const std::string& value, std::size_t takes_over) {
    Names items = items_of(value);
    bool named = false;
    bool known = true;
    for (std::string& item : items) {
      const Kind kind = kind_of(item, dead_, facing_first_);
      if (kind == Kind::none) continue;
      named = true;
      item = name_of(servers_[takes_over], kind);
      known = known && !item.empty();
    }
    if (!named) return;
    Move& move = moves_[{takes_over, value}];
    move.column = column_;
    move.from = value;
    move.to = known ? report::joined(items, ",") : "";
    move.server = takes_over;
    move.nodes.push_back(node);
  }

  void append_to(std::vector<Move>& all) {
    for (auto& [key, move] : moves_) all.push_back(std::move(move));
  }

 private:
  std::string column_;
  const std::vector<Server>& servers_;
  const Server& dead_;
  bool facing_first_;
  std::map<std::pair<std::size_t, std::string>, Move> moves_;
};

Names sound_servers(const Cluster& cluster) {
  Names names;
  for (const Domain& domain : cluster.domains)
    if (domain.sound)
      for (const std::size_t server : domain.servers) names.push_back(cluster.servers[server].name);
  return names;
}

std::string offer(const Cluster& cluster) {
  Names names = sound_servers(cluster);
  if (names.empty()) return "no server is in a sound domain; see makehanfs plan";
  const std::size_t all = names.size();
  names.resize(std::min(all, most_names_told));
  for (std::string& name : names) name = printable(name);
  return "give one of " + report::joined(names, " ") +
         (all > names.size() ? " (and " + std::to_string(all - names.size()) + " more)" : "");
}

// What the findings say against the server or its domain.
std::string reason_against(const Cluster& cluster, const Server& server) {
  const std::string* domain = server.domain == nowhere ? nullptr : &cluster.domains[server.domain].name;
  for (const Finding& finding : cluster.findings) {
    if (finding.level != Finding::Level::error) continue;
    for (const std::string& subject : finding.subjects)
      if (subject == server.name || (domain != nullptr && subject == *domain))
        return finding.what + (finding.cure.empty() ? "" : "; cure: " + finding.cure);
  }
  return "makehanfs plan says why";
}

Result<std::size_t> find_server(const Cluster& cluster, const std::string& wanted) {
  std::size_t found = nowhere;
  for (const auto field : {&Server::name, &Server::facing, &Server::address})
    for (std::size_t i = 0; i < cluster.servers.size() && found == nowhere; ++i)
      if (!wanted.empty() && cluster.servers[i].*field == wanted) found = i;
  if (found == nowhere)
    return Error{report::quoted(wanted) + " is no service node of these tables; cure: " + offer(cluster)};
  const Server& server = cluster.servers[found];
  if (server.domain == nowhere || !cluster.domains[server.domain].sound)
    return Error{server.name + " is in no sound domain, so there is nothing to fail over to: " +
                 reason_against(cluster, server) + "; servers with a runbook: " + offer(cluster)};
  if (cluster.domains[server.domain].servers.size() < 2)
    return Error{server.name + " is the only server of its domain; cure: " + offer(cluster)};
  for (const std::size_t one : cluster.domains[server.domain].servers)
    for (const std::string* name : {&cluster.servers[one].name, &cluster.servers[one].facing})
      if (!is_plain_name(*name) && (!name->empty() || name == &cluster.servers[one].name))
        return Error{"service node " + report::quoted(*name) + " has a name that no command can hold; cure: rename it"};
  return found;
}

class Reader {
 public:
  Reader(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings, std::size_t dead)
      : cluster_(cluster), tables_(tables), settings_(settings), dead_(dead), values_(tables) {
    made_.cluster = &cluster;
    made_.settings = &settings;
    made_.server = &cluster.servers[dead];
    made_.domain = &cluster.domains[made_.server->domain];
    for (const std::size_t server : made_.domain->servers)
      if (server != dead) made_.partners.push_back(server);
  }

  Case read() {
    read_groups();
    read_columns();
    read_control_points();
    read_networks();
    read_risks();
    read_site();
    check_heirs();
    values_.tell(made_.notes);
    return std::move(made_);
  }

 private:
  const Server& dead() const { return *made_.server; }

  // Who takes over what a node had on the dead server: its backup, or the primary that it is on.
  std::size_t heir(const Node& node) const {
    for (const std::size_t server : node.servers)
      if (server != dead_) return server;
    return made_.partners.front();
  }

  bool is_ours(const Node& node) const {
    return std::find(node.servers.begin(), node.servers.end(), dead_) != node.servers.end();
  }

  bool is_primary(const Node& node) const { return !node.servers.empty() && node.servers.front() == dead_; }

  void read_groups() {
    std::map<std::size_t, Group> primary;
    std::map<std::size_t, Group> spare;
    Names odd;
    made_.load.resize(cluster_.servers.size());
    for (const Node& node : cluster_.nodes) {
      if (!node.servers.empty()) ++made_.load[node.servers.front()];
      if (!is_ours(node)) continue;
      if (!is_plain_name(node.name)) {
        odd.push_back(node.name);
      } else if (node.servers.size() == 1) {
        made_.stranded.push_back(node.name);
      } else {
        Group& group = (is_primary(node) ? primary : spare)[heir(node)];
        group.server = heir(node);
        group.nodes.push_back(node.name);
      }
    }
    for (auto& [server, group] : primary) made_.primary.push_back(std::move(group));
    for (auto& [server, group] : spare) made_.spare.push_back(std::move(group));
    if (!odd.empty())
      made_.notes.push_back(std::to_string(odd.size()) + " nodes have names that no noderange can hold (" +
                            report::quoted(odd.front()) + "), they are in no command here; cure: rename them");
  }

  // nodehm and ppc: the fact sheets name only nodehm.conserver and ppc's hcp, in the runbook of 6.2. That
  // nodehm.conserver holds a host, noderes.monserver a host or two with a comma between, and ppc.hcp one or more nodes
  // is not written there: every item is looked at, whatever their number.
  void read_columns() {
    struct Column {
      const char* table;
      const char* column;
      std::vector<Move>* into;
      bool facing_first;
      bool moved_by_snmove;  // facts 6.1: for nodes that it moves
    };
    const std::array<Column, 6> columns{{{"nodehm", "conserver", &made_.conserver, false, false},
                                         {"noderes", "monserver", &made_.monserver, false, false},
                                         {"noderes", "nimserver", &made_.boot, true, false},
                                         {"noderes", "tftpserver", &made_.boot, true, true},
                                         {"noderes", "nfsserver", &made_.boot, true, true},
                                         {"noderes", "xcatmaster", &made_.boot, true, true}}};
    for (const Column& column : columns) {
      const std::string name = std::string(column.table) + "." + column.column;
      if (!values_.given(column.table)) made_.unknown.insert(name);
      if (!values_.may_name(column.table, column.column, dead())) continue;
      Moves moves(name, cluster_.servers, dead(), column.facing_first);
      for (const Node& node : cluster_.nodes)
        if (is_plain_name(node.name) && !(column.moved_by_snmove && is_primary(node)))
          moves.add(node.name, values_.get(node.name, column.table, column.column), heir(node));
      moves.append_to(*column.into);
    }
    if (const xcat::Table* monitoring = tables_.find("monitoring"))
      for (std::size_t row = 0; row < monitoring->size(); ++row)
        if (is_plain_name(monitoring->value(row, "name"))) made_.monitors.emplace_back(monitoring->value(row, "name"));
  }

  // A control point may have one itself (a frame above its CECs), so they are followed upwards.
  void read_control_points() {
    if (!values_.given("ppc")) made_.unknown.insert("ppc.hcp");
    if (!values_.given("ppc") || !values_.may_name("noderes", "servicenode", dead())) return;
    std::vector<std::string> order;
    std::unordered_map<std::string, ControlPoint> points;
    std::unordered_map<std::string, std::size_t> heirs;
    const auto follow = [&](const std::string& node, std::size_t takes_over, const std::string& of_node) {
      for (const std::string& name : items_of(values_.get(node, "ppc", "hcp"))) {
        if (!is_plain_name(name) || name == node) continue;
        if (heirs.emplace(name, takes_over).second) order.push_back(name);
        if (!of_node.empty()) points[name].nodes.push_back(of_node);
      }
    };
    for (const Node& node : cluster_.nodes)
      if (is_plain_name(node.name)) follow(node.name, heir(node), node.name);
    for (std::size_t i = 0; i < order.size(); ++i) follow(std::string(order[i]), heirs[order[i]], "");
    for (const std::string& name : order) {
      ControlPoint point = std::move(points[name]);
      point.name = name;
      point.from = values_.get(name, "noderes", "servicenode");
      const Names now = items_of(point.from);
      if (now.empty() || kind_of(now.front(), dead(), false) == Kind::none) continue;
      Names then(now.begin() + 1, now.end());
      point.server = heirs[name];
      if (then.empty()) {
        then = {cluster_.servers[point.server].name};
      } else {
        then.push_back(now.front());
        for (std::size_t i = 0; i < cluster_.servers.size(); ++i)
          if (kind_of(then.front(), cluster_.servers[i], false) != Kind::none) point.server = i;
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

  // facts/xcat-integration.md 3.1, 3.2: site has key and value, networks is found by netname.
  Mention mention(const std::string& where, const std::string& key, const std::string& column,
                  const std::string& value) const {
    Mention made{where, printable(value), {}, {}};
    Names rest;
    for (const std::string& item : items_of(value))
      if (kind_of(item, dead(), true) == Kind::none) rest.push_back(item);
    if (!names_dead(value) || value.find("<xcatmaster>") != std::string::npos) return made;
    const std::string& partner = cluster_.servers[made_.partners.front()].address;
    made.without = {"chtab", key, column + "=" + (rest.empty() ? partner : report::joined(rest, ","))};
    made.back = {"chtab", key, column + "=" + value};
    return made;
  }

  void read_networks() {
    const xcat::Table* networks = tables_.find("networks");
    if (networks == nullptr) {
      made_.unknown.insert("networks");
      return;
    }
    for (std::size_t row = 0; row < networks->size(); ++row) {
      const auto subnet = subnet_of(networks->value(row, "net"), networks->value(row, "mask"));
      const auto address = number_of(dead().address);
      const bool own = subnet && address && subnet->holds(*address);
      const auto look = [&](const char* column, std::vector<Mention>& into) {
        const std::string value(networks->value(row, column));
        // facts 3.1: the keyword is the server that serves the node.
        const bool keyword = own && value.find("<xcatmaster>") != std::string::npos;
        if (keyword || names_dead(value))
          into.push_back(mention(
              "networks." + std::string(column) + " of " + printable(networks->value(row, "netname")),
              "netname=" + std::string(networks->value(row, "netname")), "networks." + std::string(column), value));
      };
      look("gateway", made_.gateways);
      look("nameservers", made_.nameservers);
      look("ntpservers", made_.ntpservers);
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
    for (const std::string& group : tables_.groups_of(node))
      if (const auto row = nfs3_rows_.find(group); row != nfs3_rows_.end()) return row->second;
    return false;
  }

  void read_risks() {
    read_statelite();
    for (const char* table : {"statelite", "nimimage", "nodetype"})
      if (!values_.given(table)) made_.unknown.insert(table);
    made_.all_nfs3 = values_.given("site") && !is_yes(tables_.site("useNFSv4onAIX"));
    for (const std::string& node : made_.primary_nodes()) {
      if (has_nfs3_statelite(node)) made_.statelite_nfs3.push_back(node);
      if (image_has(node, "paging")) made_.paging.push_back(node);
      if (image_has(node, "shared_root")) made_.stnfs.push_back(node);
    }
    for (const char* service : {"dhcpserver", "ftpserver", "ldapserver"})
      if (is_yes(values_.get(dead().name, "servicenode", service))) made_.other_services.emplace_back(service);
  }

  // Consoles go nowhere where no conserver runs.
  void check_heirs() {
    if (!values_.given("servicenode")) return;
    std::set<std::size_t> told;
    for (const Move& move : made_.conserver) {
      const std::string& name = cluster_.servers[move.server].name;
      if (told.insert(move.server).second && !is_yes(values_.get(name, "servicenode", "conserver")))
        made_.notes.push_back("servicenode.conserver of " + name +
                              " is not 1, so it may run no conserver; look before you move consoles there");
    }
  }

  void read_site() {
    for (const auto& [key, into] :
         {std::pair{"nameservers", &made_.nameservers}, std::pair{"ntpservers", &made_.ntpservers}})
      if (names_dead(tables_.site(key)))
        into->push_back(mention("site." + std::string(key), "key=" + std::string(key), "site.value",
                                std::string(tables_.site(key))));
    // facts/xcat-integration.md 3.1: sharedinstall is no, sns (service nodes share it) or all.
    const std::string sharing(tables_.site("sharedinstall"));
    made_.shared = settings_.access == "rw" || sharing == "sns" || sharing == "all";
    made_.why_shared = settings_.access == "rw" ? "access is rw, which is for shared disks only"
                       : made_.shared           ? "site.sharedinstall is " + sharing
                       : sharing.empty()        ? "site.sharedinstall is not set"
                                                : "site.sharedinstall is " + printable(sharing);
    made_.nfs_domain =
        made_.domain->nfs_domain.empty() ? std::string(tables_.site("domain")) : made_.domain->nfs_domain;
    if (!is_plain_name(made_.nfs_domain)) made_.nfs_domain.clear();
  }

  const Cluster& cluster_;
  const xcat::Tables& tables_;
  const Settings& settings_;
  std::size_t dead_;
  Values values_;
  std::map<std::string_view, bool> nfs3_rows_;  // statelite.node, a row of it lacks vers=4
  Case made_;
};

}  // namespace

Names Case::primary_nodes() const {
  Names all;
  for (const Group& group : primary) all.insert(all.end(), group.nodes.begin(), group.nodes.end());
  return all;
}

Names Case::nodes() const {
  Names all = primary_nodes();
  for (const Group& group : spare) all.insert(all.end(), group.nodes.begin(), group.nodes.end());
  return all;
}

Result<Case> make_case(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings,
                       const std::string& server) {
  const Result<std::size_t> found = find_server(cluster, server);
  if (!found) return found.error();
  return Reader(cluster, tables, settings, *found).read();
}

}  // namespace hanfs::mn::outage
