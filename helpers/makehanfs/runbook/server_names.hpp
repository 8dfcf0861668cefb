// SPDX-License-Identifier: Apache-2.0
// The names of a server, and which of them a value of a table holds.
#pragma once

#include <string>
#include <string_view>

#include "makehanfs/runbook/outage_impact.hpp"

namespace hanfs::cluster::outage {

enum class Kind { none, name, node_facing_name, address, management };

struct ServerNames {
  std::string name;
  std::string node_facing_name;
  std::string address;
  std::string management;  // hosts.ip: its address in the management node's network
};

// A name that a noderange and a command line can hold, and that is no option.
bool is_plain_name(std::string_view name);

// Tables separate by commas, with or without blanks (lib/xcat/README.md "mkdsklsnode -S: weaknesses", W3).
Names items_of(std::string_view list);

// Which name of the server the value is; where its two names are one, `node_facing_first` says which counts.
Kind kind_of(std::string_view value, const ServerNames& server, bool node_facing_first);
const std::string& name_of(const ServerNames& server, Kind kind);

}  // namespace hanfs::cluster::outage
