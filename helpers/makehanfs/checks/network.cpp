// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <map>

#include "makehanfs/inventory/addresses.hpp"
#include "makehanfs/checks/checks.hpp"
#include "text/words.hpp"
#include "report/table.hpp"

namespace hanfs::cluster {
namespace {

using Level = Finding::Level;
constexpr std::string_view own_server = "<xcatmaster>";  // facts/xcat-integration.md 3.1

std::vector<std::string> addresses_of(const Draft& draft, const Domain& domain) {
  std::vector<std::string> addresses;
  for (const std::size_t server : domain.servers)
    if (!draft.servers[server].address.empty()) addresses.push_back(draft.servers[server].address);
  return addresses;
}

std::size_t network_of(const Draft& draft, const Domain& domain) {
  for (const std::size_t server : domain.servers)
    if (draft.servers[server].network != nowhere) return draft.servers[server].network;
  return nowhere;
}

void check_forwarding(Draft& draft, Column& forward, const Domain& domain, const std::string& row) {
  for (const std::size_t index : domain.servers) {
    const DraftServer& server = draft.servers[index];
    if (!server.in_nodelist || !server.in_servicenode) continue;
    const Result<Value>& value = forward.of(server.node);
    if (!value || xcat_true(value->text)) continue;
    const Cause cause{Level::warning, "gateway-no-forward",
                      "default gateways of their nodes ({rows}), but servicenode.ipforward is " +
                          (value->empty() ? "not set" : report::escape_control(value->text)) +
                          ": nothing gets through them, and xCAT hands out no gateway",
                      "nodech {} servicenode.ipforward=1, then xdsh {} no -p -o ipforwarding=1"};
    draft.about_server(cause, index);
    draft.findings.add_row(cause, row);
  }
}

// Which server of the domain this word means: its address, one of its names, or <xcatmaster>.
class Meanings {
 public:
  explicit Meanings(const Draft& draft) {
    for (std::size_t i = 0; i < draft.servers.size(); ++i) {
      const DraftServer& server = draft.servers[i];
      for (const std::string& word : {server.name, server.address, server.facing})
        if (!word.empty()) servers_.emplace(word, i);
      if (!server.in_nodelist || draft.tables.find("hosts") == nullptr) continue;
      const Result<xcat::Attribute> ip = draft.indexes.attributes().get(server.name, "hosts", "ip");
      if (ip && !ip->value.empty()) servers_.emplace(ip->value, i);
    }
  }

  // One server that all name servers die with; nowhere: at least one lives on. `own`: they are <xcatmaster>.
  std::size_t dies_with(const std::vector<std::string_view>& words, const Domain& domain, bool& own) const {
    std::size_t server = nowhere;
    own = false;
    for (const std::string_view word : words) {
      if (word == own_server) {
        own = true;
        continue;
      }
      const auto known = servers_.find(std::string(word));
      if (known == servers_.end()) return nowhere;
      const bool inside =
          std::find(domain.servers.begin(), domain.servers.end(), known->second) != domain.servers.end();
      if (!inside || (server != nowhere && server != known->second)) return nowhere;
      server = known->second;
    }
    if (own && server != nowhere) return nowhere;  // its own and one more: not sure to be the same
    return own ? domain.servers.front() : server;
  }

