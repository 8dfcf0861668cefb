// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/addresses.hpp"

#include <algorithm>
#include <map>
#include <unordered_map>

#include "makehanfs/inventory/host_resolver.hpp"
#include "makehanfs/inventory/networks.hpp"
#include "net/ipv4.hpp"
#include "run/command.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"
#include "xcat/noderange.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;

// A name by which nodes know their primary.
struct NodeFacingName {
  std::string name;
  std::string address;  // empty: not known
  std::size_t nodes = 0;
  std::vector<std::size_t> node_groups;
};

class Addresses {
 public:
  explicit Addresses(ClusterBuilder& builder)
      : builder_(builder),
        resolver_(builder),
        node_facing_names_(builder.servers.size()),
        groups_of_(builder.servers.size()) {
    known_.reserve(builder.servers.size());
    for (const ServerEntry& server : builder.servers) known_.push_back(resolver_.addresses_of(server.name));
    for (std::size_t i = 0; i < builder.node_groups.size(); ++i) {
      for (const std::size_t server : builder.node_groups[i].servers) groups_of_[server].push_back(i);
      note_facing_name(i);
    }
    for (std::size_t i = 0; i < builder.servers.size(); ++i)
      for (const NamedAddress& known : in_network(i, no_index))
        if (owner_of_.emplace(known.address, i).second) builder.servers[i].interfaces.push_back(known.address);
    read_node_addresses();
  }

  void find() {
    for (std::size_t i = 0; i < builder_.servers.size(); ++i) by_xcatmaster(i);
    for (std::size_t i = 0; i < builder_.servers.size(); ++i)
      if (builder_.servers[i].address.empty() && all_belong_to_others(i)) by_network(i);
    for (std::size_t i = 0; i < builder_.servers.size(); ++i) report_unread(i);
    for (std::size_t i = 0; i < builder_.servers.size(); ++i) other_facing_names(i);
    same_addresses();
    for (std::size_t i = 0; i < builder_.domains.size(); ++i) judge_domain(i);
    nodes_elsewhere();
    without_xcatmaster();
  }

 private:
  void note_facing_name(std::size_t index) {
    const NodeGroup& group = builder_.node_groups[index];
    if (group.servers.empty() || group.node_facing_name.empty()) return;
    std::vector<NodeFacingName>& all = node_facing_names_[group.servers.front()];
    auto known = std::find_if(all.begin(), all.end(),
                              [&](const NodeFacingName& one) { return one.name == group.node_facing_name; });
    if (known == all.end()) {
      all.push_back(
          {group.node_facing_name, resolver_.address_of(group.node_facing_name, known_[group.servers.front()]), 0, {}});
      known = all.end() - 1;
    }
    known->nodes += group.nodes.size();
    known->node_groups.push_back(index);
  }

  void read_node_addresses() {
    numbers_.resize(builder_.nodes.size());
    for (std::size_t i = 0; i < builder_.nodes.size(); ++i) {
      const Result<xcat::Attribute> ip = builder_.attribute(builder_.nodes[i].index, "hosts", "ip");
      if (ip)
        numbers_[i] = net::host_number(text::trimmed(ip->value)).value_or(0);
      else
        builder_.findings.add(expression_finding(ip.error(), Level::warning),
                              builder_.tables.nodes()[builder_.nodes[i].index]);
    }
  }

  void set(std::size_t server, const std::string& address, const std::string& node_facing_name) {
    ServerEntry& one = builder_.servers[server];
    one.address = address;
    one.node_facing_name = node_facing_name;
    one.network = network_of(builder_, net::host_number(address).value_or(0));
  }

  // By its own names it has this address.
  bool is_known(std::size_t server, const NodeFacingName& node_facing_name) const {
    return std::any_of(known_[server].begin(), known_[server].end(),
                       [&](const NamedAddress& known) { return known.address == node_facing_name.address; });
  }

  // However many nodes name it: by the names of another server it is that one's address, or it is another host.
  bool belongs_to_other(std::size_t server, const NodeFacingName& node_facing_name) const {
    if (is_known(server, node_facing_name)) return false;
    const auto owner = owner_of_.find(node_facing_name.address);
    return (owner != owner_of_.end() && owner->second != server) ||
           !other_node(node_facing_name.name, builder_.servers[server].name).empty();
  }

  // Most nodes are right; of two halves the one whose address the server has by its own names.
  std::pair<std::size_t, bool> weight_of(std::size_t server, const NodeFacingName& node_facing_name) const {
    return {node_facing_name.nodes, is_known(server, node_facing_name)};
  }

