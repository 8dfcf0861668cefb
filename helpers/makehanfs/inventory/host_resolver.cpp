// SPDX-License-Identifier: Apache-2.0
#include "makehanfs/inventory/host_resolver.hpp"

#include <algorithm>

#include "net/address.hpp"
#include "text/words.hpp"

namespace hanfs::cluster {
namespace {

constexpr std::string_view between_aliases = ", ";  // in hosts.hostnames, for makehosts

// The column hosts.otherinterfaces, as makehosts takes it (lib/xcat/README.md "Tables: meanings"): NAME:ADDRESS or
// NAME!ADDRESS pieces between commas, to the letter; what is behind the address is not looked at. "-ml0" is short for
// the node's name with "-ml0" behind it.
std::vector<NamedAddress> other_interfaces(const std::string& node, std::string_view text) {
  std::vector<NamedAddress> all;
  for (const std::string_view item : text::split(text, ',')) {
    const char mark = item.find('!') == std::string_view::npos ? ':' : '!';
    const std::vector<std::string_view> fields = text::split(item, mark);
    if (fields.size() < 2 || fields[0].empty() || fields[0].front() == ' ' ||
        !net::is_host_ipv4(std::string(fields[1])))
      continue;
    const std::string name(fields[0]);
    all.push_back({name.front() == '-' ? node + name : name, std::string(fields[1])});
  }
  return all;
}

// By the whole name, else by the short one, in whatever case (RFC 1035, section 2.3.3); empty where there is neither.
std::string find(const std::unordered_map<std::string, std::string>& names, const std::string& name) {
  for (const std::string& form : {text::lower(name), text::lower(short_name(name))}) {
    const auto known = names.find(form);
    if (known != names.end()) return known->second;
  }
  return {};
}

}  // namespace

std::string short_name(const std::string& name) { return name.substr(0, name.find('.')); }

bool is_same_host(const std::string& a, const std::string& b) {
  return text::equal_ignoring_case(short_name(a), short_name(b));
}

HostResolver::HostResolver(const ClusterBuilder& builder) : builder_(builder) {
  // A name that differs from that of a server by its case only, and is no node, takes no interface from it.
  for (const bool in_nodelist : {true, false})
    for (const ServerEntry& server : builder.servers)
      if (server.in_nodelist == in_nodelist) servers_.emplace(text::lower(server.name), server.name);
  const xcat::Table* hosts = builder.tables.find("hosts");
  for (std::size_t row = 0; hosts != nullptr && row < hosts->size(); ++row) {
    const std::string node(hosts->value(row, "node"));
    const std::string ip(text::trimmed(hosts->value(row, "ip")));
    note_interface(node, ip);
    nodes_.emplace(text::lower(node), node);
    if (net::is_host_ipv4(ip)) aliases_.emplace(text::lower(node), ip);
    for (const std::string_view alias : text::split_list(hosts->value(row, "hostnames"), between_aliases)) {
      note_interface(alias, ip);
      nodes_.emplace(text::lower(alias), node);
      if (net::is_host_ipv4(ip)) aliases_.emplace(text::lower(alias), ip);
    }
    for (const NamedAddress& one : other_interfaces(node, hosts->value(row, "otherinterfaces"))) {
      note_interface(one.name, one.address);
      nodes_.emplace(text::lower(one.name), node);
      aliases_.emplace(text::lower(one.name), one.address);
    }
  }
  for (const aix::HostEntry& entry : builder.hosts_file.entries)
    for (const std::string& name : entry.names) {
      note_interface(name, entry.address);
      if (net::is_host_ipv4(entry.address)) file_.emplace(text::lower(name), entry.address);
    }
}

std::vector<NamedAddress> HostResolver::addresses_of(const std::string& server) const {
  std::vector<NamedAddress> all;
  const std::string ip = value(server, "ip");
  if (net::is_host_ipv4(ip)) {
    all.push_back({server, ip});
    const std::string aliases = value(server, "hostnames");
    for (const std::string_view alias : text::split_list(aliases, between_aliases))
      all.push_back({std::string(alias), ip});
  }
  for (NamedAddress& one : other_interfaces(server, value(server, "otherinterfaces"))) all.push_back(std::move(one));
  if (all.empty()) {
    const std::string address = find(file_, server);
    if (!address.empty()) all.push_back({server, address});
  }
  return all;
}

std::string HostResolver::address_of(const std::string& name, const std::vector<NamedAddress>& own) const {
  if (net::is_host_ipv4(name)) return name;
  const auto mine =
      std::find_if(own.begin(), own.end(), [&](const NamedAddress& one) { return is_same_host(one.name, name); });
  if (mine != own.end()) return mine->address;
  for (const std::string& form : {name, short_name(name)}) {
    const std::string ip = value(form, "ip");
    if (net::is_host_ipv4(ip)) return ip;
  }
  const std::string address = find(aliases_, name);
  return address.empty() ? find(file_, name) : address;
}

std::vector<Error> HostResolver::problems_of(const std::string& server) const {
  std::vector<Error> problems;
  for (const char* const column : {"ip", "hostnames", "otherinterfaces"})
    if (const Result<xcat::Attribute> attribute = builder_.attributes.get(server, "hosts", column); !attribute)
      problems.push_back(attribute.error());
  return problems;
}

std::string HostResolver::node_of(const std::string& name) const { return find(nodes_, name); }

const std::vector<NamedAddress>& HostResolver::interfaces_of(const std::string& server) const {
  static const std::vector<NamedAddress> none;
  const auto known = interfaces_.find(server);
  return known == interfaces_.end() ? none : known->second;
}

std::string HostResolver::value(const std::string& name, const char* column) const {
  const Result<xcat::Attribute> attribute = builder_.attributes.get(name, "hosts", column);
  return attribute ? std::string(text::trimmed(attribute->value)) : std::string();
}

void HostResolver::note_interface(std::string_view name, std::string_view address) {
  const std::string host(name.substr(0, name.find('.')));
  for (std::size_t dash = host.find('-'); dash != std::string::npos; dash = host.find('-', dash + 1)) {
    const auto server = servers_.find(text::lower(host.substr(0, dash)));
    const std::string ip(address);
    if (server == servers_.end() || !net::is_host_ipv4(ip) || builder_.tables.has_node(host)) continue;
    interfaces_[server->second].push_back({host, ip});
  }
}

}  // namespace hanfs::cluster