 private:
  std::unordered_map<std::string, std::size_t> servers_;
};

struct Source {
  std::string_view text;
  std::string row;
};

void judge_nameservers(Draft& draft, const Meanings& meanings, const Domain& domain, const Source& source,
                       const std::vector<std::size_t>& nodes) {
  const std::vector<std::string_view> words = split_list(source.text, ", ");
  if (words.empty() || domain.servers.size() < 2) return;
  bool own = false;
  const std::size_t server = meanings.dies_with(words, domain, own);
  if (server == nowhere) return;
  const Cause cause{
      Level::warning, "dead-nameserver",
      "their only name server dies with " + (own ? "their own server" : draft.servers[server].name) + ": " +
          report::escape_control(source.text) + " in {rows}; after a failover each look-up waits for it",
      "nodech " + std::string(own ? "NODES" : "{}") + " noderes.nameservers=" +
          (own ? "ADDRESSES of all servers of their domain" : report::joined(addresses_of(draft, domain), ",")) +
          ", then updatenode {} -P mkresolvconf; or names in /etc/hosts, asked first"};
  const std::vector<std::string> names = draft.names_of(nodes);
  if (names.empty()) return;
  draft.findings.add(cause, names);
  draft.findings.add_row(cause, source.row);
}

// A domain whose nodes leave their network through a server that is none of theirs: the postscript adds no other
// gateway (design 5.1, gateways auto), so nothing takes over.
void judge_foreign_gateway(Draft& draft, const Domain& domain, std::size_t index, const Network& network) {
  const auto owner = std::find_if(draft.servers.begin(), draft.servers.end(), [&](const DraftServer& server) {
    return !server.address.empty() && server.address == network.gateway;
  });
  if (owner == draft.servers.end() || !domain.gateways.empty()) return;
  std::vector<std::string> all{owner->address};
  if (owner->domain != nowhere)
    for (const std::string& address : addresses_of(draft, draft.domains[owner->domain]))
      if (address != owner->address) all.push_back(address);
  const Cause cause{Level::warning, "gateway-elsewhere",
                    "the default gateway of their nodes ({rows}) is " + owner->name +
                        ", which is none of their servers: when it dies they cannot leave their network, and no other "
                        "gateway takes over",
                    "gateways = " + report::joined(all, " ") +
                        " in their [domain NAME] sections of hanfs.conf, then makehanfs settings"};
  draft.about_domain(cause, index);
  draft.findings.add_row(cause, network.row);
}

}  // namespace

void check_gateways(Draft& draft) {
  Column forward(draft.indexes, "servicenode", "ipforward");
  for (std::size_t i = 0; i < draft.domains.size(); ++i) {
    Domain& domain = draft.domains[i];
    const auto section = std::find_if(draft.settings.domains.begin(), draft.settings.domains.end(),
                                      [&](const config::Domain& one) { return one.name == domain.name; });
    if (section != draft.settings.domains.end()) domain.gateways = section->gateways;
    const std::size_t index = network_of(draft, domain);
    if (index == nowhere) continue;
    const Network& network = draft.networks[index];
    const std::vector<std::string> addresses = addresses_of(draft, domain);
    const bool by_server = network.gateway == own_server ||
                           std::find(addresses.begin(), addresses.end(), network.gateway) != addresses.end();
    if (!by_server) {
      judge_foreign_gateway(draft, domain, i, network);
      continue;
    }
    if (domain.gateways.empty()) domain.gateways = addresses;
    check_forwarding(draft, forward, domain, network.row);
    const Cause cause{Level::note, "gateway-is-server",
                      network.gateway == own_server
                          ? "the default gateway of their nodes is each node's own server ({rows}), and dies with it"
                          : "the default gateway of their nodes is one of the servers ({rows}), and dies with it",
                      "nothing to do: the postscript makes all servers default gateways, with dead gateway detection"};
    draft.about_domain(cause, i);
    draft.findings.add_row(cause, network.row);
  }
}

void check_nameservers(Draft& draft) {
  const Meanings meanings(draft);
  Column own(draft.indexes, "noderes", "nameservers");
  std::vector<std::vector<std::size_t>> nodes_of(draft.domains.size());
  for (const Crew& crew : draft.crews)
    if (crew.domain != nowhere)
      nodes_of[crew.domain].insert(nodes_of[crew.domain].end(), crew.nodes.begin(), crew.nodes.end());
  const std::string_view site = draft.tables.site("nameservers");
  for (std::size_t i = 0; i < draft.domains.size(); ++i) {
    const Domain& domain = draft.domains[i];
    std::map<std::string_view, std::pair<Source, std::vector<std::size_t>>> said;
    std::vector<std::size_t> silent;
    if (own.nothing_set()) {
      silent = std::move(nodes_of[i]);
    } else {
      for (const std::size_t node : nodes_of[i]) {
        const Result<Value>& value = own.of(draft.nodes[node].index);
        if (!value) continue;
        if (value->empty()) {
          silent.push_back(node);
          continue;
        }
        auto& [source, nodes] = said[value->text];
        if (nodes.empty()) source = {value->text, row_text("noderes", *value)};
        nodes.push_back(node);
      }
    }
    for (const auto& [text, one] : said) judge_nameservers(draft, meanings, domain, one.first, one.second);
    const std::size_t network = network_of(draft, domain);
    const bool by_network = network != nowhere && !draft.networks[network].nameservers.empty();
    const Source source = by_network ? Source{draft.networks[network].nameservers, draft.networks[network].row}
                                     : Source{site, "site.nameservers"};
    judge_nameservers(draft, meanings, domain, source, silent);
  }
}

}  // namespace hanfs::mn
