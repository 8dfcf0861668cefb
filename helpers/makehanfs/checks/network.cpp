// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "makehanfs/checks/checks.hpp"
#include "text/escape.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;
constexpr std::string_view own_server = "<xcatmaster>";  // lib/xcat/README.md "Tables: meanings"

std::vector<std::string> addresses_of(const ClusterBuilder& builder, const Domain& domain) {
  std::vector<std::string> addresses;
  for (const std::size_t server : domain.servers)
    if (!builder.servers[server].address.empty()) addresses.push_back(builder.servers[server].address);
  return addresses;
}

// The resolver reads no more lines of resolv.conf: lib/aix/README.md "Name resolution".
constexpr std::size_t most_nameservers = 3;

std::vector<std::string> first_of(std::vector<std::string> words, std::size_t most) {
  if (words.size() > most) words.resize(most);
  return words;
}

std::size_t network_of(const ClusterBuilder& builder, const Domain& domain) {
  for (const std::size_t server : domain.servers)
    if (builder.servers[server].network != no_index) return builder.servers[server].network;
  return no_index;
}

void check_forwarding(ClusterBuilder& builder, const Domain& domain, const std::string& row) {
  for (const std::size_t index : domain.servers) {
    const ServerEntry& server = builder.servers[index];
    if (!server.in_nodelist || !server.in_servicenode) continue;
    const Result<xcat::Attribute> value = builder.attribute(server.node, "servicenode", "ipforward");
    if (!value) continue;
    if (xcat::is_true(value->value)) {
      // lib/xcat/README.md "Routes in xCAT": live only. A ping, and so active DGD, does not notice.
      const FindingType kept{Level::note, "forward-after-boot",
                             "default gateways of their nodes ({rows}); xCAT sets ipforwarding live only, so after a "
                             "reboot they may answer pings and forward nothing",
                             "xdsh {} no -p -o ipforwarding=1, once"};
      builder.add_server_finding(kept, index);
      builder.findings.add_row(kept, row);
      continue;
    }
    const FindingType type{Level::warning, "gateway-no-forward",
                           "default gateways of their nodes ({rows}), but servicenode.ipforward is " +
                               (value->empty() ? "not set" : text::escape_control(value->value)) +
                               ": nothing gets through them, and xCAT hands out no gateway",
                           "nodech {} servicenode.ipforward=1, then xdsh {} no -p -o ipforwarding=1"};
    builder.add_server_finding(type, index);
    builder.findings.add_row(type, row);
  }
}

// Which server of the domain this word means: its address, one of its names, or <xcatmaster>.
class NameserverIndex {
 public:
  explicit NameserverIndex(const ClusterBuilder& builder) {
    for (std::size_t i = 0; i < builder.servers.size(); ++i) {
      const ServerEntry& server = builder.servers[i];
      for (const std::string& word : {server.name, server.address, server.node_facing_name})
        if (!word.empty()) servers_.emplace(text::lower(word), i);
      if (!server.in_nodelist || builder.tables.find("hosts") == nullptr) continue;
      const Result<xcat::Attribute> ip = builder.attributes.get(server.name, "hosts", "ip");
      if (ip && !ip->value.empty()) servers_.emplace(ip->value, i);
    }
  }

  // One server that all name servers die with; no_index: at least one lives on. `own`: they are <xcatmaster>.
  std::size_t dies_with(const std::vector<std::string_view>& words, const Domain& domain, bool& own) const {
    std::size_t server = no_index;
    own = false;
    for (const std::string_view word : words) {
      if (word == own_server) {
        own = true;
        continue;
      }
      const auto known = servers_.find(text::lower(word));
      if (known == servers_.end()) return no_index;
      const bool inside =
          std::find(domain.servers.begin(), domain.servers.end(), known->second) != domain.servers.end();
      if (!inside || (server != no_index && server != known->second)) return no_index;
      server = known->second;
    }
    if (own && server != no_index) return no_index;  // its own and one more: not sure to be the same
    return own ? domain.servers.front() : server;
  }

 private:
  std::unordered_map<std::string, std::size_t> servers_;
};

struct Source {
  std::string text;
  std::string row;
};

void judge_nameservers(ClusterBuilder& builder, const NameserverIndex& nameserver_index, const Domain& domain,
                       const Source& source, const std::vector<std::size_t>& nodes) {
  const std::vector<std::string_view> words = text::split_list(source.text, ", ");
  if (words.empty() || domain.servers.size() < 2) return;
  bool own = false;
  const std::size_t server = nameserver_index.dies_with(words, domain, own);
  if (server == no_index) return;
  const std::vector<std::string> addresses = first_of(addresses_of(builder, domain), most_nameservers);
  const FindingType type{
      Level::warning, "dead-nameserver",
      "their only name server dies with " + (own ? "their own server" : builder.servers[server].name) + ": " +
          text::escape_control(source.text) + " in {rows}; after a failover each look-up waits for it",
      "nodech {} noderes.nameservers=" +
          (addresses.empty() ? "ADDRESSES of servers of their domain" : text::joined(addresses, ",")) +
          ", then updatenode {} -P mkresolvconf; or names in /etc/hosts, asked first"};
  const std::vector<std::string> names = builder.names_of(nodes);
  if (names.empty()) return;
  builder.findings.add(type, names);
  builder.findings.add_row(type, source.row);
}

