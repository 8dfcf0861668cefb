// SPDX-License-Identifier: Apache-2.0
// The cluster while make_cluster() makes it: passed from step to step, and each adds what it finds out.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "aix/resolver.hpp"
#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/findings.hpp"
#include "makehanfs/model/settings.hpp"
#include "net/ipv4.hpp"
#include "xcat/attribute.hpp"
#include "xcat/tables.hpp"

namespace hanfs::cluster {

// What one NIM image needs of the file systems it runs from (table nimimage, lib/xcat/README.md "Tables: columns").
struct Image {
  std::string name;
  bool has_own_root = false;  // a root for each node, which is written to; else a shared_root
  bool has_paging = false;
  std::vector<std::size_t> nodes = {};  // of Tables::nodes(), that name it
};

// Nodes with equal noderes.servicenode and noderes.xcatmaster. There are far fewer groups than nodes, so everything
// about servers is found out once for each group.
struct NodeGroup {
  std::vector<std::size_t> servers;  // of ClusterBuilder::servers, as noderes.servicenode names them; the primary first
  std::vector<std::string> bad_names;  // in that list, but no names of hosts
  std::string node_facing_name;        // noderes.xcatmaster; empty: not set
  std::string row;                     // where the list of servers comes from, "noderes row rack01 (line 2)"
  std::string node_facing_row;
  bool other_network = false;         // as Node::other_network
  std::size_t boots_from = no_index;  // as Node::boots_from
  std::vector<std::size_t> nodes;     // of ClusterBuilder::nodes
  std::size_t domain = no_index;
};

struct ServerEntry {
  std::string name;
  std::size_t node = 0;  // of Tables::nodes()
  bool in_nodelist = false;
  bool in_servicenode = false;
  std::string address;
  std::string node_facing_name;
  std::vector<std::string> other_addresses;
  std::vector<std::string> interfaces;
  std::size_t network = no_index;  // that the address lies in
  std::size_t domain = no_index;
  bool named = false;  // in a finding of level error
};

struct NodeEntry {
  std::size_t index = 0;  // of Tables::nodes()
  std::size_t group = no_index;
  bool asked_for = true;  // in the range
};

// A diskless node that is in no domain, and that no command is made for: its name is none of a host, or its attributes
// cannot be evaluated. A finding of level error says so.
struct ExcludedNode {
  std::size_t index = 0;  // of Tables::nodes()
  bool asked_for = true;  // in the range
};

struct Network {
  std::string name;
  net::Subnet subnet;
  std::string gateway;
  std::string nameservers;
  std::string row;
};

struct ClusterBuilder {
  ClusterBuilder(const xcat::Tables& all_tables, const Settings& wanted, const aix::Hosts& hosts);

  const xcat::Tables& tables;
  const Settings& settings;
  const aix::Hosts& hosts_file;
  xcat::Attributes attributes;
  Findings findings;

  std::vector<ServerEntry> servers;
  std::unordered_map<std::string, std::size_t> server_of;
  std::vector<bool> is_service_node;  // as Tables::nodes(): named in the table servicenode
  std::vector<NodeEntry> nodes;       // diskless compute nodes, all of them, in the order of nodelist
  std::vector<ExcludedNode> excluded_nodes;
  std::vector<NodeGroup> node_groups;
  std::vector<Domain> domains;  // `nodes` is filled in at the end
  std::vector<Network> networks;
  std::vector<Image> images;  // those that nodes use
  std::vector<TableChange> table_changes;
  SharedInstall shared_install = SharedInstall::no;
  bool limited = false;               // a range was given
  std::vector<std::string> left_out;  // as Cluster::left_out

  const std::string& name_of(const NodeEntry& node) const { return tables.nodes()[node.index]; }
  // `node`: of Tables::nodes().
  Result<xcat::Attribute> attribute(std::size_t node, std::string_view table, std::string_view column) const {
    return attributes.get(tables.nodes()[node], table, column);
  }
  std::vector<std::string> names_of(const std::vector<std::size_t>& some_nodes) const;
  // For commands in cures: the nodes in the range, all of them or those that name a server, as a word of a shell.
  std::string range_of_all_nodes() const;
  std::string range_of_nodes_with(std::size_t server) const;
  std::vector<std::string> server_names(const std::vector<std::size_t>& some) const;
  // The same server for the same name; its rows in nodelist and servicenode are looked up.
  std::size_t server(const std::string& name);
  // Of the nodes in the range. Nothing happens where there are none.
  void add_nodes_finding(const FindingType& type, const std::vector<std::size_t>& some_nodes);
  void add_group_finding(const FindingType& type, const NodeGroup& group);
  void add_domain_finding(const FindingType& type, std::size_t domain);
  void add_server_finding(const FindingType& type, std::size_t index);
};

// Of an attribute that cannot be evaluated.
FindingType expression_finding(const Error& error, Finding::Level level);

// "noderes row rack01 (line 2)"
std::string row_text(std::string_view table, const xcat::Attribute& value);

}  // namespace hanfs::cluster
