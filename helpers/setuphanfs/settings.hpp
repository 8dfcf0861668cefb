// SPDX-License-Identifier: Apache-2.0
// What the administrator wants of a service node.
#pragma once

#include <string>
#include <vector>

#include "tool/options.hpp"

namespace hanfs::server {

struct Settings : tool::Limits {
  std::vector<std::string> replicas;  // IPv4 addresses of all servers, this one anywhere among them or left out
  std::string directory = "/install";
  std::string access = "ro";           // ro, rw
  std::vector<std::string> root{"*"};  // hosts whose root stays root; "*": all
  std::vector<std::string> clients;    // hosts that may mount; empty: all
  std::string nfs_domain;              // empty: the one that is set
  bool disruptive = false;             // clients may be interrupted
};

constexpr std::size_t most_replicas = 8;  // facts/aix-nfs.md 3: more make AIX reject the line

}  // namespace hanfs::server
