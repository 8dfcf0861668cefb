// SPDX-License-Identifier: Apache-2.0
// The cluster while it is being made. make_cluster() passes it from step to step; each adds what it finds out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aix/resolver.hpp"
#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/findings.hpp"
#include "makehanfs/model/settings.hpp"
#include "xcat/node_column.hpp"
#include "xcat/tables.hpp"

namespace hanfs::cluster {

// What one NIM image needs of the file systems it runs from (table nimimage, lib/xcat/README.md "Tables: columns").
struct Image {
  std::string name;
  bool has_own_root = false;  // a root for each node, which is written to; else a shared_root
  bool has_paging = false;
};

// Nodes that say the same: the same noderes.servicenode and noderes.xcatmaster. There are far fewer of these than
// nodes, so everything about servers is done with them.
struct NodeGroup {
  std::vector<std::size_t> servers;    // of Draft::servers, as noderes.servicenode names them; the primary first
  std::vector<std::string> bad_names;  // in that list, but no names of hosts
  std::string node_facing_name;        // noderes.xcatmaster; empty: not set
  std::string row;                     // where the list of servers comes from, "noderes row rack01 (line 2)"
  std::string node_facing_row;
  bool other_network = false;      // as Node::other_network
  std::vector<std::size_t> nodes;  // of Draft::nodes
  std::size_t domain = no_index;
};

struct ServerEntry {
  std::string name;
  xcat::NodeIndex node = 0;
  bool in_nodelist = false;
  bool in_servicenode = false;
  std::string address;
  std::string node_facing_name;
  std::vector<std::string> other_addresses;
  std::uint32_t number = 0;  // the address as a number, and the network it lies in
  std::size_t network = no_index;
  std::size_t domain = no_index;
  bool named = false;  // in a finding of level error
};

struct NodeEntry {
  xcat::NodeIndex index = 0;
  std::size_t group = no_index;
  bool asked_for = true;  // in the range
};

struct Subnet {
  std::uint32_t net = 0;
  std::uint32_t mask = 0;

  bool is_satisfied(std::uint32_t address) const { return (address & mask) == net; }
};

struct Network {
  std::string name;
  Subnet subnet;
  std::string gateway;
  std::string nameservers;
  std::string row;
};

struct ClusterBuilder {
  ClusterBuilder(const xcat::Tables& all_tables, const Settings& wanted, const aix::Hosts& hosts);

  const xcat::Tables& tables;
  const Settings& settings;
  const aix::Hosts& hosts_file;
  xcat::NodeIndexes indexes;
  Findings findings;

  std::vector<ServerEntry> servers;
  std::unordered_map<std::string, std::size_t> server_of;
  std::vector<NodeEntry> nodes;  // diskless compute nodes, all of them, in the order of nodelist
  std::vector<NodeGroup> node_groups;
  std::vector<Domain> domains;  // `nodes` is filled in at the end
  std::vector<Network> networks;
  // Of networks, by mask (the longest first) and net; of the same ones the first.
  std::map<std::uint32_t, std::unordered_map<std::uint32_t, std::size_t>, std::greater<>> network_at;
  std::vector<Image> images;  // those that nodes use
  std::vector<TableChange> table_changes;
  SharedInstall shared_install = SharedInstall::no;
  bool limited = false;  // a range was given

  const std::string& name_of(const NodeEntry& node) const { return tables.nodes()[node.index]; }
  std::vector<std::string> names_of(const std::vector<std::size_t>& some_nodes) const;
  std::vector<std::string> server_names(const std::vector<std::size_t>& some) const;
  // The same server for the same name; its rows in nodelist and servicenode are looked up.
  std::size_t server(const std::string& name);
  // Of the nodes in the range. Nothing happens where there are none.
  void add_nodes_finding(const FindingType& type, const std::vector<std::size_t>& some_nodes);
  void add_group_finding(const FindingType& type, const NodeGroup& group);
  void add_domain_finding(const FindingType& type, std::size_t domain);
  void add_server_finding(const FindingType& type, std::size_t index);

 private:
  std::vector<char> is_service_node_;  // by NodeIndex

 public:
  bool is_service_node(xcat::NodeIndex node) const { return is_service_node_[node] != 0; }
  const std::vector<char>& service_nodes() const { return is_service_node_; }
};

// "noderes row rack01 (line 2)"
std::string row_text(std::string_view table, const xcat::Value& value);

}  // namespace hanfs::cluster
