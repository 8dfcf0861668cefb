// SPDX-License-Identifier: Apache-2.0
// What the administrator wants of a node. Units, ranges and defaults: lib/config/option.cpp.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "app/options.hpp"
#include "config/domains.hpp"

namespace hanfs::node {

enum class GatewayMode {
  automatic,  // as the node's [domain NAME] says; without one all servers become default gateways, where the present
              // default gateway is one of them
  list,       // exactly the addresses given, first one preferred
  none,       // routes are left alone
};

enum class Dgd { active, passive, both, off };

// Deadlines and jobs are those of every program.
struct Settings : app::Limits {
  long timeo = config::default_number("timeo");      // tenths of a second
  long retrans = config::default_number("retrans");  // count

  // By mount point; they win over the two above.
  std::map<std::string, long> mount_timeo;
  std::map<std::string, long> mount_retrans;
  std::set<std::string> exclude;

  GatewayMode gateway_mode = GatewayMode::automatic;
  std::vector<std::string> gateways;  // IPv4, for GatewayMode::list
  std::vector<config::Domain> domains;
  std::optional<Dgd> dgd;  // default: active where gateways are set, else nothing is touched
  // Network tunables by AIX's own names: dgd_packets_lost (packets), dgd_ping_time (seconds), dgd_retry_time (minutes).
  // Those not named are left alone.
  std::map<std::string, long> tunables;

  bool persist = false;      // also in the ODM and in /etc/tunables/nextboot
  bool hosts_first = false;  // write /etc/netsvc.conf so that the hosts file is asked first
};

}  // namespace hanfs::node
