// SPDX-License-Identifier: Apache-2.0
// Lists that name the dead server: gateways, name servers and NTP servers of networks and site, and routes.
#include <map>
#include <utility>

#include "makehanfs/runbook/outage_reader.hpp"
#include "net/ipv4.hpp"
#include "report/table.hpp"

namespace hanfs::cluster::outage {
namespace {

using report::escape_control;

bool names_dead(const OutageReader& r, std::string_view list) {
  for (const std::string& item : items_of(list))
    if (kind_of(item, r.dead(), true) != Kind::none) return true;
  return false;
}

// lib/xcat/README.md "Tables: columns": site has key and value, networks is found by netname where it has one.
ServerReference reference(const OutageReader& r, const std::string& where, const std::string& key,
                          const std::string& column, const std::string& value) {
  ServerReference made{where, escape_control(value), {}, {}};
  Names rest;
  Kind kind = Kind::none;
  for (const std::string& item : items_of(value)) {
    const Kind its = kind_of(item, r.dead(), true);
    if (its == Kind::none) rest.push_back(item);
    if (its != Kind::none && kind == Kind::none) kind = its;
  }
  if (kind == Kind::none || value.find("<xcatmaster>") != std::string::npos) return made;
  // Who reads the list reaches servers by that kind of name.
  std::string partner;
  if (!r.made.partners.empty()) partner = name_of(r.known[r.made.partners.front()], kind);
  if (!r.made.partners.empty() && partner.empty()) partner = r.cluster.servers[r.made.partners.front()].address;
  if (rest.empty() && partner.empty()) return made;
  made.without = {"chtab", key, column + "=" + (rest.empty() ? partner : report::joined(rest, ","))};
  made.back = {"chtab", key, column + "=" + value};
  return made;
}

// Nodes that run from other servers in that network; those of a domain with gateways of its own have others.
void read_gateway_only(OutageReader& r, const net::Subnet& subnet) {
  std::vector<char> inside(r.cluster.servers.size());
  for (std::size_t i = 0; i < inside.size(); ++i) {
    const auto address = net::host_number(r.cluster.servers[i].address);
    inside[i] = address && subnet.contains(*address) ? 1 : 0;
  }
  for (const Node& node : r.cluster.nodes) {
    const bool has_others = node.domain != no_index && !r.cluster.domains[node.domain].gateways.empty();
    if (has_others || node.servers.empty() || r.is_ours(node) || !is_plain_name(node.name)) continue;
    if (inside[node.servers.front()] != 0) r.made.gateway_only.push_back(node.name);
  }
}

void read_network_rows(OutageReader& r) {
  const xcat::Table* networks = r.tables.find("networks");
  if (networks == nullptr) {
    r.made.unknown.insert("networks");
    return;
  }
  for (std::size_t row = 0; row < networks->size(); ++row) {
    const auto subnet = net::subnet_of(networks->value(row, "net"), networks->value(row, "mask"));
    const auto address = net::host_number(r.dead().address);
    const bool own = subnet && address && subnet->contains(*address);
    // A network need not have a name: its key is net and mask (lib/xcat/README.md "Tables: columns").
    const bool has_name = !networks->value(row, "netname").empty();
    const std::string key(networks->value(row, has_name ? "netname" : "net"));
    const std::string key_column = has_name ? "netname=" : "net=";
    const auto look = [&](const char* column, std::vector<ServerReference>& into) {
      const std::string value(networks->value(row, column));
      // The keyword <xcatmaster> is the server that serves the node (lib/xcat/README.md "Tables: meanings").
      const bool keyword = own && value.find("<xcatmaster>") != std::string::npos;
      if (keyword || names_dead(r, value))
        into.push_back(reference(r, "networks." + std::string(column) + " of " + escape_control(key), key_column + key,
                                 "networks." + std::string(column), value));
    };
    look("gateway", r.made.gateways);
    if (own && names_dead(r, networks->value(row, "gateway"))) read_gateway_only(r, *subnet);
    look("nameservers", r.made.nameservers);
    look("ntpservers", r.made.ntpservers);
  }
}

}  // namespace

void read_server_references(OutageReader& r) {
  read_network_rows(r);
  for (const auto& [key, into] :
       {std::pair{"nameservers", &r.made.nameservers}, std::pair{"ntpservers", &r.made.ntpservers}}) {
    // <xcatmaster> means the server of each node here too.
    const bool keyword =
        !r.made.primary_nodes().empty() && r.tables.site(key).find("<xcatmaster>") != std::string::npos;
    if (keyword || names_dead(r, r.tables.site(key)))
      into->push_back(reference(r, "site." + std::string(key), "key=" + std::string(key), "site.value",
                                std::string(r.tables.site(key))));
  }
}

void read_routes(OutageReader& r) {
  const xcat::Table* table = r.tables.find("routes");
  if (table == nullptr) return;
  std::map<std::string, Route> routes;
  for (std::size_t row = 0; row < table->size(); ++row) {
    Route route;
    route.gateway = std::string(table->value(row, "gateway"));
    const Kind kind = kind_of(route.gateway, r.dead(), true);
    if (kind == Kind::none) continue;
    route.name = std::string(table->value(row, "routename"));
    route.net = std::string(table->value(row, "net"));
    route.mask = std::string(table->value(row, "mask"));
    if (!r.made.partners.empty()) route.new_gateway = name_of(r.known[r.made.partners.front()], kind);
    const bool management = kind == Kind::management || kind == Kind::name;
    const auto address = [&](const ServerNames& one) { return management ? one.management : one.address; };
    route.address = address(r.dead());
    if (!r.made.partners.empty()) route.new_address = address(r.known[r.made.partners.front()]);
    routes.emplace(route.name, std::move(route));
  }
  if (routes.empty()) return;
  for (const Node& node : r.cluster.nodes)
    if (is_plain_name(node.name))
      for (const std::string& name : items_of(r.values.get(node.name, "noderes", "routenames")))
        if (const auto route = routes.find(name); route != routes.end()) route->second.nodes.push_back(node.name);
  for (auto& [name, route] : routes)
    if (!route.nodes.empty()) r.made.routes.push_back(std::move(route));
}

}  // namespace hanfs::cluster::outage
