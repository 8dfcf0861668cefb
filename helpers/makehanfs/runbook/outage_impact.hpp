// SPDX-License-Identifier: Apache-2.0
// The death of one server, as far as the tables tell what hangs on it. Plain data, from which the steps are written.
#pragma once

#include <cstddef>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "makehanfs/model/cluster.hpp"
#include "makehanfs/model/settings.hpp"
#include "result.hpp"
#include "xcat/tables.hpp"

namespace hanfs::cluster::outage {

using Names = std::vector<std::string>;

// Nodes with one other server of the domain: the backup they go to, or the primary they are on.
struct Group {
  std::size_t server = no_index;  // of Cluster::servers
  Names nodes;
  // The same nodes, by their whole list of servers: those that can be moved to `server`. That needs a name of the
  // server in the network that they boot from, and one name is known of it.
  std::map<std::vector<std::size_t>, Names> lists;
  Names other_network;  // those that cannot: Node::other_network
};

// What the nodes of the server are tuned to, by the arguments of the postscript in the table postscripts, else by the
// settings, else AIX's defaults. Where nodes differ, what takes longest.
struct Tuning {
  long timeo = 0;             // tenths of a second
  long retrans = 0;           // calls
  long dgd_ping_time = 0;     // seconds
  long dgd_packets_lost = 0;  // packets
  std::string dgd_source;     // "AIX's defaults"
};

// A value of a table that names the dead server, and what it is to become.
struct AttributeChange {
  std::string column;             // "nodehm.conserver"
  std::string from;               // now
  std::string to;                 // empty: the tables do not tell the other server's name of this kind
  std::size_t server = no_index;  // that takes over
  Names nodes;
};

// A hardware control point (ppc.hcp) that the dead server looks after.
struct ControlPoint {
  std::string name;
  std::string from;  // its noderes.servicenode now
  std::string to;
  std::size_t server = no_index;
  Names nodes;  // that it controls, of all domains
  // A CEC or a frame under direct FSP management is connected to (mkhwconn); to an HMC the service node only logs in.
  enum class Kind { hmc, connected, unknown };
  Kind kind = Kind::unknown;
};

// A list in a table (name servers, NTP servers, gateway) that names the dead server.
struct ServerReference {
  std::string where;  // "networks.gateway of ml0net"
  std::string value;
  // Words of commands that take the server out of the list, and put it back; empty where the list follows the node's
  // server by itself (<xcatmaster>).
  Names without;
  Names back;
};

// A row of the table routes whose gateway is the dead server.
struct Route {
  std::string name;
  std::string net;
  std::string mask;
  std::string gateway;      // as the table has it
  std::string new_gateway;  // the same kind of name of the server that takes over
  std::string address;      // of the dead server and of the other one, for route(8)
  std::string new_address;
  Names nodes;  // that have it in noderes.routenames
};

struct OutageImpact {
  const Cluster* cluster = nullptr;
  const Settings* settings = nullptr;
  const Server* server = nullptr;
  std::string domain;                 // its name; empty: it is in none
  std::vector<std::size_t> servers;   // of the domain, or that its nodes name; this one too
  std::vector<std::size_t> partners;  // the same without this one; empty: nobody can take over
  std::vector<std::string> domain_gateways;
  // False: the tables do not make a sound domain, so that nothing can be expected to fail over.
  bool fails_over = true;
  std::string no_failover_reason;

  std::vector<Group> primary;
  std::vector<Group> secondary_nodes;
  Names nodes_without_backup;     // it is their only server
  Names outside;                  // of `primary`: not in its sound domain, so the replicas are not theirs
  std::vector<std::size_t> load;  // nodes that have it first, for each of Cluster::servers

  const Server& replacement(std::size_t index) const { return cluster->servers[index]; }
  Names nodes() const;  // of `primary` and `secondary_nodes`
  Names primary_nodes() const;

  std::vector<AttributeChange> conserver;         // nodehm.conserver
  std::vector<AttributeChange> monserver;         // noderes.monserver
  std::vector<AttributeChange> node_nameservers;  // noderes.nameservers
  std::vector<AttributeChange> boot;              // what snmove leaves alone of the columns that a node boots by
  std::vector<ControlPoint> control_points;
  Names monitors;                 // monitoring.name
  std::string own_control_point;  // ppc.hcp of the server itself; empty: not known

  Names gateway_only;  // nodes of other servers: it is the only default gateway that the tables give them
  std::vector<ServerReference> gateways;
  std::vector<ServerReference> nameservers;
  std::vector<ServerReference> ntpservers;
  std::vector<Route> routes;
  Tuning tuning;

  bool all_nfs3 = false;  // site.useNFSv4onAIX is off
  Names statelite_nfs3;   // a persistent directory without vers=4
  Names paging;           // their image has a NIM paging resource
  Names stnfs;            // their image has a shared root
  bool shared = false;    // all servers see the same disks
  std::string why_shared;
  std::string nfs_domain;
  Names other_services;  // the server runs them too, nothing here moves them

  // Columns that nothing can be said about: "nodehm.conserver".
  std::set<std::string> unknown;
  Names notes;
};

Result<OutageImpact> make_outage_impact(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings,
                                        const std::string& server);

}  // namespace hanfs::cluster::outage
