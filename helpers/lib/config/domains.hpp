// SPDX-License-Identifier: Apache-2.0
// [domain NAME] sections of hanfs.conf: sets of servers with the same content. One file serves every host of the
// cluster, so a host finds its own section by addresses: a server by its own, a node by those of its file servers.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include "result.hpp"

namespace hanfs::config {

constexpr std::size_t most_servers = 8;  // AIX rejects more: lib/aix/README.md "Replication: rules"

struct Domain {
  std::string name;
  std::vector<std::string> servers;   // servers =: names of service nodes, for makehanfs
  std::vector<std::string> replicas;  // replica =: IPv4, as the nodes reach the servers, for setuphanfs
  std::vector<std::string> gateways;  // gateways =: IPv4, the preferred one first, for setupnfsv4replication
  std::size_t line = 0;               // of the section in the file

  bool operator==(const Domain& o) const {
    return name == o.name && servers == o.servers && replicas == o.replicas && gateways == o.gateways && line == o.line;
  }
};

// All of them, in their order; everything outside of these sections is passed by. No server and no replica is in two
// of them. Error "NAME:LINE: ...".
Result<std::vector<Domain>> read_domains(std::string_view text, const std::string& name);

// The one whose replicas hold one of these addresses; nullptr: there is none. Error: there are two.
Result<const Domain*> domain_of(const std::vector<Domain>& domains, const std::vector<std::string>& addresses);

// The section as read_domains takes it; ends in a newline.
std::string to_text(const Domain& domain);

}  // namespace hanfs::config
