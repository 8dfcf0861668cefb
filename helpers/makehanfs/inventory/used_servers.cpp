// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/used_servers.hpp"

#include <numeric>
#include <set>

#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

// "asn01;asn02" are two: what can be in no name ends one.
std::vector<std::string> names_in(std::string_view value) {
  std::vector<std::string> names(1);
  for (const char c : value) {
    if (text::is_host_name(std::string{'a', c}))
      names.back() += c;
    else
      names.emplace_back();
  }
  return names;
}

}  // namespace

UsedServers::UsedServers(const ClusterBuilder& builder) : builder_(builder), resolver_(builder) {
  for (const ServerEntry& server : builder.servers) {
    if (server.domain == no_index) continue;
    for (const auto* some : {&server.other_addresses, &server.interfaces})
      for (const std::string& address : *some) domain_of_.emplace(address, server.domain);
    for (const std::string& name : {server.name, server.node_facing_name, server.address})
      domain_of_.emplace(name, server.domain);
  }
  domain_of_.erase("");
}

std::size_t UsedServers::domain_of(const std::string& name) const {
  for (const std::string& form : {name, short_name(name), resolver_.address_of(name, {}), resolver_.node_of(name)})
    if (const auto found = domain_of_.find(form); found != domain_of_.end()) return found->second;
  return no_index;
}

const std::vector<std::size_t>& UsedServers::domains_of(std::size_t node) {
  std::string values;
  bool is_known = true;
  for (const char* const column : {"servicenode", "xcatmaster", "nfsserver"}) {
    const Result<xcat::Attribute> value = builder_.attribute(node, "noderes", column);
    is_known = is_known && value;
    if (value) values += value->value + '\n';
  }
  const auto [known, is_new] = known_.try_emplace(values + (is_known ? "" : "?"));
  if (!is_new) return known->second;
  std::set<std::size_t> domains;
  for (const std::string& name : names_in(values))
    if (const std::size_t domain = domain_of(name); domain != no_index) domains.insert(domain);
  known->second.assign(domains.begin(), domains.end());
  if (domains.empty() && !is_known) {
    known->second.resize(builder_.domains.size());
    std::iota(known->second.begin(), known->second.end(), std::size_t{0});
  }
  return known->second;
}

}  // namespace hanfs::cluster