  bool all_belong_to_others(std::size_t server) const {
    const std::vector<NodeFacingName>& names = node_facing_names_[server];
    return std::all_of(names.begin(), names.end(), [&](const auto& name) { return belongs_to_other(server, name); });
  }

  // Where it has no address, this is why.
  void report_unread(std::size_t server) {
    const ServerEntry& one = builder_.servers[server];
    for (const Error& problem : resolver_.problems_of(one.name))
      builder_.add_server_finding(expression_finding(problem, one.address.empty() ? Level::error : Level::warning),
                                  server);
  }

  // makehosts takes nodes only, so another name of a server is an interface of it.
  std::string how_to_enter(const std::string& server, const std::string& name, const std::string& where = "") const {
    const std::string address = "ADDRESS" + (where.empty() ? "" : " " + where);
    const bool has_suffix = text::starts_with_ignoring_case(name, server + "-");
    if (builder_.tables.has_node(name) && !has_suffix)
      return "chtab node=" + name + " hosts.ip=" + address + ", then makehosts " + name;
    return "chtab node=" + server + " hosts.otherinterfaces=" + (has_suffix ? name.substr(server.size()) : name) + ":" +
           address + " (beside what is there), then makehosts " + server;
  }

  void by_xcatmaster(std::size_t server) {
    const NodeFacingName* best = nullptr;
    for (const NodeFacingName& node_facing_name : node_facing_names_[server])
      if (!node_facing_name.address.empty() && !belongs_to_other(server, node_facing_name) &&
          (best == nullptr || weight_of(server, node_facing_name) > weight_of(server, *best)))
        best = &node_facing_name;
    if (best != nullptr) {
      set(server, best->address, best->name);
      return;
    }
    if (all_belong_to_others(server) || !resolver_.problems_of(builder_.servers[server].name).empty()) return;
    const NodeFacingName& first = node_facing_names_[server].front();
    const std::string& name = builder_.servers[server].name;
    const FindingType type{Level::error, "unresolved",
                           "noderes.xcatmaster \"" + text::escape_control(first.name) +
                               "\" ({rows}) has no IPv4 address in the table hosts nor in /etc/hosts",
                           how_to_enter(name, first.name)};
    builder_.add_server_finding(type, server);
    builder_.findings.add_row(type, builder_.node_groups[first.node_groups.front()].node_facing_row);
  }

  // The network that most of its partners are in, else that of its nodes.
  std::size_t expected_network(std::size_t server) const {
    const std::size_t domain = builder_.servers[server].domain;
    if (domain != no_index)
      for (const std::size_t partner : builder_.domains[domain].servers)
        if (builder_.servers[partner].network != no_index) return builder_.servers[partner].network;
    for (const std::size_t group : groups_of_[server])
      for (const std::size_t node : builder_.node_groups[group].nodes)
        if (numbers_[node] != 0) return network_of(builder_, numbers_[node]);
    return no_index;
  }

  // "-ml0" of asn01-ml0, to prefer asn02-ml0 among the addresses of its partner.
  std::string partner_suffix(std::size_t server) const {
    const std::size_t domain = builder_.servers[server].domain;
    if (domain == no_index) return {};
    for (const std::size_t partner : builder_.domains[domain].servers) {
      const ServerEntry& one = builder_.servers[partner];
      if (one.node_facing_name.size() > one.name.size() &&
          text::starts_with_ignoring_case(one.node_facing_name, one.name))
        return one.node_facing_name.substr(one.name.size());
    }
    return {};
  }

  // All addresses of a server in a network, each once; no_index: in any.
  std::vector<NamedAddress> in_network(std::size_t server, std::size_t network) {
    std::vector<NamedAddress> fitting;
    const std::vector<NamedAddress>& further = resolver_.interfaces_of(builder_.servers[server].name);
    for (const std::vector<NamedAddress>* all : {std::as_const(known_).data() + server, &further})
      for (const NamedAddress& known : *all) {
        const bool fits = network == no_index || network_of(builder_, *net::host_number(known.address)) == network;
        const bool is_new = std::none_of(fitting.begin(), fitting.end(),
                                         [&](const NamedAddress& other) { return other.address == known.address; });
        if (fits && is_new) fitting.push_back(known);
      }
    return fitting;
  }

