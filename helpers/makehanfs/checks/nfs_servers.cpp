// SPDX-License-Identifier: Apache-2.0
// noderes.nfsserver, which nodes get as NFSSERVER: what is mounted from it has a replica only where it is a server of
// their domain (lib/xcat/README.md "Postscripts: the environment").
#include <algorithm>
#include <map>
#include <memory>

#include "makehanfs/checks/checks.hpp"
#include "makehanfs/inventory/host_resolver.hpp"
#include "report/table.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

class NfsServers {
 public:
  explicit NfsServers(ClusterBuilder& builder) : builder_(builder) {}

  void check() {
    for (const NodeGroup& group : builder_.node_groups) {
      std::map<std::string, bool> is_known;  // by the names that the group's nodes have
      for (const std::size_t node : group.nodes) {
        const Result<xcat::Attribute> value = builder_.attribute(builder_.nodes[node].index, "noderes", "nfsserver");
        if (!value) continue;
        const std::string name(text::trimmed(value->value));
        const auto [known, is_new] = is_known.try_emplace(name, true);
        if (is_new) known->second = is_own_server(name, group);
        if (!known->second) add(name, *value, node, group);
      }
    }
  }

 private:
  bool is_own_server(const std::string& name, const NodeGroup& group) {
    if (name.empty() || name == "<xcatmaster>" || is_same_host(name, group.node_facing_name)) return true;
    const std::vector<std::size_t>& servers =
        group.domain != no_index ? builder_.domains[group.domain].servers : group.servers;
    if (servers.empty()) return true;  // there are findings about that
    return std::any_of(servers.begin(), servers.end(), [&](std::size_t server) { return is_of(name, server); });
  }

  bool is_of(const std::string& name, std::size_t index) {
    const ServerEntry& server = builder_.servers[index];
    if (is_same_host(name, server.name) || is_same_host(name, server.node_facing_name)) return true;
    if (!resolver_) resolver_ = std::make_unique<HostResolver>(builder_);  // reads a whole table
    const std::string address = resolver_->address_of(name, {});
    const auto has = [&](const std::vector<std::string>& all) {
      return std::find(all.begin(), all.end(), address) != all.end();
    };
    return resolver_->node_of(name) == server.name ||
           (!address.empty() && (address == server.address || has(server.other_addresses) || has(server.interfaces)));
  }

  void add(const std::string& name, const xcat::Attribute& value, std::size_t node, const NodeGroup& group) {
    const std::string& own =
        group.servers.empty() ? std::string() : builder_.servers[group.servers.front()].node_facing_name;
    const FindingType type{Finding::Level::warning, "nfsserver-elsewhere",
                           "noderes.nfsserver " + report::quoted(name) +
                               " ({rows}) is none of their servers: what they mount from it has no replica",
                           "nodech {} noderes.nfsserver=" + own};
    builder_.add_nodes_finding(type, {node});
    if (builder_.nodes[node].asked_for) builder_.findings.add_row(type, row_text("noderes", value));
  }

  ClusterBuilder& builder_;
  std::unique_ptr<HostResolver> resolver_;
};

}  // namespace

void check_nfs_servers(ClusterBuilder& builder) {
  const xcat::Table* table = builder.tables.find("noderes");
  for (std::size_t row = 0; table != nullptr && row < table->size(); ++row)
    if (!table->value(row, "nfsserver").empty()) return NfsServers(builder).check();
}

}  // namespace hanfs::cluster
