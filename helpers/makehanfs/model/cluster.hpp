// SPDX-License-Identifier: Apache-2.0
// What the tables say about this cluster, as far as NFSv4 failover is concerned. Plain data: everything that plan,
// settings, apply, status and runbook print comes from here.
#pragma once

#include <cstddef>
#include <limits>
#include <map>
#include <string>
#include <vector>

namespace hanfs::cluster {

constexpr std::size_t no_index = std::numeric_limits<std::size_t>::max();

// Something that an administrator should know. One finding for one cause: 500 nodes with the same fault are one.
struct Finding {
  enum class Level {
    error,    // these nodes or servers cannot fail over
    warning,  // they can, but something will be missing or slow
    note,
  };
  Level level = Level::error;
  std::string code;                   // stable, for scripts: "one-server", "unresolved", "not-symmetric"
  std::vector<std::string> subjects;  // names of nodes, servers or domains, each once
  std::string range;                  // the same, as a noderange
  std::string what;                   // one line: what is wrong, and where (table, row, line)
  std::string remedy;                 // a command to type where there is one, else what to do
  bool keeps_up = false;              // though no error: no node of its domains is shut down

  bool operator==(const Finding& o) const {
    return level == o.level && code == o.code && subjects == o.subjects && what == o.what && remedy == o.remedy;
  }
};

// A service node.
struct Server {
  std::string name;              // as the management node knows it: servicenode.node, noderes.servicenode
  std::string address;           // IPv4, as its nodes reach it; empty: not known, a finding says why
  std::string node_facing_name;  // the name that belongs to it: noderes.xcatmaster of its nodes; empty: none
  std::size_t domain = no_index;
  std::vector<std::string> other_addresses = {};  // by which some nodes know it as well; a finding says so
  std::vector<std::string> interfaces = {};       // all addresses that the tables give it, of other networks as well
  bool asked_for = true;                          // false: known only so that nodes can say that they run from it
};

// A set of servers with the same content, and the nodes that run from them.
struct Domain {
  enum class Source {
    hanfsdomid,
    settings,
    servicenode
  };  // servicenode.hanfsdomid, [domain NAME], noderes.servicenode
  std::string name;
  Source source = Source::servicenode;
  std::vector<std::size_t> servers;   // of Cluster::servers; at least 2 when it is sound
  std::vector<std::size_t> nodes;     // of Cluster::nodes
  std::vector<std::string> gateways;  // IPv4, wanted as default gateways of its nodes; empty: left alone, or "auto"
  std::string nfs_domain;             // empty: not known
  bool valid = false;                 // its servers and their addresses are known, so that it has a plan
  // Codes of the findings of level error that concern it: they close it to apply.
  std::vector<std::string> closed_by = {};
  // Codes of the findings that keep its nodes up (Finding::keeps_up): they close it to an apply that shuts nodes down.
  std::vector<std::string> kept_up_by = {};
  // Names of its nodes that were not asked for (a noderange): they run from the same servers, and nothing is done to
  // them.
  std::vector<std::string> other_nodes = {};
  // Names of nodes of other domains, or of none, that may run from its servers by the tables: Node::may_use of them.
  std::vector<std::string> other_users = {};
};

// A diskless compute node.
struct Node {
  std::string name;
  std::size_t domain = no_index;     // no_index: none, and a finding says why
  std::vector<std::size_t> servers;  // of Cluster::servers: its primary first, then the backups in their order
  bool other_network = false;        // its noderes.xcatmaster is not in the network of its primary's address above
  // Domains but its own with a server that its noderes.servicenode, xcatmaster or nfsserver names.
  std::vector<std::size_t> may_use = {};
  std::size_t boots_from = no_index;  // another server than its primary, which noderes.xcatmaster names; no_index: none
};

// A change of a table that the cluster needs, as a command for the management node. Nothing that only a person can
// decide: that is a finding.
struct TableChange {
  std::string id;  // stable: "table-nfsv4", "table-postscripts"
  std::string why;
  std::vector<std::string> argv;

  bool operator==(const TableChange& o) const { return id == o.id && why == o.why && argv == o.argv; }
};

// Who sees the same /install (site.sharedinstall, lib/xcat/README.md "Tables: meanings").
enum class SharedInstall {
  no,   // each server has its own
  sns,  // the servers of one set share one (GPFS)
  all,  // the management node and all servers share one
};

struct Cluster {
  std::vector<Server> servers;
  std::vector<Domain> domains;
  std::vector<Node> nodes;
  std::vector<Finding> findings;
  std::vector<TableChange> table_changes;
  SharedInstall shared_install = SharedInstall::no;
  bool limited = false;    // `nodes` are those of a noderange
  std::string range = {};  // that noderange, as it was given; empty: none was
  // Names of the nodes outside of the noderange that are in no domain of the above: they may run from its servers too.
  std::vector<std::string> other_nodes = {};
  std::vector<std::string> left_out = {};  // names of site.excludenodes: no command of xCAT reaches them
  // By verb: words of this command line that a command which is offered has to repeat, or it would mean another site.
  std::map<std::string, std::vector<std::string>> words_again = {};
};

// The same cluster with these nodes only, in this order.
Cluster with_nodes(const Cluster& cluster, const std::vector<std::size_t>& nodes);

// Where a boot brings it, as far as the tables say: xCAT goes by noderes.xcatmaster. no_index: not known.
std::size_t boot_server(const Node& node);

// All diskless nodes of the site that are not in this domain and can be asked: of others, of none, outside of the
// noderange.
std::vector<std::string> nodes_outside(const Cluster& cluster, std::size_t domain);

// "makehanfs apply 'cn[001-003]' --check --engine=pdsh", to be typed: a command that is offered concerns nobody but
// this noderange (empty: all nodes), or the server or domain of this name, by the settings of this command line.
std::string command_for(const Cluster& cluster, const std::string& operand, const std::string& verb,
                        const std::vector<std::string>& options = {});

// Of Cluster::nodes.
std::vector<std::string> node_names(const Cluster& cluster, const std::vector<std::size_t>& nodes);
// Of Cluster::servers.
std::vector<std::string> server_names(const Cluster& cluster, const std::vector<std::size_t>& servers);

}  // namespace hanfs::cluster