  void by_network(std::size_t server) {
    const ServerEntry& one = builder_.servers[server];
    if (one.domain == no_index && groups_of_[server].empty()) return;
    const std::size_t network = expected_network(server);
    std::vector<NamedAddress> fitting = in_network(server, network);
    const std::string wanted = one.name + partner_suffix(server);
    if (fitting.size() > 1) {
      const auto same = std::find_if(fitting.begin(), fitting.end(),
                                     [&](const NamedAddress& known) { return is_same_host(known.name, wanted); });
      if (same != fitting.end()) fitting = {*same};
    }
    if (fitting.size() == 1) {
      set(server, fitting.front().address, fitting.front().name);
      return;
    }
    std::vector<std::string> seen;
    for (const NamedAddress& known : fitting.empty() ? known_[server] : fitting) seen.push_back(known.address);
    FindingType type;
    type.code = "unresolved";
    if (!one.in_nodelist || (seen.empty() && !resolver_.problems_of(one.name).empty()))
      return;  // other findings say why
    if (seen.empty()) {
      type.what = "no IPv4 address in the table hosts nor in /etc/hosts";
      type.remedy = how_to_enter(one.name, one.name);
    } else if (fitting.empty()) {
      type.what = "none of its addresses (" + abbreviate(seen) + ") is in the " + network_text(builder_, network) +
                  ", where its nodes and partners are";
      type.remedy = how_to_enter(one.name, wanted == one.name ? one.name + "-NAME" : wanted);
    } else {
      type.what = "no node has it as its primary, and several of its addresses could be meant: " + abbreviate(seen);
      type.remedy = network == no_index ? "chtab netname=NAME networks.net=NET networks.mask=MASK of the nodes' network"
                                        : "nodech NODES noderes.xcatmaster=NAME, for nodes whose primary it is";
    }
    builder_.add_server_finding(type, server);
  }

  // Whether a node that knows its server by this name has its own address in that network.
  bool any_in_network_of(const NodeFacingName& node_facing_name) const {
    const std::size_t network = network_of(builder_, *net::host_number(node_facing_name.address));
    if (network == no_index) return false;
    const net::Subnet& subnet = builder_.networks[network].subnet;
    return std::any_of(
        node_facing_name.node_groups.begin(), node_facing_name.node_groups.end(), [&](std::size_t group) {
          const std::vector<std::size_t>& nodes = builder_.node_groups[group].nodes;
          return std::any_of(nodes.begin(), nodes.end(),
                             [&](std::size_t node) { return numbers_[node] != 0 && subnet.contains(numbers_[node]); });
        });
  }

  // Either table is right. A list of servers is only put into another order: a shorter one would change the domain.
  std::string remedy_of_mismatch(const ServerEntry& primary, std::size_t owner,
                                 std::vector<std::size_t> servers) const {
    const std::string remedy = "nodech {} noderes.xcatmaster=" + primary.node_facing_name;
    const auto found = std::find(servers.begin(), servers.end(), owner);
    if (found == servers.end()) return remedy;
    std::rotate(servers.begin(), found, found + 1);
    return remedy + ", or nodech {} noderes.servicenode=" + text::joined(builder_.server_names(servers), ",");
  }

  // The node of its own, and no server, that the name belongs to. A row of the table hosts that is no node, or has the
  // server's name in front, may be a further interface of it.
  std::string other_node(const std::string& name, const std::string& server) const {
    const std::string node = resolver_.node_of(name);
    const bool is_other = node != server && !text::starts_with_ignoring_case(node, server + "-");
    return is_other && !node.empty() && builder_.tables.has_node(node) ? node : "";
  }