// A domain whose nodes leave their network through a server that is none of theirs: the postscript adds no other
// gateway (helpers/README.md "Gateways"), so nothing takes over.
void judge_foreign_gateway(ClusterBuilder& builder, const Domain& domain, std::size_t index, const Network& network) {
  const auto owner = std::find_if(builder.servers.begin(), builder.servers.end(), [&](const ServerEntry& server) {
    return !server.address.empty() && server.address == network.gateway;
  });
  if (owner == builder.servers.end() || !domain.gateways.empty()) return;
  std::vector<std::string> all{owner->address};
  if (owner->domain != no_index)
    for (const std::string& address : addresses_of(builder, builder.domains[owner->domain]))
      if (address != owner->address) all.push_back(address);
  const FindingType type{
      Level::warning, "gateway-elsewhere",
      "the default gateway of their nodes ({rows}) is " + owner->name +
          ", which is none of their servers: when it dies they cannot leave their network, and no other "
          "gateway takes over",
      "gateways = " + text::joined(all, " ") +
          " in their [domain NAME] sections of hanfs.conf, then makehanfs settings"};
  builder.add_domain_finding(type, index);
  builder.findings.add_row(type, network.row);
}

}  // namespace

void check_gateways(ClusterBuilder& builder) {
  for (std::size_t i = 0; i < builder.domains.size(); ++i) {
    Domain& domain = builder.domains[i];
    const auto section = std::find_if(builder.settings.domains.begin(), builder.settings.domains.end(),
                                      [&](const config::Domain& one) { return one.name == domain.name; });
    if (section != builder.settings.domains.end()) domain.gateways = section->gateways;
    const std::size_t index = network_of(builder, domain);
    if (index == no_index) continue;
    const Network& network = builder.networks[index];
    const std::vector<std::string> addresses = addresses_of(builder, domain);
    const bool by_server = network.gateway == own_server ||
                           std::find(addresses.begin(), addresses.end(), network.gateway) != addresses.end();
    if (!by_server) {
      judge_foreign_gateway(builder, domain, i, network);
      continue;
    }
    if (domain.gateways.empty()) domain.gateways = addresses;
    check_forwarding(builder, domain, network.row);
    const FindingType type{
        Level::note, "gateway-is-server",
        network.gateway == own_server
            ? "the default gateway of their nodes is each node's own server ({rows}), and dies with it"
            : "the default gateway of their nodes is one of the servers ({rows}), and dies with it",
        "nothing to do: the postscript makes all servers default gateways, with dead gateway detection; that sees "
        "whether a server answers a ping, not whether it forwards, nor what lies behind it"};
    builder.add_domain_finding(type, i);
    builder.findings.add_row(type, network.row);
  }
}

void check_nameservers(ClusterBuilder& builder) {
  const NameserverIndex nameserver_index(builder);
  std::vector<std::vector<std::size_t>> nodes_of(builder.domains.size());
  for (const NodeGroup& group : builder.node_groups)
    if (group.domain != no_index)
      nodes_of[group.domain].insert(nodes_of[group.domain].end(), group.nodes.begin(), group.nodes.end());
  const std::string_view site = builder.tables.site("nameservers");
  for (std::size_t i = 0; i < builder.domains.size(); ++i) {
    const Domain& domain = builder.domains[i];
    std::map<std::string, std::pair<Source, std::vector<std::size_t>>> by_value;
    std::vector<std::size_t> without;
    for (const std::size_t node : nodes_of[i]) {
      const Result<xcat::Attribute> value = builder.attribute(builder.nodes[node].index, "noderes", "nameservers");
      if (!value) continue;
      if (value->empty()) {
        without.push_back(node);
        continue;
      }
      auto& [source, nodes] = by_value[value->value];
      if (nodes.empty()) source = {value->value, row_text("noderes", *value)};
      nodes.push_back(node);
    }
    for (const auto& [text, one] : by_value)
      judge_nameservers(builder, nameserver_index, domain, one.first, one.second);
    const std::size_t network = network_of(builder, domain);
    const bool by_network = network != no_index && !builder.networks[network].nameservers.empty();
    const Source source = by_network ? Source{builder.networks[network].nameservers, builder.networks[network].row}
                                     : Source{std::string(site), "site.nameservers"};
    judge_nameservers(builder, nameserver_index, domain, source, without);
  }
}

}  // namespace hanfs::cluster
