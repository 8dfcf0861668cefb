// SPDX-License-Identifier: Apache-2.0
// What the administrator wants of a service node.
#pragma once

#include <string>
#include <vector>

#include "app/options.hpp"
#include "config/domains.hpp"

namespace hanfs::server {

struct Settings : app::Limits {
  // IPv4 addresses of all servers, this one anywhere among them or left out; empty: those of the [domain NAME] that
  // holds an address of this server.
  std::vector<std::string> replicas;
  std::vector<config::Domain> domains;
  std::string directory = config::default_word("directory");
  std::string access = config::default_word("access");
  std::vector<std::string> root{"*"};  // hosts whose root stays root; "*": all
  std::vector<std::string> clients;    // hosts that may mount; empty: all
  std::string nfs_domain;              // empty: the one that is set
  bool disruptive = false;             // clients may be interrupted
};

constexpr std::size_t most_replicas = config::most_servers;

}  // namespace hanfs::server
