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
  std::string xcat_version;  // whose meaning the tables have; empty: what lsxcatd says, or xcat::usual_version
  std::string node_command = config::default_word("node-command");      // where the postscript is on a node
  std::string server_command = config::default_word("server-command");  // where setuphanfs is on a server
  std::string check_command = config::default_word("check-command");    // where checkhanfs is on a node
  std::string directory = config::default_word("directory");
  std::string access = config::default_word("access");
  long timeo = config::default_number("timeo");                  // tenths of a second
  long retrans = config::default_number("retrans");              // calls
  long fanout = config::default_number("fanout");                // hosts at a time, asked of the engine
  long host_deadline = config::default_number("host-deadline");  // seconds for one host
  long failure_limit = config::default_number("failure-limit");  // hosts that may fail before apply begins no more
  bool disruptive = false;                                       // clients may be interrupted (setuphanfs --disruptive)
  std::vector<std::string> without;                              // servers that are neither touched nor asked
  std::vector<std::string> despite;                              // codes of errors that close no domain
  bool boot_nodes = false;  // nodes are shut down before their servers are changed, and booted afterwards
  std::vector<config::Domain> domains;
};

}  // namespace hanfs::cluster
