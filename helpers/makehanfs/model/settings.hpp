// SPDX-License-Identifier: Apache-2.0
// What the administrator wants on the management node.
#pragma once

#include <string>
#include <vector>

#include "app/options.hpp"
#include "config/domains.hpp"

namespace hanfs::cluster {

struct Settings : app::Limits {
  std::string engine;  // xdsh, pdsh, clush; empty: xdsh where it is installed, else pdsh, else clush
  std::vector<std::string> engine_option;  // plain words for the engine itself: -R rsh, -o -p2222
  std::vector<std::string> engine_prefix;  // plain words in front of each command: sudo; %h is the host with -R exec
  std::string node_command = "/xcatpost/setupnfsv4replication";         // where the postscript is on a node
  std::string server_command = "/install/prescripts/hanfs/setuphanfs";  // where setuphanfs is on a server
  std::string directory = "/install";
  std::string access = "ro";
  long timeo = 1;           // tenths of a second
  long retrans = 3;         // calls
  long fanout = 64;         // hosts at a time, asked of the engine
  long host_deadline = 60;  // seconds for one host
  long failure_limit = 1;   // hosts that may fail before apply stops handing out work
  bool disruptive = false;  // clients may be interrupted (setuphanfs --disruptive)
  std::vector<config::Domain> domains;
};

}  // namespace hanfs::cluster