  // Nodes that know their primary by another name than most.
  void other_facing_names(std::size_t server) {
    ServerEntry& one = builder_.servers[server];
    for (const NodeFacingName& node_facing_name : node_facing_names_[server]) {
      if (one.address.empty() || node_facing_name.address == one.address) continue;
      std::size_t owner = no_index;
      for (std::size_t i = 0; i < builder_.servers.size() && owner == no_index; ++i)
        if (i != server && !node_facing_name.address.empty() &&
            (builder_.servers[i].address == node_facing_name.address || is_known(i, node_facing_name)))
          owner = i;
      const std::string foreign = owner == no_index ? other_node(node_facing_name.name, one.name) : "";
      FindingType type;
      const std::string named = "noderes.xcatmaster \"" + text::escape_control(node_facing_name.name) + "\" ({rows}) ";
      type.remedy = "nodech {} noderes.xcatmaster=" + one.node_facing_name;
      if (node_facing_name.address.empty()) {
        type.code = "unresolved";
        type.what = named +
                    "has no IPv4 address in the table hosts nor in /etc/hosts; other nodes call their primary " +
                    one.name + " " + one.node_facing_name;
      } else if (owner != no_index || !foreign.empty()) {
        type.code = "xcatmaster-mismatch";
        type.what = named + "is " +
                    (owner != no_index ? builder_.servers[owner].name : foreign + ", which is no server") +
                    ", but noderes.servicenode has " + one.name + " as their primary";
        if (owner != no_index) type.level = Level::warning;  // else they would boot from no server
      } else if (network_of(builder_, *net::host_number(node_facing_name.address)) != one.network) {
        for (const std::size_t group : node_facing_name.node_groups) builder_.node_groups[group].other_network = true;
        // Nodes that are there themselves boot there: another name would cost them their server.
        if (any_in_network_of(node_facing_name))
          type.remedy = "nodech {} noderes.servicenode=PRIMARY,BACKUP: two servers that all their nodes reach in the " +
                        network_text(builder_, network_of(builder_, *net::host_number(node_facing_name.address))) +
                        ", then mkdsklsnode {}";
        type.code = "two-networks";
        type.what = named + "is " + node_facing_name.address + " in the " +
                    network_text(builder_, network_of(builder_, *net::host_number(node_facing_name.address))) +
                    ", but most nodes reach " + one.name + " at " + one.address + " in the " +
                    network_text(builder_, one.network) + ", and a server is in the list of replicas once";
      } else {
        type.level = Level::warning;
        type.code = "two-addresses";
        type.what = named + "is " + node_facing_name.address + ", but most nodes reach " + one.name + " at " +
                    one.address + ", which is what the list of replicas has";
      }
      if (!node_facing_name.address.empty() && owner == no_index && foreign.empty())
        one.other_addresses.push_back(node_facing_name.address);
      for (const std::size_t group : node_facing_name.node_groups) {
        if (owner != no_index) {
          builder_.node_groups[group].boots_from = owner;
          type.remedy = remedy_of_mismatch(one, owner, builder_.node_groups[group].servers);
        }
        builder_.add_nodes_finding(type, builder_.node_groups[group].nodes);
        if (!builder_.names_of(builder_.node_groups[group].nodes).empty())
          builder_.findings.add_row(type, builder_.node_groups[group].node_facing_row);
      }
    }
  }

  void same_addresses() {
    std::unordered_map<std::string, std::size_t> owner;
    for (std::size_t i = 0; i < builder_.servers.size(); ++i) {
      const ServerEntry& one = builder_.servers[i];
      if (one.address.empty()) continue;
      const auto [known, is_new] = owner.try_emplace(one.address, i);
      if (is_new) continue;
      const ServerEntry& other = builder_.servers[known->second];
      const FindingType type{Level::error, "same-address",
                             "two servers have the address " + one.address + " (" + other.node_facing_name + ", " +
                                 one.node_facing_name + "), so they are one host or the tables are wrong",
                             "noderes.xcatmaster of their nodes, and hosts.ip"};
      builder_.add_server_finding(type, known->second);
      builder_.add_server_finding(type, i);
      for (const std::size_t domain : {one.domain, other.domain})
        if (domain != no_index) builder_.domains[domain].valid = false;
    }
  }

  void judge_domain(std::size_t index) {
    Domain& domain = builder_.domains[index];
    std::map<std::size_t, std::vector<std::string>> by_network;
    std::map<std::size_t, std::vector<std::size_t>> servers_in;
    for (const std::size_t server : domain.servers) {
      const ServerEntry& one = builder_.servers[server];
      if (one.address.empty()) domain.valid = false;  // and there is a finding about it
      if (one.address.empty()) continue;
      by_network[one.network].push_back(one.name + " " + one.address);
      servers_in[one.network].push_back(server);
    }
    if (by_network.size() > 1) {
      domain.valid = false;
      std::string what;
      for (const auto& [network, names] : by_network)
        what += (what.empty() ? "" : "; ") + abbreviate(names) + " in " + network_text(builder_, network);
      builder_.add_domain_finding({Level::error, "two-networks",
                                   "its servers are not in one network: " + what +
                                       "; nodes would lose the way, and the gateway, with their server",
                                   to_one_network(servers_in)},
                                  index);
    } else if (by_network.size() == 1 && by_network.begin()->first == no_index) {
      builder_.add_domain_finding({Level::note, "no-network",
                                   "no row of the table networks holds " + abbreviate(by_network.begin()->second) +
                                       ", so gateways and networks cannot be checked",
                                   "makenetworks, or chtab netname=NAME networks.net=NET networks.mask=MASK"},
                                  index);
    }
  }

