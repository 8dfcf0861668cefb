// SPDX-License-Identifier: Apache-2.0
// The death of one server, as far as the tables tell what hangs on it. Plain data, from which the steps are written.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <vector>

#include "makehanfs/cluster.hpp"
#include "makehanfs/settings.hpp"
#include "result.hpp"
#include "xcat/tables.hpp"

namespace hanfs::mn::outage {

using Names = std::vector<std::string>;

// Nodes with one other server of the domain: the backup they go to, or the primary they are on.
struct Group {
  std::size_t server = nowhere;  // of Cluster::servers
  Names nodes;
};

// A value of a table that names the dead server, and what it is to become.
struct Move {
  std::string column;            // "nodehm.conserver"
  std::string from;              // now
  std::string to;                // empty: the tables do not tell the other server's name of this kind
  std::size_t server = nowhere;  // that takes over
  Names nodes;
};

// A hardware control point (ppc.hcp) that the dead server looks after.
struct ControlPoint {
  std::string name;
  std::string from;  // its noderes.servicenode now
  std::string to;
  std::size_t server = nowhere;
  Names nodes;  // that it controls, of all domains
};

// A list in a table (name servers, NTP servers, gateway) that names the dead server.
struct Mention {
  std::string where;  // "networks.gateway of ml0net"
  std::string value;
  // Words of commands that take the server out of the list, and put it back; empty where the list follows the node's
  // server by itself (<xcatmaster>).
  Names without;
  Names back;
};

struct Case {
  const Cluster* cluster = nullptr;
  const Settings* settings = nullptr;
  const Server* server = nullptr;
  const Domain* domain = nullptr;
  std::vector<std::size_t> partners;  // the other servers of the domain

  std::vector<Group> primary;
  std::vector<Group> spare;
  Names stranded;                 // it is their only server
  std::vector<std::size_t> load;  // nodes that have it first, for each of Cluster::servers

  const Server& heir(std::size_t index) const { return cluster->servers[index]; }
  Names nodes() const;  // of `primary` and `spare`
  Names primary_nodes() const;

  std::vector<Move> conserver;  // nodehm.conserver
  std::vector<Move> monserver;  // noderes.monserver
  std::vector<Move> boot;       // what snmove leaves alone of the columns that a node boots by
  std::vector<ControlPoint> control_points;
  Names monitors;  // monitoring.name

  std::vector<Mention> gateways;
  std::vector<Mention> nameservers;
  std::vector<Mention> ntpservers;

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

Result<Case> make_case(const Cluster& cluster, const xcat::Tables& tables, const Settings& settings,
                       const std::string& server);

}  // namespace hanfs::mn::outage
