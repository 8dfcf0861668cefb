// SPDX-License-Identifier: Apache-2.0
// What the parts share that read an outage from the tables.
#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "makehanfs/runbook/outage_impact.hpp"
#include "makehanfs/runbook/server_names.hpp"
#include "makehanfs/runbook/table_values.hpp"

namespace hanfs::cluster::outage {

struct OutageReader {
  const Cluster& cluster;
  const xcat::Tables& tables;
  const Settings& settings;
  std::size_t dead_index;          // of Cluster::servers
  std::vector<ServerNames> known;  // beside Cluster::servers
  TableValues values;
  OutageImpact made;

  const ServerNames& dead() const { return known[dead_index]; }
  bool is_ours(const Node& node) const;     // it has the dead server
  bool is_primary(const Node& node) const;  // it has the dead server first
  // Who takes over what a node had on the dead server: its backup, or the primary that it is on.
  std::size_t takes_over(const Node& node) const;
};

// The parts of OutageImpact, each from its tables.
void read_columns(OutageReader& r);  // conserver, monserver, node_nameservers, boot, monitors
void read_control_points(OutageReader& r);
void read_server_references(OutageReader& r);  // gateways, name servers, NTP servers; networks and site
void read_routes(OutageReader& r);
void read_tuning(OutageReader& r);
void read_risks(OutageReader& r);  // what does not fail over, and whether the disks are shared

}  // namespace hanfs::cluster::outage
