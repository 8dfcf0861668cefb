// SPDX-License-Identifier: Apache-2.0
// A service node as it is observed: its file systems, and what it exports and lists in /etc/exports.
#pragma once

#include <initializer_list>
#include <string>

#include "aix/exports.hpp"
#include "setuphanfs/observed_state.hpp"

namespace hanfs::test {

inline server::ObservedState example_server(std::initializer_list<const char*> file_systems, const std::string& exports,
                                            aix::ReplicationMode mode) {
  server::ObservedState observed;
  for (const char* path : file_systems) observed.mounts.push_back({"", "/dev/lv", path, "jfs2", "", ""});
  observed.exports_text = exports;
  observed.exported = observed.listed = aix::parse_exports(exports).rows;
  observed.mode = mode;
  for (const char* daemon : server::needed_daemons) observed.daemons.rows.push_back({daemon, "nfs", "1", "active"});
  observed.domain = "example.com";
  return observed;
}

// With an address, in a network of 24 bits.
inline server::ObservedState with_address(server::ObservedState observed, const char* own) {
  aix::InterfaceAddress address;
  address.address = own;
  address.prefix_length = 24;
  observed.interfaces.interfaces.push_back({"en0", true, {address}});
  return observed;
}

}  // namespace hanfs::test