  // Without noderes.xcatmaster a node takes whatever address it booted from as its server
  // (lib/xcat/README.md "Postscripts: the environment", MASTER), and mkdsklsnode -S cannot tell the node-facing one
  // (lib/xcat/README.md "mkdsklsnode -S: weaknesses", W3).
  void without_xcatmaster() {
    for (const NodeGroup& group : builder_.node_groups) {
      if (group.servers.empty() || !group.node_facing_name.empty()) continue;
      const ServerEntry& primary = builder_.servers[group.servers.front()];
      if (primary.domain == no_index || primary.node_facing_name.empty()) continue;
      builder_.add_nodes_finding(
          {Level::warning, "no-xcatmaster",
           "noderes.xcatmaster is not set: where these nodes reach their server is not in the tables, " +
               primary.node_facing_name + " (" + primary.address + ") is taken",
           "nodech {} noderes.xcatmaster=" + primary.node_facing_name, true},
          group.nodes);
    }
  }

  // Commands that bring all servers of a domain into the network that most of them are in; the first one where none is.
  std::string to_one_network(const std::map<std::size_t, std::vector<std::size_t>>& servers_in) {
    auto most = servers_in.end();
    for (auto one = servers_in.begin(); one != servers_in.end(); ++one)
      if (one->first != no_index && (most == servers_in.end() || one->second.size() > most->second.size())) most = one;
    std::string remedy;
    for (const auto& [network, servers] : servers_in) {
      if (most == servers_in.end() || network == most->first) continue;
      for (const std::size_t server : servers) {
        const std::vector<NamedAddress> there = in_network(server, most->first);
        const std::string name = there.empty() ? builder_.servers[server].name + "-NAME" : there.front().name;
        if (there.empty())
          remedy += how_to_enter(builder_.servers[server].name, name, "in the " + network_text(builder_, most->first)) +
                    ", then ";
        std::vector<std::size_t> nodes;
        for (const std::size_t group : groups_of_[server])
          if (builder_.node_groups[group].servers.front() == server)
            nodes.insert(nodes.end(), builder_.node_groups[group].nodes.begin(),
                         builder_.node_groups[group].nodes.end());
        remedy += "nodech " + range_word(xcat::fold(builder_.names_of(nodes))) + " noderes.xcatmaster=" + name + "; ";
      }
    }
    if (remedy.empty()) return "chtab netname=NAME networks.net=NET networks.mask=MASK of their network";
    return remedy.substr(0, remedy.size() - 2);
  }

  void nodes_elsewhere() {
    for (const NodeGroup& group : builder_.node_groups) {
      if (group.servers.empty()) continue;
      const ServerEntry& primary = builder_.servers[group.servers.front()];
      if (primary.network == no_index) continue;
      const net::Subnet& subnet = builder_.networks[primary.network].subnet;
      std::vector<std::size_t> elsewhere;
      for (const std::size_t node : group.nodes)
        if (numbers_[node] != 0 && !subnet.contains(numbers_[node])) elsewhere.push_back(node);
      builder_.add_nodes_finding(
          {Level::warning, "other-network",
           "their own addresses (table hosts) are not in the " + network_text(builder_, primary.network) + ", where " +
               primary.name + " (" + primary.address +
               ") is: a router is between them, so no server can be their gateway",
           "hosts.ip of the nodes, or noderes.xcatmaster=NAME of the server in their network"},
          elsewhere);
    }
  }

  ClusterBuilder& builder_;
  HostResolver resolver_;
  std::vector<std::vector<NamedAddress>> known_;           // by server
  std::unordered_map<std::string, std::size_t> owner_of_;  // by address, of the servers that have it by their own names
  std::vector<std::vector<NodeFacingName>> node_facing_names_;  // by server
  std::vector<std::uint32_t> numbers_;                          // by node; 0: not known
  std::vector<std::vector<std::size_t>> groups_of_;             // by server: of ClusterBuilder::node_groups
};

}  // namespace

void find_addresses(ClusterBuilder& builder) { Addresses(builder).find(); }

}  // namespace hanfs::cluster
